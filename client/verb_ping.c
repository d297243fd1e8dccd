/*
 * mihostctl ping: how long the server takes to answer.
 */
#include "client/clock.h"
#include "client/job.h"
#include "client/repeat.h"
#include "client/verb.h"

/* What the answers so far took. */
typedef struct Ping {
    uint64_t sent_at; /* microseconds, of the one that is under way */
    unsigned long sent, answered;
    uint64_t least, most, sum;
} Ping;

static double milliseconds(uint64_t microseconds)
{
    return (double)microseconds / 1000;
}

static int ping_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Ping *ping = data;
    uint64_t took = clock_us() - ping->sent_at;
    Buffer *to = &ctl->output.text;

    (void)result;
    (void)why;
    ping->answered++;
    ping->sum += took;
    ping->most = took > ping->most ? took : ping->most;
    ping->least = ping->answered == 1 || took < ping->least ? took : ping->least;
    if (ctl->format == FORMAT_JSON)
        buffer_printf(to, "{\"sequence\":%lu,\"ms\":%.3f}\n", ping->sent, milliseconds(took));
    else
        buffer_printf(to, "answer from %s: sequence=%lu time=%.3f ms\n", ctl->address.name.data,
                      ping->sent, milliseconds(took));
    return 0;
}

static ExitStatus ping_once(Ctl *ctl, void *data)
{
    Ping *ping = data;
    /* Only the exchange counts, not the way to it. */
    ExitStatus status = ctl_connect(ctl);

    if (status != EXIT_STATUS_DONE)
        return status;
    ping->sent++;
    ping->sent_at = clock_us();
    return job_run(ctl, &(Job){
                            .kind = JOB_QUESTION,
                            .method = "host/info",
                            .subject = SPAN("host/info"),
                            .on_result = ping_print,
                            .data = ping,
                        });
}

static void put_summary(const Ctl *ctl, const Ping *ping, Buffer *to)
{
    double average = ping->answered == 0 ? 0 : milliseconds(ping->sum) / (double)ping->answered;

    if (ctl->format == FORMAT_JSON) {
        buffer_printf(to, "{\"sent\":%lu,\"answered\":%lu", ping->sent, ping->answered);
        if (ping->answered > 0)
            buffer_printf(to, ",\"minMs\":%.3f,\"avgMs\":%.3f,\"maxMs\":%.3f",
                          milliseconds(ping->least), average, milliseconds(ping->most));
        buffer_put_string(to, "}\n");
        return;
    }
    buffer_printf(to, "%lu sent, %lu answered", ping->sent, ping->answered);
    if (ping->answered > 0)
        buffer_printf(to, "; min/avg/max %.3f/%.3f/%.3f ms", milliseconds(ping->least), average,
                      milliseconds(ping->most));
    buffer_put_char(to, '\n');
}

static ExitStatus ping_run(Ctl *ctl, int count, char **words)
{
    Ping ping = {.sent = 0};
    ExitStatus status = repeat_run(ctl, ping_once, &ping);
    int r;

    (void)count;
    (void)words;
    if (ping.sent == 0)
        return status;
    put_summary(ctl, &ping, &ctl->output.text);
    r = output_flush(&ctl->output, &ctl->interrupt);
    return r < 0 ? ctl_error_status(ctl, r) : status;
}

const Verb verb_ping = {
    .name = "ping",
    .summary = "measure how long the server takes to answer",
    .usage = "ping [--count N] [--interval TIME] [--timeout TIME]",
    .help =
        "Asks the server for its version again and again, on one connection, and shows how\n"
        "long each answer took; at the end the least, the average and the most. No provider is\n"
        "asked.\n\n"
        "  -c, --count N        so many times; else until Ctrl-C\n"
        "  -i, --interval TIME  the pause in between (1s)\n"
        "  --timeout TIME       how long an answer is awaited (30s)\n"
        "  -q, --quiet          only the summary\n",
    .examples = "mihostctl ping\n"
                "mihostctl ping -q -c 1000 -i 1ms\n"
                "mihostctl -H ssh://web1 ping -c 3\n",
    .options = OPTIONS_QUESTION | OPTION_COUNT | OPTION_INTERVAL,
    .run = ping_run,
};
