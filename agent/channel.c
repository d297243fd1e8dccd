#include "agent/channel.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEEP_CAPACITY ((size_t)128 << 10) /* a larger output buffer is given back */

static void flush_job(FlushJob *job);

int channel_init(Channel *channel, int fd, Flusher *flusher)
{
    *channel = (Channel){.fd = fd, .flusher = flusher};
    pthread_mutex_init(&channel->lock, NULL);
    frame_reader_init(&channel->reader, FRAME_FROM_SERVER);
    flush_job_init(&channel->job, flush_job);
    channel->received = malloc(CHANNEL_READ_SIZE);
    return channel->received == NULL ? -ENOMEM : 0;
}

void channel_deinit(Channel *channel)
{
    frame_reader_deinit(&channel->reader);
    buffer_deinit(&channel->output);
    free(channel->received);
    if (channel->fd >= 0)
        close(channel->fd);
    pthread_mutex_destroy(&channel->lock);
}

int channel_read(Channel *channel, Frame *frame)
{
    for (;;) {
        int r = frame_next(&channel->reader, &channel->input, frame);
        ssize_t size;

        if (r == FRAME_COMPLETE)
            return CHANNEL_FRAME;
        if (r < 0)
            return r;
        if (r != FRAME_MORE) {
            log_error("server: %s", frame_error_text(r));
            return -EPROTO;
        }
        size = recv(channel->fd, channel->received, CHANNEL_READ_SIZE, 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return CHANNEL_END;
        channel->input = (Span){channel->received, (size_t)size};
    }
}

void channel_stop_reading(Channel *channel)
{
    shutdown(channel->fd, SHUT_RD);
}

/* The server is gone, or is not to be spoken to any more. With the lock held. */
static void give_up(Channel *channel)
{
    channel->state = CHANNEL_GONE;
    shutdown(channel->fd, SHUT_RDWR);
}

/* Writes all of the output. With the lock held. */
static void write_out(Channel *channel)
{
    Span rest = buffer_span(&channel->output);

    if (buffer_failed(&channel->output) && channel->state == CHANNEL_OPEN) {
        /* Half a frame must not go out, and a frame that never goes would be an operation without
         * an end. */
        log_error("cannot build a frame: out of memory, or longer than %u bytes: giving up",
                  FRAME_MAX_PAYLOAD);
        give_up(channel);
    }
    while (rest.size > 0 && channel->state == CHANNEL_OPEN) {
        ssize_t written = send(channel->fd, rest.data, rest.size, MSG_NOSIGNAL);

        if (written >= 0)
            span_skip(&rest, (size_t)written);
        else if (errno != EINTR)
            give_up(channel);
    }
    if (channel->output.capacity > KEEP_CAPACITY)
        buffer_deinit(&channel->output);
    else
        buffer_clear(&channel->output);
}

Buffer *channel_begin(Channel *channel)
{
    pthread_mutex_lock(&channel->lock);
    return &channel->output;
}

void channel_end(Channel *channel, ChannelPace pace)
{
    if (pace == CHANNEL_SOON && !channel->job_waits) {
        channel->job_waits = flusher_add(channel->flusher, &channel->job) >= 0;
        if (!channel->job_waits)
            pace = CHANNEL_NOW;
    }
    if (pace == CHANNEL_NOW)
        write_out(channel);
    pthread_mutex_unlock(&channel->lock);
}

void channel_put_empty(Channel *channel, FrameType type, uint64_t operation, ChannelPace pace)
{
    payload_put_empty(channel_begin(channel), type, operation);
    channel_end(channel, pace);
}

static void flush_job(FlushJob *job)
{
    Channel *channel = container_of(job, Channel, job);

    pthread_mutex_lock(&channel->lock);
    channel->job_waits = false;
    write_out(channel);
    pthread_mutex_unlock(&channel->lock);
}
