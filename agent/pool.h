/*
 * Pool: threads that run jobs, as many as are needed and no more.
 *
 * There are two of them, and they never mix: call threads are in provider functions, cancel threads
 * in cancel callbacks. A job is taken by the thread that is about to run it, never earlier.
 *
 * A job that finds no idle thread has one started. Most functions take microseconds, though, and
 * then a thread for each of a thousand jobs is only in the way. So a pool with a `flusher` starts
 * POOL_QUICK threads like this; while jobs wait it looks again at each tick, and allows two more
 * threads for each job that has been running for long: a thousand functions that block have a
 * thread each within 50 ms. `most` is the limit in any case (1: functions are called one at a
 * time).
 *
 * A pool with `spare` sees to it that, before one of its threads enters a job, another idle one
 * exists: a callback that blocks starves no other cancel.
 *
 * Threads can fail to start. Then a pool without `spare` refuses a job for which it wanted one at
 * once; one with it keeps the job until a thread is free or pool_retry finds that one can be
 * started: a cancel is never lost.
 *
 * Locks: the pool's own is taken with any of the operation's locks held, and none but the flusher's
 * is taken inside. Jobs run without it.
 */
#pragma once

#include "agent/flusher.h"
#include "base/list.h"

#include <pthread.h>
#include <stdbool.h>

#define POOL_QUICK   8
#define POOL_LONG_NS 5000000 /* a job that takes longer is blocked, or computes for good */

/* Embedded in what it is about. On at most one pool's queue at a time. */
typedef struct PoolJob {
    List link; /* of the queue; under the pool's lock */
    void (*run)(struct PoolJob *job);
} PoolJob;

typedef enum PoolState {
    POOL_OPEN,
    POOL_CLOSED, /* takes no job; its threads end when the queue is empty */
} PoolState;

typedef struct PoolSettings {
    const char *name; /* "call", "cancel": for the log and the threads' names */
    unsigned most;    /* threads */
    bool spare;
    Flusher *flusher; /* NULL: each thread is started at once. Outlives the pool, and is stopped
                         before it ends */
} PoolSettings;

typedef struct Pool {
    PoolSettings settings;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* a job came, or the pool was closed */
    pthread_cond_t ended; /* a thread ended */
    List queue;           /* of PoolJob */
    unsigned queued;      /* jobs on it */
    unsigned idle;        /* threads that wait for a job */
    unsigned threads;     /* threads that there are */
    List busy;            /* of threads that are in a job, in the order in which they entered it */
    FlushJob look;
    PoolState state;
} Pool;

void pool_init(Pool *pool, const PoolSettings *settings);

/* Waits until all jobs have run. */
void pool_deinit(Pool *pool);

void pool_job_init(PoolJob *job, void (*function)(PoolJob *job));

enum {
    POOL_WAITS_ALREADY = 1
};

/* Has @job run by a thread. Any thread. 0; POOL_WAITS_ALREADY if it is on the queue and was not put
 * there twice; -EAGAIN if there can be no thread for it (never with `spare`). */
int pool_submit(Pool *pool, PoolJob *job);

/* Takes @job back. True if it was waiting: then it is not run. */
bool pool_remove(Pool *pool, PoolJob *job);

/* Starts the spare thread before there is a job, so that the first one is met by a thread that runs
 * already. */
void pool_prepare(Pool *pool);

/* If jobs wait for which no thread could be started, tries again. Called now and then. */
void pool_retry(Pool *pool);
