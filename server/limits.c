#include "server/limits.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define CPU_TIME_TO_SAY_SO 5 /* s that a process that caught SIGXCPU has before SIGKILL */

/* A sanitizer maps terabytes that it never touches: no limit of memory goes with it. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool can_limit_memory = false;
#else
static const bool can_limit_memory = true;
#endif

/* What is above the limit that the process has already stays as it is: only root could raise it. */
static int set(pid_t pid, __rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
    struct rlimit now, limit = {soft, hard};

    if (prlimit(pid, resource, NULL, &now) < 0)
        return -errno;
    if (now.rlim_max < limit.rlim_max)
        limit.rlim_max = now.rlim_max;
    if (limit.rlim_max < limit.rlim_cur)
        limit.rlim_cur = limit.rlim_max;
    return prlimit(pid, resource, &limit, NULL) < 0 ? -errno : 0;
}

int limits_set(pid_t pid, const Limits *limits, unsigned elsewhere, char *why, size_t why_size)
{
    rlim_t seconds = (limits->cpu_time + 999) / 1000;
    const struct {
        const char *key;
        __rlimit_resource_t resource;
        rlim_t soft, hard; /* 0: not set */
    } settings[] = {
        {"agentMemory", RLIMIT_DATA,
         can_limit_memory && (elsewhere & LIMITS_MEMORY) == 0 ? limits->memory : 0, limits->memory},
        {"agentProcesses", RLIMIT_NPROC,
         (elsewhere & LIMITS_PROCESSES) == 0 ? limits->processes : 0, limits->processes},
        {"agentDescriptors", RLIMIT_NOFILE, limits->descriptors, limits->descriptors},
        {"agentCpuTime", RLIMIT_CPU, seconds, seconds + CPU_TIME_TO_SAY_SO},
    };

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        int r = 0;
        if (settings[i].soft > 0)
            r = set(pid, settings[i].resource, settings[i].soft, settings[i].hard);
        if (r < 0) {
            snprintf(why, why_size, "cannot set '%s': %s", settings[i].key, strerror(-r));
            return r;
        }
    }
    return 0;
}

const char *limits_explain(const Limits *limits, int signal, char *why, size_t why_size)
{
    if (signal != SIGXCPU || limits->cpu_time == 0)
        return "";
    snprintf(why, why_size, ": over 'agentCpuTime' (%lu ms)", limits->cpu_time);
    return why;
}

bool limits_equal(const Limits *a, const Limits *b)
{
    return a->memory == b->memory && a->processes == b->processes &&
           a->descriptors == b->descriptors && a->cpu_time == b->cpu_time;
}
