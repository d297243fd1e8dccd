/*
 * The class of an instance: the one that was declared, or a copy of what the instance is made of,
 * which outlives it.
 */
#include "mi/class_decl.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"
#include "tests/unit/classes.h"

static void an_instance_has_the_class_that_was_declared(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    CLEANUP(class_freep) MI_Class *class = NULL;
    const MI_Char *text = NULL;

    (void)state;
    assert_ok(MI_Instance_SetNameSpace(instance, "root/here"));
    assert_ok(MI_Instance_SetServerName(instance, "there"));
    assert_ok(MI_Instance_GetClass(instance, &class));
    assert_ok(MI_Instance_Delete(take_pointer(instance)));
    assert_ptr_equal(class->classDecl, &everything_class);
    assert_ok(MI_Class_GetNameSpace(class, &text));
    assert_string_equal(text, "root/here");
    assert_ok(MI_Class_GetServerName(class, &text));
    assert_string_equal(text, "there");
}

static void assert_element(const MI_Class *class, MI_Uint32 index, const char *wanted,
                           MI_Type wanted_type, MI_Uint32 wanted_flags)
{
    const MI_Char *name = NULL;
    MI_Uint32 flags = 0;
    MI_Type type = MI_BOOLEAN;

    assert_ok(MI_Class_GetElementAt(class, index, &name, NULL, NULL, &type, NULL, NULL, &flags));
    assert_string_equal(name, wanted);
    assert_int_equal(type, wanted_type);
    assert_int_equal(flags, wanted_flags);
}

static void the_class_of_a_dynamic_instance_is_a_copy(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    CLEANUP(class_freep) MI_Class *class = NULL;
    CLEANUP(class_freep) MI_Class *clone = NULL;
    const MI_Char *name = NULL;
    MI_Uint32 count = 0;

    (void)state;
    assert_ok(instance_new_dynamic("Test_Grown", 0, &instance));
    assert_ok(MI_Instance_AddElement(instance, "Flag", NULL, MI_BOOLEAN, MI_FLAG_KEY));
    assert_ok(MI_Instance_AddElement(instance, "Number", NULL, MI_UINT64, 0));
    assert_ok(MI_Instance_GetClass(instance, &class));
    assert_ok(MI_Instance_AddElement(instance, "Later", NULL, MI_STRING, 0));
    assert_ok(MI_Instance_Delete(take_pointer(instance)));
    assert_ok(MI_Class_Clone(class, &clone));
    assert_ok(MI_Class_Delete(take_pointer(class)));
    assert_ok(MI_Class_GetClassName(clone, &name));
    assert_string_equal(name, "Test_Grown");
    assert_ok(MI_Class_GetElementCount(clone, &count));
    assert_int_equal(count, 2);
    assert_element(clone, 0, "Flag", MI_BOOLEAN, MI_FLAG_KEY);
    assert_element(clone, 1, "Number", MI_UINT64, 0);
    assert_ptr_equal(clone->classDecl->owningClass, clone);
}

/* Its fields have places of their own, whatever their types. */
static void instances_can_be_made_of_a_copied_class(void **state)
{
    CLEANUP(class_freep) MI_Class *class = NULL; /* outlives what is made of it */
    CLEANUP(instance_freep) MI_Instance *dynamic = NULL;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    ClassError error = {""};

    (void)state;
    assert_ok(instance_new_dynamic("Test_Grown", 0, &dynamic));
    assert_ok(MI_Instance_AddElement(dynamic, "Name", NULL, MI_STRING, 0));
    for (MI_Uint32 type = 0; type < VALUE_TYPES; type++) {
        const char name[] = {'T', (char)('0' + type / 10), (char)('0' + type % 10), '\0'};

        assert_ok(MI_Instance_AddElement(dynamic, name, NULL, (MI_Type)type, 0));
    }
    assert_ok(MI_Instance_GetClass(dynamic, &class));
    assert_int_equal(class_check(class->classDecl, &error), 0);
    assert_ok(instance_new(class->classDecl, &instance));
    set_all_and_compare(instance, 3, 0);
}

static void the_class_of_parameters_has_them_as_elements(void **state)
{
    CLEANUP(instance_freep) MI_Instance *parameters = NULL;
    CLEANUP(class_freep) MI_Class *class = NULL;
    MI_QualifierSet qualifiers;
    MI_Uint32 count = 0;

    (void)state;
    assert_ok(instance_new_parameters(&device_measure, &parameters));
    assert_ok(MI_Instance_GetClass(parameters, &class));
    assert_ok(MI_Class_GetElementCount(class, &count));
    assert_int_equal(count, ARRAY_SIZE(measure_parameters));
    assert_element(class, 1, "MIReturn", MI_SINT32, MI_FLAG_PARAMETER | MI_FLAG_OUT);
    assert_ok(MI_Class_GetElement(class, "Path", NULL, NULL, NULL, NULL, &qualifiers, NULL, NULL));
    assert_ok(MI_QualifierSet_GetQualifier(&qualifiers, "Counter", NULL, NULL, NULL, NULL));
    assert_ok(MI_Class_GetMethodCount(class, &count));
    assert_int_equal(count, 0);
    assert_int_equal(class_check(class->classDecl, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instance_has_the_class_that_was_declared),
        cmocka_unit_test(the_class_of_a_dynamic_instance_is_a_copy),
        cmocka_unit_test(instances_can_be_made_of_a_copied_class),
        cmocka_unit_test(the_class_of_parameters_has_them_as_elements),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
