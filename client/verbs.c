/*
 * The verbs of mihostctl, and their help.
 *
 * A new verb is a file of its own, which exports a Verb, and a line in this table.
 */
#include "client/verb.h"

#include "base/nearest.h"

/* In the order of their names, which verb_find searches and the overview shows. */
static const Verb *const verbs[] = {
    &verb_associators, &verb_bridge, &verb_call,      &verb_cancel,    &verb_class,
    &verb_classes,     &verb_create, &verb_delete,    &verb_enumerate, &verb_get,
    &verb_help,        &verb_info,   &verb_invoke,    &verb_metrics,   &verb_modify,
    &verb_operations,  &verb_ping,   &verb_providers, &verb_query,     &verb_references,
    &verb_register,    &verb_reload, &verb_status,    &verb_stop,      &verb_subscribe,
};

static const char options_help[] =
    "Options:\n"
    "  --socket PATH        the server's socket; else $MIHOST_SOCKET, else\n"
    "                       $XDG_RUNTIME_DIR/mihost.sock, else /run/mihost/mihost.sock\n"
    "  -H, --host URL       the server of another machine: ssh://[USER@]HOST[:PORT]\n"
    "  --json, --table      JSON, one object a line; or a table. By default a table on a\n"
    "                       terminal, and JSON otherwise\n"
    "  --namespace NS       where the class is (root/cimv2)\n"
    "  --timeout TIME       cancel the operation after so long: 500ms, 5s, 2min; what asks\n"
    "                       the server itself gives up then (30s)\n"
    "  --properties A,B     only these properties\n"
    "  --messages A,B       show what the provider says: warning, verbose, debug\n"
    "  --prompt             ask on the terminal what the provider asks\n"
    "  -q, --quiet          print errors only\n"
    "  -h, --help           this text, or that of a verb\n"
    "  --version            the version\n";

const Verb *verb_find(const char *name)
{
    size_t low = 0, high = ARRAY_SIZE(verbs);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, verbs[middle]->name);

        if (order == 0)
            return verbs[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *verb_nearest(const char *word)
{
    const char *names[ARRAY_SIZE(verbs)];

    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
        names[i] = verbs[i]->name;
    return nearest_of(word, names, ARRAY_SIZE(names));
}

void verb_put_overview(Buffer *to)
{
    buffer_put_string(to, "Usage: mihostctl [OPTION...] VERB [WORD...]\n\n"
                          "Talks to mihostd, which runs management providers.\n\nVerbs:\n");
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
        buffer_printf(to, "  %-11s  %s\n", verbs[i]->name, verbs[i]->summary);
    buffer_put_char(to, '\n');
    buffer_put_string(to, options_help);
    buffer_put_string(
        to, "\nCtrl-C cancels the operation and waits for its answer; a second one leaves.\n"
            "`mihostctl help VERB` says more, with examples; so does mihostctl(1).\n");
}

/* Appends @text with each line indented. */
static void put_indented(Buffer *to, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        if (length > 0)
            buffer_put_string(to, "  ");
        buffer_put(to, text, length);
        buffer_put_char(to, '\n');
        text += length + (text[length] == '\n' ? 1 : 0);
    }
}

void verb_put_help(const Verb *verb, Buffer *to)
{
    buffer_printf(to, "Usage: mihostctl %s\n\n", verb->usage);
    buffer_put_string(to, verb->help);
    buffer_put_string(to, "\nExamples:\n");
    put_indented(to, verb->examples);
}
