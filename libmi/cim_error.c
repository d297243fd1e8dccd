#include "libmi/cim_error.h"

#include "mi/instance_impl.h"
#include "protocol/result.h"

#include <errno.h>
#include <string.h>

/* Adds an element, unless something failed before. */
static void add_string(MI_Instance *error, const char *name, const char *text, MI_Result *r)
{
    MI_Value value = {.string = (MI_Char *)(uintptr_t)text};

    if (*r == MI_RESULT_OK)
        *r = MI_Instance_AddElement(error, name, text == NULL ? NULL : &value, MI_STRING, 0);
}

static void add_number(MI_Instance *error, const char *name, MI_Type type, MI_Uint32 number,
                       MI_Result *r)
{
    MI_Value value = {.uint32 = number};

    if (type == MI_UINT16)
        value.uint16 = (MI_Uint16)number;
    if (*r == MI_RESULT_OK)
        *r = MI_Instance_AddElement(error, name, &value, type, 0);
}

static MI_Result make(MI_Uint32 code, const char *type, MI_Result result, MI_ErrorCategory category,
                      const char *message, MI_Instance **ret)
{
    CLEANUP(instance_freep) MI_Instance *error = NULL;
    MI_Result r = instance_new_dynamic("CIM_Error", MI_FLAG_CLASS, &error);

    add_string(error, "Message", message, &r);
    add_number(error, "CIMStatusCode", MI_UINT32, result, &r);
    add_string(error, "CIMStatusCodeDescription", result_name(result), &r);
    add_string(error, "error_Type", type, &r);
    add_number(error, "error_Code", MI_UINT32, code, &r);
    add_number(error, "error_Category", MI_UINT16, category, &r);
    add_string(error, "OwningEntity", "mihost", &r);
    if (r == MI_RESULT_OK)
        *ret = take_pointer(error);
    return r;
}

/* The category of an MI_Result. */
static MI_ErrorCategory category_of(MI_Uint32 result)
{
    static const MI_ErrorCategory categories[] = {
        [MI_RESULT_ACCESS_DENIED] = MI_ERRORCATEGORY_ACCESS_DENIED,
        [MI_RESULT_INVALID_NAMESPACE] = MI_ERRORCATEGORY_OBJECT_NOT_FOUND,
        [MI_RESULT_INVALID_PARAMETER] = MI_ERRORCATEGORY_INVALID_ARGUMENT,
        [MI_RESULT_INVALID_CLASS] = MI_ERRORCATEGORY_METADATA_ERROR,
        [MI_RESULT_NOT_FOUND] = MI_ERRORCATEGORY_OBJECT_NOT_FOUND,
        [MI_RESULT_NOT_SUPPORTED] = MI_ERRORCATEGORY_NOT_IMPLEMENTED,
        [MI_RESULT_CLASS_HAS_CHILDREN] = MI_ERRORCATEGORY_INVALID_OPERATION,
        [MI_RESULT_CLASS_HAS_INSTANCES] = MI_ERRORCATEGORY_INVALID_OPERATION,
        [MI_RESULT_INVALID_SUPERCLASS] = MI_ERRORCATEGORY_METADATA_ERROR,
        [MI_RESULT_ALREADY_EXISTS] = MI_ERRORCATEGORY_RESOURCE_EXISTS,
        [MI_RESULT_NO_SUCH_PROPERTY] = MI_ERRORCATEGORY_OBJECT_NOT_FOUND,
        [MI_RESULT_TYPE_MISMATCH] = MI_ERRORCATEGORY_INVALID_TYPE,
        [MI_RESULT_QUERY_LANGUAGE_NOT_SUPPORTED] = MI_ERRORCATEGORY_NOT_IMPLEMENTED,
        [MI_RESULT_INVALID_QUERY] = MI_ERRORCATEGORY_SYNTAX_ERROR,
        [MI_RESULT_METHOD_NOT_AVAILABLE] = MI_ERRORCATEGORY_INVALID_OPERATION,
        [MI_RESULT_METHOD_NOT_FOUND] = MI_ERRORCATEGORY_OBJECT_NOT_FOUND,
        [MI_RESULT_NAMESPACE_NOT_EMPTY] = MI_ERRORCATEGORY_INVALID_OPERATION,
        [MI_RESULT_INVALID_ENUMERATION_CONTEXT] = MI_ERRORCATEGORY_INVALID_ARGUMENT,
        [MI_RESULT_INVALID_OPERATION_TIMEOUT] = MI_ERRORCATEGORY_INVALID_ARGUMENT,
        [MI_RESULT_PULL_HAS_BEEN_ABANDONED] = MI_ERRORCATEGORY_OPERATION_STOPPED,
        [MI_RESULT_PULL_CANNOT_BE_ABANDONED] = MI_ERRORCATEGORY_CLOS_EERROR,
        [MI_RESULT_FILTERED_ENUMERATION_NOT_SUPPORTED] = MI_ERRORCATEGORY_NOT_IMPLEMENTED,
        [MI_RESULT_CONTINUATION_ON_ERROR_NOT_SUPPORTED] = MI_ERRORCATEGORY_NOT_IMPLEMENTED,
        [MI_RESULT_SERVER_LIMITS_EXCEEDED] = MI_ERRORCATEGORY_RESOURCE_BUSY,
        [MI_RESULT_SERVER_IS_SHUTTING_DOWN] = MI_ERRORCATEGORY_RESOURCE_UNAVAILABLE,
    };

    return result < ARRAY_SIZE(categories) ? categories[result] : MI_ERRORCATEGORY_NOT_SPECIFIED;
}

/* What the system's error numbers mean in MI's terms. */
static const struct {
    MI_Uint32 number;
    MI_Result result;
    MI_ErrorCategory category;
} numbers[] = {
    {EPERM, MI_RESULT_ACCESS_DENIED, MI_ERRORCATEGORY_ACCESS_DENIED},
    {EACCES, MI_RESULT_ACCESS_DENIED, MI_ERRORCATEGORY_ACCESS_DENIED},
    {ENOENT, MI_RESULT_NOT_FOUND, MI_ERRORCATEGORY_OBJECT_NOT_FOUND},
    {ESRCH, MI_RESULT_NOT_FOUND, MI_ERRORCATEGORY_OBJECT_NOT_FOUND},
    {EEXIST, MI_RESULT_ALREADY_EXISTS, MI_ERRORCATEGORY_RESOURCE_EXISTS},
    {EINVAL, MI_RESULT_INVALID_PARAMETER, MI_ERRORCATEGORY_INVALID_ARGUMENT},
    {EBUSY, MI_RESULT_FAILED, MI_ERRORCATEGORY_RESOURCE_BUSY},
    {ENOMEM, MI_RESULT_SERVER_LIMITS_EXCEEDED, MI_ERRORCATEGORY_RESOURCE_UNAVAILABLE},
    {ETIMEDOUT, MI_RESULT_FAILED, MI_ERRORCATEGORY_OPERATION_TIMEOUT},
    {ECANCELED, MI_RESULT_FAILED, MI_ERRORCATEGORY_OPERATION_STOPPED},
    {ENOSYS, MI_RESULT_NOT_SUPPORTED, MI_ERRORCATEGORY_NOT_IMPLEMENTED},
    {EDEADLK, MI_RESULT_FAILED, MI_ERRORCATEGORY_DEADLOCK_DETECTED},
    {EDQUOT, MI_RESULT_SERVER_LIMITS_EXCEEDED, MI_ERRORCATEGORY_QUOTA_EXCEEDED},
};

static bool is_type(const char *type, const char *wanted)
{
    return type != NULL && strcmp(type, wanted) == 0;
}

static MI_ErrorCategory MI_CALL MapErrorToMiErrorCategory(const MI_Char *type, MI_Uint32 error)
{
    if (is_type(type, MI_RESULT_TYPE_MI))
        return category_of(error);
    for (size_t i = 0; is_type(type, MI_RESULT_TYPE_ERRNO) && i < ARRAY_SIZE(numbers); i++)
        if (numbers[i].number == error)
            return numbers[i].category;
    return MI_ERRORCATEGORY_NOT_SPECIFIED;
}

static MI_Result MI_CALL CimErrorFromErrorCode(MI_Uint32 error, const MI_Char *type,
                                               const MI_Char *message, MI_Instance **ret)
{
    MI_Result result = MI_RESULT_FAILED;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (type == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (is_type(type, MI_RESULT_TYPE_MI) && error <= MI_RESULT_SERVER_IS_SHUTTING_DOWN)
        result = (MI_Result)error;
    for (size_t i = 0; is_type(type, MI_RESULT_TYPE_ERRNO) && i < ARRAY_SIZE(numbers); i++)
        if (numbers[i].number == error)
            result = numbers[i].result;
    return make(error, type, result, MapErrorToMiErrorCategory(type, error), message, ret);
}

MI_Instance *cim_error_new(MI_Result result, const char *message)
{
    MI_Instance *error = NULL;

    (void)make(result, MI_RESULT_TYPE_MI, result, category_of(result), message, &error);
    return error;
}

const MI_UtilitiesFT mi_utilities_ft = {
    .MapErrorToMiErrorCategory = MapErrorToMiErrorCategory,
    .CimErrorFromErrorCode = CimErrorFromErrorCode,
};
