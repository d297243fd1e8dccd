#include "mi/shared_class.h"

#include "mi/field.h"

#include <stdlib.h>

struct SharedClassChunk {
    SharedClassChunk *next;
    max_align_t data[];
};

SharedClass *shared_class_new(void)
{
    SharedClass *self = calloc(1, sizeof(*self));

    if (self == NULL)
        return NULL;
    atomic_init(&self->references, 1);
    self->classes[0] = &self->decl;
    self->schema = (MI_SchemaDecl){.classDecls = self->classes, .numClassDecls = 1};
    self->decl.schema = &self->schema;
    return self;
}

SharedClass *shared_class_ref(SharedClass *self)
{
    atomic_fetch_add_explicit(&self->references, 1, memory_order_relaxed);
    return self;
}

void shared_class_unref(SharedClass *self)
{
    if (self == NULL || atomic_fetch_sub_explicit(&self->references, 1, memory_order_acq_rel) != 1)
        return;
    while (self->chunks != NULL) {
        SharedClassChunk *chunk = self->chunks;

        self->chunks = chunk->next;
        free(chunk);
    }
    free(self);
}

void *shared_class_alloc(SharedClass *self, size_t size)
{
    SharedClassChunk *chunk = calloc(1, sizeof(*chunk) + size);

    if (chunk == NULL)
        return NULL;
    chunk->next = self->chunks;
    self->chunks = chunk;
    return chunk->data;
}

/* The next offset at which a field of @type can lie; *@end moves behind it. */
static MI_Uint32 place(MI_Uint32 type, size_t *end)
{
    size_t alignment = value_alignment(type);
    size_t offset = (*end + alignment - 1) / alignment * alignment;

    *end = offset + field_size(type);
    return (MI_Uint32)offset;
}

MI_Uint32 shared_class_lay_out(MI_PropertyDecl *const *properties, MI_Uint32 count)
{
    size_t end = sizeof(MI_Instance);

    for (MI_Uint32 i = 0; i < count; i++)
        properties[i]->offset = place(properties[i]->type, &end);
    return (MI_Uint32)end;
}

MI_Uint32 shared_class_lay_out_parameters(MI_ParameterDecl *const *parameters, MI_Uint32 count)
{
    size_t end = sizeof(MI_Instance);

    for (MI_Uint32 i = 0; i < count; i++)
        parameters[i]->offset = place(parameters[i]->type, &end);
    return (MI_Uint32)end;
}
