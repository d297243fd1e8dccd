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
#include "server/plan.h"
#include "server/request.h"

/* intake.c: what clients ask. */

/* One message of @client. Careful: @client may be closed in it. */
void router_client_message(Client *client, Span text);

/* relay.c: what agents say of their calls, and the credit that flows back. */

/* A frame that was allowed: 0, or -EPROTO with *@why set for one that the state of its call doesn't
 * allow, or whose payload is none. */
int router_agent_frame(Agent *agent, const Frame *frame, const char **why);
/* @bytes of @operation have been sent to its client. */
void router_client_sent(Client *client, uint64_t operation, uint32_t bytes);
/* As router_client_sent: a part of a result, which the client may have to acknowledge first. */
void router_part_sent(Client *client, uint64_t operation, uint32_t bytes);

/* router.c: which call is where, and how it ends. */

/* Gives @request, which is new, its calls as @plan has them, each to an agent that runs as the plan
 * says or as
 * @requestor. @timeout: what it asks for as deadline, in ms; 0: nothing. Careful: it may be
 * answered, and gone, afterwards. */
void router_start(Request *request, const Plan *plan, uint64_t timeout, const Identity *requestor);
/* Cancels @request, if it isn't yet. True if this was its first cancel. Careful: it may be gone
 * afterwards. */
bool router_cancel(Request *request, MI_CancellationReason reason);
/* Answers @request for a provider that will not answer any more; what it still sends is dropped. */
void router_abandon(Request *request, const Outcome *outcome);
/* Answers @request before its providers have: they are told to stop (NONE), and owe their release
 * within the grace. Careful: it may be gone afterwards. */
void router_give_up(Request *request, const Outcome *outcome);
/* Ends @call, wherever it stands. Careful: its request may be gone afterwards. */
void router_end_call(Call *call);
/* Fills the free places of @agent with what waits for it. */
void router_send_queued(Agent *agent);

/* The client has hung up, or is being closed: its requests are canceled with NONE, and owed no
 * response. */
void router_client_gone(Client *client);
/* The agent's process has ended: @how is a sentence. Calls that it never read go to a fresh agent
 * if @unread_go_on (it was killed for not answering), CALL_MAX_SENDS times at most; all others are
 * answered. */
void router_agent_gone(Agent *agent, const char *how, bool unread_go_on);
/* The agent takes no new work: what waits for it goes to another. */
void router_agent_draining(Agent *agent);
/* A drain is over: what is left on the agent is canceled with SERVICESTOP. */
void router_agent_drained(Agent *agent);
