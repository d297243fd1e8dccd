/*
 * Programs of two versions that meet after half an upgrade refuse each other in words: who waits
 * for such an agent, and the log, hear which versions have met and what to do.
 *
 * What is on the wire stands here as bytes: this is what a program of another version reads and
 * writes, whatever else it has made of the protocol.
 */
#include "tests/support/fixture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGENT_SOCKET 3

/* {u32 4, u16 HELLO, u16 0, u64 0}, and the version. */
static const char greeting[] = "\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\1\0\0";

/* An agent that does @script is asked for something; what the client hears must hold @words. */
static void expect_refused(Fixture *f, const char *script, const char *words)
{
    registration_write(f, "scripted", "LIBRARY=%s\nCLASS=Test_Scripted\n",
                       fixture_write(f, "script", "%s", script));
    daemon_script_agents(f);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask_enumerate(client, "Test_Scripted", ""),
                                      CODE_FAILED, "MI_RESULT_FAILED");

    expect_contains(json_text(error, "message"), "scripted");
    expect_contains(json_text(error, "message"), words);
    daemon_log_contains(f, words);
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    daemon_stop(f);
}

static void an_agent_of_an_older_version_is_refused_in_words(Fixture *f)
{
    expect_refused(f, "greet 0",
                   "it speaks version 0 of the protocol, and this server 1: install both from one "
                   "release");
}

static void an_agent_of_a_newer_version_is_refused_in_words(Fixture *f)
{
    expect_refused(f, "greet 2",
                   "it speaks version 2 of the protocol, and this server 1: install both from one "
                   "release");
}

static void an_agent_that_refuses_this_server_itself_is_quoted(Fixture *f)
{
    expect_refused(f, "greet 2;exit 1", "it speaks version 2 of the protocol, and this server 1");
}

static void what_a_newer_version_adds_to_its_greeting_is_not_looked_at(Fixture *f)
{
    expect_refused(f, "frame HELLO 0 u32:2 s:features;bytes many:1000:news",
                   "it speaks version 2 of the protocol, and this server 1");
}

/* mihost-agent, started as a server does; @log is where it writes. Returns its pid. */
static pid_t start_agent(int channel, int log)
{
    pid_t pid = fork();

    if (pid == 0) {
        dup2(log, STDERR_FILENO);
        if (channel == AGENT_SOCKET || dup2(channel, AGENT_SOCKET) == AGENT_SOCKET)
            execl(MIHOST_AGENT_PROGRAM, "mihost-agent", "test", NULL);
        _exit(127);
    }
    if (pid < 0)
        test_failed("fork: %s", strerror(errno));
    return pid;
}

/* Reads to the end; the bytes. */
static size_t read_all(int fd, char *text, size_t size)
{
    int64_t deadline = wait_deadline();
    size_t used = 0;
    ssize_t count;

    do {
        if (!wait_readable(fd, deadline))
            test_failed("waited in vain for the agent to end");
        count = read(fd, text + used, size - 1 - used);
        used += count > 0 ? (size_t)count : 0;
    } while (count > 0);
    text[used] = '\0';
    close(fd);
    return used;
}

/* A server that begins with @hello meets the agent, which must refuse it with @words. */
static void expect_refuses(const char *hello, size_t size, const char *words)
{
    int channel[2], log[2], status;
    char text[4096];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel) < 0 || pipe(log) < 0)
        test_failed("socketpair: %s", strerror(errno));
    pid_t pid = start_agent(channel[1], log[1]);
    close(channel[1]);
    close(log[1]);
    assert_int_equal(write(channel[0], hello, size), size);
    assert_int_equal(read_all(channel[0], text, sizeof(text)), sizeof(greeting));
    assert_memory_equal(text, greeting, sizeof(greeting));
    (void)read_all(log[0], text, sizeof(text));
    expect_contains(text, words);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

static void an_agent_greets_in_bytes_that_never_change_and_refuses_an_older_server(Fixture *f)
{
    char older[sizeof(greeting)];

    (void)f;
    memcpy(older, greeting, sizeof(greeting));
    older[16] = 0;
    expect_refuses(older, sizeof(older),
                   "the server speaks version 0 of the protocol, and this agent 1: install both "
                   "from one release");
}

static void an_agent_refuses_a_newer_server_whatever_it_has_to_say(Fixture *f)
{
    static const char newer[] = "\10\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\2\0\0\0news"
                                "\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0";

    (void)f;
    expect_refuses(newer, sizeof(newer) - 1,
                   "the server speaks version 2 of the protocol, and this agent 1");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_agent_of_an_older_version_is_refused_in_words),
        TEST(an_agent_of_a_newer_version_is_refused_in_words),
        TEST(an_agent_that_refuses_this_server_itself_is_quoted),
        TEST(what_a_newer_version_adds_to_its_greeting_is_not_looked_at),
        TEST(an_agent_greets_in_bytes_that_never_change_and_refuses_an_older_server),
        TEST(an_agent_refuses_a_newer_server_whatever_it_has_to_say),
    };

    return RUN_TESTS("upgrade", tests);
}
