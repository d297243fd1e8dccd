/*
 * Villain: an agent that a test of the server has at its other end.
 *
 * The test's own program is started again as the agent: `mihost-agent PROVIDER uid=N`, with the
 * socket on descriptor 3. The provider's name says how it behaves: as it should, or as no agent
 * should. What it isn't told to do otherwise, it does right.
 */
#pragma once

#include <stddef.h>

#define VILLAIN_SOCKET  3
#define VILLAIN_BATCHES 8000 /* of `streams`, one instance each */

/* The name of the @index-th behaviour, which never changes; NULL: there are no more. */
const char *villain_name(size_t index);

/* What main() does when it is started as an agent: behaves as @name says until the server is gone,
 * then ends the process. */
void villain_run(const char *name) __attribute__((noreturn));
