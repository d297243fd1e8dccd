#include "agent/crew.h"

#include "agent/thread.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#define AT_SOURCE 2    /* threads: when one of them runs what it has read, the other one reads on */
#define KEPT      3    /* threads that never end: a function's, and the two beside it */
#define IDLE_MS   5000 /* any other one ends after it */

/* How many others are free when a thread enters a job. */
static const unsigned others[] = {[CREW_CALL] = 2, [CREW_TELL] = 2, [CREW_CANCEL] = 1};

/* A thread that is in a job; on the thread's stack. */
typedef struct Worker {
    List link; /* of Crew.busy */
    uint64_t begun;
    Crew *crew;
    CrewJobKind kind;
} Worker;

static void *run(void *data);
static void look(FlushJob *job);

void crew_init(Crew *crew, const CrewSettings *settings)
{
    *crew = (Crew){.settings = *settings, .state = CREW_READING};
    pthread_mutex_init(&crew->lock, NULL);
    condition_init(&crew->work);
    condition_init(&crew->ended);
    for (int i = 0; i < CREW_KINDS; i++)
        list_init(&crew->queues[i].jobs);
    list_init(&crew->busy);
    flush_job_init(&crew->look, look);
}

void crew_deinit(Crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->state = CREW_CLOSED;
    pthread_cond_broadcast(&crew->work);
    crew->settings.source->kick(crew->settings.source);
    while (crew->threads > 0)
        pthread_cond_wait(&crew->ended, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
    for (int i = 0; i < CREW_KINDS; i++)
        assert(list_is_empty(&crew->queues[i].jobs));
    pthread_cond_destroy(&crew->ended);
    pthread_cond_destroy(&crew->work);
    pthread_mutex_destroy(&crew->lock);
}

void crew_job_init(CrewJob *job, CrewJobKind kind, void (*function)(CrewJob *job),
                   void (*refuse)(CrewJob *job))
{
    assert((kind == CREW_CANCEL) == (refuse == NULL));
    list_init(&job->link);
    job->kind = kind;
    job->run = function;
    job->refuse = refuse;
}

/* ---- How many threads there are. All with the lock held ---- */

/* Threads that are in no job. */
static unsigned count_free(const Crew *crew)
{
    unsigned count = crew->threads;

    for (int i = 0; i < CREW_KINDS; i++)
        count -= crew->queues[i].inside;
    return count;
}

/* How many of the queue may be entered as soon as there are threads, if @most are inside at a time.
 */
static unsigned count_within(const CrewQueue *queue, unsigned most)
{
    unsigned room = most > queue->inside ? most - queue->inside : 0;

    return queue->queued < room ? queue->queued : room;
}

/* The same of all queues, if functions run @calls at a time. */
static unsigned count_ready(const Crew *crew, unsigned calls)
{
    return crew->queues[CREW_CANCEL].queued + count_within(&crew->queues[CREW_TELL], 1) +
           count_within(&crew->queues[CREW_CALL], calls);
}

/* One more thread, which is free and awake from now on. 0, or -errno: it is tried again and again,
 * and logged once. */
static int start_thread(Crew *crew)
{
    pthread_t thread;
    int r = thread_start(&thread, THREAD_STACK_PROVIDER, run, crew);

    if (r < 0 && r != crew->failure)
        log_warning("cannot start a thread beside %u others: %s", crew->threads, strerror(-r));
    crew->failure = r;
    if (r < 0)
        return r;
    pthread_detach(thread);
    crew->threads++;
    return 0;
}

/* Starts threads until all that is ready can be entered, if functions run @calls at a time. */
static int provide_threads(Crew *crew, unsigned calls)
{
    unsigned wanted;
    int r = 0;

    if (calls > crew->settings.calls)
        calls = crew->settings.calls;
    wanted = count_ready(crew, calls) + others[CREW_CALL];
    while (r == 0 && count_free(crew) < wanted)
        r = start_thread(crew);
    return r;
}

/* True if functions wait for threads that may be started after a look. */
static bool look_is_due(const Crew *crew)
{
    return count_free(crew) < count_ready(crew, crew->settings.calls) + others[CREW_CALL];
}

static bool is_long(const List *link, uint64_t now)
{
    return now - list_entry(link, Worker, link)->begun >= CREW_LONG_NS;
}

/* Functions that have been running for long. */
static unsigned count_long(const Crew *crew)
{
    uint64_t now = clock_now();
    unsigned count = 0;

    list_for_each (link, &crew->busy) {
        if (!is_long(link, now))
            break; /* in the order in which they have begun */
        if (list_entry(link, Worker, link)->kind == CREW_CALL)
            count++;
    }
    return count;
}

int crew_start(Crew *crew)
{
    int r = 0;

    pthread_mutex_lock(&crew->lock);
    while (r == 0 && crew->threads < KEPT)
        r = start_thread(crew);
    /* With fewer than KEPT, each function is refused by name. */
    r = crew->threads > others[CREW_CANCEL] ? 0 : -EAGAIN;
    pthread_mutex_unlock(&crew->lock);
    return r;
}

void crew_retry(Crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    if (count_ready(crew, crew->settings.calls) > 0)
        provide_threads(crew, crew->settings.calls);
    pthread_mutex_unlock(&crew->lock);
}

/* ---- The queues. All with the lock held ---- */

static bool may_enter(const Crew *crew, CrewJobKind kind)
{
    const unsigned most[] = {
        [CREW_CALL] = crew->settings.calls, [CREW_TELL] = 1, [CREW_CANCEL] = UINT_MAX};

    return count_free(crew) > others[kind] && count_within(&crew->queues[kind], most[kind]) > 0;
}

static CrewJob *next_job(const Crew *crew)
{
    static const CrewJobKind order[] = {CREW_CANCEL, CREW_TELL, CREW_CALL};

    for (size_t i = 0; i < ARRAY_SIZE(order); i++)
        if (may_enter(crew, order[i]))
            return list_entry(list_first(&crew->queues[order[i]].jobs), CrewJob, link);
    return NULL;
}

/* Wakes a thread if those that are awake are too few for what is to be done. It wakes the next one
 * in its turn. */
static void wake(Crew *crew)
{
    unsigned awake = count_free(crew) - crew->at_source - crew->in_reserve;
    unsigned needed = count_ready(crew, crew->settings.calls) > 0;

    if (crew->state == CREW_READING && crew->at_source == 0)
        needed++;
    if (needed <= awake)
        return;
    if (crew->in_reserve > 0) {
        crew->in_reserve--;
        crew->called++;
        pthread_cond_signal(&crew->work);
    } else if (crew->at_source > 0)
        crew->settings.source->kick(crew->settings.source);
}

static void unlink_job(Crew *crew, CrewJob *job)
{
    list_unlink(&job->link);
    crew->queues[job->kind].queued--;
}

/* True if nothing moves by itself: no job is about to be entered, and all threads that are in one
 * have been there for long. */
static bool is_stuck(const Crew *crew)
{
    return next_job(crew) == NULL &&
           (list_is_empty(&crew->busy) || is_long(crew->busy.previous, clock_now()));
}

/* The last job that waits for a thread which there isn't, and that may be refused; or NULL. */
static CrewJob *last_without_thread(const Crew *crew)
{
    static const CrewJobKind order[] = {CREW_CALL, CREW_TELL};
    const unsigned most[] = {[CREW_CALL] = crew->settings.calls, [CREW_TELL] = 1};

    for (size_t i = 0; i < ARRAY_SIZE(order) && look_is_due(crew); i++)
        if (count_within(&crew->queues[order[i]], most[order[i]]) > 0)
            return list_entry(crew->queues[order[i]].jobs.previous, CrewJob, link);
    return NULL;
}

/* There can be no more threads, and those that there are may stay where they are for good: without
 * one of its own a job has no promise. */
static void refuse_jobs(Crew *crew)
{
    CrewJob *job;

    while (is_stuck(crew) && (job = last_without_thread(crew)) != NULL) {
        unlink_job(crew, job);
        pthread_mutex_unlock(&crew->lock);
        job->refuse(job);
        /* Careful: @job may be gone here. */
        pthread_mutex_lock(&crew->lock);
    }
}

static void look(FlushJob *job)
{
    Crew *crew = container_of(job, Crew, look);

    pthread_mutex_lock(&crew->lock);
    if (look_is_due(crew) && provide_threads(crew, CREW_QUICK + 2 * count_long(crew)) < 0)
        refuse_jobs(crew);
    if (look_is_due(crew))
        flusher_add(crew->settings.flusher, &crew->look);
    pthread_mutex_unlock(&crew->lock);
}

/* Sees to threads for what waits, now or at the next ticks. -EAGAIN: there are too few, and there
 * can be no ticks. */
static int attend(Crew *crew)
{
    provide_threads(crew, CREW_QUICK);
    return look_is_due(crew) ? flusher_add(crew->settings.flusher, &crew->look) : 0;
}

static int enqueue(Crew *crew, CrewJob *job)
{
    CrewQueue *queue = &crew->queues[job->kind];
    int r;

    if (!list_is_empty(&job->link))
        return CREW_WAITS_ALREADY;
    list_append(&queue->jobs, &job->link);
    queue->queued++;
    r = attend(crew);
    if (r < 0 && job->kind != CREW_CANCEL) {
        unlink_job(crew, job);
        return -EAGAIN;
    }
    wake(crew);
    return 0;
}

int crew_submit(Crew *crew, CrewJob *job)
{
    int r;

    pthread_mutex_lock(&crew->lock);
    r = enqueue(crew, job);
    pthread_mutex_unlock(&crew->lock);
    return r;
}

bool crew_remove(Crew *crew, CrewJob *job)
{
    bool waited;

    pthread_mutex_lock(&crew->lock);
    waited = !list_is_empty(&job->link);
    if (waited)
        unlink_job(crew, job);
    pthread_mutex_unlock(&crew->lock);
    return waited;
}

/* ---- A thread. All with the lock held, but not during what they call ---- */

static void leave_job(Worker *worker)
{
    list_unlink(&worker->link);
    worker->crew->queues[worker->kind].inside--;
}

static void end_thread(Crew *crew)
{
    crew->threads--;
    if (crew->state == CREW_CLOSED)
        pthread_cond_broadcast(&crew->work); /* who waited for the queues to get empty */
    pthread_cond_signal(&crew->ended);
}

/* The job has ended the thread that it was lent: nobody else would take the next one. */
static void end_within_job(void *data)
{
    Worker *worker = data;
    Crew *crew = worker->crew;

    pthread_mutex_lock(&crew->lock);
    leave_job(worker);
    end_thread(crew);
    attend(crew);
    wake(crew);
    pthread_mutex_unlock(&crew->lock);
}

static void run_job(Crew *crew, CrewJob *job)
{
    Worker worker = {.begun = clock_now(), .crew = crew, .kind = job->kind};

    list_append(&crew->busy, &worker.link);
    unlink_job(crew, job);
    crew->queues[worker.kind].inside++;
    provide_threads(crew, CREW_QUICK);
    wake(crew);
    pthread_mutex_unlock(&crew->lock);
    pthread_cleanup_push(end_within_job, &worker);
    job->run(job);
    /* Careful: @job may be gone here. */
    pthread_cleanup_pop(0);
    pthread_mutex_lock(&crew->lock);
    leave_job(&worker);
}

static void read_source(Crew *crew)
{
    CrewSource *source = crew->settings.source;
    int r;

    crew->at_source++;
    pthread_mutex_unlock(&crew->lock);
    source->wait(source);
    pthread_mutex_lock(&crew->lock);
    crew->at_source--;
    pthread_mutex_unlock(&crew->lock);
    r = source->read(source);
    pthread_mutex_lock(&crew->lock);
    if (r == CREW_READ_ENDED && crew->state == CREW_READING)
        crew->state = CREW_DEAF;
    if (crew->state != CREW_READING && crew->at_source > 0)
        source->kick(source);
}

/* False if the thread isn't needed any more. */
static bool stand_by(Crew *crew)
{
    struct timespec until = deadline_after_ms(IDLE_MS);
    int r = 0;

    crew->in_reserve++;
    if (count_free(crew) <= KEPT) /* An idle agent never wakes. */
        pthread_cond_wait(&crew->work, &crew->lock);
    else
        r = pthread_cond_timedwait(&crew->work, &crew->lock, &until);
    if (crew->called > 0)
        crew->called--; /* whom it was meant for or not: one that was called is awake */
    else
        crew->in_reserve--;
    return r != ETIMEDOUT || count_free(crew) <= KEPT || next_job(crew) != NULL ||
           crew->at_source == 0;
}

/* True if there is nothing left, and never will be. */
static bool is_over(const Crew *crew)
{
    for (int i = 0; i < CREW_KINDS; i++)
        if (crew->queues[i].queued > 0)
            return false;
    return crew->state == CREW_CLOSED;
}

static void *run(void *data)
{
    Crew *crew = data;
    bool stays = true;

    pthread_setname_np(pthread_self(), "crew");
    pthread_mutex_lock(&crew->lock);
    while (stays && !is_over(crew)) {
        CrewJob *job = next_job(crew);

        if (job != NULL)
            run_job(crew, job);
        else if (crew->state == CREW_READING && crew->at_source < AT_SOURCE)
            read_source(crew);
        else
            stays = stand_by(crew);
    }
    end_thread(crew);
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}
