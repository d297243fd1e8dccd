#include "agent/dispatch.h"

#include "agent/answer.h"
#include "mi/class_decl.h"

#include <assert.h>

/* What is called in the end. */
typedef struct Target {
    LibraryClass *class;
    MI_MethodDecl_Invoke invoke; /* OPERATION_INVOKE */
} Target;

/* The entry of MI_ProviderFT that does what is asked. */
static const char *entry_name(OperationKind kind)
{
    switch (kind) {
    case OPERATION_GET_INSTANCE:
        return "GetInstance, and no EnumerateInstances to find it with";
    case OPERATION_ENUMERATE_INSTANCES:
        return "EnumerateInstances";
    case OPERATION_CREATE_INSTANCE:
        return "CreateInstance";
    case OPERATION_MODIFY_INSTANCE:
        return "ModifyInstance";
    case OPERATION_DELETE_INSTANCE:
        return "DeleteInstance";
    case OPERATION_ASSOCIATOR_INSTANCES:
        return "AssociatorInstances";
    case OPERATION_REFERENCE_INSTANCES:
        return "ReferenceInstances";
    case OPERATION_INVOKE:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break;
    }
    return "such a function";
}

static bool has_function(OperationKind kind, const MI_ProviderFT *functions)
{
    switch (kind) {
    case OPERATION_GET_INSTANCE:
        return functions->GetInstance != NULL || functions->EnumerateInstances != NULL;
    case OPERATION_ENUMERATE_INSTANCES:
        return functions->EnumerateInstances != NULL;
    case OPERATION_CREATE_INSTANCE:
        return functions->CreateInstance != NULL;
    case OPERATION_MODIFY_INSTANCE:
        return functions->ModifyInstance != NULL;
    case OPERATION_DELETE_INSTANCE:
        return functions->DeleteInstance != NULL;
    case OPERATION_ASSOCIATOR_INSTANCES:
        return functions->AssociatorInstances != NULL;
    case OPERATION_REFERENCE_INSTANCES:
        return functions->ReferenceInstances != NULL;
    case OPERATION_INVOKE:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break;
    }
    return false;
}

/* The provider of @task's class has the function that is needed. */
static int check_function(const Task *task, const MI_ProviderFT *functions, Fault *fault)
{
    if (functions == NULL)
        return fault_set(fault, MI_RESULT_NOT_SUPPORTED,
                         "class %s is declared without a provider: the library has no functions "
                         "for it, nor for classes that have none",
                         task->class_name);
    if (!has_function(task->kind, functions))
        return fault_set(fault, MI_RESULT_NOT_SUPPORTED,
                         "the provider of class %s doesn't implement %s: it has no %s",
                         task->class_name, task_name(task), entry_name(task->kind));
    return 0;
}

static int find_method(Operation *operation, Target *target, Fault *fault)
{
    const Task *task = operation->task;
    const MI_ProviderFT *functions = target->class->functions;

    operation->method_decl = class_find_method(target->class->decl, task->method);
    if (operation->method_decl == NULL)
        return fault_set(fault, MI_RESULT_METHOD_NOT_FOUND, "class %s has no method %s",
                         task->class_name, task->method);
    target->invoke = operation->method_decl->function;
    if (target->invoke == NULL && functions != NULL)
        target->invoke = functions->Invoke;
    if (target->invoke == NULL)
        return fault_set(
            fault, MI_RESULT_METHOD_NOT_AVAILABLE,
            "the provider of class %s declares the method %s, but doesn't implement it: it has no "
            "function for it, and no Invoke",
            task->class_name, task->method);
    return 0;
}

static int find_target(Operation *operation, Library *library, Target *target, Fault *fault)
{
    const Task *task = operation->task;
    int r = library_find_class(library, task->class_name, &target->class, fault);

    if (r < 0)
        return r;
    assert(target->class != NULL);
    operation->class_decl = target->class->decl;
    operation->schema = library->module->schemaDecl;
    if (task->kind == OPERATION_INVOKE)
        return find_method(operation, target, fault);
    return check_function(task, target->class->functions, fault);
}

static int prepare(Operation *operation, Library *library, Target *target, Fault *fault)
{
    Task *task = operation->task;
    int r = find_target(operation, library, target, fault);

    if (r == 0)
        r = task_read_objects(task, operation->class_decl, operation->method_decl,
                              operation->schema, fault);
    if (r == 0)
        r = library_load_class(library, target->class, fault);
    /* Without a GetInstance of its own, it is the one of an enumeration that has these keys. */
    if (r == 0 && task->kind == OPERATION_GET_INSTANCE &&
        target->class->functions->GetInstance == NULL)
        operation->sought = task->instance;
    return r;
}

static void call_provider(Operation *operation, const Target *target)
{
    const Task *task = operation->task;
    const MI_ProviderFT *functions = target->class->functions;
    const char *name_space = task->name_space, *class_name = task->class_name;
    MI_Context *context = &operation->context;
    void *self = target->class->self;

    switch (task->kind) {
    case OPERATION_GET_INSTANCE:
        if (operation->sought != NULL)
            functions->EnumerateInstances(self, context, name_space, class_name, task->properties,
                                          MI_FALSE, NULL);
        else
            functions->GetInstance(self, context, name_space, class_name, task->instance,
                                   task->properties);
        break;
    case OPERATION_ENUMERATE_INSTANCES:
        functions->EnumerateInstances(self, context, name_space, class_name, task->properties,
                                      task->keys_only, NULL);
        break;
    case OPERATION_INVOKE:
        target->invoke(self, context, name_space, class_name, task->method, task->instance,
                       task->parameters);
        break;
    case OPERATION_CREATE_INSTANCE:
        functions->CreateInstance(self, context, name_space, class_name, task->instance);
        break;
    case OPERATION_MODIFY_INSTANCE:
        functions->ModifyInstance(self, context, name_space, class_name, task->instance,
                                  task->properties);
        break;
    case OPERATION_DELETE_INSTANCE:
        functions->DeleteInstance(self, context, name_space, class_name, task->instance);
        break;
    case OPERATION_ASSOCIATOR_INSTANCES:
        functions->AssociatorInstances(self, context, name_space, class_name, task->instance,
                                       task->result_class, task->role, task->result_role,
                                       task->properties, task->keys_only, NULL);
        break;
    case OPERATION_REFERENCE_INSTANCES:
        functions->ReferenceInstances(self, context, name_space, class_name, task->instance,
                                      task->role, task->properties, task->keys_only, NULL);
        break;
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break; /* has_function refused them */
    }
}

/* What a class is like the library's declarations say: none of its functions is entered. */
static void tell_class(Operation *operation, Library *library)
{
    const Task *task = operation->task;
    Buffer body CLEANUP(buffer_deinit) = BUFFER_INIT;
    const MI_ClassDecl *decl;
    Fault fault;
    int r = library_find_decl(library, task->class_name, &decl, &fault);

    if (r == 0)
        r = answer_put_class(&body, decl, task->name_space, &fault);
    if (r < 0)
        operation_refuse(operation, &fault);
    else
        operation_answer(operation, &body);
}

static void run(Operation *operation, Library *library)
{
    Target target = {0};
    Fault fault;
    int r = task_read_params(operation->task, &fault);

    if (r == 0 && operation->task->kind == OPERATION_GET_CLASS) {
        tell_class(operation, library);
        return;
    }
    if (r == 0)
        r = prepare(operation, library, &target, &fault);
    if (r < 0)
        operation_refuse(operation, &fault);
    else if (operation_enter_provider(operation))
        call_provider(operation, &target);
}

static void end_call(void *operation)
{
    operation_end_call(operation);
}

void dispatch_run(Operation *operation, Library *library)
{
    /* A function that ends its thread has returned, too. */
    pthread_cleanup_push(end_call, operation);
    if (operation_begin_call(operation))
        run(operation, library);
    pthread_cleanup_pop(1);
}
