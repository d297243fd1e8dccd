/*
 * The names of results and reasons: none is missing, none is there twice.
 */
#include "protocol/result.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Numbers and names as MI has them, written down a second time. */
static const struct {
    unsigned number;
    const char *name;
} results[] = {
    {0, "MI_RESULT_OK"},
    {1, "MI_RESULT_FAILED"},
    {2, "MI_RESULT_ACCESS_DENIED"},
    {3, "MI_RESULT_INVALID_NAMESPACE"},
    {4, "MI_RESULT_INVALID_PARAMETER"},
    {5, "MI_RESULT_INVALID_CLASS"},
    {6, "MI_RESULT_NOT_FOUND"},
    {7, "MI_RESULT_NOT_SUPPORTED"},
    {8, "MI_RESULT_CLASS_HAS_CHILDREN"},
    {9, "MI_RESULT_CLASS_HAS_INSTANCES"},
    {10, "MI_RESULT_INVALID_SUPERCLASS"},
    {11, "MI_RESULT_ALREADY_EXISTS"},
    {12, "MI_RESULT_NO_SUCH_PROPERTY"},
    {13, "MI_RESULT_TYPE_MISMATCH"},
    {14, "MI_RESULT_QUERY_LANGUAGE_NOT_SUPPORTED"},
    {15, "MI_RESULT_INVALID_QUERY"},
    {16, "MI_RESULT_METHOD_NOT_AVAILABLE"},
    {17, "MI_RESULT_METHOD_NOT_FOUND"},
    {20, "MI_RESULT_NAMESPACE_NOT_EMPTY"},
    {21, "MI_RESULT_INVALID_ENUMERATION_CONTEXT"},
    {22, "MI_RESULT_INVALID_OPERATION_TIMEOUT"},
    {23, "MI_RESULT_PULL_HAS_BEEN_ABANDONED"},
    {24, "MI_RESULT_PULL_CANNOT_BE_ABANDONED"},
    {25, "MI_RESULT_FILTERED_ENUMERATION_NOT_SUPPORTED"},
    {26, "MI_RESULT_CONTINUATION_ON_ERROR_NOT_SUPPORTED"},
    {27, "MI_RESULT_SERVER_LIMITS_EXCEEDED"},
    {28, "MI_RESULT_SERVER_IS_SHUTTING_DOWN"},
};

static void every_result_has_its_name_and_a_sentence_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
        MI_Result result = (MI_Result)results[i].number;

        assert_string_equal(result_name(result), results[i].name);
        assert_true(strlen(result_text(result)) > 0);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(result_text(result), result_text((MI_Result)results[j].number));
    }
}

static bool is_listed(unsigned number)
{
    for (size_t i = 0; i < ARRAY_SIZE(results); i++)
        if (results[i].number == number)
            return true;
    return false;
}

static void other_numbers_are_unknown(void **state)
{
    (void)state;
    for (unsigned number = 0; number < 100; number++)
        assert_int_equal(strcmp(result_name((MI_Result)number), "MI_RESULT_UNKNOWN") == 0,
                         !is_listed(number));
    assert_string_equal(result_name((MI_Result)0x80004005), "MI_RESULT_UNKNOWN");
    assert_string_equal(result_name((MI_Result)-1), "MI_RESULT_UNKNOWN");
    assert_true(strlen(result_text((MI_Result)-1)) > 0);
}

static void reasons_have_the_names_of_the_protocol(void **state)
{
    static const char *const names[] = {"none", "timeout", "shutdown", "serviceStop"};
    MI_CancellationReason reason;

    (void)state;
    assert_int_equal(MI_REASON_SERVICESTOP, 3);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        assert_string_equal(reason_name((MI_CancellationReason)i), names[i]);
        assert_int_equal(reason_from_name(names[i], strlen(names[i]), &reason), 0);
        assert_int_equal(reason, i);
    }
    assert_string_equal(reason_name((MI_CancellationReason)4), "unknown");
    assert_string_equal(reason_name((MI_CancellationReason)-1), "unknown");
}

static void other_names_are_no_reasons(void **state)
{
    static const char *const names[] = {"",     "Timeout",     "timeouts",
                                        "time", "servicestop", "unknown"};
    MI_CancellationReason reason = MI_REASON_SHUTDOWN;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_int_equal(reason_from_name(names[i], strlen(names[i]), &reason), -EINVAL);
    assert_int_equal(reason_from_name("none\0", 5, &reason), -EINVAL);
    assert_int_equal(reason, MI_REASON_SHUTDOWN);
    assert_int_equal(reason_from_name("timeouts", 7, &reason), 0); /* the size is what counts */
    assert_int_equal(reason, MI_REASON_TIMEOUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_result_has_its_name_and_a_sentence_of_its_own),
        cmocka_unit_test(other_numbers_are_unknown),
        cmocka_unit_test(reasons_have_the_names_of_the_protocol),
        cmocka_unit_test(other_names_are_no_reasons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
