/*
 * Channel: the agent's end of the socket to the server.
 *
 * Several threads wait (channel_wait); what arrives wakes one of them, and no other. One at a time
 * reads (channel_read); who sees to that is up to the caller. Any thread writes: it takes the
 * channel between channel_begin and channel_end, puts whole frames into the buffer that it is
 * given, and says whether they go NOW or SOON. What is to go soon leaves with the next write, or
 * with the flusher. So an operation costs one write: [RELEASED of the one before, STARTED, RESULT].
 *
 * Writing blocks: the server always reads. When it is gone, or a frame cannot be built, the channel
 * shuts the socket down: the reader sees the end, and the agent ends ("gone when the server is
 * gone"); what is written later is dropped.
 *
 * Locks: channel_begin takes the channel's, channel_end gives it back. In between nothing but the
 * flusher's is taken, so that a channel may be written to with any other lock held.
 */
#pragma once

#include "agent/flusher.h"
#include "protocol/payload.h"

#include <pthread.h>
#include <stdatomic.h>

#define CHANNEL_READ_SIZE ((size_t)32 << 10)

typedef enum ChannelState {
    CHANNEL_OPEN,
    CHANNEL_GONE, /* nothing can be written any more */
} ChannelState;

typedef enum ChannelPace {
    CHANNEL_SOON, /* with the next write, or after a tick of the flusher */
    CHANNEL_NOW,
} ChannelPace;

typedef struct Channel {
    int fd;             /* owned, as the other two */
    int epoll;          /* on which threads wait: for the socket and for the kicks */
    int kicks;          /* an eventfd */
    atomic_bool ending; /* the end was seen from afar: it is to be read up to */
    Flusher *flusher;

    pthread_mutex_t lock;
    ChannelState state;
    Buffer output; /* frames that were not written yet */
    FlushJob job;
    bool job_waits; /* the flusher was given the job: no need to ask it again */

    /* Of the thread that reads. */
    FrameReader reader;
    Span input; /* what was received and not yet taken apart */
    char *received;
    bool took_all; /* the last recv left nothing */
} Channel;

/* Takes over @fd, whatever is returned. @flusher outlives the channel. 0, -ENOMEM, or another
 * negative errno: no descriptors. */
int channel_init(Channel *channel, int fd, Flusher *flusher);
void channel_deinit(Channel *channel);

/* Waits until something has arrived that nobody was woken for, or for a kick. Any number of
 * threads. */
void channel_wait(Channel *channel);

/* Lets one thread that waits, or the next one to do so, return. Any thread. */
void channel_kick(Channel *channel);

enum {
    CHANNEL_END = 0,   /* the server is gone */
    CHANNEL_FRAME = 1, /* *@frame is the next one; valid until the next call */
    CHANNEL_EMPTY = 2, /* all that has arrived was read */
};

/* The next frame of what has arrived: CHANNEL_FRAME, CHANNEL_EMPTY, CHANNEL_END, or -EPROTO
 * (logged) or -ENOMEM. A thread that was woken reads to CHANNEL_EMPTY: nobody else is woken for the
 * rest. One thread at a time. */
int channel_read(Channel *channel, Frame *frame);

/* Makes channel_read return CHANNEL_END once what has arrived is read. Any thread. */
void channel_stop_reading(Channel *channel);

/* In a child that a provider has forked: closes what it has inherited. Nothing is read from there
 * any more, and what is written is dropped. */
void channel_forsake(Channel *channel);

/* Any thread; see above. */
Buffer *channel_begin(Channel *channel);
void channel_end(Channel *channel, ChannelPace pace);

/* A frame without payload. */
void channel_put_empty(Channel *channel, FrameType type, uint64_t operation, ChannelPace pace);
