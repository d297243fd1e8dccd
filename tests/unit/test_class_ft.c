/*
 * MI_Class: what a declaration says of a class and its elements, through the functions of
 * <mi/class.h>. Its qualifiers and methods are in test_class_sets.c.
 */
#include "mi/class_impl.h"
#include "tests/unit/classes.h"

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
        cmocka_unit_test(what_is_no_class_is_refused),
        cmocka_unit_test(nowhere_to_put_it_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
