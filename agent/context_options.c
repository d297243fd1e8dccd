#include "agent/context_options.h"

#include "agent/operation.h"

#include <stdio.h>
#include <string.h>

MI_Result context_get_locale(const MI_Context *context, MI_LocaleType type, MI_Char *locale)
{
    Operation *operation;
    MI_Result r = MI_RESULT_NOT_FOUND;

    if (locale == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    locale[0] = '\0';
    if ((unsigned)type > MI_LOCALE_TYPE_CLOSEST_DATA)
        return MI_RESULT_INVALID_PARAMETER;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (operation->task != NULL && operation->task->locale != NULL) {
        snprintf(locale, MI_MAX_LOCALE_SIZE, "%s", operation->task->locale);
        r = MI_RESULT_OK;
    }
    operation_leave(operation);
    return r;
}

MI_Result context_set_string_option(MI_Context *context, const MI_Char *name, const MI_Char *value)
{
    Operation *operation;
    int r;

    if (name == NULL || value == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = set_option_add(&operation->set_options, name, value);
    operation_leave(operation);
    return r < 0 ? MI_RESULT_FAILED : MI_RESULT_OK;
}

/* The client's option called @name. */
static MI_Result find_option(const Operation *operation, const MI_Char *name, MI_Value *value,
                             MI_Type *type)
{
    const Task *task = operation->task;

    if (task == NULL || task->options == NULL ||
        MI_Instance_GetElement(task->options, name, value, type, NULL, NULL) != MI_RESULT_OK)
        return MI_RESULT_NOT_FOUND;
    return MI_RESULT_OK;
}

static MI_Result get_option(MI_Context *context, const MI_Char *name, MI_Value *value,
                            MI_Type *type)
{
    Operation *operation;
    MI_Result r;

    if (name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = find_option(operation, name, value, type);
    operation_leave(operation);
    return r;
}

/* What the provider set comes before what the client asked for. */
static MI_Result find_string(const Operation *operation, const MI_Char *name, const MI_Char **ret)
{
    MI_Value value;
    MI_Type type;
    MI_Result r;

    *ret = set_option_find(operation->set_options, name);
    if (*ret != NULL)
        return MI_RESULT_OK;
    r = find_option(operation, name, &value, &type);
    if (r == MI_RESULT_OK && type != MI_STRING)
        return MI_RESULT_TYPE_MISMATCH;
    if (r == MI_RESULT_OK)
        *ret = value.string;
    return r;
}

MI_Result context_get_string_option(MI_Context *context, const MI_Char *name, const MI_Char **ret)
{
    Operation *operation;
    MI_Result r;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = find_string(operation, name, ret);
    operation_leave(operation);
    return r;
}

/* Any integer of which a uint32 can hold the value. */
static MI_Result to_number(const MI_Value *value, MI_Type type, MI_Uint32 *ret)
{
    MI_Uint64 number = 0;
    MI_Sint64 signed_number = 0;

    switch ((unsigned)type) {
    case MI_UINT8:
        number = value->uint8;
        break;
    case MI_UINT16:
        number = value->uint16;
        break;
    case MI_UINT32:
        number = value->uint32;
        break;
    case MI_UINT64:
        number = value->uint64;
        break;
    case MI_SINT8:
        signed_number = value->sint8;
        break;
    case MI_SINT16:
        signed_number = value->sint16;
        break;
    case MI_SINT32:
        signed_number = value->sint32;
        break;
    case MI_SINT64:
        signed_number = value->sint64;
        break;
    default:
        return MI_RESULT_TYPE_MISMATCH;
    }
    if (signed_number > 0)
        number = (MI_Uint64)signed_number;
    if (signed_number < 0 || number > UINT32_MAX)
        return MI_RESULT_TYPE_MISMATCH;
    *ret = (MI_Uint32)number;
    return MI_RESULT_OK;
}

MI_Result context_get_number_option(MI_Context *context, const MI_Char *name, MI_Uint32 *ret)
{
    MI_Value value;
    MI_Type type;
    MI_Result r;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = 0;
    r = get_option(context, name, &value, &type);
    return r == MI_RESULT_OK ? to_number(&value, type, ret) : r;
}

MI_Result context_get_custom_option(MI_Context *context, const MI_Char *name, MI_Type *type,
                                    MI_Value *value)
{
    if (type == NULL || value == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *type = MI_BOOLEAN;
    memset(value, 0, sizeof(*value));
    return get_option(context, name, value, type);
}

MI_Result context_get_custom_option_count(MI_Context *context, MI_Uint32 *count)
{
    Operation *operation;

    if (count == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *count = 0;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (operation->task != NULL && operation->task->options != NULL)
        MI_Instance_GetElementCount(operation->task->options, count);
    operation_leave(operation);
    return MI_RESULT_OK;
}

MI_Result context_get_custom_option_at(MI_Context *context, MI_Uint32 index, const MI_Char **name,
                                       MI_Type *type, MI_Value *value)
{
    Operation *operation;
    MI_Result r = MI_RESULT_NOT_FOUND;

    if (name == NULL || type == NULL || value == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *name = NULL;
    *type = MI_BOOLEAN;
    memset(value, 0, sizeof(*value));
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (operation->task != NULL && operation->task->options != NULL &&
        MI_Instance_GetElementAt(operation->task->options, index, name, value, type, NULL) ==
            MI_RESULT_OK)
        r = MI_RESULT_OK;
    operation_leave(operation);
    return r;
}
