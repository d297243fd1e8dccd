/*
 * What the tests of instances share: instances to work with, a value for each type, and
 * comparisons.
 */
#pragma once

#include "mi/instance_impl.h"
#include "tests/support/cmocka.h"
#include "tests/unit/everything.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define assert_ok(call) assert_int_equal(call, MI_RESULT_OK)

static inline MI_Instance *new_everything(void)
{
    MI_Instance *instance;

    assert_ok(instance_new(&everything_class, &instance));
    return instance;
}

static inline MI_Instance *new_point(const char *name, MI_Sint32 x)
{
    MI_Value value = {.string = (char *)(uintptr_t)name};
    MI_Instance *instance;

    assert_ok(instance_new(&point_class, &instance));
    assert_ok(MI_Instance_SetElement(instance, "Name", &value, MI_STRING, 0));
    value.sint32 = x;
    assert_ok(MI_Instance_SetElement(instance, "X", &value, MI_SINT32, 0));
    return instance;
}

static inline MI_Result set_string(MI_Instance *instance, const char *name, const char *string,
                                   MI_Uint32 flags)
{
    MI_Value value = {.string = (char *)(uintptr_t)string};

    return MI_Instance_SetElement(instance, name, &value, MI_STRING, flags);
}

static inline const char *get_string(const MI_Instance *instance, const char *name)
{
    MI_Value value;
    MI_Type type;

    assert_ok(MI_Instance_GetElement(instance, name, &value, &type, NULL, NULL));
    assert_int_equal(type, MI_STRING);
    return value.string;
}

static inline bool is_null(const MI_Instance *instance, const char *name)
{
    MI_Uint32 flags = 0;

    assert_ok(MI_Instance_GetElement(instance, name, NULL, NULL, &flags, NULL));
    return (flags & MI_FLAG_NULL) != 0;
}

/* A value of @type whose bytes, or whose elements, are made from @seed; what it points to is
 * static. */
static inline MI_Value some_value(MI_Type type, unsigned char seed, MI_Instance *instance)
{
    static max_align_t elements[16];
    static MI_Char text[2][8], *strings[2] = {text[0], text[1]};
    static MI_Instance *instances[2];
    MI_Value value;

    memset(elements, seed, sizeof(elements));
    memset(text, 'a' + seed % 20, sizeof(text));
    text[0][7] = text[1][4] = '\0';
    instances[0] = instances[1] = instance;
    memset(&value, 0, sizeof(value));
    if (type == MI_STRING)
        value.string = text[0];
    else if (type == MI_INSTANCE || type == MI_REFERENCE)
        value.instance = instance;
    else if (type == MI_STRINGA)
        value.stringa = (MI_StringA){strings, 2};
    else if (type == MI_INSTANCEA || type == MI_REFERENCEA)
        value.instancea = (MI_InstanceA){instances, 2};
    else if (value_type_is_array(type))
        value.array = (MI_Array){elements, 3};
    else
        memset(&value, seed, value_size(type));
    return value;
}

static inline void assert_same_scalar(MI_Type type, const void *a, const void *b)
{
    if (type == MI_STRING)
        assert_string_equal(*(const char *const *)a, *(const char *const *)b);
    else if (type == MI_INSTANCE || type == MI_REFERENCE)
        assert_string_equal(get_string(*(MI_Instance *const *)a, "Name"),
                            get_string(*(MI_Instance *const *)b, "Name"));
    else
        assert_memory_equal(a, b, value_size(type));
}

static inline void assert_same(MI_Type type, const MI_Value *a, const MI_Value *b)
{
    MI_Type scalar = value_scalar_type(type);

    if (!value_type_is_array(type)) {
        assert_same_scalar(type, a, b);
        return;
    }
    assert_int_equal(a->array.size, b->array.size);
    for (MI_Uint32 i = 0; i < a->array.size; i++)
        assert_same_scalar(scalar, (const char *)a->array.data + i * value_size(scalar),
                           (const char *)b->array.data + i * value_size(scalar));
}

/* Sets every element of @instance to a value made from @seed, and compares what is read back. */
static inline void set_all_and_compare(MI_Instance *instance, unsigned char seed, MI_Uint32 policy)
{
    CLEANUP(instance_freep) MI_Instance *point = new_point("embedded", seed);
    MI_Uint32 count = 0, flags;

    assert_ok(MI_Instance_GetElementCount(instance, &count));
    for (MI_Uint32 i = 0; i < count; i++) {
        MI_Type type = MI_BOOLEAN, found;
        MI_Value value, back;

        assert_ok(MI_Instance_GetElementAt(instance, i, NULL, NULL, &type, NULL));
        value = some_value(type, seed, point);
        assert_ok(MI_Instance_SetElementAt(instance, i, &value, type, policy));
        assert_ok(MI_Instance_GetElementAt(instance, i, NULL, &back, &found, &flags));
        assert_int_equal(found, type);
        assert_int_equal(flags & MI_FLAG_NULL, 0);
        assert_same(type, &back, &value);
        if (value_type_has_memory(type) && policy == 0)
            assert_ptr_not_equal(back.string, value.string);
        if (value_type_has_memory(type) && policy == MI_FLAG_BORROW)
            assert_ptr_equal(back.string, value.string);
    }
    if (policy == MI_FLAG_BORROW) /* the point ends here */
        for (MI_Uint32 i = 0; i < count; i++)
            assert_ok(MI_Instance_ClearElementAt(instance, i));
}
