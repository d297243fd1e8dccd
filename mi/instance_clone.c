/*
 * instance_clone(): a copy that shares nothing with its original but the declaration.
 *
 * The provider may have written the fields itself, so each value is checked before it is followed.
 */
#include "mi/instance_impl.h"

/* An empty instance of the same class; a dynamic one gets the same elements, as nulls. */
static MI_Result new_alike(const MI_Instance *self, MI_Instance **ret)
{
    CLEANUP(instance_freep) MI_Instance *copy = NULL;
    const MI_ObjectDecl *decl = instance_decl(self);
    MI_Result r;

    if ((self->reserved[INSTANCE_RESERVED_KIND] & INSTANCE_OF_METHOD) != 0)
        return instance_new_parameters((const MI_MethodDecl *)(const void *)decl, ret);
    if (!instance_is_dynamic(self))
        return instance_new(self->classDecl, ret);
    r = instance_new_dynamic(decl->name, decl->flags, &copy);
    for (MI_Uint32 i = 0; r == MI_RESULT_OK && i < decl->numProperties; i++) {
        const MI_PropertyDecl *property = decl->properties[i];
        DynamicElement *element;

        r = dynamic_instance_add(dynamic_instance_of(copy), property->name, (MI_Type)property->type,
                                 property->flags, &element);
    }
    if (r == MI_RESULT_OK)
        *ret = take_pointer(copy);
    return r;
}

static MI_Result copy_element(const MI_Instance *from, MI_Uint32 index, MI_Instance *to,
                              unsigned depth)
{
    MI_Type type = (MI_Type)instance_decl(from)->properties[index]->type;
    const void *value = instance_value(from, index);
    void *field = instance_field(to, index);
    MI_Result r;

    if (value == NULL) {
        if (instance_is_unmodified(from, index))
            *field_flags(field, type) = MI_FLAG_NOT_MODIFIED >> 24;
        return MI_RESULT_OK;
    }
    r = value_check(value, type); /* the provider may have written it itself */
    if (r == MI_RESULT_OK)
        r = value_copy(value, type, field, instance_memory(to, index), depth);
    if (r == MI_RESULT_OK)
        ((MI_Boolean *)field)[value_size(type)] = MI_TRUE;
    return r;
}

MI_Result instance_clone(const MI_Instance *self, MI_Instance **ret, unsigned depth)
{
    CLEANUP(instance_freep) MI_Instance *copy = NULL;
    MI_Result r;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (!instance_is_valid(self))
        return MI_RESULT_INVALID_PARAMETER;
    r = new_alike(self, &copy);
    if (r != MI_RESULT_OK)
        return r;
    for (MI_Uint32 i = 0; r == MI_RESULT_OK && i < instance_decl(self)->numProperties; i++)
        r = copy_element(self, i, copy, depth);
    if (r == MI_RESULT_OK)
        r = MI_Instance_SetNameSpace(copy, self->nameSpace);
    if (r == MI_RESULT_OK)
        r = MI_Instance_SetServerName(copy, self->serverName);
    if (r == MI_RESULT_OK)
        *ret = take_pointer(copy);
    return r;
}
