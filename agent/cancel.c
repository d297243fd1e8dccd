#include "agent/cancel.h"

#include "base/macros.h"

#include <assert.h>

typedef enum CancelEvent {
    ON_REGISTER,  /* RegisterCancel(callback) */
    ON_TAKE_BACK, /* RegisterCancel(NULL) */
    ON_REQUEST,   /* a cancel arrives */
    ON_CLAIM,     /* a cancel thread is about to call */
    ON_RETURN,    /* the callback returned */
    ON_FINISH,    /* PostResult, PostError, PostCimError */
} CancelEvent;

#define CANCEL_EVENTS 6

typedef struct CancelStep {
    CancelState next;
    MI_Result result; /* what the one who brought the event is told */
} CancelStep;

/* The event does what it asks for and leads to @state. */
#define TO(state)                                                                                  \
    {                                                                                              \
        CANCEL_##state, MI_RESULT_OK                                                               \
    }
/* The event changes nothing, and is refused with @result. */
#define NO(state, result)                                                                          \
    {                                                                                              \
        CANCEL_##state, MI_RESULT_##result                                                         \
    }

#define LATE(state)  NO(state, INVALID_PARAMETER)
#define VOID(state)  NO(state, FAILED)
#define NEVER(state) NO(state, NOT_SUPPORTED)

/* clang-format off */
static const CancelStep steps[CANCEL_STATES][CANCEL_EVENTS] = {
    /*                   ON_REGISTER      ON_TAKE_BACK     ON_REQUEST       ON_CLAIM         ON_RETURN        ON_FINISH */
    [CANCEL_OPEN]      = {TO(ARMED),       TO(OPEN),        TO(ARRIVED),     VOID(OPEN),      VOID(OPEN),      TO(COMPLETED)},
    [CANCEL_ARMED]     = {TO(ARMED),       TO(OPEN),        TO(DUE),         VOID(ARMED),     VOID(ARMED),     TO(COMPLETED)},
    [CANCEL_ARRIVED]   = {TO(DUE),         TO(ARRIVED),     VOID(ARRIVED),   VOID(ARRIVED),   VOID(ARRIVED),   TO(ENDED)},
    [CANCEL_DUE]       = {TO(DUE),         TO(ARRIVED),     VOID(DUE),       TO(RUNNING),     VOID(DUE),       TO(ENDED)},
    [CANCEL_RUNNING]   = {VOID(RUNNING),   VOID(RUNNING),   VOID(RUNNING),   VOID(RUNNING),   TO(DELIVERED),   TO(CLOSING)},
    [CANCEL_DELIVERED] = {VOID(DELIVERED), VOID(DELIVERED), VOID(DELIVERED), VOID(DELIVERED), VOID(DELIVERED), TO(ENDED)},
    [CANCEL_CLOSING]   = {LATE(CLOSING),   LATE(CLOSING),   VOID(CLOSING),   VOID(CLOSING),   TO(ENDED),       LATE(CLOSING)},
    [CANCEL_ENDED]     = {LATE(ENDED),     LATE(ENDED),     VOID(ENDED),     VOID(ENDED),     VOID(ENDED),     LATE(ENDED)},
    [CANCEL_COMPLETED] = {LATE(COMPLETED), LATE(COMPLETED), VOID(COMPLETED), VOID(COMPLETED), VOID(COMPLETED), LATE(COMPLETED)},
    [CANCEL_EXEMPT]    = {NEVER(EXEMPT),   NEVER(EXEMPT),   VOID(EXEMPT),    VOID(EXEMPT),    VOID(EXEMPT),    TO(COMPLETED)},
};
/* clang-format on */

/* The one place where the state changes. */
static MI_Result step(Cancel *cancel, CancelEvent event)
{
    const CancelStep *cell = &steps[cancel->state][event];

    cancel->state = cell->next;
    return cell->result;
}

void cancel_init(Cancel *cancel, CancelState state)
{
    assert(state == CANCEL_OPEN || state == CANCEL_EXEMPT);
    *cancel = (Cancel){.state = state};
}

MI_Result cancel_register(Cancel *cancel, MI_CancelCallback callback, void *data)
{
    MI_Result r = step(cancel, callback == NULL ? ON_TAKE_BACK : ON_REGISTER);

    if (r != MI_RESULT_OK)
        return r;
    cancel->callback = callback;
    cancel->data = callback == NULL ? NULL : data;
    return r;
}

MI_Result cancel_request(Cancel *cancel, MI_CancellationReason reason)
{
    MI_Result r = step(cancel, ON_REQUEST);

    if (r == MI_RESULT_OK)
        cancel->reason = reason;
    return r;
}

MI_Result cancel_claim(Cancel *cancel, CancelCall *call)
{
    MI_Result r = step(cancel, ON_CLAIM);

    if (r == MI_RESULT_OK)
        *call = (CancelCall){cancel->callback, cancel->reason, cancel->data};
    return r;
}

void cancel_return(Cancel *cancel)
{
    MI_Result r = step(cancel, ON_RETURN);

    assert(r == MI_RESULT_OK);
    (void)r;
}

MI_Result cancel_finish(Cancel *cancel, CancelFacts *facts)
{
    CancelState before = cancel->state;
    MI_Result r = step(cancel, ON_FINISH);

    if (r == MI_RESULT_OK)
        *facts = (CancelFacts){.canceled = cancel->state != CANCEL_COMPLETED,
                               .delivered = before == CANCEL_RUNNING || before == CANCEL_DELIVERED};
    return r;
}

bool cancel_is_canceled(const Cancel *cancel)
{
    return cancel->state >= CANCEL_ARRIVED && cancel->state <= CANCEL_ENDED;
}

bool cancel_is_due(const Cancel *cancel)
{
    return cancel->state == CANCEL_DUE;
}

bool cancel_is_running(const Cancel *cancel)
{
    return cancel->state == CANCEL_RUNNING || cancel->state == CANCEL_CLOSING;
}

bool cancel_is_finished(const Cancel *cancel)
{
    return cancel->state >= CANCEL_CLOSING && cancel->state <= CANCEL_COMPLETED;
}

const char *cancel_state_name(CancelState state)
{
    static const char *const names[CANCEL_STATES] = {
        "OPEN",      "ARMED",   "ARRIVED", "DUE",       "RUNNING",
        "DELIVERED", "CLOSING", "ENDED",   "COMPLETED", "EXEMPT",
    };

    return names[state];
}
