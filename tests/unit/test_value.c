/*
 * The types of values, and copies: of every type, into memory that is used again.
 */
#include "mi/instance_impl.h"
#include "mi/value.h"
#include "tests/support/cmocka.h"
#include "tests/unit/everything.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void sizes_and_alignments_are_those_of_the_fields(void **state)
{
    (void)state;
#define CHECK_FIELDS(TYPE, Type)                                                                   \
    assert_int_equal(value_size(MI_##TYPE), sizeof(((MI_##Type##Field *)NULL)->value));            \
    assert_int_equal(value_size(MI_##TYPE##A), sizeof(((MI_##Type##AField *)NULL)->value));        \
    assert_int_equal(value_alignment(MI_##TYPE), _Alignof(MI_##Type##Field));                      \
    assert_int_equal(value_alignment(MI_##TYPE##A), _Alignof(MI_##Type##AField));                  \
    assert_int_equal(field_size(MI_##TYPE), sizeof(MI_##Type##Field));                             \
    assert_int_equal(field_size(MI_##TYPE##A), sizeof(MI_##Type##AField));                         \
    assert_int_equal(value_size(MI_##TYPE), offsetof(MI_##Type##Field, exists));                   \
    assert_int_equal(value_size(MI_##TYPE##A), offsetof(MI_##Type##AField, exists));
    EVERY_SCALAR(CHECK_FIELDS)
    assert_int_equal(FIELD_MAX_SIZE, sizeof(MI_DatetimeField));
}

static void every_type_is_found_by_its_name(void **state)
{
    MI_Type type;

    (void)state;
    for (MI_Uint32 i = 0; i < VALUE_TYPES; i++) {
        assert_int_equal(value_type_from_name(value_type_name(i), &type), 0);
        assert_int_equal(type, i);
    }
    assert_string_equal(value_type_name(MI_UINT8A), "uint8[]");
    assert_string_equal(value_type_name(MI_DATETIME), "datetime");
    assert_null(value_type_name(VALUE_TYPES));
    assert_int_equal(value_type_from_name("UINT8", &type), -EINVAL);
    assert_int_equal(value_type_from_name("", &type), -EINVAL);
}

static void a_copied_string_lies_in_memory_of_its_own(void **state)
{
    CLEANUP(value_memory_freep) ValueMemory *memory = NULL;
    char text[] = "first";
    MI_Value from = {.string = text}, to;

    (void)state;
    assert_int_equal(value_copy(&from, MI_STRING, &to, &memory, 1), MI_RESULT_OK);
    assert_ptr_not_equal(to.string, text);
    text[0] = 'F';
    assert_string_equal(to.string, "first");
}

static void a_string_that_fits_takes_the_place_of_the_last_one(void **state)
{
    CLEANUP(value_memory_freep) ValueMemory *memory = NULL;
    MI_Char first[] = "a string", second[] = "another", *place;
    MI_Value from = {.string = first}, to;

    (void)state;
    assert_int_equal(value_copy(&from, MI_STRING, &to, &memory, 1), MI_RESULT_OK);
    place = to.string;
    from.string = second;
    assert_int_equal(value_copy(&from, MI_STRING, &to, &memory, 1), MI_RESULT_OK);
    assert_ptr_equal(to.string, place);
    assert_string_equal(to.string, "another");
}

static void a_value_may_be_copied_from_its_own_memory(void **state)
{
    CLEANUP(value_memory_freep) ValueMemory *memory = NULL;
    MI_Char text[] = "prefix and rest", *strings[] = {text, text + 7};
    MI_Value from = {.string = text}, to;

    (void)state;
    assert_int_equal(value_copy(&from, MI_STRING, &to, &memory, 1), MI_RESULT_OK);
    to.string += 7;
    assert_int_equal(value_copy(&to, MI_STRING, &to, &memory, 1), MI_RESULT_OK);
    assert_string_equal(to.string, "and rest");

    from.stringa = (MI_StringA){strings, 2};
    assert_int_equal(value_copy(&from, MI_STRINGA, &to, &memory, 1), MI_RESULT_OK);
    to.stringa.data++;
    to.stringa.size--;
    assert_int_equal(value_copy(&to, MI_STRINGA, &to, &memory, 1), MI_RESULT_OK);
    assert_int_equal(to.stringa.size, 1);
    assert_string_equal(to.stringa.data[0], "and rest");
}

static void an_array_is_copied_with_its_elements(void **state)
{
    CLEANUP(value_memory_freep) ValueMemory *memory = NULL;
    MI_Datetime datetimes[300] = {[299] = {.isTimestamp = 1, .u.timestamp = {.year = 1999}}};
    MI_Value from = {.datetimea = {datetimes, 300}}, to;

    (void)state;
    assert_int_equal(value_copy(&from, MI_DATETIMEA, &to, &memory, 1), MI_RESULT_OK);
    assert_ptr_not_equal(to.datetimea.data, datetimes);
    assert_int_equal(to.datetimea.size, 300);
    assert_int_equal(to.datetimea.data[299].u.timestamp.year, 1999);

    from.datetimea = (MI_DatetimeA){NULL, 0};
    assert_int_equal(value_copy(&from, MI_DATETIMEA, &to, &memory, 1), MI_RESULT_OK);
    assert_int_equal(to.datetimea.size, 0);
}

static void a_copied_instance_is_a_clone(void **state)
{
    CLEANUP(value_memory_freep) ValueMemory *memory = NULL;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    MI_Value from, to, x = {.sint32 = 7};

    (void)state;
    assert_int_equal(instance_new(&point_class, &instance), MI_RESULT_OK);
    MI_Instance_SetElement(instance, "X", &x, MI_SINT32, 0);
    from.instance = instance;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(value_copy(&from, MI_INSTANCE, &to, &memory, 1), MI_RESULT_OK);
        assert_ptr_not_equal(to.instance, instance);
        assert_int_equal(((Point *)to.instance)->X.value, 7);
    }
}

static void what_is_nested_too_deeply_is_not_copied(void **state)
{
    CLEANUP(value_memory_freep) ValueMemory *memory = NULL;
    CLEANUP(instance_freep) MI_Instance *outer = NULL, *inner = NULL;
    MI_Value from, to;

    (void)state;
    assert_int_equal(instance_new_dynamic("Inner", 0, &inner), MI_RESULT_OK);
    assert_int_equal(instance_new_dynamic("Outer", 0, &outer), MI_RESULT_OK);
    from.instance = inner;
    MI_Instance_AddElement(outer, "Inner", &from, MI_INSTANCE, 0);
    from.instance = outer;
    assert_int_equal(value_copy(&from, MI_INSTANCE, &to, &memory, 1), MI_RESULT_FAILED);
    assert_null(memory);
    assert_int_equal(value_copy(&from, MI_INSTANCE, &to, &memory, 2), MI_RESULT_OK);
}

static void an_adopted_value_is_freed_with_its_memory(void **state)
{
    ValueMemory *memory = NULL;
    MI_Instance **instances = calloc(2, sizeof(*instances));
    MI_Value from, to;

    (void)state;
    assert_non_null(instances);
    assert_int_equal(instance_new(&point_class, &instances[0]), MI_RESULT_OK);
    assert_int_equal(instance_new(&point_class, &instances[1]), MI_RESULT_OK);
    from.instancea = (MI_InstanceA){instances, 2};
    assert_int_equal(value_adopt(&from, MI_INSTANCEA, &to, &memory), MI_RESULT_OK);
    assert_ptr_equal(to.instancea.data, instances);

    char **strings = calloc(2, sizeof(*strings));
    assert_non_null(strings);
    strings[0] = strdup("one");
    strings[1] = strdup("two");
    from.stringa = (MI_StringA){strings, 2};
    assert_int_equal(value_adopt(&from, MI_STRINGA, &to, &memory), MI_RESULT_OK);

    from.string = strdup("alone");
    assert_int_equal(value_adopt(&from, MI_STRING, &to, &memory), MI_RESULT_OK);
    value_memory_free(memory); /* the sanitizer sees what is left, or freed twice */
}

static void a_value_that_points_nowhere_is_refused(void **state)
{
    MI_Instance unmade = {0};
    MI_Instance *instances[] = {&unmade};
    MI_Char text[] = "text", *strings[] = {text, NULL};
    MI_Value value = {0};

    (void)state;
    assert_int_equal(value_check(&value, MI_UINT32), MI_RESULT_OK);
    assert_int_equal(value_check(&value, MI_UINT8A), MI_RESULT_OK);
    assert_int_equal(value_check(&value, MI_STRING), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(value_check(&value, MI_REFERENCE), MI_RESULT_INVALID_PARAMETER);
    value.uint8a.size = 1;
    assert_int_equal(value_check(&value, MI_UINT8A), MI_RESULT_INVALID_PARAMETER);
    value.stringa = (MI_StringA){strings, 1};
    assert_int_equal(value_check(&value, MI_STRINGA), MI_RESULT_OK);
    value.stringa.size = 2;
    assert_int_equal(value_check(&value, MI_STRINGA), MI_RESULT_INVALID_PARAMETER);
    value.instance = &unmade;
    assert_int_equal(value_check(&value, MI_INSTANCE), MI_RESULT_INVALID_PARAMETER);
    value.instancea = (MI_InstanceA){instances, 1};
    assert_int_equal(value_check(&value, MI_INSTANCEA), MI_RESULT_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_alignments_are_those_of_the_fields),
        cmocka_unit_test(every_type_is_found_by_its_name),
        cmocka_unit_test(a_copied_string_lies_in_memory_of_its_own),
        cmocka_unit_test(a_string_that_fits_takes_the_place_of_the_last_one),
        cmocka_unit_test(a_value_may_be_copied_from_its_own_memory),
        cmocka_unit_test(an_array_is_copied_with_its_elements),
        cmocka_unit_test(a_copied_instance_is_a_clone),
        cmocka_unit_test(what_is_nested_too_deeply_is_not_copied),
        cmocka_unit_test(an_adopted_value_is_freed_with_its_memory),
        cmocka_unit_test(a_value_that_points_nowhere_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
