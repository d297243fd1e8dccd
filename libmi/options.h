/*
 * Options, as their makers see them: the three kinds of MI, each an OptionList behind a handle.
 *
 * The handle is the client's memory: its reserved2 is the list, which Delete frees.
 */
#pragma once

#include "libmi/option_list.h"

extern const MI_OperationOptionsFT mi_operation_options_ft;
extern const MI_DestinationOptionsFT mi_destination_options_ft;
extern const MI_SubscriptionDeliveryOptionsFT mi_subscription_delivery_options_ft;

/* Each fills *@ret: MI_RESULT_OK; MI_RESULT_INVALID_PARAMETER; MI_RESULT_SERVER_LIMITS_EXCEEDED. */
MI_Result operation_options_new(MI_OperationOptions *ret);
MI_Result destination_options_new(MI_DestinationOptions *ret);
MI_Result subscription_delivery_options_new(MI_SubscriptionDeliveryOptions *ret);

/* The list behind a handle; NULL for NULL, and for what isn't ours. */
const OptionList *operation_options_list(const MI_OperationOptions *options);
const OptionList *destination_options_list(const MI_DestinationOptions *options);
