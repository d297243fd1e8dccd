#include "server/quota.h"

#include "base/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define MINUTE 60000000ULL /* us */

static const struct {
    const char *name; /* what there are so many of */
    const char *user_key, *total_key;
    size_t user, total; /* the limits, in Config */
} kinds[QUOTA_KINDS] = {
    [QUOTA_CLIENTS] = {"connections", "maxUserClients", "maxClients",
                       offsetof(Config, max_user_clients), offsetof(Config, max_clients)},
    [QUOTA_REQUESTS] = {"operations in flight", "maxUserRequests", "maxTotalRequests",
                        offsetof(Config, max_user_requests), offsetof(Config, max_total_requests)},
    [QUOTA_AGENTS] = {"agents", "maxUserAgents", "maxAgents", offsetof(Config, max_user_agents),
                      offsetof(Config, max_agents)},
    [QUOTA_BUFFERED] = {"bytes buffered", "maxUserBuffered", "maxTotalBuffered",
                        offsetof(Config, max_user_buffered), offsetof(Config, max_total_buffered)},
};

static unsigned long limit_at(const Quota *quota, size_t offset)
{
    return *(const unsigned long *)(const void *)((const char *)quota->config + offset);
}

/* Users. */

void quota_init(Quota *quota, const Config *config)
{
    *quota = (Quota){.config = config};
}

static void user_free(User *user)
{
    for (size_t i = 0; i < QUOTA_KINDS; i++)
        assert(user->used[i] == 0);
    HASH_DELETE(hh, user->quota->users, user);
    free(user);
}

void quota_deinit(Quota *quota)
{
    User *user, *next;

    HASH_ITER(hh, quota->users, user, next)
    {
        if (user->references > 0)
            log_error("uid %u: %u references were not given back", (unsigned)user->uid,
                      user->references);
        assert(user->references == 0);
        user_free(user);
    }
    for (size_t i = 0; i < QUOTA_KINDS; i++)
        assert(quota->used[i] == 0);
}

/* Frees those that are there for their rate only, and whose rate is forgotten. */
static void sweep(Quota *quota, uint64_t now)
{
    User *user, *next;

    HASH_ITER(hh, quota->users, user, next)
    {
        if (user->references == 0 && user->starts <= now * 1000)
            user_free(user);
    }
}

User *user_get(Quota *quota, uid_t uid, uint64_t now)
{
    User *user;

    HASH_FIND(hh, quota->users, &uid, sizeof(uid), user);
    if (user != NULL)
        return user_ref(user);
    sweep(quota, now);
    user = calloc(1, sizeof(*user));
    if (user == NULL)
        return NULL;
    *user = (User){.quota = quota, .uid = uid, .references = 1};
    HASH_ADD(hh, quota->users, uid, sizeof(user->uid), user);
    if (hash_has_failed(user)) {
        free(user);
        return NULL;
    }
    return user;
}

User *user_ref(User *user)
{
    user->references++;
    return user;
}

User *user_unref(User *user)
{
    if (user == NULL)
        return NULL;
    assert(user->references > 0);
    /* One that has started agents is kept: it would come back with a fresh rate. */
    if (--user->references == 0 && user->starts == 0)
        user_free(user);
    return NULL;
}

/* Charges. */

QuotaVerdict user_check(const User *user, QuotaKind kind, size_t amount)
{
    const Quota *quota = user->quota;
    size_t own = user->used[kind], others = quota->used[kind] - own;
    size_t limit = limit_at(quota, kinds[kind].user), total = limit_at(quota, kinds[kind].total);
    size_t left = total > others ? total - others : 0;

    /* First the one whose change helps: a user's own limit is no larger than that for all. */
    if (amount > left || own > left - amount)
        return QUOTA_OVER_TOTAL;
    if (amount > limit || own > limit - amount)
        return QUOTA_OVER_USER;
    /* Rounded up: of a single one that is left, the half is one. */
    if (!user->is_trusted && amount > 0 && own + amount > left / 2 + left % 2)
        return QUOTA_OVER_SHARE;
    return QUOTA_FREE;
}

void charge_force(Charge *charge, User *user, QuotaKind kind, size_t amount)
{
    assert(charge->user == NULL);
    *charge = (Charge){.user = user_ref(user), .kind = kind};
    charge_set(charge, amount);
}

QuotaVerdict charge_take(Charge *charge, User *user, QuotaKind kind, size_t amount)
{
    QuotaVerdict verdict = user_check(user, kind, amount);

    if (verdict == QUOTA_FREE)
        charge_force(charge, user, kind, amount);
    else
        user->refused++;
    return verdict;
}

void charge_set(Charge *charge, size_t amount)
{
    User *user = charge->user;

    if (user == NULL || charge->amount == amount)
        return;
    user->used[charge->kind] += amount - charge->amount; /* modulo: it may be less */
    user->quota->used[charge->kind] += amount - charge->amount;
    charge->amount = amount;
}

void charge_release(Charge *charge)
{
    charge_set(charge, 0);
    user_unref(charge->user);
    *charge = (Charge){0};
}

/* Rates: each start is forgotten after its part of a minute, and a minute's starts may come at
 * once. */

static uint64_t cost_of(unsigned long per_minute)
{
    return per_minute == 0 ? 0 : MINUTE / per_minute;
}

/* How long it is until one more fits, in us. */
static uint64_t wait_of(uint64_t starts, uint64_t cost, uint64_t now)
{
    uint64_t end = (starts > now ? starts : now) + cost;

    return end > now + MINUTE ? end - now - MINUTE : 0;
}

bool user_may_start(User *user, uint64_t now_ms, QuotaVerdict *verdict, uint64_t *wait)
{
    Quota *quota = user->quota;
    uint64_t now = now_ms * 1000, cost = cost_of(quota->config->max_user_starts),
             cost_of_all = cost_of(quota->config->max_starts), own, all;

    if (user->is_trusted)
        return true;
    own = wait_of(user->starts, cost, now);
    all = wait_of(quota->starts, cost_of_all, now);
    if (own > 0 || all > 0) {
        *verdict = own > 0 ? QUOTA_OVER_USER : QUOTA_OVER_TOTAL;
        *wait = (own > 0 ? own : all) / 1000 + 1;
        user->refused++;
        return false;
    }
    user->starts = (user->starts > now ? user->starts : now) + cost;
    quota->starts = (quota->starts > now ? quota->starts : now) + cost_of_all;
    return true;
}

/* Words. */

void user_explain(const User *user, QuotaKind kind, QuotaVerdict verdict, char *text, size_t size)
{
    const Quota *quota = user->quota;
    const char *name = kinds[kind].name, *key = kinds[kind].total_key;
    unsigned long total = limit_at(quota, kinds[kind].total);
    unsigned uid = (unsigned)user->uid;

    if (verdict == QUOTA_OVER_USER)
        snprintf(text, size, "uid %u has %zu %s: '%s' (%lu) limits them", uid, user->used[kind],
                 name, kinds[kind].user_key, limit_at(quota, kinds[kind].user));
    else if (verdict == QUOTA_OVER_SHARE)
        snprintf(
            text, size,
            "uid %u has %zu %s, and others %zu: '%s' (%lu) limits them, of which a user has at "
            "most half of what others leave",
            uid, user->used[kind], name, quota->used[kind] - user->used[kind], key, total);
    else
        snprintf(text, size, "all users together have %zu %s (uid %u: %zu): '%s' (%lu) limits them",
                 quota->used[kind], name, uid, user->used[kind], key, total);
}

void user_explain_start(const User *user, QuotaVerdict verdict, uint64_t wait, char *text,
                        size_t size)
{
    const Config *config = user->quota->config;
    bool own = verdict == QUOTA_OVER_USER;

    snprintf(text, size,
             "no agent is started for uid %u for another %llu.%llu s: '%s' (%lu a minute) limits "
             "the starts for %s",
             (unsigned)user->uid, (unsigned long long)wait / 1000,
             (unsigned long long)wait % 1000 / 100, own ? "maxUserStarts" : "maxStarts",
             own ? config->max_user_starts : config->max_starts, own ? "a user" : "all users");
}
