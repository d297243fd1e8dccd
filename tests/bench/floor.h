/*
 * The floors: what processes cost that do nothing else.
 *
 * Client, a relay on libuv, and a worker that echoes, over Unix sockets: the least that a host on
 * libuv could take.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Round trips of 1 KiB: @count times in ns. Starts its own relay and worker, and ends them. */
void floor_measure(uint64_t *times, size_t count);

/* One way of a ping of 1 KiB between two bare processes, the same. */
void floor_ping(uint64_t *times, size_t count);

/* ns that a bare posix_spawn takes of a process that opens @library and says so. */
uint64_t floor_spawn(const char *library);

#define FLOOR_CHILD "--floor-child" /* main calls floor_child() if it is the first argument */
_Noreturn void floor_child(const char *library);
