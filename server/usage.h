/*
 * Usage: what a process takes of the machine, as the kernel counts it. Asked for when somebody
 * wants to see it, and never while operations are served.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

typedef struct Usage {
    uint64_t memory; /* bytes resident */
    uint64_t cpu;    /* ms on a CPU, of all its threads, since its start */
} Usage;

/* Of the process @pid. Negative errno: it is gone, or /proc isn't there. */
int usage_of_process(pid_t pid, Usage *ret);
