/*
 * mihostctl operations: who runs what, for how long, and how far it is.
 */
#include "client/job.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static const RowsColumn columns[] = {
    {"OPERATION", "operation", ROWS_TEXT, ROWS_ALWAYS},
    {"METHOD", "method", ROWS_TEXT, ROWS_ALWAYS},
    {"CLASS", "class", ROWS_TEXT, ROWS_ALWAYS},
    {"PROVIDER", "provider", ROWS_TEXT, ROWS_ALWAYS},
    {"UID", "uid", ROWS_TEXT, ROWS_ALWAYS},
    {"STATE", "state", ROWS_STATE, ROWS_ALWAYS},
    {"AGE", "ageMs", ROWS_AGE, ROWS_ALWAYS},
};

static int operations_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Buffer *to = &ctl->output.text;
    Span operations, operation;

    (void)data;
    if (!view_member(result, "operations", &operations) || !view_is_array(operations)) {
        buffer_put_string(why, "a result without operations");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_TABLE)
        return rows_put_table(&ctl->output, operations, columns, ARRAY_SIZE(columns));
    while (json_next_element(&operations, &operation)) {
        view_put_json(to, operation);
        buffer_put_char(to, '\n');
    }
    return 0;
}

static ExitStatus operations_run(Ctl *ctl, int count, char **words)
{
    (void)count;
    (void)words;
    return job_run(ctl, &(Job){
                            .kind = JOB_QUESTION,
                            .method = "host/status",
                            .subject = SPAN("host/status"),
                            .on_result = operations_print,
                        });
}

const Verb verb_operations = {
    .name = "operations",
    .summary = "show who runs what, and for how long",
    .usage = "operations",
    .help = "Shows the operations that the server has not done with: its number, which `mihostctl\n"
            "cancel` takes, the method, class, provider, user, state and age.\n\n"
            "  queued, sent          no provider works on it yet\n"
            "  running               its provider works on it\n"
            "  canceling             it was canceled, and what its provider says is awaited\n"
            "  abandoned, releasing  its client was answered, and its provider still has it\n",
    .examples = "mihostctl operations\n"
                "mihostctl operations --json | jq -r 'select(.ageMs > 60000).operation' |\n"
                "    xargs -r -n 1 mihostctl cancel --reason timeout\n",
    .options = OPTIONS_QUESTION,
    .run = operations_run,
};
