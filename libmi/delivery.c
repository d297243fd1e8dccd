/*
 * Delivery: what a client gets next of an operation (the second part of operation.h).
 *
 * Events are taken in the order in which they came. A list is handed over element by element: each
 * is read when it is its turn, into the instance that the last one was in, so that a long result
 * costs neither memory nor time before it is wanted; when a part of a result is used up, the host
 * is told that it may send more. What a class looks like is asked for when it is first needed.
 */
#include "libmi/cim_error.h"
#include "libmi/session.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/mi_json_class.h"
#include "protocol/result.h"

#include <errno.h>
#include <stdio.h>

/* ---- JSON ---- */

static bool is_type(Span value, JsonType type)
{
    return value.data != NULL && json_type(value) == type;
}

/* The text that @value is, in @to; NULL if it is none. */
static const char *text_of(Span value, Buffer *to)
{
    buffer_clear(to);
    if (!is_type(value, JSON_STRING) || json_decode_string(value, to) < 0)
        return NULL;
    return buffer_string(to);
}

static MI_Uint32 number_of(Span value, MI_Uint32 otherwise)
{
    int64_t number;

    if (!is_type(value, JSON_NUMBER) || json_get_integer(value, &number) < 0 || number < 0 ||
        number > UINT32_MAX)
        return otherwise;
    return (MI_Uint32)number;
}

/* ---- Classes ---- */

static bool is_settled(const void *data)
{
    return ((const ClassEntry *)data)->state != CLASS_ASKED;
}

/* Asks for a class, and waits for the answer. 0; -EPIPE, -ENOMEM, -EINVAL. Without the lock. */
static int ask_class(Operation *operation, Span name)
{
    Session *session = operation->session;
    Waiter waiter = WAITER_INIT;
    ClassEntry *entry;
    int r;

    pthread_mutex_lock(&session->lock);
    r = class_cache_ask(&session->classes, operation->connection, operation->name_space, name,
                        &entry);
    if (r == 0) {
        connection_flush(operation->connection);
        connection_wait(operation->connection, &waiter, is_settled, entry);
    }
    if (r == 0 && (entry->state == CLASS_LOST || entry->state == CLASS_ASKED))
        r = -EPIPE;
    pthread_mutex_unlock(&session->lock);
    return r;
}

/* MiJsonFind: the class as the session knows it, without the lock. */
static int find_class(void *data, Span name, SharedClass **ret)
{
    Operation *operation = data;
    Results *results = &operation->results;
    const ClassEntry *entry;
    int r = 0;

    *ret = results->last;
    if (*ret != NULL && span_equals(name, (*ret)->decl.name))
        return 0;
    *ret = NULL;
    if ((operation->flags & MI_OPERATIONFLAGS_NO_RTTI) != 0)
        return 0;
    pthread_mutex_lock(&operation->session->lock);
    entry = class_cache_find(&operation->session->classes, operation->name_space, name);
    if (entry == NULL || entry->state == CLASS_ASKED || entry->state == CLASS_LOST) {
        r = -ENOENT;
    } else if (entry->state == CLASS_KNOWN) {
        shared_class_unref(results->last);
        *ret = results->last = shared_class_ref(entry->shared);
    }
    pthread_mutex_unlock(&operation->session->lock);
    if (r == -ENOENT) {
        buffer_clear(&results->missing);
        buffer_put_span(&results->missing, name);
    }
    return r;
}

/* The class of the last instance isn't what the host means by it now: it is asked for once more. */
static int ask_class_again(Operation *operation)
{
    Results *results = &operation->results;
    CLEANUP(shared_class_unrefp) SharedClass *last = take_pointer(results->last);

    if (last == NULL || results->asked_again)
        return -EINVAL;
    results->asked_again = true;
    return ask_class(operation, span_of(last->decl.name));
}

/* What is to be done after a reading that ended with @r: 0: read again. */
static int after_reading(Operation *operation, int r)
{
    if (r == -ENOENT)
        return ask_class(operation, buffer_span(&operation->results.missing));
    if (r == -EINVAL)
        return ask_class_again(operation);
    return r;
}

/* ---- Reading results; without the lock ---- */

/* An instance has the namespace of its operation. */
static int set_name_space(const Operation *operation, MI_Instance *instance)
{
    if (instance->nameSpace != NULL && strcmp(instance->nameSpace, operation->name_space) == 0)
        return 0;
    return MI_Instance_SetNameSpace(instance, operation->name_space) == MI_RESULT_OK ? 0 : -ENOMEM;
}

static void set_reader(Operation *operation)
{
    operation->results.reader.find = find_class;
    operation->results.reader.data = operation;
}

int operation_read_instance(Operation *operation, Span json, MI_Instance **instance)
{
    int r;

    set_reader(operation);
    do {
        r = mi_json_read_instance(&operation->results.reader, json, instance);
        if (r == 0)
            return set_name_space(operation, *instance);
        r = after_reading(operation, r);
    } while (r == 0);
    return r;
}

/* The next one of the list that is being handed over. 1; 0: there is none; or an error. */
static int read_next(Operation *operation)
{
    Results *results = &operation->results;
    int r;

    set_reader(operation);
    do {
        r = mi_json_read_next(&results->reader, &operation->rest, &results->instance);
        if (r == 0)
            return 0;
        if (r > 0) {
            r = set_name_space(operation, results->instance);
            return r < 0 ? r : 1;
        }
        r = after_reading(operation, r);
    } while (r == 0);
    return r;
}

/* @parameters, and what was @returned, into *@ret, which is freed first. */
static int read_parameters(Operation *operation, Span returned, Span parameters, MI_Instance **ret)
{
    Results *results = &operation->results;
    SharedClass *shared = NULL;
    int r;

    instance_free(take_pointer(*ret));
    for (;;) {
        set_reader(operation);
        r = find_class(operation, span_of(operation->class_name), &shared);
        if (r == 0)
            r = mi_json_read_parameters(&results->reader, returned, parameters, shared,
                                        operation->method_name, ret);
        if (r == 0)
            return 0;
        r = after_reading(operation, r);
        if (r < 0)
            return r;
    }
}

/* A class, or where only names were asked for, a name. */
static int read_class(Operation *operation, Span json)
{
    CLEANUP(shared_class_unrefp) SharedClass *shared = NULL;
    Results *results = &operation->results;
    CLEANUP(buffer_deinit) Buffer named = BUFFER_INIT;
    const char *name_space;
    MiJsonError error;
    MI_Result made;
    int r;

    class_free(take_pointer(results->class_result));
    if (is_type(json, JSON_STRING)) {
        buffer_put_string(&named, "{\"class\":");
        buffer_put_span(&named, json);
        buffer_put_char(&named, '}');
        if (buffer_failed(&named))
            return -ENOMEM;
        json = buffer_span(&named);
    }
    r = mi_json_get_class(json, &shared, &name_space, &error);
    if (r == -EINVAL)
        snprintf(results->reader.message, sizeof(results->reader.message), "%.255s", error.message);
    if (r < 0)
        return r;
    made = class_new_shared(shared, name_space == NULL ? operation->name_space : name_space, NULL,
                            &results->class_result);
    return made == MI_RESULT_OK ? 0 : -ENOMEM;
}

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

/* What could not be read ends the operation; the rest of it is awaited, and dropped. */
static void fail_reading(Operation *operation, int error)
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

/* Tells the host that a part of the result was taken, so that it sends more. */
static void acknowledge(Operation *operation)
{
    CLEANUP(buffer_deinit) Buffer message = BUFFER_INIT;

    if (!operation->is_acknowledged || operation->state != OPERATION_RUNNING)
        return;
    rpc_put_notification_head(&message, "$/acknowledge");
    buffer_printf(&message, "{\"id\":%lld,\"messages\":1}}", (long long)operation->pending.id);
    connection_send(operation->connection, &message);
}

/* As read_next(), of a list of classes. */
static int read_next_class(Operation *operation)
{
    Span element;
    int r;

    if (!json_next_element(&operation->rest, &element))
        return 0;
    r = read_class(operation, element);
    return r < 0 ? r : 1;
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
    r = operation->shape == SHAPE_CLASSES ? read_next_class(operation) : read_next(operation);
    pthread_mutex_lock(&session->lock);
    if (r < 0)
        fail_reading(operation, r);
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
        acknowledge(operation);
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
    operation->rest = is_type(list, JSON_ARRAY) ? list : SPAN("[]");
}

/* A result that is no list. */
static bool take_result(Operation *operation, const Event *event, Delivery *ret)
{
    Session *session = operation->session;
    Results *results = &operation->results;
    Span instance = {0};
    int r = 0;

    if (is_type(event->body, JSON_OBJECT))
        instance = json_find_member(event->body, "instance");
    if (operation->failure == MI_RESULT_OK) {
        pthread_mutex_unlock(&session->lock);
        if (operation->shape == SHAPE_INSTANCE && is_type(instance, JSON_OBJECT))
            r = operation_read_instance(operation, instance, &results->instance);
        else if (operation->shape == SHAPE_PARAMETERS)
            r = read_parameters(operation, json_find_member(event->body, "returnValue"),
                                json_find_member(event->body, "parameters"), &results->instance);
        else if (operation->shape == SHAPE_CLASS)
            r = read_class(operation, json_find_member(event->body, "class"));
        pthread_mutex_lock(&session->lock);
    }
    if (r < 0)
        fail_reading(operation, r);
    return end(operation, MI_RESULT_OK, NULL, ret);
}

/* What the code of an error means where its data have no result. */
static MI_Result result_of_code(Span code)
{
    int64_t number;

    if (!is_type(code, JSON_NUMBER) || json_get_integer(code, &number) < 0)
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

    if (is_type(data, JSON_OBJECT)) {
        result = number_of(json_find_member(data, "result"), result);
        details = json_find_member(data, "cimError");
        if (is_type(json_find_member(data, "result"), JSON_OBJECT)) /* canceled: what was posted */
            details = json_find_member(json_find_member(data, "result"), "cimError");
    }
    if (result == MI_RESULT_OK || result > MI_RESULT_SERVER_IS_SHUTTING_DOWN)
        result = MI_RESULT_FAILED;
    if (is_type(details, JSON_OBJECT)) {
        pthread_mutex_unlock(&session->lock);
        if (operation_read_instance(operation, details, &results->details) < 0)
            instance_free(take_pointer(results->details));
        pthread_mutex_lock(&session->lock);
    }
    message = text_of(json_find_member(event->body, "message"), &results->message);
    if (message == NULL || message[0] == '\0')
        message = result_text((MI_Result)result);
    return end(operation, (MI_Result)result, message, ret);
}

/* ---- What is told on the way ---- */

static void tell_message(Operation *operation, const Event *event)
{
    static const char *const channels[] = {"warning", "verbose", "debug"};
    CLEANUP(buffer_deinit) Buffer channel = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    const char *name = text_of(json_find_member(event->body, "channel"), &channel);
    const char *message = text_of(json_find_member(event->body, "message"), &text);
    MI_Operation *handle = operation_handle(operation);
    MI_Uint32 number = 0;

    if (name == NULL || message == NULL || operation->callbacks.writeMessage == NULL)
        return;
    while (number < ARRAY_SIZE(channels) && strcmp(name, channels[number]) != 0)
        number++;
    if (number == ARRAY_SIZE(channels))
        return;
    pthread_mutex_unlock(&operation->session->lock);
    operation->callbacks.writeMessage(handle, operation->callbacks.callbackContext, number,
                                      message);
    pthread_mutex_lock(&operation->session->lock);
}

static void tell_progress(Operation *operation, const Event *event)
{
    Span value = event->body;
    CLEANUP(buffer_deinit) Buffer current = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer status = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer kind = BUFFER_INIT;
    const char *word = text_of(json_find_member(value, "kind"), &kind);
    MI_Operation *handle = operation_handle(operation);
    const char *texts[3];

    if (word == NULL || strcmp(word, "end") == 0 || operation->callbacks.writeProgress == NULL)
        return;
    if (is_type(json_find_member(value, "title"), JSON_STRING)) /* the beginning alone has one */
        (void)text_of(json_find_member(value, "title"), &operation->activity);
    texts[0] = buffer_string(&operation->activity);
    texts[1] = text_of(json_find_member(value, "currentOperation"), &current);
    texts[2] = text_of(json_find_member(value, "message"), &status);
    pthread_mutex_unlock(&operation->session->lock);
    operation->callbacks.writeProgress(
        handle, operation->callbacks.callbackContext, texts[0] == NULL ? "" : texts[0],
        texts[1] == NULL ? "" : texts[1], texts[2] == NULL ? "" : texts[2],
        number_of(json_find_member(value, "percentage"), UINT32_MAX),
        number_of(json_find_member(value, "secondsRemaining"), UINT32_MAX));
    pthread_mutex_lock(&operation->session->lock);
}

/* resultAcknowledgement of a piece: what follows may come. */
static MI_Result MI_CALL acknowledge_piece(MI_Operation *handle)
{
    return operation_open_gate(handle);
}

/* Reads a piece of an out parameter: an array of its elements, in an instance of the parameters. */
static int read_piece(Operation *operation, const Event *event, Buffer *name, MI_Instance **ret)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;
    Span parameter = json_find_member(event->body, "parameter");

    if (text_of(parameter, name) == NULL)
        return -EINVAL;
    buffer_put_char(&json, '{');
    buffer_put_span(&json, parameter);
    buffer_put_char(&json, ':');
    buffer_put_span(&json, json_find_member(event->body, "values"));
    buffer_put_char(&json, '}');
    if (buffer_failed(&json))
        return -ENOMEM;
    return read_parameters(operation, (Span){0}, buffer_span(&json), ret);
}

static void tell_piece(Operation *operation, const Event *event)
{
    bool is_manual = (operation->flags & MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS) != 0;
    CLEANUP(instance_freep) MI_Instance *piece = NULL;
    CLEANUP(buffer_deinit) Buffer name = BUFFER_INIT;
    MI_Operation *handle = operation_handle(operation);
    MI_Value value;
    MI_Type type;
    int r;

    if (operation->failure == MI_RESULT_OK &&
        operation->callbacks.streamedParameterResult != NULL) {
        pthread_mutex_unlock(&operation->session->lock);
        r = read_piece(operation, event, &name, &piece);
        pthread_mutex_lock(&operation->session->lock);
        if (r == 0 &&
            MI_Instance_GetElement(piece, name.data, &value, &type, NULL, NULL) != MI_RESULT_OK)
            r = -EINVAL;
        if (r < 0) {
            fail_reading(operation, r);
        } else {
            if (is_manual)
                operation->gate = GATE_RESULT;
            pthread_mutex_unlock(&operation->session->lock);
            operation->callbacks.streamedParameterResult(
                handle, operation->callbacks.callbackContext, name.data, type, &value,
                is_manual ? acknowledge_piece : NULL);
            pthread_mutex_lock(&operation->session->lock);
        }
    }
    acknowledge(operation);
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
        tell_message(operation, event);
        break;
    case EVENT_PARAMETER:
        tell_piece(operation, event);
        break;
    case EVENT_PROGRESS:
        tell_progress(operation, event);
        break;
    case EVENT_QUESTION:
        operation_ask(operation, event);
        break;
    case EVENT_WITHDRAWN: /* never of an operation */
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
