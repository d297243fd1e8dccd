/*
 * reserved1 is the address of the list, reserved2 the number of its entries. Every output may be
 * left out.
 */
#include "mi/qualifier_set_impl.h"

#include "mi/class_decl.h"
#include "mi/class_impl.h"

void qualifier_set_init(MI_QualifierSet *self, const MI_Qualifier *const *qualifiers,
                        MI_Uint32 count)
{
    if (self == NULL)
        return;
    *self = (MI_QualifierSet){.reserved1 = (uintptr_t)qualifiers,
                              .reserved2 = (ptrdiff_t)count,
                              .ft = &mi_qualifier_set_ft};
}

static bool is_valid(const MI_QualifierSet *self)
{
    return self != NULL && self->ft == &mi_qualifier_set_ft;
}

static MI_Uint32 count_of(const MI_QualifierSet *self)
{
    return (MI_Uint32)self->reserved2;
}

static const MI_Qualifier *qualifier_of(const MI_QualifierSet *self, MI_Uint32 index)
{
    return ((const MI_Qualifier *const *)(uintptr_t)self->reserved1)[index];
}

static MI_Result MI_CALL GetQualifierCount(const MI_QualifierSet *self, MI_Uint32 *count)
{
    if (!is_valid(self) || count == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *count = count_of(self);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetQualifierAt(const MI_QualifierSet *self, MI_Uint32 index,
                                        const MI_Char **name, MI_Type *type, MI_Uint32 *flags,
                                        MI_Value *value)
{
    const MI_Qualifier *qualifier;
    bool exists;

    if (!is_valid(self))
        return MI_RESULT_INVALID_PARAMETER;
    if (index >= count_of(self))
        return MI_RESULT_NOT_FOUND;
    qualifier = qualifier_of(self, index);
    exists = class_show_value(qualifier->value, qualifier->type, value);
    if (name != NULL)
        *name = qualifier->name;
    if (type != NULL)
        *type = (MI_Type)qualifier->type;
    if (flags != NULL)
        *flags = qualifier->flavor | (exists ? 0 : MI_FLAG_NULL);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetQualifier(const MI_QualifierSet *self, const MI_Char *name,
                                      MI_Type *type, MI_Uint32 *flags, MI_Value *value,
                                      MI_Uint32 *index)
{
    if (!is_valid(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    for (MI_Uint32 i = 0; i < count_of(self); i++) {
        if (!class_name_equals(qualifier_of(self, i)->name, name))
            continue;
        if (index != NULL)
            *index = i;
        return GetQualifierAt(self, i, NULL, type, flags, value);
    }
    return MI_RESULT_NOT_FOUND;
}

const MI_QualifierSetFT mi_qualifier_set_ft = {
    .GetQualifierCount = GetQualifierCount,
    .GetQualifierAt = GetQualifierAt,
    .GetQualifier = GetQualifier,
};
