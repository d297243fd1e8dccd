/*
 * Standard error: lines for the user, and on a terminal one line of progress that is rewritten.
 *
 * The progress line is erased before anything else is printed, here or on standard output, which
 * may be the same terminal. Texts are cleaned (client/text.h), whoever they come from.
 */
#pragma once

#include "base/buffer.h"

typedef struct Console {
    int fd;
    size_t columns; /* of the terminal; 0: it is none, and there is no progress line */
    bool dirty;     /* a progress line is to be erased */
} Console;

void console_init(Console *console, int fd);

/* Prints `mihostctl: TEXT` and the end of the line. What can't be written is lost: nobody reads. */
void console_say(Console *console, const char *format, ...) PRINTF_LIKE(2, 3);

/* As console_say, with a text that exists already. */
void console_say_span(Console *console, Span text);

/* Shows @text as the progress line, cut to the terminal. */
void console_show(Console *console, Span text);

/* Erases the progress line. */
void console_erase(Console *console);
