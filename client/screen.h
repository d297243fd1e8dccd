/*
 * A text that is shown again and again in the same place of a terminal.
 *
 * The one before is overwritten, line by line, so that nothing flickers, and the last one stays.
 * What finds no room is counted in its last line: the terminal must not scroll.
 */
#pragma once

#include "client/output.h"

typedef struct Screen {
    size_t rows, columns; /* of the terminal, when the last one was shown */
    size_t shown;         /* lines of it */
} Screen;

/* Prepares output->text, whole lines, to be flushed in place of the one before. Its lines must not
 * be wider than output->columns. Without a terminal that can do it, nothing is changed. 0 or
 * -ENOMEM. */
int screen_put(Screen *screen, Output *output);
