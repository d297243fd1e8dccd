/*
 * Client: a connection to the daemon, and what came over it.
 *
 * Nothing here is shared with the code under test: what is sent are the bytes that the test asks
 * for, what comes is checked strictly: framing, JSON, the envelope, and that each request is
 * answered at most once. Messages that nobody asked for yet are kept in their order. A message
 * belongs to its client and lives as long.
 */
#pragma once

#include "base/buffer.h"
#include "base/list.h"

#include <cjson/cJSON.h>
#include <sys/types.h>

typedef struct Fixture Fixture;

typedef enum ClientFraming {
    CLIENT_LINES,   /* a message a line */
    CLIENT_HEADERS, /* Content-Length: N */
} ClientFraming;

typedef struct Client {
    List link; /* Fixture.clients */
    int fd;    /* -1: closed */
    ClientFraming framing;
    Buffer input;   /* bytes that are no whole message yet */
    bool ended;     /* the daemon closed */
    List unclaimed; /* of Message, in the order of their arrival */
    List claimed;   /* of Message */
    long last_id;
} Client;

/* Connects. The fixture closes it at the end. */
Client *client_connect(Fixture *fixture, ClientFraming framing);

/* As client_connect, as another user (root only): the kernel tells the daemon @uid, @gid and
 * @groups. */
Client *client_connect_as(Fixture *fixture, uid_t uid, gid_t gid, const gid_t *groups,
                          size_t group_count);

/* Sends bytes as they are. */
void client_send(Client *client, const void *data, size_t size);
void client_send_text(Client *client, const char *text);

/* Sends one message, framed. */
void client_send_message(Client *client, const char *json);

/* Appends one message, framed, to @to: for several in one write. */
void client_put_message(const Client *client, Buffer *to, const char *json);

/* Sends a request; @params is the text of an object, printf-like, in which ' stands for ". Returns
 * its id: 1, 2, ... */
long client_request(Client *client, const char *method, const char *params, ...) PRINTF_LIKE(3, 4);

/* The text of a request, which the caller frees; takes an id as client_request does. */
char *client_make_request(Client *client, long *id, const char *method, const char *params, ...)
    PRINTF_LIKE(4, 5);

/* $/cancelRequest; @reason may be NULL. */
void client_cancel(Client *client, long id, const char *reason);

/* The next message that nobody claimed, whatever it is. Waits for it. */
const cJSON *client_next(Client *client);

/* The first message that nobody claimed for which @matches holds; earlier ones stay. Waits for it;
 * @what names it. */
typedef bool (*ClientMatch)(const cJSON *message, const void *data);
const cJSON *client_find(Client *client, ClientMatch matches, const void *data, const char *what);

/* As client_find, among what came already: NULL if it isn't there. Reads nothing. */
const cJSON *client_peek(Client *client, ClientMatch matches, const void *data);

/* Reads and drops at least @size bytes, whatever they are: for streams that are too long to keep.
 */
void client_skip_bytes(Client *client, size_t size);

/* Reads what the kernel has now without looking at it; returns how many bytes. */
size_t client_drain(Client *client);

/* Says that nothing more will be sent; answers can still be read. */
void client_half_close(Client *client);

/* Closes, as a client that dies does. */
void client_hang_up(Client *client);

/* Waits for the daemon's close; no unclaimed message may be left, and none be cut short. */
void client_expect_end(Client *client);

/* For the fixture. Reads what is left and checks it; the daemon must have ended. */
void client_finish(Client *client);
void client_free(Client *client);

/* For those who connect in their own way: a connected socket, or -1; and a client that takes it
 * over. */
int client_open(const char *path);
Client *client_new(Fixture *fixture, int fd, ClientFraming framing);
