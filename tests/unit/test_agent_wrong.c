/*
 * What the agent is asked wrongly: params that don't fit the class, what the provider doesn't have,
 * and frames that no server may send, which end the agent.
 */
#include "base/log.h"
#include "tests/unit/agent_harness.h"

#include <stdio.h>
#include <string.h>

static const ServerOptions defaults = {0};

static void expect_refusal(Server *server, uint64_t operation, const char *word)
{
    expect_failure(server, operation, MI_RESULT_INVALID_PARAMETER, RESULT_INVALID_PARAMS, word);
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

static void what_the_provider_does_not_have_is_refused_by_name(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    server_send(server, 1, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Absent", NULL, "{}");
    expect_failure(server, 1, MI_RESULT_INVALID_CLASS, RESULT_FAULT | RESULT_CLASS_FAULT,
                   "Test_Absent");
    server_send(server, 2, OPERATION_INVOKE, 0, "Test_Thing", "Jump", "{}");
    expect_failure(server, 2, MI_RESULT_METHOD_NOT_FOUND, 0, "Jump");
    server_send(server, 3, OPERATION_INVOKE, 0, "Test_Thing", "Declared", "{}");
    expect_failure(server, 3, MI_RESULT_METHOD_NOT_AVAILABLE, 0, "Declared");
    server_send(server, 4, OPERATION_DELETE_INSTANCE, 0, "Test_Thing", NULL, "{}");
    expect_failure(server, 4, MI_RESULT_NOT_SUPPORTED, 0, "mi/deleteInstance");
    server_send(server, 5, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Other", NULL, "{}");
    expect_failure(server, 5, MI_RESULT_NOT_SUPPORTED, 0, "Test_Other");
    server_stop(server);
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
    script.get = post_asked;
    server_get(server, 2, "a");
    expect_whole(server, 2, MI_RESULT_OK);
    log_set_level((LogLevel)-1);
    server_get(server, 2, "a");
    assert_int_equal(server_join(server), HOST_END_VIOLATED);

    script.enumerate = keep_and_return;
    server = server_start(&defaults);
    log_set_level((LogLevel)-1);
    server_enumerate(server, 1, 0);
    expect_open(&kept_open);
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
    script.enumerate = keep_and_return;
    server_enumerate(server, 1, 0);
    expect_open(&kept_open);
    server_enumerate(server, 2, 0);
    assert_int_equal(server_wait(server), HOST_END_VIOLATED);
    MI_Context_PostResult(kept, MI_RESULT_OK);
    server_free(server);
}

#define TEST(name) cmocka_unit_test_setup(name, script_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wrong_params_are_refused_by_name_and_nothing_is_run),
        TEST(what_the_provider_does_not_have_is_refused_by_name),
        TEST(what_comes_in_masses_is_counted),
        TEST(the_agent_ends_when_the_server_is_gone),
        TEST(a_frame_that_is_not_allowed_ends_the_agent),
        TEST(stop_amid_operations_and_ids_used_twice_are_violations),
        TEST(more_operations_than_configured_are_a_violation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
