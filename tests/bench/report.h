/*
 * What the benchmark says: one row for each figure, on the terminal as it is measured, and all of
 * them as JSON at the end.
 *
 * A row has a value for each round; its median counts, and the range stands beside it. A row with a
 * target says whether it was met.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many there are of something. What is built for the test that the benchmark still runs has
 * few, and its figures mean nothing. */
#ifdef BENCH_BRIEF
#define BENCH_SIZE(full, brief) (brief)
#else
#define BENCH_SIZE(full, brief) (full)
#endif

#define REPORT_ROUNDS 16 /* at most */

typedef enum ReportRule {
    REPORT_SHOWN, /* no target */
    REPORT_AT_MOST,
    REPORT_AT_LEAST,
} ReportRule;

typedef struct ReportRow {
    const char *key;  /* in the JSON; a literal */
    const char *name; /* on the terminal */
    const char *unit;
    ReportRule rule;
    double target;
} ReportRow;

typedef struct Rounds {
    double values[REPORT_ROUNDS];
    size_t count;
} Rounds;

void rounds_add(Rounds *rounds, double value);
double rounds_median(const Rounds *rounds);
/* Of each round. */
Rounds rounds_ratio(const Rounds *above, const Rounds *below);

void report_title(const char *text);
void report_row(const ReportRow *row, const Rounds *rounds);
void report_one(const ReportRow *row, double value);
/* Why something isn't there. */
void report_note(const char *text);

/* Prints how many targets were met, and the JSON. */
void report_end(void);

/* Times in ns. */
uint64_t bench_now(void);
/* In us; sorts @times. */
double bench_percentile(uint64_t *times, size_t count, double fraction);
_Noreturn void bench_fail(const char *what);
