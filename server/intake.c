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
#include "server/prompt.h"
#include "server/response.h"
#include "server/stopping.h"

#include <errno.h>

static void refuse(Client *client, const RpcMessage *message, RpcCode code, const char *text)
{
    report_refusal(client, message->method, MI_RESULT_OK, text);
    rpc_put_error(client_begin(client, OUTBOX_SMALL), message->id, code, span_of(text), (Span){0});
    client_end(client);
}

/* -32803 with its data, for what never became a request. */
static void refuse_mi(Client *client, const RpcMessage *message, MI_Result result, const char *text)
{
    report_refusal(client, message->method, result, text);
    response_refuse(client, message->id, result, text);
}

/* The names of mi/enumerateClasses with namesOnly: the registrations know them. */
static void answer_names(Client *client, const RpcMessage *message, const Plan *plan)
{
    Buffer *out = client_begin(client, OUTBOX_BULK);

    rpc_put_result_head(out, message->id);
    buffer_put_string(out, "{\"classes\":[");
    for (size_t i = 0; i < plan->count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        json_put_string(out, span_of(plan->targets[i].name));
    }
    buffer_put_string(out, "]}}");
    client_end(client);
}

/* Takes on a request that is to be answered later. NULL: it was refused. */
static Request *take_on(Client *client, const RpcMessage *message, const Method *method,
                        const MethodParams *params, size_t parts)
{
    Server *server = client->server;
    Request *request;
    char why[256];
    int r;

    if (server->state != SERVER_RUNNING) {
        refuse_mi(client, message, MI_RESULT_SERVER_IS_SHUTTING_DOWN,
                  "the server is stopping and takes no new requests");
        return NULL;
    }
    if (client->request_count >= server->config->max_requests) {
        snprintf(why, sizeof(why),
                 "%zu requests of this connection are in flight: 'maxRequests' (%lu) limits them",
                 client->request_count, server->config->max_requests);
        refuse_mi(client, message, MI_RESULT_SERVER_LIMITS_EXCEEDED, why);
        return NULL;
    }
    r = request_new(client, message, method, params, parts, &request, why, sizeof(why));
    if (r < 0) {
        refuse_mi(client, message,
                  r == -EDQUOT ? MI_RESULT_SERVER_LIMITS_EXCEEDED : MI_RESULT_FAILED,
                  r == -EDQUOT ? why : "the server is out of memory");
        return NULL;
    }
    server->counters.requests++;
    return request;
}

static void start_operation(Client *client, const RpcMessage *message, const Method *method,
                            const MethodParams *params)
{
    Request *request;
    Plan plan;

    if (plan_make(&plan, &client->server->registry, method, params) < 0 ||
        (!params->names_only && access_judge(&client->access, &plan, method, params) < 0)) {
        refuse_mi(client, message, plan.result, plan.why);
    } else if (params->names_only) {
        answer_names(client, message, &plan);
    } else {
        request = take_on(client, message, method, params, plan.count);
        if (request != NULL)
            router_start(request, &plan, params->timeout, &client->identity);
    }
    plan_deinit(&plan);
}

/* host/stopProvider is a request of its own: it is answered when the provider has stopped. */
static void stop_provider(Client *client, const RpcMessage *message, const Method *method,
                          const MethodParams *params)
{
    Request *request = take_on(client, message, method, params, 1);

    if (request != NULL)
        stopping_start(request);
}

/* What only administrators may ask, of the methods of the host. */
static bool wants_administrator(const Method *method)
{
    return method->kind == METHOD_RELOAD || method->kind == METHOD_STOP ||
           method->kind == METHOD_METRICS;
}

static void take_request(Client *client, const RpcMessage *message)
{
    const Method *method = method_find(message->method);
    MethodParams params;
    char text[320];
    int r;

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
    if (wants_administrator(method) && client->access.role != ACCESS_ADMINISTRATOR) {
        snprintf(text, sizeof(text),
                 "uid %u may not ask for %s: it is for root and those whom 'administrators' of "
                 "mihostd.conf names",
                 (unsigned)client->identity.uid, method->name);
        refuse_mi(client, message, MI_RESULT_ACCESS_DENIED, text);
        return;
    }
    if (!client_has_room(client, 0, text, sizeof(text))) {
        refuse_mi(client, message, MI_RESULT_SERVER_LIMITS_EXCEEDED, text);
        return;
    }
    if (method->kind == METHOD_NOT_YET) {
        snprintf(text, sizeof(text), "%s is not supported yet", method->name);
        refuse_mi(client, message, MI_RESULT_NOT_SUPPORTED, text);
        return;
    }
    r = method_parse(method, message->params, &params, text, sizeof(text));
    if (r == -EINVAL)
        refuse(client, message, RPC_INVALID_PARAMS, text);
    else if (r < 0)
        refuse_mi(client, message, MI_RESULT_FAILED, "the server is out of memory");
    else if (method->kind == METHOD_OPERATION)
        start_operation(client, message, method, &params);
    else if (method->kind == METHOD_STOP)
        stop_provider(client, message, method, &params);
    else
        host_answer(client, message, method, &params);
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
                char text[128];

                reason = MI_REASON_NONE;
                counters->reasons_unknown++;
                snprintf(text, sizeof(text),
                         "cancel with the unknown reason %.*s: taken as \"none\"",
                         (int)(value.size < 40 ? value.size : 40), value.data);
                report_client(client, text);
            }
        }
    }
    Request *request = id.data == NULL ? NULL : request_find(client, id);
    if (request == NULL || !router_cancel(request, reason))
        counters->cancels_ignored++;
}

/* $/acknowledge: the client has taken so many parts of a result. One that comes late means nothing.
 */
static void take_acknowledge(Client *client, const RpcMessage *message)
{
    Span rest = message->params, key, value, id = {0};
    char id_text[RPC_MAX_ID];
    int64_t messages = 0;
    Request *request;

    while (message->params.data != NULL && json_next_member(&rest, &key, &value)) {
        if (json_key_equals(key, "id") && rpc_normalise_id(value, id_text, &id) < 0)
            id = (Span){0};
        else if (json_key_equals(key, "messages") && json_get_integer(value, &messages) < 0)
            messages = 0;
    }
    request = id.data == NULL ? NULL : request_find(client, id);
    if (request != NULL && messages > 0)
        request_acknowledge(request, (uint64_t)messages);
}

void router_client_message(Client *client, Span text)
{
    RpcMessage message;
    RpcFault fault = {RPC_REQUEST_FAILED, "the server is out of memory"}; /* what -ENOMEM leaves */

    if (rpc_parse(text, &message, &fault) < 0) {
        report_refusal(client, (Span){0}, MI_RESULT_OK, fault.message);
        rpc_put_error(client_begin(client, OUTBOX_SMALL), (Span){0}, fault.code,
                      span_of(fault.message), (Span){0});
        client_end(client);
        return;
    }
    log_trace("%s: %.*s %.*s (%zu bytes) from it", client_name(client), (int)message.method.size,
              message.method.data, (int)message.id.size, message.id.data, text.size);
    if (message.kind == RPC_REQUEST)
        take_request(client, &message);
    else if (message.kind == RPC_NOTIFICATION && span_equals(message.method, "$/cancelRequest"))
        take_cancel(client, &message);
    else if (message.kind == RPC_NOTIFICATION && span_equals(message.method, "$/acknowledge"))
        take_acknowledge(client, &message);
    else if (message.kind == RPC_NOTIFICATION)
        client->server->counters.notifications_ignored++;
    else if (!prompt_take_answer(client, &message))
        client->server->counters.answers_dropped++;
}
