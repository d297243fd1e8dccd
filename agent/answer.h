/*
 * Answer: what an operation's result consists of, by what was asked.
 *
 * An enumeration streams its instances; everything else has one instance, or none, that becomes the
 * JSON-RPC result itself. All of it is called with the operation's lock held.
 */
#pragma once

#include "agent/operation.h"

/* Its instances go into the outlet, one after the other. */
bool answer_is_streamed(const Operation *operation);

/* MI_RESULT_OK if @instance is what was asked for; otherwise MI_RESULT_INVALID_PARAMETER, and a
 * line in the log. */
MI_Result answer_check_instance(const Operation *operation, const MI_Instance *instance);

/* False for an instance that is passed over: a derived class's, in a shallow enumeration. */
bool answer_is_wanted(const Operation *operation, const MI_Instance *instance);

/* Keeps @instance for the result: one instance, or a method's out parameters. A second one is
 * refused. */
MI_Result answer_take_instance(Operation *operation, const MI_Instance *instance);

/* What a provider is told of @r, that writing its instance returned. */
MI_Result answer_result_of(const Operation *operation, int r);

/* Appends what GET_CLASS is answered with. 0; -EINVAL or -ENOMEM with @fault set. Without the lock.
 */
int answer_put_class(Buffer *body, const MI_ClassDecl *decl, const char *name_space, Fault *fault);

/* Sends RESULT. */
void answer_send(Operation *operation, const Outcome *outcome, const CancelFacts *facts);
