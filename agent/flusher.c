#include "agent/flusher.h"

#include "agent/thread.h"

#include <errno.h>

#define EMPTY_TICKS 2

void flusher_init(Flusher *flusher)
{
    *flusher = (Flusher){.state = FLUSHER_COLD};
    pthread_mutex_init(&flusher->lock, NULL);
    condition_init(&flusher->changed);
    list_init(&flusher->jobs);
}

void flusher_stop(Flusher *flusher)
{
    FlusherState before;

    pthread_mutex_lock(&flusher->lock);
    before = flusher->state;
    flusher->state = FLUSHER_STOPPED;
    pthread_cond_signal(&flusher->changed);
    pthread_mutex_unlock(&flusher->lock);
    if (before == FLUSHER_TICKING || before == FLUSHER_SLEEPING)
        pthread_join(flusher->thread, NULL);
}

void flusher_deinit(Flusher *flusher)
{
    pthread_cond_destroy(&flusher->changed);
    pthread_mutex_destroy(&flusher->lock);
}

void flush_job_init(FlushJob *job, void (*flush)(FlushJob *job))
{
    list_init(&job->link);
    job->flush = flush;
}

/* Calls each job that is there now; those that they add wait for the next tick. With the lock held,
 * but not during the calls. */
static void call_jobs(Flusher *flusher)
{
    List round;

    list_init(&round);
    while (!list_is_empty(&flusher->jobs)) {
        List *first = list_first(&flusher->jobs);

        list_unlink(first);
        list_append(&round, first);
    }
    while (!list_is_empty(&round)) {
        FlushJob *job = list_entry(list_first(&round), FlushJob, link);

        list_unlink(&job->link);
        pthread_mutex_unlock(&flusher->lock);
        job->flush(job);
        pthread_mutex_lock(&flusher->lock);
    }
}

static void *run(void *data)
{
    Flusher *flusher = data;
    unsigned empty = 0;

    pthread_mutex_lock(&flusher->lock);
    while (flusher->state != FLUSHER_STOPPED) {
        empty = list_is_empty(&flusher->jobs) ? empty + 1 : 0;
        call_jobs(flusher);
        if (flusher->state == FLUSHER_STOPPED)
            break;
        if (empty >= EMPTY_TICKS) {
            flusher->state = FLUSHER_SLEEPING;
            while (flusher->state == FLUSHER_SLEEPING)
                pthread_cond_wait(&flusher->changed, &flusher->lock);
            empty = 0;
        }
        if (flusher->state == FLUSHER_TICKING) {
            struct timespec until = deadline_after_ms(FLUSHER_TICK_MS);

            pthread_cond_timedwait(&flusher->changed, &flusher->lock, &until);
        }
    }
    pthread_mutex_unlock(&flusher->lock);
    return NULL;
}

/* With the lock held. */
static int add(Flusher *flusher, FlushJob *job)
{
    if (flusher->state == FLUSHER_STOPPED)
        return -EAGAIN;
    if (!list_is_empty(&job->link))
        return FLUSHER_WAITS_ALREADY;
    if (flusher->state == FLUSHER_COLD) {
        if (thread_start(&flusher->thread, THREAD_STACK_SMALL, run, flusher) < 0)
            return -EAGAIN;
        flusher->state = FLUSHER_TICKING;
    }
    list_append(&flusher->jobs, &job->link);
    if (flusher->state == FLUSHER_SLEEPING) {
        flusher->state = FLUSHER_TICKING;
        pthread_cond_signal(&flusher->changed);
    }
    return 0;
}

int flusher_add(Flusher *flusher, FlushJob *job)
{
    int r;

    pthread_mutex_lock(&flusher->lock);
    r = add(flusher, job);
    pthread_mutex_unlock(&flusher->lock);
    return r;
}

bool flusher_remove(Flusher *flusher, FlushJob *job)
{
    bool waited;

    pthread_mutex_lock(&flusher->lock);
    waited = !list_is_empty(&job->link);
    list_unlink(&job->link);
    pthread_mutex_unlock(&flusher->lock);
    return waited;
}
