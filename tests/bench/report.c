#include "bench/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_ROWS 256

static struct {
    ReportRow row;
    double median, low, high;
} rows[MOST_ROWS];
static size_t row_count, targets, met;

void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

uint64_t bench_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

/* Nobody reads any more: the daemon is to end with the benchmark. */
static void show(void)
{
    if (fflush(stdout) != 0)
        bench_fail("standard output");
}

static int compare_times(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

double bench_percentile(uint64_t *times, size_t count, double fraction)
{
    qsort(times, count, sizeof(*times), compare_times);
    return (double)times[(size_t)((double)(count - 1) * fraction)] / 1000;
}

static int compare_figures(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void rounds_add(Rounds *rounds, double value)
{
    if (rounds->count < REPORT_ROUNDS)
        rounds->values[rounds->count++] = value;
}

static Rounds sorted(const Rounds *rounds)
{
    Rounds copy = *rounds;

    qsort(copy.values, copy.count, sizeof(copy.values[0]), compare_figures);
    return copy;
}

double rounds_median(const Rounds *rounds)
{
    Rounds copy = sorted(rounds);

    return copy.count == 0 ? 0 : copy.values[copy.count / 2];
}

Rounds rounds_ratio(const Rounds *above, const Rounds *below)
{
    Rounds ratio = {0};

    for (size_t i = 0; i < above->count && i < below->count; i++)
        rounds_add(&ratio, above->values[i] / below->values[i]);
    return ratio;
}

void report_title(const char *text)
{
    printf("\n%s\n", text);
    show();
}

void report_note(const char *text)
{
    printf("  %s\n", text);
    show();
}

static void print_verdict(const ReportRow *row, double value)
{
    bool is_met = row->rule == REPORT_AT_MOST ? value <= row->target : value >= row->target;

    if (row->rule == REPORT_SHOWN)
        return;
    targets++;
    met += is_met;
    printf("  %s (%s %g)", is_met ? "met" : "MISSED",
           row->rule == REPORT_AT_MOST ? "at most" : "at least", row->target);
}

/* Three digits that count, whatever the size. */
static const char *number(double value, char *text, size_t size)
{
    snprintf(text, size, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    return text;
}

void report_row(const ReportRow *row, const Rounds *rounds)
{
    Rounds values = sorted(rounds);
    double median = rounds_median(rounds), low, high;
    char texts[3][32];

    if (values.count == 0 || row_count == MOST_ROWS)
        return;
    low = values.values[0];
    high = values.values[values.count - 1];
    printf("  %-58s %9s %-5s", row->name, number(median, texts[0], sizeof(texts[0])), row->unit);
    if (values.count > 1)
        printf(" (%s to %s)", number(low, texts[1], sizeof(texts[1])),
               number(high, texts[2], sizeof(texts[2])));
    print_verdict(row, median);
    putchar('\n');
    show();
    rows[row_count].row = *row;
    rows[row_count].median = median;
    rows[row_count].low = low;
    rows[row_count++].high = high;
}

void report_one(const ReportRow *row, double value)
{
    report_row(row, &(Rounds){.values = {value}, .count = 1});
}

void report_end(void)
{
    printf("\n%zu of %zu targets met\n\n{", met, targets);
    for (size_t i = 0; i < row_count; i++) {
        const ReportRow *row = &rows[i].row;

        printf("%s\n\"%s\":{\"value\":%.6g,\"low\":%.6g,\"high\":%.6g,\"unit\":\"%s\"",
               i == 0 ? "" : ",", row->key, rows[i].median, rows[i].low, rows[i].high, row->unit);
        if (row->rule != REPORT_SHOWN)
            printf(",\"%s\":%g", row->rule == REPORT_AT_MOST ? "atMost" : "atLeast", row->target);
        putchar('}');
    }
    puts("\n}");
}
