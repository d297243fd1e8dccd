/*
 * Operation: a context that a puppet works on, and what the puppet registered for it.
 *
 * It lives until every thread that works on it has let go, and its final result was posted: then,
 * by the rules, no callback can come any more. A host that breaks them uses freed memory here, and
 * AddressSanitizer says so.
 */
#pragma once

#include <mi.h>
#include <pthread.h>
#include <stdbool.h>

typedef struct Operation Operation;

/* A cancel callback's data. */
typedef struct Registration {
    struct Registration *next;
    Operation *operation;
    char name[64];
} Registration;

struct Operation {
    MI_Context *context;
    const MI_ClassDecl *class_decl; /* what is posted */
    char label[128];
    pthread_mutex_t lock;
    unsigned holders;
    bool finished; /* the final result was taken */
    Registration *registrations;
};

/* NULL if there is no memory. The caller holds it. */
Operation *operation_new(MI_Context *context, const MI_ClassDecl *class_decl, const char *label);
void operation_hold(Operation *operation);
void operation_release(Operation *operation);

/* Says that the final result was posted and taken. */
void operation_finish(Operation *operation);
bool operation_is_finished(Operation *operation);

/* Memory for the data of one more callback. */
Registration *operation_register(Operation *operation, const char *name);
