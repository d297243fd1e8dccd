/*
 * Health: how often the agents of one provider and identity have died, and when the next may start.
 *
 * The first agent after a death starts at once. If that one dies too, none starts for `backoff`,
 * then twice as long, and so on up to `maxBackoff`; after `crashLimit` deaths in a row the provider
 * is degraded, which people see. A row ends when `crashWindow` has passed in which an agent could
 * run and none died. An operation that ends in order means that it works again, and takes it out
 * of degraded; but the row goes on, so that a provider that works a little between its deaths
 * doesn't die all the time.
 *
 * No I/O, no clock of its own: the time is an argument, in ms of a clock that never jumps
 * (uv_now). Entries are made by a death; what has never died has none.
 */
#pragma once

#include "base/list.h"
#include "server/config.h"
#include "server/identity.h"

#define HEALTH_MAX_ENTRIES                                                                         \
    256 /* of one provider: then the one that is longest ago is forgotten                          \
         */

/* What is owed. health_died, health_may_start, health_succeeded and health_forgive alone change it.
 */
typedef enum HealthState {
    HEALTH_WELL,     /* nothing: an agent starts when one is wanted */
    HEALTH_TRIED,    /* a success: it has died, and the next agent may start */
    HEALTH_RESTING,  /* time: no agent starts before `retry` */
    HEALTH_DEGRADED, /* time, and somebody's attention: it has died `crashLimit` times in a row */
    HEALTH_PROBED,   /* a success: it is degraded, and the next agent may start */
} HealthState;

typedef struct Death {
    uint64_t at;
    pid_t pid;         /* 0: it could not even be started */
    size_t operations; /* that it took along */
    int64_t status;    /* of its exit, if no signal ended it */
    int signal;
    const char *how; /* a sentence */
} Death;

typedef struct Health {
    Identity identity;
    HealthState state;
    unsigned row;      /* deaths in a row */
    uint64_t retry;    /* when the next agent may start, or might have started */
    uint64_t deaths;   /* since the registration was read */
    uint64_t restarts; /* agents that were started after a death */
    Death last;        /* its `how` is owned, and NULL if there was no memory for it */
    List link;         /* of a provider's */
} Health;

/* The entry of @healths for @identity, or NULL. */
Health *health_find(const List *healths, const Identity *identity);

/* The entry of @healths for @identity, made if there is none. NULL: out of memory. */
Health *health_get(List *healths, const Identity *identity);

/* Ends all of @healths. */
void health_free_all(List *healths);

void health_died(Health *health, const Config *config, const Death *death);

/* True if an agent may start now. Who asks and is told so, starts one, and says health_started. */
bool health_may_start(Health *health, const Config *config, uint64_t now);
void health_started(Health *health);

/* An agent that was started after a death has ended an operation in order. */
void health_succeeded(Health *health);

/* People have looked after it: the next agent may start at once. */
void health_forgive(Health *health, uint64_t now);

/* ms until an agent may start; 0: now. */
uint64_t health_rest(const Health *health, uint64_t now);

const char *health_state_name(HealthState state);
