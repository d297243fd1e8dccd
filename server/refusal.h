/*
 * Refusal: why a client may not be here, until it was told.
 *
 * Nobody is turned away without a word. Since a client may speak in either framing, the word waits
 * for its first message, and answers it; or for the end of its input; or for REFUSAL_PATIENCE, and
 * goes out as a line. Then the connection is closed.
 */
#pragma once

#include "server/client.h"

#define REFUSAL_PATIENCE    1000 /* ms */
#define REFUSAL_MAX_WAITING 8    /* of one user; more are told at once, in a line */

/* Makes @client, which nothing was read from yet, one that is refused. -ENOMEM. Careful: it may be
 * leaving afterwards. */
int refusal_new(Client *client, MI_Result result, const char *why);
/* Takes NULL; returns NULL. */
Refusal *refusal_free(Refusal *refusal);

/* @client has sent its first message, @text, or that is absent and none will come. It is leaving
 * from here on. Careful: it may be closing. */
void refusal_tell(Client *client, Span text);
