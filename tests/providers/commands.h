/*
 * What a test can tell a puppet: one line each, answered by `LINE -> ANSWER`, where an answer is
 * mostly an MI_Result.
 *
 *   register NAME      RegisterCancel with a callback of that name     unregister    ... with none
 *   canceled           0 or 1                                          posted        instances of
 * this process so far post N             N instances: how many were taken, last result   flood
 * until one isn't taken output TEXT        an Invoke's out parameters result N, error N TEXT the
 * final post progress N TEXT, warning TEXT thread NAME        another thread that works on this
 * operation, with strings of its own identity, pid fork               a child that does nothing,
 * and would live forever crash, exit N      the process ends: no answer hang               never
 * comes back, not even when the test has ended: no answer return             back to the host: no
 * answer
 */
#pragma once

#include "tests/providers/line.h"
#include "tests/providers/operation.h"

/* Declared by the puppet's module. */
extern const MI_MethodDecl puppet_run;

/* The gate's path. */
const char *puppet_gate(void);

/* Introduces the calling thread at the gate, and obeys until it is told to return, or the test has
 * ended. */
void puppet_obey(Operation *operation, const char *introduction, ...)
    __attribute__((format(printf, 2, 3)));
