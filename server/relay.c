/*
 * Relay: what agents say of their calls (the second part of router.h).
 *
 * Each frame is allowed in some states of its call only, read completely or refused, and its JSON
 * checked before it goes on. Credit flows back as the client takes what it was sent; what nobody
 * waits for any more is dropped and counted.
 */
#include "server/router.h"

#include "base/log.h"
#include "protocol/json.h"
#include "protocol/payload.h"
#include "server/prompt.h"
#include "server/response.h"

#include <errno.h>

static const char over_window[] = "it sent more than the window of its operation holds";

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

void router_part_sent(Client *client, uint64_t operation, uint32_t bytes)
{
    Call *call = call_find(client->server, operation);

    if (call != NULL && call->request->client == client)
        request_part_sent(call->request, operation, bytes);
    else
        router_client_sent(client, operation, bytes);
}

/* True if the results of @call still go to a client. */
static bool is_wanted(const Call *call)
{
    return call->request->client != NULL && call->request->state != REQUEST_ANSWERED &&
           (call->state == CALL_RUNNING || call->state == CALL_CANCELING);
}

/* Answers a request that took more than it may; the operation goes on to its release only. */
static void end_over_limit(Call *call, const char *why)
{
    Outcome outcome = outcome_failure(MI_RESULT_SERVER_LIMITS_EXCEEDED, why);

    router_give_up(call->request, &outcome);
}

/* What was relayed is there, and is charged. Its client reads too little if that is too much. */
static void check_relayed(Call *call)
{
    const User *user = call->request->user;
    QuotaVerdict verdict = user_check(user, QUOTA_BUFFERED, 0);
    char text[256];

    if (verdict == QUOTA_FREE)
        return;
    user_explain(user, QUOTA_BUFFERED, verdict, text, sizeof(text));
    end_over_limit(call, text);
}

/* Text that can be put into a message, whatever its framing: one value, and one line. */
static bool is_value(Span json, JsonType type)
{
    return json_check_line(json, JSON_MAX_DEPTH, NULL) && json_type(json_trim(json)) == type;
}

/* An array that is empty if @count says so: commas are put between batches by their counts. */
static bool is_batch(Span json, uint32_t count)
{
    Span rest, element;

    if (!is_value(json, JSON_ARRAY))
        return false;
    rest = json_trim(json);
    return json_next_element(&rest, &element) == (count > 0);
}

/* True if the agent may have so much in flight: within the window, or alone. */
static bool fits_window(const Call *call, uint32_t charge)
{
    uint64_t in_flight = (uint64_t)call->unsent + call->credit;

    return in_flight == 0 || in_flight + charge <= call->request->server->config->window;
}

/* What streams instances. */
static bool is_list(OperationKind kind)
{
    return kind == OPERATION_ENUMERATE_INSTANCES || kind == OPERATION_ASSOCIATOR_INSTANCES ||
           kind == OPERATION_REFERENCE_INSTANCES;
}

static int take_instances(Call *call, const Frame *frame, const char **why)
{
    InstancesFrame instances;
    uint32_t charge;
    char text[256];

    *why = "an INSTANCES frame of it is broken";
    if (payload_get_instances(frame->payload, &instances) < 0 ||
        !is_batch(instances.json, instances.count))
        return -EPROTO;
    *why = "it sent INSTANCES for an operation that has one result";
    if (!is_list(call->kind))
        return -EPROTO;
    charge = (uint32_t)instances.json.size;
    *why = over_window;
    if (!fits_window(call, charge))
        return -EPROTO;
    call->provider->tally->instances += instances.count;
    if (!is_wanted(call)) {
        give_credit(call, charge);
        return 0;
    }
    if (call->request->partial_token.data != NULL)
        call->unsent += charge;
    if (!request_take_instances(call->request, call->operation, instances.json, instances.count,
                                charge, text, sizeof(text)))
        end_over_limit(call, text);
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
    *why = over_window;
    if (!fits_window(call, charge))
        return -EPROTO;
    request_restart_deadline(call->request);
    if (!is_wanted(call) || call->request->progress == PROGRESS_UNWANTED) {
        give_credit(call, charge);
        return 0;
    }
    call->unsent += charge;
    response_send_progress(call->request, call->operation, &progress, charge);
    check_relayed(call);
    return 0;
}

static int take_message(Call *call, const Frame *frame, const char **why)
{
    MessageFrame message;
    uint32_t charge = (uint32_t)frame->payload.size;

    *why = "a MESSAGE frame of it is broken";
    if (payload_get_message(frame->payload, &message) < 0)
        return -EPROTO;
    *why = over_window;
    if (!fits_window(call, charge))
        return -EPROTO;
    if (!is_wanted(call)) {
        give_credit(call, charge);
        return 0;
    }
    call->unsent += charge;
    response_send_message(call->request, call->operation, &message, charge);
    check_relayed(call);
    return 0;
}

static int take_parameter(Call *call, const Frame *frame, const char **why)
{
    ParameterFrame parameter;
    uint32_t charge = (uint32_t)frame->payload.size;

    *why = "a PARAMETER frame of it is broken";
    if (payload_get_parameter(frame->payload, &parameter) < 0 ||
        !is_value(parameter.values, JSON_ARRAY))
        return -EPROTO;
    *why = "it sent PARAMETER for an operation that streams none";
    if (call->kind != OPERATION_INVOKE || call->request->partial_token.data == NULL)
        return -EPROTO;
    *why = over_window;
    if (!fits_window(call, charge))
        return -EPROTO;
    if (!is_wanted(call)) {
        give_credit(call, charge);
        return 0;
    }
    call->unsent += charge;
    response_send_parameter(call->request, call->operation, &parameter, charge);
    return 0;
}

/* True if @body is what an operation of @kind answers with. */
static bool is_body(OperationKind kind, const ResultFrame *result)
{
    bool may_be_null = kind == OPERATION_CREATE_INSTANCE || kind == OPERATION_MODIFY_INSTANCE;

    if (result->body.size == 0)
        return result->count == 0;
    if (is_list(kind))
        return is_batch(result->body, result->count);
    return result->count == 0 && (is_value(result->body, JSON_OBJECT) ||
                                  (may_be_null && is_value(result->body, JSON_NULL)));
}

static bool is_cim_error(Span text)
{
    return text.size == 0 || is_value(text, JSON_OBJECT);
}

/* How its call ended, for the metrics. */
static TallyEnd end_of(const ResultFrame *result)
{
    if ((result->flags & RESULT_CANCELED) != 0)
        return TALLY_CANCELED;
    return result->result == MI_RESULT_OK && (result->flags & RESULT_INVALID_PARAMS) == 0
               ? TALLY_SUCCEEDED
               : TALLY_FAILED;
}

static int take_result(Call *call, const Frame *frame, const char **why)
{
    Request *request = call->request;
    bool canceled = call->state == CALL_CANCELING || call->state == CALL_ABANDONED;
    ResultFrame result;

    *why = "a RESULT frame of it is broken";
    if (payload_get_result(frame->payload, &result) < 0 || !is_body(call->kind, &result) ||
        !is_cim_error(result.cim_error))
        return -EPROTO;
    *why = "it says that an operation was canceled which was not";
    if ((result.flags & RESULT_CANCELED) != 0 && !canceled)
        return -EPROTO;
    if ((result.flags & RESULT_FAULT) != 0)
        provider_set_fault(call->provider, result.message,
                           (result.flags & RESULT_CLASS_FAULT) != 0 ? call->class_name : NULL);
    else if ((result.flags & RESULT_POSTED) != 0)
        provider_forget_fault(call->provider, call->class_name);
    prompts_withdraw(request, call);
    call_count(call, end_of(&result));
    call->provider->tally->instances += result.count;
    call_set_state(call, CALL_RELEASING);
    timer_start(&call->release, call->provider->grace);
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
    request_end_part(request, call->provider->name, &outcome);
    return 0;
}

static int take_released(Call *call, const Frame *frame, const char **why)
{
    Agent *agent = call->agent;

    *why = "a RELEASED frame of it is broken";
    if (payload_get_empty(frame->payload) < 0)
        return -EPROTO;
    agent_succeeded(agent);
    router_end_call(call);
    /* Careful: @call and its request may be gone here. */
    router_send_queued(agent);
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

static int take_prompt(Call *call, const Frame *frame, const char **why)
{
    PromptFrame prompt;

    *why = "a PROMPT frame of it is broken";
    if (payload_get_prompt(frame->payload, &prompt) < 0 || !is_cim_error(prompt.cim_error))
        return -EPROTO;
    *why = "it asks more at a time than it may";
    return prompt_ask(call, &prompt) < 0 ? -EPROTO : 0;
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
    {FRAME_PARAMETER, IN(CALL_RUNNING) | IN(CALL_CANCELING) | IN(CALL_ABANDONED), take_parameter},
    {FRAME_PROMPT, IN(CALL_RUNNING) | IN(CALL_CANCELING) | IN(CALL_ABANDONED), take_prompt},
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
