/*
 * mihostctl status: the agents and the operations that run, as two tables.
 */
#include "client/job.h"
#include "client/table.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

typedef enum StatusKind {
    STATUS_TEXT,
    STATUS_AGE,      /* milliseconds */
    STATUS_IDENTITY, /* an object: its uid */
} StatusKind;

typedef struct StatusColumn {
    const char *title;
    const char *member; /* of each row's object */
    StatusKind kind;
} StatusColumn;

static const StatusColumn agent_columns[] = {
    {"PID", "pid", STATUS_TEXT},
    {"PROVIDER", "provider", STATUS_TEXT},
    {"UID", "identity", STATUS_IDENTITY},
    {"STATE", "state", STATUS_TEXT},
    {"OPERATIONS", "operations", STATUS_TEXT},
    {"AGE", "ageMs", STATUS_AGE},
};

static const StatusColumn operation_columns[] = {
    {"OPERATION", "operation", STATUS_TEXT}, {"METHOD", "method", STATUS_TEXT},
    {"CLASS", "class", STATUS_TEXT},         {"UID", "uid", STATUS_TEXT},
    {"STATE", "state", STATUS_TEXT},         {"AGE", "ageMs", STATUS_AGE},
};

static Span cell_text(Buffer *text, Span row, const StatusColumn *column)
{
    Span value, uid;
    int64_t age;

    buffer_clear(text);
    if (!view_member(row, column->member, &value))
        buffer_put_char(text, '-');
    else if (column->kind == STATUS_AGE && json_get_integer(value, &age) == 0 && age >= 0)
        view_put_duration(text, (uint64_t)age);
    else if (column->kind == STATUS_IDENTITY && view_member(value, "uid", &uid))
        view_put_text(text, uid);
    else
        view_put_text(text, value);
    return buffer_span(text);
}

static int put_table(Ctl *ctl, Span rows, const StatusColumn *columns, size_t count)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;
    Span rest = rows, row;

    table_init(&table, ctl->output.columns);
    for (size_t i = 0; i < count; i++) {
        int r = table_add_column(&table, span_of(columns[i].title));
        if (r < 0)
            return r;
    }
    while (json_next_element(&rest, &row)) {
        for (size_t i = 0; i < count; i++)
            table_measure(&table, i, cell_text(&text, row, &columns[i]));
    }
    table_fit(&table);
    table_put_header(&table, &ctl->output.text);
    while (json_next_element(&rows, &row)) {
        for (size_t i = 0; i < count; i++)
            table_put_cell(&table, &ctl->output.text, cell_text(&text, row, &columns[i]));
    }
    return buffer_failed(&text) ? -ENOMEM : 0;
}

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
    r = put_table(ctl, agents, agent_columns, ARRAY_SIZE(agent_columns));
    if (r < 0)
        return r;
    buffer_put_char(to, '\n');
    return put_table(ctl, operations, operation_columns, ARRAY_SIZE(operation_columns));
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
