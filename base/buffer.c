#include "base/buffer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void buffer_deinit(Buffer *buffer)
{
    free(buffer->data);
    *buffer = BUFFER_INIT;
}

void buffer_clear(Buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

void buffer_consume(Buffer *buffer, size_t count)
{
    assert(count <= buffer->size);
    buffer->size -= count;
    if (buffer->size > 0 && count > 0)
        memmove(buffer->data, buffer->data + count, buffer->size);
}

char *buffer_reserve(Buffer *buffer, size_t count)
{
    size_t needed, capacity = buffer->capacity;

    if (buffer->failed || __builtin_add_overflow(buffer->size, count, &needed)) {
        buffer->failed = true;
        return NULL;
    }
    if (needed > capacity || buffer->data == NULL) {
        /* Doubling keeps the cost of growing in proportion to the content. */
        capacity = capacity < 128 ? 128 : capacity;
        while (capacity < needed)
            capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
        char *data = realloc(buffer->data, capacity);
        if (data == NULL) {
            buffer->failed = true;
            return NULL;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->size;
}

void buffer_put(Buffer *buffer, const void *data, size_t size)
{
    char *place;

    if (size == 0)
        return;
    place = buffer_reserve(buffer, size);
    if (place == NULL)
        return;
    memcpy(place, data, size);
    buffer->size += size;
}

void buffer_put_char(Buffer *buffer, char c)
{
    buffer_put(buffer, &c, 1);
}

void buffer_put_span(Buffer *buffer, Span span)
{
    buffer_put(buffer, span.data, span.size);
}

void buffer_put_string(Buffer *buffer, const char *string)
{
    buffer_put(buffer, string, strlen(string));
}

void buffer_printf(Buffer *buffer, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = true;
        return;
    }
    char *place = buffer_reserve(buffer, (size_t)length + 1); /* vsnprintf adds a 0 */
    if (place == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(place, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)length;
}

void buffer_put_u64(Buffer *buffer, uint64_t value)
{
    char digits[20];
    size_t first = sizeof(digits);

    do {
        digits[--first] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buffer_put(buffer, digits + first, sizeof(digits) - first);
}

void buffer_put_i64(Buffer *buffer, int64_t value)
{
    if (value < 0)
        buffer_put_char(buffer, '-');
    buffer_put_u64(buffer, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

const char *buffer_string(Buffer *buffer)
{
    char *end = buffer_reserve(buffer, 1);

    if (end == NULL)
        return NULL;
    *end = '\0';
    return buffer->data;
}
