/*
 * mi/context.h: one operation, as its provider sees it.
 *
 * Each call of a provider's function comes with a context: through it the provider sends its
 * instances and, exactly once, the final result; asks for what it needs to know about the
 * client; and hears that it shall stop. The function may return before the final result was
 * posted, and post from other threads: the context lives until both have happened, and until no
 * cancel callback is running.
 *
 * A final post is MI_Context_PostResult, MI_Context_PostError or MI_Context_PostCimError.
 * Nothing may be posted after it: MI_RESULT_INVALID_PARAMETER.
 */
#ifndef MIHOST_MI_CONTEXT_H
#define MIHOST_MI_CONTEXT_H

#include <mi/instance.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_LifecycleIndicationContext MI_LifecycleIndicationContext;
typedef struct _MI_Session MI_Session;

/* An option by which a provider says who filters; see MI_Context_SetFilterOption. */
#define MI_CONTEXT_OPTION_FILTER "__MI_CONTEXT_FILTER_BY_PROVIDER"

/* Why an operation is canceled. [page] */
typedef enum _MI_CancellationReason {
    MI_REASON_NONE = 0,        /* the client asked, or is gone */
    MI_REASON_TIMEOUT = 1,     /* its time is over */
    MI_REASON_SHUTDOWN = 2,    /* the machine goes down */
    MI_REASON_SERVICESTOP = 3, /* the service stops */
} MI_CancellationReason;

#define MI_CancelationReason MI_CancellationReason

/*
 * Called when the operation is canceled; see MI_Context_RegisterCancel. It runs on a thread of
 * the host, possibly while the provider still runs; it may post, and may block without harm to
 * other operations. [page]
 */
typedef void (*MI_CancelCallback)(MI_CancellationReason reason, void *callbackData);

/* How serious a question to the user is. [page] */
typedef enum _MI_PromptType {
    MI_PROMPTTYPE_NORMAL = 0,
    MI_PROMPTTYPE_CRITICAL = 1,
} MI_PromptType;

/*
 * Which locale: the language of texts, or the format of numbers and dates; as asked for, or the
 * closest that there is. [page]
 */
typedef enum _MI_LocaleType {
    MI_LOCALE_TYPE_REQUESTED_UI = 0,
    MI_LOCALE_TYPE_REQUESTED_DATA = 1,
    MI_LOCALE_TYPE_CLOSEST_UI = 2,
    MI_LOCALE_TYPE_CLOSEST_DATA = 3,
} MI_LocaleType;

/* The size of a buffer for a locale, the zero included. */
#define MI_MAX_LOCALE_SIZE 128

/*
 * The channels of MI_Context_WriteMessage; numbers above these are for agreement between a
 * client and a provider.
 */
#define MI_WRITEMESSAGE_CHANNEL_WARNING 0
#define MI_WRITEMESSAGE_CHANNEL_VERBOSE 1
#define MI_WRITEMESSAGE_CHANNEL_DEBUG   2

/* The functions of a context; MI_Context_* calls them. [page] */
typedef struct _MI_ContextFT {
    MI_Result (*PostResult)(MI_Context *context, MI_Result result);
    MI_Result (*PostInstance)(MI_Context *context, const MI_Instance *instance);
    MI_Result (*PostIndication)(MI_Context *context, const MI_Instance *indication,
                                MI_Uint32 subscriptionIDCount, const MI_Char *bookmark);
    MI_Result (*ConstructInstance)(MI_Context *context, const MI_ClassDecl *classDecl,
                                   MI_Instance *instance);
    MI_Result (*ConstructParameters)(MI_Context *context, const MI_MethodDecl *methodDecl,
                                     MI_Instance *instance);
    MI_Result (*NewInstance)(MI_Context *context, const MI_ClassDecl *classDecl,
                             MI_Instance **instance);
    MI_Result (*NewDynamicInstance)(MI_Context *context, const MI_Char *className, MI_Uint32 flags,
                                    MI_Instance **instance);
    MI_Result (*NewParameters)(MI_Context *context, const MI_MethodDecl *methodDecl,
                               MI_Instance **instance);
    MI_Result (*Canceled)(const MI_Context *context, MI_Boolean *flag);
    MI_Result (*GetLocale)(const MI_Context *context, MI_LocaleType localeType, MI_Char *locale);
    MI_Result (*RegisterCancel)(MI_Context *context, MI_CancelCallback callback,
                                void *callbackData);
    MI_Result (*RequestUnload)(MI_Context *context);
    MI_Result (*RefuseUnload)(MI_Context *context);
    MI_Result (*GetLocalSession)(const MI_Context *context, MI_Session *session);
    MI_Result (*SetStringOption)(MI_Context *context, const MI_Char *name, const MI_Char *value);
    MI_Result (*GetStringOption)(MI_Context *context, const MI_Char *name, const MI_Char **value);
    MI_Result (*GetNumberOption)(MI_Context *context, const MI_Char *name, MI_Uint32 *value);
    MI_Result (*GetCustomOption)(MI_Context *context, const MI_Char *name, MI_Type *valueType,
                                 MI_Value *value);
    MI_Result (*GetCustomOptionCount)(MI_Context *context, MI_Uint32 *count);
    MI_Result (*GetCustomOptionAt)(MI_Context *context, MI_Uint32 index, const MI_Char **name,
                                   MI_Type *valueType, MI_Value *value);
    MI_Result (*WriteMessage)(MI_Context *context, MI_Uint32 channel, const MI_Char *message);
    MI_Result (*WriteProgress)(MI_Context *context, const MI_Char *activity,
                               const MI_Char *currentOperation, const MI_Char *statusDescription,
                               MI_Uint32 percentComplete, MI_Uint32 secondsRemaining);
    MI_Result (*WriteStreamParameter)(MI_Context *self, const MI_Char *name, const MI_Value *value,
                                      MI_Type type, MI_Uint32 flags);
    MI_Result (*WriteCimError)(MI_Context *context, const MI_Instance *error, MI_Boolean *flag);
    MI_Result (*PromptUser)(MI_Context *context, const MI_Char *message, MI_PromptType promptType,
                            MI_Boolean *flag);
    MI_Result (*ShouldProcess)(MI_Context *context, const MI_Char *target, const MI_Char *action,
                               MI_Boolean *flag);
    MI_Result (*ShouldContinue)(MI_Context *context, const MI_Char *message, MI_Boolean *flag);
    MI_Result (*PostError)(MI_Context *context, MI_Uint32 resultCode, const MI_Char *resultType,
                           const MI_Char *errorMessage);
    MI_Result (*PostCimError)(MI_Context *context, const MI_Instance *error);
    MI_Result (*WriteError)(MI_Context *context, MI_Uint32 resultCode, const MI_Char *resultType,
                            const MI_Char *errorMessage, MI_Boolean *flag);
    MI_Result (*GetLifecycleIndicationContext)(const MI_Context *context,
                                               MI_LifecycleIndicationContext **lifecycleContext);
} MI_ContextFT;

/* One operation, as its provider sees it. [page] */
typedef struct _MI_Context {
    const MI_ContextFT *ft;
    ptrdiff_t reserved[3];
} MI_Context;

/* ---- Posting results ---- */

/*
 * Ends the operation with a result: a final post. Sends it, then waits for a cancel callback
 * that is running (not when it is called inside of one): when it returns, none is running or
 * will run. MI_RESULT_INVALID_PARAMETER, after the same wait, if another final post was first.
 * [page]
 */
MI_INLINE MI_Result MI_Context_PostResult(MI_Context *context, MI_Result result)
{
    return MI_FORWARD(context, PostResult, (context, result));
}

/*
 * Ends the operation with an error: a final post. resultCode is counted in resultType
 * (MI_RESULT_TYPE_*); errorMessage is for humans, in the locale of the client if possible.
 * [page]
 */
MI_INLINE MI_Result MI_Context_PostError(MI_Context *context, MI_Uint32 resultCode,
                                         const MI_Char *resultType, const MI_Char *errorMessage)
{
    return MI_FORWARD(context, PostError, (context, resultCode, resultType, errorMessage));
}

/*
 * Ends the operation with an error that is an instance of CIM_Error or of a class derived from
 * it: a final post. [page]
 */
MI_INLINE MI_Result MI_Context_PostCimError(MI_Context *context, const MI_Instance *error)
{
    return MI_FORWARD(context, PostCimError, (context, error));
}

/*
 * Sends one instance (copied) to the client. Blocks while the client is slow to read.
 * MI_RESULT_FAILED, and nothing is sent, once the operation is canceled, except the out
 * parameters of a method: a provider stops on any result but MI_RESULT_OK. [page]
 */
MI_INLINE MI_Result MI_Context_PostInstance(MI_Context *context, const MI_Instance *instance)
{
    return MI_FORWARD(context, PostInstance, (context, instance));
}

/*
 * Sends one indication (copied) to the subscribers of the class; subscriptionIDCount is 0.
 * bookmark, which may be NULL, is where a subscription can resume after it. Errors as
 * MI_Context_PostInstance. [page]
 */
MI_INLINE MI_Result MI_Context_PostIndication(MI_Context *context, const MI_Instance *indication,
                                              MI_Uint32 subscriptionIDCount,
                                              const MI_Char *bookmark)
{
    return MI_FORWARD(context, PostIndication,
                      (context, indication, subscriptionIDCount, bookmark));
}

/* ---- Making instances ---- */

/*
 * Makes an instance of a declared class in memory of the caller, of classDecl->size bytes, all
 * of it null. To be ended with MI_Instance_Destruct. [page]
 */
MI_INLINE MI_Result MI_Context_ConstructInstance(MI_Context *context, const MI_ClassDecl *classDecl,
                                                 MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructInstance, (context, classDecl, instance));
}

/*
 * Makes an instance for the parameters of a method in memory of the caller, of methodDecl->size
 * bytes. To be ended with MI_Instance_Destruct. [page]
 */
MI_INLINE MI_Result MI_Context_ConstructParameters(MI_Context *context,
                                                   const MI_MethodDecl *methodDecl,
                                                   MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructParameters, (context, methodDecl, instance));
}

/* Makes an instance of a declared class. To be ended with MI_Instance_Delete. [page] */
MI_INLINE MI_Result MI_Context_NewInstance(MI_Context *context, const MI_ClassDecl *classDecl,
                                           MI_Instance **instance)
{
    return MI_FORWARD(context, NewInstance, (context, classDecl, instance));
}

/*
 * Makes an instance of a class that is known by name only: elements are added to it with
 * MI_Instance_AddElement. flags is MI_FLAG_CLASS, MI_FLAG_METHOD or 0. To be ended with
 * MI_Instance_Delete. [page]
 */
MI_INLINE MI_Result MI_Context_NewDynamicInstance(MI_Context *context, const MI_Char *className,
                                                  MI_Uint32 flags, MI_Instance **instance)
{
    return MI_FORWARD(context, NewDynamicInstance, (context, className, flags, instance));
}

/* Makes an instance for the parameters of a method. To be ended with MI_Instance_Delete. [page] */
MI_INLINE MI_Result MI_Context_NewParameters(MI_Context *context, const MI_MethodDecl *methodDecl,
                                             MI_Instance **instance)
{
    return MI_FORWARD(context, NewParameters, (context, methodDecl, instance));
}

/* ---- Cancellation ---- */

/*
 * Tells whether the operation was canceled: for providers that look now and then. True before
 * the cancel callback is called, and from then on. [page]
 */
MI_INLINE MI_Result MI_Context_Canceled(const MI_Context *context, MI_Boolean *flag)
{
    return MI_FORWARD(context, Canceled, (context, flag));
}

/*
 * Registers the function that is called when the operation is canceled.
 * Registered again, only the last one counts, also with other data. callbackData may be NULL.
 *
 * - It is called at most once for an operation, with the reason of the first cancel, on a thread
 *   of the host; and never once the operation has run to completion: a final post and the cancel
 *   are decided atomically, whichever comes first wins.
 * - When a final post returns, no callback is running or will run, so that callbackData may be
 *   freed next. A final post sends the result, then waits for a callback that is running, unless
 *   it is called inside a cancel callback, of any operation.
 * - MI_Context_Canceled is true before it is called, and stays true.
 * - Canceled already, and none was called yet: MI_RESULT_OK, and it is called promptly on
 *   another thread, not in here. Once one was called: MI_RESULT_FAILED, and this one is not.
 * - An operation that cannot be canceled (Load, Unload, EnableIndications, DisableIndications)
 *   gets MI_RESULT_NOT_SUPPORTED, and runs to completion; not every cancel of a client reaches a
 *   provider. After the final post, and for no context: MI_RESULT_INVALID_PARAMETER.
 * - callback NULL takes the registration back: it waits for a callback that is running, unless
 *   it is called inside one, of any operation. MI_RESULT_OK if none was called, MI_RESULT_FAILED
 *   if one was.
 *
 * Any thread may register at any time. To avoid a deadlock, hold no lock over a final post or
 * over taking back that the callback takes, and join no thread that posts inside of it. [page]
 */
MI_INLINE MI_Result MI_Context_RegisterCancel(MI_Context *context, MI_CancelCallback callback,
                                              void *callbackData)
{
    return MI_FORWARD(context, RegisterCancel, (context, callback, callbackData));
}

/* ---- About the operation and its client ---- */

/*
 * Gets the locale that the client wants, such as "en-US", into locale, which has
 * MI_MAX_LOCALE_SIZE characters. MI_RESULT_NOT_FOUND, and empty, if it did not say. [page]
 */
MI_INLINE MI_Result MI_Context_GetLocale(const MI_Context *context, MI_LocaleType localeType,
                                         MI_Char *locale)
{
    return MI_FORWARD(context, GetLocale, (context, localeType, locale));
}

/*
 * Makes a session to this host, for a provider that is a client itself, in memory of the caller.
 * To be ended with MI_Session_Close. [page]
 */
MI_INLINE MI_Result MI_Context_GetLocalSession(const MI_Context *context, MI_Session *session)
{
    return MI_FORWARD(context, GetLocalSession, (context, session));
}

/*
 * Sets an option of this operation, copied: MI_Context_GetStringOption finds it, before one that
 * the client gave under the name. What the host itself goes by is MI_CONTEXT_OPTION_FILTER, for
 * queries. MI_RESULT_FAILED without memory. [page]
 */
MI_INLINE MI_Result MI_Context_SetStringOption(MI_Context *context, const MI_Char *name,
                                               const MI_Char *value)
{
    return MI_FORWARD(context, SetStringOption, (context, name, value));
}

/* Gets an option of the operation that is a string. MI_RESULT_NOT_FOUND. [page] */
MI_INLINE MI_Result MI_Context_GetStringOption(MI_Context *context, const MI_Char *name,
                                               const MI_Char **value)
{
    return MI_FORWARD(context, GetStringOption, (context, name, value));
}

/* Gets an option of the operation that is a number. MI_RESULT_NOT_FOUND. [page] */
MI_INLINE MI_Result MI_Context_GetNumberOption(MI_Context *context, const MI_Char *name,
                                               MI_Uint32 *value)
{
    return MI_FORWARD(context, GetNumberOption, (context, name, value));
}

/*
 * Gets an option that the client set with MI_OperationOptions_SetCustomOption; the value stays
 * the context's. MI_RESULT_NOT_FOUND. [page]
 */
MI_INLINE MI_Result MI_Context_GetCustomOption(MI_Context *context, const MI_Char *name,
                                               MI_Type *valueType, MI_Value *value)
{
    return MI_FORWARD(context, GetCustomOption, (context, name, valueType, value));
}

/* Gets the number of custom options. [page] */
MI_INLINE MI_Result MI_Context_GetCustomOptionCount(MI_Context *context, MI_Uint32 *count)
{
    return MI_FORWARD(context, GetCustomOptionCount, (context, count));
}

/* Gets a custom option by index. MI_RESULT_NOT_FOUND past the last. [page] */
MI_INLINE MI_Result MI_Context_GetCustomOptionAt(MI_Context *context, MI_Uint32 index,
                                                 const MI_Char **name, MI_Type *valueType,
                                                 MI_Value *value)
{
    return MI_FORWARD(context, GetCustomOptionAt, (context, index, name, valueType, value));
}

/* Tells the host who filters: with MI_TRUE the provider does, and the host does not do it again. */
MI_INLINE MI_Result MI_Context_SetFilterOption(MI_Context *context, MI_Boolean filterByProvider)
{
    return MI_Context_SetStringOption(context, MI_CONTEXT_OPTION_FILTER,
                                      filterByProvider ? MI_T("true") : MI_T("false"));
}

/* ---- Talking to the client while it runs ---- */

/* Sends a message for humans to the client, on a channel (MI_WRITEMESSAGE_CHANNEL_*). [page] */
MI_INLINE MI_Result MI_Context_WriteMessage(MI_Context *context, MI_Uint32 channel,
                                            const MI_Char *message)
{
    return MI_FORWARD(context, WriteMessage, (context, channel, message));
}

/* Sends a warning; MI_Context_WriteMessage on its channel. [page] */
MI_INLINE MI_Result MI_Context_WriteWarning(MI_Context *context, const MI_Char *message)
{
    return MI_Context_WriteMessage(context, MI_WRITEMESSAGE_CHANNEL_WARNING, message);
}

/* Sends a remark for those who want to know more; MI_Context_WriteMessage on its channel. [page] */
MI_INLINE MI_Result MI_Context_WriteVerbose(MI_Context *context, const MI_Char *message)
{
    return MI_Context_WriteMessage(context, MI_WRITEMESSAGE_CHANNEL_VERBOSE, message);
}

/* Sends a remark for those who look for an error; MI_Context_WriteMessage on its channel. [page] */
MI_INLINE MI_Result MI_Context_WriteDebug(MI_Context *context, const MI_Char *message)
{
    return MI_Context_WriteMessage(context, MI_WRITEMESSAGE_CHANNEL_DEBUG, message);
}

/*
 * Reports how far the operation is: texts for humans, per cent, and the seconds that are left,
 * either 0xFFFFFFFF if unknown. [page]
 */
MI_INLINE MI_Result MI_Context_WriteProgress(MI_Context *context, const MI_Char *activity,
                                             const MI_Char *currentOperation,
                                             const MI_Char *statusDescription,
                                             MI_Uint32 percentComplete, MI_Uint32 secondsRemaining)
{
    return MI_FORWARD(context, WriteProgress,
                      (context, activity, currentOperation, statusDescription, percentComplete,
                       secondsRemaining));
}

/*
 * Sends some values (copied) of an out parameter that is declared with MI_FLAG_STREAM, before the
 * other out parameters are posted: an array of its type, or one element. value NULL, or
 * MI_FLAG_NULL in flags, ends it. Blocks while the client is slow to read; for one that does not
 * want results as they come the values are collected, and MI_RESULT_SERVER_LIMITS_EXCEEDED says
 * that there is no room for more. MI_RESULT_TYPE_MISMATCH; MI_RESULT_INVALID_PARAMETER for another
 * parameter; MI_RESULT_FAILED once canceled; MI_RESULT_NOT_SUPPORTED where no method is called.
 * [page]
 */
MI_INLINE MI_Result MI_Context_WriteStreamParameter(MI_Context *self, const MI_Char *name,
                                                    const MI_Value *value, MI_Type type,
                                                    MI_Uint32 flags)
{
    return MI_FORWARD(self, WriteStreamParameter, (self, name, value, type, flags));
}

/*
 * Reports an error that the provider does not want to end with. *flag says whether to go on.
 * Blocks until the client has answered, if it wants to be asked. The code and text as
 * MI_Context_PostError. [page]
 */
MI_INLINE MI_Result MI_Context_WriteError(MI_Context *context, MI_Uint32 resultCode,
                                          const MI_Char *resultType, const MI_Char *errorMessage,
                                          MI_Boolean *flag)
{
    return MI_FORWARD(context, WriteError, (context, resultCode, resultType, errorMessage, flag));
}

/*
 * Reports an error that is an instance of CIM_Error, and asks as MI_Context_WriteError does.
 * [page]
 */
MI_INLINE MI_Result MI_Context_WriteCimError(MI_Context *context, const MI_Instance *error,
                                             MI_Boolean *flag)
{
    return MI_FORWARD(context, WriteCimError, (context, error, flag));
}

/*
 * Asks the user whether to go on. *flag is the answer. Blocks until it came, if the client wants
 * to be asked; once canceled, it returns MI_RESULT_FAILED with *flag false. [page]
 */
MI_INLINE MI_Result MI_Context_PromptUser(MI_Context *context, const MI_Char *message,
                                          MI_PromptType promptType, MI_Boolean *flag)
{
    return MI_FORWARD(context, PromptUser, (context, message, promptType, flag));
}

/*
 * Asks whether to do an action to a target ("delete", "file x"), for operations that change
 * something. As MI_Context_PromptUser. [page]
 */
MI_INLINE MI_Result MI_Context_ShouldProcess(MI_Context *context, const MI_Char *target,
                                             const MI_Char *action, MI_Boolean *flag)
{
    return MI_FORWARD(context, ShouldProcess, (context, target, action, flag));
}

/* Asks whether to go on with something that cannot be undone. As MI_Context_PromptUser. [page] */
MI_INLINE MI_Result MI_Context_ShouldContinue(MI_Context *context, const MI_Char *message,
                                              MI_Boolean *flag)
{
    return MI_FORWARD(context, ShouldContinue, (context, message, flag));
}

/* ---- The life of the provider ---- */

/*
 * Asks that this provider be unloaded: it is given no more work, and unloaded when it has none
 * left. Takes MI_Context_RefuseUnload back, and must be called on the same context then: also when
 * that one's operation has ended since. [page]
 */
MI_INLINE MI_Result MI_Context_RequestUnload(MI_Context *context)
{
    return MI_FORWARD(context, RequestUnload, (context));
}

/*
 * Keeps this provider from being unloaded while it is idle, until MI_Context_RequestUnload is
 * called on the same context; mostly called in Load. The end of the service, and a change of the
 * provider's registration, unload it all the same. [page]
 */
MI_INLINE MI_Result MI_Context_RefuseUnload(MI_Context *context)
{
    return MI_FORWARD(context, RefuseUnload, (context));
}

/*
 * Gets the context in which a provider reports what happens to its instances; in
 * EnableIndications only. It is the host's, and lives until DisableIndications.
 */
MI_INLINE MI_Result MI_Context_GetLifecycleIndicationContext(
    const MI_Context *context, MI_LifecycleIndicationContext **lifecycleContext)
{
    return MI_FORWARD(context, GetLifecycleIndicationContext, (context, lifecycleContext));
}

#ifdef __cplusplus
}
#endif

#endif
