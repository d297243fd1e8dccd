/*
 * Fault: why the agent itself refuses an operation, in a sentence that names the object and the way
 * out.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>

typedef struct Fault {
    MI_Result result;
    unsigned flags; /* RESULT_INVALID_PARAMS, RESULT_FAULT, RESULT_CLASS_FAULT, or 0 */
    char message[1024];
} Fault;

/* Fills @fault, and returns -EINVAL to be returned. */
int fault_set(Fault *fault, MI_Result result, const char *format, ...) PRINTF_LIKE(3, 4);

/* The client's params are wrong: as fault_set, and the answer says that nothing was run. */
int fault_set_params(Fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* The library is at fault, whatever is asked of it: as fault_set, and the server remembers it for
 * those who look at their providers. */
int fault_set_library(Fault *fault, MI_Result result, const char *format, ...) PRINTF_LIKE(3, 4);

/* As fault_set_library, of what is wrong with the class that was asked for: that others of the
 * library work says nothing of it. */
int fault_set_class(Fault *fault, MI_Result result, const char *format, ...) PRINTF_LIKE(3, 4);

/* Out of memory. Returns -ENOMEM. */
int fault_set_memory(Fault *fault);
