/*
 * What a test can tell a puppet: one line each, answered by `LINE -> ANSWER`.
 *
 * The answer is an MI_Result where it isn't said otherwise. NAME, N and TEXT are arguments.
 *
 * - register NAME: RegisterCancel with a callback of that name
 * - unregister: RegisterCancel with none
 * - canceled: 0 or 1
 * - post N: posts N instances; how many were taken, and the last result
 * - large N: posts one instance with a text of N bytes
 * - flood: posts until an instance isn't taken; the same answer
 * - posted: how many instances of this process were taken
 * - output TEXT: posts the out parameters of an Invoke
 * - result N, error N TEXT: the final post
 * - progress N TEXT, warning TEXT: WriteProgress, WriteMessage
 * - prompt TEXT, process TEXT, continue TEXT, complain N TEXT: PromptUser, ShouldProcess with TEXT
 *   for an action, ShouldContinue, WriteError; the result, and the answer (0 or 1)
 * - thread NAME: starts another thread that works on this operation, with strings of its own
 * - identity: users, groups
 * - pid
 * - fork: starts a child that does nothing and would live forever; its pid
 * - crash, exit N: ends the process; no answer
 * - hang: never comes back, not even when the test has ended; no answer
 * - and what tests/providers/machine.h lists
 * - return: goes back to the host; no answer
 */
#pragma once

#include "tests/providers/line.h"
#include "tests/providers/operation.h"

/* Declared by the puppet's module. */
extern const MI_MethodDecl puppet_run;

/* The gate's path. */
const char *puppet_gate(void);

/* Introduces the calling thread at the gate, and obeys until it is told to return: true. False: the
 * test has ended. */
bool puppet_obey(Operation *operation, const char *introduction, ...)
    __attribute__((format(printf, 2, 3)));
