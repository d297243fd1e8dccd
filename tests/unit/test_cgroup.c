/*
 * The cgroups that a server divides, with a folder in place of the kernel's
 * (tests/unit/cgroup_kernel.h).
 */
#include "server/cgroup.h"

#include "base/log.h"
#include "base/macros.h"
#include "tests/support/cmocka.h"
#include "tests/unit/cgroup_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGENT 4711

typedef struct World {
    Cgroups cgroups;
    Cgroup cgroup;
    char why[256];
} World;

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    kernel_begin();
    log_init("test", (LogLevel)-1);
    world->cgroups.folder = -1;
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    kernel.busy = 0;
    cgroups_deinit(&world->cgroups);
    cgroups_deinit(&world->cgroups); /* harmless */
    kernel_end();
    free(world);
    return 0;
}

static void start(World *world)
{
    put_cgroup("");
    assert_int_equal(cgroups_init(&world->cgroups, kernel.folder), 0);
}

static int enter(World *world, unsigned long memory, unsigned long processes)
{
    const Limits limits = {.memory = memory, .processes = processes};

    return cgroup_enter(&world->cgroups, &world->cgroup, &limits, AGENT, world->why,
                        sizeof(world->why));
}

/* The server has no cgroup to divide, and goes on. */
static void expect_none(World *world)
{
    assert_int_equal(cgroups_init(&world->cgroups, NULL), 0);
    assert_int_equal(world->cgroups.folder, -1);
}

/* ---- A cgroup that was named ---- */

static void without_a_cgroup_an_agent_has_none(void **state)
{
    World *world = *state;
    Usage usage;

    assert_int_equal(cgroups_init(&world->cgroups, "none"), 0);
    assert_int_equal(enter(world, 1, 1), 0);
    assert_string_equal(world->cgroup.name, "");
    assert_int_equal(cgroup_usage(&world->cgroups, &world->cgroup, &usage), -ENOENT);
    assert_false(cgroup_has_run_out_of_memory(&world->cgroups, &world->cgroup));
    cgroup_kill(&world->cgroups, &world->cgroup);
    cgroup_leave(&world->cgroups, &world->cgroup);
}

static void an_agent_is_moved_into_a_leaf_with_its_limits(void **state)
{
    World *world = *state;

    start(world);
    assert_int_equal(enter(world, 64 << 20, 12), 0);
    assert_string_equal(world->cgroup.name, "agent-1");
    expect_file("agent-1/memory.max", "67108864");
    expect_file("agent-1/memory.oom.group", "1");
    expect_file("agent-1/pids.max", "12");
    expect_file("agent-1/cgroup.procs", "4711");
    cgroup_leave(&world->cgroups, &world->cgroup);
    assert_false(is_there("agent-1"));
}

static void no_limit_is_none_of_the_kernels_either(void **state)
{
    World *world = *state;

    start(world);
    assert_int_equal(enter(world, 0, 0), 0);
    expect_file("agent-1/memory.max", "");
    expect_file("agent-1/pids.max", "");
    expect_file("agent-1/cgroup.procs", "4711");
}

static void what_the_kernel_does_not_count_here_is_not_limited_here(void **state)
{
    World *world = *state;

    assert_int_equal(cgroups_init(&world->cgroups, kernel.folder), 0);
    assert_int_equal(world->cgroups.controllers, 0);
    assert_int_equal(enter(world, 1 << 20, 12), 0);
    expect_file("agent-1/memory.max", "");
    expect_file("agent-1/pids.max", "");
    put_file("agent-1/memory.events", "oom_kill 1\n");
    assert_false(cgroup_has_run_out_of_memory(&world->cgroups, &world->cgroup));
}

static void an_agent_is_killed_with_all_that_it_started(void **state)
{
    World *world = *state;

    start(world);
    assert_int_equal(enter(world, 0, 0), 0);
    cgroup_kill(&world->cgroups, &world->cgroup);
    expect_file("agent-1/cgroup.kill", "1");
}

static void what_all_its_processes_take_is_known(void **state)
{
    World *world = *state;
    Usage usage = {0};

    start(world);
    assert_int_equal(enter(world, 0, 0), 0);
    assert_int_equal(cgroup_usage(&world->cgroups, &world->cgroup, &usage), -ENOENT);
    put_file("agent-1/cpu.stat", "usage_usec 2500000\nuser_usec 1\n");
    put_file("agent-1/memory.current", "4096\n");
    assert_int_equal(cgroup_usage(&world->cgroups, &world->cgroup, &usage), 0);
    assert_int_equal(usage.memory, 4096);
    assert_int_equal(usage.cpu, 2500);
}

static void an_agent_that_ran_out_of_memory_is_told_from_others(void **state)
{
    World *world = *state;

    start(world);
    assert_int_equal(enter(world, 1 << 20, 0), 0);
    assert_false(cgroup_has_run_out_of_memory(&world->cgroups, &world->cgroup));
    put_file("agent-1/memory.events", "low 0\noom 3\noom_kill 0\n");
    assert_false(cgroup_has_run_out_of_memory(&world->cgroups, &world->cgroup));
    put_file("agent-1/memory.events", "low 0\noom 3\noom_kill 2\n");
    assert_true(cgroup_has_run_out_of_memory(&world->cgroups, &world->cgroup));
}

static void a_leaf_that_cannot_limit_is_no_leaf(void **state)
{
    static const char *const files[] = {"memory.max", "pids.max", "cgroup.procs"};
    World *world = *state;

    start(world);
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        kernel.missing = files[i];
        assert_int_equal(enter(world, 1 << 20, 12), -ENOENT);
        assert_non_null(strstr(world->why, "cannot make it a cgroup: No such file"));
        assert_string_equal(world->cgroup.name, "");
    }
    assert_false(is_there("agent-1") || is_there("agent-2") || is_there("agent-3"));
}

static void a_leaf_that_cannot_be_made_is_told(void **state)
{
    World *world = *state;

    start(world);
    put_folder("agent-1");
    assert_int_equal(enter(world, 0, 0), -EEXIST);
    assert_non_null(strstr(world->why, "File exists"));
}

static void what_another_server_left_behind_is_ended_and_removed(void **state)
{
    static const char too_long[] = "agent-of-a-name-that-is-too-long-for-ours";
    World *world = *state;

    put_folder("agent-7");
    put_file("agent-7/cgroup.kill", "");
    put_folder("somebody-elses");
    put_folder(too_long);
    start(world);
    assert_false(is_there("agent-7"));
    assert_true(is_there("somebody-elses"));
    assert_true(is_there(too_long));
}

static void a_leaf_that_is_still_dying_goes_with_a_later_one(void **state)
{
    World *world = *state;

    start(world);
    assert_int_equal(enter(world, 0, 0), 0);
    kernel.busy = 1;
    cgroup_leave(&world->cgroups, &world->cgroup);
    assert_string_equal(world->cgroup.name, "");
    assert_true(is_there("agent-1"));
    assert_int_equal(enter(world, 0, 0), 0);
    cgroup_leave(&world->cgroups, &world->cgroup);
    assert_false(is_there("agent-1") || is_there("agent-2"));
}

static void two_servers_do_not_share_a_cgroup(void **state)
{
    World *world = *state;
    Cgroups other;

    start(world);
    assert_int_equal(enter(world, 0, 0), 0);
    assert_int_equal(cgroups_init(&other, kernel.folder), -ENODEV);
    assert_true(is_there("agent-1"));
}

static void a_cgroup_that_was_named_and_is_not_there_is_a_mistake(void **state)
{
    World *world = *state;

    assert_int_equal(cgroups_init(&world->cgroups, at("nowhere")), -ENODEV);
}

/* ---- The server's own ---- */

static void a_server_divides_what_it_was_given(void **state)
{
    static const char *const marks[] = {"trusted.delegate", "user.delegate"};
    World *world = *state;

    put_cgroup("unit");
    be_in("/unit", "unit");
    for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
        kernel.mark = marks[i];
        assert_int_equal(cgroups_init(&world->cgroups, NULL), 0);
        expect_file("unit/server/cgroup.procs", "0"); /* 0: who writes it */
        assert_int_equal(enter(world, 1 << 20, 0), 0);
        expect_file("unit/agent-1/memory.max", "1048576");
        cgroup_leave(&world->cgroups, &world->cgroup);
        cgroups_deinit(&world->cgroups);
    }
}

static void a_server_in_a_leaf_divides_the_cgroup_above(void **state)
{
    World *world = *state;

    put_cgroup("unit");
    put_folder("unit/control");
    be_in("/unit/control", "unit");
    assert_int_equal(cgroups_init(&world->cgroups, NULL), 0);
    assert_int_equal(enter(world, 0, 0), 0);
    assert_true(is_there("unit/agent-1"));
    assert_false(is_there("unit/server"));
}

static void a_users_own_cgroup_is_the_users_to_divide(void **state)
{
    World *world = *state;

    put_cgroup("unit");
    be_in("/unit", NULL);
    kernel.uid = getuid() == 0 ? 4711 : getuid();
    if (getuid() == 0)
        assert_int_equal(chown(at("unit"), kernel.uid, kernel.uid), 0);
    assert_int_equal(cgroups_init(&world->cgroups, NULL), 0);
    assert_true(world->cgroups.folder >= 0);
    assert_true(is_there("unit/server"));
}

static void what_belongs_to_others_is_not_touched(void **state)
{
    World *world = *state;

    put_cgroup("unit");
    be_in("/unit", NULL);
    expect_none(world);
    assert_false(is_there("unit/server"));
    kernel.uid = getuid() + 1; /* a user, and the folder another's */
    expect_none(world);
    assert_false(is_there("unit/server"));
}

static void a_server_that_cannot_move_into_a_leaf_does_without(void **state)
{
    World *world = *state;

    put_cgroup("unit");
    be_in("/unit", "unit");
    kernel.missing = "cgroup.procs";
    expect_none(world);
    kernel.missing = NULL;
    assert_int_equal(rmdir(at("unit/server")), -1); /* it has files */
    unlinkat(AT_FDCWD, at("unit/server"), AT_REMOVEDIR);
    put_file("unit/server", "no folder");
    expect_none(world);
}

static void a_cgroup_above_the_root_of_the_mount_cannot_be_found(void **state)
{
    World *world = *state;

    put_cgroup("unit");
    be_in("/elsewhere/unit", "unit");
    snprintf(kernel.mounts, sizeof(kernel.mounts),
             "31 24 0:27 /container %s rw - cgroup2 none rw\n", kernel.folder);
    expect_none(world);
    be_in("/container/unit", "unit");
    snprintf(kernel.mounts, sizeof(kernel.mounts),
             "31 24 0:27 /container %s rw - cgroup2 none rw\n", kernel.folder);
    assert_int_equal(cgroups_init(&world->cgroups, NULL), 0);
    assert_true(is_there("unit/server"));
}

static void without_cgroup2_there_is_none(void **state)
{
    World *world = *state;

    expect_none(world); /* neither file of /proc can be read */
    be_in("/unit", "unit");
    expect_none(world); /* there is no such folder */
    *kernel.mounts = '\0';
    expect_none(world);
    be_in("/unit", "unit");
    snprintf(kernel.mounts, sizeof(kernel.mounts), "24 1 0:5 / /proc rw - proc proc rw\n");
    expect_none(world);
    be_in("/unit", "unit");
    snprintf(kernel.own, sizeof(kernel.own), "1:name=systemd:/x\n");
    expect_none(world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_cgroup_an_agent_has_none),
        TEST(an_agent_is_moved_into_a_leaf_with_its_limits),
        TEST(no_limit_is_none_of_the_kernels_either),
        TEST(what_the_kernel_does_not_count_here_is_not_limited_here),
        TEST(an_agent_is_killed_with_all_that_it_started),
        TEST(what_all_its_processes_take_is_known),
        TEST(an_agent_that_ran_out_of_memory_is_told_from_others),
        TEST(a_leaf_that_cannot_limit_is_no_leaf),
        TEST(a_leaf_that_cannot_be_made_is_told),
        TEST(what_another_server_left_behind_is_ended_and_removed),
        TEST(a_leaf_that_is_still_dying_goes_with_a_later_one),
        TEST(two_servers_do_not_share_a_cgroup),
        TEST(a_cgroup_that_was_named_and_is_not_there_is_a_mistake),
        TEST(a_server_divides_what_it_was_given),
        TEST(a_server_in_a_leaf_divides_the_cgroup_above),
        TEST(a_users_own_cgroup_is_the_users_to_divide),
        TEST(what_belongs_to_others_is_not_touched),
        TEST(a_server_that_cannot_move_into_a_leaf_does_without),
        TEST(a_cgroup_above_the_root_of_the_mount_cannot_be_found),
        TEST(without_cgroup2_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
