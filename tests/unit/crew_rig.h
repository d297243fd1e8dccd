/*
 * A crew whose input is the test: jobs that arrive when the test says so, and block until it lets
 * them go.
 *
 * Each job notes how many are inside at once, and how many threads are free meanwhile; the test
 * reads that when the crew has ended. There is one rig in a program.
 */
#pragma once

#include "agent/crew.h"
#include "agent/flusher.h"
#include "base/list.h"
#include "tests/support/cmocka.h"
#include "tests/unit/latch.h"

#include <stdatomic.h>
#include <stdbool.h>

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

typedef struct Rig {
    TestSource input;
    Flusher flusher;
    Crew crew;
    atomic_int inside, most_inside, runs; /* jobs */
    _Atomic unsigned least_free;          /* threads */
} Rig;

extern Rig rig;

/* Nothing has run yet: what a test begins with. */
int rig_clear(void **state);

/* A crew for @calls functions at once, with its first threads; or one that has not begun. */
void rig_begin(unsigned calls);
void rig_prepare(unsigned calls);

/* All jobs have run, and all threads have ended. */
void rig_end(void);

/* There is nothing more to be read. */
void rig_stop_source(void);

/* @blocks: it stays inside until it is let go. */
void job_init(Job *job, CrewJobKind kind, bool blocks);

/* As if @count jobs had come in one packet. */
void arrive(Job *jobs, size_t count);

/* They come together, block, and are all inside when it returns. */
void enter(Job *jobs, size_t count, CrewJobKind kind);

void expect_all_inside(Job *jobs, size_t count);
void let_go(Job *jobs, size_t count);

/* Until it has as many free threads as it keeps, all of them asleep. */
void wait_until_asleep(void);
