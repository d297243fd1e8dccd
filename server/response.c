#include "server/response.h"

#include "protocol/json.h"
#include "protocol/result.h"

/* Begins what is sent of @request before its response. */
static Buffer *begin(Request *request)
{
    request->has_sent = true;
    return client_begin(request->client, OUTBOX_BULK);
}

/* Begins $/progress for the partial-result token, up to its value. */
static Buffer *begin_partial(Request *request)
{
    Buffer *out = begin(request);

    rpc_put_notification_head(out, "$/progress");
    buffer_put_string(out, "{\"token\":");
    buffer_put_span(out, request->partial_token);
    buffer_put_string(out, ",\"value\":");
    return out;
}

void response_put_partial(Request *request, Span json)
{
    Buffer *out = begin_partial(request);

    buffer_put_span(out, json);
    buffer_put_string(out, "}}");
}

void response_send_parameter(Request *request, uint64_t operation, const ParameterFrame *frame,
                             uint32_t charge)
{
    Buffer *out = begin_partial(request);

    buffer_put_string(out, "{\"parameter\":");
    json_put_string(out, frame->name);
    buffer_put_string(out, ",\"values\":");
    buffer_put_span(out, frame->values);
    buffer_put_string(out, "}}}");
    client_end_part(request->client, operation, charge);
}

/* Begins $/progress for the work-done token, up to the members of its value. */
static Buffer *begin_progress(Request *request, const char *kind)
{
    Buffer *out = begin(request);

    rpc_put_notification_head(out, "$/progress");
    buffer_put_string(out, "{\"token\":");
    buffer_put_span(out, request->work_token);
    buffer_put_string(out, ",\"value\":{\"kind\":\"");
    buffer_put_string(out, kind);
    buffer_put_char(out, '"');
    return out;
}

void response_send_progress(Request *request, uint64_t operation, const ProgressFrame *frame,
                            uint32_t charge)
{
    bool is_first = request->progress == PROGRESS_READY;
    Buffer *out = begin_progress(request, is_first ? "begin" : "report");

    if (is_first) {
        buffer_put_string(out, ",\"title\":");
        json_put_string(out, frame->activity);
    }
    buffer_put_string(out, ",\"message\":");
    json_put_string(out, frame->status);
    if (frame->percent <= 100)
        buffer_printf(out, ",\"percentage\":%u", frame->percent);
    if (frame->current_operation.size > 0) {
        buffer_put_string(out, ",\"currentOperation\":");
        json_put_string(out, frame->current_operation);
    }
    if (frame->seconds != UINT32_MAX)
        buffer_printf(out, ",\"secondsRemaining\":%u", frame->seconds);
    buffer_put_string(out, "}}}");
    request->progress = PROGRESS_BEGUN;
    client_end_relayed(request->client, operation, charge);
}

void response_send_message(Request *request, uint64_t operation, const MessageFrame *frame,
                           uint32_t charge)
{
    static const char *const channels[] = {"warning", "verbose", "debug"};
    Buffer *out = begin(request);

    rpc_put_notification_head(out, "mi/message");
    buffer_put_string(out, "{\"id\":");
    buffer_put_span(out, request->id);
    buffer_printf(out, ",\"channel\":\"%s\",\"message\":", channels[frame->channel]);
    json_put_string(out, frame->text);
    buffer_put_string(out, "}}");
    client_end_relayed(request->client, operation, charge);
}

/* What a list is called in its result; NULL for what is none. */
static const char *list_name(const Request *request)
{
    switch (request->method->operation) {
    case OPERATION_ENUMERATE_INSTANCES:
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
        return "instances";
    case OPERATION_ENUMERATE_CLASSES:
        return "classes";
    case OPERATION_GET_INSTANCE:
    case OPERATION_INVOKE:
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
    case OPERATION_DELETE_INSTANCE:
    case OPERATION_GET_CLASS:
        break;
    }
    return NULL;
}

static void put_list(Request *request, Buffer *out, const char *name, const Outcome *outcome)
{
    Span last = outcome->body.size == 0 ? outcome->body : json_inside(outcome->body);

    buffer_put_char(out, '{');
    json_put_key(out, name);
    buffer_put_char(out, '[');
    buffer_put_span(out, buffer_span(&request->collected));
    if (request->partial_token.data == NULL && last.size > 0) {
        if (request->collected.size > 0)
            buffer_put_char(out, ',');
        buffer_put_span(out, last);
    }
    buffer_put_string(out, "]}");
}

/* The value of a successful response. */
static void put_result(Request *request, Buffer *out, const Outcome *outcome)
{
    const char *list = list_name(request);

    rpc_put_result_head(out, request->id);
    if (list != NULL)
        put_list(request, out, list, outcome);
    else
        buffer_put_span(out, outcome->body.size == 0 ? SPAN("{}") : json_trim(outcome->body));
    buffer_put_char(out, '}');
}

/* `"result":6,"resultName":"MI_RESULT_NOT_FOUND","message":"...","cimError":{...}` */
static void put_mi_result(Buffer *out, const Outcome *outcome)
{
    buffer_printf(out, "\"result\":%u,\"resultName\":\"%s\"", (unsigned)outcome->result,
                  result_name(outcome->result));
    if (outcome->message.size > 0) {
        buffer_put_string(out, ",\"message\":");
        json_put_string(out, outcome->message);
    }
    if (outcome->cim_error.size > 0) {
        buffer_put_string(out, ",\"cimError\":");
        buffer_put_span(out, outcome->cim_error);
    }
}

/* The sentence of an error: what the provider said, or else what its result means. */
static Span error_text(const Outcome *outcome)
{
    return outcome->message.size > 0 ? outcome->message : span_of(result_text(outcome->result));
}

static void put_failure(Request *request, Buffer *out, const Outcome *outcome)
{
    CLEANUP(buffer_deinit) Buffer data = BUFFER_INIT;
    Outcome told = *outcome;
    uint32_t discarded = outcome->discarded + request->collected_count +
                         (request->partial_token.data == NULL ? outcome->count : 0);

    if (outcome->invalid_params) {
        rpc_put_error(out, request->id, RPC_INVALID_PARAMS, error_text(outcome), (Span){0});
        return;
    }
    told.message = error_text(outcome);
    buffer_put_char(&data, '{');
    put_mi_result(&data, &told);
    if (discarded > 0)
        buffer_printf(&data, ",\"discarded\":%u", discarded);
    buffer_put_char(&data, '}');
    out->failed = out->failed || buffer_failed(&data);
    rpc_put_error(out, request->id, RPC_REQUEST_FAILED, told.message, buffer_span(&data));
}

/* C5: what came of a canceled operation. */
static void put_canceled(Request *request, Buffer *out, const Outcome *outcome)
{
    CLEANUP(buffer_deinit) Buffer data = BUFFER_INIT;
    bool streams = request->partial_token.data != NULL;
    bool is_value = outcome->body.size > 0 && list_name(request) == NULL;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    buffer_printf(&data,
                  "{\"reason\":\"%s\",\"delivered\":%s,\"result\":", reason_name(request->reason),
                  outcome->delivered ? "true" : "false");
    if (outcome->posted) {
        buffer_put_char(&data, '{');
        put_mi_result(&data, outcome);
        if (is_value) {
            buffer_put_string(&data, ",\"value\":");
            buffer_put_span(&data, outcome->body);
        }
        buffer_put_char(&data, '}');
    } else {
        buffer_put_string(&data, "null");
    }
    buffer_printf(&data, ",\"discarded\":%u,\"abandoned\":%s}",
                  outcome->discarded + request->collected_count + (streams ? 0 : outcome->count),
                  outcome->abandoned ? "true" : "false");
    buffer_printf(&text, "%s canceled (%s)", request->method->name, reason_name(request->reason));
    if (outcome->abandoned)
        buffer_put_string(&text, ": the provider has not ended it within its grace");
    else if (!outcome->posted && outcome->message.size > 0)
        buffer_printf(&text, ": %.*s", (int)outcome->message.size, outcome->message.data);
    out->failed = out->failed || buffer_failed(&data) || buffer_failed(&text);
    rpc_put_error(out, request->id, RPC_REQUEST_CANCELED, buffer_span(&text), buffer_span(&data));
}

/* A client that has left too much unread is told so in place of what was posted. */
static void drop_results(Outcome *outcome, const char *why)
{
    outcome->discarded += outcome->count;
    outcome->count = 0;
    outcome->message = outcome->cim_error = outcome->body = (Span){0};
    if (outcome->canceled || outcome->invalid_params || outcome->result != MI_RESULT_OK)
        return;
    outcome->result = MI_RESULT_SERVER_LIMITS_EXCEEDED;
    outcome->message = span_of(why);
}

static bool is_success(const Outcome *outcome)
{
    return outcome->result == MI_RESULT_OK && !outcome->canceled && !outcome->invalid_params;
}

/* A large one is bulk, and so is one that comes after bulk. */
static OutboxLane lane_of_response(const Request *request, const Outcome *outcome)
{
    size_t size = 2 * outcome->message.size + outcome->cim_error.size + outcome->body.size;

    if (is_success(outcome))
        size += request->collected.size;
    return size > CLIENT_SMALL_ANSWER ? OUTBOX_BULK : request_lane(request);
}

void response_write(Request *request, Outcome *outcome)
{
    Client *client = request->client;
    size_t size = outcome->message.size + outcome->cim_error.size + outcome->body.size;
    char why[256];
    Buffer *out;

    if (size > CLIENT_SMALL_ANSWER && !client_has_room(client, size, why, sizeof(why)))
        drop_results(outcome, why);
    if (request->partial_token.data != NULL && outcome->count > 0) {
        response_put_partial(request, outcome->body); /* outside of the window */
        client_end_result(client);
    }
    if (request->progress == PROGRESS_BEGUN) {
        out = begin_progress(request, "end");
        buffer_put_string(out, "}}}");
        client_end_result(client);
    }
    out = client_begin(client, lane_of_response(request, outcome));
    if (outcome->canceled)
        put_canceled(request, out, outcome);
    else if (is_success(outcome))
        put_result(request, out, outcome);
    else
        put_failure(request, out, outcome);
    client_end_result(client);
    /* Careful: @client may be closing here. */
}

void response_refuse(Client *client, Span id, MI_Result result, const char *text)
{
    CLEANUP(buffer_deinit) Buffer data = BUFFER_INIT;
    Outcome outcome = outcome_failure(result, text);
    Buffer *out;

    buffer_put_char(&data, '{');
    put_mi_result(&data, &outcome);
    buffer_put_char(&data, '}');
    out = client_begin(client, OUTBOX_SMALL);
    out->failed = out->failed || buffer_failed(&data);
    rpc_put_error(out, id, RPC_REQUEST_FAILED, span_of(text), buffer_span(&data));
    client_end(client);
}
