/*
 * Villains that break a rule of the protocol, one each: a frame that is broken, out of turn, of an
 * operation that isn't theirs, or more than they were allowed to send.
 *
 * The server ends each of them with a reason, and nobody else notices.
 */
#include "tests/unit/villain_behaviour.h"

#include <string.h>
#include <unistd.h>

static void answer_twice(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_result(villain, id);
    villain_put_result(villain, id);
}

static void answer_for_others(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_result(villain, id + 1000);
}

static void answer_without_start(Villain *villain, uint64_t id)
{
    villain_put_result(villain, id);
}

static void start_twice(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_started(villain, id);
}

static void release_without_result(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_released(villain, id);
}

static void answer_no_json(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_body(villain, id, "{\"instance\":");
}

static void answer_with_another_message(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_body(villain, id, "{\"a\":1}}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}");
}

static void answer_in_two_lines(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_body(villain, id, "{\"a\":\n1}");
}

/* An object, and yet no class is in it. */
static void answer_with_an_empty_body(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_body(villain, id, "{}");
    villain_put_released(villain, id);
}

static void answer_too_deep(Villain *villain, uint64_t id)
{
    char body[512] = "{\"a\":";

    memset(body + 5, '[', 100);
    memset(body + 105, ']', 100);
    body[205] = '}';
    villain_put_started(villain, id);
    villain_put_body(villain, id, body);
}

static void answer_of_another_kind(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_body(villain, id, "\"text\"");
}

static void count_wrongly(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_batch(villain, id, 1, "[ ]");
    villain_put_batch(villain, id, 1, VILLAIN_BATCH);
    villain_put_body(villain, id, "[]");
    villain_put_released(villain, id);
}

static void list_where_one_is_asked_for(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_batch(villain, id, 1, VILLAIN_BATCH);
}

static void cancel_by_itself(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_canceled(villain, id);
}

static void promise_too_much(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_header(villain, UINT32_MAX, FRAME_RESULT, id);
}

static void send_unknown_type(Villain *villain, uint64_t id)
{
    villain_put_header(villain, 0, 999, id);
}

static void send_what_is_the_servers(Villain *villain, uint64_t id)
{
    villain_put_header(villain, 0, FRAME_CANCEL, id);
}

static void ask_the_client(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_header(villain, 0, FRAME_PROMPT, id);
}

/* Asks on and on, and reads no answer. */
static void ask_for_ever(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    for (uint32_t number = 1;; number++) {
        villain_put_question(villain, id, number);
        villain_flush(villain);
    }
}

static void pong_unasked(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    payload_put_empty(&villain->out, FRAME_PONG, 0);
}

static void greet_again(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_hello(villain, FRAME_VERSION);
}

static void keep_with_a_payload(Villain *villain, uint64_t id)
{
    size_t begin;

    villain_put_started(villain, id);
    begin = frame_begin(&villain->out, FRAME_KEEP, 0);
    frame_put_u8(&villain->out, 0);
    frame_end(&villain->out, begin);
}

static void stream_no_array(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_parameter(villain, id, "{\"a\":1}");
}

/* More than any window holds. */
static void stream_on_and_on(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    for (;;) {
        villain_put_parameter(villain, id, "[\"x\"]");
        villain_flush(villain);
    }
}

static void end_input(Villain *villain, uint64_t id)
{
    villain_put_header(villain, 100, FRAME_STARTED, id);
    villain_flush(villain);
    close(VILLAIN_SOCKET);
    villain_rest();
}

static void flood(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    for (;;) {
        villain_put_batch(villain, id, 1, VILLAIN_BATCH);
        villain_flush(villain);
    }
}

static void release_when_canceled(Villain *villain, uint64_t id)
{
    villain_put_released(villain, id);
}

static void greet_with_another_version(Villain *villain)
{
    villain_put_hello(villain, FRAME_VERSION + 1);
}

static void greet_with_something_else(Villain *villain)
{
    payload_put_empty(&villain->out, FRAME_PONG, 0);
}

const Behaviour villain_lawless[] = {
    {.name = "another-version", .begin = greet_with_another_version},
    {.name = "no-greeting", .begin = greet_with_something_else},
    {.name = "greets-twice", .operation = greet_again},
    {.name = "answers-twice", .operation = answer_twice},
    {.name = "answers-for-others", .operation = answer_for_others},
    {.name = "no-start", .operation = answer_without_start},
    {.name = "starts-twice", .operation = start_twice},
    {.name = "no-result", .operation = release_without_result},
    {.name = "no-json", .operation = answer_no_json},
    {.name = "another-message", .operation = answer_with_another_message},
    {.name = "two-lines", .operation = answer_in_two_lines},
    {.name = "empty-body", .operation = answer_with_an_empty_body},
    {.name = "too-deep", .operation = answer_too_deep},
    {.name = "another-kind", .operation = answer_of_another_kind},
    {.name = "counts-wrongly", .operation = count_wrongly},
    {.name = "list-for-one", .operation = list_where_one_is_asked_for},
    {.name = "cancels-itself", .operation = cancel_by_itself},
    {.name = "huge", .operation = promise_too_much},
    {.name = "unknown-type", .operation = send_unknown_type},
    {.name = "servers-type", .operation = send_what_is_the_servers},
    {.name = "prompts", .operation = ask_the_client},
    {.name = "asks-for-ever", .operation = ask_for_ever},
    {.name = "pongs", .operation = pong_unasked},
    {.name = "keeps-much", .operation = keep_with_a_payload},
    {.name = "no-array", .operation = stream_no_array},
    {.name = "parameters", .operation = stream_on_and_on},
    {.name = "half-a-frame", .operation = end_input},
    {.name = "floods", .operation = flood},
    {.name = "only-releases", .operation = villain_put_started, .cancel = release_when_canceled},
    {.name = NULL},
};
