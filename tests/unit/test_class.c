/*
 * Declarations: what is found in them, and each hole named.
 *
 * Each hole is made in a copy of a sound declaration, so that it alone can be what is refused.
 */
#include "mi/class_decl.h"
#include "tests/support/cmocka.h"
#include "tests/unit/everything.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Test_Point, in memory that can be changed. */
typedef struct Draft {
    MI_ClassDecl decl;
    MI_PropertyDecl property[3];
    const MI_PropertyDecl *properties[3];
    MI_MethodDecl method;
    const MI_MethodDecl *methods[1];
    MI_ParameterDecl parameter;
    const MI_ParameterDecl *parameters[1];
} Draft;

static Draft draft;

static int make_draft(void **state)
{
    (void)state;
    draft.decl = point_class;
    for (size_t i = 0; i < 3; i++) {
        draft.property[i] = *point_properties[i];
        draft.properties[i] = &draft.property[i];
    }
    draft.parameter = *mix_parameters[0];
    draft.parameters[0] = &draft.parameter;
    draft.method = mix_method;
    draft.method.parameters = draft.parameters;
    draft.method.numParameters = 1;
    draft.methods[0] = &draft.method;
    draft.decl.properties = draft.properties;
    draft.decl.methods = draft.methods;
    draft.decl.numMethods = 1;
    return 0;
}

/* Refused, with a sentence in which all of @words, separated by |, are. */
static void assert_refused(const char *words)
{
    ClassError error = {""};
    char copy[256], *rest = copy, *word;

    assert_int_equal(class_check(&draft.decl, &error), -EINVAL);
    assert_int_equal(class_check(&draft.decl, NULL), -EINVAL);
    snprintf(copy, sizeof(copy), "%s", words);
    while ((word = strsep(&rest, "|")) != NULL)
        if (strstr(error.message, word) == NULL)
            fail_msg("'%s' isn't in: %s", word, error.message);
}

static void sound_declarations_are_accepted(void **state)
{
    ClassError error = {""};

    (void)state;
    assert_int_equal(class_check(&draft.decl, &error), 0);
    assert_int_equal(schema_check(&everything_schema, &error), 0);
    assert_string_equal(error.message, "");
}

static void a_class_without_a_name_is_refused(void **state)
{
    (void)state;
    draft.decl.name = NULL;
    assert_refused("no name");
    draft.decl.name = "";
    assert_refused("no CIM name");
    draft.decl.name = "9Lives";
    assert_refused("no CIM name|9Lives");
    draft.decl.name = "a \"b";
    assert_refused("no CIM name");
}

static void a_count_without_a_list_is_refused(void **state)
{
    (void)state;
    draft.decl.properties = NULL;
    assert_refused("class 'Test_Point'|3|property|NULL");
    make_draft(NULL);
    draft.decl.methods = NULL;
    assert_refused("1|method|NULL");
    make_draft(NULL);
    draft.method.parameters = NULL;
    assert_refused("method 'Mix'|parameter|NULL");
    make_draft(NULL);
    draft.decl.numQualifiers = 1;
    assert_refused("qualifier|NULL");
}

static void an_implausible_count_is_refused(void **state)
{
    (void)state;
    draft.decl.numProperties = UINT32_MAX;
    assert_refused("4294967295|plausible|property");
    make_draft(NULL);
    draft.decl.numMethods = CLASS_MAX_FEATURES + 1;
    assert_refused("plausible|method");
}

static void a_missing_property_is_refused(void **state)
{
    (void)state;
    draft.properties[1] = NULL;
    assert_refused("property declaration 2 of 3 is NULL");
    make_draft(NULL);
    draft.property[2].name = NULL;
    assert_refused("property 3 has no name");
    make_draft(NULL);
    draft.methods[0] = NULL;
    assert_refused("method declaration 1 of 1 is NULL");
}

static void an_unknown_type_is_refused(void **state)
{
    (void)state;
    draft.property[1].type = 32;
    assert_refused("class 'Test_Point'|property 'X'|32|no MI_Type");
    make_draft(NULL);
    draft.parameter.type = 99;
    assert_refused("class 'Test_Point', method 'Mix'|parameter 'MIReturn'|99");
}

static void a_field_outside_of_its_struct_is_refused(void **state)
{
    (void)state;
    draft.property[1].offset = sizeof(Point);
    assert_refused("property 'X'|offset");
    make_draft(NULL);
    draft.property[1].offset = UINT32_MAX - 3;
    assert_refused("property 'X'|offset");
    make_draft(NULL);
    draft.property[1].offset = offsetof(MI_Instance, nameSpace);
    assert_refused("property 'X'|offset 24");
    make_draft(NULL);
    draft.property[1].offset += 1;
    assert_refused("property 'X'|aligned");
    make_draft(NULL);
    draft.decl.size = sizeof(MI_Instance) - 1;
    assert_refused("size, 63");
    make_draft(NULL);
    draft.decl.size = UINT32_MAX;
    assert_refused("size, 4294967295");
}

static void only_a_streamed_parameter_has_no_field(void **state)
{
    ClassError error = {""};

    (void)state;
    draft.parameter.offset = CLASS_NO_FIELD;
    assert_refused("class 'Test_Point', method 'Mix'|parameter 'MIReturn'|its field");
    draft.parameter.flags |= MI_FLAG_STREAM;
    assert_int_equal(class_check(&draft.decl, &error), 0);
}

static void a_method_that_is_declared_twice_is_refused(void **state)
{
    MI_MethodDecl again = draft.method;
    const MI_MethodDecl *methods[] = {&draft.method, &again};

    (void)state;
    again.name = "MIX";
    draft.decl.methods = methods;
    draft.decl.numMethods = 2;
    assert_refused("class 'Test_Point'|method 'MIX'|declared twice");
}

static void a_method_that_returns_no_type_is_refused(void **state)
{
    (void)state;
    draft.method.returnType = 32;
    assert_refused("class 'Test_Point', method 'Mix'|32|no MI_Type");
}

static void qualifiers_are_distinct_and_have_values(void **state)
{
    static const MI_Array hole = {NULL, 2};
    MI_Qualifier one = {.name = "Key", .type = MI_BOOLEAN}, other = {.name = "KEY"};
    const MI_Qualifier *qualifiers[] = {&one, &other};

    (void)state;
    draft.property[1].qualifiers = qualifiers;
    draft.property[1].numQualifiers = 2;
    assert_refused("class 'Test_Point'|qualifier 'KEY'|twice");
    draft.property[1].numQualifiers = 1;
    one.type = MI_STRINGA;
    one.value = &hole;
    assert_refused("class 'Test_Point'|qualifier 'Key'|elements are NULL");
}

static void a_default_without_elements_is_refused(void **state)
{
    static const MI_Array hole = {NULL, 1};

    (void)state;
    draft.decl.numProperties = 1;
    draft.property[0].type = MI_UINT8A;
    draft.property[0].value = &hole;
    assert_refused("class 'Test_Point'|property 'Name'|default");
}

static void fields_in_one_place_are_refused(void **state)
{
    (void)state;
    draft.property[2].offset = draft.property[1].offset;
    assert_refused("'X'|'Y'|overlap");
    make_draft(NULL);
    draft.property[2].name = "x";
    assert_refused("'x'|declared twice");
}

static void an_ancestor_with_a_hole_is_refused(void **state)
{
    MI_ClassDecl derived = point_class;
    ClassError error;

    (void)state;
    derived.name = "Test_Derived";
    derived.superClassDecl = &draft.decl;
    draft.property[0].name = NULL;
    assert_int_equal(class_check(&derived, &error), -EINVAL);
    assert_non_null(strstr(error.message, "Test_Point"));
}

static void a_class_that_is_its_own_ancestor_is_refused(void **state)
{
    (void)state;
    draft.decl.superClassDecl = &draft.decl;
    assert_refused("Test_Point|ancestors");
}

static void a_class_that_is_declared_twice_is_refused(void **state)
{
    const MI_ClassDecl *const twins[] = {&point_class, &draft.decl};
    const MI_SchemaDecl schema = {.classDecls = twins, .numClassDecls = 2};
    ClassError error;

    (void)state;
    draft.decl.name = "TEST_POINT";
    assert_int_equal(schema_check(&schema, &error), -EINVAL);
    assert_non_null(strstr(error.message, "'TEST_POINT' is declared twice"));
}

static void a_schema_with_holes_is_refused(void **state)
{
    const MI_ClassDecl *const none[] = {NULL};
    MI_SchemaDecl schema = {.classDecls = none, .numClassDecls = 1};
    ClassError error;

    (void)state;
    assert_int_equal(schema_check(NULL, &error), -EINVAL);
    assert_int_equal(schema_check(&schema, &error), -EINVAL);
    assert_non_null(strstr(error.message, "class declaration 1 of 1 is NULL"));
    schema.classDecls = NULL;
    assert_int_equal(schema_check(&schema, &error), -EINVAL);
    schema.numClassDecls = CLASS_MAX_CLASSES + 1;
    assert_int_equal(schema_check(&schema, &error), -EINVAL);
}

static void names_are_found_without_regard_to_case(void **state)
{
    const MI_ObjectDecl *object = class_object(&point_class);

    (void)state;
    assert_ptr_equal(class_find(&everything_schema, "test_POINT"), &point_class);
    assert_null(class_find(&everything_schema, "Test_Poin"));
    assert_null(class_find(NULL, "Test_Point"));
    assert_null(class_find(&everything_schema, NULL));
    assert_int_equal(class_find_property(object, "NAME"), 0);
    assert_int_equal(class_find_property(object, "y"), 2);
    assert_int_equal(class_find_property(object, "Z"), CLASS_NOT_FOUND);
    assert_ptr_equal(class_find_method(&everything_class, "mix"), &mix_method);
    assert_null(class_find_method(&everything_class, "Fix"));
    assert_ptr_equal(class_find_parameter(&mix_method, "mireturn"), mix_parameters[0]);
    assert_null(class_find_parameter(&mix_method, "Nothing"));
}

static void a_method_is_inherited(void **state)
{
    MI_ClassDecl derived = point3_class;

    (void)state;
    derived.superClassDecl = &draft.decl;
    assert_ptr_equal(class_find_method(&derived, "Mix"), &draft.method);
}

static void a_class_is_what_its_ancestors_are(void **state)
{
    MI_ClassDecl orphan = point_class;

    (void)state;
    orphan.superClass = "Test_Elsewhere";
    assert_true(class_is_a(&point3_class, "test_point3"));
    assert_true(class_is_a(&point3_class, "Test_Point"));
    assert_false(class_is_a(&point_class, "Test_Point3"));
    assert_true(class_is_a(&orphan, "Test_Elsewhere"));
}

static void keys_are_seen(void **state)
{
    (void)state;
    assert_true(class_has_keys(class_object(&draft.decl)));
    draft.property[0].flags = 0;
    assert_false(class_has_keys(class_object(&draft.decl)));
}

#define with_draft(test) cmocka_unit_test_setup(test, make_draft)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_draft(sound_declarations_are_accepted),
        with_draft(a_class_without_a_name_is_refused),
        with_draft(a_count_without_a_list_is_refused),
        with_draft(an_implausible_count_is_refused),
        with_draft(a_missing_property_is_refused),
        with_draft(an_unknown_type_is_refused),
        with_draft(a_field_outside_of_its_struct_is_refused),
        with_draft(only_a_streamed_parameter_has_no_field),
        with_draft(a_method_that_is_declared_twice_is_refused),
        with_draft(a_method_that_returns_no_type_is_refused),
        with_draft(qualifiers_are_distinct_and_have_values),
        with_draft(a_default_without_elements_is_refused),
        with_draft(fields_in_one_place_are_refused),
        with_draft(an_ancestor_with_a_hole_is_refused),
        with_draft(a_class_that_is_its_own_ancestor_is_refused),
        with_draft(a_class_that_is_declared_twice_is_refused),
        with_draft(a_schema_with_holes_is_refused),
        with_draft(names_are_found_without_regard_to_case),
        with_draft(a_method_is_inherited),
        with_draft(a_class_is_what_its_ancestors_are),
        with_draft(keys_are_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
