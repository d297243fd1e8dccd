/*
 * Standard error: lines for the user, and on a terminal one line of progress that is rewritten, or
 * a question that is open.
 *
 * That line is erased before anything else is printed, here or on standard output, which may be the
 * same terminal. Texts are cleaned (client/text.h), whoever they come from.
 */
#pragma once

#include "base/buffer.h"

typedef enum ConsoleLine {
    CONSOLE_EMPTY,    /* the cursor is at the beginning of a line */
    CONSOLE_PROGRESS, /* a progress line is to be erased */
    CONSOLE_QUESTION, /* a question stands there, and perhaps what the user types */
} ConsoleLine;

typedef enum ConsoleLevel {
    CONSOLE_ALL,
    CONSOLE_ERRORS, /* no hints and no progress: --quiet */
} ConsoleLevel;

typedef struct Console {
    int fd;
    size_t columns; /* of the terminal; 0: it is none, and there is no progress line */
    ConsoleLine line;
    ConsoleLevel level;
} Console;

void console_init(Console *console, int fd);

/* Prints `mihostctl: TEXT` and the end of the line. What can't be written is lost: nobody reads. */
void console_say(Console *console, const char *format, ...) PRINTF_LIKE(2, 3);

/* As console_say: what is good to know, but no error. */
void console_hint(Console *console, const char *format, ...) PRINTF_LIKE(2, 3);

/* As console_say, with a text that exists already. */
void console_say_span(Console *console, Span text);

/* Prints `LABEL: TEXT` and the end of the line: somebody else's words. */
void console_quote(Console *console, Span label, Span text);

/* Shows @text as the progress line, cut to the terminal, unless a question stands there. */
void console_show(Console *console, Span text);

/* Shows @text, uncut, as a question that the user is to answer behind it. */
void console_ask(Console *console, Span text);

/* The user has ended the line of the question. */
void console_answered(Console *console);

/* Erases the progress line, or the question. */
void console_erase(Console *console);
