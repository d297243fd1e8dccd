/*
 * Router: what a client asks becomes calls to agents, and what agents say becomes messages to
 * clients.
 *
 * It alone knows both. The rules of cancellation (cancel, deadline, disconnect, stop, grace) are
 * here too, as they concern both sides: mihost-protocol(7) and docs/ have the contract, by its
 * numbers.
 */
#pragma once

#include "server/agent.h"
#include "server/client.h"
#include "server/request.h"

/* From clients. */
void router_client_message(Client *client, Span text);
/* The client has hung up, or is being closed: all its requests are canceled with NONE, and owed no
 * response. */
void router_client_gone(Client *client);
/* @bytes of @operation have been sent. */
void router_client_sent(Client *client, uint64_t operation, uint32_t bytes);

/* From agents. A frame that was allowed: 0, or -EPROTO with *@why set for one that the state of its
 * call doesn't allow, or whose payload is none. */
int router_agent_frame(Agent *agent, const Frame *frame, const char **why);
/* The agent's process has ended, or could not be started: @how is a sentence. Calls that it never
 * read go to a fresh agent if
 * @unread_go_on (it was killed for not answering), all others are answered. */
void router_agent_gone(Agent *agent, const char *how, bool unread_go_on);
/* The agent takes no new work: what waits for it goes to another. */
void router_agent_draining(Agent *agent);
/* A drain is over: what is left on the agent is canceled with SERVICESTOP. */
void router_agent_drained(Agent *agent);

/* Cancels @request, if it isn't yet. True if this was its first cancel. */
bool router_cancel(Request *request, MI_CancellationReason reason);
