/*
 * Status: the answer to host/status: agents, operations, and whose agents have died.
 */
#pragma once

#include "base/buffer.h"
#include "server/client.h"

/* Appends the JSON object: everything for an administrator, for others what is theirs. (Looking at
 * a provider's health may end its rest.) */
void status_put(Buffer *out, const Client *client);
