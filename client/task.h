/*
 * What a verb wants done: one request, and functions that print what comes back.
 *
 * A verb fills a Task and hands it to task_run(), which connects, sends, shows progress, cancels at
 * Ctrl-C, prints, and turns every way in which that can end into one exit status with one line that
 * says why.
 */
#pragma once

#include "client/ctl.h"
#include "client/path.h"

typedef enum TaskProgress {
    TASK_NO_PROGRESS,
    TASK_WITH_PROGRESS, /* a workDoneToken is sent, and reports are shown on a terminal */
} TaskProgress;

/* Prints @value to ctl->output.text. 0; -EBADMSG with a sentence in @why, if it isn't what the
 * protocol promises; -ENOMEM. */
typedef int (*TaskPrinter)(Ctl *ctl, void *data, Span value, Buffer *why);

typedef struct Task {
    const char *method;
    Span subject; /* names the task in messages: a class */
    Span params;  /* the members of `params`, without the braces; may be empty */
    TaskProgress progress;
    TaskPrinter on_partial; /* prints partial results; NULL: none are asked for */
    TaskPrinter on_result;  /* prints the result, and what a canceled operation came to */
    void *data;             /* for both */
} Task;

ExitStatus task_run(Ctl *ctl, const Task *task);

/* Appends the members of `params` that every operation has, from the options: namespace (that of
 * @path goes first), timeoutMs, properties. */
void task_put_params(const Ctl *ctl, const Path *path, Buffer *params);
