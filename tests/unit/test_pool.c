/*
 * The pools: threads for jobs, as many as are needed, and what happens when there can be no more.
 */
#include "tests/unit/agent_harness.h"

#include <dlfcn.h>

/* ---- pthread_create that can be made to fail ---- */

typedef int (*CreateFunction)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static atomic_bool no_threads;

/* The names are those of <pthread.h>. */
int pthread_create(pthread_t *restrict __newthread, const pthread_attr_t *restrict __attr,
                   void *(*__start_routine)(void *), void *restrict __arg)
{
    CreateFunction create;

    if (no_threads)
        return EAGAIN;
    *(void **)(void *)&create = dlsym(RTLD_NEXT, "pthread_create");
    return create(__newthread, __attr, __start_routine, __arg);
}

/* ---- Jobs ---- */

typedef struct Job {
    PoolJob job;
    Gate ran, leave;
    bool blocks;
} Job;

static atomic_int inside, most_inside, runs;

static void run_job(PoolJob *job)
{
    Job *own = container_of(job, Job, job);
    int now = ++inside, most = most_inside;

    while (now > most && !atomic_compare_exchange_weak(&most_inside, &most, now))
        ;
    runs++;
    gate_open(&own->ran);
    if (own->blocks)
        gate_wait(&own->leave);
    inside--;
}

static void job_init(Job *job, bool blocks)
{
    *job = (Job){.ran = GATE_INIT, .leave = GATE_INIT, .blocks = blocks};
    pool_job_init(&job->job, run_job);
}

static int begin(void **state)
{
    inside = most_inside = runs = 0;
    no_threads = false;
    return script_clear(state);
}

static void jobs_that_block_run_side_by_side(void **state)
{
    Pool pool;
    Job jobs[4];

    (void)state;
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 4});
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        job_init(&jobs[i], true);
        assert_int_equal(pool_submit(&pool, &jobs[i].job), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        expect_open(&jobs[i].ran);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        gate_open(&jobs[i].leave);
    pool_deinit(&pool);
    assert_int_equal(most_inside, 4);
}

static void a_pool_of_one_runs_them_one_at_a_time_and_in_order(void **state)
{
    Pool pool;
    Job first, second;

    (void)state;
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 1});
    job_init(&first, true);
    job_init(&second, false);
    assert_int_equal(pool_submit(&pool, &first.job), 0);
    assert_int_equal(pool_submit(&pool, &second.job), 0);
    assert_int_equal(pool_submit(&pool, &second.job), POOL_WAITS_ALREADY);
    expect_open(&first.ran);
    gate_open(&first.leave);
    expect_open(&second.ran);
    pool_deinit(&pool);
    assert_int_equal(most_inside, 1);
    assert_int_equal(runs, 2);
}

static void a_job_that_was_taken_back_is_never_run(void **state)
{
    Pool pool;
    Job first, second;

    (void)state;
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 1});
    job_init(&first, true);
    job_init(&second, false);
    assert_int_equal(pool_submit(&pool, &first.job), 0);
    expect_open(&first.ran);
    assert_int_equal(pool_submit(&pool, &second.job), 0);
    assert_true(pool_remove(&pool, &second.job));
    assert_false(pool_remove(&pool, &second.job));
    assert_false(pool_remove(&pool, &first.job));
    gate_open(&first.leave);
    pool_deinit(&pool);
    assert_int_equal(runs, 1);
}

static void one_thread_serves_jobs_that_come_one_after_the_other(void **state)
{
    Pool pool;
    Job job;

    (void)state;
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 100});
    for (int i = 0; i < 200; i++) {
        unsigned idle = 0;

        job_init(&job, false);
        assert_int_equal(pool_submit(&pool, &job.job), 0);
        expect_open(&job.ran);
        /* Until its thread is back. */
        for (int spin = 0; idle == 0 && spin < 1000000; spin++) {
            pthread_mutex_lock(&pool.lock);
            idle = pool.idle;
            pthread_mutex_unlock(&pool.lock);
            sched_yield();
        }
    }
    assert_int_equal(pool.threads, 1);
    pool_deinit(&pool);
    assert_int_equal(runs, 200);
}

/* As many as a server may have outstanding: all are inside at once. */
static void functions_that_block_get_a_thread_each_after_a_few_ticks(void **state)
{
    static Job jobs[100];
    Flusher flusher;
    Pool pool;

    (void)state;
    flusher_init(&flusher);
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 100, .flusher = &flusher});
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        job_init(&jobs[i], true);
        assert_int_equal(pool_submit(&pool, &jobs[i].job), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        expect_open(&jobs[i].ran);
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        gate_open(&jobs[i].leave);
    flusher_stop(&flusher);
    pool_deinit(&pool);
    flusher_deinit(&flusher);
    assert_int_equal(most_inside, 100);
}

static void a_pool_with_a_spare_has_an_idle_thread_before_a_job_is_entered(void **state)
{
    Pool pool;
    Job jobs[8];

    (void)state;
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 9, .spare = true});
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        job_init(&jobs[i], true);
        assert_int_equal(pool_submit(&pool, &jobs[i].job), 0);
        expect_open(&jobs[i].ran);
        pthread_mutex_lock(&pool.lock);
        assert_true(pool.idle >= 1);
        pthread_mutex_unlock(&pool.lock);
    }
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
        gate_open(&jobs[i].leave);
    pool_deinit(&pool);
}

static void a_job_that_no_thread_can_run_is_refused(void **state)
{
    Pool pool;
    Job first, second;

    (void)state;
    log_set_level((LogLevel)-1);
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 4});
    job_init(&first, true);
    job_init(&second, false);
    assert_int_equal(pool_submit(&pool, &first.job), 0);
    expect_open(&first.ran);
    no_threads = true;
    assert_int_equal(pool_submit(&pool, &second.job), -EAGAIN);
    no_threads = false;
    assert_int_equal(pool_submit(&pool, &second.job), 0);
    expect_open(&second.ran);
    gate_open(&first.leave);
    pool_deinit(&pool);
    assert_int_equal(runs, 2);
}

static void a_pool_with_a_spare_keeps_the_job_until_a_thread_can_be_started(void **state)
{
    Pool pool;
    Job job;

    (void)state;
    log_set_level((LogLevel)-1);
    pool_init(&pool, &(PoolSettings){.name = "test", .most = 4, .spare = true});
    job_init(&job, false);
    no_threads = true;
    assert_int_equal(pool_submit(&pool, &job.job), 0);
    pool_retry(&pool);
    assert_int_equal(runs, 0);
    no_threads = false;
    pool_retry(&pool);
    expect_open(&job.ran);
    pool_deinit(&pool);
    assert_int_equal(runs, 1);
}

/* ---- The agent without threads ---- */

static void an_operation_without_a_thread_is_answered_and_released(void **state)
{
    Server *server = server_start(&(ServerOptions){0});

    (void)state;
    log_set_level((LogLevel)-1);
    no_threads = true;
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_SERVER_LIMITS_EXCEEDED);
    no_threads = false;
    server_enumerate(server, 2, 0);
    expect_whole(server, 2, MI_RESULT_NOT_SUPPORTED);
    server_stop(server);
}

static Gate entered = GATE_INIT, called = GATE_INIT;

static void mark(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
    gate_open(&called);
}

static void register_and_wait(MI_Context *context)
{
    no_threads = true; /* also for the cancel thread that a registration starts */
    MI_Context_RegisterCancel(context, mark, NULL);
    gate_open(&entered);
    gate_wait(&called);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_cancel_that_finds_no_thread_is_not_lost(void **state)
{
    Server *server = server_start(&(ServerOptions){0});

    (void)state;
    log_set_level((LogLevel)-1);
    script.enumerate = register_and_wait;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_alive(server);
    no_threads = false;
    expect_alive(server);
    assert_int_equal(expect_result(server, 1).flags & RESULT_DELIVERED, RESULT_DELIVERED);
    server_stop(server);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(jobs_that_block_run_side_by_side),
        TEST(a_pool_of_one_runs_them_one_at_a_time_and_in_order),
        TEST(a_job_that_was_taken_back_is_never_run),
        TEST(one_thread_serves_jobs_that_come_one_after_the_other),
        TEST(functions_that_block_get_a_thread_each_after_a_few_ticks),
        TEST(a_pool_with_a_spare_has_an_idle_thread_before_a_job_is_entered),
        TEST(a_job_that_no_thread_can_run_is_refused),
        TEST(a_pool_with_a_spare_keeps_the_job_until_a_thread_can_be_started),
        TEST(an_operation_without_a_thread_is_answered_and_released),
        TEST(a_cancel_that_finds_no_thread_is_not_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
