/*
 * How the shim takes the place of a function: what its parts share.
 *
 * A function of the shim is EXPORTed under the name that it takes; NEXT(name) gives it the real one
 * as next_, and shim_fails() says whether this call is one that is to fail. Nothing in here
 * allocates, and all may be called on any thread.
 */
#pragma once

#include "tests/torture/shim.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#define EXPORT __attribute__((visibility("default")))

/* The next definition of the function that this is written in, under its type. */
#define NEXT(function)                                                                             \
    static __typeof__(&(function)) next_;                                                          \
    if (next_ == NULL)                                                                             \
    *(void **)&next_ = shim_find(#function)

extern ShimState *shim_state; /* NULL: nothing is to fail */

extern __thread bool shim_is_inside;  /* the shim itself is at work: what it calls doesn't count */
extern __thread bool shim_is_finding; /* dlsym, which may allocate: there is no real malloc yet */

/* The definition of @name behind the shim's. */
void *shim_find(const char *name);

/* True if this call, one of @kind, fails. Counts it. */
bool shim_fails(ShimKind kind);

/* The same, and sets errno. */
static inline bool shim_fails_with(ShimKind kind, int error)
{
    if (!shim_fails(kind))
        return false;
    errno = error;
    return true;
}

/* From here on nothing fails. For builds that count coverage it has a name that they know
 * (tests/coverage/dump.c), lest what was counted cannot be written down. */
EXPORT void torture_shim_rest(void);

/* A child that is about to become another program: a library that can't do its part there has no
 * way to say so but to abort, and the parent learns of that. */
bool shim_is_child(void);

/* Whether @caller is in the program itself, and not in a library. */
bool shim_is_own(const void *caller);

/* Writes "FILE+OFFSET " for each of @frames, as far as there is room; returns the size. */
size_t shim_put_frames(char *text, size_t size, void *const *frames, int count);
