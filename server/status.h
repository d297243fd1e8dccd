/*
 * Status: the answer to host/status: agents, operations, and whose agents have died.
 */
#pragma once

#include "base/buffer.h"
#include "server/server.h"

/* Appends the JSON object. (Looking at a provider's health may end its rest.) */
void status_put(Buffer *out, Server *server);
