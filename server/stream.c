#include "server/stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEEP_CAPACITY 1024 /* an idle stream keeps so much memory for its next answer */

static void on_poll(uv_poll_t *poll, int status, int events);

static bool is_alive(const Stream *stream)
{
    return stream->state == STREAM_OPEN || stream->state == STREAM_ENDED;
}

static void poll_for(Stream *stream, int events)
{
    if (events == stream->wanted)
        return;
    stream->wanted = events;
    uv_poll_start(&stream->poll, events, on_poll);
}

/* UV_PRIORITIZED is always on: it stands for nothing that a Unix socket has, and lets libuv report
 * a hang-up (which the kernel always reports) when there is nothing to read or write. */
static void want(Stream *stream)
{
    int events = UV_PRIORITIZED;

    if (stream->state == STREAM_OPEN)
        events |= UV_READABLE;
    if (stream_unsent(stream) > 0)
        events |= UV_WRITABLE;
    poll_for(stream, events);
}

static void fail(Stream *stream, int error)
{
    if (!is_alive(stream))
        return;
    stream->state = STREAM_FAILED;
    list_unlink(&stream->dirty_link);
    list_unlink(&stream->ready_link);
    uv_poll_stop(&stream->poll);
    stream->events->on_hangup(stream, error);
    /* Careful: @stream may be closing here. */
}

static bool is_hung_up(const Stream *stream)
{
    struct pollfd pollfd = {.fd = stream->fd};

    return poll(&pollfd, 1, 0) > 0 && (pollfd.revents & (POLLHUP | POLLERR)) != 0;
}

/* One read of an open stream. The bytes that it brought. */
static size_t read_once(Stream *stream)
{
    size_t most = stream->pace == STREAM_IN_TURN ? STREAM_TURN_SIZE : STREAM_READ_SIZE;
    ssize_t size = recv(stream->fd, stream->shared->scratch, most, MSG_DONTWAIT);

    if (size > 0) {
        stream->weight = (stream->weight + (size_t)size) / 2;
        stream->events->on_data(stream, (Span){stream->shared->scratch, (size_t)size});
        return (size_t)size;
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (size < 0) {
        fail(stream, -errno);
    } else if (is_hung_up(stream)) {
        fail(stream, 0);
    } else {
        stream->state = STREAM_ENDED;
        want(stream);
        stream->events->on_end(stream);
    }
    return 0;
}

/* Something can be read. What is read in turn stays readable until then, and is told again. */
static void on_readable(Stream *stream)
{
    StreamLoop *shared = stream->shared;

    if (stream->pace == STREAM_AT_ONCE) {
        shared->is_urgent = true;
        read_once(stream);
    } else if (list_is_empty(&stream->ready_link)) {
        list_append(stream->weight < STREAM_LIGHT ? &shared->light : &shared->bulk,
                    &stream->ready_link);
    }
}

/* Reads the first ones of @ready, once each, until they have brought @most bytes. The bytes that
 * they brought. */
static size_t read_in_turn(List *ready, size_t most)
{
    size_t size = 0;
    List *link;

    while (size < most && (link = list_first(ready)) != NULL) {
        Stream *stream = list_entry(link, Stream, ready_link);

        list_unlink(link);
        if (stream->state == STREAM_OPEN)
            size += read_once(stream);
    }
    return size;
}

/* on_sent may write more (credit to an agent): until nothing is left to send. */
static void flush_all(StreamLoop *shared)
{
    List *link;

    while ((link = list_first(&shared->dirty)) != NULL)
        stream_flush(list_entry(link, Stream, dirty_link));
    shared->is_urgent = false;
    shared->held = 0;
}

static void on_check(uv_check_t *check)
{
    StreamLoop *shared = container_of(check, StreamLoop, check);
    size_t size = 0;

    if (read_in_turn(&shared->light, STREAM_LIGHT_TURN) > 0)
        shared->is_urgent = true;
    if (!list_is_empty(&shared->bulk)) {
        if (shared->is_urgent) /* it does not wait for what takes long */
            flush_all(shared);
        size = read_in_turn(&shared->bulk, STREAM_TURN_SIZE);
    }
    shared->held += size;
    shared->has_more = size >= STREAM_TURN_SIZE;
}

void stream_read_rest(Stream *stream)
{
    int left = 0;

    /* Not more than there is now: somebody else may hold the other end and write on for ever. */
    if (stream->state == STREAM_CLOSING || ioctl(stream->fd, FIONREAD, &left) < 0)
        return;
    while (left > 0 && stream->state != STREAM_CLOSING) {
        size_t wanted = (size_t)left < STREAM_READ_SIZE ? (size_t)left : STREAM_READ_SIZE;
        ssize_t size = recv(stream->fd, stream->shared->scratch, wanted, MSG_DONTWAIT);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return;
        left -= (int)size;
        stream->events->on_data(stream, (Span){stream->shared->scratch, (size_t)size});
    }
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    Stream *stream = container_of(poll, Stream, poll);

    if (status < 0) {
        fail(stream, 0); /* so libuv tells a hang-up that left something of ours unread */
        return;
    }
    if ((events & UV_READABLE) != 0 && stream->state == STREAM_OPEN)
        on_readable(stream);
    if ((events & UV_WRITABLE) != 0)
        stream_flush(stream);
    if ((events & UV_PRIORITIZED) != 0 && is_alive(stream)) {
        /* A hang-up is first read to its end: what came before it counts. */
        if (is_hung_up(stream) && (stream->state == STREAM_ENDED || (events & UV_READABLE) == 0))
            fail(stream, 0);
        else if (!is_hung_up(stream))
            fail(stream, -EPROTO); /* out-of-band data: nothing that mihost speaks */
    }
}

/* Frees what a burst needed. */
static void trim(Stream *stream)
{
    stream->out_begin = 0;
    if (stream->out.capacity > KEEP_CAPACITY)
        buffer_deinit(&stream->out);
    else
        buffer_clear(&stream->out);
}

void stream_flush(Stream *stream)
{
    size_t unsent = stream_unsent(stream);
    ssize_t size;

    list_unlink(&stream->dirty_link);
    if (!is_alive(stream))
        return;
    if (buffer_failed(&stream->out)) {
        fail(stream, -ENOMEM); /* part of a message is missing: nothing sensible can follow */
        return;
    }
    if (unsent == 0) {
        want(stream);
        return;
    }
    do {
        size = send(stream->fd, stream->out.data + stream->out_begin, unsent,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && errno != EAGAIN) {
        fail(stream, errno == EPIPE || errno == ECONNRESET ? 0 : -errno);
        return;
    }
    if (size > 0) {
        stream->out_begin += (size_t)size;
        stream->sent += (uint64_t)size;
    }
    if (stream_unsent(stream) == 0) {
        trim(stream);
    } else if (stream->out_begin > stream->out.capacity / 2) {
        buffer_consume(&stream->out, stream->out_begin);
        stream->out_begin = 0;
    }
    want(stream);
    if (size > 0)
        stream->events->on_sent(stream);
}

/* Where to append; what is there already is dropped if nobody will get it. */
static Buffer *open_out(Stream *stream)
{
    if (!is_alive(stream)) {
        buffer_clear(&stream->out);
        stream->out_begin = 0;
    }
    return &stream->out;
}

Buffer *stream_out(Stream *stream)
{
    if (is_alive(stream) && list_is_empty(&stream->dirty_link))
        list_append(&stream->shared->dirty, &stream->dirty_link);
    return open_out(stream);
}

Buffer *stream_out_later(Stream *stream)
{
    if (is_alive(stream))
        poll_for(stream, stream->wanted | UV_WRITABLE);
    return open_out(stream);
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static void on_prepare(uv_prepare_t *prepare)
{
    StreamLoop *shared = container_of(prepare, StreamLoop, prepare);

    if (shared->has_more && shared->held < STREAM_HOLD) {
        (void)uv_idle_start(&shared->idle, on_idle); /* the loop only looks at the others */
        return;
    }
    flush_all(shared);
    (void)uv_idle_stop(&shared->idle);
}

int stream_loop_init(StreamLoop *shared, uv_loop_t *loop)
{
    *shared = (StreamLoop){.loop = loop};
    list_init(&shared->dirty);
    list_init(&shared->light);
    list_init(&shared->bulk);
    shared->scratch = malloc(STREAM_READ_SIZE);
    if (shared->scratch == NULL)
        return -ENOMEM;
    (void)uv_prepare_init(loop, &shared->prepare);
    (void)uv_check_init(loop, &shared->check);
    (void)uv_idle_init(loop, &shared->idle);
    (void)uv_prepare_start(&shared->prepare, on_prepare);
    (void)uv_check_start(&shared->check, on_check);
    uv_unref((uv_handle_t *)&shared->prepare);
    uv_unref((uv_handle_t *)&shared->check);
    uv_unref((uv_handle_t *)&shared->idle);
    return 0;
}

static void on_reserved(uv_poll_t *poll, int status, int events)
{
    (void)poll;
    (void)status;
    (void)events;
}

void stream_loop_reserve(StreamLoop *shared, size_t descriptors)
{
    struct rlimit limit = {0};
    int fd, highest;

    (void)getrlimit(RLIMIT_NOFILE, &limit);
    if (descriptors >= limit.rlim_cur)
        descriptors = limit.rlim_cur > 0 ? limit.rlim_cur - 1 : 0;
    fd = eventfd(0, EFD_CLOEXEC);
    highest = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, (int)descriptors);
    if (highest >= 0 && uv_poll_init(shared->loop, &shared->reserve, highest) == 0) {
        (void)uv_poll_start(&shared->reserve, UV_READABLE, on_reserved);
        uv_close((uv_handle_t *)&shared->reserve, NULL);
    }
    if (highest >= 0)
        close(highest);
    if (fd >= 0)
        close(fd);
}

static void on_loop_closed(uv_handle_t *handle)
{
    StreamLoop *shared = container_of(handle, StreamLoop, prepare);

    free(shared->scratch);
    shared->scratch = NULL;
}

void stream_loop_close(StreamLoop *shared)
{
    assert(list_is_empty(&shared->dirty) && list_is_empty(&shared->light) &&
           list_is_empty(&shared->bulk));
    uv_close((uv_handle_t *)&shared->check, NULL);
    uv_close((uv_handle_t *)&shared->idle, NULL);
    uv_close((uv_handle_t *)&shared->prepare, on_loop_closed);
}

int stream_init(Stream *stream, StreamLoop *shared, int fd, StreamPace pace,
                const StreamEvents *events)
{
    int r;

    *stream = (Stream){.shared = shared, .events = events, .pace = pace, .fd = fd};
    list_init(&stream->dirty_link);
    list_init(&stream->ready_link);
    r = uv_poll_init(shared->loop, &stream->poll, fd);
    if (r < 0)
        return r;
    want(stream);
    return 0;
}

static void on_stream_closed(uv_handle_t *handle)
{
    Stream *stream = container_of(handle, Stream, poll);

    buffer_deinit(&stream->out);
    stream->events->on_closed(stream);
}

void stream_close(Stream *stream)
{
    if (stream->state == STREAM_CLOSING)
        return;
    stream->state = STREAM_CLOSING;
    list_unlink(&stream->dirty_link);
    list_unlink(&stream->ready_link);
    uv_close((uv_handle_t *)&stream->poll, on_stream_closed);
    close(stream->fd);
    stream->fd = -1;
}
