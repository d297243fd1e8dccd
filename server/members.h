/*
 * Members of the JSON objects that the host/ methods answer with.
 */
#pragma once

#include "protocol/json.h"

static inline void put_text(Buffer *out, const char *key, const char *text)
{
    json_put_key(out, key);
    json_put_string(out, span_of(text));
}

static inline void put_number(Buffer *out, const char *key, unsigned long long value)
{
    json_put_key(out, key);
    buffer_put_u64(out, value);
}

/* `,` between the elements of an array. */
static inline void put_separator(Buffer *out, bool *is_first)
{
    if (!*is_first)
        buffer_put_char(out, ',');
    *is_first = false;
}
