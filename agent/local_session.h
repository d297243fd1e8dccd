/*
 * Sessions to this host, for providers that are clients themselves.
 *
 * They are libmi's, which is opened when the first one is wanted: to the server a client with the
 * agent's identity, at the socket that it named in MIHOST_SOCKET when it started the agent. A
 * provider whose functions are called one at a time, and that asks for a class of its own, waits
 * for itself.
 */
#pragma once

#include <mi.h>

/* Fills *@session, to be ended with MI_Session_Close. MI_RESULT_INVALID_PARAMETER without session,
 * or for a context that has finished; MI_RESULT_NOT_SUPPORTED without libmi, which the log says.
 * Any thread. */
MI_Result context_get_local_session(const MI_Context *context, MI_Session *session);
