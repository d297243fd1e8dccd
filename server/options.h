/*
 * Options: the command line of mihostd.
 */
#pragma once

#include "server/config.h"

/* What main() returns; mihostd(8) lists them. */
typedef enum ServerExit {
    SERVER_EXIT_STOPPED = 0, /* stopped in order, or --help, --version, --check and all is well */
    SERVER_EXIT_FAILED = 1,  /* something the log names failed */
    SERVER_EXIT_USAGE = 2,   /* the command line or the configuration is wrong */
    SERVER_EXIT_SOCKET = 3,  /* the socket is another server's, or can't be made */
} ServerExit;

typedef enum OptionsAnswer {
    OPTIONS_SERVE,
    OPTIONS_CHECK, /* --check: read everything, say what is wrong, and end */
    OPTIONS_DONE,  /* --help, --version: printed */
    OPTIONS_WRONG, /* a reason was printed */
} OptionsAnswer;

#define OPTIONS_MAX_SETTINGS 256

/* What the command line says: kept, since the configuration is read again on SIGHUP. Its texts are
 * those of argv. */
typedef struct Options {
    const char *file;                        /* NULL: the standard one, which need not be there */
    KeyValue settings[OPTIONS_MAX_SETTINGS]; /* they come after the file's */
    size_t setting_count;
    bool registrations; /* one of them names a folder of registrations */
} Options;

/* Reads the command line into @options, and what it and the configuration file say into @config,
 * which was initialised. */
OptionsAnswer options_read(int argc, char **argv, Options *options, Config *config);

/* Reads the file and applies the settings to @config, which was initialised. Negative errno with
 * @error set. */
int options_apply(const Options *options, Config *config, KeyValueError *error);
