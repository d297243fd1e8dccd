/*
 * The cgroups that a server divides, with a folder in place of the kernel's: CI has no cgroup to
 * give away, and what a kernel's does with limits is the kernel's to test.
 *
 * The test stands in for the kernel where that does more than a folder: a leaf that is made has its
 * files at once, one that is removed may still have processes, and /proc/self says where the server
 * is. These stand-ins are for the whole test program.
 */
#include "server/cgroup.h"

#include "base/log.h"
#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#define AGENT 4711

static const char *const leaf_files[] = {"cgroup.procs",     "cgroup.kill", "cpu.stat",
                                         "memory.current",   "memory.max",  "memory.events",
                                         "memory.oom.group", "pids.max"};

/* ---- The kernel ---- */

typedef struct Kernel {
    char folder[64];       /* where cgroups are mounted */
    const char *missing;   /* a file that leaves don't have; NULL: they have all */
    const char *delegated; /* the folder below `folder` that was given away; NULL: none */
    const char *mark;      /* by which it is marked */
    unsigned busy;         /* so many removals fail yet */
    uid_t uid;             /* of the server */
    char mounts[256];      /* /proc/self/mountinfo; "": it can't be read */
    char own[256];         /* /proc/self/cgroup; "": it can't be read */
} Kernel;

static Kernel kernel;

static const char *at(const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", kernel.folder, name);
    return path;
}

static int open_truly(int folder, const char *path, int flags)
{
    return (int)syscall(SYS_openat, folder, path, flags, 0600);
}

/* The names of the parameters are those of the C library. */

int mkdirat(int __fd, const char *__path, mode_t __mode)
{
    int folder, r = (int)syscall(SYS_mkdirat, __fd, __path, __mode);

    if (r < 0)
        return r;
    folder = open_truly(__fd, __path, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < ARRAY_SIZE(leaf_files); i++)
        if (kernel.missing == NULL || strcmp(leaf_files[i], kernel.missing) != 0)
            close(open_truly(folder, leaf_files[i], O_CREAT | O_WRONLY));
    close(folder);
    return 0;
}

int unlinkat(int __fd, const char *__name, int __flag)
{
    int folder = open_truly(__fd, __name, O_RDONLY | O_DIRECTORY);

    if (folder >= 0 && kernel.busy > 0) {
        kernel.busy--;
        close(folder);
        errno = EBUSY;
        return -1;
    }
    for (size_t i = 0; folder >= 0 && i < ARRAY_SIZE(leaf_files); i++)
        (void)syscall(SYS_unlinkat, folder, leaf_files[i], 0);
    if (folder >= 0)
        close(folder);
    return (int)syscall(SYS_unlinkat, __fd, __name, __flag);
}

/* A file in /proc that holds @text; -1: it can't be read. */
static int open_text(const char *text)
{
    int ends[2];

    if (*text == '\0') {
        errno = EACCES;
        return -1;
    }
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    close(ends[1]);
    return ends[0];
}

int openat(int __fd, const char *__file, int __oflag, ...)
{
    if (strcmp(__file, "/proc/self/cgroup") == 0)
        return open_text(kernel.own);
    return open_truly(__fd, __file, __oflag);
}

typedef FILE *(*OpenFunction)(const char *, const char *);

FILE *fopen(const char *restrict __filename, const char *restrict __modes)
{
    OpenFunction truly;

    if (strcmp(__filename, "/proc/self/mountinfo") == 0) {
        int fd = open_text(kernel.mounts);
        return fd < 0 ? NULL : fdopen(fd, __modes);
    }
    *(void **)(void *)&truly = dlsym(RTLD_NEXT, "fopen");
    return truly(__filename, __modes);
}

ssize_t fgetxattr(int __fd, const char *__name, void *__value, size_t __size)
{
    struct stat folder, delegated;

    if (kernel.delegated == NULL || strcmp(__name, kernel.mark) != 0 || __size < 1 ||
        fstat(__fd, &folder) < 0 || stat(at(kernel.delegated), &delegated) < 0 ||
        folder.st_ino != delegated.st_ino) {
        errno = ENODATA;
        return -1;
    }
    memcpy(__value, "1", 1);
    return 1;
}

uid_t geteuid(void)
{
    return kernel.uid;
}

/* ---- The world ---- */

typedef struct World {
    Cgroups cgroups;
    Cgroup cgroup;
    char why[256];
} World;

static void put_folder(const char *name)
{
    assert_int_equal(mkdir(at(name), 0700), 0);
}

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static bool is_there(const char *name)
{
    return access(at(name), F_OK) == 0;
}

static void expect_file(const char *name, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(at(name), "r");

    assert_non_null(file);
    (void)fgets(found, sizeof(found), file);
    fclose(file);
    assert_string_equal(found, text);
}

/* A cgroup whose leaves the kernel can limit. */
static void put_cgroup(const char *name)
{
    char path[128];

    if (*name != '\0')
        put_folder(name);
    snprintf(path, sizeof(path), "%s/cgroup.subtree_control", name);
    put_file(path, "");
}

/* cgroup2 is mounted, the server is in @own, and @delegated was given away. */
static void be_in(const char *own, const char *delegated)
{
    snprintf(kernel.own, sizeof(kernel.own), "1:name=systemd:/x\n0::%s\n", own);
    snprintf(kernel.mounts, sizeof(kernel.mounts),
             "24 1 0:5 / /proc rw - proc proc rw\n"
             " - cgroup2 \n"
             "31 24 0:27 / %s rw,relatime - cgroup2 cgroup2 rw\n",
             kernel.folder);
    kernel.delegated = delegated;
}

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    kernel = (Kernel){.mark = "trusted.delegate"};
    snprintf(kernel.folder, sizeof(kernel.folder), P_tmpdir "/test-cgroup-XXXXXX");
    assert_non_null(mkdtemp(kernel.folder));
    log_init("test", (LogLevel)-1);
    world->cgroups.folder = -1;
    *state = world;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static int world_teardown(void **state)
{
    World *world = *state;

    kernel.busy = 0;
    cgroups_deinit(&world->cgroups);
    cgroups_deinit(&world->cgroups); /* harmless */
    assert_int_equal(nftw(kernel.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
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
