/*
 * MI values from JSON: what is read, and what is refused in which words.
 */
#include "mi/instance_impl.h"
#include "protocol/json_tree.h"
#include "protocol/mi_json.h"
#include "tests/support/cmocka.h"
#include "tests/unit/everything.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define assert_ok(call) assert_int_equal(call, MI_RESULT_OK)

static void assert_written(const MI_Instance *instance, const char *wanted)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    assert_int_equal(mi_json_put_instance(&text, instance, NULL), 0);
    assert_string_equal(buffer_string(&text), wanted);
}

static cJSON *parse(const char *text)
{
    JsonTreeFault fault = {.what = ""};
    cJSON *tree;

    if (json_tree_parse(span_of(text), &tree, &fault) != 0)
        fail_msg("refused (%s): %s", fault.what, text);
    return tree;
}

static MI_Instance *read_instance(const char *text, const MI_ClassDecl *decl, MiJsonShape shape)
{
    CLEANUP(json_tree_freep) cJSON *tree = parse(text);
    MiJsonError error = {.message = ""};
    MI_Instance *instance;

    if (mi_json_get_instance(tree, decl, &everything_schema, shape, &instance, &error) != 0)
        fail_msg("refused (%s): %s", error.message, text);
    return instance;
}

/* Fails unless each of @words, separated by |, is in @message. */
static void assert_words(const char *message, const char *words)
{
    char copy[256], *rest = copy, *word;

    snprintf(copy, sizeof(copy), "%s", words);
    while ((word = strsep(&rest, "|")) != NULL)
        if (strstr(message, word) == NULL)
            fail_msg("'%s' isn't in: %s", word, message);
}

static void assert_refused(const char *text, const MI_ClassDecl *decl, MiJsonShape shape,
                           const char *words)
{
    CLEANUP(json_tree_freep) cJSON *tree = parse(text);
    MiJsonError error = {.message = ""};
    MI_Instance *instance = (MI_Instance *)(void *)tree;

    if (mi_json_get_instance(tree, decl, &everything_schema, shape, &instance, &error) != -EINVAL)
        fail_msg("accepted: %s", text);
    assert_null(instance);
    assert_words(error.message, words);
}

/* A property of Test_Everything that is refused: the words name class, property and type already.
 */
static void assert_property_refused(const char *name, const char *type, const char *json,
                                    const char *words)
{
    char text[512], all[512];

    snprintf(text, sizeof(text), "{\"class\":\"Test_Everything\",\"properties\":{\"%s\":%s}}", name,
             json);
    snprintf(all, sizeof(all), "class 'Test_Everything', property '%s' (%s)|%s", name, type, words);
    assert_refused(text, &everything_class, MI_JSON_WHOLE, all);
}

/* What is written again is what was read, but for the properties that were absent. */
static void assert_reads_back(const char *name, const char *json)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT, again = BUFFER_INIT;

    buffer_printf(&text, "{\"class\":\"Test_Everything\",\"properties\":{\"%s\":%s}}", name, json);
    instance = read_instance(buffer_string(&text), &everything_class, MI_JSON_WHOLE);
    assert_int_equal(mi_json_put_element(&again, instance, name), 0);
    assert_string_equal(buffer_string(&again), json);
}

static void each_type_is_read_as_it_is_written(void **state)
{
    static const char *const values[][2] = {
        {"Boolean", "true"},
        {"Boolean", "false"},
        {"Uint8", "255"},
        {"Sint8", "-128"},
        {"Uint16", "65535"},
        {"Sint16", "-32768"},
        {"Uint32", "4294967295"},
        {"Sint32", "-2147483648"},
        {"Uint64", "\"18446744073709551615\""},
        {"Sint64", "\"-9223372036854775808\""},
        {"Real32", "3.4028235e+38"},
        {"Real64", "0.30000000000000004"},
        {"Char16", "65535"},
        {"Datetime", "\"20240229235958.012345-330\""},
        {"Datetime", "\"00000001000000.000000:000\""},
        {"String", "\"\\\"\\\\\xF0\x9F\x98\x80\""},
        {"Reference", "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\"}}"},
        {"Instance", "{\"class\":\"Test_Point3\",\"properties\":{\"Name\":null,\"X\":1,\"Y\":2}}"},
        {"Uint8A", "[0,1,255]"},
        {"Uint64A", "[\"1\"]"},
        {"Real64A", "[0.5,null]"},
        {"DatetimeA", "[\"20240229235958.012345-330\"]"},
        {"StringA", "[\"a\",\"b\",\"\"]"},
        {"StringA", "[]"},
        {"InstanceA", "[]"},
        {"ReferenceA", "[{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\"}}]"},
        {"InstanceA",
         "[{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\",\"X\":1,\"Y\":2}}]"},
        {"Uint8", "null"},
        {"StringA", "null"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        assert_reads_back(values[i][0], values[i][1]);
}

static void what_is_close_enough_is_read_too(void **state)
{
    CLEANUP(instance_freep)
    MI_Instance *instance =
        read_instance("{\"properties\":{\"UINT64\":5,\"uint8\":2e1},\"class\":\"test_everything\"}",
                      &everything_class, MI_JSON_WHOLE);
    const Everything *self = (const Everything *)instance;

    (void)state;
    assert_true(self->Uint64.value == 5);
    assert_int_equal(self->Uint8.value, 20);
}

static void absent_properties_are_null_and_not_modified(void **state)
{
    CLEANUP(instance_freep)
    MI_Instance *instance = read_instance("{\"class\":\"Test_Point\",\"properties\":{\"X\":null}}",
                                          &point_class, MI_JSON_WHOLE);
    MI_Uint32 flags;

    (void)state;
    assert_ok(MI_Instance_GetElement(instance, "X", NULL, NULL, &flags, NULL));
    assert_int_equal(flags, MI_FLAG_PROPERTY | MI_FLAG_NULL);
    assert_ok(MI_Instance_GetElement(instance, "Y", NULL, NULL, &flags, NULL));
    assert_int_equal(flags, MI_FLAG_PROPERTY | MI_FLAG_NULL | MI_FLAG_NOT_MODIFIED);
}

static void a_wrong_type_is_named_with_what_was_expected(void **state)
{
    (void)state;
    assert_property_refused("Boolean", "boolean", "1", "expected true or false|but it is 1");
    assert_property_refused("Uint8", "uint8", "\"1\"", "from 0 to 255|the string \"1\"");
    assert_property_refused("Uint32", "uint32", "true", "from 0 to 4294967295|true");
    assert_property_refused("Uint32", "uint32", "1.5", "an integer|1.5");
    assert_property_refused("Uint64", "uint64", "\"1x\"", "decimal digits|\"1x\"");
    assert_property_refused("Uint64", "uint64", "9007199254740992", "decimal digits");
    assert_property_refused("Real64", "real64", "\"1\"", "a number|the string \"1\"");
    assert_property_refused("Char16", "char16", "\"a\"", "from 0 to 65535");
    assert_property_refused("Datetime", "datetime", "\"yesterday\"", "timestamp|interval");
    assert_property_refused("String", "string", "7", "expected a string|7");
    assert_property_refused("Uint8A", "uint8[]", "7", "expected an array|a number");
    assert_property_refused("Uint8A", "uint8[]", "[1,2,\"3\"]", "element 2|from 0 to 255");
    assert_property_refused("StringA", "string[]", "[\"a\",null]", "element 1|null");
    assert_property_refused("Instance", "instance", "\"p\"", "expected an instance");
    assert_property_refused("Reference", "reference", "[]", "an object path|an array");
    assert_property_refused("InstanceA", "instance[]",
                            "[{\"class\":\"Test_Point\",\"properties\":{}},4]", "element 1|4");
}

static void a_value_out_of_range_is_named_with_the_range(void **state)
{
    (void)state;
    assert_property_refused("Uint8", "uint8", "256", "from 0 to 255|256");
    assert_property_refused("Uint8", "uint8", "-1", "from 0 to 255|-1");
    assert_property_refused("Sint8", "sint8", "128", "from -128 to 127|128");
    assert_property_refused("Sint16", "sint16", "-32769", "from -32768 to 32767");
    assert_property_refused("Uint32", "uint32", "4294967296", "from 0 to 4294967295");
    assert_property_refused("Uint32", "uint32", "1e400", "from 0 to 4294967295");
    assert_property_refused("Uint64", "uint64", "\"18446744073709551616\"",
                            "\"18446744073709551615\"");
    assert_property_refused("Sint64", "sint64", "\"9223372036854775808\"",
                            "\"9223372036854775807\"");
    assert_property_refused("Real32", "real32", "1e39", "3.4e38");
    assert_property_refused("Real64", "real64", "1e400", "1.7e308");
    assert_property_refused("Datetime", "datetime", "\"20240230000000.000000+000\"", "timestamp");
}

static void an_unknown_property_is_named(void **state)
{
    (void)state;
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{\"Z\":1}}", &point_class,
                   MI_JSON_WHOLE, "class 'Test_Point'|no property 'Z'");
}

static void a_property_in_two_spellings_is_refused(void **state)
{
    (void)state;
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{\"X\":null,\"x\":1}}", &point_class,
                   MI_JSON_WHOLE, "property 'X'|twice");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"X\":1,\"x\":1}}", NULL, MI_JSON_WHOLE,
                   "property 'x'|twice");
}

static void what_is_no_instance_is_refused(void **state)
{
    (void)state;
    assert_refused("[]", &point_class, MI_JSON_WHOLE, "Test_Point|instance|an array");
    assert_refused("{\"properties\":{}}", &point_class, MI_JSON_WHOLE, "\"class\"");
    assert_refused("{\"class\":\"\",\"properties\":{}}", NULL, MI_JSON_WHOLE, "\"class\"");
    assert_refused("{\"class\":\"Test_Point\"}", &point_class, MI_JSON_WHOLE, "\"properties\"");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":[]}", &point_class, MI_JSON_WHOLE,
                   "\"properties\"");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{},\"keys\":{}}", &point_class,
                   MI_JSON_WHOLE, "no 'keys'");
    assert_refused("{\"class\":\"Other\",\"properties\":{}}", &point_class, MI_JSON_WHOLE,
                   "class 'Test_Point'|'Other'");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{},\"types\":7}", &point_class,
                   MI_JSON_WHOLE, "\"types\"");
}

static void an_object_path_has_every_key_and_nothing_else(void **state)
{
    CLEANUP(instance_freep)
    MI_Instance *instance = read_instance(
        "{\"class\":\"Test_Point\",\"properties\":{\"name\":\"p\"}}", &point_class, MI_JSON_KEYS);

    (void)state;
    assert_string_equal(((Point *)instance)->Name.value, "p");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{}}", &point_class, MI_JSON_KEYS,
                   "property 'Name' (string)|key is missing");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{\"Name\":null}}", &point_class,
                   MI_JSON_KEYS, "property 'Name' (string)|key is missing or null");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\",\"X\":1}}",
                   &point_class, MI_JSON_KEYS, "property 'X' (sint32)|no key");
}

static void some_of_the_keys_will_do_where_none_are_needed(void **state)
{
    CLEANUP(instance_freep)
    MI_Instance *none = read_instance("{\"class\":\"Test_Point\",\"properties\":{}}", &point_class,
                                      MI_JSON_SOME_KEYS);
    CLEANUP(instance_freep)
    MI_Instance *all = read_instance("{\"class\":\"Test_Point\",\"properties\":{\"name\":\"p\"}}",
                                     &point_class, MI_JSON_SOME_KEYS);

    (void)state;
    assert_false(((Point *)none)->Name.exists);
    assert_string_equal(((Point *)all)->Name.value, "p");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{\"X\":1}}", &point_class,
                   MI_JSON_SOME_KEYS, "property 'X' (sint32)|no key");
}

static void a_nested_path_names_its_own_class(void **state)
{
    (void)state;
    assert_refused("{\"class\":\"Test_Everything\",\"properties\":{\"Reference\":"
                   "{\"class\":\"Test_Point\",\"properties\":{}}}}",
                   &everything_class, MI_JSON_WHOLE, "class 'Test_Point', property 'Name'|key");
}

static void an_embedded_instance_is_of_the_declared_class(void **state)
{
    (void)state;
    assert_property_refused("Instance", "instance",
                            "{\"class\":\"Test_Everything\",\"properties\":{}}",
                            "'Test_Point'|'Test_Everything' doesn't derive");
    assert_property_refused("Instance", "instance", "{\"class\":\"Free\",\"properties\":{}}",
                            "'Test_Point'|'Free' isn't declared");
    assert_property_refused("Reference", "reference",
                            "{\"class\":\"Test_Everything\",\"properties\":{\"Id\":\"\"}}",
                            "'Test_Point'|'Test_Everything' doesn't derive");
}

static void a_reference_to_a_class_of_another_provider_is_a_path_of_keys(void **state)
{
    static const char json[] = "{\"class\":\"Free\",\"properties\":{\"Id\":\"x\",\"N\":1},"
                               "\"types\":{\"N\":\"uint8\",\"Id\":\"string\"}}";
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    MI_Uint32 flags;
    MI_Type type;

    (void)state;
    buffer_printf(&text, "{\"class\":\"Test_Everything\",\"properties\":{\"Reference\":%s}}", json);
    instance = read_instance(buffer_string(&text), &everything_class, MI_JSON_WHOLE);
    assert_ok(MI_Instance_GetElement(((Everything *)instance)->Reference.value, "N", NULL, &type,
                                     &flags, NULL));
    assert_int_equal(type, MI_UINT8);
    assert_int_equal(flags, MI_FLAG_PROPERTY | MI_FLAG_KEY);
    assert_refused("{\"class\":\"Free\",\"properties\":{\"N\":null},\"types\":{\"N\":\"uint8\"}}",
                   NULL, MI_JSON_KEYS, "property 'N' (uint8)|null");
}

static void an_undeclared_class_is_typed_by_what_is_there(void **state)
{
    CLEANUP(instance_freep)
    MI_Instance *instance = read_instance(
        "{\"class\":\"Free\",\"properties\":{\"b\":true,\"s\":\"\",\"i\":-1,\"r\":0.5,"
        "\"l\":[1,2],\"o\":{\"class\":\"Free\",\"properties\":{}}}}",
        NULL, MI_JSON_WHOLE);

    (void)state;
    assert_written(
        instance,
        "{\"class\":\"Free\",\"properties\":{\"b\":true,\"s\":\"\",\"i\":\"-1\",\"r\":0.5,"
        "\"l\":[\"1\",\"2\"],\"o\":{\"class\":\"Free\",\"properties\":{},\"types\":{}}},"
        "\"types\":{\"b\":\"boolean\",\"s\":\"string\",\"i\":\"sint64\",\"r\":\"real64\","
        "\"l\":\"sint64[]\",\"o\":\"instance\"}}");
}

static void a_dynamic_instance_is_read_as_it_is_written(void **state)
{
    static const char json[] = "{\"class\":\"Free\",\"properties\":{\"u\":7,\"d\":null,\"a\":[],"
                               "\"f\":[0.5,null]},\"types\":{\"u\":\"uint8\",\"d\":\"datetime\","
                               "\"a\":\"real32[]\",\"f\":\"real32[]\"}}";
    CLEANUP(instance_freep) MI_Instance *instance = read_instance(json, NULL, MI_JSON_WHOLE);

    (void)state;
    assert_written(instance, json);
}

static void a_type_that_cannot_be_told_is_asked_for(void **state)
{
    (void)state;
    assert_refused("{\"class\":\"Free\",\"properties\":{\"n\":null}}", NULL, MI_JSON_WHOLE,
                   "class 'Free'|'n'|null|\"types\"");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"n\":[]}}", NULL, MI_JSON_WHOLE,
                   "'n'|\"types\"");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"n\":[[1]]}}", NULL, MI_JSON_WHOLE,
                   "'n'|\"types\"");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"n\":1},\"types\":{\"n\":\"int\"}}", NULL,
                   MI_JSON_WHOLE, "'n'|\"uint32\"");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"n\":[null]}}", NULL, MI_JSON_WHOLE,
                   "'n'|\"types\"");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"n\":1},\"types\":{\"n\":7}}", NULL,
                   MI_JSON_WHOLE, "'n'|\"uint32\"");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"n\":1},\"types\":{\"m\":\"uint8\"}}",
                   NULL, MI_JSON_WHOLE, "'m'|properties");
    assert_refused("{\"class\":\"Free\",\"properties\":{\"\":1}}", NULL, MI_JSON_WHOLE, "no name");
}

static void types_of_a_declared_class_must_be_right(void **state)
{
    CLEANUP(instance_freep)
    MI_Instance *instance = read_instance("{\"class\":\"Test_Point\",\"properties\":{\"X\":1},"
                                          "\"types\":{\"X\":\"sint32\"}}",
                                          &point_class, MI_JSON_WHOLE);

    (void)state;
    assert_int_equal(((Point *)instance)->X.value, 1);
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{},\"types\":{\"X\":\"uint8\"}}",
                   &point_class, MI_JSON_WHOLE, "property 'X' (sint32)|types");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{},\"types\":{\"Z\":\"uint8\"}}",
                   &point_class, MI_JSON_WHOLE, "no property 'Z'");
    assert_refused("{\"class\":\"Test_Point\",\"properties\":{},\"types\":{\"X\":7}}", &point_class,
                   MI_JSON_WHOLE, "property 'X' (sint32)|types");
}

/* `{"class":"Free","properties":{"o":` @count times, around an instance with these properties. */
static void put_nested(Buffer *text, unsigned count, const char *properties)
{
    for (unsigned i = 0; i < count; i++)
        buffer_put_string(text, "{\"class\":\"Free\",\"properties\":{\"o\":");
    buffer_printf(text, "{\"class\":\"Free\",\"properties\":{%s}}", properties);
    for (unsigned i = 0; i < count; i++)
        buffer_put_string(text, "}}");
}

static void what_nests_too_deeply_is_refused(void **state)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;

    (void)state;
    put_nested(&text, MI_JSON_MAX_DEPTH / 2 - 1, "\"last\":1");
    instance = read_instance(buffer_string(&text), NULL, MI_JSON_WHOLE);
    buffer_clear(&text);
    assert_int_equal(mi_json_put_instance(&text, instance, NULL), 0);
    buffer_clear(&text);
    put_nested(&text, MI_JSON_MAX_DEPTH / 2, "");
    assert_refused(buffer_string(&text), NULL, MI_JSON_WHOLE, "deeper than 32");
    buffer_clear(&text);
    put_nested(&text, MI_JSON_MAX_DEPTH / 2 - 1, "\"last\":[1]");
    assert_refused(buffer_string(&text), NULL, MI_JSON_WHOLE, "deeper than 32");
}

static void too_many_properties_are_refused(void **state)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    (void)state;
    buffer_put_string(&text, "{\"class\":\"Free\",\"properties\":{");
    for (unsigned i = 0; i < 5000; i++)
        buffer_printf(&text, "%s\"p%u\":1", i == 0 ? "" : ",", i);
    buffer_put_string(&text, "}}");
    assert_refused(buffer_string(&text), NULL, MI_JSON_WHOLE, "more than 4096 properties");
    buffer_clear(&text);
    buffer_put_string(&text, "{\"class\":\"Free\",\"properties\":{},\"types\":{");
    for (unsigned i = 0; i < 5000; i++)
        buffer_printf(&text, "%s\"p%u\":\"uint8\"", i == 0 ? "" : ",", i);
    buffer_put_string(&text, "}}");
    assert_refused(buffer_string(&text), NULL, MI_JSON_WHOLE, "more than 4096 properties");
}

static int read_parameters(const char *text, MI_Instance **ret, MiJsonError *error)
{
    CLEANUP(json_tree_freep) cJSON *tree = text == NULL ? NULL : parse(text);

    return mi_json_get_parameters(tree, &mix_method, &everything_schema, ret, error);
}

static void assert_parameters_refused(const char *text, const char *words)
{
    MI_Instance *parameters;
    MiJsonError error = {.message = ""};

    assert_int_equal(read_parameters(text, &parameters, &error), -EINVAL);
    assert_null(parameters);
    assert_words(error.message, "method 'Mix'");
    assert_words(error.message, words);
}

static void in_parameters_are_read(void **state)
{
    CLEANUP(instance_freep) MI_Instance *parameters = NULL;
    MiJsonError error;

    (void)state;
    assert_int_equal(
        read_parameters("{\"in\":\"text\",\"Both\":-3,"
                        "\"Where\":{\"class\":\"Test_Point\",\"properties\":{\"X\":4}}}",
                        &parameters, &error),
        0);
    const Mix *mix = (const Mix *)parameters;
    assert_string_equal(mix->In.value, "text");
    assert_int_equal(mix->Both.value, -3);
    assert_int_equal(((const Point *)mix->Where.value)->X.value, 4);
    assert_false(mix->Out.exists);
}

static void parameters_that_are_not_to_be_given_are_refused(void **state)
{
    (void)state;
    assert_parameters_refused("{\"In\":\"\",\"Out\":[]}", "parameter 'Out' (string[])|out");
    assert_parameters_refused("{\"In\":\"\",\"Out\":null}", "parameter 'Out' (string[])|out");
    assert_parameters_refused("{\"In\":\"\",\"MIReturn\":0}", "parameter 'MIReturn' (uint32)|out");
    assert_parameters_refused("{\"In\":\"\",\"Else\":0}", "no parameter 'Else'");
    assert_parameters_refused("{\"In\":7}", "parameter 'In' (string)|expected a string");
    assert_parameters_refused("[]", "an object|an array");
}

static void a_required_parameter_is_required(void **state)
{
    (void)state;
    assert_parameters_refused("{\"Both\":1}", "parameter 'In' (string)|required");
    assert_parameters_refused("{\"In\":null}", "parameter 'In' (string)|required");
    assert_parameters_refused(NULL, "parameter 'In' (string)|required");
}

static void an_option_is_read_as_the_type_that_it_names(void **state)
{
    CLEANUP(instance_freep) MI_Instance *options = NULL;
    CLEANUP(json_tree_freep) cJSON *tree = parse("[\"5\",5,null]");
    const cJSON *string = tree->child, *number = string->next, *null = number->next;
    MI_Value value = {0};
    MiJsonError error;

    (void)state;
    assert_ok(instance_new_dynamic("Options", 0, &options));
    assert_int_equal(mi_json_add_element(options, "option", "a", MI_UINT64, string, &error), 0);
    assert_int_equal(mi_json_add_element(options, "option", "b", MI_UINT8, number, &error), 0);
    assert_int_equal(mi_json_add_element(options, "option", "c", MI_UINT8, null, &error), 0);
    assert_ok(MI_Instance_GetElement(options, "a", &value, NULL, NULL, NULL));
    assert_true(value.uint64 == 5);
    assert_int_equal(mi_json_add_element(options, "option", "d", MI_UINT8, string, &error),
                     -EINVAL);
    assert_string_equal(error.message, "option 'd' (uint8): expected an integer from 0 to 255, "
                                       "but it is the string \"5\"");
    assert_int_equal(mi_json_add_element(options, "option", "A", MI_UINT8, number, &error),
                     -EINVAL);
    assert_words(error.message, "option 'A'|twice");
}

static void a_long_string_is_quoted_in_part_and_on_a_character(void **state)
{
    (void)state;
    assert_property_refused("Uint8", "uint8",
                            "\"012345678901234567890123456789012345678\xE2\x82\xAC tail\"",
                            "\"012345678901234567890123456789012345678\"...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_read_as_it_is_written),
        cmocka_unit_test(what_is_close_enough_is_read_too),
        cmocka_unit_test(absent_properties_are_null_and_not_modified),
        cmocka_unit_test(a_wrong_type_is_named_with_what_was_expected),
        cmocka_unit_test(a_value_out_of_range_is_named_with_the_range),
        cmocka_unit_test(an_unknown_property_is_named),
        cmocka_unit_test(a_property_in_two_spellings_is_refused),
        cmocka_unit_test(what_is_no_instance_is_refused),
        cmocka_unit_test(an_object_path_has_every_key_and_nothing_else),
        cmocka_unit_test(some_of_the_keys_will_do_where_none_are_needed),
        cmocka_unit_test(a_nested_path_names_its_own_class),
        cmocka_unit_test(an_embedded_instance_is_of_the_declared_class),
        cmocka_unit_test(a_reference_to_a_class_of_another_provider_is_a_path_of_keys),
        cmocka_unit_test(an_undeclared_class_is_typed_by_what_is_there),
        cmocka_unit_test(a_dynamic_instance_is_read_as_it_is_written),
        cmocka_unit_test(a_type_that_cannot_be_told_is_asked_for),
        cmocka_unit_test(types_of_a_declared_class_must_be_right),
        cmocka_unit_test(what_nests_too_deeply_is_refused),
        cmocka_unit_test(too_many_properties_are_refused),
        cmocka_unit_test(in_parameters_are_read),
        cmocka_unit_test(parameters_that_are_not_to_be_given_are_refused),
        cmocka_unit_test(a_required_parameter_is_required),
        cmocka_unit_test(an_option_is_read_as_the_type_that_it_names),
        cmocka_unit_test(a_long_string_is_quoted_in_part_and_on_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
