/*
 * What a provider reports as an error of its own counting, or as an instance of CIM_Error.
 */
#include "agent/cim_error.h"

#include "agent/outlet.h"
#include "base/macros.h"
#include "mi/dynamic_instance.h"
#include "mi/instance_impl.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void each_code_becomes_the_result_that_comes_closest(void **state)
{
    static const struct {
        MI_Uint32 code;
        const MI_Char *type;
        MI_Result result;
    } cases[] = {
        {0, NULL, MI_RESULT_FAILED},
        {6, NULL, MI_RESULT_NOT_FOUND},
        {2, MI_RESULT_TYPE_MI, MI_RESULT_ACCESS_DENIED},
        {0, MI_RESULT_TYPE_MI, MI_RESULT_FAILED},
        {EACCES, MI_RESULT_TYPE_ERRNO, MI_RESULT_ACCESS_DENIED},
        {EPERM, MI_RESULT_TYPE_ERRNO, MI_RESULT_ACCESS_DENIED},
        {ENOENT, MI_RESULT_TYPE_ERRNO, MI_RESULT_NOT_FOUND},
        {ESRCH, MI_RESULT_TYPE_ERRNO, MI_RESULT_NOT_FOUND},
        {EEXIST, MI_RESULT_TYPE_ERRNO, MI_RESULT_ALREADY_EXISTS},
        {EIO, MI_RESULT_TYPE_ERRNO, MI_RESULT_FAILED},
        {0, MI_RESULT_TYPE_ERRNO, MI_RESULT_FAILED},
        {5, MI_RESULT_TYPE_WIN32, MI_RESULT_FAILED},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(cim_error_result_of_code(cases[i].code, cases[i].type), cases[i].result);
}

static void a_code_that_is_not_mis_stands_behind_the_message(void **state)
{
    static const struct {
        MI_Uint32 code;
        const MI_Char *type, *message, *text;
    } cases[] = {
        {2, MI_RESULT_TYPE_ERRNO, "no such disk", "no such disk (ERRNO 2)"},
        {2, MI_RESULT_TYPE_ERRNO, NULL, "(ERRNO 2)"},
        {6, MI_RESULT_TYPE_MI, "no such disk", "no such disk"},
        {6, NULL, NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        Buffer text CLEANUP(buffer_deinit) = BUFFER_INIT;
        cim_error_put_text(&text, cases[i].code, cases[i].type, cases[i].message);
        buffer_put_char(&text, '\0');
        assert_string_equal(text.data, cases[i].text);
    }
}

/* An error with a status code of this type, and this message (NULL: none). */
static MI_Instance *new_error(MI_Type type, MI_Uint32 code, const MI_Char *message)
{
    MI_Instance *error;
    MI_Value value = {0};

    assert_int_equal(instance_new_dynamic("CIM_Error", MI_FLAG_CLASS, &error), MI_RESULT_OK);
    if (type == MI_UINT16)
        value.uint16 = (MI_Uint16)code;
    else
        value.uint32 = code;
    assert_int_equal(MI_Instance_AddElement(error, "CIMStatusCode", &value, type, 0), MI_RESULT_OK);
    if (message != NULL) {
        value.string = (MI_Char *)message;
        assert_int_equal(MI_Instance_AddElement(error, "Message", &value, MI_STRING, 0),
                         MI_RESULT_OK);
    }
    return error;
}

static void cims_status_is_the_result(void **state)
{
    static const struct {
        MI_Type type;
        MI_Uint32 code;
        MI_Result result;
    } cases[] = {
        {MI_UINT32, 6, MI_RESULT_NOT_FOUND},
        {MI_UINT16, 2, MI_RESULT_ACCESS_DENIED},
        {MI_UINT32, 0, MI_RESULT_FAILED},
        {MI_UINT32, 4711, MI_RESULT_FAILED}, /* none that there is */
        {MI_SINT32, 6, MI_RESULT_FAILED},    /* none of the types that it may have */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        MI_Instance *instance = new_error(cases[i].type, cases[i].code, "out of paper");
        CimError error;

        assert_int_equal(cim_error_read(&error, instance), MI_RESULT_OK);
        assert_int_equal(error.result, cases[i].result);
        assert_string_equal(error.message, "out of paper");
        assert_true(error.json.size > 0);
        cim_error_deinit(&error);
        instance_free(instance);
    }
}

static void an_error_may_say_nothing(void **state)
{
    MI_Instance *instance = new_error(MI_UINT32, 1, NULL);
    CimError error;

    (void)state;
    assert_int_equal(cim_error_read(&error, instance), MI_RESULT_OK);
    assert_null(error.message);
    cim_error_deinit(&error);
    instance_free(instance);
}

static void an_error_that_is_too_large_is_told_without_its_details(void **state)
{
    size_t size = OUTLET_MAX_INSTANCE + 1;
    char *text = malloc(size);
    MI_Instance *instance;
    CimError error;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', size);
    text[size - 1] = '\0';
    instance = new_error(MI_UINT32, 6, text);
    assert_int_equal(cim_error_read(&error, instance), MI_RESULT_OK);
    assert_int_equal(error.result, MI_RESULT_NOT_FOUND);
    assert_int_equal(error.json.size, 0);
    cim_error_deinit(&error);
    instance_free(instance);
    free(text);
}

static void what_is_no_instance_is_refused(void **state)
{
    MI_Instance broken = {0};
    CimError error;

    (void)state;
    assert_int_equal(cim_error_read(&error, &broken), MI_RESULT_INVALID_PARAMETER);
    cim_error_deinit(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_becomes_the_result_that_comes_closest),
        cmocka_unit_test(a_code_that_is_not_mis_stands_behind_the_message),
        cmocka_unit_test(cims_status_is_the_result),
        cmocka_unit_test(an_error_may_say_nothing),
        cmocka_unit_test(an_error_that_is_too_large_is_told_without_its_details),
        cmocka_unit_test(what_is_no_instance_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
