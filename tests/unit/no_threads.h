/*
 * Threads that can't be had: pthread_create, for the whole test program, which fails when it is
 * told to. A program that includes this is linked with no_threads.c (CMakeLists.txt).
 */
#pragma once

#include <stdatomic.h>

/* From now on there are none; a bool. */
extern atomic_bool no_threads;
