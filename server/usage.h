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

/* What it is doing, in the letter of proc(5): 'R', 'S', 'D', 'Z'; '?' if it is gone. */
char usage_state_of_process(pid_t pid);

/* Of the process @pid. Negative errno: it is gone, or /proc isn't there. */
int usage_of_process(pid_t pid, Usage *ret);
