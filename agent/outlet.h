/*
 * Outlet: what an operation sends while it runs, and how much of it may be under way.
 *
 * Instances are written as JSON into a batch. A batch goes when it is full, or when the provider
 * pauses. Whatever goes is charged to the operation's window, INSTANCES with the bytes of its JSON,
 * other frames with those of their payload, and CREDIT of the server gives them back. A
 * frame goes if its bytes fit in what is left, or if nothing is in flight: so one that is larger
 * than the window passes alone. Who waits for credit is the operation's business: nothing here
 * blocks, but for the write itself. The final result goes outside of the window, and takes the last
 * batch along.
 *
 * All of it is under the operation's lock.
 */
#pragma once

#include "agent/channel.h"
#include "protocol/mi_json.h"

#define OUTLET_BATCH        ((size_t)32 << 10) /* bytes: a batch that has as many is full */
#define OUTLET_MAX_INSTANCE ((size_t)32 << 20) /* bytes of JSON: what always fits in a frame */

typedef struct Outlet {
    Channel *channel;
    uint64_t operation;
    int64_t window;   /* bytes that may be in flight */
    int64_t credit;   /* what of them is left; negative while something larger than the window is in
                         flight */
    Buffer batch;     /* `[{...},{...}`, its end not yet written */
    uint32_t count;   /* instances in it */
    uint64_t sent_at; /* clock_now() of the last batch */
    uint32_t discarded; /* instances that were posted and will never go */
} Outlet;

void outlet_init(Outlet *outlet, Channel *channel, uint64_t operation, uint32_t window);
void outlet_deinit(Outlet *outlet);

/* Adds @instance to the batch. 0; -E2BIG above OUTLET_MAX_INSTANCE; or as mi_json_put_instance. */
int outlet_put_instance(Outlet *outlet, const MI_Instance *instance, const MiJsonFilter *filter);

bool outlet_is_empty(const Outlet *outlet);

/* True if the batch has to go before another instance is added. */
bool outlet_is_full(const Outlet *outlet);

/* Sends the batch if there is one. True if there is none any more; false if there is no room for it
 * in the window. */
bool outlet_send_batch(Outlet *outlet);

/* The batch can't go any more: counts it, and @more instances that didn't even get there, as
 * discarded. */
void outlet_discard(Outlet *outlet, uint32_t more);

/* Ends the batch's array for the final result, which takes it along: its text, and how many
 * instances are in it. */
Span outlet_end_batch(Outlet *outlet, uint32_t *count);

enum {
    OUTLET_NO_ROOM = 1
};

/* Sends @frame, a whole one, at once, behind the batch, which must have gone. 0; OUTLET_NO_ROOM in
 * the window; -ENOMEM if it couldn't be built. */
int outlet_send_frame(Outlet *outlet, const Buffer *frame);

/* The server gives bytes back. More than it got opens the window no wider than it was. */
void outlet_credit(Outlet *outlet, uint32_t bytes);
