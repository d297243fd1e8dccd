/*
 * What stands behind MI_PropertySet: the names of the properties that a client asked for.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>

#define PROPERTY_SET_MAX 4096 /* names; one more is MI_RESULT_SERVER_LIMITS_EXCEEDED */

extern const MI_PropertySetFT mi_property_set_ft;

/* An empty set. *@ret is NULL unless it is made, and is freed with MI_PropertySet_Delete() or
 * property_set_free(). MI_RESULT_FAILED without memory. */
MI_Result property_set_new(MI_PropertySet **ret);

/* NULL is fine. */
void property_set_free(MI_PropertySet *self);
DEFINE_CLEANUP(MI_PropertySet, property_set_free)
