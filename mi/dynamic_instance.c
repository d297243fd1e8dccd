#include "mi/dynamic_instance.h"

#include "mi/class_decl.h"

#include <stdlib.h>
#include <string.h>

DynamicInstance *dynamic_instance_new(const char *class_name, MI_Uint32 flags)
{
    size_t size = strlen(class_name) + 1;
    DynamicInstance *self;

    self = calloc(1, sizeof(*self) + size);
    if (self == NULL)
        return NULL;
    memcpy(self->name, class_name, size);
    self->decl.name = self->name;
    self->decl.flags = flags;
    self->decl.size = sizeof(MI_Instance);
    self->instance.classDecl = &self->decl;
    return self;
}

static void element_free(const MI_PropertyDecl *decl)
{
    DynamicElement *element = dynamic_element_of(decl);

    value_memory_free(element->memory);
    free(element);
}

void dynamic_instance_free(DynamicInstance *self)
{
    for (MI_Uint32 i = 0; i < self->decl.numProperties; i++)
        element_free(self->properties[i]);
    free(self->properties);
    free(self);
}

static MI_Result reserve(DynamicInstance *self)
{
    MI_Uint32 capacity = self->capacity == 0 ? 8 : self->capacity * 2;
    const MI_PropertyDecl **properties;

    if (self->decl.numProperties < self->capacity)
        return MI_RESULT_OK;
    if (self->decl.numProperties >= CLASS_MAX_FEATURES)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    properties = realloc(self->properties, capacity * sizeof(*properties));
    if (properties == NULL)
        return MI_RESULT_FAILED;
    self->properties = properties;
    self->decl.properties = properties;
    self->capacity = capacity;
    return MI_RESULT_OK;
}

MI_Result dynamic_instance_add(DynamicInstance *self, const char *name, MI_Type type,
                               MI_Uint32 flags, DynamicElement **ret)
{
    size_t size = strlen(name) + 1;
    DynamicElement *element;
    MI_Result r;

    r = reserve(self);
    if (r != MI_RESULT_OK)
        return r;
    element = calloc(1, sizeof(*element) + size);
    if (element == NULL)
        return MI_RESULT_FAILED;
    memcpy(element->name, name, size);
    element->decl = (MI_PropertyDecl){.flags = flags, .name = element->name, .type = type};
    self->properties[self->decl.numProperties++] = &element->decl;
    *ret = element;
    return MI_RESULT_OK;
}

void dynamic_instance_remove_last(DynamicInstance *self)
{
    element_free(self->properties[--self->decl.numProperties]);
}
