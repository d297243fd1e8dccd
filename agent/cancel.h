/*
 * Cancel: what a cancel, a registered callback and the final post do to each other, for one
 * operation.
 *
 * The whole of it is a table in cancel.c: ten lines of states, six columns of events. There is no
 * I/O here, no thread and no lock: the caller holds the operation's lock, so each call is one
 * atomic step, and the events meet in the order in which they took the lock. Who waits for whom is
 * the caller's business: cancel_is_running says when.
 *
 * The rules P1 to P9 of docs/decisions/cancel.md are decided here. A callback is *claimed* by
 * the thread that is about to call it, never earlier: until then it can be replaced, taken back, or
 * lose to the final post.
 */
#pragma once

#include "mi.h"

#include <stdbool.h>

/* Named by what is owed. */
typedef enum CancelState {
    CANCEL_OPEN,    /* not canceled, nothing registered: the final post is owed */
    CANCEL_ARMED,   /* not canceled, a callback is registered: the final post is owed */
    CANCEL_ARRIVED, /* canceled, nothing registered: a callback that comes is owed its call, and the
                       final post */
    CANCEL_DUE,     /* canceled, a callback is registered: its call is owed, and the final post */
    CANCEL_RUNNING, /* a cancel thread is in the callback: its return is owed, and the final post */
    CANCEL_DELIVERED, /* the callback returned: the final post is owed */
    CANCEL_CLOSING,   /* the final post came while a cancel thread is in the callback: its return is
                         owed */
    CANCEL_ENDED,     /* canceled, and the final post came: nothing is owed */
    CANCEL_COMPLETED, /* the final post came before any cancel: nothing is owed */
    CANCEL_EXEMPT,    /* cannot be canceled (Load, Unload): the final post is owed */
} CancelState;

#define CANCEL_STATES 10

typedef struct Cancel {
    CancelState state;
    MI_CancellationReason reason; /* of the first cancel, once there is one */
    MI_CancelCallback callback;   /* the last registered pair: CANCEL_ARMED and CANCEL_DUE */
    void *data;
} Cancel;

/* What a cancel thread is to call. */
typedef struct CancelCall {
    MI_CancelCallback callback;
    MI_CancellationReason reason;
    void *data;
} CancelCall;

/* How a final post found the operation. */
typedef struct CancelFacts {
    bool canceled;  /* a cancel came first */
    bool delivered; /* and a callback was called for it */
} CancelFacts;

/* @state: CANCEL_OPEN or CANCEL_EXEMPT. */
void cancel_init(Cancel *cancel, CancelState state);

/*
 * The provider registers @callback (P1), or takes the registration back with NULL (P9).
 * MI_RESULT_OK; MI_RESULT_FAILED once a callback was claimed (P7, P9); MI_RESULT_NOT_SUPPORTED and
 * MI_RESULT_INVALID_PARAMETER as in P8. Afterwards cancel_is_due says whether a cancel thread is
 * needed (P6).
 */
MI_Result cancel_register(Cancel *cancel, MI_CancelCallback callback, void *data);

/* A cancel arrives. MI_RESULT_OK for the first one of an operation that has not completed;
 * otherwise nothing changes. */
MI_Result cancel_request(Cancel *cancel, MI_CancellationReason reason);

/* A cancel thread is about to call. MI_RESULT_OK: it must make *@call at once, then cancel_return;
 * otherwise there is nothing to call any more. */
MI_Result cancel_claim(Cancel *cancel, CancelCall *call);

/* The callback of a claimed call returned. */
void cancel_return(Cancel *cancel);

/* A final post. MI_RESULT_OK with *@facts: it is the one that counts; MI_RESULT_INVALID_PARAMETER:
 * there was one already. */
MI_Result cancel_finish(Cancel *cancel, CancelFacts *facts);

/* A cancel was accepted; stays true (P5). */
bool cancel_is_canceled(const Cancel *cancel);

/* A callback waits for a cancel thread. */
bool cancel_is_due(const Cancel *cancel);

/* A cancel thread is in the callback. */
bool cancel_is_running(const Cancel *cancel);

/* The final post came. */
bool cancel_is_finished(const Cancel *cancel);

/* "DUE": for the log and the tests. */
const char *cancel_state_name(CancelState state);
