/*
 * Latch: one thread waits until another opens. It stays open for all who come later, until it is
 * closed again.
 *
 * Whatever a test waits for, it waits ten seconds at most, then it fails; a provider, whose threads
 * may not fail, waits longer, so that what the test expects can't come of its giving up.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#define PATIENCE_MS 10000

typedef struct Latch {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool is_open;
} Latch;

#define LATCH_INIT                                                                                 \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false                                 \
    }

/* On any thread. */
void latch_close(Latch *latch);
void latch_open(Latch *latch);

/* Waits @ms at most; whether it is open. */
bool latch_wait_ms(Latch *latch, unsigned ms);

/* In the provider: goes on after six times a test's patience. */
void latch_wait(Latch *latch);

/* On the test's thread, which fails after PATIENCE_MS. */
void expect_open(Latch *latch);
