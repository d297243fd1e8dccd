#include "client/relay.h"

#include "base/macros.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLOW_SIZE 65536 /* bytes that one way holds, at most */

typedef enum FlowState {
    FLOW_OPEN,   /* there may be more to read */
    FLOW_ENDING, /* the reader's end came: what is held is to be written, and then the end */
    FLOW_ENDED,  /* nothing is owed */
} FlowState;

/* One way. */
typedef struct Flow {
    FlowState state;
    int from, to;
    char *data;
    size_t begin, end; /* what is held, in `data` */
} Flow;

static void flow_deinit(Flow *flow)
{
    free(flow->data);
}

static int flow_init(Flow *flow, int from, int to)
{
    *flow = (Flow){.state = FLOW_OPEN, .from = from, .to = to, .data = malloc(FLOW_SIZE)};
    return flow->data == NULL ? -ENOMEM : 0;
}

static bool flow_is_empty(const Flow *flow)
{
    return flow->begin == flow->end;
}

/* Only what is empty is filled: no byte is moved twice. */
static short flow_wants_input(const Flow *flow)
{
    return flow->state == FLOW_OPEN && flow_is_empty(flow) ? POLLIN : 0;
}

static short flow_wants_output(const Flow *flow)
{
    return flow_is_empty(flow) ? 0 : POLLOUT;
}

static int flow_read(Flow *flow)
{
    ssize_t got = read(flow->from, flow->data, FLOW_SIZE);

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (got < 0 && errno != ECONNRESET)
        return -errno;
    flow->begin = 0;
    flow->end = got > 0 ? (size_t)got : 0;
    if (got <= 0)
        flow->state = FLOW_ENDING;
    return 0;
}

/* Writes what a descriptor that is ready takes without blocking: much, if it is a socket. */
static ssize_t write_ready(int fd, const char *data, size_t size)
{
    ssize_t sent = send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (sent >= 0 || errno != ENOTSOCK)
        return sent;
    return write(fd, data, size < PIPE_BUF ? size : PIPE_BUF);
}

static int flow_write(Flow *flow)
{
    ssize_t written = write_ready(flow->to, flow->data + flow->begin, flow->end - flow->begin);

    if (written < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : -errno;
    flow->begin += (size_t)written;
    return 0;
}

/* One round: waits, and passes on what is there. 1: nobody reads the output any more. */
static int relay_step(Flow *up, Flow *down)
{
    struct pollfd fds[] = {
        {.fd = flow_wants_input(up) != 0 ? up->from : -1, .events = POLLIN},
        {.fd = down->to, .events = flow_wants_output(down)}, /* always: it may hang up */
        {.fd = up->to, .events = (short)(flow_wants_input(down) | flow_wants_output(up))},
    };
    int r = 0;

    if (fds[2].events == 0)
        fds[2].fd = -1; /* both ways wait for others; its hang-up can be read later */
    if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
        return errno == EINTR ? 0 : -errno;
    if ((fds[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
        return 1;
    if (fds[0].revents != 0)
        r = flow_read(up);
    if (r == 0 && (fds[1].revents & POLLOUT) != 0)
        r = flow_write(down);
    if (r == 0 && (fds[2].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
        flow_wants_input(down) != 0)
        r = flow_read(down);
    if (r == 0 && (fds[2].revents & (POLLOUT | POLLHUP | POLLERR)) != 0 && !flow_is_empty(up)) {
        r = flow_write(up);
        if (r == -EPIPE || r == -ECONNRESET) {
            /* The server has gone: what it said before is still to be passed on. */
            up->begin = up->end;
            up->state = FLOW_ENDED;
            r = 0;
        }
    }
    return r;
}

int relay_run(int in, int out, int socket)
{
    CLEANUP(flow_deinit) Flow up = {0};
    CLEANUP(flow_deinit) Flow down = {0};
    int r = flow_init(&up, in, socket);

    if (r == 0)
        r = flow_init(&down, socket, out);
    while (r == 0) {
        if (up.state == FLOW_ENDING && flow_is_empty(&up)) {
            (void)shutdown(socket, SHUT_WR);
            up.state = FLOW_ENDED;
        }
        if (down.state == FLOW_ENDING && flow_is_empty(&down))
            return 0;
        r = relay_step(&up, &down);
    }
    return r == 1 || r == -EPIPE || r == -ECONNRESET ? 0 : r;
}
