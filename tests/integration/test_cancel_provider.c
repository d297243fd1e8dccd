/*
 * The contract of cancellation as a provider sees it, from end to end. Each test bears the number
 * of its rule. In no test does time decide: the puppets do each step when they are told.
 */
#include "tests/support/fixture.h"
#include "tests/support/scene.h"

#include <signal.h>
#include <stdio.h>

static void P1_only_the_last_registered_callback_is_called(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register first", "0");
    puppet_do(s.puppet, "register second", "0");
    puppet_do(s.puppet, "register third", "0");
    client_cancel(s.client, s.id, NULL);
    puppet_return(gate_await(f->gate, "callback third of a, reason 0"));
    puppet_finish(s.puppet, "result 1");
    expect_json(expect_canceled(s.client, s.id, "none"), "delivered", "true");
}

static void P2_a_second_cancel_calls_nothing(Fixture *f)
{
    Scene s = scene_begin(f);

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
    puppet_finish(s.puppet, "result 0");
    (void)expect_canceled(s.client, s.id, "timeout");
}

static void P3_a_callback_is_never_called_once_the_result_was_posted(Fixture *f)
{
    Scene s = scene_begin(f);

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
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register never", "0");
    puppet_do(s.puppet, "error 6 it is not there", "0");
    client_cancel(s.client, s.id, NULL);
    (void)expect_error(s.client, s.id, CODE_FAILED, "MI_RESULT_NOT_FOUND");
    puppet_return(s.puppet);
    expect_operations(s.client, 0);
}

static void P4_a_final_post_waits_for_a_callback_that_is_running(Fixture *f)
{
    Scene s = scene_begin(f);

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
    Scene s = scene_begin(f);

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
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "canceled", "0");
    puppet_do(s.puppet, "register first", "0");
    puppet_do(s.puppet, "canceled", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 0");
    puppet_do(callback, "canceled", "1");
    puppet_do(s.puppet, "canceled", "1");
    puppet_return(callback);
    puppet_do(s.puppet, "canceled", "1");
    puppet_finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "none");
}

static void P5_an_operation_without_callback_sees_the_cancel(Fixture *f)
{
    Scene s = scene_begin(f);

    client_cancel(s.client, s.id, "timeout");
    puppet_await_canceled(s.puppet);
    puppet_finish(s.puppet, "result 1");
    const cJSON *data = expect_canceled(s.client, s.id, "timeout");
    expect_json(data, "delivered", "false");
    expect_json(data, "result.resultName", "'MI_RESULT_FAILED'");
}

static void P6_a_callback_that_is_registered_after_the_cancel_is_called(Fixture *f)
{
    Scene s = scene_begin(f);

    client_cancel(s.client, s.id, "serviceStop");
    puppet_await_canceled(s.puppet);
    puppet_do(s.puppet, "register late",
              "0"); /* returns while the callback is held: it isn't called inside */
    Puppet *callback = gate_await(f->gate, "callback late of a, reason 3");
    puppet_do(s.puppet, "canceled", "1");
    puppet_return(callback);
    puppet_finish(s.puppet, "result 1");
    expect_json(expect_canceled(s.client, s.id, "serviceStop"), "delivered", "true");
}

static void P7_a_callback_that_is_registered_after_one_was_called_is_refused(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register first", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 0");
    puppet_do(s.puppet, "register late", "1");
    puppet_return(callback);
    puppet_do(s.puppet, "register later", "1");
    puppet_finish(s.puppet, "result 1");
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
    puppet_finish(load, "result 0");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "result 0", "0");
    puppet_do(puppet, "register never", "4");
    puppet_return(puppet);
    (void)expect_result(client, id);
    daemon_signal(f, SIGTERM);
    Puppet *unload = gate_await(f->gate, "unload");
    puppet_do(unload, "register never", "7");
    puppet_finish(unload, "result 0");
    daemon_wait_exit(f, DAEMON_STOPPED);
}

static void P9_a_registration_that_was_taken_back_is_not_called(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register first", "0");
    puppet_do(s.puppet, "unregister", "0");
    client_cancel(s.client, s.id, NULL);
    puppet_await_canceled(s.puppet);
    puppet_finish(s.puppet, "result 1");
    expect_json(expect_canceled(s.client, s.id, "none"), "delivered", "false");
}

static void P9_taking_a_registration_back_waits_for_its_callback(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register slow", "0");
    client_cancel(s.client, s.id, NULL);
    Puppet *callback = gate_await(f->gate, "callback slow of a, reason 0");
    puppet_tell(s.puppet, "unregister");
    puppet_do(callback, "unregister", "1"); /* inside a callback it doesn't wait */
    assert_false(puppet_said(s.puppet));
    puppet_return(callback);
    assert_string_equal(puppet_answer(s.puppet, "unregister"), "1");
    puppet_finish(s.puppet, "result 1");
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
    puppet_finish(puppet, "result 1");
    const cJSON *data = expect_canceled(client, id, "none");
    expect_json(data, "discarded", "0");
    expect_json(data, "result.result", "1");
}

static void P10_after_the_cancel_out_parameters_are_taken(Fixture *f)
{
    Scene s = scene_begin(f);

    client_cancel(s.client, s.id, NULL);
    puppet_await_canceled(s.puppet);
    puppet_do(s.puppet, "output so far", "0");
    puppet_finish(s.puppet, "result 0");
    const cJSON *data = expect_canceled(s.client, s.id, "none");
    expect_json(data, "result.result", "0");
    expect_json(data, "result.value", "{'returnValue':42,'parameters':{'Text':'so far'}}");
}

static void P10_a_post_that_waits_for_the_client_is_woken_by_the_cancel(Fixture *f)
{
    Scene s = scene_begin(f);
    Client *deaf = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(deaf, "Test_Puppet", ",'partialResultToken':'t'");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_do(puppet, "register first", "0");
    puppet_tell(puppet, "flood");
    (void)expect_standstill(s.puppet, s.client);
    client_cancel(deaf, id, NULL);
    Puppet *callback = gate_await(f->gate, "callback first of enumerate, reason 0");
    /* Though the client still doesn't read, and the callback has not returned. */
    expect_contains(puppet_answer(puppet, "flood"), " 1");
    puppet_return(callback);
    puppet_finish(puppet, "result 1");
    (void)expect_canceled(deaf, id, "none");
    puppet_finish(s.puppet, "result 0");
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
    puppet_finish(gate_await(f->gate, "invoke other"), "result 0");
    (void)expect_result(client, other);
    for (int i = 0; i < COUNT; i++) {
        puppet_return(callbacks[i]);
        puppet_finish(puppets[i], "result 1");
        (void)expect_canceled(client, ids[i], "none");
    }
}

static void P12_a_callback_may_post_the_result_itself(Fixture *f)
{
    Scene s = scene_begin(f);

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
    puppet_finish(load, "result 0");
    daemon_signal(f, SIGTERM);
    puppet_finish(gate_await(f->gate, "unload"), "result 0");
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
    puppet_finish(a, "result 0");
    (void)expect_result(client, first);
    expect_operations(client, 0);
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
    };

    return RUN_TESTS("cancel, provider", tests);
}
