/*
 * Plan: which classes of which providers an operation concerns.
 *
 * Most operations concern one class. An enumeration concerns the class and what derives from it, a
 * traversal the associations that the instance's class can take part in, a list of classes all that
 * it lists. Each is a Target, and becomes a Call. A plan is made and used within one turn of the
 * loop: all it points to belongs to the registry.
 */
#pragma once

#include "server/method.h"
#include "server/registry.h"

#define PLAN_MAX_TARGETS 4096

/* As whom a target is asked: what the policy says (server/access.h). */
typedef enum TargetAccess {
    TARGET_UNJUDGED,     /* nobody has asked the policy yet */
    TARGET_AS_REQUESTOR, /* as the client */
    TARGET_AS_USER,      /* as the user of its class line */
    TARGET_REFUSED,      /* not at all: this part fails */
} TargetAccess;

typedef struct Target {
    Provider
        *provider; /* NULL: nobody implements the class (a list of names has it all the same) */
    const ProviderClass *class; /* whose line decides as whom it is hosted; NULL: requestor */
    const char *name;           /* the class */
    TargetAccess access;
} Target;

typedef struct Plan {
    Target *targets;
    size_t count;
    MI_Result result; /* why there is no plan: MI_RESULT_INVALID_CLASS, ... */
    char why[640];    /* the sentence for it */
    Target first[4];  /* where targets points while they fit */
} Plan;

/* Makes the plan of @method. 0, or -EINVAL with `result` and `why` set. Ended by plan_deinit in
 * either case. */
int plan_make(Plan *plan, const Registry *registry, const Method *method,
              const MethodParams *params);
void plan_deinit(Plan *plan);
