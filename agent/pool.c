#include "agent/pool.h"

#include "agent/thread.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define IDLE_MS 5000 /* an idle thread ends after it, unless it is one of the last */

/* A thread that is in a job; on the thread's stack. */
typedef struct Worker {
    List link; /* of Pool.busy */
    uint64_t begun;
} Worker;

static void *run(void *data);
static void look(FlushJob *job);

void pool_init(Pool *pool, const PoolSettings *settings)
{
    *pool = (Pool){.settings = *settings, .state = POOL_OPEN};
    pthread_mutex_init(&pool->lock, NULL);
    condition_init(&pool->work);
    condition_init(&pool->ended);
    list_init(&pool->queue);
    list_init(&pool->busy);
    flush_job_init(&pool->look, look);
}

void pool_deinit(Pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->state = POOL_CLOSED;
    pthread_cond_broadcast(&pool->work);
    while (pool->threads > 0)
        pthread_cond_wait(&pool->ended, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    assert(list_is_empty(&pool->queue));
    pthread_cond_destroy(&pool->ended);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
}

void pool_job_init(PoolJob *job, void (*function)(PoolJob *job))
{
    list_init(&job->link);
    job->run = function;
}

/* One more thread, which counts as idle from now on. With the lock held. 0, or -errno. */
static int start_thread(Pool *pool)
{
    pthread_t thread;
    int r = thread_start(&thread, THREAD_STACK_PROVIDER, run, pool);

    if (r < 0) {
        log_warning("cannot start a %s thread beside %u others: %s", pool->settings.name,
                    pool->threads, strerror(-r));
        return r;
    }
    pthread_detach(thread);
    pool->threads++;
    pool->idle++;
    return 0;
}

/* Idle threads for all that is queued, and the spare one, as far as there may be @most. With the
 * lock held. */
static int provide_threads(Pool *pool, unsigned most)
{
    unsigned wanted = pool->queued + (pool->settings.spare ? 1 : 0);
    int r = 0;

    if (most > pool->settings.most)
        most = pool->settings.most;
    while (r == 0 && pool->idle < wanted && pool->threads < most)
        r = start_thread(pool);
    return r;
}

/* How many threads are started without a look. */
static unsigned quick(const Pool *pool)
{
    return pool->settings.flusher == NULL ? pool->settings.most : POOL_QUICK;
}

/* True if jobs wait for a thread that may be started after a look. With the lock held. */
static bool look_is_due(const Pool *pool)
{
    return pool->settings.flusher != NULL && pool->idle < pool->queued &&
           pool->threads < pool->settings.most;
}

/* Threads whose job has been running for long. With the lock held. */
static unsigned count_long(const Pool *pool)
{
    uint64_t now = clock_now();
    unsigned count = 0;

    list_for_each (link, &pool->busy) {
        if (now - list_entry(link, Worker, link)->begun < POOL_LONG_NS)
            break; /* in the order in which they have begun */
        count++;
    }
    return count;
}

static void look(FlushJob *job)
{
    Pool *pool = container_of(job, Pool, look);

    pthread_mutex_lock(&pool->lock);
    if (look_is_due(pool))
        provide_threads(pool, POOL_QUICK + 2 * count_long(pool));
    if (look_is_due(pool))
        flusher_add(pool->settings.flusher, &pool->look);
    pthread_mutex_unlock(&pool->lock);
}

/* With the lock held. */
static int enqueue(Pool *pool, PoolJob *job)
{
    int r;

    if (!list_is_empty(&job->link))
        return POOL_WAITS_ALREADY;
    list_append(&pool->queue, &job->link);
    pool->queued++;
    r = provide_threads(pool, quick(pool));
    if (r == 0 && look_is_due(pool))
        r = flusher_add(pool->settings.flusher, &pool->look);
    /* Threads that are busy may stay so for good: without one of its own the job has no promise. */
    if (r < 0 && !pool->settings.spare && pool->idle < pool->queued) {
        list_unlink(&job->link);
        pool->queued--;
        return -EAGAIN;
    }
    pthread_cond_signal(&pool->work);
    return 0;
}

int pool_submit(Pool *pool, PoolJob *job)
{
    int r;

    pthread_mutex_lock(&pool->lock);
    r = enqueue(pool, job);
    pthread_mutex_unlock(&pool->lock);
    return r;
}

bool pool_remove(Pool *pool, PoolJob *job)
{
    bool waited;

    pthread_mutex_lock(&pool->lock);
    waited = !list_is_empty(&job->link);
    if (waited) {
        list_unlink(&job->link);
        pool->queued--;
    }
    pthread_mutex_unlock(&pool->lock);
    return waited;
}

void pool_prepare(Pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    provide_threads(pool, pool->settings.most);
    pthread_mutex_unlock(&pool->lock);
}

void pool_retry(Pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    if (pool->queued > 0)
        provide_threads(pool, pool->settings.most);
    pthread_mutex_unlock(&pool->lock);
}

/* The next job, or NULL for a thread that is to end. With the lock held. */
static PoolJob *wait_for_job(Pool *pool)
{
    struct timespec until = deadline_after_ms(IDLE_MS);
    unsigned kept = pool->settings.spare ? 2 : 1;

    while (list_is_empty(&pool->queue)) {
        if (pool->state == POOL_CLOSED)
            return NULL;
        if (pool->idle <= kept) /* An idle agent never wakes. */
            pthread_cond_wait(&pool->work, &pool->lock);
        else if (pthread_cond_timedwait(&pool->work, &pool->lock, &until) == ETIMEDOUT &&
                 list_is_empty(&pool->queue) && pool->idle > kept)
            return NULL;
    }
    return list_entry(list_first(&pool->queue), PoolJob, link);
}

/* Runs @job, which is the first of the queue. With the lock held, but not during the job. */
static void run_job(Pool *pool, PoolJob *job)
{
    Worker worker = {.begun = clock_now()};

    list_unlink(&job->link);
    pool->queued--;
    pool->idle--;
    list_append(&pool->busy, &worker.link);
    if (pool->settings.spare)
        provide_threads(pool, pool->settings.most);
    pthread_mutex_unlock(&pool->lock);
    job->run(job);
    /* Careful: @job may be gone here. */
    pthread_mutex_lock(&pool->lock);
    list_unlink(&worker.link);
    pool->idle++;
}

static void *run(void *data)
{
    Pool *pool = data;
    PoolJob *job;
    char name[16];

    snprintf(name, sizeof(name), "%s", pool->settings.name);
    pthread_setname_np(pthread_self(), name);
    pthread_mutex_lock(&pool->lock);
    while ((job = wait_for_job(pool)) != NULL)
        run_job(pool, job);
    pool->idle--;
    pool->threads--;
    pthread_cond_signal(&pool->ended);
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}
