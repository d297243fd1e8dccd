/*
 * Bad input gets an error that names the object and says why, and does no harm to anything else:
 * what is unknown, what doesn't fit its type, libraries that are none, providers that crash.
 */
#include "tests/support/fixture.h"

#include <stdio.h>

static void what_is_unknown_is_named(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = client_request(client, "mi/enumerateInstances",
                             "{'namespace':'root/nowhere','class':'Test_Sample'}");
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_INVALID_NAMESPACE");
    expect_contains(json_text(error, "message"), "root/nowhere");

    error = expect_error(client, ask_enumerate(client, "Test_Nothing", ""), CODE_FAILED,
                         "MI_RESULT_INVALID_CLASS");
    expect_contains(json_text(error, "message"), "Test_Nothing");

    error = expect_error(client, ask_invoke(client, "Test_Types", "Vanish", "", ""), CODE_FAILED,
                         "MI_RESULT_METHOD_NOT_FOUND");
    expect_contains(json_text(error, "message"), "Vanish");

    error = expect_error(client, ask_get(client, "Test_Sample", "'Color':1", ""),
                         CODE_INVALID_PARAMS, NULL);
    expect_contains(json_text(error, "message"), "Color");

    error = expect_error(client, ask_invoke(client, "Test_Types", "Echo", "'Color':1", ""),
                         CODE_INVALID_PARAMS, NULL);
    expect_contains(json_text(error, "message"), "Color");

    error = expect_error(client, ask_get(client, "Test_Sample", "'Id':99", ""), CODE_FAILED,
                         "MI_RESULT_NOT_FOUND");
    assert_string_equal(json_text(error, "data.message"), "there is no such sample");

    (void)expect_result(client, ask_get(client, "Test_Sample", "'Id':1", ""));
}

static void a_property_of_the_list_that_is_unknown_is_named(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *message = expect_response_with_id(
        client, (ask_enumerate(client, "Test_Sample", ",'properties':['Id','Color']"), "1"));

    assert_non_null(json_at(message, "error"));
    expect_contains(json_text(message, "error.message"), "Color");
}

static void a_value_that_does_not_fit_its_type_is_named(Fixture *f)
{
    static const char *const values[] = {
        "'Boolean':1",
        "'Uint8':256",
        "'Uint8':-1",
        "'Uint8':1.5",
        "'Uint8':'1'",
        "'Sint8':-129",
        "'Uint32':4294967296",
        "'Uint64':1.5",
        "'Uint64':9007199254740992", /* a double can't hold all that are larger */
        "'Uint64':'18446744073709551616'",
        "'Uint64':'-1'",
        "'Uint64':''",
        "'Uint64':'1x'",
        "'Sint64':'9223372036854775808'",
        "'Real64':'1'",
        "'Char16':65536",
        "'Datetime':'2024'",
        "'Datetime':'20240229235958.123456-06'",
        "'String':5",
        "'StringA':'a'",
        "'StringA':[1]",
        "'Uint8A':[0,256]",
        "'String':{'class':'Test_Sample','properties':{}}",
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        const cJSON *error =
            expect_error(client, ask_invoke(client, "Test_Types", "Echo", values[i], ""),
                         CODE_INVALID_PARAMS, NULL);
        char name[32];

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(values[i] + 1, "'"), values[i] + 1);
        expect_contains(json_text(error, "message"), name);
    }
}

static void a_zero_in_a_string_is_refused(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error =
        expect_error(client, ask_invoke(client, "Test_Types", "Echo", "'String':'a\\u0000'", ""),
                     CODE_INVALID_PARAMS, NULL);

    expect_contains(json_text(error, "message"), "\\u0000");
}

static void a_key_that_is_given_twice_is_refused(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    (void)expect_error(client, ask_get(client, "Test_Sample", "'Id':1,'Id':2", ""),
                       CODE_INVALID_PARAMS, NULL);
    (void)expect_error(client, ask_get(client, "Test_Sample", "'Id':1,'ID':2", ""),
                       CODE_INVALID_PARAMS, NULL);
    (void)expect_error(client, ask_enumerate(client, "Test_Sample", ",'class':'Test_Many'"),
                       CODE_INVALID_PARAMS, NULL);
}

static void what_a_class_does_not_do_is_not_supported(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask_enumerate(client, "Test_Bare", ""), CODE_FAILED,
                                      "MI_RESULT_NOT_SUPPORTED");

    expect_contains(json_text(error, "message"), "Test_Bare");
    (void)expect_error(client, ask_get(client, "Test_Bare", "'Id':1", ""), CODE_FAILED,
                       "MI_RESULT_NOT_SUPPORTED");
}

/* The provider of Test_Other can't be hosted; the error must hold @part, and the others work. */
static void expect_useless_provider(Fixture *f, const char *library, const char *part)
{
    registration_write(f, "useless", "LIBRARY=%s\nCLASS=Test_Other\n", library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask_enumerate(client, "Test_Other", ""), CODE_FAILED,
                                      "MI_RESULT_FAILED");

    expect_contains(json_text(error, "message"), part);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    /* And again: the failure doesn't stick to the server. */
    (void)expect_error(client, ask_enumerate(client, "Test_Other", ""), CODE_FAILED, NULL);
}

static void a_library_that_is_missing_is_named(Fixture *f)
{
    expect_useless_provider(f, "missing", "libmissing.so");
}

static void a_library_that_is_none_is_named(Fixture *f)
{
    char path[256];

    snprintf(path, sizeof(path), "%s", fixture_write(f, "text.so", "this is no library\n"));
    expect_useless_provider(f, path, path);
}

static void a_library_without_mi_main_is_named(Fixture *f)
{
    expect_useless_provider(f, "empty", "MI_Main");
}

/* What host/providers says is wrong with the provider called @name; "" if nothing. */
static const char *fault_of(Client *client, const char *name)
{
    const cJSON *list = expect_result(client, client_request(client, "host/providers", "{}"));
    const cJSON *provider;

    cJSON_ArrayForEach(provider, json_at(list, "providers"))
    {
        if (strcmp(json_text(provider, "name"), name) == 0)
            return json_at(provider, "error") == NULL ? "" : json_text(provider, "error");
    }
    test_failed("host/providers has no '%s'", name);
}

static void a_mistake_of_a_library_is_told_to_its_client_and_in_the_list(Fixture *f)
{
    static const struct {
        const char *library, *class, *named;
    } cases[] = {
        {"mistaken-CHARACTERS", "Test_Mistaken", "characters of 2 bytes"},
        {"mistaken-VERSION", "Test_Mistaken", "version 2.0"},
        {"mistaken-HOLE", "Test_Mistaken", "class 'Test_Mistaken': property declaration 2 of 2"},
        {"mistaken-NONE", "Test_Absent", "Test_Absent"},
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char text[1024], library[64];

        registration_write(f, "wrong", "LIBRARY=%s\nCLASS=%s\n", cases[i].library, cases[i].class);
        (void)expect_result(client, client_request(client, "host/reload", "{}"));
        const cJSON *error =
            expect_error(client, ask_enumerate(client, cases[i].class, ""), CODE_FAILED, NULL);
        snprintf(text, sizeof(text), "%s", json_text(error, "message"));
        snprintf(library, sizeof(library), "/lib%s.so'", cases[i].library);
        expect_contains(text, library);
        expect_contains(text, cases[i].named);
        assert_string_equal(fault_of(client, "wrong"), text);
    }
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

static void what_a_library_lacks_stays_in_the_list_while_its_other_classes_work(Fixture *f)
{
    registration_write(f, "half",
                       "LIBRARY=mistaken-NONE\nCLASS=Test_Absent\nCLASS=Test_Mistaken\n");
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_error(client, ask_enumerate(client, "Test_Absent", ""), CODE_FAILED,
                       "MI_RESULT_INVALID_CLASS");
    (void)expect_result(client, ask_enumerate(client, "Test_Mistaken", ""));
    expect_contains(fault_of(client, "half"), "Test_Absent");
    (void)expect_result(client, client_request(client, "host/reload", "{}"));
    assert_string_equal(fault_of(client, "half"), "");
}

static void a_library_that_is_not_there_is_in_the_list_before_anybody_asks(Fixture *f)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/late.so", f->folder);
    registration_write(f, "late", "LIBRARY=%s\nCLASS=Test_Other\n", path);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    expect_contains(fault_of(client, "late"), path);
    (void)fixture_write(f, "late.so", "%s", "no library yet");
    (void)expect_result(client, client_request(client, "host/reload", "{}"));
    assert_string_equal(fault_of(client, "late"), "");
    (void)expect_error(client, ask_enumerate(client, "Test_Other", ""), CODE_FAILED,
                       "MI_RESULT_FAILED");
    expect_contains(fault_of(client, "late"), path);
}

static void a_load_that_fails_fails_the_request_with_its_words(Fixture *f)
{
    fixture_write(f, "gated-load", "%s", "");
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *load = gate_await(f->gate, "load");

    puppet_do(load, "error 2 no luck today", "0");
    puppet_return(load);
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_ACCESS_DENIED");
    expect_contains(json_text(error, "message"), "no luck today");
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

static void a_crash_in_load_fails_the_request(Fixture *f)
{
    fixture_write(f, "gated-load", "%s", "");
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *load = gate_await(f->gate, "load");

    puppet_tell(load, "crash");
    puppet_expect_gone(load);
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "puppet");
    expect_contains(json_text(error, "message"), "SIGSEGV");
}

static void a_crash_in_an_enumeration_leaves_what_came_and_one_error(Fixture *f)
{
    int next = 0;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(client, "Test_Puppet", ",'partialResultToken':'t'");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_do(puppet, "post 10", "10 0");
    expect_partial_results(client, 10, "Index", &next);
    puppet_tell(puppet, "crash");
    puppet_expect_gone(puppet);
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "puppet");
    expect_contains(json_text(error, "message"), "SIGSEGV");

    id = ask_run(client, "next");
    puppet = gate_await(f->gate, "invoke next");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
    assert_int_equal(agent_count_of(client, "puppet"), 1);
}

static void a_provider_that_exits_is_reported_with_its_status(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a"), other = ask_run(client, "b");
    Puppet *a = gate_await(f->gate, "invoke a");
    Puppet *b = gate_await(f->gate, "invoke b");

    puppet_tell(a, "exit 7");
    puppet_expect_gone(a);
    puppet_expect_gone(b);
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "puppet");
    expect_contains(json_text(error, "message"), "7");
    (void)expect_error(client, other, CODE_FAILED, "MI_RESULT_FAILED");
}

static void a_provider_that_posts_after_its_result_is_told_so(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "result 0", "0");
    (void)expect_result(client, id);
    puppet_do(puppet, "result 1", "4");
    puppet_do(puppet, "output late", "4");
    puppet_return(puppet);
    expect_served(client);
}

static void an_invoke_that_returns_nothing_is_answered(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_get(client, "Test_Puppet", "'Name':'a'", "");
    Puppet *puppet = gate_await(f->gate, "get a");

    puppet_do(puppet, "result 0", "0"); /* success, and no instance: the provider is wrong */
    puppet_return(puppet);
    const cJSON *message = expect_response_with_id(client, "1");
    assert_int_equal(id, 1);
    assert_non_null(json_at(message, "error"));
    expect_contains(json_text(message, "error.message"), "instance");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_unknown_is_named),
        TEST(a_property_of_the_list_that_is_unknown_is_named),
        TEST(a_value_that_does_not_fit_its_type_is_named),
        TEST(a_zero_in_a_string_is_refused),
        TEST(a_key_that_is_given_twice_is_refused),
        TEST(what_a_class_does_not_do_is_not_supported),
        TEST(a_library_that_is_missing_is_named),
        TEST(a_library_that_is_none_is_named),
        TEST(a_library_without_mi_main_is_named),
        TEST(a_mistake_of_a_library_is_told_to_its_client_and_in_the_list),
        TEST(what_a_library_lacks_stays_in_the_list_while_its_other_classes_work),
        TEST(a_library_that_is_not_there_is_in_the_list_before_anybody_asks),
        TEST(a_load_that_fails_fails_the_request_with_its_words),
        TEST(a_crash_in_load_fails_the_request),
        TEST(a_crash_in_an_enumeration_leaves_what_came_and_one_error),
        TEST(a_provider_that_exits_is_reported_with_its_status),
        TEST(a_provider_that_posts_after_its_result_is_told_so),
        TEST(an_invoke_that_returns_nothing_is_answered),
    };

    return RUN_TESTS("bad input", tests);
}
