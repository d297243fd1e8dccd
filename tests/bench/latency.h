/*
 * One small operation at a time, and many of them in flight.
 */
#pragma once

#include "bench/host.h"

/* Round trips of mi/getInstance of root/@name_space, @size as request_get has it; ns. */
void latency_get(Lines *lines, const char *name_space, unsigned size, uint64_t *times,
                 size_t count);

/* Operations a second of @count with @window of them in flight, on a connection of its own. */
double latency_in_flight(const Daemon *daemon, unsigned window, size_t count);

/* Instances a second of one streaming enumeration of 100,000. */
double latency_stream(Lines *lines);
