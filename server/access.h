/*
 * Access: what the policy means for one client.
 *
 * Which rules are about a client is worked out once, when it connects (and again when the policy
 * changes); what they allow on a class is kept for the classes that it asked for last. So an
 * operation costs no system call, and hardly ever a look at the rules.
 *
 * An agent that runs as whoever asks can do no more than that user can anyway, so `allowRequestor`
 * allows it. One that runs as somebody else can: that takes a rule, or an administrator. To say how
 * a class is declared the library needs nobody's rights: where no rule allows the hosted identity,
 * it is asked as the client.
 */
#pragma once

#include "server/plan.h"
#include "server/policy.h"

#define ACCESS_KNOWN 8

typedef enum AccessRole {
    ACCESS_STRANGER,      /* may not even connect */
    ACCESS_USER,          /* may do what the rules say */
    ACCESS_ADMINISTRATOR, /* may do all */
} AccessRole;

typedef struct AccessRules AccessRules;

typedef struct Access {
    const Policy *policy;
    const Identity *identity;
    AccessRole role;
    AccessRules *rules; /* those about this client; NULL: there are none */
} Access;

/* @policy and @identity must stay. -ENOMEM. */
int access_init(Access *access, const Policy *policy, const Identity *identity);
void access_deinit(Access *access);

/*
 * Sets for each target of @plan as whom it is asked, or that it is refused. 0; -EINVAL if all of
 * them are refused, with the plan's `result` and `why` set as plan_make does.
 */
int access_judge(Access *access, Plan *plan, const Method *method, const MethodParams *params);

/* The sentence of a refusal: what @class_name's provider would have run as, and which rule would
 * allow it. */
void access_explain(const Identity *identity, const Target *target, const Method *method,
                    const char *name_space, const char *method_name, char *why, size_t why_size);
