/*
 * Cancellation in the agent, rule by rule: docs/decisions/cancel.md. Each test bears the number of
 * its rule.
 *
 * The test is the server; a provider's function and its callbacks leave marks in `seen`, which the
 * test reads when the agent has ended, with all of its threads: so that something never happened
 * can be told without waiting for it.
 */
#include "tests/unit/agent_harness.h"

#include "agent/context.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const ServerOptions defaults = {0};

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

static Seen seen;
static Latch entered = LATCH_INIT, go_on = LATCH_INIT, called = LATCH_INIT, leave = LATCH_INIT;
static MI_Context *context_of_one, *context_of_two;
static pthread_t provider_thread;

static int begin(void **state)
{
    memset(&seen, 0, sizeof(seen));
    seen.reason = -1;
    seen.post_result = seen.loser_result = seen.late_result = -1;
    latch_close(&entered);
    latch_close(&go_on);
    latch_close(&called);
    latch_close(&leave);
    context_of_one = context_of_two = NULL;
    return script_clear(state);
}

/* ---- Callbacks ---- */

static void mark_call(MI_CancellationReason reason, void *data)
{
    seen.reason = (int)reason;
    seen.data = data;
    seen.same_thread = pthread_equal(pthread_self(), provider_thread);
    seen.calls++;
    latch_open(&called);
}

static void mark_other_call(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
    seen.other_calls++;
}

static void block(MI_CancellationReason reason, void *data)
{
    mark_call(reason, data);
    latch_wait(&leave);
    seen.callback_left = ++seen.clock;
}

/* ---- Functions of the provider ---- */

static void wait_in_function(MI_Context *context)
{
    provider_thread = pthread_self();
    context_of_one = context;
    latch_open(&entered);
    latch_wait(&go_on);
}

static void finish(MI_Context *context)
{
    seen.post_result = (int)MI_Context_PostResult(context, MI_RESULT_OK);
    seen.post_returned = ++seen.clock;
}

static char my_data;

static void register_and_wait(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_call, &my_data);
    wait_in_function(context);
    finish(context);
}

static void register_and_wait_for_the_call(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_call, &my_data);
    latch_open(&entered);
    latch_wait(&called);
    finish(context);
}

static ResultFrame expect_canceled(Server *server, uint64_t operation, bool delivered)
{
    ResultFrame result = expect_answer(server, operation);

    assert_int_equal(result.flags & (RESULT_CANCELED | RESULT_DELIVERED),
                     RESULT_CANCELED | (delivered ? RESULT_DELIVERED : 0));
    return result;
}

/* ---- P1 ---- */

static void replace_and_wait(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_other_call, NULL);
    MI_Context_RegisterCancel(context, mark_other_call, &seen);
    register_and_wait_for_the_call(context);
}

static void P1_only_the_last_registered_callback_is_called(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = replace_and_wait;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_TIMEOUT);
    expect_canceled(server, 1, true);
    server_stop(server);
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.other_calls, 0);
    assert_ptr_equal(seen.data, &my_data);
}

/* ---- P2 ---- */

static void P2_called_once_with_the_reason_of_the_first_cancel(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = register_and_wait;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_SERVICESTOP);
    server_cancel(server, 1, MI_REASON_TIMEOUT);
    expect_open(&called);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_alive(server);
    latch_open(&go_on);
    expect_canceled(server, 1, true);
    server_stop(server);
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.reason, MI_REASON_SERVICESTOP);
}

/* ---- P3 ---- */

static void finish_then_wait(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_call, NULL);
    finish(context);
    wait_in_function(context);
}

static void P3_never_called_once_the_operation_has_run_to_completion(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = finish_then_wait;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_alive(server);
    assert_int_equal(expect_answer(server, 1).flags, RESULT_POSTED);
    latch_open(&go_on);
    server_stop(server);
    assert_int_equal(seen.calls, 0);
}

static void P3_a_final_post_that_meets_a_cancel_is_a_completion_or_a_cancellation_never_both(
    void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    for (uint64_t operation = 1; operation <= 500; operation++) {
        ResultFrame result;
        int calls = seen.calls;

        latch_close(&entered);
        latch_close(&go_on);
        script.enumerate = register_and_wait;
        server_enumerate(server, operation, 0);
        expect(server, FRAME_STARTED, operation);
        expect_open(&entered);
        latch_open(&go_on);
        server_cancel(server, operation, MI_REASON_NONE);
        result = expect_answer(server, operation);
        expect(server, FRAME_RELEASED, operation);
        assert_int_equal(seen.calls - calls, (result.flags & RESULT_DELIVERED) != 0);
    }
    server_stop(server);
}

/* ---- P4 ---- */

static void block_and_finish(MI_Context *context)
{
    MI_Context_RegisterCancel(context, block, NULL);
    wait_in_function(context);
    finish(context);
}

static void P4_the_result_goes_first_then_the_final_post_waits_for_the_callback(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = block_and_finish;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_open(&called);
    latch_open(&go_on);
    expect_canceled(server, 1, true); /* while the callback is running */
    expect_alive(server);
    assert_int_equal(seen.post_returned, 0);
    latch_open(&leave);
    expect(server, FRAME_RELEASED, 1);
    assert_int_equal(seen.post_result, MI_RESULT_OK);
    assert_true(seen.callback_left < seen.post_returned);
    server_stop(server);
}

static void *post_too(void *data)
{
    latch_wait(&called);
    latch_open(&go_on);
    seen.loser_result = (int)MI_Context_PostResult(data, MI_RESULT_FAILED);
    seen.loser_returned = ++seen.clock;
    return NULL;
}

static void P4_a_final_post_that_lost_waits_too_and_is_refused(void **state)
{
    Server *server = server_start(&defaults);
    pthread_t loser;

    (void)state;
    script.enumerate = block_and_finish;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    assert_int_equal(pthread_create(&loser, NULL, post_too, context_of_one), 0);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_canceled(server, 1, true);
    expect_alive(server);
    latch_open(&leave);
    expect(server, FRAME_RELEASED, 1);
    pthread_join(loser, NULL);
    assert_true(seen.callback_left < seen.post_returned);
    assert_true(seen.callback_left < seen.loser_returned);
    /* Whichever came first won. */
    assert_int_equal(seen.post_result + seen.loser_result,
                     MI_RESULT_OK + MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

static Latch second_entered = LATCH_INIT;

/* In the callback of one operation: the final post of another, whose callback is running too. */
static void post_for_the_other(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
    latch_wait(&called);
    seen.post_result = (int)MI_Context_PostResult(context_of_two, MI_RESULT_OK);
    seen.post_returned = ++seen.clock;
    latch_open(&leave);
}

static void enter_one_of_two(MI_Context *context)
{
    if (script.calls == 1) {
        context_of_one = context;
        MI_Context_RegisterCancel(context, post_for_the_other, NULL);
        latch_open(&entered);
    } else {
        context_of_two = context;
        MI_Context_RegisterCancel(context, block, NULL);
        latch_open(&second_entered);
    }
}

static void P4_a_thread_inside_any_callback_never_waits(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    latch_close(&second_entered);
    script.enumerate = enter_one_of_two;
    server_enumerate(server, 1, 0);
    expect_open(&entered);
    server_enumerate(server, 2, 0);
    expect_open(&second_entered);
    server_cancel(server, 1, MI_REASON_NONE);
    server_cancel(server, 2, MI_REASON_NONE);
    expect(server, FRAME_STARTED, 2);
    expect_canceled(server, 2, true);
    expect(server, FRAME_RELEASED, 2);
    MI_Context_PostResult(context_of_one, MI_RESULT_OK);
    server_stop(server);
    assert_int_equal(seen.post_result, MI_RESULT_OK);
    assert_true(seen.post_returned < seen.callback_left);
}

/* ---- P5 ---- */

static void ask_inside(MI_CancellationReason reason, void *data)
{
    MI_Boolean flag = MI_FALSE;

    MI_Context_Canceled(data, &flag);
    seen.canceled_inside = flag;
    mark_call(reason, data);
}

static void ask_and_finish(MI_Context *context)
{
    MI_Boolean flag = MI_TRUE;

    MI_Context_Canceled(context, &flag);
    seen.late_result = flag;
    MI_Context_RegisterCancel(context, ask_inside, context);
    latch_open(&entered);
    latch_wait(&called);
    MI_Context_Canceled(context, &flag);
    seen.post_result = flag;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void P5_canceled_is_true_before_the_callback_and_stays_true(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = ask_and_finish;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_canceled(server, 1, true);
    server_stop(server);
    assert_int_equal(seen.late_result, MI_FALSE);
    assert_int_equal(seen.canceled_inside, MI_TRUE);
    assert_int_equal(seen.post_result, MI_TRUE);
}

/* ---- P6, P7 ---- */

static void register_after_the_cancel(MI_Context *context)
{
    wait_in_function(context);
    seen.late_result = (int)MI_Context_RegisterCancel(context, mark_call, &my_data);
    latch_wait(&called);
    seen.loser_result = (int)MI_Context_RegisterCancel(context, mark_other_call, NULL);
    finish(context);
}

static void P6_P7_registered_after_the_cancel_it_is_called_and_a_further_one_is_refused(
    void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = register_after_the_cancel;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_SHUTDOWN);
    expect_alive(server);
    assert_int_equal(seen.calls, 0);
    latch_open(&go_on);
    expect_canceled(server, 1, true);
    server_stop(server);
    assert_int_equal(seen.late_result, MI_RESULT_OK);
    assert_int_equal(seen.loser_result, MI_RESULT_FAILED);
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.other_calls, 0);
    assert_int_equal(seen.reason, MI_REASON_SHUTDOWN);
    assert_int_equal(seen.same_thread, 0);
}

/* ---- P8 ---- */

static void load_and_try(MI_Context *context)
{
    seen.late_result = (int)MI_Context_RegisterCancel(context, mark_call, NULL);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void unload_and_try(MI_Context *context)
{
    seen.loser_result = (int)MI_Context_RegisterCancel(context, mark_call, NULL);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void finish_and_try(MI_Context *context)
{
    MI_Context_PostResult(context, MI_RESULT_OK);
    seen.post_result = (int)MI_Context_RegisterCancel(context, mark_call, NULL);
}

static void P8_what_cannot_be_canceled_refuses_a_registration(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.load_module = load_and_try;
    script.unload = unload_and_try;
    script.enumerate = finish_and_try;
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    server_stop(server);
    assert_int_equal(seen.late_result, MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(seen.loser_result, MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(seen.post_result, MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(context_ft.RegisterCancel(NULL, mark_call, NULL), MI_RESULT_INVALID_PARAMETER);
}

/* ---- P9 ---- */

static void take_back_and_finish(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_call, NULL);
    seen.late_result = (int)MI_Context_RegisterCancel(context, NULL, NULL);
    wait_in_function(context);
    finish(context);
}

static void P9_a_registration_that_was_taken_back_is_not_called(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = take_back_and_finish;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_alive(server);
    latch_open(&go_on);
    expect_canceled(server, 1, false);
    server_stop(server);
    assert_int_equal(seen.late_result, MI_RESULT_OK);
    assert_int_equal(seen.calls, 0);
}

static void take_back_while_it_runs(MI_Context *context)
{
    MI_Context_RegisterCancel(context, block, NULL);
    latch_open(&entered);
    latch_wait(&called);
    latch_open(&second_entered);
    seen.late_result = (int)MI_Context_RegisterCancel(context, NULL, NULL);
    seen.loser_returned = ++seen.clock;
    finish(context);
}

static void P9_taking_back_waits_for_a_callback_that_is_running(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    latch_close(&second_entered);
    script.enumerate = take_back_while_it_runs;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_open(&second_entered);
    expect_alive(server);
    latch_open(&leave);
    expect_canceled(server, 1, true);
    server_stop(server);
    assert_int_equal(seen.late_result, MI_RESULT_FAILED);
    assert_true(seen.callback_left < seen.loser_returned);
}

static void *post_result_elsewhere(void *context)
{
    seen.post_result = (int)MI_Context_PostResult(context, MI_RESULT_FAILED);
    seen.post_returned = ++seen.clock;
    return NULL;
}

static void take_back_after_another_threads_post(MI_Context *context)
{
    pthread_t thread;

    MI_Context_RegisterCancel(context, block, NULL);
    latch_open(&entered);
    latch_wait(&called);
    pthread_create(&thread, NULL, post_result_elsewhere, context);
    latch_wait(&go_on);
    latch_open(&second_entered);
    seen.late_result = (int)MI_Context_RegisterCancel(context, NULL, NULL);
    seen.loser_returned = ++seen.clock;
    pthread_join(thread, NULL);
}

static void P9_taking_back_waits_after_another_threads_final_post_too(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    latch_close(&second_entered);
    script.enumerate = take_back_after_another_threads_post;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_FAILED);
    latch_open(&go_on); /* posted, and the callback still runs */
    expect_open(&second_entered);
    expect_alive(server);
    latch_open(&leave);
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
    assert_int_equal(seen.late_result, MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(seen.post_result, MI_RESULT_OK);
    assert_true(seen.callback_left < seen.loser_returned);
    assert_true(seen.callback_left < seen.post_returned);
}

/* ---- P10 ---- */

static atomic_int message_result, prompt_result;
static MI_Boolean prompt_flag;

static void post_after_the_cancel(MI_Context *context)
{
    post_thing(context, "before", 1);
    wait_in_function(context);
    seen.late_result = (int)post_thing(context, "after", 2);
    message_result = (int)MI_Context_WriteWarning(context, "bye");
    prompt_flag = MI_TRUE;
    prompt_result =
        (int)MI_Context_PromptUser(context, "really?", MI_PROMPTTYPE_NORMAL, &prompt_flag);
    finish(context);
}

static void P10_after_the_cancel_an_instance_is_refused_and_not_sent(void **state)
{
    Server *server = server_start(&defaults);
    InstancesFrame batch;
    ResultFrame result;

    (void)state;
    script.enumerate = post_after_the_cancel;
    server_enumerate(server, 1, OPERATION_MESSAGES_WARNING);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    assert_int_equal(payload_get_instances(expect(server, FRAME_INSTANCES, 1), &batch), 0);
    assert_int_equal(batch.count, 1);
    latch_open(&go_on);
    expect(server, FRAME_MESSAGE, 1); /* the window has room for it */
    result = expect_canceled(server, 1, false);
    assert_int_equal(result.count, 0);
    assert_int_equal(result.discarded, 0);
    server_stop(server);
    assert_int_equal(seen.late_result, MI_RESULT_FAILED);
    assert_int_equal(message_result, MI_RESULT_OK);
    assert_int_equal(prompt_result, MI_RESULT_FAILED);
    assert_int_equal(prompt_flag, MI_FALSE);
}

static void invoke_after_the_cancel(MI_Context *context, const MI_Instance *parameters)
{
    (void)parameters;
    wait_in_function(context);
    seen.late_result = (int)post_run(context, 3, "half way");
    finish(context);
}

static void P10_the_out_parameters_of_a_method_are_taken_after_the_cancel(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.invoke = invoke_after_the_cancel;
    server_invoke(server, 1, 0, "{}");
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_TIMEOUT);
    expect_alive(server);
    latch_open(&go_on);
    assert_span_equal(expect_canceled(server, 1, false).body,
                      "{\"returnValue\":3,\"parameters\":{\"Text\":\"half way\"}}");
    server_stop(server);
    assert_int_equal(seen.late_result, MI_RESULT_OK);
}

static atomic_uint posted;

static void post_until_refused(MI_Context *context)
{
    MI_Result r;

    while ((r = post_thing(context, "x", 0)) == MI_RESULT_OK)
        posted++;
    seen.late_result = (int)r;
    finish(context);
}

static void P10_a_post_that_waits_for_room_is_woken_by_the_cancel(void **state)
{
    Server *server = server_start(&(ServerOptions){.window = 1000});
    InstancesFrame batch;
    ResultFrame result;

    (void)state;
    posted = 0;
    script.enumerate = post_until_refused;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    assert_int_equal(payload_get_instances(expect(server, FRAME_INSTANCES, 1), &batch), 0);
    /* One more batch is taken; then the provider waits, or is about to. */
    for (int i = 0; i < 10 || posted < 2 * batch.count; i++)
        expect_alive(server);
    server_cancel(server, 1, MI_REASON_NONE);
    result = expect_canceled(server, 1, false);
    assert_int_equal(seen.late_result, MI_RESULT_FAILED);
    /* What was taken was sent, or is counted; and so is the one that waited, if it did when the
     * cancel came. */
    assert_in_range(batch.count + result.discarded, posted, posted + 1);
    server_stop(server);
}

/* ---- P11 ---- */

#define BLOCKED 8

static atomic_int inside;

static void block_among_others(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
    if (++inside == BLOCKED)
        latch_open(&second_entered);
    latch_wait(&leave);
}

static MI_Context *contexts[BLOCKED + 1];

static void keep_registered(MI_Context *context)
{
    int index = script.calls - 1;

    contexts[index] = context;
    MI_Context_RegisterCancel(context, index < BLOCKED ? block_among_others : mark_call, NULL);
    latch_open(&entered);
}

static void P11_callbacks_that_block_delay_no_other_cancel(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    inside = 0;
    latch_close(&second_entered);
    script.enumerate = keep_registered;
    for (uint64_t operation = 1; operation <= BLOCKED + 1; operation++) {
        latch_close(&entered);
        server_enumerate(server, operation, 0);
        expect_open(&entered);
    }
    for (uint64_t operation = 1; operation <= BLOCKED; operation++)
        server_cancel(server, operation, MI_REASON_NONE);
    expect_open(&second_entered); /* all of them are inside at once */
    server_cancel(server, BLOCKED + 1, MI_REASON_TIMEOUT);
    expect_open(&called);
    expect_alive(server);
    latch_open(&leave);
    for (int i = 0; i <= BLOCKED; i++)
        MI_Context_PostResult(contexts[i], MI_RESULT_OK);
    server_stop(server);
    assert_int_equal(seen.reason, MI_REASON_TIMEOUT);
}

/* ---- P12 ---- */

static void post_in_callback(MI_CancellationReason reason, void *data)
{
    mark_call(reason, data);
    seen.post_result = (int)MI_Context_PostError(data, 1, MI_RESULT_TYPE_MI, "stopped as asked");
}

static void return_with_callback(MI_Context *context)
{
    MI_Context_RegisterCancel(context, post_in_callback, context);
    latch_open(&entered);
}

static void P12_a_callback_may_post_the_final_result(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = return_with_callback;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_SERVICESTOP);
    assert_span_equal(expect_canceled(server, 1, true).message, "stopped as asked");
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
    assert_int_equal(seen.post_result, MI_RESULT_OK);
    assert_int_equal(seen.calls, 1);
}

/* ---- P13 ---- */

static void P13_a_call_on_a_finished_context_is_refused(void **state)
{
    Server *server = server_start(&defaults);
    MI_Context *late;
    MI_Boolean flag = MI_TRUE;
    MI_Uint32 count = 1;
    char locale[MI_MAX_LOCALE_SIZE];

    (void)state;
    script.enumerate = register_and_wait;
    latch_open(&go_on);
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    late = context_of_one;
    for (uint64_t operation = 2; operation <= 300; operation++) {
        server_enumerate(server, operation, 0);
        expect_whole(server, operation, MI_RESULT_OK);
    }
    /* Its memory serves nobody else yet. */
    latch_close(&entered);
    latch_close(&go_on);
    server_enumerate(server, 301, 0);
    expect_open(&entered);
    assert_ptr_not_equal(context_of_one, late);
    assert_int_equal(post_thing(late, "late", 1), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_PostResult(late, MI_RESULT_OK), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_PostError(late, 1, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_RegisterCancel(late, mark_call, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_RegisterCancel(late, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_Canceled(late, &flag), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(flag, MI_FALSE);
    assert_int_equal(MI_Context_WriteWarning(late, "late"), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_WriteProgress(late, "a", "b", "c", 1, 2),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_GetCustomOptionCount(late, &count), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_GetLocale(late, MI_LOCALE_TYPE_REQUESTED_UI, locale),
                     MI_RESULT_INVALID_PARAMETER);
    latch_open(&go_on);
    expect_whole(server, 301, MI_RESULT_OK);
    server_stop(server);
}

static void P13_a_context_lives_until_the_function_has_returned(void **state)
{
    Server *server = server_start(&defaults);
    MI_Boolean flag = MI_FALSE;

    (void)state;
    script.enumerate = finish_then_wait;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_answer(server, 1);
    expect_open(&entered);
    assert_int_equal(MI_Context_Canceled(context_of_one, &flag), MI_RESULT_OK);
    latch_open(&go_on);
    expect(server, FRAME_RELEASED, 1);
    assert_int_equal(MI_Context_Canceled(context_of_one, &flag), MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

/* ---- P14 ---- */

static void P14_canceled_in_the_queue_it_is_not_entered_and_is_answered_at_once(void **state)
{
    Server *server = server_start(&(ServerOptions){.serial = true});
    ResultFrame result;

    (void)state;
    script.enumerate = register_and_wait;
    server_enumerate(server, 1, 0);
    expect_open(&entered);
    server_enumerate(server, 2, 0);
    server_cancel(server, 2, MI_REASON_NONE);
    expect(server, FRAME_STARTED, 2);
    result = expect_canceled(server, 2, false);
    assert_int_equal(result.flags & RESULT_POSTED, 0);
    expect(server, FRAME_RELEASED, 2);
    latch_open(&go_on);
    server_stop(server);
    assert_int_equal(script.calls, 1);
}

static void load_slowly(MI_Context *context)
{
    wait_in_function(context);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void P14_canceled_while_it_waits_for_load_it_is_not_entered(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = register_and_wait;
    script.load_class = load_slowly;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_TIMEOUT);
    expect_canceled(server, 1, false); /* at once, while Load is running */
    latch_open(&go_on);
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
    assert_int_equal(script.calls, 0);
}

/* ---- All of it at once ---- */

typedef struct Work {
    MI_Context *context;
    atomic_bool is_alive;
} Work;

static atomic_int called_on_dead;

static void touch_work(MI_CancellationReason reason, void *data)
{
    Work *work = data;

    (void)reason;
    if (!work->is_alive)
        called_on_dead++;
}

/* What a real provider does: its data ends right after the final post. */
static void work_and_free(MI_Context *context)
{
    Work *work = malloc(sizeof(*work));

    if (work == NULL)
        return;
    atomic_init(&work->is_alive, true);
    work->context = context;
    MI_Context_RegisterCancel(context, touch_work, work);
    post_thing(context, "x", 1);
    MI_Context_PostResult(context, MI_RESULT_OK);
    work->is_alive = false;
    free(work);
}

static void cancels_race_with_everything_and_each_operation_ends_once(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    called_on_dead = 0;
    script.enumerate = work_and_free;
    for (uint64_t round = 0; round < 100; round++) {
        for (uint64_t i = 1; i <= 20; i++) {
            server_enumerate(server, round * 20 + i, i % 2 == 0 ? OPERATION_STREAM : 0);
            if (i % 3 != 0)
                server_cancel(server, round * 20 + i, MI_REASON_TIMEOUT);
        }
        for (uint64_t i = 1; i <= 20; i++) {
            expect(server, FRAME_STARTED, round * 20 + i);
            while (hear(server, round * 20 + i)->type == FRAME_INSTANCES)
                expect(server, FRAME_INSTANCES, round * 20 + i);
            expect_answer(server, round * 20 + i);
            expect(server, FRAME_RELEASED, round * 20 + i);
        }
    }
    server_stop(server);
    assert_int_equal(called_on_dead, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(P1_only_the_last_registered_callback_is_called),
        TEST(P2_called_once_with_the_reason_of_the_first_cancel),
        TEST(P3_never_called_once_the_operation_has_run_to_completion),
        TEST(P3_a_final_post_that_meets_a_cancel_is_a_completion_or_a_cancellation_never_both),
        TEST(P4_the_result_goes_first_then_the_final_post_waits_for_the_callback),
        TEST(P4_a_final_post_that_lost_waits_too_and_is_refused),
        TEST(P4_a_thread_inside_any_callback_never_waits),
        TEST(P5_canceled_is_true_before_the_callback_and_stays_true),
        TEST(P6_P7_registered_after_the_cancel_it_is_called_and_a_further_one_is_refused),
        TEST(P8_what_cannot_be_canceled_refuses_a_registration),
        TEST(P9_a_registration_that_was_taken_back_is_not_called),
        TEST(P9_taking_back_waits_after_another_threads_final_post_too),
        TEST(P9_taking_back_waits_for_a_callback_that_is_running),
        TEST(P10_after_the_cancel_an_instance_is_refused_and_not_sent),
        TEST(P10_the_out_parameters_of_a_method_are_taken_after_the_cancel),
        TEST(P10_a_post_that_waits_for_room_is_woken_by_the_cancel),
        TEST(P11_callbacks_that_block_delay_no_other_cancel),
        TEST(P12_a_callback_may_post_the_final_result),
        TEST(P13_a_call_on_a_finished_context_is_refused),
        TEST(P13_a_context_lives_until_the_function_has_returned),
        TEST(P14_canceled_in_the_queue_it_is_not_entered_and_is_answered_at_once),
        TEST(P14_canceled_while_it_waits_for_load_it_is_not_entered),
        TEST(cancels_race_with_everything_and_each_operation_ends_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
