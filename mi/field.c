#include "mi/field.h"

#define FLAG_BYTE(flag) ((MI_Uint8)((flag) >> 24))

void field_clear(void *field, MI_Type type, ValueMemory **memory)
{
    memset(field, 0, value_size(type) + 2);
    if (memory != NULL)
        value_memory_release(memory);
}

MI_Result field_set(void *field, MI_Type type, const void *value, MI_Uint32 flags,
                    ValueMemory **memory)
{
    MI_Uint32 policy = flags & (MI_FLAG_BORROW | MI_FLAG_ADOPT);
    MI_Result r;

    if (policy == (MI_FLAG_BORROW | MI_FLAG_ADOPT))
        return MI_RESULT_INVALID_PARAMETER;
    r = value_check(value, type);
    if (r != MI_RESULT_OK)
        return r;
    if (!value_type_has_memory(type) || policy == MI_FLAG_BORROW)
        memmove(field, value,
                value_size(type)); /* what was copied before is kept: it may be borrowed */
    else if (policy == MI_FLAG_ADOPT)
        r = value_adopt(value, type, field, memory);
    else
        r = value_copy(value, type, field, memory, VALUE_MAX_DEPTH);
    if (r != MI_RESULT_OK)
        return r;
    ((MI_Boolean *)field)[value_size(type)] = MI_TRUE;
    *field_flags(field, type) = FLAG_BYTE(policy);
    return MI_RESULT_OK;
}
