/*
 * The options of the command line, and the words that are left.
 *
 * Options may stand anywhere, `--` ends them. Which ones a verb takes stands in the verb: one that
 * it doesn't take is refused, never ignored.
 */
#pragma once

#include "base/buffer.h"

/* Bits of Options.given and of Verb.options. */
enum {
    OPTION_SOCKET = 1 << 0,
    OPTION_JSON = 1 << 1,
    OPTION_TABLE = 1 << 2,
    OPTION_NAMESPACE = 1 << 3,
    OPTION_TIMEOUT = 1 << 4,
    OPTION_PROPERTIES = 1 << 5,
    OPTION_KEYS_ONLY = 1 << 6,
    OPTION_SHALLOW = 1 << 7,
    OPTION_HELP = 1 << 8,
    OPTION_VERSION = 1 << 9,
    OPTION_BASE_PROPERTIES = 1 << 10,
    OPTION_REASON = 1 << 11,
    OPTION_DEEP = 1 << 12,
    OPTION_NAMES = 1 << 13,
    OPTION_ASSOCIATION_CLASS = 1 << 14,
    OPTION_RESULT_CLASS = 1 << 15,
    OPTION_ROLE = 1 << 16,
    OPTION_RESULT_ROLE = 1 << 17,
    OPTION_MESSAGES = 1 << 18,
    OPTION_PROMPT = 1 << 19,
    OPTION_HOSTING = 1 << 20,
    OPTION_OUTPUT = 1 << 21,
    OPTION_FORCE = 1 << 22,
    OPTION_AGENT = 1 << 23,
    OPTION_HOST = 1 << 24,
    OPTION_QUIET = 1 << 25,
    OPTION_WATCH = 1 << 26,
    OPTION_COUNT = 1 << 27,
    OPTION_INTERVAL = 1 << 28,
    OPTION_DIALECT = 1 << 29,

    /* What every verb takes; what those take that ask the server itself, ask for classes, and for a
     * provider's work. */
    OPTIONS_COMMON =
        OPTION_SOCKET | OPTION_JSON | OPTION_TABLE | OPTION_QUIET | OPTION_HELP | OPTION_VERSION,
    OPTIONS_QUESTION = OPTION_HOST | OPTION_TIMEOUT,
    OPTIONS_SCHEMA = OPTION_HOST | OPTION_NAMESPACE | OPTION_TIMEOUT,
    OPTIONS_OPERATION = OPTIONS_SCHEMA | OPTION_MESSAGES | OPTION_PROMPT,
};

typedef enum Format {
    FORMAT_AUTOMATIC, /* a table on a terminal, JSON otherwise */
    FORMAT_JSON,
    FORMAT_TABLE,
} Format;

/* Strings that were not given are NULL; they point into argv. */
typedef struct Options {
    unsigned given; /* OPTION_* */
    Format format;
    const char *socket;
    const char *host;              /* ssh://... */
    const char *name_space;        /* never NULL */
    const char *properties;        /* comma-separated names, none of them empty */
    const char *messages;          /* comma-separated channels, none of them empty */
    const char *reason;            /* as the protocol has it: "serviceStop" */
    const char *association_class; /* a name; so are the next three */
    const char *result_class;
    const char *role;
    const char *result_role;
    const char *hosting;
    const char *output;
    const char *agent;
    const char *dialect;    /* of a query; never NULL */
    unsigned long timeout;  /* milliseconds; 0: the server's, or the usual patience */
    unsigned long interval; /* milliseconds, between two of many; never 0 */
    unsigned long times;    /* how many of them; 0: until Ctrl-C */
    int count;              /* words that are no options: the verb first */
    char **words;           /* in argv, which is permuted */
} Options;

/* Reads @argv. 0, or -EINVAL with a sentence appended to @why. Not for two threads at once
 * (getopt). */
int options_parse(Options *options, int argc, char **argv, Buffer *why);

/* The name of an option in @bits, "--keys-only", for messages; one bit must be set. */
const char *options_name(unsigned bits);

/* Steps through a comma-separated list: begin with *@rest as the list; false at its end. */
bool options_next_item(Span *rest, Span *item);
