/*
 * Cgroups: a cgroup (version 2) for each agent, where mihostd has one to divide.
 *
 * That is the one that `cgroup` of mihostd.conf(5) names, or else the server's own, if it was
 * delegated to it (Delegate= of a unit, or the owner of its folder): what belongs to somebody else
 * is never touched. Processes may live in its leaves only, so the server moves into one
 * ("server"), and each agent gets another ("agent-7"). Leaves that a server left behind are ended
 * and removed.
 *
 * Without, nothing here does anything, and limits are rlimits (server/limits.h).
 */
#pragma once

#include "server/limits.h"
#include "server/usage.h"

#define CGROUP_MAX_NAME 32

typedef struct Cgroups {
    int folder;           /* descriptor of the cgroup that is divided; -1: there is none */
    unsigned controllers; /* LIMITS_MEMORY and the like: what can be limited */
    uint64_t next;        /* number of the next agent's */
} Cgroups;

/* The cgroup of one agent. */
typedef struct Cgroup {
    char name[CGROUP_MAX_NAME]; /* "": none */
} Cgroup;

/* @path: of the configuration: NULL for the server's own, "none" for none. Logs what it found, and
 * goes on without if it can't be used. -ENODEV: @path was named, and can't be used; it was logged.
 */
int cgroups_init(Cgroups *cgroups, const char *path);
void cgroups_deinit(Cgroups *cgroups);

/* Makes one with @limits and moves @pid into it. Without a cgroup to divide it does nothing.
 * Negative errno: there is none, and @why says what failed. */
int cgroup_enter(Cgroups *cgroups, Cgroup *cgroup, const Limits *limits, pid_t pid, char *why,
                 size_t why_size);

/* Ends all processes in it. */
void cgroup_kill(const Cgroups *cgroups, const Cgroup *cgroup);

/* True if a process in it was ended since it used more memory than its limit. */
bool cgroup_has_run_out_of_memory(const Cgroups *cgroups, const Cgroup *cgroup);

/* What all processes in it take together. Negative errno: it isn't known. */
int cgroup_usage(const Cgroups *cgroups, const Cgroup *cgroup, Usage *usage);

/* Ends what is left in it, and removes it. It is harmless if there is none. */
void cgroup_leave(const Cgroups *cgroups, Cgroup *cgroup);
