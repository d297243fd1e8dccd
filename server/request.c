#include "server/request.h"

#include "base/log.h"
#include "protocol/json.h"
#include "protocol/result.h"
#include "server/call.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static const char *const state_names[] = {
    [REQUEST_RUNNING] = "running",
    [REQUEST_CANCELING] = "canceling",
    [REQUEST_ANSWERED] = "answered",
    [REQUEST_DONE] = "done",
};

#define TO(state) (1U << (state))

static const unsigned transitions[] = {
    [REQUEST_RUNNING] = TO(REQUEST_CANCELING) | TO(REQUEST_ANSWERED),
    [REQUEST_CANCELING] = TO(REQUEST_ANSWERED),
    [REQUEST_ANSWERED] = TO(REQUEST_DONE),
    [REQUEST_DONE] = 0,
};

const char *request_state_name(RequestState state)
{
    return state_names[state];
}

void request_set_state(Request *request, RequestState state)
{
    assert((transitions[request->state] & TO(state)) != 0);
    log_trace("%s: %s -> %s", request_name(request), state_names[request->state],
              state_names[state]);
    request->state = state;
}

const char *request_name(const Request *request)
{
    static char name[96];

    snprintf(name, sizeof(name), "client %llu (uid %u): request %llu",
             (unsigned long long)request->client_number, (unsigned)request->uid,
             (unsigned long long)request->operation);
    return name;
}

Outcome outcome_failure(MI_Result result, const char *message)
{
    return (Outcome){.posted = true, .result = result, .message = span_of(message)};
}

static Request *request_free(Request *request)
{
    timer_stop(&request->deadline);
    timer_stop(&request->grace);
    list_unlink(&request->link);
    buffer_deinit(&request->collected);
    provider_unref(request->provider);
    free(request->text);
    free(request);
    return NULL;
}

/* Copies @params and @id into one piece of memory, and points the spans there. */
static int copy_text(Request *request, const RpcMessage *message, const MethodParams *names)
{
    size_t size = message->params.size;
    char *text = malloc(size + message->id.size + 1);

    if (text == NULL)
        return -ENOMEM;
    memcpy(text, message->params.data, size);
    memcpy(text + size, message->id.data, message->id.size);
    request->text = text;
    request->params = (Span){text, size};
    request->id = (Span){text + size, message->id.size};
    if (names->partial_token.data != NULL)
        request->partial_token = (Span){text + (names->partial_token.data - message->params.data),
                                        names->partial_token.size};
    if (names->work_token.data != NULL)
        request->work_token =
            (Span){text + (names->work_token.data - message->params.data), names->work_token.size};
    return 0;
}

int request_new(Client *client, const RpcMessage *message, const Method *method,
                const MethodParams *params, Provider *provider, Request **ret)
{
    Server *server = client->server;
    Request *request = calloc(1, sizeof(*request));

    if (request == NULL)
        return -ENOMEM;
    request->server = server;
    request->method = method;
    request->names = *params;
    list_init(&request->calls);
    list_init(&request->link);
    request->provider = provider_ref(provider);
    if (copy_text(request, message, params) < 0) {
        request_free(request);
        return -ENOMEM;
    }
    HASH_ADD_KEYPTR(hh, client->requests, request->id.data, request->id.size, request);
    if (hash_has_failed(request)) {
        request_free(request);
        return -ENOMEM;
    }
    request->client = client;
    client->request_count++;
    list_append(&server->requests, &request->link);
    server->request_count++;
    request->client_number = client->number;
    request->uid = client->identity.uid;
    request->operation = ++server->next_operation;
    request->started = uv_now(server->loop);
    request->progress = request->work_token.data == NULL ? PROGRESS_UNWANTED : PROGRESS_READY;
    *ret = request;
    return 0;
}

Request *request_find(Client *client, Span id)
{
    Request *request;

    HASH_FIND(hh, client->requests, id.data, id.size, request);
    return request;
}

void request_check_done(Request *request)
{
    Server *server = request->server;

    if (request->state != REQUEST_ANSWERED || !list_is_empty(&request->calls))
        return;
    request_set_state(request, REQUEST_DONE);
    request_free(request);
    server->request_count--;
    server_check_stop(server);
}

/* Wraps a batch as the value of the partial-result token. The caller ends the message. */
static void put_partial_result(Request *request, Span json)
{
    Buffer *out = client_begin(request->client);

    rpc_put_notification_head(out, "$/progress");
    buffer_put_string(out, "{\"token\":");
    buffer_put_span(out, request->partial_token);
    buffer_put_string(out, ",\"value\":");
    buffer_put_span(out, json);
    buffer_put_string(out, "}}");
}

bool request_take_instances(Request *request, uint64_t operation, Span json, uint32_t count,
                            uint32_t charge)
{
    Client *client = request->client;
    const Config *config = request->server->config;
    Span inner = json_inside(json); /* the text decides about commas, not the agent's count */

    if (request->partial_token.data != NULL) {
        put_partial_result(request, json);
        client_end_relayed(client, operation, charge);
        return true;
    }
    if (request->collected.size + inner.size > config->max_collected ||
        !client_has_room(client, inner.size))
        return false;
    size_t before = request->collected.size;
    if (before > 0 && inner.size > 0)
        buffer_put_char(&request->collected, ',');
    buffer_put_span(&request->collected, inner);
    client->buffered +=
        request->collected.size - before; /* all of `collected`: write_response gives it back */
    if (buffer_failed(&request->collected))
        return false;
    request->collected_count += count;
    return true;
}

/* Begins $/progress for the work-done token, up to the members of its value. */
static Buffer *begin_progress(Request *request, const char *kind)
{
    Buffer *out = client_begin(request->client);

    rpc_put_notification_head(out, "$/progress");
    buffer_put_string(out, "{\"token\":");
    buffer_put_span(out, request->work_token);
    buffer_put_string(out, ",\"value\":{\"kind\":\"");
    buffer_put_string(out, kind);
    buffer_put_char(out, '"');
    return out;
}

void request_send_progress(Request *request, uint64_t operation, const ProgressFrame *frame,
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

void request_send_message(Request *request, uint64_t operation, const MessageFrame *frame,
                          uint32_t charge)
{
    static const char *const channels[] = {"warning", "verbose", "debug"};
    Buffer *out = client_begin(request->client);

    rpc_put_notification_head(out, "mi/message");
    buffer_put_string(out, "{\"id\":");
    buffer_put_span(out, request->id);
    buffer_printf(out, ",\"channel\":\"%s\",\"message\":", channels[frame->channel]);
    json_put_string(out, frame->text);
    buffer_put_string(out, "}}");
    client_end_relayed(request->client, operation, charge);
}

/* The value of a successful response. */
static void put_result(Request *request, Buffer *out, const Outcome *outcome)
{
    Span batch = json_trim(outcome->body);

    rpc_put_result_head(out, request->id);
    if (request->method->operation == OPERATION_ENUMERATE_INSTANCES) {
        buffer_put_string(out, "{\"instances\":[");
        buffer_put_span(out, buffer_span(&request->collected));
        Span last = batch.size == 0 ? batch : json_inside(batch);
        if (request->partial_token.data == NULL && last.size > 0) {
            if (request->collected.size > 0)
                buffer_put_char(out, ',');
            buffer_put_span(out, last);
        }
        buffer_put_string(out, "]}");
    } else {
        buffer_put_span(out, batch.size == 0 ? SPAN("{}") : batch);
    }
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
    bool is_value =
        outcome->body.size > 0 && request->method->operation != OPERATION_ENUMERATE_INSTANCES;
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

static void log_outcome(const Request *request, const Outcome *outcome)
{
    unsigned long long age = (unsigned long long)(uv_now(request->server->loop) - request->started);

    if (outcome->canceled)
        log_debug("%s: %s %s: canceled (%s)%s after %llu ms", request_name(request),
                  request->method->name, request->names.class_name, reason_name(request->reason),
                  outcome->abandoned ? ", abandoned" : "", age);
    else if (outcome->result != MI_RESULT_OK)
        log_debug("%s: %s %s: %s: %.*s", request_name(request), request->method->name,
                  request->names.class_name, result_name(outcome->result),
                  (int)outcome->message.size, outcome->message.data);
    else
        log_debug("%s: %s %s: done after %llu ms", request_name(request), request->method->name,
                  request->names.class_name, age);
}

/* A client that has left too much unread is told so in place of what was posted. */
static void drop_results(Outcome *outcome)
{
    outcome->discarded += outcome->count;
    outcome->count = 0;
    outcome->message = outcome->cim_error = outcome->body = (Span){0};
    if (outcome->canceled || outcome->invalid_params || outcome->result != MI_RESULT_OK)
        return;
    outcome->result = MI_RESULT_SERVER_LIMITS_EXCEEDED;
    outcome->message = SPAN("there is no room for the result, since so many results wait unread: "
                            "read them, or raise 'maxBuffered'");
}

/* Writes the response, and before it what must stand before it. */
static void write_response(Request *request, Outcome *outcome)
{
    Client *client = request->client;
    size_t size = outcome->message.size + outcome->cim_error.size + outcome->body.size;
    Buffer *out;

    if (size > CLIENT_SMALL_ANSWER && !client_has_room(client, size))
        drop_results(outcome);
    if (request->partial_token.data != NULL && outcome->count > 0) {
        put_partial_result(request, outcome->body); /* outside of the window */
        client_end_result(client);
    }
    if (request->progress == PROGRESS_BEGUN) {
        out = begin_progress(request, "end");
        buffer_put_string(out, "}}}");
        client_end_result(client);
    }
    out = client_begin(client);
    if (outcome->canceled)
        put_canceled(request, out, outcome);
    else if (outcome->result == MI_RESULT_OK && !outcome->invalid_params)
        put_result(request, out, outcome);
    else
        put_failure(request, out, outcome);
    client_end_result(client);
    /* Careful: @client may be closing here. */
}

void request_detach(Request *request)
{
    Client *client = request->client;

    HASH_DELETE(hh, client->requests, request);
    client->request_count--;
    client->buffered -= request->collected.size;
    buffer_deinit(&request->collected);
    request->client = NULL;
}

void request_respond(Request *request, const Outcome *outcome)
{
    Client *client = request->client;

    log_outcome(request, outcome);
    timer_stop(&request->deadline);
    timer_stop(&request->grace);
    request_set_state(request, REQUEST_ANSWERED);
    if (client != NULL) {
        Outcome told = *outcome;
        write_response(request, &told);
        request_detach(request); /* the id is free from here on */
        client_check_end(client);
    }
    request_check_done(request);
    /* Careful: @request may be gone here. */
}
