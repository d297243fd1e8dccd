/*
 * What agent.c and agent_process.c share, and nobody else uses.
 */
#pragma once

#include "server/agent.h"

extern const StreamEvents agent_stream_events;

/* The setter of `state`: legal transitions only, each traced. */
void agent_set_state(Agent *agent, AgentState state);

/* Without work a draining agent is told to end; an open one when it was idle for long enough. */
void agent_check_idle(Agent *agent);

void agent_on_idle(Timer *timer);
void agent_on_watch(Timer *timer);
void agent_on_end(Timer *timer);
void agent_stream_closed(Stream *stream);

/* Why an agent is killed whose connection ended: it may be that it has ended itself. */
extern const char agent_hung_up[];

static inline bool agent_is_alive(const Agent *agent)
{
    return agent->state != AGENT_KILLED && agent->state != AGENT_GONE;
}

/* True if what it has written counts. An agent that was killed for its silence alone may have read
 * an operation in its last moment: one that it STARTED is not to be run again. */
static inline bool agent_is_heard(const Agent *agent)
{
    return agent_is_alive(agent) || (agent->state == AGENT_KILLED && agent->unread_go_on);
}
