/*
 * mihostctl stop: a provider's operations are canceled, and its agents end.
 */
#include "client/job.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static int stop_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Buffer *to = &ctl->output.text;
    int64_t canceled;
    Span value;

    (void)data;
    if (!view_member(result, "canceled", &value) || json_get_integer(value, &canceled) < 0) {
        buffer_put_string(why, "a result without the number of operations that were canceled");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_TABLE) {
        buffer_printf(to, "stopped, %lld operation%s canceled\n", (long long)canceled,
                      canceled == 1 ? "" : "s");
        return 0;
    }
    view_put_json(to, result);
    buffer_put_char(to, '\n');
    return 0;
}

static ExitStatus stop_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;

    (void)count;
    json_put_key(&params, "provider");
    json_put_string(&params, span_of(words[0]));
    if (buffer_failed(&params))
        return ctl_error_status(ctl, -ENOMEM);
    return job_run(ctl, &(Job){
                            .method = "host/stopProvider",
                            .subject = span_of(words[0]),
                            .params = buffer_span(&params),
                            .on_result = stop_print,
                        });
}

const Verb verb_stop = {
    .name = "stop",
    .summary = "stop a provider",
    .usage = "stop PROVIDER",
    .help =
        "Cancels all operations of a provider, with the reason serviceStop, and says how many\n"
        "when they have ended. The next request starts it anew: to keep it away, take away its\n"
        "registration and `mihostctl reload`.\n",
    .examples = "mihostctl stop processes\n",
    .options = OPTION_HOST,
    .minimum = 1,
    .maximum = 1,
    .run = stop_run,
};
