/*
 * Lines: what a provider writes to its outputs, cut into lines for the log, and not too many.
 *
 * Bytes go in, lines come out, by a callback. A line may begin with a priority, `<4>`, as
 * sd-daemon(3) has it: that is its level. What is longer than LINES_MAX_SIZE is cut off; what is
 * over the limit of lines in a period is dropped and counted, and the count is a line of its own
 * when the period is over. No I/O, and the time is an argument (ms of a clock that never jumps).
 */
#pragma once

#include "base/buffer.h"
#include "base/log.h"

#include <stdint.h>

#define LINES_MAX_SIZE 1000  /* bytes of a line */
#define LINES_PERIOD   10000 /* ms */
#define LINES_SIZE     128   /* bytes that a line has as a rule: so many are taken without a rest */

typedef struct Lines Lines;

struct Lines {
    void (*take)(Lines *lines, LogLevel level, Span text);
    Buffer begun; /* the beginning of a line; what of it is over LINES_MAX_SIZE is not kept */
    size_t cut;   /* bytes of that line that were not kept */
    uint64_t since;
    uint64_t bytes;   /* in this period */
    uint64_t written; /* lines in this period */
    uint64_t dropped; /* lines that nobody has been told of */
};

void lines_init(Lines *lines, void (*take)(Lines *lines, LogLevel level, Span text));
void lines_deinit(Lines *lines);

/* Takes @data; @limit lines may be written in a period. */
void lines_feed(Lines *lines, Span data, unsigned long limit, uint64_t now);

/* True if so much came in this period that the writer should be slowed down. */
bool lines_is_flood(const Lines *lines, unsigned long limit);

/* There is no more: what was begun is a line, and what was dropped is told. */
void lines_end(Lines *lines, unsigned long limit, uint64_t now);
