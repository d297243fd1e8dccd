/*
 * The JSON-RPC envelope: sorted into its six members, then judged as a call or as a response.
 *
 * Each refusal names the member and says what to send instead: it goes to people who write a
 * client.
 */
#include "protocol/rpc.h"

#include "protocol/json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define MAX_ID_INTEGER ((INT64_C(1) << 53) - 1)

/* The members of a message that there are, as they came; data NULL: absent. */
typedef enum Member {
    MEMBER_JSONRPC,
    MEMBER_ID,
    MEMBER_METHOD,
    MEMBER_PARAMS,
    MEMBER_RESULT,
    MEMBER_ERROR,
    MEMBER_COUNT,
} Member;

static const char *const member_names[MEMBER_COUNT] = {
    [MEMBER_JSONRPC] = "jsonrpc", [MEMBER_ID] = "id",         [MEMBER_METHOD] = "method",
    [MEMBER_PARAMS] = "params",   [MEMBER_RESULT] = "result", [MEMBER_ERROR] = "error",
};

static int PRINTF_LIKE(3, 4) refuse(RpcFault *fault, RpcCode code, const char *format, ...)
{
    va_list arguments;

    fault->code = code;
    va_start(arguments, format);
    vsnprintf(fault->message, sizeof(fault->message), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

static bool is_absent(Span value)
{
    return value.data == NULL;
}

static bool is_type(Span value, JsonType type)
{
    return !is_absent(value) && json_type(value) == type;
}

/* The text between the quotes of a string. */
static Span inside(Span string)
{
    return (Span){string.data + 1, string.size - 2};
}

/* Sorts the members of @object into @members. */
static int collect(Span object, Span members[MEMBER_COUNT], RpcFault *fault)
{
    Span rest = object, key, value;

    while (json_next_member(&rest, &key, &value)) {
        unsigned member = 0;

        while (member < MEMBER_COUNT && !json_key_equals(key, member_names[member]))
            member++;
        if (member == MEMBER_COUNT)
            return refuse(fault, RPC_INVALID_REQUEST,
                          "unknown member '%.*s': a message has jsonrpc, id, method and params",
                          key.size > 64 ? 64 : (int)key.size, key.data);
        if (!is_absent(members[member]))
            return refuse(fault, RPC_INVALID_REQUEST, "member '%s' is there twice: send it once",
                          member_names[member]);
        members[member] = value;
    }
    return 0;
}

/* Decoded and written again, an id has one spelling. */
static int normalise_string(Span value, Buffer *decoded, Buffer *encoded)
{
    if (json_decode_string(value, decoded) < 0 || decoded->size > RPC_MAX_ID_STRING)
        return -EINVAL;
    json_put_string(encoded, buffer_span(decoded));
    return buffer_failed(decoded) || buffer_failed(encoded) ? -ENOMEM : 0;
}

int rpc_normalise_id(Span value, char *text, Span *id)
{
    CLEANUP(buffer_deinit) Buffer decoded = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer encoded = BUFFER_INIT;
    int64_t number;
    int r;

    if (json_type(value) == JSON_STRING && memchr(value.data, '\\', value.size) != NULL) {
        if (value.size > RPC_MAX_ID)
            return -EINVAL;
        r = normalise_string(value, &decoded, &encoded);
        if (r < 0)
            return r;
        value = buffer_span(&encoded);
    } else if (json_type(value) == JSON_STRING) {
        if (value.size - 2 > RPC_MAX_ID_STRING) /* without escapes there is one spelling */
            return -EINVAL;
    } else {
        if (json_get_integer(value, &number) < 0 || number > MAX_ID_INTEGER ||
            number < -MAX_ID_INTEGER)
            return -EINVAL;
        if (number == 0)
            value = SPAN("0"); /* -0 is the only second spelling of an integer */
    }
    memcpy(text, value.data, value.size);
    *id = (Span){text, value.size};
    return 0;
}

static int read_id(Span value, RpcMessage *message, RpcFault *fault)
{
    int r = rpc_normalise_id(value, message->id_text, &message->id);

    if (r == -EINVAL)
        return refuse(
            fault, RPC_INVALID_REQUEST,
            "member 'id' is no id: send an integer within ±(2^53-1) or a string of at most "
            "%d bytes",
            RPC_MAX_ID_STRING);
    return r;
}

/* A request or a notification. */
static int read_call(const Span members[MEMBER_COUNT], RpcMessage *message, RpcFault *fault)
{
    if (!is_type(members[MEMBER_METHOD], JSON_STRING))
        return refuse(fault, RPC_INVALID_REQUEST,
                      "member 'method' is no string: send a method's name");
    if (!is_absent(members[MEMBER_RESULT]) || !is_absent(members[MEMBER_ERROR]))
        return refuse(fault, RPC_INVALID_REQUEST,
                      "a method together with a result or an error: send one or the other");
    if (!is_absent(members[MEMBER_PARAMS]) && !is_type(members[MEMBER_PARAMS], JSON_OBJECT))
        return refuse(fault, RPC_INVALID_REQUEST,
                      "member 'params' is no object: send parameters by name");
    message->method = inside(members[MEMBER_METHOD]);
    message->params = members[MEMBER_PARAMS];
    message->kind = is_absent(members[MEMBER_ID]) ? RPC_NOTIFICATION : RPC_REQUEST;
    return message->kind == RPC_REQUEST ? read_id(members[MEMBER_ID], message, fault) : 0;
}

static int read_response(const Span members[MEMBER_COUNT], RpcMessage *message, RpcFault *fault)
{
    if (is_absent(members[MEMBER_RESULT]) == is_absent(members[MEMBER_ERROR]))
        return refuse(fault, RPC_INVALID_REQUEST,
                      is_absent(members[MEMBER_RESULT])
                          ? "member 'method' is missing: send a method's name"
                          : "a result together with an error: send one or the other");
    if (!is_absent(members[MEMBER_PARAMS]))
        return refuse(fault, RPC_INVALID_REQUEST, "a response with params: leave them out");
    if (!is_absent(members[MEMBER_ERROR]) && !is_type(members[MEMBER_ERROR], JSON_OBJECT))
        return refuse(fault, RPC_INVALID_REQUEST, "member 'error' is no object");
    if (is_absent(members[MEMBER_ID]))
        return refuse(fault, RPC_INVALID_REQUEST,
                      "member 'id' is missing: send the id of the request that this answers");
    message->kind = RPC_RESPONSE;
    message->result = members[MEMBER_RESULT];
    message->error = members[MEMBER_ERROR];
    /* Who could not read a request's id answers it with null. */
    if (is_type(members[MEMBER_ID], JSON_NULL) && is_absent(message->result))
        return 0;
    return read_id(members[MEMBER_ID], message, fault);
}

int rpc_parse(Span text, RpcMessage *message, RpcFault *fault)
{
    Span members[MEMBER_COUNT] = {0};
    JsonFault json;
    int r;

    message->id = message->method = message->params = message->result = message->error = (Span){0};
    if (!json_check(text, JSON_MAX_DEPTH + RPC_ENVELOPE_DEPTH, &json))
        return refuse(fault, RPC_PARSE_ERROR, "the message is no JSON: %s at byte %zu", json.what,
                      json.offset);
    text = json_trim(text);
    if (json_type(text) == JSON_ARRAY)
        return refuse(fault, RPC_INVALID_REQUEST,
                      "the message is an array: send each request as a message of its own");
    if (json_type(text) != JSON_OBJECT)
        return refuse(fault, RPC_INVALID_REQUEST,
                      "the message is no object: send a JSON-RPC 2.0 request");
    r = collect(text, members, fault);
    if (r < 0)
        return r;
    if (!is_type(members[MEMBER_JSONRPC], JSON_STRING) ||
        !json_key_equals(inside(members[MEMBER_JSONRPC]), "2.0"))
        return refuse(fault, RPC_INVALID_REQUEST,
                      "member 'jsonrpc' is missing or wrong: send \"jsonrpc\":\"2.0\"");
    return is_absent(members[MEMBER_METHOD]) ? read_response(members, message, fault)
                                             : read_call(members, message, fault);
}

static void put_version(Buffer *to)
{
    buffer_put_string(to, "{\"jsonrpc\":\"2.0\",");
}

static void put_id(Buffer *to, Span id)
{
    json_put_key(to, "id");
    buffer_put_span(to, is_absent(id) ? SPAN("null") : id);
    buffer_put_char(to, ',');
}

static void put_method(Buffer *to, const char *method)
{
    json_put_key(to, "method");
    json_put_string(to, span_of(method));
    buffer_put_char(to, ',');
    json_put_key(to, "params");
}

void rpc_put_result_head(Buffer *to, Span id)
{
    put_version(to);
    put_id(to, id);
    json_put_key(to, "result");
}

void rpc_put_error(Buffer *to, Span id, int code, Span message, Span data)
{
    put_version(to);
    put_id(to, id);
    buffer_put_string(to, "\"error\":{\"code\":");
    buffer_put_i64(to, code);
    buffer_put_string(to, ",\"message\":");
    json_put_string(to, message);
    if (!is_absent(data)) {
        buffer_put_string(to, ",\"data\":");
        buffer_put_span(to, data);
    }
    buffer_put_string(to, "}}");
}

void rpc_put_request_head(Buffer *to, Span id, const char *method)
{
    put_version(to);
    put_id(to, id);
    put_method(to, method);
}

void rpc_put_notification_head(Buffer *to, const char *method)
{
    put_version(to);
    put_method(to, method);
}
