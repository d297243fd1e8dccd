/*
 * A program that runs to its end, and what it wrote.
 *
 * Its output goes into files in memory (client/scratch.h). It is the leader of a process group of
 * its own, which is killed when the user leaves, and when it has ended: nothing of it stays behind.
 */
#pragma once

#include "base/buffer.h"
#include "client/interrupt.h"

#define CAPTURE_MAX_OUT (16U << 20) /* bytes of standard output */
#define CAPTURE_MAX_ERR (64U << 10) /* bytes of standard error */

typedef struct Capture {
    Buffer out, err;
    int status; /* as waitpid(2) has it */
} Capture;

void capture_init(Capture *capture);
void capture_deinit(Capture *capture);

/* Runs the program at @argv[0], with no input, to its end. 0; -ECANCELED: the user leaves; -errno:
 * it could not be run, or its output not be read. */
int capture_run(Capture *capture, char *const *argv, Interrupt *interrupt);
