#include "server/plan.h"

#include <errno.h>
#include <stdlib.h>

static int refuse(Plan *plan, MI_Result result, const char *format, ...) PRINTF_LIKE(3, 4);

static int refuse(Plan *plan, MI_Result result, const char *format, ...)
{
    va_list arguments;

    plan->result = result;
    va_start(arguments, format);
    vsnprintf(plan->why, sizeof(plan->why), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

void plan_deinit(Plan *plan)
{
    if (plan->targets != plan->first)
        free(plan->targets);
}

/* Makes room for one more: the inline ones first, then powers of two. */
static int grow(Plan *plan)
{
    Target *larger;

    if (plan->count < ARRAY_SIZE(plan->first) || (plan->count & (plan->count - 1)) != 0)
        return 0;
    if (plan->count >= PLAN_MAX_TARGETS)
        return refuse(plan, MI_RESULT_SERVER_LIMITS_EXCEEDED,
                      "more than %d classes are concerned: ask for a narrower one",
                      PLAN_MAX_TARGETS);
    larger = reallocarray(plan->targets == plan->first ? NULL : plan->targets, plan->count * 2,
                          sizeof(*larger));
    if (larger == NULL)
        return refuse(plan, MI_RESULT_FAILED, "the server is out of memory");
    if (plan->targets == plan->first)
        memcpy(larger, plan->first, sizeof(plan->first));
    plan->targets = larger;
    return 0;
}

static int add(Plan *plan, Provider *provider, const ProviderClass *class, const char *name)
{
    int r = grow(plan);

    if (r == 0)
        plan->targets[plan->count++] = (Target){provider, class, name, TARGET_UNJUDGED};
    return r;
}

static int add_entry(Plan *plan, const ClassEntry *entry)
{
    /* analyzer: no entry is NULL: who finds none refuses */
    return entry->provider == NULL ? 0 : add(plan, entry->provider, entry->class, entry->name);
}

/* Who can say how a class is declared: its provider, or that of a class which derives from it, or
 * else the one that is registered for it though nobody implements it. */
static int add_for_schema(Plan *plan, const ClassEntry *entry, bool names_only)
{
    const ClassEntry *speaker = entry;

    for (size_t i = 0; speaker->provider == NULL && i < entry->derived_count; i++)
        speaker = entry->derived[i];
    if (speaker->provider != NULL || names_only)
        return add(plan, speaker->provider, speaker->class, entry->name);
    return entry->teller == NULL ? 0 : add(plan, entry->teller, entry->class, entry->name);
}

static int refuse_class(Plan *plan, const Registry *registry, const MethodParams *params,
                        const char *name)
{
    if (!registry_has_name_space(registry, params->name_space))
        return refuse(plan, MI_RESULT_INVALID_NAMESPACE,
                      "there is no namespace '%s': the folders of registrations have none",
                      params->name_space);
    return refuse(plan, MI_RESULT_INVALID_CLASS,
                  "no provider is registered for class '%s' in namespace '%s'", name,
                  params->name_space);
}

/* mi/enumerateInstances: the class, and what derives from it. One that only derived classes have
 * instances of, or nobody at all, has none of its own. */
static int plan_enumeration(Plan *plan, const ClassEntry *entry, MethodDepth depth)
{
    int r = add_entry(plan, entry);

    /* analyzer: likewise */
    for (size_t i = 0; r == 0 && depth != DEPTH_SHALLOW && i < entry->derived_count; i++)
        r = add_entry(plan, entry->derived[i]);
    return r;
}

/* True if one of the two classes is the other, or derives from it: there can be an instance of
 * both. */
static bool overlap(const ClassTable *table, const char *name_space, const char *a, const char *b)
{
    const ClassEntry *x = class_table_find(table, name_space, a),
                     *y = class_table_find(table, name_space, b);

    return strcasecmp(a, b) == 0 || (x != NULL && class_entry_is_a(x, b)) ||
           (y != NULL && class_entry_is_a(y, a));
}

/* True if @association can tie an instance of @entry to something that @params asks for. */
static bool concerns(const ClassTable *table, const ClassEntry *association,
                     const ClassEntry *entry, const Method *method, const MethodParams *params)
{
    const ProviderClass *class = association->class;
    const char *left = class->left, *right = class->right, *result = params->result_class;
    bool on_left = overlap(table, params->name_space, entry->name, left),
         on_right = overlap(table, params->name_space, entry->name, right);

    if (method->operation == OPERATION_REFERENCE_INSTANCES)
        return (on_left || on_right) &&
               (*result == '\0' || overlap(table, params->name_space, association->name, result));
    if (*params->association_class != '\0' &&
        !overlap(table, params->name_space, association->name, params->association_class))
        return false;
    /* What is asked for stands at the other end. */
    return (on_left && (*result == '\0' || overlap(table, params->name_space, right, result))) ||
           (on_right && (*result == '\0' || overlap(table, params->name_space, left, result)));
}

static int plan_traversal(Plan *plan, const ClassTable *table, const ClassEntry *entry,
                          const Method *method, const MethodParams *params)
{
    ClassEntry *other, *next;
    int r = 0;

    HASH_ITER(hh, table->entries, other, next)
    {
        if (r == 0 && other->provider != NULL && other->class->left != NULL &&
            strcasecmp(other->name_space, params->name_space) == 0 &&
            concerns(table, other, entry, method, params))
            r = add_entry(plan, other);
    }
    return r;
}

/* mi/enumerateClasses: below @base (NULL: the classes that derive from none), one step down, or
 * all. */
static int plan_classes(Plan *plan, const ClassTable *table, const ClassEntry *base,
                        const MethodParams *params)
{
    ClassEntry *entry, *next;
    int r = 0;

    HASH_ITER(hh, table->entries, entry, next)
    {
        bool is_next = base == NULL ? entry->ancestor_count == 0
                                    : entry->ancestor_count > 0 && entry->ancestors[0] == base;
        bool is_below = base == NULL || (entry != base && class_entry_is_a(entry, base->name));

        if (r == 0 && strcasecmp(entry->name_space, params->name_space) == 0 &&
            (params->deep ? is_below : is_next))
            r = add_for_schema(plan, entry, params->names_only);
    }
    return r;
}

int plan_make(Plan *plan, const Registry *registry, const Method *method,
              const MethodParams *params)
{
    const ClassTable *table = &registry->classes;
    const ClassEntry *entry = NULL;
    int r;

    plan->targets = plan->first;
    plan->count = 0;
    if (*params->class_name != '\0')
        entry = class_table_find(table, params->name_space, params->class_name);
    if (entry == NULL &&
        (*params->class_name != '\0' || method->operation != OPERATION_ENUMERATE_CLASSES ||
         !registry_has_name_space(registry, params->name_space)))
        return refuse_class(plan, registry, params, params->class_name);
    switch (method->operation) {
    case OPERATION_GET_INSTANCE:
    case OPERATION_INVOKE:
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
    case OPERATION_DELETE_INSTANCE:
        /* analyzer: likewise */
        return entry->provider == NULL ? refuse_class(plan, registry, params, params->class_name)
                                       : add_entry(plan, entry);
    case OPERATION_ENUMERATE_INSTANCES:
        return plan_enumeration(plan, entry, params->depth);
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
        return plan_traversal(plan, table, entry, method, params);
    case OPERATION_GET_CLASS:
        r = add_for_schema(plan, entry, false);
        return r == 0 && plan->count == 0 ? refuse_class(plan, registry, params, params->class_name)
                                          : r;
    case OPERATION_ENUMERATE_CLASSES:
        return plan_classes(plan, table, entry, params);
    }
    return -EINVAL;
}
