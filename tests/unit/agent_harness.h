/*
 * A server for one agent, in the test itself: verbs to start it, ask it and hear it.
 *
 * The agent's Host runs on a thread of its own, at the other end of a socketpair; its provider does
 * what the test's script says (tests/unit/agent_thing.h). The test is the server: it sends frames,
 * and expects frames of an operation in their order; those of other operations are kept until
 * somebody asks for them. Whatever waits, waits ten seconds at most, then the test fails. Nothing
 * here asserts on another thread than the test's.
 *
 * Its verbs are named as those of server/, with which no program links that tests the agent.
 */
#pragma once

#include "agent/host.h"

#include "tests/support/cmocka.h"
#include "tests/unit/agent_thing.h"
#include "tests/unit/latch.h"

typedef struct Heard {
    List link;
    FrameType type;
    uint64_t operation;
    size_t size;
    char payload[];
} Heard;

typedef struct Server {
    Host *host;
    pthread_t thread;
    HostEnd end;
    int fd;
    FrameReader reader;
    Span input;
    char received[65536];
    unsigned operations; /* sent, and RELEASED was not read */
    List heard;          /* of Heard: frames that nobody has asked for yet */
    Heard *last;         /* what `expect` has returned */
} Server;

typedef struct ServerOptions {
    bool serial;
    uint32_t operations;  /* 0: 64 */
    uint32_t window;      /* 0: 256 KiB */
    uint32_t collected;   /* 0: 1 MiB */
    const char *library;  /* NULL: the provider above; else the file is opened */
    MI_MainFunction main; /* NULL: thing_main */
} ServerOptions;

/* ---- Its life ---- */

/* Starts an agent and greets it; its HELLO has come. */
Server *server_start(const ServerOptions *options);

/* A host without greetings. */
Server *server_start_silent(const ServerOptions *options);

/* Waits for each RELEASED, then STOP, and the agent ends in order. Frees the server, as all do here
 * that don't say otherwise. */
void server_stop(Server *server);

/* The server is gone, and the agent follows. */
void server_vanish(Server *server);

/* Waits until the agent has ended; how it did. */
HostEnd server_join(Server *server);

/* Waits until the agent reads no more; how it ended. The server stays, until server_free. */
HostEnd server_wait(Server *server);

/* Waits for the other threads of an agent that has ended. */
void server_free(Server *server);

/* ---- Asking: none waits for an answer ---- */

/* Sends @frames, whatever they are, and frees them. */
void server_write(Server *server, Buffer *frames);

void server_send(Server *server, uint64_t operation, OperationKind kind, uint32_t flags,
                 const char *class_name, const char *method, const char *params);

/* Each for Test_Thing; @parameters is JSON. */
void server_get(Server *server, uint64_t operation, const char *id);
void server_enumerate(Server *server, uint64_t operation, uint32_t flags);
void server_invoke(Server *server, uint64_t operation, uint32_t flags, const char *parameters);

void server_cancel(Server *server, uint64_t operation, MI_CancellationReason reason);
void server_credit(Server *server, uint64_t operation, size_t bytes);

/* ---- Hearing ---- */

/* The next frame of @operation, which stays to be expected. */
Heard *hear(Server *server, uint64_t operation);

/* The next frame of @operation, which must be of @type; its payload is valid until the next
 * expectation. */
Span expect(Server *server, FrameType type, uint64_t operation);

/* Expects its RESULT. */
ResultFrame expect_answer(Server *server, uint64_t operation);

/* STARTED, RESULT with @result, RELEASED. */
void expect_whole(Server *server, uint64_t operation, MI_Result result);

/* STARTED, RESULT with @result, @flags, and @word in its message, RELEASED. */
void expect_failure(Server *server, uint64_t operation, MI_Result result, unsigned flags,
                    const char *word);

/* Asks for a PONG: whatever was sent before it was read, and the reader is alive. */
void expect_alive(Server *server);

void assert_span_equal(Span span, const char *expected);
void assert_span_contains(Span span, const char *expected);
