/*
 * Standard output.
 *
 * Verbs append to `text`, and output_flush() writes it out: whole lines, as soon as they are known.
 * It waits through interrupt_wait(), so that Ctrl-C gets through while a pager doesn't read; for
 * this it writes no more at once than a pipe that is ready takes.
 */
#pragma once

#include "base/buffer.h"
#include "client/interrupt.h"

typedef enum OutputColour {
    OUTPUT_PLAIN,
    OUTPUT_COLOURED, /* a terminal, and nothing says that it should show none */
} OutputColour;

typedef struct Output {
    int fd;
    OutputColour colour;
    size_t columns; /* of the terminal; 0: it is none */
    size_t rows;    /* the same; 0 also for one whose cursor can't be moved */
    Buffer text;    /* not yet written */
} Output;

/* Terminal columns of @fd; 0 if it is no terminal. */
size_t output_terminal_columns(int fd);

void output_init(Output *output, int fd);

/* Measures the terminal anew, which the user may have resized. */
void output_measure(Output *output);
void output_deinit(Output *output);

/* Writes `text` out. 0; -EPIPE: the reader has left; -ECANCELED: the user leaves; -ENOMEM: `text`
 * is incomplete; -errno. */
int output_flush(Output *output, Interrupt *interrupt);
