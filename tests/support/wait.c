#include "tests/support/wait.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOMENT_MS 2

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t wait_deadline(void)
{
    return now() + WAIT_BOUND_MS;
}

bool wait_readable(int fd, int64_t deadline)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN};

    for (;;) {
        int64_t left = deadline == 0 ? 0 : deadline - now();
        int r = poll(&entry, 1, left < 0 ? 0 : (int)left);
        if (r > 0)
            return true;
        if (r == 0)
            return false;
        if (errno != EINTR)
            test_failed("poll: %s", strerror(errno));
    }
}

bool wait_moment(int64_t deadline)
{
    (void)poll(NULL, 0, MOMENT_MS);
    return now() < deadline;
}

void test_failed(const char *format, ...)
{
    va_list arguments;
    char text[4096];

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    print_error("%s\n", text);
    fail();
    abort(); /* fail() leaves the test and doesn't return, but isn't declared so */
}
