/*
 * The stream is one end of a socketpair. Its owner writes down what it is told, and does besides
 * what the test has set.
 */
#include "tests/unit/stream_world.h"

#include "tests/unit/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

int world_at_once(void **state)
{
    return world_setup(state, STREAM_AT_ONCE);
}

int world_in_turn(void **state)
{
    return world_setup(state, STREAM_IN_TURN);
}

void peer_close(World *world)
{
    if (world->peer >= 0)
        close(world->peer);
    world->peer = -1;
}

int world_teardown(void **state)
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

void turn(World *world)
{
    uv_run(&world->loop, UV_RUN_NOWAIT);
}

void settle(World *world)
{
    for (int i = 0; i < 20; i++)
        turn(world);
}

void peer_send(World *world, const char *text)
{
    assert_int_equal(send(world->peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

const char *peer_receive(World *world)
{
    static char text[4096];
    ssize_t size = recv(world->peer, text, sizeof(text) - 1, MSG_DONTWAIT);

    text[size < 0 ? 0 : size] = '\0';
    return text;
}

void write_text(World *world, const char *text)
{
    buffer_put_string(stream_out(&world->stream), text);
}

void expect_got(const World *world, const char *text)
{
    assert_int_equal(world->got.size, strlen(text));
    assert_memory_equal(world->got.data, text, strlen(text));
}

bool world_main(void)
{
    uv_loop_t first;

    return uv_loop_init(&first) == 0 && uv_loop_close(&first) == 0;
}
