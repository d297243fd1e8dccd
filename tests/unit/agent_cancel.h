/*
 * What the tests of cancellation in the agent share: docs/decisions/cancel.md. Each test bears the
 * number of its rule.
 *
 * The test is the server; a provider's function and its callbacks leave marks in `seen`, which the
 * test reads when the agent has ended, with all of its threads: so that something never happened
 * can be told without waiting for it. Latches say how far each of them is, and let it go on.
 */
#pragma once

#include "tests/unit/agent_harness.h"

#include <stdatomic.h>

/* Marks: each event takes the next number of one clock; 0 is never. */
typedef struct Seen {
    atomic_int clock;
    atomic_int calls, other_calls; /* of callbacks */
    atomic_int reason;
    atomic_int callback_left, post_returned, loser_returned;
    atomic_int post_result, loser_result, late_result;
    atomic_int canceled_inside, same_thread;
    void *_Atomic data;
} Seen;

extern Seen seen;

extern Latch entered, second_entered; /* for a test: a function has come so far */
extern Latch go_on;                   /* for a function that waits in it */
extern Latch called;                  /* a callback has begun */
extern Latch leave;                   /* for a callback that blocks */

extern MI_Context *context_of_one, *context_of_two;

/* What a function registers with mark_call. */
extern char my_data;

/* Sets all of this, and the script, to what it was at first: what a test begins with. */
int cancel_begin(void **state);

/* ---- Callbacks ---- */

void mark_call(MI_CancellationReason reason, void *data);
void mark_other_call(MI_CancellationReason reason, void *data);

/* Doesn't return before the test says so. */
void block(MI_CancellationReason reason, void *data);

/* ---- Functions of the provider, and parts of them ---- */

void wait_in_function(MI_Context *context);

/* The final post; its marks are post_result and post_returned. */
void finish(MI_Context *context);

void register_and_wait(MI_Context *context);
void finish_then_wait(MI_Context *context);

/* ---- The server ---- */

/* The RESULT of an operation that was canceled; @delivered: a callback was called. */
ResultFrame expect_canceled_answer(Server *server, uint64_t operation, bool delivered);
