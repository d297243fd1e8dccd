/*
 * mi/operation_options.h: how an operation is done.
 *
 * Operation options are a list of named values, given to the functions that start an operation
 * (mi/session.h). Made by MI_Application_NewOperationOptions, ended by
 * MI_OperationOptions_Delete; an operation keeps a copy.
 */
#ifndef MIHOST_MI_OPERATION_OPTIONS_H
#define MIHOST_MI_OPERATION_OPTIONS_H

#include <mi/context.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_OperationOptions MI_OperationOptions;

/*
 * What becomes of a message, question or error of the provider: the client is told, or is asked
 * and waited for, or neither. [page]
 */
typedef enum _MI_CallbackMode {
    MI_CALLBACKMODE_REPORT = 0,  /* told */
    MI_CALLBACKMODE_INQUIRE = 1, /* asked, and waited for */
    MI_CALLBACKMODE_IGNORE = 2,  /* neither */
} MI_CallbackMode;

/* The word size of the provider that is wanted. [page] */
typedef enum _MI_ProviderArchitecture {
    MI_PROVIDER_ARCHITECTURE_32BIT = 0,
    MI_PROVIDER_ARCHITECTURE_64BIT = 1,
} MI_ProviderArchitecture;

/* The functions of operation options; MI_OperationOptions_* calls them. [page] */
typedef struct _MI_OperationOptionsFT {
    void (*Delete)(MI_OperationOptions *options);
    MI_Result (*SetString)(MI_OperationOptions *options, const MI_Char *optionName,
                           const MI_Char *value, MI_Uint32 flags);
    MI_Result (*SetNumber)(MI_OperationOptions *options, const MI_Char *optionName, MI_Uint32 value,
                           MI_Uint32 flags);
    MI_Result (*SetCustomOption)(MI_OperationOptions *options, const MI_Char *optionName,
                                 MI_Type valueType, const MI_Value *value, MI_Boolean mustComply,
                                 MI_Uint32 flags);
    MI_Result (*GetString)(const MI_OperationOptions *options, const MI_Char *optionName,
                           const MI_Char **value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetNumber)(const MI_OperationOptions *options, const MI_Char *optionName,
                           MI_Uint32 *value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetOptionCount)(const MI_OperationOptions *options, MI_Uint32 *count);
    MI_Result (*GetOptionAt)(const MI_OperationOptions *options, MI_Uint32 index,
                             const MI_Char **optionName, MI_Value *value, MI_Type *type,
                             MI_Uint32 *flags);
    MI_Result (*GetOption)(const MI_OperationOptions *options, const MI_Char *optionName,
                           MI_Value *value, MI_Type *type, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetEnabledChannels)(const MI_OperationOptions *options, const MI_Char *optionName,
                                    MI_Uint32 *channels, MI_Uint32 bufferLength,
                                    MI_Uint32 *channelCount, MI_Uint32 *flags);
    MI_Result (*Clone)(const MI_OperationOptions *self, MI_OperationOptions *newOperationOptions);
    MI_Result (*SetInterval)(MI_OperationOptions *options, const MI_Char *optionName,
                             const MI_Interval *value, MI_Uint32 flags);
    MI_Result (*GetInterval)(const MI_OperationOptions *options, const MI_Char *optionName,
                             MI_Interval *value, MI_Uint32 *index, MI_Uint32 *flags);
} MI_OperationOptionsFT;

/* How an operation is done. [page] */
typedef struct _MI_OperationOptions {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_OperationOptionsFT *ft;
} MI_OperationOptions;

#define MI_OPERATIONOPTIONS_NULL MI_NOT_MADE

/* The names of the options, which MI_OperationOptions_SetString and the like take. */
#define MI_OP_OPTION_TIMEOUT               "__MI_OPERATIONOPTIONS_TIMEOUT"
#define MI_OP_OPTION_RESOURCE_URI          "__MI_OPERATIONOPTIONS_RESOURCE_URI"
#define MI_OP_OPTION_RESOURCE_URI_PREFIX   "__MI_OPERATIONOPTIONS_RESOURCE_URI_PREFIX"
#define MI_OP_OPTION_USE_MACHINE_ID        "__MI_OPERATIONOPTIONS_USE_MACHINE_ID"
#define MI_OP_OPTION_WRITE_ERROR_MODE      "__MI_OPERATIONOPTIONS_WRITEERRORMODE"
#define MI_OP_OPTION_PROMPT_MODE           "__MI_OPERATIONOPTIONS_PROMPTUSERMODE"
#define MI_OP_OPTION_PROMPT_ANSWER         "__MI_OPERATIONOPTIONS_PROMPTUSERMODEREGULAR_ACKVALUE"
#define MI_OP_OPTION_ARCHITECTURE          "__MI_OPERATIONOPTIONS_PROVIDER_ARCHITECTURE"
#define MI_OP_OPTION_ARCHITECTURE_REQUIRED "__MI_OPERATIONOPTIONS_REQUIRED_ARCHITECTURE"

/* Of this one, the value is a channel, and the flags are 0 to enable it, 1 to disable it. */
#define MI_OP_OPTION_CHANNEL "__MI_OPERATIONOPTIONS_CHANNEL"

/* Ends operation options. [page] */
MI_INLINE void MI_OperationOptions_Delete(MI_OperationOptions *options)
{
    if (options && options->ft)
        options->ft->Delete(options);
}

/*
 * Makes a copy of operation options into memory of the caller, to be ended with
 * MI_OperationOptions_Delete. [page]
 */
MI_INLINE MI_Result MI_OperationOptions_Clone(const MI_OperationOptions *self,
                                              MI_OperationOptions *newOperationOptions)
{
    return MI_FORWARD(self, Clone, (self, newOperationOptions));
}

/* Sets an option by name to a string. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetString(MI_OperationOptions *options,
                                                  const MI_Char *optionName, const MI_Char *value,
                                                  MI_Uint32 flags)
{
    return MI_FORWARD(options, SetString, (options, optionName, value, flags));
}

/* Sets an option by name to a number. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetNumber(MI_OperationOptions *options,
                                                  const MI_Char *optionName, MI_Uint32 value,
                                                  MI_Uint32 flags)
{
    return MI_FORWARD(options, SetNumber, (options, optionName, value, flags));
}

/*
 * Sets an option that is meant for the provider (MI_Context_GetCustomOption). With mustComply an
 * operation whose provider or host cannot do with it fails. [page]
 */
MI_INLINE MI_Result MI_OperationOptions_SetCustomOption(MI_OperationOptions *options,
                                                        const MI_Char *optionName,
                                                        MI_Type optionValueType,
                                                        const MI_Value *optionValue,
                                                        MI_Boolean mustComply)
{
    return MI_FORWARD(options, SetCustomOption,
                      (options, optionName, optionValueType, optionValue, mustComply, 0));
}

/*
 * Gets an option that is a string, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_OperationOptions_GetString(const MI_OperationOptions *options,
                                                  const MI_Char *optionName, const MI_Char **value,
                                                  MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetString, (options, optionName, value, index, flags));
}

/*
 * Gets an option that is a number, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_OperationOptions_GetNumber(const MI_OperationOptions *options,
                                                  const MI_Char *optionName, MI_Uint32 *value,
                                                  MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetNumber, (options, optionName, value, index, flags));
}

/* Gets the number of options. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetOptionCount(const MI_OperationOptions *options,
                                                       MI_Uint32 *count)
{
    return MI_FORWARD(options, GetOptionCount, (options, count));
}

/* Gets an option by index: its name, value and type. MI_RESULT_NOT_FOUND past the last. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetOptionAt(const MI_OperationOptions *options,
                                                    MI_Uint32 index, const MI_Char **optionName,
                                                    MI_Value *value, MI_Type *type,
                                                    MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOptionAt, (options, index, optionName, value, type, flags));
}

/* Gets an option by name: its value, type and index. MI_RESULT_NO_SUCH_PROPERTY. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetOption(const MI_OperationOptions *options,
                                                  const MI_Char *optionName, MI_Value *value,
                                                  MI_Type *type, MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOption, (options, optionName, value, type, index, flags));
}

/*
 * Sets how long the operation may take. Then it is canceled with MI_REASON_TIMEOUT. Progress
 * that the provider reports starts the time again. [page]
 */
MI_INLINE MI_Result MI_OperationOptions_SetTimeout(MI_OperationOptions *options,
                                                   const MI_Interval *timeout)
{
    return MI_FORWARD(options, SetInterval, (options, MI_OP_OPTION_TIMEOUT, timeout, 0));
}

/* Gets how long the operation may take. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetTimeout(const MI_OperationOptions *options,
                                                   MI_Interval *timeout)
{
    return MI_FORWARD(options, GetInterval, (options, MI_OP_OPTION_TIMEOUT, timeout, NULL, NULL));
}

/* Sets the URI of the resource, in place of one that is made from the class. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetResourceUri(MI_OperationOptions *options,
                                                       const MI_Char *rUri)
{
    return MI_OperationOptions_SetString(options, MI_OP_OPTION_RESOURCE_URI, rUri, 0);
}

/* Gets the URI of the resource, in place of one that is made from the class. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetResourceUri(const MI_OperationOptions *options,
                                                       const MI_Char **rUri)
{
    return MI_OperationOptions_GetString(options, MI_OP_OPTION_RESOURCE_URI, rUri, NULL, NULL);
}

/* Sets what the URI of the resource begins with. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetResourceUriPrefix(MI_OperationOptions *options,
                                                             const MI_Char *ruriPrefix)
{
    return MI_OperationOptions_SetString(options, MI_OP_OPTION_RESOURCE_URI_PREFIX, ruriPrefix, 0);
}

/* Gets what the URI of the resource begins with. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetResourceUriPrefix(const MI_OperationOptions *options,
                                                             const MI_Char **ruriPrefix)
{
    return MI_OperationOptions_GetString(options, MI_OP_OPTION_RESOURCE_URI_PREFIX, ruriPrefix,
                                         NULL, NULL);
}

/* Sets whether indications bear the name of the machine that they are from. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetUseMachineID(MI_OperationOptions *options,
                                                        MI_Boolean machineID)
{
    return MI_OperationOptions_SetNumber(options, MI_OP_OPTION_USE_MACHINE_ID, machineID, 0);
}

/* Gets whether indications bear the name of the machine that they are from. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetUseMachineID(const MI_OperationOptions *options,
                                                        MI_Boolean *machineID)
{
    MI_Uint32 number = 0;
    MI_Result result;

    if (!machineID)
        return MI_RESULT_INVALID_PARAMETER;
    result =
        MI_OperationOptions_GetNumber(options, MI_OP_OPTION_USE_MACHINE_ID, &number, NULL, NULL);
    if (result == MI_RESULT_OK)
        *machineID = number ? MI_TRUE : MI_FALSE;
    return result;
}

/* Sets the word size of the provider; with mustComply it is an error when there is none. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetProviderArchitecture(
    MI_OperationOptions *options, MI_ProviderArchitecture architecture, MI_Boolean mustComply)
{
    MI_Result result = MI_OperationOptions_SetNumber(options, MI_OP_OPTION_ARCHITECTURE,
                                                     (MI_Uint32)architecture, 0);

    if (result == MI_RESULT_OK)
        result = MI_OperationOptions_SetNumber(options, MI_OP_OPTION_ARCHITECTURE_REQUIRED,
                                               mustComply, 0);
    return result;
}

/* Gets the word size of the provider; with mustComply it is an error when there is none. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetProviderArchitecture(
    const MI_OperationOptions *options, MI_ProviderArchitecture *architecture,
    MI_Boolean *mustComply)
{
    MI_Uint32 number = 0, flag = 0;
    MI_Result result;

    if (!architecture || !mustComply)
        return MI_RESULT_INVALID_PARAMETER;
    result = MI_OperationOptions_GetNumber(options, MI_OP_OPTION_ARCHITECTURE, &number, NULL, NULL);
    if (result == MI_RESULT_OK)
        result = MI_OperationOptions_GetNumber(options, MI_OP_OPTION_ARCHITECTURE_REQUIRED, &flag,
                                               NULL, NULL);
    if (result != MI_RESULT_OK)
        return result;
    *architecture = (MI_ProviderArchitecture)number;
    *mustComply = flag ? MI_TRUE : MI_FALSE;
    return MI_RESULT_OK;
}

/* Sets what becomes of errors that the provider reports and does not end with. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetWriteErrorMode(MI_OperationOptions *options,
                                                          MI_CallbackMode mode)
{
    return MI_OperationOptions_SetNumber(options, MI_OP_OPTION_WRITE_ERROR_MODE, (MI_Uint32)mode,
                                         0);
}

/* Gets what becomes of errors that the provider reports and does not end with. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetWriteErrorMode(const MI_OperationOptions *options,
                                                          MI_CallbackMode *mode)
{
    MI_Uint32 number = 0;
    MI_Result result;

    if (!mode)
        return MI_RESULT_INVALID_PARAMETER;
    result =
        MI_OperationOptions_GetNumber(options, MI_OP_OPTION_WRITE_ERROR_MODE, &number, NULL, NULL);
    if (result == MI_RESULT_OK)
        *mode = (MI_CallbackMode)number;
    return result;
}

/* Sets what becomes of questions of the provider. [page] */
MI_INLINE MI_Result MI_OperationOptions_SetPromptUserMode(MI_OperationOptions *options,
                                                          MI_CallbackMode mode)
{
    return MI_OperationOptions_SetNumber(options, MI_OP_OPTION_PROMPT_MODE, (MI_Uint32)mode, 0);
}

/* Gets what becomes of questions of the provider. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetPromptUserMode(const MI_OperationOptions *options,
                                                          MI_CallbackMode *mode)
{
    MI_Uint32 number = 0;
    MI_Result result;

    if (!mode)
        return MI_RESULT_INVALID_PARAMETER;
    result = MI_OperationOptions_GetNumber(options, MI_OP_OPTION_PROMPT_MODE, &number, NULL, NULL);
    if (result == MI_RESULT_OK)
        *mode = (MI_CallbackMode)number;
    return result;
}

/*
 * Sets what becomes of questions of the provider of type MI_PROMPTTYPE_NORMAL, and the answer
 * (ackValue) that they get when nobody is asked. [page]
 */
MI_INLINE MI_Result MI_OperationOptions_SetPromptUserRegularMode(MI_OperationOptions *options,
                                                                 MI_CallbackMode mode,
                                                                 MI_Boolean ackValue)
{
    MI_Result result =
        MI_OperationOptions_SetNumber(options, MI_OP_OPTION_PROMPT_MODE, (MI_Uint32)mode, 0);

    if (result == MI_RESULT_OK)
        result = MI_OperationOptions_SetNumber(options, MI_OP_OPTION_PROMPT_ANSWER, ackValue, 0);
    return result;
}

/* Gets what MI_OperationOptions_SetPromptUserRegularMode set. [page] */
MI_INLINE MI_Result MI_OperationOptions_GetPromptUserRegularMode(const MI_OperationOptions *options,
                                                                 MI_CallbackMode *mode,
                                                                 MI_Boolean *ackValue)
{
    MI_Uint32 number = 0, flag = 0;
    MI_Result result;

    if (!mode || !ackValue)
        return MI_RESULT_INVALID_PARAMETER;
    result = MI_OperationOptions_GetNumber(options, MI_OP_OPTION_PROMPT_MODE, &number, NULL, NULL);
    if (result == MI_RESULT_OK)
        result =
            MI_OperationOptions_GetNumber(options, MI_OP_OPTION_PROMPT_ANSWER, &flag, NULL, NULL);
    if (result != MI_RESULT_OK)
        return result;
    *mode = (MI_CallbackMode)number;
    *ackValue = flag ? MI_TRUE : MI_FALSE;
    return MI_RESULT_OK;
}

/* Asks for the messages on a channel (MI_WRITEMESSAGE_CHANNEL_*). [page] */
MI_INLINE MI_Result MI_OperationOptions_EnableChannel(MI_OperationOptions *options,
                                                      MI_Uint32 channel)
{
    return MI_OperationOptions_SetNumber(options, MI_OP_OPTION_CHANNEL, channel, 0);
}

/* Asks for no messages on a channel. [page] */
MI_INLINE MI_Result MI_OperationOptions_DisableChannel(MI_OperationOptions *options,
                                                       MI_Uint32 channel)
{
    return MI_OperationOptions_SetNumber(options, MI_OP_OPTION_CHANNEL, channel, 1);
}

/*
 * Gets the channels that were asked for into an array of bufferLength numbers. channelCount gets
 * how many there are. [page]
 */
MI_INLINE MI_Result MI_OperationOptions_GetEnabledChannels(const MI_OperationOptions *options,
                                                           MI_Uint32 *channels,
                                                           MI_Uint32 bufferLength,
                                                           MI_Uint32 *channelCount,
                                                           MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetEnabledChannels,
                      (options, MI_OP_OPTION_CHANNEL, channels, bufferLength, channelCount, flags));
}

#ifdef __cplusplus
}
#endif

#endif
