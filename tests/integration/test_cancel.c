/*
 * The contract of cancellation as providers (P), clients (C) and the server (S) see it from end to
 * end. Each test bears the number of the rule that it tests. In no test does time decide: the
 * puppets do each step when they are told.
 */
#include "tests/support/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* A daemon, a client, and Test_Puppet.Run "a" in the provider. */
typedef struct Scene {
    Client *client;
    long id;
    Puppet *puppet;
} Scene;

static Scene begin(Fixture *f)
{
    Scene scene;

    daemon_start(f, NULL);
    scene.client = client_connect(f, CLIENT_LINES);
    scene.id = ask_run(scene.client, "a");
    scene.puppet = gate_await(f->gate, "invoke a");
    return scene;
}

/* The provider posts @result and returns. */
static void finish(Puppet *puppet, const char *result)
{
    puppet_do(puppet, result, "0");
    puppet_return(puppet);
}

/* P: seen by a provider. */

static void P1_only_the_last_registered_callback_is_called(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    puppet_do(s.puppet, "register second", "0");
    puppet_do(s.puppet, "register third", "0");
    client_cancel(s.client, s.id, NULL);
    puppet_return(gate_await(f->gate, "callback third of a, reason 0"));
    finish(s.puppet, "result 1");
    expect_json(expect_canceled(s.client, s.id, "none"), "delivered", "true");
}

static void P2_a_second_cancel_calls_nothing(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, "timeout");
    client_cancel(s.client, s.id, "shutdown");
    client_cancel(s.client, s.id, "shutdown");
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 1");
    client_cancel(s.client, s.id, "shutdown");
    expect_served(s.client);
    puppet_return(callback);
    client_cancel(s.client, s.id, "shutdown");
    expect_served(s.client);
    finish(s.puppet, "result 0");
    (void)expect_canceled(s.client, s.id, "timeout");
}

static void P3_a_callback_is_never_called_once_the_result_was_posted(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register never", "0");
    puppet_do(s.puppet, "result 0", "0");
    client_cancel(s.client, s.id, NULL);
    (void)expect_result(s.client, s.id);
    expect_served(s.client);
    puppet_return(s.puppet);
    expect_operations(s.client, 0);
}

static void P3_an_error_completes_the_operation_too(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register never", "0");
    puppet_do(s.puppet, "error 6 it is not there", "0");
    client_cancel(s.client, s.id, NULL);
    (void)expect_error(s.client, s.id, CODE_FAILED, "MI_RESULT_NOT_FOUND");
    puppet_return(s.puppet);
    expect_operations(s.client, 0);
}

static void P4_a_final_post_waits_for_a_callback_that_is_running(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register slow", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback slow of a, reason 0");
    puppet_tell(s.puppet, "result 0");
    /* The result goes first, then the post waits. */
    expect_json(expect_canceled(s.client, s.id, "none"), "delivered", "true");
    assert_false(puppet_said(s.puppet));
    puppet_do(callback, "canceled", "1"); /* P5: and it stays so */
    puppet_return(callback);
    assert_string_equal(puppet_answer(s.puppet, "result 0"), "0");
    puppet_return(s.puppet);
    expect_operations(s.client, 0);
}

static void P4_a_final_post_that_lost_to_another_waits_too(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "thread other", "0");
    Puppet *other = gate_await(f->gate, "thread other of a");
    puppet_do(s.puppet, "register slow", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback slow of a, reason 0");
    puppet_tell(other, "result 0");
    (void)expect_canceled(s.client, s.id, "none");
    puppet_tell(s.puppet, "result 0");
    expect_served(s.client);
    assert_false(puppet_said(s.puppet));
    puppet_return(callback);
    assert_string_equal(puppet_answer(other, "result 0"), "0");
    assert_string_equal(puppet_answer(s.puppet, "result 0"), "4");
    puppet_return(other);
    puppet_return(s.puppet);
}

static void P5_canceled_is_true_before_the_callback_and_stays(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "canceled", "0");
    puppet_do(s.puppet, "register first", "0");
    puppet_do(s.puppet, "canceled", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 0");
    puppet_do(callback, "canceled", "1");
    puppet_do(s.puppet, "canceled", "1");
    puppet_return(callback);
    puppet_do(s.puppet, "canceled", "1");
    finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "none");
}

static void P5_an_operation_without_callback_sees_the_cancel(Fixture *f)
{
    Scene s = begin(f);

    client_cancel(s.client, s.id, "timeout");
    puppet_await_canceled(s.puppet);
    finish(s.puppet, "result 1");
    const cJSON *data = expect_canceled(s.client, s.id, "timeout");
    expect_json(data, "delivered", "false");
    expect_json(data, "result.resultName", "'MI_RESULT_FAILED'");
}

static void P6_a_callback_that_is_registered_after_the_cancel_is_called(Fixture *f)
{
    Scene s = begin(f);

    client_cancel(s.client, s.id, "serviceStop");
    puppet_await_canceled(s.puppet);
    puppet_do(s.puppet, "register late",
              "0"); /* returns while the callback is held: it isn't called inside */
    Puppet *callback = gate_await(f->gate, "callback late of a, reason 3");
    puppet_do(s.puppet, "canceled", "1");
    puppet_return(callback);
    finish(s.puppet, "result 1");
    expect_json(expect_canceled(s.client, s.id, "serviceStop"), "delivered", "true");
}

static void P7_a_callback_that_is_registered_after_one_was_called_is_refused(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 0");
    puppet_do(s.puppet, "register late", "1");
    puppet_return(callback);
    puppet_do(s.puppet, "register later", "1");
    finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "none");
}

static void P8_load_and_a_finished_operation_cannot_register(Fixture *f)
{
    fixture_write(f, "gated-load", "%s", "");
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *load = gate_await(f->gate, "load");

    puppet_do(load, "register never", "7");
    finish(load, "result 0");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "result 0", "0");
    puppet_do(puppet, "register never", "4");
    puppet_return(puppet);
    (void)expect_result(client, id);
    daemon_signal(f, SIGTERM);
    Puppet *unload = gate_await(f->gate, "unload");
    puppet_do(unload, "register never", "7");
    finish(unload, "result 0");
    daemon_wait_exit(f, DAEMON_STOPPED);
}

static void P9_a_registration_that_was_taken_back_is_not_called(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    puppet_do(s.puppet, "unregister", "0");
    client_cancel(s.client, s.id, NULL);
    puppet_await_canceled(s.puppet);
    finish(s.puppet, "result 1");
    expect_json(expect_canceled(s.client, s.id, "none"), "delivered", "false");
}

static void P9_taking_a_registration_back_waits_for_its_callback(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register slow", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback slow of a, reason 0");
    puppet_tell(s.puppet, "unregister");
    puppet_do(callback, "unregister", "1"); /* inside a callback it doesn't wait */
    assert_false(puppet_said(s.puppet));
    puppet_return(callback);
    assert_string_equal(puppet_answer(s.puppet, "unregister"), "1");
    finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "none");
}

static void P10_after_the_cancel_instances_are_refused(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(client, "Test_Puppet", ",'partialResultToken':'t'");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_do(puppet, "post 1", "1 0");
    expect_json(expect_notification(client, "$/progress"), "value.0.properties.Index", "0");
    client_cancel(client, id, NULL);
    puppet_await_canceled(puppet);
    puppet_do(puppet, "post 5", "0 1");
    finish(puppet, "result 1");
    const cJSON *data = expect_canceled(client, id, "none");
    expect_json(data, "discarded", "0");
    expect_json(data, "result.result", "1");
}

static void P10_after_the_cancel_out_parameters_are_taken(Fixture *f)
{
    Scene s = begin(f);

    client_cancel(s.client, s.id, NULL);
    puppet_await_canceled(s.puppet);
    puppet_do(s.puppet, "output so far", "0");
    finish(s.puppet, "result 0");
    const cJSON *data = expect_canceled(s.client, s.id, "none");
    expect_json(data, "result.result", "0");
    expect_json(data, "result.value", "{'returnValue':42,'parameters':{'Text':'so far'}}");
}

static void P10_a_post_that_waits_for_the_client_is_woken_by_the_cancel(Fixture *f)
{
    Scene s = begin(f);
    Client *deaf = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(deaf, "Test_Puppet", ",'partialResultToken':'t'");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_do(puppet, "register first", "0");
    puppet_tell(puppet, "flood");
    (void)expect_standstill(s.puppet, s.client);
    client_cancel(deaf, id, NULL);
    puppet_return(gate_await(f->gate, "callback first of enumerate, reason 0"));
    expect_contains(puppet_answer(puppet, "flood"),
                    " 1"); /* though the client still doesn't read */
    finish(puppet, "result 1");
    (void)expect_canceled(deaf, id, "none");
    finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
}

static void P11_a_callback_that_blocks_delays_no_other_cancel(Fixture *f)
{
    enum {
        COUNT = 10
    };
    Puppet *puppets[COUNT], *callbacks[COUNT];
    long ids[COUNT];
    char text[64];

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof(text), "%d", i);
        ids[i] = ask_run(client, text);
        snprintf(text, sizeof(text), "invoke %d", i);
        puppets[i] = gate_await(f->gate, text);
        puppet_do(puppets[i], "register it", "0");
    }
    for (int i = 0; i < COUNT; i++) {
        client_cancel(client, ids[i], NULL);
        snprintf(text, sizeof(text), "callback it of %d, reason 0", i);
        callbacks[i] = gate_await(f->gate, text); /* all that came before are still held */
    }
    long other = ask_run(client, "other");
    finish(gate_await(f->gate, "invoke other"), "result 0");
    (void)expect_result(client, other);
    for (int i = 0; i < COUNT; i++) {
        puppet_return(callbacks[i]);
        finish(puppets[i], "result 1");
        (void)expect_canceled(client, ids[i], "none");
    }
}

static void P12_a_callback_may_post_the_result_itself(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, "shutdown");
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 2");
    puppet_do(callback, "output from the callback", "0");
    puppet_do(callback, "result 0", "0");
    const cJSON *data = expect_canceled(s.client, s.id, "shutdown");
    expect_json(data, "delivered", "true");
    expect_json(data, "result.value.parameters.Text", "'from the callback'");
    puppet_return(callback);
    puppet_do(s.puppet, "result 0", "4");
    puppet_return(s.puppet);
    expect_operations(s.client, 0);
}

static void P14_canceled_while_load_runs_the_provider_is_not_entered(Fixture *f)
{
    fixture_write(f, "gated-load", "%s", "");
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *load = gate_await(f->gate, "load");

    client_cancel(client, id, "timeout");
    const cJSON *data = expect_canceled(client, id, "timeout"); /* at once: Load is still running */
    expect_json(data, "delivered", "false");
    expect_json(data, "result", "null");
    finish(load, "result 0");
    daemon_signal(f, SIGTERM);
    finish(gate_await(f->gate, "unload"), "result 0");
    daemon_wait_exit(f, DAEMON_STOPPED);
}

static void P14_canceled_while_it_waits_for_a_serial_call_it_is_not_entered(Fixture *f)
{
    registration_write(f, "serial", "LIBRARY=%s\nCLASS=Test_Serial\nCALLS=serial\n",
                       f->puppet_library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long first = ask_invoke(client, "Test_Serial", "Run", "'Name':'a'", "");
    Puppet *a = gate_await(f->gate, "invoke a");
    long second = ask_invoke(client, "Test_Serial", "Run", "'Name':'b'", "");

    client_cancel(client, second, NULL);
    const cJSON *data = expect_canceled(client, second, "none"); /* at once: a is still running */
    expect_json(data, "delivered", "false");
    expect_json(data, "result", "null");
    puppet_do(a, "canceled", "0");
    finish(a, "result 0");
    (void)expect_result(client, first);
    expect_operations(client, 0);
}

/* C: seen by a client. */

static void C1_a_cancel_for_no_request_is_ignored(Fixture *f)
{
    Scene s = begin(f);

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
    finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
    client_cancel(s.client, s.id, NULL);
    expect_served(s.client);
}

static void C1_an_unknown_reason_cancels_with_none(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, "boredom");
    puppet_return(gate_await(f->gate, "callback first of a, reason 0"));
    finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "none");
    daemon_log_contains(f, "boredom");
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
        finish(puppet, "result 1");
        (void)expect_canceled(client, id, reasons[i]);
    }
}

static void C3_canceled_in_the_server_it_never_reaches_the_provider(Fixture *f)
{
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=1\n",
                       f->puppet_library);
    Scene s = begin(f);
    long second = ask_run(s.client, "b"); /* no place is free */

    client_cancel(s.client, second, "timeout");
    const cJSON *data = expect_canceled(s.client, second, "timeout");
    expect_json(data, "delivered", "false");
    expect_json(data, "result", "null");
    expect_json(data, "abandoned", "false");
    finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
    expect_operations(s.client, 0);
}

static void C5_the_response_says_what_came_of_it(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, "timeout");
    puppet_return(gate_await(f->gate, "callback first of a, reason 1"));
    finish(s.puppet, "error 27 half of it is done");
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
    finish(puppet, "result 1");
    expect_json(expect_canceled(client, id, "none"), "discarded", "5");
}

/* S: made by the server. */

static void S1_a_client_that_hangs_up_cancels_all_of_its_operations(Fixture *f)
{
    Scene s = begin(f);
    Client *witness = client_connect(f, CLIENT_LINES);
    (void)ask_run(s.client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");

    puppet_do(s.puppet, "register of-a", "0");
    puppet_do(b, "register of-b", "0");
    client_hang_up(s.client);
    puppet_return(gate_await(f->gate, "callback of-a of a, reason 0"));
    puppet_return(gate_await(f->gate, "callback of-b of b, reason 0"));
    finish(s.puppet, "result 1");
    finish(b, "result 1");
    expect_operations(witness, 0);
}

static void S1_a_hang_up_is_noticed_after_a_half_close_too(Fixture *f)
{
    Scene s = begin(f);
    Client *witness = client_connect(f, CLIENT_LINES);

    puppet_do(s.puppet, "register first", "0");
    client_half_close(s.client);
    expect_served(witness);
    puppet_do(s.puppet, "canceled", "0");
    client_hang_up(s.client);
    puppet_return(gate_await(f->gate, "callback first of a, reason 0"));
    finish(s.puppet, "result 1");
    expect_operations(witness, 0);
}

static void S1_a_hang_up_frees_an_enumeration_that_nobody_reads(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES), *witness = client_connect(f, CLIENT_LINES);
    (void)ask_enumerate(client, "Test_Puppet", ",'partialResultToken':'t'");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_do(puppet, "register first", "0");
    puppet_tell(puppet, "flood");
    client_skip_bytes(client, 1);
    client_hang_up(client);
    puppet_return(gate_await(f->gate, "callback first of enumerate, reason 0"));
    expect_contains(puppet_answer(puppet, "flood"), " 1");
    finish(puppet, "result 1");
    expect_operations(witness, 0);
}

static void S2_the_timeout_of_a_request_cancels_it(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run_with(client, "a", ",'timeoutMs':1000");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "register first", "0");
    puppet_return(gate_await(f->gate, "callback first of a, reason 1"));
    finish(puppet, "result 1");
    (void)expect_canceled(client, id, "timeout");
}

static void S2_the_time_in_the_queue_counts(Fixture *f)
{
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=1\n",
                       f->puppet_library);
    Scene s = begin(f);
    long second = ask_run_with(s.client, "b", ",'timeoutMs':1");

    (void)expect_canceled(s.client, second, "timeout");
    finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
}

static void S2_a_timeout_of_zero_is_invalid(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask_run_with(client, "a", ",'timeoutMs':0"),
                                      CODE_INVALID_PARAMS, NULL);

    expect_contains(json_text(error, "message"), "timeoutMs");
}

static void S2_the_default_of_the_provider_counts(Fixture *f)
{
    registration_write(f, "puppet",
                       "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=1\nTIMEOUT=1ms\n",
                       f->puppet_library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long patient = ask_run_with(client, "a", ",'timeoutMs':60000");
    Puppet *a = gate_await(f->gate, "invoke a");

    (void)expect_canceled(client, ask_run(client, "b"), "timeout"); /* in the queue */
    puppet_do(a, "canceled", "0");
    finish(a, "result 0");
    (void)expect_result(client, patient);
}

static void S2_nothing_takes_longer_than_the_maximum(Fixture *f)
{
    registration_write(f, "puppet",
                       "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nMAXTIMEOUT=1ms\n",
                       f->puppet_library);
    fixture_write(f, "gated-load", "%s", "");
    gate_allow(f->gate,
               "load"); /* which is held until the provider was canceled, if it comes to that */
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    (void)expect_canceled(client, ask_run_with(client, "a", ",'timeoutMs':60000"), "timeout");
    (void)expect_canceled(client, ask_run(client, "b"), "timeout");
}

static void S2_what_is_canceled_has_no_deadline_any_more(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run_with(client, "a", ",'timeoutMs':60000");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    client_cancel(client, id, "shutdown");
    puppet_await_canceled(puppet);
    finish(puppet, "result 1");
    (void)expect_canceled(client, id, "shutdown");
}

static void S3_sigterm_cancels_with_service_stop_and_everybody_is_answered(Fixture *f)
{
    Scene s = begin(f);
    Client *other = client_connect(f, CLIENT_HEADERS);
    long id = ask_run(other, "b");
    Puppet *b = gate_await(f->gate, "invoke b");

    puppet_do(s.puppet, "register of-a", "0");
    daemon_signal(f, SIGTERM);
    puppet_return(gate_await(f->gate, "callback of-a of a, reason 3"));
    puppet_await_canceled(b);
    finish(s.puppet, "result 1");
    finish(b, "result 1");
    expect_json(expect_canceled(s.client, s.id, "serviceStop"), "delivered", "true");
    expect_json(expect_canceled(other, id, "serviceStop"), "delivered", "false");
    client_expect_end(s.client);
    client_expect_end(other);
    daemon_wait_exit(f, DAEMON_STOPPED);
}

static void S3_sigint_stops_too_and_sigpwr_cancels_with_shutdown(Fixture *f)
{
    static const struct {
        int signal;
        const char *callback, *reason;
    } cases[] = {
        {SIGINT, "callback it of a, reason 3", "serviceStop"},
        {SIGPWR, "callback it of a, reason 2", "shutdown"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        Scene s = begin(f);
        puppet_do(s.puppet, "register it", "0");
        daemon_signal(f, cases[i].signal);
        puppet_return(gate_await(f->gate, cases[i].callback));
        finish(s.puppet, "result 1");
        (void)expect_canceled(s.client, s.id, cases[i].reason);
        daemon_wait_exit(f, DAEMON_STOPPED);
    }
}

static void S5_a_request_while_the_server_stops_is_refused(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    daemon_signal(f, SIGTERM);
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 3");
    (void)expect_error(s.client, ask_run(s.client, "late"), CODE_FAILED,
                       "MI_RESULT_SERVER_IS_SHUTTING_DOWN");
    puppet_return(callback);
    finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "serviceStop");
    daemon_wait_exit(f, DAEMON_STOPPED);
}

static void S5_a_provider_that_hangs_does_not_hold_up_the_stop(Fixture *f)
{
    daemon_start(f, "stopTime=300ms", "grace=100ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_tell(puppet, "hang");
    daemon_signal(f, SIGTERM);
    expect_json(expect_canceled(client, id, "serviceStop"), "result", "null");
    puppet_expect_gone(puppet);
    daemon_wait_exit(f, DAEMON_STOPPED);
}

static void S6_after_the_grace_the_client_is_answered_and_a_fresh_agent_takes_over(Fixture *f)
{
    daemon_start(f, "grace=100ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    pid_t old = agent_pid_of(client, "puppet");

    client_cancel(client, id, "timeout");
    const cJSON *data = expect_canceled(client, id, "timeout");
    expect_json(data, "abandoned", "true");
    expect_json(data, "result", "null");

    id = ask_run(client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");
    assert_int_not_equal(atoi(puppet_ask(b, "pid")), old);
    assert_int_equal(agent_count_of(client, "puppet"), 2);
    finish(b, "result 0");
    (void)expect_result(client, id);

    finish(puppet, "result 0"); /* late: dropped, and the old agent ends */
    expect_agents(client, "puppet", 1);
    WAIT_UNTIL(process_is_gone(old), "the old agent to end");
}

static void S6_what_else_runs_on_the_old_agent_is_left_alone(Fixture *f)
{
    daemon_start(f, "grace=100ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long hanging = ask_run(client, "a"), good = ask_run(client, "b");
    Puppet *a = gate_await(f->gate, "invoke a"), *b = gate_await(f->gate, "invoke b");

    client_cancel(client, hanging, NULL);
    expect_json(expect_canceled(client, hanging, "none"), "abandoned", "true");
    puppet_do(b, "canceled", "0");
    puppet_do(b, "output well", "0");
    finish(b, "result 0");
    expect_json(expect_result(client, good), "parameters.Text", "'well'");
    finish(a, "result 0");
    expect_agents(client, "puppet", 0);
}

static void S6_when_the_drain_is_over_the_rest_is_canceled_and_the_agent_killed(Fixture *f)
{
    daemon_start(f, "grace=100ms", "drain=100ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long hanging = ask_run(client, "a"), other = ask_run(client, "b");
    Puppet *a = gate_await(f->gate, "invoke a"), *b = gate_await(f->gate, "invoke b");
    pid_t old = agent_pid_of(client, "puppet");

    puppet_tell(a, "hang");
    puppet_do(b, "register of-b", "0");
    client_cancel(client, hanging, NULL);
    expect_json(expect_canceled(client, hanging, "none"), "abandoned", "true");
    Puppet *callback = gate_await(f->gate, "callback of-b of b, reason 3");
    puppet_expect_gone(a);
    puppet_expect_gone(b);
    puppet_expect_gone(callback);
    (void)expect_canceled(client, other, "serviceStop");
    WAIT_UNTIL(process_is_gone(old), "the old agent to end");
    expect_agents(client, "puppet", 0);
}

static void S7_an_agent_that_is_killed_answers_everything(Fixture *f)
{
    Scene s = begin(f);
    long second = ask_run(s.client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");

    client_cancel(s.client, second, "timeout");
    puppet_await_canceled(b);
    kill(agent_pid_of(s.client, "puppet"), SIGKILL);
    const cJSON *error = expect_error(s.client, s.id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "puppet");
    expect_contains(json_text(error, "message"), "Killed");
    const cJSON *data = expect_canceled(s.client, second, "timeout");
    expect_json(data, "result", "null");
    expect_json(data, "abandoned", "false");
    puppet_expect_gone(s.puppet);
    puppet_expect_gone(b);

    long id = ask_run(s.client, "c");
    finish(gate_await(f->gate, "invoke c"), "result 0");
    (void)expect_result(s.client, id);
}

static void S7_a_child_of_the_provider_holds_nothing_up(Fixture *f)
{
    Scene s = begin(f);
    pid_t child = atoi(puppet_ask(s.puppet, "fork"));

    puppet_tell(s.puppet, "exit 3");
    const cJSON *error = expect_error(s.client, s.id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "3");
    WAIT_UNTIL(process_is_gone(child), "the agent's process group to be killed");
}

static void S8_a_provider_that_posts_and_never_returns_loses_its_agent(Fixture *f)
{
    daemon_start(f, "grace=100ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    pid_t old = agent_pid_of(client, "puppet");

    puppet_do(puppet, "result 0", "0");
    (void)expect_result(client, id);
    expect_draining(client, old);
    id = ask_run(client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");
    assert_int_not_equal(atoi(puppet_ask(b, "pid")), old);
    finish(b, "result 0");
    (void)expect_result(client, id);
    puppet_return(puppet);
    WAIT_UNTIL(process_is_gone(old), "the old agent to end");
    expect_agents(client, "puppet", 1);
}

static void S9_an_agent_that_is_stopped_is_found_and_replaced(Fixture *f)
{
    daemon_start(f, "agentResponse=200ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    pid_t old = agent_pid_of(client, "puppet");

    kill(old, SIGSTOP);
    long unread = ask_run(client, "b"); /* not STARTED: it goes to a fresh agent */
    (void)expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    puppet_expect_gone(puppet);
    Puppet *b = gate_await(f->gate, "invoke b");
    assert_int_not_equal(atoi(puppet_ask(b, "pid")), old);
    finish(b, "result 0");
    (void)expect_result(client, unread);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(P1_only_the_last_registered_callback_is_called),
        TEST(P2_a_second_cancel_calls_nothing),
        TEST(P3_a_callback_is_never_called_once_the_result_was_posted),
        TEST(P3_an_error_completes_the_operation_too),
        TEST(P4_a_final_post_waits_for_a_callback_that_is_running),
        TEST(P4_a_final_post_that_lost_to_another_waits_too),
        TEST(P5_canceled_is_true_before_the_callback_and_stays),
        TEST(P5_an_operation_without_callback_sees_the_cancel),
        TEST(P6_a_callback_that_is_registered_after_the_cancel_is_called),
        TEST(P7_a_callback_that_is_registered_after_one_was_called_is_refused),
        TEST(P8_load_and_a_finished_operation_cannot_register),
        TEST(P9_a_registration_that_was_taken_back_is_not_called),
        TEST(P9_taking_a_registration_back_waits_for_its_callback),
        TEST(P10_after_the_cancel_instances_are_refused),
        TEST(P10_after_the_cancel_out_parameters_are_taken),
        TEST(P10_a_post_that_waits_for_the_client_is_woken_by_the_cancel),
        TEST(P11_a_callback_that_blocks_delays_no_other_cancel),
        TEST(P12_a_callback_may_post_the_result_itself),
        TEST(P14_canceled_while_load_runs_the_provider_is_not_entered),
        TEST(P14_canceled_while_it_waits_for_a_serial_call_it_is_not_entered),
        TEST(C1_a_cancel_for_no_request_is_ignored),
        TEST(C1_an_unknown_reason_cancels_with_none),
        TEST(C1_every_reason_reaches_the_provider),
        TEST(C3_canceled_in_the_server_it_never_reaches_the_provider),
        TEST(C5_the_response_says_what_came_of_it),
        TEST(C5_what_was_collected_and_not_sent_is_counted),
        TEST(S1_a_client_that_hangs_up_cancels_all_of_its_operations),
        TEST(S1_a_hang_up_is_noticed_after_a_half_close_too),
        TEST(S1_a_hang_up_frees_an_enumeration_that_nobody_reads),
        TEST(S2_the_timeout_of_a_request_cancels_it),
        TEST(S2_the_time_in_the_queue_counts),
        TEST(S2_a_timeout_of_zero_is_invalid),
        TEST(S2_the_default_of_the_provider_counts),
        TEST(S2_nothing_takes_longer_than_the_maximum),
        TEST(S2_what_is_canceled_has_no_deadline_any_more),
        TEST(S3_sigterm_cancels_with_service_stop_and_everybody_is_answered),
        TEST(S3_sigint_stops_too_and_sigpwr_cancels_with_shutdown),
        TEST(S5_a_request_while_the_server_stops_is_refused),
        TEST(S5_a_provider_that_hangs_does_not_hold_up_the_stop),
        TEST(S6_after_the_grace_the_client_is_answered_and_a_fresh_agent_takes_over),
        TEST(S6_what_else_runs_on_the_old_agent_is_left_alone),
        TEST(S6_when_the_drain_is_over_the_rest_is_canceled_and_the_agent_killed),
        TEST(S7_an_agent_that_is_killed_answers_everything),
        TEST(S7_a_child_of_the_provider_holds_nothing_up),
        TEST(S8_a_provider_that_posts_and_never_returns_loses_its_agent),
        TEST(S9_an_agent_that_is_stopped_is_found_and_replaced),
    };

    return RUN_TESTS("cancel", tests);
}
