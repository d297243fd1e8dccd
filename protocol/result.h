/*
 * MI_Result in words: the names that error data carries, and the sentence for each.
 */
#pragma once

#include "mi.h"

/* "MI_RESULT_NOT_FOUND"; "MI_RESULT_<number>" is never returned: an unknown value is "MI_RESULT_UNKNOWN". */
const char *result_name(MI_Result result);

/* A short sentence, lower case: "the requested object could not be found". */
const char *result_text(MI_Result result);

/* "none", "timeout", "shutdown", "serviceStop": the names of the protocol page. */
const char *reason_name(MI_CancellationReason reason);

/* 0 and the reason, or -EINVAL. */
int reason_from_name(const char *name, size_t size, MI_CancellationReason *ret);
