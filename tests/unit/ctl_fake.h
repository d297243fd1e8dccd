/*
 * A server that follows a script, and verbs to run mihostctl against it.
 *
 * The server is a child process that accepts one connection and takes its steps in order: expect a
 * line, send one, press Ctrl-C (a signal to the parent), close. It exits with 0 if each line that
 * came was the one that it expected. mihostctl runs in the test itself, through its entry, with its
 * output in files.
 */
#pragma once

#include "client/ctl.h"

#include "tests/support/cmocka.h"

#include <signal.h>
#include <sys/types.h>

#define MAX_SECONDS 60 /* of a child: a test that hangs ends as one that fails */

typedef enum StepKind {
    STEP_END,    /* the script ends: close */
    STEP_EXPECT, /* a line comes that is `text` */
    STEP_SEND,   /* `text` and a line feed */
    STEP_PART,   /* `text` alone */
    STEP_FLOOD,  /* more than the largest message, without an end */
    STEP_SIGNAL, /* `signal` to mihostctl */
    STEP_WAIT,   /* until mihostctl closes */
    STEP_SHOWN,  /* `text` is what comes next on the terminal */
    STEP_TYPE,   /* `text` is typed there */
    STEP_AHEAD,  /* the same while nobody reads it: it has arrived */
} StepKind;

typedef struct Step {
    StepKind kind;
    const char *text;
    int signal;
} Step;

#define EXPECT(line)                                                                               \
    {                                                                                              \
        STEP_EXPECT, line, 0                                                                       \
    }
#define SEND(line)                                                                                 \
    {                                                                                              \
        STEP_SEND, line, 0                                                                         \
    }
#define PART(text)                                                                                 \
    {                                                                                              \
        STEP_PART, text, 0                                                                         \
    }
#define FLOOD                                                                                      \
    {                                                                                              \
        STEP_FLOOD, NULL, 0                                                                        \
    }
#define PRESS_CTRL_C                                                                               \
    {                                                                                              \
        STEP_SIGNAL, NULL, SIGINT                                                                  \
    }
#define TERMINATE                                                                                  \
    {                                                                                              \
        STEP_SIGNAL, NULL, SIGTERM                                                                 \
    }
#define WAIT_FOR_END                                                                               \
    {                                                                                              \
        STEP_WAIT, NULL, 0                                                                         \
    }
#define SHOWN(text)                                                                                \
    {                                                                                              \
        STEP_SHOWN, text, 0                                                                        \
    }
#define TYPE_AHEAD(text)                                                                           \
    {                                                                                              \
        STEP_AHEAD, text, 0                                                                        \
    }
#define TYPE(text)                                                                                 \
    {                                                                                              \
        STEP_TYPE, text, 0                                                                         \
    }
#define SCRIPT(...) ((const Step[]){__VA_ARGS__, {STEP_END, NULL, 0}})

#define REQUEST(method, params)                                                                    \
    EXPECT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":{" params "}}")
#define CANCEL                                                                                     \
    EXPECT("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\","                                  \
           "\"params\":{\"id\":1,\"reason\":\"none\"}}")
#define RESULT(result) SEND("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" result "}")
#define ERROR(error)   SEND("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{" error "}}")
#define PROGRESS(token, value)                                                                     \
    SEND("{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\","                                         \
         "\"params\":{\"token\":\"" token "\",\"value\":" value "}}")

/* The files and the child that a test has. */
typedef struct Fixture {
    char folder[64];
    char socket[96];
    int listener;
    pid_t server;
    int in, out, err;
    char text[8192]; /* what read_back() read */
} Fixture;

/* The user's end of the terminal, and the end that mihostctl has: for a test that makes one; -1. */
extern int terminal, terminal_of_ctl;

/* Setup and teardown of a test: *state is its Fixture. */
int make_fixture(void **state);
int end_fixture(void **state);

/* Starts the server; what its script leads to is checked by expect_server_content. */
void start_server(Fixture *fixture, const Step *script);

/* Waits for the server's end; fails if a step of its script did not come true. */
void expect_server_content(Fixture *fixture);

/* Runs mihostctl with @words, which '|' separates. */
ExitStatus run(Fixture *fixture, const char *words);

/* Runs @words against @script: the status, what was printed, and a server that saw what it
 * expected. */
void expect_run(Fixture *fixture, const char *words, const Step *script, ExitStatus status,
                const char *out, const char *err);

/* All that was written to @fd, fixture->out or fixture->err; valid until the next call. */
const char *read_back(Fixture *fixture, int fd);

#define expect_out(fixture, text) assert_string_equal(read_back(fixture, (fixture)->out), text)
#define expect_err(fixture, text) assert_string_equal(read_back(fixture, (fixture)->err), text)
