/*
 * Which files are believed: those that nobody but the trusted could have put there.
 */
#include "server/trust.h"

#include "tests/support/cmocka.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STRANGER 64321

typedef struct World {
    WhoList trusted;
    Who items[2];
    char folder[SCRATCH_PATH];
    char why[512];
} World;

/* A path below the world's folder. */
static const char *at(const World *world, const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", world->folder, name);
    return path;
}

static void put_folder(const World *world, const char *name, mode_t mode)
{
    assert_int_equal(mkdir(at(world, name), 0700), 0);
    assert_int_equal(chmod(at(world, name), mode), 0);
}

static void put_file(const World *world, const char *name, mode_t mode)
{
    FILE *stream = fopen(at(world, name), "w");

    assert_non_null(stream);
    fputs("text", stream);
    fclose(stream);
    assert_int_equal(chmod(at(world, name), mode), 0);
}

static void put_link(const World *world, const char *name, const char *target)
{
    assert_int_equal(symlink(target, at(world, name)), 0);
}

/* Makes @name a stranger's. Only root can. */
static void give_away(const World *world, const char *name)
{
    if (geteuid() != 0) {
        print_message("SKIPPED: only root can give files away\n");
        skip();
    }
    assert_int_equal(lchown(at(world, name), STRANGER, STRANGER), 0);
}

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    scratch_make(world->folder);
    put_folder(world, "a", 0755);
    put_folder(world, "a/b", 0755);
    put_file(world, "a/b/file", 0644);
    world->trusted.items = world->items;
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    scratch_remove(world->folder);
    free(world);
    return 0;
}

static void expect_refused(World *world, const char *path, int error, const char *part)
{
    int fd;

    assert_int_equal(
        trust_open(&world->trusted, path, TRUST_FILE, &fd, world->why, sizeof(world->why)), error);
    if (strstr(world->why, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, world->why);
    assert_int_equal(trust_check(&world->trusted, path, TRUST_FILE, world->why, sizeof(world->why)),
                     error);
}

/* @path can be opened, and is the file of world_setup. */
static void expect_trusted(World *world, const char *path)
{
    char text[8] = "";
    int fd = -1;

    if (trust_open(&world->trusted, path, TRUST_FILE, &fd, world->why, sizeof(world->why)) < 0)
        fail_msg("%s", world->why);
    assert_int_equal(read(fd, text, sizeof(text) - 1), 4);
    assert_string_equal(text, "text");
    close(fd);
}

static void a_file_of_ones_own_is_trusted(void **state)
{
    World *world = *state;

    expect_trusted(world, at(world, "a/b/file"));
    expect_trusted(world, at(world, "a//./b/../b/file"));
}

static void a_path_may_begin_at_the_working_folder(void **state)
{
    World *world = *state;
    char before[4096];

    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(at(world, "a")), 0);
    expect_trusted(world, "b/file");
    expect_trusted(world, "../a/b/file");
    assert_int_equal(chdir(before), 0);
}

static void a_file_that_others_can_write_is_not(void **state)
{
    World *world = *state;

    assert_int_equal(chmod(at(world, "a/b/file"), 0646), 0);
    expect_refused(world, at(world, "a/b/file"), -EPERM, "a/b/file' can be written by others");
    assert_int_equal(chmod(at(world, "a/b/file"), 0664), 0);
    expect_refused(world, at(world, "a/b/file"), -EPERM, "(mode 0664): chmod go-w it");
}

static void a_folder_above_that_others_can_write_spoils_it(void **state)
{
    World *world = *state;

    assert_int_equal(chmod(at(world, "a"), 0777), 0);
    expect_refused(world, at(world, "a/b/file"), -EPERM, "/a' can be written by others");
    assert_int_equal(chmod(at(world, "a"), 0775), 0);
    expect_refused(world, at(world, "a/b/file"), -EPERM, "(mode 0775)");
}

static void a_sticky_folder_is_good_enough_for_ones_own(void **state)
{
    World *world = *state;

    assert_int_equal(chmod(at(world, "a"), 01777), 0);
    expect_trusted(world, at(world, "a/b/file"));
    give_away(world, "a/b");
    expect_refused(world, at(world, "a/b/file"), -EPERM, "/a/b' belongs to uid 64321");
}

static void what_is_a_strangers_is_not_trusted(void **state)
{
    World *world = *state;

    give_away(world, "a/b/file");
    expect_refused(world, at(world, "a/b/file"), -EPERM, "/a/b/file' belongs to uid 64321");
}

static void where_nobody_can_be_named_no_message_asks_for_it(void **state)
{
    World *world = *state;
    int fd;

    assert_int_equal(
        trust_open(NULL, at(world, "a/b/file"), TRUST_FILE, &fd, world->why, sizeof(world->why)),
        0);
    close(fd);
    give_away(world, "a/b/file");
    assert_int_equal(
        trust_check(NULL, at(world, "a/b/file"), TRUST_FILE, world->why, sizeof(world->why)),
        -EPERM);
    assert_non_null(strstr(world->why, "it must be root's"));
    assert_null(strstr(world->why, "'trust'"));
}

static void what_is_in_a_strangers_folder_is_not_trusted(void **state)
{
    World *world = *state;

    give_away(world, "a");
    expect_refused(world, at(world, "a/b/file"), -EPERM, "/a' belongs to uid 64321");
}

static void who_is_named_is_trusted(void **state)
{
    World *world = *state;

    give_away(world, "a");
    give_away(world, "a/b/file");
    world->items[0] = (Who){.kind = WHO_USER, .id = STRANGER};
    world->trusted.count = 1;
    expect_trusted(world, at(world, "a/b/file"));
    assert_int_equal(chmod(at(world, "a"), 0775), 0);
    expect_refused(world, at(world, "a/b/file"), -EPERM, "(mode 0775)");
    world->items[1] = (Who){.kind = WHO_GROUP, .id = STRANGER};
    world->trusted.count = 2;
    expect_trusted(world, at(world, "a/b/file"));
}

static void links_are_followed_and_looked_at(void **state)
{
    World *world = *state;

    put_link(world, "to-file", "a/b/file");
    put_link(world, "to-folder", at(world, "a/b"));
    put_link(world, "a/b/up", "../../to-folder/file");
    expect_trusted(world, at(world, "to-file"));
    expect_trusted(world, at(world, "to-folder/file"));
    expect_trusted(world, at(world, "to-folder/up"));
    put_folder(world, "open", 0777);
    put_link(world, "open/trap", "../a/b/file");
    expect_refused(world, at(world, "open/trap"), -EPERM, "/open' can be written by others");
    put_link(world, "through", "open/trap");
    expect_refused(world, at(world, "through"), -EPERM, "/open' can be written by others");
    put_link(world, "round", "round");
    expect_refused(world, at(world, "round"), -ELOOP, "too many links");
    put_link(world, "nowhere", "not-there");
    expect_refused(world, at(world, "nowhere"), -ENOENT, "nowhere': No such file");
}

static void a_strangers_link_in_a_sticky_folder_is_not_followed(void **state)
{
    World *world = *state;

    put_folder(world, "sticky", 01777);
    put_link(world, "sticky/link", "../a/b/file");
    expect_trusted(world, at(world, "sticky/link"));
    give_away(world, "sticky/link");
    expect_refused(world, at(world, "sticky/link"), -EPERM, "/sticky/link' belongs to uid 64321");
}

static void what_is_no_file_is_not_opened_and_not_waited_for(void **state)
{
    World *world = *state;

    assert_int_equal(mkfifo(at(world, "fifo"), 0600), 0);
    expect_refused(world, at(world, "fifo"), -EINVAL, "/fifo' is no regular file");
    expect_refused(world, at(world, "a"), -EINVAL, "/a' is no regular file");
    expect_refused(world, at(world, "a/b/file/x"), -ENOTDIR, "file' is no folder");
    expect_refused(world, at(world, "a/.."), -EINVAL, "is no name");
    expect_refused(world, "/dev/null", -EINVAL, "'/dev/null' is no regular file");
    expect_refused(world, "/", -EINVAL, "'/' is no regular file");
    expect_refused(world, at(world, "a/none"), -ENOENT, "/a/none': No such file");
}

static void a_name_that_is_too_long_is_refused(void **state)
{
    World *world = *state;
    char path[5000];

    memset(path, 'x', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    expect_refused(world, path, -ENAMETOOLONG, "too long");
    path[300] = '\0';
    expect_refused(world, path, -ENAMETOOLONG, "a name in it is too long");
}

static void a_folder_can_be_asked_for(void **state)
{
    World *world = *state;
    int fd;

    assert_int_equal(trust_open(&world->trusted, at(world, "a/b/"), TRUST_FOLDER, &fd, world->why,
                                sizeof(world->why)),
                     0);
    close(fd);
    assert_int_equal(trust_check(&world->trusted, at(world, "a/b/file"), TRUST_FOLDER, world->why,
                                 sizeof(world->why)),
                     -EINVAL);
    assert_int_equal(chmod(at(world, "a/b"), 0777), 0);
    assert_int_equal(trust_check(&world->trusted, at(world, "a/b"), TRUST_FOLDER, world->why,
                                 sizeof(world->why)),
                     -EPERM);
    assert_int_equal(chmod(at(world, "a/b"), 01777), 0);
    assert_int_equal(trust_check(&world->trusted, at(world, "a/b"), TRUST_FOLDER, world->why,
                                 sizeof(world->why)),
                     0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_of_ones_own_is_trusted),
        TEST(a_path_may_begin_at_the_working_folder),
        TEST(a_file_that_others_can_write_is_not),
        TEST(where_nobody_can_be_named_no_message_asks_for_it),
        TEST(a_folder_above_that_others_can_write_spoils_it),
        TEST(a_sticky_folder_is_good_enough_for_ones_own),
        TEST(what_is_a_strangers_is_not_trusted),
        TEST(what_is_in_a_strangers_folder_is_not_trusted),
        TEST(who_is_named_is_trusted),
        TEST(links_are_followed_and_looked_at),
        TEST(a_strangers_link_in_a_sticky_folder_is_not_followed),
        TEST(what_is_no_file_is_not_opened_and_not_waited_for),
        TEST(a_name_that_is_too_long_is_refused),
        TEST(a_folder_can_be_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
