/*
 * JSON text that was checked: walking over it, and strings both ways.
 */
#include "protocol/json.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>

static void assert_span(Span span, const char *wanted)
{
    if (!span_equals(span, wanted))
        fail_msg("'%.*s' is not '%s'", (int)span.size, span.data, wanted);
}

/* @code as UTF-8 at @out; its size. */
static size_t encode(unsigned code, char *out)
{
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0x00, 0xC0, 0xE0, 0xF0};

    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(leads[size] | code);
    return size;
}

static void a_value_tells_its_type(void **state)
{
    (void)state;
    assert_int_equal(json_type(SPAN("{}")), JSON_OBJECT);
    assert_int_equal(json_type(SPAN("[]")), JSON_ARRAY);
    assert_int_equal(json_type(SPAN("\"\"")), JSON_STRING);
    assert_int_equal(json_type(SPAN("-1")), JSON_NUMBER);
    assert_int_equal(json_type(SPAN("7")), JSON_NUMBER);
    assert_int_equal(json_type(SPAN("true")), JSON_TRUE);
    assert_int_equal(json_type(SPAN("false")), JSON_FALSE);
    assert_int_equal(json_type(SPAN("null")), JSON_NULL);
    assert_span(json_trim(SPAN(" \n\t\r7 \r\n")), "7");
    assert_span(json_trim(SPAN("[ ]")), "[ ]");
}

static void the_members_of_an_object_come_in_order(void **state)
{
    Span rest = SPAN("{ \"a\" : 1 , \"b,\\\"}\" : \"x\\\\\" ,\"c\":{\"d\":[\"]}\"]} , \"\" :[ ],"
                     "\"e\":null}");
    Span key, value;

    (void)state;
    assert_true(json_next_member(&rest, &key, &value));
    assert_span(key, "a");
    assert_span(value, "1");
    assert_true(json_next_member(&rest, &key, &value));
    assert_span(key, "b,\\\"}");
    assert_span(value, "\"x\\\\\"");
    assert_true(json_next_member(&rest, &key, &value));
    assert_span(key, "c");
    assert_span(value, "{\"d\":[\"]}\"]}");
    assert_true(json_next_member(&rest, &key, &value));
    assert_span(key, "");
    assert_span(value, "[ ]");
    assert_true(json_next_member(&rest, &key, &value));
    assert_span(key, "e");
    assert_span(value, "null");
    assert_false(json_next_member(&rest, &key, &value));
    assert_false(json_next_member(&rest, &key, &value));
}

static void the_elements_of_an_array_come_in_order(void **state)
{
    Span rest = SPAN("[ -1.5e3 ,\"[,]\",[[1],[2]], { } ,true]"), value;

    (void)state;
    assert_true(json_next_element(&rest, &value));
    assert_span(value, "-1.5e3");
    assert_true(json_next_element(&rest, &value));
    assert_span(value, "\"[,]\"");
    assert_true(json_next_element(&rest, &value));
    assert_span(value, "[[1],[2]]");
    assert_true(json_next_element(&rest, &value));
    assert_span(value, "{ }");
    assert_true(json_next_element(&rest, &value));
    assert_span(value, "true");
    assert_false(json_next_element(&rest, &value));
    assert_false(json_next_element(&rest, &value));
}

static void arrays_are_joined_by_what_is_inside(void **state)
{
    (void)state;
    assert_span(json_inside(SPAN("[1, [2]]")), "1, [2]");
    assert_span(json_inside(SPAN("[ {} \n]")), "{}");
    assert_span(json_inside(SPAN("{\"a\":1}")), "\"a\":1");
    assert_span(json_inside(SPAN("[]")), "");
    assert_span(json_inside(SPAN("[ \t\r\n ]")), "");
}

static void what_is_empty_or_of_another_type_has_no_members(void **state)
{
    static const char *const texts[] = {"{}",    "{ }",   "[ ]", "[]",    "[1]",
                                        "\"{\"", "\"[\"", "7",   "false", ""};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        Span rest = span_of(texts[i]), key, value;

        assert_false(json_next_member(&rest, &key, &value));
    }
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        Span rest = span_of(texts[i]), value;

        if (strcmp(texts[i], "[1]") != 0)
            assert_false(json_next_element(&rest, &value));
    }
    Span rest = SPAN("{\"a\":1}"), value;
    assert_false(json_next_element(&rest, &value));
}

/* Out of contract, and yet no reason to read what isn't there: each beginning of a text, and each
 * end. */
static void walking_over_text_that_was_not_checked_stays_within_it(void **state)
{
    static const char whole[] = "{\"a\\\"\": [1,{\"b\":\"c\"}] , \"d\" : 12 }";
    size_t size = sizeof(whole) - 1;

    (void)state;
    for (size_t first = 0; first < size; first++) {
        for (size_t last = first + 1; last <= size; last++) {
            char *copy = malloc(last - first);
            assert_non_null(copy);
            memcpy(copy, whole + first, last - first);
            Span all = {copy, last - first}, key, value;
            size_t steps = 0;

            for (Span rest = all; json_next_member(&rest, &key, &value); steps++)
                assert_true(key.size + value.size <= all.size);
            for (Span rest = all; json_next_element(&rest, &value); steps++)
                assert_true(value.size <= all.size);
            assert_true(steps <= 2 * all.size);
            free(copy);
        }
    }
    Span nothing = json_trim(SPAN(" \n"));
    assert_int_equal(nothing.size, 0);
}

static void keys_are_compared_as_decoded_text(void **state)
{
    (void)state;
    assert_true(json_key_equals(SPAN("class"), "class"));
    assert_true(json_key_equals(SPAN("cl\\u0061ss"), "class"));
    assert_true(json_key_equals(SPAN("\\u0063\\u006C\\u0061\\u0073\\u0073"), "class"));
    assert_true(json_key_equals(SPAN("\\\"\\\\\\/\\b\\f\\n\\r\\t"), "\"\\/\b\f\n\r\t"));
    assert_true(json_key_equals(SPAN("\\u00e9\\u20ac\\ud83d\\ude00"),
                                "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
    assert_true(json_key_equals(SPAN(""), ""));
    assert_false(json_key_equals(SPAN("clas"), "class"));
    assert_false(json_key_equals(SPAN("classe"), "class"));
    assert_false(json_key_equals(SPAN("Class"), "class"));
    assert_false(json_key_equals(SPAN("class\\u0000"), "class"));
    assert_false(json_key_equals(SPAN("\\u0000"), ""));
    assert_false(json_key_equals(SPAN("\\u00e9"), "\xC3"));
    assert_false(json_key_equals(SPAN(""), "a"));
}

static void strings_are_decoded(void **state)
{
    char *text;

    (void)state;
    assert_int_equal(json_get_string(SPAN("\"\""), &text), 0);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(json_get_string(SPAN("\"a\\tb\\u00E9\\uD83D\\uDE00\\\\c\""), &text), 0);
    assert_string_equal(text, "a\tb\xC3\xA9\xF0\x9F\x98\x80\\c");
    free(text);
    /* Just above the surrogates. */
    assert_int_equal(json_get_string(SPAN("\"\\uE000\""), &text), 0);
    assert_string_equal(text, "\xEE\x80\x80");
    free(text);
}

static void a_string_with_a_zero_and_what_is_no_string_are_refused(void **state)
{
    Buffer text = BUFFER_INIT;
    char *copy;

    (void)state;
    buffer_put_string(&text, "kept");
    assert_int_equal(json_decode_string(SPAN("\"ab\\u0000c\""), &text), -EINVAL);
    assert_int_equal(json_decode_string(SPAN("7"), &text), -EINVAL);
    assert_int_equal(json_decode_string(SPAN("null"), &text), -EINVAL);
    assert_span(buffer_span(&text), "kept");
    assert_int_equal(json_get_string(SPAN("\"\\u0000\""), &copy), -EINVAL);
    assert_int_equal(json_get_string(SPAN("[]"), &copy), -EINVAL);
    buffer_deinit(&text);
}

static void integers_are_read_to_the_ends_of_their_range(void **state)
{
    int64_t number;

    (void)state;
    assert_int_equal(json_get_integer(SPAN("0"), &number), 0);
    assert_true(number == 0);
    assert_int_equal(json_get_integer(SPAN("-0"), &number), 0);
    assert_true(number == 0);
    assert_int_equal(json_get_integer(SPAN("9223372036854775807"), &number), 0);
    assert_true(number == INT64_MAX);
    assert_int_equal(json_get_integer(SPAN("-9223372036854775808"), &number), 0);
    assert_true(number == INT64_MIN);
    assert_int_equal(json_get_integer(SPAN("9223372036854775808"), &number), -ERANGE);
    assert_int_equal(json_get_integer(SPAN("-9223372036854775809"), &number), -ERANGE);
    assert_int_equal(json_get_integer(SPAN("99999999999999999999999"), &number), -ERANGE);
    assert_int_equal(json_get_integer(SPAN("1.0"), &number), -EINVAL);
    assert_int_equal(json_get_integer(SPAN("1e3"), &number), -EINVAL);
    assert_int_equal(json_get_integer(SPAN("99999999999999999999e1"), &number), -EINVAL);
    assert_int_equal(json_get_integer(SPAN("\"1\""), &number), -EINVAL);
    assert_int_equal(json_get_integer(SPAN("-"), &number), -EINVAL);
    assert_int_equal(json_get_integer(SPAN(""), &number), -EINVAL);
    assert_int_equal(json_get_integer(SPAN("null"), &number), -EINVAL);
    assert_int_equal(json_get_integer(SPAN("true"), &number), -EINVAL);
}

static void assert_written(Span text, const char *wanted)
{
    Buffer out = BUFFER_INIT;

    json_put_string(&out, text);
    assert_span(buffer_span(&out), wanted);
    buffer_deinit(&out);
}

static void strings_are_written_with_the_escapes_they_need(void **state)
{
    (void)state;
    assert_written((Span){0}, "\"\"");
    assert_written(SPAN("plain"), "\"plain\"");
    assert_written(SPAN("\"\\/\b\f\n\r\t"), "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
    assert_written(SPAN("\x01\x1F\x7F"), "\"\\u0001\\u001f\x7F\"");
    assert_written(SPAN("a\0b"), "\"a\\u0000b\"");
    assert_written(SPAN("\xC3\xA9\xF0\x9F\x98\x80"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
}

static void what_is_not_utf8_is_written_as_the_replacement_character(void **state)
{
    (void)state;
    assert_written(SPAN("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
    assert_written(SPAN("\xC3"), "\"\xEF\xBF\xBD\"");
    assert_written(SPAN("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_written(SPAN("caf\xE9 au lait"), "\"caf\xEF\xBF\xBD au lait\"");
}

/* Two bytes are enough to meet each rule of the writer; eight more make the fast path run as well.
 */
static void what_is_written_is_always_json_on_one_line(void **state)
{
    Buffer out = BUFFER_INIT;

    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        char text[10] = {(char)pair, (char)(pair >> 8), 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'};

        buffer_clear(&out);
        json_put_string(&out, (Span){text, pair % 2 == 0 ? 2 : 10});
        if (!json_check_line(buffer_span(&out), 0, NULL))
            fail_msg("%#x", pair);
    }
    buffer_deinit(&out);
}

static void what_was_written_is_read_back(void **state)
{
    Buffer out = BUFFER_INIT, back = BUFFER_INIT;

    (void)state;
    for (unsigned code = 1; code <= 0x10FFFF; code += code < 0x1000 ? 1 : 97) {
        char text[4];
        Span span = {text, encode(code, text)};

        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        buffer_clear(&out);
        buffer_clear(&back);
        json_put_string(&out, span);
        assert_int_equal(json_decode_string(buffer_span(&out), &back), 0);
        assert_int_equal(back.size, span.size);
        assert_memory_equal(back.data, span.data, span.size);
    }
    json_put_key(&out, "name");
    assert_memory_equal(out.data + out.size - 7, "\"name\":", 7);
    buffer_deinit(&out);
    buffer_deinit(&back);
}

static void a_member_is_found_by_its_name_or_not_at_all(void **state)
{
    const Span object = SPAN("{\"a\":1,\"\\u0062\":[2]}");

    (void)state;
    assert_span(json_find_member(object, "a"), "1");
    assert_span(json_find_member(object, "b"), "[2]");
    assert_null(json_find_member(object, "c").data);
    assert_null(json_find_member(SPAN("{}"), "a").data);
    assert_null(json_find_member((Span){0}, "a").data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_tells_its_type),
        cmocka_unit_test(the_members_of_an_object_come_in_order),
        cmocka_unit_test(the_elements_of_an_array_come_in_order),
        cmocka_unit_test(arrays_are_joined_by_what_is_inside),
        cmocka_unit_test(what_is_empty_or_of_another_type_has_no_members),
        cmocka_unit_test(walking_over_text_that_was_not_checked_stays_within_it),
        cmocka_unit_test(keys_are_compared_as_decoded_text),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(a_string_with_a_zero_and_what_is_no_string_are_refused),
        cmocka_unit_test(integers_are_read_to_the_ends_of_their_range),
        cmocka_unit_test(strings_are_written_with_the_escapes_they_need),
        cmocka_unit_test(what_is_not_utf8_is_written_as_the_replacement_character),
        cmocka_unit_test(what_is_written_is_always_json_on_one_line),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(a_member_is_found_by_its_name_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
