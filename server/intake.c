/*
 * Intake: what clients ask (the first part of router.h).
 *
 * A message is taken apart, a notification obeyed or counted, a request looked up in the table of
 * methods. What can be refused is refused here, before a Request exists; what becomes one goes to
 * router_start and ends with request_respond.
 */
#include "server/router.h"

#include "base/log.h"
#include "protocol/json.h"
#include "protocol/result.h"
#include "server/host.h"

#include <errno.h>

static void refuse(Client *client, const RpcMessage *message, RpcCode code, const char *text)
{
    rpc_put_error(client_begin(client), message->id, code, span_of(text), (Span){0});
    client_end(client);
}

/* -32803 with its data, for what never became a request. */
static void refuse_mi(Client *client, const RpcMessage *message, MI_Result result, const char *text)
{
    CLEANUP(buffer_deinit) Buffer data = BUFFER_INIT;

    buffer_printf(&data, "{\"result\":%u,\"resultName\":\"%s\",\"message\":", (unsigned)result,
                  result_name(result));
    json_put_string(&data, span_of(text));
    buffer_put_char(&data, '}');
    rpc_put_error(client_begin(client), message->id, RPC_REQUEST_FAILED, span_of(text),
                  buffer_span(&data));
    client_end(client);
}

/* The deadline: what the request asks for, or else the default, and never more than the maximum
 * (S2). 0: none. */
static uint64_t deadline_of(const Provider *provider, uint64_t asked)
{
    uint64_t timeout = asked != 0 ? asked : provider->default_timeout;

    if (provider->max_timeout != 0 && (timeout == 0 || timeout > provider->max_timeout))
        timeout = provider->max_timeout;
    return timeout;
}

/* Where the provider of @params is, or an MI_Result with @why set. */
static MI_Result find_provider(Server *server, const MethodParams *params, Provider **ret,
                               char *why, size_t why_size)
{
    switch (registry_find(&server->registry, params->name_space, params->class_name, ret)) {
    case REGISTRY_FOUND:
        return MI_RESULT_OK;
    case REGISTRY_NO_CLASS:
        snprintf(why, why_size, "no provider is registered for class '%s' in namespace '%s'",
                 params->class_name, params->name_space);
        return MI_RESULT_INVALID_CLASS;
    case REGISTRY_NO_NAMESPACE:
        break;
    }
    snprintf(why, why_size, "there is no namespace '%s': the folders of registrations have none",
             params->name_space);
    return MI_RESULT_INVALID_NAMESPACE;
}

static void start_operation(Client *client, const RpcMessage *message, const Method *method)
{
    Server *server = client->server;
    MethodParams params;
    Provider *provider;
    Request *request;
    char why[640];
    MI_Result result;
    int r = method_parse(method, message->params, &params, why, sizeof(why));

    if (r == -EINVAL) {
        refuse(client, message, RPC_INVALID_PARAMS, why);
        return;
    }
    if (r < 0) {
        refuse_mi(client, message, r == -ENOTSUP ? MI_RESULT_NOT_SUPPORTED : MI_RESULT_FAILED,
                  r == -ENOTSUP ? why : "the server is out of memory");
        return;
    }
    result = find_provider(server, &params, &provider, why, sizeof(why));
    if (result == MI_RESULT_OK && client->request_count >= server->config->max_requests) {
        result = MI_RESULT_SERVER_LIMITS_EXCEEDED;
        snprintf(why, sizeof(why),
                 "%zu requests of this connection are in flight: 'maxRequests' limits them",
                 client->request_count);
    }
    if (result != MI_RESULT_OK) {
        refuse_mi(client, message, result, why);
        return;
    }
    if (request_new(client, message, method, &params, provider, &request) < 0) {
        refuse_mi(client, message, MI_RESULT_FAILED, "the server is out of memory");
        return;
    }
    server->counters.requests++;
    router_start(request, deadline_of(provider, params.timeout),
                 provider->hosting == HOSTING_USER ? &provider->user : &client->identity);
}

/* The methods of the host. None of them has params. */
static void answer_host(Client *client, const RpcMessage *message, const Method *method)
{
    Span rest = message->params, key, value;
    char text[160];

    if (message->params.data != NULL && json_next_member(&rest, &key, &value)) {
        snprintf(text, sizeof(text), "%s has no member '%.*s'", method->name,
                 (int)(key.size < 64 ? key.size : 64), key.data);
        refuse(client, message, RPC_INVALID_PARAMS, text);
        return;
    }
    host_answer(client, message, method);
}

static void take_request(Client *client, const RpcMessage *message)
{
    const Method *method = method_find(message->method);
    char text[160];

    if (request_find(client, message->id) != NULL) {
        refuse(client, &(RpcMessage){0}, RPC_INVALID_REQUEST,
               "the id is that of a request in flight: use another");
        return;
    }
    if (method == NULL) {
        snprintf(
            text, sizeof(text), "there is no method '%.*s': mihost-protocol(7) lists the methods",
            (int)(message->method.size < 64 ? message->method.size : 64), message->method.data);
        refuse(client, message, RPC_METHOD_NOT_FOUND, text);
        return;
    }
    if (!client_has_room(client, 0)) {
        snprintf(text, sizeof(text),
                 "%zu bytes wait for this client to read them: 'maxBuffered' limits them",
                 client->buffered);
        refuse_mi(client, message, MI_RESULT_SERVER_LIMITS_EXCEEDED, text);
        return;
    }
    switch (method->kind) {
    case METHOD_OPERATION:
        if (client->server->state != SERVER_RUNNING)
            refuse_mi(client, message, MI_RESULT_SERVER_IS_SHUTTING_DOWN,
                      "the server is stopping and takes no new requests");
        else
            start_operation(client, message, method);
        return;
    case METHOD_NOT_YET:
        snprintf(text, sizeof(text), "%s is not supported yet", method->name);
        refuse_mi(client, message, MI_RESULT_NOT_SUPPORTED, text);
        return;
    case METHOD_INFO:
    case METHOD_STATUS:
    case METHOD_RELOAD:
        answer_host(client, message, method);
        return;
    }
}

/* $/cancelRequest: a wish. What can't be done is counted, and nothing more. */
static void take_cancel(Client *client, const RpcMessage *message)
{
    CLEANUP(buffer_deinit) Buffer name = BUFFER_INIT;
    ServerCounters *counters = &client->server->counters;
    Span rest = message->params, key, value, id = {0};
    MI_CancellationReason reason = MI_REASON_NONE;
    char id_text[RPC_MAX_ID];

    while (message->params.data != NULL && json_next_member(&rest, &key, &value)) {
        if (json_key_equals(key, "id")) {
            if (rpc_normalise_id(value, id_text, &id) < 0)
                id = (Span){0};
        } else if (json_key_equals(key, "reason")) {
            buffer_clear(&name);
            if (json_type(value) != JSON_STRING || json_decode_string(value, &name) < 0 ||
                reason_from_name(name.data, name.size, &reason) < 0) {
                reason = MI_REASON_NONE;
                counters->reasons_unknown++;
                log_warning("%s: cancel with the unknown reason %.*s: taken as \"none\"",
                            client_name(client), (int)(value.size < 40 ? value.size : 40),
                            value.data);
            }
        }
    }
    Request *request = id.data == NULL ? NULL : request_find(client, id);
    if (request == NULL || !router_cancel(request, reason))
        counters->cancels_ignored++;
}

void router_client_message(Client *client, Span text)
{
    RpcMessage message;
    RpcFault fault = {RPC_REQUEST_FAILED, "the server is out of memory"}; /* what -ENOMEM leaves */

    if (rpc_parse(text, &message, &fault) < 0) {
        log_debug("%s: refused: %s", client_name(client), fault.message);
        rpc_put_error(client_begin(client), (Span){0}, fault.code, span_of(fault.message),
                      (Span){0});
        client_end(client);
        return;
    }
    log_trace("%s: %.*s %.*s (%zu bytes) from it", client_name(client), (int)message.method.size,
              message.method.data, (int)message.id.size, message.id.data, text.size);
    if (message.kind == RPC_REQUEST)
        take_request(client, &message);
    else if (message.kind == RPC_NOTIFICATION && span_equals(message.method, "$/cancelRequest"))
        take_cancel(client, &message);
    else
        client->server->counters.notifications_ignored++;
}
