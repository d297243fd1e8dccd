/*
 * The agent over its socket: operations from OPERATION to RELEASED, what is wrong with what is
 * asked, and the library's life. Cancellation is in test_agent_cancel*.c, the flow of results in
 * test_agent_flow.c.
 */
#include "base/log.h"
#include "tests/unit/agent_harness.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ServerOptions defaults = {0};

/* ---- Operations ---- */

static void get_one(MI_Context *context, const MI_Instance *path)
{
    MI_Value id;

    MI_Instance_GetElement(path, "Id", &id, NULL, NULL, NULL);
    post_thing(context, id.string, 7);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void an_instance_is_got_and_released(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.get = get_one;
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

static MI_Context *kept;
static Latch kept_gate = LATCH_INIT;

static void keep_and_return(MI_Context *context)
{
    kept = context;
    latch_open(&kept_gate);
}

static void a_provider_may_return_at_once_and_post_from_a_thread_of_its_own(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    latch_close(&kept_gate);
    script.enumerate = keep_and_return;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_open(&kept_gate);
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
    get_one(context, path);
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

/* ---- What is asked wrongly ---- */

static void expect_refusal(Server *server, uint64_t operation, const char *word)
{
    ResultFrame result;

    expect(server, FRAME_STARTED, operation);
    result = expect_answer(server, operation);
    assert_int_equal(result.flags, RESULT_INVALID_PARAMS);
    assert_span_contains(result.message, word);
    expect(server, FRAME_RELEASED, operation);
}

static void wrong_params_are_refused_by_name_and_nothing_is_run(void **state)
{
    static const struct {
        const char *params, *word;
    } cases[] = {
        {"{\"instance\":{\"class\":\"Test_Thing\",\"properties\":{\"Ix\":\"a\"}}}", "Ix"},
        {"{\"instance\":{\"class\":\"Test_Thing\",\"properties\":{\"Id\":7}}}", "Id"},
        {"{\"instance\":{\"class\":\"Test_Thing\",\"properties\":{}}}", "Id"},
        {"{\"instance\":{\"class\":\"Test_Other\",\"properties\":{\"Id\":\"a\"}}}", "Test_Other"},
        {"{\"instance\":{\"class\":\"Test_Thing\",\"class\":\"Test_Thing\"}}", "class"},
        {"{\"instance\":7}", "instance"},
        {"{}", "params.instance is missing"},
        {"{\"properties\":7}", "params.properties"},
        {"{\"properties\":[7]}", "params.properties"},
        {"{\"options\":[]}", "params.options"},
        {"{\"options\":{\"Speed\":{\"value\":1}}}", "Speed"},
        {"{\"options\":{\"Speed\":{\"type\":\"uint8\",\"value\":300}}}", "Speed"},
        {"{\"options\":{\"Speed\":{\"type\":\"uint8\"}}}", "Speed"},
        {"{\"locale\":1}", "params.locale"},
        {"{\"keysOnly\":1}", "params.keysOnly"},
        {"{\"depth\":\"abyss\"}", "params.depth"},
        {"{\"depth\":7}", "params.depth"},
        {"{\"options\":{\"Speed\":{\"type\":\"uint9\",\"value\":1}}}", "Speed"},
        {"{\"properties\":[\"Colour\"]}", "Colour"},
        {"[]", "params is"},
    };
    Server *server = server_start(&defaults);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        server_send(server, i + 1, OPERATION_GET_INSTANCE, 0, "Test_Thing", NULL, cases[i].params);
        expect_refusal(server, i + 1, cases[i].word);
    }
    server_invoke(server, 100, 0, "{\"Count\":-1}");
    expect_refusal(server, 100, "Count");
    server_invoke(server, 101, 0, "{\"Pace\":1}");
    expect_refusal(server, 101, "Pace");
    assert_int_equal(script.calls, 0);
    server_stop(server);
}

static void expect_error_with(Server *server, uint64_t operation, MI_Result r, unsigned flags,
                              const char *word)
{
    ResultFrame result;

    expect(server, FRAME_STARTED, operation);
    result = expect_answer(server, operation);
    assert_int_equal(result.result, r);
    assert_int_equal(result.flags, flags);
    assert_span_contains(result.message, word);
    expect(server, FRAME_RELEASED, operation);
}

static void expect_error(Server *server, uint64_t operation, MI_Result r, const char *word)
{
    expect_error_with(server, operation, r, 0, word);
}

/* The library is to blame. */
static void expect_fault(Server *server, uint64_t operation, MI_Result r, const char *word)
{
    expect_error_with(server, operation, r, RESULT_FAULT, word);
}

static void what_the_provider_does_not_have_is_refused_by_name(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    server_send(server, 1, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Absent", NULL, "{}");
    expect_fault(server, 1, MI_RESULT_INVALID_CLASS, "Test_Absent");
    server_send(server, 2, OPERATION_INVOKE, 0, "Test_Thing", "Jump", "{}");
    expect_error(server, 2, MI_RESULT_METHOD_NOT_FOUND, "Jump");
    server_send(server, 3, OPERATION_INVOKE, 0, "Test_Thing", "Declared", "{}");
    expect_error(server, 3, MI_RESULT_METHOD_NOT_AVAILABLE, "Declared");
    server_send(server, 4, OPERATION_DELETE_INSTANCE, 0, "Test_Thing", NULL, "{}");
    expect_error(server, 4, MI_RESULT_NOT_SUPPORTED, "mi/deleteInstance");
    server_send(server, 5, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Other", NULL, "{}");
    expect_error(server, 5, MI_RESULT_NOT_SUPPORTED, "Test_Other");
    server_stop(server);
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

static void close_gates(void)
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
    close_gates();
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
    close_gates();
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

/* ---- The library ---- */

static void module_and_class_are_loaded_once_and_unloaded_at_the_stop(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.get = get_one;
    assert_int_equal(script.loads, 0);
    for (uint64_t operation = 1; operation <= 5; operation++) {
        server_get(server, operation, "a");
        expect_whole(server, operation, MI_RESULT_OK);
    }
    assert_int_equal(script.loads, 2);
    server_stop(server);
    assert_int_equal(script.unloads, 2);
}

static void refuse_load(MI_Context *context)
{
    MI_Context_PostError(context, MI_RESULT_ACCESS_DENIED, MI_RESULT_TYPE_MI, "no key");
}

static void a_load_that_fails_is_told_to_each_operation_and_tried_again(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.get = get_one;
    script.load_class = refuse_load;
    server_get(server, 1, "a");
    expect_fault(server, 1, MI_RESULT_ACCESS_DENIED, "Load of Test_Thing");
    server_get(server, 2, "a");
    expect_fault(server, 2, MI_RESULT_ACCESS_DENIED, "no key");
    script.load_class = NULL;
    server_get(server, 3, "a");
    expect_whole(server, 3, MI_RESULT_OK);
    assert_int_equal(script.calls, 1);
    server_stop(server);
}

static void keep_load(MI_Context *context)
{
    kept = context;
    latch_open(&kept_gate);
}

static void a_load_may_post_later_and_the_others_wait_for_it(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    latch_close(&kept_gate);
    script.get = get_one;
    script.load_module = keep_load;
    server_get(server, 1, "a");
    server_get(server, 2, "b");
    expect(server, FRAME_STARTED, 1);
    expect(server, FRAME_STARTED, 2);
    expect_open(&kept_gate);
    expect_alive(server);
    assert_int_equal(script.calls, 0);
    assert_int_equal(MI_Context_PostResult(kept, MI_RESULT_OK), MI_RESULT_OK);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    assert_int_equal(expect_answer(server, 2).result, MI_RESULT_OK);
    expect(server, FRAME_RELEASED, 1);
    expect(server, FRAME_RELEASED, 2);
    assert_int_equal(script.loads, 2);
    server_stop(server);
}

static void expect_bad_library(const ServerOptions *options, const char *word)
{
    Server *server = server_start(options);

    server_get(server, 1, "a");
    expect_fault(server, 1, MI_RESULT_FAILED, word);
    server_get(server, 2, "a");
    expect_fault(server, 2, MI_RESULT_FAILED, word);
    server_stop(server);
}

static MI_Module *main_without_module(MI_Server *server)
{
    (void)server;
    return NULL;
}

static MI_Module *main_of_wide_characters(MI_Server *server)
{
    static MI_Module module;

    (void)server;
    module = thing_module;
    module.charSize = 4;
    return &module;
}

static MI_Module *main_of_the_future(MI_Server *server)
{
    static MI_Module module;

    (void)server;
    module = thing_module;
    module.version = MI_MAKE_VERSION(MI_MAJOR + 1, 0, 0);
    return &module;
}

static MI_Module *main_without_schema(MI_Server *server)
{
    static MI_Module module;

    (void)server;
    module = thing_module;
    module.schemaDecl = NULL;
    return &module;
}

static void a_library_with_a_mistake_is_refused_by_its_name_and_the_mistake(void **state)
{
    (void)state;
    expect_bad_library(&(ServerOptions){.library = "/nonexistent/libx.so"}, "/nonexistent/libx.so");
    expect_bad_library(&(ServerOptions){.library = "libc.so.6"}, "MI_Main");
    expect_bad_library(&(ServerOptions){.main = main_without_module}, "returned NULL");
    expect_bad_library(&(ServerOptions){.main = main_of_wide_characters}, "characters of 4 bytes");
    expect_bad_library(&(ServerOptions){.main = main_of_the_future}, "version 2.0");
    expect_bad_library(&(ServerOptions){.main = main_without_schema}, "libtest.so");
}

/* {"MEMBER":BEFORE, then @count PIECES with commas between, AFTER} */
static const char *repeat(const char *before, size_t count, const char *piece, const char *after)
{
    static char text[1 << 18];
    size_t used = (size_t)snprintf(text, sizeof(text), "%s", before);

    for (size_t i = 0; i < count && used < sizeof(text); i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s\"P%zu\"%s",
                                 i == 0 ? "" : ",", i, piece);
    assert_true(used + strlen(after) < sizeof(text));
    strcpy(text + used, after);
    return text;
}

static void what_comes_in_masses_is_counted(void **state)
{
    static char text[1000];
    Server *server = server_start(&defaults);

    (void)state;
    snprintf(text, sizeof(text), "{\"locale\":\"%0900d\"}", 7);
    server_send(server, 1, OPERATION_GET_INSTANCE, 0, "Test_Thing", NULL, text);
    expect_refusal(server, 1, "params.locale is no string of at most");
    server_send(server, 2, OPERATION_GET_INSTANCE, 0, "Test_Thing", NULL,
                repeat("{\"options\":{", 5000, ":1", "}}"));
    expect_refusal(server, 2, "params.options has more than");
    server_send(server, 3, OPERATION_GET_INSTANCE, 0, "Test_Thing", NULL,
                repeat("{\"properties\":[", 5000, "", "]}"));
    expect_refusal(server, 3, "params.properties holds more than");
    assert_int_equal(script.calls, 0);
    server_stop(server);
}

/* ---- The server ---- */

static void the_agent_ends_when_the_server_is_gone(void **state)
{
    (void)state;
    server_vanish(server_start(&defaults));
    server_vanish(server_start_silent(&defaults));
}

/* What @frames, which are freed, do to an agent that was greeted if @options say so. */
static void expect_violation(const ServerOptions *greeting, Buffer *frames)
{
    Server *server = greeting == NULL ? server_start_silent(&defaults) : server_start(greeting);

    log_set_level((LogLevel)-1);
    server_write(server, frames);
    assert_int_equal(server_join(server), HOST_END_VIOLATED);
}

static void a_frame_that_is_not_allowed_ends_the_agent(void **state)
{
    Buffer frames = BUFFER_INIT;

    (void)state;
    payload_put_hello(&frames, &(HelloFrame){.version = FRAME_VERSION + 1});
    expect_violation(NULL, &frames);
    payload_put_empty(&frames, FRAME_PING, 0);
    expect_violation(NULL, &frames);
    payload_put_empty(&frames, FRAME_CONFIG, 0); /* before HELLO */
    expect_violation(NULL, &frames);
    payload_put_empty(&frames, FRAME_HELLO, 0); /* which says no version */
    expect_violation(NULL, &frames);
    payload_put_hello(&frames, &(HelloFrame){.version = FRAME_VERSION});
    payload_put_empty(&frames, FRAME_PING, 0); /* before CONFIG */
    expect_violation(NULL, &frames);
    payload_put_hello(&frames, &(HelloFrame){.version = FRAME_VERSION});
    payload_put_empty(&frames, FRAME_CONFIG, 0); /* which says nothing */
    expect_violation(NULL, &frames);
    payload_put_cancel(&frames, 9, &(CancelFrame){0});
    expect_violation(&defaults, &frames);
    payload_put_credit(&frames, 9, &(CreditFrame){.bytes = 1});
    expect_violation(&defaults, &frames);
    payload_put_empty(&frames, FRAME_STARTED, 1);
    expect_violation(&defaults, &frames);
    payload_put_empty(&frames, FRAME_OPERATION, 1);
    expect_violation(&defaults, &frames);
}

static void stop_amid_operations_and_ids_used_twice_are_violations(void **state)
{
    Server *server = server_start(&defaults);
    Buffer frames = BUFFER_INIT;

    (void)state;
    script.get = get_one;
    server_get(server, 2, "a");
    expect_whole(server, 2, MI_RESULT_OK);
    log_set_level((LogLevel)-1);
    server_get(server, 2, "a");
    assert_int_equal(server_join(server), HOST_END_VIOLATED);

    latch_close(&kept_gate);
    script.enumerate = keep_and_return;
    server = server_start(&defaults);
    log_set_level((LogLevel)-1);
    server_enumerate(server, 1, 0);
    expect_open(&kept_gate);
    payload_put_empty(&frames, FRAME_STOP, 0);
    server_write(server, &frames);
    assert_int_equal(server_wait(server), HOST_END_VIOLATED);
    MI_Context_PostResult(kept, MI_RESULT_OK);
    server_free(server);
}

static void more_operations_than_configured_are_a_violation(void **state)
{
    Server *server = server_start(&(ServerOptions){.operations = 1});

    (void)state;
    log_set_level((LogLevel)-1);
    latch_close(&kept_gate);
    script.enumerate = keep_and_return;
    server_enumerate(server, 1, 0);
    expect_open(&kept_gate);
    server_enumerate(server, 2, 0);
    assert_int_equal(server_wait(server), HOST_END_VIOLATED);
    MI_Context_PostResult(kept, MI_RESULT_OK);
    server_free(server);
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
        TEST(wrong_params_are_refused_by_name_and_nothing_is_run),
        TEST(what_the_provider_does_not_have_is_refused_by_name),
        TEST(parallel_functions_run_side_by_side),
        TEST(serial_functions_run_one_at_a_time_and_all_are_started_at_once),
        TEST(module_and_class_are_loaded_once_and_unloaded_at_the_stop),
        TEST(a_load_that_fails_is_told_to_each_operation_and_tried_again),
        TEST(a_load_may_post_later_and_the_others_wait_for_it),
        TEST(a_library_with_a_mistake_is_refused_by_its_name_and_the_mistake),
        TEST(what_comes_in_masses_is_counted),
        TEST(the_agent_ends_when_the_server_is_gone),
        TEST(a_frame_that_is_not_allowed_ends_the_agent),
        TEST(stop_amid_operations_and_ids_used_twice_are_violations),
        TEST(more_operations_than_configured_are_a_violation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
