/*
 * Cancels, deadlines and graces, as a client sees them, and what becomes of the agent.
 */
#include "tests/unit/router_world.h"

#include <sys/socket.h>
#include <unistd.h>

/* Cancels. */

static void a_cancel_says_its_reason_and_what_came_of_it(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_enumerate(world, peer, "endless", "");
    pump_until(world, world->server.request_count == 1);
    cancel(world, peer, id, "timeout");
    const char *response = await(world, peer, id);
    expect(response, "\"code\":-32800");
    expect(response, "\"reason\":\"timeout\",\"delivered\":true");
    expect(response, "\"message\":\"stopped\"");
    expect(response, "\"abandoned\":false");
    pump_until(world, world->server.request_count == 0);
}

static void a_cancel_right_behind_its_request_is_as_good(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "endless", "");
    cancel(world, peer, id, "none");
    cancel(world, peer, id, "timeout"); /* changes nothing */
    expect(await(world, peer, id), "\"reason\":\"none\"");
    assert_int_equal(world->server.counters.cancels, 1);
    assert_int_equal(world->server.counters.cancels_ignored, 1);
}

static void a_cancel_of_nothing_is_counted(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "good", "");
    expect_good(world, peer, id);
    cancel(world, peer, id, "none");
    cancel(world, peer, 4711, "none");
    peer_send(world, peer, "{'jsonrpc':'2.0','method':'$/cancelRequest'}");
    peer_send(world, peer, "{'jsonrpc':'2.0','method':'$/cancelRequest','params':{'id':null}}");
    peer_send(world, peer,
              "{'jsonrpc':'2.0','method':'$/cancelRequest','params':{'id':1,'reason':''}}");
    expect_good(world, peer, ask_get(world, peer, "good", ""));
    assert_int_equal(world->server.counters.cancels_ignored, 5);
    assert_int_equal(world->server.counters.reasons_unknown, 1);
}

static void a_cancel_of_what_waits_never_reaches_the_provider(void **state)
{
    World *world = *state;

    register_provider(world, "endless", "OPERATIONS=1");
    start(world);
    Peer *peer = peer_connect(world);
    unsigned first = ask_get(world, peer, "endless", ""),
             second = ask_get(world, peer, "endless", "");
    pump_until(world, world->server.request_count == 2);
    cancel(world, peer, second, "none");
    expect(await(world, peer, second), "\"delivered\":false,\"result\":null");
    assert_int_equal(find_responses(peer, first, NULL, 0), 0);
    cancel(world, peer, first, "none");
    expect(await(world, peer, first), "\"delivered\":true");
}

static void a_deadline_cancels_with_timeout(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect(await(world, peer, ask_get(world, peer, "endless", ",'timeoutMs':5")),
           "\"reason\":\"timeout\"");
}

static void the_registration_bounds_every_deadline(void **state)
{
    World *world = *state;

    register_provider(world, "endless", "MAXTIMEOUT=5ms");
    start(world);
    Peer *peer = peer_connect(world);
    unsigned first = ask_get(world, peer, "endless", "");
    unsigned second = ask_get(world, peer, "endless", ",'timeoutMs':100000");
    expect(await(world, peer, first), "\"reason\":\"timeout\"");
    expect(await(world, peer, second), "\"reason\":\"timeout\"");
}

static void an_operation_that_outlives_its_grace_is_abandoned(void **state)
{
    World *world = *state;

    be_impatient(world);
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "ignores-cancel", "");
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"result\":null,\"discarded\":0,\"abandoned\":true");
    pump_until(world, world->server.agent_count == 0); /* drained, and killed */
    assert_int_equal(world->server.request_count, 0);
}

static void many_abandoned_agents_make_place_for_each_other(void **state)
{
    World *world = *state;

    be_impatient(world);
    world->config.drain = 100000; /* only their number drives them out */
    start(world);
    Peer *peer = peer_connect(world);
    for (int i = 0; i < 6; i++) {
        unsigned id = ask_get(world, peer, "ignores-cancel", "");
        cancel(world, peer, id, "none");
        expect(await(world, peer, id), "\"abandoned\":true");
    }
    pump_until(world, world->server.agent_count == 2);
}

static void a_late_result_is_counted_and_dropped(void **state)
{
    World *world = *state;

    be_impatient(world);
    world->config.drain = 100000;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "late", "");
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"abandoned\":true");
    make_ping_due(only_agent(world)); /* which it takes as its cue */
    pump_until(world, world->server.agent_count == 0);
    assert_int_equal(world->server.counters.results_dropped, 1);
}

static void a_result_that_crosses_the_cancel_is_the_normal_one(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_enumerate(world, peer, "crosses", "");
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"result\":{\"instances\":[]}");
}

static void a_release_without_a_result_ends_the_agent(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_enumerate(world, peer, "only-releases", "");
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"code\":-32800");
    expect(await(world, peer, id), "only-releases");
}

static void a_provider_that_never_releases_is_drained_and_killed(void **state)
{
    World *world = *state;

    be_impatient(world);
    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "never-releases", ""));
    assert_int_equal(world->server.request_count, 1);
    pump_until(world, world->server.agent_count == 0);
    assert_int_equal(world->server.request_count, 0);
}

static void a_canceled_operation_on_a_dying_agent_is_answered_as_canceled(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "dies", "");
    cancel(world, peer, id, "shutdown");
    const char *response = await(world, peer, id);
    expect(response, "\"code\":-32800");
    expect(response, "\"reason\":\"shutdown\"");
}

/* An agent takes ids in rising order: one that is requeued is older than what its next agent has.
 */
static void a_requeued_call_comes_behind_younger_ones(void **state)
{
    World *world = *state;
    sigset_t child, before;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned first = ask_get(world, peer, "stuck-once", "");
    pump_until(world, access(path_of(world, "marker"), F_OK) == 0);
    Agent *agent = only_agent(world);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    assert_int_equal(sigprocmask(SIG_BLOCK, &child, &before), 0);
    make_late(agent);
    pump_until(world, agent->state == AGENT_KILLED); /* its exit won't be seen yet */
    unsigned second = ask_get(world, peer, "stuck-once", "");
    expect_good(world, peer, second);
    assert_int_equal(find_responses(peer, first, NULL, 0), 0);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    expect_good(world, peer, first);
    expect_good(world, peer, ask_get(world, peer, "stuck-once", ""));
    assert_int_equal(world->server.agent_count, 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_cancel_says_its_reason_and_what_came_of_it),
        TEST(a_cancel_right_behind_its_request_is_as_good),
        TEST(a_cancel_of_nothing_is_counted),
        TEST(a_cancel_of_what_waits_never_reaches_the_provider),
        TEST(a_deadline_cancels_with_timeout),
        TEST(the_registration_bounds_every_deadline),
        TEST(an_operation_that_outlives_its_grace_is_abandoned),
        TEST(many_abandoned_agents_make_place_for_each_other),
        TEST(a_late_result_is_counted_and_dropped),
        TEST(a_result_that_crosses_the_cancel_is_the_normal_one),
        TEST(a_release_without_a_result_ends_the_agent),
        TEST(a_provider_that_never_releases_is_drained_and_killed),
        TEST(a_canceled_operation_on_a_dying_agent_is_answered_as_canceled),
        TEST(a_requeued_call_comes_behind_younger_ones),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
