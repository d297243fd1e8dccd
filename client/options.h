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

    /* What every verb takes, and what operations on a provider take. */
    OPTIONS_COMMON = OPTION_SOCKET | OPTION_JSON | OPTION_TABLE | OPTION_HELP | OPTION_VERSION,
    OPTIONS_OPERATION = OPTION_NAMESPACE | OPTION_TIMEOUT,
};

typedef enum Format {
    FORMAT_AUTOMATIC, /* a table on a terminal, JSON otherwise */
    FORMAT_JSON,
    FORMAT_TABLE,
} Format;

typedef struct Options {
    unsigned given; /* OPTION_* */
    Format format;
    const char *socket;     /* NULL: the default */
    const char *name_space; /* never NULL */
    const char *properties; /* comma-separated names, none of them empty; NULL: all */
    unsigned long timeout;  /* milliseconds; 0: the server's */
    int count;              /* words that are no options: the verb first */
    char **words;           /* in argv, which is permuted */
} Options;

/* Reads @argv. 0, or -EINVAL with a sentence appended to @why. Not for two threads at once
 * (getopt). */
int options_parse(Options *options, int argc, char **argv, Buffer *why);

/* The longest name of an option in @bits, "--keys-only", for messages; one bit must be set. */
const char *options_name(unsigned bits);

/* Steps through a comma-separated list: begin with *@rest as the list; false at its end. */
bool options_next_item(Span *rest, Span *item);
