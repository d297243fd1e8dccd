/*
 * Stream: a connected stream socket, of a client or of an agent, on the loop.
 *
 * It stands on uv_poll_t and not on uv_pipe_t for three reasons: a half-close (the peer will send
 * no more, and still reads) and a hang-up are told apart; one buffer of the loop's serves all
 * reading, so that an idle connection costs no memory; and what is written in one turn of the loop
 * goes out in one system call.
 *
 * Writing: stream_out() gives the buffer to append to; it is sent before the loop sleeps. What was
 * sent is told by on_sent(). Reading: on_data() gets the bytes in the loop's buffer; what isn't
 * complete is the owner's to keep. One thread.
 *
 * Streams that may carry bulk are read in turn, after all others: first those that have brought
 * little of late, STREAM_LIGHT_TURN bytes of them together, then, when what was written until then
 * is sent, STREAM_TURN_SIZE bytes of the rest. So a cancel, a small request and its answer each
 * wait for one such turn at most, however many agents stream. What the rest led to is sent when
 * there is STREAM_HOLD of it, or no more, or something else to send.
 */
#pragma once

#include "base/buffer.h"
#include "base/list.h"

#include <uv.h>

#define STREAM_READ_SIZE  (256U << 10)
#define STREAM_TURN_SIZE  (16U << 10)
#define STREAM_LIGHT_TURN (64U << 10)
#define STREAM_HOLD       (48U << 10)
#define STREAM_LIGHT      (8U << 10) /* a stream is light if its reads bring less, on average */

typedef struct Stream Stream;

/* What all streams of a loop share. */
typedef struct StreamLoop {
    uv_loop_t *loop;
    uv_prepare_t prepare; /* sends what was written, before the loop sleeps */
    uv_check_t check;     /* reads those that are read in turn, after all others */
    List dirty;           /* of Stream.dirty_link */
    List light, bulk;     /* of Stream.ready_link: to be read in turn, the first one is next */
    uv_poll_t reserve;    /* closed: see stream_loop_reserve */
    uv_idle_t idle;       /* runs while something is held: the loop must not sleep */
    size_t held;          /* bytes of bulk that were read since all was sent */
    bool has_more;        /* there may be more bulk to read at once */
    bool is_urgent;       /* something else was read since all was sent */
    char *scratch;        /* STREAM_READ_SIZE bytes to read into */
} StreamLoop;

typedef enum StreamPace {
    STREAM_AT_ONCE, /* read when something has come */
    STREAM_IN_TURN, /* read after those */
} StreamPace;

typedef enum StreamState {
    STREAM_OPEN,    /* both directions */
    STREAM_ENDED,   /* the peer's input has ended; it may still read */
    STREAM_FAILED,  /* on_hangup is owed, or was called; nothing is read or written */
    STREAM_CLOSING, /* the close callback is owed */
} StreamState;

typedef struct StreamEvents {
    /* Bytes came. The stream may be closed in it. */
    void (*on_data)(Stream *stream, Span data);
    /* The peer sends no more. */
    void (*on_end)(Stream *stream);
    /* `stream->sent` has grown. */
    void (*on_sent)(Stream *stream);
    /* The connection is lost: negative errno, or 0 for a hang-up. Called once; the owner closes the
     * stream. */
    void (*on_hangup)(Stream *stream, int error);
    /* stream_close is done: the memory is the owner's again. */
    void (*on_closed)(Stream *stream);
} StreamEvents;

struct Stream {
    uv_poll_t poll;
    StreamLoop *shared;
    const StreamEvents *events;
    StreamState state;
    StreamPace pace;
    int fd;
    int wanted;    /* the uv_poll events that are on */
    size_t weight; /* bytes that a read has brought, on average of the last few */
    Buffer out;    /* written and not sent, from out_begin on */
    size_t out_begin;
    uint64_t sent; /* bytes, since the beginning */
    List dirty_link;
    List ready_link;
};

int stream_loop_init(StreamLoop *shared, uv_loop_t *loop);

/* Lets libuv make room for so many descriptors, as far as the process may have them, while nobody
 * is served yet: it ends the process if it can't do that later. Once at most. */
void stream_loop_reserve(StreamLoop *shared, size_t descriptors);
void stream_loop_close(StreamLoop *shared);

/* Takes over @fd, a non-blocking connected socket, if it succeeds. Negative errno. */
int stream_init(Stream *stream, StreamLoop *shared, int fd, StreamPace pace,
                const StreamEvents *events);

/* Starts to close, dropping what wasn't sent; events->on_closed comes later. Harmless if it was
 * called before. */
void stream_close(Stream *stream);

/* Where to append. What is written to a stream that has failed or is closing is dropped. */
Buffer *stream_out(Stream *stream);

/* The same, for what may wait for the next turn of the loop: on_sent would otherwise go on for as
 * long as the peer reads. Something is to be appended. */
Buffer *stream_out_later(Stream *stream);

/* Bytes written and not yet sent. */
static inline size_t stream_unsent(const Stream *stream)
{
    return stream->out.size - stream->out_begin;
}

/* The value of `sent` once all that is written now has been sent. */
static inline uint64_t stream_position(const Stream *stream)
{
    return stream->sent + stream_unsent(stream);
}

/* Sends now what can be sent. Careful: on_sent and on_hangup are called from it. */
void stream_flush(Stream *stream);

/* Reads what has come already and nothing that comes meanwhile: what a process wrote before it
 * ended, or before its connection was lost. Not within on_data. */
void stream_read_rest(Stream *stream);
