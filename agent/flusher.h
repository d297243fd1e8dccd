/*
 * Flusher: one thread that sends what was put aside, a moment later.
 *
 * Small frames and half-full batches wait for company: a write costs more than what it carries.
 * Whoever puts something aside adds a FlushJob, and at the latest FLUSHER_TICK_MS later its
 * function is called. While there is work the thread ticks, and adding a job wakes nobody; after
 * two empty ticks it sleeps without a timeout, so that an idle agent never wakes. It starts with
 * the first job.
 *
 * Locks: the flusher's own is the innermost of all: a job is added with any lock held. None is held
 * while a job's function runs.
 */
#pragma once

#include "base/list.h"

#include <pthread.h>
#include <stdbool.h>

#define FLUSHER_TICK_MS 2

typedef struct FlushJob {
    List link; /* of the flusher's list; under its lock */
    void (*flush)(struct FlushJob *job);
} FlushJob;

typedef enum FlusherState {
    FLUSHER_COLD,     /* no thread yet */
    FLUSHER_TICKING,  /* looks at its jobs every tick */
    FLUSHER_SLEEPING, /* owed a signal with the next job */
    FLUSHER_STOPPED,  /* takes no jobs */
} FlusherState;

typedef struct Flusher {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    List jobs; /* under the lock, as the state */
    FlusherState state;
    pthread_t thread;
} Flusher;

void flusher_init(Flusher *flusher);

/* Waits for its thread; no job is called any more, and none is taken. */
void flusher_stop(Flusher *flusher);

/* After flusher_stop. */
void flusher_deinit(Flusher *flusher);

void flush_job_init(FlushJob *job, void (*flush)(FlushJob *job));

enum {
    FLUSHER_WAITS_ALREADY = 1
};

/* Has @job called soon. Any thread. 0; FLUSHER_WAITS_ALREADY if it was added before, and not called
 * yet; -EAGAIN if there can be no thread to call it: the caller sends at once. */
int flusher_add(Flusher *flusher, FlushJob *job);

/* Takes @job back. True if it was waiting; false if it wasn't added, or is being called. */
bool flusher_remove(Flusher *flusher, FlushJob *job);
