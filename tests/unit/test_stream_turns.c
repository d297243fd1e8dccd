/*
 * Streams that are read in turn: bulk waits for small requests, and the others for their share.
 *
 * Lanes on one loop that the test moves by hand; `order` is who was read when.
 */
#include "server/stream.h"

#include "tests/support/cmocka.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A stream, and its other end. */
typedef struct Lane {
    Stream stream;
    int peer;
    char name;
} Lane;

typedef struct World {
    uv_loop_t loop;
    StreamLoop shared;
    Lane lanes[3];
    size_t count; /* of them */
} World;

static char order[64];
static size_t read_in_turn;

static void note_data(Stream *stream, Span data)
{
    Lane *lane = container_of(stream, Lane, stream);

    if (strlen(order) + 1 < sizeof(order))
        order[strlen(order)] = lane->name;
    if (stream->pace == STREAM_IN_TURN)
        read_in_turn += data.size;
}

static void ignore(Stream *stream)
{
    (void)stream;
}

static const StreamEvents lane_events = {
    .on_data = note_data, .on_sent = ignore, .on_closed = ignore};

static int world_setup(void **state)
{
    static World world;

    world = (World){.count = 0};
    memset(order, 0, sizeof(order));
    read_in_turn = 0;
    if (uv_loop_init(&world.loop) != 0 || stream_loop_init(&world.shared, &world.loop) != 0)
        return -1;
    *state = &world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    for (size_t i = 0; i < world->count; i++) {
        stream_close(&world->lanes[i].stream); /* harmless if it was */
        close(world->lanes[i].peer);
    }
    stream_loop_close(&world->shared);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&world->loop);
}

static void turn(World *world)
{
    uv_run(&world->loop, UV_RUN_NOWAIT);
}

static Lane *lane_open(World *world, char name, StreamPace pace)
{
    Lane *lane = &world->lanes[world->count++];
    int sockets[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets),
                     0);
    lane->peer = sockets[1];
    lane->name = name;
    assert_int_equal(stream_init(&lane->stream, &world->shared, sockets[0], pace, &lane_events), 0);
    return lane;
}

/* As much as the socket holds. */
static void lane_fill(Lane *lane)
{
    static const char much[STREAM_READ_SIZE];

    while (send(lane->peer, much, sizeof(much), MSG_NOSIGNAL) > 0)
        ;
}

static void lane_send(Lane *lane)
{
    assert_int_equal(send(lane->peer, "x", 1, MSG_NOSIGNAL), 1);
}

static void a_small_request_waits_for_one_piece_of_bulk_at_most(void **state)
{
    World *world = *state;
    Lane *a = lane_open(world, 'a', STREAM_IN_TURN), *b = lane_open(world, 'b', STREAM_IN_TURN);
    Lane *small = lane_open(world, 's', STREAM_AT_ONCE);

    lane_fill(a);
    lane_fill(b);
    for (int i = 0; i < 3; i++) {
        lane_send(small);
        turn(world);
    }
    /* Before each piece the small one, and the others take turns. */
    assert_string_equal(order, "sasbsa");
    assert_true(read_in_turn <= (size_t)3 * STREAM_TURN_SIZE);
}

static void small_pieces_of_many_are_read_together(void **state)
{
    World *world = *state;
    Lane *a = lane_open(world, 'a', STREAM_IN_TURN), *b = lane_open(world, 'b', STREAM_IN_TURN);

    lane_send(a);
    lane_send(b);
    turn(world);
    assert_int_equal(strlen(order), 2);
}

static void closed_while_it_waits_for_its_turn_it_is_not_read(void **state)
{
    World *world = *state;
    Lane *a = lane_open(world, 'a', STREAM_IN_TURN), *b = lane_open(world, 'b', STREAM_IN_TURN);
    Lane *waiting;

    lane_fill(a);
    lane_fill(b);
    turn(world);
    assert_int_equal(strlen(order), 1);
    waiting = order[0] == 'a' ? b : a;
    stream_close(&waiting->stream);
    for (int i = 0; i < 10; i++)
        turn(world);
    assert_null(strchr(order, waiting->name));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_small_request_waits_for_one_piece_of_bulk_at_most),
        TEST(small_pieces_of_many_are_read_together),
        TEST(closed_while_it_waits_for_its_turn_it_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
