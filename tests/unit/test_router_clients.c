/*
 * Clients that hang up, flood, don't read or ask for too much: they harm themselves only.
 */
#include "tests/unit/router_world.h"
#include "tests/unit/villain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Clients. */

static void a_client_that_hangs_up_leaves_nothing_behind(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    for (int i = 0; i < 10; i++)
        ask_enumerate(world, peer, "endless", i % 2 == 0 ? "" : ",'partialResultToken':1");
    pump_until(world, world->server.request_count == 10);
    peer_close(peer);
    pump_until(world, world->server.request_count == 0);
    assert_int_equal(world->server.client_count, 0);
    assert_int_equal(world->server.counters.cancels, 10);
}

static void the_end_of_the_input_is_no_disconnect(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "good", "");
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    expect_good(world, peer, id);
    pump_until(world, peer->ended);
    pump_until(world, world->server.client_count == 0);
}

static void a_hangup_after_the_end_of_the_input_cancels(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    ask_get(world, peer, "endless", "");
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    pump_until(world, world->server.request_count == 1);
    for (int i = 0; i < 10; i++)
        turn(world);
    assert_int_equal(world->server.counters.cancels, 0);
    peer_close(peer);
    pump_until(world, world->server.request_count == 0);
    assert_int_equal(world->server.client_count, 0);
}

static void hostile_input_ends_its_own_connection_only(void **state)
{
    static const struct {
        const char *bytes, *says;
        bool ends;
    } inputs[] = {
        {"{garbage\n", "-32700", false},
        {"{}\n", "-32600", false},
        {"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"host/info\"}\n", "-32600", false},
        {"{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"host/info\"}\n", "-32600", false},
        {"{\"jsonrpc\":\"2.0\",\"id\":\"\\u0000\",\"method\":\"host/info\"}\n", "-32600", false},
        {"GET / HTTP/1.1\r\n\r\n", "header block", true},
        {"Content-Length: 99999999999999999999\r\n\r\n", "header block", true},
        {"Content-Length: 4294967296\r\n\r\n", "maxMessage", true},
    };
    World *world = *state;

    start(world);
    Peer *good = peer_connect(world);
    for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
        Peer *peer = peer_connect(world);
        peer_send_bytes(world, peer, inputs[i].bytes, strlen(inputs[i].bytes));
        pump_until(world,
                   peer->got.size > 0 && memchr(peer->got.data, '}', peer->got.size) != NULL);
        expect(all_of(peer), inputs[i].says);
        if (inputs[i].ends)
            pump_until(world, peer->ended);
        else
            assert_false(peer->ended);
        expect_good(world, good, ask_get(world, good, "good", ""));
        peer_close(peer);
        peer_forget(peer);
        *peer = (Peer){.fd = -1};
        world->peer_count--;
    }
}

static void a_message_over_the_limit_gets_one_error_and_the_end(void **state)
{
    World *world = *state;
    char *bytes = malloc(8192);

    assert_non_null(bytes);
    world->config.max_message = 4096;
    start(world);
    Peer *peer = peer_connect(world);
    memset(bytes, 'x', 8192);
    bytes[0] = '{';
    peer_send_bytes(world, peer, bytes, 8192);
    free(bytes);
    pump_until(world, peer->ended);
    expect(all_of(peer), "'maxMessage' (4096 bytes)");
}

static void an_input_that_ends_within_a_message_is_told(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    peer_send_bytes(world, peer, "{\"jsonrpc\":", 11);
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    pump_until(world, peer->ended);
    expect(all_of(peer), "ended within a message");
}

static void an_id_in_flight_cannot_be_used_again(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "endless", "");
    peer_send(world, peer, "{'jsonrpc':'2.0','id':%u,'method':'host/info'}", id);
    pump_until(world, peer->got.size > 0 && strstr(all_of(peer), "\n") != NULL);
    expect(all_of(peer), "\"id\":null,\"error\":{\"code\":-32600");
    cancel(world, peer, id, "none");
    await(world, peer, id);
}

static void requests_over_the_limit_are_refused(void **state)
{
    World *world = *state;

    world->config.max_requests = 2;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned first = ask_get(world, peer, "endless", "");
    unsigned second = ask_get(world, peer, "endless", "");
    expect(await(world, peer, ask_get(world, peer, "endless", "")),
           "'maxRequests' (2) limits them");
    cancel(world, peer, first, "none");
    cancel(world, peer, second, "none");
    await(world, peer, first);
    await(world, peer, second);
}

static void a_headers_client_is_answered_with_headers(void **state)
{
    static const char body[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"}";
    World *world = *state;
    char message[256];

    start(world);
    Peer *peer = peer_connect(world);
    int size =
        snprintf(message, sizeof(message), "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    peer_send_bytes(world, peer, message, (size_t)size);
    pump_until(world, peer->got.size > 0 && strstr(all_of(peer), "maxTimeoutMs") != NULL);
    expect(all_of(peer), "Content-Length: ");
    peer_close(peer);
    peer_forget(peer); /* these are no lines */
}

static void a_client_that_never_reads_small_answers_is_disconnected(void **state)
{
    World *world = *state;

    start(world);
    Peer *deaf = peer_connect(world), *good = peer_connect(world);
    deaf->deaf = true;
    for (int i = 0; i < 100000 && world->server.client_count != 1; i++) {
        static const char line[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"mi/nonsense\"}\n";
        if (send(deaf->fd, line, sizeof(line) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
            errno != EAGAIN)
            break;
        if (i % 100 == 0)
            turn(world);
    }
    pump_until(world, world->server.client_count == 1);
    expect_good(world, good, ask_get(world, good, "good", ""));
    peer_close(deaf);
}

static void a_client_that_reads_may_ask_as_fast_as_it_can(void **state)
{
    enum {
        COUNT = 20000
    };
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    for (int i = 0; i < COUNT; i++)
        ask_get(world, peer, "good", "");
    await(world, peer, COUNT);
    pump_until(world, world->server.request_count == 0);
}

static void more_clients_than_allowed_wait_for_their_turn(void **state)
{
    World *world = *state;

    world->config.max_clients = 1;
    start(world);
    Peer *first = peer_connect(world);
    Peer *second = peer_connect(world);
    unsigned id = ask_get(world, second, "good", "");
    /* The timer that looks whether there are descriptors again has found it full still. */
    pump_until(world, world->server.timers.first != NULL);
    timer_stop(world->server.timers.first);
    assert_int_equal(second->got.size, 0);
    peer_close(first);
    expect_good(world, second, id);
}

/* Flow. */

static void a_client_that_does_not_read_stops_its_own_operation_only(void **state)
{
    World *world = *state;

    start(world);
    Peer *deaf = peer_connect(world), *good = peer_connect(world);
    deaf->deaf = true;
    unsigned id = ask_enumerate(world, deaf, "streams", ",'partialResultToken':'t'");
    pump_until(world, world->server.request_count == 1);
    /* Several round trips of another client: what can be sent by then was sent. */
    for (int i = 0; i < 200; i++)
        expect_good(world, good, ask_get(world, good, "good", ""));
    const Client *client = list_entry(list_first(&world->server.clients), Client, link);
    assert_true(outbox_unsent(&client->outbox) <= 4 * world->config.window);
    assert_int_equal(find_responses(deaf, id, NULL, 0), 0);
    deaf->deaf = false;
    expect_good(world, deaf, id);
    assert_int_equal(count_parts(deaf, "\"value\":[{"), VILLAIN_BATCHES);
}

static void a_client_that_does_not_read_can_cancel(void **state)
{
    World *world = *state;

    start(world);
    Peer *deaf = peer_connect(world);
    deaf->deaf = true;
    unsigned id = ask_enumerate(world, deaf, "streams", ",'partialResultToken':'t'");
    pump_until(world, world->server.request_count == 1);
    cancel(world, deaf, id, "none");
    pump_until(world, world->server.request_count == 0);
    deaf->deaf = false;
    expect(await(world, deaf, id), "-32800");
}

static void an_agent_that_ignores_its_window_is_killed(void **state)
{
    World *world = *state;

    start(world);
    Peer *deaf = peer_connect(world);
    deaf->deaf = true;
    unsigned id = ask_enumerate(world, deaf, "floods", ",'partialResultToken':'t'");
    pump_until(world, world->server.request_count == 1);
    pump_until(world, world->server.agent_count == 0);
    deaf->deaf = false;
    expect(await(world, deaf, id), "more than the window");
}

static void collecting_too_much_is_an_error_that_says_what_to_do(void **state)
{
    World *world = *state;

    world->config.max_collected = 4096;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_enumerate(world, peer, "streams", "");
    const char *response = await(world, peer, id);
    expect(response, "MI_RESULT_SERVER_LIMITS_EXCEEDED");
    expect(response, "partialResultToken");
    pump_until(world, world->server.request_count == 0);
    expect(await(world, peer, ask_enumerate(world, peer, "floods", "")),
           "MI_RESULT_SERVER_LIMITS_EXCEEDED");
    pump_until(world, world->server.request_count == 0);
}

static void collected_instances_come_in_one_response(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_enumerate(world, peer, "streams", "");
    expect_good(world, peer, id);
    const Client *client = list_entry(list_first(&world->server.clients), Client, link);
    assert_int_equal(client->buffered, 0);
    assert_int_equal(client->unread_answers, 0);
}

static void results_that_nobody_reads_are_bounded(void **state)
{
    enum {
        COUNT = 200 /* of 64 KiB each */
    };
    World *world = *state;

    world->config.max_buffered = 1 << 20;
    start(world);
    Peer *deaf = peer_connect(world);
    deaf->deaf = true;
    for (int i = 0; i < COUNT; i++)
        ask_get(world, deaf, "long", "");
    pump_until(world, world->server.counters.requests > 0 && world->server.request_count == 0);
    const Client *client = list_entry(list_first(&world->server.clients), Client, link);
    assert_true(client->buffered <= world->config.max_buffered + COUNT * 1024);
    assert_true(outbox_unsent(&client->outbox) <= world->config.max_buffered + COUNT * 2048);
    deaf->deaf = false;
    for (unsigned id = 1; id <= COUNT; id++)
        await(world, deaf, id);
    assert_true(count_parts(deaf, "'maxBuffered'") > 0);
    pump_until(world, client->buffered == 0);
    expect_good(world, deaf, ask_get(world, deaf, "good", ""));
    assert_int_equal(client->unread_answers, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_client_that_hangs_up_leaves_nothing_behind),
        TEST(the_end_of_the_input_is_no_disconnect),
        TEST(a_hangup_after_the_end_of_the_input_cancels),
        TEST(hostile_input_ends_its_own_connection_only),
        TEST(a_message_over_the_limit_gets_one_error_and_the_end),
        TEST(an_input_that_ends_within_a_message_is_told),
        TEST(an_id_in_flight_cannot_be_used_again),
        TEST(requests_over_the_limit_are_refused),
        TEST(a_headers_client_is_answered_with_headers),
        TEST(a_client_that_never_reads_small_answers_is_disconnected),
        TEST(a_client_that_reads_may_ask_as_fast_as_it_can),
        TEST(more_clients_than_allowed_wait_for_their_turn),
        TEST(a_client_that_does_not_read_stops_its_own_operation_only),
        TEST(a_client_that_does_not_read_can_cancel),
        TEST(an_agent_that_ignores_its_window_is_killed),
        TEST(collecting_too_much_is_an_error_that_says_what_to_do),
        TEST(collected_instances_come_in_one_response),
        TEST(results_that_nobody_reads_are_bounded),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
