/*
 * mihostctl info: what the server is, and its limits.
 */
#include "client/job.h"
#include "client/record.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

/* The members of @info; those of an object below their name. */
static void info_put_text(Buffer *to, Span info)
{
    CLEANUP(buffer_deinit) Buffer plain = BUFFER_INIT;
    Span rest = info, key, value;

    /* The plain ones first, together, so that they stand below each other. */
    buffer_put_char(&plain, '{');
    while (json_next_member(&rest, &key, &value)) {
        if (view_is_object(value))
            continue;
        buffer_put_string(&plain, plain.size > 1 ? ",\"" : "\"");
        buffer_put_span(&plain, key);
        buffer_put_string(&plain, "\":");
        buffer_put_span(&plain, value);
    }
    buffer_put_char(&plain, '}');
    to->failed |= plain.failed;
    if (!buffer_failed(&plain))
        record_put_members(to, buffer_span(&plain), 0);
    while (json_next_member(&info, &key, &value)) {
        if (!view_is_object(value))
            continue;
        buffer_put_span(to, key);
        buffer_put_char(to, '\n');
        record_put_members(to, value, 2);
    }
}

static int info_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    (void)data;
    if (!view_is_object(result)) {
        buffer_put_string(why, "a result that is no object");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_TABLE) {
        info_put_text(&ctl->output.text, result);
        return 0;
    }
    view_put_json(&ctl->output.text, result);
    buffer_put_char(&ctl->output.text, '\n');
    return 0;
}

static ExitStatus info_run(Ctl *ctl, int count, char **words)
{
    (void)count;
    (void)words;
    return job_run(ctl, &(Job){
                            .kind = JOB_QUESTION,
                            .method = "host/info",
                            .subject = SPAN("host/info"),
                            .on_result = info_print,
                        });
}

const Verb verb_info = {
    .name = "info",
    .summary = "show the server's version and limits",
    .usage = "info",
    .help = "Shows the server's name, its version, that of its protocol, and its limits.\n",
    .examples = "mihostctl info\n"
                "mihostctl info --json | jq .limits\n",
    .options = OPTIONS_QUESTION,
    .run = info_run,
};
