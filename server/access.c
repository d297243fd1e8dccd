#include "server/access.h"

#include <errno.h>
#include <stdlib.h>

/* What is known of a class: the operations that the rules allow on it. */
typedef struct KnownClass {
    const char *name;    /* the class table's: one for each class of each namespace */
    unsigned operations; /* PolicyOperation bits */
    bool some_methods;   /* a rule allows some of its methods */
} KnownClass;

struct AccessRules {
    KnownClass known[ACCESS_KNOWN];
    size_t count;
    const PolicyRule *rules[];
};

/* The rules about @identity. */
static int collect(Access *access)
{
    const Policy *policy = access->policy;
    AccessRules *rules;
    size_t count = 0;

    for (size_t i = 0; i < policy->rule_count; i++)
        count += who_is(&policy->rules[i].who, access->identity);
    if (count == 0)
        return 0;
    rules = calloc(1, sizeof(*rules) + count * sizeof(PolicyRule *));
    if (rules == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < policy->rule_count; i++)
        if (who_is(&policy->rules[i].who, access->identity))
            rules->rules[rules->count++] = &policy->rules[i];
    access->rules = rules;
    return 0;
}

int access_init(Access *access, const Policy *policy, const Identity *identity)
{
    *access = (Access){.policy = policy, .identity = identity, .role = ACCESS_STRANGER};
    if (!policy_may_connect(policy, identity))
        return 0;
    if (policy_is_administrator(policy, identity)) {
        access->role = ACCESS_ADMINISTRATOR;
        return 0;
    }
    access->role = ACCESS_USER;
    return collect(access);
}

void access_deinit(Access *access)
{
    free(access->rules);
    *access = (Access){0};
}

static PolicyOperation operation_of(const Method *method)
{
    switch (method->operation) {
    case OPERATION_INVOKE:
        return POLICY_INVOKE;
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
    case OPERATION_DELETE_INSTANCE:
        return POLICY_WRITE;
    case OPERATION_GET_INSTANCE:
    case OPERATION_ENUMERATE_INSTANCES:
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break;
    }
    return POLICY_READ;
}

static bool rule_is_about(const PolicyRule *rule, const char *name_space, const char *class_name)
{
    return policy_matches(&rule->class_name, class_name) &&
           policy_matches(&rule->name_space, name_space);
}

/* A rule for all methods, as most are. */
static bool has_all_methods(const PolicyRule *rule)
{
    return rule->method.is_prefix && *rule->method.text == '\0';
}

/* What the rules say about a class: looked up, or worked out and kept. */
static const KnownClass *know(AccessRules *rules, const char *name_space, const char *class_name)
{
    KnownClass *known = &rules->known[((uintptr_t)class_name >> 4) % ACCESS_KNOWN];

    if (known->name == class_name)
        return known;
    *known = (KnownClass){.name = class_name};
    for (size_t i = 0; i < rules->count; i++) {
        const PolicyRule *rule = rules->rules[i];

        if (!rule_is_about(rule, name_space, class_name))
            continue;
        if (has_all_methods(rule))
            known->operations |= rule->operations;
        else
            known->some_methods = true;
    }
    return known;
}

/* A rule that allows something else on the class says nothing about its methods. */
static bool has_method(const AccessRules *rules, const char *name_space, const char *class_name,
                       const char *method)
{
    for (size_t i = 0; i < rules->count; i++) {
        const PolicyRule *rule = rules->rules[i];

        if ((rule->operations & POLICY_INVOKE) != 0 &&
            rule_is_about(rule, name_space, class_name) && policy_matches(&rule->method, method))
            return true;
    }
    return false;
}

/* True if a rule allows @operation on @class_name, whoever hosts it. */
static bool is_ruled(const Access *access, PolicyOperation operation, const char *class_name,
                     const MethodParams *params)
{
    const KnownClass *known;

    if (access->rules == NULL)
        return false;
    known = know(access->rules, params->name_space, class_name);
    if ((known->operations & (unsigned)operation) != 0)
        return true;
    return operation == POLICY_INVOKE && known->some_methods &&
           has_method(access->rules, params->name_space, class_name, params->method);
}

static TargetAccess judge(const Access *access, const Target *target, const Method *method,
                          const MethodParams *params)
{
    const ProviderClass *class = target->class;
    bool as_other = class != NULL && class->hosting == HOSTING_USER;
    bool is_schema = method->operation == OPERATION_GET_CLASS ||
                     method->operation == OPERATION_ENUMERATE_CLASSES;

    if (access->role == ACCESS_ADMINISTRATOR)
        return as_other ? TARGET_AS_USER : TARGET_AS_REQUESTOR;
    if (access->policy->allow_requestor) {
        if (!as_other)
            return TARGET_AS_REQUESTOR;
        if (identity_covers(access->identity, &class->user))
            return TARGET_AS_USER;
    }
    if (is_ruled(access, operation_of(method), target->name, params))
        return as_other ? TARGET_AS_USER : TARGET_AS_REQUESTOR;
    return is_schema && access->policy->allow_requestor ? TARGET_AS_REQUESTOR : TARGET_REFUSED;
}

int access_judge(Access *access, Plan *plan, const Method *method, const MethodParams *params)
{
    size_t refused = 0;

    for (size_t i = 0; i < plan->count; i++) {
        Target *target = &plan->targets[i];

        target->access = judge(access, target, method, params);
        if (target->access == TARGET_REFUSED)
            refused++;
    }
    if (refused == 0 || refused < plan->count)
        return 0;
    plan->result = MI_RESULT_ACCESS_DENIED;
    access_explain(access->identity, &plan->targets[0], method, params->name_space, params->method,
                   plan->why, sizeof(plan->why));
    return -EINVAL;
}

void access_explain(const Identity *identity, const Target *target, const Method *method,
                    const char *name_space, const char *method_name, char *why, size_t why_size)
{
    const ProviderClass *class = target->class;
    const char *operation = policy_operation_name(operation_of(method)),
               *dot = *method_name == '\0' ? "" : ".";
    unsigned uid = (unsigned)identity->uid;
    char host[64] = "the requestor, and 'allowRequestor' is off";

    if (class != NULL && class->hosting == HOSTING_USER)
        snprintf(host, sizeof(host), "uid %u", (unsigned)class->user.uid);
    snprintf(why, why_size,
             "uid %u may not %s %s%s%s in %s, which is hosted as %s: no 'allow' of mihostd.conf "
             "says so; an administrator can add 'allow = user:%u %s %s:%s%s%s'",
             uid, operation, target->name, dot, method_name, name_space, host, uid, operation,
             name_space, target->name, dot, method_name);
}
