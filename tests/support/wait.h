/*
 * Waiting without sleeping: for a descriptor, or for something to become true; never for an amount
 * of time.
 *
 * Every wait has the same generous bound, which is reached only when something is broken
 * (sanitizers and a loaded machine must fit in it). A wait that reaches it fails the test and says
 * what was awaited.
 */
#pragma once

#include "base/macros.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define WAIT_BOUND_MS 20000

/* When a wait that begins now is over: for wait_readable. */
int64_t wait_deadline(void);

/* True if @fd can be read (or has ended) before @deadline; 0 as @deadline asks without waiting. */
bool wait_readable(int fd, int64_t deadline);

/* Lets at most a few ms pass, for what has no descriptor to wait on. False if @deadline is over. */
bool wait_moment(int64_t deadline);

/* Fails the running test with a sentence. */
void test_failed(const char *format, ...) PRINTF_LIKE(1, 2) __attribute__((noreturn));

/* Waits until @condition holds; else the test fails: "waited in vain for <what>". */
#define WAIT_UNTIL(condition, ...)                                                                 \
    do {                                                                                           \
        int64_t deadline_ = wait_deadline();                                                       \
        while (!(condition))                                                                       \
            if (!wait_moment(deadline_))                                                           \
                test_failed("waited in vain for " __VA_ARGS__);                                    \
    } while (0)

/* The same, of @record, which has a `lock`, and whose `changed` is signalled. */
#define WAIT_CHANGED(record, condition, ...)                                                       \
    do {                                                                                           \
        struct timespec until_;                                                                    \
        int late_ = 0;                                                                             \
        (void)clock_gettime(CLOCK_REALTIME, &until_);                                              \
        until_.tv_sec += WAIT_BOUND_MS / 1000;                                                     \
        pthread_mutex_lock(&(record)->lock);                                                       \
        while (!(condition) && late_ == 0)                                                         \
            late_ = pthread_cond_timedwait(&(record)->changed, &(record)->lock, &until_);          \
        pthread_mutex_unlock(&(record)->lock);                                                     \
        if (late_ != 0)                                                                            \
            test_failed("waited in vain for " __VA_ARGS__);                                        \
    } while (0)
