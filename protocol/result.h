/*
 * MI_Result and MI_CancellationReason in words: the names that error data carries, and a sentence
 * for each result.
 */
#pragma once

#include "mi.h"

#include <stddef.h>

/* "MI_RESULT_NOT_FOUND"; an unknown value is "MI_RESULT_UNKNOWN": names stay a closed set. */
const char *result_name(MI_Result result);

/* A short sentence, lower case: "the requested object could not be found". */
const char *result_text(MI_Result result);

/* "none", "timeout", "shutdown", "serviceStop": the names of the protocol page;
 * "unknown" for a number that is none. */
const char *reason_name(MI_CancellationReason reason);

/* 0 and the reason, or -EINVAL. @name needs no 0 at its end. */
int reason_from_name(const char *name, size_t size, MI_CancellationReason *ret);
