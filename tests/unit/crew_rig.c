/*
 * The source of the crew is a list that the test appends to: a thread of the crew waits for it, as
 * it does for a socket, takes what is there, and submits it.
 */
#include "tests/unit/crew_rig.h"

#include "base/macros.h"

#include <sched.h>

Rig rig;

int rig_clear(void **state)
{
    (void)state;
    rig.inside = rig.most_inside = rig.runs = 0;
    rig.least_free = 1000;
    return 0;
}

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

void rig_prepare(unsigned calls)
{
    rig.input = (TestSource){.source = {source_wait, source_read, source_kick}, .crew = &rig.crew};
    pthread_mutex_init(&rig.input.lock, NULL);
    pthread_cond_init(&rig.input.changed, NULL);
    list_init(&rig.input.jobs);
    flusher_init(&rig.flusher);
    crew_init(&rig.crew, &(CrewSettings){
                             .calls = calls, .source = &rig.input.source, .flusher = &rig.flusher});
}

void rig_begin(unsigned calls)
{
    rig_prepare(calls);
    assert_int_equal(crew_start(&rig.crew), 0);
}

void rig_stop_source(void)
{
    rig.input.ended = CREW_READ_ENDED;
    source_kick(&rig.input.source);
}

void rig_end(void)
{
    flusher_stop(&rig.flusher);
    crew_deinit(&rig.crew);
    flusher_deinit(&rig.flusher);
    pthread_cond_destroy(&rig.input.changed);
    pthread_mutex_destroy(&rig.input.lock);
}

static void run_job(CrewJob *job)
{
    Job *own = container_of(job, Job, job);
    int now = ++rig.inside, most = rig.most_inside;
    unsigned free;

    while (now > most && !atomic_compare_exchange_weak(&rig.most_inside, &most, now))
        ;
    pthread_mutex_lock(&rig.crew.lock);
    free = rig.crew.threads;
    for (int i = 0; i < CREW_KINDS; i++)
        free -= rig.crew.queues[i].inside;
    pthread_mutex_unlock(&rig.crew.lock);
    if (free < rig.least_free)
        rig.least_free = free;
    rig.runs++;
    latch_open(&own->ran);
    if (own->blocks)
        latch_wait(&own->leave);
    rig.inside--;
}

static void refuse_job(CrewJob *job)
{
    latch_open(&container_of(job, Job, job)->refused);
}

void job_init(Job *job, CrewJobKind kind, bool blocks)
{
    *job = (Job){.ran = LATCH_INIT, .leave = LATCH_INIT, .refused = LATCH_INIT, .blocks = blocks};
    list_init(&job->link);
    crew_job_init(&job->job, kind, run_job, kind == CREW_CANCEL ? NULL : refuse_job);
}

void arrive(Job *jobs, size_t count)
{
    pthread_mutex_lock(&rig.input.lock);
    for (size_t i = 0; i < count; i++)
        list_append(&rig.input.jobs, &jobs[i].link);
    pthread_cond_signal(&rig.input.changed);
    pthread_mutex_unlock(&rig.input.lock);
}

void expect_all_inside(Job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_open(&jobs[i].ran);
}

void enter(Job *jobs, size_t count, CrewJobKind kind)
{
    for (size_t i = 0; i < count; i++)
        job_init(&jobs[i], kind, true);
    arrive(jobs, count);
    expect_all_inside(jobs, count);
}

void let_go(Job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        latch_open(&jobs[i].leave);
}

void wait_until_asleep(void)
{
    bool asleep = false;

    for (int spin = 0; !asleep && spin < 10000000; spin++) {
        pthread_mutex_lock(&rig.crew.lock);
        asleep =
            rig.crew.at_source == 2 && rig.crew.at_source + rig.crew.in_reserve == rig.crew.threads;
        pthread_mutex_unlock(&rig.crew.lock);
        sched_yield();
    }
    assert_true(asleep);
}
