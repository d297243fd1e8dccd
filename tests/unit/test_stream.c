/*
 * Streams: the end of the input and the end of the connection are two things, nothing that came is
 * lost, and nothing that is written waits for a peer that doesn't read.
 *
 * The test holds the other end of a socketpair and moves the loop by hand. Each test ends with a
 * loop that closes, and with as many descriptors as there were at its beginning.
 */
#include "server/stream.h"

#include "tests/support/cmocka.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_TURNS 100000

typedef struct World {
    uv_loop_t loop;
    StreamLoop shared;
    Stream stream;
    int peer; /* the other end; -1 when it is closed */
    Buffer got;
    unsigned ends, hangups, sents, closes;
    int hangup_error;
    uint64_t sent_before; /* stream.sent at the last on_sent */
    size_t descriptors;   /* before the test */

    /* What on_data does, beside writing down. */
    bool closes_in_data;
    bool echoes;
    bool closes_in_sent;
    bool closes_in_hangup;
} World;

static size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static World *world_of(Stream *stream)
{
    return container_of(stream, World, stream);
}

static void on_data(Stream *stream, Span data)
{
    World *world = world_of(stream);

    buffer_put_span(&world->got, data);
    if (world->echoes)
        buffer_put_span(stream_out(stream), data);
    if (world->closes_in_data)
        stream_close(stream);
}

static void on_end(Stream *stream)
{
    world_of(stream)->ends++;
}

static void on_sent(Stream *stream)
{
    World *world = world_of(stream);

    world->sents += stream->sent > world->sent_before;
    world->sent_before = stream->sent;
    if (world->closes_in_sent)
        stream_close(stream);
}

static void on_hangup(Stream *stream, int error)
{
    World *world = world_of(stream);

    world->hangups++;
    world->hangup_error = error;
    if (world->closes_in_hangup)
        stream_close(stream);
}

static void on_closed(Stream *stream)
{
    world_of(stream)->closes++;
}

static const StreamEvents events = {
    .on_data = on_data,
    .on_end = on_end,
    .on_sent = on_sent,
    .on_hangup = on_hangup,
    .on_closed = on_closed,
};

static int world_setup(void **state, StreamPace pace)
{
    World *world = calloc(1, sizeof(*world));
    int sockets[2];

    assert_non_null(world);
    world->descriptors = count_descriptors();
    assert_int_equal(uv_loop_init(&world->loop), 0);
    assert_int_equal(stream_loop_init(&world->shared, &world->loop), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets),
                     0);
    world->peer = sockets[1];
    assert_int_equal(stream_init(&world->stream, &world->shared, sockets[0], pace, &events), 0);
    *state = world;
    return 0;
}

static int world_at_once(void **state)
{
    return world_setup(state, STREAM_AT_ONCE);
}

static int world_in_turn(void **state)
{
    return world_setup(state, STREAM_IN_TURN);
}

static void peer_close(World *world)
{
    if (world->peer >= 0)
        close(world->peer);
    world->peer = -1;
}

static int world_teardown(void **state)
{
    World *world = *state;

    peer_close(world);
    stream_close(&world->stream);
    stream_close(&world->stream); /* harmless */
    stream_loop_close(&world->shared);
    for (int turn = 0; turn < MAX_TURNS && uv_run(&world->loop, UV_RUN_NOWAIT) != 0; turn++)
        ;
    assert_int_equal(world->closes, 1);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    assert_int_equal(count_descriptors(), world->descriptors);
    buffer_deinit(&world->got);
    free(world);
    return 0;
}

/* Verbs. */

static void turn(World *world)
{
    uv_run(&world->loop, UV_RUN_NOWAIT);
}

/* Turns the loop until nothing more can come of it. */
static void settle(World *world)
{
    for (int i = 0; i < 20; i++)
        turn(world);
}

static void peer_send(World *world, const char *text)
{
    assert_int_equal(send(world->peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What the peer finds there, as a string that is valid until the next call. */
static const char *peer_receive(World *world)
{
    static char text[4096];
    ssize_t size = recv(world->peer, text, sizeof(text) - 1, MSG_DONTWAIT);

    text[size < 0 ? 0 : size] = '\0';
    return text;
}

static void write_text(World *world, const char *text)
{
    buffer_put_string(stream_out(&world->stream), text);
}

static void expect_got(const World *world, const char *text)
{
    assert_int_equal(world->got.size, strlen(text));
    assert_memory_equal(world->got.data, text, strlen(text));
}

/* Reading. */

static void what_the_peer_sends_is_handed_over(void **state)
{
    World *world = *state;

    peer_send(world, "hello");
    settle(world);
    expect_got(world, "hello");
    assert_int_equal(world->ends + world->hangups, 0);
}

static void the_end_of_the_input_is_no_hangup(void **state)
{
    World *world = *state;

    peer_send(world, "last words");
    assert_int_equal(shutdown(world->peer, SHUT_WR), 0);
    settle(world);
    expect_got(world, "last words");
    assert_int_equal(world->ends, 1);
    assert_int_equal(world->hangups, 0);
    write_text(world, "an answer");
    settle(world);
    assert_string_equal(peer_receive(world), "an answer");
}

static void a_hangup_after_the_end_of_the_input_is_noticed(void **state)
{
    World *world = *state;

    assert_int_equal(shutdown(world->peer, SHUT_WR), 0);
    settle(world);
    assert_int_equal(world->hangups, 0);
    peer_close(world);
    settle(world);
    assert_int_equal(world->ends, 1);
    assert_int_equal(world->hangups, 1);
    assert_int_equal(world->hangup_error, 0);
}

static void a_hangup_that_leaves_an_answer_unread_is_noticed(void **state)
{
    World *world = *state;

    assert_int_equal(shutdown(world->peer, SHUT_WR), 0);
    write_text(world, "never read");
    settle(world);
    peer_close(world);
    settle(world);
    assert_int_equal(world->hangups, 1);
    assert_int_equal(world->hangup_error, 0);
}

static void a_hangup_while_much_waits_to_be_sent_is_noticed(void **state)
{
    World *world = *state;

    assert_int_equal(shutdown(world->peer, SHUT_WR), 0);
    for (int i = 0; i < 100000; i++)
        write_text(world, "many words of it ");
    settle(world);
    assert_true(stream_unsent(&world->stream) > 0);
    peer_close(world);
    settle(world);
    assert_int_equal(world->hangups, 1);
    assert_int_equal(world->hangup_error, 0);
}

static void what_came_before_a_hangup_is_read_first(void **state)
{
    World *world = *state;

    peer_send(world, "before");
    peer_close(world);
    settle(world);
    expect_got(world, "before");
    assert_int_equal(world->ends, 0);
    assert_int_equal(world->hangups, 1);
}

static void more_than_one_read_before_a_hangup_is_read_first(void **state)
{
    World *world = *state;
    char block[4096];
    size_t total = 0;
    ssize_t size;

    memset(block, 'x', sizeof(block));
    while ((size = send(world->peer, block, sizeof(block), MSG_NOSIGNAL)) > 0)
        total += (size_t)size;
    turn(world);
    while ((size = send(world->peer, block, sizeof(block), MSG_NOSIGNAL)) > 0)
        total += (size_t)size;
    peer_close(world);
    settle(world);
    assert_int_equal(world->got.size, total);
    assert_int_equal(world->hangups, 1);
}

static void the_rest_can_be_read_after_a_write_has_failed(void **state)
{
    World *world = *state;

    peer_send(world, "its last words");
    peer_close(world);
    write_text(world, "too late");
    stream_flush(&world->stream);
    assert_int_equal(world->hangups, 1);
    stream_read_rest(&world->stream);
    expect_got(world, "its last words");
}

static void the_rest_ends_where_it_ended_when_it_was_asked_for(void **state)
{
    World *world = *state;

    peer_send(world, "one");
    stream_read_rest(&world->stream);
    stream_read_rest(&world->stream);
    peer_send(world, "two");
    stream_read_rest(&world->stream);
    expect_got(world, "onetwo");
    assert_int_equal(world->ends + world->hangups, 0);
}

static void closed_within_its_data_nothing_more_is_handed_over(void **state)
{
    World *world = *state;

    world->closes_in_data = true;
    peer_send(world, "first");
    settle(world);
    assert_int_equal(world->closes, 1);
    (void)send(world->peer, "second", 6, MSG_NOSIGNAL);
    settle(world);
    expect_got(world, "first");
    assert_int_equal(world->hangups, 0);
}

static void closed_within_the_rest_nothing_more_is_handed_over(void **state)
{
    World *world = *state;

    world->closes_in_data = true;
    peer_send(world, "first");
    stream_read_rest(&world->stream);
    stream_read_rest(&world->stream);
    expect_got(world, "first");
}

static void closed_within_its_hangup_it_hangs_up_once(void **state)
{
    World *world = *state;

    world->closes_in_hangup = true;
    peer_close(world);
    settle(world);
    assert_int_equal(world->hangups, 1);
    assert_int_equal(world->closes, 1);
}

static void a_hangup_is_told_once_to_an_owner_that_takes_its_time(void **state)
{
    World *world = *state;

    peer_close(world);
    settle(world);
    write_text(world, "into the void");
    stream_flush(&world->stream);
    settle(world);
    assert_int_equal(world->hangups, 1);
    assert_int_equal(stream_unsent(&world->stream), strlen("into the void"));
    stream_out(&world->stream); /* drops it: memory doesn't grow */
    assert_int_equal(stream_unsent(&world->stream), 0);
}

static void a_peer_that_reads_no_more_is_a_hangup_when_it_is_written_to(void **state)
{
    World *world = *state;

    assert_int_equal(shutdown(world->peer, SHUT_RD), 0);
    settle(world);
    write_text(world, "an answer");
    settle(world);
    assert_int_equal(world->hangups, 1);
    assert_int_equal(world->hangup_error, 0);
}

/* Writing. */

static void what_is_written_is_sent_before_the_loop_sleeps(void **state)
{
    World *world = *state;

    write_text(world, "one ");
    write_text(world, "message");
    assert_string_equal(peer_receive(world), "");
    turn(world);
    assert_string_equal(peer_receive(world), "one message");
    assert_int_equal(world->sents, 1);
    assert_int_equal(world->stream.sent, 11);
    assert_int_equal(stream_unsent(&world->stream), 0);
}

static void the_position_is_that_of_what_is_written(void **state)
{
    World *world = *state;

    assert_int_equal(stream_position(&world->stream), 0);
    write_text(world, "12345");
    assert_int_equal(stream_position(&world->stream), 5);
    stream_flush(&world->stream);
    assert_int_equal(stream_position(&world->stream), 5);
    assert_int_equal(world->stream.sent, 5);
    write_text(world, "6");
    assert_int_equal(stream_position(&world->stream), 6);
}

static void what_a_peer_does_not_read_waits_and_arrives_in_order(void **state)
{
    enum {
        COUNT = 500000 /* numbers, of 4 bytes */
    };
    World *world = *state;
    uint32_t expected = 0, numbers[1024];
    size_t held = 0;

    for (uint32_t i = 0; i < COUNT; i++) {
        buffer_put(stream_out(&world->stream), &i, sizeof(i));
        if (i % 10000 == 0)
            turn(world);
    }
    settle(world);
    assert_true(stream_unsent(&world->stream) > 0);
    assert_int_equal(stream_position(&world->stream), COUNT * sizeof(uint32_t));
    for (int i = 0; i < MAX_TURNS && expected < COUNT; i++) {
        ssize_t size =
            recv(world->peer, (char *)numbers + held, sizeof(numbers) - held, MSG_DONTWAIT);
        held += size > 0 ? (size_t)size : 0;
        for (size_t n = 0; n < held / sizeof(uint32_t); n++)
            assert_int_equal(numbers[n], expected++);
        memmove(numbers, (char *)numbers + held / 4 * 4, held % 4);
        held %= 4;
        turn(world);
    }
    assert_int_equal(expected, COUNT);
    assert_int_equal(stream_unsent(&world->stream), 0);
    assert_int_equal(world->stream.sent, COUNT * sizeof(uint32_t));
}

static void a_peer_that_does_not_read_is_read_all_the_same(void **state)
{
    World *world = *state;

    for (int i = 0; i < 100000; i++)
        write_text(world, "many words of it ");
    settle(world);
    assert_true(stream_unsent(&world->stream) > 0);
    peer_send(world, "cancel");
    settle(world);
    expect_got(world, "cancel");
}

static void while_it_waits_the_loop_sleeps(void **state)
{
    World *world = *state;
    unsigned before;

    for (int i = 0; i < 100000; i++)
        write_text(world, "many words of it ");
    settle(world);
    before = world->sents;
    settle(world);
    assert_int_equal(world->sents, before);
    struct pollfd pollfd = {.fd = uv_backend_fd(&world->loop), .events = POLLIN};
    assert_int_equal(poll(&pollfd, 1, 0), 0);
}

static void a_burst_leaves_no_memory_behind(void **state)
{
    World *world = *state;

    for (int i = 0; i < 1000; i++)
        write_text(world, "many words of it ");
    settle(world);
    assert_int_equal(stream_unsent(&world->stream), 0);
    assert_true(world->stream.out.capacity <= 4096);
}

static void an_answer_may_be_written_within_the_data(void **state)
{
    World *world = *state;

    world->echoes = true;
    peer_send(world, "echo");
    settle(world);
    assert_string_equal(peer_receive(world), "echo");
}

static void it_may_be_closed_when_all_was_sent(void **state)
{
    World *world = *state;

    world->closes_in_sent = true;
    write_text(world, "goodbye");
    settle(world);
    assert_int_equal(world->closes, 1);
    assert_string_equal(peer_receive(world), "goodbye");
    char c;
    assert_int_equal(recv(world->peer, &c, 1, MSG_DONTWAIT), 0);
}

static void closing_drops_what_was_not_sent(void **state)
{
    World *world = *state;

    write_text(world, "dropped");
    stream_close(&world->stream);
    write_text(world, "dropped too");
    settle(world);
    assert_string_equal(peer_receive(world), "");
}

static void a_message_that_memory_did_not_hold_ends_the_stream(void **state)
{
    World *world = *state;

    stream_out(&world->stream)->failed = true;
    settle(world);
    assert_int_equal(world->hangups, 1);
    assert_int_equal(world->hangup_error, -ENOMEM);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, world_at_once, world_teardown),                          \
        cmocka_unit_test_setup_teardown(name, world_in_turn, world_teardown)
#define TEST_OF_TURNS(name) cmocka_unit_test_setup_teardown(name, world_at_once, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_peer_sends_is_handed_over),
        TEST(the_end_of_the_input_is_no_hangup),
        TEST(a_hangup_after_the_end_of_the_input_is_noticed),
        TEST(a_hangup_that_leaves_an_answer_unread_is_noticed),
        TEST(a_hangup_while_much_waits_to_be_sent_is_noticed),
        TEST(what_came_before_a_hangup_is_read_first),
        TEST(more_than_one_read_before_a_hangup_is_read_first),
        TEST(the_rest_can_be_read_after_a_write_has_failed),
        TEST(the_rest_ends_where_it_ended_when_it_was_asked_for),
        TEST(closed_within_its_data_nothing_more_is_handed_over),
        TEST(closed_within_the_rest_nothing_more_is_handed_over),
        TEST(closed_within_its_hangup_it_hangs_up_once),
        TEST(a_hangup_is_told_once_to_an_owner_that_takes_its_time),
        TEST(a_peer_that_reads_no_more_is_a_hangup_when_it_is_written_to),
        TEST(what_is_written_is_sent_before_the_loop_sleeps),
        TEST(the_position_is_that_of_what_is_written),
        TEST(what_a_peer_does_not_read_waits_and_arrives_in_order),
        TEST(a_peer_that_does_not_read_is_read_all_the_same),
        TEST(while_it_waits_the_loop_sleeps),
        TEST(a_burst_leaves_no_memory_behind),
        TEST(an_answer_may_be_written_within_the_data),
        TEST(it_may_be_closed_when_all_was_sent),
        TEST(closing_drops_what_was_not_sent),
        TEST(a_message_that_memory_did_not_hold_ends_the_stream),
    };
    uv_loop_t first;

    /* libuv opens descriptors for the process with its first loop. */
    if (uv_loop_init(&first) != 0 || uv_loop_close(&first) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
