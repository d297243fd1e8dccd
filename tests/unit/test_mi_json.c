/*
 * MI values as JSON: what is written, to the byte.
 *
 * test_mi_json_get.c is about reading, and test_mi_json_random.c does both with instances that
 * nobody thought of.
 */
#include "mi/instance_impl.h"
#include "mi/property_set_impl.h"
#include "protocol/mi_json.h"
#include "tests/support/cmocka.h"
#include "tests/unit/everything.h"

#include <errno.h>
#include <float.h>
#include <math.h>

#define assert_ok(call) assert_int_equal(call, MI_RESULT_OK)

static MI_Instance *new_instance(const MI_ClassDecl *decl)
{
    MI_Instance *instance;

    assert_ok(instance_new(decl, &instance));
    return instance;
}

static void set(MI_Instance *instance, const char *name, MI_Type type, MI_Value value)
{
    assert_ok(MI_Instance_SetElement(instance, name, &value, type, 0));
}

static MI_Value string_value(const char *string)
{
    return (MI_Value){.string = (char *)(uintptr_t)string};
}

static MI_Instance *new_point(const char *name, MI_Sint32 x)
{
    MI_Instance *instance = new_instance(&point_class);

    set(instance, "Name", MI_STRING, string_value(name));
    set(instance, "X", MI_SINT32, (MI_Value){.sint32 = x});
    return instance;
}

static void assert_written(const MI_Instance *instance, const MiJsonFilter *filter,
                           const char *wanted)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    assert_int_equal(mi_json_put_instance(&text, instance, filter), 0);
    assert_string_equal(buffer_string(&text), wanted);
}

static void assert_value(const void *value, MI_Type type, const char *wanted)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    assert_int_equal(mi_json_put_value(&text, value, type), 0);
    assert_string_equal(buffer_string(&text), wanted);
}

#define assert_scalar(Type, type, value, wanted)                                                   \
    assert_value(&(const MI_##Type){value}, MI_##type, wanted)

static void each_scalar_is_written_in_its_way(void **state)
{
    const MI_Datetime timestamp = {.isTimestamp = 1,
                                   .u.timestamp = {2024, 2, 29, 23, 59, 58, 12345, -330}};

    (void)state;
    assert_value(NULL, MI_STRING, "null");
    assert_scalar(Boolean, BOOLEAN, MI_TRUE, "true");
    assert_scalar(Boolean, BOOLEAN, MI_FALSE, "false");
    assert_scalar(Boolean, BOOLEAN, 42, "true");
    assert_scalar(Uint8, UINT8, UINT8_MAX, "255");
    assert_scalar(Sint8, SINT8, INT8_MIN, "-128");
    assert_scalar(Uint16, UINT16, UINT16_MAX, "65535");
    assert_scalar(Sint16, SINT16, INT16_MIN, "-32768");
    assert_scalar(Uint32, UINT32, UINT32_MAX, "4294967295");
    assert_scalar(Sint32, SINT32, INT32_MIN, "-2147483648");
    assert_scalar(Uint64, UINT64, UINT64_MAX, "\"18446744073709551615\"");
    assert_scalar(Sint64, SINT64, INT64_MIN, "\"-9223372036854775808\"");
    assert_scalar(Char16, CHAR16, 0x20AC, "8364");
    assert_value(&timestamp, MI_DATETIME, "\"20240229235958.012345-330\"");
    assert_value(&(const char *){"a \"b\"\n\xE2\x82\xAC"}, MI_STRING,
                 "\"a \\\"b\\\"\\n\xE2\x82\xAC\"");
    assert_value(&(const char *){"\xff"}, MI_STRING, "\"\xEF\xBF\xBD\"");
}

static void reals_are_written_in_the_fewest_digits(void **state)
{
    (void)state;
    assert_scalar(Real64, REAL64, 0.1, "0.1");
    assert_scalar(Real64, REAL64, 1.0 / 3, "0.3333333333333333");
    assert_scalar(Real64, REAL64, 0.1 + 0.2, "0.30000000000000004");
    assert_scalar(Real64, REAL64, 100000000, "100000000");
    assert_scalar(Real64, REAL64, -12.5, "-12.5");
    assert_scalar(Real64, REAL64, 1e300, "1e+300");
    assert_scalar(Real64, REAL64, DBL_MAX, "1.7976931348623157e+308");
    assert_scalar(Real64, REAL64, 5e-324, "5e-324");
    assert_scalar(Real64, REAL64, 0, "0");
    assert_scalar(Real64, REAL64, -0.0, "-0");
    assert_scalar(Real32, REAL32, 0.1F, "0.1");
    assert_scalar(Real32, REAL32, 1.0F / 3, "0.33333334");
    assert_scalar(Real32, REAL32, 16777216.0F, "16777216");
    assert_scalar(Real32, REAL32, FLT_MAX, "3.4028235e+38");
    assert_scalar(Real32, REAL32, 1e-45F, "1e-45");
}

static void what_json_has_no_number_for_is_null(void **state)
{
    MI_Real64 reals[] = {1, (double)NAN, (double)INFINITY};

    (void)state;
    assert_scalar(Real64, REAL64, (double)NAN, "null");
    assert_scalar(Real32, REAL32, -INFINITY, "null");
    assert_value(&(const MI_Real64A){reals, 3}, MI_REAL64A, "[1,null,null]");
}

static void arrays_are_written_element_by_element(void **state)
{
    MI_Uint8 octets[] = {0, 127, 255};
    MI_Uint64 numbers[] = {0, UINT64_MAX};
    char *strings[] = {(char[]){"a"}, (char[]){""}};
    MI_Boolean booleans[] = {MI_TRUE, MI_FALSE};

    (void)state;
    assert_value(&(const MI_Uint8A){octets, 3}, MI_UINT8A, "[0,127,255]");
    assert_value(&(const MI_Uint64A){numbers, 2}, MI_UINT64A, "[\"0\",\"18446744073709551615\"]");
    assert_value(&(const MI_StringA){strings, 2}, MI_STRINGA, "[\"a\",\"\"]");
    assert_value(&(const MI_BooleanA){booleans, 2}, MI_BOOLEANA, "[true,false]");
    assert_value(&(const MI_Uint8A){NULL, 0}, MI_UINT8A, "[]");
}

static void a_null_property_is_written_as_null(void **state)
{
    CLEANUP(instance_freep) MI_Instance *point = new_point("p", 1);

    (void)state;
    assert_written(point, NULL,
                   "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\",\"X\":1,\"Y\":null}}");
}

static void what_the_provider_wrote_into_its_fields_is_written(void **state)
{
    Point point;

    (void)state;
    assert_ok(instance_construct(&point_class, &point.instance));
    point.Name.value = (char[]){"own"};
    point.Name.exists = MI_TRUE;
    point.Y.value = -1;
    point.Y.exists = MI_TRUE;
    assert_written(
        &point.instance, NULL,
        "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"own\",\"X\":null,\"Y\":-1}}");
    assert_ok(MI_Instance_Destruct(&point.instance));
}

static void a_property_set_selects_and_keys_are_always_there(void **state)
{
    CLEANUP(instance_freep) MI_Instance *point = new_point("p", 1);
    CLEANUP(property_set_freep) MI_PropertySet *properties = NULL;
    MiJsonFilter filter = {0};

    (void)state;
    assert_ok(property_set_new(&properties));
    filter.properties = properties;
    assert_written(point, &filter, "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\"}}");
    assert_ok(MI_PropertySet_AddElement(properties, "x"));
    assert_written(point, &filter,
                   "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\",\"X\":1}}");
    filter.keys_only = true;
    assert_written(point, &filter, "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\"}}");
}

static MI_Instance *new_dynamic(void)
{
    MI_Value value = {.uint32 = 5};
    MI_Instance *instance;

    assert_ok(instance_new_dynamic("Test_Free", 0, &instance));
    assert_ok(MI_Instance_AddElement(instance, "Number", &value, MI_UINT32, 0));
    assert_ok(MI_Instance_AddElement(instance, "None", NULL, MI_STRINGA, 0));
    return instance;
}

static void a_dynamic_instance_says_its_types(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_dynamic();
    const MiJsonFilter path = {.keys_only = true};
    const char *all = "{\"class\":\"Test_Free\",\"properties\":{\"Number\":5,\"None\":null},"
                      "\"types\":{\"Number\":\"uint32\",\"None\":\"string[]\"}}";

    (void)state;
    assert_written(instance, NULL, all);
    assert_written(instance, &path, all); /* it has no keys */
    assert_ok(MI_Instance_AddElement(instance, "Key", NULL, MI_UINT8, MI_FLAG_KEY));
    assert_written(
        instance, &path,
        "{\"class\":\"Test_Free\",\"properties\":{\"Key\":null},\"types\":{\"Key\":\"uint8\"}}");
}

static void embedded_instances_nest_and_references_are_paths(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_instance(&everything_class);
    CLEANUP(instance_freep) MI_Instance *point = new_point("p", 1);
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    (void)state;
    set(instance, "Instance", MI_INSTANCE, (MI_Value){.instance = point});
    set(instance, "ReferenceA", MI_REFERENCEA, (MI_Value){.referencea = {&point, 1}});
    assert_int_equal(mi_json_put_element(&text, instance, "instance"), 0);
    assert_int_equal(mi_json_put_element(&text, instance, "ReferenceA"), 0);
    assert_int_equal(mi_json_put_element(&text, instance, "Nothing"), 0);
    assert_string_equal(
        buffer_string(&text),
        "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\",\"X\":1,\"Y\":null}}"
        "[{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"p\"}}]"
        "null");
}

static void out_parameters_are_written_and_no_others(void **state)
{
    CLEANUP(instance_freep) MI_Instance *parameters = NULL;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    (void)state;
    assert_ok(instance_new_parameters(&mix_method, &parameters));
    set(parameters, "MIReturn", MI_UINT32, (MI_Value){.uint32 = 7});
    set(parameters, "Both", MI_SINT32, (MI_Value){.sint32 = -7});
    set(parameters, "In", MI_STRING, string_value("not this"));
    assert_int_equal(mi_json_put_parameters(&text, parameters, true), 0);
    assert_string_equal(buffer_string(&text), "{\"Both\":-7,\"Out\":null}");
    buffer_clear(&text);
    assert_int_equal(mi_json_put_parameters(&text, parameters, false), 0);
    assert_string_equal(buffer_string(&text), "{\"MIReturn\":7,\"Both\":-7,\"Out\":null}");
}

static void parameters_of_a_dynamic_instance_are_all_written(void **state)
{
    CLEANUP(instance_freep) MI_Instance *parameters = new_dynamic();
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    (void)state;
    assert_ok(MI_Instance_AddElement(parameters, "mireturn", NULL, MI_UINT32, 0));
    assert_int_equal(mi_json_put_parameters(&text, parameters, true), 0);
    assert_string_equal(buffer_string(&text), "{\"Number\":5,\"None\":null}");
}

/* What @instance cannot be written for, leaves what was written before it. */
static void assert_not_written(const MI_Instance *instance, int error)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    buffer_put_string(&text, "before");
    assert_int_equal(mi_json_put_instance(&text, instance, NULL), error);
    assert_string_equal(buffer_string(&text), "before");
}

static void what_cannot_be_written_leaves_nothing_behind(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_instance(&everything_class);
    Everything *self = (Everything *)instance;
    MI_Instance unmade = {0}, *unmade_at = &unmade;

    (void)state;
    assert_not_written(NULL, -EINVAL);
    assert_not_written(&unmade, -EINVAL);
    self->String.exists = MI_TRUE; /* and points nowhere */
    assert_not_written(instance, -EINVAL);
    self->String.exists = MI_FALSE;
    self->Uint8A.value.size = 1;
    self->Uint8A.exists = MI_TRUE;
    assert_not_written(instance, -EINVAL);
    self->Uint8A.exists = MI_FALSE;
    self->InstanceA.value = (MI_InstanceA){&unmade_at, 1};
    self->InstanceA.exists = MI_TRUE;
    assert_not_written(instance, -EINVAL);
    self->InstanceA.exists = MI_FALSE;
    self->Datetime.value.u.interval.days = UINT32_MAX;
    self->Datetime.exists = MI_TRUE;
    assert_not_written(instance, -EINVAL);
}

static void what_contains_itself_is_not_written(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_instance(&everything_class);
    Everything *self = (Everything *)instance;

    (void)state;
    self->Instance.value = instance;
    self->Instance.exists = MI_TRUE;
    assert_not_written(instance, -ELOOP);
    self->Instance.exists = MI_FALSE;
    self->InstanceA.value = (MI_InstanceA){&self->Instance.value, 1};
    self->InstanceA.exists = MI_TRUE;
    assert_not_written(instance, -ELOOP);
}

static void assert_explained(const MI_Instance *instance, const char *wanted)
{
    MiJsonError error = {.message = ""};

    mi_json_explain(instance, &error);
    assert_string_equal(error.message, wanted);
}

static void what_cannot_be_written_is_explained(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_instance(&everything_class);
    Everything *self = (Everything *)instance;

    (void)state;
    assert_explained(NULL, "the instance was never made, or has ended, or there is no memory");
    self->Instance.value = instance;
    self->Instance.exists = MI_TRUE;
    assert_explained(instance, "'Test_Everything', element 'Instance' (instance): objects and "
                               "arrays nest too deeply in it, or it contains itself");
    self->Datetime.value.u.interval.days = UINT32_MAX;
    self->Datetime.exists = MI_TRUE;
    assert_explained(instance, "'Test_Everything', element 'Datetime' (datetime): a number in it "
                               "has more digits than a datetime of 25 characters has for it");
    self->Uint8A.value.size = 1;
    self->Uint8A.exists = MI_TRUE;
    assert_explained(instance, "'Test_Everything', element 'Uint8A' (uint8[]): it points to "
                               "nothing, or to an instance that was never made or has ended");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scalar_is_written_in_its_way),
        cmocka_unit_test(reals_are_written_in_the_fewest_digits),
        cmocka_unit_test(what_json_has_no_number_for_is_null),
        cmocka_unit_test(arrays_are_written_element_by_element),
        cmocka_unit_test(a_null_property_is_written_as_null),
        cmocka_unit_test(what_the_provider_wrote_into_its_fields_is_written),
        cmocka_unit_test(a_property_set_selects_and_keys_are_always_there),
        cmocka_unit_test(a_dynamic_instance_says_its_types),
        cmocka_unit_test(embedded_instances_nest_and_references_are_paths),
        cmocka_unit_test(out_parameters_are_written_and_no_others),
        cmocka_unit_test(parameters_of_a_dynamic_instance_are_all_written),
        cmocka_unit_test(what_cannot_be_written_leaves_nothing_behind),
        cmocka_unit_test(what_contains_itself_is_not_written),
        cmocka_unit_test(what_cannot_be_written_is_explained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
