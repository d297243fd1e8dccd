#include "agent/cim_error.h"

#include "agent/outlet.h"
#include "mi/class_decl.h"
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

/* The value of the element @name, of type @type; NULL if there is none. */
static const void *find(const MI_Instance *instance, const char *name, MI_Type type)
{
    const MI_ObjectDecl *decl = instance_decl(instance);
    MI_Uint32 index = class_find_property(decl, name);

    if (index == CLASS_NOT_FOUND || decl->properties[index]->type != (MI_Uint32)type)
        return NULL;
    return instance_value(instance, index);
}

/* CIM's status codes are MI's results. */
static MI_Result result_of(const MI_Instance *instance)
{
    const MI_Uint16 *small = find(instance, "CIMStatusCode", MI_UINT16);
    const MI_Uint32 *large = find(instance, "CIMStatusCode", MI_UINT32);
    MI_Uint32 code = small != NULL ? *small : large != NULL ? *large : 0;

    if (code == 0 || code > MI_RESULT_SERVER_IS_SHUTTING_DOWN)
        return MI_RESULT_FAILED;
    return (MI_Result)code;
}

MI_Result cim_error_read(CimError *error, const MI_Instance *instance)
{
    const MI_Char *const *message;

    *error = (CimError){.result = MI_RESULT_FAILED};
    if (instance_is_foreign(instance) &&
        instance_import(instance, &error->imported, VALUE_MAX_DEPTH) == MI_RESULT_OK)
        instance = error->imported;
    if (!instance_is_valid(instance))
        return MI_RESULT_INVALID_PARAMETER;
    error->result = result_of(instance);
    message = find(instance, "Message", MI_STRING);
    if (message != NULL)
        error->message = *message;
    if (mi_json_put_instance(&error->json, instance, NULL) < 0 ||
        error->json.size > OUTLET_MAX_INSTANCE)
        buffer_deinit(&error->json);
    return MI_RESULT_OK;
}

void cim_error_deinit(CimError *error)
{
    buffer_deinit(&error->json);
    instance_free(take_pointer(error->imported));
}
