/*
 * Values of the MI types: their names and sizes, and copies of them.
 *
 * A value is handled through a plain pointer to where it lies, an MI_Value, the beginning of a
 * field, or an element of an array; its type says how many bytes count there. So the small structs
 * and the packed fields of generated provider code are never read beyond their end.
 *
 * What a copy points to lives in a ValueMemory beside it, never in the value: the owner of the
 * value may overwrite it at any time without our losing, or wrongly freeing, what we allocated.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUE_TYPES     32 /* every number below is an MI_Type */
#define VALUE_MAX_DEPTH 32 /* instances within each other that a copy follows */

static inline bool value_type_is_valid(MI_Uint32 type)
{
    return type < VALUE_TYPES;
}

static inline bool value_type_is_array(MI_Uint32 type)
{
    return (type & MI_ARRAY) != 0;
}

/* The type of the elements of an array type; a scalar type is its own. */
static inline MI_Type value_scalar_type(MI_Uint32 type)
{
    return (MI_Type)(type & (MI_ARRAY - 1U));
}

/* "uint32", "string", "uint8[]", "instance", ...: as the protocol has them. NULL for no type. */
const char *value_type_name(MI_Uint32 type);

/* The type that @name, matched exactly, means. 0, or -EINVAL. */
int value_type_from_name(const char *name, MI_Type *ret);

/* Bytes of a value of a valid type, and their alignment. An array is an MI_Array. */
extern const uint8_t value_sizes[VALUE_TYPES], value_alignments[VALUE_TYPES];

static inline size_t value_size(MI_Uint32 type)
{
    return value_sizes[type];
}

static inline size_t value_alignment(MI_Uint32 type)
{
    return value_alignments[type];
}

/* Whether a value of @type points to something, or is all there is. */
static inline bool value_type_has_memory(MI_Uint32 type)
{
    return type >= MI_STRING;
}

/* What a copy, or an adopted value, points to. Opaque. */
typedef struct ValueMemory ValueMemory;

/* Frees it with everything in it. NULL is fine. */
void value_memory_free(ValueMemory *memory);
DEFINE_CLEANUP(ValueMemory, value_memory_free)

/* Forgets the value, which nobody reads any more: frees *@memory unless it is small and can be used
 * again. */
void value_memory_release(ValueMemory **memory);

/*
 * Whether the value at @value points where it says: MI_RESULT_INVALID_PARAMETER for a NULL string,
 * a NULL or unmade instance, an array without data, or such an element.
 */
MI_Result value_check(const void *value, MI_Type type);

/*
 * Copies the value at @from, which value_check() accepted, to @to, with all that it points to.
 * *@memory is what an earlier copy to @to left, or NULL: it is used again where it is large enough,
 * otherwise freed and replaced. @from may be @to, or lie in *@memory. At most @depth instances
 * within each other. MI_RESULT_FAILED (no memory, or too deep): neither @to nor *@memory has
 * changed.
 */
MI_Result value_copy(const void *from, MI_Type type, void *to, ValueMemory **memory,
                     unsigned depth);

/*
 * Takes over what the value at @from, which value_check() accepted, points to: it is freed with
 * *@memory; strings and arrays with free(), instances with MI_Instance_Delete(). *@memory is
 * replaced. MI_RESULT_FAILED without memory: nothing has changed, and the caller still owns it all.
 */
MI_Result value_adopt(const void *from, MI_Type type, void *to, ValueMemory **memory);
