#include "mi/property_set_impl.h"

#include "mi/class_decl.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Begins with what the provider sees. */
typedef struct PropertySet {
    MI_PropertySet public;
    char **names;
    MI_Uint32 count;
    MI_Uint32 capacity;
} PropertySet;

/* NULL for what was not made here. */
static PropertySet *property_set_of(const MI_PropertySet *self)
{
    if (self == NULL || self->ft != &mi_property_set_ft)
        return NULL;
    return container_of(self, PropertySet, public);
}

MI_Result property_set_new(MI_PropertySet **ret)
{
    PropertySet *set;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    set = calloc(1, sizeof(*set));
    if (set == NULL)
        return MI_RESULT_FAILED;
    set->public.ft = &mi_property_set_ft;
    *ret = &set->public;
    return MI_RESULT_OK;
}

void property_set_free(MI_PropertySet *self)
{
    MI_PropertySet_Delete(self);
}

static MI_Result MI_CALL GetElementCount(const MI_PropertySet *self, MI_Uint32 *count)
{
    const PropertySet *set = property_set_of(self);

    if (set == NULL || count == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *count = set->count;
    return MI_RESULT_OK;
}

static bool contains(const PropertySet *set, const char *name)
{
    for (MI_Uint32 i = 0; i < set->count; i++)
        if (class_name_equals(set->names[i], name))
            return true;
    return false;
}

static MI_Result MI_CALL ContainsElement(const MI_PropertySet *self, const MI_Char *name,
                                         MI_Boolean *flag)
{
    const PropertySet *set = property_set_of(self);

    if (set == NULL || name == NULL || flag == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *flag = contains(set, name);
    return MI_RESULT_OK;
}

static MI_Result reserve(PropertySet *set)
{
    MI_Uint32 capacity = set->capacity == 0 ? 8 : set->capacity * 2;
    char **names;

    if (set->count < set->capacity)
        return MI_RESULT_OK;
    if (set->count >= PROPERTY_SET_MAX)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    names = realloc(set->names, capacity * sizeof(*names));
    if (names == NULL)
        return MI_RESULT_FAILED;
    set->names = names;
    set->capacity = capacity;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL AddElement(MI_PropertySet *self, const MI_Char *name)
{
    PropertySet *set = property_set_of(self);
    MI_Result r;

    if (set == NULL || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (contains(set, name))
        return MI_RESULT_ALREADY_EXISTS;
    r = reserve(set);
    if (r != MI_RESULT_OK)
        return r;
    set->names[set->count] = strdup(name);
    if (set->names[set->count] == NULL)
        return MI_RESULT_FAILED;
    set->count++;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetElementAt(const MI_PropertySet *self, MI_Uint32 index,
                                      const MI_Char **name)
{
    const PropertySet *set = property_set_of(self);

    if (set == NULL || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (index >= set->count)
        return MI_RESULT_NOT_FOUND;
    *name = set->names[index];
    return MI_RESULT_OK;
}

/* Keeps the list for the names to come. */
static MI_Result MI_CALL Clear(MI_PropertySet *self)
{
    PropertySet *set = property_set_of(self);

    if (set == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    while (set->count > 0)
        free(set->names[--set->count]);
    return MI_RESULT_OK;
}

/* All sets are made by us: what Destruct leaves is an empty one, still to be deleted. */
static MI_Result MI_CALL Destruct(MI_PropertySet *self)
{
    PropertySet *set = property_set_of(self);
    MI_Result r;

    r = Clear(self);
    if (r != MI_RESULT_OK)
        return r;
    free(take_pointer(set->names));
    set->capacity = 0;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL Delete(MI_PropertySet *self)
{
    MI_Result r;

    r = Destruct(self);
    if (r == MI_RESULT_OK)
        free(property_set_of(self));
    return r;
}

static MI_Result MI_CALL Clone(const MI_PropertySet *self, MI_PropertySet **ret)
{
    CLEANUP(property_set_freep) MI_PropertySet *copy = NULL;
    const PropertySet *set = property_set_of(self);
    MI_Result r;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (set == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = property_set_new(&copy);
    for (MI_Uint32 i = 0; r == MI_RESULT_OK && i < set->count; i++)
        r = AddElement(copy, set->names[i]);
    if (r == MI_RESULT_OK)
        *ret = take_pointer(copy);
    return r;
}

const MI_PropertySetFT mi_property_set_ft = {
    .GetElementCount = GetElementCount,
    .ContainsElement = ContainsElement,
    .AddElement = AddElement,
    .GetElementAt = GetElementAt,
    .Clear = Clear,
    .Destruct = Destruct,
    .Delete = Delete,
    .Clone = Clone,
};
