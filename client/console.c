#include "client/console.h"

#include "client/output.h"
#include "client/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ERASE_LINE "\r\033[K"

void console_init(Console *console, int fd)
{
    *console = (Console){.fd = fd, .columns = output_terminal_columns(fd)};
}

static void console_write(Console *console, Span text)
{
    while (text.size > 0) {
        ssize_t written = write(console->fd, text.data, text.size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        span_skip(&text, (size_t)written);
    }
}

void console_quote(Console *console, Span label, Span text)
{
    CLEANUP(buffer_deinit) Buffer line = BUFFER_INIT;

    console_erase(console);
    text_put_clean(&line, label);
    buffer_put_string(&line, ": ");
    text_put_clean(&line, text);
    buffer_put_char(&line, '\n');
    console_write(console,
                  buffer_failed(&line) ? SPAN("mihostctl: out of memory\n") : buffer_span(&line));
}

void console_say_span(Console *console, Span text)
{
    console_quote(console, SPAN("mihostctl"), text);
}

static void console_say_list(Console *console, const char *format, va_list arguments)
{
    char *line = NULL;

    if (vasprintf(&line, format, arguments) < 0)
        line = NULL;
    console_say_span(console, line == NULL ? SPAN("out of memory") : span_of(line));
    free(line);
}

void console_say(Console *console, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    console_say_list(console, format, arguments);
    va_end(arguments);
}

void console_hint(Console *console, const char *format, ...)
{
    va_list arguments;

    if (console->level == CONSOLE_ERRORS)
        return;
    va_start(arguments, format);
    console_say_list(console, format, arguments);
    va_end(arguments);
}

void console_show(Console *console, Span text)
{
    CLEANUP(buffer_deinit) Buffer line = BUFFER_INIT;

    if (console->columns == 0 || console->line == CONSOLE_QUESTION ||
        console->level == CONSOLE_ERRORS)
        return;
    buffer_put_string(&line, ERASE_LINE);
    /* The last column stays free: some terminals wrap as soon as it is written. */
    text_put_cut(&line, text, console->columns - 1);
    console_write(console, buffer_span(&line));
    console->line = CONSOLE_PROGRESS;
}

void console_ask(Console *console, Span text)
{
    CLEANUP(buffer_deinit) Buffer line = BUFFER_INIT;

    console_erase(console);
    text_put_clean(&line, text);
    console_write(console,
                  buffer_failed(&line) ? SPAN("mihostctl: out of memory ") : buffer_span(&line));
    console->line = CONSOLE_QUESTION;
}

void console_answered(Console *console)
{
    console->line = CONSOLE_EMPTY;
}

void console_erase(Console *console)
{
    if (console->line == CONSOLE_EMPTY)
        return;
    console_write(console, SPAN(ERASE_LINE));
    console->line = CONSOLE_EMPTY;
}
