/*
 * The other kinds of instances: the parameters of a method, and dynamic ones.
 */
#include "tests/unit/instances.h"

static void parameters_are_an_instance_of_their_method(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL, *clone = NULL;
    MI_Value value = {.uint32 = 17};
    const MI_Char *name;
    MI_Boolean flag;
    MI_Uint32 flags;

    (void)state;
    assert_ok(instance_new_parameters(&mix_method, &instance));
    assert_ok(MI_Instance_GetClassName(instance, &name));
    assert_string_equal(name, "Mix");
    assert_ok(MI_Instance_SetElement(instance, "MIReturn", &value, MI_UINT32, 0));
    assert_int_equal(((Mix *)instance)->MIReturn.value, 17);
    assert_ok(MI_Instance_GetElement(instance, "MIReturn", NULL, NULL, &flags, NULL));
    assert_int_equal(flags, MI_FLAG_PARAMETER | MI_FLAG_OUT);
    assert_ok(MI_Instance_IsA(instance, &everything_class, &flag));
    assert_false(flag);
    assert_ok(set_string(instance, "In", "text", 0));
    assert_ok(MI_Instance_Clone(instance, &clone));
    assert_string_equal(get_string(clone, "In"), "text");
    assert_ok(MI_Instance_IsA(clone, &point_class, &flag));
    assert_false(flag);
}

static void parameters_in_the_providers_memory_work_alike(void **state)
{
    Mix mix;

    (void)state;
    assert_ok(instance_construct_parameters(&mix_method, &mix.instance));
    mix.MIReturn.value = 3;
    mix.MIReturn.exists = MI_TRUE;
    assert_ok(set_string(&mix.instance, "In", "text", 0));
    assert_string_equal(mix.In.value, "text");
    assert_ok(MI_Instance_Destruct(&mix.instance));
}

static MI_Instance *new_dynamic(void)
{
    MI_Value value = {.uint32 = 1};
    MI_Instance *instance;

    assert_ok(instance_new_dynamic("Test_Dynamic", 0, &instance));
    assert_ok(MI_Instance_AddElement(instance, "Number", &value, MI_UINT32, MI_FLAG_KEY));
    value.string = (char *)(uintptr_t) "text";
    assert_ok(MI_Instance_AddElement(instance, "Text", &value, MI_STRING, 0));
    assert_ok(MI_Instance_AddElement(instance, "None", NULL, MI_DATETIMEA, MI_FLAG_NULL));
    return instance;
}

static void a_dynamic_instance_grows(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_dynamic();
    MI_Uint32 count, flags;
    MI_Value value;
    char name[] = "P0";

    (void)state;
    for (int i = '0'; i <= '9'; i++) {
        name[1] = (char)i;
        value.sint64 = i;
        assert_ok(MI_Instance_AddElement(instance, name, &value, MI_SINT64, 0));
    }
    assert_ok(MI_Instance_GetElementCount(instance, &count));
    assert_int_equal(count, 13);
    assert_ok(MI_Instance_GetElement(instance, "p7", &value, NULL, NULL, NULL));
    assert_int_equal(value.sint64, '7');
    assert_ok(MI_Instance_GetElement(instance, "Number", &value, NULL, &flags, NULL));
    assert_int_equal(value.uint32, 1);
    assert_int_equal(flags, MI_FLAG_KEY);
    assert_true(is_null(instance, "None"));
    assert_string_equal(instance->classDecl->name, "Test_Dynamic");
    assert_int_equal(instance->classDecl->numProperties, 13);
    assert_string_equal(instance->classDecl->properties[1]->name, "Text");
}

static void an_element_of_every_type_is_added(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL, *clone = NULL;
    CLEANUP(instance_freep) MI_Instance *point = new_point("embedded", 4);

    (void)state;
    assert_ok(instance_new_dynamic("Test_Dynamic", MI_FLAG_CLASS, &instance));
    for (MI_Uint32 i = 0; i < VALUE_TYPES; i++) {
        MI_Value value = some_value((MI_Type)i, 4, point);

        assert_ok(MI_Instance_AddElement(instance, value_type_name(i), &value, (MI_Type)i, 0));
    }
    set_all_and_compare(instance, 5, 0);
    assert_ok(MI_Instance_Clone(instance, &clone));
    set_all_and_compare(clone, 6, 0);
}

static void an_element_is_added_once(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_dynamic();

    (void)state;
    assert_int_equal(MI_Instance_AddElement(instance, "NUMBER", NULL, MI_UINT8, 0),
                     MI_RESULT_ALREADY_EXISTS);
}

static void an_element_that_is_refused_is_not_added(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_dynamic();
    MI_Value value = {.string = NULL};
    MI_Uint32 count;

    (void)state;
    assert_int_equal(MI_Instance_AddElement(instance, "More", &value, MI_STRING, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_AddElement(instance, "More", &value, (MI_Type)32, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_AddElement(instance, "", NULL, MI_STRING, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_ok(MI_Instance_GetElementCount(instance, &count));
    assert_int_equal(count, 3);
}

static void a_declared_class_does_not_grow(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();

    (void)state;
    assert_int_equal(MI_Instance_AddElement(instance, "More", NULL, MI_UINT8, 0),
                     MI_RESULT_NOT_SUPPORTED);
}

static void a_dynamic_clone_stands_alone(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_dynamic(), *clone = NULL;
    MI_Uint32 flags;

    (void)state;
    assert_ok(MI_Instance_Clone(instance, &clone));
    assert_ok(MI_Instance_Delete(take_pointer(instance)));
    assert_string_equal(get_string(clone, "Text"), "text");
    assert_ok(MI_Instance_GetElement(clone, "Number", NULL, NULL, &flags, NULL));
    assert_int_equal(flags, MI_FLAG_KEY);
    assert_ok(MI_Instance_AddElement(clone, "More", NULL, MI_UINT8, 0));
}

static void a_destructed_dynamic_instance_can_grow_again(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_dynamic();
    MI_Uint32 count;

    (void)state;
    assert_ok(MI_Instance_Destruct(instance));
    assert_ok(MI_Instance_GetElementCount(instance, &count));
    assert_int_equal(count, 0);
    assert_ok(MI_Instance_AddElement(instance, "Text", NULL, MI_STRING, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_an_instance_of_their_method),
        cmocka_unit_test(parameters_in_the_providers_memory_work_alike),
        cmocka_unit_test(a_dynamic_instance_grows),
        cmocka_unit_test(an_element_of_every_type_is_added),
        cmocka_unit_test(an_element_is_added_once),
        cmocka_unit_test(an_element_that_is_refused_is_not_added),
        cmocka_unit_test(a_declared_class_does_not_grow),
        cmocka_unit_test(a_dynamic_clone_stands_alone),
        cmocka_unit_test(a_destructed_dynamic_instance_can_grow_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
