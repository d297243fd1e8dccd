/*
 * What the host needs: time to start, and memory.
 */
#pragma once

#include "bench/host.h"

/* The request that starts an agent, and a bare process that opens the same library; ns, @count of
 * each in turn. */
void resources_agent_start(const Daemon *daemon, uint64_t *starts, uint64_t *bare, size_t count);

/* The rows of memory: at rest, with 10,000 idle connections, and while clients don't read. */
void resources_report(const Daemon *daemon);
