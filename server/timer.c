#include "server/timer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static void put(Timers *timers, size_t place, Timer *timer)
{
    timers->heap[place - 1] = timer;
    timer->place = place;
}

/* Moves @timer from @place to where it belongs. */
static void sift(Timers *timers, size_t place, Timer *timer)
{
    while (place > 1 && timers->heap[place / 2 - 1]->due > timer->due) {
        put(timers, place, timers->heap[place / 2 - 1]);
        place /= 2;
    }
    for (;;) {
        size_t child = place * 2;
        if (child > timers->count)
            break;
        if (child < timers->count && timers->heap[child]->due < timers->heap[child - 1]->due)
            child++;
        if (timers->heap[child - 1]->due >= timer->due)
            break;
        put(timers, place, timers->heap[child - 1]);
        place = child;
    }
    put(timers, place, timer);
}

static void on_timer(uv_timer_t *uv);

/* Has libuv wake us for the first that is due. */
static void arm(Timers *timers)
{
    uint64_t now = uv_now(timers->uv.loop);

    if (timers->count == 0)
        uv_timer_stop(&timers->uv);
    else
        uv_timer_start(&timers->uv, on_timer,
                       timers->heap[0]->due > now ? timers->heap[0]->due - now : 0, 0);
}

static void on_timer(uv_timer_t *uv)
{
    Timers *timers = container_of(uv, Timers, uv);
    uint64_t now = uv_now(uv->loop);

    while (timers->count > 0 && timers->heap[0]->due <= now) {
        Timer *timer = timers->heap[0];
        timer_stop(timer);
        timer->fire(timer); /* Careful: @timer may be gone here. */
    }
    arm(timers);
}

int timers_init(Timers *timers, uv_loop_t *loop)
{
    *timers = (Timers){0};
    return uv_timer_init(loop, &timers->uv);
}

static void on_closed(uv_handle_t *handle)
{
    Timers *timers = container_of(handle, Timers, uv);

    free(timers->heap);
    timers->heap = NULL;
}

void timers_close(Timers *timers)
{
    assert(timers->count == 0);
    uv_close((uv_handle_t *)&timers->uv, on_closed);
}

void timer_init(Timer *timer, Timers *timers, void (*fire)(Timer *))
{
    *timer = (Timer){.timers = timers, .fire = fire};
}

int timer_start(Timer *timer, uint64_t milliseconds)
{
    Timers *timers = timer->timers;

    timer_stop(timer);
    if (timers->count == timers->capacity) {
        size_t capacity = timers->capacity == 0 ? 64 : timers->capacity * 2;
        Timer **heap = reallocarray(timers->heap, capacity, sizeof(*heap));
        if (heap == NULL)
            return -ENOMEM;
        timers->heap = heap;
        timers->capacity = capacity;
    }
    timer->due = uv_now(timers->uv.loop) + milliseconds;
    timers->count++;
    sift(timers, timers->count, timer);
    if (timer->place == 1)
        arm(timers);
    return 0;
}

void timer_stop(Timer *timer)
{
    Timers *timers = timer->timers;
    size_t place = timer->place;

    if (place == 0)
        return;
    Timer *last = timers->heap[--timers->count];
    timer->place = 0;
    if (last != timer)
        sift(timers, place, last);
    /* A wake-up that is too early costs less than arming again for each stop. */
    if (timers->count == 0)
        uv_timer_stop(&timers->uv);
}
