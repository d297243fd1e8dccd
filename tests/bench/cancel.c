#include "bench/cancel.h"

#include "bench/floor.h"
#include "bench/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CANCELS      BENCH_SIZE(3000, 200)
#define CANCEL_LOADS 4

static CancelTimes times_of(uint64_t *times, size_t count)
{
    return (CancelTimes){.p50 = bench_percentile(times, count, 0.5),
                         .p99 = bench_percentile(times, count, 0.99),
                         .p999 = bench_percentile(times, count, 0.999)};
}

static CancelTimes measure_cancels(const Daemon *daemon)
{
    static const char cancel[] =
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":2}}\n";
    static uint64_t times[CANCELS];
    Lines lines;

    lines_open(&lines, daemon);
    for (size_t i = 0; i < CANCELS; i++) {
        uint64_t begin;
        char *line, *entered;

        lines_send(&lines, request_stream("bench", "Bench_Waiter", 2));
        lines_next(&lines, &line); /* it is registered, and waits */
        begin = bench_now();
        lines_send(&lines, cancel);
        lines_next(&lines, &line);
        entered = strstr(line, "entered ");
        if (entered == NULL) {
            fprintf(stderr, "bench: unexpected answer: %s\n", line);
            exit(1);
        }
        times[i] = strtoull(entered + 8, NULL, 10) - begin;
    }
    lines_close(&lines);
    return times_of(times, CANCELS);
}

static CancelTimes measure_pings(void)
{
    static uint64_t times[CANCELS];

    floor_ping(times, CANCELS);
    return times_of(times, CANCELS);
}

void cancel_measure_idle(const Daemon *daemon, CancelTimes *idle)
{
    *idle = measure_cancels(daemon);
}

void cancel_measure_loaded(const Daemon *daemon, CancelTimes *loaded, CancelTimes *ping)
{
    Load load;

    load_stream(&load, daemon, CANCEL_LOADS);
    *loaded = measure_cancels(daemon);
    *ping = measure_pings();
    load_stop(&load);
}
