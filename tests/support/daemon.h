/*
 * Daemon: the mihostd of a test, as a process.
 *
 * It runs with a log at level debug that goes to a file in the test's folder, which is printed when
 * the test fails. It is killed when the test program dies, however that dies.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

typedef struct Fixture Fixture;

typedef struct Daemon {
    pid_t pid;                     /* 0: not running */
    int pidfd;                     /* -1: not running */
    unsigned listened;             /* how often the log said so before this one was started */
    uid_t user;                    /* whom it runs as; 0: as the test */
    char program[256], agent[256]; /* others than what was built; "": that */
    char log[128];
} Daemon;

/* mihostd's exit statuses. */
enum {
    DAEMON_STOPPED = 0,
    DAEMON_FAILED = 1,
    DAEMON_MISUSED = 2,
    DAEMON_SOCKET_IN_USE = 3,
    DAEMON_KILLED = 128, /* and the signal's number: it was ended by a signal */
};

/* Starts the daemon and waits until it takes connections. Settings, "grace=100ms", end with NULL.
 */
void daemon_start(Fixture *fixture, ...) __attribute__((sentinel));

/* Starts the daemon with arguments of its own (added to the folders and files of the fixture) and
 * waits for nothing. */
void daemon_spawn(Fixture *fixture, ...) __attribute__((sentinel));

/* Starts the daemon with exactly these arguments. */
void daemon_spawn_bare(Fixture *fixture, ...) __attribute__((sentinel));

/* Waits for a spawned daemon to take connections. */
void daemon_expect_listening(Fixture *fixture);

/* Daemons that are started from here on have the agents of tests/agents/scripted.c: a provider
 * whose name begins with "scripted" is what the file says that its registration calls its library.
 */
void daemon_script_agents(Fixture *fixture);

/* Daemons that are started from here on run as a user whom nobody else knows, and own the folder.
 * Only for root. */
void daemon_be_somebody(Fixture *fixture);

void daemon_signal(Fixture *fixture, int signal);

/* Waits for the daemon's end, which must have this status. */
void daemon_wait_exit(Fixture *fixture, int status);

/* SIGTERM, and its end in order. */
void daemon_stop(Fixture *fixture);

/* Waits until the log has a line with @text in it. */
void daemon_log_contains(Fixture *fixture, const char *text);

/* How often @text stands in the log now. */
unsigned daemon_log_count(Fixture *fixture, const char *text);

/* Prints the end of the log: what the daemon and its agents said. */
void daemon_print_log(Fixture *fixture);
