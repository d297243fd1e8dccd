/*
 * Limits of an agent: what a provider takes beyond them fails in the provider, or ends it with the
 * name of the limit. What needs root, or a cgroup that can be divided, is skipped where that is
 * missing, and says so.
 */
#include "tests/support/fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* Test_Puppet.Run "a" of @client, in the provider. */
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

/* What the puppet answers to one command, in an agent of a daemon that runs. */
static void expect_answer(Fixture *f, const char *command, const char *answer)
{
    Client *client = client_connect(f, CLIENT_LINES);
    long id;
    Puppet *puppet = begin(f, client, &id);

    puppet_do(puppet, command, answer);
    finish(client, id, puppet);
}

static void an_agent_has_the_descriptors_that_the_configuration_says(Fixture *f)
{
    daemon_start(f, "agentDescriptors=100", NULL);
    expect_answer(f, "limit descriptors", "100 100");
}

static void a_registration_says_more_than_the_configuration(Fixture *f)
{
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nDESCRIPTORS=200\nCPUTIME=90\n",
                       f->puppet_library);
    daemon_start(f, "agentDescriptors=100", NULL);
    expect_answer(f, "limit descriptors", "200 200");
    expect_answer(f, "limit cpu", "90 95");
}

static void without_more_words_an_agent_has_1024_descriptors_and_no_cores(Fixture *f)
{
    daemon_start(f, NULL);
    expect_answer(f, "limit descriptors", "1024 1024");
    expect_answer(f, "limit core", "0 0");
    expect_answer(f, "limit cpu", "-1 -1");
}

static void who_opens_too_much_can_open_no_more_and_goes_on(Fixture *f)
{
    daemon_start(f, "agentDescriptors=100", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id;
    Puppet *puppet = begin(f, client, &id);
    long count = strtol(puppet_ask(puppet, "open 1000"), NULL, 10);

    assert_true(count > 50 && count < 100);
    finish(client, id, puppet);
}

static void who_wants_more_memory_than_allowed_gets_none(Fixture *f)
{
    if (SANITIZED)
        fixture_skip(f, "a sanitizer takes terabytes: no limit of memory goes with it");
    daemon_start(f, "agentMemory=96M", "cgroup=none", NULL);
    expect_answer(f, "limit data", "100663296 100663296");
    expect_answer(f, "eat 16", "fed");
    expect_answer(f, "eat 128", "hungry");
}

static void a_user_has_as_many_processes_as_allowed(Fixture *f)
{
    const uid_t user = 61000 + (uid_t)(getpid() % 3000); /* whose processes nobody else counts */

    if (geteuid() != 0)
        fixture_skip(f, "only root can be a user without processes");
    daemon_start(f, "agentProcesses=40", "cgroup=none", NULL);
    assert_int_equal(chmod(f->folder, 0755), 0);
    assert_int_equal(chmod(f->socket, 0666), 0);
    Client *client = client_connect_as(f, user, user, NULL, 0);
    long id;
    Puppet *puppet = begin(f, client, &id);
    long count = strtol(puppet_ask(puppet, "breed 100"), NULL, 10);

    assert_true(count > 10 && count < 40);
    finish(client, id, puppet);
}

static void who_uses_up_its_cpu_time_is_ended_by_the_name_of_the_limit(Fixture *f)
{
    daemon_start(f, "agentCpuTime=1s", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id;
    Puppet *puppet = begin(f, client, &id);

    puppet_tell(puppet, "burn");
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "SIGXCPU");
    expect_contains(json_text(error, "message"), "over 'agentCpuTime' (1000 ms)");
}

/* Cgroups. */

/* A cgroup of the test's own, that a daemon may divide. Skips where there can be none. */
static const char *make_cgroup(Fixture *f, char path[256])
{
    static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
    static unsigned count;

    count++;

    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        char file[256];
        snprintf(file, sizeof(file), "%s/cgroup.controllers", places[i]);
        snprintf(path, 256, "%s/mihost-test-%d-%u", places[i], (int)getpid(), count);
        if (access(file, F_OK) == 0 && mkdir(path, 0755) == 0)
            return path;
    }
    fixture_skip(f, "no cgroup (version 2) can be made here");
}

/* Removes it, when all in it has ended. */
static void remove_cgroup(const char *path)
{
    WAIT_UNTIL(rmdir(path) == 0 || errno == ENOENT, "the cgroup '%s' to be empty", path);
}

static void start_in_cgroup(Fixture *f, const char *path, const char *setting)
{
    char key[300];

    snprintf(key, sizeof(key), "cgroup=%s", path);
    daemon_start(f, key, setting, NULL);
}

static bool file_says(const char *path, const char *text)
{
    char found[4096] = "";
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return false;
    found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
    fclose(file);
    return strstr(found, text) != NULL;
}

static void each_agent_has_a_cgroup_that_goes_with_it(Fixture *f)
{
    char path[256], leaf[300], file[64];

    make_cgroup(f, path);
    start_in_cgroup(f, path, "idle=60s");
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)agent_pid_of(client, "sample"));
    assert_true(file_says(file, strrchr(path, '/')) && file_says(file, "/agent-1\n"));
    snprintf(leaf, sizeof(leaf), "%s/agent-1", path);
    assert_int_equal(access(leaf, F_OK), 0);
    daemon_stop(f);
    assert_int_equal(access(leaf, F_OK), -1);
    remove_cgroup(path);
}

static void what_escaped_from_its_agent_ends_with_it(Fixture *f)
{
    char path[256];
    long id;

    make_cgroup(f, path);
    start_in_cgroup(f, path, "idle=60s");
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    pid_t escaped = atoi(puppet_ask(puppet, "escape"));
    assert_true(escaped > 0);
    puppet_tell(puppet, "crash");
    (void)expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    WAIT_UNTIL(process_is_gone(escaped), "the child that has left its group to end");
    daemon_stop(f);
    remove_cgroup(path);
}

static void what_a_server_left_behind_is_ended_by_the_next_one(Fixture *f)
{
    char path[256];
    long id;

    make_cgroup(f, path);
    start_in_cgroup(f, path, "idle=60s");
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    pid_t escaped = atoi(puppet_ask(puppet, "escape"));
    daemon_signal(f, SIGKILL);
    daemon_wait_exit(f, DAEMON_KILLED + SIGKILL);
    client_hang_up(client);
    puppet_expect_gone(puppet);
    assert_false(process_is_gone(escaped));
    start_in_cgroup(f, path, "idle=60s");
    WAIT_UNTIL(process_is_gone(escaped), "what the first server left to end");
    daemon_stop(f);
    remove_cgroup(path);
}

static void two_servers_do_not_share_a_cgroup(Fixture *f)
{
    char path[256], key[300];

    make_cgroup(f, path);
    start_in_cgroup(f, path, "idle=60s");
    Daemon first = f->daemon;
    f->daemon.pid = 0;
    snprintf(key, sizeof(key), "cgroup=%s", path);
    daemon_spawn(f, "--set", key, NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "another server does");
    f->daemon = first;
    daemon_stop(f);
    remove_cgroup(path);
}

static void a_cgroup_that_is_not_there_is_named(Fixture *f)
{
    daemon_spawn(f, "--set", "cgroup=/nowhere/cgroup", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "cannot use the cgroup '/nowhere/cgroup': No such file or directory");
}

static void who_is_over_the_memory_of_its_cgroup_is_ended_by_the_name_of_the_limit(Fixture *f)
{
    char path[256], file[300];
    long id;

    make_cgroup(f, path);
    snprintf(file, sizeof(file), "%s/cgroup.controllers", path);
    if (!file_says(file, "memory")) {
        remove_cgroup(path);
        fixture_skip(f, "the controller of memory is not there for cgroups of version 2");
    }
    start_in_cgroup(f, path, "agentMemory=96M");
    Client *client = client_connect(f, CLIENT_LINES);
    Puppet *puppet = begin(f, client, &id);
    puppet_tell(puppet, "eat 512");
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "over 'agentMemory' (100663296 bytes)");
    daemon_stop(f);
    remove_cgroup(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_agent_has_the_descriptors_that_the_configuration_says),
        TEST(a_registration_says_more_than_the_configuration),
        TEST(without_more_words_an_agent_has_1024_descriptors_and_no_cores),
        TEST(who_opens_too_much_can_open_no_more_and_goes_on),
        TEST(who_wants_more_memory_than_allowed_gets_none),
        TEST(a_user_has_as_many_processes_as_allowed),
        TEST(who_uses_up_its_cpu_time_is_ended_by_the_name_of_the_limit),
        TEST(each_agent_has_a_cgroup_that_goes_with_it),
        TEST(what_escaped_from_its_agent_ends_with_it),
        TEST(what_a_server_left_behind_is_ended_by_the_next_one),
        TEST(two_servers_do_not_share_a_cgroup),
        TEST(a_cgroup_that_is_not_there_is_named),
        TEST(who_is_over_the_memory_of_its_cgroup_is_ended_by_the_name_of_the_limit),
    };

    return RUN_TESTS("limits", tests);
}
