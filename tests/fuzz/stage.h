/*
 * Stage: a whole server, without its listener, for a target to drive: clients on socket pairs,
 * fakes for agents (tests/fuzz/fakes.h), and the oracle that watches all of it.
 *
 * What a client gets must be messages, and a response must be to something that it asked; what an
 * agent gets must be frames in an order that the protocol allows. stage_check() compares the
 * server's books with each other. stage_end() stops the server, and requires that a client that
 * behaved has exactly one response for each request, that no descriptor, no process and no memory
 * is left.
 */
#pragma once

#include "protocol/framing.h"
#include "protocol/payload.h"
#include "server/server.h"

#include "tests/fuzz/fakes.h"
#include "tests/fuzz/fuzz.h"

#define STAGE_CLIENTS 4
#define STAGE_ASKED   64 /* requests of one client */
#define STAGE_CALLS   64 /* of one agent at a time */
#define STAGE_WINDOW  4096U

typedef enum StageManners {
    STAGE_GOOD, /* each of its requests is owed one response */
    STAGE_RUDE, /* what it sent may be no requests, it didn't read, or it is gone */
} StageManners;

typedef struct StageClient {
    int fd; /* -1: closed */
    StageManners manners;
    bool deaf;          /* reads nothing for now */
    bool ended;         /* by the server */
    bool half;          /* it sends no more */
    Framing framing;    /* what comes */
    FramingKind kind;   /* of both directions */
    unsigned asked;     /* ids 1 to asked were used */
    unsigned requests;  /* that were sent, repeated ids included */
    unsigned late;      /* of them: while the server stops, which may not read them any more */
    unsigned responses; /* to requests, those with id null included */
    uint8_t answers[STAGE_ASKED + 1]; /* by id: responses */
    uint8_t times[STAGE_ASKED + 1];   /* by id: requests */
    uint64_t question;                /* the last id that the server asked with; 0: none */
} StageClient;

typedef enum StageCallState {
    STAGE_CALL_SENT,    /* STARTED is owed */
    STAGE_CALL_STARTED, /* RESULT is owed */
    STAGE_CALL_POSTED,  /* RELEASED is owed */
} StageCallState;

/* What an agent knows of a call. */
typedef struct StageCall {
    uint64_t operation;
    OperationKind kind;
    StageCallState state;
    bool canceled;
    int64_t window;  /* bytes that it may still send */
    uint32_t prompt; /* the last that it asked */
} StageCall;

typedef struct StageAgent {
    FakeProcess *process;
    FrameReader reader;
    bool greeted;    /* it sent its HELLO */
    bool configured; /* CONFIG came */
    bool stopped;    /* STOP came: nothing may follow */
    bool pinged;     /* a PONG is owed */
    bool deaf;       /* reads nothing for now */
    bool villain;    /* it sent what it must not: the server may see things another way */
    uint64_t last;   /* operation */
    StageCall calls[STAGE_CALLS];
    size_t count;
} StageAgent;

typedef struct Stage {
    uv_loop_t loop;
    Config config;
    Server server;
    StageClient clients[STAGE_CLIENTS];
    StageAgent agents[FAKES_MAX_PROCESSES];
    size_t agent_count;
    int lowest_fd; /* that was free at the beginning */
} Stage;

/* There is one stage. It has the providers a (class X_A), b (X_B, derived of X_A), c (X_C, an
 * association of X_A with X_B) in root/test. */
Stage *stage_begin(void);
void stage_end(Stage *stage);

/* Turns the loop until nothing more happens, then looks at what came and at the books. */
void stage_turn(Stage *stage);

/* Rewrites the registration of @index in one of its variants, without telling the server. */
void stage_register(size_t index, unsigned variant);

/* A place that is free, or NULL. */
StageClient *stage_connect(Stage *stage, FramingKind kind);
void stage_hang_up(StageClient *client);
void stage_send_raw(StageClient *client, Span bytes);
/* A message, in the client's framing. */
void stage_send(StageClient *client, Span message);

/* Agents. */
void stage_write(StageAgent *agent, const Buffer *frames);
/* All that @agent owes is done, as a good one does it. */
void stage_finish_calls(StageAgent *agent);
void stage_finish_call(StageAgent *agent, StageCall *call);
/* What a success of @kind has for a body. */
Span stage_body(OperationKind kind);
/* Greets, if it did not yet. */
void stage_greet(StageAgent *agent);
