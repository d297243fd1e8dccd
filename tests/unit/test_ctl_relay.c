/*
 * The bridge's two ways: bytes, ends, and who doesn't read. The relay runs in a child; the test has
 * the user's ends of its input and output, and the server's end of its socket.
 */
#include "tests/support/cmocka.h"

#include "client/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SECONDS 60 /* of the child, and of each wait */

typedef struct Bridge {
    pid_t child;
    int in, out; /* written and read by the user */
    int server;  /* the server's end */
} Bridge;

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)close(fds[i]);
}

/* Runs the relay between @in, @out and a socket; the test keeps the other ends. */
static void start(Bridge *bridge, const int in[2], const int out[2])
{
    int server[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, server), 0);
    bridge->child = fork();
    assert_true(bridge->child >= 0);
    if (bridge->child == 0) {
        (void)alarm(MAX_SECONDS);
        (void)signal(SIGPIPE, SIG_IGN);
        close_all((const int[]){in[1], out[0], server[0]}, 3);
        _exit(relay_run(in[0], out[1], server[1]) == 0 ? 0 : 1);
    }
    close_all((const int[]){in[0], out[1], server[1]}, 3);
    *bridge = (Bridge){bridge->child, in[1], out[0], server[0]};
    (void)signal(SIGPIPE, SIG_IGN);
}

static void start_on_pipes(Bridge *bridge)
{
    int in[2], out[2];

    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    start(bridge, in, out);
}

/* As sshd has it: one socket is both. */
static void start_on_a_socket(Bridge *bridge)
{
    int both[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both), 0);
    start(bridge, (const int[]){dup(both[0]), dup(both[1])}, (const int[]){both[1], both[0]});
}

static void expect_end(Bridge *bridge)
{
    int status;

    assert_int_equal(waitpid(bridge->child, &status, 0), bridge->child);
    assert_int_equal(status, 0);
    close_all((const int[]){bridge->in, bridge->out, bridge->server}, 3);
}

static void say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* What comes next on @fd is @text; "" is its end. */
static void expect_said(int fd, const char *text)
{
    char got[64];
    size_t size = 0, wanted = strlen(text);

    do {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&ready, 1, MAX_SECONDS * 1000), 1);
        ssize_t more = read(fd, got + size, wanted == 0 ? 1 : wanted - size);
        assert_true(wanted == 0 ? more == 0 : more > 0);
        size += (size_t)more;
    } while (size < wanted);
    assert_memory_equal(got, text, wanted);
}

static void bytes_pass_both_ways_as_they_are(Bridge *bridge)
{
    say(bridge->in, "no line feed, \x01\xFF");
    expect_said(bridge->server, "no line feed, \x01\xFF");
    say(bridge->server, "{\n");
    expect_said(bridge->out, "{\n");
}

static void bytes_pass_on_pipes_and_on_a_socket(void **state)
{
    Bridge bridge;

    (void)state;
    start_on_pipes(&bridge);
    bytes_pass_both_ways_as_they_are(&bridge);
    assert_int_equal(shutdown(bridge.server, SHUT_RDWR), 0);
    expect_end(&bridge);
    start_on_a_socket(&bridge);
    bytes_pass_both_ways_as_they_are(&bridge);
    assert_int_equal(shutdown(bridge.server, SHUT_RDWR), 0);
    expect_end(&bridge);
}

static void the_end_of_the_input_is_passed_on_and_the_answer_still_comes(void **state)
{
    Bridge bridge;

    (void)state;
    start_on_pipes(&bridge);
    say(bridge.in, "ask");
    assert_int_equal(close(bridge.in), 0);
    bridge.in = -1;
    expect_said(bridge.server, "ask");
    expect_said(bridge.server, "");
    say(bridge.server, "answer");
    assert_int_equal(close(bridge.server), 0);
    bridge.server = -1;
    expect_said(bridge.out, "answer");
    expect_said(bridge.out, "");
    expect_end(&bridge);
}

static void half_a_socket_that_ends_is_the_end_of_the_input_too(void **state)
{
    Bridge bridge;

    (void)state;
    start_on_a_socket(&bridge);
    say(bridge.in, "ask");
    assert_int_equal(shutdown(bridge.in, SHUT_WR), 0);
    expect_said(bridge.server, "ask");
    expect_said(bridge.server, "");
    say(bridge.server, "answer");
    expect_said(bridge.out, "answer");
    assert_int_equal(shutdown(bridge.server, SHUT_RDWR), 0);
    expect_end(&bridge);
}

static void who_leaves_hangs_up_also_while_nothing_is_said(void **state)
{
    Bridge bridge;

    (void)state;
    start_on_pipes(&bridge);
    assert_int_equal(close(bridge.out), 0);
    bridge.out = -1;
    expect_said(bridge.server, "");
    expect_end(&bridge);
    start_on_a_socket(&bridge);
    assert_int_equal(close(bridge.out), 0);
    assert_int_equal(close(bridge.in), 0);
    bridge.in = bridge.out = -1;
    expect_said(bridge.server, "");
    expect_end(&bridge);
}

/* Half an input that ended says nothing about who reads the output. */
static void who_leaves_after_the_end_of_the_input_hangs_up_too(void **state)
{
    Bridge bridge;

    (void)state;
    start_on_pipes(&bridge);
    assert_int_equal(close(bridge.in), 0);
    bridge.in = -1;
    expect_said(bridge.server, "");
    assert_int_equal(close(bridge.out), 0);
    bridge.out = -1;
    expect_end(&bridge);
}

/* Writes into @fd until it takes no more, and stays so although the relay runs. The bytes. */
static size_t fill(int fd, int other)
{
    static const char block[4096] = "";
    size_t sent = 0;

    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        ssize_t more = write(fd, block, sizeof(block));

        if (more > 0) {
            sent += (size_t)more;
            continue;
        }
        assert_int_equal(errno, EAGAIN);
        /* The relay has all that it takes once the other way answers and this one is full still. */
        say(other, "x");
        if (poll(&ready, 1, 100) == 0)
            return sent;
    }
}

static void who_does_not_read_stops_the_writer_and_not_the_other_way(void **state)
{
    Bridge bridge;
    size_t sent;

    (void)state;
    start_on_pipes(&bridge);
    sent = fill(bridge.server, bridge.in);
    assert_true(sent < 2U << 20); /* the buffers of two sockets, a pipe and one way of the relay */
    expect_said(bridge.server, "x");
    for (size_t got = 0; got < sent;) {
        char block[65536];
        ssize_t more = read(bridge.out, block, sizeof(block));

        assert_true(more > 0);
        got += (size_t)more;
    }
    say(bridge.server, "and on");
    expect_said(bridge.out, "and on");
    assert_int_equal(shutdown(bridge.server, SHUT_RDWR), 0);
    expect_end(&bridge);
}

static void a_server_that_dies_is_heard_to_its_last_word(void **state)
{
    Bridge bridge;

    (void)state;
    start_on_pipes(&bridge);
    say(bridge.server, "last");
    assert_int_equal(close(bridge.server), 0);
    bridge.server = -1;
    say(bridge.in, "too late");
    expect_said(bridge.out, "last");
    expect_said(bridge.out, "");
    expect_end(&bridge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_pass_on_pipes_and_on_a_socket),
        cmocka_unit_test(the_end_of_the_input_is_passed_on_and_the_answer_still_comes),
        cmocka_unit_test(half_a_socket_that_ends_is_the_end_of_the_input_too),
        cmocka_unit_test(who_leaves_hangs_up_also_while_nothing_is_said),
        cmocka_unit_test(who_leaves_after_the_end_of_the_input_hangs_up_too),
        cmocka_unit_test(who_does_not_read_stops_the_writer_and_not_the_other_way),
        cmocka_unit_test(a_server_that_dies_is_heard_to_its_last_word),
    };
    return cmocka_run_group_tests_name("ctl: the bridge", tests, NULL, NULL);
}
