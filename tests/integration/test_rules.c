/*
 * Rules of the contract of cancellation that show with several requests at a time: one response for
 * each, one relay of a cancel, deadlines that progress restarts, and the machine going down.
 * Each test bears the number of its rule. Where times matter, what is looked at is their order.
 */
#include "tests/support/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fixture's end finds a response that is one too many. */
static void C2_every_request_gets_one_response_however_it_ends(Fixture *f)
{
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=3\n",
                       f->puppet_library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long done = ask_run(client, "a"), canceled = ask_run(client, "b"), hit = ask_run(client, "c");
    Puppet *a = gate_await(f->gate, "invoke a"), *b = gate_await(f->gate, "invoke b"),
           *c = gate_await(f->gate, "invoke c");
    long queued = ask_run(client, "d"), unknown = ask_enumerate(client, "Test_Nothing", "");

    client_cancel(client, queued, NULL);
    (void)expect_canceled(client, queued, "none");
    (void)expect_error(client, unknown, CODE_FAILED, "MI_RESULT_INVALID_CLASS");
    puppet_do(a, "result 0", "0");
    (void)expect_result(client, done);
    puppet_do(b, "register first", "0");
    client_cancel(client, canceled, NULL);
    Puppet *callback = gate_await(f->gate, "callback first of b, reason 0");
    puppet_do(callback, "result 0", "0");
    (void)expect_canceled(client, canceled, "none");
    kill(agent_pid_of(client, "puppet"), SIGKILL);
    (void)expect_error(client, hit, CODE_FAILED, "MI_RESULT_FAILED");
    puppet_expect_gone(a);
    puppet_expect_gone(b);
    puppet_expect_gone(c);
    puppet_expect_gone(callback);
    long ids[] = {done, canceled, hit, queued, unknown};
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        client_cancel(client, ids[i], "timeout");
    expect_operations(client, 0);
}

static void C4_a_cancel_is_relayed_once_with_the_first_reason(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    client_cancel(client, id, "timeout");
    for (int i = 0; i < 100; i++)
        client_cancel(client, id, "shutdown");
    expect_served(client);
    puppet_await_canceled(puppet);
    puppet_do(puppet, "register late", "0");
    puppet_return(gate_await(f->gate, "callback late of a, reason 1"));
    puppet_finish(puppet, "result 1");
    (void)expect_canceled(client, id, "timeout");
    const cJSON *status = expect_result(client, client_request(client, "host/status", "{}"));
    expect_json(status, "counters.cancels", "1");
    expect_json(status, "counters.cancelsIgnored", "100");
    /* The agent would say so of a second one. */
    assert_int_equal(daemon_log_count(f, "changes nothing"), 0);
}

static bool only_one_is_left(Client *client)
{
    const cJSON *status = expect_result(client, client_request(client, "host/status", "{}"));

    return json_count(status, "operations") == 1;
}

/* An agent that gets the cancel of an operation that it doesn't have would end. */
static void C4_a_cancel_in_the_write_of_its_request_does_not_overtake_it(Fixture *f)
{
    enum {
        COUNT = 50
    };
    Buffer text = BUFFER_INIT;
    char cancel[128];
    long ids[COUNT];

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    pid_t agent = agent_pid_of(client, "puppet");
    gate_allow(f->gate, "enumerate"); /* it may be entered before the cancel is there, and fail */
    for (size_t i = 0; i < COUNT; i++) {
        char *request = client_make_request(client, &ids[i], "mi/enumerateInstances",
                                            "{'namespace':'root/cimv2','class':'Test_Puppet'}");
        client_put_message(client, &text, request);
        free(request);
        snprintf(cancel, sizeof(cancel),
                 "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":%ld}}",
                 ids[i]);
        client_put_message(client, &text, cancel);
    }
    client_send(client, text.data, text.size);
    buffer_deinit(&text);
    WAIT_UNTIL((gate_take(f->gate), only_one_is_left(client)), "the others to be answered");
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(cancel, sizeof(cancel), "%ld", ids[i]);
        assert_non_null(json_at(expect_response_with_id(client, cancel), "error.code"));
    }
    assert_int_equal(agent_pid_of(client, "puppet"), agent);
    puppet_finish(puppet, "result 0");
    (void)expect_result(client, id);
}

/* Where the log says that the operation @number was canceled by its deadline; 0: nowhere. */
static unsigned long place_in_log(Fixture *f, const char *number)
{
    char wanted[64], line[1024];
    unsigned long place = 0, count = 0;
    FILE *log = fopen(f->daemon.log, "re");

    if (log == NULL)
        test_failed("there is no log");
    snprintf(wanted, sizeof(wanted), "request %s: cancel (timeout)", number);
    while (place == 0 && fgets(line, sizeof(line), log) != NULL) {
        count++;
        if (strstr(line, wanted) != NULL)
            place = count;
    }
    fclose(log);
    return place;
}

/* An operation with a deadline, and the host's number of it. */
typedef struct Timed {
    long id;
    Puppet *puppet;
    char number[32];
} Timed;

static Timed begin_timed(Fixture *f, Client *client, const char *name, const char *more)
{
    char introduction[32];
    Timed timed = {.id = ask_run_with(client, name, more)};
    const cJSON *status, *last;

    snprintf(introduction, sizeof(introduction), "invoke %s", name);
    timed.puppet = gate_await(f->gate, introduction);
    status = expect_result(client, client_request(client, "host/status", "{}"));
    last = cJSON_GetArrayItem(json_at(status, "operations"), json_count(status, "operations") - 1);
    snprintf(timed.number, sizeof(timed.number), "%s", json_text(last, "operation"));
    return timed;
}

static void end_timed(Client *client, Timed *timed)
{
    puppet_await_canceled(timed->puppet);
    puppet_finish(timed->puppet, "result 1");
    (void)expect_canceled(client, timed->id, "timeout");
}

/* True if the youngest operation is at least some clock ticks old. */
static bool last_has_aged(Client *client)
{
    const cJSON *status = expect_result(client, client_request(client, "host/status", "{}"));
    int count = json_count(status, "operations");

    return json_number(cJSON_GetArrayItem(json_at(status, "operations"), count - 1), "ageMs") > 5;
}

/* Three with the same time, one after the other: when all are there the first writes progress, and
 * so comes last; that of the second counts for nothing. */
static void S2_progress_restarts_the_time_of_a_request_with_a_token(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Timed writes = begin_timed(f, client, "a", ",'timeoutMs':2000,'workDoneToken':'t'");
    WAIT_UNTIL(last_has_aged(client), "the clock to go on");
    Timed has_no_token = begin_timed(f, client, "b", ",'timeoutMs':2000");
    WAIT_UNTIL(last_has_aged(client), "the clock to go on");
    Timed waits = begin_timed(f, client, "c", ",'timeoutMs':2000,'workDoneToken':'u'");
    WAIT_UNTIL(last_has_aged(client), "the clock to go on");

    puppet_do(has_no_token.puppet, "progress 1 going on", "0");
    puppet_do(writes.puppet, "progress 1 going on", "0");
    expect_json(expect_notification(client, "$/progress"), "token", "'t'");
    end_timed(client, &has_no_token);
    end_timed(client, &waits);
    end_timed(client, &writes);
    assert_true(place_in_log(f, has_no_token.number) > 0);
    assert_true(place_in_log(f, has_no_token.number) < place_in_log(f, waits.number));
    assert_true(place_in_log(f, waits.number) < place_in_log(f, writes.number));
}

static void S2_progress_restarts_nothing_beyond_the_maximum(Fixture *f)
{
    registration_write(f, "puppet",
                       "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nMAXTIMEOUT=1500ms\n",
                       f->puppet_library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Timed timed = begin_timed(f, client, "a", ",'timeoutMs':60000,'workDoneToken':'t'");

    puppet_do(timed.puppet, "progress 1 going on", "0");
    (void)expect_notification(client, "$/progress");
    end_timed(client, &timed); /* and not in a minute */
}

static void S2_progress_after_the_cancel_restarts_nothing(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Timed timed = begin_timed(f, client, "a", ",'timeoutMs':60000,'workDoneToken':'t'");

    puppet_do(timed.puppet, "progress 1 going on", "0");
    (void)expect_notification(client, "$/progress");
    client_cancel(client, timed.id, "shutdown");
    puppet_await_canceled(timed.puppet);
    puppet_do(timed.puppet, "progress 2 ending", "0");
    puppet_finish(timed.puppet, "result 1");
    (void)expect_canceled(client, timed.id, "shutdown");
}

static void S4_the_machine_going_down_cancels_everything_with_shutdown(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long first = ask_run(client, "a"), second = ask_run(client, "b");
    Puppet *a = gate_await(f->gate, "invoke a"), *b = gate_await(f->gate, "invoke b");

    puppet_do(a, "register of-a", "0");
    daemon_signal(f, SIGPWR);
    puppet_return(gate_await(f->gate, "callback of-a of a, reason 2"));
    puppet_await_canceled(b);
    puppet_do(b, "register of-b", "0");
    puppet_return(gate_await(f->gate, "callback of-b of b, reason 2"));
    (void)expect_error(client, ask_run(client, "late"), CODE_FAILED,
                       "MI_RESULT_SERVER_IS_SHUTTING_DOWN");
    puppet_finish(a, "result 1");
    puppet_finish(b, "result 1");
    (void)expect_canceled(client, first, "shutdown");
    (void)expect_canceled(client, second, "shutdown");
    daemon_wait_exit(f, DAEMON_STOPPED);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(C2_every_request_gets_one_response_however_it_ends),
        TEST(C4_a_cancel_is_relayed_once_with_the_first_reason),
        TEST(C4_a_cancel_in_the_write_of_its_request_does_not_overtake_it),
        TEST(S2_progress_restarts_the_time_of_a_request_with_a_token),
        TEST(S2_progress_restarts_nothing_beyond_the_maximum),
        TEST(S2_progress_after_the_cancel_restarts_nothing),
        TEST(S4_the_machine_going_down_cancels_everything_with_shutdown),
    };

    return RUN_TESTS("rules", tests);
}
