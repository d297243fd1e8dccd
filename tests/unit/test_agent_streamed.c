/*
 * Streamed out parameters: sent as they come to a client that wants that, collected for any other.
 */
#include "tests/unit/agent_harness.h"

static const ServerOptions defaults = {0};
static MI_Result results[8];

static int begin(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(results); i++)
        results[i] = MI_RESULT_FAILED;
    return script_clear(state);
}

static void ask_stream(Server *server, uint64_t operation, uint32_t flags)
{
    server_send(server, operation, OPERATION_INVOKE, flags, "Test_Thing", "Stream",
                "{\"namespace\":\"root/test\",\"class\":\"Test_Thing\",\"method\":\"Stream\"}");
}

static MI_Result write_numbers(MI_Context *context, MI_Uint64 *numbers, MI_Uint32 count)
{
    MI_Value value = {.uint64a = {numbers, count}};

    return MI_Context_WriteStreamParameter(context, "Numbers", &value, MI_UINT64A, 0);
}

static MI_Result write_number(MI_Context *context, MI_Uint64 number)
{
    MI_Value value = {.uint64 = number};

    return MI_Context_WriteStreamParameter(context, "numbers", &value, MI_UINT64, 0);
}

static MI_Result write_thing(MI_Context *context, const char *id)
{
    Thing thing = {.instance.classDecl = &thing_decl};
    MI_Value value = {.instance = &thing.instance};

    thing.Id.value = id;
    thing.Id.exists = MI_TRUE;
    return MI_Context_WriteStreamParameter(context, "Things", &value, MI_INSTANCE, 0);
}

static MI_Result post_return(MI_Context *context, MI_Uint32 result)
{
    ThingStream out = {.instance.classDecl = NULL};
    MI_Result r = MI_Context_ConstructParameters(context, &thing_stream_method, &out.instance);

    out.MIReturn.value = result;
    out.MIReturn.exists = MI_TRUE;
    if (r == MI_RESULT_OK)
        r = MI_Context_PostInstance(context, &out.instance);
    MI_Instance_Destruct(&out.instance);
    return r;
}

static void stream_all(MI_Context *context, const MI_Instance *parameters)
{
    MI_Uint64 numbers[] = {1, UINT64_MAX};

    (void)parameters;
    results[0] = write_numbers(context, numbers, 2);
    results[1] = write_numbers(context, numbers, 0);
    results[2] = write_thing(context, "a");
    results[3] = write_number(context, 3);
    results[4] =
        MI_Context_WriteStreamParameter(context, "Numbers", NULL, MI_UINT64A, MI_FLAG_NULL);
    results[5] = post_return(context, 7);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void expect_results_ok(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(results[i], MI_RESULT_OK);
}

static void expect_values(Server *server, uint64_t operation, const char *name, const char *values)
{
    ParameterFrame frame;

    assert_int_equal(payload_get_parameter(expect(server, FRAME_PARAMETER, operation), &frame), 0);
    assert_span_equal(frame.name, name);
    assert_span_equal(frame.values, values);
}

static void values_go_as_they_come(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.invoke = stream_all;
    ask_stream(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    expect_values(server, 1, "Numbers", "[\"1\",\"18446744073709551615\"]");
    expect_values(server, 1, "Things",
                  "[{\"class\":\"Test_Thing\",\"properties\":{\"Id\":\"a\",\"Value\":null}}]");
    expect_values(server, 1, "Numbers", "[\"3\"]");
    assert_span_equal(expect_answer(server, 1).body,
                      "{\"returnValue\":7,\"parameters\":{\"Numbers\":[],\"Things\":[]}}");
    expect_results_ok(6);
    server_stop(server);
}

static void values_are_collected_for_a_client_that_does_not_stream(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.invoke = stream_all;
    ask_stream(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    assert_span_equal(expect_answer(server, 1).body,
                      "{\"returnValue\":7,\"parameters\":{\"Numbers\":[\"1\","
                      "\"18446744073709551615\",\"3\"],\"Things\":[{\"class\":\"Test_Thing\","
                      "\"properties\":{\"Id\":\"a\",\"Value\":null}}]}}");
    expect_results_ok(6);
    server_stop(server);
}

static void stream_and_post_nothing(MI_Context *context, const MI_Instance *parameters)
{
    (void)parameters;
    results[0] = write_number(context, 1);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void what_was_streamed_alone_is_a_result(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.invoke = stream_and_post_nothing;
    ask_stream(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    assert_span_equal(expect_answer(server, 1).body,
                      "{\"returnValue\":null,\"parameters\":{\"Numbers\":[\"1\"]}}");
    server_stop(server);
}

static void stream_wrongly(MI_Context *context, const MI_Instance *parameters)
{
    MI_Value value = {.uint32 = 1};
    MI_Value strings = {.stringa = {NULL, 2}};

    (void)parameters;
    results[0] = MI_Context_WriteStreamParameter(context, NULL, &value, MI_UINT32, 0);
    results[1] = MI_Context_WriteStreamParameter(context, "Absent", &value, MI_UINT32, 0);
    results[2] = MI_Context_WriteStreamParameter(context, "MIReturn", &value, MI_UINT32, 0);
    results[3] = MI_Context_WriteStreamParameter(context, "Numbers", &value, MI_UINT32, 0);
    results[4] = MI_Context_WriteStreamParameter(context, "Numbers", &strings, MI_UINT64A, 0);
    results[5] = MI_Context_WriteStreamParameter(NULL, "Numbers", &value, MI_UINT64, 0);
    results[6] = post_return(context, 0);
    results[7] = write_number(context, 1);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void what_is_not_declared_so_is_not_streamed(void **state)
{
    static const MI_Result expected[] = {
        MI_RESULT_INVALID_PARAMETER,
        MI_RESULT_INVALID_PARAMETER,
        MI_RESULT_INVALID_PARAMETER,
        MI_RESULT_TYPE_MISMATCH,
        MI_RESULT_INVALID_PARAMETER,
        MI_RESULT_INVALID_PARAMETER,
        MI_RESULT_OK,
        MI_RESULT_INVALID_PARAMETER,
    };
    Server *server = server_start(&defaults);

    (void)state;
    script.invoke = stream_wrongly;
    ask_stream(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
        assert_int_equal(results[i], expected[i]);
    server_stop(server);
}

static void post_what_was_streamed(MI_Context *context, const MI_Instance *parameters)
{
    Thing thing = {.instance.classDecl = &thing_decl};
    MI_Instance *things[] = {&thing.instance};
    ThingStream out = {
        .instance.classDecl = (const MI_ClassDecl *)(const void *)&thing_stream_method,
        .Things = {.value = {(const MI_Instance *const *)things, 1}, .exists = MI_TRUE}};

    (void)parameters;
    results[0] = write_thing(context, "a");
    results[1] = MI_Context_PostInstance(context, &out.instance);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void what_was_streamed_is_not_posted_too(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.invoke = post_what_was_streamed;
    ask_stream(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    assert_span_contains(expect_answer(server, 1).body, "\"Id\":\"a\"");
    assert_int_equal(results[0], MI_RESULT_OK);
    assert_int_equal(results[1], MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

static void stream_elsewhere(MI_Context *context)
{
    results[0] = write_number(context, 1);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void nothing_but_a_method_streams(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = stream_elsewhere;
    server_enumerate(server, 1, OPERATION_STREAM);
    expect_whole(server, 1, MI_RESULT_OK);
    assert_int_equal(results[0], MI_RESULT_NOT_SUPPORTED);
    server_stop(server);
}

static void stream_too_much(MI_Context *context, const MI_Instance *parameters)
{
    (void)parameters;
    for (unsigned i = 0; i < 100; i++)
        results[0] = write_number(context, i);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void what_can_not_be_collected_is_an_error(void **state)
{
    Server *server = server_start(&(ServerOptions){.collected = 200});
    ResultFrame result;

    (void)state;
    script.invoke = stream_too_much;
    ask_stream(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    result = expect_answer(server, 1);
    assert_int_equal(result.result, MI_RESULT_SERVER_LIMITS_EXCEEDED);
    assert_span_contains(result.message, "partialResultToken");
    assert_int_equal(result.body.size, 0);
    assert_int_equal(results[0], MI_RESULT_SERVER_LIMITS_EXCEEDED);
    server_stop(server);
}

static void a_provider_that_streams_waits_for_credit(void **state)
{
    Server *server = server_start(&(ServerOptions){.window = 100});
    ParameterFrame frame;
    unsigned count = 0;
    size_t in_flight = 0;

    (void)state;
    script.invoke = stream_too_much;
    ask_stream(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    while (hear(server, 1)->type == FRAME_PARAMETER) {
        Span payload = expect(server, FRAME_PARAMETER, 1);

        in_flight += payload.size;
        assert_true(in_flight <= 100);
        assert_int_equal(payload_get_parameter(payload, &frame), 0);
        if (++count % 4 == 0) {
            server_credit(server, 1, in_flight);
            in_flight = 0;
        }
    }
    assert_int_equal(count, 100);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    server_stop(server);
}

static void stream_until_canceled(MI_Context *context, const MI_Instance *parameters)
{
    (void)parameters;
    do
        results[0] = write_number(context, 1);
    while (results[0] == MI_RESULT_OK);
    results[1] = write_number(context, 2);
    MI_Context_PostResult(context, MI_RESULT_FAILED);
}

static void a_cancel_ends_the_wait_and_nothing_more_goes(void **state)
{
    Server *server = server_start(&(ServerOptions){.window = 100});
    ResultFrame result;

    (void)state;
    script.invoke = stream_until_canceled;
    ask_stream(server, 1, OPERATION_STREAM);
    expect(server, FRAME_STARTED, 1);
    for (int i = 0; i < 6; i++) /* as many as the window holds */
        expect(server, FRAME_PARAMETER, 1);
    expect_alive(server);
    server_cancel(server, 1, MI_REASON_NONE);
    result = expect_answer(server, 1);
    assert_int_equal(result.result, MI_RESULT_FAILED);
    assert_true((result.flags & RESULT_CANCELED) != 0);
    assert_int_equal(results[0], MI_RESULT_FAILED);
    assert_int_equal(results[1], MI_RESULT_FAILED);
    server_stop(server);
}

#define TEST(function) cmocka_unit_test_setup(function, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_go_as_they_come),
        TEST(values_are_collected_for_a_client_that_does_not_stream),
        TEST(what_was_streamed_alone_is_a_result),
        TEST(what_is_not_declared_so_is_not_streamed),
        TEST(what_was_streamed_is_not_posted_too),
        TEST(nothing_but_a_method_streams),
        TEST(what_can_not_be_collected_is_an_error),
        TEST(a_provider_that_streams_waits_for_credit),
        TEST(a_cancel_ends_the_wait_and_nothing_more_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
