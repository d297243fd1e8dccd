/*
 * Call: what a request asks of one agent.
 *
 * RESULT ends what the client waits for; RELEASED ends the call: the context is dead and the
 * provider's function has returned. Until then the call takes one of the agent's places.
 */
#pragma once

#include "server/request.h"

#define CALL_MAX_SENDS 3 /* agents that may leave a call unread before it is given up */

typedef struct Agent Agent;

/* What is owed. */
typedef enum CallState {
    CALL_QUEUED,    /* OPERATION has not been sent: it can still go to any agent, or to none */
    CALL_SENT,      /* STARTED, RESULT and RELEASED */
    CALL_RUNNING,   /* RESULT and RELEASED */
    CALL_CANCELING, /* CANCEL was sent: RESULT and RELEASED */
    CALL_ABANDONED, /* RELEASED; a RESULT that still comes is counted and dropped */
    CALL_RELEASING, /* RESULT came: RELEASED */
    CALL_DONE,      /* nothing */
} CallState;

struct Call {
    uint64_t operation; /* the id in frames: of the request, or a fresh one after it was requeued */
    Request *request;
    Provider *provider; /* reference */
    OperationKind kind;
    Agent *agent; /* NULL until one was found */
    CallState state;
    uint64_t sent;     /* uv_now() time when OPERATION was sent last */
    uint64_t begun;    /* uv_hrtime() time; 0: its end was counted */
    unsigned sends;    /* how often OPERATION was sent */
    uint32_t credit;   /* bytes that the client has taken and the agent doesn't know of */
    uint32_t unsent;   /* bytes that wait for the client */
    Timer release;     /* after RESULT: RELEASED must come within the grace */
    List request_link; /* Request.calls */
    List agent_link;   /* Agent.queue while queued, then Agent.calls */
    UT_hash_handle hh; /* Server.calls, by operation */
    char class_name[]; /* what it is about: the request's class, or another one that it concerns */
};

/* A part of @request: what @provider is asked about @class_name. -ENOMEM. The first one has the
 * request's operation id. */
int call_new(Request *request, Provider *provider, const char *class_name, Call **ret);

/* The call with this id, or NULL. */
Call *call_find(Server *server, uint64_t operation);

/* Gives it a fresh id, with which nobody knows it yet. -ENOMEM: it has none; it can only be ended.
 */
int call_renumber(Call *call);

/* Unlinks it from its request. It is on no agent any more. Careful: may free the request. */
void call_free(Call *call);

/* Counts that it ended so, for host/metrics; only the first time. */
void call_count(Call *call, TallyEnd end);

/* The setter of `state`: legal transitions only, each traced. */
void call_set_state(Call *call, CallState state);
const char *call_state_name(CallState state);
