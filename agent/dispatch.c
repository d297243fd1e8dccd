#include "agent/dispatch.h"

#include "base/log.h"
#include "mi/class_decl.h"

/* What is called in the end. */
typedef struct Target {
    LibraryClass *class;
    MI_MethodDecl_Invoke invoke; /* OPERATION_INVOKE */
} Target;

static bool has_function(const Task *task, const MI_ProviderFT *functions)
{
    switch (task->kind) {
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
    case OPERATION_INVOKE:
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break;
    }
    return false;
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
            "the provider of class %s declares the method %s, but doesn't implement it",
            task->class_name, task->method);
    return 0;
}

static int find_target(Operation *operation, Library *library, Target *target, Fault *fault)
{
    const Task *task = operation->task;
    int r = library_find_class(library, task->class_name, &target->class, fault);

    if (r < 0)
        return r;
    operation->class_decl = target->class->decl;
    operation->schema = library->module->schemaDecl;
    if (task->kind == OPERATION_INVOKE)
        return find_method(operation, target, fault);
    if (target->class->functions == NULL || !has_function(task, target->class->functions))
        return fault_set(fault, MI_RESULT_NOT_SUPPORTED,
                         "the provider of class %s doesn't implement %s", task->class_name,
                         task_name(task));
    return 0;
}

static int prepare(Operation *operation, Library *library, Target *target, Fault *fault)
{
    Task *task = operation->task;
    int r = task_read_params(task, fault);

    if (r == 0)
        r = find_target(operation, library, target, fault);
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
    MI_Context *context = &operation->context;
    void *self = target->class->self;

    switch (task->kind) {
    case OPERATION_GET_INSTANCE:
        if (operation->sought != NULL)
            functions->EnumerateInstances(self, context, task->name_space, task->class_name,
                                          task->properties, MI_FALSE, NULL);
        else
            functions->GetInstance(self, context, task->name_space, task->class_name,
                                   task->instance, task->properties);
        break;
    case OPERATION_ENUMERATE_INSTANCES:
        functions->EnumerateInstances(self, context, task->name_space, task->class_name,
                                      task->properties, task->keys_only, NULL);
        break;
    case OPERATION_INVOKE:
        target->invoke(self, context, task->name_space, task->class_name, task->method,
                       task->instance, task->parameters);
        break;
    case OPERATION_CREATE_INSTANCE:
        functions->CreateInstance(self, context, task->name_space, task->class_name,
                                  task->instance);
        break;
    case OPERATION_MODIFY_INSTANCE:
        functions->ModifyInstance(self, context, task->name_space, task->class_name, task->instance,
                                  task->properties);
        break;
    case OPERATION_DELETE_INSTANCE:
        functions->DeleteInstance(self, context, task->name_space, task->class_name,
                                  task->instance);
        break;
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break; /* has_function refused them */
    }
}

void dispatch_run(Operation *operation, Library *library)
{
    Target target = {0};
    Fault fault;

    if (operation_begin_call(operation)) {
        if (prepare(operation, library, &target, &fault) < 0)
            operation_refuse(operation, &fault);
        else if (operation_enter_provider(operation))
            call_provider(operation, &target);
    }
    operation_end_call(operation);
}
