/*
 * The condition is one that an initializer makes, so it isn't bound to a clock: each wait says by
 * which it goes.
 */
#include "tests/unit/latch.h"

#include "agent/thread.h"
#include "tests/support/cmocka.h"

void latch_close(Latch *latch)
{
    pthread_mutex_lock(&latch->lock);
    latch->is_open = false;
    pthread_mutex_unlock(&latch->lock);
}

void latch_open(Latch *latch)
{
    pthread_mutex_lock(&latch->lock);
    latch->is_open = true;
    pthread_cond_broadcast(&latch->opened);
    pthread_mutex_unlock(&latch->lock);
}

bool latch_wait_ms(Latch *latch, unsigned ms)
{
    struct timespec until = deadline_after_ms(ms);
    bool is_open;
    int r = 0;

    pthread_mutex_lock(&latch->lock);
    while (!latch->is_open && r == 0)
        r = pthread_cond_clockwait(&latch->opened, &latch->lock, CLOCK_MONOTONIC, &until);
    is_open = latch->is_open;
    pthread_mutex_unlock(&latch->lock);
    return is_open;
}

void latch_wait(Latch *latch)
{
    (void)latch_wait_ms(latch, 6 * PATIENCE_MS);
}

void expect_open(Latch *latch)
{
    assert_true(latch_wait_ms(latch, PATIENCE_MS));
}
