/*
 * Agent: a process of mihost-agent: one provider library, one identity.
 *
 * The agent is dead when its exit was seen, not before and not later: end of its input means that
 * it is to be killed, and what it wrote before its exit is read after it. (A child that a provider
 * forked could hold the socket open: never wait for both.) All its calls are in `calls` from the
 * sending of OPERATION to RELEASED; the frame of any other operation is a violation, which ends the
 * agent and nothing else.
 */
#pragma once

#include "protocol/payload.h"
#include "server/call.h"
#include "server/output.h"

#define AGENT_MAX_CHATTER (1U << 20) /* bytes of CREDIT and ANSWER that it may leave unread */

/* Whether it may be stopped for being idle. Its KEEP and UNLOAD change it. */
typedef enum AgentKeep {
    AGENT_DISPENSABLE,
    AGENT_KEPT, /* the provider refused to be unloaded: its UNLOAD is owed first */
} AgentKeep;

typedef enum AgentState {
    AGENT_STARTING, /* its HELLO is owed; work is sent already */
    AGENT_RUNNING,  /* takes work */
    AGENT_DRAINING, /* takes no new work: the releases of its calls are owed, then STOP */
    AGENT_DRAINED,  /* the drain is over, what was left is canceled: releases are owed within the
                       grace, or a kill */
    AGENT_STOPPING, /* STOP was sent: its exit is owed */
    AGENT_EXITED,   /* its exit was seen: what it wrote before is being read */
    AGENT_KILLED,   /* SIGKILL was sent: its exit is owed */
    AGENT_GONE,     /* its exit was seen: libuv's close callbacks are owed */
} AgentState;

/* Whether its first success is waited for. Changed by agent_new and agent_succeeded. */
typedef enum AgentTrial {
    AGENT_TRUSTED,  /* it isn't */
    AGENT_ON_TRIAL, /* one before it has died: an operation that ends in order says that it works */
} AgentTrial;

struct Agent {
    Server *server;
    Provider *provider; /* reference */
    Identity identity;
    AgentState state;
    AgentKeep keep;
    uv_process_t process;
    pid_t pid;
    Cgroup cgroup; /* of its own, if there is one */
    Stream stream;
    Output output; /* what it and its provider write to standard output and error */
    FrameReader reader;
    size_t chatter;        /* bytes of CREDIT and ANSWER since all that was written was sent */
    unsigned open_handles; /* of process, stream and output: freed with the last */
    List calls;            /* of Call.agent_link: sent, and not released */
    size_t call_count;
    List queue; /* of Call.agent_link: no place is free for them */
    AgentTrial trial;
    bool dismissed;          /* STOP was sent: its end is wanted */
    bool stopped;            /* host/stopProvider waits for its end */
    bool unread_go_on;       /* it was killed because it did not answer */
    const char *why;         /* it was killed for this; or NULL */
    Timer idle;              /* without calls: STOP */
    Timer watch;             /* with calls: PING, and does PONG come */
    uint64_t last_operation; /* the highest id that was sent */
    uint64_t pinged;         /* uv_now() time of a PING without PONG; 0: none */
    Timer end; /* draining: the drain is over; drained: the grace is; stopping: the exit is late */
    uint64_t started;   /* uv_now() time */
    Charge place;       /* QUOTA_AGENTS: of the user that it was started for, until it stops */
    Charge begun;       /* QUOTA_BUFFERED: of the same user; of a frame that is not complete */
    List link;          /* Server.agents */
    List provider_link; /* Provider.agents */
};

/* Starts a process for @provider as @identity. -ENOMEM and other negative errno: it was not
 * started; @why says so. */
int agent_new(Server *server, Provider *provider, const Identity *identity, Agent **ret, char *why,
              size_t why_size);

/* Charges @user, for whom it was started, with its place, which is taken over, and with what is
 * kept of its frames. */
void agent_charge(Agent *agent, User *user, Charge *place);

/* True if it takes new work. */
static inline bool agent_is_open(const Agent *agent)
{
    return agent->state == AGENT_STARTING || agent->state == AGENT_RUNNING;
}

/* True if nothing but its own use would be lost with it. */
static inline bool agent_is_idle(const Agent *agent)
{
    return agent_is_open(agent) && agent->call_count == 0 && agent->keep == AGENT_DISPENSABLE;
}

/* Sends the operation of @call, which is on no agent, and takes it into `calls`. */
void agent_send_operation(Agent *agent, Call *call, Span params);
void agent_send_cancel(Agent *agent, Call *call, MI_CancellationReason reason);
void agent_send_answer(Agent *agent, Call *call, const AnswerFrame *frame);
void agent_send_credit(Agent *agent, Call *call, uint32_t bytes);

/* An operation has ended in order. */
void agent_succeeded(Agent *agent);

/* The call was released, or will never be: its place is free. */
void agent_remove_call(Agent *agent, Call *call);

/* Takes no new work any more; ends when the old is done, or when the drain is over. */
void agent_drain(Agent *agent, const char *why);
/* No new work, and the drain is over in @milliseconds at most: what the stop of the server wants.
 */
void agent_stop(Agent *agent, uint64_t milliseconds);
/* It was killed, and doesn't end (a process that waits in the kernel, for a disk that is gone,
 * can't be ended): goes on as if it had. Its process is left to whoever inherits it. */
void agent_forsake(Agent *agent);
/* Ends its process group at once. @why is for the log and the answers. */
void agent_kill(Agent *agent, const char *why);

const char *agent_state_name(AgentState state);

/* "agent 4711 (processes, uid 1000)": the prefix of its log lines. Valid until the next call. */
const char *agent_name(const Agent *agent);
