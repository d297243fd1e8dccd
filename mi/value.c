/*
 * A ValueMemory is one allocation: a header, and the bytes that a copy points to. What has owners
 * of its own, instances and whatever was adopted, is listed in `owned`, which lies among these
 * bytes too: not in the value itself, whose array the provider may change at any time.
 */
#include "mi/value.h"

#include "mi/instance_impl.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_SMALLEST 32  /* bytes: so that a string may grow a little in place */
#define VALUE_KEEP     256 /* bytes: what is kept for the next value */

struct ValueMemory {
    size_t capacity;     /* bytes of data */
    MI_Uint32 instances; /* the first so many of owned are instances ... */
    MI_Uint32 blocks;    /* ... and so many more are freed with free() */
    void **owned;        /* in data, or NULL */
    max_align_t data[];
};

/* What the elements of strings, references and instances are. */
typedef void *Pointer;

/* number, name, C type of each scalar type */
#define SCALAR_TYPES(X)                                                                            \
    X(MI_BOOLEAN, "boolean", MI_Boolean)                                                           \
    X(MI_UINT8, "uint8", MI_Uint8)                                                                 \
    X(MI_SINT8, "sint8", MI_Sint8)                                                                 \
    X(MI_UINT16, "uint16", MI_Uint16)                                                              \
    X(MI_SINT16, "sint16", MI_Sint16)                                                              \
    X(MI_UINT32, "uint32", MI_Uint32)                                                              \
    X(MI_SINT32, "sint32", MI_Sint32)                                                              \
    X(MI_UINT64, "uint64", MI_Uint64)                                                              \
    X(MI_SINT64, "sint64", MI_Sint64)                                                              \
    X(MI_REAL32, "real32", MI_Real32)                                                              \
    X(MI_REAL64, "real64", MI_Real64)                                                              \
    X(MI_CHAR16, "char16", MI_Char16)                                                              \
    X(MI_DATETIME, "datetime", MI_Datetime)                                                        \
    X(MI_STRING, "string", Pointer)                                                                \
    X(MI_REFERENCE, "reference", Pointer)                                                          \
    X(MI_INSTANCE, "instance", Pointer)

static const char *const scalar_names[] = {
#define SCALAR_NAME(type, name, Type) [type] = name,
    SCALAR_TYPES(SCALAR_NAME)};

static const char *const array_names[] = {
#define ARRAY_NAME(type, name, Type) [type] = name "[]",
    SCALAR_TYPES(ARRAY_NAME)};

const uint8_t value_sizes[VALUE_TYPES] = {
#define SIZES(type, name, Type) [type] = sizeof(Type), [MI_ARRAY | (type)] = sizeof(MI_Array),
    SCALAR_TYPES(SIZES)};

const uint8_t value_alignments[VALUE_TYPES] = {
#define ALIGNMENTS(type, name, Type)                                                               \
    [type] = _Alignof(Type), [MI_ARRAY | (type)] = _Alignof(MI_Array),
    SCALAR_TYPES(ALIGNMENTS)};

_Static_assert(ARRAY_SIZE(scalar_names) == MI_ARRAY, "every scalar type has its line");

const char *value_type_name(MI_Uint32 type)
{
    if (!value_type_is_valid(type))
        return NULL;
    return (value_type_is_array(type) ? array_names : scalar_names)[value_scalar_type(type)];
}

int value_type_from_name(const char *name, MI_Type *ret)
{
    for (MI_Uint32 type = 0; type < VALUE_TYPES; type++) {
        if (strcmp(value_type_name(type), name) == 0) {
            *ret = (MI_Type)type;
            return 0;
        }
    }
    return -EINVAL;
}

static bool is_instance(MI_Type scalar)
{
    return scalar == MI_REFERENCE || scalar == MI_INSTANCE;
}

void value_memory_free(ValueMemory *memory)
{
    if (memory == NULL)
        return;
    for (MI_Uint32 i = 0; i < memory->instances; i++)
        MI_Instance_Delete(memory->owned[i]);
    for (MI_Uint32 i = 0; i < memory->blocks; i++)
        free(memory->owned[memory->instances + i]);
    free(memory);
}

void value_memory_release(ValueMemory **memory)
{
    if (*memory != NULL && ((*memory)->owned != NULL || (*memory)->capacity > VALUE_KEEP)) {
        value_memory_free(*memory);
        *memory = NULL;
    }
}

static ValueMemory *memory_new(size_t size)
{
    size_t capacity = size < VALUE_SMALLEST ? VALUE_SMALLEST : size;
    size_t total;
    ValueMemory *memory;

    if (__builtin_add_overflow(sizeof(*memory), capacity, &total))
        return NULL;
    memory = malloc(total);
    if (memory == NULL)
        return NULL;
    *memory = (ValueMemory){.capacity = capacity};
    return memory;
}

/* Memory with a list of @count owned pointers, which begins at @offset of the data. */
static ValueMemory *memory_new_owner(size_t offset, size_t count)
{
    ValueMemory *memory = memory_new(offset + count * sizeof(Pointer));

    if (memory != NULL)
        memory->owned = (void **)(void *)((char *)memory->data + offset);
    return memory;
}

/* Publishes @fresh, whose bytes the value now points to, in the place of what was there. */
static void memory_replace(ValueMemory **memory, ValueMemory *fresh)
{
    value_memory_free(*memory);
    *memory = fresh;
}

/* Copies @size bytes at @from, which may lie in *@memory, into *@memory, or new memory. Where they
 * are. */
static void *memory_put(ValueMemory **memory, const void *from, size_t size)
{
    ValueMemory *fresh;

    if (*memory != NULL && (*memory)->owned == NULL && (*memory)->capacity >= size)
        return memmove((*memory)->data, from, size);
    fresh = memory_new(size);
    if (fresh == NULL)
        return NULL;
    memcpy(fresh->data, from, size);
    memory_replace(memory, fresh);
    return fresh->data;
}

static MI_Result check_element(const void *element, MI_Type scalar)
{
    Pointer pointer;

    if (scalar < MI_STRING)
        return MI_RESULT_OK;
    memcpy(&pointer, element, sizeof(pointer));
    if (pointer == NULL ||
        (is_instance(scalar) && !instance_is_valid(pointer) && !instance_is_foreign(pointer)))
        return MI_RESULT_INVALID_PARAMETER;
    return MI_RESULT_OK;
}

MI_Result value_check(const void *value, MI_Type type)
{
    MI_Type scalar = value_scalar_type(type);
    MI_Array array;

    if (!value_type_is_array(type))
        return check_element(value, scalar);
    memcpy(&array, value, sizeof(array));
    if (array.data == NULL && array.size > 0)
        return MI_RESULT_INVALID_PARAMETER;
    if (scalar < MI_STRING)
        return MI_RESULT_OK;
    for (MI_Uint32 i = 0; i < array.size; i++)
        if (check_element((Pointer *)array.data + i, scalar) != MI_RESULT_OK)
            return MI_RESULT_INVALID_PARAMETER;
    return MI_RESULT_OK;
}

/* An array of strings is copied as one run: the pointers, then the texts. */
static MI_Result copy_strings(const MI_Array *from, MI_Array *to, ValueMemory **memory)
{
    const char *const *strings = from->data;
    size_t size = from->size * sizeof(char *);
    ValueMemory *fresh;

    for (MI_Uint32 i = 0; i < from->size; i++)
        size += strlen(strings[i]) + 1;
    fresh = memory_new(size);
    if (fresh == NULL)
        return MI_RESULT_FAILED;
    char **pointers = (char **)(void *)fresh->data;
    char *text = (char *)(pointers + from->size);
    for (MI_Uint32 i = 0; i < from->size; i++) {
        pointers[i] = text;
        text = stpcpy(text, strings[i]) + 1;
    }
    memory_replace(memory, fresh);
    *to = (MI_Array){pointers, from->size};
    return MI_RESULT_OK;
}

static MI_Result clone(const MI_Instance *instance, MI_Instance **ret, unsigned depth)
{
    if (depth == 0)
        return MI_RESULT_FAILED;
    if (instance_is_valid(instance))
        return instance_clone(instance, ret, depth - 1);
    return instance_import(instance, ret, depth - 1);
}

/* Clones @count instances into new memory: the pointers that the value shows, then those that are
 * owned. */
static MI_Result copy_instances(MI_Instance *const *from, MI_Uint32 count, unsigned depth,
                                ValueMemory **ret)
{
    CLEANUP(value_memory_freep) ValueMemory *fresh = NULL;
    MI_Result r;

    fresh = memory_new_owner(count * sizeof(Pointer), count);
    if (fresh == NULL)
        return MI_RESULT_FAILED;
    for (MI_Uint32 i = 0; i < count; i++) {
        MI_Instance *copy = NULL;

        r = clone(from[i], &copy, depth);
        if (r != MI_RESULT_OK)
            return MI_RESULT_FAILED;
        fresh->owned[fresh->instances++] = copy;
        ((Pointer *)(void *)fresh->data)[i] = copy;
    }
    *ret = take_pointer(fresh);
    return MI_RESULT_OK;
}

static MI_Result copy_array(const MI_Array *from, MI_Type scalar, MI_Array *to,
                            ValueMemory **memory, unsigned depth)
{
    MI_Uint32 count = from->size;
    ValueMemory *fresh;
    MI_Result r;

    if (count == 0) {
        value_memory_release(memory);
        *to = (MI_Array){0};
        return MI_RESULT_OK;
    }
    if (scalar == MI_STRING)
        return copy_strings(from, to, memory);
    if (is_instance(scalar)) {
        r = copy_instances(from->data, count, depth, &fresh);
        if (r != MI_RESULT_OK)
            return r;
        memory_replace(memory, fresh);
        *to = (MI_Array){fresh->data, count};
        return MI_RESULT_OK;
    }
    void *data = memory_put(memory, from->data, count * value_size(scalar));
    if (data == NULL)
        return MI_RESULT_FAILED;
    *to = (MI_Array){data, count};
    return MI_RESULT_OK;
}

MI_Result value_copy(const void *from, MI_Type type, void *to, ValueMemory **memory, unsigned depth)
{
    Pointer pointer;
    MI_Result r;

    if (value_type_is_array(type)) {
        MI_Array array, copy;

        memcpy(&array, from, sizeof(array));
        r = copy_array(&array, value_scalar_type(type), &copy, memory, depth);
        if (r == MI_RESULT_OK)
            memcpy(to, &copy, sizeof(copy));
        return r;
    }
    if (!value_type_has_memory(type)) {
        memmove(to, from, value_size(type));
        return MI_RESULT_OK;
    }
    memcpy(&pointer, from, sizeof(pointer));
    if (type == MI_STRING) {
        pointer = memory_put(memory, pointer, strlen(pointer) + 1);
        if (pointer == NULL)
            return MI_RESULT_FAILED;
    } else {
        MI_Instance *instance = pointer;
        ValueMemory *fresh;

        r = copy_instances(&instance, 1, depth, &fresh);
        if (r != MI_RESULT_OK)
            return r;
        memory_replace(memory, fresh);
        pointer = fresh->owned[0];
    }
    memcpy(to, &pointer, sizeof(pointer));
    return MI_RESULT_OK;
}

static ValueMemory *adopt_array(const MI_Array *array, MI_Type scalar)
{
    bool owns_elements = scalar >= MI_STRING;
    MI_Uint32 elements = owns_elements ? array->size : 0;
    ValueMemory *fresh = memory_new_owner(0, (size_t)elements + 1);

    if (fresh == NULL)
        return NULL;
    if (elements > 0)
        memcpy(fresh->owned, array->data, elements * sizeof(Pointer));
    if (is_instance(scalar))
        fresh->instances = elements;
    else
        fresh->blocks = elements;
    fresh->owned[elements] = array->data;
    fresh->blocks++;
    return fresh;
}

MI_Result value_adopt(const void *from, MI_Type type, void *to, ValueMemory **memory)
{
    ValueMemory *fresh;

    if (!value_type_has_memory(type)) {
        memmove(to, from, value_size(type));
        return MI_RESULT_OK;
    }
    if (value_type_is_array(type)) {
        MI_Array array;

        memcpy(&array, from, sizeof(array));
        fresh = adopt_array(&array, value_scalar_type(type));
        if (fresh == NULL)
            return MI_RESULT_FAILED;
    } else {
        fresh = memory_new_owner(0, 1);
        if (fresh == NULL)
            return MI_RESULT_FAILED;
        memcpy(fresh->owned, from, sizeof(Pointer));
        if (is_instance(type))
            fresh->instances = 1;
        else
            fresh->blocks = 1;
    }
    memmove(to, from, value_size(type));
    memory_replace(memory, fresh);
    return MI_RESULT_OK;
}
