/*
 * Errors as instances of CIM_Error: what a client gets beside a result and a sentence.
 */
#pragma once

#include <mi.h>

extern const MI_UtilitiesFT mi_utilities_ft;

/* Makes a CIM_Error, to be freed with MI_Instance_Delete(). NULL without memory. @message may be
 * NULL. */
MI_Instance *cim_error_new(MI_Result result, const char *message);
