#include "server/health.h"

#include <assert.h>
#include <stdlib.h>

static const char *const state_names[] = {
    [HEALTH_WELL] = "well",         [HEALTH_TRIED] = "tried",   [HEALTH_RESTING] = "resting",
    [HEALTH_DEGRADED] = "degraded", [HEALTH_PROBED] = "probed",
};

#define TO(state) (1U << (state))
#define AFTER_DEATH                                                                                \
    (TO(HEALTH_TRIED) | TO(HEALTH_RESTING) | TO(HEALTH_DEGRADED) | TO(HEALTH_PROBED))

/* Which states may follow. A death may come in any of them: an agent that drains lives on beside
 * the one that took over. */
static const unsigned transitions[] = {
    [HEALTH_WELL] = AFTER_DEATH,
    [HEALTH_TRIED] = AFTER_DEATH | TO(HEALTH_WELL),
    [HEALTH_RESTING] = AFTER_DEATH | TO(HEALTH_WELL),
    [HEALTH_DEGRADED] = TO(HEALTH_DEGRADED) | TO(HEALTH_PROBED) | TO(HEALTH_WELL),
    [HEALTH_PROBED] = TO(HEALTH_DEGRADED) | TO(HEALTH_PROBED) | TO(HEALTH_WELL),
};

const char *health_state_name(HealthState state)
{
    return state_names[state];
}

static void set_state(Health *health, HealthState state)
{
    assert((transitions[health->state] & TO(state)) != 0);
    health->state = state;
}

static void free_text(Health *health)
{
    free((char *)(uintptr_t)health->last.how);
}

static Health *health_free(Health *health)
{
    list_unlink(&health->link);
    identity_deinit(&health->identity);
    free_text(health);
    free(health);
    return NULL;
}

void health_free_all(List *healths)
{
    List *link;

    while ((link = list_first(healths)) != NULL)
        health_free(list_entry(link, Health, link));
}

Health *health_find(const List *healths, const Identity *identity)
{
    list_for_each (link, healths) {
        Health *health = list_entry(link, Health, link);
        if (identity_equals(&health->identity, identity))
            return health;
    }
    return NULL;
}

/* Whoever can be many users could fill the list: the death that is longest ago goes. */
static void make_room(List *healths)
{
    Health *oldest = NULL;
    size_t count = 0;

    list_for_each (link, healths) {
        Health *health = list_entry(link, Health, link);
        count++;
        if (oldest == NULL || health->last.at < oldest->last.at)
            oldest = health;
    }
    if (count >= HEALTH_MAX_ENTRIES)
        health_free(oldest);
}

Health *health_get(List *healths, const Identity *identity)
{
    Health *health = health_find(healths, identity);

    if (health != NULL)
        return health;
    health = calloc(1, sizeof(*health));
    if (health == NULL || identity_copy(identity, &health->identity) < 0) {
        free(health);
        return NULL;
    }
    make_room(healths);
    list_append(healths, &health->link);
    return health;
}

/* No rest after the first death, then `backoff`, and twice as long after each further one. */
static uint64_t rest_after(unsigned row, const Config *config)
{
    uint64_t rest = config->backoff;

    if (row < 2)
        return 0;
    for (unsigned i = 2; i < row && rest < config->max_backoff; i++)
        rest *= 2;
    return rest < config->max_backoff ? rest : config->max_backoff;
}

/* Ends the row of deaths if the last one is long ago. */
static void forget_old_deaths(Health *health, const Config *config, uint64_t now)
{
    if (health->row == 0 || now < health->retry || now - health->retry < config->crash_window)
        return;
    health->row = 0;
    if (health->state != HEALTH_WELL)
        set_state(health, HEALTH_WELL);
}

void health_died(Health *health, const Config *config, const Death *death)
{
    uint64_t rest;

    forget_old_deaths(health, config, death->at);
    health->row++;
    health->deaths++;
    free_text(health);
    health->last = *death;
    health->last.how = strdup(death->how);
    rest = rest_after(health->row, config);
    health->retry = death->at + rest;
    if (health->row >= config->crash_limit || health->state >= HEALTH_DEGRADED)
        set_state(health, rest > 0 ? HEALTH_DEGRADED : HEALTH_PROBED);
    else
        set_state(health, rest > 0 ? HEALTH_RESTING : HEALTH_TRIED);
}

bool health_may_start(Health *health, const Config *config, uint64_t now)
{
    forget_old_deaths(health, config, now);
    if (health_rest(health, now) > 0)
        return false;
    if (health->state == HEALTH_RESTING)
        set_state(health, HEALTH_TRIED);
    else if (health->state == HEALTH_DEGRADED)
        set_state(health, HEALTH_PROBED);
    return true;
}

void health_started(Health *health)
{
    health->restarts++;
}

void health_succeeded(Health *health)
{
    /* One that drains, and still works, says nothing of those that died after it. */
    if (health->state == HEALTH_TRIED || health->state == HEALTH_PROBED)
        set_state(health, HEALTH_WELL);
}

void health_forgive(Health *health, uint64_t now)
{
    health->row = 0;
    if (health->retry > now)
        health->retry = now;
    if (health->state == HEALTH_RESTING)
        set_state(health, HEALTH_TRIED);
    else if (health->state == HEALTH_DEGRADED)
        set_state(health, HEALTH_PROBED);
}

uint64_t health_rest(const Health *health, uint64_t now)
{
    bool rests = health->state == HEALTH_RESTING || health->state == HEALTH_DEGRADED;

    return rests && health->retry > now ? health->retry - now : 0;
}
