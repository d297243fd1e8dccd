/*
 * The connection to the server: a Unix stream socket, JSON-RPC messages, one a line.
 *
 * Nothing here blocks: what is sent is kept until the socket takes it, and receiving says when
 * there is nothing yet. The caller waits in between (interrupt_wait). A server that closes may have
 * said why before: a failure to send is therefore no error, it shows when everything has been read.
 */
#pragma once

#include "protocol/framing.h"

#define CONNECTION_MAX_MESSAGE (64U << 20) /* bytes */

typedef struct Connection {
    int fd; /* -1: not open */
    Framing framing;
    char *input; /* what recv() fills */
    Span unread; /* in `input` */
    Buffer out;  /* not yet taken by the socket */
} Connection;

enum {
    CONNECTION_MORE = 0,    /* nothing yet: wait for connection_events() */
    CONNECTION_MESSAGE = 1, /* a message was handed out; call again */
    CONNECTION_CLOSED,      /* the server closed, or went away */
    CONNECTION_TOO_LARGE,   /* the server sent more than CONNECTION_MAX_MESSAGE in one message */
};

void connection_init(Connection *connection);
void connection_deinit(Connection *connection);

/* Connects to the socket at @path. 0 or -errno; -ENAMETOOLONG for more than a socket's address
 * holds. */
int connection_open(Connection *connection, const char *path);

/* Takes @fd, a stream socket that leads to the server, over. 0; or -ENOMEM, and @fd is closed. */
int connection_take(Connection *connection, int fd);

/* Appends a sentence that says why connection_open(@path) failed with @error, and what to do. */
void connection_explain(const char *path, int error, Buffer *to);

/* Sends @message, which holds no line feed, behind what was sent before. 0 or -ENOMEM. */
int connection_send(Connection *connection, Span message);

/* Sends what waits, as far as the socket takes it. */
void connection_flush(Connection *connection);

/* What poll(2) is to wait for. */
short connection_events(const Connection *connection);

/* The next message: valid until the next call. An outcome of the enum above, -ENOMEM or -errno. */
int connection_receive(Connection *connection, Span *message);
