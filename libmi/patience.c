#include "libmi/patience.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static Due now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (Due)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

Due due_in(MI_Uint64 timeout)
{
    return timeout == 0 ? DUE_NEVER : now() + (Due)timeout;
}

bool due_is_over(Due due)
{
    return due != DUE_NEVER && (due == DUE_NOW || now() >= due);
}

Due due_first(Due a, Due b)
{
    if (a == DUE_NEVER || b == DUE_NEVER)
        return a == DUE_NEVER ? b : a;
    return a < b ? a : b;
}

static void set(int fd, int option, MI_Uint64 ms)
{
    const struct timeval time = {
        .tv_sec = (time_t)(ms / 1000),
        .tv_usec = (suseconds_t)(ms % 1000) * 1000,
    };

    (void)setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time)); /* there is no socket without */
}

void patience_set_reading(int fd, MI_Uint64 ms)
{
    set(fd, SO_RCVTIMEO, ms);
}

void patience_set_writing(int fd, MI_Uint64 ms)
{
    set(fd, SO_SNDTIMEO, ms);
}
