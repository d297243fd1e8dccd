/*
 * Client: a connection on the listening socket.
 *
 * It takes messages off the stream and hands them to the router, and sends what the router writes.
 * What a client doesn't read is bounded three ways: relayed results by the window of their
 * operation (a mark tells the router when they were sent, and the agent gets its credit, or gets it
 * when the client has acknowledged them, if it said that it would); collected results, the answers
 * of operations and large other ones by `maxBuffered`, over which requests are refused and results
 * are replaced by an error (client_has_room); small answers of the server's own by
 * CLIENT_MAX_UNREAD_ANSWERS, over which it is disconnected. All of it is charged to its user. It is
 * never kept from sending: a cancel must get through.
 *
 * The end of its input is no disconnect: what was asked is answered, then the server closes. A
 * hang-up is one.
 */
#pragma once

#include "protocol/framing.h"
#include "server/access.h"
#include "server/identity.h"
#include "server/outbox.h"
#include "server/server.h"

typedef struct Request Request;
typedef struct Refusal Refusal;

#define CLIENT_MAX_UNREAD_ANSWERS (256U << 10)
#define CLIENT_SMALL_ANSWER       4096U /* larger ones are charged to maxBuffered, and bulk */

typedef enum ClientState {
    CLIENT_OPEN,    /* messages are taken */
    CLIENT_REFUSED, /* it may not be here: the reason is owed, in the framing of its first message
                     */
    CLIENT_ENDED,   /* its input has ended: the answers to its requests are owed, then the close */
    CLIENT_LEAVING, /* it broke the protocol: what was written to it is owed, then the close */
    CLIENT_CLOSED,  /* the stream's close callback is owed */
} ClientState;

typedef struct Client {
    Server *server;
    Stream stream;
    ClientState state;
    uint64_t number; /* for the log */
    Identity identity;
    Access access; /* what the policy lets it do */
    Charge place;  /* QUOTA_CLIENTS: for the connection */
    Charge bytes;  /* QUOTA_BUFFERED: input that is no whole message, and what was not sent */
    User *user;    /* reference */
    pid_t pid;
    Framing framing;
    Request *requests;     /* unanswered, by id: kept by request.c */
    size_t request_count;  /* of them */
    Outbox outbox;         /* what goes to the stream */
    size_t unread_answers; /* bytes of small answers of the server's own that were not sent */
    size_t buffered;       /* bytes collected, and of other answers that were not sent */
    Refusal *refusal;      /* CLIENT_REFUSED: what it is to be told; else NULL */
    List link;             /* Server.clients */
} Client;

/* Takes over the connected socket @fd (closed on failure too). Negative errno. */
int client_new(Server *server, int fd);

/* Ends the connection now: nothing more is read or sent. @why is for the log. Its operations are
 * canceled, and the client is freed, by the loop: never while this is called. */
void client_close(Client *client, const char *why);

/* Says goodbye with the error -32803 for @id (which may be absent), cancels its operations, and
 * closes when all was sent. */
void client_leave(Client *client, Span id, MI_Result result, const char *why);

/* The policy may have changed: works out anew what @client may do. One that may not be here any
 * more is told so, and its operations are canceled. Careful: it may be closing afterwards. */
void client_review(Client *client);

/* True if @client may see and end what is @uid's. */
static inline bool client_may_see(const Client *client, uid_t uid)
{
    return client->access.role == ACCESS_ADMINISTRATOR || client->identity.uid == uid;
}

/* Sends now what its socket has room for. Careful: it may be closing afterwards. */
void client_send_rest(Client *client);

/* Begins a message to the client: the caller appends one JSON value to the buffer that is returned,
 * and calls one client_end. What belongs to a request goes in its request_lane(), so that it
 * overtakes nothing of it; what is large is OUTBOX_BULK; other answers are OUTBOX_SMALL. */
Buffer *client_begin(Client *client, OutboxLane lane);
/* Ends it: an answer of the server's own. Careful: closes the client that doesn't read its answers.
 */
void client_end(Client *client);
/* Ends it: the answer of an operation, or what goes with it, charged to `maxBuffered` until it was
 * sent. */
void client_end_result(Client *client);
/* Ends it: relayed results, charged @bytes to the window of @operation until they were sent. */
void client_end_relayed(Client *client, uint64_t operation, uint32_t bytes);

/* As client_end_relayed: a part of a result, which the client may have to acknowledge first. */
void client_end_part(Client *client, uint64_t operation, uint32_t bytes);

/* True if @size more bytes of results may wait for it, and for its user. If not, and @why isn't
 * NULL, it says so. */
bool client_has_room(const Client *client, size_t size, char *why, size_t why_size);

/* Called when the client's last request was answered: closes it when its input has ended. */
void client_check_end(Client *client);

/* "client 12 (uid 1000)": the prefix of its log lines. Valid until the next call. */
const char *client_name(const Client *client);
