/*
 * What a provider writes to standard output and standard error: it is in the daemon's log, under
 * the provider's name, and no amount of it harms anybody.
 */
#include "tests/support/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static Puppet *begin(Fixture *f, Client *client, long *id)
{
    *id = ask_run(client, "a");
    return gate_await(f->gate, "invoke a");
}

static void finish(Client *client, long id, Puppet *puppet)
{
    puppet_finish(puppet, "result 0");
    (void)expect_result(client, id);
}

static void what_a_provider_prints_is_in_the_log_under_its_name(Fixture *f)
{
    char line[128];
    long id;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    puppet_do(puppet, "say how do you do", "said");
    puppet_do(puppet, "complain-aloud <4>not so well", "said");
    snprintf(line, sizeof(line), "agent %d (puppet, uid %u): how do you do\n",
             (int)agent_pid_of(client, "puppet"), getuid());
    daemon_log_contains(f, line);
    daemon_log_contains(f, "): not so well\n");
    finish(client, id, puppet);
}

static void what_it_said_before_it_crashed_is_there(Fixture *f)
{
    long id;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    puppet_do(puppet, "say these are my last words", "said");
    puppet_tell(puppet, "crash");
    (void)expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    daemon_log_contains(f, "was ended by signal 11");
    assert_int_equal(daemon_log_count(f, "these are my last words"), 1);
}

static void who_prints_without_end_is_cut_short_and_served_as_before(Fixture *f)
{
    long id;

    daemon_start(f, "agentOutput=20", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    puppet_do(puppet, "chatter 5000", "5000");
    expect_served(client);
    finish(client, id, puppet);
    daemon_stop(f);
    assert_in_range(daemon_log_count(f, "of much that nobody has asked for"), 15, 20);
    assert_true(daemon_log_count(f, "lines of its output were dropped: 'agentOutput'") > 0);
}

static void a_line_without_end_is_cut_off(Fixture *f)
{
    long id;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    puppet_do(puppet, "babble 300000", "said");
    daemon_log_contains(f, "bbbb ... (299000 bytes more)");
    finish(client, id, puppet);
}

static void who_has_left_a_child_with_its_output_is_gone_all_the_same(Fixture *f)
{
    long id;

    daemon_start(f, "cgroup=none", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    pid_t child = atoi(puppet_ask(puppet, "escape"));
    puppet_tell(puppet, "crash");
    (void)expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_agents(client, "puppet", 0);
    daemon_stop(f);
    assert_int_equal(kill(child, SIGKILL), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_provider_prints_is_in_the_log_under_its_name),
        TEST(what_it_said_before_it_crashed_is_there),
        TEST(who_prints_without_end_is_cut_short_and_served_as_before),
        TEST(a_line_without_end_is_cut_off),
        TEST(who_has_left_a_child_with_its_output_is_gone_all_the_same),
    };

    return RUN_TESTS("output", tests);
}
