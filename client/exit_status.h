/*
 * What mihostctl's exit status says. The table stands in mihostctl(1) too; scripts depend on it, so
 * a number never changes its meaning.
 */
#pragma once

typedef enum ExitStatus {
    EXIT_STATUS_DONE = 0,        /* done; or whoever read the output left, as `| head` does */
    EXIT_STATUS_FAILED = 1,      /* the server or the provider answered with an error */
    EXIT_STATUS_USAGE = 2,       /* the command line is wrong; nothing was sent */
    EXIT_STATUS_UNREACHABLE = 3, /* no server at the socket, or no right to talk to it */
    EXIT_STATUS_CANCELED = 4,    /* the operation was canceled: by Ctrl-C, its timeout, a stop */
    EXIT_STATUS_BROKEN = 5,      /* the server spoke nonsense, or left before its answer */
    EXIT_STATUS_LOCAL = 6,       /* the output could not be written, or memory ran out */
    EXIT_STATUS_LEFT = 130,      /* a second Ctrl-C: left without the answer */
} ExitStatus;
