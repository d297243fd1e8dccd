#include "client/view.h"

#include "client/text.h"
#include "protocol/json.h"

bool view_is_object(Span value)
{
    return value.data != NULL && json_type(value) == JSON_OBJECT;
}

bool view_is_array(Span value)
{
    return value.data != NULL && json_type(value) == JSON_ARRAY;
}

bool view_is_string(Span value)
{
    return value.data != NULL && json_type(value) == JSON_STRING;
}

bool view_member(Span object, const char *name, Span *ret)
{
    Span key, value;

    if (!view_is_object(object))
        return false;
    while (json_next_member(&object, &key, &value)) {
        if (!json_key_equals(key, name))
            continue;
        *ret = value;
        return true;
    }
    return false;
}

bool view_property(Span object, Span name, Span *ret)
{
    Span key, value;

    if (!view_is_object(object))
        return false;
    while (json_next_member(&object, &key, &value)) {
        if (key.size != name.size || strncasecmp(key.data, name.data, key.size) != 0)
            continue;
        *ret = value;
        return true;
    }
    return false;
}

/* Appends the string that begins @rest, from quote to quote, and takes it off. */
static void put_json_string(Buffer *to, Span *rest)
{
    bool escaped = false;

    buffer_put_char(to, '"');
    span_skip(rest, 1);
    while (rest->size > 0) {
        Span bytes = *rest;
        uint32_t character = text_next(rest);

        bytes.size -= rest->size;
        /* Checked JSON has no byte below 0x20 and is UTF-8: what is unsafe here is in the BMP. */
        if (text_is_unsafe(character))
            buffer_printf(to, "\\u%04x", (unsigned)(character & 0xFFFF));
        else
            buffer_put_span(to, bytes);
        if (character == '"' && !escaped)
            return;
        escaped = character == '\\' && !escaped;
    }
}

void view_put_json(Buffer *to, Span value)
{
    while (value.size > 0) {
        char c = value.data[0];

        if (c == '"') {
            put_json_string(to, &value);
            continue;
        }
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            buffer_put_char(to, c);
        span_skip(&value, 1);
    }
}

void view_put_text(Buffer *to, Span value)
{
    size_t before = to->size;

    if (json_type(value) == JSON_NULL) {
        buffer_put_char(to, '-');
        return;
    }
    if (json_type(value) == JSON_STRING && json_decode_string(value, to) == 0)
        return;
    to->size = before; /* a string with \u0000 is shown as JSON */
    view_put_json(to, value);
}

void view_put_bytes(Buffer *to, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    size_t unit = 0;

    if (bytes < 1024) {
        buffer_put_u64(to, bytes);
        buffer_put_char(to, 'B');
        return;
    }
    for (value /= 1024; value >= 1023.95 && unit + 1 < ARRAY_SIZE(units); unit++)
        value /= 1024;
    buffer_printf(to, "%.1f%s", value, units[unit]);
}

void view_put_duration(Buffer *to, uint64_t milliseconds)
{
    static const struct {
        const char *big, *small;
        uint64_t seconds, step;
    } units[] = {{"d", "h", 86400, 3600}, {"h", "min", 3600, 60}, {"min", "s", 60, 1}};
    uint64_t seconds = milliseconds / 1000;

    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        if (seconds < units[i].seconds)
            continue;
        buffer_put_u64(to, seconds / units[i].seconds);
        buffer_put_string(to, units[i].big);
        buffer_put_char(to, ' ');
        buffer_put_u64(to, seconds % units[i].seconds / units[i].step);
        buffer_put_string(to, units[i].small);
        return;
    }
    if (seconds == 0)
        buffer_printf(to, "%ums", (unsigned)milliseconds);
    else
        buffer_printf(to, "%u.%us", (unsigned)seconds, (unsigned)(milliseconds % 1000 / 100));
}
