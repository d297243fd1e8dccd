/*
 * mi/session.h: a connection, on which operations start.
 *
 * Each of the functions that start something fills *operation and returns at once; errors come
 * as the result of the operation, so that there is one way to hear of them. `callbacks` may be
 * NULL, for results to be fetched (mi/operation.h); it and its callbackContext must live until
 * the last result. `options` may be NULL, and is copied. `flags` are MI_OPERATIONFLAGS_*.
 */
#ifndef MIHOST_MI_SESSION_H
#define MIHOST_MI_SESSION_H

#include <mi/operation.h>
#include <mi/operation_options.h>
#include <mi/subscription.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_Application MI_Application;

/*
 * The flags of an operation. RTTI: what comes along with results about their classes, one of
 * these. MANUAL_ACK_RESULTS: see MI_OperationCallback_Instance. POLYMORPHISM: what an
 * enumeration says about instances of derived classes. REPORT_OPERATION_STARTED: a result
 * without instance when the server has begun.
 */
#define MI_OPERATIONFLAGS_DEFAULT_RTTI                      0x0u   /* as the server likes */
#define MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS                0x1u   /* one result at a time */
#define MI_OPERATIONFLAGS_BASIC_RTTI                        0x2u   /* types only */
#define MI_OPERATIONFLAGS_FULL_RTTI                         0x4u   /* whole classes */
#define MI_OPERATIONFLAGS_LOCALIZED_QUALIFIERS              0x8u   /* in the locale asked for */
#define MI_OPERATIONFLAGS_EXPENSIVE_PROPERTIES              0x40u  /* costly ones too */
#define MI_OPERATIONFLAGS_POLYMORPHISM_SHALLOW              0x80u  /* the class itself only */
#define MI_OPERATIONFLAGS_POLYMORPHISM_DEEP_BASE_PROPS_ONLY 0x180u /* its own properties only */
#define MI_OPERATIONFLAGS_REPORT_OPERATION_STARTED          0x200u /* a first, empty result */
#define MI_OPERATIONFLAGS_NO_RTTI                           0x400u /* no types */
#define MI_OPERATIONFLAGS_STANDARD_RTTI                     0x800u /* without qualifiers */

/* What a client wants to be told that concerns a session, not one of its operations. [page] */
typedef struct _MI_SessionCallbacks {
    void *callbackContext;
    void (*writeMessage)(MI_Application *application, void *callbackContext, MI_Uint32 channel,
                         const MI_Char *message);
    void (*writeError)(MI_Application *application, void *callbackContext, MI_Instance *instance);
} MI_SessionCallbacks;

/* No callback at all, to begin with. */
#define MI_SESSIONCALLBACKS_NULL                                                                   \
    {                                                                                              \
        NULL, NULL, NULL                                                                           \
    }

/* The functions of a session; MI_Session_* calls them. [page] */
typedef struct _MI_SessionFT {
    MI_Result (*Close)(MI_Session *session, void *completionContext,
                       void (*completionCallback)(void *completionContext));
    MI_Result (*GetApplication)(MI_Session *session, MI_Application *application);
    void (*GetInstance)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                        const MI_Char *namespaceName, const MI_Instance *inboundInstance,
                        MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*ModifyInstance)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                           const MI_Char *namespaceName, const MI_Instance *inboundInstance,
                           MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*CreateInstance)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                           const MI_Char *namespaceName, const MI_Instance *inboundInstance,
                           MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*DeleteInstance)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                           const MI_Char *namespaceName, const MI_Instance *inboundInstance,
                           MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*Invoke)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                   const MI_Char *namespaceName, const MI_Char *className,
                   const MI_Char *methodName, const MI_Instance *inboundInstance,
                   const MI_Instance *inboundProperties, MI_OperationCallbacks *callbacks,
                   MI_Operation *operation);
    void (*EnumerateInstances)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                               const MI_Char *namespaceName, const MI_Char *className,
                               MI_Boolean keysOnly, MI_OperationCallbacks *callbacks,
                               MI_Operation *operation);
    void (*QueryInstances)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                           const MI_Char *namespaceName, const MI_Char *queryDialect,
                           const MI_Char *queryExpression, MI_OperationCallbacks *callbacks,
                           MI_Operation *operation);
    void (*AssociatorInstances)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                                const MI_Char *namespaceName, const MI_Instance *instanceKey,
                                const MI_Char *assocClass, const MI_Char *resultClass,
                                const MI_Char *role, const MI_Char *resultRole, MI_Boolean keysOnly,
                                MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*ReferenceInstances)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                               const MI_Char *namespaceName, const MI_Instance *instanceKey,
                               const MI_Char *resultClass, const MI_Char *role, MI_Boolean keysOnly,
                               MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*Subscribe)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                      const MI_Char *namespaceName, const MI_Char *queryDialect,
                      const MI_Char *queryExpression,
                      const MI_SubscriptionDeliveryOptions *deliverOptions,
                      MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*GetClass)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                     const MI_Char *namespaceName, const MI_Char *className,
                     MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void (*EnumerateClasses)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                             const MI_Char *namespaceName, const MI_Char *className,
                             MI_Boolean classNamesOnly, MI_OperationCallbacks *callbacks,
                             MI_Operation *operation);
    void (*TestConnection)(MI_Session *session, MI_Uint32 flags, MI_OperationCallbacks *callbacks,
                           MI_Operation *operation);
} MI_SessionFT;

/* A connection. In memory of the client. [page] */
typedef struct _MI_Session {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_SessionFT *ft;
} MI_Session;

#define MI_SESSION_NULL MI_NOT_MADE

/*
 * What ends an operation that has no session to run on: its client hears of it as of any other
 * end.
 */
MI_INLINE void MI_Session_RefuseInstance(const MI_OperationCallbacks *callbacks,
                                         MI_Operation *operation)
{
    if (operation)
        memset(operation, 0, sizeof(*operation));
    if (callbacks && callbacks->instanceResult)
        callbacks->instanceResult(NULL, callbacks->callbackContext, NULL, MI_FALSE,
                                  MI_RESULT_INVALID_PARAMETER, NULL, NULL, NULL);
}

MI_INLINE void MI_Session_RefuseClass(const MI_OperationCallbacks *callbacks,
                                      MI_Operation *operation)
{
    if (operation)
        memset(operation, 0, sizeof(*operation));
    if (callbacks && callbacks->classResult)
        callbacks->classResult(NULL, callbacks->callbackContext, NULL, MI_FALSE,
                               MI_RESULT_INVALID_PARAMETER, NULL, NULL, NULL);
}

MI_INLINE void MI_Session_RefuseIndication(const MI_OperationCallbacks *callbacks,
                                           MI_Operation *operation)
{
    if (operation)
        memset(operation, 0, sizeof(*operation));
    if (callbacks && callbacks->indicationResult)
        callbacks->indicationResult(NULL, callbacks->callbackContext, NULL, NULL, NULL, MI_FALSE,
                                    MI_RESULT_INVALID_PARAMETER, NULL, NULL, NULL);
}

/*
 * Ends a session: cancels what is running on it, and waits until all its operations are closed.
 * With a completionCallback it returns at once, and that is called in the end: needed in a
 * callback of an operation, which would wait for itself. [page]
 */
MI_INLINE MI_Result MI_Session_Close(MI_Session *session, void *completionContext,
                                     void (*completionCallback)(void *completionContext))
{
    return MI_FORWARD(session, Close, (session, completionContext, completionCallback));
}

/* Gets the application of the session, which need not be closed again. [page] */
MI_INLINE MI_Result MI_Session_GetApplication(MI_Session *session, MI_Application *application)
{
    return MI_FORWARD(session, GetApplication, (session, application));
}

/* Gets the instance that has the keys of inboundInstance. One result. [page] */
MI_INLINE void MI_Session_GetInstance(MI_Session *session, MI_Uint32 flags,
                                      MI_OperationOptions *options, const MI_Char *namespaceName,
                                      const MI_Instance *inboundInstance,
                                      MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->GetInstance(session, flags, options, namespaceName, inboundInstance, callbacks,
                                 operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/* Modifies the instance that has the keys of inboundInstance, to what that has besides. [page] */
MI_INLINE void MI_Session_ModifyInstance(MI_Session *session, MI_Uint32 flags,
                                         MI_OperationOptions *options, const MI_Char *namespaceName,
                                         const MI_Instance *inboundInstance,
                                         MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->ModifyInstance(session, flags, options, namespaceName, inboundInstance,
                                    callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/* Creates an instance. The result has its keys. [page] */
MI_INLINE void MI_Session_CreateInstance(MI_Session *session, MI_Uint32 flags,
                                         MI_OperationOptions *options, const MI_Char *namespaceName,
                                         const MI_Instance *inboundInstance,
                                         MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->CreateInstance(session, flags, options, namespaceName, inboundInstance,
                                    callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/* Deletes the instance that has the keys of inboundInstance. [page] */
MI_INLINE void MI_Session_DeleteInstance(MI_Session *session, MI_Uint32 flags,
                                         MI_OperationOptions *options, const MI_Char *namespaceName,
                                         const MI_Instance *inboundInstance,
                                         MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->DeleteInstance(session, flags, options, namespaceName, inboundInstance,
                                    callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/*
 * Invokes a method: of inboundInstance, or a static one of the class if that is NULL.
 * inboundProperties, or NULL, has the in parameters (MI_Application_NewParameterSet). The result
 * has the out parameters, with MIReturn. [page]
 */
MI_INLINE void MI_Session_Invoke(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                                 const MI_Char *namespaceName, const MI_Char *className,
                                 const MI_Char *methodName, const MI_Instance *inboundInstance,
                                 const MI_Instance *inboundProperties,
                                 MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->Invoke(session, flags, options, namespaceName, className, methodName,
                            inboundInstance, inboundProperties, callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/*
 * Gets all instances of a class, and of those derived from it. With keysOnly, their keys are
 * enough. [page]
 */
MI_INLINE void MI_Session_EnumerateInstances(MI_Session *session, MI_Uint32 flags,
                                             MI_OperationOptions *options,
                                             const MI_Char *namespaceName, const MI_Char *className,
                                             MI_Boolean keysOnly, MI_OperationCallbacks *callbacks,
                                             MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->EnumerateInstances(session, flags, options, namespaceName, className, keysOnly,
                                        callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/* Gets the instances that a query in a dialect (MI_QUERY_DIALECT_*) asks for. [page] */
MI_INLINE void MI_Session_QueryInstances(MI_Session *session, MI_Uint32 flags,
                                         MI_OperationOptions *options, const MI_Char *namespaceName,
                                         const MI_Char *queryDialect,
                                         const MI_Char *queryExpression,
                                         MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->QueryInstances(session, flags, options, namespaceName, queryDialect,
                                    queryExpression, callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/*
 * Gets the instances that are associated with instanceKey, by way of assocClass, of resultClass,
 * and with these roles of either; NULL is any. [page]
 */
MI_INLINE void MI_Session_AssociatorInstances(
    MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
    const MI_Char *namespaceName, const MI_Instance *instanceKey, const MI_Char *assocClass,
    const MI_Char *resultClass, const MI_Char *role, const MI_Char *resultRole, MI_Boolean keysOnly,
    MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->AssociatorInstances(session, flags, options, namespaceName, instanceKey,
                                         assocClass, resultClass, role, resultRole, keysOnly,
                                         callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/*
 * Gets the associations that instanceKey is an end of, of resultClass, in that role; NULL is
 * any. [page]
 */
MI_INLINE void MI_Session_ReferenceInstances(MI_Session *session, MI_Uint32 flags,
                                             MI_OperationOptions *options,
                                             const MI_Char *namespaceName,
                                             const MI_Instance *instanceKey,
                                             const MI_Char *resultClass, const MI_Char *role,
                                             MI_Boolean keysOnly, MI_OperationCallbacks *callbacks,
                                             MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->ReferenceInstances(session, flags, options, namespaceName, instanceKey,
                                        resultClass, role, keysOnly, callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

/*
 * Subscribes to the indications that a query asks for. Runs until it is canceled. deliverOptions
 * may be NULL. [page]
 */
MI_INLINE void MI_Session_Subscribe(MI_Session *session, MI_Uint32 flags,
                                    MI_OperationOptions *options, const MI_Char *namespaceName,
                                    const MI_Char *queryDialect, const MI_Char *queryExpression,
                                    const MI_SubscriptionDeliveryOptions *deliverOptions,
                                    MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->Subscribe(session, flags, options, namespaceName, queryDialect,
                               queryExpression, deliverOptions, callbacks, operation);
    else
        MI_Session_RefuseIndication(callbacks, operation);
}

/* Gets a class. One result. [page] */
MI_INLINE void MI_Session_GetClass(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *namespaceName,
                                   const MI_Char *className, MI_OperationCallbacks *callbacks,
                                   MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->GetClass(session, flags, options, namespaceName, className, callbacks,
                              operation);
    else
        MI_Session_RefuseClass(callbacks, operation);
}

/*
 * Gets the classes derived from className, or all for NULL; with classNamesOnly, names are
 * enough. [page]
 */
MI_INLINE void MI_Session_EnumerateClasses(MI_Session *session, MI_Uint32 flags,
                                           MI_OperationOptions *options,
                                           const MI_Char *namespaceName, const MI_Char *className,
                                           MI_Boolean classNamesOnly,
                                           MI_OperationCallbacks *callbacks,
                                           MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->EnumerateClasses(session, flags, options, namespaceName, className,
                                      classNamesOnly, callbacks, operation);
    else
        MI_Session_RefuseClass(callbacks, operation);
}

/* Finds out whether the destination answers. A result without an instance. [page] */
MI_INLINE void MI_Session_TestConnection(MI_Session *session, MI_Uint32 flags,
                                         MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->TestConnection(session, flags, callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

#ifdef __cplusplus
}
#endif

#endif
