/*
 * Waiter: a thread that waits under a lock, and how others wake it.
 *
 * Whoever reads an answer for another thread wakes it while it has the lock, which is the first
 * thing that the other one wants: woken at once, it would only run to wait again. So wakes can be
 * held, and done when the lock is free. By then the waiter may be gone, for it wakes by itself if
 * it sees what it waits for; that is why this is a bare futex, of which no more than the address is
 * used. A wake too many, there or for what lies there later, means nothing to those who wait.
 */
#pragma once

#include "base/list.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

/* On the stack of its thread, while that waits. */
typedef struct Waiter {
    atomic_uint is_woken; /* written with the lock held; the futex */
    List link;            /* Connection.waiters */
} Waiter;

#define WAITER_INIT                                                                                \
    {                                                                                              \
        .is_woken = 0                                                                              \
    }

#define WAKES_MAX 64

/* Wakes that are held. */
typedef struct Wakes {
    atomic_uint *words[WAKES_MAX];
    size_t count;
} Wakes;

/* Releases @lock until somebody wakes @waiter. What is waited for must have been looked at since
 * the lock was taken, and is to be looked at again. */
void waiter_wait(Waiter *waiter, pthread_mutex_t *lock);

/* Wakes @waiter: with the lock held. With @wakes (may be NULL) it is held there, if there is room.
 */
void waiter_wake(Waiter *waiter, Wakes *wakes);

/* Does all that are held: with @lock held, which is released meanwhile. */
void wakes_do(Wakes *wakes, pthread_mutex_t *lock);
