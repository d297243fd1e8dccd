/*
 * What a client must not do. A stream that can't be understood ends its connection, with one error
 * and the reason in the log; a message that can't be leaves it. Whoever else is connected doesn't
 * notice. (What is wrong with single members of a message stands in test_wire.)
 */
#include "tests/support/fixture.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define INFO_1   "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"}"
#define ASK(id)  "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"host/info\""
#define HEADER   "disconnected: the header block is broken"
#define TOO_LONG "connection: refused: the message is longer than 'maxMessage' (1048576 bytes)"
#define HALF     "disconnected: the input ended within a message"
#define PART     1000 /* descriptors, requests, connections at a time */

/* Bytes: `begin`, `count` times `middle`, `end`. */
typedef struct Rubbish {
    const char *what;
    const char *begin, *middle;
    unsigned count;
    const char *end;
    const char *logged; /* behind "client NUMBER (uid UID): " */
    int code;           /* of the error that is the answer */
} Rubbish;

/* clang-format off */
static const Rubbish streams[] = {
    {"TLS", "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\n", "", 0, "", HEADER, CODE_PARSE_ERROR},
    {"HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "", 0, "", HEADER, CODE_PARSE_ERROR},
    {"noise", "", "\xff\xfe\x80", 100000, "", HEADER, CODE_PARSE_ERROR},
    {"a line that is too long for a header", "X: ", "x", 5000, "", HEADER, CODE_PARSE_ERROR},
    {"too many headers", "", "X: y\r\n", 5000, "", HEADER, CODE_PARSE_ERROR},
    {"2^32 bytes", "Content-Length: 4294967296\r\n\r\n", "", 0, "{", TOO_LONG, CODE_FAILED},
    {"2^63 bytes", "Content-Length: 9223372036854775808\r\n\r\n", "", 0, "{", TOO_LONG, CODE_FAILED},
    {"2^64 bytes", "Content-Length: 18446744073709551616\r\n\r\n", "", 0, "{", HEADER, CODE_PARSE_ERROR},
    {"1 byte too many", "Content-Length: 1048577\r\n\r\n", "", 0, "", TOO_LONG, CODE_FAILED},
    {"a line without an end", "{", " ", 1048577, "", TOO_LONG, CODE_FAILED},
    {"a line without an end, of strings", "{\"", "\\u0000", 200000, "", TOO_LONG, CODE_FAILED},
    {"two lengths", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "", 0, "", HEADER, CODE_PARSE_ERROR},
    {"a folded header", "Content-Length: 2\r\n X: y\r\n\r\n{}", "", 0, "", HEADER, CODE_PARSE_ERROR},
    {"a batch before anything else", "[" INFO_1 "]\n", "", 0, "", HEADER, CODE_PARSE_ERROR},
};

static const Rubbish halves[] = {
    {"half a line", "{\"jsonrpc\":", "", 0, "", HALF, CODE_PARSE_ERROR},
    {"a whole line without its end", INFO_1, "", 0, "", HALF, CODE_PARSE_ERROR},
    {"half a header", "Content-Le", "", 0, "", HALF, CODE_PARSE_ERROR},
    {"a header alone", "Content-Length: 45\r\n\r\n", "", 0, "", HALF, CODE_PARSE_ERROR},
    {"half a body", "Content-Length: 45\r\n\r\n{\"jsonrpc\":", "", 0, "", HALF, CODE_PARSE_ERROR},
};

static const Rubbish messages[] = {
    {"a depth of 10,000", ASK("1") ",\"params\":", "[", 10000, "", "", CODE_PARSE_ERROR},
    {"a depth of 10,000 that ends", ASK("1") ",\"params\":{\"x\":", "[[[]],", 5000, "", "", CODE_PARSE_ERROR},
    {"objects 500,000 deep", "", "{\"\":", 250000, "", "", CODE_PARSE_ERROR},
    {"no UTF-8", ASK("1") ",\"params\":{\"\xc3\x28\":1}}", "", 0, "", "", CODE_PARSE_ERROR},
    {"UTF-8 that is longer than it need be", ASK("1") ",\"params\":{\"\xc0\x80\":1}}", "", 0, "", "", CODE_PARSE_ERROR},
    {"half a character of UTF-16", ASK("1") ",\"params\":{\"\\ud800\":1}}", "", 0, "", "", CODE_PARSE_ERROR},
    {"a key twice", ASK("1") ",\"id\":1}", "", 0, "", "", CODE_INVALID_REQUEST},
    {"many keys", "{\"jsonrpc\":\"2.0\"", ",\"id\":1", 100000, "}", "", CODE_INVALID_REQUEST},
    {"a batch", "[" INFO_1 "]", "", 0, "", "", CODE_INVALID_REQUEST},
    {"a batch of many", "[0", "," INFO_1, 10000, "]", "", CODE_INVALID_REQUEST},
    {"a header in the midst of lines", "Content-Length: 45", "", 0, "", "", CODE_PARSE_ERROR},
    {"a long id", "{\"jsonrpc\":\"2.0\",\"method\":\"host/info\",\"id\":\"", "x", 500000, "\"}", "", CODE_INVALID_REQUEST},
    {"a number of 500,000 digits", "{\"jsonrpc\":\"2.0\",\"method\":\"host/info\",\"id\":", "9", 500000, "}", "", CODE_INVALID_REQUEST},
    {"two values", INFO_1 " " INFO_1, "", 0, "", "", CODE_PARSE_ERROR},
};
/* clang-format on */

/* Somebody who behaves, with an operation that runs all the while. */
typedef struct Witness {
    Client *client;
    long id;
    Puppet *puppet;
} Witness;

static Witness witness_begin(Fixture *f)
{
    Witness witness;

    daemon_start(f, NULL);
    witness.client = client_connect(f, CLIENT_LINES);
    witness.id = ask_run(witness.client, "a");
    witness.puppet = gate_await(f->gate, "invoke a");
    return witness;
}

/* It is served as before. */
static void witness_look(const Witness *witness)
{
    (void)expect_result(witness->client, ask_get(witness->client, "Test_Sample", "'Id':1", ""));
}

static void witness_end(const Witness *witness)
{
    expect_operations(witness->client, 1);
    puppet_finish(witness->puppet, "result 0");
    (void)expect_result(witness->client, witness->id);
}

/* Sends what the daemon takes: it may have closed before all was sent. */
static void send_rest(Client *client, const char *data, size_t size)
{
    int64_t deadline = wait_deadline();

    while (size > 0) {
        ssize_t sent = send(client->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN)
            return;
        if (sent < 0 && !wait_moment(deadline))
            test_failed("waited in vain for the daemon to read or to close");
        data += sent > 0 ? sent : 0;
        size -= sent > 0 ? (size_t)sent : 0;
    }
}

static void send_rubbish(Client *client, const Rubbish *rubbish, const char *tail)
{
    Buffer bytes = BUFFER_INIT;

    buffer_put_string(&bytes, rubbish->begin);
    for (unsigned i = 0; i < rubbish->count; i++)
        buffer_put_string(&bytes, rubbish->middle);
    buffer_put_string(&bytes, rubbish->end);
    buffer_put_string(&bytes, tail);
    send_rest(client, bytes.data, bytes.size);
    buffer_deinit(&bytes);
}

/* Lets one after the other be sent: one error, the close, and the reason in the log. */
static void expect_ends(Fixture *f, const Rubbish *rubbish, size_t count, bool then_closes)
{
    Witness witness = witness_begin(f);

    for (size_t i = 0; i < count; i++) {
        bool has_lines = rubbish[i].begin[0] == '{';
        Client *client = client_connect(f, has_lines ? CLIENT_LINES : CLIENT_HEADERS);
        unsigned before = daemon_log_count(f, rubbish[i].logged);

        print_message("             %s\n", rubbish[i].what);
        send_rubbish(client, &rubbish[i], "");
        if (then_closes)
            client_half_close(client);
        (void)expect_refusal(client, rubbish[i].code);
        client_expect_end(client);
        assert_int_equal(daemon_log_count(f, rubbish[i].logged), before + 1);
        witness_look(&witness);
    }
    witness_end(&witness);
}

static void a_stream_that_is_none_ends_with_one_error(Fixture *f)
{
    expect_ends(f, streams, ARRAY_SIZE(streams), false);
}

static void half_a_message_ends_with_one_error(Fixture *f)
{
    expect_ends(f, halves, ARRAY_SIZE(halves), true);
}

static void half_a_message_and_nobody_to_tell_is_no_harm(Fixture *f)
{
    Witness witness = witness_begin(f);

    for (size_t i = 0; i < ARRAY_SIZE(halves); i++) {
        Client *client = client_connect(f, CLIENT_LINES);
        send_rubbish(client, &halves[i], "");
        client_hang_up(client);
        witness_look(&witness);
    }
    witness_end(&witness);
}

static void a_message_that_is_none_gets_one_error_and_the_next_one_is_served(Fixture *f)
{
    Witness witness = witness_begin(f);
    Client *client = client_connect(f, CLIENT_LINES);

    expect_served(client);
    for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
        unsigned before = daemon_log_count(f, ": refused: ");

        print_message("             %s\n", messages[i].what);
        send_rubbish(client, &messages[i], "\n");
        (void)expect_refusal(client, messages[i].code);
        assert_int_equal(daemon_log_count(f, ": refused: "), before + 1);
        expect_served(client);
        witness_look(&witness);
    }
    witness_end(&witness);
}

static void a_line_in_the_midst_of_headers_ends_the_connection_after_what_came_before(Fixture *f)
{
    Witness witness = witness_begin(f);
    Client *client = client_connect(f, CLIENT_HEADERS);

    client_send_text(client, "Content-Length: 45\r\n\r\n" INFO_1 INFO_1 "\n");
    (void)expect_result(client, 1);
    (void)expect_refusal(client, CODE_PARSE_ERROR);
    client_expect_end(client);
    daemon_log_contains(f, HEADER);
    witness_look(&witness);
    witness_end(&witness);
}

/* Sends @text over and over, and reads nothing, until the daemon closes. */
static void flood(Client *client, const char *text)
{
    int64_t deadline = wait_deadline();
    size_t size = strlen(text);

    for (;;) {
        ssize_t sent = send(client->fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        /* Cut short: what follows is one message that is none, which is as good. */
        if (sent < 0 && errno != EAGAIN)
            return;
        if (sent < 0 && !wait_moment(deadline))
            test_failed("waited in vain for the daemon to close");
    }
}

static void who_asks_and_never_reads_is_disconnected(Fixture *f)
{
    static const char *const texts[] = {
        INFO_1 "\n",
        "{\n",
        ASK("\"a\"") ",\"params\":{\"a\":1}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothing\"}\n",
    };
    Witness witness = witness_begin(f);

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        Client *client = client_connect(f, CLIENT_LINES);
        flood(client, texts[i]);
        WAIT_UNTIL(daemon_log_count(f, "disconnected: it doesn't read its answers") == i + 1,
                   "the reason in the log");
        client_hang_up(client);
        witness_look(&witness);
    }
    witness_end(&witness);
}

static void send_many(Client *client, unsigned count, const char *text)
{
    Buffer bytes = BUFFER_INIT;

    for (unsigned i = 0; i < count; i++) {
        buffer_put_string(&bytes, text);
        buffer_put_char(&bytes, '\n');
    }
    client_send(client, bytes.data, bytes.size);
    buffer_deinit(&bytes);
}

static void floods_of_what_needs_no_answer_get_none(Fixture *f)
{
    static const char *const texts[] = {
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":1}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":{},\"reason\":[]}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\"}",
        ("{\"jsonrpc\":\"2.0\",\"method\":\"$/acknowledge\",\"params\":{\"id\":1,\"messages\":"
         "9007199254740991}}"),
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/acknowledge\",\"params\":{\"id\":1,\"messages\":-1}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/nothing\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{\"answer\":true}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"no\"}}",
        "",
    };
    Witness witness = witness_begin(f);
    Client *client = client_connect(f, CLIENT_LINES);

    expect_served(client);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        send_many(client, 20 * PART, texts[i]);
        witness_look(&witness);
    }
    expect_json(client_next((client_send_text(client, ASK("99") "}\n"), client)), "id", "99");
    witness_end(&witness);
}

/* Anybody who may connect can do so again and again: a user's share of the log is limited. */
static void no_client_fills_the_log(Fixture *f)
{
    daemon_start(f, "logLevel=info", NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    send_many(client, 20 * PART,
              "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":1,"
              "\"reason\":\"whim\"}}");
    expect_served(client);
    assert_in_range(daemon_log_count(f, "unknown reason \"whim\""), 1, 10 * PART);
    for (unsigned i = 0; i < PART; i++) {
        Client *other = client_connect(f, CLIENT_HEADERS);
        client_send_text(other, "X\r\n\r\n");
        (void)expect_refusal(other, CODE_PARSE_ERROR);
        client_hang_up(other);
    }
    assert_in_range(daemon_log_count(f, HEADER), 0, PART - 1);
}

static size_t descriptors_of(pid_t pid)
{
    char path[64];
    size_t count = 0;
    DIR *folder;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return count;
}

/* Sends a byte with 100 descriptors in its bag. */
static void send_descriptors(Client *client, char byte)
{
    enum {
        COUNT = 100
    };
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(COUNT * sizeof(int))];
    } control = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    int numbers[COUNT];

    for (size_t i = 0; i < COUNT; i++)
        numbers[i] = client->fd;
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(sizeof(numbers));
    memcpy(CMSG_DATA(&control.head), numbers, sizeof(numbers));
    if (sendmsg(client->fd, &message, MSG_NOSIGNAL) != 1)
        test_failed("sendmsg: %s", strerror(errno));
}

static void descriptors_that_come_along_are_not_kept(Fixture *f)
{
    Witness witness = witness_begin(f);
    Client *client = client_connect(f, CLIENT_LINES);

    expect_served(client);
    size_t before = descriptors_of(f->daemon.pid);
    for (const char *c = ASK("77") "}\n"; *c != '\0'; c++)
        send_descriptors(client, *c);
    (void)expect_response_with_id(client, "77");
    assert_int_equal(descriptors_of(f->daemon.pid), before);
    client_hang_up(client);
    witness_end(&witness);
}

static void out_of_band_data_ends_the_connection(Fixture *f)
{
    Witness witness = witness_begin(f);
    Client *client = client_connect(f, CLIENT_LINES);

    expect_served(client);
    if (send(client->fd, "!", 1, MSG_OOB | MSG_NOSIGNAL) < 0 && errno == EOPNOTSUPP)
        client_hang_up(client); /* a kernel that has none */
    else
        client_expect_end(client);
    witness_look(&witness);
    witness_end(&witness);
}

static void many_who_ask_and_vanish_leave_nothing(Fixture *f)
{
    Witness witness = witness_begin(f);
    size_t before = descriptors_of(f->daemon.pid);

    for (int i = 0; i < PART / 4; i++) {
        Client *client = client_connect(f, i % 2 == 0 ? CLIENT_LINES : CLIENT_HEADERS);
        (void)ask_enumerate(client, "Test_Many", ",'partialResultToken':'t'");
        (void)ask_get(client, "Test_Sample", "'Id':1", "");
        client_hang_up(client);
    }
    witness_look(&witness);
    expect_operations(witness.client, 1);
    /* The agent of Test_Sample has one more, and its output another. */
    WAIT_UNTIL(descriptors_of(f->daemon.pid) <= before + 2, "the descriptors to be closed");
    witness_end(&witness);
}

static void who_reads_no_more_is_hung_up_on(Fixture *f)
{
    Witness witness = witness_begin(f);
    Client *client = client_connect(f, CLIENT_LINES);

    expect_served(client);
    assert_int_equal(shutdown(client->fd, SHUT_RD), 0);
    client_send_text(client, INFO_1 "\n");
    daemon_log_contains(f, "closed: hung up");
    client_hang_up(client);
    witness_look(&witness);
    witness_end(&witness);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stream_that_is_none_ends_with_one_error),
        TEST(half_a_message_ends_with_one_error),
        TEST(half_a_message_and_nobody_to_tell_is_no_harm),
        TEST(a_message_that_is_none_gets_one_error_and_the_next_one_is_served),
        TEST(a_line_in_the_midst_of_headers_ends_the_connection_after_what_came_before),
        TEST(who_asks_and_never_reads_is_disconnected),
        TEST(floods_of_what_needs_no_answer_get_none),
        TEST(no_client_fills_the_log),
        TEST(descriptors_that_come_along_are_not_kept),
        TEST(out_of_band_data_ends_the_connection),
        TEST(many_who_ask_and_vanish_leave_nothing),
        TEST(who_reads_no_more_is_hung_up_on),
    };

    return RUN_TESTS("hostile clients", tests);
}
