/*
 * Channel: the agent's end of the socket to the server.
 *
 * One thread reads (channel_read). Any thread writes: it takes the channel between channel_begin
 * and channel_end, puts whole frames into the buffer that it is given, and says whether they go NOW
 * or SOON. What is to go soon leaves with the next write, or with the flusher. So an operation
 * costs one write: [RELEASED of the one before, STARTED, RESULT].
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
    int fd; /* owned */
    Flusher *flusher;

    pthread_mutex_t lock;
    ChannelState state;
    Buffer output; /* frames that were not written yet */
    FlushJob job;
    bool job_waits; /* the flusher was given the job: no need to ask it again */

    /* Of the reader alone. */
    FrameReader reader;
    Span input; /* what was received and not yet taken apart */
    char *received;
} Channel;

/* Takes over @fd, whatever is returned. @flusher outlives the channel. 0, -ENOMEM. */
int channel_init(Channel *channel, int fd, Flusher *flusher);
void channel_deinit(Channel *channel);

enum {
    CHANNEL_END = 0,   /* the server is gone */
    CHANNEL_FRAME = 1, /* *@frame is the next one; valid until the next call */
};

/* Waits for the next frame. CHANNEL_FRAME, CHANNEL_END, or -EPROTO (logged) or -ENOMEM. */
int channel_read(Channel *channel, Frame *frame);

/* Makes a channel_read that waits, and each later one, return CHANNEL_END. Any thread. */
void channel_stop_reading(Channel *channel);

/* Any thread; see above. */
Buffer *channel_begin(Channel *channel);
void channel_end(Channel *channel, ChannelPace pace);

/* A frame without payload. */
void channel_put_empty(Channel *channel, FrameType type, uint64_t operation, ChannelPace pace);
