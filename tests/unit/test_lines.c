/*
 * Lines of a provider's output, cut to size and counted. The time is the test's own.
 */
#include "tests/support/cmocka.h"

#include "base/macros.h"
#include "server/lines.h"

#include <stdlib.h>

#define START 5000

typedef struct World {
    Lines lines;
    Buffer said; /* "LEVEL TEXT\n" each */
    unsigned long limit;
    uint64_t now;
} World;

static void take(Lines *lines, LogLevel level, Span text)
{
    World *world = container_of(lines, World, lines);

    buffer_printf(&world->said, "%s %.*s\n", log_level_name(level), (int)text.size, text.data);
}

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    lines_init(&world->lines, take);
    world->limit = 5;
    world->now = START;
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    lines_deinit(&world->lines);
    buffer_deinit(&world->said);
    free(world);
    return 0;
}

static void feed(World *world, const char *text)
{
    lines_feed(&world->lines, span_of(text), world->limit, world->now);
}

/* What was said since the last time. */
static void expect(World *world, const char *said)
{
    assert_string_equal(buffer_string(&world->said), said);
    buffer_clear(&world->said);
}

static void bytes_become_lines_however_they_come(void **state)
{
    World *world = *state;

    feed(world, "one\ntwo");
    expect(world, "info one\n");
    feed(world, " and a half\n\nthr");
    expect(world, "info two and a half\n");
    feed(world, "ee\n");
    expect(world, "info three\n");
}

static void a_line_may_say_its_priority(void **state)
{
    World *world = *state;

    world->limit = 10;
    feed(world, "<0>a\n<3>b\n<4>c\n<5>d\n<6>e\n<7>f\n<8>g\n<4\n");
    expect(world, "error a\nerror b\nwarning c\ninfo d\ninfo e\ndebug f\ninfo <8>g\ninfo <4\n");
}

static void a_long_line_is_cut_off_and_says_so(void **state)
{
    World *world = *state;
    char text[3 * LINES_MAX_SIZE + 1];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    feed(world, text);
    feed(world, text);
    assert_int_equal(world->lines.begun.size, LINES_MAX_SIZE);
    feed(world, "\nnext\n");
    assert_non_null(strstr(buffer_string(&world->said), "x ... (5000 bytes more)\ninfo next\n"));
}

static void what_is_over_the_limit_is_dropped_and_told_when_the_period_is_over(void **state)
{
    World *world = *state;

    feed(world, "1\n2\n3\n4\n5\n6\n7\n");
    expect(world, "info 1\ninfo 2\ninfo 3\ninfo 4\ninfo 5\n");
    assert_true(lines_is_flood(&world->lines, world->limit));
    world->now += LINES_PERIOD - 1;
    feed(world, "8\n");
    expect(world, "");
    world->now++;
    feed(world, "9\n");
    expect(world, "warning 3 lines of its output were dropped: 'agentOutput' allows 5 in 10 s\n"
                  "info 9\n");
    assert_false(lines_is_flood(&world->lines, world->limit));
}

static void the_end_tells_what_was_begun_and_what_was_dropped(void **state)
{
    World *world = *state;

    feed(world, "no end");
    lines_end(&world->lines, world->limit, world->now);
    expect(world, "info no end\n");
    feed(world, "2\n3\n4\n5\n6\n7");
    lines_end(&world->lines, world->limit, world->now);
    expect(world, "info 2\ninfo 3\ninfo 4\ninfo 5\n"
                  "warning 2 lines of its output were dropped: 'agentOutput' allows 5 in 10 s\n");
}

static void without_a_limit_of_its_own_a_line_that_never_ends_is_a_flood(void **state)
{
    World *world = *state;
    char text[LINES_SIZE + 1];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (unsigned i = 0; i < world->limit - 1; i++)
        feed(world, text);
    assert_false(lines_is_flood(&world->lines, world->limit));
    feed(world, text);
    assert_true(lines_is_flood(&world->lines, world->limit));
    expect(world, "");
}

static void a_limit_of_none_drops_all(void **state)
{
    World *world = *state;

    world->limit = 0;
    feed(world, "1\n2\n");
    assert_true(lines_is_flood(&world->lines, world->limit));
    lines_end(&world->lines, world->limit, world->now);
    expect(world, "warning 2 lines of its output were dropped: 'agentOutput' allows 0 in 10 s\n");
}

static void a_zero_does_not_end_a_line(void **state)
{
    World *world = *state;

    lines_feed(&world->lines, SPAN("a\0b\n"), world->limit, world->now);
    expect(world, "info a?b\n");
}

static void nothing_is_kept_for_who_is_silent(void **state)
{
    World *world = *state;

    feed(world, "begun");
    feed(world, " and ended\n");
    assert_int_equal(world->lines.begun.capacity, 0);
    expect(world, "info begun and ended\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bytes_become_lines_however_they_come),
        TEST(a_line_may_say_its_priority),
        TEST(a_long_line_is_cut_off_and_says_so),
        TEST(what_is_over_the_limit_is_dropped_and_told_when_the_period_is_over),
        TEST(the_end_tells_what_was_begun_and_what_was_dropped),
        TEST(without_a_limit_of_its_own_a_line_that_never_ends_is_a_flood),
        TEST(a_limit_of_none_drops_all),
        TEST(a_zero_does_not_end_a_line),
        TEST(nothing_is_kept_for_who_is_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
