#include "agent/streamed.h"

#include "agent/answer.h"
#include "agent/operations.h"
#include "base/log.h"
#include "mi/class_decl.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/mi_json.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* One parameter that has begun. */
typedef struct StreamedParameter {
    const MI_ParameterDecl *decl;
    Buffer values; /* elements, comma-separated: those that are collected */
    List link;
} StreamedParameter;

void streamed_init(Streamed *streamed)
{
    list_init(&streamed->parameters);
    streamed->size = 0;
    streamed->state = STREAMED_WHOLE;
}

void streamed_deinit(Streamed *streamed)
{
    list_for_each_safe (link, &streamed->parameters) {
        StreamedParameter *parameter = list_entry(link, StreamedParameter, link);

        list_unlink(&parameter->link);
        buffer_deinit(&parameter->values);
        free(parameter);
    }
}

static StreamedParameter *find(const Streamed *streamed, const char *name)
{
    list_for_each (link, &streamed->parameters) {
        StreamedParameter *parameter = list_entry(link, StreamedParameter, link);

        if (class_name_equals(parameter->decl->name, name))
            return parameter;
    }
    return NULL;
}

bool streamed_is_within(const Streamed *streamed, const MI_Instance *parameters)
{
    list_for_each (link, &streamed->parameters) {
        const char *name = list_entry(link, StreamedParameter, link)->decl->name;
        MI_Uint32 index = class_find_property(instance_decl(parameters), name);

        if (index != CLASS_NOT_FOUND &&
            (instance_is_dynamic(parameters) || instance_value(parameters, index) != NULL))
            return true;
    }
    return false;
}

static bool is_stream(const MI_ParameterDecl *decl)
{
    const MI_Uint32 wanted = MI_FLAG_OUT | MI_FLAG_STREAM;

    return (decl->flags & wanted) == wanted;
}

/* The parameter @name, which begins now if it hasn't yet; NULL without memory. */
static StreamedParameter *begin(Streamed *streamed, const MI_ParameterDecl *decl)
{
    StreamedParameter *parameter = find(streamed, decl->name);

    if (parameter != NULL)
        return parameter;
    parameter = calloc(1, sizeof(*parameter));
    if (parameter == NULL)
        return NULL;
    parameter->decl = decl;
    list_append(&streamed->parameters, &parameter->link);
    return parameter;
}

static MI_Result refuse(const Operation *operation, const char *name, const char *why)
{
    log_warning("operation %llu: parameter '%.64s' of method %s can't be streamed: %s",
                (unsigned long long)operation->id, name, operation->task->method, why);
    return MI_RESULT_INVALID_PARAMETER;
}

/* Appends the elements of @value, comma-separated. 0, or as answer_result_of takes it. */
static int put_elements(Buffer *to, const MI_Value *value, MI_Type type)
{
    size_t before = to->size;
    int r = mi_json_put_value(to, value, type);

    if (r == 0 && !value_type_is_array(type))
        return 0;
    if (r < 0)
        return r;
    /* Without the brackets of the array. */
    memmove(to->data + before, to->data + before + 1, to->size - before - 2);
    to->size -= 2;
    return 0;
}

static MI_Result collect(Operation *operation, StreamedParameter *parameter, Span elements)
{
    Streamed *streamed = &operation->streamed;

    if (streamed->state == STREAMED_WHOLE &&
        elements.size + 1 > operation->operations->collected - streamed->size)
        streamed->state = STREAMED_CUT;
    if (streamed->state == STREAMED_CUT)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    if (parameter->values.size > 0)
        buffer_put_char(&parameter->values, ',');
    buffer_put_span(&parameter->values, elements);
    if (buffer_failed(&parameter->values)) {
        streamed->state = STREAMED_CUT;
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    streamed->size += elements.size + 1;
    return MI_RESULT_OK;
}

static MI_Result send(Operation *operation, const MI_ParameterDecl *decl, Span elements)
{
    CLEANUP(buffer_deinit) Buffer values = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer frame = BUFFER_INIT;

    buffer_put_char(&values, '[');
    buffer_put_span(&values, elements);
    buffer_put_char(&values, ']');
    payload_put_parameter(
        &frame, operation->id,
        &(ParameterFrame){.name = span_of(decl->name), .values = buffer_span(&values)});
    if (buffer_failed(&values))
        return MI_RESULT_FAILED;
    return operation_write(operation, &frame, OPERATION_WRITES_RESULT);
}

/* Takes the elements, of which there is at least one. */
static MI_Result take(Operation *operation, const MI_ParameterDecl *decl, const MI_Value *value,
                      MI_Type type)
{
    CLEANUP(buffer_deinit) Buffer elements = BUFFER_INIT;
    StreamedParameter *parameter = begin(&operation->streamed, decl);
    int r;

    if (parameter == NULL)
        return MI_RESULT_FAILED;
    if (value_type_is_array(type) && value->array.size == 0)
        return MI_RESULT_OK;
    r = put_elements(&elements, value, type);
    if (r == 0 && elements.size > OUTLET_MAX_INSTANCE)
        r = -E2BIG;
    if (r < 0)
        return answer_result_of(operation, r);
    if ((operation->task->flags & OPERATION_STREAM) != 0)
        return send(operation, decl, buffer_span(&elements));
    return collect(operation, parameter, buffer_span(&elements));
}

MI_Result streamed_write(Operation *operation, const MI_Char *name, const MI_Value *value,
                         MI_Type type, MI_Uint32 flags)
{
    const MI_ParameterDecl *decl;
    MI_Result r = operation_may_post(operation);

    if (operation->task == NULL || operation->task->kind != OPERATION_INVOKE)
        return MI_RESULT_NOT_SUPPORTED;
    if (r != MI_RESULT_OK)
        return r;
    decl = class_find_parameter(operation->method_decl, name);
    if (decl == NULL || !is_stream(decl))
        return refuse(operation, name, "it is not declared as a streamed out parameter");
    if (operation->body.size > 0)
        return refuse(operation, name, "the out parameters were posted already");
    if (value == NULL || (flags & MI_FLAG_NULL) != 0)
        return begin(&operation->streamed, decl) == NULL ? MI_RESULT_FAILED : MI_RESULT_OK;
    if ((MI_Uint32)type != decl->type && type != value_scalar_type(decl->type))
        return MI_RESULT_TYPE_MISMATCH;
    return take(operation, decl, value, type);
}

void streamed_put(const Streamed *streamed, Buffer *body)
{
    bool is_first;

    assert(body->size > 3 && memcmp(body->data + body->size - 2, "}}", 2) == 0);
    body->size -= 2;
    is_first = body->data[body->size - 1] == '{';
    list_for_each (link, &streamed->parameters) {
        const StreamedParameter *parameter = list_entry(link, StreamedParameter, link);

        if (!is_first)
            buffer_put_char(body, ',');
        is_first = false;
        json_put_key(body, parameter->decl->name);
        buffer_put_char(body, '[');
        buffer_put_span(body, buffer_span(&parameter->values));
        buffer_put_char(body, ']');
    }
    buffer_put_string(body, "}}");
}
