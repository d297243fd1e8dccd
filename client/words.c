#include "client/words.h"

#include "client/view.h"
#include "protocol/json.h"

#include <ctype.h>
#include <errno.h>

/* What a value may nest, so that the request around it stays within JSON_MAX_DEPTH. */
#define MAX_DEPTH (JSON_MAX_DEPTH - 4)

bool words_is_name(Span text)
{
    if (text.size == 0 || isdigit((unsigned char)text.data[0]))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x80 && !isalnum(c) && c != '_')
            return false;
    }
    return true;
}

void words_put_name(Buffer *members, Span name)
{
    if (members->size > 0)
        buffer_put_char(members, ',');
    json_put_string(members, name);
    buffer_put_char(members, ':');
}

int words_put_member(Buffer *members, const char *word, Buffer *why)
{
    const char *equals = strchr(word, '=');
    JsonFault fault;
    Span name, value;
    bool is_json;

    if (equals == NULL || equals == word) {
        buffer_printf(why, "'%s' is not Name=Value or Name:=JSON", word);
        return -EINVAL;
    }
    is_json = equals[-1] == ':';
    name = (Span){word, (size_t)(equals - word) - (is_json ? 1 : 0)};
    value = span_of(equals + 1);
    if (!words_is_name(name)) {
        buffer_printf(why, "'%s': '%.*s' is not a name", word, (int)name.size, name.data);
        return -EINVAL;
    }
    if (is_json && !json_check(value, MAX_DEPTH, &fault)) {
        buffer_printf(why, "'%s': not JSON at byte %zu: %s; text goes after = instead of :=", word,
                      fault.offset, fault.what);
        return -EINVAL;
    }
    words_put_name(members, name);
    if (is_json)
        view_put_json(members, value);
    else
        json_put_string(members, value);
    return 0;
}
