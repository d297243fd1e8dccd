/*
 * The crew: threads that read and run what they have read, as many as are needed, and what happens
 * when there can be no more.
 */
#include "base/log.h"
#include "tests/unit/agent_harness.h"
#include "tests/unit/no_threads.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>

/* ---- A source: the test puts jobs in, and a thread of the crew takes them out ---- */

typedef struct TestSource {
    CrewSource source;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    List jobs; /* of Job.link */
    unsigned kicks;
    atomic_int ended;
    Crew *crew;
} TestSource;

typedef struct Job {
    CrewJob job;
    List link;
    Latch ran, leave, refused;
    bool blocks;
} Job;

static void source_wait(CrewSource *base)
{
    TestSource *source = container_of(base, TestSource, source);

    pthread_mutex_lock(&source->lock);
    while (list_is_empty(&source->jobs) && source->kicks == 0)
        pthread_cond_wait(&source->changed, &source->lock);
    if (source->kicks > 0)
        source->kicks--;
    pthread_mutex_unlock(&source->lock);
}

static Job *take_first(TestSource *source)
{
    List *first;

    pthread_mutex_lock(&source->lock);
    first = list_first(&source->jobs);
    if (first != NULL)
        list_unlink(first);
    pthread_mutex_unlock(&source->lock);
    return first == NULL ? NULL : list_entry(first, Job, link);
}

/* Submits without the lock: a kick, which takes it, comes with the crew's held. */
static int source_read(CrewSource *base)
{
    TestSource *source = container_of(base, TestSource, source);
    Job *job;

    while ((job = take_first(source)) != NULL)
        crew_submit(source->crew, &job->job);
    return source->ended;
}

static void source_kick(CrewSource *base)
{
    TestSource *source = container_of(base, TestSource, source);

    pthread_mutex_lock(&source->lock);
    source->kicks++;
    pthread_cond_signal(&source->changed);
    pthread_mutex_unlock(&source->lock);
}

/* ---- A crew on it ---- */

static TestSource input;
static Flusher flusher;
static Crew crew;
static atomic_int inside, most_inside, runs;
static _Atomic unsigned least_free;

static void crew_begin(unsigned calls)
{
    input = (TestSource){.source = {source_wait, source_read, source_kick}, .crew = &crew};
    pthread_mutex_init(&input.lock, NULL);
    pthread_cond_init(&input.changed, NULL);
    list_init(&input.jobs);
    flusher_init(&flusher);
    crew_init(&crew, &(CrewSettings){.calls = calls, .source = &input.source, .flusher = &flusher});
    assert_int_equal(crew_start(&crew), 0);
}

/* All jobs have run, and all threads have ended. */
static void crew_end(void)
{
    flusher_stop(&flusher);
    crew_deinit(&crew);
    flusher_deinit(&flusher);
    pthread_cond_destroy(&input.changed);
    pthread_mutex_destroy(&input.lock);
}

static void run_job(CrewJob *job)
{
    Job *own = container_of(job, Job, job);
    int now = ++inside, most = most_inside;
    unsigned free;

    while (now > most && !atomic_compare_exchange_weak(&most_inside, &most, now))
        ;
    pthread_mutex_lock(&crew.lock);
    free = crew.threads;
    for (int i = 0; i < CREW_KINDS; i++)
        free -= crew.queues[i].inside;
    pthread_mutex_unlock(&crew.lock);
    if (free < least_free)
        least_free = free;
    runs++;
    latch_open(&own->ran);
    if (own->blocks)
        latch_wait(&own->leave);
    inside--;
}

static void refuse_job(CrewJob *job)
{
    latch_open(&container_of(job, Job, job)->refused);
}

static void job_init(Job *job, CrewJobKind kind, bool blocks)
{
    *job = (Job){.ran = LATCH_INIT, .leave = LATCH_INIT, .refused = LATCH_INIT, .blocks = blocks};
    list_init(&job->link);
    crew_job_init(&job->job, kind, run_job, kind == CREW_CANCEL ? NULL : refuse_job);
}

/* As if @count jobs had come in one packet. */
static void arrive(Job *jobs, size_t count)
{
    pthread_mutex_lock(&input.lock);
    for (size_t i = 0; i < count; i++)
        list_append(&input.jobs, &jobs[i].link);
    pthread_cond_signal(&input.changed);
    pthread_mutex_unlock(&input.lock);
}

static void expect_all_inside(Job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_open(&jobs[i].ran);
}

/* They come together, block, and are all inside when it returns. */
static void enter(Job *jobs, size_t count, CrewJobKind kind)
{
    for (size_t i = 0; i < count; i++)
        job_init(&jobs[i], kind, true);
    arrive(jobs, count);
    expect_all_inside(jobs, count);
}

static void let_go(Job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        latch_open(&jobs[i].leave);
}

static int begin(void **state)
{
    inside = most_inside = runs = 0;
    least_free = 1000;
    no_threads = false;
    return script_clear(state);
}

/* Until it has as many free threads as it keeps, all of them asleep. */
static void wait_until_asleep(void)
{
    bool asleep = false;

    for (int spin = 0; !asleep && spin < 10000000; spin++) {
        pthread_mutex_lock(&crew.lock);
        asleep = crew.at_source == 2 && crew.at_source + crew.in_reserve == crew.threads;
        pthread_mutex_unlock(&crew.lock);
        sched_yield();
    }
    assert_true(asleep);
}

/* ---- Functions ---- */

static void functions_that_come_together_run_side_by_side(void **state)
{
    Job jobs[4];

    (void)state;
    crew_begin(4);
    enter(jobs, ARRAY_SIZE(jobs), CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    crew_end();
    assert_int_equal(most_inside, 4);
}

static void functions_that_come_one_by_one_run_side_by_side(void **state)
{
    Job jobs[8];

    (void)state;
    crew_begin(8);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        enter(&jobs[i], 1, CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    crew_end();
    assert_int_equal(most_inside, 8);
}

static void a_crew_for_one_runs_them_one_at_a_time_and_in_order(void **state)
{
    Job jobs[2];

    (void)state;
    crew_begin(1);
    job_init(&jobs[0], CREW_CALL, true);
    job_init(&jobs[1], CREW_CALL, false);
    arrive(jobs, 2);
    expect_open(&jobs[0].ran);
    assert_int_equal(crew_submit(&crew, &jobs[1].job), CREW_WAITS_ALREADY);
    assert_int_equal(runs, 1);
    latch_open(&jobs[0].leave);
    expect_open(&jobs[1].ran);
    crew_end();
    assert_int_equal(most_inside, 1);
    assert_int_equal(runs, 2);
}

static void a_job_that_was_taken_back_is_never_run(void **state)
{
    Job jobs[2];

    (void)state;
    crew_begin(1);
    job_init(&jobs[0], CREW_CALL, true);
    job_init(&jobs[1], CREW_CALL, false);
    arrive(jobs, 2);
    expect_open(&jobs[0].ran);
    assert_true(crew_remove(&crew, &jobs[1].job));
    assert_false(crew_remove(&crew, &jobs[1].job));
    assert_false(crew_remove(&crew, &jobs[0].job));
    latch_open(&jobs[0].leave);
    crew_end();
    assert_int_equal(runs, 1);
}

/* The three with which it begins: none is started, and the reserve is never woken. */
static void functions_that_come_one_after_the_other_need_no_more_threads(void **state)
{
    Job job;

    (void)state;
    crew_begin(100);
    for (int i = 0; i < 200; i++) {
        wait_until_asleep();
        job_init(&job, CREW_CALL, false);
        arrive(&job, 1);
        expect_open(&job.ran);
    }
    wait_until_asleep();
    assert_int_equal(crew.threads, 3);
    crew_end();
    assert_int_equal(runs, 200);
}

/* As many as a server may have outstanding: all are inside at once. */
static void functions_that_block_get_a_thread_each_after_a_few_ticks(void **state)
{
    static Job jobs[100];

    (void)state;
    crew_begin(100);
    enter(jobs, ARRAY_SIZE(jobs), CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    crew_end();
    assert_int_equal(most_inside, 100);
}

static void a_function_is_entered_while_two_other_threads_are_free(void **state)
{
    Job jobs[12];

    (void)state;
    crew_begin(12);
    enter(jobs, ARRAY_SIZE(jobs), CREW_CALL);
    let_go(jobs, ARRAY_SIZE(jobs));
    crew_end();
    assert_true(least_free >= 2);
}

static void what_enters_no_function_waits_for_none(void **state)
{
    Job call, tell;

    (void)state;
    crew_begin(1);
    job_init(&call, CREW_CALL, true);
    job_init(&tell, CREW_TELL, false);
    arrive(&call, 1);
    expect_open(&call.ran);
    arrive(&tell, 1);
    expect_open(&tell.ran);
    latch_open(&call.leave);
    crew_end();
}

/* ---- Callbacks ---- */

static void a_callback_is_entered_while_another_thread_is_free(void **state)
{
    Job jobs[8];

    (void)state;
    crew_begin(1);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        enter(&jobs[i], 1, CREW_CANCEL);
    let_go(jobs, ARRAY_SIZE(jobs));
    crew_end();
    assert_int_equal(most_inside, 8);
    assert_true(least_free >= 1);
}

static void callbacks_run_while_functions_block_and_no_thread_can_be_started(void **state)
{
    static Job functions[20];
    Job callbacks[2];

    (void)state;
    log_set_level((LogLevel)-1);
    crew_begin(20);
    enter(functions, ARRAY_SIZE(functions), CREW_CALL);
    no_threads = true;
    for (size_t i = 0; i < ARRAY_SIZE(callbacks); i++) {
        job_init(&callbacks[i], CREW_CANCEL, false);
        arrive(&callbacks[i], 1);
        expect_open(&callbacks[i].ran);
    }
    no_threads = false;
    let_go(functions, ARRAY_SIZE(functions));
    crew_end();
}

/* From a provider's thread, not from the socket: who waits there has to be fetched. */
static void a_callback_that_comes_from_elsewhere_is_run_too(void **state)
{
    Job job;

    (void)state;
    crew_begin(4);
    for (int i = 0; i < 100; i++) {
        wait_until_asleep();
        job_init(&job, CREW_CANCEL, false);
        assert_int_equal(crew_submit(&crew, &job.job), 0);
        expect_open(&job.ran);
    }
    crew_end();
    assert_int_equal(runs, 100);
}

/* ---- No more threads ---- */

static void a_function_that_no_thread_can_run_is_refused(void **state)
{
    Job first, second;

    (void)state;
    log_set_level((LogLevel)-1);
    crew_begin(4);
    job_init(&first, CREW_CALL, true);
    job_init(&second, CREW_CALL, false);
    arrive(&first, 1);
    expect_open(&first.ran);
    no_threads = true;
    assert_int_equal(crew_submit(&crew, &second.job),
                     -EAGAIN); /* the flusher has no thread either */
    no_threads = false;
    assert_int_equal(crew_submit(&crew, &second.job), 0);
    expect_open(&second.ran);
    latch_open(&first.leave);
    crew_end();
    assert_int_equal(runs, 2);
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
    assert_int_equal(flusher_add(&flusher, &job), 0);
    (void)flusher_remove(&flusher, &job);
}

static void functions_that_wait_for_a_thread_in_vain_are_refused_while_all_others_block(
    void **state)
{
    Job first, callback, jobs[3];

    (void)state;
    log_set_level((LogLevel)-1);
    crew_begin(4);
    warm_up();
    enter(&first, 1, CREW_CALL);
    no_threads = true;
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        job_init(&jobs[i], i == 0 ? CREW_TELL : CREW_CALL, false);
        assert_int_equal(crew_submit(&crew, &jobs[i].job), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        expect_open(&jobs[i].refused);
    job_init(&callback, CREW_CANCEL, false);
    arrive(&callback, 1);
    expect_open(&callback.ran);
    latch_open(&first.leave);
    crew_end();
    assert_int_equal(runs, 2);
}

/* As those above that wait for a look, and then there are no more threads. */
static void functions_that_were_taken_and_find_no_thread_later_are_refused(void **state)
{
    static Job jobs[30];
    unsigned refused = 0;

    (void)state;
    log_set_level((LogLevel)-1);
    crew_begin(ARRAY_SIZE(jobs));
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
    crew_end();
    assert_int_equal(runs, 8);
}

/* Without anybody who calls crew_retry. */
static void a_callback_gets_its_thread_as_soon_as_one_can_be_started(void **state)
{
    Job first, jobs[2];

    (void)state;
    log_set_level((LogLevel)-1);
    crew_begin(4);
    warm_up();
    enter(&first, 1, CREW_CALL);
    no_threads = true;
    job_init(&jobs[0], CREW_CANCEL, true);
    job_init(&jobs[1], CREW_CANCEL, false);
    arrive(jobs, 2);
    expect_open(&jobs[0].ran);
    assert_int_equal(runs, 2);
    no_threads = false;
    expect_open(&jobs[1].ran);
    latch_open(&jobs[0].leave);
    latch_open(&first.leave);
    crew_end();
}

static void a_callback_that_no_thread_can_run_waits_until_one_can_be_started(void **state)
{
    Job first, jobs[2];

    (void)state;
    log_set_level((LogLevel)-1);
    crew_begin(4);
    enter(&first, 1, CREW_CALL);
    no_threads = true;
    job_init(&jobs[0], CREW_CANCEL, true);
    job_init(&jobs[1], CREW_CANCEL, false);
    arrive(&jobs[0], 1);
    expect_open(&jobs[0].ran);
    assert_int_equal(crew_submit(&crew, &jobs[1].job), 0);
    crew_retry(&crew);
    assert_int_equal(runs, 2);
    no_threads = false;
    crew_retry(&crew);
    expect_open(&jobs[1].ran);
    latch_open(&jobs[0].leave);
    latch_open(&first.leave);
    crew_end();
    assert_int_equal(runs, 3);
}

static void a_crew_without_any_thread_does_not_begin(void **state)
{
    (void)state;
    log_set_level((LogLevel)-1);
    input = (TestSource){.source = {source_wait, source_read, source_kick}, .crew = &crew};
    flusher_init(&flusher);
    crew_init(&crew, &(CrewSettings){.calls = 1, .source = &input.source, .flusher = &flusher});
    no_threads = true;
    assert_int_equal(crew_start(&crew), -EAGAIN);
    crew_end();
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
    crew_begin(20);
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
    crew_end();
    assert_int_equal(most_inside, 20);
    assert_true(least_free >= 2);
}

static void what_waits_for_a_job_that_ends_its_thread_is_run(void **state)
{
    Job jobs[3];

    (void)state;
    crew_begin(1);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        job_init(&jobs[i], CREW_CALL, false);
    jobs[0].job.run = jobs[1].job.run = end_thread;
    arrive(jobs, ARRAY_SIZE(jobs));
    expect_all_inside(jobs, ARRAY_SIZE(jobs));
    crew_end();
    assert_int_equal(runs, 1);
}

/* ---- The end ---- */

static void what_still_runs_at_the_end_of_the_source_is_waited_for(void **state)
{
    Job job;

    (void)state;
    crew_begin(4);
    enter(&job, 1, CREW_CALL);
    input.ended = CREW_READ_ENDED;
    source_kick(&input.source);
    latch_open(&job.leave);
    crew_end();
    assert_int_equal(inside, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

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
        TEST(callbacks_run_while_functions_block_and_no_thread_can_be_started),
        TEST(a_callback_that_comes_from_elsewhere_is_run_too),
        TEST(a_function_that_no_thread_can_run_is_refused),
        TEST(functions_that_wait_for_a_thread_in_vain_are_refused_while_all_others_block),
        TEST(functions_that_were_taken_and_find_no_thread_later_are_refused),
        TEST(a_callback_gets_its_thread_as_soon_as_one_can_be_started),
        TEST(a_callback_that_no_thread_can_run_waits_until_one_can_be_started),
        TEST(a_crew_without_any_thread_does_not_begin),
        TEST(a_job_that_ends_its_thread_has_returned),
        TEST(what_waits_for_a_job_that_ends_its_thread_is_run),
        TEST(what_still_runs_at_the_end_of_the_source_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
