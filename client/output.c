#include "client/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL_COLUMNS 80 /* of a terminal that doesn't say */

size_t output_terminal_columns(int fd)
{
    struct winsize size;

    if (!isatty(fd))
        return 0;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return USUAL_COLUMNS;
    return size.ws_col;
}

void output_init(Output *output, int fd)
{
    *output = (Output){.fd = fd, .columns = output_terminal_columns(fd)};
}

void output_deinit(Output *output)
{
    buffer_deinit(&output->text);
}

int output_flush(Output *output, Interrupt *interrupt)
{
    Span rest = buffer_span(&output->text);

    if (buffer_failed(&output->text))
        return -ENOMEM;
    while (rest.size > 0) {
        int r = interrupt_wait(interrupt, output->fd, POLLOUT, INTERRUPT_NO_TIMEOUT);
        struct pollfd ready = {.fd = output->fd, .events = POLLOUT};

        if (r < 0)
            return r;
        /* A Ctrl-C ends the wait too; writing then could block for good. */
        if (poll(&ready, 1, 0) == 0)
            continue;
        ssize_t written = write(output->fd, rest.data, rest.size < PIPE_BUF ? rest.size : PIPE_BUF);
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            return -errno;
        if (written > 0)
            span_skip(&rest, (size_t)written);
    }
    buffer_clear(&output->text);
    return 0;
}
