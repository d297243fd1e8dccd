/*
 * A job whose result is many instances, printed while they come: enumerate, associators,
 * references.
 */
#pragma once

#include "client/job.h"

/* Appends the members that such jobs have beside those of job_put_params, from the options:
 * keysOnly, depth, associationClass, resultClass, role, resultRole. */
void listing_job_put_options(const Ctl *ctl, Buffer *params);

/* Runs @method with the members @params; @subject names the job in messages. */
ExitStatus listing_job_run(Ctl *ctl, const char *method, Span subject, const Buffer *params);

/* As listing_job_run, about the instance that @words name: associators, references. */
ExitStatus listing_job_run_about(Ctl *ctl, const char *method, int count, char **words);
