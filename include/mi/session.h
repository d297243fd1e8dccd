/* mi/session.h: part of the MI interface. */
#ifndef MIHOST_MI_SESSION_H
#define MIHOST_MI_SESSION_H

#include <mi/operation.h>
#include <mi/operation_options.h>
#include <mi/subscription.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_Application MI_Application;

/* The flags of an operation. */

#define MI_OPERATIONFLAGS_DEFAULT_RTTI                      0x0u
#define MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS                0x1u
#define MI_OPERATIONFLAGS_BASIC_RTTI                        0x2u
#define MI_OPERATIONFLAGS_FULL_RTTI                         0x4u
#define MI_OPERATIONFLAGS_LOCALIZED_QUALIFIERS              0x8u
#define MI_OPERATIONFLAGS_EXPENSIVE_PROPERTIES              0x40u
#define MI_OPERATIONFLAGS_POLYMORPHISM_SHALLOW              0x80u
#define MI_OPERATIONFLAGS_POLYMORPHISM_DEEP_BASE_PROPS_ONLY 0x180u
#define MI_OPERATIONFLAGS_REPORT_OPERATION_STARTED          0x200u
#define MI_OPERATIONFLAGS_NO_RTTI                           0x400u
#define MI_OPERATIONFLAGS_STANDARD_RTTI                     0x800u

typedef struct _MI_SessionCallbacks {
    void *callbackContext;
    void(MI_CALL *writeMessage)(MI_Application *application, void *callbackContext,
                                MI_Uint32 channel, const MI_Char *message);
    void(MI_CALL *writeError)(MI_Application *application, void *callbackContext,
                              MI_Instance *instance);
} MI_SessionCallbacks;

typedef struct _MI_SessionFT {
    MI_Result(MI_CALL *Close)(MI_Session *session, void *completionContext,
                              void(MI_CALL *completionCallback)(void *completionContext));
    MI_Result(MI_CALL *GetApplication)(MI_Session *session, MI_Application *application);
    void(MI_CALL *GetInstance)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                               const MI_Char *namespaceName, const MI_Instance *inboundInstance,
                               MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *ModifyInstance)(MI_Session *session, MI_Uint32 flags,
                                  MI_OperationOptions *options, const MI_Char *namespaceName,
                                  const MI_Instance *inboundInstance,
                                  MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *CreateInstance)(MI_Session *session, MI_Uint32 flags,
                                  MI_OperationOptions *options, const MI_Char *namespaceName,
                                  const MI_Instance *inboundInstance,
                                  MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *DeleteInstance)(MI_Session *session, MI_Uint32 flags,
                                  MI_OperationOptions *options, const MI_Char *namespaceName,
                                  const MI_Instance *inboundInstance,
                                  MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *Invoke)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                          const MI_Char *namespaceName, const MI_Char *className,
                          const MI_Char *methodName, const MI_Instance *inboundInstance,
                          const MI_Instance *inboundProperties, MI_OperationCallbacks *callbacks,
                          MI_Operation *operation);
    void(MI_CALL *EnumerateInstances)(MI_Session *session, MI_Uint32 flags,
                                      MI_OperationOptions *options, const MI_Char *namespaceName,
                                      const MI_Char *className, MI_Boolean keysOnly,
                                      MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *QueryInstances)(MI_Session *session, MI_Uint32 flags,
                                  MI_OperationOptions *options, const MI_Char *namespaceName,
                                  const MI_Char *queryDialect, const MI_Char *queryExpression,
                                  MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *AssociatorInstances)(MI_Session *session, MI_Uint32 flags,
                                       MI_OperationOptions *options, const MI_Char *namespaceName,
                                       const MI_Instance *instanceKey, const MI_Char *assocClass,
                                       const MI_Char *resultClass, const MI_Char *role,
                                       const MI_Char *resultRole, MI_Boolean keysOnly,
                                       MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *ReferenceInstances)(MI_Session *session, MI_Uint32 flags,
                                      MI_OperationOptions *options, const MI_Char *namespaceName,
                                      const MI_Instance *instanceKey, const MI_Char *resultClass,
                                      const MI_Char *role, MI_Boolean keysOnly,
                                      MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *Subscribe)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                             const MI_Char *namespaceName, const MI_Char *queryDialect,
                             const MI_Char *queryExpression,
                             const MI_SubscriptionDeliveryOptions *deliverOptions,
                             MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *GetClass)(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                            const MI_Char *namespaceName, const MI_Char *className,
                            MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *EnumerateClasses)(MI_Session *session, MI_Uint32 flags,
                                    MI_OperationOptions *options, const MI_Char *namespaceName,
                                    const MI_Char *className, MI_Boolean classNamesOnly,
                                    MI_OperationCallbacks *callbacks, MI_Operation *operation);
    void(MI_CALL *TestConnection)(MI_Session *session, MI_Uint32 flags,
                                  MI_OperationCallbacks *callbacks, MI_Operation *operation);
} MI_SessionFT;

typedef struct _MI_Session {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_SessionFT *ft;
} MI_Session;

/* An operation that has no session still ends, with MI_RESULT_INVALID_PARAMETER, told to whoever
 * waits for it. */
#define MI_DEFINE_REFUSE(name, member, ...)                                                        \
    MI_INLINE void name(const MI_OperationCallbacks *callbacks, MI_Operation *operation)           \
    {                                                                                              \
        if (operation)                                                                             \
            memset(operation, 0, sizeof(*operation));                                              \
        if (callbacks && callbacks->member)                                                        \
            callbacks->member(NULL, callbacks->callbackContext, __VA_ARGS__, MI_FALSE,             \
                              MI_RESULT_INVALID_PARAMETER, NULL, NULL, NULL);                      \
    }

MI_DEFINE_REFUSE(MI_Session_RefuseInstance, instanceResult, NULL)
MI_DEFINE_REFUSE(MI_Session_RefuseClass, classResult, NULL)
MI_DEFINE_REFUSE(MI_Session_RefuseIndication, indicationResult, NULL, NULL, NULL)

MI_INLINE MI_Result MI_CALL
MI_Session_Close(MI_Session *session, void *completionContext,
                 void(MI_CALL *completionCallback)(void *completionContext))
{
    return MI_FORWARD(session, Close, (session, completionContext, completionCallback));
}

MI_INLINE MI_Result MI_CALL MI_Session_GetApplication(MI_Session *session,
                                                      MI_Application *application)
{
    return MI_FORWARD(session, GetApplication, (session, application));
}

MI_INLINE void MI_CALL MI_Session_GetInstance(MI_Session *session, MI_Uint32 flags,
                                              MI_OperationOptions *options,
                                              const MI_Char *namespaceName,
                                              const MI_Instance *inboundInstance,
                                              MI_OperationCallbacks *callbacks,
                                              MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->GetInstance(session, flags, options, namespaceName, inboundInstance, callbacks,
                                 operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_ModifyInstance(MI_Session *session, MI_Uint32 flags,
                                                 MI_OperationOptions *options,
                                                 const MI_Char *namespaceName,
                                                 const MI_Instance *inboundInstance,
                                                 MI_OperationCallbacks *callbacks,
                                                 MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->ModifyInstance(session, flags, options, namespaceName, inboundInstance,
                                    callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_CreateInstance(MI_Session *session, MI_Uint32 flags,
                                                 MI_OperationOptions *options,
                                                 const MI_Char *namespaceName,
                                                 const MI_Instance *inboundInstance,
                                                 MI_OperationCallbacks *callbacks,
                                                 MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->CreateInstance(session, flags, options, namespaceName, inboundInstance,
                                    callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_DeleteInstance(MI_Session *session, MI_Uint32 flags,
                                                 MI_OperationOptions *options,
                                                 const MI_Char *namespaceName,
                                                 const MI_Instance *inboundInstance,
                                                 MI_OperationCallbacks *callbacks,
                                                 MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->DeleteInstance(session, flags, options, namespaceName, inboundInstance,
                                    callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_Invoke(MI_Session *session, MI_Uint32 flags,
                                         MI_OperationOptions *options, const MI_Char *namespaceName,
                                         const MI_Char *className, const MI_Char *methodName,
                                         const MI_Instance *inboundInstance,
                                         const MI_Instance *inboundProperties,
                                         MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->Invoke(session, flags, options, namespaceName, className, methodName,
                            inboundInstance, inboundProperties, callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_EnumerateInstances(MI_Session *session, MI_Uint32 flags,
                                                     MI_OperationOptions *options,
                                                     const MI_Char *namespaceName,
                                                     const MI_Char *className, MI_Boolean keysOnly,
                                                     MI_OperationCallbacks *callbacks,
                                                     MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->EnumerateInstances(session, flags, options, namespaceName, className, keysOnly,
                                        callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_QueryInstances(
    MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
    const MI_Char *namespaceName, const MI_Char *queryDialect, const MI_Char *queryExpression,
    MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->QueryInstances(session, flags, options, namespaceName, queryDialect,
                                    queryExpression, callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_AssociatorInstances(
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

MI_INLINE void MI_CALL
MI_Session_ReferenceInstances(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                              const MI_Char *namespaceName, const MI_Instance *instanceKey,
                              const MI_Char *resultClass, const MI_Char *role, MI_Boolean keysOnly,
                              MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->ReferenceInstances(session, flags, options, namespaceName, instanceKey,
                                        resultClass, role, keysOnly, callbacks, operation);
    else
        MI_Session_RefuseInstance(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_Subscribe(
    MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
    const MI_Char *namespaceName, const MI_Char *queryDialect, const MI_Char *queryExpression,
    const MI_SubscriptionDeliveryOptions *deliverOptions, MI_OperationCallbacks *callbacks,
    MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->Subscribe(session, flags, options, namespaceName, queryDialect,
                               queryExpression, deliverOptions, callbacks, operation);
    else
        MI_Session_RefuseIndication(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_GetClass(MI_Session *session, MI_Uint32 flags,
                                           MI_OperationOptions *options,
                                           const MI_Char *namespaceName, const MI_Char *className,
                                           MI_OperationCallbacks *callbacks,
                                           MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->GetClass(session, flags, options, namespaceName, className, callbacks,
                              operation);
    else
        MI_Session_RefuseClass(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_EnumerateClasses(
    MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
    const MI_Char *namespaceName, const MI_Char *className, MI_Boolean classNamesOnly,
    MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    if (session && session->ft)
        session->ft->EnumerateClasses(session, flags, options, namespaceName, className,
                                      classNamesOnly, callbacks, operation);
    else
        MI_Session_RefuseClass(callbacks, operation);
}

MI_INLINE void MI_CALL MI_Session_TestConnection(MI_Session *session, MI_Uint32 flags,
                                                 MI_OperationCallbacks *callbacks,
                                                 MI_Operation *operation)
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
