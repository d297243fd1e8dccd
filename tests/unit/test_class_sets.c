/*
 * MI_QualifierSet and MI_ParameterSet: the qualifiers of a class, its elements and its methods, and
 * the parameters of methods, through the functions of <mi/class.h>.
 */
#include "mi/class_impl.h"
#include "tests/unit/classes.h"

/* ---- Qualifiers ---- */

static void a_class_has_its_qualifiers(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_QualifierSet set;
    MI_Uint32 count = 0, flags = 0;
    const MI_Char *name = NULL;
    MI_Type type = MI_BOOLEAN;
    MI_Value value;

    (void)state;
    assert_ok(MI_Class_GetClassQualifierSet(class, &set));
    assert_ok(MI_QualifierSet_GetQualifierCount(&set, &count));
    assert_int_equal(count, 1);
    assert_ok(MI_QualifierSet_GetQualifierAt(&set, 0, &name, &type, &flags, &value));
    assert_string_equal(name, "Version");
    assert_int_equal(type, MI_STRING);
    assert_int_equal(flags, MI_FLAG_ENABLEOVERRIDE | MI_FLAG_RESTRICTED);
    assert_string_equal(value.string, "2.1");
    assert_int_equal(MI_QualifierSet_GetQualifierAt(&set, 1, &name, &type, &flags, &value),
                     MI_RESULT_NOT_FOUND);
}

static void qualifiers_of_an_element_are_found_by_name(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Uint32 index = 0, flags = 0;
    MI_QualifierSet set;
    MI_Value value;
    MI_Type type;

    (void)state;
    assert_ok(MI_Class_GetElement(class, "Level", NULL, NULL, NULL, NULL, &set, NULL, NULL));
    assert_ok(MI_QualifierSet_GetQualifier(&set, "range", &type, &flags, &value, &index));
    assert_int_equal(type, MI_UINT8A);
    assert_int_equal(index, 1);
    assert_int_equal(value.uint8a.size, 2);
    assert_int_equal(value.uint8a.data[1], 255);
    assert_int_equal(flags & MI_FLAG_NULL, 0);
    assert_int_equal(MI_QualifierSet_GetQualifier(&set, "Version", NULL, NULL, NULL, NULL),
                     MI_RESULT_NOT_FOUND);
}

static void a_qualifier_without_a_value_is_null(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_QualifierSet set;
    MI_Uint32 flags = 0;
    MI_Value value;

    (void)state;
    assert_ok(MI_Class_GetElement(class, "Level", NULL, NULL, NULL, NULL, &set, NULL, NULL));
    assert_ok(MI_QualifierSet_GetQualifier(&set, "Nothing", NULL, &flags, &value, NULL));
    assert_int_equal(flags, MI_FLAG_NULL);
    assert_null(value.string);
}

static void an_empty_set_of_qualifiers_has_none(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_QualifierSet set;
    MI_Uint32 count = 42;

    (void)state;
    assert_ok(MI_Class_GetElement(class, "Serial", NULL, NULL, NULL, NULL, &set, NULL, NULL));
    assert_ok(MI_QualifierSet_GetQualifierCount(&set, &count));
    assert_int_equal(count, 0);
    assert_int_equal(MI_QualifierSet_GetQualifier(&set, "Units", NULL, NULL, NULL, NULL),
                     MI_RESULT_NOT_FOUND);
}

/* ---- Methods and their parameters ---- */

static void methods_are_its_own_and_those_it_inherits(void **state)
{
    static const char *const names[] = {"Measure", "Ping", "Stop"};
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Uint32 count = 0, index = 0;
    const MI_Char *name = NULL;

    (void)state;
    assert_ok(MI_Class_GetMethodCount(class, &count));
    assert_int_equal(count, ARRAY_SIZE(names));
    for (MI_Uint32 i = 0; i < count; i++) {
        assert_ok(MI_Class_GetMethodAt(class, i, &name, NULL, NULL));
        assert_string_equal(name, names[i]);
        assert_ok(MI_Class_GetMethod(class, name, NULL, NULL, &index));
        assert_int_equal(index, i);
    }
    assert_int_equal(MI_Class_GetMethodAt(class, count, &name, NULL, NULL), MI_RESULT_NOT_FOUND);
    assert_int_equal(MI_Class_GetMethodAt(class, UINT32_MAX, &name, NULL, NULL),
                     MI_RESULT_NOT_FOUND);
    assert_int_equal(MI_Class_GetMethod(class, "Explode", NULL, NULL, NULL),
                     MI_RESULT_METHOD_NOT_FOUND);
}

static void a_method_has_qualifiers_and_a_result(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_QualifierSet qualifiers, of_result;
    MI_ParameterSet parameters;
    MI_Uint32 count = 0;
    MI_Type type = MI_BOOLEAN;

    (void)state;
    assert_ok(MI_Class_GetMethod(class, "measure", &qualifiers, &parameters, NULL));
    assert_ok(MI_QualifierSet_GetQualifier(&qualifiers, "Counter", NULL, NULL, NULL, NULL));
    assert_ok(MI_ParameterSet_GetMethodReturnType(&parameters, &type, &of_result));
    assert_int_equal(type, MI_SINT32);
    assert_ok(MI_QualifierSet_GetQualifier(&of_result, "Units", NULL, NULL, NULL, NULL));
    assert_ok(MI_QualifierSet_GetQualifierCount(&of_result, &count));
    assert_int_equal(count, 1);
}

static void a_result_that_is_not_among_the_parameters_has_a_type(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_QualifierSet qualifiers;
    MI_ParameterSet parameters;
    MI_Uint32 count = 42;
    MI_Type type = MI_BOOLEAN;

    (void)state;
    assert_ok(MI_Class_GetMethod(class, "Stop", NULL, &parameters, NULL));
    assert_ok(MI_ParameterSet_GetMethodReturnType(&parameters, &type, &qualifiers));
    assert_int_equal(type, MI_UINT32);
    assert_ok(MI_QualifierSet_GetQualifierCount(&qualifiers, &count));
    assert_int_equal(count, 0);
    assert_ok(MI_ParameterSet_GetParameterCount(&parameters, &count));
    assert_int_equal(count, 0);
}

static void a_result_of_no_type_is_no_result(void **state)
{
    MI_MethodDecl method = *base_methods[1];
    const MI_MethodDecl *methods[] = {&method};
    MI_ClassDecl decl = base_class;
    CLEANUP(class_freep) MI_Class *class = NULL;
    MI_ParameterSet parameters;
    MI_Type type = MI_BOOLEAN;

    (void)state;
    method.returnType = 99;
    decl.methods = methods;
    decl.numMethods = 1;
    assert_ok(class_new(&decl, NULL, NULL, &class));
    assert_ok(MI_Class_GetMethod(class, "Stop", NULL, &parameters, NULL));
    assert_int_equal(MI_ParameterSet_GetMethodReturnType(&parameters, &type, NULL),
                     MI_RESULT_FAILED);
}

static void the_result_is_no_parameter(void **state)
{
    static const char *const names[] = {"Path", "Where", "Sizes"};
    static const MI_Type types[] = {MI_STRING, MI_REFERENCE, MI_REAL64A};
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Uint32 count = 0, index = 0;
    MI_QualifierSet qualifiers;
    MI_ParameterSet parameters;
    const MI_Char *name = NULL;
    MI_Char *of_class = NULL;
    MI_Type type;

    (void)state;
    assert_ok(MI_Class_GetMethodAt(class, 0, NULL, NULL, &parameters));
    assert_ok(MI_ParameterSet_GetParameterCount(&parameters, &count));
    assert_int_equal(count, ARRAY_SIZE(names));
    for (MI_Uint32 i = 0; i < count; i++) {
        assert_ok(MI_ParameterSet_GetParameterAt(&parameters, i, &name, &type, NULL, NULL));
        assert_string_equal(name, names[i]);
        assert_int_equal(type, types[i]);
        assert_ok(MI_ParameterSet_GetParameter(&parameters, name, &type, NULL, NULL, &index));
        assert_int_equal(index, i);
        assert_int_equal(type, types[i]);
    }
    assert_int_equal(MI_ParameterSet_GetParameterAt(&parameters, count, NULL, NULL, NULL, NULL),
                     MI_RESULT_NOT_FOUND);
    assert_int_equal(
        MI_ParameterSet_GetParameterAt(&parameters, UINT32_MAX, NULL, NULL, NULL, NULL),
        MI_RESULT_NOT_FOUND);
    assert_int_equal(MI_ParameterSet_GetParameter(&parameters, "MIReturn", NULL, NULL, NULL, NULL),
                     MI_RESULT_NOT_FOUND);
    assert_ok(MI_ParameterSet_GetParameter(&parameters, "where", NULL, &of_class, NULL, NULL));
    assert_string_equal(of_class, "Test_Base");
    assert_ok(
        MI_ParameterSet_GetParameter(&parameters, "Path", NULL, &of_class, &qualifiers, NULL));
    assert_null(of_class);
    assert_ok(MI_QualifierSet_GetQualifier(&qualifiers, "Counter", NULL, NULL, NULL, NULL));
}

static void what_is_no_set_is_refused(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_QualifierSet qualifiers, no_qualifiers = {0};
    MI_ParameterSet parameters, no_parameters = {0};
    MI_Uint32 count;
    MI_Type type;

    (void)state;
    assert_ok(MI_Class_GetMethodAt(class, 0, NULL, &qualifiers, &parameters));
    assert_int_equal(qualifiers.ft->GetQualifierCount(&no_qualifiers, &count),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(qualifiers.ft->GetQualifierAt(&no_qualifiers, 0, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(qualifiers.ft->GetQualifier(NULL, "A", NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_QualifierSet_GetQualifierCount(&qualifiers, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_QualifierSet_GetQualifier(&qualifiers, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(parameters.ft->GetMethodReturnType(&no_parameters, &type, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(parameters.ft->GetParameterCount(NULL, &count), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(parameters.ft->GetParameterAt(NULL, 0, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(parameters.ft->GetParameter(NULL, "A", NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_ParameterSet_GetParameterCount(&parameters, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_ParameterSet_GetMethodReturnType(&parameters, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_ParameterSet_GetParameter(&parameters, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_has_its_qualifiers),
        cmocka_unit_test(qualifiers_of_an_element_are_found_by_name),
        cmocka_unit_test(a_qualifier_without_a_value_is_null),
        cmocka_unit_test(an_empty_set_of_qualifiers_has_none),
        cmocka_unit_test(methods_are_its_own_and_those_it_inherits),
        cmocka_unit_test(a_method_has_qualifiers_and_a_result),
        cmocka_unit_test(a_result_that_is_not_among_the_parameters_has_a_type),
        cmocka_unit_test(a_result_of_no_type_is_no_result),
        cmocka_unit_test(the_result_is_no_parameter),
        cmocka_unit_test(what_is_no_set_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
