/*
 * mi/client.h: the application object, from which a client makes all the others.
 *
 * One MI_Application_InitializeV1 in a program, then a session for each destination, then
 * operations. They end in the other order: MI_Application_Close waits for sessions, and those
 * for operations, that are still open.
 */
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

/* The functions of an application; MI_Application_* calls them. [page] */
typedef struct _MI_ApplicationFT {
    MI_Result (*Close)(MI_Application *application);
    MI_Result (*NewSession)(MI_Application *application, const MI_Char *protocol,
                            const MI_Char *destination, MI_DestinationOptions *options,
                            MI_SessionCallbacks *callbacks, MI_Instance **extendedError,
                            MI_Session *session);
    MI_Result (*NewHostedProvider)(MI_Application *application, const MI_Char *namespaceName,
                                   const MI_Char *providerName, MI_MainFunction mi_Main,
                                   MI_Instance **extendedError, MI_HostedProvider *hostedProvider);
    MI_Result (*NewInstance)(MI_Application *application, const MI_Char *className,
                             const MI_ClassDecl *classRTTI, MI_Instance **instance);
    MI_Result (*NewDestinationOptions)(MI_Application *application, MI_DestinationOptions *options);
    MI_Result (*NewOperationOptions)(MI_Application *application, MI_Boolean mustUnderstand,
                                     MI_OperationOptions *options);
    MI_Result (*NewSubscriptionDeliveryOptions)(MI_Application *application,
                                                MI_SubscriptionDeliveryType deliveryType,
                                                MI_SubscriptionDeliveryOptions *deliveryOptions);
    MI_Result (*NewSerializer)(MI_Application *application, MI_Uint32 flags, MI_Char *format,
                               MI_Serializer *serializer);
    MI_Result (*NewDeserializer)(MI_Application *application, MI_Uint32 flags, MI_Char *format,
                                 MI_Deserializer *deserializer);
    MI_Result (*NewInstanceFromClass)(MI_Application *application, const MI_Char *className,
                                      const MI_Class *classObject, MI_Instance **instance);
    MI_Result (*NewClass)(MI_Application *application, const MI_ClassDecl *classDecl,
                          const MI_Char *namespaceName, const MI_Char *serverName,
                          MI_Class **newClass);
} MI_ApplicationFT;

/* The use of this library by a program. In memory of the client. [page] */
typedef struct _MI_Application {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_ApplicationFT *ft;
} MI_Application;

#define MI_APPLICATION_NULL MI_NOT_MADE

/*
 * Begins the use of the library: fills *application. flags is 0; applicationID, or NULL, is a
 * name for logs. *extendedError, if there is one, is to be ended with MI_Instance_Delete. [page]
 */
MI_Result MI_Application_InitializeV1(MI_Uint32 flags, const MI_Char *applicationID,
                                      MI_Instance **extendedError, MI_Application *application);

/*
 * Ends the use of the library. Waits for the sessions that are still open, and for callbacks that
 * MI_Session_Close was given; MI_RESULT_FAILED in a callback, which would wait for itself. [page]
 */
MI_INLINE MI_Result MI_Application_Close(MI_Application *application)
{
    return MI_FORWARD(application, Close, (application));
}

/*
 * Makes a deserializer for a format in memory of the caller. MI_RESULT_NOT_SUPPORTED for a
 * format that is not known. [page]
 */
MI_INLINE MI_Result MI_Application_NewDeserializer(MI_Application *application, MI_Uint32 flags,
                                                   MI_Char *format, MI_Deserializer *deserializer)
{
    return MI_FORWARD(application, NewDeserializer, (application, flags, format, deserializer));
}

/*
 * Makes destination options in memory of the caller, to be ended with
 * MI_DestinationOptions_Delete. [page]
 */
MI_INLINE MI_Result MI_Application_NewDestinationOptions(MI_Application *application,
                                                         MI_DestinationOptions *options)
{
    return MI_FORWARD(application, NewDestinationOptions, (application, options));
}

/* Makes the provider of a namespace out of an MI_Main of this process. [page] */
MI_INLINE MI_Result MI_Application_NewHostedProvider(
    MI_Application *application, const MI_Char *namespaceName, const MI_Char *providerName,
    MI_MainFunction mi_Main, MI_Instance **extendedError, MI_HostedProvider *hostedProvider)
{
    return MI_FORWARD(
        application, NewHostedProvider,
        (application, namespaceName, providerName, mi_Main, extendedError, hostedProvider));
}

/*
 * Makes an instance: of classRTTI, or a dynamic one if that is NULL. To be ended with
 * MI_Instance_Delete. [page]
 */
MI_INLINE MI_Result MI_Application_NewInstance(MI_Application *application,
                                               const MI_Char *className,
                                               const MI_ClassDecl *classRTTI,
                                               MI_Instance **instance)
{
    return MI_FORWARD(application, NewInstance, (application, className, classRTTI, instance));
}

/*
 * Makes an instance of a class that came from a server. To be ended with MI_Instance_Delete.
 * [page]
 */
MI_INLINE MI_Result MI_Application_NewInstanceFromClass(MI_Application *application,
                                                        const MI_Char *className,
                                                        const MI_Class *classObject,
                                                        MI_Instance **instance)
{
    return MI_FORWARD(application, NewInstanceFromClass,
                      (application, className, classObject, instance));
}

/*
 * Makes operation options in memory of the caller, to be ended with MI_OperationOptions_Delete.
 * With mustUnderstand an option that the server does not know is an error. [page]
 */
MI_INLINE MI_Result MI_Application_NewOperationOptions(MI_Application *application,
                                                       MI_Boolean mustUnderstand,
                                                       MI_OperationOptions *options)
{
    return MI_FORWARD(application, NewOperationOptions, (application, mustUnderstand, options));
}

/*
 * Makes an instance for in parameters: of classRTTI, or a dynamic one if that is NULL. To be
 * ended with MI_Instance_Delete. [page]
 */
MI_INLINE MI_Result MI_Application_NewParameterSet(MI_Application *application,
                                                   const MI_ClassDecl *classRTTI,
                                                   MI_Instance **instance)
{
    return MI_Application_NewInstance(application, MI_T("Parameters"), classRTTI, instance);
}

/*
 * Makes a serializer for a format in memory of the caller. MI_RESULT_NOT_SUPPORTED for a format
 * that is not known. [page]
 */
MI_INLINE MI_Result MI_Application_NewSerializer(MI_Application *application, MI_Uint32 flags,
                                                 MI_Char *format, MI_Serializer *serializer)
{
    return MI_FORWARD(application, NewSerializer, (application, flags, format, serializer));
}

/*
 * Makes a session. protocol and destination NULL: the service of this machine. Connects when the
 * first operation starts, so that an error may come only then. callbacks, which must live as
 * long as the session, options and extendedError may be NULL. [page]
 */
MI_INLINE MI_Result MI_Application_NewSession(MI_Application *application, const MI_Char *protocol,
                                              const MI_Char *destination,
                                              MI_DestinationOptions *options,
                                              MI_SessionCallbacks *callbacks,
                                              MI_Instance **extendedError, MI_Session *session)
{
    return MI_FORWARD(
        application, NewSession,
        (application, protocol, destination, options, callbacks, extendedError, session));
}

/*
 * Makes delivery options in memory of the caller, to be ended with
 * MI_SubscriptionDeliveryOptions_Delete. [page]
 */
MI_INLINE MI_Result MI_Application_NewSubscriptionDeliveryOptions(
    MI_Application *application, MI_SubscriptionDeliveryType deliveryType,
    MI_SubscriptionDeliveryOptions *deliveryOptions)
{
    return MI_FORWARD(application, NewSubscriptionDeliveryOptions,
                      (application, deliveryType, deliveryOptions));
}

/* The functions of a hosted provider; MI_HostedProvider_* calls them. [page] */
typedef struct _MI_HostedProviderFT {
    MI_Result (*Close)(MI_HostedProvider *hostedProvider);
    MI_Result (*GetApplication)(MI_HostedProvider *hostedProvider, MI_Application *application);
} MI_HostedProviderFT;

/* A provider that lives in the process of its client. In memory of the client. [page] */
typedef struct _MI_HostedProvider {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_HostedProviderFT *ft;
} MI_HostedProvider;

#define MI_HOSTEDPROVIDER_NULL MI_NOT_MADE

/* Ends a hosted provider, after its operations have ended. [page] */
MI_INLINE MI_Result MI_HostedProvider_Close(MI_HostedProvider *hostedProvider)
{
    return MI_FORWARD(hostedProvider, Close, (hostedProvider));
}

/* Gets the application of the hosted provider, which need not be closed again. [page] */
MI_INLINE MI_Result MI_HostedProvider_GetApplication(MI_HostedProvider *hostedProvider,
                                                     MI_Application *application)
{
    return MI_FORWARD(hostedProvider, GetApplication, (hostedProvider, application));
}

/*
 * Functions that belong to no object: the category of an error code of a type
 * (MI_RESULT_TYPE_*), and a CIM_Error made from one, which the caller ends with
 * MI_Instance_Delete. [page]
 */
typedef struct _MI_UtilitiesFT {
    MI_ErrorCategory (*MapErrorToMiErrorCategory)(const MI_Char *errorType, MI_Uint32 error);
    MI_Result (*CimErrorFromErrorCode)(MI_Uint32 error, const MI_Char *errorType,
                                       const MI_Char *errorMessage, MI_Instance **cimError);
} MI_UtilitiesFT;

/* All function tables of the client part. [page] */
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

/* The tables of this library: how serializers and the utilities are reached. */
extern const MI_ClientFT_V1 *mi_clientFT_V1;
#define mi_clientFT mi_clientFT_V1

/* The functions that a program reaches through these tables alone. [page] */
#define MI_Serializer_Close                (mi_clientFT->serializerFT->Close)
#define MI_Serializer_SerializeClass       (mi_clientFT->serializerFT->SerializeClass)
#define MI_Serializer_SerializeInstance    (mi_clientFT->serializerFT->SerializeInstance)
#define MI_Deserializer_Close              (mi_clientFT->deserializerFT->Close)
#define MI_Deserializer_DeserializeClass   (mi_clientFT->deserializerFT->DeserializeClass)
#define MI_Deserializer_Class_GetClassName (mi_clientFT->deserializerFT->Class_GetClassName)
#define MI_Deserializer_Class_GetParentClassName                                                   \
    (mi_clientFT->deserializerFT->Class_GetParentClassName)
#define MI_Deserializer_DeserializeInstance    (mi_clientFT->deserializerFT->DeserializeInstance)
#define MI_Deserializer_Instance_GetClassName  (mi_clientFT->deserializerFT->Instance_GetClassName)
#define MI_Utilities_MapErrorToMiErrorCategory (mi_clientFT->utilitiesFT->MapErrorToMiErrorCategory)
#define MI_Utilities_CimErrorFromErrorCode     (mi_clientFT->utilitiesFT->CimErrorFromErrorCode)

#ifdef __cplusplus
}
#endif

#endif
