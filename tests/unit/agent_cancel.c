/*
 * What the callbacks and the functions have in common is that they only leave marks and wait: a
 * thread of the agent has no test to fail.
 */
#include "tests/unit/agent_cancel.h"

#include <string.h>

Seen seen;
Latch entered = LATCH_INIT, second_entered = LATCH_INIT, go_on = LATCH_INIT, called = LATCH_INIT,
      leave = LATCH_INIT;
MI_Context *context_of_one, *context_of_two;
char my_data;

static pthread_t provider_thread;

int cancel_begin(void **state)
{
    memset(&seen, 0, sizeof(seen));
    seen.reason = -1;
    seen.post_result = seen.loser_result = seen.late_result = -1;
    latch_close(&entered);
    latch_close(&second_entered);
    latch_close(&go_on);
    latch_close(&called);
    latch_close(&leave);
    context_of_one = context_of_two = NULL;
    return script_clear(state);
}

void mark_call(MI_CancellationReason reason, void *data)
{
    seen.reason = (int)reason;
    seen.data = data;
    seen.same_thread = pthread_equal(pthread_self(), provider_thread);
    seen.calls++;
    latch_open(&called);
}

void mark_other_call(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
    seen.other_calls++;
}

void block(MI_CancellationReason reason, void *data)
{
    mark_call(reason, data);
    latch_wait(&leave);
    seen.callback_left = ++seen.clock;
}

void wait_in_function(MI_Context *context)
{
    provider_thread = pthread_self();
    context_of_one = context;
    latch_open(&entered);
    latch_wait(&go_on);
}

void finish(MI_Context *context)
{
    seen.post_result = (int)MI_Context_PostResult(context, MI_RESULT_OK);
    seen.post_returned = ++seen.clock;
}

void register_and_wait(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_call, &my_data);
    wait_in_function(context);
    finish(context);
}

void finish_then_wait(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_call, NULL);
    finish(context);
    wait_in_function(context);
}

ResultFrame expect_canceled_answer(Server *server, uint64_t operation, bool delivered)
{
    ResultFrame result = expect_answer(server, operation);

    assert_int_equal(result.flags & (RESULT_CANCELED | RESULT_DELIVERED),
                     RESULT_CANCELED | (delivered ? RESULT_DELIVERED : 0));
    return result;
}
