/*
 * Policy: who may connect, who is an administrator, and who may do what to which class: what the
 * keys `connect`, `administrators`, `allow` and `allowRequestor` of mihostd.conf(5) say.
 *
 * There are rules that allow, and none that forbid: what no rule allows is refused, and the order
 * of the rules means nothing. docs/decisions/policy.md says why. A policy belongs to its
 * configuration and doesn't change; what it means for one client is that client's Access
 * (server/access.h).
 */
#pragma once

#include "server/who.h"

/* Kinds of operations, as bits. */
typedef enum PolicyOperation {
    POLICY_READ = 1 << 0,      /* get, enumerate, traverse, classes */
    POLICY_WRITE = 1 << 1,     /* create, modify, delete */
    POLICY_INVOKE = 1 << 2,    /* methods */
    POLICY_SUBSCRIBE = 1 << 3, /* indications */
} PolicyOperation;

#define POLICY_OPERATIONS (POLICY_READ | POLICY_WRITE | POLICY_INVOKE | POLICY_SUBSCRIBE)

/* A CIM name, or how it begins. Case doesn't matter. */
typedef struct PolicyPattern {
    char *text;
    bool is_prefix; /* it was written with a * behind it */
} PolicyPattern;

/* `allow = WHO OPERATION[,...] NAMESPACE[:CLASS[.METHOD]]` */
typedef struct PolicyRule {
    Who who;
    unsigned operations; /* PolicyOperation bits */
    PolicyPattern name_space, class_name, method;
} PolicyRule;

typedef struct Policy {
    WhoList connect;        /* empty: everybody */
    WhoList administrators; /* beside root and the server's own user */
    PolicyRule *rules;
    size_t rule_count;
    bool allow_requestor; /* what is hosted as whoever asks is allowed to everybody */
} Policy;

void policy_deinit(Policy *policy);

/* Adds the rule that @entry's value is. -EINVAL with @error set; -ENOMEM. */
int policy_add_rule(Policy *policy, const KeyValue *entry, KeyValueError *error);

/* True if @name matches. */
bool policy_matches(const PolicyPattern *pattern, const char *name);

/* True if @identity is root, the user that this process runs as, or named an administrator. */
bool policy_is_administrator(const Policy *policy, const Identity *identity);

/* True if @identity may connect. */
bool policy_may_connect(const Policy *policy, const Identity *identity);

/* "read", ... as rules name it. */
const char *policy_operation_name(PolicyOperation operation);
