/*
 * pthread_create takes the place of the C library's because the program itself has it.
 */
#include "tests/unit/no_threads.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

typedef int (*CreateFunction)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

atomic_bool no_threads;

/* The names are those of <pthread.h>. */
int pthread_create(pthread_t *restrict __newthread, const pthread_attr_t *restrict __attr,
                   void *(*__start_routine)(void *), void *restrict __arg)
{
    CreateFunction create;

    if (no_threads)
        return EAGAIN;
    *(void **)(void *)&create = dlsym(RTLD_NEXT, "pthread_create");
    return create(__newthread, __attr, __start_routine, __arg);
}
