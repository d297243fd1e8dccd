#include "client/interrupt.h"

#include "base/macros.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

void interrupt_init(Interrupt *interrupt)
{
    *interrupt = (Interrupt){.fd = -1};
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
    if (interrupt->fd < 0)
        return;
    close(interrupt->fd);
    sigprocmask(SIG_SETMASK, &interrupt->previous, NULL);
    interrupt->fd = -1;
}

void interrupt_set(Interrupt *interrupt, void (*on_first)(void *data), void *data)
{
    interrupt->on_first = on_first;
    interrupt->data = data;
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

int interrupt_wait(Interrupt *interrupt, int fd, short events)
{
    struct pollfd fds[] = {{.fd = interrupt->fd, .events = POLLIN}, {.fd = fd, .events = events}};

    if (interrupt->state == INTERRUPT_LEAVING)
        return -ECANCELED;
    if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
        return errno == EINTR ? 0 : -errno;
    if (fds[0].revents != 0)
        interrupt_take(interrupt);
    return interrupt->state == INTERRUPT_LEAVING ? -ECANCELED : 0;
}
