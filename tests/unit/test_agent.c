/*
 * The agent over its socket: operations from OPERATION to RELEASED. Cancellation is in
 * test_agent_cancel*.c, the flow of results in test_agent_flow.c, the library's life in
 * test_agent_library.c, and what is asked wrongly in test_agent_wrong.c.
 */
#include "tests/unit/agent_harness.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const ServerOptions defaults = {0};

/* ---- Operations ---- */

static void an_instance_is_got_and_released(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.get = post_asked;
    server_get(server, 1, "a");
    expect(server, FRAME_STARTED, 1);
    result = expect_answer(server, 1);
    assert_int_equal(result.result, MI_RESULT_OK);
    assert_int_equal(result.flags, RESULT_POSTED);
    assert_span_equal(
        result.body,
        "{\"instance\":{\"class\":\"Test_Thing\",\"properties\":{\"Id\":\"a\",\"Value\":7}}}");
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
}

static void post_nothing(MI_Context *context, const MI_Instance *path)
{
    (void)path;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void success_without_an_instance_is_a_failure_of_the_provider(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.get = post_nothing;
    server_get(server, 1, "a");
    expect(server, FRAME_STARTED, 1);
    result = expect_answer(server, 1);
    assert_int_equal(result.result, MI_RESULT_FAILED);
    assert_span_contains(result.message, "Test_Thing");
    server_stop(server);
}

static atomic_int second_post;

static void post_twice(MI_Context *context, const MI_Instance *path)
{
    (void)path;
    post_thing(context, "a", 1);
    second_post = post_thing(context, "b", 2);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_second_instance_for_a_get_is_refused(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.get = post_twice;
    server_get(server, 1, "a");
    expect(server, FRAME_STARTED, 1);
    assert_span_contains(expect_answer(server, 1).body, "\"a\"");
    assert_int_equal(second_post, MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

static void enumerate_three(MI_Context *context)
{
    post_thing(context, "a", 1);
    post_thing(context, "b", 2);
    post_instance_of(context, &part_decl, "c", 3);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_small_enumeration_is_one_result(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.enumerate = enumerate_three;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    result = expect_answer(server, 1);
    assert_int_equal(result.count, 3);
    assert_span_equal(result.body,
                      "[{\"class\":\"Test_Thing\",\"properties\":{\"Id\":\"a\",\"Value\":1}},"
                      "{\"class\":\"Test_Thing\",\"properties\":{\"Id\":\"b\",\"Value\":2}},"
                      "{\"class\":\"Test_Part\",\"properties\":{\"Id\":\"c\",\"Value\":3}}]");
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
}

static void keys_only_and_a_property_set_are_honoured_by_the_host(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = enumerate_three;
    server_send(server, 1, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Thing", NULL,
                "{\"class\":\"Test_Thing\",\"keysOnly\":true}");
    expect(server, FRAME_STARTED, 1);
    assert_span_contains(expect_answer(server, 1).body, "{\"Id\":\"a\"}");
    server_send(server, 2, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Thing", NULL,
                "{\"class\":\"Test_Thing\",\"properties\":[\"Id\"]}");
    expect(server, FRAME_STARTED, 2);
    assert_span_contains(expect_answer(server, 2).body, "{\"Id\":\"a\"}");
    server_stop(server);
}

static void a_shallow_enumeration_passes_over_derived_classes(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = enumerate_three;
    server_send(server, 1, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Thing", NULL,
                "{\"class\":\"Test_Thing\",\"depth\":\"shallow\"}");
    expect(server, FRAME_STARTED, 1);
    assert_int_equal(expect_answer(server, 1).count, 2);
    server_send(server, 2, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Thing", NULL,
                "{\"class\":\"Test_Thing\",\"depth\":\"deepBaseProperties\"}");
    expect(server, FRAME_STARTED, 2);
    assert_int_equal(expect_answer(server, 2).count, 3);
    server_stop(server);
}

static void run_method(MI_Context *context, const MI_Instance *parameters)
{
    MI_Value count;

    MI_Instance_GetElement(parameters, "Count", &count, NULL, NULL, NULL);
    post_run(context, count.uint32 + 1, "done");
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_method_is_invoked_with_its_parameters(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.invoke = run_method;
    server_invoke(server, 1, 0, "{\"Count\":41}");
    expect(server, FRAME_STARTED, 1);
    result = expect_answer(server, 1);
    assert_int_equal(result.result, MI_RESULT_OK);
    assert_span_equal(result.body, "{\"returnValue\":42,\"parameters\":{\"Text\":\"done\"}}");
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
}

static void fail_with_words(MI_Context *context)
{
    MI_Context_PostError(context, 13, MI_RESULT_TYPE_ERRNO, "the disk is shy");
}

static void an_error_carries_its_words_and_what_came_before(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.enumerate = fail_with_words;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    result = expect_answer(server, 1);
    assert_int_equal(result.result, MI_RESULT_ACCESS_DENIED);
    assert_span_equal(result.message, "the disk is shy (ERRNO 13)");
    server_stop(server);
}

static atomic_int posted_other;

static void post_other(MI_Context *context)
{
    posted_other = post_instance_of(context, &other_decl, "x", 0);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void an_instance_of_a_class_that_was_not_asked_for_is_refused(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = post_other;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    assert_int_equal(expect_answer(server, 1).count, 0);
    assert_int_equal(posted_other, MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

static void a_provider_may_return_at_once_and_post_from_a_thread_of_its_own(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = keep_and_return;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&kept_open);
    assert_int_equal(post_thing(kept, "a", 1), MI_RESULT_OK);
    assert_int_equal(MI_Context_PostResult(kept, MI_RESULT_OK), MI_RESULT_OK);
    assert_int_equal(expect_answer(server, 1).count, 1);
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
}

static void get_by_enumeration_finds_the_keys_and_nothing_else(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.enumerate = enumerate_three;
    server_send(server, 1, OPERATION_GET_INSTANCE, 0, "Test_Part", NULL,
                "{\"instance\":{\"class\":\"Test_Part\",\"properties\":{\"Id\":\"c\"}}}");
    expect(server, FRAME_STARTED, 1);
    result = expect_answer(server, 1);
    assert_int_equal(result.result, MI_RESULT_OK);
    assert_span_contains(result.body, "\"Id\":\"c\"");
    server_send(server, 2, OPERATION_GET_INSTANCE, 0, "Test_Part", NULL,
                "{\"instance\":{\"class\":\"Test_Part\",\"properties\":{\"Id\":\"d\"}}}");
    expect(server, FRAME_STARTED, 2);
    assert_int_equal(expect_answer(server, 2).result, MI_RESULT_NOT_FOUND);
    server_stop(server);
}

static atomic_uint interval;
static char told_locale[MI_MAX_LOCALE_SIZE];

static void read_options(MI_Context *context)
{
    MI_Uint32 number = 0, count = 0;
    const MI_Char *text = NULL;

    MI_Context_GetNumberOption(context, "IntervalMs", &number);
    MI_Context_GetCustomOptionCount(context, &count);
    MI_Context_GetStringOption(context, "Color", &text);
    MI_Context_GetLocale(context, MI_LOCALE_TYPE_REQUESTED_UI, told_locale);
    interval = text != NULL && strcmp(text, "blue") == 0 && count == 2 ? number : 0;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void options_and_locale_reach_the_provider(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = read_options;
    server_send(server, 1, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Thing", NULL,
                "{\"locale\":\"de-DE\",\"options\":{\"IntervalMs\":{\"type\":\"uint32\",\"value\":"
                "250},\"Color\":{\"type\":\"string\",\"value\":\"blue\"}}}");
    expect_whole(server, 1, MI_RESULT_OK);
    assert_int_equal(interval, 250);
    assert_string_equal(told_locale, "de-DE");
    server_stop(server);
}

#define MANY 2500

static MI_Context *all_contexts[MANY];

static void get_and_remember(MI_Context *context, const MI_Instance *path)
{
    all_contexts[script.calls - 1] = context;
    post_asked(context, path);
}

static int compare_pointers(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t) * (MI_Context *const *)a;
    uintptr_t right = (uintptr_t) * (MI_Context *const *)b;

    return (left > right) - (left < right);
}

static void a_context_is_used_again_after_a_thousand_others(void **state)
{
    Server *server = server_start(&defaults);
    size_t distinct = 1;

    (void)state;
    script.get = get_and_remember;
    for (uint64_t operation = 1; operation <= MANY; operation++) {
        server_get(server, operation, "a");
        expect_whole(server, operation, MI_RESULT_OK);
    }
    server_stop(server);
    for (size_t i = OPERATIONS_RESTING; i < MANY; i++)
        for (size_t j = i - OPERATIONS_RESTING + 1; j < i; j++)
            assert_ptr_not_equal(all_contexts[i], all_contexts[j]);
    qsort(all_contexts, MANY, sizeof(all_contexts[0]), compare_pointers);
    for (size_t i = 1; i < MANY; i++)
        distinct += all_contexts[i] != all_contexts[i - 1];
    assert_in_range(distinct, OPERATIONS_RESTING, OPERATIONS_RESTING + 1);
}

/* ---- One at a time, or side by side ---- */

static Latch first_inside = LATCH_INIT, second_inside = LATCH_INIT, may_leave = LATCH_INIT;
static atomic_int entered;

static void meet(MI_Context *context)
{
    latch_open(++entered == 1 ? &first_inside : &second_inside);
    latch_wait(&may_leave);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void close_latches(void)
{
    latch_close(&first_inside);
    latch_close(&second_inside);
    latch_close(&may_leave);
    entered = 0;
}

static void meet_in_method(MI_Context *context, const MI_Instance *parameters)
{
    (void)parameters;
    meet(context);
}

static void parallel_functions_run_side_by_side(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    close_latches();
    script.enumerate = meet;
    server_enumerate(server, 1, 0);
    server_enumerate(server, 2, 0);
    expect_open(&first_inside);
    expect_open(&second_inside);
    latch_open(&may_leave);
    expect_whole(server, 1, MI_RESULT_OK);
    expect_whole(server, 2, MI_RESULT_OK);
    server_stop(server);
}

static void serial_functions_run_one_at_a_time_and_all_are_started_at_once(void **state)
{
    Server *server = server_start(&(ServerOptions){.serial = true});

    (void)state;
    close_latches();
    script.enumerate = meet;
    script.invoke = meet_in_method;
    server_enumerate(server, 1, 0);
    server_send(server, 2, OPERATION_INVOKE, 0, "Test_Thing", "Run", "{\"class\":\"Test_Thing\"}");
    expect(server, FRAME_STARTED, 1);
    expect(server, FRAME_STARTED, 2);
    expect_open(&first_inside);
    expect_alive(server);
    assert_int_equal(entered, 1);
    latch_open(&may_leave);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    assert_int_equal(expect_answer(server, 2).result, MI_RESULT_OK);
    expect(server, FRAME_RELEASED, 1);
    expect(server, FRAME_RELEASED, 2);
    server_stop(server);
}

#define TEST(name) cmocka_unit_test_setup(name, script_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_instance_is_got_and_released),
        TEST(success_without_an_instance_is_a_failure_of_the_provider),
        TEST(a_second_instance_for_a_get_is_refused),
        TEST(a_small_enumeration_is_one_result),
        TEST(keys_only_and_a_property_set_are_honoured_by_the_host),
        TEST(a_shallow_enumeration_passes_over_derived_classes),
        TEST(a_method_is_invoked_with_its_parameters),
        TEST(an_error_carries_its_words_and_what_came_before),
        TEST(an_instance_of_a_class_that_was_not_asked_for_is_refused),
        TEST(a_provider_may_return_at_once_and_post_from_a_thread_of_its_own),
        TEST(get_by_enumeration_finds_the_keys_and_nothing_else),
        TEST(options_and_locale_reach_the_provider),
        TEST(a_context_is_used_again_after_a_thousand_others),
        TEST(parallel_functions_run_side_by_side),
        TEST(serial_functions_run_one_at_a_time_and_all_are_started_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
