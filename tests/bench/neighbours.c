#include "bench/neighbours.h"

#include "bench/floor.h"
#include "bench/latency.h"
#include "bench/report.h"

#include <stdio.h>
#include <string.h>

#define REQUESTS   BENCH_SIZE(3000, 200)
#define NEIGHBOURS BENCH_SIZE(8, 2)
#define ROUNDS     BENCH_SIZE(5, 1)

static uint64_t times[REQUESTS];

static double p99_of_get(const Daemon *daemon)
{
    Lines lines;

    lines_open(&lines, daemon);
    latency_get(&lines, "bench", 1, times, REQUESTS);
    lines_close(&lines);
    return bench_percentile(times, REQUESTS, 0.99);
}

static double p99_of_floor(void)
{
    floor_measure(times, REQUESTS);
    return bench_percentile(times, REQUESTS, 0.99);
}

/* On a connection that has @count endless enumerations as well, and reads them. */
static double p99_beside_own_streams(const Daemon *daemon, unsigned count)
{
    Lines lines;
    char *line;

    lines_open(&lines, daemon);
    for (unsigned i = 1; i <= count; i++) {
        char name[16];

        snprintf(name, sizeof(name), "load%u", i);
        lines_send(&lines, request_stream(name, "Bench_Endless", 10 + i));
    }
    lines_next(&lines, &line);
    latency_get(&lines, "bench", 1, times, REQUESTS);
    lines_close(&lines);
    return bench_percentile(times, REQUESTS, 0.99);
}

typedef struct Under {
    Rounds get, floor;
} Under;

static void measure_under(const Daemon *daemon, Under *under,
                          void (*start)(Load *load, const Daemon *daemon, unsigned count))
{
    Load load;

    start(&load, daemon, NEIGHBOURS);
    rounds_add(&under->get, p99_of_get(daemon));
    rounds_add(&under->floor, p99_of_floor());
    load_stop(&load);
}

static void report_against(const char *key, const char *name, ReportRule rule, const Rounds *rounds,
                           const Rounds *other)
{
    Rounds ratio = rounds_ratio(rounds, other);

    report_row(&(ReportRow){key, name, "x", rule, 3}, &ratio);
}

void neighbours_report(const Daemon *daemon)
{
    Rounds idle = {0}, own = {0}, own_many = {0};
    Under streaming = {0}, blocking = {0};

    for (int i = 0; i < ROUNDS; i++) {
        rounds_add(&idle, p99_of_get(daemon));
        measure_under(daemon, &streaming, load_stream);
        measure_under(daemon, &blocking, load_block);
        rounds_add(&own, p99_beside_own_streams(daemon, 1));
        rounds_add(&own_many, p99_beside_own_streams(daemon, NEIGHBOURS));
    }
    report_row(&(ReportRow){"get_p99_us", "mi/getInstance, p99, idle", "us", REPORT_SHOWN, 0},
               &idle);
    report_row(&(ReportRow){"get_p99_streaming_us", "while 8 others stream", "us", REPORT_SHOWN, 0},
               &streaming.get);
    report_row(&(ReportRow){"floor_p99_streaming_us", "a bare relay, p99, beside the same", "us",
                            REPORT_SHOWN, 0},
               &streaming.floor);
    report_against("get_p99_streaming_ratio", "to idle", REPORT_AT_MOST, &streaming.get, &idle);
    report_against("get_p99_streaming_floor_ratio", "to the bare relay beside the same",
                   REPORT_SHOWN, &streaming.get, &streaming.floor);
    report_row(
        &(ReportRow){"get_p99_blocking_us", "while 8 providers block", "us", REPORT_SHOWN, 0},
        &blocking.get);
    report_against("get_p99_blocking_ratio", "to idle", REPORT_AT_MOST, &blocking.get, &idle);
    report_row(&(ReportRow){"get_p99_own_stream_us", "on a connection that streams as well", "us",
                            REPORT_SHOWN, 0},
               &own);
    report_against("get_p99_own_stream_ratio", "to idle", REPORT_AT_MOST, &own, &idle);
    report_row(&(ReportRow){"get_p99_own_streams_us", "on a connection with 8 streams", "us",
                            REPORT_SHOWN, 0},
               &own_many);
    report_against("get_p99_own_streams_ratio", "to idle", REPORT_SHOWN, &own_many, &idle);
}
