/*
 * For builds that count coverage: what ends a program, and what is written down then.
 *
 * Agents end by _exit(), lest a provider's atexit handlers keep them; the linker puts ours in its
 * place (cmake/MihostBuild.cmake), which writes down what was counted, too. Who has become another
 * user writes into files that `./dev coverage` has made for all. Where even the folder is closed to
 * it, its counts are lost, and libgcov's complaints about each file are kept from the output of a
 * program whose words are tested. What SIGKILL ends is not counted; but who is about to end anyway,
 * and is killed for its silence, is given the time to write: it says so in its name.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define WRITING "counts" /* a name, of at most 15 bytes */
#define BEGIN   20       /* ms to begin with it */
#define END     2000     /* ms to be done */

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

/* Weak: what fuzzes the server has one of its own. */
int __wrap_kill(pid_t pid, int signal) __attribute__((weak));
int __real_kill(pid_t pid, int signal);

static void prepare(void)
{
    (void)prctl(PR_SET_NAME, WRITING); /* of the thread: of the process if it is the first */
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

/* The process @pid is there, runs, and (if @name is not NULL) has that name. */
static bool is_running(pid_t pid, const char *name)
{
    char path[64], text[64] = "", found[32] = "", state = 'Z';
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (read(fd, text, sizeof(text) - 1) > 0)
        (void)sscanf(text, "%*d (%31[^)]) %c", found, &state);
    close(fd);
    return state != 'Z' && (name == NULL || strcmp(found, name) == 0);
}

static void rest_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

int __wrap_kill(pid_t pid, int signal)
{
    if (signal == SIGKILL && pid != 0) {
        for (int i = 0; i < BEGIN && is_running(abs(pid), NULL) && !is_running(abs(pid), WRITING);
             i++)
            rest_a_little();
        for (int i = 0; i < END && is_running(abs(pid), WRITING); i++)
            rest_a_little();
    }
    return __real_kill(pid, signal);
}
