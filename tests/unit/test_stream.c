/*
 * Streams that are read: the end of the input and the end of the connection are two things, and
 * nothing that came is lost. What is written is in test_stream_write.c.
 */
#include "tests/unit/stream_world.h"

#include <string.h>
#include <sys/socket.h>

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
    };

    return world_main() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
