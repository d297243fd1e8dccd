#include "libmi/reading.h"

#include "libmi/session.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/mi_json_class.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
        if (session->state == SESSION_CLOSING) /* what was pending then was hurried */
            operation->pending.due = DUE_NOW;
        entry->pending.due = due_first(entry->pending.due, operation->pending.due);
        operation->awaited = &entry->pending;
        connection_flush(operation->connection);
        connection_wait(operation->connection, &waiter, is_settled, entry);
        operation->awaited = NULL;
    }
    if (r == 0 && (entry->state == CLASS_LOST || entry->state == CLASS_ASKED))
        r = -EPIPE;
    else if (r == 0 && entry->state == CLASS_UNREAD)
        r = -ENOMEM;
    if (r == -EINVAL)
        snprintf(operation->results.reader.message, sizeof(operation->results.reader.message),
                 "the name of a class, or of its namespace, is too long: '%.*s'",
                 (int)(name.size < 64 ? name.size : 64), name.data);
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
    if (entry != NULL && entry->state == CLASS_KNOWN) {
        shared_class_unref(results->last);
        *ret = results->last = shared_class_ref(entry->shared);
    } else if (entry == NULL || entry->state != CLASS_UNKNOWN) {
        r = -ENOENT;
    }
    pthread_mutex_unlock(&operation->session->lock);
    if (r == -ENOENT) {
        buffer_clear(&results->missing);
        buffer_put_span(&results->missing, name);
        if (buffer_failed(&results->missing))
            r = -ENOMEM;
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

/* ---- Reading ---- */

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

int reading_instance(Operation *operation, Span json, MI_Instance **instance)
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
int reading_next(Operation *operation)
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
int reading_parameters(Operation *operation, Span returned, Span parameters, MI_Instance **ret)
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
int reading_class(Operation *operation, Span json)
{
    CLEANUP(shared_class_unrefp) SharedClass *shared = NULL;
    Results *results = &operation->results;
    CLEANUP(buffer_deinit) Buffer named = BUFFER_INIT;
    const char *name_space;
    MiJsonError error;
    MI_Result made;
    int r;

    class_free(take_pointer(results->class_result));
    if (json_type(json) == JSON_STRING) {
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

/* As reading_next(), of a list of classes. */
int reading_next_class(Operation *operation)
{
    Span element;
    int r;

    if (!json_next_element(&operation->rest, &element))
        return 0;
    r = reading_class(operation, element);
    return r < 0 ? r : 1;
}
