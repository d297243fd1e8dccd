#include "server/router.h"

#include "base/log.h"
#include "protocol/json.h"
#include "protocol/payload.h"
#include "protocol/result.h"
#include "server/host.h"

#include <errno.h>

#include <stdlib.h>

/* Endings. */

/* Ends @call, wherever it stands. Careful: its request may be gone afterwards. */
static void end_call(Call *call)
{
    if (call->agent != NULL)
        agent_remove_call(call->agent, call);
    call_set_state(call, CALL_DONE);
    call_free(call);
}

/* Answers @request for a provider that will not answer any more; what it still sends is dropped. */
static void abandon(Request *request, const Outcome *outcome)
{
    list_for_each (link, &request->calls) {
        Call *call = list_entry(link, Call, request_link);
        if (call->state != CALL_RELEASING && call->state != CALL_ABANDONED)
            call_set_state(call, CALL_ABANDONED);
    }
    request_respond(request, outcome);
}

/* S6: canceled, and no result within the grace. */
static void on_grace(Timer *timer)
{
    Request *request = container_of(timer, Request, grace);
    log_warning("%s: %s %s: provider '%s' has not ended it within its grace", request_name(request),
                request->method->name, request->names.class_name, request->provider->name);
    abandon(request, &(Outcome){.canceled = true, .abandoned = true});
    list_for_each (link, &request->calls) {
        Call *call = list_entry(link, Call, request_link);
        if (call->state == CALL_ABANDONED)
            agent_drain(call->agent, "an operation outlived its grace");
    }
}

/* S8: the result came, and the provider's function doesn't return. */
static void on_release_late(Timer *timer)
{
    Call *call = container_of(timer, Call, release);

    log_warning("%s: provider '%s' posted its result and holds on to the operation",
                request_name(call->request), call->request->provider->name);
    agent_drain(call->agent, "an operation outlived its result");
}

/* Dispatch: QUEUED to SENT. */

static void fail_call(Call *call, MI_Result result, const char *message)
{
    Request *request = call->request;
    Outcome outcome = outcome_failure(result, message);

    if (request->state != REQUEST_ANSWERED)
        request_respond(request, &outcome);
    end_call(call);
}

static void send_call(Agent *agent, Call *call)
{
    list_unlink(&call->agent_link);
    agent_send_operation(agent, call, call->request->params);
    call_set_state(call, CALL_SENT);
}

/* Fills the free places of @agent. */
static void send_queued(Agent *agent)
{
    List *link;

    while (agent_is_open(agent) && agent->call_count < agent->provider->operations &&
           (link = list_first(&agent->queue)) != NULL)
        send_call(agent, list_entry(link, Call, agent_link));
}

/* Makes place for one more agent: true if there is, or if an idle one was told to go. */
static bool make_place(Server *server)
{
    Agent *idle = NULL;
    size_t count = 0;

    list_for_each (link, &server->agents) {
        Agent *agent = list_entry(link, Agent, link);
        if (agent->state >= AGENT_STOPPING)
            continue;
        count++;
        if (idle == NULL && agent_is_open(agent) && agent->call_count == 0)
            idle = agent;
    }
    if (count < server->config->max_agents)
        return true;
    if (idle == NULL)
        return false;
    agent_drain(idle, "'maxAgents' is reached, and it is idle");
    return true;
}

/* The open agent of @provider for @identity, or a fresh one. 0, or an MI_Result with @why set. */
static MI_Result find_agent(Server *server, Provider *provider, const Identity *identity,
                            Agent **ret, char *why, size_t why_size)
{
    list_for_each (link, &provider->agents) {
        Agent *agent = list_entry(link, Agent, provider_link);
        if (agent_is_open(agent) && identity_equals(&agent->identity, identity)) {
            *ret = agent;
            return MI_RESULT_OK;
        }
    }
    if (geteuid() != 0 && identity->uid != geteuid()) {
        snprintf(why, why_size,
                 "this server doesn't run as root: it can host providers as uid %u only, and not "
                 "as uid %u",
                 (unsigned)geteuid(), (unsigned)identity->uid);
        return MI_RESULT_ACCESS_DENIED;
    }
    if (!make_place(server)) {
        snprintf(why, why_size, "%lu agents are running, and none is idle: 'maxAgents' limits them",
                 server->config->max_agents);
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    if (agent_new(server, provider, identity, ret, why, why_size) < 0) {
        log_warning("%s", why);
        return MI_RESULT_FAILED;
    }
    return MI_RESULT_OK;
}

/* Gives a QUEUED call to an agent. Careful: @call may be gone afterwards. */
static void dispatch(Call *call, const Identity *identity)
{
    Request *request = call->request;
    Agent *agent;
    char why[640];
    MI_Result result =
        find_agent(request->server, request->provider, identity, &agent, why, sizeof(why));

    if (result != MI_RESULT_OK) {
        fail_call(call, result, why);
        return;
    }
    call->agent = agent;
    if (agent->call_count < request->provider->operations) {
        send_call(agent, call);
    } else {
        timer_stop(&agent->idle);
        list_append(&agent->queue, &call->agent_link);
    }
}

/* Cancels. */

bool router_cancel(Request *request, MI_CancellationReason reason)
{
    Outcome outcome = {.canceled = true};

    if (request->state != REQUEST_RUNNING)
        return false;
    log_debug("%s: cancel (%s)", request_name(request), reason_name(reason));
    request->reason = reason;
    request->server->counters.cancels++;
    timer_stop(&request->deadline);
    request_set_state(request, REQUEST_CANCELING);
    /* C3: what no agent has seen reaches no provider. C4: what one has is told once, in the
     * socket's order. */
    list_for_each_safe (link, &request->calls) {
        Call *call = list_entry(link, Call, request_link);
        if (call->state == CALL_QUEUED) {
            end_call(call);
        } else if (call->state == CALL_SENT || call->state == CALL_RUNNING) {
            agent_send_cancel(call->agent, call, reason);
            call_set_state(call, CALL_CANCELING);
        }
    }
    if (list_is_empty(&request->calls))
        request_respond(request, &outcome);
    else
        timer_start(&request->grace, request->provider->grace);
    /* Careful: @request may be gone here. */
    return true;
}

static void on_deadline(Timer *timer)
{
    router_cancel(container_of(timer, Request, deadline), MI_REASON_TIMEOUT);
}

void router_client_gone(Client *client)
{
    Request *request, *next;

    HASH_ITER(hh, client->requests, request, next)
    {
        request_detach(request);
        router_cancel(request, MI_REASON_NONE);
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

/* Requests. */

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
    Call *call;
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
    timer_init(&request->deadline, &server->timers, on_deadline);
    timer_init(&request->grace, &server->timers, on_grace);
    if (call_new(request, &call) < 0) {
        Outcome outcome = outcome_failure(MI_RESULT_FAILED, "the server is out of memory");
        request_respond(request, &outcome);
        return;
    }
    timer_init(&call->release, &server->timers, on_release_late);
    uint64_t timeout = deadline_of(provider, params.timeout);
    if (timeout != 0)
        timer_start(&request->deadline, timeout);
    dispatch(call, provider->hosting == HOSTING_USER ? &provider->user : &client->identity);
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
        host_answer(client, message, method);
        return;
    }
}

void router_client_message(Client *client, Span text)
{
    RpcMessage message;
    RpcFault fault;

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

/* Flow. */

/* Tells the agent what its window has gained: at once when nothing of the operation waits for the
 * client, else in quarters. */
static void give_credit(Call *call, uint32_t bytes)
{
    uint32_t quarter = (uint32_t)(call->request->server->config->window / 4);

    call->credit += bytes;
    if (call->credit == 0 || (call->unsent > 0 && call->credit < quarter) ||
        (call->state != CALL_RUNNING && call->state != CALL_CANCELING))
        return;
    agent_send_credit(call->agent, call, call->credit);
    call->credit = 0;
}

void router_client_sent(Client *client, uint64_t operation, uint32_t bytes)
{
    Call *call = call_find(client->server, operation);

    if (call == NULL)
        return;
    call->unsent -= bytes;
    give_credit(call, bytes);
}

/* What agents say. */

/* True if the results of @call still go to a client. */
static bool is_wanted(const Call *call)
{
    return call->request->client != NULL && call->request->state != REQUEST_ANSWERED &&
           (call->state == CALL_RUNNING || call->state == CALL_CANCELING);
}

/* Answers a request that collected more than it may; the operation goes on to its release only. */
static void end_collecting(Call *call)
{
    Request *request = call->request;
    const Config *config = request->server->config;
    Outcome outcome;
    char text[256];

    snprintf(text, sizeof(text),
             "the collected instances are too large ('maxCollected' is %lu bytes, 'maxBuffered' "
             "%lu for one client): "
             "ask with a partialResultToken to have them as they come",
             config->max_collected, config->max_buffered);
    outcome = outcome_failure(MI_RESULT_SERVER_LIMITS_EXCEEDED, text);
    if (call->state == CALL_RUNNING)
        agent_send_cancel(call->agent, call, MI_REASON_NONE);
    timer_start(&call->release, request->provider->grace);
    abandon(request, &outcome);
}

static int take_instances(Call *call, const Frame *frame, const char **why)
{
    InstancesFrame instances;
    uint32_t charge = (uint32_t)frame->payload.size;

    *why = "an INSTANCES frame of it is broken";
    if (payload_get_instances(frame->payload, &instances) < 0 ||
        !json_check(instances.json, JSON_MAX_DEPTH, NULL) ||
        json_type(json_trim(instances.json)) != JSON_ARRAY)
        return -EPROTO;
    if (!is_wanted(call)) {
        give_credit(call, charge);
        return 0;
    }
    if (call->request->partial_token.data != NULL)
        call->unsent += charge;
    if (!request_take_instances(call->request, call->operation, instances.json, instances.count,
                                charge))
        end_collecting(call);
    else if (call->request->partial_token.data == NULL)
        give_credit(call, charge);
    return 0;
}

static int take_progress(Call *call, const Frame *frame, const char **why)
{
    ProgressFrame progress;
    uint32_t charge = (uint32_t)frame->payload.size;

    *why = "a PROGRESS frame of it is broken";
    if (payload_get_progress(frame->payload, &progress) < 0)
        return -EPROTO;
    if (!is_wanted(call) || call->request->progress == PROGRESS_UNWANTED) {
        give_credit(call, charge);
        return 0;
    }
    call->unsent += charge;
    request_send_progress(call->request, call->operation, &progress, charge);
    return 0;
}

static int take_message(Call *call, const Frame *frame, const char **why)
{
    MessageFrame message;
    uint32_t charge = (uint32_t)frame->payload.size;

    *why = "a MESSAGE frame of it is broken";
    if (payload_get_message(frame->payload, &message) < 0)
        return -EPROTO;
    if (!is_wanted(call)) {
        give_credit(call, charge);
        return 0;
    }
    call->unsent += charge;
    request_send_message(call->request, call->operation, &message, charge);
    return 0;
}

/* True if @body is what an operation of @kind answers with. */
static bool is_body(OperationKind kind, const ResultFrame *result)
{
    JsonType wanted = kind == OPERATION_ENUMERATE_INSTANCES ? JSON_ARRAY : JSON_OBJECT;

    if (result->body.size == 0)
        return result->count == 0;
    return json_check(result->body, JSON_MAX_DEPTH, NULL) &&
           json_type(json_trim(result->body)) == wanted;
}

static bool is_cim_error(Span text)
{
    return text.size == 0 ||
           (json_check(text, JSON_MAX_DEPTH, NULL) && json_type(json_trim(text)) == JSON_OBJECT);
}

static int take_result(Call *call, const Frame *frame, const char **why)
{
    Request *request = call->request;
    bool canceled = call->state == CALL_CANCELING || call->state == CALL_ABANDONED;
    ResultFrame result;

    *why = "a RESULT frame of it is broken";
    if (payload_get_result(frame->payload, &result) < 0 ||
        !is_body(request->method->operation, &result) || !is_cim_error(result.cim_error))
        return -EPROTO;
    *why = "it says that an operation was canceled which was not";
    if ((result.flags & RESULT_CANCELED) != 0 && !canceled)
        return -EPROTO;
    call_set_state(call, CALL_RELEASING);
    timer_start(&call->release, request->provider->grace);
    if (request->state == REQUEST_ANSWERED) {
        request->server->counters.results_dropped++;
        return 0;
    }
    Outcome outcome = {
        /* If the final post came first, the response is the normal one (C5). */
        .canceled = (result.flags & RESULT_CANCELED) != 0,
        .delivered = (result.flags & RESULT_DELIVERED) != 0,
        .invalid_params = (result.flags & RESULT_INVALID_PARAMS) != 0,
        .posted = (result.flags & RESULT_POSTED) != 0,
        .discarded = result.discarded,
        .result = (MI_Result)result.result,
        .message = result.message,
        .cim_error = result.cim_error,
        .body = result.body,
        .count = result.count,
    };
    request_respond(request, &outcome);
    return 0;
}

static int take_released(Call *call, const Frame *frame, const char **why)
{
    Agent *agent = call->agent;

    *why = "a RELEASED frame of it is broken";
    if (payload_get_empty(frame->payload) < 0)
        return -EPROTO;
    end_call(call);
    /* Careful: @call and its request may be gone here. */
    send_queued(agent);
    return 0;
}

static int take_started(Call *call, const Frame *frame, const char **why)
{
    *why = "a STARTED frame of it is broken";
    if (payload_get_empty(frame->payload) < 0)
        return -EPROTO;
    if (call->state == CALL_SENT)
        call_set_state(call, CALL_RUNNING);
    return 0;
}

#define IN(state) (1U << (state))

/* What an agent may say of a call, and in which of its states. A call is in SENT until STARTED; one
 * that was canceled or abandoned meanwhile is in that state when its STARTED comes. */
static const struct {
    FrameType type;
    unsigned states;
    int (*take)(Call *call, const Frame *frame, const char **why);
} frames[] = {
    {FRAME_STARTED, IN(CALL_SENT) | IN(CALL_CANCELING) | IN(CALL_ABANDONED), take_started},
    {FRAME_INSTANCES, IN(CALL_RUNNING) | IN(CALL_CANCELING) | IN(CALL_ABANDONED), take_instances},
    {FRAME_PROGRESS, IN(CALL_RUNNING) | IN(CALL_CANCELING) | IN(CALL_ABANDONED), take_progress},
    {FRAME_MESSAGE, IN(CALL_RUNNING) | IN(CALL_CANCELING) | IN(CALL_ABANDONED), take_message},
    {FRAME_RESULT, IN(CALL_RUNNING) | IN(CALL_CANCELING) | IN(CALL_ABANDONED), take_result},
    {FRAME_RELEASED, IN(CALL_RELEASING), take_released},
};

int router_agent_frame(Agent *agent, const Frame *frame, const char **why)
{
    Call *call = call_find(agent->server, frame->operation);

    *why = "it sent a frame for an operation that it doesn't have";
    if (call == NULL || call->agent != agent || call->state == CALL_QUEUED)
        return -EPROTO;
    *why = "it sent a frame that the state of its operation doesn't allow";
    for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
        if (frames[i].type == frame->type && (frames[i].states & IN(call->state)) != 0)
            return frames[i].take(call, frame, why);
    return -EPROTO;
}

/* S7: the end of an agent answers what it owed. Careful: @call may be gone afterwards. */
static void bury_call(Call *call, const char *how)
{
    Request *request = call->request;

    if (request->state == REQUEST_CANCELING) {
        Outcome outcome = {.canceled = true, .message = span_of(how)};
        request_respond(request, &outcome);
    } else if (request->state == REQUEST_RUNNING) {
        Outcome outcome = outcome_failure(MI_RESULT_FAILED, how);
        request_respond(request, &outcome);
    }
    end_call(call);
}

/* Takes @call back from its agent, to be given to another. */
static void requeue(Call *call, List *again)
{
    agent_remove_call(call->agent, call);
    if (call->state != CALL_QUEUED)
        call_set_state(call, CALL_QUEUED);
    list_append(again, &call->agent_link);
}

/* Gives the calls of @again to other agents of the same identity. */
static void dispatch_again(List *again, const Identity *identity)
{
    List *link;

    while ((link = list_first(again)) != NULL) {
        list_unlink(link);
        dispatch(list_entry(link, Call, agent_link), identity);
    }
}

static void requeue_queue(Agent *agent, List *again)
{
    List *link;

    while ((link = list_first(&agent->queue)) != NULL)
        requeue(list_entry(link, Call, agent_link), again);
}

void router_agent_gone(Agent *agent, const char *how, bool unread_go_on)
{
    List again;

    list_init(&again);
    list_for_each_safe (link, &agent->calls) {
        Call *call = list_entry(link, Call, agent_link);
        if (unread_go_on && call->state == CALL_SENT)
            requeue(call, &again);
        else
            bury_call(call, how);
    }
    requeue_queue(agent, &again);
    dispatch_again(&again, &agent->identity);
}

void router_agent_draining(Agent *agent)
{
    List again;

    list_init(&again);
    requeue_queue(agent, &again);
    dispatch_again(&again, &agent->identity);
}

void router_agent_drained(Agent *agent)
{
    list_for_each_safe (link, &agent->calls) {
        router_cancel(list_entry(link, Call, agent_link)->request, MI_REASON_SERVICESTOP);
    }
}
