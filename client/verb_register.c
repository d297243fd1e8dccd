/*
 * mihostctl register: a library's registration, written from the schema that it declares.
 *
 * The library is loaded by an agent that ends when it has printed the schema, and that is never
 * root: its code runs as soon as it is loaded.
 */
#include "client/capture.h"
#include "client/regfile.h"
#include "client/verb.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_HOSTING "@requestor@"

/* Says each line that the agent wrote; it may be the library's. */
static void say_lines(Ctl *ctl, Span text)
{
    while (text.size > 0) {
        const char *end = memchr(text.data, '\n', text.size);
        Span line = {text.data, end == NULL ? text.size : (size_t)(end - text.data)};

        if (line.size > 0)
            console_say_span(&ctl->console, line);
        span_skip(&text, line.size + (end != NULL ? 1 : 0));
    }
}

static ExitStatus explain_end(Ctl *ctl, const char *library, int status)
{
    if (WIFSIGNALED(status))
        console_say(&ctl->console, "'%s' could not be loaded: its process died of signal %d (%s)",
                    library, WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        console_say(&ctl->console, "'%s' could not be loaded", library);
    return EXIT_STATUS_FAILED;
}

/* Has the agent load @library and print its schema. */
static ExitStatus read_schema(Ctl *ctl, const char *library, Capture *capture)
{
    const char *agent = ctl->options.agent == NULL ? MIHOST_AGENT : ctl->options.agent;
    char *const argv[] = {(char *)(uintptr_t)agent, (char[]){"--schema"},
                          (char *)(uintptr_t)library, NULL};
    int r = interrupt_open(&ctl->interrupt);

    if (r == 0)
        r = capture_run(capture, argv, &ctl->interrupt);
    if (r == -ENOENT || r == -EACCES) {
        console_say(&ctl->console,
                    "cannot run the agent '%s': %s; name the program mihost-agent with --agent",
                    agent, strerror(-r));
        return EXIT_STATUS_FAILED;
    }
    if (r < 0)
        return ctl_error_status(ctl, r);
    say_lines(ctl, buffer_span(&capture->err));
    if (!WIFEXITED(capture->status) || WEXITSTATUS(capture->status) != 0)
        return explain_end(ctl, library, capture->status);
    return EXIT_STATUS_DONE;
}

/* Makes the folder that the registrations of a namespace are in; whether that helped shows when the
 * file is written. */
static void make_folder(const char *path)
{
    char *folder = strdup(path), *slash = folder == NULL ? NULL : strrchr(folder, '/');

    if (slash != NULL && slash != folder) {
        *slash = '\0';
        (void)mkdir(folder, 0755);
    }
    free(folder);
}

static ExitStatus write_registration(Ctl *ctl, const char *path, Span text)
{
    bool replace = (ctl->options.given & OPTION_FORCE) != 0;
    int r;

    if (ctl->options.output == NULL)
        make_folder(path);
    r = regfile_write(path, text, replace ? REGFILE_REPLACE : REGFILE_NEW);
    switch (-r) {
    case 0:
        console_say(&ctl->console, "wrote '%s'; `mihostctl reload` puts it in force", path);
        return EXIT_STATUS_DONE;
    case EEXIST:
        console_say(&ctl->console, "'%s' is there already; --force replaces it", path);
        return EXIT_STATUS_FAILED;
    default:
        console_say(&ctl->console, "cannot write '%s': %s", path, strerror(-r));
        return EXIT_STATUS_LOCAL;
    }
}

/* Where the registration goes: a file, or "-", which is standard output. */
static int choose_output(const Ctl *ctl, const char *library, Buffer *to, Buffer *why)
{
    int r = 0;

    if (ctl->options.output != NULL)
        buffer_put_string(to, ctl->options.output);
    else
        r = regfile_put_path(to, MIHOST_REGISTRATIONS, ctl->options.name_space, library, why);
    return r == 0 && buffer_string(to) == NULL ? -ENOMEM : r;
}

/* What the words and options say, before anything is run. */
static int prepare(const Ctl *ctl, const RegfileHead *head, Buffer *output, Buffer *why)
{
    int r = regfile_check_head(head, why);

    return r < 0 ? r : choose_output(ctl, head->library, output, why);
}

static ExitStatus register_library(Ctl *ctl, const RegfileHead *head)
{
    CLEANUP(capture_deinit) Capture capture;
    CLEANUP(buffer_deinit) Buffer output = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    Buffer *text = &ctl->output.text;
    ExitStatus status;
    int r = prepare(ctl, head, &output, &why);

    capture_init(&capture);
    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    status = read_schema(ctl, head->library, &capture);
    if (status != EXIT_STATUS_DONE)
        return status;
    r = regfile_put(text, head, buffer_span(&capture.out), &why);
    if (r == -EBADMSG) {
        console_say(&ctl->console, "'%s': %s", head->library, buffer_string(&why));
        return EXIT_STATUS_FAILED;
    }
    if (r == 0 && strcmp(output.data, "-") != 0)
        return write_registration(ctl, output.data, buffer_span(text));
    if (r == 0)
        r = output_flush(&ctl->output, &ctl->interrupt);
    return r < 0 ? ctl_error_status(ctl, r) : EXIT_STATUS_DONE;
}

static ExitStatus register_run(Ctl *ctl, int count, char **words)
{
    char *library = realpath(words[0], NULL);
    const char *hosting = ctl->options.hosting;
    ExitStatus status;

    (void)count;
    if (library == NULL && errno == ENOMEM)
        return ctl_error_status(ctl, -ENOMEM);
    if (library == NULL) {
        console_say(&ctl->console, "cannot find '%s': %s", words[0], strerror(errno));
        return EXIT_STATUS_FAILED;
    }
    status = register_library(ctl, &(RegfileHead){
                                       .library = library,
                                       .hosting = hosting == NULL ? DEFAULT_HOSTING : hosting,
                                   });
    free(library);
    return status;
}

const Verb verb_register = {
    .name = "register",
    .summary = "write the registration of a provider library",
    .usage = "register [--namespace NS] [--hosting WHO] [--output FILE] [--force] [--agent PATH] "
             "LIBRARY.so",
    .help =
        "Loads the library in a process of its own that is never root, reads which classes it\n"
        "declares, and writes its registration. The server isn't asked, and takes it with\n"
        "`mihostctl reload`.\n\n"
        "  --hosting WHO  whose identity it runs with: @requestor@, which is the default, or a\n"
        "                 user's name\n"
        "  --output FILE  where it is written; - is standard output. By default\n"
        "                 " MIHOST_REGISTRATIONS "/NAMESPACE/NAME.reg\n"
        "  --force        replace a file that is there\n"
        "  --agent PATH   the program mihost-agent, if it isn't where it was installed\n",
    .examples = "mihostctl register /usr/lib/mihost/providers/libprocesses.so\n"
                "mihostctl register --hosting daemon --output - ./libhello.so\n"
                "mihostctl register --namespace root/hardware --force ./libfans.so\n",
    .options = OPTION_NAMESPACE | OPTION_HOSTING | OPTION_OUTPUT | OPTION_FORCE | OPTION_AGENT,
    .minimum = 1,
    .maximum = 1,
    .run = register_run,
};
