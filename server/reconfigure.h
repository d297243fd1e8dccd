/*
 * Reconfigure: the configuration is read again while the server runs.
 *
 * A configuration is taken as a whole or not at all: one with a mistake leaves the old one in
 * force. What can't change while the server runs (config_keep_fixed) is logged, and waits for the
 * next start. All else holds at once, for those who are connected, too; what runs goes on under
 * what it was begun with.
 */
#pragma once

#include "server/server.h"

/* Reads what server->options name. A mistake is logged, and kept in server->config_error. */
void reconfigure(Server *server);

/* What the policy and the registrations say may have changed: every client is looked at again. */
void review_clients(Server *server);
