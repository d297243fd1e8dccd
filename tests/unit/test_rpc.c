/*
 * JSON-RPC: what is a message and what isn't, which ids are equal, and what is written.
 */
#include "protocol/rpc.h"

#include "protocol/json.h"
#include "tests/support/cmocka.h"

#include <errno.h>

static void assert_span(Span span, const char *wanted)
{
    if (!span_equals(span, wanted))
        fail_msg("'%.*s' is not '%s'", (int)span.size, span.data, wanted);
}

static void assert_absent(Span span)
{
    assert_null(span.data);
}

static void parse(const char *text, RpcMessage *message)
{
    RpcFault fault;

    if (rpc_parse(span_of(text), message, &fault) != 0)
        fail_msg("refused: %s: %s", text, fault.message);
}

/* @text is refused with @code, and the words contain @word. */
static void assert_refused(const char *text, RpcCode code, const char *word)
{
    RpcMessage message;
    RpcFault fault = {0};

    if (rpc_parse(span_of(text), &message, &fault) != -EINVAL)
        fail_msg("accepted: %s", text);
    if (fault.code != code || strstr(fault.message, word) == NULL)
        fail_msg("%s: %d '%s', wanted %d '%s'", text, (int)fault.code, fault.message, (int)code,
                 word);
}

static void a_request_has_a_method_and_an_id(void **state)
{
    RpcMessage message;

    (void)state;
    parse(" {\"jsonrpc\": \"2.0\", \"id\": 7, \"method\": \"mi/getInstance\", \"params\": {\"a\": "
          "1}}\r",
          &message);
    assert_int_equal(message.kind, RPC_REQUEST);
    assert_span(message.id, "7");
    assert_span(message.method, "mi/getInstance");
    assert_span(message.params, "{\"a\": 1}");
    assert_absent(message.result);
    assert_absent(message.error);
    parse("{\"method\":\"host/info\",\"id\":\"\",\"jsonrpc\":\"2.0\"}", &message);
    assert_int_equal(message.kind, RPC_REQUEST);
    assert_span(message.id, "\"\"");
    assert_absent(message.params);
}

static void a_notification_has_no_id(void **state)
{
    RpcMessage message;

    (void)state;
    parse("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":7}}", &message);
    assert_int_equal(message.kind, RPC_NOTIFICATION);
    assert_absent(message.id);
    assert_span(message.method, "$/cancelRequest");
    assert_span(message.params, "{\"id\":7}");
}

static void a_response_has_a_result_or_an_error(void **state)
{
    RpcMessage message;

    (void)state;
    parse("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":null}", &message);
    assert_int_equal(message.kind, RPC_RESPONSE);
    assert_span(message.id, "7");
    assert_span(message.result, "null");
    assert_absent(message.error);
    assert_absent(message.method);
    parse("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":1}}", &message);
    assert_int_equal(message.kind, RPC_RESPONSE);
    assert_span(message.id, "\"a\"");
    assert_span(message.error, "{\"code\":1}");
    assert_absent(message.result);
}

static void an_error_may_be_the_answer_to_no_request(void **state)
{
    RpcMessage message;

    (void)state;
    parse("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{}}", &message);
    assert_int_equal(message.kind, RPC_RESPONSE);
    assert_absent(message.id);
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":1}", RPC_INVALID_REQUEST, "'id'");
}

static void members_may_be_written_with_escapes(void **state)
{
    RpcMessage message;

    (void)state;
    parse("{\"json\\u0072pc\":\"2\\u002e0\",\"\\u0069d\":1,\"m\\u0065thod\":\"a\\/b\"}", &message);
    assert_int_equal(message.kind, RPC_REQUEST);
    assert_span(message.id, "1");
    assert_span(message.method, "a\\/b");
}

static void what_is_no_json_is_a_parse_error(void **state)
{
    (void)state;
    assert_refused("", RPC_PARSE_ERROR, "byte 0");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"", RPC_PARSE_ERROR, "ends early");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xFF\"}", RPC_PARSE_ERROR, "UTF-8");
    assert_refused("{} {}", RPC_PARSE_ERROR, "byte 3");
    assert_refused("hello", RPC_PARSE_ERROR, "value");
}

static void a_batch_and_what_is_no_object_are_invalid(void **state)
{
    (void)state;
    assert_refused("[]", RPC_INVALID_REQUEST, "array");
    assert_refused(" [{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}]", RPC_INVALID_REQUEST,
                   "array");
    assert_refused("7", RPC_INVALID_REQUEST, "no object");
    assert_refused("\"{}\"", RPC_INVALID_REQUEST, "no object");
    assert_refused("null", RPC_INVALID_REQUEST, "no object");
    assert_refused("{}", RPC_INVALID_REQUEST, "'jsonrpc'");
}

static void the_version_is_two(void **state)
{
    (void)state;
    assert_refused("{\"id\":1,\"method\":\"m\"}", RPC_INVALID_REQUEST, "'jsonrpc'");
    assert_refused("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"}", RPC_INVALID_REQUEST,
                   "'jsonrpc'");
    assert_refused("{\"jsonrpc\":2.0,\"id\":1,\"method\":\"m\"}", RPC_INVALID_REQUEST, "'jsonrpc'");
    assert_refused("{\"jsonrpc\":null,\"id\":1,\"method\":\"m\"}", RPC_INVALID_REQUEST,
                   "'jsonrpc'");
    assert_refused("{\"jsonrpc\":\"2.0\\u0000\",\"id\":1,\"method\":\"m\"}", RPC_INVALID_REQUEST,
                   "'jsonrpc'");
}

static void members_have_their_types(void **state)
{
    (void)state;
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", RPC_INVALID_REQUEST, "'method'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}", RPC_INVALID_REQUEST,
                   "'method'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1}", RPC_INVALID_REQUEST, "'method'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[]}",
                   RPC_INVALID_REQUEST, "'params'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":null}",
                   RPC_INVALID_REQUEST, "'params'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"bad\"}", RPC_INVALID_REQUEST,
                   "'error'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":null}", RPC_INVALID_REQUEST, "'error'");
}

static void members_that_exclude_each_other_are_refused(void **state)
{
    (void)state;
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"result\":1}",
                   RPC_INVALID_REQUEST, "method");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"error\":{}}",
                   RPC_INVALID_REQUEST, "method");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"error\":{}}", RPC_INVALID_REQUEST,
                   "result");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"params\":{}}", RPC_INVALID_REQUEST,
                   "params");
    assert_refused("{\"jsonrpc\":\"2.0\",\"result\":1}", RPC_INVALID_REQUEST, "'id'");
}

static void a_member_is_there_once_however_it_is_written(void **state)
{
    (void)state;
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"m\"}", RPC_INVALID_REQUEST,
                   "'id' is there twice");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"m\\u0065thod\":\"n\"}",
                   RPC_INVALID_REQUEST, "'method' is there twice");
    assert_refused("{\"jsonrpc\":\"2.0\",\"jsonrpc\":\"2.0\",\"method\":\"m\"}",
                   RPC_INVALID_REQUEST, "'jsonrpc' is there twice");
}

static void an_unknown_member_is_named(void **state)
{
    RpcMessage message;
    RpcFault fault;
    Buffer text = BUFFER_INIT;

    (void)state;
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"parms\":{}}",
                   RPC_INVALID_REQUEST, "'parms'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"Id\":1,\"method\":\"m\"}", RPC_INVALID_REQUEST, "'Id'");
    assert_refused("{\"jsonrpc\":\"2.0\",\"id\\u0000\":1,\"method\":\"m\"}", RPC_INVALID_REQUEST,
                   "'id\\u0000'");
    buffer_put_string(&text, "{\"");
    for (int i = 0; i < 100000; i++)
        buffer_put_char(&text, 'x');
    buffer_put_string(&text, "\":1}");
    assert_int_equal(rpc_parse(buffer_span(&text), &message, &fault), -EINVAL);
    assert_true(strlen(fault.message) < 200);
    buffer_deinit(&text);
}

/* The id of a request whose id is the JSON text @id; NULL if it is refused. */
static const char *id_of(const char *id)
{
    static char text[RPC_MAX_ID + 1];
    Buffer out = BUFFER_INIT;
    RpcMessage message;
    RpcFault fault;

    buffer_printf(&out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"m\"}", id);
    int r = rpc_parse(buffer_span(&out), &message, &fault);
    if (r < 0) {
        assert_int_equal(r, -EINVAL);
        assert_int_equal(fault.code, RPC_INVALID_REQUEST);
    } else {
        memcpy(text, message.id.data, message.id.size);
        text[message.id.size] = '\0';
    }
    buffer_deinit(&out);
    return r < 0 ? NULL : text;
}

static void an_integer_id_is_exact_in_a_double(void **state)
{
    (void)state;
    assert_string_equal(id_of("0"), "0");
    assert_string_equal(id_of("-0"), "0");
    assert_string_equal(id_of("-1"), "-1");
    assert_string_equal(id_of("9007199254740991"), "9007199254740991");
    assert_string_equal(id_of("-9007199254740991"), "-9007199254740991");
    assert_null(id_of("9007199254740992"));
    assert_null(id_of("-9007199254740992"));
    assert_null(id_of("9223372036854775808"));
    assert_null(id_of("1000000000000000000000000000"));
    assert_null(id_of("1.0"));
    assert_null(id_of("1.5"));
    assert_null(id_of("1e3"));
    assert_null(id_of("-0.0"));
}

static void a_string_id_has_one_spelling(void **state)
{
    (void)state;
    assert_string_equal(id_of("\"7\""), "\"7\"");
    assert_string_equal(id_of("\"\\u0061\""), "\"a\"");
    assert_string_equal(id_of("\"\\/\\\"\\\\\""), "\"/\\\"\\\\\"");
    assert_string_equal(id_of("\"\\u000A\\n\\u001F\""), "\"\\n\\n\\u001f\"");
    assert_string_equal(id_of("\"\\u00E9\""), "\"\xC3\xA9\"");
    assert_string_equal(id_of("\"\xC3\xA9\""), "\"\xC3\xA9\"");
    assert_string_equal(id_of("\"\\ud83d\\ude00\""), "\"\xF0\x9F\x98\x80\"");
    assert_null(id_of("\"a\\u0000\""));
}

static void an_id_is_a_number_or_a_string(void **state)
{
    (void)state;
    assert_null(id_of("null"));
    assert_null(id_of("true"));
    assert_null(id_of("false"));
    assert_null(id_of("[]"));
    assert_null(id_of("{}"));
    assert_null(id_of("[1]"));
}

/* @count times @unit between quotes. */
static const char *id_of_many(const char *unit, size_t count)
{
    Buffer out = BUFFER_INIT;
    const char *id;

    buffer_put_char(&out, '"');
    for (size_t i = 0; i < count; i++)
        buffer_put_string(&out, unit);
    buffer_put_char(&out, '"');
    id = id_of(buffer_string(&out));
    buffer_deinit(&out);
    return id;
}

static void a_string_id_has_at_most_128_bytes_decoded(void **state)
{
    (void)state;
    assert_int_equal(strlen(id_of_many("a", 128)), 130);
    assert_null(id_of_many("a", 129));
    assert_int_equal(strlen(id_of_many("\\u0061", 128)), 130);
    assert_null(id_of_many("\\u0061", 129));
    assert_int_equal(strlen(id_of_many("\\u0001", 128)), 2 + 6 * 128);
    assert_null(id_of_many("\\u0001", 129));
    assert_int_equal(strlen(id_of_many("\xC3\xA9", 64)), 130);
    assert_null(id_of_many("\xC3\xA9", 65));
    assert_null(id_of_many("\\u20ac", 43));
    assert_null(id_of_many("\\n", 100000));
}

static void what_is_relayed_may_use_its_whole_depth_within_the_envelope(void **state)
{
    Buffer text = BUFFER_INIT;
    RpcMessage message;
    RpcFault fault;

    (void)state;
    for (size_t depth = JSON_MAX_DEPTH; depth <= JSON_MAX_DEPTH + 2; depth++) {
        buffer_clear(&text);
        buffer_put_string(&text, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"data\":{\"result\":");
        for (size_t i = 0; i < depth; i++)
            buffer_put_char(&text, '[');
        for (size_t i = 0; i < depth; i++)
            buffer_put_char(&text, ']');
        buffer_put_string(&text, "}}}");
        assert_int_equal(rpc_parse(buffer_span(&text), &message, &fault),
                         depth + 3 <= JSON_MAX_DEPTH + RPC_ENVELOPE_DEPTH ? 0 : -EINVAL);
    }
    buffer_deinit(&text);
}

/* What is in @out is one JSON text, and exactly @wanted. */
static void assert_out(Buffer *out, const char *wanted)
{
    assert_true(json_check_line(buffer_span(out), JSON_MAX_DEPTH, NULL));
    assert_span(buffer_span(out), wanted);
    buffer_clear(out);
}

static void messages_are_written(void **state)
{
    Buffer out = BUFFER_INIT;

    (void)state;
    rpc_put_result_head(&out, SPAN("\"a\""));
    buffer_put_string(&out, "[1]}");
    assert_out(&out, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":[1]}");
    rpc_put_request_head(&out, SPAN("1"), "mi/invoke");
    buffer_put_string(&out, "{}}");
    assert_out(&out, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"mi/invoke\",\"params\":{}}");
    rpc_put_notification_head(&out, "$/progress");
    buffer_put_string(&out, "{}}");
    assert_out(&out, "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{}}");
    rpc_put_error(&out, SPAN("7"), RPC_REQUEST_FAILED, SPAN("no \"x\""), SPAN("{\"result\":6}"));
    assert_out(&out, "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32803,\"message\":"
                     "\"no \\\"x\\\"\",\"data\":{\"result\":6}}}");
    rpc_put_error(&out, (Span){0}, RPC_PARSE_ERROR, SPAN("\xFF"), (Span){0});
    assert_out(&out, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":"
                     "\"\xEF\xBF\xBD\"}}");
    buffer_deinit(&out);
}

static void what_is_written_is_parsed_back(void **state)
{
    Buffer out = BUFFER_INIT;
    RpcMessage message;

    (void)state;
    rpc_put_error(&out, SPAN("7"), RPC_METHOD_NOT_FOUND, SPAN("no method 'x'"), (Span){0});
    parse(buffer_string(&out), &message);
    assert_int_equal(message.kind, RPC_RESPONSE);
    assert_span(message.id, "7");
    buffer_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_has_a_method_and_an_id),
        cmocka_unit_test(a_notification_has_no_id),
        cmocka_unit_test(a_response_has_a_result_or_an_error),
        cmocka_unit_test(an_error_may_be_the_answer_to_no_request),
        cmocka_unit_test(members_may_be_written_with_escapes),
        cmocka_unit_test(what_is_no_json_is_a_parse_error),
        cmocka_unit_test(a_batch_and_what_is_no_object_are_invalid),
        cmocka_unit_test(the_version_is_two),
        cmocka_unit_test(members_have_their_types),
        cmocka_unit_test(members_that_exclude_each_other_are_refused),
        cmocka_unit_test(a_member_is_there_once_however_it_is_written),
        cmocka_unit_test(an_unknown_member_is_named),
        cmocka_unit_test(an_integer_id_is_exact_in_a_double),
        cmocka_unit_test(a_string_id_has_one_spelling),
        cmocka_unit_test(an_id_is_a_number_or_a_string),
        cmocka_unit_test(a_string_id_has_at_most_128_bytes_decoded),
        cmocka_unit_test(what_is_relayed_may_use_its_whole_depth_within_the_envelope),
        cmocka_unit_test(messages_are_written),
        cmocka_unit_test(what_is_written_is_parsed_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
