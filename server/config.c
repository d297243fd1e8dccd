#include "server/config.h"

#include "base/macros.h"
#include "base/nearest.h"
#include "base/span.h"
#include "server/config_key.h"
#include "server/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#define HOURS_24 (24UL * 3600 * 1000)

static const ConfigKey keys[] = {
    {"socket", KEY_PATH, offsetof(Config, socket), 0, 0, 0},
    {"socketMode", KEY_MODE, offsetof(Config, socket_mode), 0, 0777, 0},
    {"registrations", KEY_FOLDERS, offsetof(Config, registrations), 0, 0, 0},
    {"providers", KEY_PATH, offsetof(Config, providers), 0, 0, 0},
    {"agent", KEY_PATH, offsetof(Config, agent), 0, 0, 0},
    {"cgroup", KEY_PATH, offsetof(Config, cgroup), 0, 0, 0},
    {"trust", KEY_WHO, offsetof(Config, trusted), 0, 0, 0},
    {"logLevel", KEY_LEVEL, offsetof(Config, log_level), 0, 0, LOG_LEVEL_INFO},
    {"connect", KEY_WHO, offsetof(Config, policy.connect), 0, 0, 0},
    {"administrators", KEY_WHO, offsetof(Config, policy.administrators), 0, 0, 0},
    {"allow", KEY_RULE, offsetof(Config, policy), 0, 0, 0},
    {"allowRequestor", KEY_SWITCH, offsetof(Config, policy.allow_requestor), 0, 1, 1},
    {"maxClients", KEY_COUNT, offsetof(Config, max_clients), 1, 1000000, 1024},
    {"maxUserClients", KEY_COUNT, offsetof(Config, max_user_clients), 1, 1000000, 512},
    {"maxMessage", KEY_BYTES, offsetof(Config, max_message), 1024, 32UL << 20, 1UL << 20},
    {"maxRequests", KEY_COUNT, offsetof(Config, max_requests), 1, 1000000, 10000},
    {"maxUserRequests", KEY_COUNT, offsetof(Config, max_user_requests), 1, 10000000, 32768},
    {"maxTotalRequests", KEY_COUNT, offsetof(Config, max_total_requests), 1, 10000000, 65536},
    {"maxCollected", KEY_BYTES, offsetof(Config, max_collected), 1024, 1UL << 30, 16UL << 20},
    {"maxBuffered", KEY_BYTES, offsetof(Config, max_buffered), 1024, 4UL << 30, 64UL << 20},
    {"maxUserBuffered", KEY_BYTES, offsetof(Config, max_user_buffered), 1024, 64UL << 30,
     256UL << 20},
    {"maxTotalBuffered", KEY_BYTES, offsetof(Config, max_total_buffered), 1024, 64UL << 30,
     512UL << 20},
    {"maxAgents", KEY_COUNT, offsetof(Config, max_agents), 1, 100000, 128},
    {"agentMemory", KEY_BYTES, offsetof(Config, agent_limits.memory), 0, 1UL << 50, 1UL << 30},
    {"agentProcesses", KEY_COUNT, offsetof(Config, agent_limits.processes), 0, 4194304, 4096},
    {"agentDescriptors", KEY_COUNT, offsetof(Config, agent_limits.descriptors), 64, 1048576, 1024},
    {"agentCpuTime", KEY_TIME, offsetof(Config, agent_limits.cpu_time), 0, ULONG_MAX / 2, 0},
    {"agentOutput", KEY_COUNT, offsetof(Config, agent_output), 0, 1000000, 1000},
    {"maxUserAgents", KEY_COUNT, offsetof(Config, max_user_agents), 1, 100000, 64},
    {"maxStarts", KEY_COUNT, offsetof(Config, max_starts), 0, 1000000, 600},
    {"maxUserStarts", KEY_COUNT, offsetof(Config, max_user_starts), 0, 1000000, 120},
    {"window", KEY_BYTES, offsetof(Config, window), 4096, 64UL << 20, 128UL << 10},
    {"operations", KEY_COUNT, offsetof(Config, operations), 1, 100000, 128},
    {"grace", KEY_TIME, offsetof(Config, grace), 1, HOURS_24, 5000},
    {"drain", KEY_TIME, offsetof(Config, drain), 1, HOURS_24, 60000},
    {"agentResponse", KEY_TIME, offsetof(Config, agent_response), 0, HOURS_24, 10000},
    {"idle", KEY_TIME, offsetof(Config, idle), 0, HOURS_24, 60000},
    {"backoff", KEY_TIME, offsetof(Config, backoff), 0, HOURS_24, 1000},
    {"maxBackoff", KEY_TIME, offsetof(Config, max_backoff), 1, HOURS_24, 60000},
    {"crashWindow", KEY_TIME, offsetof(Config, crash_window), 1, HOURS_24, 60000},
    {"crashLimit", KEY_COUNT, offsetof(Config, crash_limit), 2, 1000, 5},
    {"stopTime", KEY_TIME, offsetof(Config, stop_time), 1, HOURS_24, 10000},
    {"defaultTimeout", KEY_TIME, offsetof(Config, default_timeout), 0, ULONG_MAX / 2, 0},
    {"maxTimeout", KEY_TIME, offsetof(Config, max_timeout), 0, ULONG_MAX / 2, 0},
};

_Static_assert(ARRAY_SIZE(keys) <= CONFIG_MAX_KEYS, "a place for the origin of each");

void *config_field(const Config *config, const ConfigKey *key)
{
    return (char *)(uintptr_t)config + key->offset;
}

const ConfigKey *config_find_key(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

const ConfigOrigin *config_origin(const Config *config, const ConfigKey *key)
{
    return &config->origins[key - keys];
}

void config_forget_registrations(Config *config)
{
    while (config->registration_count > 0) {
        char **last = &config->registrations[--config->registration_count];
        free(*last);
        *last = NULL; /* config_set_string() frees what it replaces */
    }
}

static char *default_socket(void)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    char *path = NULL;

    if (geteuid() == 0 || folder == NULL || *folder == '\0')
        return strdup(MIHOST_SOCKET);
    return asprintf(&path, "%s/mihost.sock", folder) < 0 ? NULL : path;
}

int config_init(Config *config)
{
    *config = (Config){.log_level = LOG_LEVEL_INFO};
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (keys[i].kind >= KEY_MODE)
            *(unsigned long *)config_field(config, &keys[i]) = keys[i].standard;
    config->policy.allow_requestor = true;
    config->socket_mode = geteuid() == 0 ? 0666 : 0600;
#ifdef MIHOST_TRUSTED_UID /* a build for development: see CMakeLists.txt */
    static const Who owners[] = {{WHO_USER, MIHOST_TRUSTED_UID}, {WHO_GROUP, MIHOST_TRUSTED_GID}};
    for (size_t i = 0; i < ARRAY_SIZE(owners); i++)
        if (owners[i].id != 0 && who_list_append(&config->trusted, &owners[i]) < 0)
            return -ENOMEM;
#endif
    config->socket = default_socket();
    config->providers = strdup(MIHOST_PROVIDERS);
    config->agent = strdup(MIHOST_AGENT);
    return config->socket == NULL || config->providers == NULL || config->agent == NULL ? -ENOMEM
                                                                                        : 0;
}

void config_deinit(Config *config)
{
    config_forget_registrations(config);
    policy_deinit(&config->policy);
    who_list_deinit(&config->trusted);
    free(config->file);
    free(config->socket);
    free(config->providers);
    free(config->agent);
    free(config->cgroup);
    *config = (Config){0};
}

const char *config_default_path(void)
{
    return MIHOST_CONFIG;
}

int config_set_string(char **field, const char *value)
{
    char *copy = strdup(value);

    if (copy == NULL)
        return -ENOMEM;
    free(*field);
    *field = copy;
    return 0;
}

/* The words for the kinds of values, for messages; the others have messages of their own. */
static const char *const kind_texts[] = {
    [KEY_LEVEL] = "error, warning, info, debug or trace",
    [KEY_SWITCH] = "yes or no",
    [KEY_MODE] = "permissions in octal, like 0660",
    [KEY_COUNT] = "a number",
    [KEY_BYTES] = "a number of bytes (K, M and G may follow)",
    [KEY_TIME] = "a time (ms, s, min or h may follow; seconds otherwise)",
};

static int set_number(Config *config, const ConfigKey *key, const KeyValue *entry,
                      KeyValueError *error)
{
    unsigned long *number = config_field(config, key);
    int r;

    if (key->kind == KEY_COUNT)
        r = keyvalue_parse_count(entry->value, key->minimum, key->maximum, number);
    else if (key->kind == KEY_BYTES)
        r = keyvalue_parse_bytes(entry->value, key->minimum, key->maximum, number);
    else
        r = keyvalue_parse_time(entry->value, key->minimum, key->maximum, number);
    if (r == -ERANGE)
        return keyvalue_error(error, entry, "'%s' must be %lu to %lu%s, and is %.64s", key->name,
                              key->minimum, key->maximum, key->kind == KEY_TIME ? " ms" : "",
                              entry->value);
    if (r < 0)
        return keyvalue_error(error, entry, "'%s' must be %s, and is '%.64s'", key->name,
                              kind_texts[key->kind], entry->value);
    return 0;
}

static int set_mode(Config *config, const ConfigKey *key, const KeyValue *entry,
                    KeyValueError *error)
{
    const char *text = entry->value;
    size_t length = strlen(text);

    if (length == 0 || length > 4 || strspn(text, "01234567") != length ||
        strtoul(text, NULL, 8) > key->maximum)
        return keyvalue_error(error, entry, "'%s' must be %s, and is '%.64s'", key->name,
                              kind_texts[key->kind], text);
    *(unsigned long *)config_field(config, key) = strtoul(text, NULL, 8);
    return 0;
}

static int set_switch(Config *config, const ConfigKey *key, const KeyValue *entry,
                      KeyValueError *error)
{
    bool yes = strcmp(entry->value, "yes") == 0;

    if (!yes && strcmp(entry->value, "no") != 0)
        return keyvalue_error(error, entry, "'%s' must be %s, and is '%.64s'", key->name,
                              kind_texts[key->kind], entry->value);
    *(bool *)config_field(config, key) = yes;
    return 0;
}

static int set_key(Config *config, const ConfigKey *key, const KeyValue *entry,
                   KeyValueError *error)
{
    int level;

    switch (key->kind) {
    case KEY_PATH:
    case KEY_FOLDERS:
        if (*entry->value == '\0')
            return keyvalue_error(error, entry, "'%s' must be a path, and is empty", key->name);
        if (key->kind == KEY_PATH)
            return config_set_string(config_field(config, key), entry->value);
        if (config->registration_count == CONFIG_MAX_FOLDERS)
            return keyvalue_error(error, entry, "more than %d folders of registrations",
                                  CONFIG_MAX_FOLDERS);
        return config_set_string(&config->registrations[config->registration_count++],
                                 entry->value);
    case KEY_LEVEL:
        level = log_level_from_name(entry->value);
        if (level < 0)
            return keyvalue_error(error, entry, "'%s' must be %s, and is '%.64s'", key->name,
                                  kind_texts[key->kind], entry->value);
        config->log_level = (LogLevel)level;
        return 0;
    case KEY_SWITCH:
        return set_switch(config, key, entry, error);
    case KEY_WHO:
        return who_list_add(config_field(config, key), entry, error);
    case KEY_RULE:
        return policy_add_rule(config_field(config, key), entry, error);
    case KEY_MODE:
        return set_mode(config, key, entry, error);
    case KEY_COUNT:
    case KEY_BYTES:
    case KEY_TIME:
        return set_number(config, key, entry, error);
    }
    return -EINVAL; /* coverage: each kind has its case; the compiler wants a return */
}

/* The key most like @name, of those that there are. */
static const char *nearest_key(const char *name)
{
    const char *names[ARRAY_SIZE(keys)];

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        names[i] = keys[i].name;
    return nearest_of(name, names, ARRAY_SIZE(keys));
}

static bool may_be_repeated(const ConfigKey *key)
{
    return key->kind == KEY_FOLDERS || key->kind == KEY_WHO || key->kind == KEY_RULE;
}

int config_set(Config *config, const KeyValue *entry, KeyValueError *error)
{
    const ConfigKey *key = config_find_key(entry->key);
    const char *near;
    ConfigOrigin *origin;
    int r;

    if (key == NULL) {
        near = nearest_key(entry->key);
        if (near == NULL)
            return keyvalue_error(
                error, entry, "unknown key '%.64s': mihostd.conf(5) lists the keys", entry->key);
        return keyvalue_error(error, entry, "unknown key '%.64s': did you mean '%s'?", entry->key,
                              near);
    }
    origin = &config->origins[key - keys];
    if (entry->line > 0 && origin->is_set && !may_be_repeated(key))
        return keyvalue_error(error, entry, "'%s' is set on line %u already: leave one of them",
                              key->name, origin->line);
    r = set_key(config, key, entry, error);
    if (r == 0)
        *origin = (ConfigOrigin){.is_set = true, .line = entry->line};
    return r;
}

static int set_line(void *data, const KeyValue *entry, KeyValueError *error)
{
    return config_set(data, entry, error);
}

/* What is read by root and decides what runs must be root's; `trust` stands in it, and can't speak
 * for it. /dev/null is nothing to be read. */
static int open_file(const char *path, FILE **ret, KeyValueError *error)
{
    char why[sizeof(error->message)];
    int fd, r = 0;

    snprintf(error->file, sizeof(error->file), "%s", path);
    if (strcmp(path, "/dev/null") == 0) {
        *ret = NULL;
        return 0;
    }
    r = trust_open(NULL, path, TRUST_FILE, &fd, why, sizeof(why));
    if (r < 0) {
        (void)keyvalue_error(error, NULL, "%s", why);
        return r;
    }
    *ret = fdopen(fd, "r");
    if (*ret != NULL)
        return 0;
    r = -errno;
    close(fd);
    (void)keyvalue_error(error, NULL, "cannot read '%s': %s", path, strerror(-r));
    return r;
}

int config_read(Config *config, const char *path, KeyValueError *error)
{
    FILE *stream;
    int r = open_file(path, &stream, error);

    if (r < 0 || stream == NULL)
        return r;
    r = config_set_string(&config->file, path);
    if (r == 0)
        r = keyvalue_read(stream, path, set_line, config, error);
    fclose(stream);
    return r;
}

/* Agents run in '/': what is named for them must not begin at this process's folder. */
static int make_absolute(char **path)
{
    char *folder, *absolute = NULL;
    int length;

    if (**path == '/')
        return 0;
    folder = getcwd(NULL, 0);
    if (folder == NULL)
        return -errno;
    length = asprintf(&absolute, "%s/%s", folder, *path);
    free(folder);
    if (length < 0)
        return -ENOMEM;
    free(*path);
    *path = absolute;
    return 0;
}

/* Agents are told where their host listens. A path that is too long for a socket's address in full
 * stays as it is: mihostd itself can listen there. */
static int make_socket_absolute(char **path)
{
    const struct sockaddr_un address;
    char *absolute = strdup(*path);
    int r = absolute == NULL ? -ENOMEM : make_absolute(&absolute);

    if (r < 0 || strlen(absolute) >= sizeof(address.sun_path)) {
        free(absolute);
        return r;
    }
    free(*path);
    *path = absolute;
    return 0;
}

int config_finish(Config *config, KeyValueError *error)
{
    struct sockaddr_un address;
    int r;

    snprintf(error->file, sizeof(error->file), "configuration");
    if (config->registration_count == 0) {
        config->registrations[0] = strdup(MIHOST_REGISTRATIONS);
        if (config->registrations[0] == NULL) {
            (void)keyvalue_error(error, NULL, "out of memory");
            return -ENOMEM;
        }
        config->registration_count = 1;
    }
    r = make_absolute(&config->agent);
    if (r == 0)
        r = make_absolute(&config->providers);
    if (r == 0)
        r = make_socket_absolute(&config->socket);
    if (r < 0) {
        (void)keyvalue_error(error, NULL, "cannot tell the working folder: %s", strerror(-r));
        return r;
    }
    if (strlen(config->socket) >= sizeof(address.sun_path))
        return keyvalue_error(error, NULL,
                              "'socket' is longer than the %zu bytes of a Unix address: %s",
                              sizeof(address.sun_path) - 1, config->socket);
    return config_check(config, error);
}
