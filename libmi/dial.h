/*
 * Dial: how a connection to a host is made, and what is said if it can't be.
 *
 * A host that accepts nobody, since it is full, stopped, or hangs, is waited for a tick at a time
 * (patience.h), and between them it is looked whether that still makes sense.
 */
#pragma once

#include <mi.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* How long a connection is waited for. */
typedef struct DialWish {
    MI_Uint64 timeout;                   /* ms, and PATIENCE; 0: as long as it is wanted */
    bool (*is_wanted)(const void *data); /* asked with the lock held, after each tick */
    const void *data;
} DialWish;

/* A socket that is connected to @path, with ticks, or a negative errno; -ECANCELED: it is not
 * wanted any more. Without @lock, which is taken to ask @wish. */
int dial(const char *path, pthread_mutex_t *lock, const DialWish *wish);

/* Says in @why, of @size, why @path could not be reached, and what to do: @error is an errno. */
MI_Result dial_explain(const char *path, int error, char *why, size_t size);
