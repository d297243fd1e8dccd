#include "libmi/waiter.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wake(atomic_uint *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void waiter_wait(Waiter *waiter, pthread_mutex_t *lock)
{
    atomic_store(&waiter->is_woken, 0);
    pthread_mutex_unlock(lock);
    while (atomic_load(&waiter->is_woken) == 0)
        (void)syscall(SYS_futex, &waiter->is_woken, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    pthread_mutex_lock(lock);
}

void waiter_wake(Waiter *waiter, Wakes *wakes)
{
    if (atomic_exchange(&waiter->is_woken, 1) != 0)
        return;
    if (wakes != NULL && wakes->count < WAKES_MAX)
        wakes->words[wakes->count++] = &waiter->is_woken;
    else
        wake(&waiter->is_woken);
}

void wakes_do(Wakes *wakes, pthread_mutex_t *lock)
{
    /* Meanwhile others may hold some. */
    while (wakes->count > 0) {
        const Wakes taken = *wakes;

        wakes->count = 0;
        pthread_mutex_unlock(lock);
        for (size_t i = 0; i < taken.count; i++)
            wake(taken.words[i]);
        pthread_mutex_lock(lock);
    }
}
