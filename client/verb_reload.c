/*
 * mihostctl reload: the registrations are read anew, and what is wrong with them is said.
 */
#include "client/job.h"
#include "client/mistake.h"
#include "client/text.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static int say_mistakes(Ctl *ctl, Span mistakes, size_t *count)
{
    CLEANUP(buffer_deinit) Buffer line = BUFFER_INIT;
    Span mistake;

    while (json_next_element(&mistakes, &mistake)) {
        buffer_clear(&line);
        mistake_put(&line, mistake);
        if (buffer_failed(&line))
            return -ENOMEM;
        console_say_span(&ctl->console, buffer_span(&line));
        ++*count;
    }
    return 0;
}

static void put_names(Buffer *to, Span names)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span name;

    while (json_next_element(&names, &name)) {
        buffer_clear(&text);
        view_put_text(&text, name);
        to->failed |= text.failed;
        text_put_clean(to, buffer_span(&text));
        buffer_put_char(to, '\n');
    }
}

static int reload_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Buffer *to = &ctl->output.text;
    Span providers, errors;

    if (!view_member(result, "providers", &providers) || !view_is_array(providers) ||
        !view_member(result, "errors", &errors) || !view_is_array(errors)) {
        buffer_put_string(why, "a result without providers or errors");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_TABLE) {
        put_names(to, providers);
    } else {
        view_put_json(to, result);
        buffer_put_char(to, '\n');
    }
    return say_mistakes(ctl, errors, data);
}

static ExitStatus reload_run(Ctl *ctl, int count, char **words)
{
    size_t mistakes = 0;
    ExitStatus status;

    (void)count;
    (void)words;
    status = job_run(ctl, &(Job){
                              .kind = JOB_QUESTION,
                              .method = "host/reload",
                              .subject = SPAN("host/reload"),
                              .on_result = reload_print,
                              .data = &mistakes,
                          });
    return status == EXIT_STATUS_DONE && mistakes > 0 ? EXIT_STATUS_FAILED : status;
}

const Verb verb_reload = {
    .name = "reload",
    .summary = "have the server read its registrations anew",
    .usage = "reload",
    .help = "Reads the registrations anew and lists the providers that are in force. A provider\n"
            "whose registration did not change isn't disturbed. A mistake in a registration is\n"
            "named with file and line, what it said before stays in force, and the exit status\n"
            "is 1.\n",
    .examples = "mihostctl reload\n",
    .options = OPTIONS_QUESTION,
    .run = reload_run,
};
