#include "server/output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void on_poll(uv_poll_t *poll, int status, int events);

/* The only setter of `state`: what the loop looks at goes with it. */
static void set_state(Output *output, OutputState state)
{
    output->state = state;
    if (state == OUTPUT_OPEN)
        uv_poll_start(&output->poll, UV_READABLE | UV_DISCONNECT, on_poll);
    else
        uv_poll_stop(&output->poll);
    if (state == OUTPUT_RESTING)
        timer_start(&output->rest, OUTPUT_REST);
    else
        timer_stop(&output->rest);
}

/* Reads once. False if nothing is there, or nothing will be. */
static bool read_some(Output *output)
{
    static char data[OUTPUT_READ_SIZE];
    ssize_t size = read(output->fd, data, sizeof(data));

    if (size > 0) {
        lines_feed(&output->lines, (Span){data, (size_t)size}, output->limit,
                   uv_now(output->poll.loop));
        return true;
    }
    if (size == 0 || (errno != EAGAIN && errno != EINTR))
        set_state(output, OUTPUT_ENDED);
    return false;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    Output *output = container_of(poll, Output, poll);

    (void)status;
    (void)events;
    if (read_some(output) && lines_is_flood(&output->lines, output->limit))
        set_state(output, OUTPUT_RESTING);
}

static void on_rest(Timer *timer)
{
    set_state(container_of(timer, Output, rest), OUTPUT_OPEN);
}

int output_open(Output *output, Timers *timers, unsigned long limit,
                void (*take)(Lines *lines, LogLevel level, Span text),
                void (*on_closed)(Output *output), int *ret_writer)
{
    int fds[2], r;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return -errno;
    /* The pipe is the server's, and an agent of another user may open it by name: /dev/stderr. */
    r = fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0 || fchmod(fds[1], 0222) < 0 ? -errno : 0;
    if (r == 0)
        r = uv_poll_init(timers->uv.loop, &output->poll, fds[0]);
    if (r < 0) {
        close(fds[0]);
        close(fds[1]);
        return r;
    }
    output->fd = fds[0];
    output->limit = limit;
    output->on_closed = on_closed;
    lines_init(&output->lines, take);
    timer_init(&output->rest, timers, on_rest);
    set_state(output, OUTPUT_OPEN);
    *ret_writer = fds[1];
    return 0;
}

static void on_poll_closed(uv_handle_t *handle)
{
    Output *output = container_of(handle, Output, poll);

    output->on_closed(output);
}

void output_read_rest(Output *output)
{
    size_t most = OUTPUT_LAST_SIZE / OUTPUT_READ_SIZE;

    while (output->state != OUTPUT_ENDED && most-- > 0 && read_some(output))
        ;
    lines_end(&output->lines, output->limit, uv_now(output->poll.loop));
}

void output_close(Output *output)
{
    lines_deinit(&output->lines);
    set_state(output, OUTPUT_CLOSED);
    uv_close((uv_handle_t *)&output->poll, on_poll_closed);
    close(output->fd);
}
