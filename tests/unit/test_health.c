/*
 * When an agent may start after others have died. The time is the test's own.
 */
#include "tests/support/cmocka.h"

#include "server/health.h"

#include <stdio.h>
#include <stdlib.h>

#define START 1000000

typedef struct World {
    Config config;
    List healths;
    uint64_t now;
} World;

static const Identity somebody = {.known = true, .uid = 1000, .gid = 1000};

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    list_init(&world->healths);
    world->now = START;
    world->config.backoff = 1000;
    world->config.max_backoff = 60000;
    world->config.crash_window = 30000;
    world->config.crash_limit = 4;
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    health_free_all(&world->healths);
    free(world);
    return 0;
}

/* An agent of @identity dies now. */
static Health *death_of(World *world, const Identity *identity)
{
    Health *health = health_get(&world->healths, identity);
    Death death = {.at = world->now, .pid = 7, .operations = 3, .signal = 11, .how = "it fell"};

    assert_non_null(health);
    health_died(health, &world->config, &death);
    return health;
}

static Health *death(World *world)
{
    return death_of(world, &somebody);
}

static bool may_start(World *world, Health *health)
{
    return health_may_start(health, &world->config, world->now);
}

/* Waits for the end of the rest, after which an agent may start and not before. */
static void rest(World *world, Health *health)
{
    uint64_t left = health_rest(health, world->now);

    if (left > 0) {
        world->now += left - 1;
        assert_false(may_start(world, health));
        world->now++;
    }
    assert_true(may_start(world, health));
}

static void what_never_died_has_no_entry(void **state)
{
    World *world = *state;

    assert_null(health_find(&world->healths, &somebody));
}

static void the_first_agent_after_a_death_starts_at_once(void **state)
{
    World *world = *state;
    Health *health = death(world);

    assert_ptr_equal(health_find(&world->healths, &somebody), health);
    assert_int_equal(health->state, HEALTH_TRIED);
    assert_int_equal(health_rest(health, world->now), 0);
    assert_true(may_start(world, health));
    health_started(health);
    assert_int_equal(health->restarts, 1);
}

static void each_further_death_doubles_the_rest_up_to_its_maximum(void **state)
{
    static const uint64_t rests[] = {0, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    World *world = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rests); i++) {
        Health *health = death(world);
        assert_int_equal(health_rest(health, world->now), rests[i]);
        rest(world, health);
    }
}

static void a_death_is_remembered_as_it_was(void **state)
{
    World *world = *state;
    Health *health = death(world);

    assert_int_equal(health->deaths, 1);
    assert_int_equal(health->last.at, START);
    assert_int_equal(health->last.pid, 7);
    assert_int_equal(health->last.operations, 3);
    assert_int_equal(health->last.signal, 11);
    assert_string_equal(health->last.how, "it fell");
}

static void too_many_deaths_in_a_row_are_degraded_until_an_operation_ends_well(void **state)
{
    World *world = *state;
    Health *health = NULL;

    for (int i = 0; i < 3; i++) {
        health = death(world);
        rest(world, health);
        assert_int_equal(health->state, HEALTH_TRIED);
    }
    health = death(world);
    assert_int_equal(health->state, HEALTH_DEGRADED);
    rest(world, health);
    assert_int_equal(health->state, HEALTH_PROBED);
    health = death(world);
    assert_int_equal(health->state, HEALTH_DEGRADED);
    rest(world, health);
    health_succeeded(health);
    assert_int_equal(health->state, HEALTH_WELL);
}

static void a_success_between_deaths_does_not_end_the_row(void **state)
{
    World *world = *state;
    Health *health = death(world);

    health_succeeded(health);
    assert_int_equal(health->state, HEALTH_WELL);
    assert_true(may_start(world, health));
    health = death(world);
    assert_int_equal(health->state, HEALTH_RESTING);
    assert_int_equal(health_rest(health, world->now), 1000);
}

static void a_success_of_an_older_agent_does_not_end_the_rest(void **state)
{
    World *world = *state;
    Health *health;

    (void)death(world);
    health = death(world);
    health_succeeded(health);
    assert_int_equal(health->state, HEALTH_RESTING);
    assert_false(may_start(world, health));
}

static void a_row_is_over_when_an_agent_could_live_for_the_window(void **state)
{
    World *world = *state;
    Health *health = NULL;

    for (int i = 0; i < 4; i++)
        health = death(world);
    assert_int_equal(health->state, HEALTH_DEGRADED);
    world->now += health_rest(health, world->now) + world->config.crash_window - 1;
    assert_true(may_start(world, health));
    assert_int_equal(health->state, HEALTH_PROBED);
    world->now++;
    assert_true(may_start(world, health));
    assert_int_equal(health->state, HEALTH_WELL);
    health = death(world);
    assert_int_equal(health->state, HEALTH_TRIED);
    assert_int_equal(health_rest(health, world->now), 0);
    assert_int_equal(health->deaths, 5);
}

static void deaths_during_a_rest_lengthen_it(void **state)
{
    World *world = *state;
    Health *health;

    (void)death(world);
    (void)death(world);
    health = death(world); /* one that drained */
    assert_int_equal(health_rest(health, world->now), 2000);
}

static void whoever_looks_after_it_ends_the_rest_and_the_row(void **state)
{
    World *world = *state;
    Health *health = NULL;

    for (int i = 0; i < 5; i++)
        health = death(world);
    health_forgive(health, world->now);
    assert_int_equal(health->state, HEALTH_PROBED);
    assert_true(may_start(world, health));
    health_succeeded(health);
    health = death(world);
    assert_int_equal(health->state, HEALTH_TRIED);
    (void)death(world);
    health_forgive(health, world->now);
    assert_int_equal(health->state, HEALTH_TRIED);
    assert_int_equal(health_rest(health, world->now), 0);
}

static void without_backoff_nothing_rests_but_what_degrades_is_seen(void **state)
{
    World *world = *state;
    Health *health = NULL;

    world->config.backoff = 0;
    for (unsigned i = 1; i <= 6; i++) {
        health = death(world);
        assert_true(may_start(world, health));
        assert_int_equal(health->state, i < 4 ? HEALTH_TRIED : HEALTH_PROBED);
    }
}

static void identities_are_told_apart(void **state)
{
    World *world = *state;
    gid_t groups[] = {4, 5};
    Identity other = {.known = true, .uid = 1000, .gid = 1000, .groups = groups, .group_count = 2};

    (void)death(world);
    (void)death(world);
    assert_false(may_start(world, health_find(&world->healths, &somebody)));
    assert_null(health_find(&world->healths, &other));
    assert_true(may_start(world, death_of(world, &other)));
}

static void of_too_many_identities_the_death_that_is_longest_ago_is_forgotten(void **state)
{
    World *world = *state;
    Identity first = {.known = true, .uid = 1, .gid = 1}, other = first;

    for (uid_t i = 1; i <= HEALTH_MAX_ENTRIES; i++) {
        other.uid = i;
        world->now++;
        (void)death_of(world, &other);
    }
    assert_non_null(health_find(&world->healths, &first));
    other.uid++;
    (void)death_of(world, &other);
    assert_null(health_find(&world->healths, &first));
    assert_non_null(health_find(&world->healths, &other));
}

static void the_states_have_the_names_of_the_protocol_page(void **state)
{
    (void)state;
    assert_string_equal(health_state_name(HEALTH_WELL), "well");
    assert_string_equal(health_state_name(HEALTH_TRIED), "tried");
    assert_string_equal(health_state_name(HEALTH_RESTING), "resting");
    assert_string_equal(health_state_name(HEALTH_DEGRADED), "degraded");
    assert_string_equal(health_state_name(HEALTH_PROBED), "probed");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_never_died_has_no_entry),
        TEST(the_first_agent_after_a_death_starts_at_once),
        TEST(each_further_death_doubles_the_rest_up_to_its_maximum),
        TEST(a_death_is_remembered_as_it_was),
        TEST(too_many_deaths_in_a_row_are_degraded_until_an_operation_ends_well),
        TEST(a_success_between_deaths_does_not_end_the_row),
        TEST(a_success_of_an_older_agent_does_not_end_the_rest),
        TEST(a_row_is_over_when_an_agent_could_live_for_the_window),
        TEST(deaths_during_a_rest_lengthen_it),
        TEST(whoever_looks_after_it_ends_the_rest_and_the_row),
        TEST(without_backoff_nothing_rests_but_what_degrades_is_seen),
        TEST(identities_are_told_apart),
        TEST(of_too_many_identities_the_death_that_is_longest_ago_is_forgotten),
        TEST(the_states_have_the_names_of_the_protocol_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
