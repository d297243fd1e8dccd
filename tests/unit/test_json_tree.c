/*
 * JSON as a tree: what cJSON would let through is refused, and the refusal names it.
 */
#include "protocol/json_tree.h"
#include "tests/support/cmocka.h"

#include "base/buffer.h"

#include <errno.h>
#include <string.h>

static cJSON *parse(const char *text)
{
    JsonTreeFault fault = {.what = ""};
    cJSON *tree;

    if (json_tree_parse(span_of(text), &tree, &fault) != 0)
        fail_msg("refused (%s): %s", fault.what, text);
    assert_non_null(tree);
    return tree;
}

/* Refused at @offset, with @words in the reason. */
static void assert_refused(const char *text, size_t offset, const char *words)
{
    JsonTreeFault fault = {.what = ""};
    cJSON *tree = (cJSON *)(uintptr_t)text;

    if (json_tree_parse(span_of(text), &tree, &fault) != -EINVAL)
        fail_msg("accepted: %s", text);
    assert_null(tree);
    if (strstr(fault.what, words) == NULL)
        fail_msg("'%s' isn't in: %s", words, fault.what);
    assert_int_equal(fault.offset, offset);
    assert_int_equal(json_tree_parse(span_of(text), &tree, NULL), -EINVAL);
}

static void members_are_found_with_regard_to_case(void **state)
{
    CLEANUP(json_tree_freep) cJSON *tree = parse(" {\"a\":\"small\",\"A\":\"large\",\"n\":1} ");

    (void)state;
    assert_string_equal(json_tree_get_string(tree, "a"), "small");
    assert_string_equal(json_tree_get_string(tree, "A"), "large");
    assert_null(json_tree_get(tree, "N"));
    assert_null(json_tree_get_string(tree, "n"));
    assert_null(json_tree_get(json_tree_get(tree, "n"), "a"));
    assert_null(json_tree_get(NULL, "a"));
}

static void what_is_no_json_is_refused(void **state)
{
    (void)state;
    assert_refused("", 0, "");
    assert_refused("{} {}", 3, "");
    assert_refused("[1,]", 3, "");
    assert_refused("\"\xff\"", 1, "");
}

static void a_key_that_stands_twice_is_refused_by_name(void **state)
{
    (void)state;
    assert_refused("{\"one\":1,\"two\":2,\"one\":3}", 0, "\"one\"");
    assert_refused("[{\"deep\":{\"b\":0,\"\\u0062\":1}}]", 0, "\"b\"");
}

static void a_key_that_stands_twice_among_many_is_refused_by_name(void **state)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    (void)state;
    buffer_put_char(&text, '{');
    for (unsigned i = 0; i < 20000; i++)
        buffer_printf(&text, "\"k%u\":null,", i);
    buffer_put_string(&text, "\"k7777\":null}");
    assert_refused(buffer_string(&text), 0, "\"k7777\"");
}

static void many_members_with_names_of_their_own_are_fine(void **state)
{
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    (void)state;
    buffer_put_char(&text, '{');
    for (unsigned i = 0; i < 1000; i++)
        buffer_printf(&text, "\"k%u\":%u,", i, i);
    buffer_put_string(&text, "\"last\":true}");
    tree = parse(buffer_string(&text));
    assert_int_equal(json_tree_get(tree, "k999")->valueint, 999);
}

static void a_zero_in_a_string_is_refused(void **state)
{
    CLEANUP(json_tree_freep) cJSON *tree = NULL;

    (void)state;
    assert_refused("[\"a\\u0000b\"]", 3, "\\u0000");
    assert_refused("{\"a\\u0000\":1}", 3, "\\u0000");
    tree = parse("[\"\\\\u0000\"]"); /* a backslash, and u0000 */
    assert_string_equal(tree->child->valuestring, "\\u0000");
}

/* Older versions of cJSON cut a number after 63 characters. */
static void a_long_number_is_read_whole_or_refused(void **state)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    JsonTreeFault fault = {.what = ""};
    int r;

    (void)state;
    buffer_put_string(&text, "1");
    for (unsigned i = 0; i < 100; i++)
        buffer_put_char(&text, '0');
    r = json_tree_parse(buffer_span(&text), &tree, &fault);
    if (r == 0) {
        assert_true(tree->valuedouble == 1e100);
    } else {
        assert_int_equal(r, -EINVAL);
        assert_non_null(strstr(fault.what, "characters"));
    }
}

static void an_unknown_member_is_found(void **state)
{
    static const char *const names[] = {"a", "b", NULL};
    CLEANUP(json_tree_freep) cJSON *tree = parse("{\"b\":1,\"B\":2}");
    CLEANUP(json_tree_freep) cJSON *known = parse("{\"b\":1}");

    (void)state;
    assert_string_equal(json_tree_find_unknown(tree, names), "B");
    assert_null(json_tree_find_unknown(known, names));
}

static void every_kind_has_its_words(void **state)
{
    CLEANUP(json_tree_freep) cJSON *tree = parse("[{},[],\"\",0,true,false,null]");
    static const char *const kinds[] = {"an object", "an array", "a string", "a number",
                                        "true",      "false",    "null"};
    const cJSON *element = tree->child;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++, element = element->next)
        assert_string_equal(json_tree_kind(element), kinds[i]);
    assert_string_equal(json_tree_kind(NULL), "nothing");
}

static int get_i64(const char *text, long long *ret)
{
    CLEANUP(json_tree_freep) cJSON *tree = parse(text);

    return json_tree_get_i64(tree, ret);
}

static int get_u64(const char *text, unsigned long long *ret)
{
    CLEANUP(json_tree_freep) cJSON *tree = parse(text);

    return json_tree_get_u64(tree, ret);
}

static void integers_are_read_from_numbers_and_from_strings(void **state)
{
    unsigned long long natural;
    long long integer;

    (void)state;
    assert_int_equal(get_i64("-9007199254740991", &integer), 0);
    assert_true(integer == -9007199254740991);
    assert_int_equal(get_i64("1e3", &integer), 0);
    assert_true(integer == 1000);
    assert_int_equal(get_i64("\"-9223372036854775808\"", &integer), 0);
    assert_true(integer == INT64_MIN);
    assert_int_equal(get_u64("\"18446744073709551615\"", &natural), 0);
    assert_true(natural == UINT64_MAX);
    assert_int_equal(get_u64("\"-0\"", &natural), 0);
    assert_true(natural == 0);
}

static void what_is_no_integer_is_refused(void **state)
{
    static const char *const texts[] = {
        "1.5",    "9007199254740992", "1e400",   "\"\"", "\"-\"", "\" 1\"",
        "\"+1\"", "\"1 \"",           "\"0x1\"", "true", "null",  "[]"};
    unsigned long long natural;
    long long integer;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        assert_int_equal(get_i64(texts[i], &integer), -EINVAL);
        assert_int_equal(get_u64(texts[i], &natural), -EINVAL);
    }
    assert_int_equal(get_i64("\"9223372036854775808\"", &integer), -ERANGE);
    assert_int_equal(get_u64("\"18446744073709551616\"", &natural), -ERANGE);
    assert_int_equal(get_u64("-1", &natural), -ERANGE);
    assert_int_equal(get_u64("\"-1\"", &natural), -ERANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_with_regard_to_case),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(a_key_that_stands_twice_is_refused_by_name),
        cmocka_unit_test(a_key_that_stands_twice_among_many_is_refused_by_name),
        cmocka_unit_test(many_members_with_names_of_their_own_are_fine),
        cmocka_unit_test(a_zero_in_a_string_is_refused),
        cmocka_unit_test(a_long_number_is_read_whole_or_refused),
        cmocka_unit_test(an_unknown_member_is_found),
        cmocka_unit_test(every_kind_has_its_words),
        cmocka_unit_test(integers_are_read_from_numbers_and_from_strings),
        cmocka_unit_test(what_is_no_integer_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
