/*
 * Dynamic instances: those that carry a class of their own, which grows element by element.
 *
 * To whoever looks at it, MI_Instance.classDecl is a class as any other. Its properties are the
 * beginnings of our DynamicElements, in which the values lie too: their offsets mean nothing.
 */
#pragma once

#include "base/macros.h"
#include "mi/field.h"

#include <mi.h>

typedef struct DynamicElement {
    MI_PropertyDecl decl;
    ValueMemory *memory;
    max_align_t field[(FIELD_MAX_SIZE + sizeof(max_align_t) - 1) / sizeof(max_align_t)];
    char name[]; /* what decl.name points to */
} DynamicElement;

static inline DynamicElement *dynamic_element_of(const MI_PropertyDecl *decl)
{
    return container_of(decl, DynamicElement, decl);
}

typedef struct DynamicInstance {
    MI_Instance instance;
    MI_ClassDecl decl;
    const MI_PropertyDecl **properties; /* what decl.properties points to */
    MI_Uint32 capacity;                 /* of properties */
    char name[];                        /* what decl.name points to */
} DynamicInstance;

static inline DynamicInstance *dynamic_instance_of(const MI_Instance *self)
{
    return container_of(self, DynamicInstance, instance);
}

/* Makes one without elements, but for what all instances have (instance.ft, reserved). NULL: no
 * memory. */
DynamicInstance *dynamic_instance_new(const char *class_name, MI_Uint32 flags);

/* Frees the elements and @self. */
void dynamic_instance_free(DynamicInstance *self);

/* Adds an element that is null, and has no namesake. @flags are those of its declaration.
 * MI_RESULT_OK and *@ret; MI_RESULT_SERVER_LIMITS_EXCEEDED for one too many; MI_RESULT_FAILED
 * without memory. */
MI_Result dynamic_instance_add(DynamicInstance *self, const char *name, MI_Type type,
                               MI_Uint32 flags, DynamicElement **ret);

/* Takes back the element that was added last. */
void dynamic_instance_remove_last(DynamicInstance *self);
