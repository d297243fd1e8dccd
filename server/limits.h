/*
 * Limits: what one agent may take of the machine, with everything that its provider starts.
 *
 * Memory and processes are limited by a cgroup of the agent's own where there is one
 * (server/cgroup.h), and by rlimits otherwise; descriptors and CPU time always by rlimits, which
 * are those of each process. They are set from outside while the agent waits for its CONFIG, so
 * before it has loaded any code of the provider, and it can't raise them.
 *
 * Who is over a limit: an allocation, a fork or an open fails, and the provider can say so; with a
 * cgroup, memory ends the agent, and so does CPU time. Such an end is told by the name of the
 * limit.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* 0: none of ours. */
typedef struct Limits {
    unsigned long memory;      /* bytes */
    unsigned long processes;   /* processes and threads */
    unsigned long descriptors; /* open in one process */
    unsigned long cpu_time;    /* ms on a CPU, of one process */
} Limits;

/* Which of them something else than an rlimit takes care of. */
enum {
    LIMITS_MEMORY = 1,
    LIMITS_PROCESSES = 2,
};

/* Sets the rlimits of the process @pid; not those of @elsewhere. Negative errno, with @why set. */
int limits_set(pid_t pid, const Limits *limits, unsigned elsewhere, char *why, size_t why_size);

/* Why a process with @limits was ended by @signal, if one of them is the reason (", over ..."), or
 * "". @why has room for it. */
const char *limits_explain(const Limits *limits, int signal, char *why, size_t why_size);

bool limits_equal(const Limits *a, const Limits *b);
