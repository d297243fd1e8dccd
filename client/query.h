/*
 * What takes a query: query, subscribe.
 */
#pragma once

#include "client/job.h"

/* Runs @method with the query @text in the dialect of the options, and lists what comes. */
ExitStatus query_run_method(Ctl *ctl, const char *method, const char *text);
