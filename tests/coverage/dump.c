/*
 * For builds that count coverage: what ends a program, and what is written down then.
 *
 * Agents end by _exit(), lest a provider's atexit handlers keep them; the linker puts ours in its
 * place (cmake/MihostBuild.cmake), which writes down what was counted, too. Who has become another
 * user writes into files that `./dev coverage` has made for all. Where even the folder is closed to
 * it, its counts are lost, and libgcov's complaints about each file are kept from the output of a
 * program whose words are tested. What SIGKILL ends is not counted.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

void __gcov_dump(void);
/* Where torture.py lets calls fail: libgcov looks at nothing that it gets. */
void torture_shim_rest(void) __attribute__((weak));
void __wrap__exit(int status) __attribute__((noreturn));
void __real__exit(int status) __attribute__((noreturn));

static bool may_write(void)
{
    return access(COVERAGE_BUILD "/CMakeFiles/coverage_dump.dir/tests/coverage/dump.c.gcda",
                  W_OK) == 0 ||
           access(COVERAGE_BUILD "/CMakeCache.txt", W_OK) == 0;
}

static void prepare(void)
{
    if (torture_shim_rest != NULL)
        torture_shim_rest();
}

void __wrap__exit(int status)
{
    prepare();
    if (may_write())
        __gcov_dump();
    __real__exit(status);
}

/* Before libgcov's own destructor, which has the priority 100. */
static __attribute__((destructor(101))) void keep_it_quiet(void)
{
    int null;

    prepare();
    if (may_write())
        return;
    null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0)
        (void)dup2(null, STDERR_FILENO);
}
