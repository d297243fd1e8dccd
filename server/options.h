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

/* Reads the command line and the configuration file into @config, which was initialised. */
OptionsAnswer options_read(int argc, char **argv, Config *config);
