/*
 * Instances that nobody made here: structs that a provider laid out by itself, as the C++ wrappers
 * of OMI do, and instances of a library that has its own functions for them.
 */
#include "protocol/mi_json.h"
#include "tests/unit/instances.h"

#include <errno.h>

/* ---- Laid out by the provider: a class, no functions, and the rest of the header anything ---- */

static Point bare_point(const char *name, MI_Sint32 x)
{
    Point point = {.instance.classDecl = &point_class};

    memset(point.instance.reserved, 0xa5, sizeof(point.instance.reserved));
    point.Name = (MI_StringField){.value = (char *)(uintptr_t)name, .exists = MI_TRUE};
    point.X = (MI_Sint32Field){.value = x, .exists = MI_TRUE};
    return point;
}

static void assert_json(const MI_Instance *instance, const char *expected)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;

    assert_int_equal(mi_json_put_instance(&json, instance, NULL), 0);
    assert_string_equal(buffer_string(&json), expected);
}

static void a_bare_struct_is_read(void **state)
{
    Point point = bare_point("a", 3);

    (void)state;
    assert_true(instance_is_valid(&point.instance));
    assert_json(&point.instance,
                "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"a\",\"X\":3,\"Y\":null}}");
}

static void a_bare_struct_is_cloned_to_one_of_ours(void **state)
{
    Point point = bare_point("a", 3);
    CLEANUP(instance_freep) MI_Instance *clone = NULL;

    (void)state;
    assert_ok(instance_clone(&point.instance, &clone, 1));
    point.Name.value = NULL;
    assert_true(instance_is_ours(clone));
    assert_string_equal(get_string(clone, "Name"), "a");
    assert_true(is_null(clone, "Y"));
}

static void bare_parameters_are_known_by_their_declaration(void **state)
{
    Mix mix = {.instance.classDecl = (const MI_ClassDecl *)(const void *)&mix_method,
               .MIReturn = {.value = 7, .exists = MI_TRUE}};
    CLEANUP(instance_freep) MI_Instance *clone = NULL;
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;

    (void)state;
    assert_true(instance_is_of_method(&mix.instance));
    assert_ok(instance_clone(&mix.instance, &clone, 1));
    assert_true(instance_is_of_method(clone));
    assert_int_equal(mi_json_put_parameters(&json, &mix.instance, false), 0);
    assert_string_equal(buffer_string(&json), "{\"MIReturn\":7,\"Both\":null,\"Out\":null}");
}

static void bare_structs_are_embedded_and_copied(void **state)
{
    CLEANUP(instance_freep) MI_Instance *owner = new_everything();
    Point point = bare_point("inner", 1);
    MI_Instance *points[2] = {&point.instance, &point.instance};
    MI_Value value = {.instance = &point.instance};

    (void)state;
    assert_ok(MI_Instance_SetElement(owner, "Instance", &value, MI_INSTANCE, 0));
    value.instancea = (MI_InstanceA){points, 2};
    assert_ok(MI_Instance_SetElement(owner, "ReferenceA", &value, MI_REFERENCEA, 0));
    point = bare_point("changed", 2);
    assert_ok(MI_Instance_GetElement(owner, "Instance", &value, NULL, NULL, NULL));
    assert_string_equal(get_string(value.instance, "Name"), "inner");
    assert_ok(MI_Instance_GetElement(owner, "ReferenceA", &value, NULL, NULL, NULL));
    assert_string_equal(get_string(value.instancea.data[1], "Name"), "inner");
}

static void a_bare_struct_without_a_class_is_none(void **state)
{
    CLEANUP(instance_freep) MI_Instance *owner = new_everything();
    Point point = {.Name.exists = MI_TRUE};
    MI_Value value = {.instance = &point.instance};
    Buffer json = BUFFER_INIT;

    (void)state;
    assert_false(instance_is_valid(&point.instance));
    assert_int_equal(MI_Instance_SetElement(owner, "Instance", &value, MI_INSTANCE, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_json_put_instance(&json, &point.instance, NULL), -EINVAL);
}

/* ---- Of another library: only its own functions know what it holds ---- */

typedef struct Foreign {
    MI_Instance instance; /* first */
    const MI_Instance *inside;
    MI_Result result; /* what its functions return; MI_RESULT_OK: they work */
} Foreign;

static const Foreign *foreign_of(const MI_Instance *self)
{
    return (const Foreign *)(const void *)self;
}

static MI_Result foreign_class_name(const MI_Instance *self, const MI_Char **name)
{
    return MI_Instance_GetClassName(foreign_of(self)->inside, name);
}

static MI_Result foreign_count(const MI_Instance *self, MI_Uint32 *count)
{
    return MI_Instance_GetElementCount(foreign_of(self)->inside, count);
}

static MI_Result foreign_element_at(const MI_Instance *self, MI_Uint32 index, const MI_Char **name,
                                    MI_Value *value, MI_Type *type, MI_Uint32 *flags)
{
    if (foreign_of(self)->result != MI_RESULT_OK)
        return foreign_of(self)->result;
    return MI_Instance_GetElementAt(foreign_of(self)->inside, index, name, value, type, flags);
}

static const MI_InstanceFT foreign_ft = {
    .GetClassName = foreign_class_name,
    .GetElementCount = foreign_count,
    .GetElementAt = foreign_element_at,
};

static Foreign foreign_with(const MI_Instance *inside)
{
    return (Foreign){.instance = {.ft = &foreign_ft}, .inside = inside};
}

static void what_another_library_made_is_asked_for_its_elements(void **state)
{
    CLEANUP(instance_freep) MI_Instance *everything = new_everything(), *copy = NULL;
    Foreign foreign = foreign_with(everything);

    (void)state;
    set_all_and_compare(everything, 9, 0);
    assert_false(instance_is_valid(&foreign.instance));
    assert_true(instance_is_foreign(&foreign.instance));
    assert_ok(instance_import(&foreign.instance, &copy, 4));
    assert_true(instance_is_dynamic(copy));
    for (MI_Uint32 i = 0; i < instance_decl(everything)->numProperties; i++) {
        MI_Value a, b;
        MI_Type type;
        MI_Uint32 flags, expected;

        assert_ok(MI_Instance_GetElementAt(everything, i, NULL, &a, &type, &expected));
        assert_ok(MI_Instance_GetElementAt(copy, i, NULL, &b, NULL, &flags));
        assert_int_equal(flags, expected);
        assert_same(type, &a, &b);
    }
}

static void nulls_of_another_library_stay_nulls(void **state)
{
    CLEANUP(instance_freep) MI_Instance *everything = new_everything(), *copy = NULL;
    Foreign foreign = foreign_with(everything);

    (void)state;
    assert_ok(instance_import(&foreign.instance, &copy, 4));
    assert_true(is_null(copy, "StringA"));
    assert_true(is_null(copy, "Instance"));
}

static void foreign_instances_within_each_other_are_followed_so_far(void **state)
{
    CLEANUP(instance_freep) MI_Instance *outer = new_everything(), *copy = NULL;
    CLEANUP(instance_freep) MI_Instance *point = new_point("inner", 1);
    Foreign inner = foreign_with(point), foreign = foreign_with(outer);
    MI_Value value = {.instance = &inner.instance};

    (void)state;
    assert_ok(MI_Instance_SetElement(outer, "Instance", &value, MI_INSTANCE, MI_FLAG_BORROW));
    assert_int_equal(instance_import(&foreign.instance, &copy, 0), MI_RESULT_FAILED);
    assert_null(copy);
    assert_ok(instance_import(&foreign.instance, &copy, 1));
    assert_ok(MI_Instance_GetElement(copy, "Instance", &value, NULL, NULL, NULL));
    assert_string_equal(get_string(value.instance, "Name"), "inner");
}

static void a_foreign_instance_that_is_embedded_is_written(void **state)
{
    CLEANUP(instance_freep) MI_Instance *owner = NULL, *point = new_point("inner", 1);
    Foreign inner = foreign_with(point);
    MI_Value value = {.instance = &inner.instance};

    (void)state;
    assert_ok(instance_new_dynamic("Test_Owner", 0, &owner));
    assert_ok(MI_Instance_AddElement(owner, "Point", &value, MI_INSTANCE, MI_FLAG_BORROW));
    assert_json(owner,
                "{\"class\":\"Test_Owner\",\"properties\":{\"Point\":{\"class\":\"Test_Point\","
                "\"properties\":{\"Name\":\"inner\",\"X\":1,\"Y\":null},\"types\":{\"Name\":"
                "\"string\",\"X\":\"sint32\",\"Y\":\"sint32\"}}},"
                "\"types\":{\"Point\":\"instance\"}}");
}

static void what_another_library_refuses_is_refused(void **state)
{
    CLEANUP(instance_freep) MI_Instance *point = new_point("a", 1), *copy = NULL;
    Foreign foreign = foreign_with(point);
    Buffer json = BUFFER_INIT;

    (void)state;
    foreign.result = MI_RESULT_ACCESS_DENIED;
    assert_int_equal(instance_import(&foreign.instance, &copy, 4), MI_RESULT_ACCESS_DENIED);
    assert_null(copy);
    assert_int_equal(mi_json_put_instance(&json, &foreign.instance, NULL), -EINVAL);
}

/* ---- Streamed parameters: declared, and never in an instance ---- */

typedef struct Stream {
    MI_Instance instance;
    MI_Uint32Field MIReturn;
} Stream;

static const MI_ParameterDecl *const stream_parameters[] = {
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT,
                              .name = "MIReturn",
                              .type = MI_UINT32,
                              .offset = offsetof(Stream, MIReturn)},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT | MI_FLAG_STREAM,
                              .name = "Values",
                              .type = MI_STRINGA,
                              .offset = CLASS_NO_FIELD},
};

static const MI_MethodDecl stream_method = {
    .flags = MI_FLAG_METHOD,
    .name = "Stream",
    .parameters = stream_parameters,
    .numParameters = ARRAY_SIZE(stream_parameters),
    .size = sizeof(Stream),
    .returnType = MI_UINT32,
};

static void a_streamed_parameter_is_there_and_null(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL, *clone = NULL;
    Stream stream;
    MI_Value value = {.stringa = {NULL, 0}};
    MI_Uint32 index;
    MI_Class *class;

    (void)state;
    assert_ok(instance_new_parameters(&stream_method, &instance));
    instance_mark_unmodified(instance);
    assert_ok(MI_Instance_GetElement(instance, "Values", &value, NULL, NULL, &index));
    assert_int_equal(index, 1);
    assert_true(is_null(instance, "Values"));
    assert_int_equal(MI_Instance_SetElement(instance, "Values", &value, MI_STRINGA, 0),
                     MI_RESULT_NOT_SUPPORTED);
    assert_ok(MI_Instance_ClearElement(instance, "Values"));
    assert_ok(MI_Instance_Clone(instance, &clone));
    assert_true(is_null(clone, "Values"));
    assert_ok(MI_Instance_GetClass(instance, &class));
    assert_ok(MI_Class_Delete(class));
    assert_ok(instance_construct_parameters(&stream_method, &stream.instance));
    assert_ok(MI_Instance_ClearElement(&stream.instance, "Values"));
    assert_ok(MI_Instance_Destruct(&stream.instance));
}

static void a_streamed_parameter_is_not_the_clients_to_give(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    cJSON *tree = cJSON_Parse("{\"Values\":[\"a\"]}");
    MiJsonError error;

    (void)state;
    assert_int_equal(mi_json_get_parameters(tree, &stream_method, NULL, &instance, &error),
                     -EINVAL);
    assert_non_null(strstr(error.message, "'Values'"));
    assert_non_null(strstr(error.message, "streamed"));
    cJSON_Delete(tree);
    assert_int_equal(mi_json_get_parameters(NULL, &stream_method, NULL, &instance, &error), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_struct_is_read),
        cmocka_unit_test(a_bare_struct_is_cloned_to_one_of_ours),
        cmocka_unit_test(bare_parameters_are_known_by_their_declaration),
        cmocka_unit_test(bare_structs_are_embedded_and_copied),
        cmocka_unit_test(a_bare_struct_without_a_class_is_none),
        cmocka_unit_test(what_another_library_made_is_asked_for_its_elements),
        cmocka_unit_test(nulls_of_another_library_stay_nulls),
        cmocka_unit_test(foreign_instances_within_each_other_are_followed_so_far),
        cmocka_unit_test(a_foreign_instance_that_is_embedded_is_written),
        cmocka_unit_test(what_another_library_refuses_is_refused),
        cmocka_unit_test(a_streamed_parameter_is_there_and_null),
        cmocka_unit_test(a_streamed_parameter_is_not_the_clients_to_give),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
