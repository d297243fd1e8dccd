/*
 * JSON text: the checker, the walkers and the writer, each against the others.
 *
 * A text that is accepted is walked down to its last value and put together again: that must be the
 * text without the white space between its tokens.
 */
#include "protocol/json.h"
#include "tests/fuzz/fuzz.h"

static void walk(Span value, Buffer *out);

/* @value is a string with its quotes: decoded, written and decoded again it is the same. */
static void check_string(Span value)
{
    Buffer text = BUFFER_INIT, written = BUFFER_INIT, again = BUFFER_INIT;
    Span key = {value.data + 1, value.size - 2};

    if (json_decode_string(value, &text) == 0) {
        json_put_string(&written, buffer_span(&text));
        require(json_check_line(buffer_span(&written), 0, NULL));
        require(json_decode_string(buffer_span(&written), &again) == 0);
        require(again.size == text.size);
        require(text.size == 0 || memcmp(again.data, text.data, text.size) == 0);
        require(json_key_equals(key, buffer_string(&text)));
        buffer_put_char(&text, 'x');
        require(!json_key_equals(key, buffer_string(&text)));
    }
    buffer_deinit(&text);
    buffer_deinit(&written);
    buffer_deinit(&again);
}

static void check_number(Span value)
{
    Buffer out = BUFFER_INIT;
    int64_t number;

    if (json_get_integer(value, &number) == 0 && !span_equals(value, "-0")) {
        buffer_put_i64(&out, number);
        require(out.size == value.size && memcmp(out.data, value.data, out.size) == 0);
    }
    buffer_deinit(&out);
}

static void walk_members(Span object, Buffer *out)
{
    Span rest = object, key, value;
    size_t count = 0;

    buffer_put_char(out, '{');
    while (json_next_member(&rest, &key, &value)) {
        if (count++ > 0)
            buffer_put_char(out, ',');
        check_string((Span){key.data - 1, key.size + 2});
        buffer_put(out, key.data - 1, key.size + 2);
        buffer_put_char(out, ':');
        walk(value, out);
    }
    buffer_put_char(out, '}');
}

static void walk_elements(Span array, Buffer *out)
{
    Span rest = array, value;
    size_t count = 0;

    buffer_put_char(out, '[');
    while (json_next_element(&rest, &value)) {
        if (count++ > 0)
            buffer_put_char(out, ',');
        walk(value, out);
    }
    buffer_put_char(out, ']');
}

/* Deep as the text at most, which is JSON_MAX_DEPTH. */
static void walk(Span value, Buffer *out)
{
    JsonType type = json_type(value);

    if (type == JSON_OBJECT) {
        walk_members(value, out);
        return;
    }
    if (type == JSON_ARRAY) {
        walk_elements(value, out);
        return;
    }
    if (type == JSON_STRING)
        check_string(value);
    else if (type == JSON_NUMBER)
        check_number(value);
    buffer_put_span(out, value);
}

/* Appends @text without the white space between tokens. */
static void put_compact(Buffer *out, Span text)
{
    bool in_string = false;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (in_string && c == '\\') {
            buffer_put_char(out, c);
            c = text.data[++i];
        } else if (c == '"') {
            in_string = !in_string;
        }
        if (in_string || strchr(" \t\r\n", c) == NULL)
            buffer_put_char(out, c);
    }
}

/* Two of the same, joined, are one again. */
static void check_inside(Span value)
{
    Span inside = json_inside(value);
    Buffer joined = BUFFER_INIT;

    buffer_put_char(&joined, value.data[0]);
    buffer_put_span(&joined, inside);
    if (inside.size > 0)
        buffer_put_char(&joined, ',');
    buffer_put_span(&joined, inside);
    buffer_put_char(&joined, value.data[value.size - 1]);
    require(json_check(buffer_span(&joined), JSON_MAX_DEPTH, NULL));
    buffer_deinit(&joined);
}

static bool has_control(Span text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < 0x20)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buffer walked = BUFFER_INIT, compact = BUFFER_INIT;
    Span text = {(const char *)data, size};
    JsonFault fault = {0};

    if (json_check(text, JSON_MAX_DEPTH, &fault)) {
        require(json_check_line(text, JSON_MAX_DEPTH, NULL) == !has_control(text));
        walk(json_trim(text), &walked);
        if (json_type(json_trim(text)) <= JSON_ARRAY)
            check_inside(json_trim(text));
        put_compact(&compact, text);
        require(walked.size == compact.size);
        require(walked.size == 0 || memcmp(walked.data, compact.data, walked.size) == 0);
        require(json_check_line(buffer_span(&walked), JSON_MAX_DEPTH, NULL));
    } else {
        require(fault.offset <= size && fault.what != NULL);
        require(!json_check_line(text, JSON_MAX_DEPTH, NULL));
    }
    /* Whatever it is, it can be written as a string. */
    buffer_clear(&walked);
    json_put_string(&walked, text);
    require(json_check_line(buffer_span(&walked), 0, NULL));
    buffer_deinit(&walked);
    buffer_deinit(&compact);
    return 0;
}
