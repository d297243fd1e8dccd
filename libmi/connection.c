#include "libmi/connection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define INPUT_SIZE (128U << 10)

/* ---- Beginning and end ---- */

static void connection_free(Connection *connection)
{
    if (connection->fd >= 0)
        close(connection->fd);
    framing_deinit(&connection->framing);
    buffer_deinit(&connection->out);
    free(connection->input);
    free(connection);
}

MI_Result connection_open(pthread_mutex_t *lock, const char *path, const DialWish *wish,
                          Connection **ret, char why[CONNECTION_WHY])
{
    Connection *connection = calloc(1, sizeof(*connection));

    *ret = NULL;
    if (connection == NULL)
        return dial_explain(path, ENOMEM, why, CONNECTION_WHY);
    connection->lock = lock;
    connection->path = path;
    connection->references = 1;
    list_init(&connection->waiters);
    framing_init(&connection->framing, FRAMING_LINES, CONNECTION_MAX_MESSAGE);
    connection->input = malloc(INPUT_SIZE);
    connection->fd = connection->input == NULL ? -ENOMEM : dial(path, lock, wish);
    if (connection->fd < 0) {
        MI_Result result = dial_explain(path, -connection->fd, why, CONNECTION_WHY);

        connection_free(connection);
        return result;
    }
    *ret = connection;
    return MI_RESULT_OK;
}

Connection *connection_ref(Connection *connection)
{
    connection->references++;
    return connection;
}

void connection_unref(Connection *connection)
{
    if (connection != NULL && --connection->references == 0)
        connection_free(connection);
}

/* ---- Who waits for what ---- */

int connection_add(Connection *connection, Pending *pending)
{
    pending->id = ++connection->last_id;
    HASH_ADD(hh, connection->pending, id, sizeof(pending->id), pending);
    return hash_has_failed(pending) ? -ENOMEM : 0;
}

static Pending *find(Connection *connection, int64_t id)
{
    Pending *pending;

    HASH_FIND(hh, connection->pending, &id, sizeof(id), pending);
    return pending;
}

void connection_remove(Connection *connection, Pending *pending)
{
    if (find(connection, pending->id) == pending)
        HASH_DELETE(hh, connection->pending, pending);
}

void connection_wake(Connection *connection, Waiter *waiter)
{
    bool is_held = connection != NULL && connection->reading == ROLE_HANDING_OUT;

    if (connection != NULL && connection->reader == waiter)
        return;
    waiter_wake(waiter, is_held ? &connection->wakes : NULL);
}

void connection_wake_all(Connection *connection)
{
    list_for_each (link, &connection->waiters) {
        connection_wake(connection, list_entry(link, Waiter, link));
    }
}

void connection_lose(Connection *connection, MI_Result result, const char *why)
{
    Pending *pending;

    if (connection->state == CONNECTION_LOST)
        return;
    connection->state = CONNECTION_LOST;
    connection->result = result;
    snprintf(connection->why, sizeof(connection->why), "%s", why);
    /* Whoever reads or writes now comes back. */
    shutdown(connection->fd, SHUT_RDWR);
    while ((pending = connection->pending) != NULL) {
        HASH_DELETE(hh, connection->pending, pending);
        pending->events->on_lost(pending, result, connection->why);
        /* Careful: @pending may be gone here. */
    }
    connection_wake_all(connection);
}

/* ---- Doubt ---- */

int connection_ask_info(Connection *connection, Pending *pending)
{
    CLEANUP(buffer_deinit) Buffer request = BUFFER_INIT;
    char id[24];

    if (connection_add(connection, pending) < 0)
        return -ENOMEM;
    snprintf(id, sizeof(id), "%lld", (long long)pending->id);
    rpc_put_request_head(&request, span_of(id), "host/info");
    buffer_put_string(&request, "{}}");
    connection_queue(connection, &request);
    return 0;
}

void connection_hurry(Connection *connection)
{
    Pending *pending, *next;

    if (connection == NULL)
        return;
    HASH_ITER(hh, connection->pending, pending, next)
    {
        pending->due = DUE_NOW;
    }
}

static bool is_due(const Connection *connection)
{
    const Pending *pending, *next;

    HASH_ITER(hh, connection->pending, pending, next)
    {
        if (due_is_over(pending->due))
            return true;
    }
    return false;
}

/* That there is an answer is all that it says. */
static void on_doubt_event(Pending *pending, Event *event)
{
    (void)pending;
    event_free(event);
}

static void on_doubt_lost(Pending *pending, MI_Result result, const char *why)
{
    (void)pending, (void)result, (void)why;
}

static const PendingEvents doubt_events = {.on_event = on_doubt_event, .on_lost = on_doubt_lost};

/* Asks the host whether it lives, unless it owes the answer to that already. */
static void ask_host(Connection *connection)
{
    if (find(connection, connection->doubt.id) == &connection->doubt)
        return;
    connection->doubt.events = &doubt_events;
    if (connection_ask_info(connection, &connection->doubt) < 0)
        connection_lose(connection, MI_RESULT_SERVER_LIMITS_EXCEEDED,
                        "the connection to the host was given up: out of memory");
    connection_flush(connection);
}

/* A tick is over, and the host has said nothing. */
static void notice_silence(Connection *connection)
{
    char why[CONNECTION_WHY];

    if (connection->state == CONNECTION_LOST || (connection->silence == 0 && !is_due(connection)))
        return;
    if (++connection->silence == 1)
        ask_host(connection);
    if (connection->silence < PATIENCE_TICKS)
        return;
    snprintf(why, sizeof(why),
             "the host at '%.80s' has not answered for %u s: it hangs, was stopped, or serves as "
             "many clients as it may; look at its log, or restart it",
             connection->path, (unsigned)(PATIENCE / 1000));
    connection_lose(connection, MI_RESULT_FAILED, why);
}

/* ---- Writing ---- */

/* Sends @data, and takes off what was sent; without the lock. Negative errno; -EAGAIN: a tick is
 * over: by the clock, for a signal ends a wait that has a timeout, and the next one is as long. */
static int send_all(int fd, Span *data)
{
    const Due end = due_in(PATIENCE_TICK);

    for (int flags = MSG_NOSIGNAL; data->size > 0; flags |= due_is_over(end) ? MSG_DONTWAIT : 0) {
        ssize_t sent = send(fd, data->data, data->size, flags);

        if (sent < 0 && errno != EINTR)
            return -errno;
        if (sent > 0)
            span_skip(data, (size_t)sent);
    }
    return 0;
}

/* Sends all of @data, for as long as the host takes it. The lock is released meanwhile. */
static int write_batch(Connection *connection, Span data)
{
    size_t waiting = 0; /* what a tick has passed with; 0: none has */
    int r;

    do {
        pthread_mutex_unlock(connection->lock);
        r = send_all(connection->fd, &data);
        pthread_mutex_lock(connection->lock);
        if (data.size < waiting)
            connection->silence = 0; /* it has read */
        waiting = data.size;
        if (r == -EAGAIN && connection->reading != ROLE_TAKEN)
            notice_silence(connection);
    } while (r == -EAGAIN && connection->state == CONNECTION_OPEN);
    return r;
}

/* Writes until `out` is empty, in the writer's role. */
static void write_out(Connection *connection)
{
    int r = 0;

    connection->writing = ROLE_TAKEN;
    connection_ref(connection);
    while (connection->state == CONNECTION_OPEN && connection->out.size > 0) {
        Buffer batch = connection->out;

        connection->out = BUFFER_INIT;
        r = write_batch(connection, buffer_span(&batch));
        if (r == 0 && connection->out.data == NULL) {
            buffer_clear(&batch); /* its memory is used again */
            connection->out = batch;
        } else {
            buffer_deinit(&batch);
        }
        if (r < 0) {
            char why[CONNECTION_WHY];

            snprintf(why, sizeof(why), "the connection to the host was lost: %.160s", strerror(-r));
            connection_lose(connection, MI_RESULT_FAILED, why);
        }
    }
    connection->writing = ROLE_FREE;
    connection_unref(connection);
}

void connection_queue(Connection *connection, const Buffer *message)
{
    if (connection->state == CONNECTION_LOST)
        return;
    buffer_put_span(&connection->out, buffer_span(message));
    buffer_put_char(&connection->out, '\n');
    if (buffer_failed(message) || buffer_failed(&connection->out))
        connection_lose(connection, MI_RESULT_SERVER_LIMITS_EXCEEDED,
                        "the connection to the host was given up: out of memory");
}

void connection_flush(Connection *connection)
{
    if (connection->writing == ROLE_FREE)
        write_out(connection);
}

void connection_send(Connection *connection, const Buffer *message)
{
    connection_queue(connection, message);
    connection_flush(connection);
}

/* ---- Reading ---- */

/* A question of the host that is about nothing of ours is refused, so that it doesn't wait. */
static void refuse_question(Connection *connection, const Event *event)
{
    CLEANUP(buffer_deinit) Buffer response = BUFFER_INIT;

    rpc_put_error(&response, event->id, RPC_METHOD_NOT_FOUND, SPAN("nobody is asked here"),
                  (Span){0});
    connection_send(connection, &response);
}

/* Tells everybody who is pending; which question it was they know. */
static void hand_out_withdrawal(Connection *connection, Event *event)
{
    Pending *pending, *next;

    HASH_ITER(hh, connection->pending, pending, next)
    {
        if (pending->events->on_withdrawn != NULL)
            pending->events->on_withdrawn(pending, event->id);
    }
    event_free(event);
}

static void hand_out(Connection *connection, Event *event)
{
    Pending *pending;

    if (event->kind == EVENT_WITHDRAWN) {
        hand_out_withdrawal(connection, event);
        return;
    }
    pending = find(connection, event->operation);
    if (pending == NULL) {
        if (event->kind == EVENT_QUESTION)
            refuse_question(connection, event);
        event_free(event);
        return;
    }
    if (event_is_last(event))
        HASH_DELETE(hh, connection->pending, pending);
    pending->events->on_event(pending, event);
}

/* Waits for a tick at most, however many signals come, and then looks once more: a process that was
 * stopped meanwhile has not waited. As recv(). */
static ssize_t receive_input(int fd, void *to)
{
    const Due end = due_in(PATIENCE_TICK);
    ssize_t got = recv(fd, to, INPUT_SIZE, 0);

    while (got < 0 && errno == EINTR)
        got = recv(fd, to, INPUT_SIZE, due_is_over(end) ? MSG_DONTWAIT : 0);
    return got;
}

/* One read, and what it completes; without the lock. 0; -EAGAIN: a tick is over, and nothing came;
 * else why nothing more can be read. */
static int receive(Connection *connection, List *events, char why[CONNECTION_WHY])
{
    ssize_t got = receive_input(connection->fd, connection->input);
    Span input = {connection->input, got < 0 ? 0 : (size_t)got}, message;
    Event *event;
    int r;

    if (got < 0 && errno == EAGAIN)
        return -EAGAIN;
    if (got <= 0) {
        snprintf(why, CONNECTION_WHY, "the connection to the host was lost: %.160s",
                 got == 0 || errno == ECONNRESET ? "it has ended, or hung up" : strerror(errno));
        return -EPIPE;
    }
    while ((r = framing_next(&connection->framing, &input, &message)) == FRAMING_MESSAGE) {
        char fault[CONNECTION_WHY - 64] = "";

        r = event_new(message, &event, fault, sizeof(fault));
        if (r == -EINVAL)
            snprintf(why, CONNECTION_WHY, "the connection to the host was given up: %s", fault);
        if (r < 0)
            break;
        if (event != NULL)
            list_append(events, &event->link);
    }
    if (r == FRAMING_MORE || r == -EINVAL)
        return r;
    snprintf(why, CONNECTION_WHY, "the connection to the host was given up: %s",
             r == -ENOMEM ? "out of memory" : "it sent too long a message");
    return -EPIPE;
}

/* Reads once, in the reader's role, and hands out what came. */
static void read_some(Connection *connection, const Waiter *waiter)
{
    char why[CONNECTION_WHY] = "";
    List events;
    int r;

    list_init(&events);
    connection->reading = ROLE_TAKEN;
    connection->reader = waiter;
    connection_ref(connection);
    pthread_mutex_unlock(connection->lock);
    r = receive(connection, &events, why);
    pthread_mutex_lock(connection->lock);
    connection->reading = ROLE_HANDING_OUT;
    if (r != -EAGAIN)
        connection->silence = 0;
    while (!list_is_empty(&events)) {
        Event *event = list_entry(list_first(&events), Event, link);

        list_unlink(&event->link);
        hand_out(connection, event); /* the role is kept: a later read must not overtake this one */
    }
    wakes_do(&connection->wakes, connection->lock);
    connection->reading = ROLE_FREE;
    connection->reader = NULL;
    if (r == -EAGAIN)
        notice_silence(connection);
    else if (r < 0)
        connection_lose(connection, MI_RESULT_FAILED, why);
    connection_unref(connection);
}

void connection_wait(Connection *connection, Waiter *waiter, bool (*is_done)(const void *data),
                     const void *data)
{
    connection_ref(connection);
    list_append(&connection->waiters, &waiter->link);
    /* analyzer: the reference taken above keeps it */
    while (!is_done(data) && connection->state == CONNECTION_OPEN) {
        if (connection->reading == ROLE_FREE)
            read_some(connection, waiter);
        else
            waiter_wait(waiter, connection->lock);
    }
    list_unlink(&waiter->link);
    /* analyzer: likewise */
    if (connection->reading == ROLE_FREE && !list_is_empty(&connection->waiters))
        connection_wake(connection, list_entry(list_first(&connection->waiters), Waiter, link));
    connection_unref(connection);
}
