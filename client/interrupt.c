#include "client/interrupt.h"

#include "base/macros.h"
#include "client/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

void interrupt_init(Interrupt *interrupt)
{
    *interrupt = (Interrupt){.fd = -1, .watched = -1};
}

int interrupt_open(Interrupt *interrupt)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    interrupt->fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (interrupt->fd < 0)
        return -errno;
    /* coverage: it fails for no arguments but wrong ones */
    if (sigprocmask(SIG_BLOCK, &signals, &interrupt->previous) < 0) {
        int r = -errno;
        close(interrupt->fd);
        interrupt->fd = -1;
        return r;
    }
    return 0;
}

void interrupt_deinit(Interrupt *interrupt)
{
    struct signalfd_siginfo signal;

    if (interrupt->fd < 0)
        return;
    /* Who presses once more while it leaves gets what was asked for: the status of that, and not of
     * a program that a signal killed. */
    while (interrupt->state == INTERRUPT_LEAVING &&
           read(interrupt->fd, &signal, sizeof(signal)) == sizeof(signal))
        ;
    close(interrupt->fd);
    sigprocmask(SIG_SETMASK, &interrupt->previous, NULL);
    interrupt->fd = -1;
}

void interrupt_set(Interrupt *interrupt, void (*on_first)(void *data), void *data)
{
    interrupt->on_first = on_first;
    interrupt->data = data;
}

void interrupt_watch(Interrupt *interrupt, int fd, int (*on_input)(void *watcher), void *watcher)
{
    interrupt->watched = fd;
    interrupt->on_input = on_input;
    interrupt->watcher = watcher;
}

void interrupt_forgive(Interrupt *interrupt)
{
    if (interrupt->state == INTERRUPT_LEAVING)
        interrupt->state = INTERRUPT_QUIET;
}

static void interrupt_take(Interrupt *interrupt)
{
    struct signalfd_siginfo signal;

    /* One at a time: two that came together are a first and a second one. */
    if (read(interrupt->fd, &signal, sizeof(signal)) != sizeof(signal))
        return;
    if (interrupt->state != INTERRUPT_QUIET || interrupt->on_first == NULL) {
        interrupt->state = INTERRUPT_LEAVING;
        return;
    }
    interrupt->state = INTERRUPT_CANCELING;
    interrupt->on_first(interrupt->data);
}

int interrupt_wait(Interrupt *interrupt, int fd, short events, int timeout)
{
    struct pollfd fds[] = {{.fd = interrupt->fd, .events = POLLIN},
                           {.fd = interrupt->watched, .events = POLLIN},
                           {.fd = fd, .events = events}};
    int r = 0;

    if (interrupt->state == INTERRUPT_LEAVING)
        return -ECANCELED;
    if (poll(fds, ARRAY_SIZE(fds), timeout) < 0)
        return errno == EINTR ? 0 : -errno;
    if (fds[0].revents != 0)
        interrupt_take(interrupt);
    if (interrupt->state == INTERRUPT_LEAVING)
        return -ECANCELED;
    if (fds[1].revents != 0)
        r = interrupt->on_input(interrupt->watcher);
    return r;
}

int interrupt_pause(Interrupt *interrupt, unsigned long milliseconds)
{
    uint64_t now = clock_ms(), end = now + milliseconds;
    int r = 0;

    for (; r == 0 && now < end; now = clock_ms())
        r = interrupt_wait(interrupt, -1, 0, (int)(end - now));
    return r;
}
