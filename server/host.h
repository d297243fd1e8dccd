/*
 * The host/ methods: what the server says of itself.
 */
#pragma once

#include "protocol/rpc.h"
#include "server/client.h"
#include "server/method.h"

/* Answers a request of the kinds METHOD_INFO, METHOD_STATUS, METHOD_METRICS, METHOD_RELOAD,
 * METHOD_PROVIDERS, METHOD_CANCEL. */
void host_answer(Client *client, const RpcMessage *message, const Method *method,
                 const MethodParams *params);
