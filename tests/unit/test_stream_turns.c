/*
 * Streams that are read in turn: bulk waits for small requests, and the others for their share.
 *
 * Lanes on one loop that the test moves by hand; `order` is who was read when, and > who was
 * answered.
 */
#include "server/stream.h"

#include "tests/support/cmocka.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LANES 32

/* A stream, and its other end. */
typedef struct Lane {
    Stream stream;
    int peer;
    char name;
    size_t filled; /* bytes, by lane_fill */
} Lane;

typedef struct World {
    uv_loop_t loop;
    StreamLoop shared;
    Lane lanes[LANES];
    size_t count; /* of them */
} World;

static char order[64];
static size_t read_in_turn;
static Lane *answered; /* what is read at once is answered on it; NULL: not at all */
static Lane *fed;      /* what bulk leads to goes there, a byte for each piece; NULL: nowhere */

static void note(char what)
{
    if (strlen(order) + 1 < sizeof(order))
        order[strlen(order)] = what;
}

static void note_data(Stream *stream, Span data)
{
    Lane *lane = container_of(stream, Lane, stream);
    char answer;

    if (answered != NULL && recv(answered->peer, &answer, 1, MSG_DONTWAIT) == 1)
        note('>');
    note(lane->name);
    if (stream->pace == STREAM_IN_TURN)
        read_in_turn += data.size;
    else if (answered != NULL)
        buffer_put(stream_out(&answered->stream), "y", 1);
    if (stream->pace == STREAM_IN_TURN && fed != NULL)
        buffer_put(stream_out(&fed->stream), "z", 1);
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
    answered = NULL;
    fed = NULL;
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
    ssize_t size;

    while ((size = send(lane->peer, much, sizeof(much), MSG_NOSIGNAL)) > 0)
        lane->filled += (size_t)size;
}

static void lane_send(Lane *lane)
{
    assert_int_equal(send(lane->peer, "x", 1, MSG_NOSIGNAL), 1);
}

/* Two streams with more to read than a turn, which have shown it. */
static void open_two_with_bulk(World *world)
{
    lane_fill(lane_open(world, 'a', STREAM_IN_TURN));
    lane_fill(lane_open(world, 'b', STREAM_IN_TURN));
    turn(world);
    assert_int_equal(strlen(order), 2);
    memset(order, 0, sizeof(order));
    read_in_turn = 0;
}

static void a_small_request_waits_for_one_piece_of_bulk_at_most(void **state)
{
    World *world = *state;
    Lane *small;

    open_two_with_bulk(world);
    small = lane_open(world, 's', STREAM_AT_ONCE);
    for (int i = 0; i < 3; i++) {
        lane_send(small);
        turn(world);
    }
    /* Before each piece the small one, and the others take turns. */
    assert_true(strcmp(order, "sasbsa") == 0 || strcmp(order, "sbsasb") == 0);
    assert_true(read_in_turn <= (size_t)3 * STREAM_TURN_SIZE);
}

static void a_small_answer_waits_for_one_piece_of_bulk_at_most(void **state)
{
    World *world = *state;
    Lane *light;

    open_two_with_bulk(world);
    light = lane_open(world, 'l', STREAM_IN_TURN);
    for (int i = 0; i < 3; i++) {
        lane_send(light);
        turn(world);
    }
    assert_true(strcmp(order, "lalbla") == 0 || strcmp(order, "lblalb") == 0);
}

static void what_small_ones_have_led_to_is_sent_before_bulk_is_read(void **state)
{
    World *world = *state;
    Lane *small;

    open_two_with_bulk(world);
    small = lane_open(world, 's', STREAM_AT_ONCE);
    answered = lane_open(world, 'l', STREAM_IN_TURN);
    lane_send(small);
    turn(world);
    assert_true(strcmp(order, "s>a") == 0 || strcmp(order, "s>b") == 0);
}

/* What has come to the other end of @lane. */
static size_t lane_receive(const Lane *lane)
{
    char data[1024];
    ssize_t size = recv(lane->peer, data, sizeof(data), MSG_DONTWAIT);

    return size < 0 ? 0 : (size_t)size;
}

static void what_bulk_leads_to_is_sent_when_there_is_a_lot(void **state)
{
    World *world = *state;

    open_two_with_bulk(world);
    fed = lane_open(world, 'f', STREAM_AT_ONCE);
    for (size_t held = 0; held < STREAM_HOLD; held += STREAM_TURN_SIZE) {
        assert_int_equal(lane_receive(fed), 0);
        turn(world);
    }
    turn(world); /* it is sent when the next one begins */
    assert_int_equal(lane_receive(fed), STREAM_HOLD / STREAM_TURN_SIZE);
}

static void what_bulk_leads_to_is_sent_with_what_is_small(void **state)
{
    World *world = *state;
    Lane *small;

    open_two_with_bulk(world);
    fed = lane_open(world, 'f', STREAM_AT_ONCE);
    small = lane_open(world, 's', STREAM_AT_ONCE);
    turn(world);
    assert_int_equal(lane_receive(fed), 0);
    lane_send(small);
    turn(world);
    assert_int_equal(lane_receive(fed), 1);
}

static void on_patience(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void what_the_last_bulk_leads_to_is_sent_before_the_loop_sleeps(void **state)
{
    static const char piece[STREAM_TURN_SIZE];
    World *world = *state;
    Lane *a = lane_open(world, 'a', STREAM_IN_TURN);
    bool slept = false;
    uv_timer_t patience = {.data = &slept};

    fed = lane_open(world, 'f', STREAM_AT_ONCE);
    assert_int_equal(uv_timer_init(&world->loop, &patience), 0);
    assert_int_equal(uv_timer_start(&patience, on_patience, 10000, 0), 0);
    a->stream.weight = STREAM_TURN_SIZE;
    /* As much as is read in a turn, and so there may be more. There isn't. */
    assert_int_equal(send(a->peer, piece, sizeof(piece), MSG_NOSIGNAL), sizeof(piece));
    for (int i = 0; i < 3 && !slept; i++) {
        assert_int_equal(lane_receive(fed), 0);
        uv_run(&world->loop, i < 2 ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    }
    assert_false(slept);
    assert_int_equal(lane_receive(fed), 1);
    uv_close((uv_handle_t *)&patience, NULL);
    turn(world);
}

static void who_has_brought_bulk_is_light_again_after_a_few_small_pieces(void **state)
{
    World *world = *state;
    Lane *a = lane_open(world, 'a', STREAM_IN_TURN);

    lane_fill(a);
    for (int i = 0; i < 1000 && read_in_turn < a->filled; i++)
        turn(world);
    assert_int_equal(read_in_turn, a->filled);
    assert_true(a->stream.weight >= STREAM_LIGHT);
    for (int i = 0; i < 3; i++) {
        lane_send(a);
        turn(world);
    }
    assert_true(a->stream.weight < STREAM_LIGHT);
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

static void however_many_are_light_a_turn_ends(void **state)
{
    World *world = *state;

    for (int i = 0; i < LANES; i++)
        lane_fill(lane_open(world, 'a', STREAM_IN_TURN)); /* new, and so light until now */
    turn(world);
    assert_in_range(read_in_turn, STREAM_LIGHT_TURN, STREAM_LIGHT_TURN + 2 * STREAM_TURN_SIZE);
}

static void closed_while_it_waits_for_its_turn_it_is_not_read(void **state)
{
    World *world = *state;
    Lane *waiting;

    open_two_with_bulk(world);
    turn(world);
    assert_int_equal(strlen(order), 1);
    waiting = &world->lanes[order[0] == 'a' ? 1 : 0];
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
        TEST(a_small_answer_waits_for_one_piece_of_bulk_at_most),
        TEST(what_small_ones_have_led_to_is_sent_before_bulk_is_read),
        TEST(what_bulk_leads_to_is_sent_when_there_is_a_lot),
        TEST(what_bulk_leads_to_is_sent_with_what_is_small),
        TEST(what_the_last_bulk_leads_to_is_sent_before_the_loop_sleeps),
        TEST(who_has_brought_bulk_is_light_again_after_a_few_small_pieces),
        TEST(small_pieces_of_many_are_read_together),
        TEST(however_many_are_light_a_turn_ends),
        TEST(closed_while_it_waits_for_its_turn_it_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
