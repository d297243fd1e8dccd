/*
 * Operation: one operation of a client, from MI_Session_* to MI_Operation_Close.
 *
 * Everything is guarded by the lock of the session, but for `results`, which is the thread's that
 * has the turn. Four things are told apart, and each changes in one place:
 *
 *   state   what the host owes, and then this library:
 *           RUNNING -> ANSWERED   when its last message comes, or the host is lost (operation.c)
 *           ANSWERED -> ENDED     when the last result is handed over (delivery.c)
 *   handle  what the client owes: OPEN -> CLOSED, by MI_Operation_Close
 *   turn    FREE <-> TAKEN        a thread hands a result over: the client's, in MI_Operation_Get*,
 *                                 or a worker that calls its callbacks
 *   gate    OPEN <-> QUESTION     a callback was asked, and owes an answer
 *           OPEN <-> RESULT       a result was handed over, and is to be acknowledged
 *
 * Nothing is handed over while the gate isn't open. A synchronous operation is freed when it is
 * closed; if the host still owes its last message, it is canceled, and what comes is dropped. One
 * with callbacks is freed when it is closed and its last callback has returned, whichever comes
 * last.
 */
#pragma once

#include "libmi/class_cache.h"
#include "libmi/connection.h"
#include "protocol/mi_json_read.h"

typedef struct Session Session;

extern const MI_OperationFT mi_operation_ft;

typedef enum OperationState {
    OPERATION_RUNNING,
    OPERATION_ANSWERED,
    OPERATION_ENDED,
} OperationState;

typedef enum OperationHandle {
    HANDLE_OPEN,
    HANDLE_CLOSED,
} OperationHandle;

typedef enum OperationTurn {
    TURN_FREE,
    TURN_TAKEN,
} OperationTurn;

typedef enum OperationGate {
    GATE_OPEN,
    GATE_QUESTION,
    GATE_RESULT,
} OperationGate;

/* What an operation answers with, and by which function it is fetched. */
typedef enum OperationShape {
    SHAPE_INSTANCES,  /* {"instances": [...]}, as they come */
    SHAPE_INSTANCE,   /* {"instance": {...}}, or null */
    SHAPE_PARAMETERS, /* {"returnValue": ..., "parameters": {...}} */
    SHAPE_NOTHING,    /* no instance */
    SHAPE_CLASS,      /* {"class": {...}} */
    SHAPE_CLASSES,    /* {"classes": [...]} */
    SHAPE_INDICATIONS,
} OperationShape;

/* What the provider's questions are answered with, from now on. */
typedef enum OperationAnswer {
    ANSWER_ASK, /* the client is asked */
    ANSWER_YES,
    ANSWER_NO,
} OperationAnswer;

/* What a client is handed over, and what it points to. */
typedef struct Results {
    MiJsonReader reader;
    MI_Instance *instance;
    MI_Class *class_result;
    MI_Instance *details;
    Buffer message;
    SharedClass *last; /* reference: the class of the last instance */
    Buffer missing;    /* the name of a class that isn't there yet */
    bool asked_again;  /* the class was asked for once more, since an instance didn't fit it */
} Results;

/* One result, as MI_Operation_GetInstance and the callbacks have it. */
typedef struct Delivery {
    MI_Boolean more;
    MI_Result result;
    const MI_Instance *instance;
    const MI_Class *class_result;
    const char *message;
    const MI_Instance *details;
} Delivery;

typedef struct Operation {
    Pending pending; /* while RUNNING, if there is a connection */
    Session *session;
    Connection *connection; /* reference; NULL: it never had one */
    MI_Uint64 timeout;      /* ms, which progress starts again; 0: none */
    Pending *awaited;       /* a class that it waits for, to read what came; or NULL */
    List link;              /* Session.operations */
    List ready_link;        /* Session.ready: a worker is to take the turn */

    OperationState state;
    OperationHandle handle;
    OperationTurn turn;
    OperationGate gate;

    OperationShape shape;
    MI_Uint32 flags;      /* MI_OPERATIONFLAGS_* */
    bool is_async;        /* results go to a callback */
    bool is_canceled;     /* the host was told */
    bool owes_started;    /* MI_OPERATIONFLAGS_REPORT_OPERATION_STARTED */
    bool is_acknowledged; /* parts are to be acknowledged */
    MI_OperationCallbacks callbacks;
    MI_Operation *client; /* the client's handle, while it is open */
    MI_Operation own;     /* what its callbacks get once it is closed */
    char *name_space, *class_name, *method_name;

    MI_CallbackMode prompt_mode, error_mode;
    OperationAnswer prompt_answer, error_answer;
    MI_Boolean unasked_answer; /* MI_CALLBACKMODE_REPORT: what questions are answered with */
    char question[RPC_MAX_ID]; /* GATE_QUESTION: its id, JSON */
    bool question_is_error;    /* it is about an error */

    List events;    /* of Event: what came, and was not handed over */
    Event *current; /* a list that is being handed over, of which `rest` is left */
    Span rest;
    Buffer activity; /* what the progress is about: told once */
    Waiter *waiter;  /* the thread in MI_Operation_Get*, while it waits */

    MI_Result failure; /* not MI_RESULT_OK: what it ends with, whatever the host says */
    char why[CONNECTION_WHY];
    MI_Result final; /* ENDED: the result */
    Results results; /* the turn's */
} Operation;

/* Makes an operation of @session, RUNNING and on no connection. NULL without memory. With the lock
 * held, as all that follow. */
Operation *operation_new(Session *session, OperationShape shape, MI_Uint32 flags,
                         const MI_OperationCallbacks *callbacks, MI_Operation *client);

/* It has ended, and its session forgets it. */
void operation_free(Operation *operation);

/* It will end with @result, and nothing more is read: what is on its way is dropped, and the host,
 * if it runs there, told to cancel. */
void operation_fail(Operation *operation, MI_Result result, const char *why);

/* As operation_fail, of one that never reached a host: it is ANSWERED. */
void operation_fail_at_once(Operation *operation, MI_Result result, const char *why);

/* Tells the host to cancel it, if it runs there and wasn't told before. The lock is released
 * meanwhile. */
void operation_cancel(Operation *operation, MI_CancellationReason reason);

/* True if there is something to hand over, and nothing against it. */
bool operation_is_deliverable(const Operation *operation);

/* Somebody may have to take the turn: wakes the thread that waits, or has a worker do it. */
void operation_wake(Operation *operation);

/* delivery.c: takes what comes next, in the turn that the caller has. True and *@ret; false:
 * nothing can be handed over now. The lock is released meanwhile. */
bool operation_next(Operation *operation, Delivery *ret);

/* delivery.c: what could not be read ends the operation, for the reason that @error is; what comes
 * of it is dropped. */
void operation_fail_reading(Operation *operation, int error);

/* delivery.c: tells the host that a part of the result was taken, so that it sends more. The lock
 * is released meanwhile. */
void operation_acknowledge(Operation *operation);

/* telling.c: each tells the client by its callback what @event says, if there is one. The lock is
 * released meanwhile. */
void operation_tell_message(Operation *operation, const Event *event);
void operation_tell_progress(Operation *operation, const Event *event);
void operation_tell_piece(Operation *operation, const Event *event);

/* questions.c: hands a question of the provider to the client's callbacks. The lock is released
 * meanwhile. */
void operation_ask(Operation *operation, const Event *event);

/* Answers the question with this id: MI_TRUE, MI_FALSE; `is_default`: with an error, so that the
 * default of MI holds. */
void operation_answer(Operation *operation, const char *question, MI_Boolean answer);
void operation_answer_default(Operation *operation, Span question);

/* resultAcknowledgement: GATE_RESULT is opened. MI_RESULT_INVALID_PARAMETER: nothing was to be
 * acknowledged. Without the lock. */
MI_Result operation_open_gate(MI_Operation *handle);

/* The operation behind a handle; NULL for what isn't ours. */
Operation *operation_of(const MI_Operation *handle);

/* What a callback gets as its operation. */
MI_Operation *operation_handle(Operation *operation);
