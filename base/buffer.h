/*
 * A growing run of bytes.
 *
 * Writing never returns an error: the first allocation that fails is remembered, what follows it is
 * dropped, and whoever finishes the message asks buffer_failed() once. So code that builds a
 * message reads as the message does.
 */
#pragma once

#include "base/macros.h"
#include "base/span.h"

#include <stdarg.h>
#include <stdint.h>

typedef struct Buffer {
    char *data;      /* not terminated; NULL while empty */
    size_t size;     /* bytes in use */
    size_t capacity; /* bytes allocated */
    bool failed;     /* an allocation failed: the content is incomplete */
} Buffer;

#define BUFFER_INIT ((Buffer){0})

/* Frees the content; the buffer is empty and usable again. */
void buffer_deinit(Buffer *buffer);

/* Forgets the content and a failure, and keeps the memory. */
void buffer_clear(Buffer *buffer);

/* Drops the first @count bytes, which must be there. */
void buffer_consume(Buffer *buffer, size_t count);

/* Makes room for @count more bytes and returns where they go, or NULL (and buffer_failed). */
char *buffer_reserve(Buffer *buffer, size_t count);

void buffer_put(Buffer *buffer, const void *data, size_t size);
void buffer_put_char(Buffer *buffer, char c);
void buffer_put_span(Buffer *buffer, Span span);
void buffer_put_string(Buffer *buffer, const char *string);
void buffer_printf(Buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* Numbers in decimal. */
void buffer_put_u64(Buffer *buffer, uint64_t value);
void buffer_put_i64(Buffer *buffer, int64_t value);

/* The content as a string: a 0 is kept behind the bytes in use. NULL if anything failed. The buffer
 * owns it, until its next change. */
const char *buffer_string(Buffer *buffer);

static inline bool buffer_failed(const Buffer *buffer)
{
    return buffer->failed;
}

static inline Span buffer_span(const Buffer *buffer)
{
    return (Span){buffer->data, buffer->size};
}
