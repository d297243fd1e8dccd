/*
 * Ticks: the time that libmi.so waits with, in the hands of a test.
 *
 * libmi lets what waits on its socket come back after a tick, and looks at the clock
 * (libmi/patience.h). Here recv, send, connect, setsockopt and clock_gettime stand before those of
 * the C library, in the whole process: a tick is over when the test has granted one, and nothing
 * came before that, however long it really took; the clock goes on by itself, and by what a test
 * adds.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#define TICKS_WITHOUT_END 1000000

extern atomic_int ticks;         /* granted, and not taken */
extern atomic_int ticks_writing; /* taken by a send */
extern atomic_int minutes;       /* that the clock is ahead */
extern atomic_int connects;      /* that were tried */
extern atomic_bool signals;      /* whatever waits is interrupted by one, each minute */
