#include "bench/scale.h"

#include "bench/host.h"
#include "bench/latency.h"
#include "bench/report.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUESTS BENCH_SIZE(3000, 200)

static uint64_t times[REQUESTS];
static const char *folder;
static FILE *points;

/* ---- One curve ---- */

static void begin_curve(const char *key, const char *title)
{
    char path[512];

    report_title(title);
    if (folder == NULL)
        return;
    snprintf(path, sizeof(path), "%s/%s.dat", folder, key);
    points = fopen(path, "we");
    if (points == NULL)
        bench_fail(path);
}

static void add_point(const char *key, const char *what, unsigned x, double y, const char *unit)
{
    char *name, *label;

    if (asprintf(&name, "%s_%u", key, x) < 0 || asprintf(&label, "%u %s", x, what) < 0)
        bench_fail("asprintf");
    /* The names live as long as the report. */
    report_one(&(ReportRow){name, label, unit, REPORT_SHOWN, 0}, y);
    free(label);
    if (points != NULL)
        fprintf(points, "%u %g\n", x, y);
}

static void draw(const char *key, const char *x, const char *y)
{
    char script[2048];
    char *arguments[] = {(char *)"gnuplot", (char *)"-e", script, NULL};
    int status = -1;
    pid_t pid;

    snprintf(script, sizeof(script),
             "set terminal svg; set output '%s/%s.svg'; set logscale x; set xlabel '%s'; set "
             "ylabel '%s'; set yrange [0:*]; set key off; plot '%s/%s.dat' with linespoints",
             folder, key, x, y, folder, key);
    if (posix_spawnp(&pid, arguments[0], NULL, NULL, arguments, environ) == 0)
        waitpid(pid, &status, 0);
    if (status != 0)
        report_note("no plot: gnuplot is not installed, or failed");
}

static void end_curve(const char *key, const char *x, const char *y)
{
    if (points == NULL)
        return;
    fclose(points);
    points = NULL;
    draw(key, x, y);
}

static double median_get(Lines *lines, const char *name_space, unsigned size, size_t count)
{
    latency_get(lines, name_space, size, times, count);
    return bench_percentile(times, count, 0.5);
}

/* ---- The curves ---- */

static void scale_in_flight(const Daemon *daemon)
{
    begin_curve("in_flight", "mi/getInstance of 1 KiB, by operations in flight");
    for (unsigned window = 1; window <= 10000; window = window < 8192 ? window * 2 : window + 1808)
        add_point("in_flight", "in flight", window, latency_in_flight(daemon, window, 40000), "/s");
    end_curve("in_flight", "operations in flight", "operations/s");
}

static void scale_sizes(const Daemon *daemon)
{
    Lines lines;

    lines_open(&lines, daemon);
    begin_curve("size", "mi/getInstance, by the size of the instance's text");
    for (unsigned size = 128; size <= 1U << 20; size *= 2)
        add_point("size", "bytes", size,
                  median_get(&lines, "bench", size, size < 1U << 16 ? 2000 : 200), "us");
    end_curve("size", "bytes", "p50, us");
    lines_close(&lines);
}

/* Each of them is used in turn. */
static void scale_connections(const Daemon *daemon)
{
    static Lines lines[10000];
    unsigned count = 0;

    begin_curve("connections", "mi/getInstance, by connections that are used in turn");
    for (unsigned wanted = 1; wanted <= 10000;
         wanted = wanted < 8192 ? wanted * 2 : wanted + 1808) {
        for (; count < wanted; count++)
            lines[count] = (Lines){.fd = daemon_connect(daemon)};
        for (unsigned i = 0; i < REQUESTS; i++) {
            const char *request = request_get("bench", 1);
            uint64_t begin = bench_now();
            char answer[4096];
            lines_send(&lines[i % count], request);
            if (read(lines[i % count].fd, answer, sizeof(answer)) <= 0)
                bench_fail("read");
            times[i] = bench_now() - begin;
        }
        add_point("connections", "connections", wanted, bench_percentile(times, REQUESTS, 0.5),
                  "us");
    }
    end_curve("connections", "connections", "p50, us");
    while (count > 0)
        close(lines[--count].fd);
}

static void scale_agents(const Daemon *daemon)
{
    Lines lines;

    lines_open(&lines, daemon);
    begin_curve("agents", "mi/getInstance, by agents that are used in turn");
    for (unsigned count = 1; count <= HOST_LOADS; count = count < 64 ? count * 2 : count + 36) {
        char name[16];
        for (unsigned i = 0; i < REQUESTS + count; i++) {
            snprintf(name, sizeof(name), "load%u", i % count + 1);
            /* The first round starts them. */
            latency_get(&lines, name, 1, &times[i < count ? 0 : i - count], 1);
        }
        add_point("agents", "agents", count, bench_percentile(times, REQUESTS, 0.5), "us");
    }
    end_curve("agents", "agents", "p50, us");
    lines_close(&lines);
}

static void scale_classes(void)
{
    begin_curve("classes", "mi/getInstance, by registered classes");
    for (unsigned count = 1; count <= 1024; count *= 2) {
        Daemon daemon;
        Lines lines;

        daemon_start_with(&daemon, count);
        lines_open(&lines, &daemon);
        (void)median_get(&lines, "bench", 1, 100);
        add_point("classes", "classes", count, median_get(&lines, "bench", 1, REQUESTS), "us");
        lines_close(&lines);
        daemon_stop(&daemon);
    }
    end_curve("classes", "classes", "p50, us");
}

void scale_report(const char *plots)
{
    Daemon daemon;

    folder = plots;
    if (folder != NULL)
        (void)mkdir(folder, 0755);
    daemon_start(&daemon);
    scale_in_flight(&daemon);
    scale_sizes(&daemon);
    scale_connections(&daemon);
    scale_agents(&daemon);
    daemon_stop(&daemon);
    scale_classes();
}
