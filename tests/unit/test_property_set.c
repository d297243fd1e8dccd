/*
 * Property sets and filters, through their tables, as a provider uses them.
 */
#include "mi/filter_impl.h"
#include "mi/property_set_impl.h"
#include "tests/support/cmocka.h"

#include <stdbool.h>
#include <stdio.h>

static MI_PropertySet *set_of_two(void)
{
    MI_PropertySet *set;

    assert_int_equal(property_set_new(&set), MI_RESULT_OK);
    assert_int_equal(MI_PropertySet_AddElement(set, "Name"), MI_RESULT_OK);
    assert_int_equal(MI_PropertySet_AddElement(set, "State"), MI_RESULT_OK);
    return set;
}

static bool set_contains(const MI_PropertySet *set, const char *name)
{
    MI_Boolean flag = 42;

    assert_int_equal(MI_PropertySet_ContainsElement(set, name, &flag), MI_RESULT_OK);
    return flag;
}

static MI_Uint32 set_count(const MI_PropertySet *set)
{
    MI_Uint32 count = 42;

    assert_int_equal(MI_PropertySet_GetElementCount(set, &count), MI_RESULT_OK);
    return count;
}

static void a_name_is_found_without_regard_to_case(void **state)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = set_of_two();

    (void)state;
    assert_true(set_contains(set, "NAME"));
    assert_false(set_contains(set, "Nam"));
}

static void names_come_in_the_order_in_which_they_were_added(void **state)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = set_of_two();
    const MI_Char *name;

    (void)state;
    assert_int_equal(set_count(set), 2);
    assert_int_equal(MI_PropertySet_GetElementAt(set, 1, &name), MI_RESULT_OK);
    assert_string_equal(name, "State");
    assert_int_equal(MI_PropertySet_GetElementAt(set, 2, &name), MI_RESULT_NOT_FOUND);
}

static void a_name_is_added_once(void **state)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = set_of_two();

    (void)state;
    assert_int_equal(MI_PropertySet_AddElement(set, "name"), MI_RESULT_ALREADY_EXISTS);
    assert_int_equal(set_count(set), 2);
}

static void a_cleared_set_is_empty_and_usable(void **state)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = set_of_two();

    (void)state;
    assert_int_equal(MI_PropertySet_Clear(set), MI_RESULT_OK);
    assert_int_equal(set_count(set), 0);
    assert_false(set_contains(set, "Name"));
    assert_int_equal(MI_PropertySet_AddElement(set, "Name"), MI_RESULT_OK);
    assert_int_equal(MI_PropertySet_Destruct(set), MI_RESULT_OK);
    assert_int_equal(set_count(set), 0);
}

static void a_clone_has_names_of_its_own(void **state)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = set_of_two(), *clone = NULL;

    (void)state;
    assert_int_equal(MI_PropertySet_Clone(set, &clone), MI_RESULT_OK);
    MI_PropertySet_Clear(set);
    assert_int_equal(set_count(clone), 2);
    assert_true(set_contains(clone, "State"));
}

static void a_set_has_a_limit(void **state)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = NULL;
    char name[16];

    (void)state;
    assert_int_equal(property_set_new(&set), MI_RESULT_OK);
    for (unsigned i = 0; i < PROPERTY_SET_MAX; i++) {
        snprintf(name, sizeof(name), "P%u", i);
        assert_int_equal(MI_PropertySet_AddElement(set, name), MI_RESULT_OK);
    }
    assert_int_equal(MI_PropertySet_AddElement(set, "More"), MI_RESULT_SERVER_LIMITS_EXCEEDED);
}

static void nulls_are_refused(void **state)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = set_of_two();
    MI_PropertySet foreign = {0};
    MI_Boolean flag;

    (void)state;
    assert_int_equal(property_set_new(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_PropertySet_AddElement(set, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_PropertySet_ContainsElement(set, NULL, &flag), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_PropertySet_ContainsElement(set, "Name", NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_PropertySet_GetElementCount(set, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_PropertySet_GetElementAt(set, 0, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_PropertySet_Clone(set, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_property_set_ft.Delete(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_property_set_ft.Clear(&foreign), MI_RESULT_INVALID_PARAMETER);
    property_set_free(NULL);
}

static void a_filter_says_what_it_was_made_of(void **state)
{
    CLEANUP(filter_freep) MI_Filter *filter = NULL;
    const MI_Char *language, *expression;

    (void)state;
    assert_int_equal(filter_new(MI_QUERY_DIALECT_WQL, "SELECT * FROM X", &filter), MI_RESULT_OK);
    assert_int_equal(MI_Filter_GetExpression(filter, &language, &expression), MI_RESULT_OK);
    assert_string_equal(language, "WQL");
    assert_string_equal(expression, "SELECT * FROM X");
}

static void a_filter_is_not_evaluated(void **state)
{
    CLEANUP(filter_freep) MI_Filter *filter = NULL;
    MI_Instance instance = {0};
    MI_Boolean result = MI_TRUE;

    (void)state;
    assert_int_equal(filter_new("WQL", "", &filter), MI_RESULT_OK);
    assert_int_equal(MI_Filter_Evaluate(filter, &instance, &result), MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(result, MI_FALSE);
    assert_int_equal(MI_Filter_Evaluate(filter, NULL, &result), MI_RESULT_INVALID_PARAMETER);
    filter_free(take_pointer(filter));
    assert_int_equal(filter_new(NULL, "", &filter), MI_RESULT_INVALID_PARAMETER);
    assert_null(filter);
}

static void a_filter_is_asked_by_a_handle_for_what_is_wanted(void **state)
{
    CLEANUP(filter_freep) MI_Filter *filter = NULL;
    MI_Filter foreign = {0};
    MI_Instance instance = {0};
    const MI_Char *language = NULL, *expression = NULL;
    MI_Boolean result = MI_TRUE;

    (void)state;
    assert_int_equal(filter_new("WQL", "a", NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(filter_new("WQL", NULL, &filter), MI_RESULT_INVALID_PARAMETER);
    filter_free(NULL);
    assert_int_equal(filter_new("WQL", "a", &filter), MI_RESULT_OK);
    assert_int_equal(MI_Filter_GetExpression(filter, &language, NULL), MI_RESULT_OK);
    assert_int_equal(MI_Filter_GetExpression(filter, NULL, &expression), MI_RESULT_OK);
    assert_string_equal(language, "WQL");
    assert_string_equal(expression, "a");
    assert_int_equal(mi_filter_ft.GetExpression(NULL, &language, &expression),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_filter_ft.GetExpression(&foreign, &language, &expression),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_filter_ft.Evaluate(NULL, &instance, &result), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(result, MI_FALSE);
    assert_int_equal(mi_filter_ft.Evaluate(filter, &instance, NULL), MI_RESULT_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_without_regard_to_case),
        cmocka_unit_test(names_come_in_the_order_in_which_they_were_added),
        cmocka_unit_test(a_name_is_added_once),
        cmocka_unit_test(a_cleared_set_is_empty_and_usable),
        cmocka_unit_test(a_clone_has_names_of_its_own),
        cmocka_unit_test(a_set_has_a_limit),
        cmocka_unit_test(nulls_are_refused),
        cmocka_unit_test(a_filter_says_what_it_was_made_of),
        cmocka_unit_test(a_filter_is_not_evaluated),
        cmocka_unit_test(a_filter_is_asked_by_a_handle_for_what_is_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
