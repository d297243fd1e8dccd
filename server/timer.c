#include "server/timer.h"

#include <assert.h>

/* Of two heaps, the one that is due later goes below the other. Either may be NULL. */
static Timer *merge(Timer *a, Timer *b)
{
    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    if (b->due < a->due) {
        Timer *swap = a;
        a = b;
        b = swap;
    }
    b->next = a->child;
    if (b->next != NULL)
        b->next->previous = b;
    b->previous = a;
    a->child = b;
    a->next = a->previous = NULL;
    return a;
}

/* Makes one heap of a row of siblings: pairs first, then the pairs from the last to the first. */
static Timer *merge_siblings(Timer *first)
{
    Timer *pairs = NULL, *heap = NULL;

    while (first != NULL) {
        Timer *a = first, *b = first->next;
        first = b == NULL ? NULL : b->next;
        a->next = a->previous = NULL;
        if (b != NULL)
            b->next = b->previous = NULL;
        a = merge(a, b);
        a->next = pairs;
        pairs = a;
    }
    while (pairs != NULL) {
        Timer *next = pairs->next;
        pairs->next = NULL;
        heap = merge(heap, pairs);
        pairs = next;
    }
    return heap;
}

static void on_timer(uv_timer_t *uv);

/* Has libuv wake us for the first that is due. */
static void arm(Timers *timers)
{
    uint64_t now = uv_now(timers->uv.loop);

    if (timers->first == NULL)
        uv_timer_stop(&timers->uv);
    else
        uv_timer_start(&timers->uv, on_timer,
                       timers->first->due > now ? timers->first->due - now : 0, 0);
}

static void on_timer(uv_timer_t *uv)
{
    Timers *timers = container_of(uv, Timers, uv);
    uint64_t now = uv_now(uv->loop);

    while (timers->first != NULL && timers->first->due <= now) {
        Timer *timer = timers->first;
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

void timers_close(Timers *timers)
{
    assert(timers->first == NULL);
    uv_close((uv_handle_t *)&timers->uv, NULL);
}

void timer_init(Timer *timer, Timers *timers, void (*fire)(Timer *))
{
    *timer = (Timer){.timers = timers, .fire = fire};
}

void timer_start(Timer *timer, uint64_t milliseconds)
{
    Timers *timers = timer->timers;

    timer_stop(timer);
    timer->due = uv_now(timers->uv.loop) + milliseconds;
    timer->running = true;
    timers->first = merge(timers->first, timer);
    if (timers->first == timer)
        arm(timers);
}

void timer_stop(Timer *timer)
{
    Timers *timers = timer->timers;
    Timer *below;

    if (!timer->running)
        return;
    below = merge_siblings(timer->child);
    if (timer == timers->first) {
        timers->first = below;
    } else {
        if (timer->previous->child == timer)
            timer->previous->child = timer->next;
        else
            timer->previous->next = timer->next;
        if (timer->next != NULL)
            timer->next->previous = timer->previous;
        timers->first = merge(timers->first, below);
    }
    timer->child = timer->next = timer->previous = NULL;
    timer->running = false;
    /* Another wake-up than the first's is early and does no harm: arming again for each stop would
     * cost more. */
    if (timers->first == NULL)
        uv_timer_stop(&timers->uv);
}
