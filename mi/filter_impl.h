/*
 * What stands behind MI_Filter: the query that a client sent, as it sent it.
 *
 * Nothing here evaluates it: Evaluate answers MI_RESULT_NOT_SUPPORTED, and a provider that filters
 * reads the text.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>

extern const MI_FilterFT mi_filter_ft;

/* Copies both texts. *@ret is NULL unless it is made, and is freed with filter_free(), since
 * MI_FilterFT has no Delete. MI_RESULT_INVALID_PARAMETER for NULL; MI_RESULT_FAILED without memory.
 */
MI_Result filter_new(const char *language, const char *expression, MI_Filter **ret);

/* NULL is fine. */
void filter_free(MI_Filter *self);
DEFINE_CLEANUP(MI_Filter, filter_free)
