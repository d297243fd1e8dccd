/*
 * The benchmark: what users do, beside the bare relay that is its floor, in turn, in one run.
 *
 * It starts a private mihostd with the provider of provider.c, and measures several rounds, each of
 * the floor and then of mihost, so that the noise of the machine meets both alike. What counts is
 * the ratio; medians of the rounds are printed with their spread. Nothing is tuned per run. One
 * table for people, one JSON object behind it.
 */
#include "bench/cancel.h"
#include "bench/floor.h"
#include "bench/host.h"

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS   5
#define REQUESTS 20000
#define STARTS   20

static const char get_request[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"mi/getInstance\",\"params\":{\"namespace\":\"root/"
    "bench\","
    "\"instance\":{\"class\":\"Bench_Item\",\"properties\":{\"Id\":1}}}}\n";
static const char enumerate_request[] =
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"mi/"
    "enumerateInstances\",\"params\":{\"namespace\":\"root/bench\","
    "\"class\":\"Bench_Item\",\"partialResultToken\":1}}\n";

static void check_result(const char *line, size_t length)
{
    if (length < 30 || memmem(line, length < 60 ? length : 60, "\"result\"", 8) == NULL) {
        fprintf(stderr, "bench: unexpected answer: %.*s\n", (int)(length < 300 ? length : 300),
                line);
        exit(1);
    }
}

static void measure_get(Lines *lines, uint64_t *times, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t begin = bench_now();
        char *line;
        send_line(lines->fd, get_request);
        size_t length = next_line(lines, &line);
        times[i] = bench_now() - begin;
        check_result(line, length);
    }
}

/* Instances a second of one enumeration. */
static double measure_stream(Lines *lines)
{
    uint64_t begin = bench_now();
    char *line;

    send_line(lines->fd, enumerate_request);
    for (;;) {
        size_t length = next_line(lines, &line);
        if (memmem(line, length < 40 ? length : 40, "\"method\"", 8) == NULL) {
            check_result(line, length);
            return 100000 / ((double)(bench_now() - begin) / 1e9);
        }
    }
}

/* The request that starts an agent: each on a fresh daemon's first request would count the daemon's
 * start, so the agent is killed in between. */
static uint64_t measure_start(Lines *lines)
{
    char *line, *pid;
    uint64_t begin;

    send_line(lines->fd, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"host/status\"}\n");
    line = NULL;
    size_t length = next_line(lines, &line);
    line[length] = '\0';
    pid = strstr(line, "\"pid\":");
    if (pid != NULL) {
        pid_t agent = (pid_t)atol(pid + 6);
        kill(agent, SIGKILL);
        while (kill(agent, 0) == 0)
            usleep(1000);
        usleep(20000);
    }
    begin = bench_now();
    send_line(lines->fd, get_request);
    length = next_line(lines, &line);
    check_result(line, length);
    return bench_now() - begin;
}

/* Proportional set size in KiB, from /proc/PID/smaps_rollup. */
static long pss_of(pid_t pid)
{
    char path[64], text[256];
    long size = -1;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(text, sizeof(text), file) != NULL)
        if (sscanf(text, "Pss: %ld", &size) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return size;
}

static pid_t agent_of(Lines *lines)
{
    char *line, *pid;

    send_line(lines->fd, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"host/status\"}\n");
    size_t length = next_line(lines, &line);
    line[length] = '\0';
    pid = strstr(line, "\"pid\":");
    return pid == NULL ? 0 : (pid_t)atol(pid + 6);
}

static void pin(bool pinned)
{
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    for (size_t i = 0; i < (pinned ? 1 : CPU_SETSIZE); i++)
        CPU_SET(i, &cpus);
    (void)sched_setaffinity(0, sizeof(cpus), &cpus);
}

typedef struct Figures {
    double floor[ROUNDS], get[ROUNDS], floor99[ROUNDS], get99[ROUNDS], stream[ROUNDS];
    double start;
    long server_pss, agent_pss;
    CancelFigures cancel;
} Figures;

static void run(bool pinned, Figures *figures)
{
    static Lines lines;
    static uint64_t times[REQUESTS];
    uint64_t starts[STARTS];
    Daemon daemon;

    pin(pinned);
    daemon_start(&daemon);
    lines = (Lines){.fd = daemon_connect(&daemon)};
    measure_get(&lines, times, 1000);
    figures->server_pss = pss_of(daemon.pid);
    figures->agent_pss = pss_of(agent_of(&lines));
    for (int i = 0; i < ROUNDS; i++) {
        floor_measure(times, REQUESTS);
        figures->floor[i] = bench_percentile(times, REQUESTS, 0.5);
        figures->floor99[i] = bench_percentile(times, REQUESTS, 0.99);
        measure_get(&lines, times, REQUESTS);
        figures->get[i] = bench_percentile(times, REQUESTS, 0.5);
        figures->get99[i] = bench_percentile(times, REQUESTS, 0.99);
        figures->stream[i] = measure_stream(&lines);
    }
    for (int i = 0; i < STARTS; i++)
        starts[i] = measure_start(&lines);
    figures->start = bench_percentile(starts, STARTS, 0.5);
    cancel_measure(&daemon, &figures->cancel);
    close(lines.fd);
    daemon_stop(&daemon);
}

static void row(const char *name, double *figures, const char *unit)
{
    bench_sort(figures, ROUNDS);
    printf("  %-44s %10.1f %-4s (%.1f to %.1f)\n", name, figures[ROUNDS / 2], unit, figures[0],
           figures[ROUNDS - 1]);
}

static void print(const char *title, Figures *figures)
{
    printf("%s\n", title);
    row("floor: relay of three processes, 1 KiB, p50", figures->floor, "us");
    row("floor, p99", figures->floor99, "us");
    row("mi/getInstance, 1 KiB, one at a time, p50", figures->get, "us");
    row("mi/getInstance, p99", figures->get99, "us");
    printf("  %-44s %10.2f x floor\n", "mi/getInstance, p50, ratio",
           figures->get[ROUNDS / 2] / figures->floor[ROUNDS / 2]);
    row("mi/enumerateInstances, 100,000 of 8 properties", figures->stream, "/s");
    printf("  %-44s %10.2f ms\n", "request that starts an agent, p50", figures->start / 1000);
    printf("  %-44s %10ld KiB\n", "resident memory of the server (PSS)", figures->server_pss);
    printf("  %-44s %10ld KiB\n", "resident memory of the agent (PSS)", figures->agent_pss);
}

static void print_cancel(const char *title, const CancelFigures *figures, double floor)
{
    const CancelTimes *idle = &figures->idle, *loaded = &figures->loaded, *ping = &figures->ping;

    printf("%s\n", title);
    printf("  %-44s %10.1f us   p99 %.1f, p99.9 %.1f; %.2f x half the floor\n",
           "cancel sent to callback entered, p50", idle->p50, idle->p99, idle->p999,
           idle->p50 / (floor / 2));
    printf("  %-44s %10.1f us   p99 %.1f, p99.9 %.1f\n", "the same while 4 agents stream, p50",
           loaded->p50, loaded->p99, loaded->p999);
    printf("  %-44s %10.1f us   p99 %.1f, p99.9 %.1f\n", "a bare ping under that load, p50",
           ping->p50, ping->p99, ping->p999);
}

static void print_json(const char *name, const Figures *figures, const char *tail)
{
    printf("\"%s\":{\"floor_p50_us\":%.2f,\"floor_p99_us\":%.2f,\"get_p50_us\":%.2f,"
           "\"get_p99_us\":%.2f,\"stream_per_s\":%.0f,\"agent_start_ms\":%.3f,"
           "\"server_pss_kib\":%ld,\"agent_pss_kib\":%ld,\"cancel_p50_us\":%.2f,"
           "\"cancel_p99_us\":%.2f,\"cancel_loaded_p999_us\":%.2f,\"ping_loaded_p999_us\":%.2f}%s",
           name, figures->floor[ROUNDS / 2], figures->floor99[ROUNDS / 2], figures->get[ROUNDS / 2],
           figures->get99[ROUNDS / 2], figures->stream[ROUNDS / 2], figures->start / 1000,
           figures->server_pss, figures->agent_pss, figures->cancel.idle.p50,
           figures->cancel.idle.p99, figures->cancel.loaded.p999, figures->cancel.ping.p999, tail);
}

int main(void)
{
    static Figures pinned, unpinned;

    run(true, &pinned);
    run(false, &unpinned);
    print("pinned to one CPU", &pinned);
    print("not pinned", &unpinned);
    print_cancel("cancel, pinned", &pinned.cancel, pinned.floor[ROUNDS / 2]);
    print_cancel("cancel, not pinned", &unpinned.cancel, unpinned.floor[ROUNDS / 2]);
    putchar('{');
    print_json("pinned", &pinned, ",");
    print_json("unpinned", &unpinned, "}\n");
    return 0;
}
