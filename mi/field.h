/*
 * Fields: how the value of an element lies in an instance, `{value, exists, flags}`.
 *
 * The structs of <mi/fields.h> have one shape for each type, and generated provider code writes
 * into them without asking us. So nothing in a field is trusted to be ours: its ValueMemory lies
 * elsewhere. Here a field is a pointer to its beginning, and its type.
 */
#pragma once

#include "mi/value.h"

#include <mi.h>
#include <string.h>

#define FIELD_MAX_SIZE 40 /* of a datetime, the largest */

static inline bool field_exists(const void *field, MI_Uint32 type)
{
    return ((const MI_Boolean *)field)[value_size(type)] != 0;
}

/* MI_FLAG_* >> 24. */
static inline MI_Uint8 *field_flags(void *field, MI_Uint32 type)
{
    return (MI_Uint8 *)field + value_size(type) + 1;
}

/* Bytes of the whole field, as its struct has them. */
static inline size_t field_size(MI_Uint32 type)
{
    size_t alignment = value_alignment(type);

    return (value_size(type) + 2 + alignment - 1) / alignment * alignment;
}

/* Makes @field null. @memory is where its memory is kept, or NULL. */
void field_clear(void *field, MI_Type type, ValueMemory **memory);

/*
 * Sets @field to the value at @value: copied; with MI_FLAG_BORROW as it is; with MI_FLAG_ADOPT
 * taken over.
 * @memory is where its memory is kept; it may be NULL for a type, or with a flag, that needs none.
 * What value_check() refuses, and both flags at once, are MI_RESULT_INVALID_PARAMETER;
 * MI_RESULT_FAILED without memory. On an error @field is as it was.
 */
MI_Result field_set(void *field, MI_Type type, const void *value, MI_Uint32 flags,
                    ValueMemory **memory);
