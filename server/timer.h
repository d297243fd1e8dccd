/*
 * Timers: any number of them on one libuv timer.
 *
 * A deadline, a grace, an idle time: each is a Timer embedded in its object, started and stopped
 * without a system call, without an allocation (so starting cannot fail), and without a libuv
 * handle of its own (which could only be freed in its close callback). They stand in a pairing heap
 * by the time at which they are due. One thread.
 */
#pragma once

#include "base/macros.h"

#include <stdbool.h>
#include <uv.h>

typedef struct Timer Timer;

typedef struct Timers {
    uv_timer_t uv;
    Timer *first; /* the one that is due first: the heap's root */
} Timers;

struct Timer {
    Timers *timers;
    uint64_t due;    /* uv_now() time, ms */
    bool running;    /* it is in the heap */
    Timer *child;    /* the first of those below it */
    Timer *next;     /* beside it */
    Timer *previous; /* beside it, or above the first child; NULL for the root */
    void (*fire)(
        Timer *); /* called once, when it is due; it is stopped then, and may be freed in it */
};

int timers_init(Timers *timers, uv_loop_t *loop);
/* Starts to close; the memory may go once the loop has run its close callbacks. No timer may be
 * running. */
void timers_close(Timers *timers);

void timer_init(Timer *timer, Timers *timers, void (*fire)(Timer *));
/* Starts it, or starts it again. */
void timer_start(Timer *timer, uint64_t milliseconds);
/* Harmless if it isn't running, or is zeroed memory. */
void timer_stop(Timer *timer);

static inline bool timer_is_running(const Timer *timer)
{
    return timer->running;
}
