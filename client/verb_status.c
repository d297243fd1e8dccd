/*
 * mihostctl status: the agents and the operations that run, whose agents have died, and what each
 * user has in flight: a table each.
 */
#include "client/job.h"
#include "client/repeat.h"
#include "client/rows.h"
#include "client/screen.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static const RowsColumn agent_columns[] = {
    {"PID", "pid", ROWS_TEXT, ROWS_ALWAYS},
    {"PROVIDER", "provider", ROWS_TEXT, ROWS_ALWAYS},
    {"UID", "identity", ROWS_IDENTITY, ROWS_ALWAYS},
    {"STATE", "state", ROWS_STATE, ROWS_ALWAYS},
    {"OPERATIONS", "operations", ROWS_TEXT, ROWS_ALWAYS},
    {"AGE", "ageMs", ROWS_AGE, ROWS_ALWAYS},
    {"CPU", "cpuMs", ROWS_AGE, ROWS_IF_ANY},
    {"MEMORY", "memoryBytes", ROWS_BYTES, ROWS_IF_ANY},
    {"RESTARTS", "restarts", ROWS_TEXT, ROWS_IF_ANY},
};

static const RowsColumn health_columns[] = {
    {"PROVIDER", "provider", ROWS_TEXT, ROWS_ALWAYS},
    {"UID", "identity", ROWS_IDENTITY, ROWS_ALWAYS},
    {"STATE", "state", ROWS_STATE, ROWS_ALWAYS},
    {"DEATHS", "deaths", ROWS_TEXT, ROWS_ALWAYS},
    {"RETRY", "retryMs", ROWS_AGE, ROWS_IF_ANY},
    {"LAST DEATH", "lastDeath", ROWS_DEATH, ROWS_ALWAYS},
};

static const RowsColumn user_columns[] = {
    {"UID", "uid", ROWS_TEXT, ROWS_ALWAYS},
    {"CLIENTS", "clients", ROWS_TEXT, ROWS_ALWAYS},
    {"OPERATIONS", "operations", ROWS_TEXT, ROWS_ALWAYS},
    {"AGENTS", "agents", ROWS_TEXT, ROWS_ALWAYS},
    {"BUFFERED", "bufferedBytes", ROWS_BYTES, ROWS_ALWAYS},
    {"REFUSED", "refused", ROWS_TEXT, ROWS_ALWAYS},
};

static const RowsColumn operation_columns[] = {
    {"OPERATION", "operation", ROWS_TEXT, ROWS_ALWAYS},
    {"METHOD", "method", ROWS_TEXT, ROWS_ALWAYS},
    {"CLASS", "class", ROWS_TEXT, ROWS_ALWAYS},
    {"UID", "uid", ROWS_TEXT, ROWS_ALWAYS},
    {"STATE", "state", ROWS_STATE, ROWS_ALWAYS},
    {"AGE", "ageMs", ROWS_AGE, ROWS_ALWAYS},
};

/* Appends the tables that are always there. */
static int put_tables(Output *output, Span agents, Span operations)
{
    int r = rows_put_table(output, agents, agent_columns, ARRAY_SIZE(agent_columns));

    if (r < 0)
        return r;
    buffer_put_char(&output->text, '\n');
    return rows_put_table(output, operations, operation_columns, ARRAY_SIZE(operation_columns));
}

/* Appends the table of the member @name of @result, if there is anything in it. */
static int put_table_if_any(Output *output, Span result, const char *name,
                            const RowsColumn *columns, size_t count)
{
    Span rows = {NULL, 0}, rest, first;

    view_member(result, name, &rows);
    rest = rows;
    if (!view_is_array(rows) || !json_next_element(&rest, &first))
        return 0;
    buffer_put_char(&output->text, '\n');
    return rows_put_table(output, rows, columns, count);
}

/* Shows a status; one of many (@data, a Screen) in the place of the one before. */
static int status_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Output *output = &ctl->output;
    Screen *screen = data;
    Span agents, operations;
    int r;

    if (!view_member(result, "agents", &agents) || !view_is_array(agents) ||
        !view_member(result, "operations", &operations) || !view_is_array(operations)) {
        buffer_put_string(why, "a result without agents or operations");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_JSON) {
        view_put_json(&output->text, result);
        buffer_put_char(&output->text, '\n');
        return 0;
    }
    if (screen != NULL)
        output_measure(output);
    r = put_tables(output, agents, operations);
    if (r == 0)
        r = put_table_if_any(output, result, "health", health_columns, ARRAY_SIZE(health_columns));
    if (r == 0)
        r = put_table_if_any(output, result, "users", user_columns, ARRAY_SIZE(user_columns));
    if (r < 0 || screen == NULL)
        return r;
    if (output->rows == 0)
        buffer_put_char(&output->text, '\n'); /* one below the other */
    return screen_put(screen, output);
}

static ExitStatus status_once(Ctl *ctl, void *data)
{
    return job_run(ctl, &(Job){
                            .kind = JOB_QUESTION,
                            .method = "host/status",
                            .subject = SPAN("host/status"),
                            .on_result = status_print,
                            .data = data,
                        });
}

static ExitStatus status_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    unsigned of_watch = ctl->options.given & (OPTION_COUNT | OPTION_INTERVAL);
    Screen screen = {.shown = 0};

    (void)count;
    (void)words;
    if (ctl->options.given & OPTION_WATCH)
        return repeat_run(ctl, status_once, &screen);
    if (of_watch == 0)
        return status_once(ctl, NULL);
    buffer_printf(&why, "%s is for status --watch", options_name(of_watch));
    return ctl_usage_error(ctl, &why);
}

const Verb verb_status = {
    .name = "status",
    .summary = "show the agents and the operations that run",
    .usage = "status [--watch [--count N] [--interval TIME]]",
    .help = "Shows the agents (process, provider, identity, state, operations that run there) and\n"
            "the operations (the server's number, method, class, user, state, age). Where agents\n"
            "have died, a table says whose, how often, of what, and when the next may start. The\n"
            "last one is what each user has in flight, and how often they were refused more.\n\n"
            "  --watch              again and again, until Ctrl-C: on a terminal in place, else\n"
            "                       one below the other, as JSON one a line\n"
            "  -c, --count N        so many times only\n"
            "  -i, --interval TIME  the pause in between (1s)\n",
    .examples = "mihostctl status\n"
                "mihostctl status --watch\n"
                "mihostctl status --json | jq '.operations[] | select(.ageMs > 60000)'\n",
    .options = OPTIONS_QUESTION | OPTION_WATCH | OPTION_COUNT | OPTION_INTERVAL,
    .run = status_run,
};
