/*
 * MI_Class, MI_QualifierSet and MI_ParameterSet: what a declaration says, through the functions of
 * <mi/class.h>.
 */
#include "mi/class_decl.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"
#include "mi/qualifier_set_impl.h"
#include "tests/support/cmocka.h"
#include "tests/unit/declared.h"
#include "tests/unit/instances.h"

static MI_Class *new_device(void)
{
    MI_Class *class;

    assert_ok(class_new(&device_class, "root/test", "here", &class));
    return class;
}

/* ---- The class ---- */

static void a_class_knows_where_it_came_from(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    const MI_Char *text = NULL;

    (void)state;
    assert_ok(MI_Class_GetClassName(class, &text));
    assert_string_equal(text, "Test_Device");
    assert_ok(MI_Class_GetNameSpace(class, &text));
    assert_string_equal(text, "root/test");
    assert_ok(MI_Class_GetServerName(class, &text));
    assert_string_equal(text, "here");
    assert_ptr_equal(class->classDecl, &device_class);
    assert_string_equal(class->namespaceName, "root/test");
    assert_string_equal(class->serverName, "here");
}

static void names_may_be_missing(void **state)
{
    CLEANUP(class_freep) MI_Class *class = NULL;
    const MI_Char *text = "";

    (void)state;
    assert_ok(class_new(&base_class, NULL, NULL, &class));
    assert_ok(MI_Class_GetNameSpace(class, &text));
    assert_null(text);
    text = "";
    assert_ok(MI_Class_GetServerName(class, &text));
    assert_null(text);
}

static void a_parent_is_a_class_of_its_own(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    CLEANUP(class_freep) MI_Class *parent = NULL;
    const MI_Char *name = NULL;

    (void)state;
    assert_ok(MI_Class_GetParentClassName(class, &name));
    assert_string_equal(name, "Test_Base");
    assert_ok(MI_Class_GetParentClass(class, &parent));
    assert_ok(MI_Class_Delete(take_pointer(class)));
    assert_ok(MI_Class_GetClassName(parent, &name));
    assert_string_equal(name, "Test_Base");
    assert_ok(MI_Class_GetNameSpace(parent, &name));
    assert_string_equal(name, "root/test");
}

static void the_first_class_has_no_parent(void **state)
{
    CLEANUP(class_freep) MI_Class *class = NULL;
    MI_Class *parent = (MI_Class *)1;
    const MI_Char *name = "";

    (void)state;
    assert_ok(class_new(&base_class, NULL, NULL, &class));
    assert_int_equal(MI_Class_GetParentClassName(class, &name), MI_RESULT_INVALID_SUPERCLASS);
    assert_null(name);
    assert_int_equal(MI_Class_GetParentClass(class, &parent), MI_RESULT_INVALID_SUPERCLASS);
    assert_null(parent);
}

static void a_parent_that_is_elsewhere_is_known_by_its_name(void **state)
{
    MI_ClassDecl decl = base_class;
    CLEANUP(class_freep) MI_Class *class = NULL;
    MI_Class *parent = (MI_Class *)1;
    const MI_Char *name = NULL;

    (void)state;
    decl.superClass = "CIM_Elsewhere";
    assert_ok(class_new(&decl, NULL, NULL, &class));
    assert_ok(MI_Class_GetParentClassName(class, &name));
    assert_string_equal(name, "CIM_Elsewhere");
    assert_int_equal(MI_Class_GetParentClass(class, &parent), MI_RESULT_INVALID_SUPERCLASS);
    assert_null(parent);
}

static void a_parent_that_only_its_declaration_names_is_known(void **state)
{
    MI_ClassDecl decl = device_class;
    CLEANUP(class_freep) MI_Class *class = NULL;
    const MI_Char *name = NULL;

    (void)state;
    decl.superClass = NULL;
    assert_ok(class_new(&decl, NULL, NULL, &class));
    assert_ok(MI_Class_GetParentClassName(class, &name));
    assert_string_equal(name, "Test_Base");
}

static void a_clone_outlives_its_original(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    CLEANUP(class_freep) MI_Class *clone = NULL;
    const MI_Char *name = NULL;
    MI_Uint32 count = 0;

    (void)state;
    assert_ok(MI_Class_Clone(class, &clone));
    assert_ptr_not_equal(clone, class);
    assert_ok(MI_Class_Delete(take_pointer(class)));
    assert_ok(MI_Class_GetNameSpace(clone, &name));
    assert_string_equal(name, "root/test");
    assert_ok(MI_Class_GetServerName(clone, &name));
    assert_string_equal(name, "here");
    assert_ok(MI_Class_GetElementCount(clone, &count));
    assert_int_equal(count, ARRAY_SIZE(device_properties));
}

/* ---- Its elements ---- */

static void elements_are_found_by_index_and_by_name(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Uint32 count = 0;

    (void)state;
    assert_ok(MI_Class_GetElementCount(class, &count));
    assert_int_equal(count, 8);
    for (MI_Uint32 i = 0; i < count; i++) {
        const MI_PropertyDecl *decl = device_properties[i];
        MI_Uint32 flags = 0, index = UINT32_MAX;
        const MI_Char *name = NULL;
        MI_Type type = MI_BOOLEAN;

        assert_ok(MI_Class_GetElementAt(class, i, &name, NULL, NULL, &type, NULL, NULL, &flags));
        assert_string_equal(name, decl->name);
        assert_int_equal(type, decl->type);
        assert_int_equal(flags, decl->flags);
        assert_ok(MI_Class_GetElement(class, name, NULL, NULL, NULL, NULL, NULL, NULL, &index));
        assert_int_equal(index, i);
    }
    assert_int_equal(MI_Class_GetElementAt(class, count, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_NOT_FOUND);
    assert_int_equal(
        MI_Class_GetElement(class, "Nowhere", NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        MI_RESULT_NO_SUCH_PROPERTY);
}

static void an_element_is_found_in_any_case(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Uint32 index = 0;

    (void)state;
    assert_ok(MI_Class_GetElement(class, "lEVEL", NULL, NULL, NULL, NULL, NULL, NULL, &index));
    assert_int_equal(index, 1);
}

/* The default of @name; whether it has one. */
static bool get_default(const MI_Class *class, const char *name, MI_Value *value)
{
    MI_Boolean exists = 42;

    memset(value, 0xff, sizeof(*value));
    assert_ok(MI_Class_GetElement(class, name, value, &exists, NULL, NULL, NULL, NULL, NULL));
    assert_true(exists == MI_TRUE || exists == MI_FALSE);
    return exists;
}

static void an_element_has_the_default_that_is_declared(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Value value;

    (void)state;
    assert_true(get_default(class, "Level", &value));
    assert_int_equal(value.uint32, 7);
    assert_true(get_default(class, "Serial", &value));
    assert_true(value.uint64 == UINT64_MAX);
    assert_true(get_default(class, "Names", &value));
    assert_int_equal(value.stringa.size, 2);
    assert_string_equal(value.stringa.data[0], "a");
    assert_true(get_default(class, "Made", &value));
    assert_int_equal(value.datetime.u.interval.days, 1);
}

static void an_element_without_a_default_says_so(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Value value, nothing;

    (void)state;
    memset(&nothing, 0, sizeof(nothing));
    assert_false(get_default(class, "Id", &value));
    assert_memory_equal(&value, &nothing, sizeof(value));
    assert_false(get_default(class, "Note", &value)); /* declared, as a pointer to nothing */
    assert_null(value.string);
}

static void references_and_instances_name_their_class(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Char *name = NULL;

    (void)state;
    assert_ok(MI_Class_GetElement(class, "Owner", NULL, NULL, NULL, &name, NULL, NULL, NULL));
    assert_string_equal(name, "Test_Base");
    assert_ok(MI_Class_GetElement(class, "Parts", NULL, NULL, NULL, &name, NULL, NULL, NULL));
    assert_string_equal(name, "Test_Device");
    assert_ok(MI_Class_GetElement(class, "Level", NULL, NULL, NULL, &name, NULL, NULL, NULL));
    assert_null(name);
}

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

/* ---- The class of an instance ---- */

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

/* ---- Bad input ---- */

static void what_is_no_class_is_refused(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();
    MI_Class other = {.ft = NULL};
    MI_Class *made = (MI_Class *)1;

    (void)state;
    assert_int_equal(class_new(NULL, NULL, NULL, &made), MI_RESULT_INVALID_PARAMETER);
    assert_null(made);
    assert_int_equal(class_new(&base_class, NULL, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    for (const MI_Class *bad = &other;; bad = NULL) {
        const MI_ClassFT *ft = class->ft;
        MI_QualifierSet set;
        const MI_Char *text;
        MI_Uint32 count;

        assert_int_equal(ft->GetClassName(bad, &text), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetNameSpace(bad, &text), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetServerName(bad, &text), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetElementCount(bad, &count), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetElement(bad, "Id", NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                         MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetElementAt(bad, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                         MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetClassQualifierSet(bad, &set), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetMethodCount(bad, &count), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetMethodAt(bad, 0, NULL, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetMethod(bad, "Ping", NULL, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetParentClassName(bad, &text), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetParentClass(bad, &made), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->Clone(bad, &made), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->Delete((MI_Class *)(uintptr_t)bad), MI_RESULT_INVALID_PARAMETER);
        if (bad == NULL)
            break;
    }
}

static void nowhere_to_put_it_is_refused(void **state)
{
    CLEANUP(class_freep) MI_Class *class = new_device();

    (void)state;
    assert_int_equal(MI_Class_GetClassName(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetNameSpace(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetServerName(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetElementCount(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetElement(class, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetClassQualifierSet(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetMethodCount(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetMethod(class, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetParentClassName(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_GetParentClass(class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_Clone(class, NULL), MI_RESULT_INVALID_PARAMETER);
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
        cmocka_unit_test(a_class_knows_where_it_came_from),
        cmocka_unit_test(names_may_be_missing),
        cmocka_unit_test(a_parent_is_a_class_of_its_own),
        cmocka_unit_test(the_first_class_has_no_parent),
        cmocka_unit_test(a_parent_that_is_elsewhere_is_known_by_its_name),
        cmocka_unit_test(a_parent_that_only_its_declaration_names_is_known),
        cmocka_unit_test(a_clone_outlives_its_original),
        cmocka_unit_test(elements_are_found_by_index_and_by_name),
        cmocka_unit_test(an_element_is_found_in_any_case),
        cmocka_unit_test(an_element_has_the_default_that_is_declared),
        cmocka_unit_test(an_element_without_a_default_says_so),
        cmocka_unit_test(references_and_instances_name_their_class),
        cmocka_unit_test(a_class_has_its_qualifiers),
        cmocka_unit_test(qualifiers_of_an_element_are_found_by_name),
        cmocka_unit_test(a_qualifier_without_a_value_is_null),
        cmocka_unit_test(an_empty_set_of_qualifiers_has_none),
        cmocka_unit_test(methods_are_its_own_and_those_it_inherits),
        cmocka_unit_test(a_method_has_qualifiers_and_a_result),
        cmocka_unit_test(a_result_that_is_not_among_the_parameters_has_a_type),
        cmocka_unit_test(a_result_of_no_type_is_no_result),
        cmocka_unit_test(the_result_is_no_parameter),
        cmocka_unit_test(an_instance_has_the_class_that_was_declared),
        cmocka_unit_test(the_class_of_a_dynamic_instance_is_a_copy),
        cmocka_unit_test(instances_can_be_made_of_a_copied_class),
        cmocka_unit_test(the_class_of_parameters_has_them_as_elements),
        cmocka_unit_test(what_is_no_class_is_refused),
        cmocka_unit_test(nowhere_to_put_it_is_refused),
        cmocka_unit_test(what_is_no_set_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
