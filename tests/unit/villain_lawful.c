/*
 * Villains that keep to the protocol, and are trouble all the same: they fail, die, are stuck,
 * never end, or do at the wrong moment what is allowed at any.
 *
 * The server has no reason to end them but its patience; what they say is passed on.
 */
#include "tests/unit/villain_behaviour.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void ignore_operation(Villain *villain, uint64_t id)
{
    (void)villain;
    (void)id;
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

static void ask_and_die(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_question(villain, id, 1);
    villain_flush(villain);
    _exit(4);
}

static void ask_and_answer(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_question(villain, id, 1);
    villain_put_result(villain, id);
    villain_put_released(villain, id);
}

static void ask_and_wait(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_question(villain, id, 1);
}

/* One instance, and the end, in the same frame. */
static void end_with(Villain *villain, uint64_t id, Span body)
{
    villain_put_started(villain, id);
    payload_put_result(&villain->out, id,
                       &(ResultFrame){
                           .flags = RESULT_POSTED,
                           .count = 1,
                           .body = body,
                       });
    villain_put_released(villain, id);
}

static void end_with_a_batch(Villain *villain, uint64_t id)
{
    end_with(villain, id, span_of(VILLAIN_BATCH));
}

static void end_with_a_long_batch(Villain *villain, uint64_t id)
{
    static char body[32 << 10];

    snprintf(body, sizeof(body), "[{\"a\":\"%0*d\"}]", (int)sizeof(body) - 11, 0);
    end_with(villain, id, span_of(body));
}

/* Posts a page of instances, and has more to do. */
static void post_and_wait(Villain *villain, uint64_t id)
{
    static char json[8 << 10];

    snprintf(json, sizeof(json), "[{\"a\":\"%0*d\"}]", (int)sizeof(json) - 11, 0);
    villain_put_started(villain, id);
    villain_put_batch(villain, id, 1, json);
}

static void post_and_ask(Villain *villain, uint64_t id)
{
    post_and_wait(villain, id);
    villain_put_question(villain, id, 1);
}

static void fail_with_a_word(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    payload_put_result(
        &villain->out, id,
        &(ResultFrame){.flags = RESULT_POSTED, .result = 1, .message = SPAN("no luck")});
    villain_put_released(villain, id);
}

/* Keeps itself with the first operation, and lets itself go with the second. */
static void keep_once(Villain *villain, uint64_t id)
{
    payload_put_empty(&villain->out, villain->kept ? FRAME_UNLOAD : FRAME_KEEP, 0);
    villain->kept = true;
    villain_answer(villain, id);
}

static void stream_a_parameter(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_parameter(villain, id, "[1,2]");
    villain_put_parameter(villain, id, "[\"x\"]");
    villain_put_result(villain, id);
    villain_put_released(villain, id);
}

static void hang_up(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_flush(villain);
    close(VILLAIN_SOCKET);
    villain_rest();
}

static void crash(void)
{
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

/* Three instances in two batches, and then the end. */
static void crash_midway(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_batch(villain, id, 2, "[{\"class\":\"X\"},{\"class\":\"Y\"}]");
    villain_put_batch(villain, id, 1, "[{\"class\":\"Z\"}]");
    villain_flush(villain);
    crash();
}

static void exit_after_answer(Villain *villain, uint64_t id)
{
    villain_answer(villain, id);
    villain_flush(villain);
    _exit(0);
}

/* Somebody else holds the socket, and doesn't stop writing, while the agent itself has ended. */
static void leave_a_child(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_flush(villain);
    if (fork() != 0)
        _exit(0);
    setsid();
    for (;;) {
        villain_answer(villain, id);
        villain_flush(villain); /* ends with the server's end of the socket */
    }
}

static void go_on_streaming(Villain *villain)
{
    const int64_t charge = sizeof(VILLAIN_BATCH) - 1;

    while (villain->left > 0 && villain->credit >= charge) {
        villain_put_batch(villain, villain->stream, 1, VILLAIN_BATCH);
        villain->credit -= charge;
        if (--villain->left > 0)
            continue;
        villain_put_body(villain, villain->stream, "[]");
        villain_put_released(villain, villain->stream);
    }
}

static void stream(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain->stream = id;
    villain->left = VILLAIN_BATCHES;
    go_on_streaming(villain);
}

static void stop_streaming(Villain *villain, uint64_t id)
{
    villain->left = 0;
    villain_put_canceled(villain, id);
}

static void answer_at_length(Villain *villain, uint64_t id)
{
    static char body[64 << 10];

    snprintf(body, sizeof(body), "{\"a\":\"%0*d\"}", (int)sizeof(body) - 9, 0);
    villain_put_started(villain, id);
    villain_put_body(villain, id, body);
    villain_put_released(villain, id);
}

static void never_release(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_result(villain, id);
}

/* Ends what was canceled long ago. */
static void answer_late(Villain *villain)
{
    payload_put_empty(&villain->out, FRAME_PONG, 0);
    if (villain->canceled != 0)
        villain_put_canceled(villain, villain->canceled);
    villain->canceled = 0;
}

/* The final post came first, and crosses the cancel. */
static void answer_all_the_same(Villain *villain, uint64_t id)
{
    villain_put_body(villain, id, "[]");
    villain_put_released(villain, id);
}

/* Of all agents of this test: a file, whose path CONFIG has, says so to the next ones. */
static bool is_first(const Villain *villain)
{
    int fd = open(villain->library, O_CREAT | O_EXCL | O_CLOEXEC | O_WRONLY, 0600);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* The first of them is stuck, the next ones are well. */
static void be_stuck_once(Villain *villain, uint64_t id)
{
    if (is_first(villain))
        villain_rest();
    villain_answer(villain, id);
}

/* The first of them crashes. */
static void crash_once(Villain *villain, uint64_t id)
{
    if (is_first(villain))
        crash();
    villain_answer(villain, id);
}

const Behaviour villain_lawful[] = {
    {.name = "good"},
    {.name = "endless", .operation = villain_put_started},
    {.name = "dies", .begin = die},
    {.name = "never-greets", .begin = ignore, .operation = ignore_operation, .ping = ignore},
    {.name = "never-starts", .operation = ignore_operation, .ping = ignore},
    {.name = "asks-and-dies", .operation = ask_and_die},
    {.name = "asks-and-answers", .operation = ask_and_answer},
    {.name = "asks-and-waits", .operation = ask_and_wait},
    {.name = "one-batch", .operation = end_with_a_batch},
    {.name = "long-batch", .operation = end_with_a_long_batch},
    {.name = "posts-and-waits", .operation = post_and_wait},
    {.name = "posts-and-asks", .operation = post_and_ask},
    {.name = "fails", .operation = fail_with_a_word},
    {.name = "keeps-once", .operation = keep_once},
    {.name = "parameter", .operation = stream_a_parameter},
    {.name = "hangs-up", .operation = hang_up},
    {.name = "crashes", .operation = crash_midway},
    {.name = "exits", .operation = exit_after_answer},
    {.name = "leaves-a-child", .operation = leave_a_child},
    {.name = "streams", .operation = stream, .credit = go_on_streaming, .cancel = stop_streaming},
    {.name = "long", .operation = answer_at_length},
    {.name = "never-releases", .operation = never_release},
    {.name = "ignores-cancel", .operation = villain_put_started, .cancel = ignore_cancel},
    {.name = "ignores-stop", .stop = ignore},
    {.name = "late",
     .operation = villain_put_started,
     .cancel = ignore_cancel,
     .ping = answer_late},
    {.name = "crosses", .operation = villain_put_started, .cancel = answer_all_the_same},
    {.name = "stuck-once", .operation = be_stuck_once},
    {.name = "crashes-once", .operation = crash_once},
    {.name = "only-pongs", .operation = ignore_operation},
    {.name = NULL},
};
