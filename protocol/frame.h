/*
 * Frames: how server and agent talk over their socketpair. Bytes in, frames out; no I/O.
 *
 * A frame is a header of 16 bytes, little-endian,
 * {u32 length of the payload, u16 type, u16 flags (0), u64 operation}, then the payload. The types
 * stand in one table, from which the enum, the names and the allow-check are made; the check comes
 * before anybody looks at a payload. What each payload holds stands in protocol/payload.h. The page
 * is mihost-protocol(7).
 */
#pragma once

#include "base/buffer.h"

#include <stdint.h>

#define FRAME_VERSION     1
#define FRAME_HEADER_SIZE 16
#define FRAME_MAX_PAYLOAD (64U << 20)

/* Who may send a frame. */
enum {
    FRAME_FROM_SERVER = 1,
    FRAME_FROM_AGENT = 2,
    FRAME_FROM_BOTH = 3,
};

/* name, number on the wire, who may send it, whether it belongs to an operation (operation != 0;
 * else it is about the agent as a whole, and operation is 0), what it says */
/* clang-format off */
#define FRAME_TYPES(X)                                                                             \
    X(HELLO, 1, FRAME_FROM_BOTH, 0)       /* first in each direction: the version */               \
    X(CONFIG, 2, FRAME_FROM_SERVER, 0)    /* once, after HELLO: identity, library, limits */       \
    X(OPERATION, 3, FRAME_FROM_SERVER, 1) /* run this */                                           \
    X(CANCEL, 4, FRAME_FROM_SERVER, 1)    /* at most once for an operation: the reason */          \
    X(CREDIT, 5, FRAME_FROM_SERVER, 1)    /* the window opens by so many bytes */                  \
    X(ANSWER, 6, FRAME_FROM_SERVER, 1)    /* to a PROMPT */                                        \
    X(PING, 7, FRAME_FROM_SERVER, 0)      /* answer with PONG */                                   \
    X(STOP, 8, FRAME_FROM_SERVER, 0)      /* unload and exit; nothing follows */                   \
    X(STARTED, 9, FRAME_FROM_AGENT, 1)    /* the operation was read, is never to be run again */   \
    X(INSTANCES, 10, FRAME_FROM_AGENT, 1) /* a batch, charged to the window */                     \
    X(PROGRESS, 11, FRAME_FROM_AGENT, 1)  /* WriteProgress, charged to the window */               \
    X(MESSAGE, 12, FRAME_FROM_AGENT, 1)   /* WriteMessage, charged to the window */                \
    X(PROMPT, 13, FRAME_FROM_AGENT, 1)    /* a question to the client */                           \
    X(RESULT, 14, FRAME_FROM_AGENT, 1)    /* the final post: the response can go */                \
    X(RELEASED, 15, FRAME_FROM_AGENT, 1)  /* the context is dead: charge and slot end */           \
    X(PONG, 16, FRAME_FROM_AGENT, 0)      /* to a PING */                                          \
    X(UNLOAD, 17, FRAME_FROM_AGENT, 0)    /* RequestUnload: the provider asks for STOP */            \
    X(KEEP, 18, FRAME_FROM_AGENT, 0)      /* RefuseUnload: no STOP for being idle, until UNLOAD */  \
    X(PARAMETER, 19, FRAME_FROM_AGENT, 1) /* WriteStreamParameter, charged to the window */
/* clang-format on */

typedef enum FrameType {
#define FRAME_ENUM(name, number, from, operation) FRAME_##name = number,
    FRAME_TYPES(FRAME_ENUM)
#undef FRAME_ENUM
} FrameType;

typedef struct Frame {
    FrameType type;
    uint64_t operation; /* 0: none */
    Span payload;
} Frame;

/* The name of @type, "INSTANCES"; "unknown" for a number that is none. */
const char *frame_name(unsigned type);

/* Reads frames from a stream. */
typedef struct FrameReader {
    unsigned from;        /* FRAME_FROM_SERVER or FRAME_FROM_AGENT: who is at the other end */
    bool greeted;         /* HELLO was read */
    Frame frame;          /* the frame whose payload is awaited: its header, checked */
    size_t size;          /* its size with the header; 0 while the header is awaited */
    Buffer partial;       /* the beginning of a frame whose end hasn't come */
    bool partial_is_done; /* `partial` was handed out and is to be forgotten */
} FrameReader;

enum {
    FRAME_MORE = 0,     /* all input was taken; more is needed */
    FRAME_COMPLETE = 1, /* a frame was handed out; call again */
    FRAME_E_TYPE,       /* unknown, or not to be sent by that side, or flags that are none */
    FRAME_E_LENGTH,     /* longer than FRAME_MAX_PAYLOAD */
    FRAME_E_OPERATION,  /* an operation where there is none to be, or none where there must be */
    FRAME_E_GREETING,   /* the first frame is no HELLO, or HELLO came twice */
};

void frame_reader_init(FrameReader *reader, unsigned from);
void frame_reader_deinit(FrameReader *reader);

/*
 * Takes bytes from @input until a frame is complete. FRAME_COMPLETE: the payload lies in @input's
 * memory or in @reader's, and is valid until the next call. A header is refused as soon as it is
 * there, however much of its payload is; memory grows with what came, not with what was announced.
 * -ENOMEM. After an error the reader is not to be used again.
 */
int frame_next(FrameReader *reader, Span *input, Frame *frame);

/* What an error of frame_next means, in words. */
const char *frame_error_text(int error);

/* What is missing at the end of the stream: true if a frame was begun and not completed. */
bool frame_reader_is_partial(const FrameReader *reader);

/*
 * Writes a frame: frame_begin puts the header, the caller puts the payload, frame_end (given what
 * frame_begin returned) completes the header. A payload above FRAME_MAX_PAYLOAD makes the buffer
 * failed.
 */
size_t frame_begin(Buffer *to, FrameType type, uint64_t operation);
void frame_end(Buffer *to, size_t begin);

/* Payload fields: little-endian integers; strings are {u32 length, bytes} and hold no 0. */
void frame_put_u8(Buffer *to, uint8_t value);
void frame_put_u32(Buffer *to, uint32_t value);
void frame_put_u64(Buffer *to, uint64_t value);
void frame_put_string(Buffer *to, Span text);

/* Reads payload fields; the first one that doesn't fit is remembered and all later ones are 0 or
 * empty. */
typedef struct FrameCursor {
    Span rest;
    bool failed;
} FrameCursor;

uint8_t frame_get_u8(FrameCursor *cursor);
uint32_t frame_get_u32(FrameCursor *cursor);
uint64_t frame_get_u64(FrameCursor *cursor);
/* The next @size bytes. Points into the payload. */
Span frame_get_bytes(FrameCursor *cursor, size_t size);
/* At most @max bytes, no 0 in it. Points into the payload. */
Span frame_get_string(FrameCursor *cursor, uint32_t max);
/* Everything that is left. */
Span frame_get_rest(FrameCursor *cursor);
/* True if every field was there and nothing is left over. */
bool frame_cursor_is_done(const FrameCursor *cursor);
