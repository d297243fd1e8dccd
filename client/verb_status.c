/*
 * mihostctl status: the agents and the operations that run, as two tables.
 */
#include "client/job.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/view.h"

#include <errno.h>

static const RowsColumn agent_columns[] = {
    {"PID", "pid", ROWS_TEXT},
    {"PROVIDER", "provider", ROWS_TEXT},
    {"UID", "identity", ROWS_IDENTITY},
    {"STATE", "state", ROWS_TEXT},
    {"OPERATIONS", "operations", ROWS_TEXT},
    {"AGE", "ageMs", ROWS_AGE},
};

static const RowsColumn operation_columns[] = {
    {"OPERATION", "operation", ROWS_TEXT}, {"METHOD", "method", ROWS_TEXT},
    {"CLASS", "class", ROWS_TEXT},         {"UID", "uid", ROWS_TEXT},
    {"STATE", "state", ROWS_TEXT},         {"AGE", "ageMs", ROWS_AGE},
};

static int status_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Buffer *to = &ctl->output.text;
    Span agents, operations;
    int r;

    (void)data;
    if (!view_member(result, "agents", &agents) || !view_is_array(agents) ||
        !view_member(result, "operations", &operations) || !view_is_array(operations)) {
        buffer_put_string(why, "a result without agents or operations");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_JSON) {
        view_put_json(to, result);
        buffer_put_char(to, '\n');
        return 0;
    }
    r = rows_put_table(&ctl->output, agents, agent_columns, ARRAY_SIZE(agent_columns));
    if (r < 0)
        return r;
    buffer_put_char(to, '\n');
    return rows_put_table(&ctl->output, operations, operation_columns,
                          ARRAY_SIZE(operation_columns));
}

static ExitStatus status_run(Ctl *ctl, int count, char **words)
{
    (void)count;
    (void)words;
    return job_run(ctl, &(Job){
                            .method = "host/status",
                            .subject = SPAN("host/status"),
                            .on_result = status_print,
                        });
}

const Verb verb_status = {
    .name = "status",
    .summary = "show the agents and the operations that run",
    .usage = "status",
    .help = "Shows the agents (process, provider, identity, state, operations that run there) and\n"
            "the operations (the server's number, method, class, user, state, age).\n",
    .examples = "mihostctl status\n"
                "mihostctl status --json | jq '.operations[] | select(.ageMs > 60000)'\n",
    .run = status_run,
};
