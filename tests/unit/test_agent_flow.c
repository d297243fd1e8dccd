/*
 * The flow of results out of the agent: batches, the window that holds a provider back, messages
 * and progress in their order.
 */
#include "tests/unit/agent_harness.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static const ServerOptions defaults = {0};
static Latch entered = LATCH_INIT, go_on = LATCH_INIT;
static atomic_uint to_post, posted;

static int begin(void **state)
{
    latch_close(&entered);
    latch_close(&go_on);
    posted = 0;
    return script_clear(state);
}

static void post_many(MI_Context *context)
{
    char id[32];

    for (MI_Uint32 i = 0; i < to_post; i++) {
        snprintf(id, sizeof(id), "thing-%u", i);
        if (post_thing(context, id, i) == MI_RESULT_OK)
            posted++;
    }
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static InstancesFrame expect_batch(Server *server, uint64_t operation)
{
    InstancesFrame batch;

    assert_int_equal(payload_get_instances(expect(server, FRAME_INSTANCES, operation), &batch), 0);
    return batch;
}

static void a_large_enumeration_comes_in_full_batches(void **state)
{
    Server *server = server_start(&defaults);
    unsigned count = 0, batches = 0;

    (void)state;
    to_post = 20000;
    script.enumerate = post_many;
    server_enumerate(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    while (hear(server, 1)->type == FRAME_INSTANCES) {
        InstancesFrame batch = expect_batch(server, 1);

        count += batch.count;
        batches++;
        assert_in_range(batch.json.size, 2, OUTLET_BATCH + 256);
        assert_int_equal(batch.json.data[0], '[');
        assert_int_equal(batch.json.data[batch.json.size - 1], ']');
        server_credit(server, 1, batch.json.size);
    }
    count += expect_answer(server, 1).count;
    assert_int_equal(count, 20000);
    assert_true(batches >= 20);
    server_stop(server);
}

static void no_more_is_in_flight_than_the_window_holds(void **state)
{
    const size_t window = 2000;
    Server *server = server_start(&(ServerOptions){.window = (uint32_t)window});
    size_t in_flight = 0;
    unsigned count = 0;

    (void)state;
    to_post = 500;
    script.enumerate = post_many;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    while (hear(server, 1)->type == FRAME_INSTANCES) {
        InstancesFrame batch = expect_batch(server, 1);

        count += batch.count;
        in_flight += batch.json.size;
        assert_true(in_flight <= window + 128); /* an instance may stick out of a batch */
        expect_alive(server);
        server_credit(server, 1, in_flight);
        in_flight = 0;
    }
    count += expect_answer(server, 1).count;
    assert_int_equal(count, 500);
    assert_int_equal(posted, 500);
    server_stop(server);
}

static void a_provider_without_credit_stops_and_goes_on_with_it(void **state)
{
    Server *server = server_start(&(ServerOptions){.window = 1000});
    unsigned count = 0;

    (void)state;
    to_post = 100;
    script.enumerate = post_many;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    while (count < 80) {
        InstancesFrame batch = expect_batch(server, 1);

        /* One batch is on its way, and at most one more was taken. */
        count += batch.count;
        expect_alive(server);
        assert_true(posted <= count + 20);
        server_credit(server, 1, batch.json.size);
    }
    while (hear(server, 1)->type == FRAME_INSTANCES)
        count += expect_batch(server, 1).count;
    count += expect_answer(server, 1).count;
    assert_int_equal(count, 100);
    server_stop(server);
}

static char large[5000];

static void post_large(MI_Context *context)
{
    memset(large, 'x', sizeof(large) - 1);
    post_thing(context, "small", 1);
    post_thing(context, large, 2);
    post_thing(context, "small", 3);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void an_instance_larger_than_the_window_passes_when_nothing_is_in_flight(void **state)
{
    Server *server = server_start(&(ServerOptions){.window = 1000});
    InstancesFrame batch;

    (void)state;
    script.enumerate = post_large;
    server_enumerate(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    batch = expect_batch(server, 1);
    assert_int_equal(batch.count, 1);
    expect_alive(server);
    server_credit(server, 1, batch.json.size);
    batch = expect_batch(server, 1);
    assert_true(batch.json.size > 4999);
    server_credit(server, 1, batch.json.size);
    while (hear(server, 1)->type == FRAME_INSTANCES)
        expect_batch(server, 1);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    server_stop(server);
}

static void post_and_wait(MI_Context *context)
{
    for (MI_Uint32 i = 0; i < to_post; i++)
        post_thing(context, "x", i);
    latch_open(&entered);
    latch_wait(&go_on);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_streamed_instance_goes_at_once(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    to_post = 1;
    script.enumerate = post_and_wait;
    server_enumerate(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    assert_int_equal(expect_batch(server, 1).count, 1);
    latch_open(&go_on);
    assert_int_equal(expect_answer(server, 1).count, 0);
    server_stop(server);
}

static void what_was_streamed_goes_when_the_provider_pauses(void **state)
{
    Server *server = server_start(&defaults);
    unsigned count = 0;

    (void)state;
    to_post = 5;
    script.enumerate = post_and_wait;
    server_enumerate(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    while (count < 5)
        count += expect_batch(server, 1).count;
    latch_open(&go_on);
    assert_int_equal(expect_answer(server, 1).count, 0);
    server_stop(server);
}

static void without_a_stream_instances_wait_for_the_result(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    to_post = 5;
    script.enumerate = post_and_wait;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&entered);
    expect_alive(server);
    latch_open(&go_on);
    assert_int_equal(expect_answer(server, 1).count, 5);
    server_stop(server);
}

static void post_in_turns(MI_Context *context)
{
    post_thing(context, "a", 1);
    MI_Context_WriteWarning(context, "careful");
    MI_Context_WriteVerbose(context, "nobody asked");
    post_thing(context, "b", 2);
    MI_Context_WriteProgress(context, "counting", "b", "fine", 50, 7);
    post_thing(context, "c", 3);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void messages_and_progress_keep_their_place_among_the_instances(void **state)
{
    Server *server = server_start(&defaults);
    MessageFrame message;
    ProgressFrame progress;

    (void)state;
    script.enumerate = post_in_turns;
    server_enumerate(server, 1, OPERATION_MESSAGES_WARNING | OPERATION_PROGRESS);
    expect(server, FRAME_STARTED, 1);
    assert_span_contains(expect_batch(server, 1).json, "\"a\"");
    assert_int_equal(payload_get_message(expect(server, FRAME_MESSAGE, 1), &message), 0);
    assert_span_equal(message.text, "careful");
    assert_span_contains(expect_batch(server, 1).json, "\"b\"");
    assert_int_equal(payload_get_progress(expect(server, FRAME_PROGRESS, 1), &progress), 0);
    assert_int_equal(progress.percent, 50);
    assert_int_equal(progress.seconds, 7);
    assert_span_equal(progress.activity, "counting");
    assert_span_equal(progress.status, "fine");
    assert_span_contains(expect_answer(server, 1).body, "\"c\"");
    server_stop(server);
}

static void nobody_who_did_not_ask_gets_messages_or_progress(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = post_in_turns;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    assert_int_equal(expect_answer(server, 1).count, 3);
    server_stop(server);
}

static atomic_int unsent;

static void post_messages(MI_Context *context)
{
    MI_Result r;

    do
        r = MI_Context_WriteDebug(context, "0123456789012345678901234567890123456789");
    while (r == MI_RESULT_OK);
    unsent = (int)r;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void messages_wait_for_room_and_a_cancel_wakes_them(void **state)
{
    Server *server = server_start(&(ServerOptions){.window = 100});

    (void)state;
    script.enumerate = post_messages;
    server_enumerate(server, 1, OPERATION_MESSAGES_DEBUG);
    expect(server, FRAME_STARTED, 1);
    expect(server, FRAME_MESSAGE, 1);
    expect(server, FRAME_MESSAGE, 1);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_answer(server, 1);
    assert_int_equal(unsent, MI_RESULT_FAILED);
    server_stop(server);
}

static void credit_for_an_operation_that_has_ended_is_ignored(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    to_post = 1;
    script.enumerate = post_many;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_answer(server, 1);
    expect(server, FRAME_RELEASED, 1);
    server_credit(server, 1, 100);
    server_cancel(server, 1, MI_REASON_NONE);
    expect_alive(server);
    server_stop(server);
}

static MI_Context *shared;

static void *post_share(void *data)
{
    (void)data;
    for (MI_Uint32 i = 0; i < 200; i++)
        if (post_thing(shared, "shared", i) == MI_RESULT_OK)
            posted++;
    return NULL;
}

static void post_from_five_threads(MI_Context *context)
{
    pthread_t threads[5];

    shared = context;
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_create(&threads[i], NULL, post_share, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_join(threads[i], NULL);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void five_threads_post_at_once_and_nothing_is_lost(void **state)
{
    Server *server = server_start(&(ServerOptions){.window = 4000});
    unsigned count = 0;

    (void)state;
    script.enumerate = post_from_five_threads;
    server_enumerate(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    while (hear(server, 1)->type == FRAME_INSTANCES) {
        InstancesFrame batch = expect_batch(server, 1);

        count += batch.count;
        server_credit(server, 1, batch.json.size);
    }
    count += expect_answer(server, 1).count;
    assert_int_equal(count, 1000);
    assert_int_equal(posted, 1000);
    server_stop(server);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_large_enumeration_comes_in_full_batches),
        TEST(no_more_is_in_flight_than_the_window_holds),
        TEST(a_provider_without_credit_stops_and_goes_on_with_it),
        TEST(an_instance_larger_than_the_window_passes_when_nothing_is_in_flight),
        TEST(a_streamed_instance_goes_at_once),
        TEST(what_was_streamed_goes_when_the_provider_pauses),
        TEST(without_a_stream_instances_wait_for_the_result),
        TEST(messages_and_progress_keep_their_place_among_the_instances),
        TEST(nobody_who_did_not_ask_gets_messages_or_progress),
        TEST(messages_wait_for_room_and_a_cancel_wakes_them),
        TEST(credit_for_an_operation_that_has_ended_is_ignored),
        TEST(five_threads_post_at_once_and_nothing_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
