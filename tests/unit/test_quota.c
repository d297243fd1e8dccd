/*
 * Quotas: what a user may have, what others always still get, and that all of it comes back.
 */
#include "server/quota.h"

#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define ALICE 1000
#define BOB   1001

typedef struct World {
    Config config;
    Quota quota;
    User *alice, *bob;
} World;

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    world->config.max_clients = 16;
    world->config.max_user_clients = 12;
    world->config.max_total_requests = world->config.max_user_requests = 1000;
    world->config.max_agents = 1;
    world->config.max_user_agents = 1;
    world->config.max_total_buffered = world->config.max_user_buffered = 1 << 20;
    quota_init(&world->quota, &world->config);
    world->alice = user_get(&world->quota, ALICE, 0);
    world->bob = user_get(&world->quota, BOB, 0);
    assert_non_null(world->alice);
    assert_non_null(world->bob);
    *state = world;
    return 0;
}

/* The end is a test: everything was given back. */
static int world_teardown(void **state)
{
    World *world = *state;

    user_unref(world->alice);
    user_unref(world->bob);
    quota_deinit(&world->quota);
    free(world);
    return 0;
}

/* Takes single connections until one is refused: how many there were. */
static size_t take_all(User *user, Charge *charges, size_t room, QuotaVerdict *verdict)
{
    size_t count = 0;

    while (count < room &&
           (*verdict = charge_take(&charges[count], user, QUOTA_CLIENTS, 1)) == QUOTA_FREE)
        count++;
    return count;
}

static void release_all(Charge *charges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        charge_release(&charges[i]);
}

static void what_is_charged_comes_back(void **state)
{
    World *world = *state;
    Charge charge = {0};

    assert_int_equal(charge_take(&charge, world->alice, QUOTA_BUFFERED, 100), QUOTA_FREE);
    assert_int_equal(world->alice->used[QUOTA_BUFFERED], 100);
    assert_int_equal(world->quota.used[QUOTA_BUFFERED], 100);
    charge_set(&charge, 30);
    assert_int_equal(world->alice->used[QUOTA_BUFFERED], 30);
    charge_set(&charge, 300);
    assert_int_equal(world->quota.used[QUOTA_BUFFERED], 300);
    charge_release(&charge);
    charge_release(&charge);
    charge_set(&charge, 7); /* nothing is charged: nothing to change */
    assert_int_equal(world->quota.used[QUOTA_BUFFERED], 0);
}

static void a_charge_holds_its_user(void **state)
{
    World *world = *state;
    Charge charge = {0};

    assert_int_equal(charge_take(&charge, world->alice, QUOTA_CLIENTS, 1), QUOTA_FREE);
    user_unref(world->alice);
    assert_int_equal(charge.user->used[QUOTA_CLIENTS], 1);
    charge_release(&charge); /* and with it the user */
    world->alice = user_get(&world->quota, ALICE, 0);
    assert_int_equal(world->alice->used[QUOTA_CLIENTS], 0);
}

static void users_are_the_same_by_their_uid(void **state)
{
    World *world = *state;
    User *again = user_get(&world->quota, ALICE, 0);

    assert_ptr_equal(again, world->alice);
    assert_ptr_not_equal(world->alice, world->bob);
    user_unref(again);
}

static void a_user_has_at_most_its_own_limit(void **state)
{
    World *world = *state;
    Charge charges[32] = {0};
    QuotaVerdict verdict;
    char text[256];

    world->alice->is_trusted = true; /* no share */
    assert_int_equal(take_all(world->alice, charges, 32, &verdict), 12);
    assert_int_equal(verdict, QUOTA_OVER_USER);
    assert_int_equal(world->alice->refused, 1);
    user_explain(world->alice, QUOTA_CLIENTS, verdict, text, sizeof(text));
    assert_string_equal(text, "uid 1000 has 12 connections: 'maxUserClients' (12) limits them");
    release_all(charges, 12);
}

static void one_user_leaves_half_to_others_and_they_half_of_that(void **state)
{
    World *world = *state;
    Charge alices[32] = {0}, bobs[32] = {0}, carols[32] = {0};
    User *carol = user_get(&world->quota, 1002, 0);
    QuotaVerdict verdict;
    char text[256];

    assert_int_equal(take_all(world->alice, alices, 32, &verdict), 8);
    assert_int_equal(verdict, QUOTA_OVER_SHARE);
    assert_int_equal(take_all(world->bob, bobs, 32, &verdict), 4);
    assert_int_equal(take_all(carol, carols, 32, &verdict), 2);
    user_explain(carol, QUOTA_CLIENTS, verdict, text, sizeof(text));
    assert_string_equal(text, "uid 1002 has 2 connections, and others 12: 'maxClients' (16) limits "
                              "them, of which a user has at most half of what others leave");
    /* What others took meanwhile takes nothing away from whom was there before. */
    assert_int_equal(user_check(world->alice, QUOTA_CLIENTS, 0), QUOTA_FREE);
    release_all(bobs, 4);
    assert_int_equal(charge_take(&carols[2], carol, QUOTA_CLIENTS, 1), QUOTA_FREE);
    release_all(alices, 8);
    release_all(carols, 3);
    user_unref(carol);
}

static void the_limit_for_all_holds_for_administrators_too(void **state)
{
    World *world = *state;
    Charge alices[32] = {0}, bobs[32] = {0};
    QuotaVerdict verdict;
    char text[256];

    world->alice->is_trusted = world->bob->is_trusted = true;
    assert_int_equal(take_all(world->alice, alices, 32, &verdict), 12);
    assert_int_equal(take_all(world->bob, bobs, 32, &verdict), 4);
    assert_int_equal(verdict, QUOTA_OVER_TOTAL);
    user_explain(world->bob, QUOTA_CLIENTS, verdict, text, sizeof(text));
    assert_string_equal(text, "all users together have 16 connections (uid 1001: 4): 'maxClients' "
                              "(16) limits them");
    release_all(alices, 12);
    release_all(bobs, 4);
}

static void a_single_one_can_be_had(void **state)
{
    World *world = *state;
    Charge one = {0}, two = {0};

    assert_int_equal(charge_take(&one, world->alice, QUOTA_AGENTS, 1), QUOTA_FREE);
    assert_int_equal(charge_take(&two, world->bob, QUOTA_AGENTS, 1), QUOTA_OVER_TOTAL);
    charge_release(&one);
    assert_int_equal(charge_take(&two, world->bob, QUOTA_AGENTS, 1), QUOTA_FREE);
    charge_release(&two);
}

static void amounts_beyond_all_measure_are_refused(void **state)
{
    World *world = *state;
    Charge some = {0}, charge = {0};

    assert_int_equal(charge_take(&some, world->alice, QUOTA_BUFFERED, 10), QUOTA_FREE);
    assert_int_equal(charge_take(&charge, world->alice, QUOTA_BUFFERED, SIZE_MAX),
                     QUOTA_OVER_TOTAL);
    assert_int_equal(charge_take(&charge, world->alice, QUOTA_BUFFERED, SIZE_MAX - 5),
                     QUOTA_OVER_TOTAL);
    charge_release(&some);
}

static void what_is_forced_can_be_over_a_limit_and_is_seen(void **state)
{
    World *world = *state;
    Charge charge = {0};

    charge_force(&charge, world->alice, QUOTA_BUFFERED, 0);
    charge_set(&charge, (1 << 20) + 1);
    assert_int_equal(user_check(world->alice, QUOTA_BUFFERED, 0), QUOTA_OVER_TOTAL);
    assert_int_equal(user_check(world->bob, QUOTA_BUFFERED, 1), QUOTA_OVER_TOTAL);
    charge_set(&charge, 1 << 20);
    assert_int_equal(user_check(world->alice, QUOTA_BUFFERED, 0), QUOTA_FREE);
    charge_release(&charge);
}

static void limits_that_were_lowered_hold_for_what_comes(void **state)
{
    World *world = *state;
    Charge charge = {0}, more = {0};

    assert_int_equal(charge_take(&charge, world->alice, QUOTA_REQUESTS, 100), QUOTA_FREE);
    world->config.max_total_requests = world->config.max_user_requests = 50;
    assert_int_equal(charge_take(&more, world->alice, QUOTA_REQUESTS, 1), QUOTA_OVER_TOTAL);
    charge_set(&charge, 10);
    assert_int_equal(charge_take(&more, world->alice, QUOTA_REQUESTS, 1), QUOTA_FREE);
    charge_release(&more);
    charge_release(&charge);
}

/* Starts of agents. */

/* How many @user may start at @now. */
static unsigned start_all(User *user, uint64_t now, uint64_t *wait)
{
    unsigned count = 0;
    QuotaVerdict verdict;

    while (count < 1000 && user_may_start(user, now, &verdict, wait))
        count++;
    return count;
}

static void a_minutes_starts_may_come_at_once_and_then_one_after_the_other(void **state)
{
    World *world = *state;
    uint64_t wait = 0;

    world->config.max_user_starts = 60;
    assert_int_equal(start_all(world->alice, 5000, &wait), 60);
    assert_in_range(wait, 1, 1001);
    assert_int_equal(start_all(world->alice, 5000 + wait, &wait), 1);
    assert_int_equal(start_all(world->alice, 15000, &wait), 9);
    assert_int_equal(start_all(world->bob, 15000, &wait), 60);
    assert_int_equal(start_all(world->alice, 200000, &wait), 60);
    assert_int_equal(world->alice->refused, 4);
    world->config.max_user_starts = 0; /* no limit */
    assert_int_equal(start_all(world->alice, 200000, &wait), 1000);
}

static void starts_of_all_are_limited_and_those_of_administrators_are_not(void **state)
{
    World *world = *state;
    QuotaVerdict verdict = QUOTA_FREE;
    uint64_t wait = 0;
    char text[256];

    world->config.max_starts = 10;
    assert_int_equal(start_all(world->alice, 5000, &wait), 10);
    assert_false(user_may_start(world->bob, 5000, &verdict, &wait));
    assert_int_equal(verdict, QUOTA_OVER_TOTAL);
    user_explain_start(world->bob, verdict, 1234, text, sizeof(text));
    assert_string_equal(text, "no agent is started for uid 1001 for another 1.2 s: 'maxStarts' (10 "
                              "a minute) limits the starts for all users");
    world->bob->is_trusted = true;
    assert_int_equal(start_all(world->bob, 5000, &wait), 1000);
}

static void who_leaves_and_comes_back_has_not_forgotten_its_starts(void **state)
{
    World *world = *state;
    uint64_t wait;

    world->config.max_user_starts = 60;
    assert_int_equal(start_all(world->alice, 5000, &wait), 60);
    user_unref(world->alice);
    user_unref(user_get(&world->quota, 1002, 6000)); /* sweeps */
    world->alice = user_get(&world->quota, ALICE, 6000);
    assert_int_equal(start_all(world->alice, 6000, &wait), 1);
    user_unref(world->alice);
    user_unref(user_get(&world->quota, 1003, 900000));
    assert_int_equal(HASH_COUNT(world->quota.users), 1); /* Bob: hers are over */
    world->alice = user_get(&world->quota, ALICE, 900000);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_charged_comes_back),
        TEST(a_charge_holds_its_user),
        TEST(users_are_the_same_by_their_uid),
        TEST(a_user_has_at_most_its_own_limit),
        TEST(one_user_leaves_half_to_others_and_they_half_of_that),
        TEST(the_limit_for_all_holds_for_administrators_too),
        TEST(a_single_one_can_be_had),
        TEST(amounts_beyond_all_measure_are_refused),
        TEST(what_is_forced_can_be_over_a_limit_and_is_seen),
        TEST(limits_that_were_lowered_hold_for_what_comes),
        TEST(a_minutes_starts_may_come_at_once_and_then_one_after_the_other),
        TEST(starts_of_all_are_limited_and_those_of_administrators_are_not),
        TEST(who_leaves_and_comes_back_has_not_forgotten_its_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
