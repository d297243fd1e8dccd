/*
 * How JSON-RPC messages lie in the byte stream of a client: two framings, no I/O.
 *
 * The first byte decides, and then it is kept in both directions: `{` means a message a line,
 * anything else the header block of the Language Server Protocol's base protocol
 * (`Content-Length: N\r\n\r\n{...}`). Messages are handed out where they lie; what is incomplete is
 * kept until the rest comes, and no longer. A header line ends with \r\n and nothing else does: two
 * readers of one stream must never disagree about where a message begins.
 */
#pragma once

#include "base/buffer.h"

#define FRAMING_MAX_HEADER 4096 /* bytes of a header block, its empty line included */

typedef enum FramingKind {
    FRAMING_UNKNOWN, /* nothing was read yet */
    FRAMING_LINES,
    FRAMING_HEADERS,
} FramingKind;

/* FRAMING_HEADERS: what is read next. */
typedef enum FramingState {
    FRAMING_AT_HEADER, /* a header line */
    FRAMING_AT_LENGTH, /* a header line; Content-Length was among those before */
    FRAMING_AT_BODY,   /* the body, of `body` bytes */
} FramingState;

typedef struct Framing {
    FramingKind kind;
    FramingState state;
    size_t max_message;   /* bytes; a longer one is FRAMING_E_TOO_LARGE */
    size_t body;          /* the value of Content-Length, once it was read */
    size_t header;        /* bytes of the header block that were read, in whole lines */
    Buffer partial;       /* the beginning of a line or a body whose end hasn't come */
    bool partial_is_done; /* `partial` was handed out and is to be forgotten */
} Framing;

enum {
    FRAMING_MORE = 0,    /* all input was taken; more is needed */
    FRAMING_MESSAGE = 1, /* a message was handed out; call again */
    FRAMING_E_TOO_LARGE, /* the message is larger than max_message; the stream is lost */
    FRAMING_E_HEADER,    /* the header block is broken or too long; the stream is lost */
};

/* @kind: FRAMING_UNKNOWN for a server; a client says what it will speak. */
void framing_init(Framing *framing, FramingKind kind, size_t max_message);
void framing_deinit(Framing *framing);

/*
 * Takes bytes from @input until a message is complete. FRAMING_MESSAGE: *@message lies in @input's
 * memory or in @framing's, and is valid until the next call. Empty lines are skipped; a line's \r
 * is dropped. -ENOMEM. After an error the framing is not to be used again.
 */
int framing_next(Framing *framing, Span *input, Span *message);

/* What an error of framing_next means, and what to do about it, in words. */
const char *framing_error_text(int error);

/* What is missing at the end of the stream: true if a message was begun and not completed. */
bool framing_is_partial(const Framing *framing);

/*
 * Appends to @head what stands before a message of @size bytes, and to @tail what stands behind it.
 * While nothing was read (FRAMING_UNKNOWN) a message is a line.
 */
void framing_put_head(FramingKind kind, Buffer *head, size_t size);
void framing_put_tail(FramingKind kind, Buffer *tail);
