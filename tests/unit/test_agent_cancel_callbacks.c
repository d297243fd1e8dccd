/*
 * Cancellation in the agent, rule by rule: which callback is called, when, and with what, and what
 * registering one more or taking it back does (P1, P2, P5 to P9 of docs/decisions/cancel.md).
 */
#include "tests/unit/agent_cancel.h"

#include "agent/context.h"

static const ServerOptions defaults = {0};

/* ---- P1 ---- */

static void register_and_wait_for_the_call(MI_Context *context)
{
    MI_Context_RegisterCancel(context, mark_call, &my_data);
    latch_open(&entered);
    latch_wait(&called);
    finish(context);
}

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
    expect_canceled_answer(server, 1, true);
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
    expect_canceled_answer(server, 1, true);
    server_stop(server);
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.reason, MI_REASON_SERVICESTOP);
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
    expect_canceled_answer(server, 1, true);
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
    expect_canceled_answer(server, 1, true);
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
    expect_canceled_answer(server, 1, false);
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
    script.enumerate = take_back_while_it_runs;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_open(&second_entered);
    expect_alive(server);
    latch_open(&leave);
    expect_canceled_answer(server, 1, true);
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

#define TEST(name) cmocka_unit_test_setup(name, cancel_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(P1_only_the_last_registered_callback_is_called),
        TEST(P2_called_once_with_the_reason_of_the_first_cancel),
        TEST(P5_canceled_is_true_before_the_callback_and_stays_true),
        TEST(P6_P7_registered_after_the_cancel_it_is_called_and_a_further_one_is_refused),
        TEST(P8_what_cannot_be_canceled_refuses_a_registration),
        TEST(P9_a_registration_that_was_taken_back_is_not_called),
        TEST(P9_taking_back_waits_after_another_threads_final_post_too),
        TEST(P9_taking_back_waits_for_a_callback_that_is_running),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
