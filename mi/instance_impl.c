#include "mi/instance_impl.h"

#include "mi/class_decl.h"
#include "mi/class_impl.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void reserved_set(MI_Instance *self, unsigned slot, const void *pointer)
{
    self->reserved[slot] = (ptrdiff_t)(uintptr_t)pointer;
}

/* The size of the struct, and of the table of ValueMemory behind it. */
static size_t table_offset(const MI_ObjectDecl *decl)
{
    size_t alignment = _Alignof(ValueMemory *);
    size_t size = decl->size < sizeof(MI_Instance) ? sizeof(MI_Instance) : decl->size;

    return (size + alignment - 1) / alignment * alignment;
}

static void header_init(MI_Instance *self, const void *decl, ptrdiff_t kind)
{
    self->ft = &mi_instance_ft;
    self->classDecl = decl;
    self->reserved[INSTANCE_RESERVED_KIND] = kind;
}

static MI_Result new_declared(const MI_ObjectDecl *decl, ptrdiff_t kind, MI_Instance **ret)
{
    size_t offset;
    MI_Instance *self;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (decl == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    offset = table_offset(decl);
    /* cppcheck-suppress pointerSize ; behind the instance stands a table of pointers */
    self = calloc(1, offset + decl->numProperties * sizeof(ValueMemory *));
    if (self == NULL)
        return MI_RESULT_FAILED;
    header_init(self, decl, kind | INSTANCE_IN_HEAP);
    reserved_set(self, INSTANCE_RESERVED_MEMORY, (char *)self + offset);
    *ret = self;
    return MI_RESULT_OK;
}

MI_Result instance_new(const MI_ClassDecl *decl, MI_Instance **ret)
{
    return new_declared(class_object(decl), 0, ret);
}

MI_Result instance_new_parameters(const MI_MethodDecl *decl, MI_Instance **ret)
{
    return new_declared(class_method_object(decl), INSTANCE_OF_METHOD, ret);
}

static MI_Result new_shared(const MI_ObjectDecl *decl, ptrdiff_t kind, MI_Instance **ret)
{
    MI_Result r = new_declared(decl, kind | INSTANCE_IS_SHARED, ret);

    if (r == MI_RESULT_OK)
        shared_class_ref(instance_shared(*ret));
    return r;
}

MI_Result instance_new_shared(SharedClass *shared, MI_Instance **ret)
{
    return new_shared(class_object(&shared->decl), 0, ret);
}

MI_Result instance_new_shared_parameters(const MI_MethodDecl *method, MI_Instance **ret)
{
    return new_shared(class_method_object(method), INSTANCE_OF_METHOD, ret);
}

static MI_Result construct_declared(const MI_ObjectDecl *decl, ptrdiff_t kind, MI_Instance *self)
{
    if (decl == NULL || self == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    memset(self, 0, decl->size);
    header_init(self, decl, kind);
    return MI_RESULT_OK;
}

MI_Result instance_construct(const MI_ClassDecl *decl, MI_Instance *self)
{
    return construct_declared(class_object(decl), 0, self);
}

MI_Result instance_construct_parameters(const MI_MethodDecl *decl, MI_Instance *self)
{
    return construct_declared(class_method_object(decl), INSTANCE_OF_METHOD, self);
}

MI_Result instance_new_dynamic(const char *class_name, MI_Uint32 flags, MI_Instance **ret)
{
    DynamicInstance *dynamic;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (class_name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    dynamic = dynamic_instance_new(class_name, flags == 0 ? MI_FLAG_CLASS : flags);
    if (dynamic == NULL)
        return MI_RESULT_FAILED;
    header_init(&dynamic->instance, &dynamic->decl, INSTANCE_IN_HEAP | INSTANCE_IS_DYNAMIC);
    *ret = &dynamic->instance;
    return MI_RESULT_OK;
}

void instance_free(MI_Instance *self)
{
    MI_Instance_Delete(self);
}

/* As instance_memory(); an instance in its caller's memory gets its table when it first needs one.
 */
static ValueMemory **ensure_memory(MI_Instance *self, MI_Uint32 index)
{
    ValueMemory **memory = instance_memory(self, index);
    ValueMemory **table;

    if (memory != NULL)
        return memory;
    table = calloc(instance_decl(self)->numProperties, sizeof(ValueMemory *));
    if (table == NULL)
        return NULL;
    reserved_set(self, INSTANCE_RESERVED_MEMORY, table);
    return table + index;
}

/* Frees what the fields and the names point to, as far as it is ours. */
static void release_content(MI_Instance *self)
{
    const MI_ObjectDecl *decl = instance_decl(self);

    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        ValueMemory **memory = instance_memory(self, i);

        if (memory == NULL)
            break;
        value_memory_free(take_pointer(*memory));
    }
    free(instance_reserved(self, INSTANCE_RESERVED_NAME_SPACE));
    free(instance_reserved(self, INSTANCE_RESERVED_SERVER_NAME));
    reserved_set(self, INSTANCE_RESERVED_NAME_SPACE, NULL);
    reserved_set(self, INSTANCE_RESERVED_SERVER_NAME, NULL);
    self->nameSpace = NULL;
    self->serverName = NULL;
}

/* Ends an instance in its caller's memory; one in ours becomes empty, and is still to be deleted.
 */
static MI_Result MI_CALL Destruct(MI_Instance *self)
{
    const MI_ObjectDecl *decl;

    if (!instance_is_ours(self))
        return MI_RESULT_INVALID_PARAMETER;
    decl = instance_decl(self);
    release_content(self);
    if (instance_is_dynamic(self)) {
        DynamicInstance *dynamic = dynamic_instance_of(self);

        while (dynamic->decl.numProperties > 0)
            dynamic_instance_remove_last(dynamic);
    } else if ((self->reserved[INSTANCE_RESERVED_KIND] & INSTANCE_IN_HEAP) != 0) {
        memset(self + 1, 0, table_offset(decl) - sizeof(*self));
    } else {
        free(instance_reserved(self, INSTANCE_RESERVED_MEMORY));
        memset(self, 0, decl->size);
    }
    return MI_RESULT_OK;
}

static MI_Result MI_CALL Delete(MI_Instance *self)
{
    if (!instance_is_ours(self) || (self->reserved[INSTANCE_RESERVED_KIND] & INSTANCE_IN_HEAP) == 0)
        return MI_RESULT_INVALID_PARAMETER;
    SharedClass *shared = instance_shared(self);

    release_content(self);
    if (instance_is_dynamic(self))
        dynamic_instance_free(dynamic_instance_of(self));
    else
        free(self);
    shared_class_unref(shared);
    return MI_RESULT_OK;
}

static MI_Result set_name(MI_Instance *self, unsigned slot, const MI_Char *name,
                          const MI_Char **shown)
{
    char *copy = NULL;

    if (name != NULL) {
        copy = strdup(name);
        if (copy == NULL)
            return MI_RESULT_FAILED;
    }
    free(instance_reserved(self, slot));
    reserved_set(self, slot, copy);
    *shown = copy;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL SetNameSpace(MI_Instance *self, const MI_Char *name_space)
{
    if (!instance_is_ours(self))
        return MI_RESULT_INVALID_PARAMETER;
    return set_name(self, INSTANCE_RESERVED_NAME_SPACE, name_space, &self->nameSpace);
}

static MI_Result MI_CALL SetServerName(MI_Instance *self, const MI_Char *name)
{
    if (!instance_is_ours(self))
        return MI_RESULT_INVALID_PARAMETER;
    return set_name(self, INSTANCE_RESERVED_SERVER_NAME, name, &self->serverName);
}

static MI_Result MI_CALL GetNameSpace(const MI_Instance *self, const MI_Char **name_space)
{
    if (!instance_is_ours(self) || name_space == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *name_space = self->nameSpace;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetServerName(const MI_Instance *self, const MI_Char **name)
{
    if (!instance_is_ours(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *name = self->serverName;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetClassName(const MI_Instance *self, const MI_Char **class_name)
{
    if (!instance_is_ours(self) || class_name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *class_name = instance_decl(self)->name;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetClass(const MI_Instance *self, MI_Class **instance_class)
{
    if (instance_class != NULL)
        *instance_class = NULL;
    if (!instance_is_ours(self) || instance_class == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    return class_new_of_instance(self, instance_class);
}

static MI_Result MI_CALL IsA(const MI_Instance *self, const MI_ClassDecl *decl, MI_Boolean *flag)
{
    if (!instance_is_ours(self) || decl == NULL || decl->name == NULL || flag == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    /* A method's declaration has no ancestors: what lies there is something else. */
    if (instance_is_of_method(self))
        *flag = self->classDecl == decl;
    else
        *flag = class_is_a(self->classDecl, decl->name);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetElementCount(const MI_Instance *self, MI_Uint32 *count)
{
    if (!instance_is_ours(self) || count == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *count = instance_decl(self)->numProperties;
    return MI_RESULT_OK;
}

/* MI_RESULT_NOT_FOUND for an index, MI_RESULT_NO_SUCH_PROPERTY for a name that isn't there. */
static MI_Result find_index(const MI_Instance *self, MI_Uint32 index)
{
    if (!instance_is_ours(self))
        return MI_RESULT_INVALID_PARAMETER;
    return index < instance_decl(self)->numProperties ? MI_RESULT_OK : MI_RESULT_NOT_FOUND;
}

static MI_Result find_name(const MI_Instance *self, const MI_Char *name, MI_Uint32 *index)
{
    if (!instance_is_ours(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *index = class_find_property(instance_decl(self), name);
    return *index == CLASS_NOT_FOUND ? MI_RESULT_NO_SUCH_PROPERTY : MI_RESULT_OK;
}

static MI_Result MI_CALL ClearElementAt(MI_Instance *self, MI_Uint32 index)
{
    MI_Result r;

    r = find_index(self, index);
    if (r != MI_RESULT_OK || !instance_has_field(self, index))
        return r;
    field_clear(instance_field(self, index), (MI_Type)instance_decl(self)->properties[index]->type,
                instance_memory(self, index));
    return MI_RESULT_OK;
}

static MI_Result MI_CALL ClearElement(MI_Instance *self, const MI_Char *name)
{
    MI_Uint32 index;
    MI_Result r;

    r = find_name(self, name, &index);
    return r == MI_RESULT_OK ? ClearElementAt(self, index) : r;
}

static MI_Result MI_CALL SetElementAt(MI_Instance *self, MI_Uint32 index, const MI_Value *value,
                                      MI_Type type, MI_Uint32 flags)
{
    ValueMemory **memory = NULL;
    MI_Result r;

    if (value == NULL || (flags & MI_FLAG_NULL) != 0)
        return ClearElementAt(self, index); /* a null has no type */
    r = find_index(self, index);
    if (r != MI_RESULT_OK)
        return r;
    if (instance_decl(self)->properties[index]->type != (MI_Uint32)type)
        return MI_RESULT_TYPE_MISMATCH;
    if (!instance_has_field(self, index))
        return MI_RESULT_NOT_SUPPORTED; /* WriteStreamParameter is for it */
    if (value_type_has_memory(type) && (flags & MI_FLAG_BORROW) == 0) {
        memory = ensure_memory(self, index);
        if (memory == NULL)
            return MI_RESULT_FAILED;
    }
    return field_set(instance_field(self, index), type, value, flags, memory);
}

static MI_Result MI_CALL SetElement(MI_Instance *self, const MI_Char *name, const MI_Value *value,
                                    MI_Type type, MI_Uint32 flags)
{
    MI_Uint32 index;
    MI_Result r;

    r = find_name(self, name, &index);
    return r == MI_RESULT_OK ? SetElementAt(self, index, value, type, flags) : r;
}

/* What GetElement says of an element: how it is declared, and what holds for its value. */
static MI_Uint32 element_flags(const MI_Instance *self, MI_Uint32 index)
{
    const MI_PropertyDecl *decl = instance_decl(self)->properties[index];

    if (instance_value(self, index) == NULL)
        return decl->flags | MI_FLAG_NULL |
               (instance_is_unmodified(self, index) ? MI_FLAG_NOT_MODIFIED : 0);
    return decl->flags;
}

static MI_Result MI_CALL GetElementAt(const MI_Instance *self, MI_Uint32 index,
                                      const MI_Char **name, MI_Value *value, MI_Type *type,
                                      MI_Uint32 *flags)
{
    const MI_PropertyDecl *decl;
    MI_Result r;

    r = find_index(self, index);
    if (r != MI_RESULT_OK)
        return r;
    decl = instance_decl(self)->properties[index];
    if (name != NULL)
        *name = decl->name;
    if (value != NULL) {
        const void *from = instance_value(self, index);

        memset(value, 0, sizeof(*value));
        if (from != NULL)
            memcpy(value, from, value_size(decl->type));
    }
    if (type != NULL)
        *type = (MI_Type)decl->type;
    if (flags != NULL)
        *flags = element_flags(self, index);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetElement(const MI_Instance *self, const MI_Char *name, MI_Value *value,
                                    MI_Type *type, MI_Uint32 *flags, MI_Uint32 *index)
{
    MI_Uint32 found;
    MI_Result r;

    r = find_name(self, name, &found);
    if (r != MI_RESULT_OK)
        return r;
    if (index != NULL)
        *index = found;
    return GetElementAt(self, found, NULL, value, type, flags);
}

/* Of a dynamic instance only: a declared class has the elements that it has. */
static MI_Result MI_CALL AddElement(MI_Instance *self, const MI_Char *name, const MI_Value *value,
                                    MI_Type type, MI_Uint32 flags)
{
    const MI_Uint32 about_value =
        MI_FLAG_NULL | MI_FLAG_BORROW | MI_FLAG_ADOPT | MI_FLAG_NOT_MODIFIED;
    DynamicElement *element;
    MI_Result r;

    if (!instance_is_ours(self) || name == NULL || name[0] == '\0' || !value_type_is_valid(type))
        return MI_RESULT_INVALID_PARAMETER;
    if (!instance_is_dynamic(self))
        return MI_RESULT_NOT_SUPPORTED;
    if (class_find_property(instance_decl(self), name) != CLASS_NOT_FOUND)
        return MI_RESULT_ALREADY_EXISTS;
    r = dynamic_instance_add(dynamic_instance_of(self), name, type, flags & ~about_value, &element);
    if (r != MI_RESULT_OK || value == NULL || (flags & MI_FLAG_NULL) != 0)
        return r;
    r = field_set(element->field, type, value, flags, &element->memory);
    if (r != MI_RESULT_OK)
        dynamic_instance_remove_last(dynamic_instance_of(self));
    return r;
}

void instance_reset(MI_Instance *self)
{
    const MI_ObjectDecl *decl = instance_decl(self);

    for (MI_Uint32 i = 0; i < decl->numProperties; i++)
        field_clear(instance_field(self, i), (MI_Type)decl->properties[i]->type,
                    instance_memory(self, i));
}

void instance_mark_unmodified(MI_Instance *self)
{
    const MI_ObjectDecl *decl = instance_decl(self);

    for (MI_Uint32 i = 0; i < decl->numProperties; i++)
        if (instance_has_field(self, i))
            *field_flags(instance_field(self, i), decl->properties[i]->type) =
                MI_FLAG_NOT_MODIFIED >> 24;
}

bool instance_is_unmodified(const MI_Instance *self, MI_Uint32 index)
{
    MI_Uint32 type = instance_decl(self)->properties[index]->type;

    return !instance_has_field(self, index) ||
           (*field_flags(instance_field(self, index), type) & MI_FLAG_NOT_MODIFIED >> 24) != 0;
}

static MI_Result MI_CALL Clone(const MI_Instance *self, MI_Instance **ret)
{
    return instance_clone(self, ret, VALUE_MAX_DEPTH);
}

const MI_InstanceFT mi_instance_ft = {
    .Clone = Clone,
    .Destruct = Destruct,
    .Delete = Delete,
    .IsA = IsA,
    .GetClassName = GetClassName,
    .SetNameSpace = SetNameSpace,
    .GetNameSpace = GetNameSpace,
    .GetElementCount = GetElementCount,
    .AddElement = AddElement,
    .SetElement = SetElement,
    .SetElementAt = SetElementAt,
    .GetElement = GetElement,
    .GetElementAt = GetElementAt,
    .ClearElement = ClearElement,
    .ClearElementAt = ClearElementAt,
    .GetServerName = GetServerName,
    .SetServerName = SetServerName,
    .GetClass = GetClass,
};
