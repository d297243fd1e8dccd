#include "libmi/session.h"

#include "protocol/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PROTOCOL 1 /* what host/info must say */

Session *session_of(const MI_Session *handle)
{
    if (handle == NULL || handle->ft != &mi_session_ft)
        return NULL;
    return (Session *)(uintptr_t)handle->reserved2;
}

void session_show(Session *session, MI_Session *ret)
{
    *ret = (MI_Session){.reserved2 = (ptrdiff_t)(uintptr_t)session, .ft = &mi_session_ft};
}

void session_free(Session *session)
{
    pthread_mutex_destroy(&session->lock);
    pthread_cond_destroy(&session->changed);
    class_cache_deinit(&session->classes);
    free(session->path);
    free(session->locale);
    free(session);
}

/* ---- host/info ---- */

/* A host of another version is given up before anything it says is believed. */
static void on_info(Pending *pending, Event *event)
{
    Session *session = container_of(pending, Session, info);
    Span rest = event->body, key, value;
    int64_t protocol = PROTOCOL;
    char why[CONNECTION_WHY];

    while (event->kind == EVENT_RESULT && json_next_member(&rest, &key, &value))
        if (json_key_equals(key, "protocol") && json_get_integer(value, &protocol) < 0)
            protocol = -1;
    event_free(event);
    if (protocol == PROTOCOL)
        return;
    snprintf(
        why, sizeof(why),
        "the host at '%.80s' speaks version %lld of the protocol, and this library version %d: "
        "install those of one release",
        session->path, (long long)protocol, PROTOCOL);
    connection_lose(session->connection, MI_RESULT_NOT_SUPPORTED, why);
}

static void on_info_lost(Pending *pending, MI_Result result, const char *why)
{
    (void)pending;
    (void)result;
    (void)why;
}

static const PendingEvents info_events = {.on_event = on_info, .on_lost = on_info_lost};

/* ---- The connection ---- */

static bool is_open(const void *data)
{
    return ((const Session *)data)->state == SESSION_OPEN;
}

MI_Result session_connect(Session *session, MI_Uint64 timeout, Connection **ret,
                          char why[CONNECTION_WHY])
{
    const DialWish wish = {.timeout = timeout, .is_wanted = is_open, .data = session};
    Connection *fresh;
    MI_Result r;

    *ret = NULL;
    if (session->connection == NULL || session->connection->state == CONNECTION_LOST) {
        pthread_mutex_unlock(&session->lock);
        r = connection_open(&session->lock, session->path, &wish, &fresh, why);
        pthread_mutex_lock(&session->lock);
        if (r != MI_RESULT_OK)
            return r;
        if (session->connection != NULL && session->connection->state == CONNECTION_OPEN) {
            connection_unref(fresh); /* another thread was faster */
        } else {
            connection_unref(session->connection);
            session->connection = fresh;
            session->info.events = &info_events;
            if (connection_ask_info(fresh, &session->info) < 0)
                connection_lose(fresh, MI_RESULT_SERVER_LIMITS_EXCEEDED, "out of memory");
        }
    }
    *ret = connection_ref(session->connection);
    return MI_RESULT_OK;
}

/* ---- Beginning and end ---- */

/* Copies @text, unless it is NULL, to *@ret. */
static int copy(const char *text, char **ret)
{
    *ret = text == NULL ? NULL : strdup(text);
    return text != NULL && *ret == NULL ? -ENOMEM : 0;
}

MI_Result session_new(Application *application, const char *path,
                      const MI_SessionCallbacks *callbacks, MI_Uint64 timeout, const char *locale,
                      Session **ret)
{
    Session *session = calloc(1, sizeof(*session));

    *ret = NULL;
    if (session == NULL)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    pthread_mutex_init(&session->lock, NULL);
    pthread_cond_init(&session->changed, NULL);
    class_cache_init(&session->classes);
    list_init(&session->link);
    list_init(&session->operations);
    list_init(&session->ready);
    list_init(&session->idle);
    session->application = application;
    session->timeout = timeout;
    if (callbacks != NULL)
        session->callbacks = *callbacks;
    if (copy(path, &session->path) < 0 || copy(locale, &session->locale) < 0) {
        session_free(session);
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    *ret = session;
    return MI_RESULT_OK;
}

/* One that runs, and that the host wasn't told to cancel. */
static Operation *find_running(Session *session)
{
    list_for_each (link, &session->operations) {
        Operation *operation = list_entry(link, Operation, link);

        if (operation->state == OPERATION_RUNNING && operation->connection != NULL &&
            !operation->is_canceled)
            return operation;
    }
    return NULL;
}

void session_begin_close(Session *session)
{
    Operation *operation;

    pthread_mutex_lock(&session->lock);
    session->state = SESSION_CLOSING;
    connection_hurry(session->connection);
    /* From the beginning each time: the lock is released while a cancel is sent. */
    while ((operation = find_running(session)) != NULL)
        operation_cancel(operation, MI_REASON_NONE);
    pthread_mutex_unlock(&session->lock);
}

void session_finish_close(Session *session)
{
    session_begin_close(session);
    pthread_mutex_lock(&session->lock);
    while (session->owed > 0)
        pthread_cond_wait(&session->changed, &session->lock);
    workers_stop(session);
    /* With the connection went those that were closed before the host had answered. */
    connection_unref(take_pointer(session->connection));
    pthread_mutex_unlock(&session->lock);
}
