/*
 * What libmi.so shows to those who link with it: libmi.map names the same.
 */
#include "libmi/application.h"
#include "libmi/cim_error.h"
#include "libmi/options.h"
#include "libmi/serializer.h"
#include "libmi/session.h"

static const MI_ClientFT_V1 client_ft = {
    .applicationFT = &mi_application_ft,
    .sessionFT = &mi_session_ft,
    .operationFT = &mi_operation_ft,
    .hostedProviderFT = &mi_hosted_provider_ft,
    .serializerFT = &mi_serializer_ft,
    .deserializerFT = &mi_deserializer_ft,
    .subscribeDeliveryOptionsFT = &mi_subscription_delivery_options_ft,
    .destinationOptionsFT = &mi_destination_options_ft,
    .operationOptionsFT = &mi_operation_options_ft,
    .utilitiesFT = &mi_utilities_ft,
};

MI_EXPORT const MI_ClientFT_V1 *mi_clientFT_V1 = &client_ft;

MI_EXPORT MI_Result MI_Application_InitializeV1(MI_Uint32 flags, const MI_Char *applicationID,
                                                MI_Instance **extendedError,
                                                MI_Application *application)
{
    (void)flags;         /* none are defined */
    (void)applicationID; /* the host knows its clients by their process */
    return application_new(application, extendedError);
}
