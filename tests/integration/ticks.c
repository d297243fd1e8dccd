#include "tests/integration/ticks.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

atomic_int ticks, ticks_writing, minutes, connects;
atomic_bool signals;

static ssize_t (*real_recv)(int, void *, size_t, int);
static ssize_t (*real_send)(int, const void *, size_t, int);
static int (*real_connect)(int, const struct sockaddr *, socklen_t);

static __attribute__((constructor)) void find_real(void)
{
    *(void **)&real_recv = dlsym(RTLD_NEXT, "recv");
    *(void **)&real_send = dlsym(RTLD_NEXT, "send");
    *(void **)&real_connect = dlsym(RTLD_NEXT, "connect");
}

static bool take_tick(void)
{
    int left = atomic_load(&ticks);

    while (left > 0)
        if (atomic_compare_exchange_weak(&ticks, &left, left - 1))
            return true;
    return false;
}

/* What came back with errno EAGAIN, and would have waited on. */
static bool is_interrupted(int flags)
{
    if ((flags & MSG_DONTWAIT) != 0 || !atomic_load(&signals))
        return false;
    atomic_fetch_add(&minutes, 1);
    errno = EINTR;
    return true;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are reserved.
 */

/* Real time that is waited for is short, whatever libmi says. */
__attribute__((visibility("default"))) int setsockopt(int fd, int level, int name,
                                                      const void *value, socklen_t size)
{
    const struct timeval moment = {.tv_usec = 2000};
    bool is_time = level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO);

    return (int)syscall(SYS_setsockopt, fd, level, name, is_time ? &moment : value,
                        is_time ? sizeof(moment) : size);
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *time)
{
    int r = (int)syscall(SYS_clock_gettime, clock, time);

    time->tv_sec += clock == CLOCK_MONOTONIC ? 60L * atomic_load(&minutes) : 0;
    return r;
}

/* What came before a tick was granted is read before it is taken. */
__attribute__((visibility("default"))) ssize_t recv(int fd, void *data, size_t size, int flags)
{
    for (;;) {
        ssize_t got = real_recv(fd, data, size, flags);

        if (got < 0 && errno == EAGAIN && atomic_load(&ticks) == 0)
            continue;
        if (got < 0 && errno == EAGAIN && is_interrupted(flags))
            return -1;
        if (got < 0 && errno == EAGAIN)
            got = real_recv(fd, data, size, flags | MSG_DONTWAIT);
        if (got >= 0 || errno != EAGAIN || take_tick())
            return got;
    }
}

__attribute__((visibility("default"))) ssize_t send(int fd, const void *data, size_t size,
                                                    int flags)
{
    ssize_t sent;

    do {
        sent = real_send(fd, data, size, flags);
        if (sent < 0 && errno == EAGAIN && is_interrupted(flags))
            return -1;
    } while (sent < 0 && errno == EAGAIN && !take_tick());
    if (sent < 0 && errno == EAGAIN)
        atomic_fetch_add(&ticks_writing, 1);
    return sent;
}

__attribute__((visibility("default"))) int connect(int fd, __CONST_SOCKADDR_ARG address,
                                                   socklen_t size)
{
    int r = real_connect(fd, address.__sockaddr__, size);

    atomic_fetch_add(&connects, 1);
    return r;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
