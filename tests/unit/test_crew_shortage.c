/*
 * The crew when no more threads can be had: callbacks have one all the same, and a function that
 * none can run is refused.
 */
#include "base/log.h"
#include "tests/unit/crew_rig.h"
#include "tests/unit/no_threads.h"

#include <errno.h>

static int begin(void **state)
{
    no_threads = false;
    return rig_clear(state);
}

static void callbacks_run_while_functions_block_and_no_thread_can_be_started(void **state)
{
    static Job functions[20];
    Job callbacks[2];

    (void)state;
    log_set_level((LogLevel)-1);
    rig_begin(20);
    enter(functions, ARRAY_SIZE(functions), CREW_CALL);
    no_threads = true;
    for (size_t i = 0; i < ARRAY_SIZE(callbacks); i++) {
        job_init(&callbacks[i], CREW_CANCEL, false);
        arrive(&callbacks[i], 1);
        expect_open(&callbacks[i].ran);
    }
    no_threads = false;
    let_go(functions, ARRAY_SIZE(functions));
    rig_end();
}

static void a_function_that_no_thread_can_run_is_refused(void **state)
{
    Job first, second;

    (void)state;
    log_set_level((LogLevel)-1);
    rig_begin(4);
    job_init(&first, CREW_CALL, true);
    job_init(&second, CREW_CALL, false);
    arrive(&first, 1);
    expect_open(&first.ran);
    no_threads = true;
    assert_int_equal(crew_submit(&rig.crew, &second.job),
                     -EAGAIN); /* the flusher has no thread either */
    no_threads = false;
    assert_int_equal(crew_submit(&rig.crew, &second.job), 0);
    expect_open(&second.ran);
    latch_open(&first.leave);
    rig_end();
    assert_int_equal(rig.runs, 2);
}

static void do_nothing(FlushJob *job)
{
    (void)job;
}

/* The flusher has its thread. */
static void warm_up(void)
{
    static FlushJob job;

    flush_job_init(&job, do_nothing);
    assert_int_equal(flusher_add(&rig.flusher, &job), 0);
    (void)flusher_remove(&rig.flusher, &job);
}

static void functions_that_wait_for_a_thread_in_vain_are_refused_while_all_others_block(
    void **state)
{
    Job first, callback, jobs[3];

    (void)state;
    log_set_level((LogLevel)-1);
    rig_begin(4);
    warm_up();
    enter(&first, 1, CREW_CALL);
    no_threads = true;
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        job_init(&jobs[i], i == 0 ? CREW_TELL : CREW_CALL, false);
        assert_int_equal(crew_submit(&rig.crew, &jobs[i].job), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        expect_open(&jobs[i].refused);
    job_init(&callback, CREW_CANCEL, false);
    arrive(&callback, 1);
    expect_open(&callback.ran);
    latch_open(&first.leave);
    rig_end();
    assert_int_equal(rig.runs, 2);
}

/* As those above that wait for a look, and then there are no more threads. */
static void functions_that_were_taken_and_find_no_thread_later_are_refused(void **state)
{
    static Job jobs[30];
    unsigned refused = 0;

    (void)state;
    log_set_level((LogLevel)-1);
    rig_begin(ARRAY_SIZE(jobs));
    warm_up();
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        job_init(&jobs[i], CREW_CALL, true);
    arrive(jobs, 8);
    expect_all_inside(jobs, 8);
    no_threads = true;
    arrive(jobs + 8, ARRAY_SIZE(jobs) - 8);
    for (size_t i = ARRAY_SIZE(jobs) - 1; i >= 8 && latch_wait_ms(&jobs[i].refused, PATIENCE_MS);
         i--)
        refused++;
    assert_int_equal(refused, ARRAY_SIZE(jobs) - 8);
    let_go(jobs, ARRAY_SIZE(jobs));
    rig_end();
    assert_int_equal(rig.runs, 8);
}

/* Without anybody who calls crew_retry. */
static void a_callback_gets_its_thread_as_soon_as_one_can_be_started(void **state)
{
    Job first, jobs[2];

    (void)state;
    log_set_level((LogLevel)-1);
    rig_begin(4);
    warm_up();
    enter(&first, 1, CREW_CALL);
    no_threads = true;
    job_init(&jobs[0], CREW_CANCEL, true);
    job_init(&jobs[1], CREW_CANCEL, false);
    arrive(jobs, 2);
    expect_open(&jobs[0].ran);
    assert_int_equal(rig.runs, 2);
    no_threads = false;
    expect_open(&jobs[1].ran);
    latch_open(&jobs[0].leave);
    latch_open(&first.leave);
    rig_end();
}

static void a_callback_that_no_thread_can_run_waits_until_one_can_be_started(void **state)
{
    Job first, jobs[2];

    (void)state;
    log_set_level((LogLevel)-1);
    rig_begin(4);
    enter(&first, 1, CREW_CALL);
    no_threads = true;
    job_init(&jobs[0], CREW_CANCEL, true);
    job_init(&jobs[1], CREW_CANCEL, false);
    arrive(&jobs[0], 1);
    expect_open(&jobs[0].ran);
    assert_int_equal(crew_submit(&rig.crew, &jobs[1].job), 0);
    crew_retry(&rig.crew);
    assert_int_equal(rig.runs, 2);
    no_threads = false;
    crew_retry(&rig.crew);
    expect_open(&jobs[1].ran);
    latch_open(&jobs[0].leave);
    latch_open(&first.leave);
    rig_end();
    assert_int_equal(rig.runs, 3);
}

static void a_crew_without_any_thread_does_not_begin(void **state)
{
    (void)state;
    log_set_level((LogLevel)-1);
    rig_prepare(1);
    no_threads = true;
    assert_int_equal(crew_start(&rig.crew), -EAGAIN);
    rig_end();
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(callbacks_run_while_functions_block_and_no_thread_can_be_started),
        TEST(a_function_that_no_thread_can_run_is_refused),
        TEST(functions_that_wait_for_a_thread_in_vain_are_refused_while_all_others_block),
        TEST(functions_that_were_taken_and_find_no_thread_later_are_refused),
        TEST(a_callback_gets_its_thread_as_soon_as_one_can_be_started),
        TEST(a_callback_that_no_thread_can_run_waits_until_one_can_be_started),
        TEST(a_crew_without_any_thread_does_not_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
