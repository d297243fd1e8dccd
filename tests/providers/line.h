/*
 * Line: a provider's thread, connected to the gate of the test (tests/support/puppet.h): it says
 * lines and hears lines.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define LINE_MAX_SIZE 1024

typedef struct Line {
    int fd; /* -1: there is no gate, or it was closed */
    char input[LINE_MAX_SIZE];
    size_t size;
} Line;

/* Connects to the socket @path. Without one, nothing is heard and what is said is lost. */
void line_open(Line *line, const char *path);
void line_close(Line *line);

void line_say(Line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Waits for a line. False when the other end has none any more. */
bool line_hear(Line *line, char text[LINE_MAX_SIZE]);
