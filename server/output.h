/*
 * Output: the pipe behind an agent's standard output and standard error, read by the server.
 *
 * It is always read, so that nobody who writes is blocked for ever; and never for long, so that
 * nobody who writes blocks the server: at most OUTPUT_READ_SIZE in a turn of the loop, and one who
 * writes more than its lines allow (server/lines.h) is read again only after OUTPUT_REST. Whoever
 * else holds the other end (what the provider has started) holds up nothing.
 */
#pragma once

#include "server/lines.h"
#include "server/timer.h"

#define OUTPUT_READ_SIZE (64U << 10)
#define OUTPUT_REST      100        /* ms */
#define OUTPUT_LAST_SIZE (1U << 20) /* what is read at most when its process has ended */

typedef struct Output Output;

typedef enum OutputState {
    OUTPUT_OPEN,    /* it is read as it comes */
    OUTPUT_RESTING, /* too much came: it is read again later */
    OUTPUT_ENDED,   /* nothing more comes: output_close is owed */
    OUTPUT_CLOSED,  /* libuv's close callback is owed */
} OutputState;

struct Output {
    uv_poll_t poll;
    OutputState state;
    int fd;
    Lines lines;
    unsigned long limit; /* lines in a period */
    Timer rest;
    void (*on_closed)(Output *output);
};

/* Makes the pipe: @*ret_writer is for the process, and the caller's to close. @take gets the lines,
 * in which it finds the Output by container_of. Negative errno. */
int output_open(Output *output, Timers *timers, unsigned long limit,
                void (*take)(Lines *lines, LogLevel level, Span text),
                void (*on_closed)(Output *output), int *ret_writer);

/* Its process has ended: reads what it has left. */
void output_read_rest(Output *output);

/* Closes; on_closed comes later. */
void output_close(Output *output);
