#include "agent/cim_error.h"

#include "agent/outlet.h"
#include "mi/instance_impl.h"
#include "protocol/mi_json.h"

#include <errno.h>
#include <string.h>

MI_Result cim_error_result_of_code(MI_Uint32 code, const MI_Char *type)
{
    if (type == NULL || strcmp(type, MI_RESULT_TYPE_MI) == 0)
        return code == 0 ? MI_RESULT_FAILED : (MI_Result)code;
    if (strcmp(type, MI_RESULT_TYPE_ERRNO) == 0) {
        if (code == EACCES || code == EPERM)
            return MI_RESULT_ACCESS_DENIED;
        if (code == ENOENT || code == ESRCH)
            return MI_RESULT_NOT_FOUND;
        if (code == EEXIST)
            return MI_RESULT_ALREADY_EXISTS;
    }
    return MI_RESULT_FAILED;
}

void cim_error_put_text(Buffer *to, MI_Uint32 code, const MI_Char *type, const MI_Char *message)
{
    buffer_put_string(to, message == NULL ? "" : message);
    if (type != NULL && strcmp(type, MI_RESULT_TYPE_MI) != 0)
        buffer_printf(to, "%s(%s %u)", to->size > 0 ? " " : "", type, code);
}

/* CIM's status codes are MI's results. */
static MI_Result result_of(const MI_Instance *instance)
{
    MI_Value value;
    MI_Type type;

    if (MI_Instance_GetElement(instance, "CIMStatusCode", &value, &type, NULL, NULL) !=
        MI_RESULT_OK)
        return MI_RESULT_FAILED;
    if (type == MI_UINT16 && value.uint16 > 0 && value.uint16 <= MI_RESULT_SERVER_IS_SHUTTING_DOWN)
        return (MI_Result)value.uint16;
    if (type == MI_UINT32 && value.uint32 > 0 && value.uint32 <= MI_RESULT_SERVER_IS_SHUTTING_DOWN)
        return (MI_Result)value.uint32;
    return MI_RESULT_FAILED;
}

MI_Result cim_error_read(CimError *error, const MI_Instance *instance)
{
    MI_Value value;
    MI_Type type;
    MI_Uint32 flags;

    *error = (CimError){.result = MI_RESULT_FAILED};
    if (!instance_is_valid(instance))
        return MI_RESULT_INVALID_PARAMETER;
    error->result = result_of(instance);
    if (MI_Instance_GetElement(instance, "Message", &value, &type, &flags, NULL) == MI_RESULT_OK &&
        type == MI_STRING && (flags & MI_FLAG_NULL) == 0)
        error->message = value.string;
    if (mi_json_put_instance(&error->json, instance, NULL) < 0 ||
        error->json.size > OUTLET_MAX_INSTANCE)
        buffer_deinit(&error->json);
    return MI_RESULT_OK;
}

void cim_error_deinit(CimError *error)
{
    buffer_deinit(&error->json);
}
