/*
 * What a provider reads of what its client asked for: options of every type by name and by place,
 * the locale, and what it gets where there is nothing, or no operation any more.
 */
#include "tests/unit/agent_harness.h"

#include <stdio.h>
#include <string.h>

static const ServerOptions defaults = {0};

typedef struct Read {
    MI_Result result;
    MI_Uint32 number;
} Read;

static const struct {
    const char *name, *json;
    MI_Result result;
    MI_Uint32 number;
} numbers[] = {
    {"U8", "{\"type\":\"uint8\",\"value\":255}", MI_RESULT_OK, 255},
    {"U16", "{\"type\":\"uint16\",\"value\":65535}", MI_RESULT_OK, 65535},
    {"U32", "{\"type\":\"uint32\",\"value\":4294967295}", MI_RESULT_OK, UINT32_MAX},
    {"U64", "{\"type\":\"uint64\",\"value\":\"7\"}", MI_RESULT_OK, 7},
    {"S8", "{\"type\":\"sint8\",\"value\":127}", MI_RESULT_OK, 127},
    {"S16", "{\"type\":\"sint16\",\"value\":1}", MI_RESULT_OK, 1},
    {"S32", "{\"type\":\"sint32\",\"value\":0}", MI_RESULT_OK, 0},
    {"S64", "{\"type\":\"sint64\",\"value\":\"4294967295\"}", MI_RESULT_OK, UINT32_MAX},
    {"Large", "{\"type\":\"uint64\",\"value\":\"4294967296\"}", MI_RESULT_TYPE_MISMATCH, 0},
    {"LargeSigned", "{\"type\":\"sint64\",\"value\":\"4294967296\"}", MI_RESULT_TYPE_MISMATCH, 0},
    {"Negative", "{\"type\":\"sint8\",\"value\":-1}", MI_RESULT_TYPE_MISMATCH, 0},
    {"Text", "{\"type\":\"string\",\"value\":\"7\"}", MI_RESULT_TYPE_MISMATCH, 0},
    {"Flag", "{\"type\":\"boolean\",\"value\":true}", MI_RESULT_TYPE_MISMATCH, 0},
};

static Read reads[ARRAY_SIZE(numbers)], absent, no_text;

static void read_numbers(MI_Context *context)
{
    const MI_Char *text = "";

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        reads[i].number = 99;
        reads[i].result = MI_Context_GetNumberOption(context, numbers[i].name, &reads[i].number);
    }
    absent.number = 99;
    absent.result = MI_Context_GetNumberOption(context, "Nothing", &absent.number);
    no_text.result = MI_Context_GetStringOption(context, "U8", &text);
    no_text.number = text == NULL ? 0 : 1;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_number_is_any_integer_that_fits(void **state)
{
    Server *server = server_start(&defaults);
    char params[2048] = "{\"options\":{";

    (void)state;
    script.enumerate = read_numbers;
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        snprintf(params + strlen(params), sizeof(params) - strlen(params), "%s\"%s\":%s",
                 i == 0 ? "" : ",", numbers[i].name, numbers[i].json);
    snprintf(params + strlen(params), sizeof(params) - strlen(params), "}}");
    server_send(server, 1, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Thing", NULL, params);
    expect_whole(server, 1, MI_RESULT_OK);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (reads[i].result != numbers[i].result || reads[i].number != numbers[i].number)
            fail_msg("%s: %d, %u", numbers[i].name, (int)reads[i].result, reads[i].number);
    }
    assert_int_equal(absent.result, MI_RESULT_NOT_FOUND);
    assert_int_equal(absent.number, 0);
    assert_int_equal(no_text.result, MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(no_text.number, 0);
    server_stop(server);
}

typedef struct Custom {
    MI_Result by_name, by_place, behind;
    MI_Type type, type_at;
    MI_Value value, value_at;
    char name[16];
    MI_Uint32 count;
} Custom;

static Custom custom;

static void read_custom(MI_Context *context)
{
    const MI_Char *name = NULL;
    MI_Value value;
    MI_Type type;

    MI_Context_GetCustomOptionCount(context, &custom.count);
    custom.by_name = MI_Context_GetCustomOption(context, "B", &custom.type, &custom.value);
    custom.by_place =
        MI_Context_GetCustomOptionAt(context, 1, &name, &custom.type_at, &custom.value_at);
    snprintf(custom.name, sizeof(custom.name), "%s", name == NULL ? "" : name);
    custom.behind = MI_Context_GetCustomOptionAt(context, custom.count, &name, &type, &value);
    MI_Context_PostResult(context, name == NULL ? MI_RESULT_OK : MI_RESULT_FAILED);
}

static void custom_options_have_names_and_places(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = read_custom;
    server_send(server, 1, OPERATION_ENUMERATE_INSTANCES, 0, "Test_Thing", NULL,
                "{\"options\":{\"A\":{\"type\":\"uint8\",\"value\":1},"
                "\"B\":{\"type\":\"sint64\",\"value\":\"-5\"}}}");
    expect_whole(server, 1, MI_RESULT_OK);
    assert_int_equal(custom.count, 2);
    assert_int_equal(custom.by_name, MI_RESULT_OK);
    assert_int_equal(custom.type, MI_SINT64);
    assert_int_equal(custom.value.sint64, -5);
    assert_int_equal(custom.by_place, MI_RESULT_OK);
    assert_string_equal(custom.name, "B");
    assert_int_equal(custom.type_at, MI_SINT64);
    assert_int_equal(custom.value_at.sint64, -5);
    assert_int_equal(custom.behind, MI_RESULT_NOT_FOUND);
    server_stop(server);
}

/* What each of the functions says, in this order, and once more where an argument is missing. */
enum {
    READ_LOCALE,
    READ_STRING,
    READ_NUMBER,
    READ_CUSTOM,
    READ_COUNT,
    READ_AT,
    SET_STRING,
    READ_ALL,
};

static MI_Result said[READ_ALL];
static unsigned wrong; /* of calls without an argument: were not refused */

static void read_all(MI_Context *context)
{
    char locale[MI_MAX_LOCALE_SIZE];
    const MI_Char *text;
    MI_Uint32 number;
    MI_Value value;
    MI_Type type;

    said[READ_LOCALE] = MI_Context_GetLocale(context, MI_LOCALE_TYPE_CLOSEST_DATA, locale);
    said[READ_STRING] = MI_Context_GetStringOption(context, "A", &text);
    said[READ_NUMBER] = MI_Context_GetNumberOption(context, "A", &number);
    said[READ_CUSTOM] = MI_Context_GetCustomOption(context, "A", &type, &value);
    said[READ_COUNT] = MI_Context_GetCustomOptionCount(context, &number);
    said[READ_AT] = MI_Context_GetCustomOptionAt(context, 0, &text, &type, &value);
    said[SET_STRING] = MI_Context_SetStringOption(context, "B", "b");
}

static void read_without_arguments(MI_Context *context)
{
    char locale[MI_MAX_LOCALE_SIZE];
    const MI_Char *text;
    MI_Uint32 number;
    MI_Value value;
    MI_Type type;
    const MI_Result results[] = {
        MI_Context_GetLocale(context, (MI_LocaleType)9, locale),
        MI_Context_GetLocale(context, MI_LOCALE_TYPE_REQUESTED_UI, NULL),
        MI_Context_GetStringOption(context, NULL, &text),
        MI_Context_GetStringOption(context, "A", NULL),
        MI_Context_GetNumberOption(context, NULL, &number),
        MI_Context_GetNumberOption(context, "A", NULL),
        MI_Context_GetCustomOption(context, NULL, &type, &value),
        MI_Context_GetCustomOption(context, "A", NULL, &value),
        MI_Context_GetCustomOption(context, "A", &type, NULL),
        MI_Context_GetCustomOptionCount(context, NULL),
        MI_Context_GetCustomOptionAt(context, 0, NULL, &type, &value),
        MI_Context_GetCustomOptionAt(context, 0, &text, NULL, &value),
        MI_Context_GetCustomOptionAt(context, 0, &text, &type, NULL),
        MI_Context_SetStringOption(context, NULL, "b"),
        MI_Context_SetStringOption(context, "B", NULL),
    };

    wrong = 0;
    for (size_t i = 0; i < ARRAY_SIZE(results); i++)
        wrong += results[i] != MI_RESULT_INVALID_PARAMETER;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void what_lacks_an_argument_is_refused(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = read_without_arguments;
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    assert_int_equal(wrong, 0);
    server_stop(server);
}

static void expect_nothing_there(void)
{
    assert_int_equal(said[READ_LOCALE], MI_RESULT_NOT_FOUND);
    assert_int_equal(said[READ_STRING], MI_RESULT_NOT_FOUND);
    assert_int_equal(said[READ_NUMBER], MI_RESULT_NOT_FOUND);
    assert_int_equal(said[READ_CUSTOM], MI_RESULT_NOT_FOUND);
    assert_int_equal(said[READ_COUNT], MI_RESULT_OK);
    assert_int_equal(said[READ_AT], MI_RESULT_NOT_FOUND);
    assert_int_equal(said[SET_STRING], MI_RESULT_OK);
}

static void read_all_and_post(MI_Context *context)
{
    read_all(context);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_client_that_asks_for_nothing_has_no_options(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = read_all_and_post;
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    expect_nothing_there();
    server_stop(server);
}

static void a_load_is_asked_for_by_no_client(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.load_module = read_all_and_post;
    script.enumerate = NULL;
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_NOT_SUPPORTED);
    expect_nothing_there();
    server_stop(server);
}

static void keep_and_post(MI_Context *context)
{
    kept = context;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void the_context_of_an_operation_that_has_ended_has_nothing(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = keep_and_post;
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    read_all(kept);
    for (size_t i = 0; i < READ_ALL; i++)
        assert_int_equal(said[i], MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

#define TEST(function) cmocka_unit_test_setup(function, script_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_number_is_any_integer_that_fits),
        TEST(custom_options_have_names_and_places),
        TEST(what_lacks_an_argument_is_refused),
        TEST(a_client_that_asks_for_nothing_has_no_options),
        TEST(a_load_is_asked_for_by_no_client),
        TEST(the_context_of_an_operation_that_has_ended_has_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
