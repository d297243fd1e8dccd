/*
 * For builds that count coverage: who ends by _exit() writes down what was counted, too.
 *
 * Agents end so, lest a provider's atexit handlers keep them. The linker puts this in the place of
 * _exit (cmake/MihostBuild.cmake). What SIGKILL ends is not counted, nor who has become somebody
 * else, and may write nothing there.
 */
#include <unistd.h>

void __gcov_dump(void);
void __wrap__exit(int status) __attribute__((noreturn));
void __real__exit(int status) __attribute__((noreturn));

void __wrap__exit(int status)
{
    if (access(COVERAGE_BUILD "/CMakeCache.txt", W_OK) == 0)
        __gcov_dump();
    __real__exit(status);
}
