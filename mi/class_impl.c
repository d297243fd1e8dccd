#include "mi/class_impl.h"

#include "mi/class_decl.h"
#include "mi/instance_impl.h"
#include "mi/parameter_set_impl.h"
#include "mi/qualifier_set_impl.h"

#include <stdlib.h>

/* Begins with what the provider sees. */
typedef struct Class {
    MI_Class public;
    MI_ClassDecl *copy; /* ours, or NULL: the declaration is the library's, or of `shared` */
    SharedClass
        *shared;  /* a reference to what the declaration, or the copy, points into; or NULL */
    char names[]; /* what public.namespaceName and serverName point to */
} Class;

const char *class_parent_name(const MI_ClassDecl *decl)
{
    if (decl->superClass == NULL && decl->superClassDecl != NULL)
        return decl->superClassDecl->name;
    return decl->superClass;
}

const MI_MethodDecl *class_next_method(ClassMethods *methods)
{
    for (; methods->holder != NULL; methods->holder = methods->holder->superClassDecl) {
        while (methods->index < methods->holder->numMethods) {
            const MI_MethodDecl *method = methods->holder->methods[methods->index++];

            /* Else a class nearer to ours overrides it, or has it twice. */
            if (class_find_method(methods->decl, method->name) == method)
                return method;
        }
        methods->index = 0;
    }
    return NULL;
}

/* Copies @name, unless it is NULL, to *@text, which goes behind it. Where it is. */
static const char *put_name(const char *name, char **text)
{
    char *begin = *text;

    if (name == NULL)
        return NULL;
    *text = stpcpy(begin, name) + 1;
    return begin;
}

/* A declaration of what @from has, in one piece. It shares with @from what only a library's
 * declaration has: qualifiers, and the names of other classes. */
static MI_ClassDecl *copy_decl(const MI_ObjectDecl *from)
{
    size_t count = from->numProperties, offset = sizeof(MI_Instance);
    size_t size = sizeof(MI_ClassDecl) + strlen(from->name) + 1;
    MI_PropertyDecl *properties;
    const MI_PropertyDecl **list;
    MI_ClassDecl *decl;
    char *text;

    for (size_t i = 0; i < count; i++)
        size += sizeof(*properties) + sizeof(*list) + strlen(from->properties[i]->name) + 1;
    decl = calloc(1, size);
    if (decl == NULL)
        return NULL;
    properties = (MI_PropertyDecl *)(void *)(decl + 1);
    list = (const MI_PropertyDecl **)(void *)(properties + count);
    text = (char *)(list + count);
    for (size_t i = 0; i < count; i++) {
        const MI_PropertyDecl *property = from->properties[i];
        size_t alignment = value_alignment(property->type);

        offset = (offset + alignment - 1) / alignment * alignment;
        /* It may be a parameter: the rest is not there. */
        properties[i] = (MI_PropertyDecl){.flags = property->flags,
                                          .code = property->code,
                                          .name = put_name(property->name, &text),
                                          .qualifiers = property->qualifiers,
                                          .numQualifiers = property->numQualifiers,
                                          .type = property->type,
                                          .className = property->className,
                                          .subscript = property->subscript,
                                          .offset = (MI_Uint32)offset};
        list[i] = &properties[i];
        offset += field_size(property->type);
    }
    *decl = (MI_ClassDecl){.flags = from->flags,
                           .code = from->code,
                           .name = put_name(from->name, &text),
                           .qualifiers = from->qualifiers,
                           .numQualifiers = from->numQualifiers,
                           .properties = list,
                           .numProperties = from->numProperties,
                           .size = (MI_Uint32)offset};
    return decl;
}

static size_t name_size(const char *name)
{
    return name == NULL ? 0 : strlen(name) + 1;
}

MI_Result class_new(const MI_ClassDecl *decl, const char *name_space, const char *server_name,
                    MI_Class **ret)
{
    Class *self;
    char *text;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (decl == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    self = calloc(1, sizeof(*self) + name_size(name_space) + name_size(server_name));
    if (self == NULL)
        return MI_RESULT_FAILED;
    text = self->names;
    self->public.ft = &mi_class_ft;
    self->public.classDecl = decl;
    self->public.namespaceName = put_name(name_space, &text);
    self->public.serverName = put_name(server_name, &text);
    *ret = &self->public;
    return MI_RESULT_OK;
}

MI_Result class_new_shared(SharedClass *shared, const char *name_space, const char *server_name,
                           MI_Class **ret)
{
    MI_Result r = class_new(&shared->decl, name_space, server_name, ret);

    if (r == MI_RESULT_OK)
        container_of(*ret, Class, public)->shared = shared_class_ref(shared);
    return r;
}

SharedClass *class_shared(const MI_Class *self)
{
    const Class *class = container_of(self, Class, public);

    return class->copy == NULL ? class->shared : NULL;
}

/* As class_new(), with a copy of @decl, which points into @shared (may be NULL). */
static MI_Result new_with_copy(const MI_ObjectDecl *decl, SharedClass *shared,
                               const char *name_space, const char *server_name, MI_Class **ret)
{
    MI_ClassDecl *copy;
    MI_Result r;

    *ret = NULL;
    copy = copy_decl(decl);
    if (copy == NULL)
        return MI_RESULT_FAILED;
    r = class_new(copy, name_space, server_name, ret);
    if (r != MI_RESULT_OK) {
        free(copy);
        return r;
    }
    copy->owningClass = *ret;
    container_of(*ret, Class, public)->copy = copy;
    if (shared != NULL)
        container_of(*ret, Class, public)->shared = shared_class_ref(shared);
    return MI_RESULT_OK;
}

MI_Result class_new_of_instance(const MI_Instance *instance, MI_Class **ret)
{
    if (instance_is_of_method(instance) || instance_is_dynamic(instance))
        return new_with_copy(instance_decl(instance), instance_shared(instance),
                             instance->nameSpace, instance->serverName, ret);
    if (instance_shared(instance) != NULL)
        return class_new_shared(instance_shared(instance), instance->nameSpace,
                                instance->serverName, ret);
    return class_new(instance->classDecl, instance->nameSpace, instance->serverName, ret);
}

void class_free(MI_Class *self)
{
    Class *class;

    if (self == NULL)
        return;
    class = container_of(self, Class, public);
    free(class->copy);
    shared_class_unref(class->shared);
    free(class);
}

bool class_is_valid(const MI_Class *self)
{
    return self != NULL && self->ft == &mi_class_ft;
}

static MI_Result MI_CALL Delete(MI_Class *self)
{
    if (!class_is_valid(self))
        return MI_RESULT_INVALID_PARAMETER;
    class_free(self);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL Clone(const MI_Class *self, MI_Class **ret)
{
    const Class *class;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (!class_is_valid(self))
        return MI_RESULT_INVALID_PARAMETER;
    class = container_of(self, Class, public);
    if (class->copy != NULL)
        return new_with_copy(class_object(self->classDecl), class->shared, self->namespaceName,
                             self->serverName, ret);
    if (class_shared(self) != NULL)
        return class_new_shared(class_shared(self), self->namespaceName, self->serverName, ret);
    return class_new(self->classDecl, self->namespaceName, self->serverName, ret);
}

static MI_Result MI_CALL GetClassName(const MI_Class *self, const MI_Char **name)
{
    if (!class_is_valid(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *name = self->classDecl->name;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetNameSpace(const MI_Class *self, const MI_Char **name_space)
{
    if (!class_is_valid(self) || name_space == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *name_space = self->namespaceName;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetServerName(const MI_Class *self, const MI_Char **name)
{
    if (!class_is_valid(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *name = self->serverName;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetParentClassName(const MI_Class *self, const MI_Char **name)
{
    if (name != NULL)
        *name = NULL;
    if (!class_is_valid(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *name = class_parent_name(self->classDecl);
    return *name == NULL ? MI_RESULT_INVALID_SUPERCLASS : MI_RESULT_OK;
}

/* A parent that is known by its name alone cannot be had. */
static MI_Result MI_CALL GetParentClass(const MI_Class *self, MI_Class **parent)
{
    if (parent != NULL)
        *parent = NULL;
    if (!class_is_valid(self) || parent == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (self->classDecl->superClassDecl == NULL)
        return MI_RESULT_INVALID_SUPERCLASS;
    return class_new(self->classDecl->superClassDecl, self->namespaceName, self->serverName,
                     parent);
}

static MI_Result MI_CALL GetClassQualifierSet(const MI_Class *self, MI_QualifierSet *qualifiers)
{
    if (!class_is_valid(self) || qualifiers == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    qualifier_set_init(qualifiers, self->classDecl->qualifiers, self->classDecl->numQualifiers);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetElementCount(const MI_Class *self, MI_Uint32 *count)
{
    if (!class_is_valid(self) || count == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *count = self->classDecl->numProperties;
    return MI_RESULT_OK;
}

/* Every output may be left out; so it is below. */
static MI_Result MI_CALL GetElementAt(const MI_Class *self, MI_Uint32 index, const MI_Char **name,
                                      MI_Value *value, MI_Boolean *value_exists, MI_Type *type,
                                      MI_Char **reference_class, MI_QualifierSet *qualifiers,
                                      MI_Uint32 *flags)
{
    const MI_PropertyDecl *property;
    bool exists;

    if (!class_is_valid(self))
        return MI_RESULT_INVALID_PARAMETER;
    if (index >= self->classDecl->numProperties)
        return MI_RESULT_NOT_FOUND;
    property = self->classDecl->properties[index];
    exists = class_show_value(property->value, property->type, value);
    if (name != NULL)
        *name = property->name;
    if (value_exists != NULL)
        *value_exists = exists ? MI_TRUE : MI_FALSE;
    if (type != NULL)
        *type = (MI_Type)property->type;
    if (reference_class != NULL)
        *reference_class = (MI_Char *)(uintptr_t)property->className;
    if (flags != NULL)
        *flags = property->flags;
    qualifier_set_init(qualifiers, property->qualifiers, property->numQualifiers);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetElement(const MI_Class *self, const MI_Char *name, MI_Value *value,
                                    MI_Boolean *value_exists, MI_Type *type,
                                    MI_Char **reference_class, MI_QualifierSet *qualifiers,
                                    MI_Uint32 *flags, MI_Uint32 *index)
{
    MI_Uint32 found;

    if (!class_is_valid(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    found = class_find_property(class_object(self->classDecl), name);
    if (found == CLASS_NOT_FOUND)
        return MI_RESULT_NO_SUCH_PROPERTY;
    if (index != NULL)
        *index = found;
    return GetElementAt(self, found, NULL, value, value_exists, type, reference_class, qualifiers,
                        flags);
}

static MI_Result MI_CALL GetMethodCount(const MI_Class *self, MI_Uint32 *count)
{
    if (!class_is_valid(self) || count == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    ClassMethods methods = {.decl = self->classDecl, .holder = self->classDecl};
    *count = 0;
    while (class_next_method(&methods) != NULL)
        *count += 1;
    return MI_RESULT_OK;
}

static void show_method(const MI_MethodDecl *method, MI_QualifierSet *qualifiers,
                        MI_ParameterSet *parameters)
{
    qualifier_set_init(qualifiers, method->qualifiers, method->numQualifiers);
    parameter_set_init(parameters, method);
}

static MI_Result MI_CALL GetMethodAt(const MI_Class *self, MI_Uint32 index, const MI_Char **name,
                                     MI_QualifierSet *qualifiers, MI_ParameterSet *parameters)
{
    const MI_MethodDecl *method;

    if (!class_is_valid(self))
        return MI_RESULT_INVALID_PARAMETER;
    ClassMethods methods = {.decl = self->classDecl, .holder = self->classDecl};
    do {
        method = class_next_method(&methods);
    } while (method != NULL && index-- > 0);
    if (method == NULL)
        return MI_RESULT_NOT_FOUND;
    if (name != NULL)
        *name = method->name;
    show_method(method, qualifiers, parameters);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetMethod(const MI_Class *self, const MI_Char *name,
                                   MI_QualifierSet *qualifiers, MI_ParameterSet *parameters,
                                   MI_Uint32 *index)
{
    const MI_MethodDecl *method, *wanted;
    MI_Uint32 place = 0;

    if (!class_is_valid(self) || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    wanted = class_find_method(self->classDecl, name);
    if (wanted == NULL)
        return MI_RESULT_METHOD_NOT_FOUND;
    ClassMethods methods = {.decl = self->classDecl, .holder = self->classDecl};
    while ((method = class_next_method(&methods)) != NULL && method != wanted)
        place++;
    if (index != NULL)
        *index = place;
    show_method(wanted, qualifiers, parameters);
    return MI_RESULT_OK;
}

const MI_ClassFT mi_class_ft = {
    .GetClassName = GetClassName,
    .GetNameSpace = GetNameSpace,
    .GetServerName = GetServerName,
    .GetElementCount = GetElementCount,
    .GetElement = GetElement,
    .GetElementAt = GetElementAt,
    .GetClassQualifierSet = GetClassQualifierSet,
    .GetMethodCount = GetMethodCount,
    .GetMethodAt = GetMethodAt,
    .GetMethod = GetMethod,
    .GetParentClassName = GetParentClassName,
    .GetParentClass = GetParentClass,
    .Delete = Delete,
    .Clone = Clone,
};
