#include "agent/fault.h"

#include "protocol/payload.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static int PRINTF_LIKE(4, 0)
    set(Fault *fault, MI_Result result, unsigned flags, const char *format, va_list arguments)
{
    fault->result = result;
    fault->flags = flags;
    vsnprintf(fault->message, sizeof(fault->message), format, arguments);
    return -EINVAL;
}

int fault_set(Fault *fault, MI_Result result, const char *format, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, format);
    r = set(fault, result, 0, format, arguments);
    va_end(arguments);
    return r;
}

int fault_set_params(Fault *fault, const char *format, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, format);
    r = set(fault, MI_RESULT_INVALID_PARAMETER, RESULT_INVALID_PARAMS, format, arguments);
    va_end(arguments);
    return r;
}

int fault_set_library(Fault *fault, MI_Result result, const char *format, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, format);
    r = set(fault, result, RESULT_FAULT, format, arguments);
    va_end(arguments);
    return r;
}

int fault_set_class(Fault *fault, MI_Result result, const char *format, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, format);
    r = set(fault, result, RESULT_FAULT | RESULT_CLASS_FAULT, format, arguments);
    va_end(arguments);
    return r;
}

int fault_set_memory(Fault *fault)
{
    fault_set(fault, MI_RESULT_SERVER_LIMITS_EXCEEDED,
              "the provider's process is out of memory ('agentMemory', or MEMORY of its "
              "registration, limits it): ask again later, or ask for less");
    return -ENOMEM;
}
