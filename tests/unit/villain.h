/*
 * Villain: an agent that a test of the server has at its other end.
 *
 * The test's own program is started again as the agent: `mihost-agent PROVIDER uid=N`, with the
 * socket on descriptor 3. The provider's name says how it behaves: as it should, or as no agent
 * should. What it isn't told to do otherwise, it does right.
 */
#pragma once

#include "base/macros.h"
#include "protocol/payload.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define VILLAIN_SOCKET  3
#define VILLAIN_BATCH   "[{\"class\":\"X\",\"properties\":{\"N\":1}}]"
#define VILLAIN_BATCHES 8000 /* of `streams` */

typedef struct Villain Villain;

/* How one behaves; NULL: as it should. */
typedef struct Behaviour {
    const char *name;
    void (*begin)(Villain *villain); /* in place of HELLO */
    void (*operation)(Villain *villain, uint64_t id, const OperationFrame *frame);
    void (*cancel)(Villain *villain, uint64_t id);
    void (*ping)(Villain *villain);
    void (*stop)(Villain *villain);
} Behaviour;

struct Villain {
    const Behaviour *behaviour;
    FrameReader reader;
    Buffer out;
    char input[65536];
    Span unread;
    char library[PAYLOAD_MAX_PATH + 1]; /* of CONFIG: a path that is the test's to give a meaning */
    int64_t credit;
    uint64_t last;     /* operation: they must rise */
    uint64_t stream;   /* the operation that streams */
    uint32_t left;     /* batches that it has not sent */
    uint64_t canceled; /* the operation whose cancel was ignored */
    bool kept;         /* KEEP was sent */
};

/* Verbs. */

static void villain_flush(Villain *villain)
{
    size_t done = 0;

    while (done < villain->out.size) {
        ssize_t size = write(VILLAIN_SOCKET, villain->out.data + done, villain->out.size - done);
        if (size < 0)
            _exit(0); /* the server is gone, or has cut us off */
        done += (size_t)size;
    }
    buffer_clear(&villain->out);
}

static void put_hello(Villain *villain, uint32_t version)
{
    payload_put_hello(&villain->out, &(HelloFrame){.version = version});
}

static void put_started(Villain *villain, uint64_t id)
{
    payload_put_empty(&villain->out, FRAME_STARTED, id);
}

static void put_released(Villain *villain, uint64_t id)
{
    payload_put_empty(&villain->out, FRAME_RELEASED, id);
}

static void put_body(Villain *villain, uint64_t id, const char *body)
{
    payload_put_result(&villain->out, id,
                       &(ResultFrame){.flags = RESULT_POSTED, .body = span_of(body)});
}

/* What an operation that succeeds has for a result. */
static void put_result(Villain *villain, uint64_t id, OperationKind kind)
{
    switch ((unsigned)kind) {
    case OPERATION_ENUMERATE_INSTANCES:
        put_body(villain, id, "[]");
        break;
    case OPERATION_INVOKE:
        put_body(villain, id, "{\"returnValue\":0,\"parameters\":{}}");
        break;
    default:
        put_body(villain, id, "{\"instance\":{\"class\":\"X\",\"properties\":{}}}");
        break;
    }
}

static void put_canceled(Villain *villain, uint64_t id)
{
    payload_put_result(&villain->out, id,
                       &(ResultFrame){
                           .flags = RESULT_CANCELED | RESULT_DELIVERED | RESULT_POSTED,
                           .result = 1,
                           .message = SPAN("stopped"),
                       });
    put_released(villain, id);
}

static void put_batch(Villain *villain, uint64_t id, uint32_t count, const char *json)
{
    payload_put_instances(&villain->out, id,
                          &(InstancesFrame){.count = count, .json = span_of(json)});
}

/* A header that promises what need not follow. */
static void put_header(Villain *villain, uint32_t length, uint16_t type, uint64_t id)
{
    size_t begin = frame_begin(&villain->out, FRAME_HELLO, id);

    memcpy(villain->out.data + begin, &length, sizeof(length));
    memcpy(villain->out.data + begin + 4, &type, sizeof(type));
}

static void rest_for_ever(void)
{
    for (;;)
        pause();
}

/* Behaviours. */

static void answer(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_started(villain, id);
    put_result(villain, id, frame->kind);
    put_released(villain, id);
}

static void only_start(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
}

static void ignore_operation(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)villain;
    (void)id;
    (void)frame;
}

static void ignore_cancel(Villain *villain, uint64_t id)
{
    villain->canceled = id;
}

static void ignore(Villain *villain)
{
    (void)villain;
}

static void die(Villain *villain)
{
    (void)villain;
    _exit(3);
}

static void answer_twice(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_started(villain, id);
    put_result(villain, id, frame->kind);
    put_result(villain, id, frame->kind);
}

static void answer_for_others(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_started(villain, id);
    put_result(villain, id + 1000, frame->kind);
}

static void answer_without_start(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_result(villain, id, frame->kind);
}

static void start_twice(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_started(villain, id);
}

static void release_without_result(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_released(villain, id);
}

static void answer_no_json(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_body(villain, id, "{\"instance\":");
}

static void answer_with_another_message(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_body(villain, id, "{\"a\":1}}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}");
}

static void answer_in_two_lines(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_body(villain, id, "{\"a\":\n1}");
}

/* An object, and yet no class is in it. */
static void answer_with_an_empty_body(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_body(villain, id, "{}");
    put_released(villain, id);
}

static void answer_too_deep(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    char body[512] = "{\"a\":";

    (void)frame;
    memset(body + 5, '[', 100);
    memset(body + 105, ']', 100);
    body[205] = '}';
    put_started(villain, id);
    put_body(villain, id, body);
}

static void answer_of_another_kind(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_body(villain, id, "\"text\"");
}

static void count_wrongly(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_batch(villain, id, 1, "[ ]");
    put_batch(villain, id, 1, VILLAIN_BATCH);
    put_body(villain, id, "[]");
    put_released(villain, id);
}

static void list_where_one_is_asked_for(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_batch(villain, id, 1, VILLAIN_BATCH);
}

static void cancel_by_itself(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_canceled(villain, id);
}

static void promise_too_much(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_header(villain, UINT32_MAX, FRAME_RESULT, id);
}

static void send_unknown_type(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_header(villain, 0, 999, id);
}

static void send_what_is_the_servers(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_header(villain, 0, FRAME_CANCEL, id);
}

static void ask_the_client(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_header(villain, 0, FRAME_PROMPT, id);
}

/* A question of its kind that is in order. */
static void put_question(Villain *villain, uint64_t id, uint32_t number)
{
    payload_put_prompt(
        &villain->out, id,
        &(PromptFrame){.prompt = number, .kind = PROMPT_SHOULD_CONTINUE, .first = SPAN("go on?")});
}

static void ask_and_die(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_question(villain, id, 1);
    villain_flush(villain);
    _exit(4);
}

static void ask_and_answer(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_started(villain, id);
    put_question(villain, id, 1);
    put_result(villain, id, frame->kind);
    put_released(villain, id);
}

static void ask_and_wait(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_question(villain, id, 1);
}

/* Asks on and on, and reads no answer. */
static void ask_for_ever(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    for (uint32_t number = 1;; number++) {
        put_question(villain, id, number);
        villain_flush(villain);
    }
}

static void end_with_a_batch(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    payload_put_result(&villain->out, id,
                       &(ResultFrame){
                           .flags = RESULT_POSTED,
                           .count = 1,
                           .body = span_of(VILLAIN_BATCH),
                       });
    put_released(villain, id);
}

static void end_with_a_long_batch(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    static char body[32 << 10];

    (void)frame;
    memset(body, 'x', sizeof(body));
    memcpy(body, "[{\"a\":\"", 7);
    memcpy(body + sizeof(body) - 3, "\"}]", 3);
    put_started(villain, id);
    payload_put_result(&villain->out, id,
                       &(ResultFrame){
                           .flags = RESULT_POSTED,
                           .count = 1,
                           .body = {body, sizeof(body)},
                       });
    put_released(villain, id);
}

static void fail_with_a_word(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    payload_put_result(
        &villain->out, id,
        &(ResultFrame){.flags = RESULT_POSTED, .result = 1, .message = SPAN("no luck")});
    put_released(villain, id);
}

static void pong_unasked(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    payload_put_empty(&villain->out, FRAME_PONG, 0);
}

static void greet_again(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_hello(villain, FRAME_VERSION);
}

/* Keeps itself with the first operation, and lets itself go with the second. */
static void keep_once(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    payload_put_empty(&villain->out, villain->kept ? FRAME_UNLOAD : FRAME_KEEP, 0);
    villain->kept = true;
    answer(villain, id, frame);
}

static void keep_with_a_payload(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    size_t begin;

    (void)frame;
    put_started(villain, id);
    begin = frame_begin(&villain->out, FRAME_KEEP, 0);
    frame_put_u8(&villain->out, 0);
    frame_end(&villain->out, begin);
}

static void put_parameter(Villain *villain, uint64_t id, const char *values)
{
    payload_put_parameter(&villain->out, id,
                          &(ParameterFrame){.name = SPAN("Out\""), .values = span_of(values)});
}

static void stream_a_parameter(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_started(villain, id);
    put_parameter(villain, id, "[1,2]");
    put_parameter(villain, id, "[\"x\"]");
    put_result(villain, id, frame->kind);
    put_released(villain, id);
}

static void stream_no_array(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_parameter(villain, id, "{\"a\":1}");
}

/* More than any window holds. */
static void stream_on_and_on(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    for (;;) {
        put_parameter(villain, id, "[\"x\"]");
        villain_flush(villain);
    }
}

static void hang_up(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    villain_flush(villain);
    close(VILLAIN_SOCKET);
    rest_for_ever();
}

static void end_input(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_header(villain, 100, FRAME_STARTED, id);
    villain_flush(villain);
    close(VILLAIN_SOCKET);
    rest_for_ever();
}

/* Three instances in two batches, and then the end. */
static void crash_midway(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    put_batch(villain, id, 2, "[{\"class\":\"X\"},{\"class\":\"Y\"}]");
    put_batch(villain, id, 1, "[{\"class\":\"Z\"}]");
    villain_flush(villain);
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void exit_after_answer(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    answer(villain, id, frame);
    villain_flush(villain);
    _exit(0);
}

/* Somebody else holds the socket, and doesn't stop writing, while the agent itself has ended. */
static void leave_a_child(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_started(villain, id);
    villain_flush(villain);
    if (fork() != 0)
        _exit(0);
    setsid();
    for (;;) {
        answer(villain, id, frame);
        villain_flush(villain); /* ends with the server's end of the socket */
    }
}

static void flood(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    for (;;) {
        put_batch(villain, id, 1, VILLAIN_BATCH);
        villain_flush(villain);
    }
}

static void go_on_streaming(Villain *villain)
{
    const int64_t charge = sizeof(VILLAIN_BATCH) - 1;

    while (villain->left > 0 && villain->credit >= charge) {
        put_batch(villain, villain->stream, 1, VILLAIN_BATCH);
        villain->credit -= charge;
        if (--villain->left > 0)
            continue;
        put_body(villain, villain->stream, "[]");
        put_released(villain, villain->stream);
    }
}

static void stream(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    (void)frame;
    put_started(villain, id);
    villain->stream = id;
    villain->left = VILLAIN_BATCHES;
    go_on_streaming(villain);
}

static void stop_streaming(Villain *villain, uint64_t id)
{
    villain->left = 0;
    put_canceled(villain, id);
}

static void answer_at_length(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    static char body[64 << 10];

    (void)frame;
    memset(body, 'x', sizeof(body) - 1);
    memcpy(body, "{\"a\":\"", 6);
    memcpy(body + sizeof(body) - 3, "\"}", 3);
    put_started(villain, id);
    put_body(villain, id, body);
    put_released(villain, id);
}

static void never_release(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    put_started(villain, id);
    put_result(villain, id, frame->kind);
}

/* Ends what was canceled long ago. */
static void answer_late(Villain *villain)
{
    payload_put_empty(&villain->out, FRAME_PONG, 0);
    if (villain->canceled != 0)
        put_canceled(villain, villain->canceled);
    villain->canceled = 0;
}

/* The final post came first, and crosses the cancel. */
static void answer_all_the_same(Villain *villain, uint64_t id)
{
    put_body(villain, id, "[]");
    put_released(villain, id);
}

static void release_when_canceled(Villain *villain, uint64_t id)
{
    put_released(villain, id);
}

static void greet_with_another_version(Villain *villain)
{
    put_hello(villain, FRAME_VERSION + 1);
}

static void greet_with_something_else(Villain *villain)
{
    payload_put_empty(&villain->out, FRAME_PONG, 0);
}

/* The first of them is stuck, the next ones are well: a file, whose path CONFIG has, says so. */
static void be_stuck_once(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    int fd = open(villain->library, O_CREAT | O_EXCL | O_CLOEXEC | O_WRONLY, 0600);

    if (fd >= 0)
        rest_for_ever();
    answer(villain, id, frame);
}

/* The first of them crashes. */
static void crash_once(Villain *villain, uint64_t id, const OperationFrame *frame)
{
    if (open(villain->library, O_CREAT | O_EXCL | O_CLOEXEC | O_WRONLY, 0600) >= 0) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    answer(villain, id, frame);
}

static const Behaviour behaviours[] = {
    {.name = "good"},
    {.name = "endless", .operation = only_start},
    {.name = "dies", .begin = die},
    {.name = "never-greets", .begin = ignore, .operation = ignore_operation, .ping = ignore},
    {.name = "never-starts", .operation = ignore_operation, .ping = ignore},
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
    {.name = "asks-and-dies", .operation = ask_and_die},
    {.name = "asks-and-answers", .operation = ask_and_answer},
    {.name = "asks-and-waits", .operation = ask_and_wait},
    {.name = "asks-for-ever", .operation = ask_for_ever},
    {.name = "one-batch", .operation = end_with_a_batch},
    {.name = "long-batch", .operation = end_with_a_long_batch},
    {.name = "fails", .operation = fail_with_a_word},
    {.name = "pongs", .operation = pong_unasked},
    {.name = "keeps-once", .operation = keep_once},
    {.name = "keeps-much", .operation = keep_with_a_payload},
    {.name = "parameter", .operation = stream_a_parameter},
    {.name = "no-array", .operation = stream_no_array},
    {.name = "parameters", .operation = stream_on_and_on},
    {.name = "hangs-up", .operation = hang_up},
    {.name = "half-a-frame", .operation = end_input},
    {.name = "crashes", .operation = crash_midway},
    {.name = "exits", .operation = exit_after_answer},
    {.name = "leaves-a-child", .operation = leave_a_child},
    {.name = "floods", .operation = flood},
    {.name = "streams", .operation = stream, .cancel = stop_streaming},
    {.name = "long", .operation = answer_at_length},
    {.name = "never-releases", .operation = never_release},
    {.name = "ignores-cancel", .operation = only_start, .cancel = ignore_cancel},
    {.name = "ignores-stop", .stop = ignore},
    {.name = "late", .operation = only_start, .cancel = ignore_cancel, .ping = answer_late},
    {.name = "crosses", .operation = only_start, .cancel = answer_all_the_same},
    {.name = "only-releases", .operation = only_start, .cancel = release_when_canceled},
    {.name = "stuck-once", .operation = be_stuck_once},
    {.name = "crashes-once", .operation = crash_once},
    {.name = "only-pongs", .operation = ignore_operation},
};

/* The agent. */

static void villain_take(Villain *villain, const Frame *frame)
{
    const Behaviour *behaviour = villain->behaviour;
    OperationFrame operation;
    ConfigFrame config;
    CreditFrame credit;

    switch ((unsigned)frame->type) {
    case FRAME_CONFIG:
        if (payload_get_config(frame->payload, &config) < 0)
            _exit(90);
        memcpy(villain->library, config.library.data, config.library.size);
        villain->credit = config.window;
        break;
    case FRAME_OPERATION:
        if (payload_get_operation(frame->payload, &operation) < 0 ||
            frame->operation <= villain->last)
            _exit(91);
        villain->last = frame->operation;
        (behaviour->operation == NULL ? answer : behaviour->operation)(villain, frame->operation,
                                                                       &operation);
        break;
    case FRAME_CANCEL:
        (behaviour->cancel == NULL ? put_canceled : behaviour->cancel)(villain, frame->operation);
        break;
    case FRAME_CREDIT:
        if (payload_get_credit(frame->payload, &credit) < 0)
            _exit(92);
        if (frame->operation == villain->stream)
            villain->credit += credit.bytes;
        go_on_streaming(villain);
        break;
    case FRAME_PING:
        if (behaviour->ping != NULL)
            behaviour->ping(villain);
        else
            payload_put_empty(&villain->out, FRAME_PONG, 0);
        break;
    case FRAME_STOP:
        if (behaviour->stop == NULL)
            _exit(0);
        behaviour->stop(villain);
        break;
    default:
        break;
    }
}

/* What main() does when it is started as an agent. Never returns. */
static inline void villain_run(const char *name)
{
    static Villain villain;
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++)
        if (strcmp(behaviours[i].name, name) == 0)
            villain.behaviour = &behaviours[i];
    if (villain.behaviour == NULL)
        _exit(93);
    frame_reader_init(&villain.reader, FRAME_FROM_SERVER);
    if (villain.behaviour->begin != NULL)
        villain.behaviour->begin(&villain);
    else
        put_hello(&villain, FRAME_VERSION);
    villain_flush(&villain);
    for (;;) {
        ssize_t size = read(VILLAIN_SOCKET, villain.input, sizeof(villain.input));
        Frame frame;

        if (size <= 0)
            _exit(94);
        villain.unread = (Span){villain.input, (size_t)size};
        while (frame_next(&villain.reader, &villain.unread, &frame) == FRAME_COMPLETE) {
            villain_take(&villain, &frame);
            villain_flush(&villain);
        }
    }
}
