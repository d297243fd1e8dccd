/*
 * Registrations: a mistake in one is named by file and line and harms no other one, and reading
 * them again disturbs nothing that runs.
 */
#include "tests/support/fixture.h"

#include <signal.h>
#include <string.h>

/* The error of host/reload for the registration @name; NULL if it has none. */
static const cJSON *error_of(const cJSON *reloaded, const char *name)
{
    const cJSON *error;

    cJSON_ArrayForEach(error, json_at(reloaded, "errors"))
    {
        if (strstr(json_text(error, "file"), name) != NULL)
            return error;
    }
    return NULL;
}

static void a_mistake_in_a_registration_is_named_with_its_line_and_the_others_work(Fixture *f)
{
    static const struct {
        const char *text;
        int line;
        const char *named;
    } cases[] = {
        {"LIBRARY=sample\nSHAPE=round\nCLASS=Test_Other\n", 2, "SHAPE"},
        {"LIBRARY=sample\nCLASS=Test_Other\nHOSTING=@moon@\n", 3, "@moon@"},
        {"LIBRARY=sample\nCLASS=Test_Other\nHOSTING=no-such-user\n", 3, "no-such-user"},
        {"LIBRARY=sample\nCLASS=not a name\n", 2, "not a name"},
        {"LIBRARY=sample\n\n\nCALLS=sometimes\nCLASS=Test_Other\n", 4, "sometimes"},
        {"LIBRARY=sample\nGRACE=never\nCLASS=Test_Other\n", 2, "GRACE"},
        {"CLASS=Test_Other\n", 0, "LIBRARY"},
        {"LIBRARY=sample\n", 0, "CLASS"},
        {"just some text\n", 1, "just some text"},
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        registration_write(f, "broken", "%s", cases[i].text);
        const cJSON *reloaded = expect_result(client, client_request(client, "host/reload", "{}"));
        const cJSON *error = error_of(reloaded, "broken.reg");
        assert_int_equal(json_count(reloaded, "errors"), 1);
        assert_non_null(error);
        assert_int_equal((int)json_number(error, "line"), cases[i].line);
        expect_contains(json_text(error, "message"), cases[i].named);
        (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    }
}

static void inproc_is_served_by_an_agent_and_the_log_says_so(Fixture *f)
{
    registration_write(f, "inside", "LIBRARY=sample\nHOSTING=@inproc@\nCLASS=Test_Other\n");
    daemon_start(f, NULL);
    daemon_log_contains(f, "provider 'inside' asks for @inproc@: it is hosted in an agent like any "
                           "other");
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_error(client, ask_enumerate(client, "Test_Other", ""), CODE_FAILED,
                       "MI_RESULT_INVALID_CLASS"); /* by the agent, which has looked for it */
    expect_agents(client, "inside", 1);
}

static void a_registration_with_a_mistake_at_the_start_harms_no_other(Fixture *f)
{
    registration_write(f, "broken", "SHAPE=round\n");
    daemon_start(f, NULL);
    daemon_log_contains(f, "broken.reg:1: ");
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

static void a_class_of_two_registrations_is_a_mistake(Fixture *f)
{
    registration_write(f, "second", "LIBRARY=sample\nCLASS=Test_Sample\n");
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *reloaded = expect_result(client, client_request(client, "host/reload", "{}"));

    assert_int_equal(json_count(reloaded, "errors"), 1);
    expect_contains(json_text(reloaded, "errors.0.message"), "Test_Sample");
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

static void sighup_adds_a_class_and_disturbs_nothing(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long running = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    pid_t agent = agent_pid_of(client, "puppet");

    (void)expect_error(client, ask_enumerate(client, "Test_Other", ""), CODE_FAILED,
                       "MI_RESULT_INVALID_CLASS");
    registration_write(f, "other", "LIBRARY=%s\nCLASS=Test_Other\n", f->puppet_library);
    unsigned before = daemon_log_count(f, "providers are registered");
    daemon_signal(f, SIGHUP);
    WAIT_UNTIL(daemon_log_count(f, "providers are registered") > before, "the reload");
    long id = ask_invoke(client, "Test_Other", "Run", "'Name':'b'", "");
    Puppet *other = gate_await(f->gate, "invoke b");
    puppet_do(other, "result 0", "0");
    puppet_return(other);
    (void)expect_result(client, id);

    puppet_do(puppet, "canceled", "0");
    assert_int_equal(agent_pid_of(client, "puppet"), agent);
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, running);
}

static void a_registration_that_changed_is_for_new_requests(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long running = ask_run(client, "a");
    Puppet *a = gate_await(f->gate, "invoke a");

    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nGRACE=1s\n",
                       f->puppet_library);
    (void)expect_result(client, client_request(client, "host/reload", "{}"));
    long id = ask_run(client, "b");
    Puppet *b = gate_await(f->gate, "invoke b");
    assert_string_not_equal(puppet_ask(a, "pid"), puppet_ask(b, "pid"));
    puppet_do(a, "canceled", "0");
    puppet_do(a, "result 0", "0");
    puppet_return(a);
    (void)expect_result(client, running);
    puppet_do(b, "result 0", "0");
    puppet_return(b);
    (void)expect_result(client, id);
    expect_agents(client, "puppet", 1);
}

static void S3_a_registration_that_was_removed_cancels_what_runs_on_it(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long running = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "register it", "0");
    registration_remove(f, "puppet");
    (void)expect_result(client, client_request(client, "host/reload", "{}"));
    puppet_return(gate_await(f->gate, "callback it of a, reason 3"));
    puppet_do(puppet, "result 1", "0");
    puppet_return(puppet);
    (void)expect_canceled(client, running, "serviceStop");
    (void)expect_error(client, ask_run(client, "b"), CODE_FAILED, "MI_RESULT_INVALID_CLASS");
    expect_agents(client, "puppet", 0);
}

static void a_registration_that_can_not_be_read_any_more_stays_in_force(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    registration_write(f, "sample", "LIBRARY=sample\nSHAPE=round\nCLASS=Test_Sample\n");
    assert_non_null(
        error_of(expect_result(client, client_request(client, "host/reload", "{}")), "sample.reg"));
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_mistake_in_a_registration_is_named_with_its_line_and_the_others_work),
        TEST(inproc_is_served_by_an_agent_and_the_log_says_so),
        TEST(a_registration_with_a_mistake_at_the_start_harms_no_other),
        TEST(a_class_of_two_registrations_is_a_mistake),
        TEST(sighup_adds_a_class_and_disturbs_nothing),
        TEST(a_registration_that_changed_is_for_new_requests),
        TEST(S3_a_registration_that_was_removed_cancels_what_runs_on_it),
        TEST(a_registration_that_can_not_be_read_any_more_stays_in_force),
    };

    return RUN_TESTS("registrations", tests);
}
