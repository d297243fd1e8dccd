/*
 * mihostctl metrics: what the server counts, in OpenMetrics text, to standard output or, as a whole
 * or not at all, into a file that a collector reads.
 */
#include "client/job.h"
#include "client/regfile.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

/* Appends the member `text` of @result. */
static int metrics_put_text(Buffer *to, Span result, Buffer *why)
{
    Span text;

    if (!view_member(result, "text", &text) || !view_is_string(text) ||
        json_decode_string(text, to) < 0) {
        buffer_put_string(why, "a result without a text");
        return -EBADMSG;
    }
    return 0;
}

static int metrics_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Buffer *to = data;

    if (to == NULL)
        to = &ctl->output.text;
    if (ctl->options.format != FORMAT_JSON)
        return metrics_put_text(to, result, why);
    view_put_json(to, result);
    buffer_put_char(to, '\n');
    return 0;
}

static ExitStatus metrics_write(Ctl *ctl, const char *path, Buffer *text)
{
    int r = buffer_failed(text) ? -ENOMEM : regfile_write(path, buffer_span(text), REGFILE_REPLACE);

    if (r == -ENOMEM)
        return ctl_error_status(ctl, r);
    if (r < 0) {
        console_say(&ctl->console, "cannot write '%s': %s", path, strerror(-r));
        return EXIT_STATUS_LOCAL;
    }
    return EXIT_STATUS_DONE;
}

static ExitStatus metrics_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    const char *path = ctl->options.output;
    bool is_file = path != NULL && strcmp(path, "-") != 0;
    ExitStatus status;

    (void)count;
    (void)words;
    status = job_run(ctl, &(Job){
                              .kind = JOB_QUESTION,
                              .method = "host/metrics",
                              .subject = SPAN("host/metrics"),
                              .on_result = metrics_print,
                              .data = is_file ? &text : NULL,
                          });
    return is_file && status == EXIT_STATUS_DONE ? metrics_write(ctl, path, &text) : status;
}

const Verb verb_metrics = {
    .name = "metrics",
    .summary = "show what the server counts, as OpenMetrics text",
    .usage = "metrics [--output FILE]",
    .help = "Prints counters, gauges, and for each provider a histogram of how long its calls\n"
            "took, as OpenMetrics text; with --json, as the server sent it.\n\n"
            "  --output FILE  write a file, whole or not at all, for node_exporter's textfile\n"
            "                 collector, for example; - is standard output\n",
    .examples = "mihostctl metrics | grep mihost_provider_calls_total\n"
                "mihostctl metrics --output /var/lib/prometheus/node-exporter/mihost.prom\n",
    .options = OPTIONS_QUESTION | OPTION_OUTPUT,
    .minimum = 0,
    .maximum = 0,
    .run = metrics_run,
};
