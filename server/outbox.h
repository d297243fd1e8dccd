/*
 * Outbox: what is written to a client, and what is to be told once it was sent.
 *
 * Small messages go to the client's stream at once. Bulk goes there too while the stream has little
 * bulk to send, and else waits here, in order, until it has. So a small answer stands behind
 * OUTBOX_AHEAD bytes of bulk and one message, and not behind all the results that were there before
 * it; and bulk goes on, however many small answers there are. A message in the stream is neither
 * split nor overtaken.
 *
 * Each message has a mark, which comes back when its last byte was sent. What waits for a stream
 * that is closed is dropped with the outbox. One thread.
 */
#pragma once

#include "base/fifo.h"
#include "server/stream.h"

/* Bulk goes to the stream while that has less of it to send. */
#define OUTBOX_AHEAD (64U << 10)

typedef enum OutboxLane {
    OUTBOX_SMALL, /* before the bulk that waits, if nothing that waits must come before it */
    OUTBOX_BULK,  /* behind it */
} OutboxLane;

typedef enum MarkKind {
    MARK_RELAYED, /* the window of `operation` opens by `bytes` */
    MARK_PART,    /* the same, when the client has acknowledged it, if it does */
    MARK_SMALL,   /* Client.unread_answers shrinks by `bytes` */
    MARK_RESULT,  /* Client.buffered shrinks by `bytes` */
} MarkKind;

typedef struct Mark {
    MarkKind kind;
    uint64_t operation;
    size_t bytes;
    /* Kept by the outbox: */
    OutboxLane lane;
    size_t size;  /* of the message */
    uint64_t end; /* where it ends in the stream, once it is there */
} Mark;

/*
 * A message that is begun goes one of two ways, which it keeps. Bulk waits only while there is bulk
 * to send in the stream, so that stream->events->on_sent comes.
 */
typedef struct Outbox {
    Stream *stream;
    OutboxLane lane; /* of the message that was begun last */
    bool waits;      /* it is in `bulk` */
    uint64_t begin;  /* where: in the stream, or in `bulk` */
    size_t ahead;    /* bytes of bulk messages in the stream that were not wholly sent */
    Fifo bulk;       /* messages that wait */
    Fifo waiting;    /* of Mark: theirs */
    Fifo marks;      /* of Mark: those of what is in the stream */
} Outbox;

void outbox_init(Outbox *outbox, Stream *stream);
void outbox_deinit(Outbox *outbox);

/* Begins a message. It is written to outbox_buffer(), and ended by one outbox_end(), before
 * anything else is done to the outbox. */
void outbox_begin(Outbox *outbox, OutboxLane lane);
Buffer *outbox_buffer(Outbox *outbox);

/* Bytes of the message that was begun. */
size_t outbox_message_size(const Outbox *outbox);

/* Ends the message. -ENOMEM: part of one is missing, and nothing sensible can follow. */
int outbox_end(Outbox *outbox, const Mark *mark);

/* For on_sent, until it returns false: the next message that was sent. */
bool outbox_next_sent(Outbox *outbox, Mark *ret);

/* For on_sent, after that: gives the stream what there is room for, for the loop's next turn. */
void outbox_refill(Outbox *outbox);

/* Bytes written and not yet sent. */
size_t outbox_unsent(const Outbox *outbox);
