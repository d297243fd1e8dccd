/*
 * Identity: run by root, an agent is exactly whom the kernel says its client is, or the user that
 * the registration names; it can never be anybody else, and nothing of the server's is around it.
 * Only root can test it: everybody else skips, and says so.
 */
#include "tests/support/fixture.h"
#include "tests/support/users.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

/* Real users. */

/* A registration of Test_Other for the user @name. */
static void register_for(Fixture *f, const char *name, const char *more)
{
    registration_write(f, "other", "LIBRARY=%s\nHOSTING=%s\n%sCLASS=Test_Other\n",
                       f->puppet_library, name, more);
}

/* Who the user database says that @name is, as the puppet says it. */
static const char *identity_of_user(const char *name)
{
    static char text[1024];
    const struct passwd *user = getpwnam(name);
    gid_t groups[64];
    int count = 64, used;

    if (user == NULL)
        test_failed("there is no user '%s'", name);
    assert_true(getgrouplist(name, user->pw_gid, groups, &count) >= 0);
    used = snprintf(text, sizeof(text), "users %u %u %u groups %u %u %u and", user->pw_uid,
                    user->pw_uid, user->pw_uid, user->pw_gid, user->pw_gid, user->pw_gid);
    for (int low = 0; low < count; low++) /* in their order */
        for (int i = low + 1; i < count; i++)
            if (groups[i] < groups[low]) {
                gid_t swap = groups[i];
                groups[i] = groups[low];
                groups[low] = swap;
            }
    for (int i = 0; i < count; i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, " %u", groups[i]);
    return text;
}

static void need_root(Fixture *f)
{
    if (geteuid() != 0)
        fixture_skip(f, "only root can make users, and be somebody else");
}

static void a_named_user_is_hosted_with_the_groups_of_its_login(Fixture *f)
{
    char user[USERS_MAX_NAME], group[USERS_MAX_NAME];

    need_root(f);
    users_make_user(user);
    users_make_group(group);
    users_join(user, group);
    register_for(f, user, "");
    start_for_all(f);
    expect_identity(f, client_connect(f, CLIENT_LINES), "Test_Other", identity_of_user(user));
}

static void a_user_that_connects_is_hosted_as_itself(Fixture *f)
{
    char user[USERS_MAX_NAME];
    const struct passwd *entry;

    need_root(f);
    users_make_user(user);
    start_for_all(f);
    entry = getpwnam(user);
    assert_non_null(entry);
    Client *client = client_connect_as(f, entry->pw_uid, entry->pw_gid, &entry->pw_gid, 1);
    expect_identity(f, client, "Test_Puppet", identity_of_user(user));
}

static void a_group_that_a_user_has_joined_is_there_after_a_reload(Fixture *f)
{
    char user[USERS_MAX_NAME], group[USERS_MAX_NAME], before[1024];

    need_root(f);
    users_make_user(user);
    users_make_group(group);
    snprintf(before, sizeof(before), "%s", identity_of_user(user));
    register_for(f, user, "");
    start_for_all(f);
    Client *client = client_connect(f, CLIENT_LINES);
    expect_identity(f, client, "Test_Other", before);
    users_join(user, group);
    expect_identity(f, client, "Test_Other", before); /* nobody asks while serving */
    (void)expect_result(client, client_request(client, "host/reload", "{}"));
    assert_string_not_equal(identity_of_user(user), before);
    expect_identity(f, client, "Test_Other", identity_of_user(user));
}

static void a_user_that_is_gone_is_named_and_what_runs_goes_on(Fixture *f)
{
    char user[USERS_MAX_NAME], before[1024], text[128];

    need_root(f);
    users_make_user(user);
    snprintf(before, sizeof(before), "%s", identity_of_user(user));
    register_for(f, user, "");
    start_for_all(f);
    Client *client = client_connect(f, CLIENT_LINES);
    users_remove(user);
    const cJSON *reloaded = expect_result(client, client_request(client, "host/reload", "{}"));
    snprintf(text, sizeof(text), "HOSTING: there is no user '%s'", user);
    expect_contains(json_text(reloaded, "errors.0.message"), text);
    assert_int_equal((int)json_number(reloaded, "errors.0.line"), 2);
    expect_identity(f, client, "Test_Other", before);
}

static void a_user_that_never_was_is_named_and_harms_no_other_registration(Fixture *f)
{
    register_for(f, "nobody-of-this-name", "");
    daemon_start(f, NULL);
    daemon_log_contains(f, "other.reg:2: HOSTING: there is no user 'nobody-of-this-name'");
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

/* What is around an agent. */

/* Test_Puppet of a client that is USER; the caller finishes it. */
static Puppet *begin_as_user(Fixture *f, Client **client, long *id)
{
    *client = client_connect_as(f, USER, GROUP, NULL, 0);
    *id = ask_run(*client, "a");
    return gate_await(f->gate, "invoke a");
}

static void finish(Client *client, long id, Puppet *puppet)
{
    puppet_finish(puppet, "result 0");
    (void)expect_result(client, id);
}

static void an_agent_can_not_be_more_than_it_is(Fixture *f)
{
    static const char none[] = "0000000000000000";
    Client *client;
    long id;

    start_for_all(f);
    Puppet *puppet = begin_as_user(f, &client, &id);
    puppet_do(puppet, "field NoNewPrivs", "1");
    puppet_do(puppet, "field CapInh", none);
    puppet_do(puppet, "field CapPrm", none);
    puppet_do(puppet, "field CapEff", none);
    puppet_do(puppet, "field CapBnd", none);
    puppet_do(puppet, "field CapAmb", none);
    puppet_do(puppet, "regain", "still 64321");
    finish(client, id, puppet);
}

static void what_a_root_hosted_provider_starts_gains_nothing_either(Fixture *f)
{
    long id;

    start_for_all(f);
    Client *client = client_connect(f, CLIENT_LINES);
    id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "field NoNewPrivs", "1");
    finish(client, id, puppet);
}

/* A copy of id(1) that is root's, and runs as root whoever starts it. */
static void make_set_user_id_program(Fixture *f, char command[256])
{
    char path[128];

    snprintf(path, sizeof(path), "%s/id", f->folder);
    fixture_copy("/usr/bin/id", path);
    assert_int_equal(chmod(path, 04755), 0);
    snprintf(command, 256, "run %s -u", path);
}

static void a_set_user_id_program_is_no_way_to_root(Fixture *f)
{
    char command[256];
    Client *client;
    long id;

    need_root(f);
    make_set_user_id_program(f, command);
    start_for_all(f);
    Puppet *puppet = begin_as_user(f, &client, &id);
    puppet_do(puppet, command, "64321");
    finish(client, id, puppet);
}

static void a_registration_can_leave_the_way_of_set_user_id_programs_open(Fixture *f)
{
    struct statvfs system;
    char command[256];
    Client *client;
    long id;

    need_root(f);
    make_set_user_id_program(f, command);
    registration_write(f, "puppet", "LIBRARY=%s\nNEWPRIVILEGES=yes\nCLASS=Test_Puppet\n",
                       f->puppet_library);
    start_for_all(f);
    Puppet *puppet = begin_as_user(f, &client, &id);
    puppet_do(puppet, "field NoNewPrivs", "0");
    puppet_do(puppet, "field CapEff", "0000000000000000");
    puppet_do(puppet, "regain", "still 64321");
    assert_int_equal(statvfs(f->folder, &system), 0);
    if ((system.f_flag & ST_NOSUID) == 0)
        puppet_do(puppet, command, "0");
    finish(client, id, puppet);
}

static void nothing_of_the_server_is_around_an_agent(Fixture *f)
{
    Client *client;
    sigset_t blocked, before;
    long id;

    need_root(f);
    assert_int_equal(setenv("MIHOST_TEST_SECRET", "of the server", 1), 0);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR2);
    (void)signal(SIGUSR1, SIG_IGN);
    (void)sigprocmask(SIG_BLOCK, &blocked, &before);
    start_for_all(f);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    (void)signal(SIGUSR1, SIG_DFL);
    (void)unsetenv("MIHOST_TEST_SECRET");

    Puppet *puppet = begin_as_user(f, &client, &id);
    const char *environment = puppet_ask(puppet, "environment");
    assert_int_equal(strncmp(environment, "PATH=/", 6), 0);
    expect_contains(environment, " LANG=C.UTF-8");
    assert_null(strstr(environment, "SECRET"));
    assert_null(strstr(environment, "HOME="));
    puppet_do(puppet, "folder", "/");
    puppet_do(puppet, "field Umask", "0077");
    puppet_do(puppet, "field SigBlk", "0000000000000000");
    unsigned long ignored = strtoul(puppet_ask(puppet, "field SigIgn"), NULL, 16);
    /* The two behind SIGSYS are the C library's own, and not to be had. */
    assert_int_equal(ignored & ~(3UL << 31), 0);
    assert_true(strtol(puppet_ask(puppet, "oom"), NULL, 10) >= 200);
    puppet_do(puppet, "write-to-nobody", "EPIPE");
    ignored = strtoul(puppet_ask(puppet, "run sed -n s/SigIgn://p /proc/self/status"), NULL, 16);
    assert_int_equal(ignored & ~(3UL << 31), 0);
    puppet_do(puppet, "run echo aloud > /dev/stderr && echo written", "written");
    daemon_log_contains(f, "(puppet, uid 64321): aloud");
    /* Input, outputs, the way to the server; what comes behind is the agent's, or the gate. */
    const char *descriptors = puppet_ask(puppet, "descriptors");
    assert_int_equal(strncmp(descriptors, "0:device 1:pipe 2:pipe 3:socket", 31), 0);
    finish(client, id, puppet);
}

static void a_library_that_its_user_can_not_read_is_named_with_the_user(Fixture *f)
{
    const char *path = fixture_write(f, "libclosed.so", "no library");

    assert_int_equal(chmod(path, 0600), 0);
    registration_write(f, "closed", "LIBRARY=%s\nCLASS=Test_Closed\n", path);
    start_for_all(f);
    Client *client = client_connect_as(f, USER, GROUP, NULL, 0);
    const cJSON *error = expect_error(client, ask_enumerate(client, "Test_Closed", ""), CODE_FAILED,
                                      "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"),
                    "/libclosed.so': cannot open shared object file: Permission denied: let uid "
                    "64321 read it");
}

static void the_list_of_processes_names_provider_and_identity(Fixture *f)
{
    char path[64], text[256] = "";
    Client *client;
    FILE *file;
    long id;

    start_for_all(f);
    Puppet *puppet = begin_as_user(f, &client, &id);
    snprintf(path, sizeof(path), "/proc/%s/cmdline", puppet_ask(puppet, "pid"));
    file = fopen(path, "re");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, "mihost-agent");
    assert_string_equal(text + strlen("mihost-agent") + 1, "puppet");
    assert_string_equal(text + strlen("mihost-agent") + strlen("puppet") + 2, "uid=64321");
    finish(client, id, puppet);
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
        TEST(a_named_user_is_hosted_with_the_groups_of_its_login),
        TEST(a_user_that_connects_is_hosted_as_itself),
        TEST(a_group_that_a_user_has_joined_is_there_after_a_reload),
        TEST(a_user_that_is_gone_is_named_and_what_runs_goes_on),
        TEST(a_user_that_never_was_is_named_and_harms_no_other_registration),
        TEST(an_agent_can_not_be_more_than_it_is),
        TEST(what_a_root_hosted_provider_starts_gains_nothing_either),
        TEST(a_set_user_id_program_is_no_way_to_root),
        TEST(a_registration_can_leave_the_way_of_set_user_id_programs_open),
        TEST(nothing_of_the_server_is_around_an_agent),
        TEST(a_library_that_its_user_can_not_read_is_named_with_the_user),
        TEST(the_list_of_processes_names_provider_and_identity),
    };
    int failed = RUN_TESTS("identity", tests);

    users_remove_all();
    return failed;
}
