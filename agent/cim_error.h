/*
 * Errors as providers report them, as a code that somebody counts, or as an instance of CIM_Error:
 * what they say in MI's terms.
 */
#pragma once

#include "base/buffer.h"

#include <mi.h>

/* The MI_Result that @code, counted as @type says (MI_RESULT_TYPE_*; NULL: MI's), comes closest to;
 * never MI_RESULT_OK. */
MI_Result cim_error_result_of_code(MI_Uint32 code, const MI_Char *type);

/* Appends @message (may be NULL), and a code that isn't MI's behind it. */
void cim_error_put_text(Buffer *to, MI_Uint32 code, const MI_Char *type, const MI_Char *message);

/* An instance of CIM_Error, or of a class that derives from it. */
typedef struct CimError {
    MI_Result result;
    const MI_Char *message; /* the instance's; NULL: none */
    Buffer json;            /* empty if it has no JSON, or is too large */
    MI_Instance *imported;  /* what it is read from, if it was of another maker */
} CimError;

/* Ended by cim_error_deinit. MI_RESULT_OK, or MI_RESULT_INVALID_PARAMETER for what is no instance.
 */
MI_Result cim_error_read(CimError *error, const MI_Instance *instance);
void cim_error_deinit(CimError *error);
