#include "client/text.h"

#include <wchar.h>

#define ELLIPSIS "\xE2\x80\xA6"

uint32_t text_next(Span *text)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text->data[0];
    size_t length;
    uint32_t character;

    if (first < 0x80) {
        span_skip(text, 1);
        return first;
    }
    length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || length > text->size)
        goto invalid;
    character = first & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text->data[i];
        if ((next & 0xC0) != 0x80)
            goto invalid;
        character = character << 6 | (next & 0x3F);
    }
    if (character < smallest[length] || character > 0x10FFFF ||
        (character >= 0xD800 && character <= 0xDFFF))
        goto invalid;
    span_skip(text, length);
    return character;

invalid:
    span_skip(text, 1);
    return TEXT_INVALID;
}

bool text_is_utf8(Span text)
{
    while (text.size > 0) {
        if (text_next(&text) == TEXT_INVALID)
            return false;
    }
    return true;
}

bool text_is_unsafe(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == TEXT_INVALID)
        return true;
    if (c < 0x61C)
        return false;
    return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static size_t columns_of(uint32_t c)
{
    int width;

    if (c < 0x7F || text_is_unsafe(c))
        return 1; /* itself, or the '?' that stands for it */
    width = wcwidth((wchar_t)c);
    /* -1: unknown to this C library, which says nothing about the terminal. */
    return width < 0 ? 1 : (size_t)width;
}

size_t text_columns(Span text)
{
    size_t columns = 0;

    while (text.size > 0)
        columns += columns_of(text_next(&text));
    return columns;
}

static void put_character(Buffer *to, Span bytes, uint32_t character)
{
    if (text_is_unsafe(character))
        buffer_put_char(to, '?');
    else
        buffer_put_span(to, bytes);
}

/* Appends characters as long as they fit into @columns; returns the columns used. */
static size_t put_within(Buffer *to, Span text, size_t columns)
{
    size_t used = 0;

    while (text.size > 0) {
        Span bytes = text;
        uint32_t character = text_next(&text);

        bytes.size -= text.size;
        if (columns_of(character) > columns - used)
            break;
        used += columns_of(character);
        put_character(to, bytes, character);
    }
    return used;
}

size_t text_put_clean(Buffer *to, Span text)
{
    return put_within(to, text, SIZE_MAX);
}

size_t text_put_cut(Buffer *to, Span text, size_t columns)
{
    size_t used;

    if (columns == 0)
        return 0;
    if (text_columns(text) <= columns)
        return text_put_clean(to, text);
    used = put_within(to, text, columns - 1);
    buffer_put_string(to, ELLIPSIS);
    return used + 1;
}

void text_put_spaces(Buffer *to, size_t count)
{
    char *place = buffer_reserve(to, count);

    if (place == NULL || count == 0)
        return;
    memset(place, ' ', count);
    to->size += count;
}
