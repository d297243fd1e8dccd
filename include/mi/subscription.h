/*
 * mi/subscription.h: how the indications of a subscription are delivered.
 *
 * Delivery options are a list of named values, given to MI_Session_Subscribe. Made by
 * MI_Application_NewSubscriptionDeliveryOptions, ended by MI_SubscriptionDeliveryOptions_Delete;
 * an operation keeps a copy. A Get function returns MI_RESULT_NO_SUCH_PROPERTY for an option
 * that was never set.
 */
#ifndef MIHOST_MI_SUBSCRIPTION_H
#define MIHOST_MI_SUBSCRIPTION_H

#include <mi/destination.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_SubscriptionDeliveryOptions MI_SubscriptionDeliveryOptions;

/* Whether the client fetches indications or they are sent to it. [page] */
typedef enum _MI_SubscriptionDeliveryType {
    MI_SubscriptionDeliveryType_Pull = 1,
    MI_SubscriptionDeliveryType_Push = 2,
} MI_SubscriptionDeliveryType;

/* The functions of delivery options; MI_SubscriptionDeliveryOptions_* calls them. [page] */
typedef struct _MI_SubscriptionDeliveryOptionsFT {
    MI_Result (*SetString)(MI_SubscriptionDeliveryOptions *options, const MI_Char *optionName,
                           const MI_Char *value, MI_Uint32 flags);
    MI_Result (*SetNumber)(MI_SubscriptionDeliveryOptions *options, const MI_Char *optionName,
                           MI_Uint32 value, MI_Uint32 flags);
    MI_Result (*SetDateTime)(MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName,
                             const MI_Datetime *value, MI_Uint32 flags);
    MI_Result (*SetInterval)(MI_SubscriptionDeliveryOptions *options, const MI_Char *optionName,
                             const MI_Interval *value, MI_Uint32 flags);
    MI_Result (*AddCredentials)(MI_SubscriptionDeliveryOptions *options, const MI_Char *optionName,
                                const MI_UserCredentials *credentials, MI_Uint32 flags);
    MI_Result (*Delete)(MI_SubscriptionDeliveryOptions *self);
    MI_Result (*GetString)(const MI_SubscriptionDeliveryOptions *options, const MI_Char *optionName,
                           const MI_Char **value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetNumber)(const MI_SubscriptionDeliveryOptions *options, const MI_Char *optionName,
                           MI_Uint32 *value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetDateTime)(const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName,
                             MI_Datetime *value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetInterval)(const MI_SubscriptionDeliveryOptions *options,
                             const MI_Char *optionName, MI_Interval *value, MI_Uint32 *index,
                             MI_Uint32 *flags);
    MI_Result (*GetOptionCount)(const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *count);
    MI_Result (*GetOptionAt)(const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index,
                             const MI_Char **optionName, MI_Value *value, MI_Type *type,
                             MI_Uint32 *flags);
    MI_Result (*GetOption)(const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName,
                           MI_Value *value, MI_Type *type, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetCredentialsCount)(const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *count);
    MI_Result (*GetCredentialsAt)(const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index,
                                  const MI_Char **optionName, MI_UserCredentials *credentials,
                                  MI_Uint32 *flags);
    MI_Result (*GetCredentialsPasswordAt)(const MI_SubscriptionDeliveryOptions *self,
                                          MI_Uint32 index, const MI_Char **optionName,
                                          MI_Char *password, MI_Uint32 bufferLength,
                                          MI_Uint32 *passwordLength, MI_Uint32 *flags);
    MI_Result (*Clone)(const MI_SubscriptionDeliveryOptions *self,
                       MI_SubscriptionDeliveryOptions *newSubscriptionDeliveryOptions);
} MI_SubscriptionDeliveryOptionsFT;

/* How the indications of a subscription are delivered. [page] */
typedef struct _MI_SubscriptionDeliveryOptions {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_SubscriptionDeliveryOptionsFT *ft;
} MI_SubscriptionDeliveryOptions;

#define MI_SUBSCRIPTIONDELIVERYOPTIONS_NULL MI_NOT_MADE

/* The names of the options, which MI_SubscriptionDeliveryOptions_SetString and the like take. */
#define MI_SUB_OPTION_DESTINATION    "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_DESTINATION"
#define MI_SUB_OPTION_PORT           "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_PORT_NUMBER"
#define MI_SUB_OPTION_BOOKMARK       "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_BOOKMARK"
#define MI_SUB_OPTION_RETRY_ATTEMPTS "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_RETRY_ATTEMPTS"
#define MI_SUB_OPTION_RETRY_INTERVAL "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_DELIVERY_RETRY_INTERVAL"
#define MI_SUB_OPTION_LATENCY        "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_MAXIMUM_LATENCY"
#define MI_SUB_OPTION_HEARTBEAT      "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_HEARTBEAT_INTERVAL"
#define MI_SUB_OPTION_EXPIRATION     "__MI_SUBSCRIPTIONDELIVERYOPTIONS_SET_EXPIRATION_TIME"
#define MI_SUB_OPTION_CREDENTIALS    "__MI_SUBSCRIPTIONDELIVERYOPTIONS_ADD_DELIVERY_CREDENTIALS"

/* Ends delivery options. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_Delete(MI_SubscriptionDeliveryOptions *self)
{
    return MI_FORWARD(self, Delete, (self));
}

/*
 * Makes a copy of delivery options into memory of the caller, to be ended with
 * MI_SubscriptionDeliveryOptions_Delete. [page]
 */
MI_INLINE MI_Result
MI_SubscriptionDeliveryOptions_Clone(const MI_SubscriptionDeliveryOptions *self,
                                     MI_SubscriptionDeliveryOptions *newSubscriptionDeliveryOptions)
{
    return MI_FORWARD(self, Clone, (self, newSubscriptionDeliveryOptions));
}

/* Sets an option by name to a string. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetString(MI_SubscriptionDeliveryOptions *self,
                                                             const MI_Char *optionName,
                                                             const MI_Char *value, MI_Uint32 flags)
{
    return MI_FORWARD(self, SetString, (self, optionName, value, flags));
}

/* Sets an option by name to a number. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetNumber(MI_SubscriptionDeliveryOptions *self,
                                                             const MI_Char *optionName,
                                                             MI_Uint32 value, MI_Uint32 flags)
{
    return MI_FORWARD(self, SetNumber, (self, optionName, value, flags));
}

/* Sets an option by name to a point in time or an interval. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetDateTime(MI_SubscriptionDeliveryOptions *self,
                                                               const MI_Char *optionName,
                                                               const MI_Datetime *value,
                                                               MI_Uint32 flags)
{
    return MI_FORWARD(self, SetDateTime, (self, optionName, value, flags));
}

/* Sets an option by name to an interval. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetInterval(MI_SubscriptionDeliveryOptions *self,
                                                               const MI_Char *optionName,
                                                               const MI_Interval *value,
                                                               MI_Uint32 flags)
{
    return MI_FORWARD(self, SetInterval, (self, optionName, value, flags));
}

/*
 * Gets an option that is a string, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetString(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, const MI_Char **value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetString, (self, optionName, value, index, flags));
}

/*
 * Gets an option that is a number, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetNumber(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Uint32 *value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetNumber, (self, optionName, value, index, flags));
}

/*
 * Gets an option that is a datetime, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetDateTime(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Datetime *value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetDateTime, (self, optionName, value, index, flags));
}

/*
 * Gets an option that is an interval, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetInterval(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Interval *value,
    MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetInterval, (self, optionName, value, index, flags));
}

/* Gets the number of options. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetOptionCount(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetOptionCount, (self, count));
}

/* Gets an option by index: its name, value and type. MI_RESULT_NOT_FOUND past the last. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetOptionAt(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index, const MI_Char **optionName,
    MI_Value *value, MI_Type *type, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetOptionAt, (self, index, optionName, value, type, flags));
}

/* Gets an option by name: its value, type and index. MI_RESULT_NO_SUCH_PROPERTY. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetOption(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char *optionName, MI_Value *value,
    MI_Type *type, MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetOption, (self, optionName, value, type, index, flags));
}

/* Adds credentials for the place that indications are sent to. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_AddDeliveryCredentials(
    MI_SubscriptionDeliveryOptions *self, const MI_UserCredentials *value)
{
    return MI_FORWARD(self, AddCredentials, (self, MI_SUB_OPTION_CREDENTIALS, value, 0));
}

/* Gets the number of credentials. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetCredentialsCount(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetCredentialsCount, (self, count));
}

/*
 * Gets credentials by index, and the option that they belong to; the password is not among them.
 * [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetCredentialsAt(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index, const MI_Char **optionName,
    MI_UserCredentials *credentials, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetCredentialsAt, (self, index, optionName, credentials, flags));
}

/*
 * Gets a password by index into a buffer of bufferLength characters. passwordLength gets the
 * size that it needs, the zero included. [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetCredentialsPasswordAt(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 index, const MI_Char **optionName,
    MI_Char *password, MI_Uint32 bufferLength, MI_Uint32 *passwordLength, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetCredentialsPasswordAt,
                      (self, index, optionName, password, bufferLength, passwordLength, flags));
}

/* Sets where indications are sent to, a URL. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetDeliveryDestination(
    MI_SubscriptionDeliveryOptions *self, const MI_Char *value)
{
    return MI_SubscriptionDeliveryOptions_SetString(self, MI_SUB_OPTION_DESTINATION, value, 0);
}

/* Gets where indications are sent to, a URL. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetDeliveryDestination(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char **value)
{
    return MI_SubscriptionDeliveryOptions_GetString(self, MI_SUB_OPTION_DESTINATION, value, NULL,
                                                    NULL);
}

/* Sets the port that they are sent to. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetDeliveryPortNumber(
    MI_SubscriptionDeliveryOptions *self, MI_Uint32 value)
{
    return MI_SubscriptionDeliveryOptions_SetNumber(self, MI_SUB_OPTION_PORT, value, 0);
}

/* Gets the port that they are sent to. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetDeliveryPortNumber(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *value)
{
    return MI_SubscriptionDeliveryOptions_GetNumber(self, MI_SUB_OPTION_PORT, value, NULL, NULL);
}

/* Where to resume without a bookmark: at the oldest, or the newest, that the server still has. */
#define MI_SUBSCRIBE_BOOKMARK_OLDEST "MI_SUBSCRIBE_BOOKMARK_OLDEST"
#define MI_SUBSCRIBE_BOOKMARK_NEWEST "MI_SUBSCRIBE_BOOKMARK_NEWEST"

/*
 * Sets where to resume: a bookmark that came with an indication, or one of the words of the
 * server, MI_SUBSCRIBE_BOOKMARK_*. [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetBookmark(MI_SubscriptionDeliveryOptions *self,
                                                               const MI_Char *value)
{
    return MI_SubscriptionDeliveryOptions_SetString(self, MI_SUB_OPTION_BOOKMARK, value, 0);
}

/*
 * Gets where to resume: a bookmark that came with an indication, or one of the words of the
 * server, MI_SUBSCRIBE_BOOKMARK_*. [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetBookmark(
    const MI_SubscriptionDeliveryOptions *self, const MI_Char **value)
{
    return MI_SubscriptionDeliveryOptions_GetString(self, MI_SUB_OPTION_BOOKMARK, value, NULL,
                                                    NULL);
}

/* Sets how often a delivery is tried again. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetDeliveryRetryAttempts(
    MI_SubscriptionDeliveryOptions *self, MI_Uint32 value)
{
    return MI_SubscriptionDeliveryOptions_SetNumber(self, MI_SUB_OPTION_RETRY_ATTEMPTS, value, 0);
}

/* Gets how often a delivery is tried again. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetDeliveryRetryAttempts(
    const MI_SubscriptionDeliveryOptions *self, MI_Uint32 *value)
{
    return MI_SubscriptionDeliveryOptions_GetNumber(self, MI_SUB_OPTION_RETRY_ATTEMPTS, value, NULL,
                                                    NULL);
}

/* Sets how long to wait before it is tried again. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetDeliveryRetryInterval(
    MI_SubscriptionDeliveryOptions *self, const MI_Interval *value)
{
    return MI_FORWARD(self, SetInterval, (self, MI_SUB_OPTION_RETRY_INTERVAL, value, 0));
}

/* Gets how long to wait before it is tried again. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetDeliveryRetryInterval(
    const MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(self, GetInterval, (self, MI_SUB_OPTION_RETRY_INTERVAL, value, NULL, NULL));
}

/* Sets how long an indication may be held back, to be sent with others. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetMaximumLatency(
    MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(self, SetInterval, (self, MI_SUB_OPTION_LATENCY, value, 0));
}

/* Gets how long an indication may be held back, to be sent with others. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetMaximumLatency(
    const MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(self, GetInterval, (self, MI_SUB_OPTION_LATENCY, value, NULL, NULL));
}

/*
 * Sets how often the subscription shows that it is alive, when there is nothing else to send.
 * [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetHeartbeatInterval(
    MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(self, SetInterval, (self, MI_SUB_OPTION_HEARTBEAT, value, 0));
}

/*
 * Gets how often the subscription shows that it is alive, when there is nothing else to send.
 * [page]
 */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetHeartbeatInterval(
    const MI_SubscriptionDeliveryOptions *self, MI_Interval *value)
{
    return MI_FORWARD(self, GetInterval, (self, MI_SUB_OPTION_HEARTBEAT, value, NULL, NULL));
}

/* Sets when the subscription ends. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_SetExpirationTime(
    MI_SubscriptionDeliveryOptions *self, MI_Datetime *value)
{
    return MI_FORWARD(self, SetDateTime, (self, MI_SUB_OPTION_EXPIRATION, value, 0));
}

/* Gets when the subscription ends. [page] */
MI_INLINE MI_Result MI_SubscriptionDeliveryOptions_GetExpirationTime(
    const MI_SubscriptionDeliveryOptions *self, MI_Datetime *value)
{
    return MI_FORWARD(self, GetDateTime, (self, MI_SUB_OPTION_EXPIRATION, value, NULL, NULL));
}

#ifdef __cplusplus
}
#endif

#endif
