/*
 * Ctrl-C, and the one place where mihostctl waits.
 *
 * SIGINT and SIGTERM are taken through a signalfd, so nothing runs in a signal handler. The first
 * one calls the function that cancels what runs; a second one, or the first when nothing runs,
 * means to leave. Whoever waits for a descriptor waits in interrupt_wait(), so that a server that
 * is silent or a pager that doesn't read never keeps the user from either. The same holds for what
 * the user types while a question stands open: it is watched during each wait.
 */
#pragma once

#include <signal.h>

#define INTERRUPT_NO_TIMEOUT (-1)

typedef enum InterruptState {
    INTERRUPT_QUIET,     /* nothing was pressed */
    INTERRUPT_CANCELING, /* the first one came and was passed on: an answer is awaited */
    INTERRUPT_LEAVING,   /* leave at once */
} InterruptState;

typedef struct Interrupt {
    int fd; /* signalfd; -1 before interrupt_open: signals do what they did before */
    InterruptState state;
    sigset_t previous;            /* the mask to be put back */
    void (*on_first)(void *data); /* cancels what runs; NULL: nothing runs */
    void *data;
    int watched;                 /* a descriptor that each wait watches too; -1: none */
    int (*on_input)(void *data); /* reads it */
    void *watcher;
} Interrupt;

void interrupt_init(Interrupt *interrupt);

/* Takes SIGINT and SIGTERM over. 0 or -errno. */
int interrupt_open(Interrupt *interrupt);

/* Gives the signals back. */
void interrupt_deinit(Interrupt *interrupt);

/* Says what the first Ctrl-C does from now on. */
void interrupt_set(Interrupt *interrupt, void (*on_first)(void *data), void *data);

/* Has each wait call @on_input(@watcher) when @fd can be read, too; its negative result ends the
 * wait and is returned. @fd -1: no longer. */
void interrupt_watch(Interrupt *interrupt, int fd, int (*on_input)(void *watcher), void *watcher);

/* Forgets a Ctrl-C that meant to leave: what runs has ended by it, and its end is still to be told.
 */
void interrupt_forgive(Interrupt *interrupt);

/* Waits until @fd has one of poll(2)'s @events, or an error to be found there; at most @timeout
 * milliseconds, or INTERRUPT_NO_TIMEOUT. 0; -ECANCELED: leave; -errno. A Ctrl-C that cancels, input
 * that is watched, and the timeout end the wait too (0): look again. */
int interrupt_wait(Interrupt *interrupt, int fd, short events, int timeout);

/* Lets @milliseconds pass. 0; -ECANCELED: leave; -errno. */
int interrupt_pause(Interrupt *interrupt, unsigned long milliseconds);
