/*
 * A run of bytes that somebody else owns: not terminated, never freed through this.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

typedef struct Span {
    const char *data;
    size_t size;
} Span;

#define SPAN(literal) ((Span){(literal), sizeof(literal) - 1})

static inline Span span_of(const char *string)
{
    return (Span){string, string == NULL ? 0 : strlen(string)};
}

static inline bool span_equals(Span span, const char *string)
{
    return strlen(string) == span.size &&
           (span.size == 0 || memcmp(span.data, string, span.size) == 0);
}

/* As span_equals, without regard to the case of ASCII letters: how CIM compares names. */
static inline bool span_equals_nocase(Span span, const char *string)
{
    return strlen(string) == span.size &&
           (span.size == 0 || strncasecmp(span.data, string, span.size) == 0);
}

/* Moves the beginning of @span by @count bytes. */
static inline void span_skip(Span *span, size_t count)
{
    if (count == 0)
        return; /* an empty span may point nowhere */
    span->data += count;
    span->size -= count;
}
