/*
 * What a client reads of what a host wrote, value by value: every type, at its limits and beyond
 * them, and whatever else a host may send that is no instance, no class, no result of a method.
 * A broken value is refused by name, and nothing of it is left.
 */
#include "mi/class_decl.h"
#include "mi/instance_impl.h"
#include "protocol/mi_json.h"
#include "protocol/mi_json_class.h"

#include "protocol/mi_json_read.h"
#include "tests/support/cmocka.h"
#include "tests/unit/everything.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As it is written. */
#define POINT "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"n\",\"X\":-1,\"Y\":null}}"

typedef struct Known {
    SharedClass *classes[2]; /* Test_Everything and Test_Point */
    int lost;                /* what the search for a class says, if it is an error */
} Known;

static SharedClass *class_of(const MI_ClassDecl *decl)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;
    SharedClass *shared;
    MiJsonError error;

    assert_int_equal(mi_json_put_class(&json, decl, "root/x"), 0);
    if (mi_json_get_class(buffer_span(&json), &shared, NULL, &error) < 0)
        fail_msg("%s", error.message);
    return shared;
}

static int set_up(void **state)
{
    Known *known = calloc(1, sizeof(*known));

    assert_non_null(known);
    known->classes[0] = class_of(&everything_class);
    known->classes[1] = class_of(&point_class);
    *state = known;
    return 0;
}

static int tear_down(void **state)
{
    Known *known = *state;

    shared_class_unref(known->classes[0]);
    shared_class_unref(known->classes[1]);
    free(known);
    return 0;
}

static int find(void *data, Span name, SharedClass **ret)
{
    const Known *known = data;

    *ret = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(known->classes); i++)
        if (span_equals_nocase(name, known->classes[i]->decl.name))
            *ret = known->classes[i];
    return known->lost;
}

/* Reads @json, an instance; what it is when it is written again, or the sentence of the refusal.
 * Valid until the next call. */
static const char *read_again(Known *known, int expected, const char *json)
{
    static char text[4096];
    CLEANUP(buffer_deinit) Buffer again = BUFFER_INIT;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    MiJsonReader reader;
    int r;

    mi_json_reader_init(&reader, find, known);
    r = mi_json_read_instance(&reader, span_of(json), &instance);
    if (r != expected)
        fail_msg("%s: %d %s", json, r, reader.message);
    if (r == 0)
        assert_int_equal(mi_json_put_instance(&again, instance, NULL), 0);
    snprintf(text, sizeof(text), "%s", r == 0 ? buffer_string(&again) : reader.message);
    mi_json_reader_deinit(&reader);
    return text;
}

static const char *everything_with(const char *name, const char *value)
{
    static char json[1024];

    snprintf(json, sizeof(json), "{\"class\":\"Test_Everything\",\"properties\":{\"%s\":%s}}", name,
             value);
    return json;
}

static void assert_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in %s", part, text);
}

static void every_value_that_fits_comes_back(void **state)
{
    static const struct {
        const char *property, *value;
    } cases[] = {
        {"Boolean", "true"},
        {"Boolean", "false"},
        {"BooleanA", "[true,false]"},
        {"Uint8", "255"},
        {"Uint8A", "[0,255]"},
        {"Sint8", "-128"},
        {"Sint8A", "[-128,127]"},
        {"Uint16", "65535"},
        {"Sint16", "-32768"},
        {"Sint16A", "[32767]"},
        {"Uint32", "4294967295"},
        {"Sint32", "-2147483648"},
        {"Uint32A", "[1,2,3]"},
        {"Uint64", "\"18446744073709551615\""},
        {"Uint64A", "[\"0\",\"1\"]"},
        {"Sint64", "\"-9223372036854775808\""},
        {"Sint64A", "[]"},
        {"Real32", "0.5"},
        {"Real64", "1e+300"},
        {"Real64A", "[0.25,null]"},
        {"Char16", "65535"},
        {"Datetime", "\"20200229235959.000001+060\""},
        {"DatetimeA", "[\"00000001000000.000000:000\"]"},
        {"String", "\"\\u0001\\\"\""},
        {"StringA", "[\"\",\"x\"]"},
        {"Reference", "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"n\"}}"},
        {"Instance", POINT},
        {"InstanceA", "[" POINT "," POINT "]"},
        {"Uint32", "null"},
        {"InstanceA", "null"},
    };
    char part[256];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *again =
            read_again(*state, 0, everything_with(cases[i].property, cases[i].value));

        snprintf(part, sizeof(part), "\"%s\":%s", cases[i].property, cases[i].value);
        assert_part(again, part);
    }
}

static void numbers_of_64_bits_may_be_without_quotes(void **state)
{
    assert_part(read_again(*state, 0, everything_with("Uint64", "7")), "\"Uint64\":\"7\"");
    assert_part(read_again(*state, 0, everything_with("Sint64", "-7")), "\"Sint64\":\"-7\"");
}

static void a_value_that_does_not_fit_is_refused_by_name(void **state)
{
    static const struct {
        const char *property, *value, *type;
    } cases[] = {
        {"Boolean", "1", "boolean"},
        {"Uint8", "256", "uint8"},
        {"Uint8", "-1", "uint8"},
        {"Sint8", "-129", "sint8"},
        {"Uint16", "\"1\"", "uint16"},
        {"Uint32", "1.5", "uint32"},
        {"Uint64", "\"\"", "uint64"},
        {"Uint64", "\"1x\"", "uint64"},
        {"Uint64", "\"18446744073709551616\"", "uint64"},
        {"Uint64", "\"99999999999999999999\"", "uint64"},
        {"Sint64", "\"9223372036854775808\"", "sint64"},
        {"Real64", "\"1\"", "real64"},
        {"Real64", "1e999", "real64"},
        {"Real64", "0.000000000000000000000000000000000000000000000000000000000000001", "real64"},
        {"Real32", "true", "real32"},
        {"Datetime", "7", "datetime"},
        {"Datetime", "\"yesterday\"", "datetime"},
        {"String", "7", "string"},
        {"Uint8A", "1", "uint8[]"},
        {"Uint8A", "[1,256]", "uint8[]"},
        {"StringA", "[\"a\",\"b\",7]", "string[]"},
    };
    char sentence[128];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *why =
            read_again(*state, -EINVAL, everything_with(cases[i].property, cases[i].value));

        snprintf(sentence, sizeof(sentence),
                 "'%s' of 'Test_Everything' is no %s: ", cases[i].property, cases[i].type);
        assert_part(why, sentence);
    }
}

static void what_is_no_instance_is_refused_where_one_is_wanted(void **state)
{
    static const char *const values[] = {
        "{}",
        "{\"class\":\"Test_Point\"}",
        "{\"properties\":{}}",
        "{\"class\":7,\"properties\":{}}",
        "{\"class\":\"Test_Point\",\"properties\":[]}",
        "{\"class\":\"Test_Point\",\"properties\":7,\"types\":7}",
    };
    char element[256];

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        snprintf(element, sizeof(element),
                 "[{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"a\"}},%s]", values[i]);
        assert_part(read_again(*state, -EINVAL, values[i]), "an instance has no \"class\"");
        assert_part(read_again(*state, -EINVAL, everything_with("Instance", values[i])),
                    "an instance has no \"class\"");
        assert_part(read_again(*state, -EINVAL, everything_with("InstanceA", element)),
                    "an instance has no \"class\"");
    }
}

/* @depth instances of no known class, one within the other, and an array within the last. */
static const char *nested(size_t depth)
{
    static char json[8192];
    size_t size = 0;

    for (size_t i = 0; i < depth; i++)
        size += (size_t)snprintf(json + size, sizeof(json) - size,
                                 "{\"class\":\"A\",\"properties\":{\"a\":");
    size += (size_t)snprintf(json + size, sizeof(json) - size, "[1]");
    for (size_t i = 0; i < depth; i++)
        size += (size_t)snprintf(json + size, sizeof(json) - size, "}}");
    assert_true(size < sizeof(json));
    return json;
}

static void what_nests_too_deep_is_refused(void **state)
{
    (void)read_again(*state, 0, nested((MI_JSON_MAX_DEPTH - 1) / 2));
    (void)read_again(*state, -EINVAL, nested(MI_JSON_MAX_DEPTH / 2));
    assert_part(read_again(*state, -EINVAL, nested(MI_JSON_MAX_DEPTH / 2 + 1)),
                "objects and arrays nest deeper than");
}

static void what_nobody_declares_has_the_type_that_it_says_or_shows(void **state)
{
    static const struct {
        const char *value, *types, *type;
    } cases[] = {
        {"null", "", "string"},
        {"false", "", "boolean"},
        {"[]", "", "string[]"},
        {"[null]", "", "string[]"},
        {"1", ",\"types\":{\"ab\":\"uint8\",\"b\":\"uint8\",\"a\":\"uint16\"}", "uint16"},
        {"1", ",\"types\":{\"a\":7}", "sint64"},
        {"1", ",\"types\":{\"a\":\"uint7\"}", "sint64"},
        {"1", ",\"types\":{\"b\":\"uint8\"}", "sint64"},
        {"[{\"class\":\"B\",\"properties\":{}}]", ",\"types\":{\"a\":\"reference[]\"}",
         "reference[]"},
        {"1", ",\"types\":7", "sint64"},
        {"[{\"class\":\"B\",\"properties\":{}}]", "", "instance[]"},
    };
    char json[256], part[64];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        snprintf(json, sizeof(json), "{\"class\":\"A\",\"properties\":{\"a\":%s}%s,\"more\":0}",
                 cases[i].value, cases[i].types);
        snprintf(part, sizeof(part), "\"types\":{\"a\":\"%s\"}", cases[i].type);
        if (strcmp(cases[i].value, "[null]") == 0)
            (void)read_again(*state, -EINVAL, json);
        else
            assert_part(read_again(*state, 0, json), part);
    }
    assert_part(read_again(*state, -EINVAL, "{\"class\":\"A\",\"properties\":{\"a\":[[1]]}}"),
                "'a' of 'A' is no string[]");
    assert_part(read_again(*state, -EINVAL, "{\"class\":\"B\",\"properties\":{\"a\":1,\"A\":2}}"),
                "'A' of 'B' is there twice, or one too many");
}

static void a_class_that_is_lost_is_no_instance(void **state)
{
    Known *known = *state;
    MI_Instance *instance = NULL;
    MiJsonReader reader;
    Span rest = SPAN("[{\"class\":\"Test_Point\",\"properties\":{\"X\":1}}]"), before = rest;

    known->lost = -EPIPE;
    mi_json_reader_init(&reader, find, known);
    assert_int_equal(mi_json_read_next(&reader, &rest, &instance), -EPIPE);
    assert_ptr_equal(rest.data, before.data); /* it may be asked for again */
    assert_null(instance);
    mi_json_reader_deinit(&reader);
    (void)read_again(known, -EPIPE, "{\"class\":\"Test_Point\",\"properties\":{}}");
}

/* How many instances @array has; or an error. */
static int read_all(Known *known, const char *array)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    MiJsonReader reader;
    Span rest = span_of(array);
    int r, count = 0;

    mi_json_reader_init(&reader, find, known);
    while ((r = mi_json_read_next(&reader, &rest, &instance)) > 0)
        count++;
    mi_json_reader_deinit(&reader);
    return r < 0 ? r : count;
}

static void the_shape_of_an_array_does_not_matter(void **state)
{
    static const char *const arrays[] = {
        "[{\"class\":\"Test_Point\",\"properties\":{\"X\":1}},"
        "{\"class\":\"Test_Point\",\"properties\":{\"X\":2}}]",
        "[{\"class\":\"Test_Point\",\"properties\":{}},{\"class\":\"Test_Point\",\"properties\":{}}"
        "]",
        "[{\"properties\":{\"X\":1},\"class\":\"Test_Point\"},"
        "{\"class\":\"Test_Point\",\"properties\":{\"X\":2},\"more\":1}]",
        "[{\"class\":\"Test_\\u0050oint\",\"properties\":{\"X\":1}},"
        "{\"class\":\"Test_Point\" ,\"properties\":{\"X\":2}}]",
        "[{\"class\":\"Nobodys\",\"properties\":{\"X\":1}},"
        "{\"class\":\"Test_Everything\",\"properties\":{\"Id\":\"i\" }}]",
    };

    for (size_t i = 0; i < ARRAY_SIZE(arrays); i++)
        assert_int_equal(read_all(*state, arrays[i]), 2);
    assert_int_equal(read_all(*state, "[{\"class\":\"Test_Point\",\"properties\":{\"Z\":1}}]"),
                     -EINVAL);
    assert_int_equal(read_all(*state, "[{\"class\":\"Test_Point\",\"properties\":{\"X\":\"\"}}]"),
                     -EINVAL);
    assert_int_equal(read_all(*state, "[{\"class\":\"Test_Point\"}]"), -EINVAL);
    assert_int_equal(read_all(*state, "[{\"c\":1}]"), -EINVAL);
}

/* What a method has given back, written again, or the sentence of the refusal. */
static const char *read_parameters(Known *known, SharedClass *shared, int expected,
                                   const char *returned, const char *parameters)
{
    static char text[512];
    CLEANUP(buffer_deinit) Buffer again = BUFFER_INIT;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    MiJsonReader reader;

    mi_json_reader_init(&reader, find, known);
    assert_int_equal(mi_json_read_parameters(&reader,
                                             returned == NULL ? (Span){0} : span_of(returned),
                                             parameters == NULL ? (Span){0} : span_of(parameters),
                                             shared, "Mix", &instance),
                     expected);
    assert_true((instance != NULL) == (expected == 0));
    if (expected == 0)
        assert_int_equal(mi_json_put_instance(&again, instance, NULL), 0);
    snprintf(text, sizeof(text), "%s", expected == 0 ? buffer_string(&again) : reader.message);
    mi_json_reader_deinit(&reader);
    return text;
}

static void what_a_method_gives_back_is_read_by_its_declaration(void **state)
{
    Known *known = *state;
    SharedClass *shared = known->classes[0];

    assert_part(read_parameters(known, shared, 0, "3", "{\"Both\":-1,\"Out\":[\"a\"]}"),
                "\"Both\":-1,\"Out\":[\"a\"],\"Where\":null,\"MIReturn\":3}");
    assert_part(read_parameters(known, shared, 0, NULL, NULL), "\"MIReturn\":null}");
    assert_part(read_parameters(known, shared, -EINVAL, "3", "{\"Nothing\":1}"),
                "method 'Mix' has no parameter 'Nothing'");
    assert_part(read_parameters(known, shared, -EINVAL, "\"x\"", "{}"),
                "'MIReturn' of 'Mix' is no uint32: \"x\"");
    assert_part(read_parameters(known, shared, -EINVAL, "0", "{\"Both\":0.5}"),
                "'Both' of 'Mix' is no sint32: 0.5");
}

static void what_a_method_gives_back_that_nobody_declares_is_typed_by_its_looks(void **state)
{
    Known *known = *state;

    assert_part(read_parameters(known, NULL, 0, "3", "{\"A\":\"x\"}"),
                "\"types\":{\"MIReturn\":\"sint64\",\"A\":\"string\"}");
    assert_part(read_parameters(known, known->classes[1], 0, "3", NULL), /* it has no Mix */
                "\"types\":{\"MIReturn\":\"sint64\"}");
    assert_part(read_parameters(known, NULL, -EINVAL, "3", "{\"MIReturn\":1}"),
                "'MIReturn' of 'Mix' is there twice, or one too many");
}

static void what_is_refused_is_shown_in_part(void **state)
{
    static const char name[] = "a_name_that_is_so_long_that_nobody_would_read_it_to_its_end_anyway";
    static const char shown[] =
        "'a_name_that_is_so_long_that_nobody_would_read_it_to_its_end_anyw'";
    Known *known = *state;
    char json[256], all[128];

    assert_part(read_again(known, -EINVAL, everything_with(name, "1")), shown);
    snprintf(json, sizeof(json), "{\"%s\":1}", name);
    assert_part(read_parameters(known, known->classes[0], -EINVAL, "3", json), shown);
    snprintf(json, sizeof(json), "{\"properties\":{\"%s\":\"%s\"}}", name, name);
    snprintf(all, sizeof(all), ": %.80s", json);
    const char *why = read_again(known, -EINVAL, json);
    assert_string_equal(strchr(why, ':'), all);
}

/* ---- Classes ---- */

static const char *class_again(const char *json)
{
    static char text[4096];
    CLEANUP(shared_class_unrefp) SharedClass *shared = NULL;
    CLEANUP(buffer_deinit) Buffer again = BUFFER_INIT;
    MiJsonError error = {{0}};

    if (mi_json_get_class(span_of(json), &shared, NULL, &error) < 0) {
        assert_null(shared);
        snprintf(text, sizeof(text), "%s", error.message);
    } else {
        assert_int_equal(mi_json_put_class(&again, &shared->decl, NULL), 0);
        snprintf(text, sizeof(text), "%s", buffer_string(&again));
    }
    return text;
}

static void qualifiers_and_defaults_come_back_with_their_values(void **state)
{
    static const char *const parts[] = {
        "\"Description\":{\"type\":\"string\",\"value\":\"what it is\"",
        "\"Values\":{\"type\":\"string[]\",\"value\":[\"a\",\"b\"]",
        "\"Max\":{\"type\":\"uint8\",\"value\":255",
        "\"P\":{\"type\":\"uint32\",\"key\":true,\"value\":7",
        "\"Q\":{\"type\":\"uint16[]\",\"subscript\":4,\"value\":[1,2]",
        "\"flavor\":[\"restricted\"]",
    };
    const char *again = class_again(
        "{\"class\":\"A\",\"qualifiers\":{"
        "\"Description\":{\"type\":\"string\",\"value\":\"what it is\","
        "\"flavor\":[\"restricted\",\"no such thing\",7]},"
        "\"Values\":{\"type\":\"string[]\",\"value\":[\"a\",\"b\"]},"
        "\"Max\":{\"type\":\"uint8\",\"value\":255},\"None\":{\"type\":\"uint8\",\"value\":null}},"
        "\"properties\":{\"P\":{\"type\":\"uint32\",\"key\":true,\"value\":7},"
        "\"Q\":{\"type\":\"uint16[]\",\"value\":[1,2],\"subscript\":4},"
        "\"R\":{\"type\":\"uint16\",\"subscript\":\"x\"},"
        "\"S\":{\"type\":\"uint16\",\"subscript\":4294967296}}}");

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        assert_part(again, parts[i]);
    assert_null(strstr(again, "4294967296"));
}

/* What a value is worth that its type can't have: none. */
static void a_default_that_does_not_fit_is_none(void **state)
{
    static const char *const values[] = {
        "\"type\":\"uint8\",\"value\":256",          "\"type\":\"uint8\",\"value\":\"x\"",
        "\"type\":\"uint8[]\",\"value\":[1,256]",    "\"type\":\"string\",\"value\":7",
        "\"type\":\"string[]\",\"value\":[\"a\",7]", "\"type\":\"reference\",\"value\":{}",
        "\"type\":\"instance\",\"value\":{}",        "\"type\":\"datetime\",\"value\":7",
    };
    char json[256];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        snprintf(json, sizeof(json), "{\"class\":\"A\",\"properties\":{\"P\":{%s}}}", values[i]);
        const char *again = class_again(json);
        assert_part(again, "\"P\":{\"type\":\"");
        assert_null(strstr(again, "\"value\""));
    }
}

static void a_class_that_is_broken_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *json, *why;
    } cases[] = {
        {"{\"class\":\"\"}", ""},
        {"{\"class\":\"A\",\"qualifiers\":{\"Q\":{\"type\":\"uint9\"}}}", "a type is missing"},
        {"{\"class\":\"A\",\"qualifiers\":7}", "a list of members is no object"},
        {"{\"class\":\"A\",\"properties\":{\"P\":{\"type\":\"uint8\",\"qualifiers\":[]}}}",
         "a list of members is no object"},
        {"{\"class\":\"A\",\"methods\":7}", "a list of members is no object"},
        {"{\"class\":\"A\",\"methods\":{\"M\":{\"returnType\":\"uint8\",\"qualifiers\":7}}}",
         "a list of members is no object"},
        {"{\"class\":\"A\",\"methods\":{\"M\":{\"returnType\":\"uint8\",\"parameters\":7}}}",
         "a list of members is no object"},
        {"{\"class\":\"A\",\"methods\":{\"M\":{\"returnType\":\"uint8\",\"returnQualifiers\":7}}}",
         "a list of members is no object"},
        {"{\"class\":", "the class is no JSON"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_part(class_again(cases[i].json), cases[i].why);
}

static void a_class_with_too_many_members_is_refused(void **state)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;
    char member[64];

    (void)state;
    buffer_put_string(&json, "{\"class\":\"A\",\"properties\":{");
    for (int i = 0; i <= CLASS_MAX_FEATURES; i++) {
        snprintf(member, sizeof(member), "%s\"P%d\":{\"type\":\"uint8\"}", i == 0 ? "" : ",", i);
        buffer_put_string(&json, member);
    }
    buffer_put_string(&json, "}}");
    assert_part(class_again(buffer_string(&json)), "it has too many members");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_value_that_fits_comes_back),
        TEST(numbers_of_64_bits_may_be_without_quotes),
        TEST(a_value_that_does_not_fit_is_refused_by_name),
        TEST(what_is_no_instance_is_refused_where_one_is_wanted),
        TEST(what_nests_too_deep_is_refused),
        TEST(what_nobody_declares_has_the_type_that_it_says_or_shows),
        TEST(a_class_that_is_lost_is_no_instance),
        TEST(the_shape_of_an_array_does_not_matter),
        TEST(what_a_method_gives_back_is_read_by_its_declaration),
        TEST(what_a_method_gives_back_that_nobody_declares_is_typed_by_its_looks),
        TEST(what_is_refused_is_shown_in_part),
        cmocka_unit_test(qualifiers_and_defaults_come_back_with_their_values),
        cmocka_unit_test(a_default_that_does_not_fit_is_none),
        cmocka_unit_test(a_class_that_is_broken_is_refused_with_the_reason),
        cmocka_unit_test(a_class_with_too_many_members_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
