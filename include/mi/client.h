/* mi/client.h: part of the MI interface. */
#ifndef MIHOST_MI_CLIENT_H
#define MIHOST_MI_CLIENT_H

#include <mi/destination_wellknown.h>
#include <mi/provider.h>
#include <mi/serializer.h>
#include <mi/session.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_HostedProvider MI_HostedProvider;

typedef struct _MI_ApplicationFT {
    MI_Result(MI_CALL *Close)(MI_Application *application);
    MI_Result(MI_CALL *NewSession)(MI_Application *application, const MI_Char *protocol,
                                   const MI_Char *destination, MI_DestinationOptions *options,
                                   MI_SessionCallbacks *callbacks, MI_Instance **extendedError,
                                   MI_Session *session);
    MI_Result(MI_CALL *NewHostedProvider)(MI_Application *application, const MI_Char *namespaceName,
                                          const MI_Char *providerName, MI_MainFunction mi_Main,
                                          MI_Instance **extendedError,
                                          MI_HostedProvider *hostedProvider);
    MI_Result(MI_CALL *NewInstance)(MI_Application *application, const MI_Char *className,
                                    const MI_ClassDecl *classRTTI, MI_Instance **instance);
    MI_Result(MI_CALL *NewDestinationOptions)(MI_Application *application,
                                              MI_DestinationOptions *options);
    MI_Result(MI_CALL *NewOperationOptions)(MI_Application *application, MI_Boolean mustUnderstand,
                                            MI_OperationOptions *options);
    MI_Result(MI_CALL *NewSubscriptionDeliveryOptions)(
        MI_Application *application, MI_SubscriptionDeliveryType deliveryType,
        MI_SubscriptionDeliveryOptions *deliveryOptions);
    MI_Result(MI_CALL *NewSerializer)(MI_Application *application, MI_Uint32 flags, MI_Char *format,
                                      MI_Serializer *serializer);
    MI_Result(MI_CALL *NewDeserializer)(MI_Application *application, MI_Uint32 flags,
                                        MI_Char *format, MI_Deserializer *deserializer);
    MI_Result(MI_CALL *NewInstanceFromClass)(MI_Application *application, const MI_Char *className,
                                             const MI_Class *classObject, MI_Instance **instance);
    MI_Result(MI_CALL *NewClass)(MI_Application *application, const MI_ClassDecl *classDecl,
                                 const MI_Char *namespaceName, const MI_Char *serverName,
                                 MI_Class **newClass);
} MI_ApplicationFT;

typedef struct _MI_Application {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_ApplicationFT *ft;
} MI_Application;

MI_Result MI_CALL MI_Application_InitializeV1(MI_Uint32 flags, const MI_Char *applicationID,
                                              MI_Instance **extendedError,
                                              MI_Application *application);

MI_INLINE MI_Result MI_CALL MI_Application_Close(MI_Application *application)
{
    return MI_FORWARD(application, Close, (application));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewDeserializer(MI_Application *application,
                                                           MI_Uint32 flags, MI_Char *format,
                                                           MI_Deserializer *deserializer)
{
    return MI_FORWARD(application, NewDeserializer, (application, flags, format, deserializer));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewDestinationOptions(MI_Application *application,
                                                                 MI_DestinationOptions *options)
{
    return MI_FORWARD(application, NewDestinationOptions, (application, options));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewHostedProvider(
    MI_Application *application, const MI_Char *namespaceName, const MI_Char *providerName,
    MI_MainFunction mi_Main, MI_Instance **extendedError, MI_HostedProvider *hostedProvider)
{
    return MI_FORWARD(
        application, NewHostedProvider,
        (application, namespaceName, providerName, mi_Main, extendedError, hostedProvider));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewInstance(MI_Application *application,
                                                       const MI_Char *className,
                                                       const MI_ClassDecl *classRTTI,
                                                       MI_Instance **instance)
{
    return MI_FORWARD(application, NewInstance, (application, className, classRTTI, instance));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewInstanceFromClass(MI_Application *application,
                                                                const MI_Char *className,
                                                                const MI_Class *classObject,
                                                                MI_Instance **instance)
{
    return MI_FORWARD(application, NewInstanceFromClass,
                      (application, className, classObject, instance));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewOperationOptions(MI_Application *application,
                                                               MI_Boolean mustUnderstand,
                                                               MI_OperationOptions *options)
{
    return MI_FORWARD(application, NewOperationOptions, (application, mustUnderstand, options));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewParameterSet(MI_Application *application,
                                                           const MI_ClassDecl *classRTTI,
                                                           MI_Instance **instance)
{
    return MI_Application_NewInstance(application, MI_T("Parameters"), classRTTI, instance);
}

MI_INLINE MI_Result MI_CALL MI_Application_NewSerializer(MI_Application *application,
                                                         MI_Uint32 flags, MI_Char *format,
                                                         MI_Serializer *serializer)
{
    return MI_FORWARD(application, NewSerializer, (application, flags, format, serializer));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewSession(
    MI_Application *application, const MI_Char *protocol, const MI_Char *destination,
    MI_DestinationOptions *options, MI_SessionCallbacks *callbacks, MI_Instance **extendedError,
    MI_Session *session)
{
    return MI_FORWARD(
        application, NewSession,
        (application, protocol, destination, options, callbacks, extendedError, session));
}

MI_INLINE MI_Result MI_CALL MI_Application_NewSubscriptionDeliveryOptions(
    MI_Application *application, MI_SubscriptionDeliveryType deliveryType,
    MI_SubscriptionDeliveryOptions *deliveryOptions)
{
    return MI_FORWARD(application, NewSubscriptionDeliveryOptions,
                      (application, deliveryType, deliveryOptions));
}

typedef struct _MI_HostedProviderFT {
    MI_Result(MI_CALL *Close)(MI_HostedProvider *hostedProvider);
    MI_Result(MI_CALL *GetApplication)(MI_HostedProvider *hostedProvider,
                                       MI_Application *application);
} MI_HostedProviderFT;

typedef struct _MI_HostedProvider {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_HostedProviderFT *ft;
} MI_HostedProvider;

MI_INLINE MI_Result MI_CALL MI_HostedProvider_Close(MI_HostedProvider *hostedProvider)
{
    return MI_FORWARD(hostedProvider, Close, (hostedProvider));
}

MI_INLINE MI_Result MI_CALL MI_HostedProvider_GetApplication(MI_HostedProvider *hostedProvider,
                                                             MI_Application *application)
{
    return MI_FORWARD(hostedProvider, GetApplication, (hostedProvider, application));
}

typedef struct _MI_UtilitiesFT {
    MI_ErrorCategory(MI_CALL *MapErrorToMiErrorCategory)(const MI_Char *errorType, MI_Uint32 error);
    MI_Result(MI_CALL *CimErrorFromErrorCode)(MI_Uint32 error, const MI_Char *errorType,
                                              const MI_Char *errorMessage, MI_Instance **cimError);
} MI_UtilitiesFT;

typedef struct _MI_ClientFT_V1 {
    const MI_ApplicationFT *applicationFT;
    const MI_SessionFT *sessionFT;
    const MI_OperationFT *operationFT;
    const MI_HostedProviderFT *hostedProviderFT;
    const MI_SerializerFT *serializerFT;
    const MI_DeserializerFT *deserializerFT;
    const MI_SubscriptionDeliveryOptionsFT *subscribeDeliveryOptionsFT;
    const MI_DestinationOptionsFT *destinationOptionsFT;
    const MI_OperationOptionsFT *operationOptionsFT;
    const MI_UtilitiesFT *utilitiesFT;
} MI_ClientFT_V1;

#ifdef __cplusplus
}
#endif

#endif
