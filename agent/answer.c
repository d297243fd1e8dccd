#include "agent/answer.h"

#include "agent/operations.h"
#include "base/log.h"
#include "mi/class_decl.h"
#include "mi/instance_impl.h"
#include "protocol/mi_json_class.h"

#include <errno.h>
#include <stdio.h>

static unsigned long long id_of(const Operation *operation)
{
    return (unsigned long long)operation->id;
}

bool answer_is_streamed(const Operation *operation)
{
    switch (operation->task->kind) {
    case OPERATION_ENUMERATE_INSTANCES:
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
        return true;
    case OPERATION_GET_INSTANCE:
    case OPERATION_INVOKE:
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
    case OPERATION_DELETE_INSTANCE:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break;
    }
    return false;
}

/* True if the class of @instance is @wanted, or derives from it. */
static bool is_a(const Operation *operation, const MI_Instance *instance, const char *wanted)
{
    const MI_ClassDecl *decl = instance->classDecl;

    if (instance_is_of_method(instance))
        return false;
    if (decl == operation->class_decl || class_name_equals(decl->name, wanted))
        return true;
    if (instance_is_dynamic(instance))
        decl = class_find(operation->schema, decl->name);
    return decl != NULL && class_is_a(decl, wanted);
}

MI_Result answer_check_instance(const Operation *operation, const MI_Instance *instance)
{
    const Task *task = operation->task;
    const char *wanted = task->class_name;
    bool fits = false;

    if (!instance_is_valid(instance)) {
        log_warning(
            "operation %llu: the provider posted an instance that it didn't make with its context",
            id_of(operation));
        return MI_RESULT_INVALID_PARAMETER;
    }
    switch (task->kind) {
    case OPERATION_INVOKE:
        wanted = task->method;
        fits = instance_is_dynamic(instance) ||
               class_name_equals(instance_decl(instance)->name, wanted);
        break;
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
        fits = true; /* of any class that is associated */
        break;
    case OPERATION_GET_INSTANCE:
    case OPERATION_ENUMERATE_INSTANCES:
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
    case OPERATION_DELETE_INSTANCE:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        fits = is_a(operation, instance, wanted);
        break;
    }
    if (fits)
        return MI_RESULT_OK;
    log_warning("operation %llu: the provider posted an instance of %s, which is not %s",
                id_of(operation), instance_decl(instance)->name, wanted);
    return MI_RESULT_INVALID_PARAMETER;
}

bool answer_is_wanted(const Operation *operation, const MI_Instance *instance)
{
    return operation->task->depth != TASK_SHALLOW || instance->classDecl == operation->class_decl ||
           class_name_equals(instance->classDecl->name, operation->task->class_name);
}

MI_Result answer_result_of(const Operation *operation, int r)
{
    if (r == 0)
        return MI_RESULT_OK;
    log_warning("operation %llu: an instance that the provider posted cannot be sent: %s",
                id_of(operation),
                r == -E2BIG    ? "it is larger than an instance may be"
                : r == -ELOOP  ? "its instances are nested too deeply"
                : r == -EINVAL ? "an element is not a valid value of its type"
                               : "out of memory");
    if (r == -E2BIG)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    return r == -ENOMEM ? MI_RESULT_FAILED : MI_RESULT_INVALID_PARAMETER;
}

static int put_parameters(Buffer *body, const MI_Instance *parameters)
{
    int r;

    buffer_put_string(body, "{\"returnValue\":");
    r = mi_json_put_element(body, parameters, "MIReturn");
    buffer_put_string(body, ",\"parameters\":");
    if (r == 0)
        r = mi_json_put_parameters(body, parameters, true);
    return r;
}

static int put_instance(Buffer *body, const MI_Instance *instance, const Task *task)
{
    MiJsonFilter filter = task_filter(task);

    buffer_put_string(body, "{\"instance\":");
    return mi_json_put_instance(body, instance, &filter);
}

/* True if @instance has the keys of @path. */
static bool has_keys(const MI_Instance *instance, const MI_Instance *path)
{
    const MI_ObjectDecl *decl = instance_decl(path);
    Buffer wanted CLEANUP(buffer_deinit) = BUFFER_INIT;
    Buffer found CLEANUP(buffer_deinit) = BUFFER_INIT;

    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        const char *name = decl->properties[i]->name;

        if ((decl->properties[i]->flags & MI_FLAG_KEY) == 0)
            continue;
        buffer_clear(&wanted);
        buffer_clear(&found);
        if (mi_json_put_element(&wanted, path, name) < 0 ||
            mi_json_put_element(&found, instance, name) < 0 || wanted.size != found.size ||
            memcmp(wanted.data, found.data, found.size) != 0)
            return false;
    }
    return true;
}

MI_Result answer_take_instance(Operation *operation, const MI_Instance *instance)
{
    const Task *task = operation->task;
    Buffer *body = &operation->body;
    int r;

    if (operation->sought != NULL && !has_keys(instance, operation->sought))
        return MI_RESULT_OK;
    if (body->size > 0) {
        log_warning("operation %llu: the provider posted more than one instance for %s",
                    id_of(operation), task_name(task));
        return MI_RESULT_INVALID_PARAMETER;
    }
    if (task->kind == OPERATION_INVOKE && streamed_is_within(&operation->streamed, instance)) {
        log_warning("operation %llu: the provider posted an out parameter that it has streamed",
                    id_of(operation));
        return MI_RESULT_INVALID_PARAMETER;
    }
    r = task->kind == OPERATION_INVOKE ? put_parameters(body, instance)
                                       : put_instance(body, instance, task);
    buffer_put_char(body, '}');
    if (r == 0 && buffer_failed(body))
        r = -ENOMEM;
    if (r == 0 && body->size > OUTLET_MAX_INSTANCE)
        r = -E2BIG;
    if (r < 0)
        buffer_deinit(body);
    return answer_result_of(operation, r);
}

/* The result of an operation that succeeded without an instance; NULL where there must be one. */
static const char *empty_result(OperationKind kind)
{
    switch (kind) {
    case OPERATION_ENUMERATE_INSTANCES:
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
        return "[]";
    case OPERATION_INVOKE:
        return "{\"returnValue\":null,\"parameters\":{}}";
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
        return "null";
    case OPERATION_DELETE_INSTANCE:
        return "{}";
    case OPERATION_GET_INSTANCE:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break;
    }
    return NULL;
}

/* Success was posted, but not what was asked for. */
static void complain(const Operation *operation, ResultFrame *frame, char *text, size_t size)
{
    const Task *task = operation->task;

    if (operation->sought != NULL) {
        frame->result = MI_RESULT_NOT_FOUND;
        snprintf(text, size, "class %s has no instance with these keys", task->class_name);
    } else {
        frame->result = MI_RESULT_FAILED;
        snprintf(text, size,
                 "the provider of class %s reported success for %s, but posted no instance",
                 task->class_name, task_name(task));
    }
    frame->message = span_of(text);
}

int answer_put_class(Buffer *body, const MI_ClassDecl *decl, const char *name_space, Fault *fault)
{
    MiJsonError error;
    int r;

    buffer_put_string(body, "{\"class\":");
    r = mi_json_put_class(body, decl, name_space);
    buffer_put_char(body, '}');
    if (r == -ENOMEM || (r == 0 && buffer_failed(body)))
        return fault_set_memory(fault);
    if (r < 0) {
        mi_json_explain_class(decl, &error);
        return fault_set_class(fault, MI_RESULT_FAILED,
                               "the declaration of class %s cannot be sent: %s", decl->name,
                               error.message);
    }
    if (body->size > OUTLET_MAX_INSTANCE)
        return fault_set(fault, MI_RESULT_SERVER_LIMITS_EXCEEDED,
                         "the declaration of class %s is larger than %zu bytes", decl->name,
                         OUTLET_MAX_INSTANCE);
    return 0;
}

/* Whether the result has to do with what was streamed. A provider that was told that there is no
 * room for more may have nothing better to say. */
static bool has_streamed(const Operation *operation, const Outcome *outcome,
                         const CancelFacts *facts)
{
    if (list_is_empty(&operation->streamed.parameters))
        return false;
    return outcome->result == MI_RESULT_OK || facts->canceled ||
           (operation->streamed.state == STREAMED_CUT &&
            outcome->result == MI_RESULT_SERVER_LIMITS_EXCEEDED);
}

/* What was streamed goes with the out parameters: those that were posted, or none. */
static void add_streamed(Operation *operation, ResultFrame *frame)
{
    Buffer *body = &operation->body;

    if (operation->streamed.state == STREAMED_CUT &&
        (frame->result == MI_RESULT_OK || frame->result == MI_RESULT_SERVER_LIMITS_EXCEEDED)) {
        frame->result = MI_RESULT_SERVER_LIMITS_EXCEEDED;
        frame->message =
            SPAN("what was streamed of the out parameters is too large to be collected "
                 "('maxCollected'): ask with a partialResultToken to have it as it comes");
        frame->body = (Span){0};
        return;
    }
    if (body->size == 0)
        buffer_put_string(body, empty_result(OPERATION_INVOKE));
    if (!buffer_failed(body))
        streamed_put(&operation->streamed, body);
    frame->body = buffer_span(body);
    if (!buffer_failed(body))
        return;
    frame->body = (Span){0};
    if (frame->result == MI_RESULT_OK) {
        frame->result = MI_RESULT_FAILED;
        frame->message = SPAN("out of memory for what was streamed of the out parameters");
    }
}

void answer_send(Operation *operation, const Outcome *outcome, const CancelFacts *facts)
{
    const char *nothing = empty_result(operation->task->kind);
    char text[PAYLOAD_MAX_NAME + 256];
    ResultFrame frame = {
        .flags = outcome->flags | (facts->canceled ? (unsigned)RESULT_CANCELED : 0) |
                 (facts->delivered ? (unsigned)RESULT_DELIVERED : 0),
        .result = (uint32_t)outcome->result,
        .message = payload_cut_text(span_of(outcome->message)),
        .cim_error = outcome->cim_error,
        .discarded = operation->outlet.discarded,
    };

    frame.body = answer_is_streamed(operation) ? outlet_end_batch(&operation->outlet, &frame.count)
                                               : buffer_span(&operation->body);
    if (outcome->result == MI_RESULT_OK && frame.body.size == 0) {
        if (nothing != NULL)
            frame.body = span_of(nothing);
        else if (!facts->canceled)
            complain(operation, &frame, text, sizeof(text));
    }
    if (has_streamed(operation, outcome, facts))
        add_streamed(operation, &frame);
    log_debug("operation %llu: result %u%s", id_of(operation), frame.result,
              facts->canceled ? " (canceled)" : "");
    payload_put_result(channel_begin(operation->operations->channel), operation->id, &frame);
    channel_end(operation->operations->channel, CHANNEL_NOW);
}
