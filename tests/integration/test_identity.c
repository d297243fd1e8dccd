/*
 * Identity: run by root, an agent is exactly whom the kernel says its client is, or the user that
 * the registration names. Only root can test it: everybody else skips, and says so.
 */
#include "tests/support/fixture.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Numbers that no user database needs to know: nothing may be looked up. */
#define USER  64321
#define GROUP 64322

/* Starts the daemon, and lets everybody do everything. */
static void start_for_all(Fixture *f)
{
    if (geteuid() != 0)
        fixture_skip(f, "only root can be somebody else");
    daemon_start(f, "allow=* * *", NULL);
    assert_int_equal(chmod(f->folder, 0755), 0);
}

/* Runs Test_Puppet for @client; what the provider says of itself, which the caller frees. */
static char *identity_of_provider(Fixture *f, Client *client, const char *class_name)
{
    long id = ask_invoke(client, class_name, "Run", "'Name':'a'", "");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    char *said = strdup(puppet_ask(puppet, "identity"));

    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
    assert_non_null(said);
    return said;
}

static void expect_identity(Fixture *f, Client *client, const char *class_name,
                            const char *expected)
{
    char *said = identity_of_provider(f, client, class_name);

    assert_string_equal(said, expected);
    free(said);
}

static void an_agent_has_the_uid_gid_and_groups_of_its_client(Fixture *f)
{
    static const gid_t groups[] = {64401, 64402, 64403};

    start_for_all(f);
    expect_identity(f, client_connect_as(f, USER, GROUP, groups, 3), "Test_Puppet",
                    "users 64321 64321 64321 groups 64322 64322 64322 and 64401 64402 64403");
}

static void groups_that_the_client_dropped_do_not_come_back(Fixture *f)
{
    start_for_all(f);
    expect_identity(f, client_connect_as(f, USER, GROUP, NULL, 0), "Test_Puppet",
                    "users 64321 64321 64321 groups 64322 64322 64322 and");
}

static void roots_agent_is_root(Fixture *f)
{
    gid_t groups[64];
    char expected[1024] = "users 0 0 0 groups 0 0 0 and";
    int count = getgroups(64, groups);

    start_for_all(f);
    for (int i = 0; i < count; i++)
        snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), " %u",
                 groups[i]);
    expect_identity(f, client_connect(f, CLIENT_LINES), "Test_Puppet", expected);
}

static void identities_never_share_an_agent(Fixture *f)
{
    static const gid_t one[] = {64401}, two[] = {64401, 64402}, two_again[] = {64402, 64401};

    start_for_all(f);
    Client *clients[] = {
        client_connect(f, CLIENT_LINES),
        client_connect_as(f, USER, GROUP, one, 1),
        client_connect_as(f, USER, GROUP, two, 2),
        client_connect_as(f, USER, GROUP + 1, one, 1),
        client_connect_as(f, USER + 1, GROUP, one, 1),
    };
    for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
        free(identity_of_provider(f, clients[i], "Test_Puppet"));
        assert_int_equal(agent_count_of(clients[0], "puppet"), (int)i + 1);
    }
    /* A set of groups has no order: this one has an agent. */
    free(identity_of_provider(f, client_connect_as(f, USER, GROUP, two_again, 2), "Test_Puppet"));
    assert_int_equal(agent_count_of(clients[0], "puppet"), (int)ARRAY_SIZE(clients));
}

static void a_named_user_hosts_for_everybody_with_its_own_groups(Fixture *f)
{
    const struct passwd *nobody = getpwnam("nobody");
    gid_t groups[64];
    char expected[1024];
    int count = 64;

    if (nobody == NULL)
        fixture_skip(f, "there is no user 'nobody'");
    registration_write(f, "other", "LIBRARY=%s\nHOSTING=nobody\nCLASS=Test_Other\n",
                       f->puppet_library);
    start_for_all(f);
    assert_true(getgrouplist("nobody", nobody->pw_gid, groups, &count) >= 0);
    snprintf(expected, sizeof(expected), "users %u %u %u groups %u %u %u and", nobody->pw_uid,
             nobody->pw_uid, nobody->pw_uid, nobody->pw_gid, nobody->pw_gid, nobody->pw_gid);
    for (int i = 0; i < count; i++)
        snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), " %u",
                 groups[i]);
    Client *root = client_connect(f, CLIENT_LINES);
    expect_identity(f, root, "Test_Other", expected);
    expect_identity(f, client_connect_as(f, USER, GROUP, NULL, 0), "Test_Other", expected);
    assert_int_equal(agent_count_of(root, "other"), 1);
}

static void an_agent_of_another_user_dies_with_the_server_even_if_it_can_not_read(Fixture *f)
{
    start_for_all(f);
    Client *client = client_connect_as(f, USER, GROUP, NULL, 0);
    (void)ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    pid_t agent = agent_pid_of(client, "puppet");

    puppet_tell(puppet, "hang");
    process_stop(agent);
    daemon_signal(f, SIGKILL); /* the death signal was asked for after the change of identity */
    daemon_wait_exit(f, DAEMON_KILLED + SIGKILL);
    WAIT_UNTIL(process_is_gone(agent), "the agent of another user to end");
    client_hang_up(client);
    assert_int_equal(unlink(f->socket), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_agent_has_the_uid_gid_and_groups_of_its_client),
        TEST(groups_that_the_client_dropped_do_not_come_back),
        TEST(roots_agent_is_root),
        TEST(identities_never_share_an_agent),
        TEST(a_named_user_hosts_for_everybody_with_its_own_groups),
        TEST(an_agent_of_another_user_dies_with_the_server_even_if_it_can_not_read),
    };

    return RUN_TESTS("identity", tests);
}
