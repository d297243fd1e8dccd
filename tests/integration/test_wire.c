/*
 * The wire as clients meet it: framing, the envelope of JSON-RPC, ids, and what is wrong with any
 * of them. A violation costs its own connection at most.
 */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define INFO_1 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"}"
#define INFO_2 "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"host/info\"}"

/* What isn't a request gets one error with id null, and the next message is served. */
static void expect_refused_and_served(Client *client, const char *message, int code)
{
    client_send_message(client, message);
    (void)expect_refusal(client, code);
    expect_served(client);
}

static void what_is_no_json_is_refused_and_reading_goes_on(Fixture *f)
{
    static const char *const texts[] = {
        "{",
        "{]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"} x",
        "{\"jsonrpc\":\"2.0\",\"id\":01,\"method\":\"host/info\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/\tinfo\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/\xff\"}",
        "{'jsonrpc':'2.0','id':1,'method':'host/info'}",
    };

    daemon_start(f, NULL);
    for (ClientFraming framing = CLIENT_LINES; framing <= CLIENT_HEADERS; framing++) {
        Client *client = client_connect(f, framing);
        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
            expect_refused_and_served(client, texts[i], CODE_PARSE_ERROR);
    }
}

static void json_that_nests_too_deep_is_refused(Fixture *f)
{
    char deep[20100] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\",\"params\":";

    memset(deep + strlen(deep), '[', 20000);
    daemon_start(f, NULL);
    expect_refused_and_served(client_connect(f, CLIENT_LINES), deep, CODE_PARSE_ERROR);
}

static void what_is_no_request_is_refused(Fixture *f)
{
    static const char *const texts[] = {
        "[" INFO_1 "]",
        "[]",
        "7",
        "{}",
        "{\"id\":1,\"method\":\"host/info\"}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"host/info\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\",\"params\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\",\"color\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"host/info\"}",
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_HEADERS);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        expect_refused_and_served(client, texts[i], CODE_INVALID_REQUEST);
}

static void an_id_that_is_none_is_refused(Fixture *f)
{
    static const char *const ids[] = {
        "null", "true", "1.5", "1e2", "9007199254740992", "-9007199254740992", "[1]", "{}",
    };
    char text[512], letters[130] = "";

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"host/info\"}",
                 ids[i]);
        expect_refused_and_served(client, text, CODE_INVALID_REQUEST);
    }
    memset(letters, 'x', 129);
    snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"host/info\"}",
             letters);
    expect_refused_and_served(client, text, CODE_INVALID_REQUEST);
}

static void an_id_comes_back_as_it_was(Fixture *f)
{
    static const char *const ids[] = {
        "0",
        "-1",
        "9007199254740991",
        "-9007199254740991",
        "\"\"",
        "\"7\"",
        "7",
        "\"a b\"",
        "\"\\\"\\\\ \\u20ac \\u0001\"",
        "\"\\ud83d\\ude00\"",
    };
    char text[256];

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"host/info\"}",
                 ids[i]);
        client_send_message(client, text);
        assert_non_null(json_at(expect_response_with_id(client, ids[i]), "result"));
    }
}

static void an_id_in_flight_is_refused_and_free_again_once_answered(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    client_send_message(client, INFO_1);
    assert_int_equal(id, 1);
    (void)expect_refusal(client, CODE_INVALID_REQUEST);
    client_send_message(client, "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"host/info\"}");
    (void)expect_response_with_id(client, "\"1\"");
    puppet_do(puppet, "result 0", "0");
    (void)expect_result(client, id);
    puppet_return(puppet);

    Client *again = client_connect(f, CLIENT_LINES);
    client_send_message(again, INFO_1);
    (void)expect_result(again, 1);
}

static void the_same_id_may_be_in_flight_on_another_connection(Fixture *f)
{
    daemon_start(f, NULL);
    Client *first = client_connect(f, CLIENT_LINES), *second = client_connect(f, CLIENT_LINES);
    long id = ask_run(first, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    client_send_message(second, INFO_1);
    (void)expect_result(second, 1);
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(first, id);
}

static void a_method_that_there_is_none_is_named(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, client_request(client, "mi/vanish", "{}"),
                                      CODE_METHOD_NOT_FOUND, NULL);

    expect_contains(json_text(error, "message"), "mi/vanish");
    (void)expect_error(client, client_request(client, "host", "{}"), CODE_METHOD_NOT_FOUND, NULL);
    (void)expect_error(client, client_request(client, "", "{}"), CODE_METHOD_NOT_FOUND, NULL);
    (void)expect_error(client, client_request(client, "MI/GETINSTANCE", "{}"),
                       CODE_METHOD_NOT_FOUND, NULL);
}

static void a_method_of_a_later_issue_is_not_supported_by_name(Fixture *f)
{
    static const char *const methods[] = {
        "mi/queryInstances",
        "mi/subscribe",
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        long id =
            client_request(client, methods[i], "{'namespace':'root/cimv2','class':'Test_Sample'}");
        const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_NOT_SUPPORTED");
        expect_json(error, "data.result", "7");
        expect_contains(json_text(error, "message"), methods[i]);
    }
}

static void params_that_are_wrong_are_named(Fixture *f)
{
    static const struct {
        const char *method, *params, *named;
    } cases[] = {
        {"mi/enumerateInstances", "{'class':'Test_Sample'}", "namespace"},
        {"mi/enumerateInstances", "{'namespace':'root/cimv2'}", "class"},
        {"mi/enumerateInstances", "{'namespace':'root/cimv2','class':7}", "class"},
        {"mi/enumerateInstances", "{'namespace':'root/cimv2','class':''}", "class"},
        {"mi/enumerateInstances", "{'namespace':'root/cimv2','class':'../../etc'}", "class"},
        {"mi/enumerateInstances", "{'namespace':7,'class':'Test_Sample'}", "namespace"},
        {"mi/enumerateInstances", "{'namespace':'root/cimv2','class':'Test_Sample','color':1}",
         "color"},
        {"mi/enumerateInstances",
         "{'namespace':'root/cimv2','class':'Test_Sample','keysOnly':'yes'}", "keysOnly"},
        {"mi/enumerateInstances",
         "{'namespace':'root/cimv2','class':'Test_Sample','depth':'bottomless'}", "depth"},
        {"mi/enumerateInstances",
         "{'namespace':'root/cimv2','class':'Test_Sample','timeoutMs':'5'}", "timeoutMs"},
        {"mi/enumerateInstances", "{'namespace':'root/cimv2','class':'Test_Sample','timeoutMs':-1}",
         "timeoutMs"},
        {"mi/enumerateInstances",
         "{'namespace':'root/cimv2','class':'Test_Sample','properties':'Id'}", "properties"},
        {"mi/enumerateInstances",
         "{'namespace':'root/cimv2','class':'Test_Sample','messages':['loud']}", "messages"},
        {"mi/enumerateInstances",
         "{'namespace':'root/cimv2','class':'Test_Sample','partialResultToken':{}}",
         "partialResultToken"},
        {"mi/getInstance", "{'namespace':'root/cimv2'}", "instance"},
        {"mi/getInstance", "{'namespace':'root/cimv2','instance':7}", "instance"},
        {"mi/getInstance", "{'namespace':'root/cimv2','instance':{}}", "class"},
        {"mi/getInstance",
         "{'namespace':'root/cimv2','instance':{'class':'Test_Sample','properties':[]}}",
         "properties"},
        {"mi/invoke", "{'namespace':'root/cimv2','class':'Test_Types'}", "method"},
        {"mi/invoke", "{'namespace':'root/cimv2','method':'Echo'}", "class"},
        {"mi/invoke",
         "{'namespace':'root/cimv2','class':'Test_Types','method':'Echo','parameters':[]}",
         "parameters"},
        {"mi/invoke",
         "{'namespace':'root/cimv2','class':'Test_Types','instance':{'class':'Test_Types',"
         "'properties':{'Id':'a'}},'method':'Echo'}",
         "instance"},
        {"host/info", "{'color':1}", "color"},
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const cJSON *error =
            expect_error(client, client_request(client, cases[i].method, "%s", cases[i].params),
                         CODE_INVALID_PARAMS, NULL);
        expect_contains(json_text(error, "message"), cases[i].named);
    }
}

static void notifications_and_responses_that_nobody_knows_are_ignored(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    client_send_message(client, "{\"jsonrpc\":\"2.0\",\"method\":\"$/vanish\",\"params\":{}}");
    client_send_message(client, "{\"jsonrpc\":\"2.0\",\"method\":\"host/info\"}");
    client_send_message(client, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"answer\":true}}");
    client_send_message(client, INFO_1);
    expect_json(client_next(client), "id", "1");
}

static void a_cancel_may_be_the_first_message(Fixture *f)
{
    daemon_start(f, NULL);
    for (ClientFraming framing = CLIENT_LINES; framing <= CLIENT_HEADERS; framing++) {
        Client *client = client_connect(f, framing);
        client_cancel(client, 1, NULL);
        expect_served(client);
    }
}

static void a_cancel_in_the_same_write_as_its_request_cancels_it(Fixture *f)
{
    Buffer both = BUFFER_INIT;
    long id;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    char *request = client_make_request(client, &id, "mi/invoke",
                                        "{'namespace':'root/cimv2','class':'Test_Puppet',"
                                        "'method':'Run','parameters':{'Name':'a'}}");
    client_put_message(client, &both, request);
    client_put_message(
        client, &both,
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":1}}");
    client_send(client, both.data, both.size);
    buffer_deinit(&both);
    free(request);
    gate_allow(f->gate, "invoke a"); /* entered before the cancel, or not: the agent decides */
    assert_int_equal(id, 1);
    WAIT_UNTIL((gate_take(f->gate), expect_served(client), response_came(client, 1)),
               "the response");
    (void)expect_canceled(client, 1, "none");
}

/* Framing. */

static void a_message_may_come_byte_by_byte(Fixture *f)
{
    static const char *const texts[] = {
        INFO_1 "\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"}\r\n",
        "Content-Length: 45\r\n\r\n" INFO_1,
        "content-length:45\r\nContent-Type: application/vscode-jsonrpc; "
        "charset=utf-8\r\n\r\n" INFO_1,
    };

    assert_int_equal(strlen(INFO_1), 45);
    daemon_start(f, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        Client *client = client_connect(f, texts[i][0] == '{' ? CLIENT_LINES : CLIENT_HEADERS);
        for (const char *c = texts[i]; *c != '\0'; c++)
            client_send(client, c, 1);
        (void)expect_result(client, 1);
    }
}

static void several_messages_in_one_write_are_all_answered(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    client_send_text(client, INFO_1 "\n\n\n" INFO_2 "\n");
    (void)expect_result(client, 1);
    (void)expect_result(client, 2);
}

static void a_message_that_is_cut_short_gets_one_error_and_the_end(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    client_send_text(client, INFO_1 "\n{\"jsonrpc\":");
    (void)expect_result(client, 1);
    client_half_close(client);
    (void)expect_refusal(client, CODE_PARSE_ERROR);
    client_expect_end(client);

    client = client_connect(f, CLIENT_HEADERS);
    client_send_text(client, "Content-Length: 100\r\n\r\n{");
    client_half_close(client);
    (void)expect_refusal(client, CODE_PARSE_ERROR);
    client_expect_end(client);
}

static void a_message_that_is_too_long_gets_one_error_and_the_end(Fixture *f)
{
    char text[3000];

    memset(text, ' ', sizeof(text));
    text[0] = '{';
    text[sizeof(text) - 1] = '\0';
    daemon_start(f, "maxMessage=2K", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    client_send_text(client, text);
    const cJSON *error = expect_refusal(client, CODE_FAILED);
    expect_contains(json_text(error, "message"), "maxMessage");
    expect_json(error, "data.resultName", "'MI_RESULT_SERVER_LIMITS_EXCEEDED'");
    client_expect_end(client);

    client = client_connect(f, CLIENT_HEADERS);
    client_send_text(client, "Content-Length: 4294967297\r\n\r\n{");
    (void)expect_refusal(client, CODE_FAILED);
    client_expect_end(client);

    expect_served(client_connect(f, CLIENT_LINES));
}

static void a_header_block_that_is_broken_gets_one_error_and_the_end(Fixture *f)
{
    static const char *const texts[] = {
        "x\r\n\r\n",
        "Content-Type: text\r\n\r\n{}",
        "Content-Length: \r\n\r\n{}",
        "Content-Length: -1\r\n\r\n{}",
        "Content-Length: 2x\r\n\r\n{}",
        "Content-Length: 99999999999999999999999\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02\x01\r\n\r\n",
        "[" INFO_1 "]\r\n\r\n",
    };

    daemon_start(f, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        Client *client = client_connect(f, CLIENT_HEADERS);
        client_send_text(client, texts[i]);
        (void)expect_refusal(client, CODE_PARSE_ERROR);
        client_expect_end(client);
    }
    expect_served(client_connect(f, CLIENT_LINES));
}

static void a_header_block_without_end_gets_one_error_and_the_end(Fixture *f)
{
    char text[5000];

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_HEADERS);
    client_send_text(client, text);
    (void)expect_refusal(client, CODE_PARSE_ERROR);
    client_expect_end(client);
}

static void a_violation_costs_only_its_own_connection(Fixture *f)
{
    daemon_start(f, NULL);
    Client *good = client_connect(f, CLIENT_LINES), *bad = client_connect(f, CLIENT_HEADERS);
    long id = ask_run(good, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    client_send_text(bad, "x\r\n\r\n");
    (void)expect_refusal(bad, CODE_PARSE_ERROR);
    client_expect_end(bad);
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(good, id);
}

static void a_client_that_only_connects_and_leaves_is_no_event(Fixture *f)
{
    daemon_start(f, NULL);
    for (int i = 0; i < 50; i++)
        client_hang_up(client_connect(f, CLIENT_LINES));
    Client *client = client_connect(f, CLIENT_LINES);
    client_half_close(client);
    client_expect_end(client);
    expect_served(client_connect(f, CLIENT_LINES));
}

/* echo ... | socat - UNIX:socket */
static void the_end_of_input_is_no_disconnect_what_was_asked_is_answered_first(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long first = ask_run(client, "a");
    long second = ask_get(client, "Test_Sample", "'Id':1", "");
    client_half_close(client);
    Puppet *puppet = gate_await(f->gate, "invoke a");

    (void)expect_result(client, second);
    puppet_do(puppet, "canceled", "0");
    puppet_do(puppet, "output done", "0");
    puppet_do(puppet, "result 0", "0");
    expect_json(expect_result(client, first), "parameters.Text", "'done'");
    client_expect_end(client); /* without waiting for the provider's return */
    puppet_return(puppet);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_json_is_refused_and_reading_goes_on),
        TEST(json_that_nests_too_deep_is_refused),
        TEST(what_is_no_request_is_refused),
        TEST(an_id_that_is_none_is_refused),
        TEST(an_id_comes_back_as_it_was),
        TEST(an_id_in_flight_is_refused_and_free_again_once_answered),
        TEST(the_same_id_may_be_in_flight_on_another_connection),
        TEST(a_method_that_there_is_none_is_named),
        TEST(a_method_of_a_later_issue_is_not_supported_by_name),
        TEST(params_that_are_wrong_are_named),
        TEST(notifications_and_responses_that_nobody_knows_are_ignored),
        TEST(a_cancel_may_be_the_first_message),
        TEST(a_cancel_in_the_same_write_as_its_request_cancels_it),
        TEST(a_message_may_come_byte_by_byte),
        TEST(several_messages_in_one_write_are_all_answered),
        TEST(a_message_that_is_cut_short_gets_one_error_and_the_end),
        TEST(a_message_that_is_too_long_gets_one_error_and_the_end),
        TEST(a_header_block_that_is_broken_gets_one_error_and_the_end),
        TEST(a_header_block_without_end_gets_one_error_and_the_end),
        TEST(a_violation_costs_only_its_own_connection),
        TEST(a_client_that_only_connects_and_leaves_is_no_event),
        TEST(the_end_of_input_is_no_disconnect_what_was_asked_is_answered_first),
    };

    return RUN_TESTS("wire", tests);
}
