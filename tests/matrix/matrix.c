/*
 * The table of the race matrix, what holds in each of its runs, and the report.
 *
 * Cells whose cancel is a frame to the agent run against the agent in this process, with its real
 * threads; those in which a client, an agent or the server goes away have real processes. The
 * environment says how often: MATRIX_RUNS and MATRIX_PROCESS_RUNS; and MATRIX_SEED repeats the
 * turns of a run that failed, as far as threads can be repeated.
 */
#include "tests/matrix/matrix.h"

#include "tests/matrix/actor.h"
#include "tests/support/cmocka.h"

#include "base/macros.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define RUNS         20
#define PROCESS_RUNS 3

static const char *const moments[] = {
    [BEFORE_DISPATCH] = "before dispatch",
    [IN_PROVIDER] = "in the provider",
    [DURING_POST_INSTANCE] = "during PostInstance",
    [DURING_FINAL_POST] = "during the final post",
    [AFTER_FINAL_POST] = "after",
};
static const char *const causes[] = {
    [CAUSE_CLIENT] = "client cancel", [CAUSE_DISCONNECT] = "disconnect",
    [CAUSE_DEADLINE] = "deadline",    [CAUSE_STOP] = "stop",
    [CAUSE_DEATH] = "agent death",
};
static const char *const callbacks[] = {
    [CALLBACK_NONE] = "no callback",       [CALLBACK_PLAIN] = "callback",
    [CALLBACK_REPLACED] = "replaced",      [CALLBACK_BLOCKS] = "blocks",
    [CALLBACK_POSTS] = "posts the result",
};

static unsigned seed, random_state;

unsigned matrix_random(unsigned limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

static bool needs_processes(Cause cause)
{
    return cause != CAUSE_CLIENT && cause != CAUSE_DEADLINE;
}

unsigned matrix_turns(const Cell *cell)
{
    return matrix_random(1U << matrix_random(needs_processes(cell->cause) ? 18 : 13));
}

void matrix_set(const Cell *cell, Stage *stage)
{
    bool may_be_late = cell->moment == IN_PROVIDER && matrix_random(4) == 0;

    stage_set(stage, cell->moment, cell->callback, may_be_late ? REGISTERS_LATE : REGISTERS_EARLY,
              matrix_turns(cell), matrix_turns(cell));
}

void matrix_failed(const Cell *cell, const Stage *stage, const char *what)
{
    print_error("%s, %s, %s, run %u of %u, seed %u: %s\n", moments[cell->moment],
                causes[cell->cause], callbacks[cell->callback], cell->done + 1, cell->runs, seed,
                what);
    print_error("entered %d, met %d, calls %d (others %d), reason %d, over %d, late %d, posted %d, "
                "refused %d, wrong %d, uncanceled %d, gave up %d, left %d\n",
                stage->entered, stage->met, stage->calls, stage->other_calls, stage->reason,
                stage->over, stage->late, stage->posted, stage->refused, stage->wrong,
                stage->uncanceled, stage->gave_up, stage->left);
    fail();
    abort(); /* fail() leaves the test, but isn't declared so */
}

int matrix_calls(const Stage *stage)
{
    return stage->calls + stage->other_calls;
}

void matrix_check(const Cell *cell, const Stage *stage, int reason)
{
    const struct {
        bool holds;
        const char *what;
    } rules[] = {
        {stage->entered <= 1, "the provider was entered twice"},
        {matrix_calls(stage) <= 1, "P2: the callback was called more than once"},
        {matrix_calls(stage) == 0 || stage->reason == reason,
         "P2: the callback had another reason"},
        {stage->calls == 0 || cell->callback != CALLBACK_NONE, "P1: nothing was registered"},
        /* A cancel that comes before all are registered may find the first of them. */
        {stage->other_calls == 0 || cell->moment == BEFORE_DISPATCH,
         "P1: a callback that was replaced was called"},
        {stage->late == 0, "P4: a callback was running after the final post"},
        {stage->uncanceled == 0, "P5: in its callback it was not canceled"},
        {stage->calls == 0 || cell->moment != AFTER_FINAL_POST, "P3: called after completion"},
        {stage->wrong == 0, "a context function returned what it never does"},
        {stage->gave_up == 0, "P6: a cancel or its callback never came"},
        {stage->posted <= 1, "two final posts were taken"},
        {stage->left == 0 || stage->posted == 1, "no final post was taken"},
        {stage->refused == 0 || cell->callback == CALLBACK_POSTS, "the only post was refused"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
        if (!rules[i].holds)
            matrix_failed(cell, stage, rules[i].what);
}

/* The number in the environment variable @name, or @otherwise. */
static unsigned number_of(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);
    unsigned long number = text == NULL ? 0 : strtoul(text, NULL, 10);

    return number == 0 || number > 10000000 ? otherwise : (unsigned)number;
}

unsigned matrix_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static Cell cells[MATRIX_CELLS];
static char names[MATRIX_CELLS][96];
static struct CMUnitTest tests[MATRIX_CELLS];

/* Which cells there are: this one, and the way to run it. */
static void fill(void)
{
    unsigned runs = number_of("MATRIX_RUNS", RUNS),
             process_runs = number_of("MATRIX_PROCESS_RUNS", PROCESS_RUNS);

    for (unsigned i = 0; i < MATRIX_CELLS; i++) {
        Cell *cell = &cells[i];

        cell->cause = (Cause)(i / 25);
        cell->moment = (Moment)(i / 5 % 5);
        cell->callback = (Callback)(i % 5);
        snprintf(names[i], sizeof(names[i]), "%s, %s, %s", causes[cell->cause],
                 moments[cell->moment], callbacks[cell->callback]);
        tests[i] = (struct CMUnitTest){.name = names[i], .initial_state = cell};
        if (needs_processes(cell->cause)) {
            cell->runs = process_runs;
            tests[i].test_func = cell_in_host;
            tests[i].setup_func = cell_host_setup;
            tests[i].teardown_func = cell_host_teardown;
        } else {
            cell->runs = runs;
            tests[i].test_func = cell_in_agent;
        }
    }
}

/* @is_whole: of all cells, and not of those alone that were asked for and came to something. */
static void report(unsigned ms, bool is_whole)
{
    unsigned runs = 0, count = 0;

    printf("\n%-14s %-22s %-17s %8s %9s %8s %8s\n", "cause", "moment", "callback", "runs",
           "canceled", "called", "ms");
    for (unsigned i = 0; i < MATRIX_CELLS; i++) {
        const Cell *cell = &cells[i];

        if (!is_whole && cell->done == 0)
            continue;
        count++;
        printf("%-14s %-22s %-17s %8u %9u %8u %8u%s\n", causes[cell->cause], moments[cell->moment],
               callbacks[cell->callback], cell->done, cell->canceled, cell->called, cell->ms,
               cell->done == cell->runs ? "" : "  NOT ALL");
        runs += cell->done;
    }
    printf("%d cells, %u runs, %u.%u s, seed %u\n", count, runs, ms / 1000, ms / 100 % 10, seed);
}

/* With an argument, only the cells whose name matches it (a pattern with * and ?). */
int main(int argc, char **argv)
{
    unsigned start = matrix_now_ms();
    int failed;

    seed = number_of("MATRIX_SEED", (unsigned)time(NULL) % 10000000 + 1);
    random_state = seed;
    fill();
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    failed = cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
    report(matrix_now_ms() - start, argc < 2);
    return failed;
}
