/*
 * Threads and clocks, as all of the agent uses them.
 *
 * Conditions wait by the monotonic clock: a change of the wall clock must neither wake nor hang
 * anybody. Stacks are given a size of their own, so that RLIMIT_STACK of whoever started the server
 * doesn't decide it. Only touched pages are resident, so a stack for provider code is generous, but
 * below the 2 MiB at which transparent huge pages would fill it.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define THREAD_STACK_SMALL ((size_t)256 << 10) /* our own code */
#define THREAD_STACK_PROVIDER                                                                      \
    ((size_t)1 << 20) /* a provider's: existing ones were written for 8 MiB */

/* A condition for pthread_cond_timedwait with deadline_after_ms. */
void condition_init(pthread_cond_t *condition);

struct timespec deadline_after_ms(unsigned ms);

/* Nanoseconds of the monotonic clock. */
uint64_t clock_now(void);

/* pthread_create with a stack of @stack bytes. 0, or -errno. */
int thread_start(pthread_t *thread, size_t stack, void *(*run)(void *), void *data);
