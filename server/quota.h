/*
 * Quota: what each user has in flight, and what it may have.
 *
 * What costs something is charged to the user that caused it, wherever it sits: connections,
 * operations (each part of a request, until its release), agents, and bytes (params, input that is
 * no whole message yet, results that are collected or unread). A Charge is the handle: it holds its
 * User, and gives back what it took when it is released; a user is gone when nothing of it is left.
 *
 * Three limits hold, all of them keys of mihostd.conf(5). One is for a user, one for all together.
 * And so that others always get in, a user may have no more than half of what the others leave:
 * the first takes at most a half, a second one a quarter, and so on. Administrators are trusted
 * not to crowd anybody out: the first two limits alone hold for them.
 *
 * Users are uids. No I/O, no clock of its own: the time is an argument, in ms of uv_now(). One
 * thread.
 */
#pragma once

#include "base/hash.h"
#include "base/macros.h"
#include "server/config.h"

#include <sys/types.h>

typedef enum QuotaKind {
    QUOTA_CLIENTS,
    QUOTA_REQUESTS, /* parts of requests, which are not released */
    QUOTA_AGENTS,
    QUOTA_BUFFERED, /* bytes */
    QUOTA_KINDS,
} QuotaKind;

/* Which limit stands against a charge. */
typedef enum QuotaVerdict {
    QUOTA_FREE,       /* none: it was charged */
    QUOTA_OVER_USER,  /* that for a user */
    QUOTA_OVER_SHARE, /* the share that others leave */
    QUOTA_OVER_TOTAL, /* that for all */
} QuotaVerdict;

typedef struct User User;

typedef struct Quota {
    const Config *config; /* in force */
    User *users;          /* by uid */
    size_t used[QUOTA_KINDS];
    uint64_t starts; /* as User.starts, of all users */
} Quota;

struct User {
    Quota *quota;
    uid_t uid;
    unsigned references;
    bool is_trusted; /* an administrator: the share and the rates don't hold for it */
    size_t used[QUOTA_KINDS];
    uint64_t refused; /* charges */
    uint64_t starts;  /* us: when what it started will be forgotten, at the rate it may have */
    unsigned told;    /* connections that wait to be told that they are refused */
    UT_hash_handle hh;
};

/* What was charged. Zeroed memory is charged nothing. */
typedef struct Charge {
    User *user; /* reference; NULL: nothing is charged */
    QuotaKind kind;
    size_t amount;
} Charge;

void quota_init(Quota *quota, const Config *config);
/* Everything must have been given back: what was not is logged, and an error of ours. */
void quota_deinit(Quota *quota);

/* The user @uid, made if there is none: a reference of the caller's. NULL: out of memory. @now is
 * for those that are kept for the agents that they started, and may go now. */
User *user_get(Quota *quota, uid_t uid, uint64_t now);
User *user_ref(User *user);
/* Takes NULL; returns NULL. */
User *user_unref(User *user);

/* Charges @amount to @user, or says which limit stands against it (counted as a refusal). @charge
 * must be charged nothing. */
QuotaVerdict charge_take(Charge *charge, User *user, QuotaKind kind, size_t amount);

/* Charges @amount whatever the limits say: what is there already can't be refused. */
void charge_force(Charge *charge, User *user, QuotaKind kind, size_t amount);

/* Changes the amount of @charge, which may be 0 meanwhile, whatever the limits say. */
void charge_set(Charge *charge, size_t amount);

/* Gives back what is charged. Harmless if nothing is. */
void charge_release(Charge *charge);

/* Which limit stands against @amount more for @user. Nothing is counted. With 0: is it over one
 * now? (Not over its share: that others have come later takes nothing away.) */
QuotaVerdict user_check(const User *user, QuotaKind kind, size_t amount);

/* True, and counted, if @user may start one more agent now: `maxUserStarts` and `maxStarts` are the
 * starts in a minute. If not, *@wait is in how many ms. */
bool user_may_start(User *user, uint64_t now, QuotaVerdict *verdict, uint64_t *wait);

/* The sentence of a refusal: "uid 1000 has 512 connections: 'maxUserClients' (512) limits them". */
void user_explain(const User *user, QuotaKind kind, QuotaVerdict verdict, char *text, size_t size);
void user_explain_start(const User *user, QuotaVerdict verdict, uint64_t wait, char *text,
                        size_t size);
