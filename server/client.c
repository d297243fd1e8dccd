#include "server/client.h"

#include "base/log.h"
#include "server/listener.h"
#include "server/refusal.h"
#include "server/report.h"
#include "server/request.h"
#include "server/response.h"
#include "server/router.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define KEEP_BODY (64U << 10) /* the memory of larger messages is given back */

const char *client_name(const Client *client)
{
    static char name[64];

    snprintf(name, sizeof(name), "client %llu (uid %u)", (unsigned long long)client->number,
             (unsigned)client->identity.uid);
    return name;
}

void client_close(Client *client, const char *why)
{
    if (client->state == CLIENT_CLOSED)
        return;
    log_debug("%s: closed: %s", client_name(client), why);
    client->state = CLIENT_CLOSED;
    stream_close(&client->stream);
    /* Its requests are canceled in on_closed: not here, where somebody may be stepping through
     * them. */
}

/* Charges its user with what is there now. */
static void charge_bytes(Client *client)
{
    charge_set(&client->bytes, client->framing.partial.size + outbox_unsent(&client->outbox));
}

static void on_sent(Stream *stream)
{
    Client *client = container_of(stream, Client, stream);
    Mark mark;

    charge_bytes(client);
    while (outbox_next_sent(&client->outbox, &mark)) {
        if (mark.kind == MARK_SMALL)
            client->unread_answers -= mark.bytes;
        else if (mark.kind == MARK_RESULT)
            client->buffered -= mark.bytes;
        else if (mark.kind == MARK_PART)
            router_part_sent(client, mark.operation, (uint32_t)mark.bytes);
        else
            router_client_sent(client, mark.operation, (uint32_t)mark.bytes);
    }
    if (client->state != CLIENT_CLOSED)
        outbox_refill(&client->outbox);
    client_check_end(client);
    if (outbox_unsent(&client->outbox) == 0 && client->server->state == SERVER_STOPPING)
        server_check_stop(client->server);
}

Buffer *client_begin(Client *client, OutboxLane lane)
{
    /* Its last word stands behind all that it is owed. */
    outbox_begin(&client->outbox, client->state == CLIENT_LEAVING ? OUTBOX_BULK : lane);
    /* With a header before it, a message is made aside: its length comes first. */
    if (client->framing.kind == FRAMING_HEADERS) {
        buffer_clear(&client->server->body);
        return &client->server->body;
    }
    return outbox_buffer(&client->outbox);
}

/* Puts what the framing wants around the message that client_begin's caller has written. Its size.
 */
static size_t frame_message(Client *client)
{
    Buffer *out = outbox_buffer(&client->outbox);
    Buffer *body = &client->server->body;

    if (client->framing.kind == FRAMING_HEADERS) {
        framing_put_head(FRAMING_HEADERS, out, body->size);
        buffer_put_span(out, buffer_span(body));
        out->failed = out->failed || buffer_failed(body);
        if (body->capacity > KEEP_BODY)
            buffer_deinit(body);
    }
    framing_put_tail(client->framing.kind, out);
    charge_bytes(client);
    return outbox_message_size(&client->outbox);
}

/* What becomes of the message, which is framed, once it was sent. */
static void end_message(Client *client, MarkKind kind, uint64_t operation, size_t bytes)
{
    Mark mark = {.kind = kind, .operation = operation, .bytes = bytes};

    if (outbox_end(&client->outbox, &mark) < 0)
        client_close(client, "out of memory");
}

void client_end(Client *client)
{
    size_t size = frame_message(client);

    if (client->state == CLIENT_CLOSED)
        return;
    if (size > CLIENT_SMALL_ANSWER) {
        client->buffered += size;
        end_message(client, MARK_RESULT, 0, size);
        return;
    }
    client->unread_answers += size;
    end_message(client, MARK_SMALL, 0, size);
    /* Many requests in one read have their answers in one turn: what can go now isn't unread. */
    if (client->unread_answers > CLIENT_MAX_UNREAD_ANSWERS)
        client_send_rest(client);
    if (client->unread_answers > CLIENT_MAX_UNREAD_ANSWERS) {
        char text[128];

        snprintf(text, sizeof(text), "disconnected: it doesn't read its answers (%zu bytes unread)",
                 client->unread_answers);
        report_client(client, text);
        client_close(client, "answers unread");
    }
}

void client_end_result(Client *client)
{
    size_t size = frame_message(client);

    if (client->state == CLIENT_CLOSED)
        return;
    client->buffered += size;
    end_message(client, MARK_RESULT, 0, size);
}

bool client_has_room(const Client *client, size_t size, char *why, size_t why_size)
{
    unsigned long limit = client->server->config->max_buffered;
    QuotaVerdict verdict;

    if (client->buffered + size > limit) {
        if (why != NULL)
            snprintf(why, why_size,
                     "%zu bytes wait for this client to read them: 'maxBuffered' (%lu) limits them",
                     client->buffered, limit);
        return false;
    }
    verdict = user_check(client->user, QUOTA_BUFFERED, size);
    if (verdict != QUOTA_FREE && why != NULL)
        user_explain(client->user, QUOTA_BUFFERED, verdict, why, why_size);
    return verdict == QUOTA_FREE;
}

void client_end_relayed(Client *client, uint64_t operation, uint32_t bytes)
{
    (void)frame_message(client);
    if (client->state != CLIENT_CLOSED)
        end_message(client, MARK_RELAYED, operation, bytes);
}

void client_end_part(Client *client, uint64_t operation, uint32_t bytes)
{
    (void)frame_message(client);
    if (client->state != CLIENT_CLOSED)
        end_message(client, MARK_PART, operation, bytes);
}

void client_send_rest(Client *client)
{
    uint64_t sent;

    do {
        sent = client->stream.sent;
        stream_flush(&client->stream);
    } while (client->stream.sent > sent && outbox_unsent(&client->outbox) > 0);
}

void client_check_end(Client *client)
{
    bool is_last = client->state == CLIENT_ENDED || client->state == CLIENT_LEAVING;

    if (is_last && client->request_count == 0 && outbox_unsent(&client->outbox) == 0)
        client_close(client, client->state == CLIENT_ENDED ? "all was answered" : "after an error");
}

void client_leave(Client *client, Span id, MI_Result result, const char *why)
{
    report_refusal(client, SPAN("connection"), result,
                   why); /* who comes again and again fills no log */
    client->state = CLIENT_LEAVING;
    response_refuse(client, id, result, why);
    if (client->state == CLIENT_LEAVING)
        router_client_gone(client);
    if (client->state == CLIENT_LEAVING)
        client_check_end(client);
}

/* The stream can't be understood any more: one error, then the end. */
static void break_off(Client *client, const char *message)
{
    char text[256];

    snprintf(text, sizeof(text), "disconnected: %s", message);
    report_client(client, text);
    client->state = CLIENT_LEAVING;
    rpc_put_error(client_begin(client, OUTBOX_SMALL), (Span){0}, RPC_PARSE_ERROR, span_of(message),
                  (Span){0});
    client_end(client);
    if (client->state == CLIENT_LEAVING)
        router_client_gone(client);
}

/* What came and is no whole message takes memory too. A little always may: a cancel must get
 * through. */
static void check_partial(Client *client)
{
    char why[256];

    charge_bytes(client);
    if (client->framing.partial.size > CLIENT_SMALL_ANSWER &&
        !client_has_room(client, 0, why, sizeof(why)))
        client_leave(client, (Span){0}, MI_RESULT_SERVER_LIMITS_EXCEEDED, why);
}

static void on_data(Stream *stream, Span data)
{
    Client *client = container_of(stream, Client, stream);
    Span message;
    char text[128];

    while (client->state == CLIENT_OPEN || client->state == CLIENT_REFUSED) {
        int r = framing_next(&client->framing, &data, &message);
        if (r == FRAMING_MORE) {
            check_partial(client);
            return;
        }
        if (r == FRAMING_MESSAGE && client->state == CLIENT_REFUSED) {
            refusal_tell(client, message);
        } else if (r == FRAMING_MESSAGE) {
            /* It is its request's from here on, and charged to that. */
            charge_set(&client->bytes, outbox_unsent(&client->outbox));
            router_client_message(client, message);
        } else if (r == FRAMING_E_TOO_LARGE) {
            snprintf(text, sizeof(text), "the message is longer than 'maxMessage' (%lu bytes)",
                     client->server->config->max_message);
            client_leave(client, (Span){0}, MI_RESULT_SERVER_LIMITS_EXCEEDED, text);
        } else if (r == FRAMING_E_HEADER) {
            break_off(client, "the header block is broken: it is 'Content-Length: N', an empty "
                              "line, and N bytes");
        } else {
            client_close(client, "out of memory");
        }
    }
}

static void on_end(Stream *stream)
{
    Client *client = container_of(stream, Client, stream);

    if (client->state == CLIENT_REFUSED)
        refusal_tell(client, (Span){0});
    if (client->state != CLIENT_OPEN)
        return;
    if (framing_is_partial(&client->framing)) {
        break_off(client, "the input ended within a message");
        return;
    }
    client->state = CLIENT_ENDED;
    client_check_end(client);
}

static void on_hangup(Stream *stream, int error)
{
    Client *client = container_of(stream, Client, stream);

    client_close(client, error == 0 ? "hung up" : strerror(-error));
}

static void client_free(Client *client)
{
    framing_deinit(&client->framing);
    outbox_deinit(&client->outbox);
    access_deinit(&client->access);
    refusal_free(client->refusal);
    charge_release(&client->bytes);
    charge_release(&client->place);
    user_unref(client->user);
    identity_deinit(&client->identity);
    free(client);
}

static void on_closed(Stream *stream)
{
    Client *client = container_of(stream, Client, stream);
    Server *server = client->server;

    router_client_gone(client);
    assert(client->request_count == 0);
    list_unlink(&client->link);
    server->client_count--;
    client_free(client);
    listener_resume(server->listener);
    server_check_stop(server);
}

static const StreamEvents events = {
    .on_data = on_data,
    .on_end = on_end,
    .on_sent = on_sent,
    .on_hangup = on_hangup,
    .on_closed = on_closed,
};

/* @client is new, or has been there while the policy changed. */
static void turn_away(Client *client, MI_Result result, const char *why)
{
    if (client->framing.kind != FRAMING_UNKNOWN)
        client_leave(client, (Span){0}, result, why);
    else if (refusal_new(client, result, why) < 0)
        client_close(client, "out of memory");
}

/* Charges @client, which is new, for its connection. */
static void take_place(Client *client)
{
    QuotaVerdict verdict = charge_take(&client->place, client->user, QUOTA_CLIENTS, 1);
    char why[256];

    if (verdict == QUOTA_FREE)
        return;
    user_explain(client->user, QUOTA_CLIENTS, verdict, why, sizeof(why));
    turn_away(client, MI_RESULT_SERVER_LIMITS_EXCEEDED, why);
}

static void turn_stranger_away(Client *client)
{
    char why[160];

    snprintf(why, sizeof(why),
             "uid %u may not connect: 'connect' of mihostd.conf names others; an administrator can "
             "add 'connect = user:%u'",
             (unsigned)client->identity.uid, (unsigned)client->identity.uid);
    turn_away(client, MI_RESULT_ACCESS_DENIED, why);
}

void client_review(Client *client)
{
    const Config *config = client->server->config;

    access_deinit(&client->access);
    client->framing.max_message = config->max_message;
    if (access_init(&client->access, &config->policy, &client->identity) < 0)
        client_close(client, "out of memory");
    if (client->access.role == ACCESS_ADMINISTRATOR)
        client->user->is_trusted = true;
    if (client->access.role == ACCESS_STRANGER &&
        (client->state == CLIENT_OPEN || client->state == CLIENT_ENDED))
        turn_stranger_away(client);
}

int client_new(Server *server, int fd)
{
    Client *client = calloc(1, sizeof(*client));
    int r = client == NULL ? -ENOMEM : 0;

    if (r == 0)
        r = identity_from_peer(fd, &client->identity, &client->pid);
    if (r == 0) {
        client->user = user_get(&server->quota, client->identity.uid, uv_now(server->loop));
        r = client->user == NULL ? -ENOMEM : 0;
    }
    if (r == 0)
        r = stream_init(&client->stream, &server->streams, fd, STREAM_AT_ONCE, &events);
    if (r < 0) {
        if (client != NULL)
            client_free(client);
        close(fd);
        return r;
    }
    outbox_init(&client->outbox, &client->stream);
    framing_init(&client->framing, FRAMING_UNKNOWN, server->config->max_message);
    client->server = server;
    client->number = ++server->next_client;
    list_append(&server->clients, &client->link);
    server->client_count++;
    charge_force(&client->bytes, client->user, QUOTA_BUFFERED, 0);
    log_debug("%s: connected (pid %d)", client_name(client), (int)client->pid);
    client_review(client);
    if (client->state == CLIENT_OPEN)
        take_place(client);
    return 0;
}
