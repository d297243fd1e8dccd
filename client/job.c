#include "client/job.h"

#include "client/answer.h"
#include "client/dialog.h"
#include "client/exchange.h"
#include "client/peer.h"
#include "client/progress.h"
#include "client/text.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

#define TOKEN_PARTIAL  "\"instances\""
#define TOKEN_PROGRESS "\"progress\""
#define HOLD_MS        100   /* so long is held back what more can make better: nobody notices */
#define PATIENCE_MS    30000 /* a server that answers no JOB_QUESTION by then hangs */

/* A job while it runs. */
typedef struct Run {
    Ctl *ctl;
    const Job *job;
    Exchange exchange;
    Progress progress;
    Dialog dialog;
} Run;

/* Appends `,"key":[...]`, of the comma-separated @list; NULL: nothing. */
static void put_list(Buffer *params, const char *key, const char *list)
{
    Span rest = span_of(list), item;

    if (list == NULL)
        return;
    buffer_put_char(params, ',');
    json_put_key(params, key);
    for (char before = '['; options_next_item(&rest, &item); before = ',') {
        buffer_put_char(params, before);
        json_put_string(params, item);
    }
    buffer_put_char(params, ']');
}

void job_put_params(const Ctl *ctl, const Path *path, Buffer *params)
{
    const Options *options = &ctl->options;

    json_put_key(params, "namespace");
    json_put_string(params, path->name_space.data != NULL ? path->name_space
                                                          : span_of(options->name_space));
    if (options->timeout > 0) {
        buffer_put_char(params, ',');
        json_put_key(params, "timeoutMs");
        buffer_put_u64(params, options->timeout);
    }
    put_list(params, "properties", options->properties);
    put_list(params, "messages", options->messages);
    if (options->given & OPTION_PROMPT)
        buffer_put_string(params, ",\"prompts\":true");
}

static void put_request(const Job *job, Buffer *to)
{
    rpc_put_request_head(to, SPAN(EXCHANGE_ID), job->method);
    buffer_put_char(to, '{');
    buffer_put_span(to, job->params);
    if (job->on_partial != NULL)
        buffer_put_string(to, ",\"partialResultToken\":" TOKEN_PARTIAL);
    if (job->progress == JOB_WITH_PROGRESS)
        buffer_put_string(to, ",\"workDoneToken\":" TOKEN_PROGRESS);
    buffer_put_string(to, "}}");
}

/* Prints a value of the server. 0, or a negative number: what went wrong. */
static int run_print(Run *run, JobPrinter printer, Span value)
{
    Ctl *ctl = run->ctl;
    int r = printer(ctl, run->job->data, value, &run->exchange.why);

    if (r < 0)
        return r;
    if (r == JOB_HOLDS)
        exchange_set_due(&run->exchange, HOLD_MS);
    else
        run->exchange.due = 0;
    if (ctl->options.given & OPTION_QUIET)
        buffer_clear(&ctl->output.text);
    console_erase(&ctl->console);
    return output_flush(&ctl->output, &ctl->interrupt);
}

/* Prints what is held back, if anything is: something is due then. */
static int run_print_rest(Run *run)
{
    if (run->job->on_rest == NULL)
        return 0;
    return run->exchange.due == 0 ? 0 : run_print(run, run->job->on_rest, (Span){NULL, 0});
}

static void run_show_progress(Run *run, Span value)
{
    CLEANUP(buffer_deinit) Buffer line = BUFFER_INIT;

    switch (progress_take(&run->progress, value)) {
    case PROGRESS_SHOW:
        progress_put_line(&run->progress, &line);
        console_show(&run->ctl->console, buffer_span(&line));
        break;
    case PROGRESS_HIDE:
        console_erase(&run->ctl->console);
        break;
    case PROGRESS_IGNORE:
        break;
    }
}

static int run_take_progress(Run *run, Span params)
{
    Span token, value;

    if (!view_member(params, "token", &token) || !view_member(params, "value", &value))
        return 0;
    if (run->job->on_partial != NULL && span_equals(token, TOKEN_PARTIAL))
        return run_print(run, run->job->on_partial, value);
    if (run->job->progress == JOB_WITH_PROGRESS && span_equals(token, TOKEN_PROGRESS))
        run_show_progress(run, value);
    return 0;
}

/* What the provider says to people, on a channel that was asked for. */
static int run_take_message(Run *run, Span params)
{
    CLEANUP(buffer_deinit) Buffer label = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span channel, message;

    if (run->ctl->options.messages == NULL || !view_member(params, "channel", &channel) ||
        !view_member(params, "message", &message))
        return 0;
    view_put_text(&label, channel);
    view_put_text(&text, message);
    if (buffer_failed(&label) || buffer_failed(&text))
        return -ENOMEM;
    console_quote(&run->ctl->console, buffer_span(&label), buffer_span(&text));
    return 0;
}

/* Prints a notification as a whole, for who wants all of them. */
static int run_print_notice(Run *run, const RpcMessage *message)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    buffer_put_string(&text, "{\"method\":\"");
    buffer_put_span(&text, message->method);
    buffer_put_string(&text, "\",\"params\":");
    buffer_put_span(&text, message->params.data == NULL ? SPAN("null") : message->params);
    buffer_put_char(&text, '}');
    if (buffer_failed(&text))
        return -ENOMEM;
    return run_print(run, run->job->on_notice, buffer_span(&text));
}

static int run_on_notification(void *data, const RpcMessage *message)
{
    Run *run = data;
    int r = 0;

    if (run->job->on_notice != NULL)
        r = run_print_notice(run, message);
    else if (span_equals(message->method, "$/progress"))
        r = run_take_progress(run, message->params);
    else if (span_equals(message->method, "mi/message"))
        r = run_take_message(run, message->params);
    else if (span_equals(message->method, "$/cancelRequest"))
        r = dialog_withdraw(&run->dialog, message->params);
    if (r == 0)
        dialog_show(&run->dialog);
    return r;
}

static int run_on_due(void *data)
{
    Run *run = data;
    int r = run->job->kind == JOB_QUESTION ? -ETIMEDOUT : run_print_rest(run);

    if (r == 0)
        dialog_show(&run->dialog);
    return r;
}

static int run_on_request(void *data, const RpcMessage *message)
{
    Run *run = data;

    return dialog_take(&run->dialog, message);
}

static void run_on_cancel(void *data)
{
    Run *run = data;

    console_hint(&run->ctl->console, "canceling; press Ctrl-C again to leave without the answer");
}

static ExitStatus run_broken(Run *run)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    buffer_put_string(&text, "the server's answer makes no sense: ");
    buffer_put_span(&text, buffer_span(&run->exchange.why));
    console_say_span(&run->ctl->console, buffer_span(&text));
    return EXIT_STATUS_BROKEN;
}

/* How long the answer to a JOB_QUESTION is awaited. */
static unsigned long run_patience(const Run *run)
{
    return run->ctl->options.timeout > 0 ? run->ctl->options.timeout : PATIENCE_MS;
}

/* The status for what run_print() or the exchange returned, said. */
static ExitStatus run_error(Run *run, int error)
{
    if (error == -ETIMEDOUT && run->job->kind == JOB_QUESTION)
        return ctl_unanswered(run->ctl, run_patience(run));
    return error == -EBADMSG ? run_broken(run) : ctl_error_status(run->ctl, error);
}

/* What a canceled operation came to is printed as a result is, where it is one. */
static ExitStatus run_print_canceled(Run *run, Span value)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    int r = run_print(run, run->job->on_result, value);

    if (r == 0)
        return EXIT_STATUS_CANCELED;
    if (r != -EBADMSG)
        return run_error(run, r);
    buffer_put_span(&text, run->job->subject);
    buffer_put_string(&text, ": it came to ");
    view_put_json(&text, value);
    console_say_span(&run->ctl->console, buffer_span(&text));
    return EXIT_STATUS_CANCELED;
}

/* The server refused the request itself, which is right by our version: by its own it isn't. */
static ExitStatus run_misunderstood(Run *run, Buffer *text)
{
    CLEANUP(peer_deinit) Peer peer;
    ExitStatus status = EXIT_STATUS_FAILED;

    peer_init(&peer);
    (void)peer_ask(&peer, run->ctl, PATIENCE_MS);
    if (peer.kind == PEER_OTHER || peer.kind == PEER_FOREIGN) {
        buffer_put_string(text, "; ");
        peer_put_difference(&peer, text);
    }
    if (peer.kind == PEER_FOREIGN)
        status = EXIT_STATUS_BROKEN;
    console_say_span(&run->ctl->console, buffer_span(text));
    return status;
}

static ExitStatus run_refused(Run *run, Span error)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Console *console = &run->ctl->console;
    AnswerCause cause =
        run->exchange.state == EXCHANGE_CANCELING ? ANSWER_CANCELED_HERE : ANSWER_NOT_CANCELED_HERE;
    ExitStatus status = answer_put_error(&text, run->job->subject, error, cause);
    Span value;

    if (status == EXIT_STATUS_FAILED && run->job->params_kind == JOB_PARAMS_FROM_WORDS)
        answer_put_notation(&text, run->job->subject, error);
    /* Careful: asking who the server is lets go of the answer, @error. */
    if (status == EXIT_STATUS_FAILED && answer_is_misunderstanding(error))
        return run_misunderstood(run, &text);
    console_say_span(console, buffer_span(&text));
    if (answer_cim_error(error, &value)) {
        buffer_clear(&text);
        buffer_put_span(&text, run->job->subject);
        buffer_put_string(&text, ": in detail: ");
        view_put_json(&text, value);
        console_say_span(console, buffer_span(&text));
    }
    if (status == EXIT_STATUS_CANCELED && answer_canceled_value(error, &value))
        return run_print_canceled(run, value);
    return status;
}

/* What the exchange came to, other than a result, said; what is held back came before it. */
static ExitStatus run_failed(Run *run, ExchangeOutcome outcome)
{
    int r = run_print_rest(run);

    if (r < 0)
        return run_error(run, r);
    switch (outcome) {
    case EXCHANGE_ANSWERED:
        return run_refused(run, run->exchange.answer.error);
    case EXCHANGE_LEFT:
        return ctl_error_status(run->ctl, -ECANCELED);
    case EXCHANGE_LOST:
        return ctl_lost(run->ctl);
    case EXCHANGE_NONSENSE:
        return run_broken(run);
    case EXCHANGE_OWED:
    case EXCHANGE_STOPPED:
    case EXCHANGE_FAILED:
        break;
    }
    return run_error(run, run->exchange.error);
}

static ExitStatus run_exchange(Run *run)
{
    CLEANUP(buffer_deinit) Buffer request = BUFFER_INIT;
    Exchange *exchange = &run->exchange;
    ExchangeOutcome outcome;

    put_request(run->job, &request);
    if (buffer_failed(&request))
        return ctl_error_status(run->ctl, -ENOMEM);
    outcome = exchange_run(exchange, buffer_span(&request));
    console_erase(&run->ctl->console);
    if (outcome == EXCHANGE_ANSWERED && exchange->answer.result.data != NULL) {
        exchange->error = run_print(run, run->job->on_result, exchange->answer.result);
        if (exchange->error == 0)
            return EXIT_STATUS_DONE;
        outcome = EXCHANGE_STOPPED;
    }
    return run_failed(run, outcome);
}

static void run_open_dialog(Run *run)
{
    Ctl *ctl = run->ctl;

    dialog_init(&run->dialog);
    if (!(ctl->options.given & OPTION_PROMPT))
        return;
    run->dialog.state = DIALOG_QUIET;
    run->dialog.terminal = ctl->in;
    run->dialog.subject = run->job->subject;
    run->dialog.console = &ctl->console;
    run->dialog.interrupt = &ctl->interrupt;
    run->dialog.connection = &ctl->connection;
}

ExitStatus job_run(Ctl *ctl, const Job *job)
{
    Run run = {.ctl = ctl, .job = job};
    ExitStatus status = ctl_connect(ctl);

    if (status != EXIT_STATUS_DONE)
        return status;
    run.exchange = (Exchange){
        .connection = &ctl->connection,
        .interrupt = &ctl->interrupt,
        .on_notification = run_on_notification,
        .on_request = run_on_request,
        .on_due = run_on_due,
        .on_cancel = job->kind == JOB_OPERATION ? run_on_cancel : NULL,
        .data = &run,
    };
    if (job->kind == JOB_QUESTION)
        exchange_set_due(&run.exchange, run_patience(&run));
    progress_init(&run.progress);
    run_open_dialog(&run);
    status = run_exchange(&run);
    console_erase(&ctl->console);
    exchange_deinit(&run.exchange);
    progress_deinit(&run.progress);
    dialog_deinit(&run.dialog);
    return status;
}
