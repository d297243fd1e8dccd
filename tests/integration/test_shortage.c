/*
 * What the daemon does when the machine has nothing more to give: descriptors, processes, the
 * rights of root. What runs goes on; who can't be served is told what is missing; and when it is
 * there again, so is the daemon.
 */
#include "tests/support/fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Sets a limit of the daemon. It takes its own user: being root may not be enough. */
static void set_limit(Fixture *f, __rlimit_resource_t resource, const struct rlimit *limit)
{
    uid_t user = f->daemon.user;
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(
            (user == 0 || (setresgid(user, user, user) == 0 && setresuid(user, user, user) == 0)) &&
                    prlimit(f->daemon.pid, resource, limit, NULL) == 0
                ? 0
                : 1);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        test_failed("cannot set a limit of the daemon");
}

/* Lets the daemon have at most @count of @resource; what it may ever have stays. Returns how it
 * was, which is the test's own. */
static struct rlimit limit_daemon(Fixture *f, __rlimit_resource_t resource, rlim_t count)
{
    struct rlimit before, now;

    if (getrlimit(resource, &before) < 0)
        test_failed("getrlimit: %s", strerror(errno));
    now = (struct rlimit){count, before.rlim_max};
    set_limit(f, resource, &now);
    return before;
}

/* A limit of descriptors that leaves the daemon none: the numbers below it are all in use. */
static rlim_t descriptors_of_daemon(Fixture *f)
{
    char path[64];
    rlim_t first_free = 0;

    do
        snprintf(path, sizeof(path), "/proc/%d/fd/%lu", (int)f->daemon.pid,
                 (unsigned long)first_free);
    while (access(path, F_OK) == 0 && ++first_free > 0);
    return first_free;
}

static void without_descriptors_it_serves_whom_it_has_and_the_others_later(Fixture *f)
{
    daemon_start(f, NULL);
    Client *first = client_connect(f, CLIENT_LINES);
    long id = ask_run(first, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    struct rlimit before = limit_daemon(f, RLIMIT_NOFILE, descriptors_of_daemon(f));

    Client *second =
        client_connect(f, CLIENT_LINES); /* taken by the kernel, and not by the daemon */
    long ping = client_request(second, "host/info", "{}");
    daemon_log_contains(f, "accepting no more clients for now: Too many open files");
    const cJSON *error = expect_error(first, ask_enumerate(first, "Test_Sample", ""), CODE_FAILED,
                                      "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "cannot start an agent for provider 'sample'");
    expect_contains(json_text(error, "message"), "too many open files");
    puppet_finish(puppet, "result 0");
    (void)expect_result(first, id);
    assert_false(response_came(second, ping));

    set_limit(f, RLIMIT_NOFILE, &before);
    (void)expect_result(second, ping);
    daemon_log_contains(f, "accepting clients again");
    (void)expect_result(first, ask_enumerate(first, "Test_Sample", ""));
    assert_int_equal(daemon_log_count(f, "accepting no more clients for now"), 1);
}

static long ask_other(Client *client)
{
    return ask_invoke(client, "Test_Other", "Run", "'Name':'b'", "");
}

static void expect_other_served(Fixture *f, Client *client)
{
    long id = ask_other(client);

    puppet_finish(gate_await(f->gate, "invoke b"), "result 0");
    (void)expect_result(client, id);
}

/* Root may have as many processes as it likes. */
static void start_as_somebody(Fixture *f)
{
    registration_write(f, "other", "LIBRARY=%s\nCLASS=Test_Other\n", f->puppet_library);
    if (geteuid() == 0)
        daemon_be_somebody(f);
    daemon_start(f, NULL);
}

static Client *connect_as_somebody(Fixture *f)
{
    uid_t user = f->daemon.user;

    return user == 0 ? client_connect(f, CLIENT_LINES) : client_connect_as(f, user, user, NULL, 0);
}

static void without_processes_a_request_is_told_and_what_runs_goes_on(Fixture *f)
{
    if (geteuid() != 0)
        fixture_skip(f, "only root can be a user without processes");
    start_as_somebody(f);
    Client *client = connect_as_somebody(f);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    struct rlimit before = limit_daemon(f, RLIMIT_NPROC, 1);

    const cJSON *error = expect_error(client, ask_other(client), CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "cannot start an agent for provider 'other'");
    expect_contains(json_text(error, "message"), "as many processes are running as may");
    puppet_finish(puppet, "result 0");
    (void)expect_result(client, id);
    set_limit(f, RLIMIT_NPROC, &before);
    expect_other_served(f, client);
}

static void without_root_it_hosts_for_its_own_user_alone_and_says_so(Fixture *f)
{
    static const gid_t groups[] = {64401};
    char expected[128];

    if (geteuid() != 0)
        fixture_skip(f, "only root can be somebody else");
    start_as_somebody(f);
    snprintf(expected, sizeof(expected), "providers are hosted for uid %u alone", f->daemon.user);
    daemon_log_contains(f, expected);
    /* One of its own user, with groups that it can't give: what is shown is what the agent is. */
    Client *client = client_connect_as(f, f->daemon.user, f->daemon.user, groups, 1);
    expect_other_served(f, client);
    Client *other = connect_as_somebody(f);
    expect_other_served(f, other);
    const cJSON *status = expect_result(client, client_request(client, "host/status", "{}"));
    assert_int_equal(json_count(status, "agents"), 1);
    expect_json(status, "agents.0.identity.groups", "[]");
    /* Whoever else may connect gets no agent. */
    assert_int_equal(chmod(f->folder, 0755), 0);
    assert_int_equal(chmod(f->socket, 0666), 0);
    Client *root = client_connect(f, CLIENT_LINES);
    const cJSON *error =
        expect_error(root, ask_other(root), CODE_FAILED, "MI_RESULT_ACCESS_DENIED");
    expect_contains(json_text(error, "message"), "it can host providers as uid");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(without_descriptors_it_serves_whom_it_has_and_the_others_later),
        TEST(without_processes_a_request_is_told_and_what_runs_goes_on),
        TEST(without_root_it_hosts_for_its_own_user_alone_and_says_so),
    };

    return RUN_TESTS("shortage", tests);
}
