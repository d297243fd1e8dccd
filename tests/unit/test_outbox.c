/*
 * The two lanes of what is written to a client: what is small passes what is bulk and waits.
 *
 * The client is the other end of a socket pair, which the test reads when it says so; a message is
 * a letter, as often as it is long.
 */
#include "server/outbox.h"

#include "tests/support/cmocka.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LONG  (16U << 10)
#define SMALL 100U

typedef struct World {
    uv_loop_t loop;
    StreamLoop shared;
    Stream stream;
    Outbox outbox;
    int peer;
    uint64_t told[64]; /* `operation` of the marks that came back, in order */
    size_t told_count;
    char got[64];    /* the letters of the messages, in order */
    size_t got_size; /* bytes that the peer has read */
} World;

static void on_sent(Stream *stream)
{
    World *world = container_of(stream, World, stream);
    Mark mark;

    while (outbox_next_sent(&world->outbox, &mark))
        world->told[world->told_count++] = mark.operation;
    outbox_refill(&world->outbox);
}

static void on_hangup(Stream *stream, int error)
{
    (void)error;
    stream_close(stream);
}

static void ignore(Stream *stream)
{
    (void)stream;
}

static const StreamEvents events = {
    .on_sent = on_sent, .on_hangup = on_hangup, .on_closed = ignore};

static int setup(void **state)
{
    static World world;
    int sockets[2];

    memset(&world, 0, sizeof(world));
    if (uv_loop_init(&world.loop) != 0 || stream_loop_init(&world.shared, &world.loop) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) < 0)
        return -1;
    world.peer = sockets[1];
    if (stream_init(&world.stream, &world.shared, sockets[0], STREAM_AT_ONCE, &events) != 0)
        return -1;
    outbox_init(&world.outbox, &world.stream);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    World *world = *state;

    stream_close(&world->stream);
    outbox_deinit(&world->outbox);
    close(world->peer);
    stream_loop_close(&world->shared);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&world->loop);
}

/* Its mark has the letter for its operation. */
static void put(World *world, OutboxLane lane, char letter, size_t size)
{
    Mark mark = {.kind = MARK_RELAYED, .operation = (uint64_t)letter};

    outbox_begin(&world->outbox, lane);
    memset(buffer_reserve(outbox_buffer(&world->outbox), size), letter, size);
    outbox_buffer(&world->outbox)->size += size;
    assert_int_equal(outbox_message_size(&world->outbox), size);
    assert_int_equal(outbox_end(&world->outbox, &mark), 0);
}

/* Puts bulk until some of it waits: a, b, c, ... Returns the last letter. */
static char put_bulk(World *world, unsigned waiting)
{
    char letter = 'a';

    put(world, OUTBOX_BULK, letter, LONG);
    while (fifo_span(&world->outbox.waiting).size < waiting * sizeof(Mark))
        put(world, OUTBOX_BULK, ++letter, LONG);
    return letter;
}

/* The client reads what is there, and the server sends on, until all is read. */
static void read_all(World *world)
{
    char data[4096];
    ssize_t size;

    do {
        uv_run(&world->loop, UV_RUN_NOWAIT);
        while ((size = recv(world->peer, data, sizeof(data), MSG_DONTWAIT)) > 0) {
            world->got_size += (size_t)size;
            for (ssize_t i = 0; i < size; i++)
                if (strchr(world->got, data[i]) == NULL)
                    world->got[strlen(world->got)] = data[i];
        }
    } while (outbox_unsent(&world->outbox) > 0);
}

static void bulk_goes_to_the_stream_while_that_has_little_to_send(void **state)
{
    World *world = *state;

    put(world, OUTBOX_BULK, 'a', OUTBOX_AHEAD - 1);
    put(world, OUTBOX_BULK, 'b', 1);
    assert_int_equal(stream_unsent(&world->stream), OUTBOX_AHEAD);
    put(world, OUTBOX_BULK, 'c', 1);
    assert_int_equal(stream_unsent(&world->stream), OUTBOX_AHEAD);
    assert_int_equal(outbox_unsent(&world->outbox), OUTBOX_AHEAD + 1);
}

static void what_is_small_passes_the_bulk_that_waits(void **state)
{
    World *world = *state;
    const char *small;

    put_bulk(world, 4);
    put(world, OUTBOX_SMALL, 'S', SMALL);
    read_all(world);
    small = strchr(world->got, 'S');
    assert_non_null(small);
    assert_int_equal(small - world->got, OUTBOX_AHEAD / LONG);
    assert_int_equal(strlen(small + 1), 4);
}

static void bulk_keeps_its_order_and_is_whole(void **state)
{
    World *world = *state;
    char last = put_bulk(world, 20);
    size_t count = (size_t)(last - 'a') + 1;

    read_all(world);
    assert_int_equal(world->got_size, count * LONG);
    assert_int_equal(strlen(world->got), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(world->got[i], 'a' + (int)i);
}

static void small_bulk_waits_behind_bulk_too(void **state)
{
    World *world = *state;
    size_t count = (size_t)(put_bulk(world, 3) - 'a') + 1;

    put(world, OUTBOX_BULK, 'z', 1);
    read_all(world);
    assert_int_equal(strlen(world->got), count + 1);
    assert_int_equal(world->got[count], 'z');
}

static void a_mark_comes_back_when_its_message_was_sent(void **state)
{
    World *world = *state;

    put(world, OUTBOX_SMALL, 'L', 1 << 20); /* more than the socket holds */
    put_bulk(world, 3);
    put(world, OUTBOX_SMALL, 'S', SMALL);
    uv_run(&world->loop, UV_RUN_NOWAIT);
    assert_true(world->stream.sent > 0);
    assert_int_equal(world->told_count, 0);
    read_all(world);
    assert_int_equal(world->told_count, strlen(world->got));
    for (size_t i = 0; i < world->told_count; i++)
        assert_int_equal(world->told[i], world->got[i]);
}

/* One that reads as fast as it can would else have the server to itself. */
static void a_turn_of_the_loop_sends_a_little_of_what_waits(void **state)
{
    World *world = *state;

    put_bulk(world, 10);
    uv_run(&world->loop, UV_RUN_NOWAIT); /* all of it would fit into the socket */
    assert_in_range(world->stream.sent, OUTBOX_AHEAD, 2 * (OUTBOX_AHEAD + LONG));
    assert_true(outbox_unsent(&world->outbox) > 0);
    read_all(world);
}

static void what_is_small_keeps_no_bulk_waiting(void **state)
{
    World *world = *state;

    put_bulk(world, 4);
    put(world, OUTBOX_SMALL, 'S', 1 << 20); /* more than the socket holds */
    for (int i = 0; i < 100 && fifo_span(&world->outbox.bulk).size > 0; i++) {
        char data[2 * OUTBOX_AHEAD];

        put(world, OUTBOX_SMALL, 'S', sizeof(data)); /* as much as it reads */
        uv_run(&world->loop, UV_RUN_NOWAIT);
        (void)recv(world->peer, data, sizeof(data), MSG_DONTWAIT);
        world->told_count = 0;
    }
    assert_int_equal(fifo_span(&world->outbox.bulk).size, 0);
    read_all(world);
}

static void what_waits_when_the_client_is_lost_is_dropped(void **state)
{
    World *world = *state;

    put_bulk(world, 20);
    stream_close(&world->stream);
    put(world, OUTBOX_BULK, 'z', LONG);
    uv_run(&world->loop, UV_RUN_NOWAIT);
    assert_int_equal(world->told_count, 0);
    /* What it has is freed in teardown: the sanitizer would say. */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bulk_goes_to_the_stream_while_that_has_little_to_send),
        TEST(what_is_small_passes_the_bulk_that_waits),
        TEST(bulk_keeps_its_order_and_is_whole),
        TEST(small_bulk_waits_behind_bulk_too),
        TEST(a_mark_comes_back_when_its_message_was_sent),
        TEST(a_turn_of_the_loop_sends_a_little_of_what_waits),
        TEST(what_is_small_keeps_no_bulk_waiting),
        TEST(what_waits_when_the_client_is_lost_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
