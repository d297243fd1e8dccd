/*
 * Delivery: what a client gets next of an operation (the second part of operation.h).
 *
 * Events are taken in the order in which they came. A list is handed over element by element: each
 * is read when it is its turn, into the instance that the last one was in, so that a long result
 * costs neither memory nor time before it is wanted (reading.h); when a part of a result is used
 * up, the host is told that it may send more.
 */
#include "libmi/body.h"
#include "libmi/cim_error.h"
#include "libmi/reading.h"
#include "libmi/session.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"
#include "protocol/result.h"

#include <errno.h>
#include <stdio.h>

/* ---- Handing over; with the lock ---- */

/* The last result. */
static bool end(Operation *operation, MI_Result result, const char *message, Delivery *ret)
{
    Results *results = &operation->results;

    if (operation->failure != MI_RESULT_OK) {
        result = operation->failure;
        message = operation->why;
        instance_free(take_pointer(results->details));
    }
    operation->state = OPERATION_ENDED;
    operation->final = result;
    *ret = (Delivery){.more = MI_FALSE, .result = result, .message = message};
    if (result == MI_RESULT_OK) {
        ret->instance = results->instance;
        ret->class_result = results->class_result;
        return true;
    }
    if (results->details == NULL)
        results->details = cim_error_new(result, message);
    ret->details = results->details;
    return true;
}

void operation_fail_reading(Operation *operation, int error)
{
    char why[CONNECTION_WHY];

    if (error == -EPIPE && operation->connection->state == CONNECTION_LOST) {
        operation_fail(operation, operation->connection->result, operation->connection->why);
        return;
    }
    snprintf(why, sizeof(why), "a result of the host can't be read: %.200s",
             error == -ENOMEM ? "out of memory" : operation->results.reader.message);
    operation_fail(operation,
                   error == -ENOMEM ? MI_RESULT_SERVER_LIMITS_EXCEEDED : MI_RESULT_FAILED, why);
}

void operation_acknowledge(Operation *operation)
{
    CLEANUP(buffer_deinit) Buffer message = BUFFER_INIT;

    if (!operation->is_acknowledged || operation->state != OPERATION_RUNNING)
        return;
    rpc_put_notification_head(&message, "$/acknowledge");
    buffer_printf(&message, "{\"id\":%lld,\"messages\":1}}", (long long)operation->pending.id);
    connection_send(operation->connection, &message);
}

/* The next element of the list that is being handed over. False: there is none. */
static bool take_element(Operation *operation, Delivery *ret)
{
    Session *session = operation->session;
    Results *results = &operation->results;
    int r;

    if (operation->failure != MI_RESULT_OK)
        return false;
    pthread_mutex_unlock(&session->lock);
    r = operation->shape == SHAPE_CLASSES ? reading_next_class(operation) : reading_next(operation);
    pthread_mutex_lock(&session->lock);
    if (r < 0)
        operation_fail_reading(operation, r);
    if (r <= 0)
        return false;
    *ret = (Delivery){.more = MI_TRUE, .result = MI_RESULT_OK};
    if (operation->shape == SHAPE_CLASSES)
        ret->class_result = results->class_result;
    else
        ret->instance = results->instance;
    return true;
}

/* The list is used up. True: it was the last of the operation. */
static bool finish_list(Operation *operation, Delivery *ret)
{
    Event *event = take_pointer(operation->current);
    bool is_last = event->kind == EVENT_RESULT;

    event_free(event);
    if (!is_last) {
        operation_acknowledge(operation);
        return false;
    }
    /* The elements have been handed over: the end has none. */
    instance_free(take_pointer(operation->results.instance));
    class_free(take_pointer(operation->results.class_result));
    return end(operation, MI_RESULT_OK, NULL, ret);
}

static void begin_list(Operation *operation, Event *event, Span list)
{
    operation->current = event;
    operation->rest = body_is(list, JSON_ARRAY) ? list : SPAN("[]");
}

/* A result that is no list. */
static bool take_result(Operation *operation, const Event *event, Delivery *ret)
{
    Session *session = operation->session;
    Results *results = &operation->results;
    Span instance = {0};
    int r = 0;

    if (body_is(event->body, JSON_OBJECT))
        instance = json_find_member(event->body, "instance");
    if (operation->failure == MI_RESULT_OK) {
        pthread_mutex_unlock(&session->lock);
        if (operation->shape == SHAPE_INSTANCE && body_is(instance, JSON_OBJECT))
            r = reading_instance(operation, instance, &results->instance);
        else if (operation->shape == SHAPE_PARAMETERS)
            r = reading_parameters(operation, json_find_member(event->body, "returnValue"),
                                   json_find_member(event->body, "parameters"), &results->instance);
        else if (operation->shape == SHAPE_CLASS)
            r = reading_class(operation, json_find_member(event->body, "class"));
        pthread_mutex_lock(&session->lock);
    }
    if (r < 0)
        operation_fail_reading(operation, r);
    return end(operation, MI_RESULT_OK, NULL, ret);
}

/* What the code of an error means where its data have no result. */
static MI_Result result_of_code(Span code)
{
    int64_t number;

    if (!body_is(code, JSON_NUMBER) || json_get_integer(code, &number) < 0)
        return MI_RESULT_FAILED;
    if (number == RPC_INVALID_PARAMS)
        return MI_RESULT_INVALID_PARAMETER;
    return number == RPC_METHOD_NOT_FOUND ? MI_RESULT_NOT_SUPPORTED : MI_RESULT_FAILED;
}

static bool take_error(Operation *operation, const Event *event, Delivery *ret)
{
    Session *session = operation->session;
    Results *results = &operation->results;
    Span data = json_find_member(event->body, "data"), details = {0};
    MI_Uint32 result = result_of_code(json_find_member(event->body, "code"));
    const char *message;

    if (body_is(data, JSON_OBJECT)) {
        result = body_number(json_find_member(data, "result"), result);
        details = json_find_member(data, "cimError");
        if (body_is(json_find_member(data, "result"), JSON_OBJECT)) /* canceled: what was posted */
            details = json_find_member(json_find_member(data, "result"), "cimError");
    }
    if (result == MI_RESULT_OK || result > MI_RESULT_SERVER_IS_SHUTTING_DOWN)
        result = MI_RESULT_FAILED;
    if (body_is(details, JSON_OBJECT)) {
        pthread_mutex_unlock(&session->lock);
        if (reading_instance(operation, details, &results->details) < 0)
            instance_free(take_pointer(results->details));
        pthread_mutex_lock(&session->lock);
    }
    message = body_text(json_find_member(event->body, "message"), &results->message);
    if (message == NULL || message[0] == '\0')
        message = result_text((MI_Result)result);
    return end(operation, (MI_Result)result, message, ret);
}

/* Takes one event. True and *@ret: there is something to hand over. */
static bool take_event(Operation *operation, Event *event, Delivery *ret)
{
    bool is_there = false;

    switch (event->kind) {
    case EVENT_BATCH:
        begin_list(operation, event, event->body);
        return false;
    case EVENT_RESULT:
        if (operation->shape == SHAPE_INSTANCES || operation->shape == SHAPE_CLASSES) {
            begin_list(operation, event,
                       json_find_member(event->body, operation->shape == SHAPE_CLASSES
                                                         ? "classes"
                                                         : "instances"));
            return false;
        }
        is_there = take_result(operation, event, ret);
        break;
    case EVENT_ERROR:
        is_there = take_error(operation, event, ret);
        break;
    case EVENT_MESSAGE:
        operation_tell_message(operation, event);
        break;
    case EVENT_PARAMETER:
        operation_tell_piece(operation, event);
        break;
    case EVENT_PROGRESS:
        operation_tell_progress(operation, event);
        break;
    case EVENT_QUESTION:
        operation_ask(operation, event);
        break;
    /* coverage: it is about no operation, and is told to each */
    case EVENT_WITHDRAWN:
        break;
    }
    event_free(event);
    return is_there;
}

bool operation_next(Operation *operation, Delivery *ret)
{
    while (operation->gate == GATE_OPEN) {
        if (operation->owes_started && operation_is_deliverable(operation)) {
            operation->owes_started = false;
            *ret = (Delivery){.more = MI_TRUE, .result = MI_RESULT_OK};
            return true;
        }
        if (operation->current != NULL) {
            if (take_element(operation, ret) || finish_list(operation, ret))
                return true;
        } else if (!list_is_empty(&operation->events)) {
            Event *event = list_entry(list_first(&operation->events), Event, link);

            list_unlink(&event->link);
            if (take_event(operation, event, ret))
                return true;
        } else if (operation->state == OPERATION_ANSWERED) {
            return end(operation, MI_RESULT_FAILED, "the host did not answer", ret);
        } else {
            return false;
        }
    }
    return false;
}
