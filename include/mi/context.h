/* mi/context.h: part of the MI interface. */
#ifndef MIHOST_MI_CONTEXT_H
#define MIHOST_MI_CONTEXT_H

#include <mi/instance.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_LifecycleIndicationContext MI_LifecycleIndicationContext;
typedef struct _MI_Session MI_Session;

typedef enum _MI_CancellationReason {
    MI_REASON_NONE = 0,
    MI_REASON_TIMEOUT = 1,
    MI_REASON_SHUTDOWN = 2,
    MI_REASON_SERVICESTOP = 3,
} MI_CancellationReason;

#define MI_CancelationReason MI_CancellationReason

typedef void(MI_CALL *MI_CancelCallback)(MI_CancellationReason reason, void *callbackData);

typedef enum _MI_PromptType {
    MI_PROMPTTYPE_NORMAL = 0,
    MI_PROMPTTYPE_CRITICAL = 1,
} MI_PromptType;

typedef enum _MI_LocaleType {
    MI_LOCALE_TYPE_REQUESTED_UI = 0,
    MI_LOCALE_TYPE_REQUESTED_DATA = 1,
    MI_LOCALE_TYPE_CLOSEST_UI = 2,
    MI_LOCALE_TYPE_CLOSEST_DATA = 3,
} MI_LocaleType;

#define MI_MAX_LOCALE_SIZE 128

/* Channels of MI_Context_WriteMessage. */

#define MI_WRITEMESSAGE_CHANNEL_WARNING 0
#define MI_WRITEMESSAGE_CHANNEL_VERBOSE 1
#define MI_WRITEMESSAGE_CHANNEL_DEBUG   2

typedef struct _MI_ContextFT {
    MI_Result(MI_CALL *PostResult)(MI_Context *context, MI_Result result);
    MI_Result(MI_CALL *PostInstance)(MI_Context *context, const MI_Instance *instance);
    MI_Result(MI_CALL *PostIndication)(MI_Context *context, const MI_Instance *indication,
                                       MI_Uint32 subscriptionIDCount, const MI_Char *bookmark);
    MI_Result(MI_CALL *ConstructInstance)(MI_Context *context, const MI_ClassDecl *classDecl,
                                          MI_Instance *instance);
    MI_Result(MI_CALL *ConstructParameters)(MI_Context *context, const MI_MethodDecl *methodDecl,
                                            MI_Instance *instance);
    MI_Result(MI_CALL *NewInstance)(MI_Context *context, const MI_ClassDecl *classDecl,
                                    MI_Instance **instance);
    MI_Result(MI_CALL *NewDynamicInstance)(MI_Context *context, const MI_Char *className,
                                           MI_Uint32 flags, MI_Instance **instance);
    MI_Result(MI_CALL *NewParameters)(MI_Context *context, const MI_MethodDecl *methodDecl,
                                      MI_Instance **instance);
    MI_Result(MI_CALL *Canceled)(const MI_Context *context, MI_Boolean *flag);
    MI_Result(MI_CALL *GetLocale)(const MI_Context *context, MI_LocaleType localeType,
                                  MI_Char *locale);
    MI_Result(MI_CALL *RegisterCancel)(MI_Context *context, MI_CancelCallback callback,
                                       void *callbackData);
    MI_Result(MI_CALL *RequestUnload)(MI_Context *context);
    MI_Result(MI_CALL *RefuseUnload)(MI_Context *context);
    MI_Result(MI_CALL *GetLocalSession)(const MI_Context *context, MI_Session *session);
    MI_Result(MI_CALL *SetStringOption)(MI_Context *context, const MI_Char *name,
                                        const MI_Char *value);
    MI_Result(MI_CALL *GetStringOption)(MI_Context *context, const MI_Char *name,
                                        const MI_Char **value);
    MI_Result(MI_CALL *GetNumberOption)(MI_Context *context, const MI_Char *name, MI_Uint32 *value);
    MI_Result(MI_CALL *GetCustomOption)(MI_Context *context, const MI_Char *name,
                                        MI_Type *valueType, MI_Value *value);
    MI_Result(MI_CALL *GetCustomOptionCount)(MI_Context *context, MI_Uint32 *count);
    MI_Result(MI_CALL *GetCustomOptionAt)(MI_Context *context, MI_Uint32 index,
                                          const MI_Char **name, MI_Type *valueType,
                                          MI_Value *value);
    MI_Result(MI_CALL *WriteMessage)(MI_Context *context, MI_Uint32 channel,
                                     const MI_Char *message);
    MI_Result(MI_CALL *WriteProgress)(MI_Context *context, const MI_Char *activity,
                                      const MI_Char *currentOperation,
                                      const MI_Char *statusDescription, MI_Uint32 percentComplete,
                                      MI_Uint32 secondsRemaining);
    MI_Result(MI_CALL *WriteStreamParameter)(MI_Context *self, const MI_Char *name,
                                             const MI_Value *value, MI_Type type, MI_Uint32 flags);
    MI_Result(MI_CALL *WriteCimError)(MI_Context *context, const MI_Instance *error,
                                      MI_Boolean *flag);
    MI_Result(MI_CALL *PromptUser)(MI_Context *context, const MI_Char *message,
                                   MI_PromptType promptType, MI_Boolean *flag);
    MI_Result(MI_CALL *ShouldProcess)(MI_Context *context, const MI_Char *target,
                                      const MI_Char *action, MI_Boolean *flag);
    MI_Result(MI_CALL *ShouldContinue)(MI_Context *context, const MI_Char *message,
                                       MI_Boolean *flag);
    MI_Result(MI_CALL *PostError)(MI_Context *context, MI_Uint32 resultCode,
                                  const MI_Char *resultType, const MI_Char *errorMessage);
    MI_Result(MI_CALL *PostCimError)(MI_Context *context, const MI_Instance *error);
    MI_Result(MI_CALL *WriteError)(MI_Context *context, MI_Uint32 resultCode,
                                   const MI_Char *resultType, const MI_Char *errorMessage,
                                   MI_Boolean *flag);
    MI_Result(MI_CALL *GetLifecycleIndicationContext)(
        const MI_Context *context, MI_LifecycleIndicationContext **lifecycleContext);
} MI_ContextFT;

typedef struct _MI_Context {
    const MI_ContextFT *ft;
    ptrdiff_t reserved[3];
} MI_Context;

/* ---- Posting results ---- */

MI_INLINE MI_Result MI_CALL MI_Context_PostResult(MI_Context *context, MI_Result result)
{
    return MI_FORWARD(context, PostResult, (context, result));
}

MI_INLINE MI_Result MI_CALL MI_Context_PostError(MI_Context *context, MI_Uint32 resultCode,
                                                 const MI_Char *resultType,
                                                 const MI_Char *errorMessage)
{
    return MI_FORWARD(context, PostError, (context, resultCode, resultType, errorMessage));
}

MI_INLINE MI_Result MI_CALL MI_Context_PostCimError(MI_Context *context, const MI_Instance *error)
{
    return MI_FORWARD(context, PostCimError, (context, error));
}

MI_INLINE MI_Result MI_CALL MI_Context_PostInstance(MI_Context *context,
                                                    const MI_Instance *instance)
{
    return MI_FORWARD(context, PostInstance, (context, instance));
}

MI_INLINE MI_Result MI_CALL MI_Context_PostIndication(MI_Context *context,
                                                      const MI_Instance *indication,
                                                      MI_Uint32 subscriptionIDCount,
                                                      const MI_Char *bookmark)
{
    return MI_FORWARD(context, PostIndication,
                      (context, indication, subscriptionIDCount, bookmark));
}

/* ---- Making instances ---- */

MI_INLINE MI_Result MI_CALL MI_Context_ConstructInstance(MI_Context *context,
                                                         const MI_ClassDecl *classDecl,
                                                         MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructInstance, (context, classDecl, instance));
}

MI_INLINE MI_Result MI_CALL MI_Context_ConstructParameters(MI_Context *context,
                                                           const MI_MethodDecl *methodDecl,
                                                           MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructParameters, (context, methodDecl, instance));
}

MI_INLINE MI_Result MI_CALL MI_Context_NewInstance(MI_Context *context,
                                                   const MI_ClassDecl *classDecl,
                                                   MI_Instance **instance)
{
    return MI_FORWARD(context, NewInstance, (context, classDecl, instance));
}

MI_INLINE MI_Result MI_CALL MI_Context_NewDynamicInstance(MI_Context *context,
                                                          const MI_Char *className, MI_Uint32 flags,
                                                          MI_Instance **instance)
{
    return MI_FORWARD(context, NewDynamicInstance, (context, className, flags, instance));
}

MI_INLINE MI_Result MI_CALL MI_Context_NewParameters(MI_Context *context,
                                                     const MI_MethodDecl *methodDecl,
                                                     MI_Instance **instance)
{
    return MI_FORWARD(context, NewParameters, (context, methodDecl, instance));
}

/* ---- Cancellation ---- */

MI_INLINE MI_Result MI_CALL MI_Context_Canceled(const MI_Context *context, MI_Boolean *flag)
{
    return MI_FORWARD(context, Canceled, (context, flag));
}

MI_INLINE MI_Result MI_CALL MI_Context_RegisterCancel(MI_Context *context,
                                                      MI_CancelCallback callback,
                                                      void *callbackData)
{
    return MI_FORWARD(context, RegisterCancel, (context, callback, callbackData));
}

/* ---- About the operation and its client ---- */

MI_INLINE MI_Result MI_CALL MI_Context_GetLocale(const MI_Context *context,
                                                 MI_LocaleType localeType, MI_Char *locale)
{
    return MI_FORWARD(context, GetLocale, (context, localeType, locale));
}

MI_INLINE MI_Result MI_CALL MI_Context_GetLocalSession(const MI_Context *context,
                                                       MI_Session *session)
{
    return MI_FORWARD(context, GetLocalSession, (context, session));
}

MI_INLINE MI_Result MI_CALL MI_Context_SetStringOption(MI_Context *context, const MI_Char *name,
                                                       const MI_Char *value)
{
    return MI_FORWARD(context, SetStringOption, (context, name, value));
}

MI_INLINE MI_Result MI_CALL MI_Context_GetStringOption(MI_Context *context, const MI_Char *name,
                                                       const MI_Char **value)
{
    return MI_FORWARD(context, GetStringOption, (context, name, value));
}

MI_INLINE MI_Result MI_CALL MI_Context_GetNumberOption(MI_Context *context, const MI_Char *name,
                                                       MI_Uint32 *value)
{
    return MI_FORWARD(context, GetNumberOption, (context, name, value));
}

MI_INLINE MI_Result MI_CALL MI_Context_GetCustomOption(MI_Context *context, const MI_Char *name,
                                                       MI_Type *valueType, MI_Value *value)
{
    return MI_FORWARD(context, GetCustomOption, (context, name, valueType, value));
}

MI_INLINE MI_Result MI_CALL MI_Context_GetCustomOptionCount(MI_Context *context, MI_Uint32 *count)
{
    return MI_FORWARD(context, GetCustomOptionCount, (context, count));
}

MI_INLINE MI_Result MI_CALL MI_Context_GetCustomOptionAt(MI_Context *context, MI_Uint32 index,
                                                         const MI_Char **name, MI_Type *valueType,
                                                         MI_Value *value)
{
    return MI_FORWARD(context, GetCustomOptionAt, (context, index, name, valueType, value));
}

MI_INLINE MI_Result MI_CALL MI_Context_SetFilterOption(MI_Context *context,
                                                       MI_Boolean filterByProvider)
{
    return MI_Context_SetStringOption(context, MI_T("__MI_CONTEXT_FILTER_BY_PROVIDER"),
                                      filterByProvider ? MI_T("true") : MI_T("false"));
}

/* ---- Talking to the client while it runs ---- */

MI_INLINE MI_Result MI_CALL MI_Context_WriteMessage(MI_Context *context, MI_Uint32 channel,
                                                    const MI_Char *message)
{
    return MI_FORWARD(context, WriteMessage, (context, channel, message));
}

MI_INLINE MI_Result MI_CALL MI_Context_WriteWarning(MI_Context *context, const MI_Char *message)
{
    return MI_Context_WriteMessage(context, MI_WRITEMESSAGE_CHANNEL_WARNING, message);
}

MI_INLINE MI_Result MI_CALL MI_Context_WriteVerbose(MI_Context *context, const MI_Char *message)
{
    return MI_Context_WriteMessage(context, MI_WRITEMESSAGE_CHANNEL_VERBOSE, message);
}

MI_INLINE MI_Result MI_CALL MI_Context_WriteDebug(MI_Context *context, const MI_Char *message)
{
    return MI_Context_WriteMessage(context, MI_WRITEMESSAGE_CHANNEL_DEBUG, message);
}

MI_INLINE MI_Result MI_CALL MI_Context_WriteProgress(MI_Context *context, const MI_Char *activity,
                                                     const MI_Char *currentOperation,
                                                     const MI_Char *statusDescription,
                                                     MI_Uint32 percentComplete,
                                                     MI_Uint32 secondsRemaining)
{
    return MI_FORWARD(context, WriteProgress,
                      (context, activity, currentOperation, statusDescription, percentComplete,
                       secondsRemaining));
}

MI_INLINE MI_Result MI_CALL MI_Context_WriteStreamParameter(MI_Context *self, const MI_Char *name,
                                                            const MI_Value *value, MI_Type type,
                                                            MI_Uint32 flags)
{
    return MI_FORWARD(self, WriteStreamParameter, (self, name, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_Context_WriteError(MI_Context *context, MI_Uint32 resultCode,
                                                  const MI_Char *resultType,
                                                  const MI_Char *errorMessage, MI_Boolean *flag)
{
    return MI_FORWARD(context, WriteError, (context, resultCode, resultType, errorMessage, flag));
}

MI_INLINE MI_Result MI_CALL MI_Context_WriteCimError(MI_Context *context, const MI_Instance *error,
                                                     MI_Boolean *flag)
{
    return MI_FORWARD(context, WriteCimError, (context, error, flag));
}

MI_INLINE MI_Result MI_CALL MI_Context_PromptUser(MI_Context *context, const MI_Char *message,
                                                  MI_PromptType promptType, MI_Boolean *flag)
{
    return MI_FORWARD(context, PromptUser, (context, message, promptType, flag));
}

MI_INLINE MI_Result MI_CALL MI_Context_ShouldProcess(MI_Context *context, const MI_Char *target,
                                                     const MI_Char *action, MI_Boolean *flag)
{
    return MI_FORWARD(context, ShouldProcess, (context, target, action, flag));
}

MI_INLINE MI_Result MI_CALL MI_Context_ShouldContinue(MI_Context *context, const MI_Char *message,
                                                      MI_Boolean *flag)
{
    return MI_FORWARD(context, ShouldContinue, (context, message, flag));
}

/* ---- The life of the provider ---- */

MI_INLINE MI_Result MI_CALL MI_Context_RequestUnload(MI_Context *context)
{
    return MI_FORWARD(context, RequestUnload, (context));
}

MI_INLINE MI_Result MI_CALL MI_Context_RefuseUnload(MI_Context *context)
{
    return MI_FORWARD(context, RefuseUnload, (context));
}

MI_INLINE MI_Result MI_CALL MI_Context_GetLifecycleIndicationContext(
    const MI_Context *context, MI_LifecycleIndicationContext **lifecycleContext)
{
    return MI_FORWARD(context, GetLifecycleIndicationContext, (context, lifecycleContext));
}

#ifdef __cplusplus
}
#endif

#endif
