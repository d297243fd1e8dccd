/*
 * Streams that are written to: all is sent in order, and nothing waits for a peer that doesn't
 * read.
 */
#include "tests/unit/stream_world.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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

    return world_main() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
