/*
 * The limits that the server sets from outside, on a child that waits.
 */
#include "server/limits.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct World {
    pid_t child;
    char why[256];
} World;

static World world;

/* A child that may have 100 descriptors at most, and waits for its end. */
static int world_setup(void **state)
{
    int ends[2];
    char c = 0;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    world.child = fork();
    assert_true(world.child >= 0);
    if (world.child == 0) {
        const struct rlimit few = {50, 100};

        if (setrlimit(RLIMIT_NOFILE, &few) == 0)
            (void)write(ends[1], "x", 1);
        close(ends[1]);
        for (;;)
            pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &c, 1), 1);
    close(ends[0]);
    return 0;
}

static int world_teardown(void **state)
{
    (void)state;
    if (world.child > 0) {
        kill(world.child, SIGKILL);
        waitpid(world.child, NULL, 0);
    }
    return 0;
}

static struct rlimit limit_of(__rlimit_resource_t resource)
{
    struct rlimit limit;

    assert_int_equal(prlimit(world.child, resource, NULL, &limit), 0);
    return limit;
}

static void set(const Limits *limits, unsigned elsewhere)
{
    if (limits_set(world.child, limits, elsewhere, world.why, sizeof(world.why)) < 0)
        fail_msg("%s", world.why);
}

static void a_process_gets_the_limits_of_its_provider(void **state)
{
    const Limits limits = {.processes = 20, .descriptors = 80, .cpu_time = 2500};

    (void)state;
    set(&limits, 0);
    assert_int_equal(limit_of(RLIMIT_NPROC).rlim_cur, 20);
    assert_int_equal(limit_of(RLIMIT_NOFILE).rlim_cur, 80);
    assert_int_equal(limit_of(RLIMIT_CPU).rlim_cur, 3); /* whole seconds, and never fewer */
    assert_true(limit_of(RLIMIT_CPU).rlim_max > 3);     /* it may say that it was ended for that */
}

static void what_was_less_already_stays(void **state)
{
    const Limits limits = {.descriptors = 1000};

    (void)state;
    set(&limits, 0);
    assert_int_equal(limit_of(RLIMIT_NOFILE).rlim_cur, 100);
    assert_int_equal(limit_of(RLIMIT_NOFILE).rlim_max, 100);
}

static void what_something_else_limits_is_left_to_it(void **state)
{
    const Limits limits = {.memory = 1 << 30, .processes = 20};
    struct rlimit data = limit_of(RLIMIT_DATA), processes = limit_of(RLIMIT_NPROC);

    (void)state;
    set(&limits, LIMITS_MEMORY | LIMITS_PROCESSES);
    assert_int_equal(limit_of(RLIMIT_DATA).rlim_cur, data.rlim_cur);
    assert_int_equal(limit_of(RLIMIT_NPROC).rlim_cur, processes.rlim_cur);
}

static void a_process_that_is_gone_cannot_be_limited(void **state)
{
    const Limits limits = {.descriptors = 80};

    (void)state;
    kill(world.child, SIGKILL);
    waitpid(world.child, NULL, 0);
    assert_int_equal(limits_set(world.child, &limits, 0, world.why, sizeof(world.why)), -ESRCH);
    assert_non_null(strstr(world.why, "cannot set 'agentDescriptors': No such process"));
    world.child = 0;
}

static void only_the_time_on_a_cpu_ends_a_process(void **state)
{
    const Limits limits = {.cpu_time = 7000}, none = {0};
    char why[128];

    (void)state;
    assert_string_equal(limits_explain(&limits, SIGXCPU, why, sizeof(why)),
                        ": over 'agentCpuTime' (7000 ms)");
    assert_string_equal(limits_explain(&limits, SIGKILL, why, sizeof(why)), "");
    assert_string_equal(limits_explain(&none, SIGXCPU, why, sizeof(why)), "");
}

static void limits_are_equal_if_all_are(void **state)
{
    const Limits first = {1, 2, 3, 4};
    const Limits others[] = {{9, 2, 3, 4}, {1, 9, 3, 4}, {1, 2, 9, 4}, {1, 2, 3, 9}};

    (void)state;
    assert_true(limits_equal(&first, &(Limits){1, 2, 3, 4}));
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        assert_false(limits_equal(&first, &others[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_process_gets_the_limits_of_its_provider),
        TEST(what_was_less_already_stays),
        TEST(what_something_else_limits_is_left_to_it),
        TEST(a_process_that_is_gone_cannot_be_limited),
        cmocka_unit_test(only_the_time_on_a_cpu_ends_a_process),
        cmocka_unit_test(limits_are_equal_if_all_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
