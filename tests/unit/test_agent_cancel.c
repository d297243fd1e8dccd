/*
 * Cancellation in the agent, rule by rule: one that blocks, one that comes too late, one that comes
 * too early (P11, P13, P14 of docs/decisions/cancel.md), and then all of it at once. The callbacks
 * are in test_agent_cancel_callbacks.c, what is posted in test_agent_cancel_posts.c.
 */
#include "tests/unit/agent_cancel.h"

#include <stdatomic.h>
#include <stdlib.h>

static const ServerOptions defaults = {0};

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
    result = expect_canceled_answer(server, 2, false);
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
    expect_canceled_answer(server, 1, false); /* at once, while Load is running */
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

#define TEST(name) cmocka_unit_test_setup(name, cancel_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(P11_callbacks_that_block_delay_no_other_cancel),
        TEST(P13_a_call_on_a_finished_context_is_refused),
        TEST(P13_a_context_lives_until_the_function_has_returned),
        TEST(P14_canceled_in_the_queue_it_is_not_entered_and_is_answered_at_once),
        TEST(P14_canceled_while_it_waits_for_load_it_is_not_entered),
        TEST(cancels_race_with_everything_and_each_operation_ends_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
