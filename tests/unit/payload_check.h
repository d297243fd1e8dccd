/*
 * What the tests of payloads check of each.
 *
 * A test writes a good frame, reads it, then changes one thing. A changed value must be refused on
 * both sides: when it is read, and when it would be written. What is read lies in memory of exactly
 * its size, for the sanitizers to see who reads on.
 */
#pragma once

#include "protocol/payload.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OPERATION 77 /* of frames that have one */

/* A frame that was written: its header is checked, its payload returned. */
static inline Span payload_of(const Buffer *out, unsigned type, uint64_t operation)
{
    FrameReader reader;
    Frame frame;
    Span input = buffer_span(out);

    assert_false(buffer_failed(out));
    frame_reader_init(&reader, FRAME_FROM_BOTH);
    reader.greeted = type != FRAME_HELLO;
    assert_int_equal(frame_next(&reader, &input, &frame), FRAME_COMPLETE);
    assert_int_equal(input.size, 0);
    assert_int_equal(frame.type, type);
    assert_true(frame.operation == operation);
    frame_reader_deinit(&reader);
    return frame.payload;
}

static inline void assert_span(Span span, const char *wanted)
{
    if (!span_equals(span, wanted))
        fail_msg("'%.*s' is not '%s'", (int)span.size, span.data, wanted);
}

/* Reads a payload of @size bytes in memory of exactly that size with @get. */
#define read_copy(get, payload, size, frame)                                                       \
    __extension__({                                                                                \
        char *copy_ = malloc((size) + 1);                                                          \
        assert_non_null(copy_);                                                                    \
        memcpy(copy_ + 1, (payload).data, (size));                                                 \
        int read_ = get((Span){copy_ + 1, (size)}, frame);                                         \
        free(copy_);                                                                               \
        read_;                                                                                     \
    })

/* Each prefix of @payload up to @fixed bytes is refused: fields are missing. */
#define assert_refuses_prefixes(get, payload, fixed, frame)                                        \
    do {                                                                                           \
        for (size_t size_ = 0, fixed_ = (fixed); size_ < fixed_; size_++)                          \
            assert_int_equal(read_copy(get, payload, size_, frame), -EINVAL);                      \
    } while (0)

/* A byte behind the last field is refused. */
#define assert_refuses_more(get, out, frame)                                                       \
    do {                                                                                           \
        buffer_put_char(out, 'x');                                                                 \
        assert_int_equal(                                                                          \
            get((Span){(out)->data + FRAME_HEADER_SIZE, (out)->size - FRAME_HEADER_SIZE}, frame),  \
            -EINVAL);                                                                              \
    } while (0)

/* The put function with these arguments makes the buffer failed. */
#define assert_not_written(put)                                                                    \
    do {                                                                                           \
        Buffer out_ = BUFFER_INIT, *to = &out_;                                                    \
        put;                                                                                       \
        assert_true(buffer_failed(to));                                                            \
        buffer_deinit(to);                                                                         \
    } while (0)

/* Makes the little-endian u32 at @offset of the payload @value and reads it: must be refused. */
#define assert_refuses_u32(get, out, offset, value, frame)                                         \
    do {                                                                                           \
        char *place_ = (out)->data + FRAME_HEADER_SIZE + (offset), kept_[4];                       \
        memcpy(kept_, place_, 4);                                                                  \
        for (unsigned i_ = 0; i_ < 4; i_++)                                                        \
            place_[i_] = (char)((uint32_t)(value) >> 8 * i_);                                      \
        assert_int_equal(                                                                          \
            get((Span){(out)->data + FRAME_HEADER_SIZE, (out)->size - FRAME_HEADER_SIZE}, frame),  \
            -EINVAL);                                                                              \
        memcpy(place_, kept_, 4);                                                                  \
    } while (0)
