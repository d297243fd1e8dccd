#include "bench/resources.h"

#include "bench/floor.h"
#include "bench/latency.h"
#include "bench/report.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define CONNECTIONS BENCH_SIZE(10000, 200)
#define REQUESTS    BENCH_SIZE(5000, 200)
#define UNREAD      BENCH_SIZE(64, 2)
#define WINDOW_KIB  128 /* as the server has it, of an operation */

void resources_agent_start(const Daemon *daemon, uint64_t *starts, uint64_t *bare, size_t count)
{
    Lines lines;

    lines_open(&lines, daemon);
    for (size_t i = 0; i < count; i++) {
        daemon_stop_agents(daemon);
        latency_get(&lines, "bench", 1, &starts[i], 1);
        bare[i] = floor_spawn(BENCH_PROVIDERS "/libbench.so");
    }
    lines_close(&lines);
}

static double median_get(const Daemon *daemon)
{
    static uint64_t times[REQUESTS];
    Lines lines;

    lines_open(&lines, daemon);
    latency_get(&lines, "bench", 1, times, REQUESTS);
    lines_close(&lines);
    return bench_percentile(times, REQUESTS, 0.5);
}

bool resources_allow_connections(void)
{
    struct rlimit limit = {0};

    (void)getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max >= CONNECTIONS + 100;
}

void resources_idle_connections(const Daemon *daemon, IdleConnections *round)
{
    static int fds[CONNECTIONS];
    long memory;

    (void)median_get(daemon); /* by then those of the round before are closed */
    rounds_add(&round->alone, median_get(daemon));
    memory = memory_pss(daemon->pid);
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = daemon_connect(daemon);
    rounds_add(&round->beside, median_get(daemon));
    if (round->beside.count == 1) /* the heap keeps it for the next */
        round->kib = (double)(memory_pss(daemon->pid) - memory) / CONNECTIONS;
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
}

/* Until it has stayed the same for a while. */
static long settled_pss(pid_t pid)
{
    long last = memory_pss(pid), now;

    for (int same = 0, i = 0; same < 5 && i < 200; i++) {
        usleep(50000);
        now = memory_pss(pid);
        same = now == last ? same + 1 : 0;
        last = now;
    }
    return last;
}

static void report_unread(const Daemon *daemon, unsigned count, const char *key, const char *name)
{
    long before = settled_pss(daemon->pid);
    Lines lines[UNREAD];

    for (unsigned i = 0; i < count; i++) {
        lines_open(&lines[i], daemon);
        lines_send(&lines[i], request_stream("bench", "Bench_Endless", 2));
    }
    report_one(&(ReportRow){key, name, "KiB", REPORT_AT_MOST, 2 * WINDOW_KIB},
               (double)(settled_pss(daemon->pid) - before) / count);
    for (unsigned i = 0; i < count; i++)
        lines_close(&lines[i]);
}

void resources_report(const Daemon *daemon)
{
    (void)median_get(daemon); /* there is an agent */
    report_one(&(ReportRow){"server_pss_kib", "resident memory of the server, idle (PSS)", "KiB",
                            REPORT_AT_MOST, 2048},
               (double)memory_pss(daemon->pid));
    report_one(&(ReportRow){"agent_pss_kib", "resident memory of the agent, idle (PSS)", "KiB",
                            REPORT_AT_MOST, 1536},
               (double)memory_pss(daemon_agent(daemon)));
    report_unread(daemon, 1, "unread_kib",
                  "an endless enumeration that nobody reads: the server grows by");
    report_unread(daemon, UNREAD, "unread_64_kib", "64 of them at once: by, each");
}
