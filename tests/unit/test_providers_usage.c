/*
 * The walk of the usage provider, through small trees that each test makes and takes away again.
 */
#include "tests/support/cmocka.h"
#include "tests/unit/scratch.h"

/* A provider is a module of its own that nothing links: what is tested is taken in here. */
#include "providers/usage/walk.c"

#include <stdio.h>
#include <sys/resource.h>

static char top[SCRATCH_PATH];

static int make_top(void **state)
{
    (void)state;
    scratch_make(top);
    return 0;
}

static int remove_top(void **state)
{
    (void)state;
    scratch_remove(top);
    return 0;
}

static const char *below(const char *name)
{
    static char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/%s", top, name);
    return path;
}

static void make_directory(const char *name)
{
    assert_int_equal(mkdir(below(name), 0700), 0);
}

static void make_file(const char *name, size_t size)
{
    char block[4096];
    int file = open(below(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    memset(block, 'x', sizeof(block));
    assert_true(file >= 0);
    for (; size >= sizeof(block); size -= sizeof(block))
        assert_int_equal(write(file, block, sizeof(block)), sizeof(block));
    assert_int_equal(fsync(file), 0); /* some file systems give blocks only now */
    assert_int_equal(close(file), 0);
}

static Walk *walk_all(const char *path)
{
    Walk *walk = NULL;
    int r;

    assert_int_equal(walk_new(&walk, path), 0);
    do {
        r = walk_step(walk);
    } while (r == 0);
    assert_int_equal(r, WALK_DONE);
    return walk;
}

static void everything_below_the_path_is_counted(void **state)
{
    Walk *walk = NULL;

    (void)state;
    make_directory("a");
    make_directory("a/b");
    make_directory("c");
    make_file("one", 0);
    make_file("a/two", 0);
    make_file("a/b/three", 1 << 20);
    walk = walk_all(top);
    assert_int_equal(walk->files, 3);
    assert_int_equal(walk->directories, 4);
    assert_int_equal(walk->errors, 0);
    assert_true(walk->bytes >= 1 << 20);
    (void)walk_free(walk);
}

static void a_file_with_holes_counts_for_what_it_occupies(void **state)
{
    Walk *walk = NULL;

    (void)state;
    make_file("holes", 0);
    assert_int_equal(truncate(below("holes"), 1 << 30), 0);
    walk = walk_all(below("holes"));
    assert_int_equal(walk->files, 1);
    assert_int_equal(walk->directories, 0);
    assert_true(walk->bytes < 1 << 20);
    (void)walk_free(walk);
}

static void a_symbolic_link_is_counted_and_not_followed(void **state)
{
    Walk *walk = NULL;

    (void)state;
    make_directory("a");
    make_file("a/one", 0);
    assert_int_equal(symlink("a", below("link")), 0);
    assert_int_equal(symlink("..", below("a/up")), 0);
    assert_int_equal(symlink("nowhere", below("dangling")), 0);
    walk = walk_all(top);
    assert_int_equal(walk->files, 4);
    assert_int_equal(walk->directories, 2);
    assert_int_equal(walk->errors, 0);
    (void)walk_free(walk);
}

static void the_path_itself_may_be_a_symbolic_link(void **state)
{
    Walk *walk = NULL;

    (void)state;
    make_directory("a");
    make_file("a/one", 0);
    assert_int_equal(symlink("a", below("link")), 0);
    walk = walk_all(below("link"));
    assert_int_equal(walk->files, 1);
    assert_int_equal(walk->directories, 1);
    (void)walk_free(walk);
}

static void a_path_that_is_not_there_is_refused(void **state)
{
    Walk *walk = NULL;

    (void)state;
    make_file("one", 0);
    assert_int_equal(walk_new(&walk, below("nothing")), -ENOENT);
    assert_int_equal(walk_new(&walk, below("one/two")), -ENOTDIR);
    assert_null(walk);
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    Walk *walk = NULL;
    char path[PATH_MAX + 1];

    (void)state;
    memset(path, '/', sizeof(path));
    path[PATH_MAX] = '\0';
    assert_int_equal(walk_new(&walk, path), -ENAMETOOLONG);
    assert_null(walk);
}

static void the_walk_says_where_it_is(void **state)
{
    Walk *walk = NULL;

    (void)state;
    make_directory("a");
    make_directory("a/b");
    assert_int_equal(walk_new(&walk, top), 0);
    assert_string_equal(walk->path, top);
    while (walk->depth < 2)
        assert_int_equal(walk_step(walk), 0);
    assert_string_equal(walk->path, below("a"));
    while (walk->depth < 3)
        assert_int_equal(walk_step(walk), 0);
    assert_string_equal(walk->path, below("a/b"));
    while (walk->depth > 1)
        assert_int_equal(walk_step(walk), 0);
    assert_string_equal(walk->path, top);
    (void)walk_free(walk);
}

static void a_walk_may_be_given_up_anywhere(void **state)
{
    Walk *walk = NULL;
    int r = 0;

    (void)state;
    make_directory("a");
    make_directory("a/b");
    make_file("a/b/one", 0);
    for (int steps = 0; r == 0; steps++) {
        assert_int_equal(walk_new(&walk, top), 0);
        r = 0;
        for (int i = 0; i < steps && r == 0; i++)
            r = walk_step(walk);
        assert_null(walk_free(walk));
    }
    assert_int_equal(r, WALK_DONE);
    assert_null(walk_free(NULL));
}

static void a_directory_that_is_removed_meanwhile_is_no_error(void **state)
{
    Walk *walk = NULL;

    (void)state;
    make_directory("a");
    make_directory("a/b");
    assert_int_equal(walk_new(&walk, top), 0);
    while (walk->depth < 2)
        assert_int_equal(walk_step(walk), 0);
    assert_int_equal(rmdir(below("a/b")), 0);
    assert_int_equal(count_entry(walk, dirfd(walk->levels[1].directory), "b"), 0);
    assert_int_equal(enter(walk, dirfd(walk->levels[1].directory), "b"), 0);
    assert_int_equal(walk->errors, 0);
    assert_int_equal(walk->depth, 2);
    (void)walk_free(walk);
}

static void a_directory_that_may_not_be_read_is_an_error_that_is_counted(void **state)
{
    Walk *walk = NULL;

    (void)state;
    if (geteuid() == 0)
        skip(); /* root may read everything */
    make_directory("closed");
    make_file("one", 0);
    assert_int_equal(chmod(below("closed"), 0), 0);
    walk = walk_all(top);
    assert_int_equal(chmod(below("closed"), 0700), 0);
    assert_int_equal(walk->errors, 1);
    assert_int_equal(walk->files, 1);
    (void)walk_free(walk);
}

static void directories_deeper_than_the_limit_are_errors_that_are_counted(void **state)
{
    int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;
    Walk *walk = NULL;

    (void)state;
    assert_true(fd >= 0);
    for (int depth = 1; depth < WALK_MAX_DEPTH + 3; depth++) {
        assert_int_equal(mkdirat(fd, "d", 0700), 0);
        next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(next >= 0);
        (void)close(fd);
        fd = next;
    }
    (void)close(fd);
    walk = walk_all(top);
    assert_int_equal(walk->directories, WALK_MAX_DEPTH);
    assert_int_equal(walk->errors, 1);
    (void)walk_free(walk);
}

static void running_out_of_descriptors_ends_the_walk_rather_than_miscounting(void **state)
{
    struct rlimit before, low;
    Walk *walk = NULL;
    int r, free_fd;

    (void)state;
    make_directory("a");
    assert_int_equal(walk_new(&walk, top), 0);
    free_fd = dup(0);
    assert_true(free_fd >= 0);
    (void)close(free_fd);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    low = before;
    low.rlim_cur = (rlim_t)free_fd;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    do {
        r = walk_step(walk);
    } while (r == 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(r, -EMFILE);
    (void)walk_free(walk);
}

#define IN_A_TREE(test) cmocka_unit_test_setup_teardown(test, make_top, remove_top)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_TREE(everything_below_the_path_is_counted),
        IN_A_TREE(a_file_with_holes_counts_for_what_it_occupies),
        IN_A_TREE(a_symbolic_link_is_counted_and_not_followed),
        IN_A_TREE(the_path_itself_may_be_a_symbolic_link),
        IN_A_TREE(a_path_that_is_not_there_is_refused),
        IN_A_TREE(a_path_that_is_too_long_is_refused),
        IN_A_TREE(the_walk_says_where_it_is),
        IN_A_TREE(a_walk_may_be_given_up_anywhere),
        IN_A_TREE(a_directory_that_is_removed_meanwhile_is_no_error),
        IN_A_TREE(a_directory_that_may_not_be_read_is_an_error_that_is_counted),
        IN_A_TREE(directories_deeper_than_the_limit_are_errors_that_are_counted),
        IN_A_TREE(running_out_of_descriptors_ends_the_walk_rather_than_miscounting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
