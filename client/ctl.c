#include "client/ctl.h"

#include "client/remote.h"
#include "client/verb.h"
#include "client/view.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

ExitStatus ctl_usage_error(Ctl *ctl, const Buffer *why)
{
    console_say_span(&ctl->console, buffer_span(why));
    if (ctl->verb != NULL)
        console_say(&ctl->console, "usage: mihostctl %s (more: mihostctl help %s)",
                    ctl->verb->usage, ctl->verb->name);
    else
        console_say(&ctl->console, "`mihostctl help` lists verbs and options");
    return EXIT_STATUS_USAGE;
}

ExitStatus ctl_verb_error(Ctl *ctl, const char *word)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    const char *nearest = verb_nearest(word);

    buffer_printf(&why, "'%s' is not a verb", word);
    if (nearest != NULL)
        buffer_printf(&why, "; did you mean '%s'?", nearest);
    return ctl_usage_error(ctl, &why);
}

ExitStatus ctl_words_error(Ctl *ctl, int error, const Buffer *why)
{
    return error == -EINVAL ? ctl_usage_error(ctl, why) : ctl_error_status(ctl, error);
}

ExitStatus ctl_error_status(Ctl *ctl, int error)
{
    switch (-error) {
    case EPIPE:
        return EXIT_STATUS_DONE;
    case ECANCELED:
        console_erase(&ctl->console);
        return EXIT_STATUS_LEFT;
    case ENOMEM:
        console_say(&ctl->console, "out of memory");
        return EXIT_STATUS_LOCAL;
    default:
        console_say(&ctl->console, "cannot go on: %s", strerror(-error));
        return EXIT_STATUS_LOCAL;
    }
}

/* To the socket that ctl->address names. */
static ExitStatus ctl_open_socket(Ctl *ctl)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    const char *path = ctl->address.name.data;
    int r = connection_open(&ctl->connection, path);

    if (r == 0)
        return EXIT_STATUS_DONE;
    connection_explain(path, r, &why);
    console_say_span(&ctl->console, buffer_span(&why));
    return EXIT_STATUS_UNREACHABLE;
}

ExitStatus ctl_connect_here(Ctl *ctl)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    int r = address_choose(&ctl->address, &ctl->options, ADDRESS_HERE, &why);

    return r < 0 ? ctl_words_error(ctl, r, &why) : ctl_open_socket(ctl);
}

ExitStatus ctl_connect(Ctl *ctl)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    ExitStatus status;
    int r;

    if (ctl->connection.fd >= 0)
        return EXIT_STATUS_DONE;
    r = address_choose(&ctl->address, &ctl->options, ADDRESS_ANYWHERE, &why);
    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    if (ctl->address.kind == ADDRESS_SSH)
        return remote_connect(ctl);
    status = ctl_open_socket(ctl);
    if (status != EXIT_STATUS_DONE)
        return status;
    /* Only now: until here a Ctrl-C ends mihostctl as it ends every program. */
    r = interrupt_open(&ctl->interrupt);
    return r < 0 ? ctl_error_status(ctl, r) : EXIT_STATUS_DONE;
}

ExitStatus ctl_lost(Ctl *ctl)
{
    if (ctl->address.kind == ADDRESS_SSH)
        return remote_lost(ctl);
    console_say(&ctl->console,
                "the server closed the connection before it answered; its log says why");
    return EXIT_STATUS_BROKEN;
}

ExitStatus ctl_unanswered(Ctl *ctl, unsigned long milliseconds)
{
    CLEANUP(buffer_deinit) Buffer time = BUFFER_INIT;

    view_put_duration(&time, milliseconds);
    console_say(&ctl->console,
                "the server at '%s' did not answer within %s: it hangs, is stopped, or its machine "
                "is overloaded",
                ctl->address.name.data, buffer_string(&time) == NULL ? "?" : time.data);
    return EXIT_STATUS_UNREACHABLE;
}

/* Prints a text that is the whole output. */
static ExitStatus ctl_print(Ctl *ctl)
{
    int r = output_flush(&ctl->output, &ctl->interrupt);

    return r < 0 ? ctl_error_status(ctl, r) : EXIT_STATUS_DONE;
}

/* A question is shown on standard error and answered on standard input. */
static bool ctl_can_ask(const Ctl *ctl)
{
    return ctl->console.columns > 0 && isatty(ctl->in);
}

/* Checks the words behind the verb, and that it takes the options that were given. */
static ExitStatus ctl_check(Ctl *ctl, int count)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    const Verb *verb = ctl->verb;
    unsigned wrong = ctl->options.given & ~(verb->options | OPTIONS_COMMON);

    if (wrong != 0)
        buffer_printf(&why, "%s takes no %s", verb->name, options_name(wrong));
    else if (count < verb->minimum)
        buffer_printf(&why, "%s: something is missing", verb->name);
    else if (verb->maximum >= 0 && count > verb->maximum)
        buffer_printf(&why, "%s takes no '%s'", verb->name, ctl->options.words[1 + verb->maximum]);
    else if ((ctl->options.given & OPTION_PROMPT) && !ctl_can_ask(ctl))
        buffer_put_string(&why, "--prompt asks on a terminal: standard input and standard error "
                                "must both be one");
    else
        return EXIT_STATUS_DONE;
    return ctl_usage_error(ctl, &why);
}

static ExitStatus ctl_run_verb(Ctl *ctl)
{
    const Options *options = &ctl->options;
    ExitStatus status;

    ctl->verb = verb_find(options->words[0]);
    if (ctl->verb == NULL)
        return ctl_verb_error(ctl, options->words[0]);
    if (options->given & OPTION_HELP) {
        verb_put_help(ctl->verb, &ctl->output.text);
        return ctl_print(ctl);
    }
    status = ctl_check(ctl, options->count - 1);
    if (status == EXIT_STATUS_DONE)
        status = ctl->verb->run(ctl, options->count - 1, options->words + 1);
    return status;
}

static ExitStatus ctl_run(Ctl *ctl, int argc, char **argv)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    Options *options = &ctl->options;

    if (options_parse(options, argc, argv, &why) < 0)
        return ctl_usage_error(ctl, &why);
    if (options->given & OPTION_QUIET)
        ctl->console.level = CONSOLE_ERRORS;
    ctl->format = options->format;
    if (ctl->format == FORMAT_AUTOMATIC)
        ctl->format = ctl->output.columns > 0 ? FORMAT_TABLE : FORMAT_JSON;
    if (options->given & OPTION_VERSION) {
        buffer_put_string(&ctl->output.text, "mihostctl " MIHOST_VERSION "\n");
        return ctl_print(ctl);
    }
    if (options->count > 0)
        return ctl_run_verb(ctl);
    if (options->given & OPTION_HELP) {
        verb_put_overview(&ctl->output.text);
        return ctl_print(ctl);
    }
    buffer_put_string(&why, "a verb is missing, such as get, enumerate or invoke");
    return ctl_usage_error(ctl, &why);
}

ExitStatus ctl_main(int argc, char **argv, int in, int out, int err)
{
    Ctl ctl = {.in = in};
    ExitStatus status;

    /* Widths of characters; the protocol's encoding, whatever the user's is. */
    setlocale(LC_CTYPE, "C.UTF-8");
    /* A reader that leaves shows as EPIPE, and has a documented status. */
    signal(SIGPIPE, SIG_IGN);

    interrupt_init(&ctl.interrupt);
    address_init(&ctl.address);
    tunnel_init(&ctl.tunnel);
    connection_init(&ctl.connection);
    output_init(&ctl.output, out);
    console_init(&ctl.console, err);
    status = ctl_run(&ctl, argc, argv);
    console_erase(&ctl.console);
    output_deinit(&ctl.output);
    connection_deinit(&ctl.connection);
    tunnel_deinit(&ctl.tunnel);
    address_deinit(&ctl.address);
    interrupt_deinit(&ctl.interrupt);
    return status;
}
