/*
 * instance_clone(): a copy that shares nothing with its original but the declaration; and
 * instance_import(), the same of an instance that is another library's.
 *
 * The provider may have written the fields itself, so each value is checked before it is followed.
 */
#include "mi/instance_impl.h"

/* An empty instance of the same class; a dynamic one gets the same elements, as nulls. */
static MI_Result new_alike(const MI_Instance *self, MI_Instance **ret)
{
    CLEANUP(instance_freep) MI_Instance *copy = NULL;
    const MI_ObjectDecl *decl = instance_decl(self);
    const MI_MethodDecl *method = (const MI_MethodDecl *)(const void *)decl;
    SharedClass *shared = instance_shared(self);
    MI_Result r;

    if (instance_is_of_method(self))
        return shared != NULL ? instance_new_shared_parameters(method, ret)
                              : instance_new_parameters(method, ret);
    if (shared != NULL)
        return instance_new_shared(shared, ret);
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
    void *field;
    MI_Result r;

    if (!instance_has_field(from, index))
        return MI_RESULT_OK;
    field = instance_field(to, index);
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

static MI_Result import_element(const MI_Instance *foreign, MI_Uint32 index, MI_Instance *to,
                                unsigned depth)
{
    const MI_Char *name = NULL;
    DynamicElement *element;
    MI_Value value = {0};
    MI_Type type = MI_BOOLEAN;
    MI_Uint32 flags = 0;
    MI_Result r;

    r = MI_Instance_GetElementAt(foreign, index, &name, &value, &type, &flags);
    if (r != MI_RESULT_OK)
        return r;
    if (name == NULL || !value_type_is_valid(type))
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_Instance_AddElement(to, name, NULL, type, flags);
    if (r != MI_RESULT_OK || (flags & MI_FLAG_NULL) != 0)
        return r;
    element = dynamic_element_of(instance_decl(to)->properties[index]);
    r = value_check(&value, type);
    if (r == MI_RESULT_OK)
        r = value_copy(&value, type, element->field, &element->memory, depth);
    if (r == MI_RESULT_OK)
        ((MI_Boolean *)element->field)[value_size(type)] = MI_TRUE;
    return r;
}

MI_Result instance_import(const MI_Instance *foreign, MI_Instance **ret, unsigned depth)
{
    CLEANUP(instance_freep) MI_Instance *copy = NULL;
    const MI_Char *name = NULL;
    MI_Uint32 count = 0;
    MI_Result r;

    *ret = NULL;
    r = MI_Instance_GetClassName(foreign, &name);
    if (r == MI_RESULT_OK)
        r = MI_Instance_GetElementCount(foreign, &count);
    if (r == MI_RESULT_OK)
        r = count > CLASS_MAX_FEATURES ? MI_RESULT_INVALID_PARAMETER
                                       : instance_new_dynamic(name, 0, &copy);
    for (MI_Uint32 i = 0; r == MI_RESULT_OK && i < count; i++)
        r = import_element(foreign, i, copy, depth);
    if (r == MI_RESULT_OK)
        *ret = take_pointer(copy);
    return r;
}
