/*
 * What the host needs: time to start, and memory.
 */
#pragma once

#include "bench/host.h"
#include "bench/report.h"

/* The request that starts an agent, and a bare process that opens the same library; ns, @count of
 * each in turn. */
void resources_agent_start(const Daemon *daemon, uint64_t *starts, uint64_t *bare, size_t count);

/* The server alone, and beside 10,000 connections that say nothing. */
typedef struct IdleConnections {
    Rounds alone, beside; /* mi/getInstance, p50, us */
    double kib;           /* of the server's memory for each */
} IdleConnections;

/* Whether this process may have so many; it takes what it may. */
bool resources_allow_connections(void);

/* One round of them. */
void resources_idle_connections(const Daemon *daemon, IdleConnections *round);

/* The rows of memory: at rest, and while clients don't read. */
void resources_report(const Daemon *daemon);
