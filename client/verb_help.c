/*
 * mihostctl help: all verbs, or one of them.
 */
#include "client/verb.h"

static ExitStatus help_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    const Verb *verb = count > 0 ? verb_find(words[0]) : NULL;
    int r;

    if (count > 0 && verb == NULL) {
        buffer_printf(&why, "'%s' is not a verb", words[0]);
        return ctl_usage_error(ctl, &why);
    }
    if (verb != NULL)
        verb_put_help(verb, &ctl->output.text);
    else
        verb_put_overview(&ctl->output.text);
    r = output_flush(&ctl->output, &ctl->interrupt);
    return r < 0 ? ctl_error_status(ctl, r) : EXIT_STATUS_DONE;
}

const Verb verb_help = {
    .name = "help",
    .summary = "show the verbs, or how one of them is used",
    .usage = "help [VERB]",
    .help = "Shows all verbs and options, or the help of one verb.\n",
    .examples = "mihostctl help\n"
                "mihostctl help enumerate\n",
    .maximum = 1,
    .run = help_run,
};
