/*
 * The library's life in the agent: it is opened and loaded with the first operation, once, and
 * unloaded at the stop; what is wrong with it is told to each operation.
 */
#include "tests/unit/agent_harness.h"

static const ServerOptions defaults = {0};

static void module_and_class_are_loaded_once_and_unloaded_at_the_stop(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.get = post_asked;
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
    script.get = post_asked;
    script.load_class = refuse_load;
    server_get(server, 1, "a");
    expect_failure(server, 1, MI_RESULT_ACCESS_DENIED, RESULT_FAULT, "Load of Test_Thing");
    server_get(server, 2, "a");
    expect_failure(server, 2, MI_RESULT_ACCESS_DENIED, RESULT_FAULT, "no key");
    script.load_class = NULL;
    server_get(server, 3, "a");
    expect_whole(server, 3, MI_RESULT_OK);
    assert_int_equal(script.calls, 1);
    server_stop(server);
}

static void a_load_may_post_later_and_the_others_wait_for_it(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.get = post_asked;
    script.load_module = keep_and_return;
    server_get(server, 1, "a");
    server_get(server, 2, "b");
    expect(server, FRAME_STARTED, 1);
    expect(server, FRAME_STARTED, 2);
    expect_open(&kept_open);
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
    expect_failure(server, 1, MI_RESULT_FAILED, RESULT_FAULT, word);
    server_get(server, 2, "a");
    expect_failure(server, 2, MI_RESULT_FAILED, RESULT_FAULT, word);
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

#define TEST(name) cmocka_unit_test_setup(name, script_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(module_and_class_are_loaded_once_and_unloaded_at_the_stop),
        TEST(a_load_that_fails_is_told_to_each_operation_and_tried_again),
        TEST(a_load_may_post_later_and_the_others_wait_for_it),
        TEST(a_library_with_a_mistake_is_refused_by_its_name_and_the_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
