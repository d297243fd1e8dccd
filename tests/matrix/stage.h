/*
 * Stage: where a test and a provider meet for one race, and what the provider saw of it.
 *
 * It is all atomics and lies in memory that both can see, be they threads of one process or two
 * processes with a file between them. So it also tells what happened in a provider that was killed.
 * The provider comes to the meeting, then the test sends its cancel and the provider goes on, each
 * after a random number of turns: whichever is first, the contract holds.
 */
#pragma once

#include <stdatomic.h>

/* When the cancel comes. */
typedef enum Moment {
    BEFORE_DISPATCH,
    IN_PROVIDER,
    DURING_POST_INSTANCE,
    DURING_FINAL_POST,
    AFTER_FINAL_POST,
} Moment;

/* What the provider has registered. */
typedef enum Callback {
    CALLBACK_NONE,
    CALLBACK_PLAIN,
    CALLBACK_REPLACED, /* two others came before it */
    CALLBACK_BLOCKS,   /* until the test lets it go */
    CALLBACK_POSTS,    /* the result, as the provider does */
} Callback;

/* When the callback is registered, seen from the meeting. */
typedef enum Registering {
    REGISTERS_EARLY,
    REGISTERS_LATE,
} Registering;

#define STAGE_NO_REASON (-1)

typedef struct Stage {
    /* What the test wants. */
    atomic_int moment, callback, registering;
    atomic_uint provider_turns, callback_turns;
    /* What the test lets happen. */
    atomic_int may_go;    /* from the meeting */
    atomic_int may_leave; /* from the callback */
    /* What was seen. */
    atomic_int pid;
    atomic_int entered;     /* times the provider's function was called */
    atomic_int met;         /* the provider is at the meeting */
    atomic_int calls;       /* of the last registered callback */
    atomic_int other_calls; /* of the others */
    atomic_int reason;      /* of the last call */
    atomic_int uncanceled;  /* calls in which MI_Context_Canceled was false */
    atomic_int over;        /* the provider's final post has returned: its data is gone */
    atomic_int late;        /* times a callback was running all the same */
    atomic_int posted;      /* final posts that were taken */
    atomic_int refused;     /* and that were not */
    atomic_int wrong;       /* results of context functions that the contract doesn't know */
    atomic_int gave_up;     /* what was awaited never came */
    atomic_int left;        /* the provider's function is at its end */
} Stage;
