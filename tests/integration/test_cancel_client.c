/*
 * The contract of cancellation as a client sees it, from end to end. Each test bears the number of
 * its rule.
 */
#include "tests/support/fixture.h"
#include "tests/support/scene.h"

#include <stdio.h>

static void C1_a_cancel_for_no_request_is_ignored(Fixture *f)
{
    Scene s = scene_begin(f);

    client_cancel(s.client, 99, "timeout");
    client_send_message(s.client, "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\","
                                  "\"params\":{\"id\":\"1\"}}");
    client_send_message(s.client, "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\"}");
    client_send_message(s.client, "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\","
                                  "\"params\":{\"id\":{}}}");
    Client *other = client_connect(f, CLIENT_LINES);
    client_cancel(other, s.id, NULL);
    expect_served(other);
    expect_served(s.client);
    puppet_do(s.puppet, "canceled", "0");
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
    client_cancel(s.client, s.id, NULL);
    expect_served(s.client);
}

static void C1_an_unknown_reason_cancels_with_none(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, "boredom");
    puppet_return(gate_await(f->gate, "callback first of a, reason 0"));
    puppet_finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "none");
    daemon_log_contains(f, "boredom");
}

static void C1_ten_thousand_cancels_are_one(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register first", "0");
    for (int i = 0; i < 10000; i++)
        client_cancel(s.client, s.id, "timeout");
    puppet_return(gate_await(f->gate, "callback first of a, reason 1"));
    puppet_finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "timeout");
    expect_served(s.client);
}

static void C1_every_reason_reaches_the_provider(Fixture *f)
{
    static const char *const reasons[] = {"none", "timeout", "shutdown", "serviceStop"};
    char text[64];

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_HEADERS);
    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
        long id = ask_run(client, "a");
        Puppet *puppet = gate_await(f->gate, "invoke a");
        puppet_do(puppet, "register it", "0");
        client_cancel(client, id, reasons[i]);
        snprintf(text, sizeof(text), "callback it of a, reason %zu", i);
        puppet_return(gate_await(f->gate, text));
        puppet_finish(puppet, "result 1");
        (void)expect_canceled(client, id, reasons[i]);
    }
}

static void C3_canceled_in_the_server_it_never_reaches_the_provider(Fixture *f)
{
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=1\n",
                       f->puppet_library);
    Scene s = scene_begin(f);
    long second = ask_run(s.client, "b"); /* no place is free */

    client_cancel(s.client, second, "timeout");
    const cJSON *data = expect_canceled(s.client, second, "timeout");
    expect_json(data, "delivered", "false");
    expect_json(data, "result", "null");
    expect_json(data, "abandoned", "false");
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
    expect_operations(s.client, 0);
}

static void C5_the_response_says_what_came_of_it(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, "timeout");
    puppet_return(gate_await(f->gate, "callback first of a, reason 1"));
    puppet_finish(s.puppet, "error 27 half of it is done");
    expect_json(expect_canceled(s.client, s.id, "timeout"), "",
                "{'reason':'timeout','delivered':true,'result':{'result':27,"
                "'resultName':'MI_RESULT_SERVER_LIMITS_EXCEEDED','message':'half of it is done'},"
                "'discarded':0,'abandoned':false}");
}

static void C5_what_was_collected_and_not_sent_is_counted(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(client, "Test_Puppet", "");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_do(puppet, "post 5", "5 0");
    client_cancel(client, id, NULL);
    puppet_await_canceled(puppet);
    puppet_finish(puppet, "result 1");
    expect_json(expect_canceled(client, id, "none"), "discarded", "5");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(C1_a_cancel_for_no_request_is_ignored),
        TEST(C1_an_unknown_reason_cancels_with_none),
        TEST(C1_ten_thousand_cancels_are_one),
        TEST(C1_every_reason_reaches_the_provider),
        TEST(C3_canceled_in_the_server_it_never_reaches_the_provider),
        TEST(C5_the_response_says_what_came_of_it),
        TEST(C5_what_was_collected_and_not_sent_is_counted),
    };

    return RUN_TESTS("cancel, client", tests);
}
