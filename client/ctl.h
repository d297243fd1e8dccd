/*
 * mihostctl as a whole: what a verb works with, and the entry that main() and the tests call.
 */
#pragma once

#include "client/address.h"
#include "client/connection.h"
#include "client/console.h"
#include "client/exit_status.h"
#include "client/interrupt.h"
#include "client/options.h"
#include "client/output.h"
#include "client/tunnel.h"

typedef struct Verb Verb;

typedef struct Ctl {
    const Verb *verb;
    Options options;
    Format format; /* what to print: FORMAT_JSON or FORMAT_TABLE */
    int in;        /* descriptor: where answers to questions are typed */
    Interrupt interrupt;
    Address address; /* where `connection` goes to */
    Tunnel tunnel;   /* through which it goes, for another machine's server */
    Connection connection;
    Output output;
    Console console;
} Ctl;

/* Runs the command line @argv, which is permuted; reads answers to questions from the descriptor
 * @in, prints to @out and @err. Not for two threads at once; ignores SIGPIPE from then on, and
 * takes SIGINT and SIGTERM while it waits. */
ExitStatus ctl_main(int argc, char **argv, int in, int out, int err);

/* Connects to the server, unless that was done, and takes Ctrl-C over. EXIT_STATUS_DONE; or the
 * status to end with, said. */
ExitStatus ctl_connect(Ctl *ctl);

/* As ctl_connect, to this machine's server only, and Ctrl-C stays what it is. */
ExitStatus ctl_connect_here(Ctl *ctl);

/* Says that the connection ended before the answer, and why as far as is known. */
ExitStatus ctl_lost(Ctl *ctl);

/* Says that there was no answer in @milliseconds. */
ExitStatus ctl_unanswered(Ctl *ctl, unsigned long milliseconds);

/* Says @why the command line is wrong and how to get help: EXIT_STATUS_USAGE. */
ExitStatus ctl_usage_error(Ctl *ctl, const Buffer *why);

/* As ctl_usage_error: @word is no verb. */
ExitStatus ctl_verb_error(Ctl *ctl, const char *word);

/* As ctl_usage_error for -EINVAL, else as ctl_error_status: what reading the words came to. */
ExitStatus ctl_words_error(Ctl *ctl, int error, const Buffer *why);

/* The status to end with when printing or receiving returned @error, said: EXIT_STATUS_DONE for
 * -EPIPE (whoever read has enough), EXIT_STATUS_LEFT for -ECANCELED, else EXIT_STATUS_LOCAL. */
ExitStatus ctl_error_status(Ctl *ctl, int error);
