/*
 * The daemon as its administrator meets it: start, configuration, status, stop, and what becomes of
 * its agents.
 */
#include "tests/support/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Starts a second daemon on the same socket, waits for its end, and goes on with the first. */
static void expect_second_daemon_refused(Fixture *f)
{
    Daemon first = f->daemon;

    f->daemon.pid = 0;
    daemon_spawn(f, NULL);
    daemon_wait_exit(f, DAEMON_SOCKET_IN_USE);
    f->daemon = first;
}

static void the_socket_has_the_mode_that_was_asked_for(Fixture *f)
{
    struct stat status;

    daemon_start(f, "socketMode=0600", NULL);
    assert_int_equal(stat(f->socket, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    /* ThreadSanitizer can lose a signal that comes before the first turn of the loop. */
    expect_served(client_connect(f, CLIENT_LINES));
}

static void a_live_server_keeps_its_socket(Fixture *f)
{
    daemon_start(f, NULL);
    expect_second_daemon_refused(f);
    daemon_log_contains(f, f->socket);
    expect_served(client_connect(f, CLIENT_LINES));
}

static void a_socket_that_a_dead_server_left_is_taken_over(Fixture *f)
{
    daemon_start(f, NULL);
    daemon_signal(f, SIGKILL);
    daemon_wait_exit(f, DAEMON_KILLED + SIGKILL);
    assert_int_equal(access(f->socket, F_OK), 0);
    daemon_start(f, NULL);
    expect_served(client_connect(f, CLIENT_LINES));
}

static void a_file_that_is_no_socket_is_left_alone(Fixture *f)
{
    fixture_write(f, "socket", "precious");
    daemon_spawn(f, NULL);
    daemon_wait_exit(f, DAEMON_SOCKET_IN_USE);
    assert_int_equal(access(f->socket, F_OK), 0);
    daemon_log_contains(f, f->socket);
    assert_int_equal(unlink(f->socket), 0);
}

static void the_configuration_file_says_it_all(Fixture *f)
{
    const char *agent = getenv("MIHOST_AGENT");
    const char *path = fixture_write(f, "mihostd.conf",
                                     "# a comment\n\nsocket = %s\nregistrations=%s\nproviders=%s\n"
                                     "agent=%s\nlogLevel=debug\nwindow=12K\n",
                                     f->socket, f->registrations, TEST_PROVIDERS,
                                     agent == NULL ? MIHOST_AGENT_PROGRAM : agent);

    daemon_spawn_bare(f, "--config", path, NULL);
    daemon_expect_listening(f);
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    expect_json(expect_result(client, client_request(client, "host/info", "{}")), "limits.window",
                "12288");
}

static void a_mistake_in_the_configuration_is_named_with_its_line(Fixture *f)
{
    static const struct {
        const char *text, *named;
    } cases[] = {
        {"# one\nwindow=64K\ncolour=blue\n", ":3: unknown key 'colour'"},
        {"window=a lot\n", ":1: 'window'"},
        {"\ngrace=-1\n", ":2: 'grace'"},
        {"maxClients=0\n", ":1: 'maxClients'"},
        {"logLevel=loud\n", ":1: 'logLevel'"},
        {"window\n", ":1: "},
    };
    char expected[256];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *path = fixture_write(f, "mihostd.conf", "%s", cases[i].text);
        daemon_spawn_bare(f, "--config", path, NULL);
        daemon_wait_exit(f, DAEMON_MISUSED);
        snprintf(expected, sizeof(expected), "%s%s", path, cases[i].named);
        daemon_log_contains(f, expected);
    }
}

static void a_mistake_on_the_command_line_is_named(Fixture *f)
{
    daemon_spawn_bare(f, "--config", "/nowhere/mihostd.conf", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "/nowhere/mihostd.conf");
    daemon_spawn_bare(f, "--colour", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "colour");
    daemon_spawn(f, "--set", "shape=round", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "shape");
    daemon_spawn(f, "--log-level", "silent", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "silent");
    daemon_spawn(f, "straggler", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "straggler");
}

static void help_and_version_are_no_start(Fixture *f)
{
    daemon_spawn_bare(f, "--help", NULL);
    daemon_wait_exit(f, DAEMON_STOPPED);
    daemon_log_contains(f, "--registrations");
    daemon_spawn_bare(f, "--version", NULL);
    daemon_wait_exit(f, DAEMON_STOPPED);
    daemon_log_contains(f, "mihost");
}

static void a_check_says_what_is_wrong_and_starts_nothing(Fixture *f)
{
    daemon_spawn(f, "--check", NULL);
    daemon_wait_exit(f, DAEMON_STOPPED);
    registration_write(f, "broken", "LIBRARY=sample\nSHAPE=round\nCLASS=Test_Other\n");
    daemon_spawn(f, "--check", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "broken.reg:2: ");
    assert_int_equal(access(f->socket, F_OK), -1);
}

static void a_check_names_a_library_and_a_program_that_are_not_there(Fixture *f)
{
    char expected[512];

    registration_write(f, "lost", "LIBRARY=/nowhere/liblost.so\nCLASS=Test_Other\n");
    daemon_spawn(f, "--check", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    snprintf(expected, sizeof(expected),
             "lost.reg: cannot open the provider library '/nowhere/liblost.so'");
    daemon_log_contains(f, expected);
    registration_write(f, "lost", "LIBRARY=%s\nCLASS=Test_Other\n", f->folder);
    daemon_spawn(f, "--check", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    snprintf(expected, sizeof(expected), "'%s' is no regular file", f->folder);
    daemon_log_contains(f, expected);
    registration_remove(f, "lost");
    daemon_spawn(f, "--check", "--agent", "/nowhere/mihost-agent", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "'agent': cannot open '/nowhere/mihost-agent'");
    daemon_spawn(f, "--check", "--agent", f->folder, NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "is no regular file: no provider can run");
}

/* It may be there when it is wanted: no reason not to start. */
static void a_start_without_the_agents_program_is_warned_of(Fixture *f)
{
    char path[256];

    fixture_write(f, "program", "not to be run");
    snprintf(path, sizeof(path), "%s/program", f->folder);
    assert_int_equal(chmod(path, 0600), 0);
    daemon_spawn(f, "--agent", path, NULL);
    daemon_expect_listening(f);
    daemon_log_contains(f, ": Permission denied: no provider can run");
}

/* Status. */

static void host_info_says_who_and_what(Fixture *f)
{
    daemon_start(f, "maxMessage=2K", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *info = expect_result(client, client_request(client, "host/info", "{}"));

    expect_json(info, "name", "'mihost'");
    expect_json(info, "protocol", "1");
    expect_json(info, "limits.maxMessage", "2048");
    assert_true(strlen(json_text(info, "version")) > 0);
}

/* Waits until host/status shows its first operation in @state. */
static void expect_state(Client *client, const char *state)
{
    const cJSON *host;

    WAIT_UNTIL((host = expect_result(client, client_request(client, "host/status", "{}")),
                strcmp(json_text(host, "operations.0.state"), state) == 0),
               "an operation that is '%s'", state);
}

static void host_status_shows_agents_and_operations(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *host = expect_result(client, client_request(client, "host/status", "{}"));
    assert_int_equal(json_count(host, "agents"), 0);
    assert_int_equal(json_count(host, "operations"), 0);

    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    expect_state(client, "running"); /* the provider may be faster than the news of it */
    host = expect_result(client, client_request(client, "host/status", "{}"));
    assert_int_equal(json_count(host, "agents"), 1);
    assert_int_equal(json_count(host, "operations"), 1);
    expect_json(host, "agents.0.provider", "'puppet'");
    expect_json(host, "agents.0.operations", "1");
    assert_int_equal((int)json_number(host, "agents.0.pid"), atoi(puppet_ask(puppet, "pid")));
    assert_int_equal((uid_t)json_number(host, "agents.0.identity.uid"), getuid());
    expect_json(host, "operations.0.method", "'mi/invoke'");
    expect_json(host, "operations.0.class", "'Test_Puppet'");
    assert_int_equal((uid_t)json_number(host, "operations.0.uid"), getuid());
    assert_true(json_number(host, "operations.0.ageMs") >= 0);
    assert_true(strtoul(json_text(host, "operations.0.operation"), NULL, 10) > 0);

    client_cancel(client, id, NULL);
    host = expect_result(client, client_request(client, "host/status", "{}"));
    expect_json(host, "operations.0.state", "'canceling'");
    puppet_await_canceled(puppet);
    puppet_do(puppet, "result 0", "0");
    (void)expect_canceled(client, id, "none");
    puppet_return(puppet);
    expect_operations(client, 0);
    expect_json(expect_result(client, client_request(client, "host/status", "{}")),
                "agents.0.operations", "0");
}

/* Agents. */

static void an_agent_bears_the_name_of_its_provider(Fixture *f)
{
    char path[64], text[512];
    ssize_t size;
    int fd;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)agent_pid_of(client, "sample"));
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    size = read(fd, text, sizeof(text) - 1);
    close(fd);
    assert_true(size > 0);
    for (ssize_t i = 0; i < size; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    text[size] = '\0';
    expect_contains(text, "sample");
}

static void one_agent_serves_all_requests_of_an_identity(Fixture *f)
{
    daemon_start(f, NULL);
    Client *first = client_connect(f, CLIENT_LINES), *second = client_connect(f, CLIENT_HEADERS);

    (void)expect_result(first, ask_enumerate(first, "Test_Sample", ""));
    pid_t agent = agent_pid_of(first, "sample");
    (void)expect_result(second, ask_enumerate(second, "Test_Many", ""));
    assert_int_equal(agent_pid_of(second, "sample"), agent);
}

static void two_providers_never_share_an_agent(Fixture *f)
{
    registration_write(f, "sample", "LIBRARY=sample\nCLASS=Test_Sample\n");
    registration_write(f, "twin", "LIBRARY=sample\nCLASS=Test_Many\n");
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    (void)expect_result(client, ask_enumerate(client, "Test_Many", ""));
    assert_int_not_equal(agent_pid_of(client, "sample"), agent_pid_of(client, "twin"));
}

static void an_idle_agent_is_unloaded_and_stopped(Fixture *f)
{
    fixture_write(f, "gated-load", "%s", "");
    daemon_start(f, "idle=10ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *load = gate_await(f->gate, "load");
    puppet_do(load, "result 0", "0");
    puppet_return(load);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);

    Puppet *unload = gate_await(f->gate, "unload");
    puppet_do(unload, "result 0", "0");
    puppet_return(unload);
    expect_agents(client, "puppet", 0);
}

static void an_agent_with_work_is_not_idle(Fixture *f)
{
    daemon_start(f, "idle=1ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    for (int i = 0; i < 10; i++) {
        (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
        expect_agents(client, "sample", 0);
    }
    puppet_do(puppet, "canceled", "0");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
    expect_agents(client, "puppet", 0);
}

static void more_agents_than_allowed_are_refused_while_none_is_idle(Fixture *f)
{
    daemon_start(f, "maxAgents=1", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    const cJSON *error = expect_error(client, ask_enumerate(client, "Test_Sample", ""), CODE_FAILED,
                                      "MI_RESULT_SERVER_LIMITS_EXCEEDED");

    expect_contains(json_text(error, "message"), "maxAgents");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
    expect_operations(client, 0);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", "")); /* the idle one goes */
}

static void agents_end_when_the_server_is_killed(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    (void)ask_run(client, "a");
    Puppet *hanging = gate_await(f->gate, "invoke a");
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    pid_t busy = agent_pid_of(client, "puppet"), idle = agent_pid_of(client, "sample");

    puppet_tell(hanging, "hang");
    process_stop(idle);
    daemon_signal(f, SIGKILL);
    daemon_wait_exit(f, DAEMON_KILLED + SIGKILL);
    WAIT_UNTIL(process_is_gone(idle), "the agent that was stopped to end");
    WAIT_UNTIL(process_is_gone(busy), "the busy agent to end");
    client_hang_up(client);
    assert_int_equal(unlink(f->socket), 0);
}

static void an_agent_that_crashed_leaves_no_zombie(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    pid_t agent = agent_pid_of(client, "puppet");

    puppet_tell(puppet, "crash");
    (void)expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
    WAIT_UNTIL(kill(agent, 0) < 0 && errno == ESRCH, "the daemon to reap its agent");
}

static void a_program_that_is_no_agent_fails_the_request(Fixture *f)
{
    daemon_spawn(f, "--agent", "/bin/false", NULL);
    daemon_expect_listening(f);
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_error(client, ask_enumerate(client, "Test_Sample", ""), CODE_FAILED,
                       "MI_RESULT_FAILED");
    expect_served(client);
}

static void an_agent_program_that_is_missing_fails_the_request_by_name(Fixture *f)
{
    daemon_spawn(f, "--agent", "/nowhere/mihost-agent", NULL);
    daemon_expect_listening(f);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask_enumerate(client, "Test_Sample", ""), CODE_FAILED,
                                      "MI_RESULT_FAILED");

    expect_contains(json_text(error, "message"), "/nowhere/mihost-agent");
}

static void a_stop_without_work_is_at_once(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    daemon_stop(f);
    client_expect_end(client);
    assert_int_equal(access(f->socket, F_OK), -1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(the_socket_has_the_mode_that_was_asked_for),
        TEST(a_live_server_keeps_its_socket),
        TEST(a_socket_that_a_dead_server_left_is_taken_over),
        TEST(a_file_that_is_no_socket_is_left_alone),
        TEST(the_configuration_file_says_it_all),
        TEST(a_mistake_in_the_configuration_is_named_with_its_line),
        TEST(a_mistake_on_the_command_line_is_named),
        TEST(help_and_version_are_no_start),
        TEST(a_check_says_what_is_wrong_and_starts_nothing),
        TEST(a_check_names_a_library_and_a_program_that_are_not_there),
        TEST(a_start_without_the_agents_program_is_warned_of),
        TEST(host_info_says_who_and_what),
        TEST(host_status_shows_agents_and_operations),
        TEST(an_agent_bears_the_name_of_its_provider),
        TEST(one_agent_serves_all_requests_of_an_identity),
        TEST(two_providers_never_share_an_agent),
        TEST(an_idle_agent_is_unloaded_and_stopped),
        TEST(an_agent_with_work_is_not_idle),
        TEST(more_agents_than_allowed_are_refused_while_none_is_idle),
        TEST(agents_end_when_the_server_is_killed),
        TEST(an_agent_that_crashed_leaves_no_zombie),
        TEST(a_program_that_is_no_agent_fails_the_request),
        TEST(an_agent_program_that_is_missing_fails_the_request_by_name),
        TEST(a_stop_without_work_is_at_once),
    };

    return RUN_TESTS("daemon", tests);
}
