/*
 * Event: one message of the host about one operation, taken apart and kept until somebody reads it.
 *
 * It owns its text; spans point into it. JSON-RPC is checked here, what the message carries is not.
 */
#pragma once

#include "base/list.h"
#include "base/span.h"
#include "protocol/rpc.h"

#include <stdint.h>

typedef enum EventKind {
    EVENT_BATCH,     /* body: an array of instances */
    EVENT_PARAMETER, /* body: {parameter, values}: a piece of an out parameter */
    EVENT_PROGRESS,  /* body: the value of a work-done progress */
    EVENT_MESSAGE,   /* body: {channel, message} */
    EVENT_QUESTION,  /* body: the params; id: what to answer to; method: which question */
    EVENT_WITHDRAWN, /* id: of the question; it is about no operation by id */
    EVENT_RESULT,    /* body: the result. The last one of its operation */
    EVENT_ERROR,     /* body: the error. The last one of its operation */
} EventKind;

typedef struct Event {
    List link;
    EventKind kind;
    int64_t operation; /* the id that we gave it */
    Span body;
    Span method;
    Span id;
    char text[];
} Event;

/*
 * Takes a message apart. 0 and *@ret, to be freed with event_free(); 0 and NULL for a notification
 * that means nothing here; -EINVAL with a sentence in @why: it is no message that a host sends;
 * -ENOMEM.
 */
int event_new(Span message, Event **ret, char *why, size_t why_size);

/* NULL is fine. */
void event_free(Event *event);
DEFINE_CLEANUP(Event, event_free)

/* True if it is the last of its operation. */
static inline bool event_is_last(const Event *event)
{
    return event->kind == EVENT_RESULT || event->kind == EVENT_ERROR;
}
