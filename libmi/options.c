/*
 * The function tables of the three kinds of options. Most of their functions are the same but for
 * the type of the handle: DEFINE_COMMON makes these.
 */
#include "libmi/options.h"

#include <strings.h>

/* What @prefix_... functions of @Type, whose table is @table, have in common. */
#define DEFINE_COMMON(Type, prefix, table)                                                         \
    static OptionList *prefix##_list_of(const Type *options)                                       \
    {                                                                                              \
        if (options == NULL || options->ft != &(table))                                            \
            return NULL;                                                                           \
        return (OptionList *)(uintptr_t)options->reserved2;                                        \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_make(Type *ret, OptionList *list)                                    \
    {                                                                                              \
        if (ret == NULL) {                                                                         \
            option_list_free(list);                                                                \
            return MI_RESULT_INVALID_PARAMETER;                                                    \
        }                                                                                          \
        *ret = (Type){0};                                                                          \
        if (list == NULL)                                                                          \
            return MI_RESULT_SERVER_LIMITS_EXCEEDED;                                               \
        ret->reserved2 = (ptrdiff_t)(uintptr_t)list;                                               \
        ret->ft = &(table);                                                                        \
        return MI_RESULT_OK;                                                                       \
    }                                                                                              \
                                                                                                   \
    static void prefix##_end(Type *options)                                                        \
    {                                                                                              \
        OptionList *list = prefix##_list_of(options);                                              \
                                                                                                   \
        if (list == NULL)                                                                          \
            return;                                                                                \
        option_list_free(list);                                                                    \
        *options = (Type){0};                                                                      \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_clone(const Type *options, Type *ret)                                \
    {                                                                                              \
        const OptionList *list = prefix##_list_of(options);                                        \
                                                                                                   \
        if (list == NULL || ret == NULL)                                                           \
            return MI_RESULT_INVALID_PARAMETER;                                                    \
        return prefix##_make(ret, option_list_clone(list));                                        \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_set_string(Type *options, const MI_Char *name, const MI_Char *value, \
                                         MI_Uint32 flags)                                          \
    {                                                                                              \
        MI_Value copy = {.string = (MI_Char *)(uintptr_t)value};                                   \
                                                                                                   \
        return option_list_set(prefix##_list_of(options), name, MI_STRING, &copy, flags);          \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_set_interval(Type *options, const MI_Char *name,                     \
                                           const MI_Interval *value, MI_Uint32 flags)              \
    {                                                                                              \
        MI_Value copy = {.datetime = {.isTimestamp = 0}};                                          \
                                                                                                   \
        if (value == NULL)                                                                         \
            return MI_RESULT_INVALID_PARAMETER;                                                    \
        copy.datetime.u.interval = *value;                                                         \
        return option_list_set(prefix##_list_of(options), name, MI_DATETIME, &copy, flags);        \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_get_string(const Type *options, const MI_Char *name,                 \
                                         const MI_Char **ret, MI_Uint32 *index, MI_Uint32 *flags)  \
    {                                                                                              \
        MI_Value value;                                                                            \
        MI_Result r = ret == NULL ? MI_RESULT_INVALID_PARAMETER                                    \
                                  : option_list_get_as(prefix##_list_of(options), name, MI_STRING, \
                                                       &value, index, flags);                      \
                                                                                                   \
        if (r == MI_RESULT_OK)                                                                     \
            *ret = value.string;                                                                   \
        return r;                                                                                  \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_get_number(const Type *options, const MI_Char *name, MI_Uint32 *ret, \
                                         MI_Uint32 *index, MI_Uint32 *flags)                       \
    {                                                                                              \
        MI_Value value;                                                                            \
        MI_Result r = ret == NULL ? MI_RESULT_INVALID_PARAMETER                                    \
                                  : option_list_get_as(prefix##_list_of(options), name, MI_UINT32, \
                                                       &value, index, flags);                      \
                                                                                                   \
        if (r == MI_RESULT_OK)                                                                     \
            *ret = value.uint32;                                                                   \
        return r;                                                                                  \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_get_interval(const Type *options, const MI_Char *name,               \
                                           MI_Interval *ret, MI_Uint32 *index, MI_Uint32 *flags)   \
    {                                                                                              \
        MI_Value value;                                                                            \
        MI_Result r = ret == NULL ? MI_RESULT_INVALID_PARAMETER                                    \
                                  : option_list_get_as(prefix##_list_of(options), name,            \
                                                       MI_DATETIME, &value, index, flags);         \
                                                                                                   \
        if (r == MI_RESULT_OK && value.datetime.isTimestamp)                                       \
            r = MI_RESULT_TYPE_MISMATCH;                                                           \
        if (r == MI_RESULT_OK)                                                                     \
            *ret = value.datetime.u.interval;                                                      \
        return r;                                                                                  \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_count(const Type *options, MI_Uint32 *count)                         \
    {                                                                                              \
        const OptionList *list = prefix##_list_of(options);                                        \
                                                                                                   \
        if (list == NULL || count == NULL)                                                         \
            return MI_RESULT_INVALID_PARAMETER;                                                    \
        *count = list->count;                                                                      \
        return MI_RESULT_OK;                                                                       \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_get_at(const Type *options, MI_Uint32 index, const MI_Char **name,   \
                                     MI_Value *value, MI_Type *type, MI_Uint32 *flags)             \
    {                                                                                              \
        return option_list_get_at(prefix##_list_of(options), index, name, value, type, flags);     \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_get(const Type *options, const MI_Char *name, MI_Value *value,       \
                                  MI_Type *type, MI_Uint32 *index, MI_Uint32 *flags)               \
    {                                                                                              \
        return option_list_get(prefix##_list_of(options), name, value, type, index, flags);        \
    }

/* As DEFINE_COMMON, for those that have credentials. */
#define DEFINE_CREDENTIALS(Type, prefix)                                                           \
    static MI_Result prefix##_add_credentials(Type *options, const MI_Char *name,                  \
                                              const MI_UserCredentials *credentials,               \
                                              MI_Uint32 flags)                                     \
    {                                                                                              \
        return option_list_add_credentials(prefix##_list_of(options), name, credentials, flags);   \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_count_credentials(const Type *options, MI_Uint32 *count)             \
    {                                                                                              \
        const OptionList *list = prefix##_list_of(options);                                        \
                                                                                                   \
        if (list == NULL || count == NULL)                                                         \
            return MI_RESULT_INVALID_PARAMETER;                                                    \
        *count = list->credentials_count;                                                          \
        return MI_RESULT_OK;                                                                       \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_get_credentials(const Type *options, MI_Uint32 index,                \
                                              const MI_Char **name,                                \
                                              MI_UserCredentials *credentials, MI_Uint32 *flags)   \
    {                                                                                              \
        return option_list_get_credentials(prefix##_list_of(options), index, name, credentials,    \
                                           flags);                                                 \
    }                                                                                              \
                                                                                                   \
    static MI_Result prefix##_get_password(const Type *options, MI_Uint32 index,                   \
                                           const MI_Char **name, MI_Char *password,                \
                                           MI_Uint32 size, MI_Uint32 *needed, MI_Uint32 *flags)    \
    {                                                                                              \
        return option_list_get_password(prefix##_list_of(options), index, name, password, size,    \
                                        needed, flags);                                            \
    }

DEFINE_COMMON(MI_OperationOptions, operation, mi_operation_options_ft)
DEFINE_COMMON(MI_DestinationOptions, destination, mi_destination_options_ft)
DEFINE_CREDENTIALS(MI_DestinationOptions, destination)
DEFINE_COMMON(MI_SubscriptionDeliveryOptions, delivery, mi_subscription_delivery_options_ft)
DEFINE_CREDENTIALS(MI_SubscriptionDeliveryOptions, delivery)

/* ---- Where they differ ---- */

/* A channel is an option for each channel. */
static MI_Result operation_set_number(MI_OperationOptions *options, const MI_Char *name,
                                      MI_Uint32 number, MI_Uint32 flags)
{
    OptionList *list = operation_list_of(options);
    MI_Value value = {.uint32 = number};

    if (name != NULL && strcasecmp(name, MI_OP_OPTION_CHANNEL) == 0)
        return option_list_add(list, name, MI_UINT32, &value, flags);
    return option_list_set(list, name, MI_UINT32, &value, flags);
}

static MI_Result destination_set_number(MI_DestinationOptions *options, const MI_Char *name,
                                        MI_Uint32 number, MI_Uint32 flags)
{
    return option_list_set(destination_list_of(options), name, MI_UINT32,
                           &(MI_Value){.uint32 = number}, flags);
}

static MI_Result delivery_set_number(MI_SubscriptionDeliveryOptions *options, const MI_Char *name,
                                     MI_Uint32 number, MI_Uint32 flags)
{
    return option_list_set(delivery_list_of(options), name, MI_UINT32,
                           &(MI_Value){.uint32 = number}, flags);
}

static MI_Result operation_set_custom(MI_OperationOptions *options, const MI_Char *name,
                                      MI_Type type, const MI_Value *value, MI_Boolean must_comply,
                                      MI_Uint32 flags)
{
    /* A provider can't say what it complies with: as in <mi.h>, who must have it asks it. */
    (void)must_comply;
    return option_list_set_custom(operation_list_of(options), name, type, value, flags);
}

static MI_Result operation_get_channels(const MI_OperationOptions *options, const MI_Char *name,
                                        MI_Uint32 *channels, MI_Uint32 size, MI_Uint32 *count,
                                        MI_Uint32 *flags)
{
    const OptionList *list = operation_list_of(options);
    MI_Uint32 found = 0;

    if (list == NULL || name == NULL || count == NULL || (channels == NULL && size > 0))
        return MI_RESULT_INVALID_PARAMETER;
    for (MI_Uint32 i = 0; i < list->count; i++) {
        const Option *option = &list->options[i];

        if (strcasecmp(option->name, name) != 0 || option->type != MI_UINT32 || option->flags != 0)
            continue;
        if (found < size)
            channels[found] = option->value.uint32;
        found++;
    }
    *count = found;
    if (flags != NULL)
        *flags = 0;
    return size > 0 && found > size ? MI_RESULT_FAILED : MI_RESULT_OK;
}

static MI_Result delivery_set_datetime(MI_SubscriptionDeliveryOptions *options, const MI_Char *name,
                                       const MI_Datetime *value, MI_Uint32 flags)
{
    MI_Value copy;

    if (value == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    copy.datetime = *value;
    return option_list_set(delivery_list_of(options), name, MI_DATETIME, &copy, flags);
}

static MI_Result delivery_get_datetime(const MI_SubscriptionDeliveryOptions *options,
                                       const MI_Char *name, MI_Datetime *ret, MI_Uint32 *index,
                                       MI_Uint32 *flags)
{
    MI_Value value;
    MI_Result r = ret == NULL ? MI_RESULT_INVALID_PARAMETER
                              : option_list_get_as(delivery_list_of(options), name, MI_DATETIME,
                                                   &value, index, flags);

    if (r == MI_RESULT_OK)
        *ret = value.datetime;
    return r;
}

static MI_Result delivery_delete(MI_SubscriptionDeliveryOptions *options)
{
    if (delivery_list_of(options) == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    delivery_end(options);
    return MI_RESULT_OK;
}

const MI_OperationOptionsFT mi_operation_options_ft = {
    .Delete = operation_end,
    .SetString = operation_set_string,
    .SetNumber = operation_set_number,
    .SetCustomOption = operation_set_custom,
    .GetString = operation_get_string,
    .GetNumber = operation_get_number,
    .GetOptionCount = operation_count,
    .GetOptionAt = operation_get_at,
    .GetOption = operation_get,
    .GetEnabledChannels = operation_get_channels,
    .Clone = operation_clone,
    .SetInterval = operation_set_interval,
    .GetInterval = operation_get_interval,
};

const MI_DestinationOptionsFT mi_destination_options_ft = {
    .Delete = destination_end,
    .SetString = destination_set_string,
    .SetNumber = destination_set_number,
    .AddCredentials = destination_add_credentials,
    .GetString = destination_get_string,
    .GetNumber = destination_get_number,
    .GetOptionCount = destination_count,
    .GetOptionAt = destination_get_at,
    .GetOption = destination_get,
    .GetCredentialsCount = destination_count_credentials,
    .GetCredentialsAt = destination_get_credentials,
    .GetCredentialsPasswordAt = destination_get_password,
    .Clone = destination_clone,
    .SetInterval = destination_set_interval,
    .GetInterval = destination_get_interval,
};

const MI_SubscriptionDeliveryOptionsFT mi_subscription_delivery_options_ft = {
    .SetString = delivery_set_string,
    .SetNumber = delivery_set_number,
    .SetDateTime = delivery_set_datetime,
    .SetInterval = delivery_set_interval,
    .AddCredentials = delivery_add_credentials,
    .Delete = delivery_delete,
    .GetString = delivery_get_string,
    .GetNumber = delivery_get_number,
    .GetDateTime = delivery_get_datetime,
    .GetInterval = delivery_get_interval,
    .GetOptionCount = delivery_count,
    .GetOptionAt = delivery_get_at,
    .GetOption = delivery_get,
    .GetCredentialsCount = delivery_count_credentials,
    .GetCredentialsAt = delivery_get_credentials,
    .GetCredentialsPasswordAt = delivery_get_password,
    .Clone = delivery_clone,
};

MI_Result operation_options_new(MI_OperationOptions *ret)
{
    return operation_make(ret, option_list_new());
}

MI_Result destination_options_new(MI_DestinationOptions *ret)
{
    return destination_make(ret, option_list_new());
}

MI_Result subscription_delivery_options_new(MI_SubscriptionDeliveryOptions *ret)
{
    return delivery_make(ret, option_list_new());
}

const OptionList *operation_options_list(const MI_OperationOptions *options)
{
    return operation_list_of(options);
}

const OptionList *destination_options_list(const MI_DestinationOptions *options)
{
    return destination_list_of(options);
}
