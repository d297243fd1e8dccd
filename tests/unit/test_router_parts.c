/*
 * Operations of several parts, on several agents: each part has its own end, and the request one
 * response, when the last of them has.
 */
#include "tests/unit/router_world.h"
#include "tests/unit/villain.h"

#include <stdio.h>
#include <string.h>

/* Starts a server in which X_Base has these two classes, of two providers, below it. */
static void start_with(World *world, const char *one, const char *other)
{
    register_derived(world, one, ":X_Base", "");
    register_derived(world, other, ":X_Base", "");
    start(world);
}

static unsigned ask_base(World *world, Peer *peer, const char *more)
{
    return ask_enumerate(world, peer, "Base", more);
}

/* The server has relayed a question: its id. */
static unsigned long await_question(World *world, Peer *peer)
{
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":";
    const char *at;

    pump_until(world, count_parts(peer, "\"method\":\"mi/shouldContinue\"") > 0);
    at = strstr(all_of(peer), "\"method\":\"mi/shouldContinue\"");
    while (strncmp(at, head, sizeof(head) - 1) != 0)
        at--;
    return strtoul(at + sizeof(head) - 1, NULL, 10);
}

static void what_the_parts_have_comes_in_one_response(void **state)
{
    World *world = *state;

    start_with(world, "one-batch", "good");
    register_derived(world, "streams", ":X_Base", "");
    assert_int_equal(server_reload(&world->server), 0);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_base(world, peer, ""));
    assert_int_equal(count_parts(peer, "\"N\":1"), VILLAIN_BATCHES + 1);
    const Client *client = list_entry(list_first(&world->server.clients), Client, link);
    pump_until(world, client->buffered == 0);
}

static void what_the_parts_have_comes_as_it_comes(void **state)
{
    World *world = *state;

    start_with(world, "one-batch", "streams");
    Peer *peer = peer_connect(world);
    unsigned id = ask_base(world, peer, ",'partialResultToken':7");
    expect(await(world, peer, id), "\"result\":{\"instances\":[]}");
    assert_int_equal(count_parts(peer, "{\"token\":7,\"value\":[{"), VILLAIN_BATCHES + 1);
    const Client *client = list_entry(list_first(&world->server.clients), Client, link);
    pump_until(world, client->buffered == 0);
}

static void a_part_that_fails_names_its_provider_after_what_the_others_sent(void **state)
{
    World *world = *state;

    start_with(world, "one-batch", "fails");
    Peer *peer = peer_connect(world);
    const char *response = await(world, peer, ask_base(world, peer, ",'partialResultToken':'t'"));
    expect(response, "\"code\":-32803");
    expect(response, "provider 'fails': no luck");
    expect(all_of(peer), "\"value\":[{");
}

static void a_part_whose_agent_dies_is_told_by_its_death(void **state)
{
    World *world = *state;

    start_with(world, "one-batch", "dies");
    Peer *peer = peer_connect(world);
    const char *response = await(world, peer, ask_base(world, peer, ""));
    expect(response, "dies");
    expect(response, "exit status 3");
    expect(response, "\"discarded\":1");
}

static void a_cancel_goes_to_each_part(void **state)
{
    World *world = *state;

    start_with(world, "endless", "good");
    register_derived(world, "crosses", ":X_Base", "");
    assert_int_equal(server_reload(&world->server), 0);
    Peer *peer = peer_connect(world);
    unsigned id = ask_base(world, peer, "");
    pump_until(world, world->server.agent_count == 3);
    cancel(world, peer, id, "timeout");
    expect(await(world, peer, id), "\"reason\":\"timeout\",\"delivered\":true");
    pump_until(world, world->server.request_count == 0);
}

static void a_part_that_ignores_its_cancel_is_abandoned_alone(void **state)
{
    World *world = *state;

    be_impatient(world);
    start_with(world, "ignores-cancel", "endless");
    Peer *peer = peer_connect(world);
    unsigned id = ask_base(world, peer, "");
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"abandoned\":true");
    pump_until(world, world->server.request_count == 0);
}

static void a_part_that_waits_is_canceled_with_the_others(void **state)
{
    World *world = *state;

    register_derived(world, "good", ":X_Base", "");
    register_derived(world, "endless", ":X_Base", "OPERATIONS=1");
    start(world);
    Peer *peer = peer_connect(world);
    unsigned first = ask_get(world, peer, "endless", "");
    unsigned second = ask_base(world, peer, "");
    pump_until(world, world->server.agent_count == 2);
    cancel(world, peer, second, "none");
    expect(await(world, peer, second), "\"code\":-32800");
    cancel(world, peer, first, "none");
    await(world, peer, first);
}

static void a_client_that_hangs_up_ends_all_parts(void **state)
{
    World *world = *state;

    start_with(world, "endless", "streams");
    Peer *peer = peer_connect(world);
    peer->deaf = true;
    for (int i = 0; i < 5; i++)
        ask_base(world, peer, i % 2 == 0 ? ",'partialResultToken':1" : "");
    pump_until(world, world->server.request_count == 5);
    peer_close(peer);
    pump_until(world, world->server.request_count == 0);
}

static void collecting_too_much_ends_all_parts(void **state)
{
    World *world = *state;

    world->config.max_collected = 4096;
    start_with(world, "streams", "endless");
    Peer *peer = peer_connect(world);
    expect(await(world, peer, ask_base(world, peer, "")), "MI_RESULT_SERVER_LIMITS_EXCEEDED");
    pump_until(world, world->server.request_count == 0);
}

static void a_question_ends_with_the_part_that_asked_it(void **state)
{
    static const char *const askers[] = {"asks-and-dies", "asks-and-answers"};
    World *world = *state;

    register_derived(world, askers[0], ":X_Base0", "");
    register_derived(world, askers[1], ":X_Base1", "");
    register_derived(world, "endless", ":X_Base0:X_Base1", "");
    start(world);
    for (size_t i = 0; i < ARRAY_SIZE(askers); i++) {
        Peer *peer = peer_connect(world);
        unsigned id = ask_enumerate(world, peer, i == 0 ? "Base0" : "Base1", ",'prompts':true");
        unsigned long question = await_question(world, peer);
        pump_until(world, count_parts(peer, "\"method\":\"$/cancelRequest\"") == 1);
        peer_send(world, peer, "{'jsonrpc':'2.0','id':%lu,'result':{'answer':true}}", question);
        pump_until(world, world->server.counters.answers_dropped == i + 1);
        assert_int_equal(find_responses(peer, id, NULL, 0), 0);
        cancel(world, peer, id, "none");
        expect(await(world, peer, id), "\"code\":-32800");
    }
}

static void C7_a_question_ends_with_the_cancel_and_a_later_answer_is_dropped(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "asks-and-waits", ",'prompts':true");
    unsigned long question = await_question(world, peer);
    char withdrawn[96];

    snprintf(withdrawn, sizeof(withdrawn), "\"method\":\"$/cancelRequest\",\"params\":{\"id\":%lu}",
             question);
    assert_int_equal(count_parts(peer, withdrawn), 0);
    cancel(world, peer, id, "timeout");
    expect(await(world, peer, id), "\"code\":-32800");
    assert_int_equal(count_parts(peer, withdrawn), 1);
    peer_send(world, peer, "{'jsonrpc':'2.0','id':%lu,'result':{'answer':true}}", question);
    pump_until(world, world->server.counters.answers_dropped == 1);
}

static void an_agent_that_reads_no_answers_is_killed(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect(await(world, peer, ask_get(world, peer, "asks-for-ever", "")),
           "doesn't read what it is sent");
    expect(await(world, peer, ask_get(world, peer, "asks-for-ever", ",'prompts':true")),
           "it asks more at a time than it may");
}

static void last_batches_that_nobody_reads_are_bounded(void **state)
{
    World *world = *state;
    const Client *client = NULL;
    unsigned asked = 0;

    world->config.max_buffered = 64 << 10;
    world->config.max_collected = 64 << 10;
    start_with(world, "long-batch", "good");
    Peer *deaf = peer_connect(world);
    deaf->deaf = true;
    do {
        ask_base(world, deaf, ",'partialResultToken':'t'");
        asked++;
        pump_until(world, world->server.counters.requests == asked);
        pump_until(world, world->server.request_count == 0);
        turn(world); /* what can be sent is sent */
        client = list_entry(list_first(&world->server.clients), Client, link);
        assert_true(outbox_unsent(&client->outbox) < 2 * world->config.max_buffered);
    } while (client_has_room(client, 32 << 10, NULL, 0));
    unsigned refused = ask_base(world, deaf, ",'partialResultToken':'t'");
    pump_until(world, world->server.counters.requests == asked + 1);
    pump_until(world, world->server.request_count == 0);
    deaf->deaf = false;
    expect(await(world, deaf, refused), "'maxBuffered'");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_parts_have_comes_in_one_response),
        TEST(what_the_parts_have_comes_as_it_comes),
        TEST(a_part_that_fails_names_its_provider_after_what_the_others_sent),
        TEST(a_part_whose_agent_dies_is_told_by_its_death),
        TEST(a_cancel_goes_to_each_part),
        TEST(a_part_that_ignores_its_cancel_is_abandoned_alone),
        TEST(a_part_that_waits_is_canceled_with_the_others),
        TEST(a_client_that_hangs_up_ends_all_parts),
        TEST(collecting_too_much_ends_all_parts),
        TEST(a_question_ends_with_the_part_that_asked_it),
        TEST(C7_a_question_ends_with_the_cancel_and_a_later_answer_is_dropped),
        TEST(an_agent_that_reads_no_answers_is_killed),
        TEST(last_batches_that_nobody_reads_are_bounded),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
