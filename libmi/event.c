#include "libmi/event.h"

#include "protocol/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void event_free(Event *event)
{
    free(event);
}

static bool get_id(Span value, int64_t *ret)
{
    return value.data != NULL && json_type(value) == JSON_NUMBER &&
           json_get_integer(value, ret) == 0;
}

/* A token is the id of its operation; what it brings says for what it was given. */
static bool take_progress(Event *event, Span params)
{
    event->body = json_find_member(params, "value");
    if (event->body.data == NULL || !get_id(json_find_member(params, "token"), &event->operation))
        return false;
    if (json_type(event->body) == JSON_ARRAY)
        event->kind = EVENT_BATCH;
    else
        event->kind = json_find_member(event->body, "parameter").data != NULL ? EVENT_PARAMETER
                                                                              : EVENT_PROGRESS;
    return true;
}

/* False for what means nothing here. */
static bool take_notification(Event *event, const RpcMessage *message)
{
    event->body = message->params;
    if (span_equals(message->method, "$/progress"))
        return take_progress(event, message->params);
    if (span_equals(message->method, "mi/message")) {
        event->kind = EVENT_MESSAGE;
        return get_id(json_find_member(message->params, "id"), &event->operation);
    }
    if (span_equals(message->method, "$/cancelRequest")) {
        event->kind = EVENT_WITHDRAWN;
        event->id = json_find_member(message->params, "id");
        return event->id.data != NULL;
    }
    return false;
}

/* False for a response to nothing. */
static bool take_response(Event *event, const RpcMessage *message)
{
    event->kind = message->error.data != NULL ? EVENT_ERROR : EVENT_RESULT;
    event->body = message->error.data != NULL ? message->error : message->result;
    return get_id(message->id, &event->operation);
}

/* The id as it came: rpc_parse() keeps a copy of it, in the message. */
static void take_question(Event *event, const RpcMessage *message, Span text)
{
    event->kind = EVENT_QUESTION;
    event->method = message->method;
    event->body = message->params;
    event->id = json_find_member(text, "id");
    if (!get_id(json_find_member(message->params, "id"), &event->operation))
        event->operation = -1;
}

/* A part of a list of instances as hosts write it, which is most of what comes: its text is
 * checked, and taken apart without a walk over it. False: it is something else. */
static bool take_batch(Event *event, Span text)
{
    static const char head[] =
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":";
    static const char middle[] = ",\"value\":[", tail[] = "]}}";
    Span rest = text, token = {0};

    if (text.size < sizeof(head) + sizeof(middle) + sizeof(tail) + 20 ||
        memcmp(text.data, head, sizeof(head) - 1) != 0 ||
        memcmp(text.data + text.size - (sizeof(tail) - 1), tail, sizeof(tail) - 1) != 0)
        return false;
    span_skip(&rest, sizeof(head) - 1);
    token.data = rest.data;
    while (token.size < 20 && token.data[token.size] >= '0' && token.data[token.size] <= '9')
        token.size++;
    span_skip(&rest, token.size);
    if (memcmp(rest.data, middle, sizeof(middle) - 1) != 0 ||
        json_get_integer(token, &event->operation) < 0 || !json_check(text, JSON_MAX_DEPTH, NULL))
        return false;
    span_skip(&rest, sizeof(middle) - 2);
    event->kind = EVENT_BATCH;
    event->body = (Span){rest.data, rest.size - 2};
    return true;
}

int event_new(Span message, Event **ret, char *why, size_t why_size)
{
    CLEANUP(event_freep) Event *event = NULL;
    RpcMessage parsed;
    RpcFault fault;
    bool is_ours = true;
    Span text;
    int r;

    *ret = NULL;
    event = malloc(sizeof(*event) + message.size);
    if (event == NULL)
        return -ENOMEM;
    *event = (Event){0};
    list_init(&event->link);
    memcpy(event->text, message.data, message.size);
    text = json_trim((Span){event->text, message.size});
    if (take_batch(event, text)) {
        *ret = take_pointer(event);
        return 0;
    }
    r = rpc_parse(text, &parsed, &fault);
    if (r == -EINVAL)
        snprintf(why, why_size, "it sent what is no message: %.128s", fault.message);
    if (r < 0)
        return r;
    switch (parsed.kind) {
    case RPC_NOTIFICATION:
        is_ours = take_notification(event, &parsed);
        break;
    case RPC_REQUEST:
        take_question(event, &parsed, text);
        break;
    case RPC_RESPONSE:
        if (!take_response(event, &parsed)) {
            snprintf(why, why_size, "it could not read a request: %.*s",
                     (int)(event->body.size < 160 ? event->body.size : 160), event->body.data);
            return -EINVAL;
        }
        break;
    }
    if (is_ours)
        *ret = take_pointer(event);
    return 0;
}
