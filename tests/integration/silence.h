/*
 * Silence: hosts that say nothing, and clients of libmi.so that wait for them, in the tests' time
 * (ticks.h).
 */
#pragma once

#include "tests/integration/ticks.h"
#include "tests/support/fake_host.h"
#include "tests/support/mi_client.h"

/* A socket where nobody accepts: @backlog as listen() has it. */
typedef struct Deaf {
    char path[128];
    int listener;
} Deaf;

void deaf_start(Deaf *deaf, const Fixture *f, int backlog);
void deaf_stop(Deaf *deaf);

/* Options of an operation that takes that long at most; a moment. */
MI_OperationOptions within(MiClient *client, MI_Interval interval);
MI_OperationOptions moment(MiClient *client);

/* A client whose operations take a moment at most, by its session. */
MiClient open_hasty(const char *path);

void enumerate(MiClient *client, MI_OperationOptions *options, MI_Operation *operation);

/* An operation that a thread of its own fetches. */
typedef struct Fetch {
    pthread_t thread;
    MiClient client; /* only where the thread starts the operation, too */
    MI_Operation operation;
    MiOutcome outcome;
} Fetch;

/* What the thread does: of a Fetch. */
void *run_fetch(void *data);
void fetch_start(Fetch *fetch);
void fetch_end(Fetch *fetch);

/* It has ended since the host at @path said nothing. */
void expect_silence(const MiOutcome *outcome, const char *path);
