/*
 * What the keys of a configuration say together, and what of it may change while the server runs.
 */
#include "server/config_key.h"

#include "base/macros.h"
#include "server/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No key of a chain is larger than the one after it, up to NULL. */
static const char *const chains[][5] = {
    {"defaultTimeout", "maxTimeout"},
    {"backoff", "maxBackoff"},
    {"maxUserClients", "maxClients"},
    {"maxRequests", "maxUserRequests", "maxTotalRequests"},
    {"maxCollected", "maxBuffered", "maxUserBuffered", "maxTotalBuffered"},
    {"maxMessage", "maxUserBuffered", "maxTotalBuffered"},
    {"maxUserAgents", "maxAgents"},
    {"maxUserStarts", "maxStarts"},
};

/* What a user may have is half of what all may, if it wasn't set. */
static const char *const halves[][2] = {
    {"maxUserClients", "maxClients"},
    {"maxUserRequests", "maxTotalRequests"},
    {"maxUserBuffered", "maxTotalBuffered"},
    {"maxUserAgents", "maxAgents"},
};

/* What is taken when the server starts: the socket is made then, the cgroup divided, and agents
 * were told the window. */
static const char *const fixed[] = {"socket", "socketMode", "window", "cgroup"};

static unsigned long value_of(const Config *config, const ConfigKey *key)
{
    return *(const unsigned long *)config_field(config, key);
}

/* True if @key says "no limit": it is larger than any that has one, and smaller than none. */
static bool is_none(const Config *config, const ConfigKey *key)
{
    return key->minimum == 0 && value_of(config, key) == 0;
}

/* True if somebody has set @key to a limit. */
static bool counts(const Config *config, const ConfigKey *key)
{
    return config_origin(config, key)->is_set && !is_none(config, key);
}

/* The file and line of @origin; NULL for the command line. */
static const KeyValue *entry_of(const Config *config, unsigned line, KeyValue *entry)
{
    *entry = (KeyValue){.file = config->file, .line = line};
    return line > 0 ? entry : NULL;
}

/* "'maxTimeout' (60000 ms, line 3)" */
static void describe(const Config *config, const ConfigKey *key, char *text, size_t size)
{
    const ConfigOrigin *origin = config_origin(config, key);
    char place[32] = "command line";

    if (origin->line > 0)
        snprintf(place, sizeof(place), "line %u", origin->line);
    snprintf(text, size, "'%s' (%lu%s, %s)", key->name, value_of(config, key),
             key->kind == KEY_TIME ? " ms" : "", place);
}

static int refuse_pair(const Config *config, const ConfigKey *small, const ConfigKey *large,
                       KeyValueError *error)
{
    unsigned line = config_origin(config, small)->line, other = config_origin(config, large)->line;
    char first[128], second[128];
    KeyValue entry;

    describe(config, small, first, sizeof(first));
    describe(config, large, second, sizeof(second));
    return keyvalue_error(error, entry_of(config, line > other ? line : other, &entry),
                          "%s is %s than %s", first, small->kind == KEY_TIME ? "longer" : "larger",
                          second);
}

/* What was set must rise along the chain. */
static int check_chain(const Config *config, const char *const *chain, KeyValueError *error)
{
    const ConfigKey *below = NULL;

    for (size_t i = 0; chain[i] != NULL; i++) {
        const ConfigKey *key = config_find_key(chain[i]);

        if (!counts(config, key))
            continue;
        if (below != NULL && value_of(config, below) > value_of(config, key))
            return refuse_pair(config, below, key, error);
        below = key;
    }
    return 0;
}

static void adapt_half(Config *config, const char *const names[2])
{
    const ConfigKey *half = config_find_key(names[0]), *whole = config_find_key(names[1]);

    if (!config_origin(config, half)->is_set && config_origin(config, whole)->is_set)
        *(unsigned long *)config_field(config, half) = (value_of(config, whole) + 1) / 2;
}

/* What wasn't set gets out of the way of what was: down where something above is lower, then up
 * where something below is higher. */
static void adapt_chain(Config *config, const char *const *chain)
{
    unsigned long highest = ULONG_MAX, lowest = 0;
    size_t count = 0;

    while (chain[count] != NULL)
        count++;
    for (size_t i = count; i-- > 0;) {
        const ConfigKey *key = config_find_key(chain[i]);
        unsigned long *value = config_field(config, key);

        if (is_none(config, key))
            continue;
        if (!config_origin(config, key)->is_set && *value > highest)
            *value = highest;
        highest = *value;
    }
    for (size_t i = 0; i < count; i++) {
        const ConfigKey *key = config_find_key(chain[i]);
        unsigned long *value = config_field(config, key);

        if (is_none(config, key))
            continue;
        if (!config_origin(config, key)->is_set && *value < lowest)
            *value = lowest;
        lowest = *value;
    }
}

/* Root runs the agent's program. One that isn't there is told when it is wanted. */
static int check_agent(const Config *config, KeyValueError *error)
{
    char why[400];

    for (size_t i = 0; i < config->trusted.count; i++)
        if (config->trusted.items[i].kind == WHO_EVERYBODY)
            return keyvalue_error(error, NULL, "'trust' names users and groups, and not everybody");
    if (trust_check(&config->trusted, config->agent, TRUST_FILE, why, sizeof(why)) != -EPERM)
        return 0;
    return keyvalue_error(error, NULL, "'agent' is '%s': %s", config->agent, why);
}

int config_try_agent(const Config *config, KeyValueError *error)
{
    char why[400];

    *error = (KeyValueError){.file = "configuration"};
    if (trust_check(&config->trusted, config->agent, TRUST_FILE, why, sizeof(why)) < 0)
        return keyvalue_error(error, NULL, "'agent': %s: no provider can run", why);
    if (access(config->agent, X_OK) < 0)
        return keyvalue_error(error, NULL, "'agent': cannot run '%s': %s: no provider can run",
                              config->agent, strerror(errno));
    return 0;
}

/* Whom `connect` lets in, the socket's mode must not keep out. */
static int check_mode(const Config *config, KeyValueError *error)
{
    const ConfigOrigin *mode = config_origin(config, config_find_key("socketMode")),
                       *connect = config_origin(config, config_find_key("connect"));
    unsigned line = mode->line > connect->line ? mode->line : connect->line;
    KeyValue entry;

    if (!mode->is_set || !connect->is_set || (config->socket_mode & 0022) != 0)
        return 0;
    return keyvalue_error(error, entry_of(config, line, &entry),
                          "'socketMode' (%04lo) lets nobody but the socket's owner connect, and "
                          "'connect' names others: leave one of them out",
                          config->socket_mode);
}

int config_check(Config *config, KeyValueError *error)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(chains); i++)
        r = check_chain(config, chains[i], error);
    if (r < 0)
        return r;
    for (size_t i = 0; i < ARRAY_SIZE(halves); i++)
        adapt_half(config, halves[i]);
    for (size_t i = 0; i < ARRAY_SIZE(chains); i++)
        adapt_chain(config, chains[i]);
    r = check_agent(config, error);
    return r < 0 ? r : check_mode(config, error);
}

/* A path that has no default may be NULL. */
static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int keep(Config *config, const Config *old, const ConfigKey *key)
{
    unsigned long *number = config_field(config, key), *was = config_field(old, key);
    char **text = config_field(config, key), **text_before = config_field(old, key);
    bool is_text = key->kind == KEY_PATH;

    if (is_text ? is_same(*text, *text_before) : *number == *was)
        return 0;
    log_warning("'%s' has changed, and takes effect when mihostd is started again", key->name);
    if (is_text && *text_before != NULL)
        return config_set_string(text, *text_before);
    if (is_text) {
        free(*text);
        *text = NULL;
    } else {
        *number = *was;
    }
    return 0;
}

int config_keep_fixed(Config *config, const Config *old)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(fixed); i++)
        r = keep(config, old, config_find_key(fixed[i]));
    return r;
}
