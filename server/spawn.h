/*
 * Spawn: how the process of an agent is made.
 *
 * What it gets is listed here, and it gets nothing else: a program and arguments that people see in
 * a list of processes, an environment made from nothing, / as its folder, no input, a pipe that the
 * server reads for its outputs (server/output.h), and its socket as descriptor 3. libuv gives it
 * default signals, none of them blocked, and a session of its own, which can be killed as a whole.
 * Who it is to be comes with the CONFIG frame: agent/identity.c.
 */
#pragma once

#include "server/config.h"
#include "server/identity.h"

#include <uv.h>

typedef struct Spawn {
    const Config *config;
    const char *address; /* of the server's socket, for providers that are clients; "": unknown */
    const char *provider;
    const Identity *identity; /* for the list of processes */
    int socket;
    int output; /* for standard output and standard error */
    uv_exit_cb on_exit;
} Spawn;

/* Starts it as @process. Negative errno: it was not started, but @process has to be closed all the
 * same. */
int spawn_agent(uv_loop_t *loop, uv_process_t *process, const Spawn *spawn);
