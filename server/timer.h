/*
 * Timers: any number of them on one libuv timer.
 *
 * A deadline, a grace, an idle time: each is a Timer embedded in its object, started and stopped without a system call and
 * without a libuv handle of its own (which could only be freed in its close callback). They stand in a binary heap by
 * the time at which they are due. One thread.
 */
#pragma once

#include "base/macros.h"

#include <stdbool.h>
#include <uv.h>

typedef struct Timer Timer;

typedef struct Timers {
    uv_timer_t uv;
    Timer **heap;
    size_t count, capacity;
} Timers;

struct Timer {
    Timers *timers;
    uint64_t due;          /* uv_now() time, ms */
    size_t place;          /* in the heap, from 1; 0: not running */
    void (*fire)(Timer *); /* called once, when it is due; the timer is stopped then and may be freed in it */
};

int timers_init(Timers *timers, uv_loop_t *loop);
/* Starts to close; the memory may go once the loop has run its close callbacks. No timer may be running. */
void timers_close(Timers *timers);

void timer_init(Timer *timer, Timers *timers, void (*fire)(Timer *));
/* (Re)starts it. -ENOMEM, and then it isn't running. */
int timer_start(Timer *timer, uint64_t milliseconds);
/* Harmless if it isn't running, or was never initialised (zeroed). */
void timer_stop(Timer *timer);

static inline bool timer_is_running(const Timer *timer)
{
    return timer->place != 0;
}
