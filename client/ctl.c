#include "client/ctl.h"

#include "client/verb.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define SYSTEM_SOCKET "/run/mihost/mihost.sock"
#define USER_SOCKET   "mihost.sock" /* in $XDG_RUNTIME_DIR */

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

/* The socket to talk to: --socket, $MIHOST_SOCKET, the user's own server, the system's. */
static int choose_socket(const Options *options, Buffer *to)
{
    const char *path = options->socket, *folder = getenv("XDG_RUNTIME_DIR");

    if (path == NULL)
        path = getenv("MIHOST_SOCKET");
    if (path != NULL && path[0] != '\0') {
        buffer_put_string(to, path);
    } else {
        buffer_printf(to, "%s/" USER_SOCKET, folder == NULL ? "" : folder);
        if (folder == NULL || buffer_string(to) == NULL || access(to->data, F_OK) < 0) {
            buffer_clear(to);
            buffer_put_string(to, SYSTEM_SOCKET);
        }
    }
    return buffer_string(to) == NULL ? -ENOMEM : 0;
}

ExitStatus ctl_connect(Ctl *ctl)
{
    CLEANUP(buffer_deinit) Buffer path = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    int r = choose_socket(&ctl->options, &path);

    if (r < 0)
        return ctl_error_status(ctl, r);
    r = connection_open(&ctl->connection, path.data);
    if (r < 0) {
        connection_explain(path.data, r, &why);
        console_say_span(&ctl->console, buffer_span(&why));
        return EXIT_STATUS_UNREACHABLE;
    }
    /* Only now: until here a Ctrl-C ends mihostctl as it ends every program. */
    r = interrupt_open(&ctl->interrupt);
    return r < 0 ? ctl_error_status(ctl, r) : EXIT_STATUS_DONE;
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
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    const Options *options = &ctl->options;
    ExitStatus status;

    ctl->verb = verb_find(options->words[0]);
    if (ctl->verb == NULL) {
        buffer_printf(&why, "'%s' is not a verb", options->words[0]);
        return ctl_usage_error(ctl, &why);
    }
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
    connection_init(&ctl.connection);
    output_init(&ctl.output, out);
    console_init(&ctl.console, err);
    status = ctl_run(&ctl, argc, argv);
    console_erase(&ctl.console);
    output_deinit(&ctl.output);
    connection_deinit(&ctl.connection);
    interrupt_deinit(&ctl.interrupt);
    return status;
}
