/*
 * What a verb wants done: one request, and functions that print what comes back.
 *
 * A verb fills a Job and hands it to job_run(), which connects, sends, shows progress, cancels at
 * Ctrl-C, prints, and turns every way in which that can end into one exit status with one line that
 * says why.
 */
#pragma once

#include "client/ctl.h"
#include "client/path.h"

typedef enum JobKind {
    JOB_OPERATION, /* a provider's work: takes its time, and Ctrl-C cancels it */
    JOB_QUESTION,  /* the server answers it at once: not for ever awaited, and Ctrl-C leaves */
} JobKind;

typedef enum JobParams {
    JOB_PARAMS_FROM_WORDS, /* NAME=VALUE: an error says how they say what was expected */
    JOB_PARAMS_AS_GIVEN,   /* JSON of the user's own */
} JobParams;

typedef enum JobProgress {
    JOB_NO_PROGRESS,
    JOB_WITH_PROGRESS, /* a workDoneToken is sent, and reports are shown on a terminal */
} JobProgress;

enum {
    JOB_PRINTED = 0,
    JOB_HOLDS, /* something is held back, for more to come: on_rest prints it */
};

/* Prints @value to ctl->output.text. JOB_PRINTED or JOB_HOLDS; -EBADMSG with a sentence in @why, if
 * it isn't what the protocol promises; -ENOMEM. */
typedef int (*JobPrinter)(Ctl *ctl, void *data, Span value, Buffer *why);

typedef struct Job {
    JobKind kind;
    const char *method;
    Span subject; /* names the job in messages: a class */
    Span params;  /* the members of `params`, without the braces; none: no tokens either */
    JobParams params_kind;
    JobProgress progress;
    JobPrinter on_partial; /* prints partial results; NULL: none are asked for */
    JobPrinter on_result;  /* prints the result, and what a canceled operation came to */
    JobPrinter on_rest;    /* prints what is held back, without a value; for JOB_HOLDS */
    JobPrinter on_notice;  /* prints each notification of the server as a whole; NULL: none is */
    void *data;            /* for all of them */
} Job;

ExitStatus job_run(Ctl *ctl, const Job *job);

/* Appends the members of `params` that every operation has, from the options: namespace (that of
 * @path goes first), timeoutMs, properties, messages, prompts. */
void job_put_params(const Ctl *ctl, const Path *path, Buffer *params);
