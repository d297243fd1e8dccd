/* mi/subscription.h: part of the MI interface. */
#ifndef MIHOST_MI_SUBSCRIPTION_H
#define MIHOST_MI_SUBSCRIPTION_H

#include <mi/destination.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_SubscriptionDeliveryOptions MI_SubscriptionDeliveryOptions;

typedef enum _MI_SubscriptionDeliveryType {
    MI_SubscriptionDeliveryType_Pull = 1,
    MI_SubscriptionDeliveryType_Push = 2,
} MI_SubscriptionDeliveryType;

typedef struct _MI_SubscriptionDeliveryOptionsFT {
    MI_Result(MI_CALL *SetString)(MI_SubscriptionDeliveryOptions *options,
                                  const MI_Char *optionName, const MI_Char *value, MI_Uint32 flags);
    MI_Result(MI_CALL *SetNumber)(MI_SubscriptionDeliveryOptions *options,
                                  const MI_Char *optionName, MI_Uint32 value, MI_Uint32 flags);
    MI_Result(MI_CALL *SetDateTime)(MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName,
                                    const MI_Datetime *value, MI_Uint32 flags);
    MI_Result(MI_CALL *SetInterval)(MI_SubscriptionDeliveryOptions *options,
                                    const MI_Char *optionName, const MI_Interval *value,
                                    MI_Uint32 flags);
    MI_Result(MI_CALL *AddCredentials)(MI_SubscriptionDeliveryOptions *options,
                                       const MI_Char *optionName,
                                       const MI_UserCredentials *credentials, MI_Uint32 flags);
    MI_Result(MI_CALL *Delete)(MI_SubscriptionDeliveryOptions *self);
    MI_Result(MI_CALL *GetString)(const MI_SubscriptionDeliveryOptions *options,
                                  const MI_Char *optionName, const MI_Char **value,
                                  MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetNumber)(const MI_SubscriptionDeliveryOptions *options,
                                  const MI_Char *optionName, MI_Uint32 *value, MI_Uint32 *index,
                                  MI_Uint32 *flags);
    MI_Result(MI_CALL *GetDateTime)(const MI_SubscriptionDeliveryOptions *self,
                                    const MI_Char *optionName, MI_Datetime *value, MI_Uint32 *index,
                                    MI_Uint32 *flags);
    MI_Result(MI_CALL *GetInterval)(const MI_SubscriptionDeliveryOptions *options,
                                    const MI_Char *optionName, MI_Interval *value, MI_Uint32 *index,
                                    MI_Uint32 *flags);
    MI_Result(MI_CALL *GetOptionCount)(const MI_SubscriptionDeliveryOptions *self,
                                       MI_Uint32 *count);
    MI_Result(MI_CALL *GetOptionAt)(const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index,
                                    const MI_Char **optionName, MI_Value *value, MI_Type *type,
                                    MI_Uint32 *flags);
    MI_Result(MI_CALL *GetOption)(const MI_SubscriptionDeliveryOptions *self,
                                  const MI_Char *optionName, MI_Value *value, MI_Type *type,
                                  MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetCredentialsCount)(const MI_SubscriptionDeliveryOptions *self,
                                            MI_Uint32 *count);
    MI_Result(MI_CALL *GetCredentialsAt)(const MI_SubscriptionDeliveryOptions *self,
                                         MI_Uint32 index, const MI_Char **optionName,
                                         MI_UserCredentials *credentials, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetCredentialsPasswordAt)(const MI_SubscriptionDeliveryOptions *self,
                                                 MI_Uint32 index, const MI_Char **optionName,
                                                 MI_Char *password, MI_Uint32 bufferLength,
                                                 MI_Uint32 *passwordLength, MI_Uint32 *flags);
    MI_Result(MI_CALL *Clone)(const MI_SubscriptionDeliveryOptions *self,
                              MI_SubscriptionDeliveryOptions *newSubscriptionDeliveryOptions);
} MI_SubscriptionDeliveryOptionsFT;

typedef struct _MI_SubscriptionDeliveryOptions {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_SubscriptionDeliveryOptionsFT *ft;
} MI_SubscriptionDeliveryOptions;

MI_INLINE MI_Result MI_CALL
MI_SubscriptionDeliveryOptions_Delete(MI_SubscriptionDeliveryOptions *self)
{
    return MI_FORWARD(self, Delete, (self));
}

MI_INLINE MI_Result MI_CALL
MI_SubscriptionDeliveryOptions_Clone(const MI_SubscriptionDeliveryOptions *self,
                                     MI_SubscriptionDeliveryOptions *newSubscriptionDeliveryOptions)
{
    return MI_FORWARD(self, Clone, (self, newSubscriptionDeliveryOptions));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetString(
    MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, const MI_Char *value,
    MI_Uint32 flags)
{
    return MI_FORWARD(self, SetString, (self, optionName, value, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetNumber(
    MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Uint32 value,
    MI_Uint32 flags)
{
    return MI_FORWARD(self, SetNumber, (self, optionName, value, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetDateTime(
    MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, const MI_Datetime *value,
    MI_Uint32 flags)
{
    return MI_FORWARD(self, SetDateTime, (self, optionName, value, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetInterval(
    MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, const MI_Interval *value,
    MI_Uint32 flags)
{
    return MI_FORWARD(self, SetInterval, (self, optionName, value, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetString(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, const MI_Char **value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetString, (self, optionName, value, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetNumber(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Uint32 *value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetNumber, (self, optionName, value, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetDateTime(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Datetime *value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetDateTime, (self, optionName, value, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetInterval(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Interval *value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetInterval, (self, optionName, value, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetOptionCount(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetOptionCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetOptionAt(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index, const MI_Char **optionName,
    MI_Value *value, MI_Type *type, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetOptionAt, (self, index, optionName, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetOption(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Value *value,
    MI_Type *type, MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetOption, (self, optionName, value, type, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_AddDeliveryCredentials(
    MI_SubscriptionDeliveryOptions *self, const MI_UserCredentials *value)
{
    return MI_FORWARD(
        self, AddCredentials,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_ADD_DELIVERY_CREDENTIALS"), value, 0));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetCredentialsCount(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetCredentialsCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetCredentialsAt(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index, const MI_Char **optionName,
    MI_UserCredentials *credentials, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetCredentialsAt, (self, index, optionName, credentials, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetCredentialsPasswordAt(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index, const MI_Char **optionName,
    MI_Char *password, MI_Uint32 bufferLength, MI_Uint32 *passwordLength, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetCredentialsPasswordAt,
                      (self, index, optionName, password, bufferLength, passwordLength, flags));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetDeliveryDestination(
    MI_SubscriptionDeliveryOptions *self, const MI_Char *value)
{
    return MI_SubscriptionDeliveryOptions_SetString(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_DESTINATION"), value, 0);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetDeliveryDestination(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char **value)
{
    return MI_SubscriptionDeliveryOptions_GetString(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_DESTINATION"), value, NULL, NULL);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetDeliveryPortNumber(
    MI_SubscriptionDeliveryOptions *self, MI_Uint32 value)
{
    return MI_SubscriptionDeliveryOptions_SetNumber(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_PORT_NUMBER"), value, 0);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetDeliveryPortNumber(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *value)
{
    return MI_SubscriptionDeliveryOptions_GetNumber(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_PORT_NUMBER"), value, NULL, NULL);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetBookmark(
    MI_SubscriptionDeliveryOptions *self, const MI_Char *value)
{
    return MI_SubscriptionDeliveryOptions_SetString(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_BOOKMARK"), value, 0);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetBookmark(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char **value)
{
    return MI_SubscriptionDeliveryOptions_GetString(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_BOOKMARK"), value, NULL, NULL);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetDeliveryRetryAttempts(
    MI_SubscriptionDeliveryOptions *self, MI_Uint32 value)
{
    return MI_SubscriptionDeliveryOptions_SetNumber(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_RETRY_ATTEMPTS"), value, 0);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetDeliveryRetryAttempts(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *value)
{
    return MI_SubscriptionDeliveryOptions_GetNumber(
        self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_RETRY_ATTEMPTS"), value, NULL,
        NULL);
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetDeliveryRetryInterval(
    MI_SubscriptionDeliveryOptions *self, const MI_Interval *value)
{
    return MI_FORWARD(
        self, SetInterval,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_RETRY_INTERVAL"), value, 0));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetDeliveryRetryInterval(
    const MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(self, GetInterval,
                      (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_RETRY_INTERVAL"),
                       value, NULL, NULL));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetMaximumLatency(
    MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(
        self, SetInterval,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_MAXIMUM_LATENCY"), value, 0));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetMaximumLatency(
    const MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(
        self, GetInterval,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_MAXIMUM_LATENCY"), value, NULL, NULL));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetHeartbeatInterval(
    MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(
        self, SetInterval,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_HEARTBEAT_INTERVAL"), value, 0));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetHeartbeatInterval(
    const MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(
        self, GetInterval,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_HEARTBEAT_INTERVAL"), value, NULL, NULL));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_SetExpirationTime(
    MI_SubscriptionDeliveryOptions *self, MI_Datetime *value)
{
    return MI_FORWARD(
        self, SetDateTime,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_EXPIRATION_TIME"), value, 0));
}

MI_INLINE MI_Result MI_CALL MI_SubscriptionDeliveryOptions_GetExpirationTime(
    const MI_SubscriptionDeliveryOptions *self, MI_Datetime *value)
{
    return MI_FORWARD(
        self, GetDateTime,
        (self, MI_T("__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_EXPIRATION_TIME"), value, NULL, NULL));
}

#ifdef __cplusplus
}
#endif

#endif
