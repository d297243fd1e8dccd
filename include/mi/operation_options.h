/* mi/operation_options.h: part of the MI interface. */
#ifndef MIHOST_MI_OPERATION_OPTIONS_H
#define MIHOST_MI_OPERATION_OPTIONS_H

#include <mi/context.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_OperationOptions MI_OperationOptions;

typedef enum _MI_CallbackMode {
    MI_CALLBACKMODE_REPORT = 0,
    MI_CALLBACKMODE_INQUIRE = 1,
    MI_CALLBACKMODE_IGNORE = 2,
} MI_CallbackMode;

typedef enum _MI_ProviderArchitecture {
    MI_PROVIDER_ARCHITECTURE_32BIT = 0,
    MI_PROVIDER_ARCHITECTURE_64BIT = 1,
} MI_ProviderArchitecture;

typedef struct _MI_OperationOptionsFT {
    void(MI_CALL *Delete)(MI_OperationOptions *options);
    MI_Result(MI_CALL *SetString)(MI_OperationOptions *options, const MI_Char *optionName,
                                  const MI_Char *value, MI_Uint32 flags);
    MI_Result(MI_CALL *SetNumber)(MI_OperationOptions *options, const MI_Char *optionName,
                                  MI_Uint32 value, MI_Uint32 flags);
    MI_Result(MI_CALL *SetCustomOption)(MI_OperationOptions *options, const MI_Char *optionName,
                                        MI_Type valueType, const MI_Value *value,
                                        MI_Boolean mustComply, MI_Uint32 flags);
    MI_Result(MI_CALL *GetString)(const MI_OperationOptions *options, const MI_Char *optionName,
                                  const MI_Char **value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetNumber)(const MI_OperationOptions *options, const MI_Char *optionName,
                                  MI_Uint32 *value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetOptionCount)(const MI_OperationOptions *options, MI_Uint32 *count);
    MI_Result(MI_CALL *GetOptionAt)(const MI_OperationOptions *options, MI_Uint32 index,
                                    const MI_Char **optionName, MI_Value *value, MI_Type *type,
                                    MI_Uint32 *flags);
    MI_Result(MI_CALL *GetOption)(const MI_OperationOptions *options, const MI_Char *optionName,
                                  MI_Value *value, MI_Type *type, MI_Uint32 *index,
                                  MI_Uint32 *flags);
    MI_Result(MI_CALL *GetEnabledChannels)(const MI_OperationOptions *options,
                                           const MI_Char *optionName, MI_Uint32 *channels,
                                           MI_Uint32 bufferLength, MI_Uint32 *channelCount,
                                           MI_Uint32 *flags);
    MI_Result(MI_CALL *Clone)(const MI_OperationOptions *self,
                              MI_OperationOptions *newOperationOptions);
    MI_Result(MI_CALL *SetInterval)(MI_OperationOptions *options, const MI_Char *optionName,
                                    const MI_Interval *value, MI_Uint32 flags);
    MI_Result(MI_CALL *GetInterval)(const MI_OperationOptions *options, const MI_Char *optionName,
                                    MI_Interval *value, MI_Uint32 *index, MI_Uint32 *flags);
} MI_OperationOptionsFT;

typedef struct _MI_OperationOptions {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_OperationOptionsFT *ft;
} MI_OperationOptions;

MI_INLINE void MI_CALL MI_OperationOptions_Delete(MI_OperationOptions *options)
{
    if (options && options->ft)
        options->ft->Delete(options);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_Clone(const MI_OperationOptions *self,
                                                      MI_OperationOptions *newOperationOptions)
{
    return MI_FORWARD(self, Clone, (self, newOperationOptions));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetString(MI_OperationOptions *options,
                                                          const MI_Char *optionName,
                                                          const MI_Char *value, MI_Uint32 flags)
{
    return MI_FORWARD(options, SetString, (options, optionName, value, flags));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetNumber(MI_OperationOptions *options,
                                                          const MI_Char *optionName,
                                                          MI_Uint32 value, MI_Uint32 flags)
{
    return MI_FORWARD(options, SetNumber, (options, optionName, value, flags));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetCustomOption(MI_OperationOptions *options,
                                                                const MI_Char *optionName,
                                                                MI_Type optionValueType,
                                                                const MI_Value *optionValue,
                                                                MI_Boolean mustComply)
{
    return MI_FORWARD(options, SetCustomOption,
                      (options, optionName, optionValueType, optionValue, mustComply, 0));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetString(const MI_OperationOptions *options,
                                                          const MI_Char *optionName,
                                                          const MI_Char **value, MI_Uint32 *index,
                                                          MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetString, (options, optionName, value, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetNumber(const MI_OperationOptions *options,
                                                          const MI_Char *optionName,
                                                          MI_Uint32 *value, MI_Uint32 *index,
                                                          MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetNumber, (options, optionName, value, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetOptionCount(const MI_OperationOptions *options,
                                                               MI_Uint32 *count)
{
    return MI_FORWARD(options, GetOptionCount, (options, count));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetOptionAt(const MI_OperationOptions *options,
                                                            MI_Uint32 index,
                                                            const MI_Char **optionName,
                                                            MI_Value *value, MI_Type *type,
                                                            MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOptionAt, (options, index, optionName, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetOption(const MI_OperationOptions *options,
                                                          const MI_Char *optionName,
                                                          MI_Value *value, MI_Type *type,
                                                          MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOption, (options, optionName, value, type, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetTimeout(MI_OperationOptions *options,
                                                           const MI_Interval *timeout)
{
    return MI_FORWARD(options, SetInterval,
                      (options, MI_T("__MI_OPERATIONOPTIONS_TIMEOUT"), timeout, 0));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetTimeout(const MI_OperationOptions *options,
                                                           MI_Interval *timeout)
{
    return MI_FORWARD(options, GetInterval,
                      (options, MI_T("__MI_OPERATIONOPTIONS_TIMEOUT"), timeout, NULL, NULL));
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetResourceUri(MI_OperationOptions *options,
                                                               const MI_Char *rUri)
{
    return MI_OperationOptions_SetString(options, MI_T("__MI_OPERATIONOPTIONS_RESOURCE_URI"), rUri,
                                         0);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetResourceUri(const MI_OperationOptions *options,
                                                               const MI_Char **rUri)
{
    return MI_OperationOptions_GetString(options, MI_T("__MI_OPERATIONOPTIONS_RESOURCE_URI"), rUri,
                                         NULL, NULL);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetResourceUriPrefix(MI_OperationOptions *options,
                                                                     const MI_Char *ruriPrefix)
{
    return MI_OperationOptions_SetString(options, MI_T("__MI_OPERATIONOPTIONS_RESOURCE_URI_PREFIX"),
                                         ruriPrefix, 0);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetResourceUriPrefix(
    const MI_OperationOptions *options, const MI_Char **ruriPrefix)
{
    return MI_OperationOptions_GetString(options, MI_T("__MI_OPERATIONOPTIONS_RESOURCE_URI_PREFIX"),
                                         ruriPrefix, NULL, NULL);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetUseMachineID(MI_OperationOptions *options,
                                                                MI_Boolean machineID)
{
    return MI_OperationOptions_SetNumber(options, MI_T("__MI_OPERATIONOPTIONS_USE_MACHINE_ID"),
                                         machineID, 0);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetUseMachineID(const MI_OperationOptions *options,
                                                                MI_Boolean *machineID)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!machineID)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_OperationOptions_GetNumber(options, MI_T("__MI_OPERATIONOPTIONS_USE_MACHINE_ID"),
                                      &number, NULL, NULL);
    if (r == MI_RESULT_OK)
        *machineID = number ? MI_TRUE : MI_FALSE;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetProviderArchitecture(
    MI_OperationOptions *options, MI_ProviderArchitecture architecture, MI_Boolean mustComply)
{
    return MI_OperationOptions_SetNumber(options,
                                         MI_T("__MI_OPERATIONOPTIONS_PROVIDER_ARCHITECTURE"),
                                         (MI_Uint32)architecture, mustComply);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetProviderArchitecture(
    const MI_OperationOptions *options, MI_ProviderArchitecture *architecture,
    MI_Boolean *mustComply)
{
    MI_Uint32 number = 0, flags = 0;
    MI_Result r;

    if (!architecture || !mustComply)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_OperationOptions_GetNumber(options, MI_T("__MI_OPERATIONOPTIONS_PROVIDER_ARCHITECTURE"),
                                      &number, NULL, &flags);
    if (r == MI_RESULT_OK) {
        *architecture = (MI_ProviderArchitecture)number;
        *mustComply = flags ? MI_TRUE : MI_FALSE;
    }
    return r;
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetWriteErrorMode(MI_OperationOptions *options,
                                                                  MI_CallbackMode mode)
{
    return MI_OperationOptions_SetNumber(options, MI_T("__MI_OPERATIONOPTIONS_WRITEERRORMODE"),
                                         (MI_Uint32)mode, 0);
}

MI_INLINE MI_Result MI_CALL
MI_OperationOptions_GetWriteErrorMode(const MI_OperationOptions *options, MI_CallbackMode *mode)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!mode)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_OperationOptions_GetNumber(options, MI_T("__MI_OPERATIONOPTIONS_WRITEERRORMODE"),
                                      &number, NULL, NULL);
    if (r == MI_RESULT_OK)
        *mode = (MI_CallbackMode)number;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetPromptUserMode(MI_OperationOptions *options,
                                                                  MI_CallbackMode mode)
{
    return MI_OperationOptions_SetNumber(options, MI_T("__MI_OPERATIONOPTIONS_PROMPTUSERMODE"),
                                         (MI_Uint32)mode, 0);
}

MI_INLINE MI_Result MI_CALL
MI_OperationOptions_GetPromptUserMode(const MI_OperationOptions *options, MI_CallbackMode *mode)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!mode)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_OperationOptions_GetNumber(options, MI_T("__MI_OPERATIONOPTIONS_PROMPTUSERMODE"),
                                      &number, NULL, NULL);
    if (r == MI_RESULT_OK)
        *mode = (MI_CallbackMode)number;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_SetPromptUserRegularMode(
    MI_OperationOptions *options, MI_CallbackMode mode, MI_Boolean ackValue)
{
    return MI_OperationOptions_SetNumber(
        options, MI_T("__MI_OPERATIONOPTIONS_PROMPTUSERMODEREGULAR"), (MI_Uint32)mode, ackValue);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetPromptUserRegularMode(
    const MI_OperationOptions *options, MI_CallbackMode *mode, MI_Boolean *ackValue)
{
    MI_Uint32 number = 0, flags = 0;
    MI_Result r;

    if (!mode || !ackValue)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_OperationOptions_GetNumber(options, MI_T("__MI_OPERATIONOPTIONS_PROMPTUSERMODEREGULAR"),
                                      &number, NULL, &flags);
    if (r == MI_RESULT_OK) {
        *mode = (MI_CallbackMode)number;
        *ackValue = flags ? MI_TRUE : MI_FALSE;
    }
    return r;
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_EnableChannel(MI_OperationOptions *options,
                                                              MI_Uint32 channel)
{
    return MI_OperationOptions_SetNumber(options, MI_T("__MI_OPERATIONOPTIONS_CHANNEL"), channel,
                                         1);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_DisableChannel(MI_OperationOptions *options,
                                                               MI_Uint32 channel)
{
    return MI_OperationOptions_SetNumber(options, MI_T("__MI_OPERATIONOPTIONS_CHANNEL"), channel,
                                         0);
}

MI_INLINE MI_Result MI_CALL MI_OperationOptions_GetEnabledChannels(
    const MI_OperationOptions *options, MI_Uint32 *channels, MI_Uint32 bufferLength,
    MI_Uint32 *channelCount, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetEnabledChannels,
                      (options, MI_T("__MI_OPERATIONOPTIONS_CHANNEL"), channels, bufferLength,
                       channelCount, flags));
}

#ifdef __cplusplus
}
#endif

#endif
