/*
 * The checker of JSON text: what is JSON and what isn't.
 *
 * Texts are checked in memory of exactly their size: a sanitizer sees a byte read too many.
 */
#include "protocol/json.h"

#include "tests/support/cmocka.h"

#include <stdlib.h>

typedef bool (*Check)(Span text, unsigned max_depth, JsonFault *fault);

static bool run_check(Check check, Span text, unsigned max_depth, JsonFault *fault)
{
    char *copy = malloc(text.size > 0 ? text.size : 1);
    bool ok;

    assert_non_null(copy);
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    ok = check((Span){copy, text.size}, max_depth, fault);
    free(copy);
    return ok;
}

static bool is_json(Span text)
{
    return run_check(json_check, text, JSON_MAX_DEPTH, NULL);
}

#define assert_json(literal)                                                                       \
    do {                                                                                           \
        if (!is_json(SPAN(literal)))                                                               \
            fail_msg("refused: %s", literal);                                                      \
    } while (0)
#define assert_no_json(literal)                                                                    \
    do {                                                                                           \
        if (is_json(SPAN(literal)))                                                                \
            fail_msg("accepted: %s", literal);                                                     \
    } while (0)

static void every_kind_of_value_is_json(void **state)
{
    (void)state;
    assert_json("null");
    assert_json("true");
    assert_json("false");
    assert_json("0");
    assert_json("\"\"");
    assert_json("{}");
    assert_json("[]");
    assert_json("[[],{}]");
    assert_json("[{\"a\":1},[2,3],{\"b\":4}]");
    assert_json("{\"a\":{\"b\":[1,\"2\",null]},\"\":false}");
    assert_json(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n");
    assert_json("{\"a\":1,\"a\":2}"); /* the grammar lets keys be there twice */
}

static void what_the_grammar_lacks_is_no_json(void **state)
{
    (void)state;
    assert_no_json("");
    assert_no_json(" ");
    assert_no_json("nul");
    assert_no_json("nulll");
    assert_no_json("True");
    assert_no_json("NaN");
    assert_no_json("Infinity");
    assert_no_json("undefined");
    assert_no_json("'a'");
    assert_no_json("{a:1}");
    assert_no_json("{'a':1}");
    assert_no_json("{1:1}");
    assert_no_json("{null:1}");
    assert_no_json("{\"a\"}");
    assert_no_json("{\"a\":}");
    assert_no_json("{\"a\" 1}");
    assert_no_json("{\"a\"::1}");
    assert_no_json("{\"a\":1,}");
    assert_no_json("{,\"a\":1}");
    assert_no_json("{\"a\":1 \"b\":2}");
    assert_no_json("{\"a\":1,,\"b\":2}");
    assert_no_json("{\"a\":1;\"b\":2}");
    assert_no_json("[1,]");
    assert_no_json("[,1]");
    assert_no_json("[,]");
    assert_no_json("[1 2]");
    assert_no_json("[1:2]");
    assert_no_json("[1,,2]");
    assert_no_json("1 2");
    assert_no_json("{}{}");
    assert_no_json("{},");
    assert_no_json("[]]");
    assert_no_json("]");
    assert_no_json("}");
    assert_no_json(",");
    assert_no_json(":");
    assert_no_json("[}");
    assert_no_json("{]");
    assert_no_json("[1}");
    assert_no_json("{\"a\":1]");
    assert_no_json("[{]}");
    assert_no_json("/* */1");
    assert_no_json("1//");
    assert_no_json("#1");
    assert_no_json("\xEF\xBB\xBF{}"); /* a byte order mark */
    assert_no_json("[1]\0");
    assert_no_json("\0[1]");
    assert_no_json("[\v1]");
    assert_no_json("[\f1]");
    assert_no_json("[\xC2\xA0"
                   "1]");
}

static void numbers_are_those_of_the_grammar(void **state)
{
    (void)state;
    assert_json("-0");
    assert_json("10");
    assert_json("1234567890");
    assert_json("-9223372036854775808");
    assert_json("123456789012345678901234567890");
    assert_json("0.0");
    assert_json("-0.5");
    assert_json("1e1");
    assert_json("1E+10");
    assert_json("0e-0");
    assert_json("1.25e-7");
    assert_json("[1,-1,1.5]");
    assert_no_json("-");
    assert_no_json("+1");
    assert_no_json("01");
    assert_no_json("-01");
    assert_no_json("00");
    assert_no_json(".5");
    assert_no_json("-.5");
    assert_no_json("1.");
    assert_no_json("1.e1");
    assert_no_json("1e");
    assert_no_json("1e+");
    assert_no_json("1e+-1");
    assert_no_json("1.5.5");
    assert_no_json("1e5.5");
    assert_no_json("0x10");
    assert_no_json("1_000");
    assert_no_json("--1");
    assert_no_json("1a");
    assert_no_json("- 1");
    assert_no_json("[-]");
    assert_no_json("[1.]");
    assert_no_json("[1e]");
}

static void strings_have_the_escapes_of_the_grammar(void **state)
{
    (void)state;
    assert_json("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"");
    assert_json("\"\\u0041\\u00e9\\u20AC\\uFFFF\\u0000\"");
    assert_json("\"\x7f\"");
    assert_json("\"\\ud83d\\ude00\"");
    assert_json("\"\\uD800\\uDC00\\uDBFF\\uDFFF\"");
    assert_no_json("\"");
    assert_no_json("\"\\\"");
    assert_no_json("\"\\");
    assert_no_json("\"\\a\"");
    assert_no_json("\"\\'\"");
    assert_no_json("\"\\U0041\"");
    assert_no_json("\"\\x41\"");
    assert_no_json("\"\\0\"");
    assert_no_json("\"\\u\"");
    assert_no_json("\"\\u004\"");
    assert_no_json("\"\\u00g0\"");
    assert_no_json("\"\\u 041\"");
    assert_no_json("\"\\u00:0\"");
    assert_no_json("\"\\u00@0\"");
    assert_no_json("\"\\u00`0\"");
    assert_no_json("\"\\u00G0\"");
    assert_no_json("\"\\u00/0\"");
}

static void half_of_a_surrogate_pair_is_no_character(void **state)
{
    (void)state;
    assert_no_json("\"\\ud83d\"");
    assert_no_json("\"\\ude00\"");
    assert_no_json("\"\\ude00\\ud83d\"");
    assert_no_json("\"\\ud83d\\ud83d\"");
    assert_no_json("\"\\ude00\\ude00\"");
    assert_no_json("\"\\ud83d\\udbff\"");
    assert_no_json("\"\\ud83d\\ue000\"");
    assert_no_json("\"\\ud83dx\"");
    assert_no_json("\"\\ud83d\\n\"");
    assert_no_json("\"\\ud83d\\u0041\"");
    assert_no_json("\"\\ud83d\\ude0\"");
    assert_no_json("\"\\ud83d\\");
    assert_no_json("\"\\ud83d\\u");
    assert_no_json("\"\\ud83d");
}

/* Each byte at each place of a string, wherever it falls in the eight that are looked at together.
 */
static void each_byte_in_a_string_is_judged_wherever_it_stands(void **state)
{
    char text[32];

    (void)state;
    for (size_t size = 1; size <= 24; size++) {
        for (size_t place = 0; place < size; place++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                bool wanted = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';

                memset(text, 'a', sizeof(text));
                text[0] = text[size + 1] = '"';
                text[1 + place] = (char)byte;
                if (is_json((Span){text, size + 2}) != wanted)
                    fail_msg("byte %#x at %zu of %zu", byte, place, size);
            }
        }
    }
}

/* A borrow in the arithmetic on eight bytes must not hide or invent what stands behind a bad one.
 */
static void neighbours_in_a_string_do_not_disturb_each_other(void **state)
{
    static const unsigned char bytes[] = {0x00, 0x1F, 0x20, 0x21, '"',  '#',
                                          '[',  '\\', ']',  0x7F, 0x80, 0xFF};
    JsonFault fault;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bytes); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(bytes); j++) {
            char text[] = "\"0123456789abcdef\"";
            bool first_is_plain =
                bytes[i] >= 0x20 && bytes[i] < 0x80 && bytes[i] != '"' && bytes[i] != '\\';
            bool second_is_plain =
                bytes[j] >= 0x20 && bytes[j] < 0x80 && bytes[j] != '"' && bytes[j] != '\\';
            Span span = {text, sizeof(text) - 1};

            text[4] = (char)bytes[i];
            text[5] = (char)bytes[j];
            if (bytes[i] == '\\' && (bytes[j] == '"' || bytes[j] == '\\')) {
                assert_true(is_json(span));
                continue;
            }
            assert_int_equal(run_check(json_check, span, 1, &fault),
                             first_is_plain && second_is_plain);
            if (!first_is_plain && bytes[i] != '"' && bytes[i] != '\\')
                assert_int_equal(fault.offset, 4);
        }
    }
}

static size_t encode(unsigned code, char *out)
{
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0x00, 0xC0, 0xE0, 0xF0};

    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(leads[size] | code);
    return size;
}

static void every_character_of_unicode_is_utf8_and_surrogates_are_not(void **state)
{
    (void)state;
    for (unsigned code = 0x80; code < 0x120000; code++) {
        bool wanted = (code < 0xD800 || code > 0xDFFF) && code <= 0x10FFFF;
        char text[8] = "\"";
        size_t size = 1 + encode(code, text + 1);

        text[size++] = '"';
        if (json_check((Span){text, size}, 0, NULL) != wanted)
            fail_msg("U+%04X", code);
    }
}

static void what_only_looks_like_utf8_is_refused(void **state)
{
    (void)state;
    assert_no_json("\"\x80\"");             /* a second byte without a first */
    assert_no_json("\"\xBF\"");             /* the last one of these */
    assert_no_json("\"\xC0\x80\"");         /* 0 in two bytes */
    assert_no_json("\"\xC1\xBF\"");         /* U+007F in two */
    assert_no_json("\"\xE0\x80\x80\"");     /* 0 in three */
    assert_no_json("\"\xE0\x9F\xBF\"");     /* U+07FF in three */
    assert_no_json("\"\xF0\x80\x80\x80\""); /* 0 in four */
    assert_no_json("\"\xF0\x8F\xBF\xBF\""); /* U+FFFF in four */
    assert_no_json("\"\xED\xA0\x80\"");     /* U+D800 */
    assert_no_json("\"\xED\xBF\xBF\"");     /* U+DFFF */
    assert_no_json("\"\xF4\x90\x80\x80\""); /* U+110000 */
    assert_no_json("\"\xF5\x80\x80\x80\"");
    assert_no_json("\"\xF8\x88\x80\x80\x80\"");
    assert_no_json("\"\xFE\"");
    assert_no_json("\"\xFF\"");
    assert_no_json("\"\xC3\"");
    assert_no_json("\"\xC3");
    assert_no_json("\"\xE2\x82\"");
    assert_no_json("\"\xE2\x82");
    assert_no_json("\"\xE2\x28\xA1\"");
    assert_no_json("\"\xF0\x9F\x98\"");
    assert_no_json("\"\xF0\x9F\x98");
    assert_no_json("\"\xF0\x28\x8C\xBC\"");
    assert_no_json("\"\xF0\x90\x28\xBC\"");
    assert_no_json("\"\xF0\x90\x8C\x28\"");
}

static void nothing_that_is_cut_off_is_json(void **state)
{
    static const char whole[] =
        "{\"a\":[1.5e+7,{\"\\u00e9\\ud83d\\ude00\":\"\xC3\xA9\xF0\x9F\x98\x80 long enough\"},true],"
        "\"b\":null}";

    (void)state;
    assert_json(whole);
    for (size_t size = 0; size < sizeof(whole) - 1; size++) {
        JsonFault fault;

        assert_false(run_check(json_check, (Span){whole, size}, JSON_MAX_DEPTH, &fault));
        assert_true(fault.offset <= size);
        assert_non_null(fault.what);
    }
}

static Span nested(char *text, char open, char close, size_t depth)
{
    memset(text, open, depth);
    memset(text + depth, close, depth);
    return (Span){text, 2 * depth};
}

static void depth_ends_at_the_limit(void **state)
{
    char text[2 * JSON_DEPTH_LIMIT + 2];
    JsonFault fault;

    (void)state;
    assert_true(run_check(json_check, SPAN("1"), 0, NULL));
    assert_false(run_check(json_check, SPAN("[]"), 0, NULL));
    for (unsigned depth = 1; depth <= JSON_DEPTH_LIMIT; depth++) {
        assert_true(run_check(json_check, nested(text, '[', ']', depth), depth, NULL));
        assert_false(run_check(json_check, nested(text, '[', ']', depth), depth - 1, &fault));
        assert_int_equal(fault.offset, depth - 1);
        assert_string_equal(fault.what, "nested too deeply");
    }
    assert_false(
        run_check(json_check, nested(text, '[', ']', JSON_DEPTH_LIMIT + 1), 100000, &fault));
    assert_int_equal(fault.offset, JSON_DEPTH_LIMIT);
}

/* Objects and arrays in turn, through all the words of bits that remember which is which. */
static void each_bracket_is_closed_by_its_own_kind(void **state)
{
    Buffer text = BUFFER_INIT;

    (void)state;
    for (unsigned depth = 0; depth < JSON_DEPTH_LIMIT; depth++)
        buffer_put_string(&text, depth % 3 == 0 ? "{\"a\":" : "[");
    buffer_put_string(&text, "1");
    size_t middle = text.size;
    for (unsigned depth = JSON_DEPTH_LIMIT; depth-- > 0;)
        buffer_put_char(&text, depth % 3 == 0 ? '}' : ']');
    assert_true(json_check(buffer_span(&text), JSON_DEPTH_LIMIT, NULL));
    for (size_t at = middle; at < text.size; at++) {
        char right = text.data[at];
        JsonFault fault;

        text.data[at] = right == '}' ? ']' : '}';
        assert_false(json_check(buffer_span(&text), JSON_DEPTH_LIMIT, &fault));
        assert_int_equal(fault.offset, at);
        text.data[at] = right;
    }
    buffer_deinit(&text);
}

static void a_fault_says_where_and_why(void **state)
{
    JsonFault fault;

    (void)state;
    assert_false(json_check(SPAN("{\"a\":tru}"), 9, &fault));
    assert_int_equal(fault.offset, 8);
    assert_string_equal(fault.what, "unexpected character");
    assert_false(json_check(SPAN("[1] x"), 9, &fault));
    assert_int_equal(fault.offset, 4);
    assert_string_equal(fault.what, "something follows the value");
    assert_false(json_check(SPAN("{\"a\""), 9, &fault));
    assert_int_equal(fault.offset, 4);
    assert_string_equal(fault.what, "the text ends early");
    assert_false(json_check(SPAN("[\"\n\"]"), 9, &fault));
    assert_int_equal(fault.offset, 2);
    assert_string_equal(fault.what, "a control character in a string");
    assert_false(json_check((Span){0}, 9, &fault));
    assert_int_equal(fault.offset, 0);
}

static void a_value_for_a_line_has_no_line_end_between_its_tokens(void **state)
{
    (void)state;
    assert_true(run_check(json_check_line, SPAN(" {\"a\": [1, \"\\n\"] } "), 9, NULL));
    assert_false(run_check(json_check_line, SPAN("{\"a\":\n1}"), 9, NULL));
    assert_false(run_check(json_check_line, SPAN("{\"a\":\r1}"), 9, NULL));
    assert_false(run_check(json_check_line, SPAN("{\"a\":\t1}"), 9, NULL));
    assert_false(run_check(json_check_line, SPAN("\n1"), 9, NULL));
    assert_false(run_check(json_check_line, SPAN("1\n"), 9, NULL));
    assert_false(run_check(json_check_line, SPAN("[\n]"), 9, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_json),
        cmocka_unit_test(what_the_grammar_lacks_is_no_json),
        cmocka_unit_test(numbers_are_those_of_the_grammar),
        cmocka_unit_test(strings_have_the_escapes_of_the_grammar),
        cmocka_unit_test(half_of_a_surrogate_pair_is_no_character),
        cmocka_unit_test(each_byte_in_a_string_is_judged_wherever_it_stands),
        cmocka_unit_test(neighbours_in_a_string_do_not_disturb_each_other),
        cmocka_unit_test(every_character_of_unicode_is_utf8_and_surrogates_are_not),
        cmocka_unit_test(what_only_looks_like_utf8_is_refused),
        cmocka_unit_test(nothing_that_is_cut_off_is_json),
        cmocka_unit_test(depth_ends_at_the_limit),
        cmocka_unit_test(each_bracket_is_closed_by_its_own_kind),
        cmocka_unit_test(a_fault_says_where_and_why),
        cmocka_unit_test(a_value_for_a_line_has_no_line_end_between_its_tokens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
