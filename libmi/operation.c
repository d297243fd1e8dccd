#include "libmi/operation.h"

#include "libmi/session.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/result.h"

#include <stdio.h>
#include <stdlib.h>

Operation *operation_of(const MI_Operation *handle)
{
    if (handle == NULL || handle->ft != &mi_operation_ft)
        return NULL;
    return (Operation *)(uintptr_t)handle->reserved2;
}

MI_Operation *operation_handle(Operation *operation)
{
    return operation->handle == HANDLE_OPEN ? operation->client : &operation->own;
}

bool operation_is_deliverable(const Operation *operation)
{
    return operation->gate == GATE_OPEN && operation->state != OPERATION_ENDED &&
           (operation->state == OPERATION_ANSWERED || operation->current != NULL ||
            !list_is_empty(&operation->events));
}

void operation_wake(Operation *operation)
{
    if (!operation_is_deliverable(operation))
        return;
    if (operation->waiter != NULL)
        connection_wake(operation->connection, operation->waiter);
    if (!operation->is_async || operation->turn == TURN_TAKEN ||
        !list_is_empty(&operation->ready_link))
        return;
    list_append(&operation->session->ready, &operation->ready_link);
    workers_wake(operation->session);
}

MI_Result operation_open_gate(MI_Operation *handle)
{
    Operation *operation = operation_of(handle);
    MI_Result r = MI_RESULT_INVALID_PARAMETER;

    if (operation == NULL)
        return r;
    Session *session = operation->session;
    pthread_mutex_lock(&session->lock);
    if (operation->gate == GATE_RESULT) {
        operation->gate = GATE_OPEN;
        operation_wake(operation);
        r = MI_RESULT_OK;
    }
    pthread_mutex_unlock(&session->lock);
    return r;
}

/* RUNNING -> ANSWERED. */
static void set_answered(Operation *operation)
{
    if (operation->is_async)
        operation->session->callbacks_owed--;
    operation->state = OPERATION_ANSWERED;
    operation_wake(operation);
}

/* An operation that is fetched and was closed early is kept only until the host has no more to say.
 */
static bool is_abandoned(const Operation *operation)
{
    return operation->handle == HANDLE_CLOSED && !operation->is_async;
}

static void on_event(Pending *pending, Event *event)
{
    Operation *operation = container_of(pending, Operation, pending);
    bool is_last = event_is_last(event);

    if (is_abandoned(operation)) {
        event_free(event); /* a question is withdrawn: the cancel was sent */
        if (is_last)
            operation_free(operation);
        return;
    }
    list_append(&operation->events, &event->link);
    if (event->kind == EVENT_PROGRESS && !operation->is_canceled)
        pending->due = due_in(operation->timeout);
    if (is_last)
        set_answered(operation);
    else
        operation_wake(operation);
}

static void on_lost(Pending *pending, MI_Result result, const char *why)
{
    Operation *operation = container_of(pending, Operation, pending);

    if (is_abandoned(operation)) {
        operation_free(operation);
        return;
    }
    if (operation->failure == MI_RESULT_OK) {
        operation->failure = result;
        snprintf(operation->why, sizeof(operation->why), "%s", why);
    }
    if (operation->gate == GATE_QUESTION)
        operation->gate = GATE_OPEN; /* nobody waits for the answer */
    set_answered(operation);
}

/* A question that nobody waits for any more, whether it was asked or not. */
static void on_withdrawn(Pending *pending, Span question)
{
    Operation *operation = container_of(pending, Operation, pending);

    if (operation->gate == GATE_QUESTION && span_equals(question, operation->question)) {
        operation->gate = GATE_OPEN;
        operation_wake(operation);
    }
    list_for_each_safe (link, &operation->events) {
        Event *event = list_entry(link, Event, link);

        if (event->kind == EVENT_QUESTION && event->id.size == question.size &&
            memcmp(event->id.data, question.data, question.size) == 0) {
            list_unlink(link);
            event_free(event);
        }
    }
}

static const PendingEvents events = {
    .on_event = on_event,
    .on_lost = on_lost,
    .on_withdrawn = on_withdrawn,
};

static bool wants_callback(OperationShape shape, const MI_OperationCallbacks *callbacks)
{
    if (shape == SHAPE_CLASS || shape == SHAPE_CLASSES)
        return callbacks->classResult != NULL;
    if (shape == SHAPE_INDICATIONS)
        return callbacks->indicationResult != NULL;
    return callbacks->instanceResult != NULL;
}

Operation *operation_new(Session *session, OperationShape shape, MI_Uint32 flags,
                         const MI_OperationCallbacks *callbacks, MI_Operation *client)
{
    Operation *operation = calloc(1, sizeof(*operation));

    if (operation == NULL)
        return NULL;
    operation->pending.events = &events;
    operation->session = session;
    operation->shape = shape;
    operation->flags = flags;
    operation->owes_started = (flags & MI_OPERATIONFLAGS_REPORT_OPERATION_STARTED) != 0;
    if (callbacks != NULL) {
        operation->callbacks = *callbacks;
        operation->is_async = wants_callback(shape, callbacks);
    }
    operation->unasked_answer = MI_TRUE;
    list_init(&operation->events);
    list_init(&operation->ready_link);
    operation->own =
        (MI_Operation){.reserved2 = (ptrdiff_t)(uintptr_t)operation, .ft = &mi_operation_ft};
    operation->client = client;
    *client = operation->own;
    list_append(&session->operations, &operation->link);
    session->owed++;
    if (operation->is_async)
        session->callbacks_owed++;
    return operation;
}

static void results_deinit(Results *results)
{
    mi_json_reader_deinit(&results->reader);
    instance_free(results->instance);
    class_free(results->class_result);
    instance_free(results->details);
    buffer_deinit(&results->message);
    buffer_deinit(&results->missing);
    shared_class_unref(results->last);
}

/* The client has closed an operation, and is owed nothing of it: the session may end. */
static void settle(Session *session)
{
    session->owed--;
    pthread_cond_broadcast(&session->changed);
}

void operation_free(Operation *operation)
{
    /* One that was abandoned is settled by MI_Operation_Close. */
    if (!is_abandoned(operation) || operation->state == OPERATION_ENDED)
        settle(operation->session);
    if (operation->connection != NULL)
        connection_remove(operation->connection, &operation->pending);
    connection_unref(operation->connection);
    while (!list_is_empty(&operation->events)) {
        Event *event = list_entry(list_first(&operation->events), Event, link);

        list_unlink(&event->link);
        event_free(event);
    }
    event_free(operation->current);
    buffer_deinit(&operation->activity);
    results_deinit(&operation->results);
    list_unlink(&operation->ready_link);
    list_unlink(&operation->link);
    free(operation->name_space);
    free(operation->class_name);
    free(operation->method_name);
    free(operation);
}

void operation_cancel(Operation *operation, MI_CancellationReason reason)
{
    CLEANUP(buffer_deinit) Buffer cancel = BUFFER_INIT;

    operation->pending.due = DUE_NOW;
    if (operation->awaited != NULL) /* the host may have answered, and its classes be owed */
        operation->awaited->due = DUE_NOW;
    if (operation->state != OPERATION_RUNNING || operation->connection == NULL ||
        operation->is_canceled)
        return;
    operation->is_canceled = true;
    rpc_put_notification_head(&cancel, "$/cancelRequest");
    buffer_printf(&cancel, "{\"id\":%lld,\"reason\":\"%s\"}}", (long long)operation->pending.id,
                  reason_name(reason));
    connection_send(operation->connection, &cancel);
}

void operation_fail(Operation *operation, MI_Result result, const char *why)
{
    if (operation->failure == MI_RESULT_OK) {
        operation->failure = result;
        snprintf(operation->why, sizeof(operation->why), "%s", why);
    }
    operation_cancel(operation, MI_REASON_NONE);
}

void operation_fail_at_once(Operation *operation, MI_Result result, const char *why)
{
    operation->failure = result;
    snprintf(operation->why, sizeof(operation->why), "%s", why);
    if (operation->state == OPERATION_RUNNING)
        set_answered(operation);
}

/* ---- What a client calls ---- */

static MI_Result MI_CALL Cancel(MI_Operation *handle, MI_CancellationReason reason)
{
    Operation *operation = operation_of(handle);
    Session *session;

    if (operation == NULL || (int)reason < MI_REASON_NONE || reason > MI_REASON_SERVICESTOP)
        return MI_RESULT_INVALID_PARAMETER;
    session = operation->session;
    pthread_mutex_lock(&session->lock);
    operation_cancel(operation, reason);
    pthread_mutex_unlock(&session->lock);
    return MI_RESULT_OK;
}

/* Fetched: it ends here, or when the host has no more to say. */
static void close_fetched(Operation *operation)
{
    Session *session = operation->session;

    if (operation->state == OPERATION_RUNNING) {
        operation_cancel(operation, MI_REASON_NONE);
        /* Careful: the host may have answered meanwhile, and @operation be gone. */
        settle(session);
    } else {
        operation->state = OPERATION_ENDED;
        operation_free(operation);
    }
}

static MI_Result MI_CALL Close(MI_Operation *handle)
{
    Operation *operation = operation_of(handle);
    Session *session;
    MI_Result r = MI_RESULT_OK;

    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    session = operation->session;
    pthread_mutex_lock(&session->lock);
    if (operation->handle == HANDLE_CLOSED) {
        r = MI_RESULT_INVALID_PARAMETER;
    } else if (!operation->is_async && operation->turn == TURN_TAKEN) {
        r = MI_RESULT_FAILED; /* another thread fetches a result of it */
    } else {
        operation->handle = HANDLE_CLOSED;
        *handle = (MI_Operation){0};
        if (!operation->is_async)
            close_fetched(operation);
        else if (operation->state == OPERATION_ENDED && operation->turn == TURN_FREE)
            operation_free(operation);
        else
            operation_cancel(operation, MI_REASON_NONE);
    }
    pthread_mutex_unlock(&session->lock);
    return r;
}

static MI_Result MI_CALL GetSession(MI_Operation *handle, MI_Session *session)
{
    Operation *operation = operation_of(handle);

    if (operation == NULL || session == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    session_show(operation->session, session);
    return MI_RESULT_OK;
}

static bool is_deliverable(const void *data)
{
    return operation_is_deliverable(data);
}

/* Waits until something can be handed over. A host may have answered in spite of a question of its
 * own that is open, and be gone: then the client's answer is what is waited for. */
static void wait_for_more(Operation *operation)
{
    Waiter waiter = WAITER_INIT;

    /* analyzer: no handle is NULL here */
    operation->waiter = &waiter;
    if (operation->connection != NULL && operation->connection->state == CONNECTION_OPEN) {
        connection_wait(operation->connection, &waiter, is_deliverable, operation);
    } else {
        while (!operation_is_deliverable(operation))
            waiter_wait(&waiter, &operation->session->lock);
    }
    operation->waiter = NULL;
}

static void show_ended(const Operation *operation, Delivery *ret)
{
    *ret = (Delivery){.more = MI_FALSE, .result = operation->final};
}

/* Fetches one result. */
static MI_Result fetch(const MI_Operation *handle, bool is_shape_right, Delivery *ret)
{
    Operation *operation = operation_of(handle);
    /* analyzer: likewise */
    Session *session = operation->session;
    MI_Result r = MI_RESULT_OK;

    *ret = (Delivery){.more = MI_FALSE, .result = MI_RESULT_INVALID_PARAMETER};
    pthread_mutex_lock(&session->lock);
    if (operation->is_async || !is_shape_right) {
        r = MI_RESULT_INVALID_PARAMETER;
    } else if (operation->turn == TURN_TAKEN || operation->state == OPERATION_ENDED) {
        show_ended(operation, ret);
        r = MI_RESULT_FAILED;
    } else {
        operation->turn = TURN_TAKEN;
        while (!operation_next(operation, ret))
            wait_for_more(operation);
        /* analyzer: likewise */
        operation->turn = TURN_FREE;
    }
    pthread_mutex_unlock(&session->lock);
    return r;
}

static MI_Result show(MI_Result r, const Delivery *delivery, MI_Boolean *more, MI_Result *result,
                      const MI_Char **message, const MI_Instance **details)
{
    if (more != NULL)
        *more = delivery->more;
    if (result != NULL)
        *result = delivery->result;
    if (message != NULL)
        *message = delivery->message;
    if (details != NULL)
        *details = delivery->details;
    return r;
}

static MI_Result MI_CALL GetInstance(MI_Operation *handle, const MI_Instance **instance,
                                     MI_Boolean *more, MI_Result *result, const MI_Char **message,
                                     const MI_Instance **details)
{
    const Operation *operation = operation_of(handle);
    Delivery delivery;
    MI_Result r;

    if (operation == NULL || instance == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = fetch(handle, operation->shape < SHAPE_CLASS, &delivery);
    *instance = delivery.instance;
    return show(r, &delivery, more, result, message, details);
}

static MI_Result MI_CALL GetIndication(MI_Operation *handle, const MI_Instance **instance,
                                       const MI_Char **bookmark, const MI_Char **machine,
                                       MI_Boolean *more, MI_Result *result, const MI_Char **message,
                                       const MI_Instance **details)
{
    const Operation *operation = operation_of(handle);
    Delivery delivery;
    MI_Result r;

    if (operation == NULL || instance == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = fetch(handle, operation->shape == SHAPE_INDICATIONS, &delivery);
    *instance = delivery.instance;
    if (bookmark != NULL)
        *bookmark = NULL;
    if (machine != NULL)
        *machine = NULL;
    return show(r, &delivery, more, result, message, details);
}

static MI_Result MI_CALL GetClass(MI_Operation *handle, const MI_Class **class_result,
                                  MI_Boolean *more, MI_Result *result, const MI_Char **message,
                                  const MI_Instance **details)
{
    const Operation *operation = operation_of(handle);
    Delivery delivery;
    MI_Result r;

    if (operation == NULL || class_result == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = fetch(handle, operation->shape == SHAPE_CLASS || operation->shape == SHAPE_CLASSES,
              &delivery);
    *class_result = delivery.class_result;
    return show(r, &delivery, more, result, message, details);
}

const MI_OperationFT mi_operation_ft = {
    .Close = Close,
    .Cancel = Cancel,
    .GetSession = GetSession,
    .GetInstance = GetInstance,
    .GetIndication = GetIndication,
    .GetClass = GetClass,
};
