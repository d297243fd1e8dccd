/*
 * mihostctl cancel: anybody's operation, by the server's number, with a reason.
 */
#include "client/job.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

#define MAX_DIGITS 20 /* of a 64-bit number */

typedef enum Answer {
    ANSWER_NONE,     /* the request failed, which was said */
    ANSWER_CANCELED, /* the operation is canceled */
    ANSWER_UNKNOWN,  /* no such operation runs */
} Answer;

static int cancel_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Answer *answer = data;
    Span canceled;

    if (!view_member(result, "canceled", &canceled) ||
        (!span_equals(canceled, "true") && !span_equals(canceled, "false"))) {
        buffer_put_string(why, "a result that doesn't say whether it was canceled");
        return -EBADMSG;
    }
    *answer = span_equals(canceled, "true") ? ANSWER_CANCELED : ANSWER_UNKNOWN;
    if (ctl->format == FORMAT_JSON) {
        view_put_json(&ctl->output.text, result);
        buffer_put_char(&ctl->output.text, '\n');
    } else if (*answer == ANSWER_CANCELED) {
        buffer_put_string(&ctl->output.text, "canceled\n");
    }
    return 0;
}

static bool is_number(const char *word)
{
    size_t digits = strspn(word, "0123456789");

    return digits > 0 && digits <= MAX_DIGITS && word[digits] == '\0';
}

static void put_params(const Ctl *ctl, const char *operation, Buffer *params)
{
    json_put_key(params, "operation");
    json_put_string(params, span_of(operation));
    if (ctl->options.reason == NULL)
        return;
    buffer_put_char(params, ',');
    json_put_key(params, "reason");
    json_put_string(params, span_of(ctl->options.reason));
}

static ExitStatus cancel_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer subject = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    Answer answer = ANSWER_NONE;
    ExitStatus status;

    (void)count;
    if (!is_number(words[0])) {
        buffer_printf(&why, "'%s' is not an operation's number; `mihostctl operations` has them",
                      words[0]);
        return ctl_usage_error(ctl, &why);
    }
    put_params(ctl, words[0], &params);
    buffer_printf(&subject, "operation %s", words[0]);
    if (buffer_failed(&params) || buffer_failed(&subject))
        return ctl_error_status(ctl, -ENOMEM);
    status = job_run(ctl, &(Job){
                              .kind = JOB_QUESTION,
                              .method = "host/cancel",
                              .subject = buffer_span(&subject),
                              .params = buffer_span(&params),
                              .on_result = cancel_print,
                              .data = &answer,
                          });
    if (status != EXIT_STATUS_DONE || answer != ANSWER_UNKNOWN)
        return status;
    console_say(&ctl->console, "there is no running operation %s, or it is canceled already",
                words[0]);
    return EXIT_STATUS_FAILED;
}

const Verb verb_cancel = {
    .name = "cancel",
    .summary = "cancel an operation, whoever runs it",
    .usage = "cancel [--reason REASON] OPERATION",
    .help =
        "Cancels the operation that has this number in `mihostctl operations`. Its client gets\n"
        "its answer, and its provider's callback the reason:\n\n"
        "  --reason none         it is not wanted any more (the default)\n"
        "  --reason timeout      its time is over\n"
        "  --reason shutdown     the machine goes down\n"
        "  --reason serviceStop  the service stops\n\n"
        "An operation that is not running any more, or canceled already, is an error.\n",
    .examples = "mihostctl cancel 17\n"
                "mihostctl cancel --reason timeout 17\n",
    .options = OPTIONS_QUESTION | OPTION_REASON,
    .minimum = 1,
    .maximum = 1,
    .run = cancel_run,
};
