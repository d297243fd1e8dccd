/*
 * The benchmark: what users do, beside the bare relay that is its floor, in turn, in one run.
 *
 * It starts a private mihostd with the provider of provider.c, and measures several rounds, each of
 * the floor and then of mihost, so that the noise of the machine meets both alike. What counts is
 * the ratio; medians of the rounds are printed with their range, and whether the targets are met.
 * Nothing can be tuned per run.
 */
#include "bench/cancel.h"
#include "bench/floor.h"
#include "bench/latency.h"
#include "bench/libmi.h"
#include "bench/neighbours.h"
#include "bench/peers.h"
#include "bench/report.h"
#include "bench/resources.h"
#include "bench/scale.h"

#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS   BENCH_SIZE(5, 1)
#define REQUESTS BENCH_SIZE(20000, 200)
#define WARM_UP  BENCH_SIZE(1000, 10)
#define STARTS   BENCH_SIZE(20, 1)

static void pin(bool pinned)
{
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    for (size_t i = 0; i < (pinned ? 1 : CPU_SETSIZE); i++)
        CPU_SET(i, &cpus);
    (void)sched_setaffinity(0, sizeof(cpus), &cpus);
}

/* ---- Pinned: what each step costs ---- */

typedef struct Pinned {
    Rounds floor, floor99, get, get99, in_flight, in_flight_most, cancel, cancel99;
    Rounds libmi, libmi_threads;
    IdleConnections connections;
    Peers peers;
} Pinned;

static void measure_pinned(Pinned *pinned, const char *peers)
{
    static uint64_t times[REQUESTS];
    LibmiClient *libmi;
    CancelTimes cancel;
    Daemon daemon;
    Lines lines;

    daemon_start(&daemon);
    lines_open(&lines, &daemon);
    latency_get(&lines, "bench", 1, times, WARM_UP);
    libmi = libmi_open(daemon.socket);
    for (int i = 0; i < ROUNDS; i++) {
        floor_measure(times, REQUESTS);
        rounds_add(&pinned->floor, bench_percentile(times, REQUESTS, 0.5));
        rounds_add(&pinned->floor99, bench_percentile(times, REQUESTS, 0.99));
        latency_get(&lines, "bench", 1, times, REQUESTS);
        rounds_add(&pinned->get, bench_percentile(times, REQUESTS, 0.5));
        rounds_add(&pinned->get99, bench_percentile(times, REQUESTS, 0.99));
        libmi_measure_get(libmi, times, REQUESTS);
        rounds_add(&pinned->libmi, bench_percentile(times, REQUESTS, 0.5));
        rounds_add(&pinned->libmi_threads,
                   libmi_measure_threads(libmi, REQUESTS / LIBMI_THREADS + 1));
        rounds_add(&pinned->in_flight, latency_in_flight(&daemon, 64, 2 * REQUESTS));
        rounds_add(&pinned->in_flight_most, latency_in_flight(&daemon, 10000, 2 * REQUESTS));
        cancel_measure_idle(&daemon, &cancel);
        rounds_add(&pinned->cancel, cancel.p50);
        rounds_add(&pinned->cancel99, cancel.p99);
        if (peers != NULL)
            peers_measure(&pinned->peers, peers);
    }
    libmi_close(libmi);
    lines_close(&lines);
    for (int i = 0; i < ROUNDS && resources_allow_connections(); i++)
        resources_idle_connections(&daemon, &pinned->connections);
    daemon_stop(&daemon);
}

static void report_connections(const IdleConnections *connections)
{
    Rounds ratio = rounds_ratio(&connections->beside, &connections->alone);

    if (ratio.count == 0) {
        report_note("10,000 connections: skipped, this process may not open so many descriptors");
        return;
    }
    report_row(&(ReportRow){"idle_connections_ratio",
                            "mi/getInstance beside 10,000 idle connections, p50", "x alone",
                            REPORT_AT_MOST, 1.1},
               &ratio);
    report_one(&(ReportRow){"idle_connection_kib", "an idle connection: memory of the server",
                            "KiB", REPORT_AT_MOST, 2},
               connections->kib);
}

static void report_peers(const Pinned *pinned)
{
    const Peers *peers = &pinned->peers;
    Rounds dbus = rounds_ratio(&pinned->get, &peers->dbus);
    Rounds nginx = rounds_ratio(&pinned->get, &peers->nginx);
    Rounds in_flight = rounds_ratio(&pinned->in_flight, &peers->dbus_in_flight);

    report_row(&(ReportRow){"dbus_us", "dbus-broker and sd-bus, p50", "us", REPORT_SHOWN, 0},
               &peers->dbus);
    report_row(&(ReportRow){"get_dbus_ratio", "mi/getInstance to it", "x", REPORT_AT_MOST, 1},
               &dbus);
    report_row(&(ReportRow){"dbus_in_flight", "dbus-broker and sd-bus, 64 in flight", "/s",
                            REPORT_SHOWN, 0},
               &peers->dbus_in_flight);
    report_row(
        &(ReportRow){"in_flight_dbus_ratio", "mi/getInstance to it", "x", REPORT_AT_LEAST, 2},
        &in_flight);
    report_row(&(ReportRow){"nginx_us", "nginx and FastCGI, p50", "us", REPORT_SHOWN, 0},
               &peers->nginx);
    report_row(&(ReportRow){"get_nginx_ratio", "mi/getInstance to it", "x", REPORT_SHOWN, 0},
               &nginx);
}

static void report_pinned(const Pinned *pinned)
{
    Rounds half = {0}, get, cancel, most;

    for (size_t i = 0; i < pinned->floor.count; i++)
        rounds_add(&half, pinned->floor.values[i] / 2);
    get = rounds_ratio(&pinned->get, &pinned->floor);
    cancel = rounds_ratio(&pinned->cancel, &half);
    most = rounds_ratio(&pinned->in_flight_most, &pinned->in_flight);
    report_title("Pinned to one CPU, 1 KiB");
    report_row(&(ReportRow){"floor_us", "floor: a bare relay of three processes, p50", "us",
                            REPORT_SHOWN, 0},
               &pinned->floor);
    report_row(&(ReportRow){"floor_p99_us", "p99", "us", REPORT_SHOWN, 0}, &pinned->floor99);
    report_row(&(ReportRow){"get_us", "mi/getInstance, one at a time, p50", "us", REPORT_SHOWN, 0},
               &pinned->get);
    report_row(&(ReportRow){"get_pinned_p99_us", "p99", "us", REPORT_SHOWN, 0}, &pinned->get99);
    report_row(&(ReportRow){"get_floor_ratio", "p50 to the floor", "x", REPORT_AT_MOST, 1.3}, &get);
    report_row(&(ReportRow){"libmi_us", "MI_Session_GetInstance by libmi, all read, p50", "us",
                            REPORT_SHOWN, 0},
               &pinned->libmi);
    report_row(
        &(ReportRow){"libmi_threads", "the same, 64 threads on one session", "/s", REPORT_SHOWN, 0},
        &pinned->libmi_threads);
    report_row(&(ReportRow){"in_flight", "mi/getInstance, 64 in flight", "/s", REPORT_SHOWN, 0},
               &pinned->in_flight);
    report_row(
        &(ReportRow){"in_flight_most_ratio", "10,000 in flight, to 64", "x", REPORT_AT_LEAST, 0.8},
        &most);
    report_row(
        &(ReportRow){"cancel_us", "cancel sent to callback entered, p50", "us", REPORT_SHOWN, 0},
        &pinned->cancel);
    report_row(&(ReportRow){"cancel_p99_us", "p99", "us", REPORT_SHOWN, 0}, &pinned->cancel99);
    report_row(
        &(ReportRow){"cancel_floor_ratio", "p50 to half the floor", "x", REPORT_AT_MOST, 1.8},
        &cancel);
    report_connections(&pinned->connections);
    report_peers(pinned);
}

/* ---- Not pinned ---- */

static void report_unpinned(const Daemon *daemon)
{
    Rounds stream = {0}, libmi_stream = {0}, loaded = {0}, ping = {0}, loaded_ms = {0}, ratio;
    LibmiClient *libmi;
    Lines lines;

    lines_open(&lines, daemon);
    libmi = libmi_open(daemon->socket);
    for (int i = 0; i < ROUNDS; i++) {
        CancelTimes cancel, bare;

        rounds_add(&stream, latency_stream(&lines));
        rounds_add(&libmi_stream, libmi_measure_stream(libmi));
        cancel_measure_loaded(daemon, &cancel, &bare);
        rounds_add(&loaded, cancel.p999);
        rounds_add(&loaded_ms, cancel.p999 / 1000);
        rounds_add(&ping, bare.p999);
    }
    libmi_close(libmi);
    lines_close(&lines);
    ratio = rounds_ratio(&loaded, &ping);
    report_title("Not pinned");
    report_row(&(ReportRow){"stream", "mi/enumerateInstances, 100,000 of 8 properties", "/s",
                            REPORT_AT_LEAST, 1000000},
               &stream);
    report_row(&(ReportRow){"libmi_stream", "the same by libmi, every property read", "/s",
                            REPORT_AT_LEAST, 300000},
               &libmi_stream);
    report_row(&(ReportRow){"cancel_loaded_ms", "cancel to callback while 4 agents stream, p99.9",
                            "ms", REPORT_AT_MOST, 5},
               &loaded_ms);
    report_row(
        &(ReportRow){"ping_loaded_us", "a bare ping beside the same, p99.9", "us", REPORT_SHOWN, 0},
        &ping);
    report_row(&(ReportRow){"cancel_loaded_ratio", "the cancel to it", "x", REPORT_AT_MOST, 2},
               &ratio);
}

/* ---- Starting ---- */

static void report_starts(void)
{
    uint64_t starts[STARTS], bare[STARTS], first[STARTS];
    Daemon daemon;

    report_title("Starting");
    for (int i = 0; i < STARTS; i++) {
        first[i] = daemon_start(&daemon);
        if (i < STARTS - 1)
            daemon_stop(&daemon);
    }
    report_one(&(ReportRow){"daemon_start_ms", "the daemon, to its first answer, p50", "ms",
                            REPORT_AT_MOST, 20},
               bench_percentile(first, STARTS, 0.5) / 1000);
    resources_agent_start(&daemon, starts, bare, STARTS);
    report_one(&(ReportRow){"agent_start_ms", "the request that starts an agent, p50", "ms",
                            REPORT_AT_MOST, 3},
               bench_percentile(starts, STARTS, 0.5) / 1000);
    report_one(&(ReportRow){"agent_start_ratio", "to a bare posix_spawn and dlopen", "x",
                            REPORT_AT_MOST, 2},
               bench_percentile(starts, STARTS, 0.5) / bench_percentile(bare, STARTS, 0.5));
    report_title("Memory");
    resources_report(&daemon);
    daemon_stop(&daemon);
}

static void run_all(const char *peers)
{
    Pinned pinned = {0};
    Daemon daemon;

    pin(true);
    measure_pinned(&pinned, peers);
    report_pinned(&pinned);
    pin(false);
    daemon_start(&daemon);
    report_unpinned(&daemon);
    report_title("Beside busy neighbours, not pinned");
    neighbours_report(&daemon);
    daemon_stop(&daemon);
    report_starts();
}

static _Noreturn void usage(void)
{
    fputs("usage: bench [--peers PROGRAM] [--scale] [--plots FOLDER]\n", stderr);
    exit(2);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"peers", required_argument, NULL, 'p'},
                                            {"scale", no_argument, NULL, 's'},
                                            {"plots", required_argument, NULL, 'l'},
                                            {NULL, 0, NULL, 0}};
    const char *peers = NULL, *plots = NULL;
    bool scale = false;
    int option;

    if (argc == 3 && strcmp(argv[1], FLOOR_CHILD) == 0)
        floor_child(argv[2]);
    (void)signal(SIGPIPE, SIG_IGN);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?')
            usage();
        if (option == 'p')
            peers = optarg;
        if (option == 'l')
            plots = optarg;
        if (option != 'p')
            scale = true;
    }
    if (optind < argc)
        usage();
    if (scale)
        scale_report(plots);
    else
        run_all(peers);
    report_end();
    return 0;
}
