/*
 * mihostctl help: all verbs, or one of them.
 */
#include "client/verb.h"

static ExitStatus help_run(Ctl *ctl, int count, char **words)
{
    const Verb *verb = count > 0 ? verb_find(words[0]) : NULL;
    int r;

    if (count > 0 && verb == NULL)
        return ctl_verb_error(ctl, words[0]);
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
