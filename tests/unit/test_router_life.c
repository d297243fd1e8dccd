/*
 * What becomes of a provider whose agents die: the next one starts at once, the one after it has to
 * wait, and who asks meanwhile is told so.
 */
#include "tests/unit/router_world.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* The health of @name's agents for this user; NULL: none has died. */
static Health *health_of(World *world, const char *name)
{
    const Registry *registry = &world->server.registry;

    for (size_t i = 0; i < registry->provider_count; i++)
        if (strcmp(registry->providers[i]->name, name) == 0) {
            List *link = list_first(&registry->providers[i]->healths);
            return link == NULL ? NULL : list_entry(link, Health, link);
        }
    fail_msg("there is no provider '%s'", name);
    return NULL;
}

/* Rests are long enough that none ends while the test looks. */
static Peer *start_patiently(World *world)
{
    world->config.backoff = 3600 * 1000;
    world->config.max_backoff = 24 * 3600 * 1000;
    start(world);
    return peer_connect(world);
}

/* Two agents of @name die. */
static void let_two_die(World *world, Peer *peer, const char *name)
{
    expect(await(world, peer, ask_enumerate(world, peer, name, "")), "SIGSEGV");
    expect(await(world, peer, ask_enumerate(world, peer, name, "")), "SIGSEGV");
}

static const char *status(World *world, Peer *peer)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer, "{'jsonrpc':'2.0','id':%u,'method':'host/status'}", id);
    return await(world, peer, id);
}

static void who_asks_during_a_rest_is_refused_at_once_and_told_why(void **state)
{
    World *world = *state;
    Peer *peer = start_patiently(world);

    let_two_die(world, peer, "crashes");
    for (int i = 0; i < 10; i++) {
        const char *response = await(world, peer, ask_enumerate(world, peer, "crashes", ""));
        expect(response, "MI_RESULT_FAILED");
        expect(response, "no agent of provider 'crashes' is started for another 3");
        expect(response, "2 have died in a row");
        expect(response, "signal 11 (SIGSEGV)");
    }
    assert_int_equal(health_of(world, "crashes")->deaths, 2);
    expect_good(world, peer, ask_get(world, peer, "good", ""));
    assert_null(health_of(world, "good"));
}

static void after_a_rest_it_is_tried_again(void **state)
{
    World *world = *state;
    Peer *peer = start_patiently(world);

    let_two_die(world, peer, "crashes");
    health_of(world, "crashes")->retry = 0;
    expect(await(world, peer, ask_enumerate(world, peer, "crashes", "")), "was ended by signal 11");
    assert_int_equal(health_of(world, "crashes")->deaths, 3);
    assert_int_equal(health_of(world, "crashes")->restarts, 2);
}

static void an_operation_that_ends_in_order_makes_it_well(void **state)
{
    World *world = *state;
    Peer *peer = start_patiently(world);

    world->config.crash_limit = 1;
    expect(await(world, peer, ask_get(world, peer, "crashes-once", "")), "SIGSEGV");
    assert_int_equal(health_of(world, "crashes-once")->state, HEALTH_PROBED);
    expect_good(world, peer, ask_get(world, peer, "crashes-once", ""));
    pump_until(world, health_of(world, "crashes-once")->state == HEALTH_WELL);
    assert_int_equal(health_of(world, "crashes-once")->restarts, 1);
}

static void a_reload_ends_the_rest(void **state)
{
    World *world = *state;
    Peer *peer = start_patiently(world);

    let_two_die(world, peer, "crashes");
    assert_int_equal(server_reload(&world->server), 0);
    expect(await(world, peer, ask_enumerate(world, peer, "crashes", "")), "was ended by signal 11");
}

static void what_can_not_be_started_rests_too(void **state)
{
    World *world = *state;

    free(world->config.agent);
    world->config.agent = strdup("/nonexistent/agent");
    Peer *peer = start_patiently(world);
    for (int i = 0; i < 2; i++)
        expect(await(world, peer, ask_get(world, peer, "good", "")), "cannot start an agent");
    const char *response = await(world, peer, ask_get(world, peer, "good", ""));
    expect(response, "no agent of provider 'good' is started");
    expect(response, "/nonexistent/agent: no such file or directory");
}

static void an_end_that_was_wanted_is_no_death(void **state)
{
    World *world = *state;

    be_impatient(world);
    world->config.idle = 1;
    Peer *peer = start_patiently(world);
    for (int i = 0; i < 3; i++) {
        expect_good(world, peer, ask_get(world, peer, "good", ""));
        expect_good(world, peer, ask_get(world, peer, "ignores-stop", ""));
        pump_until(world, world->server.agent_count == 0);
    }
    assert_null(health_of(world, "good"));
    assert_null(health_of(world, "ignores-stop"));
}

static void the_status_says_how_they_died_and_when_the_next_may_start(void **state)
{
    World *world = *state;
    Peer *peer = start_patiently(world);

    expect(status(world, peer), "\"health\":[]");
    let_two_die(world, peer, "crashes");
    const char *response = status(world, peer);
    expect(response, "\"health\":[{\"provider\":\"crashes\",\"identity\":{\"uid\":");
    expect(response, "\"state\":\"resting\",\"deaths\":2,\"retryMs\":3");
    expect(response, "\"restarts\":1,\"lastDeath\":{\"agoMs\":");
    expect(response, "\"operations\":1,\"signal\":11,\"message\":\"agent ");
}

static void the_status_says_what_an_agent_takes(void **state)
{
    World *world = *state;
    Peer *peer = start_patiently(world);

    expect_good(world, peer, ask_get(world, peer, "good", ""));
    const char *response = status(world, peer);
    expect(response, "\"memoryBytes\":");
    expect(response, "\"cpuMs\":");
    expect(response, "\"restarts\":0}");
}

/* The operation of @agent was sent long ago. */
static void make_old(Agent *agent)
{
    Call *call = list_entry(list_first(&agent->calls), Call, agent_link);

    call->sent = uv_now(agent->server->loop) - agent->server->config->agent_response;
    make_ping_due(agent);
}

static void S9_an_agent_that_lives_and_takes_no_operation_is_found(void **state)
{
    World *world = *state;
    Peer *peer;

    be_impatient(world);
    peer = start_patiently(world);
    (void)ask_get(world, peer, "only-pongs", "");
    pump_until(world, world->server.agent_count == 1);
    pump_until(world, only_agent(world)->state == AGENT_RUNNING);
    make_old(only_agent(world));
    pump_until(world, health_of(world, "only-pongs") != NULL);
    expect(health_of(world, "only-pongs")->last.how,
           "it didn't take an operation within 'agentResponse'");
}

/* ---- Memory ---- */

static unsigned trims;

/* As <malloc.h> has it. */
int malloc_trim(size_t __pad)
{
    (void)__pad;
    trims++;
    return 1;
}

/* A client whose request was answered, and is done. */
static Peer *start_and_ask(World *world)
{
    Peer *peer;

    start(world);
    peer = peer_connect(world);
    trims = 0;
    assert_false(timer_is_running(&world->server.rest_timer));
    expect_good(world, peer, ask_get(world, peer, "good", ""));
    pump_until(world, world->server.request_count == 0);
    assert_true(timer_is_running(&world->server.rest_timer));
    return peer;
}

static void memory_is_given_back_once_nothing_runs(void **state)
{
    World *world = *state;

    (void)start_and_ask(world);
    timer_start(&world->server.rest_timer, 0);
    pump_until(world, trims == 1);
    /* An idle server never wakes. */
    assert_false(timer_is_running(&world->server.rest_timer));
}

static void while_something_runs_no_memory_is_given_back(void **state)
{
    World *world = *state;
    Peer *peer = start_and_ask(world);
    unsigned id = ask_enumerate(world, peer, "endless", "");

    pump_until(world, world->server.request_count == 1);
    timer_start(&world->server.rest_timer, 0);
    pump_until(world, world->server.rest_timer.due > uv_now(&world->loop));
    assert_true(timer_is_running(&world->server.rest_timer));
    assert_int_equal(trims, 0);
    cancel(world, peer, id, "none");
    (void)await(world, peer, id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(who_asks_during_a_rest_is_refused_at_once_and_told_why),
        TEST(after_a_rest_it_is_tried_again),
        TEST(an_operation_that_ends_in_order_makes_it_well),
        TEST(a_reload_ends_the_rest),
        TEST(what_can_not_be_started_rests_too),
        TEST(an_end_that_was_wanted_is_no_death),
        TEST(the_status_says_how_they_died_and_when_the_next_may_start),
        TEST(S9_an_agent_that_lives_and_takes_no_operation_is_found),
        TEST(the_status_says_what_an_agent_takes),
        TEST(memory_is_given_back_once_nothing_runs),
        TEST(while_something_runs_no_memory_is_given_back),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
