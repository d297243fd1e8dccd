/*
 * Patience: how long this library waits for a host that says nothing.
 *
 * Deadlines are the host's: it cancels, gives the provider its grace, which may be longer than the
 * deadline was, and answers. What it can't keep is the deadline of those who ask it while it is
 * stopped, or hangs. So what is pending may be `due`; when it is, the host isn't to have answered,
 * but to be alive:
 *
 *   - A system call that waits on the socket comes back after PATIENCE_TICK, so that whoever reads,
 *     for itself and for others, looks at the clock. Nothing else does: no thread, no other wait.
 *     A signal ends such a call, too; then it is called again, and the clock says when to stop.
 *   - If nothing came in that time and something is due, the host is asked host/info, which one
 *     that lives answers at once. Whatever it says is a sign of life, and all waits on.
 *   - If nothing comes until PATIENCE_TICKS are over, the connection is lost, and with it all that
 *     is pending there: connection.c.
 *
 * Due is what has a timeout, when that is over, and what was canceled, at once. What has no timeout
 * waits as long as it takes.
 */
#pragma once

#include <mi.h>
#include <stdbool.h>
#include <stdint.h>

#define PATIENCE_TICK  UINT64_C(2000) /* ms */
#define PATIENCE_TICKS 5
/* What due operations end after at the latest, in ms: as long as the host itself gives an agent
 * that doesn't answer (agentResponse). */
#define PATIENCE (PATIENCE_TICK * PATIENCE_TICKS)

/* A time: ms of the monotonic clock; or one of these. */
typedef int64_t Due;
#define DUE_NEVER 0
#define DUE_NOW   1 /* since ever */

/* The time in @timeout ms; 0: never. */
Due due_in(MI_Uint64 timeout);

bool due_is_over(Due due);

/* The one that comes first. */
Due due_first(Due a, Due b);

/* Lets what waits on the socket @fd come back after @ms, with EAGAIN: to read, or to write or
 * connect. 0: never. */
void patience_set_reading(int fd, MI_Uint64 ms);
void patience_set_writing(int fd, MI_Uint64 ms);
