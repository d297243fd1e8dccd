/*
 * The crew: threads that read and run what they have read, as many as are needed. What happens when
 * there can be no more of them is in test_crew_shortage.c.
 */
#include "tests/unit/crew_rig.h"

#include <pthread.h>

/* ---- Functions ---- */

static void functions_that_come_together_run_side_by_side(void **state)
{
    Job jobs[4];

    (void)state;
    rig_begin(4);
    enter(jobs, ARRAY_SIZE(jobs), CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    rig_end();
    assert_int_equal(rig.most_inside, 4);
}

static void functions_that_come_one_by_one_run_side_by_side(void **state)
{
    Job jobs[8];

    (void)state;
    rig_begin(8);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        enter(&jobs[i], 1, CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    rig_end();
    assert_int_equal(rig.most_inside, 8);
}

static void a_crew_for_one_runs_them_one_at_a_time_and_in_order(void **state)
{
    Job jobs[2];

    (void)state;
    rig_begin(1);
    job_init(&jobs[0], CREW_CALL, true);
    job_init(&jobs[1], CREW_CALL, false);
    arrive(&jobs[0], 1);
    expect_open(&jobs[0].ran);
    assert_int_equal(crew_submit(&rig.crew, &jobs[1].job), 0);
    assert_int_equal(crew_submit(&rig.crew, &jobs[1].job), CREW_WAITS_ALREADY);
    assert_int_equal(rig.runs, 1);
    latch_open(&jobs[0].leave);
    expect_open(&jobs[1].ran);
    rig_end();
    assert_int_equal(rig.most_inside, 1);
    assert_int_equal(rig.runs, 2);
}

static void a_job_that_was_taken_back_is_never_run(void **state)
{
    Job jobs[2];

    (void)state;
    rig_begin(1);
    job_init(&jobs[0], CREW_CALL, true);
    job_init(&jobs[1], CREW_CALL, false);
    arrive(&jobs[0], 1);
    expect_open(&jobs[0].ran);
    assert_int_equal(crew_submit(&rig.crew, &jobs[1].job), 0);
    assert_true(crew_remove(&rig.crew, &jobs[1].job));
    assert_false(crew_remove(&rig.crew, &jobs[1].job));
    assert_false(crew_remove(&rig.crew, &jobs[0].job));
    latch_open(&jobs[0].leave);
    rig_end();
    assert_int_equal(rig.runs, 1);
}

/* The three with which it begins: none is started, and the reserve is never woken. */
static void functions_that_come_one_after_the_other_need_no_more_threads(void **state)
{
    Job job;

    (void)state;
    rig_begin(100);
    for (int i = 0; i < 200; i++) {
        wait_until_asleep();
        job_init(&job, CREW_CALL, false);
        arrive(&job, 1);
        expect_open(&job.ran);
    }
    wait_until_asleep();
    assert_int_equal(rig.crew.threads, 3);
    rig_end();
    assert_int_equal(rig.runs, 200);
}

/* As many as a server may have outstanding: all are inside at once. */
static void functions_that_block_get_a_thread_each_after_a_few_ticks(void **state)
{
    static Job jobs[100];

    (void)state;
    rig_begin(100);
    enter(jobs, ARRAY_SIZE(jobs), CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    rig_end();
    assert_int_equal(rig.most_inside, 100);
}

static void a_function_is_entered_while_two_other_threads_are_free(void **state)
{
    Job jobs[12];

    (void)state;
    rig_begin(12);
    enter(jobs, ARRAY_SIZE(jobs), CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    rig_end();
    assert_true(rig.least_free >= 2);
}

static void what_enters_no_function_waits_for_none(void **state)
{
    Job call, tell;

    (void)state;
    rig_begin(1);
    job_init(&call, CREW_CALL, true);
    job_init(&tell, CREW_TELL, false);
    arrive(&call, 1);
    expect_open(&call.ran);
    arrive(&tell, 1);
    expect_open(&tell.ran);
    latch_open(&call.leave);
    rig_end();
}

/* ---- Callbacks ---- */

static void a_callback_is_entered_while_another_thread_is_free(void **state)
{
    Job jobs[8];

    (void)state;
    rig_begin(1);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        enter(&jobs[i], 1, CREW_CANCEL);
    let_go(jobs, ARRAY_SIZE(jobs));
    rig_end();
    assert_int_equal(rig.most_inside, 8);
    assert_true(rig.least_free >= 1);
}

/* From a provider's thread, not from the socket: who waits there has to be fetched. */
static void a_callback_that_comes_from_elsewhere_is_run_too(void **state)
{
    Job job;

    (void)state;
    rig_begin(4);
    for (int i = 0; i < 100; i++) {
        wait_until_asleep();
        job_init(&job, CREW_CANCEL, false);
        assert_int_equal(crew_submit(&rig.crew, &job.job), 0);
        expect_open(&job.ran);
    }
    rig_end();
    assert_int_equal(rig.runs, 100);
}

/* ---- Threads that a provider ends ---- */

static void end_thread(CrewJob *job)
{
    latch_open(&container_of(job, Job, job)->ran);
    pthread_exit(NULL);
}

static void a_job_that_ends_its_thread_has_returned(void **state)
{
    static Job jobs[23];

    (void)state;
    rig_begin(20);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        job_init(&jobs[i], CREW_CALL, true);
    for (size_t i = 0; i < 3; i++) {
        jobs[i].job.run = end_thread;
        arrive(&jobs[i], 1);
        expect_open(&jobs[i].ran);
    }
    arrive(jobs + 3, 20);
    expect_all_inside(jobs + 3, 20);
    let_go(jobs + 3, 20);
    rig_end();
    assert_int_equal(rig.most_inside, 20);
    assert_true(rig.least_free >= 2);
}

static void what_waits_for_a_job_that_ends_its_thread_is_run(void **state)
{
    Job jobs[3];

    (void)state;
    rig_begin(1);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        job_init(&jobs[i], CREW_CALL, false);
    jobs[0].job.run = jobs[1].job.run = end_thread;
    arrive(jobs, ARRAY_SIZE(jobs));
    expect_all_inside(jobs, ARRAY_SIZE(jobs));
    rig_end();
    assert_int_equal(rig.runs, 1);
}

/* ---- The end ---- */

static void what_still_runs_at_the_end_of_the_source_is_waited_for(void **state)
{
    Job job;

    (void)state;
    rig_begin(4);
    enter(&job, 1, CREW_CALL);
    rig_stop_source();
    latch_open(&job.leave);
    rig_end();
    assert_int_equal(rig.inside, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(functions_that_come_together_run_side_by_side),
        TEST(functions_that_come_one_by_one_run_side_by_side),
        TEST(a_crew_for_one_runs_them_one_at_a_time_and_in_order),
        TEST(a_job_that_was_taken_back_is_never_run),
        TEST(functions_that_come_one_after_the_other_need_no_more_threads),
        TEST(functions_that_block_get_a_thread_each_after_a_few_ticks),
        TEST(a_function_is_entered_while_two_other_threads_are_free),
        TEST(what_enters_no_function_waits_for_none),
        TEST(a_callback_is_entered_while_another_thread_is_free),
        TEST(a_callback_that_comes_from_elsewhere_is_run_too),
        TEST(a_job_that_ends_its_thread_has_returned),
        TEST(what_waits_for_a_job_that_ends_its_thread_is_run),
        TEST(what_still_runs_at_the_end_of_the_source_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
