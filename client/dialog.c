#include "client/dialog.h"

#include "client/answer.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

void dialog_init(Dialog *dialog)
{
    *dialog = (Dialog){.state = DIALOG_OFF, .terminal = -1};
}

static void question_deinit(Question *question)
{
    buffer_deinit(&question->id);
    buffer_deinit(&question->text);
}

void dialog_deinit(Dialog *dialog)
{
    if (dialog->state == DIALOG_ASKING)
        interrupt_watch(dialog->interrupt, -1, NULL, NULL);
    for (size_t i = 0; i < dialog->count; i++)
        question_deinit(&dialog->questions[i]);
    dialog_init(dialog);
}

/* What a question says, member by member of its params; each must be a string. */
static bool put_members(Buffer *to, Span params, const char *const *members, size_t count,
                        const char *between)
{
    Span value;

    for (size_t i = 0; i < count; i++) {
        if (!view_member(params, members[i], &value) || !view_is_string(value))
            return false;
        if (i > 0)
            buffer_put_string(to, between);
        view_put_text(to, value);
    }
    return true;
}

static bool put_prompt(Buffer *to, Span params)
{
    Span type;

    if (view_member(params, "type", &type) &&
        (span_equals(type, "\"critical\"") || span_equals(type, "1")))
        buffer_put_string(to, "critical: ");
    return put_members(to, params, (const char *const[]){"message"}, 1, "");
}

static bool put_should_process(Buffer *to, Span params)
{
    return put_members(to, params, (const char *const[]){"action", "target"}, 2, ": ");
}

static bool put_should_continue(Buffer *to, Span params)
{
    return put_members(to, params, (const char *const[]){"message"}, 1, "");
}

static bool put_write_error(Buffer *to, Span params)
{
    Span error;

    if (!view_member(params, "error", &error) || !view_is_object(error))
        return false;
    buffer_put_string(to, "error: ");
    if (!answer_put_result(to, error))
        view_put_json(to, error);
    buffer_put_string(to, "; go on?");
    return true;
}

typedef struct QuestionKind {
    const char *method;
    bool (*put)(Buffer *to, Span params); /* false: @params are not those of the method */
} QuestionKind;

static const QuestionKind kinds[] = {
    {"mi/promptUser", put_prompt},
    {"mi/shouldContinue", put_should_continue},
    {"mi/shouldProcess", put_should_process},
    {"mi/writeError", put_write_error},
};

static int dialog_send(Dialog *dialog, const Buffer *message)
{
    return buffer_failed(message) ? -ENOMEM
                                  : connection_send(dialog->connection, buffer_span(message));
}

static int dialog_refuse(Dialog *dialog, Span id, RpcCode code, Span why)
{
    CLEANUP(buffer_deinit) Buffer response = BUFFER_INIT;

    rpc_put_error(&response, id, code, why, (Span){NULL, 0});
    return dialog_send(dialog, &response);
}

static int dialog_answer(Dialog *dialog, Span id, bool answer)
{
    CLEANUP(buffer_deinit) Buffer response = BUFFER_INIT;

    rpc_put_result_head(&response, id);
    buffer_put_string(&response, answer ? "{\"answer\":true}}" : "{\"answer\":false}}");
    return dialog_send(dialog, &response);
}

static int dialog_read(void *data);

/* Puts the first question that waits on the terminal; when none does, nobody watches it. */
static void dialog_ask(Dialog *dialog)
{
    dialog->state = dialog->count > 0 ? DIALOG_ASKING : DIALOG_QUIET;
    if (dialog->state == DIALOG_QUIET) {
        interrupt_watch(dialog->interrupt, -1, NULL, NULL);
        return;
    }
    /* What was typed until now was meant for something else. */
    (void)tcflush(dialog->terminal, TCIFLUSH);
    console_ask(dialog->console, buffer_span(&dialog->questions[0].text));
    interrupt_watch(dialog->interrupt, dialog->terminal, dialog_read, dialog);
}

void dialog_show(Dialog *dialog)
{
    if (dialog->state == DIALOG_ASKING && dialog->console->line != CONSOLE_QUESTION)
        console_ask(dialog->console, buffer_span(&dialog->questions[0].text));
}

/* Takes question @index off the list; if it was on the terminal, the next one is asked. */
static void dialog_drop(Dialog *dialog, size_t index)
{
    question_deinit(&dialog->questions[index]);
    dialog->count--;
    memmove(&dialog->questions[index], &dialog->questions[index + 1],
            (dialog->count - index) * sizeof(dialog->questions[0]));
    if (index == 0)
        dialog_ask(dialog);
}

typedef enum Reply {
    REPLY_NO,
    REPLY_YES,
    REPLY_UNCLEAR,
} Reply;

/* What the user typed: a line; nothing is the end of the input. */
static Reply parse_reply(Span line)
{
    if (line.size == 0)
        return REPLY_NO;
    if (line.data[line.size - 1] == '\n')
        line.size--;
    if (span_equals_nocase(line, "y") || span_equals_nocase(line, "yes"))
        return REPLY_YES;
    return span_equals_nocase(line, "n") || span_equals_nocase(line, "no") ? REPLY_NO
                                                                           : REPLY_UNCLEAR;
}

/* A line, or the end of the input, is there to be read. */
static int dialog_read(void *data)
{
    Dialog *dialog = data;
    char line[256];
    ssize_t got = read(dialog->terminal, line, sizeof(line));
    Reply reply;
    int r;

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    console_answered(dialog->console);
    reply = parse_reply((Span){line, got < 0 ? 0 : (size_t)got});
    if (reply == REPLY_UNCLEAR) {
        dialog_ask(dialog);
        return 0;
    }
    if (got <= 0)
        console_say(dialog->console, "no, since the input has ended");
    r = dialog_answer(dialog, buffer_span(&dialog->questions[0].id), reply == REPLY_YES);
    dialog_drop(dialog, 0);
    return r;
}

static int dialog_add(Dialog *dialog, const RpcMessage *request, const QuestionKind *kind)
{
    Question question = {.id = BUFFER_INIT, .text = BUFFER_INIT};

    buffer_put_span(&question.id, request->id);
    buffer_put_span(&question.text, dialog->subject);
    buffer_put_string(&question.text, ": ");
    if (!kind->put(&question.text, request->params)) {
        question_deinit(&question);
        return dialog_refuse(dialog, request->id, RPC_INVALID_PARAMS,
                             SPAN("the question says nothing that could be asked"));
    }
    buffer_put_string(&question.text, " [y/n] ");
    if (buffer_failed(&question.id) || buffer_failed(&question.text)) {
        question_deinit(&question);
        return -ENOMEM;
    }
    dialog->questions[dialog->count++] = question;
    if (dialog->state == DIALOG_QUIET)
        dialog_ask(dialog);
    return DIALOG_TAKEN;
}

int dialog_take(Dialog *dialog, const RpcMessage *request)
{
    if (dialog->state == DIALOG_OFF)
        return DIALOG_NOT_A_QUESTION;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (!span_equals(request->method, kinds[i].method))
            continue;
        if (dialog->count < DIALOG_MAX)
            return dialog_add(dialog, request, &kinds[i]);
        return dialog_refuse(dialog, request->id, RPC_REQUEST_FAILED,
                             SPAN("too many questions are open"));
    }
    return DIALOG_NOT_A_QUESTION;
}

int dialog_withdraw(Dialog *dialog, Span params)
{
    char text[RPC_MAX_ID];
    Span value, id;
    int r = 0;

    if (!view_member(params, "id", &value) || rpc_normalise_id(value, text, &id) < 0)
        return 0;
    for (size_t i = 0; i < dialog->count; i++) {
        Buffer *own = &dialog->questions[i].id;

        if (own->size != id.size || memcmp(own->data, id.data, id.size) != 0)
            continue;
        if (i == 0) {
            console_erase(dialog->console);
            console_say(dialog->console, "the question was taken back");
        }
        r = dialog_refuse(dialog, id, RPC_REQUEST_CANCELED, SPAN("the question was taken back"));
        dialog_drop(dialog, i);
        break;
    }
    return r;
}
