#include "server/policy.h"

#include "base/macros.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_RULES 10000
#define WORDS     3 /* of a rule: who, operations, object */

static const struct {
    const char *name;
    unsigned operations;
} operations[] = {
    {"read", POLICY_READ},           {"write", POLICY_WRITE},  {"invoke", POLICY_INVOKE},
    {"subscribe", POLICY_SUBSCRIBE}, {"*", POLICY_OPERATIONS},
};

static void rule_deinit(PolicyRule *rule)
{
    free(rule->name_space.text);
    free(rule->class_name.text);
    free(rule->method.text);
}

void policy_deinit(Policy *policy)
{
    for (size_t i = 0; i < policy->rule_count; i++)
        rule_deinit(&policy->rules[i]);
    free(policy->rules);
    who_list_deinit(&policy->connect);
    who_list_deinit(&policy->administrators);
    *policy = (Policy){0};
}

/* Splits @text in place at its blanks. The number of words; WORDS + 1 for more than there may be.
 */
static size_t split(char *text, char *words[WORDS])
{
    size_t count = 0;
    char *word;

    while ((word = strsep(&text, " \t")) != NULL) {
        if (*word == '\0')
            continue;
        if (count == WORDS)
            return WORDS + 1;
        words[count++] = word;
    }
    return count;
}

/* `read,invoke` */
static int parse_operations(char *text, PolicyRule *rule, const KeyValue *entry,
                            KeyValueError *error)
{
    char *word;

    while ((word = strsep(&text, ",")) != NULL) {
        size_t i = 0;

        while (i < ARRAY_SIZE(operations) && strcmp(operations[i].name, word) != 0)
            i++;
        if (i == ARRAY_SIZE(operations))
            return keyvalue_error(error, entry,
                                  "'allow': '%.64s' is no kind of operation: there are read, "
                                  "write, invoke, subscribe, and * for all of them",
                                  word);
        rule->operations |= operations[i].operations;
    }
    return 0;
}

/* A name, `*`, or the beginning of a name and `*`. */
static int parse_pattern(const char *what, const char *text, bool slashes, PolicyPattern *ret,
                         const KeyValue *entry, KeyValueError *error)
{
    size_t length = strlen(text);
    bool is_prefix = length > 0 && text[length - 1] == '*';

    if (length == 0)
        return keyvalue_error(error, entry, "'allow': the %s is empty: write * for any", what);
    if (is_prefix)
        length--;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '_' && !(slashes && text[i] == '/'))
            return keyvalue_error(error, entry,
                                  "'allow': '%.64s' is no name of a %s: it has letters, digits%s "
                                  "and underscores, and a * may stand at its end",
                                  text, what, slashes ? ", slashes" : "");
    *ret = (PolicyPattern){.text = strndup(text, length), .is_prefix = is_prefix};
    return ret->text == NULL ? -ENOMEM : 0;
}

/* `NAMESPACE[:CLASS[.METHOD]]` */
static int parse_object(char *text, PolicyRule *rule, const KeyValue *entry, KeyValueError *error)
{
    char *class_name = strchr(text, ':'), *method = NULL;
    int r;

    if (class_name != NULL) {
        *class_name++ = '\0';
        method = strchr(class_name, '.');
    }
    if (method != NULL)
        *method++ = '\0';
    if (method != NULL && (rule->operations & ~(unsigned)POLICY_INVOKE) != 0)
        return keyvalue_error(error, entry,
                              "'allow': a method is invoked and nothing else: leave '.%.64s' out, "
                              "or allow invoke alone",
                              method);
    r = parse_pattern("namespace", text, true, &rule->name_space, entry, error);
    if (r == 0)
        r = parse_pattern("class", class_name == NULL ? "*" : class_name, false, &rule->class_name,
                          entry, error);
    if (r == 0)
        r = parse_pattern("method", method == NULL ? "*" : method, false, &rule->method, entry,
                          error);
    return r;
}

static int parse_rule(PolicyRule *rule, const KeyValue *entry, KeyValueError *error)
{
    char text[KEYVALUE_MAX_LINE + 1], *words[WORDS];
    int r;

    snprintf(text, sizeof(text), "%s", entry->value);
    if (split(text, words) != WORDS)
        return keyvalue_error(error, entry,
                              "'allow' is WHO OPERATIONS NAMESPACE[:CLASS[.METHOD]]: write "
                              "'allow = user:alice read,invoke root/cimv2:Linux_*', for example");
    r = who_parse(words[0], entry, &rule->who, error);
    if (r == 0)
        r = parse_operations(words[1], rule, entry, error);
    return r < 0 ? r : parse_object(words[2], rule, entry, error);
}

int policy_add_rule(Policy *policy, const KeyValue *entry, KeyValueError *error)
{
    PolicyRule *rules, rule = {0};
    int r;

    if (policy->rule_count == MAX_RULES)
        return keyvalue_error(error, entry, "more than %d lines 'allow'", MAX_RULES);
    rules = reallocarray(policy->rules, policy->rule_count + 1, sizeof(*rules));
    if (rules == NULL)
        return -ENOMEM;
    policy->rules = rules;
    r = parse_rule(&rule, entry, error);
    if (r < 0) {
        rule_deinit(&rule);
        return r;
    }
    rules[policy->rule_count++] = rule;
    return 0;
}

bool policy_matches(const PolicyPattern *pattern, const char *name)
{
    return pattern->is_prefix ? strncasecmp(name, pattern->text, strlen(pattern->text)) == 0
                              : strcasecmp(name, pattern->text) == 0;
}

bool policy_is_administrator(const Policy *policy, const Identity *identity)
{
    return identity->uid == 0 || identity->uid == geteuid() ||
           who_list_has(&policy->administrators, identity);
}

bool policy_may_connect(const Policy *policy, const Identity *identity)
{
    return policy->connect.count == 0 || who_list_has(&policy->connect, identity) ||
           policy_is_administrator(policy, identity);
}

const char *policy_operation_name(PolicyOperation operation)
{
    for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
        if (operations[i].operations == (unsigned)operation)
            return operations[i].name;
    return "do that to";
}
