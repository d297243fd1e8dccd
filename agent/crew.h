/*
 * Crew: the agent's threads. Each of them reads from the socket, calls provider functions and calls
 * cancel callbacks, as it comes.
 *
 * Threads that have nothing to do wait: two of them at the socket, the others in reserve. What
 * arrives wakes one at the socket. It takes everything apart, and then runs what was asked for
 * itself, so that an operation costs the agent one wake-up. It may do that because it never leaves
 * the socket alone:
 *
 *   - a callback is entered only while another thread is free: that one reads on;
 *   - a function is entered only while two others are: one reads on, and one is there for the
 *     callback of the cancel that is read next. So functions that block, all of them, hold up no
 *     cancel, and a callback that blocks holds up no other one.
 *
 * A job that can't be entered yet waits for a thread that comes back, or for one more that is
 * started; callbacks go first. It is taken by the thread that is about to run it, never earlier.
 *
 * Threads are started before they are missed. But most functions take microseconds, and then a
 * thread for each of a thousand jobs would only be in the way. So CREW_QUICK functions run side by
 * side without a question; while more of them wait the crew looks again at each tick of the
 * flusher, and allows two more for each that has been running for long: a thousand functions that
 * block have a thread each within 50 ms. `calls` is the limit in any case (1: one at a time).
 *
 * Threads can fail to start; each tick tries again. A function for which there is none waits for
 * those inside as long as one of them is quick, and is refused when all have been there for
 * CREW_LONG_NS. A callback keeps its place until a thread is free or can be started: a cancel is
 * never lost.
 *
 * A job may end its thread (pthread_exit): the crew takes that for its return.
 *
 * Locks: the crew's own is taken with any of the operation's locks held, and none but the
 * flusher's is taken inside. Jobs, their refusals, and the source's functions but kick, run without
 * it.
 */
#pragma once

#include "agent/flusher.h"
#include "base/list.h"

#include <pthread.h>

#define CREW_QUICK   8
#define CREW_LONG_NS 5000000 /* a function that takes longer is blocked, or computes for good */

typedef enum CrewJobKind {
    CREW_CALL,   /* a provider function */
    CREW_TELL,   /* what enters none, and must not wait for one: one at a time, beside them */
    CREW_CANCEL, /* a cancel callback */
} CrewJobKind;

#define CREW_KINDS 3

/* Embedded in what it is about. On at most one queue at a time. */
typedef struct CrewJob {
    List link; /* of its queue; under the crew's lock */
    CrewJobKind kind;
    void (*run)(struct CrewJob *job);
    void (*refuse)(struct CrewJob *job); /* instead, on the flusher's thread; a callback has none */
} CrewJob;

enum {
    CREW_READ_ON = 0,
    CREW_READ_ENDED = 1,
};

/* Where jobs come from. */
typedef struct CrewSource {
    void (*wait)(struct CrewSource *source); /* until there is input, or a kick */
    int (*read)(struct CrewSource *source);  /* takes what there is, and submits; any thread */
    void (*kick)(struct CrewSource *source); /* one thread that waits, or the next one, returns */
} CrewSource;

typedef enum CrewState {
    CREW_READING, /* two of its threads are to wait at the source */
    CREW_DEAF,    /* the source has ended; jobs still run */
    CREW_CLOSED,  /* takes no job; its threads end when the queues are empty */
} CrewState;

typedef struct CrewSettings {
    unsigned calls;     /* functions at a time */
    CrewSource *source; /* outlives the crew */
    Flusher *flusher;   /* outlives the crew, and is stopped before it ends */
} CrewSettings;

typedef struct CrewQueue {
    List jobs; /* of CrewJob */
    unsigned queued, inside;
} CrewQueue;

typedef struct Crew {
    CrewSettings settings;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* the reserve is needed, or the crew was closed */
    pthread_cond_t ended; /* a thread ended */
    CrewQueue queues[CREW_KINDS];
    unsigned threads; /* that there are: inside a job, at the source, in reserve, or awake */
    unsigned at_source;
    unsigned in_reserve; /* and not called */
    unsigned called;     /* from the reserve, and not awake yet */
    List busy;           /* of threads that are in a job, in the order in which they entered it */
    int failure;         /* why the last start of a thread failed, as was logged; 0: it did not */
    FlushJob look;
    CrewState state;
} Crew;

void crew_init(Crew *crew, const CrewSettings *settings);

/* Starts the threads with which it begins. 0; -EAGAIN if there can't be as many as reading takes:
 * then it is to be freed. */
int crew_start(Crew *crew);

/* Waits until all jobs have run. */
void crew_deinit(Crew *crew);

/* @refuse: NULL for CREW_CANCEL. */
void crew_job_init(CrewJob *job, CrewJobKind kind, void (*function)(CrewJob *job),
                   void (*refuse)(CrewJob *job));

enum {
    CREW_WAITS_ALREADY = 1
};

/* Has @job run by a thread, or refused. Any thread. 0; CREW_WAITS_ALREADY if it is on the queue and
 * was not put there twice; -EAGAIN if it is no callback, there can be no thread for it, and none
 * that would refuse it later. */
int crew_submit(Crew *crew, CrewJob *job);

/* Takes @job back. True if it was waiting: then it is neither run nor refused. */
bool crew_remove(Crew *crew, CrewJob *job);

/* If jobs wait for which no thread could be started, tries again. Called now and then: the flusher
 * that does so may have none either. */
void crew_retry(Crew *crew);
