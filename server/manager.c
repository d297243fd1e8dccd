#include "server/manager.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_FD 3 /* SD_LISTEN_FDS_START */

/* The number in the variable @name: 0, -ENOENT without one, -EINVAL (logged). */
static int read_number(const char *name, unsigned long long *ret)
{
    const char *text = getenv(name);
    char *end;

    if (text == NULL)
        return -ENOENT;
    errno = 0;
    *ret = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0)
        return 0;
    log_warning("%s is '%.64s', and no number", name, text);
    return -EINVAL;
}

/* True if the variable @name, which says whom the others are for, is absent or means us. */
static bool is_for_us(const char *name)
{
    unsigned long long pid;
    int r = read_number(name, &pid);

    return r == -ENOENT || (r == 0 && pid == (unsigned long long)getpid());
}

/* The value of the socket option @option, or -1. */
static int socket_option(int fd, int option)
{
    int value = -1;
    socklen_t size = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

static int check_socket(int fd, unsigned long long count)
{
    if (count != 1) {
        log_error("the service manager passed %llu sockets: one is wanted, with one ListenStream=",
                  count);
        return -EINVAL;
    }
    if (socket_option(fd, SO_DOMAIN) != AF_UNIX || socket_option(fd, SO_TYPE) != SOCK_STREAM ||
        socket_option(fd, SO_ACCEPTCONN) != 1) {
        log_error("what the service manager passed is no listening Unix socket: in its socket unit "
                  "write ListenStream= with a path, and not Accept=yes");
        return -EINVAL;
    }
    return 0;
}

int manager_take_socket(void)
{
    unsigned long long count;
    int r = getenv("LISTEN_PID") != NULL && is_for_us("LISTEN_PID")
                ? read_number("LISTEN_FDS", &count)
                : -ENOENT;

    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    if (r < 0)
        return r;
    r = check_socket(FIRST_FD, count);
    if (r < 0)
        return r;
    if (fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(FIRST_FD, F_SETFL, fcntl(FIRST_FD, F_GETFL) | O_NONBLOCK) < 0) {
        log_error("the socket of the service manager can't be used: %s", strerror(errno));
        return -errno;
    }
    return FIRST_FD;
}

/* Sends @text, lines of NAME=VALUE. */
static void tell(const Manager *manager, const char *text)
{
    if (manager->fd < 0)
        return;
    if (sendto(manager->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
               (const struct sockaddr *)&manager->address, manager->address_size) < 0)
        log_debug("the service manager can't be told: %s", strerror(errno));
    else
        log_trace("the service manager is told: %s", text);
}

static void on_beat(Timer *timer)
{
    Manager *manager = container_of(timer, Manager, beat);

    tell(manager, "WATCHDOG=1");
    timer_start(&manager->beat, manager->beat_every);
}

/* NOTIFY_SOCKET: a path, or `@` and a name of the abstract namespace. */
static void open_notify_socket(Manager *manager, const char *path)
{
    size_t length = strlen(path);

    if ((*path != '/' && *path != '@') || length < 2 ||
        length >= sizeof(manager->address.sun_path)) {
        log_warning("NOTIFY_SOCKET is '%.128s', and no address: ignored", path);
        return;
    }
    manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (manager->fd < 0) {
        log_warning("the service manager can't be told anything: %s", strerror(errno));
        return;
    }
    manager->address.sun_family = AF_UNIX;
    memcpy(manager->address.sun_path, path, length);
    if (*path == '@')
        manager->address.sun_path[0] = '\0';
    manager->address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

void manager_init(Manager *manager, Timers *timers)
{
    unsigned long long microseconds = 0;
    const char *path = getenv("NOTIFY_SOCKET");

    *manager = (Manager){.fd = -1};
    timer_init(&manager->beat, timers, on_beat);
    if (path != NULL)
        open_notify_socket(manager, path);
    if (read_number("WATCHDOG_USEC", &microseconds) == 0 && microseconds > 0 &&
        is_for_us("WATCHDOG_PID"))
        manager->beat_every = microseconds < 4000 ? 1 : microseconds / 2 / 1000;
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void manager_deinit(Manager *manager)
{
    timer_stop(&manager->beat);
    if (manager->address_size > 0)
        close(manager->fd);
    manager->fd = -1;
    manager->address_size = 0;
}

static uint64_t now_in_microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void manager_ready(Manager *manager, const char *status)
{
    char text[256];

    snprintf(text, sizeof(text), "READY=1\nSTATUS=%s", status);
    tell(manager, text);
    if (manager->fd >= 0 && manager->beat_every > 0 && !timer_is_running(&manager->beat))
        on_beat(&manager->beat);
}

void manager_reloading(Manager *manager)
{
    char text[128];

    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=reading registrations",
             (unsigned long long)now_in_microseconds());
    tell(manager, text);
}

void manager_stopping(Manager *manager, uint64_t milliseconds)
{
    char text[128];

    snprintf(text, sizeof(text), "STOPPING=1\nEXTEND_TIMEOUT_USEC=%llu\nSTATUS=stopping",
             (unsigned long long)milliseconds * 1000);
    tell(manager, text);
}
