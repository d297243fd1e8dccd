#include "server/request.h"

#include "base/log.h"
#include "protocol/json.h"
#include "protocol/result.h"
#include "server/call.h"
#include "server/prompt.h"
#include "server/report.h"
#include "server/response.h"
#include "server/router.h"

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

static Request *request_free(Request *request)
{
    timer_stop(&request->deadline);
    timer_stop(&request->grace);
    list_unlink(&request->link);
    buffer_deinit(&request->collected);
    merged_deinit(&request->merged);
    charge_release(&request->places);
    charge_release(&request->bytes);
    user_unref(request->user);
    free(request->text);
    free(request);
    return NULL;
}

/* Where @span, which lies in @from, lies in the copy of it. */
static Span moved(Span span, Span from, const char *copy)
{
    return span.data == NULL ? span : (Span){copy + (span.data - from.data), span.size};
}

static const char *copy_string(char **place, const char *string)
{
    size_t size = strlen(string) + 1;
    char *copy = memcpy(*place, string, size);

    *place += size;
    return copy;
}

static size_t size_of_text(const RpcMessage *message, const MethodParams *params)
{
    return message->params.size + message->id.size + strlen(params->name_space) +
           strlen(params->class_name) + strlen(params->method) + strlen(params->provider) + 4;
}

/* Copies all texts into one piece of memory. What makes a request has params: method_parse has
 * found what must be there. */
static int copy_text(Request *request, const RpcMessage *message, const MethodParams *params)
{
    Span came = message->params;
    char *place = malloc(size_of_text(message, params));

    if (place == NULL)
        return -ENOMEM;
    request->text = place;
    request->params = (Span){memcpy(place, came.data, came.size), came.size};
    request->partial_token = moved(params->partial_token, came, place);
    request->work_token = moved(params->work_token, came, place);
    place += came.size;
    request->id = (Span){memcpy(place, message->id.data, message->id.size), message->id.size};
    place += message->id.size;
    request->name_space = copy_string(&place, params->name_space);
    request->class_name = copy_string(&place, params->class_name);
    request->method_name = copy_string(&place, params->method);
    request->provider_name = copy_string(&place, params->provider);
    return 0;
}

/* Charges the user of @client for @parts and for what copy_text is about to copy. */
static int charge(Request *request, Client *client, size_t parts, size_t text, char *why,
                  size_t why_size)
{
    QuotaKind kind = QUOTA_REQUESTS;
    QuotaVerdict verdict;

    request->user = user_ref(client->user);
    verdict = charge_take(&request->places, request->user, kind, parts);
    if (verdict == QUOTA_FREE) {
        kind = QUOTA_BUFFERED;
        verdict = charge_take(&request->bytes, request->user, kind, text);
    }
    if (verdict == QUOTA_FREE)
        return 0;
    user_explain(request->user, kind, verdict, why, why_size);
    return -EDQUOT;
}

int request_new(Client *client, const RpcMessage *message, const Method *method,
                const MethodParams *params, size_t parts, Request **ret, char *why, size_t why_size)
{
    Server *server = client->server;
    Request *request = calloc(1, sizeof(*request));
    int r;

    if (request == NULL)
        return -ENOMEM;
    request->server = server;
    request->method = method;
    request->depth = params->depth;
    request->flags = params->flags;
    request->acknowledges = params->acknowledge;
    list_init(&request->calls);
    list_init(&request->prompts);
    list_init(&request->link);
    r = charge(request, client, parts, size_of_text(message, params), why, why_size);
    if (r == 0)
        r = copy_text(request, message, params);
    if (r < 0) {
        request_free(request);
        return r;
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
    request->pid = client->pid;
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

void request_hold(Request *request)
{
    request->holds++;
}

void request_release(Request *request)
{
    request->holds--;
    request_check_done(request);
}

void request_check_done(Request *request)
{
    Server *server = request->server;

    if (request->state != REQUEST_ANSWERED || request->holds > 0 || !list_is_empty(&request->calls))
        return;
    request_set_state(request, REQUEST_DONE);
    /* Each call has given back its place; a stop has none. */
    assert(request->places.amount == (request->method->kind == METHOD_STOP ? 1 : 0));
    request_free(request);
    if (--server->request_count == 0)
        server_rest(server);
    server_check_stop(server);
}

/* Adds @inner, one element of an array or more, to what is collected. False with @why set if that
 * is over a limit. */
static bool collect(Request *request, Span inner, uint32_t count, char *why, size_t why_size)
{
    Client *client = request->client;
    const Config *config = request->server->config;

    if (request->collected.size + inner.size > config->max_collected) {
        snprintf(why, why_size,
                 "what is collected is too large: 'maxCollected' (%lu) limits it; ask with a "
                 "partialResultToken to have instances as they come",
                 config->max_collected);
        return false;
    }
    if (!client_has_room(client, inner.size, why, why_size))
        return false;
    size_t before = request->collected.size;
    if (before > 0)
        buffer_put_char(&request->collected, ',');
    buffer_put_span(&request->collected, inner);
    client->buffered +=
        request->collected.size - before; /* all of `collected`: write_response gives it back */
    charge_set(&request->bytes, request->bytes.amount + request->collected.size - before);
    if (buffer_failed(&request->collected)) {
        snprintf(why, why_size, "the server is out of memory");
        return false;
    }
    request->collected_count += count;
    return true;
}

bool request_take_instances(Request *request, uint64_t operation, Span json, uint32_t count,
                            uint32_t charge, char *why, size_t why_size)
{
    QuotaVerdict verdict;
    Client *client = request->client;
    Span inner = json_inside(json);

    if (request->partial_token.data != NULL) {
        response_put_partial(request, json);
        client_end_part(client, operation, charge);
        verdict = user_check(request->user, QUOTA_BUFFERED, 0);
        if (verdict != QUOTA_FREE)
            user_explain(request->user, QUOTA_BUFFERED, verdict, why, why_size);
        return verdict == QUOTA_FREE;
    }
    return collect(request, inner, count, why, why_size);
}

bool request_concerns(const Request *request, const Provider *provider)
{
    list_for_each (link, &request->calls) {
        if (list_entry(link, Call, request_link)->provider == provider)
            return true;
    }
    return false;
}

void request_detach(Request *request)
{
    Client *client = request->client;

    HASH_DELETE(hh, client->requests, request);
    client->request_count--;
    client->buffered -= request->collected.size;
    charge_set(&request->bytes, request->bytes.amount - request->collected.size);
    buffer_deinit(&request->collected);
    fifo_deinit(&request->parts_sent);
    request->client = NULL;
}

/* Sends or collects what a part carries. False with @why set if that is over a limit. */
static bool take_body(Request *request, const Outcome *outcome, char *why, size_t why_size)
{
    Span body = json_trim(outcome->body);

    if (outcome->body.size == 0 || request->client == NULL)
        return true;
    if (request->method->operation != OPERATION_ENUMERATE_CLASSES) {
        if (outcome->count == 0)
            return true;
        if (request->partial_token.data == NULL)
            return collect(request, json_inside(body), outcome->count, why, why_size);
        if (!client_has_room(request->client, body.size, why, why_size))
            return false;
        response_put_partial(request, body);
        client_end_result(request->client); /* outside of the window */
        request_part_sent(request, 0, 0);   /* and yet one that is acknowledged */
        return true;
    }
    /* {"class": {...}}: the class is what is listed. */
    Span rest = body, key, value;
    if (!json_next_member(&rest, &key, &value))
        return true;
    return collect(request, value, 1, why, why_size);
}

void request_end_part(Request *request, const char *who, const Outcome *outcome)
{
    char why[256];
    Outcome sum;

    if (request->state == REQUEST_ANSWERED)
        return;
    if (request->parts <= 1 && request->method->operation != OPERATION_ENUMERATE_CLASSES) {
        request_respond(request, outcome);
        return;
    }
    merged_add(&request->merged, who, outcome);
    if (!take_body(request, outcome, why, sizeof(why))) {
        Outcome failure = outcome_failure(MI_RESULT_SERVER_LIMITS_EXCEEDED, why);
        failure.discarded = outcome->count;
        merged_add(&request->merged, NULL, &failure);
    }
    if (--request->waiting > 0)
        return;
    sum = merged_outcome(&request->merged);
    request_respond(request, &sum);
    /* Careful: @request may be gone here. */
}

void request_part_sent(Request *request, uint64_t operation, uint32_t bytes)
{
    RequestPart part = {operation, bytes};

    if (!request->acknowledges) {
        router_client_sent(request->client, operation, bytes);
        return;
    }
    buffer_put(&request->parts_sent.buffer, &part, sizeof(part));
    if (buffer_failed(&request->parts_sent.buffer))
        client_close(request->client, "out of memory");
}

void request_acknowledge(Request *request, uint64_t count)
{
    for (; count > 0 && fifo_span(&request->parts_sent).size > 0; count--) {
        RequestPart part;

        memcpy(&part, fifo_span(&request->parts_sent).data, sizeof(part));
        fifo_skip(&request->parts_sent, sizeof(part));
        router_client_sent(request->client, part.operation, part.bytes);
    }
}

void request_restart_deadline(Request *request)
{
    uint64_t now = uv_now(request->server->loop), time = request->timeout;

    if (request->state != REQUEST_RUNNING || request->timeout == 0 ||
        request->progress == PROGRESS_UNWANTED)
        return;
    if (request->latest != 0 && now + time > request->latest)
        time = request->latest > now ? request->latest - now : 0;
    timer_start(&request->deadline, time);
}

void request_respond(Request *request, const Outcome *outcome)
{
    Client *client = request->client;

    report_end(request, outcome);
    timer_stop(&request->deadline);
    timer_stop(&request->grace);
    prompts_withdraw(request, NULL);
    request_set_state(request, REQUEST_ANSWERED);
    if (client != NULL) {
        Outcome told = *outcome;
        response_write(request, &told);
        request_detach(request); /* the id is free from here on */
        client_check_end(client);
    }
    request_check_done(request);
    /* Careful: @request may be gone here. */
}
