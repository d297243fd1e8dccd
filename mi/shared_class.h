/*
 * A class that was made at run time, and is shared by whatever is made of it.
 *
 * Declarations usually are tables of a library and live as long as it. One that came from a host
 * has to live as long as its last instance, or MI_Class, which the program may clone and keep. So
 * it is counted: instance_new_shared(), class_new_shared() and their clones hold a reference. All
 * that the declaration points to lies in memory of the SharedClass.
 *
 * Whoever makes it fills in `decl`; from the second reference on it is never changed, and may be
 * used by several threads.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>
#include <stdatomic.h>

typedef struct SharedClassChunk SharedClassChunk;

typedef struct SharedClass {
    atomic_uint references;
    SharedClassChunk *chunks; /* what shared_class_alloc() gave */
    MI_ClassDecl decl;        /* its `schema` is the one below */
    MI_SchemaDecl schema;     /* of this class alone: how a method finds its class */
    const MI_ClassDecl *classes[1];
} SharedClass;

/* Makes one with an empty declaration, and one reference, to be given back by shared_class_unref().
 * NULL without memory. */
SharedClass *shared_class_new(void);

SharedClass *shared_class_ref(SharedClass *self);
void shared_class_unref(SharedClass *self);
DEFINE_CLEANUP(SharedClass, shared_class_unref)

/* Memory that is freed with @self: zeroes, aligned for anything. NULL without memory. */
void *shared_class_alloc(SharedClass *self, size_t size);

/* Where a struct with @count members of these declarations has them: sets each `offset`, and
 * returns the size of the struct. */
MI_Uint32 shared_class_lay_out(MI_PropertyDecl *const *properties, MI_Uint32 count);
MI_Uint32 shared_class_lay_out_parameters(MI_ParameterDecl *const *parameters, MI_Uint32 count);

/* The SharedClass that a declaration within it belongs to. */
static inline SharedClass *shared_class_of(const MI_ClassDecl *decl)
{
    return container_of(decl, SharedClass, decl);
}

static inline SharedClass *shared_class_of_method(const MI_MethodDecl *method)
{
    return shared_class_of(method->schema->classDecls[0]);
}
