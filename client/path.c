#include "client/path.h"

#include "client/words.h"
#include "protocol/json.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define MAX_DEPTH        8                /* of references in references */
#define MAX_JSON_INTEGER 9007199254740991 /* 2^53-1: beyond it a JSON number is rounded */

static int path_error(Buffer *why, Span at, const char *problem)
{
    if (at.size > 0)
        buffer_printf(why, "%s, at '%s'", problem, at.data);
    else
        buffer_printf(why, "%s, at its end", problem);
    return -EINVAL;
}

static void put_utf8(Buffer *to, unsigned c)
{
    if (c < 0x80) {
        buffer_put_char(to, (char)c);
    } else if (c < 0x800) {
        buffer_put_char(to, (char)(0xC0 | c >> 6));
        buffer_put_char(to, (char)(0x80 | (c & 0x3F)));
    } else {
        buffer_put_char(to, (char)(0xE0 | c >> 12));
        buffer_put_char(to, (char)(0x80 | (c >> 6 & 0x3F)));
        buffer_put_char(to, (char)(0x80 | (c & 0x3F)));
    }
}

/* Takes \xH to \xHHHH off @rest, behind the x. 0 for what is no character. */
static unsigned take_hex(Span *rest)
{
    unsigned c = 0;

    for (int i = 0; i < 4 && rest->size > 0 && isxdigit((unsigned char)rest->data[0]); i++) {
        char digit = (char)tolower((unsigned char)rest->data[0]);
        c = c * 16 + (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        span_skip(rest, 1);
    }
    return c >= 0xD800 && c <= 0xDFFF ? 0 : c;
}

/* Takes what follows a backslash off @rest, and appends the character that it means. */
static int take_escape(Span *rest, Buffer *to, Buffer *why)
{
    static const char letters[] = "btnfr\"'\\", meanings[] = "\b\t\n\f\r\"'\\";
    Span at = *rest;
    const char *letter;
    unsigned c;

    if (rest->size == 0)
        return path_error(why, at, "a string begins and doesn't end");
    span_skip(rest, 1);
    letter = strchr(letters, at.data[0]);
    if (letter != NULL) {
        buffer_put_char(to, meanings[letter - letters]);
        return 0;
    }
    c = tolower((unsigned char)at.data[0]) == 'x' ? take_hex(rest) : 0;
    if (c == 0)
        return path_error(why, at, "no escape is written so");
    put_utf8(to, c);
    return 0;
}

static int take_string(Span *rest, Buffer *to, Buffer *why)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    span_skip(rest, 1);
    for (;;) {
        int r = 0;

        if (rest->size == 0)
            return path_error(why, *rest, "a string begins and doesn't end");
        char c = rest->data[0];
        span_skip(rest, 1);
        if (c == '"')
            break;
        if (c == '\\')
            r = take_escape(rest, &text, why);
        else
            buffer_put_char(&text, c);
        if (r < 0)
            return r;
    }
    if (buffer_failed(&text))
        return -ENOMEM;
    json_put_string(to, buffer_span(&text));
    return 0;
}

static int put_integer(Buffer *to, Span word)
{
    Span digits = word;
    long long value;

    if (word.data[0] == '+' || word.data[0] == '-')
        span_skip(&digits, 1);
    /* MOF reads 010 as eight and JSON has no such number: better refused than misread. */
    if (digits.size == 0 || digits.size > 20 || (digits.size > 1 && digits.data[0] == '0'))
        return -EINVAL;
    for (size_t i = 0; i < digits.size; i++) {
        if (!isdigit((unsigned char)digits.data[i]))
            return -EINVAL;
    }
    errno = 0;
    value =
        strtoll(digits.data, NULL, 10); /* ends at the comma or the end: all before are digits */
    if (word.data[0] == '+')
        word = digits;
    if (errno != 0 || value > MAX_JSON_INTEGER)
        json_put_string(to, word);
    else
        buffer_put_span(to, word);
    return 0;
}

static int take_bare(Span *rest, Buffer *to, Buffer *why)
{
    Span at = *rest, word = {rest->data, strcspn(rest->data, ",}")};

    span_skip(rest, word.size);
    if (span_equals_nocase(word, "true"))
        buffer_put_string(to, "true");
    else if (span_equals_nocase(word, "false"))
        buffer_put_string(to, "false");
    else if (word.size == 0 || put_integer(to, word) < 0)
        return path_error(why, at,
                          "a key is text in double quotes, a decimal integer, TRUE, FALSE, or a "
                          "path in braces");
    return 0;
}

static int take_keys(Buffer *keys, Span *rest, unsigned depth, Buffer *why);

/* Appends what names an instance, as the protocol has it. */
static void put_instance(Buffer *to, Span class_name, const Buffer *keys)
{
    buffer_put_char(to, '{');
    json_put_key(to, "class");
    json_put_string(to, class_name);
    buffer_put_char(to, ',');
    json_put_key(to, "properties");
    buffer_put_char(to, '{');
    buffer_put_span(to, buffer_span(keys));
    to->failed |= keys->failed;
    buffer_put_string(to, "}}");
}

/* Takes the keys off @rest, or =@: what follows a class name. */
static int take_tail(Buffer *keys, Span *rest, unsigned depth, Buffer *why)
{
    if (rest->size > 0 && rest->data[0] == '.') {
        span_skip(rest, 1);
        return take_keys(keys, rest, depth, why);
    }
    if (rest->size < 2 || memcmp(rest->data, "=@", 2) != 0)
        return path_error(why, *rest, "keys follow a dot");
    span_skip(rest, 2);
    return 0;
}

/* Takes `{Class.Key=Value,...}` off @rest: a key that refers to another instance. */
static int take_reference(Buffer *to, Span *rest, unsigned depth, Buffer *why)
{
    CLEANUP(buffer_deinit) Buffer keys = BUFFER_INIT;
    Span class_name;
    int r;

    if (depth == MAX_DEPTH)
        return path_error(why, *rest, "references nest too deep");
    span_skip(rest, 1);
    class_name = (Span){rest->data, strcspn(rest->data, ".=}")};
    if (!words_is_name(class_name))
        return path_error(why, *rest, "braces hold a path without a namespace");
    span_skip(rest, class_name.size);
    r = take_tail(&keys, rest, depth + 1, why);
    if (r < 0)
        return r;
    if (rest->size == 0 || rest->data[0] != '}')
        return path_error(why, *rest, "a brace begins and doesn't end");
    span_skip(rest, 1);
    put_instance(to, class_name, &keys);
    return 0;
}

static int take_key(Buffer *keys, Span *rest, unsigned depth, Buffer *why)
{
    Span name = {rest->data, strcspn(rest->data, "=,}")};

    if (!words_is_name(name) || name.size == rest->size || rest->data[name.size] != '=')
        return path_error(why, *rest, "a key is Name=Value");
    span_skip(rest, name.size + 1);
    words_put_name(keys, name);
    if (rest->size > 0 && rest->data[0] == '"')
        return take_string(rest, keys, why);
    if (rest->size > 0 && rest->data[0] == '{')
        return take_reference(keys, rest, depth, why);
    return take_bare(rest, keys, why);
}

static int take_keys(Buffer *keys, Span *rest, unsigned depth, Buffer *why)
{
    for (;;) {
        int r = take_key(keys, rest, depth, why);

        if (r < 0 || rest->size == 0 || (depth > 0 && rest->data[0] == '}'))
            return r;
        if (rest->data[0] != ',')
            return path_error(why, *rest, "keys are separated by commas");
        span_skip(rest, 1);
    }
}

int path_parse(Path *path, const char *text, Buffer *why)
{
    Span rest = span_of(text);
    size_t colon = strcspn(text, ":.=\""), before = why->size;

    *path = (Path){.kind = PATH_CLASS};
    if (text[colon] == ':') {
        path->name_space = (Span){text, colon};
        span_skip(&rest, colon + 1);
    }
    path->class_name = (Span){rest.data, strcspn(rest.data, ".=")};
    span_skip(&rest, path->class_name.size);
    buffer_printf(why, "'%s': ", text);
    if (path->name_space.data != NULL && colon == 0)
        return path_error(why, (Span){text, rest.size + 1}, "a namespace is missing");
    if (!words_is_name(path->class_name))
        return path_error(why, span_of(path->class_name.data), "a class name is missing");
    if (rest.size > 0) {
        int r = take_tail(&path->keys, &rest, 0, why);

        path->kind = PATH_INSTANCE;
        if (r < 0)
            return r;
        if (rest.size > 0)
            return path_error(why, rest, "more follows");
    }
    why->size = before;
    return buffer_failed(&path->keys) ? -ENOMEM : 0;
}

int path_parse_class(Path *path, const char *text, const char *verb, Buffer *why)
{
    int r = path_parse(path, text, why);

    if (r < 0 || path->kind == PATH_CLASS)
        return r;
    buffer_printf(why, "'%s' names an instance, and %s wants a class", text, verb);
    return -EINVAL;
}

int path_parse_instance(Path *path, int count, char **words, const char *verb, Buffer *why)
{
    int r = path_parse(path, words[0], why);

    for (int i = 1; r == 0 && i < count; i++)
        r = words_put_member(&path->keys, words[i], why);
    if (r == 0 && buffer_failed(&path->keys))
        return -ENOMEM;
    if (r < 0 || path->kind == PATH_INSTANCE || count > 1)
        return r;
    buffer_printf(why, "'%s' names a class, and %s wants an instance, such as %.*s.Key=\"Value\"",
                  words[0], verb, (int)path->class_name.size, path->class_name.data);
    return -EINVAL;
}

void path_deinit(Path *path)
{
    buffer_deinit(&path->keys);
    *path = (Path){0};
}

void path_put_json(const Path *path, Buffer *to)
{
    put_instance(to, path->class_name, &path->keys);
}
