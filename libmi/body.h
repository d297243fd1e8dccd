/*
 * Body: the members of what a host says, each of which may be absent or of another type.
 */
#pragma once

#include "base/buffer.h"
#include "protocol/json.h"

#include <mi.h>
#include <stdbool.h>

/* Whether @value is there, and of @type. */
static inline bool body_is(Span value, JsonType type)
{
    return value.data != NULL && json_type(value) == type;
}

/* The text that @value is, in @to, whose content is lost; NULL if it is none, or without memory. */
static inline const char *body_text(Span value, Buffer *to)
{
    buffer_clear(to);
    if (!body_is(value, JSON_STRING) || json_decode_string(value, to) < 0)
        return NULL;
    return buffer_string(to);
}

/* The number that @value is; @otherwise if it is none, or not within 32 bits. */
static inline MI_Uint32 body_number(Span value, MI_Uint32 otherwise)
{
    int64_t number;

    if (!body_is(value, JSON_NUMBER) || json_get_integer(value, &number) < 0 || number < 0 ||
        number > UINT32_MAX)
        return otherwise;
    return (MI_Uint32)number;
}
