/*
 * Fifo: bytes that are put at one end of a buffer and taken from the other.
 *
 * What was taken is dropped by and by: each byte is moved once on average, and an empty one has no
 * memory. It belongs to whoever has it; one thread at a time.
 */
#pragma once

#include "base/buffer.h"

#include <assert.h>

typedef struct Fifo {
    Buffer buffer; /* appended to as to any; its failure is the caller's to see */
    size_t begin;  /* of what was not taken */
} Fifo;

/* What was put and not taken. Valid until the next put or skip. */
static inline Span fifo_span(const Fifo *fifo)
{
    Span span = buffer_span(&fifo->buffer);

    span_skip(&span, fifo->begin);
    return span;
}

static inline void fifo_deinit(Fifo *fifo)
{
    buffer_deinit(&fifo->buffer);
    fifo->begin = 0;
}

/* Takes @size bytes, which must be there. */
static inline void fifo_skip(Fifo *fifo, size_t size)
{
    assert(size <= fifo->buffer.size - fifo->begin);
    fifo->begin += size;
    if (fifo->begin == fifo->buffer.size) {
        fifo_deinit(fifo);
    } else if (fifo->begin > fifo->buffer.size / 2) {
        buffer_consume(&fifo->buffer, fifo->begin);
        fifo->begin = 0;
    }
}
