/*
 * The world of a test of streams: one stream, its owner, and the peer at its other end.
 *
 * The test holds the other end of a socketpair and moves the loop by hand. Each test ends with a
 * loop that closes, and with as many descriptors as there were at its beginning. A test that is
 * listed as TEST runs twice: for a stream that is read at once, and for one that is read in turn.
 */
#pragma once

#include "server/stream.h"

#include "tests/support/cmocka.h"

#include <stdbool.h>

#define MAX_TURNS 100000 /* of the loop: a test that is still waiting has failed */

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

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, world_at_once, world_teardown),                          \
        cmocka_unit_test_setup_teardown(name, world_in_turn, world_teardown)

int world_at_once(void **state);
int world_in_turn(void **state);
int world_teardown(void **state);

/* What main() begins with: libuv opens descriptors for the process with its first loop. */
bool world_main(void);

/* One turn of the loop, which waits for nothing. */
void turn(World *world);

/* Turns the loop until nothing more can come of it. */
void settle(World *world);

/* ---- The peer ---- */

void peer_send(World *world, const char *text);

/* What the peer finds there, as a string that is valid until the next call. */
const char *peer_receive(World *world);

void peer_close(World *world);

/* ---- The owner ---- */

void write_text(World *world, const char *text);

/* Fails unless all that it was handed is @text. */
void expect_got(const World *world, const char *text);
