/*
 * What waits for a client that is slow to read: small answers pass it, and nothing else does.
 */
#include "protocol/json.h"
#include "tests/unit/router_world.h"
#include "tests/unit/villain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    COUNT = 32,              /* results that wait: 2 MiB, more than any socket holds */
    LONG = (64 << 10) + 1024 /* each of them, and what is around it */
};

/* A client that has asked for COUNT long results, which are there, and reads nothing for now. */
static Peer *open_with_bulk(World *world)
{
    Peer *peer = peer_connect(world);

    peer->deaf = true;
    for (int i = 0; i < COUNT; i++)
        ask_get(world, peer, "long", "");
    pump_until(world, world->server.counters.requests == COUNT && world->server.request_count == 0);
    return peer;
}

static const Client *only_client(const World *world)
{
    return list_entry(list_first(&world->server.clients), Client, link);
}

/* The request that is left; NULL if there is none, or one that has not come so far. */
static const Request *only_request(const World *world)
{
    const List *requests = &world->server.requests;

    return list_is_empty(requests) ? NULL : list_entry(list_first(requests), Request, link);
}

/* How much came before the response to @id. */
static size_t bytes_before(const Peer *peer, unsigned id)
{
    for (size_t i = 0; i < response_count(peer); i++)
        if (response_at(peer, i).id == id)
            return response_at(peer, i).begin;
    fail_msg("there is no response to %u", id);
    return 0;
}

static void expect_bulk(World *world, Peer *peer)
{
    for (unsigned id = 1; id <= COUNT; id++)
        expect_good(world, peer, id);
}

static void a_small_answer_waits_for_none_of_the_results_that_wait(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = open_with_bulk(world);
    const uint64_t sent = only_client(world)->stream.sent;
    assert_true(outbox_unsent(&only_client(world)->outbox) > 4 * LONG);
    unsigned id = ask_get(world, peer, "good", "");
    pump_until(world, world->server.counters.requests > COUNT && world->server.request_count == 0);
    peer->deaf = false;
    expect_good(world, peer, id);
    assert_in_range(bytes_before(peer, id), sent, sent + OUTBOX_AHEAD + LONG);
    expect_bulk(world, peer);
}

static void what_belongs_to_a_result_overtakes_none_of_it(void **state)
{
    World *world = *state;
    size_t end;

    world->config.window = 1 << 20; /* all of it may wait */
    start(world);
    Peer *peer = peer_connect(world);
    peer->deaf = true;
    unsigned id = ask_enumerate(world, peer, "streams", ",'partialResultToken':'t'");
    pump_until(world, world->server.counters.requests > 0 && world->server.request_count == 0);
    assert_true(outbox_unsent(&only_client(world)->outbox) > OUTBOX_AHEAD);
    peer->deaf = false;
    expect_good(world, peer, id);
    end = bytes_before(peer, id);
    assert_int_equal(count_parts(peer, "\"value\":[{"), VILLAIN_BATCHES);
    assert_null(memmem(peer->got.data + end, peer->got.size - end, "\"value\":[{", 10));
}

/* What was collected is not in it. */
static void the_end_of_a_canceled_enumeration_is_a_small_answer(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = open_with_bulk(world);
    const uint64_t sent = only_client(world)->stream.sent;
    unsigned id = ask_enumerate(world, peer, "posts-and-waits", "");
    pump_until(world, only_request(world) != NULL &&
                          only_request(world)->collected.size > CLIENT_SMALL_ANSWER);
    cancel(world, peer, id, "timeout");
    pump_until(world, world->server.request_count == 0);
    peer->deaf = false;
    expect(await(world, peer, id), "\"code\":-32800");
    assert_in_range(bytes_before(peer, id), sent, sent + OUTBOX_AHEAD + LONG);
    expect_bulk(world, peer);
}

/* Asks @provider, which asks back, while bulk waits. Where that question is in what @peer got. */
static size_t bytes_before_question(World *world, Peer *peer, const char *provider)
{
    unsigned id = ask_enumerate(world, peer, provider, ",'prompts':true,'partialResultToken':'t'");
    pump_until(world, only_request(world) != NULL && !list_is_empty(&only_request(world)->prompts));
    peer->deaf = false;
    expect_bulk(world, peer);
    pump_until(world, count_parts(peer, "mi/shouldContinue") == 1);
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"code\":-32800");
    const char *question = memmem(peer->got.data, peer->got.size, "mi/shouldContinue", 17);
    assert_non_null(question);
    return (size_t)(question - peer->got.data);
}

static void a_question_passes_the_results_of_others(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = open_with_bulk(world);
    const uint64_t sent = only_client(world)->stream.sent;
    assert_in_range(bytes_before_question(world, peer, "asks-and-waits"), sent,
                    sent + OUTBOX_AHEAD + LONG);
}

static void a_question_comes_after_what_its_operation_has_sent(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = open_with_bulk(world);
    size_t question = bytes_before_question(world, peer, "posts-and-asks");
    const char *batch = memmem(peer->got.data, peer->got.size, "\"value\":[{", 10);
    assert_non_null(batch);
    assert_true((size_t)(batch - peer->got.data) < question);
}

static void the_last_word_comes_after_what_is_owed(void **state)
{
    World *world = *state;
    char *bytes = calloc(1, 8192);

    assert_non_null(bytes);
    world->config.max_message = 4096;
    start(world);
    Peer *peer = open_with_bulk(world);
    memset(bytes, 'x', 8192);
    bytes[0] = '{';
    peer_send_bytes(world, peer, bytes, 8192);
    free(bytes);
    pump_until(world, only_client(world)->state == CLIENT_LEAVING);
    peer->deaf = false;
    pump_until(world, peer->ended);
    assert_int_equal(response_count(peer), COUNT);
    const char *last = strstr(all_of(peer), "'maxMessage' (4096 bytes)");
    assert_non_null(last);
    assert_string_equal(strchr(last, '\n'), "\n");
}

static void the_end_of_the_input_waits_for_results_too(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = open_with_bulk(world);
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    pump_until(world, only_client(world)->state == CLIENT_ENDED);
    peer->deaf = false;
    expect_bulk(world, peer);
    pump_until(world, peer->ended);
}

static void results_with_headers_wait_whole(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    peer->deaf = true;
    for (int i = 1; i <= COUNT; i++) {
        char body[256], message[320];
        int size =
            snprintf(body, sizeof(body),
                     "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"mi/getInstance\",\"params\":{"
                     "\"namespace\":\"root/test\",\"instance\":{\"class\":\"%s\","
                     "\"properties\":{}}}}",
                     i, class_of("long"));

        size = snprintf(message, sizeof(message), "Content-Length: %d\r\n\r\n%s", size, body);
        peer_send_bytes(world, peer, message, (size_t)size);
    }
    pump_until(world, world->server.counters.requests == COUNT && world->server.request_count == 0);
    peer->deaf = false;
    pump_until(world, count_parts(peer, "Content-Length: ") == COUNT &&
                          outbox_unsent(&only_client(world)->outbox) == 0);
    Span rest = buffer_span(&peer->got);
    for (int i = 1; i <= COUNT; i++) {
        size_t length = strtoul(rest.data + strlen("Content-Length: "), NULL, 10);
        const char *body = memmem(rest.data, rest.size, "\r\n\r\n", 4);

        assert_non_null(body);
        span_skip(&rest, (size_t)(body + 4 - rest.data));
        assert_true(json_check((Span){rest.data, length}, JSON_MAX_DEPTH, NULL));
        span_skip(&rest, length);
    }
    assert_int_equal(rest.size, 0);
    peer_close(peer);
    peer_forget(peer); /* these are no lines */
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_small_answer_waits_for_none_of_the_results_that_wait),
        TEST(what_belongs_to_a_result_overtakes_none_of_it),
        TEST(the_end_of_a_canceled_enumeration_is_a_small_answer),
        TEST(a_question_passes_the_results_of_others),
        TEST(a_question_comes_after_what_its_operation_has_sent),
        TEST(the_last_word_comes_after_what_is_owed),
        TEST(the_end_of_the_input_waits_for_results_too),
        TEST(results_with_headers_wait_whole),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
