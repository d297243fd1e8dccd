/*
 * What stands behind MI_Class: a class as data, read from its declaration.
 *
 * An MI_Class is a small object beside a declaration: the declaration says what the class is, the
 * object says where it came from. Of a declared class it is the library's own declaration; an
 * instance whose class nobody declared (a dynamic one, or the parameters of a method) gives a copy
 * that the object owns. A copy is laid out as a class of its own, so that instances of it can be
 * made, which it must outlive. A counted one (mi/shared_class.h) is shared with its instances.
 *
 * A class has its own methods and those of its ancestors that it doesn't override, whether its
 * declaration repeats them (as generated ones do) or not.
 *
 * A class is never changed, and may be used by several threads.
 */
#pragma once

#include "base/macros.h"
#include "mi/shared_class.h"
#include "mi/value.h"

#include <mi.h>
#include <stdbool.h>
#include <string.h>

extern const MI_ClassFT mi_class_ft;

/*
 * Makes the class that @decl, which was accepted by class_check() and outlives it, declares. Both
 * names are copied, and may be NULL. MI_RESULT_INVALID_PARAMETER for NULL; MI_RESULT_FAILED without
 * memory. *@ret is NULL unless it is made, and is freed with MI_Class_Delete() or class_free().
 */
MI_Result class_new(const MI_ClassDecl *decl, const char *name_space, const char *server_name,
                    MI_Class **ret);

/* As class_new(), of a class that is counted: it holds a reference, and so do its clones. */
MI_Result class_new_shared(SharedClass *shared, const char *name_space, const char *server_name,
                           MI_Class **ret);

/* The SharedClass that @self, which must be one of ours, is of; NULL: of none. */
SharedClass *class_shared(const MI_Class *self);

/* Whether @self was made here. */
bool class_is_valid(const MI_Class *self);

/* Makes the class of @instance, which must be one of ours, with the names that the instance has.
 * As class_new(). */
MI_Result class_new_of_instance(const MI_Instance *instance, MI_Class **ret);

/* NULL is fine. */
void class_free(MI_Class *self);
DEFINE_CLEANUP(MI_Class, class_free)

/* The name of what @decl derives from, which its library need not have; NULL: from nothing. */
const char *class_parent_name(const MI_ClassDecl *decl);

/* A walk over the methods of a class, from `{.decl = decl, .holder = decl}` on. */
typedef struct ClassMethods {
    const MI_ClassDecl *decl;
    const MI_ClassDecl *holder; /* @decl, or the ancestor that is being walked */
    MI_Uint32 index;
} ClassMethods;

/* The next method that @methods->decl has; NULL after the last. */
const MI_MethodDecl *class_next_method(ClassMethods *methods);

/* Shows what a declaration holds for a value: copies it from @from to @value (may be NULL), whose
 * other bytes become 0. False if it holds none: NULL, or a pointer to it. */
static inline bool class_show_value(const void *from, MI_Uint32 type, MI_Value *value)
{
    bool exists = from != NULL && value_check(from, (MI_Type)type) == MI_RESULT_OK;

    if (value != NULL)
        memset(value, 0, sizeof(*value));
    if (value != NULL && exists)
        memcpy(value, from, value_size(type));
    return exists;
}
