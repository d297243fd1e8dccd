/*
 * Workers: the threads that call callbacks.
 *
 * All do the same: hand over what an operation that is ready has; else read, or wait until somebody
 * has read; so there is no thread that only reads. Before a worker enters a callback, which may
 * last, it sees to it that another one is free: a callback that blocks delays the results of its
 * own operation, and of no other. Operations that are fetched need no worker, and workers do not
 * read for them.
 */
#include "libmi/session.h"

#include <signal.h>

static _Thread_local const Session *inside; /* whose callbacks this thread calls */

bool workers_is_inside(const Session *session)
{
    return inside == session;
}

void workers_call(const Session *session, void (*callback)(void *context), void *context)
{
    const Session *outer = inside;

    inside = session;
    callback(context);
    inside = outer;
}

/* A worker that waits. */
typedef struct Idle {
    Waiter waiter;
    List link; /* Session.idle */
} Idle;

/* What a worker may wait for. */
static bool has_news(const void *data)
{
    const Session *session = data;

    return session->workers_end || !list_is_empty(&session->ready) || session->callbacks_owed == 0;
}

static void wait_for_news(Session *session)
{
    Connection *connection = session->connection;
    Idle self = {.waiter = WAITER_INIT};

    list_append(&session->idle, &self.link);
    if (session->callbacks_owed > 0 && connection != NULL && connection->state == CONNECTION_OPEN)
        connection_wait(connection, &self.waiter, has_news, session);
    else
        waiter_wait(&self.waiter, &session->lock);
    list_unlink(&self.link);
}

static void call_back(Operation *operation, const Delivery *delivery,
                      MI_Result (*acknowledge)(MI_Operation *))
{
    const MI_OperationCallbacks *callbacks = &operation->callbacks;
    MI_Operation *handle = operation_handle(operation);
    void *context = callbacks->callbackContext;

    pthread_mutex_unlock(&operation->session->lock);
    if (operation->shape == SHAPE_CLASS || operation->shape == SHAPE_CLASSES)
        callbacks->classResult(handle, context, delivery->class_result, delivery->more,
                               delivery->result, delivery->message, delivery->details, acknowledge);
    else if (operation->shape == SHAPE_INDICATIONS)
        callbacks->indicationResult(handle, context, delivery->instance, NULL, NULL, delivery->more,
                                    delivery->result, delivery->message, delivery->details,
                                    acknowledge);
    else
        callbacks->instanceResult(handle, context, delivery->instance, delivery->more,
                                  delivery->result, delivery->message, delivery->details,
                                  acknowledge);
    pthread_mutex_lock(&operation->session->lock);
}

static MI_Result MI_CALL acknowledge_result(MI_Operation *handle)
{
    return operation_open_gate(handle);
}

/* Hands over all that @operation has. Careful: it may be gone afterwards. */
static void serve(Session *session, Operation *operation)
{
    bool is_manual = (operation->flags & MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS) != 0;
    const Session *outer = inside;
    Delivery delivery;

    operation->turn = TURN_TAKEN;
    inside = session;
    while (operation->state != OPERATION_ENDED && operation_next(operation, &delivery)) {
        if (is_manual && delivery.more)
            operation->gate = GATE_RESULT;
        call_back(operation, &delivery, is_manual ? acknowledge_result : NULL);
    }
    inside = outer;
    operation->turn = TURN_FREE;
    if (operation->state == OPERATION_ENDED && operation->handle == HANDLE_CLOSED)
        operation_free(operation);
    else
        operation_wake(operation); /* the gate may have been opened meanwhile */
}

void workers_serve_here(Operation *operation)
{
    list_unlink(&operation->ready_link);
    operation->owes_started = false; /* it never was */
    serve(operation->session, operation);
}

static void *run(void *data)
{
    Session *session = data;

    pthread_mutex_lock(&session->lock);
    while (!session->workers_end) {
        List *link = list_first(&session->ready);

        if (link == NULL) {
            wait_for_news(session);
            continue;
        }
        list_unlink(link);
        if (list_is_empty(&session->idle) || !list_is_empty(&session->ready))
            workers_wake(session);
        serve(session, list_entry(link, Operation, ready_link));
    }
    pthread_mutex_unlock(&session->lock);
    return NULL;
}

/* A thread that takes no signals: these are the program's business. */
static bool start_one(Session *session)
{
    sigset_t all, before;
    int r;

    if (session->worker_count == SESSION_MAX_WORKERS)
        return false;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = pthread_create(&session->workers[session->worker_count], NULL, run, session);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r != 0)
        return false;
    session->worker_count++;
    return true;
}

/* Wakes an idle worker, if there is one that can be woken: not in a system call. */
static bool wake_one(Session *session)
{
    Connection *connection = session->connection;

    list_for_each (link, &session->idle) {
        Idle *idle = list_entry(link, Idle, link);
        bool is_reader = connection != NULL && connection->reader == &idle->waiter;

        if (is_reader && connection->reading == ROLE_TAKEN)
            continue;
        connection_wake(connection, &idle->waiter);
        return true;
    }
    return false;
}

bool workers_start(Session *session)
{
    return wake_one(session) || start_one(session) || session->worker_count > 0;
}

void workers_wake(Session *session)
{
    (void)workers_start(session);
}

void workers_stop(Session *session)
{
    session->workers_end = true;
    if (session->connection != NULL)
        connection_lose(session->connection, MI_RESULT_FAILED, "the session is closed");
    list_for_each (link, &session->idle) {
        connection_wake(session->connection, &list_entry(link, Idle, link)->waiter);
    }
    while (session->worker_count > 0) {
        pthread_t thread = session->workers[--session->worker_count];

        pthread_mutex_unlock(&session->lock);
        pthread_join(thread, NULL);
        pthread_mutex_lock(&session->lock);
    }
}
