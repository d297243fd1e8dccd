/*
 * Administration: who runs what, canceling what is another's, stopping a provider, and reading the
 * registrations again. The puppets do each step when they are told.
 */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A daemon, a client, an administrator, and Test_Puppet.Run "a" in the provider. */
typedef struct Scene {
    Client *client, *admin;
    long id;
    Puppet *puppet;
    pid_t agent;
} Scene;

static Scene begin(Fixture *f)
{
    Scene scene;

    daemon_start(f, NULL);
    scene.client = client_connect(f, CLIENT_LINES);
    scene.admin = client_connect(f, CLIENT_HEADERS);
    scene.id = ask_run(scene.client, "a");
    scene.puppet = gate_await(f->gate, "invoke a");
    scene.agent = agent_pid_of(scene.admin, "puppet");
    return scene;
}

/* Runs Test_Puppet.Run to its end; the process that did it. */
static pid_t run_once(Fixture *f, Client *client)
{
    long id = ask_run(client, "once");
    Puppet *puppet = gate_await(f->gate, "invoke once");
    pid_t pid = atoi(puppet_ask(puppet, "pid"));

    puppet_finish(puppet, "result 0");
    (void)expect_result(client, id);
    return pid;
}

/* The host's id of the only operation. */
static const char *only_operation(Client *client)
{
    const cJSON *status = expect_result(client, client_request(client, "host/status", "{}"));

    assert_int_equal(json_count(status, "operations"), 1);
    return json_text(status, "operations.0.operation");
}

static const cJSON *ask_cancel(Client *client, const char *operation, const char *more)
{
    return expect_result(
        client, client_request(client, "host/cancel", "{'operation':'%s'%s}", operation, more));
}

static const cJSON *reload(Client *client)
{
    return expect_result(client, client_request(client, "host/reload", "{}"));
}

/* host/cancel. */

static void C6_an_administrator_cancels_the_operation_of_another(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register first", "0");
    expect_json(ask_cancel(s.admin, only_operation(s.admin), ",'reason':'shutdown'"), "canceled",
                "true");
    puppet_return(gate_await(f->gate, "callback first of a, reason 2"));
    expect_json(ask_cancel(s.admin, only_operation(s.admin), ",'reason':'timeout'"), "canceled",
                "false"); /* once is enough */
    puppet_finish(s.puppet, "result 1");
    expect_json(expect_canceled(s.client, s.id, "shutdown"), "delivered", "true");
}

static void C6_the_cancel_of_another_connection_names_no_request_of_this_one(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register never", "0");
    client_cancel(s.admin, s.id, "shutdown");
    const cJSON *status = expect_result(s.admin, client_request(s.admin, "host/status", "{}"));
    expect_json(status, "counters.cancels", "0");
    expect_json(status, "counters.cancelsIgnored", "1");
    puppet_do(s.puppet, "canceled", "0");
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
}

static void an_operation_that_is_not_there_is_not_canceled(Fixture *f)
{
    Scene s = begin(f);
    char done[32];

    snprintf(done, sizeof(done), "%s", only_operation(s.admin));
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
    expect_operations(s.admin, 0);
    expect_json(ask_cancel(s.admin, done, ""), "canceled", "false");
    expect_json(ask_cancel(s.admin, "18446744073709551615", ""), "canceled", "false");
}

static void what_names_no_operation_and_no_reason_is_refused(Fixture *f)
{
    static const char *const wrong[] = {
        "{}",
        "{'operation':1}",
        "{'operation':''}",
        "{'operation':'seven'}",
        "{'operation':'18446744073709551616'}",
        "{'operation':'1','reason':'boredom'}",
        "{'operation':'1','reason':7}",
        "{'operation':'1','provider':'puppet'}",
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        (void)expect_error(client, client_request(client, "host/cancel", "%s", wrong[i]),
                           CODE_INVALID_PARAMS, NULL);
}

/* host/stopProvider. */

static void S3_a_stopped_provider_is_answered_for_when_it_has_ended(Fixture *f)
{
    Scene s = begin(f);
    long second = ask_run(s.client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");

    puppet_do(s.puppet, "register of-a", "0");
    puppet_do(b, "register of-b", "0");
    long stop = client_request(s.admin, "host/stopProvider", "{'provider':'puppet'}");
    puppet_return(gate_await(f->gate, "callback of-a of a, reason 3"));
    puppet_return(gate_await(f->gate, "callback of-b of b, reason 3"));
    puppet_finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "serviceStop");
    expect_served(s.admin);
    assert_false(response_came(s.admin, stop)); /* b is there yet */
    puppet_finish(b, "result 1");
    (void)expect_canceled(s.client, second, "serviceStop");
    expect_json(expect_result(s.admin, stop), "canceled", "2");
    assert_true(process_is_gone(s.agent));
    assert_int_equal(agent_count_of(s.admin, "puppet"), 0);

    assert_int_not_equal(run_once(f, s.client), s.agent);
}

static void a_request_that_comes_while_a_provider_stops_gets_a_fresh_agent(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register it", "0");
    long stop = client_request(s.admin, "host/stopProvider", "{'provider':'puppet'}");
    Puppet *callback = gate_await(f->gate, "callback it of a, reason 3");
    assert_int_not_equal(run_once(f, s.client), s.agent);
    assert_false(response_came(s.admin, stop));
    puppet_return(callback);
    puppet_finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "serviceStop");
    expect_json(expect_result(s.admin, stop), "canceled", "1");
}

static void a_provider_that_is_idle_or_never_ran_stops_too(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    pid_t pid = run_once(f, client);

    expect_operations(client, 0);
    for (int i = 0; i < 2; i++)
        expect_json(expect_result(client, client_request(client, "host/stopProvider",
                                                         "{'provider':'puppet'}")),
                    "", "{'canceled':0}");
    assert_true(process_is_gone(pid));
}

static void a_provider_that_is_not_there_is_not_found(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error =
        expect_error(client, client_request(client, "host/stopProvider", "{'provider':'nobody'}"),
                     CODE_FAILED, "MI_RESULT_NOT_FOUND");

    expect_contains(json_text(error, "message"), "nobody");
    (void)expect_error(client, client_request(client, "host/stopProvider", "{}"),
                       CODE_INVALID_PARAMS, NULL);
}

/* host/providers. */

/* The provider called @name in an answer to host/providers. */
static const cJSON *provider_in(const cJSON *answer, const char *name)
{
    const cJSON *provider;

    cJSON_ArrayForEach(provider, json_at(answer, "providers"))
    {
        if (strcmp(json_text(provider, "name"), name) == 0)
            return provider;
    }
    test_failed("host/providers has no '%s'", name);
}

static void providers_are_listed_with_what_is_registered(Fixture *f)
{
    registration_write(f, "other",
                       "LIBRARY=%s\nHOSTING=root\nCLASS=Test_Other:Test_Puppet:Test_Base\n",
                       f->puppet_library);
    registration_write(f, "broken", "LIBRARY=x\nCLASS=X\nCOLOUR=green\n");
    Scene s = begin(f);
    const cJSON *answer = expect_result(s.admin, client_request(s.admin, "host/providers", "{}"));
    const cJSON *other = provider_in(answer, "other"), *puppet = provider_in(answer, "puppet");

    assert_int_equal(json_count(answer, "providers"), 3);
    expect_json(puppet, "namespace", "'root/cimv2'");
    expect_json(puppet, "calls", "'parallel'");
    expect_json(puppet, "agents", "1");
    expect_json(puppet, "classes", "[{'name':'Test_Puppet','bases':[],'hosting':'requestor'}]");
    assert_string_equal(json_text(puppet, "library"), f->puppet_library);
    expect_contains(json_text(puppet, "file"), "/root-cimv2/puppet.reg");
    expect_json(other, "calls", "'serial'");
    expect_json(other, "agents", "0");
    expect_json(other, "classes",
                "[{'name':'Test_Other','bases':['Test_Puppet','Test_Base'],'uid':0}]");

    assert_int_equal(json_count(answer, "errors"), 1);
    expect_contains(json_text(answer, "errors.0.file"), "/root-cimv2/broken.reg");
    expect_json(answer, "errors.0.line", "3");
    expect_contains(json_text(answer, "errors.0.message"), "COLOUR");
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
}

/* host/reload. */

static void a_reload_leaves_an_unchanged_provider_alone(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register never", "0");
    registration_write(f, "other", "LIBRARY=%s\nCLASS=Test_Other\n", f->puppet_library);
    registration_remove(f, "sample");
    expect_json(reload(s.admin), "", "{'providers':['other','puppet'],'errors':[]}");
    puppet_do(s.puppet, "canceled", "0");
    assert_int_equal(run_once(f, s.client), s.agent);
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
}

static void a_changed_provider_gets_a_fresh_agent_and_the_old_one_drains(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register never", "0");
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=7\n",
                       f->puppet_library);
    expect_json(reload(s.admin), "errors", "[]");
    assert_int_not_equal(run_once(f, s.client), s.agent);
    assert_int_equal(agent_count_of(s.admin, "puppet"), 2);
    puppet_do(s.puppet, "canceled", "0");
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
    expect_agents(s.admin, "puppet", 1);
    WAIT_UNTIL(process_is_gone(s.agent), "the old agent to end");
}

static void an_unreadable_registration_keeps_the_old_one_in_force(Fixture *f)
{
    Scene s = begin(f);

    registration_write(f, "puppet", "LIBRARY=%s\n\nCLASS\n", f->puppet_library);
    const cJSON *answer = reload(s.admin);
    expect_json(answer, "providers", "['puppet','sample']");
    assert_int_equal(json_count(answer, "errors"), 1);
    expect_contains(json_text(answer, "errors.0.file"), "puppet.reg");
    expect_json(answer, "errors.0.line", "3");
    puppet_do(s.puppet, "canceled", "0");
    assert_int_equal(run_once(f, s.client), s.agent);
    puppet_finish(s.puppet, "result 0");
    (void)expect_result(s.client, s.id);
}

static void S3_a_registration_that_is_gone_cancels_and_its_class_is_unknown(Fixture *f)
{
    Scene s = begin(f);

    puppet_do(s.puppet, "register it", "0");
    registration_remove(f, "puppet");
    expect_json(reload(s.admin), "providers", "['sample']");
    puppet_return(gate_await(f->gate, "callback it of a, reason 3"));
    (void)expect_error(s.client, ask_run(s.client, "late"), CODE_FAILED, "MI_RESULT_INVALID_CLASS");
    puppet_finish(s.puppet, "result 1");
    (void)expect_canceled(s.client, s.id, "serviceStop");
    WAIT_UNTIL(process_is_gone(s.agent), "the agent to end");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(C6_an_administrator_cancels_the_operation_of_another),
        TEST(C6_the_cancel_of_another_connection_names_no_request_of_this_one),
        TEST(an_operation_that_is_not_there_is_not_canceled),
        TEST(what_names_no_operation_and_no_reason_is_refused),
        TEST(S3_a_stopped_provider_is_answered_for_when_it_has_ended),
        TEST(a_request_that_comes_while_a_provider_stops_gets_a_fresh_agent),
        TEST(a_provider_that_is_idle_or_never_ran_stops_too),
        TEST(a_provider_that_is_not_there_is_not_found),
        TEST(providers_are_listed_with_what_is_registered),
        TEST(a_reload_leaves_an_unchanged_provider_alone),
        TEST(a_changed_provider_gets_a_fresh_agent_and_the_old_one_drains),
        TEST(an_unreadable_registration_keeps_the_old_one_in_force),
        TEST(S3_a_registration_that_is_gone_cancels_and_its_class_is_unknown),
    };

    return RUN_TESTS("admin", tests);
}
