/*
 * Task: what a client asks of a provider, read from an OPERATION frame.
 *
 * What the server authorised (namespace, class, method) comes from the frame's fields and is never
 * read again from the params. The params are read in two steps, since what they must look like
 * depends on the class: task_read_params for what every operation has, task_read_objects for the
 * instance and the parameters, checked against the declaration. Unknown members of params were
 * refused by the server. Nothing of a task changes once its provider was entered.
 */
#pragma once

#include "agent/fault.h"
#include "protocol/json_tree.h"
#include "protocol/mi_json.h"
#include "protocol/payload.h"

/* Which instances of derived classes an enumeration is about. */
typedef enum TaskDepth {
    TASK_DEEP,
    TASK_SHALLOW,         /* none */
    TASK_BASE_PROPERTIES, /* all, with the properties that the class itself has */
} TaskDepth;

typedef struct Task {
    OperationKind kind;
    uint32_t flags; /* OPERATION_* of protocol/payload.h */
    char *name_space;
    char *class_name;
    char *method;     /* NULL but for OPERATION_INVOKE */
    char *base_class; /* only its properties are wanted; NULL: those of the class itself */
    Span params;      /* behind the names, in the same memory */
    cJSON *tree;      /* the params */

    /* task_read_params */
    const char *locale;         /* NULL: none was given */
    MI_PropertySet *properties; /* NULL: all */
    bool keys_only;
    TaskDepth depth;
    const char *result_class, *role, *result_role; /* of a traversal; NULL: any */
    MI_Instance *options;                          /* a dynamic instance; NULL: none */

    /* task_read_objects */
    MI_Instance *instance;   /* an object path, or a whole instance; NULL: none. A path of a class
                                that nobody declares is a dynamic instance */
    MI_Instance *parameters; /* the in parameters of a method; NULL: it has none */
} Task;

/* Copies what @frame points to. 0 and *@ret, or -ENOMEM. */
int task_new(const OperationFrame *frame, Task **ret);
void task_free(Task *task);
DEFINE_CLEANUP(Task, task_free)

/* Each: 0; -EINVAL or -ENOMEM with @fault set. @decl is the task's class, @method its method, or
 * NULL. */
int task_read_params(Task *task, Fault *fault);
int task_read_objects(Task *task, const MI_ClassDecl *decl, const MI_MethodDecl *method,
                      const MI_SchemaDecl *schema, Fault *fault);

/* What of each instance the client is sent. */
MiJsonFilter task_filter(const Task *task);

/* "mi/getInstance": as the client calls it. */
const char *task_name(const Task *task);
