#include "agent/fault.h"

#include "protocol/payload.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int fault_set(Fault *fault, MI_Result result, const char *format, ...)
{
    va_list arguments;

    fault->result = result;
    fault->flags = 0;
    va_start(arguments, format);
    vsnprintf(fault->message, sizeof(fault->message), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

int fault_set_params(Fault *fault, const char *format, ...)
{
    va_list arguments;

    fault->result = MI_RESULT_INVALID_PARAMETER;
    fault->flags = RESULT_INVALID_PARAMS;
    va_start(arguments, format);
    vsnprintf(fault->message, sizeof(fault->message), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

int fault_set_memory(Fault *fault)
{
    fault_set(fault, MI_RESULT_SERVER_LIMITS_EXCEEDED,
              "the provider's process is out of memory: ask again later, or ask for less");
    return -ENOMEM;
}
