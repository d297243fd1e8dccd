/*
 * The floor: what three processes cost that do nothing but pass bytes on, and the arithmetic of the
 * benchmark.
 *
 * Client, a relay on libuv, and a worker that echoes, over Unix sockets: the least that a host on
 * libuv could take.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Round trips of 1 KiB: @count times in ns. Starts its own relay and worker, and ends them. */
void floor_measure(uint64_t *times, size_t count);

/* Monotonic, ns. */
uint64_t bench_now(void);
/* In us; sorts @times. */
double bench_percentile(uint64_t *times, size_t count, double fraction);
void bench_sort(double *figures, size_t count);
_Noreturn void bench_fail(const char *what);
