/*
 * mihostctl providers: what is registered, and what is wrong with it.
 */
#include "client/job.h"
#include "client/mistake.h"
#include "client/rows.h"
#include "client/text.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static const RowsColumn columns[] = {
    {"PROVIDER", "name", ROWS_TEXT, ROWS_ALWAYS},
    {"NAMESPACE", "namespace", ROWS_TEXT, ROWS_ALWAYS},
    {"HOSTING", "classes", ROWS_HOSTING, ROWS_ALWAYS},
    {"CALLS", "calls", ROWS_TEXT, ROWS_ALWAYS},
    {"AGENTS", "agents", ROWS_TEXT, ROWS_ALWAYS},
    {"CLASSES", "classes", ROWS_CLASSES, ROWS_ALWAYS},
    {"LIBRARY", "library", ROWS_TEXT, ROWS_ALWAYS},
};

/* A line below the table, the first one set apart from it. */
static void put_line(Buffer *to, const Buffer *line, size_t *count)
{
    if ((*count)++ == 0)
        buffer_put_char(to, '\n');
    text_put_clean(to, buffer_span(line));
    buffer_put_char(to, '\n');
    to->failed |= line->failed;
}

/* What is wrong with the libraries of @providers, and in the registrations. */
static void put_errors(Buffer *to, Span providers, Span errors)
{
    CLEANUP(buffer_deinit) Buffer line = BUFFER_INIT;
    Span provider, name, text, mistake;
    size_t count = 0;

    while (json_next_element(&providers, &provider)) {
        if (!view_member(provider, "error", &text) || span_equals(text, "null"))
            continue;
        buffer_clear(&line);
        if (view_member(provider, "name", &name))
            view_put_text(&line, name);
        buffer_put_string(&line, ": ");
        view_put_text(&line, text);
        put_line(to, &line, &count);
    }
    while (json_next_element(&errors, &mistake)) {
        buffer_clear(&line);
        mistake_put(&line, mistake);
        put_line(to, &line, &count);
    }
}

static int providers_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Buffer *to = &ctl->output.text;
    Span providers, errors;
    int r;

    (void)data;
    if (!view_member(result, "providers", &providers) || !view_is_array(providers) ||
        !view_member(result, "errors", &errors) || !view_is_array(errors)) {
        buffer_put_string(why, "a result without providers or errors");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_JSON) {
        view_put_json(to, result);
        buffer_put_char(to, '\n');
        return 0;
    }
    r = rows_put_table(&ctl->output, providers, columns, ARRAY_SIZE(columns));
    if (r == 0)
        put_errors(to, providers, errors);
    return r;
}

static ExitStatus providers_run(Ctl *ctl, int count, char **words)
{
    (void)count;
    (void)words;
    return job_run(ctl, &(Job){
                            .kind = JOB_QUESTION,
                            .method = "host/providers",
                            .subject = SPAN("host/providers"),
                            .on_result = providers_print,
                        });
}

const Verb verb_providers = {
    .name = "providers",
    .summary = "show what is registered, and what is wrong with it",
    .usage = "providers",
    .help = "Shows the providers that are registered: namespace, whose identity they run with,\n"
            "whether their functions are called side by side, how many agents they have, their\n"
            "classes and library. Below it stands what is wrong: libraries that don't keep what\n"
            "their registration says, and mistakes in registrations, with file and line.\n",
    .examples = "mihostctl providers\n"
                "mihostctl providers --json | jq -r '.providers[] | select(.error) | .name'\n",
    .options = OPTIONS_QUESTION,
    .run = providers_run,
};
