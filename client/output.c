#include "client/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL_COLUMNS 80 /* of a terminal that doesn't say */
#define USUAL_ROWS    24

/* The size of the terminal @fd; 0 if it is none. */
static struct winsize terminal_size(int fd)
{
    struct winsize size = {0};

    if (!isatty(fd))
        return size;
    (void)ioctl(fd, TIOCGWINSZ, &size);
    if (size.ws_col == 0)
        size.ws_col = USUAL_COLUMNS;
    if (size.ws_row == 0)
        size.ws_row = USUAL_ROWS;
    return size;
}

size_t output_terminal_columns(int fd)
{
    return terminal_size(fd).ws_col;
}

/* True for a terminal that shows escape sequences as what they are not: text. */
static bool is_dumb(void)
{
    const char *name = getenv("TERM");

    return name == NULL || name[0] == '\0' || strcmp(name, "dumb") == 0;
}

void output_init(Output *output, int fd)
{
    const char *no_colour = getenv("NO_COLOR");

    *output = (Output){.fd = fd};
    output_measure(output);
    if (output->rows > 0 && (no_colour == NULL || no_colour[0] == '\0'))
        output->colour = OUTPUT_COLOURED;
}

void output_measure(Output *output)
{
    struct winsize size = terminal_size(output->fd);

    output->columns = size.ws_col;
    output->rows = is_dumb() ? 0 : size.ws_row;
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
