/*
 * Cancellation in the agent, rule by rule: what a provider posts before a cancel, while its
 * callback runs, in the callback and after it (P3, P4, P10, P12 of docs/decisions/cancel.md).
 */
#include "tests/unit/agent_cancel.h"

#include <stdatomic.h>

static const ServerOptions defaults = {0};

/* ---- P3 ---- */

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
    expect_canceled_answer(server, 1, true); /* while the callback is running */
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
    expect_canceled_answer(server, 1, true);
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
    script.enumerate = enter_one_of_two;
    server_enumerate(server, 1, 0);
    expect_open(&entered);
    server_enumerate(server, 2, 0);
    expect_open(&second_entered);
    server_cancel(server, 1, MI_REASON_NONE);
    server_cancel(server, 2, MI_REASON_NONE);
    expect(server, FRAME_STARTED, 2);
    expect_canceled_answer(server, 2, true);
    expect(server, FRAME_RELEASED, 2);
    MI_Context_PostResult(context_of_one, MI_RESULT_OK);
    server_stop(server);
    assert_int_equal(seen.post_result, MI_RESULT_OK);
    assert_true(seen.post_returned < seen.callback_left);
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
    result = expect_canceled_answer(server, 1, false);
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
    assert_span_equal(expect_canceled_answer(server, 1, false).body,
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
    result = expect_canceled_answer(server, 1, false);
    assert_int_equal(seen.late_result, MI_RESULT_FAILED);
    /* What was taken was sent, or is counted; and so is the one that waited, if it did when the
     * cancel came. */
    assert_in_range(batch.count + result.discarded, posted, posted + 1);
    server_stop(server);
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
    assert_span_equal(expect_canceled_answer(server, 1, true).message, "stopped as asked");
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
    assert_int_equal(seen.post_result, MI_RESULT_OK);
    assert_int_equal(seen.calls, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, cancel_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(P3_never_called_once_the_operation_has_run_to_completion),
        TEST(P3_a_final_post_that_meets_a_cancel_is_a_completion_or_a_cancellation_never_both),
        TEST(P4_the_result_goes_first_then_the_final_post_waits_for_the_callback),
        TEST(P4_a_final_post_that_lost_waits_too_and_is_refused),
        TEST(P4_a_thread_inside_any_callback_never_waits),
        TEST(P10_after_the_cancel_an_instance_is_refused_and_not_sent),
        TEST(P10_the_out_parameters_of_a_method_are_taken_after_the_cancel),
        TEST(P10_a_post_that_waits_for_room_is_woken_by_the_cancel),
        TEST(P12_a_callback_may_post_the_final_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
