/*
 * Timers: their order, and what may be done while one fires.
 *
 * The clock is the loop's, and the tests move it: a due time is what it was started with, a time
 * that has passed is a clock that was set forward. Nothing here waits for longer than the few
 * milliseconds that make the loop's own timer due.
 */
#include "server/timer.h"

#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <unistd.h>

#define MAX_FIRED 5000
#define MAX_TURNS 2000

typedef struct World {
    uv_loop_t loop;
    Timers timers;
    struct Alarm *fired[MAX_FIRED]; /* in the order in which they did */
    size_t fired_count;
} World;

/* A timer that writes down that it fired, and then does what it was told. */
typedef struct Alarm {
    Timer timer;
    World *world;
    struct Alarm *stops;   /* this one */
    struct Alarm *starts;  /* this one, due at once */
    unsigned again;        /* starts itself so often */
    unsigned fired;        /* how often it did */
    bool frees_itself;     /* its memory is gone afterwards */
    uint64_t expected_due; /* of the model */
} Alarm;

static void on_fire(Timer *timer)
{
    Alarm *alarm = container_of(timer, Alarm, timer);
    World *world = alarm->world;

    alarm->fired++;
    if (world->fired_count < MAX_FIRED)
        world->fired[world->fired_count++] = alarm;
    if (alarm->stops != NULL)
        timer_stop(&alarm->stops->timer);
    if (alarm->starts != NULL)
        timer_start(&alarm->starts->timer, 0);
    if (alarm->again > 0) {
        alarm->again--;
        timer_start(&alarm->timer, 0);
    }
    if (alarm->frees_itself)
        free(alarm);
}

static void alarm_init(Alarm *alarm, World *world)
{
    *alarm = (Alarm){.world = world};
    timer_init(&alarm->timer, &world->timers, on_fire);
}

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    assert_int_equal(uv_loop_init(&world->loop), 0);
    assert_int_equal(timers_init(&world->timers, &world->loop), 0);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    timers_close(&world->timers);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    free(world);
    return 0;
}

/* Runs the loop until @count timers have fired in all; false if they don't. */
static bool run_until_fired(World *world, size_t count)
{
    for (int turn = 0; turn < MAX_TURNS && world->fired_count < count; turn++)
        uv_run(&world->loop, uv_loop_alive(&world->loop) ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    return world->fired_count == count;
}

static void timers_fire_in_the_order_in_which_they_are_due(void **state)
{
    World *world = *state;
    Alarm first, second, third;

    alarm_init(&first, world);
    alarm_init(&second, world);
    alarm_init(&third, world);
    timer_start(&third.timer, 3);
    timer_start(&first.timer, 1);
    timer_start(&second.timer, 2);
    assert_true(run_until_fired(world, 3));
    assert_ptr_equal(world->fired[0], &first);
    assert_ptr_equal(world->fired[1], &second);
    assert_ptr_equal(world->fired[2], &third);
}

static void a_timer_fires_once(void **state)
{
    World *world = *state;
    Alarm alarm, later;

    alarm_init(&alarm, world);
    alarm_init(&later, world);
    timer_start(&alarm.timer, 0);
    timer_start(&later.timer, 2);
    assert_true(run_until_fired(world, 2));
    assert_int_equal(alarm.fired, 1);
    assert_false(timer_is_running(&alarm.timer));
}

static void a_stopped_timer_never_fires(void **state)
{
    World *world = *state;
    Alarm stopped, later;

    alarm_init(&stopped, world);
    alarm_init(&later, world);
    timer_start(&stopped.timer, 0);
    timer_start(&later.timer, 1);
    timer_stop(&stopped.timer);
    assert_false(timer_is_running(&stopped.timer));
    assert_true(run_until_fired(world, 1));
    assert_int_equal(stopped.fired, 0);
}

static void stopping_a_timer_that_does_not_run_is_harmless(void **state)
{
    World *world = *state;
    Timer zeroed = {0};
    Alarm alarm;

    alarm_init(&alarm, world);
    timer_stop(&zeroed);
    timer_stop(&alarm.timer);
    timer_start(&alarm.timer, 1);
    timer_stop(&alarm.timer);
    timer_stop(&alarm.timer);
    assert_null(world->timers.first);
}

static void starting_again_moves_a_timer(void **state)
{
    World *world = *state;
    Alarm moved, other;

    alarm_init(&moved, world);
    alarm_init(&other, world);
    timer_start(&moved.timer, 0);
    timer_start(&other.timer, 1);
    timer_start(&moved.timer, 2);
    assert_true(run_until_fired(world, 2));
    assert_ptr_equal(world->fired[0], &other);
    assert_ptr_equal(world->fired[1], &moved);
}

static void a_timer_may_stop_another_that_is_due_too(void **state)
{
    World *world = *state;
    Alarm stops, stopped, later;

    alarm_init(&stops, world);
    alarm_init(&stopped, world);
    alarm_init(&later, world);
    stops.stops = &stopped;
    timer_start(&stops.timer, 0);
    timer_start(&stopped.timer, 1);
    timer_start(&later.timer, 2);
    /* All of them are due in one turn. */
    while (uv_now(&world->loop) < later.timer.due)
        uv_update_time(&world->loop);
    assert_true(run_until_fired(world, 2));
    assert_int_equal(stopped.fired, 0);
    assert_int_equal(later.fired, 1);
}

static void a_timer_may_start_itself_and_others(void **state)
{
    World *world = *state;
    Alarm repeats, started;

    alarm_init(&repeats, world);
    alarm_init(&started, world);
    repeats.again = 10;
    repeats.starts = &started;
    timer_start(&repeats.timer, 0);
    for (int turn = 0; turn < MAX_TURNS && uv_loop_alive(&world->loop); turn++)
        uv_run(&world->loop, UV_RUN_ONCE);
    assert_null(world->timers.first);
    assert_int_equal(repeats.fired, 11);
    assert_true(started.fired >= 1);
}

static void a_timer_may_free_itself(void **state)
{
    World *world = *state;
    Alarm *alarm = calloc(1, sizeof(*alarm));

    assert_non_null(alarm);
    alarm_init(alarm, world);
    alarm->frees_itself = true;
    timer_start(&alarm->timer, 0);
    assert_true(run_until_fired(world, 1));
    assert_null(world->timers.first);
}

static void without_timers_the_loop_has_nothing_to_do(void **state)
{
    World *world = *state;
    Alarm alarm;

    alarm_init(&alarm, world);
    assert_false(uv_loop_alive(&world->loop));
    timer_start(&alarm.timer, 1000000);
    assert_true(uv_loop_alive(&world->loop));
    timer_stop(&alarm.timer);
    assert_false(uv_loop_alive(&world->loop));
}

static void a_timer_that_is_due_before_the_others_wakes_the_loop_for_itself(void **state)
{
    World *world = *state;
    Alarm far, near;

    alarm_init(&far, world);
    alarm_init(&near, world);
    timer_start(&far.timer, 1000000);
    timer_start(&near.timer, 1);
    assert_true(run_until_fired(world, 1));
    assert_int_equal(near.fired, 1);
    timer_stop(&far.timer);
}

/* A model: the same timers in an array that is searched. */

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245U + 12345U;
    return *seed >> 16;
}

/* The running alarm that is due first, of several one of them. */
static uint64_t first_due(const Alarm *alarms, size_t count)
{
    uint64_t due = UINT64_MAX;

    for (size_t i = 0; i < count; i++)
        if (timer_is_running(&alarms[i].timer) && alarms[i].expected_due < due)
            due = alarms[i].expected_due;
    return due;
}

static void thousands_of_timers_started_and_stopped_at_random_stay_in_order(void **state)
{
    enum {
        COUNT = 500,
        STEPS = 20000
    };
    World *world = *state;
    Alarm *alarms = calloc(COUNT, sizeof(*alarms));
    unsigned seed = 20240229;

    assert_non_null(alarms);
    for (size_t i = 0; i < COUNT; i++)
        alarm_init(&alarms[i], world);
    for (int step = 0; step < STEPS; step++) {
        Alarm *alarm = &alarms[next_random(&seed) % COUNT];

        switch (next_random(&seed) % 4) {
        case 0:
            timer_stop(&alarm->timer);
            break;
        case 1: /* the first of the heap, which is the hard one */
            if (world->timers.first != NULL)
                timer_stop(world->timers.first);
            break;
        default:
            alarm->expected_due = uv_now(&world->loop) + next_random(&seed) % 1000;
            timer_start(&alarm->timer, alarm->expected_due - uv_now(&world->loop));
            break;
        }
        uint64_t due = first_due(alarms, COUNT);
        assert_true((world->timers.first == NULL) == (due == UINT64_MAX));
        if (world->timers.first != NULL)
            assert_true(world->timers.first->due == due);
    }
    uint64_t before = 0;
    while (world->timers.first != NULL) {
        assert_true(world->timers.first->due >= before);
        before = world->timers.first->due;
        timer_stop(world->timers.first);
    }
    free(alarms);
}

static void thousands_of_timers_that_are_due_at_once_all_fire_in_order(void **state)
{
    World *world = *state;
    Alarm *alarms = calloc(MAX_FIRED, sizeof(*alarms));
    unsigned seed = 7;

    assert_non_null(alarms);
    for (size_t i = 0; i < MAX_FIRED; i++) {
        alarm_init(&alarms[i], world);
        timer_start(&alarms[i].timer, next_random(&seed) % 5);
    }
    assert_true(run_until_fired(world, MAX_FIRED));
    for (size_t i = 1; i < MAX_FIRED; i++)
        assert_true(world->fired[i - 1]->timer.due <= world->fired[i]->timer.due);
    free(alarms);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(timers_fire_in_the_order_in_which_they_are_due),
        TEST(a_timer_fires_once),
        TEST(a_stopped_timer_never_fires),
        TEST(stopping_a_timer_that_does_not_run_is_harmless),
        TEST(starting_again_moves_a_timer),
        TEST(a_timer_may_stop_another_that_is_due_too),
        TEST(a_timer_may_start_itself_and_others),
        TEST(a_timer_may_free_itself),
        TEST(without_timers_the_loop_has_nothing_to_do),
        TEST(a_timer_that_is_due_before_the_others_wakes_the_loop_for_itself),
        TEST(thousands_of_timers_started_and_stopped_at_random_stay_in_order),
        TEST(thousands_of_timers_that_are_due_at_once_all_fire_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
