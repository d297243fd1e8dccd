/*
 * Cancels that the server makes, from end to end: clients that hang up, deadlines, stops, agents
 * that die, hang, or don't let go. Each test bears the number of its rule. Where a time must pass
 * (a deadline, a grace), nothing but its end is awaited.
 */
#include "tests/support/fixture.h"
#include "tests/support/scene.h"

#include <signal.h>
#include <stdlib.h>

static void S1_a_client_that_hangs_up_cancels_all_of_its_operations(Fixture *f)
{
    Scene s = scene_begin(f);
    Client *witness = client_connect(f, CLIENT_LINES);
    (void)ask_run(s.client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");

    puppet_do(s.puppet, "register of-a", "0");
    puppet_do(b, "register of-b", "0");
    client_hang_up(s.client);
    puppet_return(gate_await(f->gate, "callback of-a of a, reason 0"));
    puppet_return(gate_await(f->gate, "callback of-b of b, reason 0"));
    puppet_finish(s.puppet, "result 1");
    puppet_finish(b, "result 1");
    expect_operations(witness, 0);
}

static void S1_a_hang_up_is_noticed_after_a_half_close_too(Fixture *f)
{
    Scene s = scene_begin(f);
    Client *witness = client_connect(f, CLIENT_LINES);

    puppet_do(s.puppet, "register first", "0");
    client_half_close(s.client);
    expect_served(witness);
    puppet_do(s.puppet, "canceled", "0");
    client_hang_up(s.client);
    puppet_return(gate_await(f->gate, "callback first of a, reason 0"));
    puppet_finish(s.puppet, "result 1");
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
    puppet_finish(puppet, "result 1");
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
    puppet_finish(puppet, "result 1");
    (void)expect_canceled(client, id, "timeout");
}

static void S2_the_time_in_the_queue_counts(Fixture *f)
{
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=1\n",
                       f->puppet_library);
    Scene s = scene_begin(f);
    long second = ask_run_with(s.client, "b", ",'timeoutMs':1");

    (void)expect_canceled(s.client, second, "timeout");
    puppet_finish(s.puppet, "result 0");
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
    puppet_finish(a, "result 0");
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
    puppet_finish(puppet, "result 1");
    (void)expect_canceled(client, id, "shutdown");
}

static void S3_sigterm_cancels_with_service_stop_and_everybody_is_answered(Fixture *f)
{
    Scene s = scene_begin(f);
    Client *other = client_connect(f, CLIENT_HEADERS);
    long id = ask_run(other, "b");
    Puppet *b = gate_await(f->gate, "invoke b");

    puppet_do(s.puppet, "register of-a", "0");
    daemon_signal(f, SIGTERM);
    puppet_return(gate_await(f->gate, "callback of-a of a, reason 3"));
    puppet_await_canceled(b);
    puppet_finish(s.puppet, "result 1");
    puppet_finish(b, "result 1");
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
        Scene s = scene_begin(f);
        puppet_do(s.puppet, "register it", "0");
        daemon_signal(f, cases[i].signal);
        puppet_return(gate_await(f->gate, cases[i].callback));
        puppet_finish(s.puppet, "result 1");
        (void)expect_canceled(s.client, s.id, cases[i].reason);
        daemon_wait_exit(f, DAEMON_STOPPED);
    }
}

static void S5_a_request_while_the_server_stops_is_refused(Fixture *f)
{
    Scene s = scene_begin(f);

    puppet_do(s.puppet, "register first", "0");
    daemon_signal(f, SIGTERM);
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 3");
    (void)expect_error(s.client, ask_run(s.client, "late"), CODE_FAILED,
                       "MI_RESULT_SERVER_IS_SHUTTING_DOWN");
    puppet_return(callback);
    puppet_finish(s.puppet, "result 1");
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
    puppet_finish(b, "result 0");
    (void)expect_result(client, id);

    puppet_finish(puppet, "result 0"); /* late: dropped, and the old agent ends */
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
    puppet_finish(b, "result 0");
    expect_json(expect_result(client, good), "parameters.Text", "'well'");
    puppet_finish(a, "result 0");
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
    Scene s = scene_begin(f);
    long second = ask_run(s.client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");

    client_cancel(s.client, second, "timeout");
    puppet_await_canceled(b);
    kill(agent_pid_of(s.client, "puppet"), SIGKILL);
    const cJSON *error = expect_error(s.client, s.id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "puppet");
    expect_contains(json_text(error, "message"), "SIGKILL");
    const cJSON *data = expect_canceled(s.client, second, "timeout");
    expect_json(data, "result", "null");
    expect_json(data, "abandoned", "false");
    puppet_expect_gone(s.puppet);
    puppet_expect_gone(b);

    long id = ask_run(s.client, "c");
    puppet_finish(gate_await(f->gate, "invoke c"), "result 0");
    (void)expect_result(s.client, id);
}

static void S7_a_child_of_the_provider_holds_nothing_up(Fixture *f)
{
    Scene s = scene_begin(f);
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
    puppet_finish(b, "result 0");
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

    process_stop(old);
    long unread = ask_run(client, "b"); /* not STARTED: it goes to a fresh agent */
    (void)expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    puppet_expect_gone(puppet);
    Puppet *b = gate_await(f->gate, "invoke b");
    assert_int_not_equal(atoi(puppet_ask(b, "pid")), old);
    puppet_finish(b, "result 0");
    (void)expect_result(client, unread);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
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

    return RUN_TESTS("cancel, server", tests);
}
