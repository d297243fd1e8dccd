/*
 * Walking over checked JSON, and the two directions between its strings and plain text.
 *
 * The checker has seen the text, so nothing here asks about grammar: a bracket has its partner, an
 * escape its digits. What is skipped is skipped by counting brackets and stepping over strings.
 */
#include "protocol/json.h"

#include "protocol/json_scan.h"

#include <errno.h>

JsonType json_type(Span value)
{
    switch (value.data[0]) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
}

Span json_trim(Span text)
{
    while (text.size > 0 && json_is_space(text.data[0]))
        span_skip(&text, 1);
    while (text.size > 0 && json_is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* The end of the string whose opening quote is at @at. */
static const char *skip_string(const char *at, const char *end)
{
    at++;
    for (;;) {
        at = json_skip_plain(at, end);
        if (at == end)
            return end;
        if (*at == '"')
            return at + 1;
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    }
}

/* The end of the object or array whose bracket is at @at. The text was checked: counting suffices.
 */
static const char *skip_nested(const char *at, const char *end)
{
    size_t depth = 0;

    while (at < end) {
        switch (*at) {
        case '"':
            at = skip_string(at, end);
            continue;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth--;
            break;
        default:
            break;
        }
        at++;
        if (depth == 0)
            break;
    }
    return at;
}

static const char *skip_value(const char *at, const char *end)
{
    if (at == end)
        return at;
    if (*at == '"')
        return skip_string(at, end);
    if (*at == '{' || *at == '[')
        return skip_nested(at, end);
    while (at < end && *at != ',' && *at != '}' && *at != ']' && !json_is_space(*at))
        at++;
    return at;
}

static Span between(const char *begin, const char *end)
{
    return (Span){begin, (size_t)(end - begin)};
}

/* Goes over the opening bracket or the comma, whichever *@rest begins with. False, and nothing is
 * left, if what follows is the end, or if there is neither. */
static bool enter_next(Span *rest, char bracket, const char **at, const char **end)
{
    if (rest->size == 0)
        return false;
    *at = rest->data;
    *end = rest->data + rest->size;
    if (**at == bracket || **at == ',') {
        *at = json_skip_space(*at + 1, *end);
        if (*at < *end && **at != '}' && **at != ']')
            return true;
    }
    *rest = between(*end, *end);
    return false;
}

static void take_value(Span *rest, const char *at, const char *end, Span *value)
{
    const char *value_end = skip_value(at, end);

    *value = between(at, value_end);
    *rest = between(json_skip_space(value_end, end), end);
}

bool json_next_member(Span *rest, Span *key, Span *value)
{
    const char *at, *end, *key_end;

    if (!enter_next(rest, '{', &at, &end))
        return false;
    key_end = skip_string(at, end);
    *key = between(at + 1, key_end > at + 1 ? key_end - 1 : key_end);
    at = json_skip_space(key_end, end);
    if (at < end)
        at = json_skip_space(at + 1, end); /* the colon */
    take_value(rest, at, end, value);
    return true;
}

bool json_next_element(Span *rest, Span *value)
{
    const char *at, *end;

    if (!enter_next(rest, '[', &at, &end))
        return false;
    take_value(rest, at, end, value);
    return true;
}

Span json_inside(Span value)
{
    return json_trim((Span){value.data + 1, value.size - 2});
}

static unsigned hex_value(const char *digits)
{
    unsigned value = 0;

    for (unsigned i = 0; i < 4; i++) {
        char c = digits[i];

        value = value << 4 | (c <= '9' ? (unsigned)(c - '0') : (unsigned)(c & 7) + 9);
    }
    return value;
}

static size_t encode_utf8(unsigned code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* Takes the escape that @rest begins with, and puts what it stands for, as UTF-8, to @out. Its
 * size. */
static size_t take_escape(Span *rest, char out[4])
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char letter = rest->data[1];

    if (letter == 'u') {
        unsigned code = hex_value(rest->data + 2);

        span_skip(rest, 6);
        if (code >= 0xD800 && code <= 0xDBFF) {
            code = 0x10000 + ((code - 0xD800) << 10) + (hex_value(rest->data + 2) - 0xDC00);
            span_skip(rest, 6);
        }
        return encode_utf8(code, out);
    }
    const char *place = strchr(letters, letter);
    out[0] = place == NULL ? letter : meanings[place - letters];
    span_skip(rest, 2);
    return 1;
}

bool json_key_equals(Span key, const char *name)
{
    Span wanted = span_of(name);

    while (key.size > 0) {
        char decoded[4] = {key.data[0]};
        size_t size = 1;

        if (key.data[0] == '\\')
            size = take_escape(&key, decoded);
        else
            span_skip(&key, 1);
        if (size > wanted.size || memcmp(decoded, wanted.data, size) != 0)
            return false;
        span_skip(&wanted, size);
    }
    return wanted.size == 0;
}

Span json_find_member(Span object, const char *name)
{
    Span rest = object, key, value;

    while (rest.size > 0 && json_next_member(&rest, &key, &value))
        if (json_key_equals(key, name))
            return value;
    return (Span){0};
}

int json_decode_string(Span value, Buffer *to)
{
    size_t begin = to->size;

    if (value.size < 2 || value.data[0] != '"')
        return -EINVAL;
    Span rest = {value.data + 1, value.size - 2};
    while (rest.size > 0) {
        const char *escape = memchr(rest.data, '\\', rest.size);
        size_t run = escape == NULL ? rest.size : (size_t)(escape - rest.data);
        char decoded[4];

        buffer_put(to, rest.data, run);
        span_skip(&rest, run);
        if (escape == NULL)
            break;
        size_t size = take_escape(&rest, decoded);
        if (decoded[0] == '\0') {
            to->size = begin;
            return -EINVAL;
        }
        buffer_put(to, decoded, size);
    }
    return 0;
}

int json_get_string(Span value, char **ret)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    int r;

    r = json_decode_string(value, &text);
    if (r < 0)
        return r;
    if (buffer_string(&text) == NULL)
        return -ENOMEM;
    *ret = take_pointer(text.data);
    return 0;
}

int json_get_integer(Span value, int64_t *ret)
{
    bool negative = value.size > 0 && value.data[0] == '-';
    int64_t number = 0;
    Span digits = value;

    if (negative)
        span_skip(&digits, 1);
    if (digits.size == 0)
        return -EINVAL;
    for (size_t i = 0; i < digits.size; i++)
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return -EINVAL;
    for (size_t i = 0; i < digits.size; i++) {
        int digit = digits.data[i] - '0';

        /* Downwards if negative: the range is one longer there. */
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, negative ? -digit : digit, &number))
            return -ERANGE;
    }
    *ret = number;
    return 0;
}

static void put_escape(Buffer *to, char c)
{
    static const char hex[] = "0123456789abcdef", letters[] = "\"\\bfnrt",
                      meanings[] = "\"\\\b\f\n\r\t";
    const char *place = c == '\0' ? NULL : strchr(meanings, c);

    if (place != NULL) {
        buffer_put(to, (char[]){'\\', letters[place - meanings]}, 2);
    } else {
        buffer_put_string(to, "\\u00");
        buffer_put_char(to, hex[(unsigned char)c >> 4]);
        buffer_put_char(to, hex[c & 15]);
    }
}

void json_put_string(Buffer *to, Span text)
{
    const char *begin = text.data, *at = begin;
    const char *end = text.size == 0 ? begin : begin + text.size;

    buffer_put_char(to, '"');
    while (at < end) {
        at = json_skip_plain(at, end);
        if (at == end)
            break;
        size_t size = json_utf8_size(at, (size_t)(end - at));
        if (size > 1) {
            at += size;
            continue;
        }
        buffer_put_span(to, between(begin, at));
        if (size == 1)
            put_escape(to, *at);
        else
            buffer_put_string(to, "\xEF\xBF\xBD");
        begin = ++at;
    }
    buffer_put_span(to, between(begin, at));
    buffer_put_char(to, '"');
}

void json_put_key(Buffer *to, const char *name)
{
    buffer_put_char(to, '"');
    buffer_put_string(to, name);
    buffer_put_string(to, "\":");
}
