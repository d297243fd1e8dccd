/*
 * What stands behind <mi/instance.h>: instances, made, filled and freed.
 *
 * An instance of a declared class is a struct: an MI_Instance, and behind it the fields where the
 * declaration says (PropertyDecl.offset). It lies in memory of ours (instance_new) or of the
 * provider's own (instance_construct); in both cases the provider may read and write the fields
 * itself, at any time. A dynamic instance has a class of its own making, which grows with
 * AddElement. The parameters of a method are an instance whose "class" is the method's declaration;
 * its return value is the parameter called MIReturn.
 *
 * What was copied or adopted for a field is remembered beside the instance, not in the field. So a
 * field that is overwritten directly costs nothing but memory until the next set, clear, or the end
 * of the instance, and a pointer that isn't ours is never freed. Setting a scalar allocates
 * nothing; setting a string or an array of scalars again uses the memory of the last one where it
 * fits.
 *
 * An instance is used by one thread at a time.
 */
#pragma once

#include "mi/class_decl.h"
#include "mi/dynamic_instance.h"
#include "mi/field.h"
#include "mi/shared_class.h"

#include <mi.h>
#include <stdbool.h>

extern const MI_InstanceFT mi_instance_ft;

/*
 * Each makes an instance whose elements are all null. The declaration was accepted by
 * class_check(), and outlives the instance. MI_RESULT_OK; MI_RESULT_INVALID_PARAMETER for NULL;
 * MI_RESULT_FAILED without memory. *@ret is NULL unless it is made, and is freed with
 * MI_Instance_Delete() or instance_free().
 */
MI_Result instance_new(const MI_ClassDecl *decl, MI_Instance **ret);
MI_Result instance_new_parameters(const MI_MethodDecl *decl, MI_Instance **ret);

/* As these, of a class that is counted: they hold a reference. @method is one of it. */
MI_Result instance_new_shared(SharedClass *shared, MI_Instance **ret);
MI_Result instance_new_shared_parameters(const MI_MethodDecl *method, MI_Instance **ret);

/* As these, in memory of the caller's: decl->size bytes, of any content. Ended with
 * MI_Instance_Destruct(), which zeroes it. */
MI_Result instance_construct(const MI_ClassDecl *decl, MI_Instance *self);
MI_Result instance_construct_parameters(const MI_MethodDecl *decl, MI_Instance *self);

/* An instance without elements, whose class is called @class_name. @flags say what it is
 * (MI_FLAG_CLASS, MI_FLAG_METHOD, MI_FLAG_ASSOCIATION, ...); none means MI_FLAG_CLASS. */
MI_Result instance_new_dynamic(const char *class_name, MI_Uint32 flags, MI_Instance **ret);

/* MI_Instance_Delete() for cleanup variables. NULL is fine. */
void instance_free(MI_Instance *self);
DEFINE_CLEANUP(MI_Instance, instance_free)

/* A deep copy in memory of ours; at most @depth instances within each other, else MI_RESULT_FAILED.
 */
MI_Result instance_clone(const MI_Instance *self, MI_Instance **ret, unsigned depth);

/* Makes each element of @self, which isn't dynamic, null, and keeps memory that can be used again.
 */
void instance_reset(MI_Instance *self);

/* Marks each element MI_FLAG_NOT_MODIFIED, which is seen in GetElement's flags while it is null,
 * and gone with the first set or clear. */
void instance_mark_unmodified(MI_Instance *self);

/* Whether instance_mark_unmodified() still holds for the @index-th element. */
bool instance_is_unmodified(const MI_Instance *self, MI_Uint32 index);

/* Whether @self was made here, and not yet ended: it can be changed. */
static inline bool instance_is_ours(const MI_Instance *self)
{
    return self != NULL && self->ft == &mi_instance_ft && self->classDecl != NULL;
}

/*
 * Whether @self can be read here: it is ours, or a provider laid it out by itself, an MI_Instance
 * with a class and no functions before the fields, as the C++ wrappers of OMI do. Nothing else may
 * be passed to the functions below.
 */
static inline bool instance_is_valid(const MI_Instance *self)
{
    return self != NULL && (self->ft == &mi_instance_ft || self->ft == NULL) &&
           self->classDecl != NULL;
}

/* Whether @self is of another maker, a library that has its own MI_InstanceFT: instance_import()
 * makes what can be read here of it. */
static inline bool instance_is_foreign(const MI_Instance *self)
{
    return self != NULL && self->ft != NULL && self->ft != &mi_instance_ft;
}

/*
 * A dynamic instance with the elements of a foreign one, which is asked for them; at most @depth
 * instances within each other. What it returned; MI_RESULT_FAILED without memory.
 */
MI_Result instance_import(const MI_Instance *foreign, MI_Instance **ret, unsigned depth);

/* What is declared of @self: a class, a method, or what AddElement made. */
static inline const MI_ObjectDecl *instance_decl(const MI_Instance *self)
{
    return (const MI_ObjectDecl *)(const void *)self->classDecl;
}

/* What MI_Instance.reserved holds. */
enum {
    INSTANCE_RESERVED_KIND,       /* INSTANCE_IN_HEAP and so on */
    INSTANCE_RESERVED_MEMORY,     /* ValueMemory *[]: one for each element; NULL: none yet */
    INSTANCE_RESERVED_NAME_SPACE, /* our copies of the names, which are freed */
    INSTANCE_RESERVED_SERVER_NAME,
};

enum {
    INSTANCE_IN_HEAP = 1,    /* ours: Delete frees it */
    INSTANCE_OF_METHOD = 2,  /* its declaration is an MI_MethodDecl */
    INSTANCE_IS_DYNAMIC = 4, /* it is a DynamicInstance */
    INSTANCE_IS_SHARED = 8, /* its declaration lies in a SharedClass, of which it has a reference */
};

/* The SharedClass that its declaration lies in; NULL: in none. */
static inline SharedClass *instance_shared(const MI_Instance *self)
{
    ptrdiff_t kind = self->ft == NULL ? 0 : self->reserved[INSTANCE_RESERVED_KIND];

    if ((kind & INSTANCE_IS_SHARED) == 0)
        return NULL;
    if ((kind & INSTANCE_OF_METHOD) != 0)
        return shared_class_of_method((const MI_MethodDecl *)(const void *)self->classDecl);
    return shared_class_of(self->classDecl);
}

/* Whether its class is of its own making. */
static inline bool instance_is_dynamic(const MI_Instance *self)
{
    return self->ft != NULL && (self->reserved[INSTANCE_RESERVED_KIND] & INSTANCE_IS_DYNAMIC) != 0;
}

/* Whether it holds the parameters of a method, which is what its class says then. */
static inline bool instance_is_of_method(const MI_Instance *self)
{
    if (self->ft == NULL)
        return (self->classDecl->flags & MI_FLAG_METHOD) != 0;
    return (self->reserved[INSTANCE_RESERVED_KIND] & INSTANCE_OF_METHOD) != 0;
}

/* Whether its @index-th element, which must be there, can have a value. */
static inline bool instance_has_field(const MI_Instance *self, MI_Uint32 index)
{
    return instance_is_dynamic(self) ||
           instance_decl(self)->properties[index]->offset != CLASS_NO_FIELD;
}

/* Where the @index-th element, which must have one, lies: a field, whether it exists or not. */
static inline void *instance_field(const MI_Instance *self, MI_Uint32 index)
{
    const MI_PropertyDecl *decl = instance_decl(self)->properties[index];

    if (instance_is_dynamic(self))
        return dynamic_element_of(decl)->field;
    return (char *)(uintptr_t)self + decl->offset;
}

/* The @index-th element's value where it lies, NULL while it is null. Valid until the next change.
 */
static inline const void *instance_value(const MI_Instance *self, MI_Uint32 index)
{
    const void *field;

    if (!instance_has_field(self, index))
        return NULL;
    field = instance_field(self, index);
    return field_exists(field, instance_decl(self)->properties[index]->type) ? field : NULL;
}

static inline void *instance_reserved(const MI_Instance *self, unsigned slot)
{
    return (void *)(uintptr_t)self->reserved[slot];
}

/* Where the memory of the @index-th element of one of ours is kept; NULL if nothing ever was. */
static inline ValueMemory **instance_memory(const MI_Instance *self, MI_Uint32 index)
{
    ValueMemory **table = instance_reserved(self, INSTANCE_RESERVED_MEMORY);

    if (instance_is_dynamic(self))
        return &dynamic_element_of(instance_decl(self)->properties[index])->memory;
    return table == NULL ? NULL : table + index;
}
