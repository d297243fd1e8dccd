/*
 * Instances and classes as JSON, for clients: there and back, and the sentence for what is not.
 */
#include "libmi/serializer.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"

#include "tests/support/cmocka.h"

#include <string.h>

static const char point_json[] = "{\"class\":\"Test_Point\",\"superClass\":\"Test_Base\","
                                 "\"properties\":{\"X\":{\"type\":\"sint32\",\"key\":true}}}";
static const char instance_json[] = "{\"class\":\"Test_Point\",\"properties\":{\"X\":7}}";

static MI_Uint8 *bytes(const char *text)
{
    return (MI_Uint8 *)(uintptr_t)text;
}

static MI_Deserializer deserializer(void)
{
    MI_Deserializer made;

    assert_int_equal(deserializer_new(0, NULL, &made), MI_RESULT_OK);
    return made;
}

static MI_Class *read_class(const char *json)
{
    MI_Deserializer reader = deserializer();
    MI_Class *class = NULL;
    MI_Uint32 read = 0;

    assert_int_equal(mi_deserializer_ft.DeserializeClass(&reader, 0, bytes(json),
                                                         (MI_Uint32)strlen(json), NULL, "server",
                                                         "root/x", NULL, NULL, &read, &class, NULL),
                     MI_RESULT_OK);
    assert_int_equal(read, strlen(json));
    return class;
}

/* The number that X is. */
static void assert_x(MI_Instance *instance, MI_Type type)
{
    MI_Value value;
    MI_Type found;

    assert_int_equal(MI_Instance_GetElement(instance, "X", &value, &found, NULL, NULL),
                     MI_RESULT_OK);
    assert_int_equal(found, type);
    assert_int_equal(type == MI_SINT32 ? value.sint32 : value.sint64, 7);
}

static MI_Result MI_CALL give_class(void *context, const MI_Char *server, const MI_Char *name_space,
                                    const MI_Char *name, MI_Class **ret)
{
    (void)server;
    (void)name_space;
    assert_string_equal(name, "Test_Point");
    *ret = context;
    return *ret == NULL ? MI_RESULT_NOT_FOUND : MI_RESULT_OK;
}

static void there_is_one_format(void **state)
{
    MI_Serializer serializer;
    MI_Deserializer reader;

    (void)state;
    assert_int_equal(serializer_new(0, "MI_JSON", &serializer), MI_RESULT_OK);
    assert_int_equal(mi_serializer_ft.Close(&serializer), MI_RESULT_OK);
    assert_int_equal(mi_serializer_ft.Close(&serializer), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_serializer_ft.Close(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(serializer_new(0, "MI_XML", &serializer), MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(mi_serializer_ft.Close(&serializer), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(serializer_new(1, NULL, &serializer), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(serializer_new(0, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(deserializer_new(0, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(deserializer_new(0, "mi_json", &reader), MI_RESULT_OK);
    assert_int_equal(mi_deserializer_ft.Close(&reader), MI_RESULT_OK);
    assert_int_equal(mi_deserializer_ft.Close(&reader), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_deserializer_ft.Close(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(deserializer_new(0, "MI_MOF_CIMV2_EXTV1", &reader), MI_RESULT_NOT_SUPPORTED);
}

static void an_instance_is_written_where_there_is_room_for_it(void **state)
{
    MI_Serializer serializer;
    MI_Instance *instance;
    MI_Uint8 buffer[128] = {0};
    MI_Uint32 needed = 0, length;

    (void)state;
    assert_int_equal(serializer_new(0, NULL, &serializer), MI_RESULT_OK);
    assert_int_equal(instance_new_dynamic("A", MI_FLAG_CLASS, &instance), MI_RESULT_OK);
    assert_int_equal(mi_serializer_ft.SerializeInstance(&serializer, 0, instance, NULL, 0, &needed),
                     MI_RESULT_FAILED);
    length = needed;
    assert_int_equal(
        mi_serializer_ft.SerializeInstance(&serializer, 0, instance, buffer, length - 1, &needed),
        MI_RESULT_FAILED);
    assert_int_equal(buffer[0], 0);
    assert_int_equal(
        mi_serializer_ft.SerializeInstance(&serializer, 0, instance, buffer, length, &needed),
        MI_RESULT_OK);
    assert_string_equal((char *)buffer, "{\"class\":\"A\",\"properties\":{},\"types\":{}}");
    assert_int_equal(
        mi_serializer_ft.SerializeInstance(&serializer, 1, instance, buffer, length, &needed),
        MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(mi_serializer_ft.SerializeInstance(&serializer, 0, instance, NULL, 1, &needed),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_serializer_ft.SerializeInstance(&serializer, 0, instance, NULL, 0, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_serializer_ft.SerializeInstance(&serializer, 0, NULL, NULL, 0, &needed),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_serializer_ft.SerializeInstance(NULL, 0, instance, NULL, 0, &needed),
                     MI_RESULT_INVALID_PARAMETER);
    instance_free(instance);
}

static void a_class_goes_there_and_back(void **state)
{
    MI_Class *class = read_class(point_json);
    MI_Serializer serializer;
    MI_Uint8 buffer[1024] = {0};
    MI_Uint32 needed = 0;

    (void)state;
    assert_int_equal(serializer_new(0, NULL, &serializer), MI_RESULT_OK);
    assert_int_equal(mi_serializer_ft.SerializeClass(&serializer, MI_SERIALIZER_FLAGS_CLASS_DEEP,
                                                     class, buffer, sizeof(buffer) - 1, &needed),
                     MI_RESULT_OK);
    assert_non_null(strstr((char *)buffer, "\"superClass\":\"Test_Base\""));
    assert_non_null(strstr((char *)buffer, "\"X\":{\"type\":\"sint32\",\"key\":true"));
    assert_int_equal(
        mi_serializer_ft.SerializeClass(&serializer, 1u << 30, class, NULL, 0, &needed),
        MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(mi_serializer_ft.SerializeClass(&serializer, 0, class, NULL, 1, &needed),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_serializer_ft.SerializeClass(&serializer, 0, class, NULL, 0, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_serializer_ft.SerializeClass(&serializer, 0, NULL, NULL, 0, &needed),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_serializer_ft.SerializeClass(NULL, 0, class, NULL, 0, &needed),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_Delete(class), MI_RESULT_OK);
}

static MI_Result read_instance(const char *json, MI_Class **classes, MI_Uint32 count,
                               MI_Deserializer_ClassObjectNeeded needed, void *context,
                               MI_Instance **ret, MI_Instance **cim_error)
{
    MI_Deserializer reader = deserializer();

    return mi_deserializer_ft.DeserializeInstance(&reader, 0, bytes(json), (MI_Uint32)strlen(json),
                                                  classes, count, needed, context, NULL, ret,
                                                  cim_error);
}

static void an_instance_has_the_types_of_its_class_if_there_is_one(void **state)
{
    MI_Class *class = read_class(point_json), *other = read_class("{\"class\":\"Other\"}");
    MI_Class *known[] = {NULL, other, class};
    MI_Instance *instance;

    (void)state;
    assert_int_equal(read_instance(instance_json, NULL, 0, NULL, NULL, &instance, NULL),
                     MI_RESULT_OK);
    assert_x(instance, MI_SINT64);
    instance_free(instance);
    assert_int_equal(read_instance(instance_json, known, 3, NULL, NULL, &instance, NULL),
                     MI_RESULT_OK);
    assert_x(instance, MI_SINT32);
    instance_free(instance);
    assert_int_equal(read_instance(instance_json, known, 2, give_class, class, &instance, NULL),
                     MI_RESULT_OK);
    assert_x(instance, MI_SINT32);
    instance_free(instance);
    assert_int_equal(read_instance(instance_json, known, 2, give_class, NULL, &instance, NULL),
                     MI_RESULT_OK);
    assert_x(instance, MI_SINT64);
    instance_free(instance);
    assert_int_equal(MI_Class_Delete(class), MI_RESULT_OK);
    assert_int_equal(MI_Class_Delete(other), MI_RESULT_OK);
}

/* The sentence of @error, which is freed by the next call. */
static void assert_sentence(MI_Instance *error, const char *part)
{
    MI_Value value;

    assert_non_null(error);
    assert_int_equal(MI_Instance_GetElement(error, "Message", &value, NULL, NULL, NULL),
                     MI_RESULT_OK);
    if (strstr(value.string, part) == NULL)
        fail_msg("'%s' is not in %s", part, value.string);
    instance_free(error);
}

static void what_can_not_be_read_is_told(void **state)
{
    MI_Deserializer reader = deserializer();
    MI_Instance *instance, *error;
    MI_Class *class;

    (void)state;
    assert_int_equal(read_instance("{\"class\":", NULL, 0, NULL, NULL, &instance, &error),
                     MI_RESULT_INVALID_PARAMETER);
    assert_sentence(error, "no JSON, at byte 9");
    assert_int_equal(read_instance("{}", NULL, 0, NULL, NULL, &instance, &error),
                     MI_RESULT_INVALID_PARAMETER);
    assert_sentence(error, "an instance has no \"class\"");
    assert_null(instance);
    assert_int_equal(read_instance("{}", NULL, 0, NULL, NULL, &instance, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(read_instance("{}", NULL, 0, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_deserializer_ft.DeserializeClass(&reader, 0, bytes("{}"), 2, NULL, NULL,
                                                         NULL, NULL, NULL, NULL, &class, &error),
                     MI_RESULT_INVALID_PARAMETER);
    assert_sentence(error, "it has no name");
    assert_int_equal(mi_deserializer_ft.DeserializeClass(&reader, 0, NULL, 0, NULL, NULL, NULL,
                                                         NULL, NULL, NULL, &class, &error),
                     MI_RESULT_INVALID_PARAMETER);
    assert_sentence(error, "no deserializer, or no buffer");
    assert_int_equal(mi_deserializer_ft.DeserializeClass(&reader, 0, bytes("{}"), 2, NULL, NULL,
                                                         NULL, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_deserializer_ft.DeserializeClass(NULL, 0, bytes("{}"), 2, NULL, NULL, NULL,
                                                         NULL, NULL, NULL, &class, &error),
                     MI_RESULT_INVALID_PARAMETER);
    assert_sentence(error, "no deserializer");
}

static void names_can_be_had_without_the_rest(void **state)
{
    MI_Deserializer reader = deserializer();
    MI_Uint8 *json = bytes(point_json);
    MI_Uint32 size = sizeof(point_json) - 1, length;
    MI_Instance *error;
    char name[16];

    (void)state;
    length = sizeof(name);
    assert_int_equal(
        mi_deserializer_ft.Class_GetClassName(&reader, json, size, name, &length, NULL),
        MI_RESULT_OK);
    assert_string_equal(name, "Test_Point");
    assert_int_equal(length, sizeof("Test_Point"));
    length = sizeof(name);
    assert_int_equal(
        mi_deserializer_ft.Class_GetParentClassName(&reader, json, size, name, &length, NULL),
        MI_RESULT_OK);
    assert_string_equal(name, "Test_Base");
    length = 0;
    assert_int_equal(mi_deserializer_ft.Instance_GetClassName(&reader, bytes(instance_json),
                                                              sizeof(instance_json) - 1, NULL,
                                                              &length, NULL),
                     MI_RESULT_FAILED);
    assert_int_equal(length, sizeof("Test_Point"));
    assert_int_equal(
        mi_deserializer_ft.Class_GetClassName(&reader, json, size, NULL, &length, NULL),
        MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_deserializer_ft.Class_GetClassName(&reader, json, size, name, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_deserializer_ft.Class_GetClassName(&reader, bytes("{\"class\":7}"), 11,
                                                           name, &length, &error),
                     MI_RESULT_NOT_FOUND);
    assert_sentence(error, "has no such name");
    assert_int_equal(
        mi_deserializer_ft.Class_GetClassName(&reader, bytes("{"), 1, name, &length, NULL),
        MI_RESULT_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_one_format),
        cmocka_unit_test(an_instance_is_written_where_there_is_room_for_it),
        cmocka_unit_test(a_class_goes_there_and_back),
        cmocka_unit_test(an_instance_has_the_types_of_its_class_if_there_is_one),
        cmocka_unit_test(what_can_not_be_read_is_told),
        cmocka_unit_test(names_can_be_had_without_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
