#include "agent/channel.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEEP_CAPACITY ((size_t)128 << 10) /* a larger output buffer is given back */

static void flush_job(FlushJob *job);

/* Edges: what arrives wakes one thread, which then reads all of it. */
static int watch(Channel *channel, int fd)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET};

    return epoll_ctl(channel->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int watch_all(Channel *channel)
{
    int r;

    channel->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (channel->epoll < 0)
        return -errno;
    channel->kicks = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (channel->kicks < 0)
        return -errno;
    r = watch(channel, channel->kicks);
    return r < 0 ? r : watch(channel, channel->fd);
}

int channel_init(Channel *channel, int fd, Flusher *flusher)
{
    *channel = (Channel){.fd = fd, .flusher = flusher, .epoll = -1, .kicks = -1};
    pthread_mutex_init(&channel->lock, NULL);
    frame_reader_init(&channel->reader, FRAME_FROM_SERVER);
    flush_job_init(&channel->job, flush_job);
    channel->received = malloc(CHANNEL_READ_SIZE);
    return channel->received == NULL ? -ENOMEM : watch_all(channel);
}

static void close_if_open(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_all(Channel *channel)
{
    close_if_open(&channel->epoll);
    close_if_open(&channel->kicks);
    close_if_open(&channel->fd);
}

void channel_deinit(Channel *channel)
{
    frame_reader_deinit(&channel->reader);
    buffer_deinit(&channel->output);
    free(channel->received);
    close_all(channel);
    pthread_mutex_destroy(&channel->lock);
}

void channel_wait(Channel *channel)
{
    struct epoll_event event = {0};

    while (epoll_wait(channel->epoll, &event, 1, -1) < 0 && errno == EINTR)
        ;
    if ((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        atomic_store(&channel->ending, true);
}

void channel_kick(Channel *channel)
{
    (void)eventfd_write(channel->kicks, 1); /* each write is an edge; it can't be full */
}

/* Takes what there is into `input`. CHANNEL_FRAME: there may be a frame now. */
static int receive(Channel *channel)
{
    ssize_t size;

    /* Less than was asked for was all there was; but for the end, which is no byte. */
    if (channel->took_all && !atomic_load(&channel->ending)) {
        channel->took_all = false;
        return CHANNEL_EMPTY;
    }
    do {
        size = recv(channel->fd, channel->received, CHANNEL_READ_SIZE, MSG_DONTWAIT);
    } while (size < 0 && errno == EINTR);
    channel->took_all = size > 0 && (size_t)size < CHANNEL_READ_SIZE;
    if (size < 0 && errno == EAGAIN)
        return CHANNEL_EMPTY;
    if (size <= 0)
        return CHANNEL_END;
    channel->input = (Span){channel->received, (size_t)size};
    return CHANNEL_FRAME;
}

int channel_read(Channel *channel, Frame *frame)
{
    for (;;) {
        int r = frame_next(&channel->reader, &channel->input, frame);

        if (r == FRAME_COMPLETE)
            return CHANNEL_FRAME;
        if (r < 0)
            return r;
        if (r != FRAME_MORE) {
            log_error("server: %s", frame_error_text(r));
            return -EPROTO;
        }
        r = receive(channel);
        if (r != CHANNEL_FRAME)
            return r;
    }
}

void channel_stop_reading(Channel *channel)
{
    shutdown(channel->fd, SHUT_RD);
}

/* Whoever held the lock is not in this process: it isn't taken. */
void channel_forsake(Channel *channel)
{
    close_all(channel);
    channel->state = CHANNEL_GONE;
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
