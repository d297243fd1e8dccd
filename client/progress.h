/*
 * The progress of a long operation, from `$/progress` (begin, report, end) to one line of text.
 */
#pragma once

#include "base/buffer.h"

#define PROGRESS_UNKNOWN (-1)

typedef struct Progress {
    Buffer title;   /* what goes on */
    Buffer message; /* how it stands */
    int percentage; /* 0 to 100, or PROGRESS_UNKNOWN */
} Progress;

typedef enum ProgressOutcome {
    PROGRESS_SHOW,   /* there is something to show: progress_put_line */
    PROGRESS_HIDE,   /* it has ended */
    PROGRESS_IGNORE, /* not a progress value */
} ProgressOutcome;

void progress_init(Progress *progress);
void progress_deinit(Progress *progress);

/* Takes the `value` of a notification for a workDoneToken. A member that is absent stays as it was.
 */
ProgressOutcome progress_take(Progress *progress, Span value);

/* Appends `TITLE: 42% MESSAGE`, as far as these are known. The texts are not cleaned. */
void progress_put_line(const Progress *progress, Buffer *to);
