/*
 * Peer: a client's end of its connection, in a test of the router.
 *
 * It keeps all that came, and knows which of it are responses. Each line that it gets must be JSON,
 * and each request that it sent must have exactly one response; a test may look at more. A peer
 * that is deaf reads nothing for now, as a client that is slow.
 */
#pragma once

#include "base/buffer.h"

#include <stdbool.h>

/* Where in Peer.got a response lies. */
typedef struct Response {
    unsigned long id;
    size_t begin, size;
} Response;

typedef struct Peer {
    int fd;           /* -1: closed */
    Buffer got;       /* all that came */
    size_t sorted;    /* bytes of it, in whole lines, that were looked at */
    Buffer responses; /* of Response: those to ids that are numbers */
    bool ended;       /* by the server */
    bool deaf;        /* reads nothing for now */
    unsigned asked;   /* the id of the last request; they begin with 1 */
} Peer;

/* Takes what has come, without waiting. */
void peer_read(Peer *peer);

/* What came is not to be looked at: no lines, or cut off. Frees it. */
void peer_forget(Peer *peer);

/* The client is gone; what came is kept. */
void peer_close(Peer *peer);

size_t response_count(const Peer *peer);

/* The @index-th response, in the order in which they came; all 0: there are not so many. */
Response response_at(const Peer *peer, size_t index);

/* How many responses to @id have come; the last of them is copied to @text, if it isn't NULL. */
unsigned find_responses(const Peer *peer, unsigned id, char *text, size_t size);

/* The whole of what @peer got; valid until more comes. */
const char *all_of(Peer *peer);

/* How often @part is in what @peer got. */
size_t count_parts(const Peer *peer, const char *part);

/* Fails unless each line is JSON, and each request has one response, if @peer could read it. */
void peer_check(const Peer *peer);
