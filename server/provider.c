#include "server/provider.h"

#include "base/nearest.h"
#include "protocol/payload.h"
#include "server/trust.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_CLASSES 4096
#define MAX_TIME    (24UL * 3600 * 1000)

/* What provider_read carries from line to line. */
typedef struct Reading {
    Provider *provider;
    const Config *config;
    ProviderHosting hosting; /* of the class lines that follow */
    Identity user;           /* HOSTING_USER */
    bool idle_hosting;       /* no class line has followed HOSTING yet */
} Reading;

static void forget_fault(Provider *provider)
{
    free(provider->fault);
    free(provider->fault_class);
    provider->fault = provider->fault_class = NULL;
}

static Provider *provider_free(Provider *provider)
{
    assert(list_is_empty(&provider->agents));
    for (size_t i = 0; i < provider->class_count; i++)
        provider_class_deinit(&provider->classes[i]);
    free(provider->classes);
    health_free_all(&provider->healths);
    tally_unref(provider->tally);
    forget_fault(provider);
    free(provider->name);
    free(provider->file);
    free(provider->name_space);
    free(provider->library);
    free(provider);
    return NULL;
}

Provider *provider_ref(Provider *provider)
{
    provider->references++;
    return provider;
}

Provider *provider_unref(Provider *provider)
{
    if (provider != NULL && --provider->references == 0)
        provider_free(provider);
    return NULL;
}

static int set_library(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    char *path = NULL;
    int length;

    if (*entry->value == '\0')
        return keyvalue_error(error, entry, "LIBRARY names no library");
    if (strchr(entry->value, '/') == NULL)
        length = asprintf(&path, "%s/lib%s.so", reading->config->providers, entry->value);
    else if (*entry->value == '/')
        length = asprintf(&path, "%s", entry->value);
    else
        return keyvalue_error(error, entry,
                              "LIBRARY '%.64s' is neither a name nor a path that begins with /",
                              entry->value);
    if (length < 0)
        return -ENOMEM;
    if (length > PAYLOAD_MAX_PATH) {
        free(path);
        return keyvalue_error(error, entry, "LIBRARY: the path is longer than %d bytes",
                              PAYLOAD_MAX_PATH);
    }
    free(reading->provider->library);
    reading->provider->library = path;
    return 0;
}

static int set_user(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    int r;

    if (*entry->value == '@' || *entry->value == '\0')
        return keyvalue_error(
            error, entry, "unknown hosting '%.64s': it is @requestor@, @inproc@ or a user's name",
            entry->value);
    r = identity_from_user(entry->value, &reading->user);
    if (r == -ENOENT)
        return keyvalue_error(error, entry, "HOSTING: there is no user '%.64s'", entry->value);
    if (r < 0)
        return keyvalue_error(error, entry, "HOSTING: cannot look up user '%.64s': %s",
                              entry->value, strerror(-r));
    reading->hosting = HOSTING_USER;
    return 0;
}

/* Holds for the class lines that follow, as in OMI. */
static int set_hosting(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    identity_deinit(&reading->user);
    reading->idle_hosting = true;
    reading->hosting = HOSTING_REQUESTOR;
    if (strcmp(entry->value, "@inproc@") == 0)
        reading->provider->inproc = true;
    else if (strcmp(entry->value, "@requestor@") != 0)
        return set_user(reading, entry, error);
    return 0;
}

static int add_class(Reading *reading, ProviderClassKind kind, const KeyValue *entry,
                     KeyValueError *error)
{
    Provider *provider = reading->provider;
    ProviderClass *classes, class;
    int r;

    if (provider->class_count == MAX_CLASSES)
        return keyvalue_error(error, entry, "more than %d classes", MAX_CLASSES);
    classes = reallocarray(provider->classes, provider->class_count + 1, sizeof(*classes));
    if (classes == NULL)
        return -ENOMEM;
    provider->classes = classes;
    r = provider_class_parse(entry, kind, &class, error);
    if (r < 0)
        return r;
    reading->idle_hosting = false;
    class.hosting = reading->hosting;
    if (class.hosting == HOSTING_USER && identity_copy(&reading->user, &class.user) < 0) {
        provider_class_deinit(&class);
        return -ENOMEM;
    }
    classes[provider->class_count++] = class;
    return 0;
}

static int add_served_class(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return add_class(reading, CLASS_SERVED, entry, error);
}

static int add_extra_class(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return add_class(reading, CLASS_EXTRA, entry, error);
}

static int add_indication_class(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return add_class(reading, CLASS_INDICATION, entry, error);
}

/* How long instances live is nothing that the host decides by: OMI's generator writes it. */
static int ignore(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    (void)reading;
    (void)entry;
    (void)error;
    return 0;
}

static int set_calls(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    reading->provider->parallel = strcasecmp(entry->value, "parallel") == 0;
    if (!reading->provider->parallel && strcasecmp(entry->value, "serial") != 0)
        return keyvalue_error(error, entry, "CALLS is serial or parallel, and not '%.64s'",
                              entry->value);
    return 0;
}

static int set_time(unsigned long *field, unsigned long minimum, const KeyValue *entry,
                    KeyValueError *error)
{
    if (keyvalue_parse_time(entry->value, minimum, MAX_TIME, field) < 0)
        return keyvalue_error(error, entry, "%s must be a time from %lu ms to 24 h, and is '%.64s'",
                              entry->key, minimum, entry->value);
    return 0;
}

static int set_operations(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    if (keyvalue_parse_count(entry->value, 1, 100000, &reading->provider->operations) < 0)
        return keyvalue_error(error, entry, "OPERATIONS must be 1 to 100000, and is '%.64s'",
                              entry->value);
    return 0;
}

static int set_grace(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return set_time(&reading->provider->grace, 1, entry, error);
}

static int set_idle(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return set_time(&reading->provider->idle, 0, entry, error);
}

static int set_timeout(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return set_time(&reading->provider->default_timeout, 0, entry, error);
}

static int set_max_timeout(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return set_time(&reading->provider->max_timeout, 0, entry, error);
}

static int set_memory(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    if (keyvalue_parse_bytes(entry->value, 0, 1UL << 50, &reading->provider->limits.memory) < 0)
        return keyvalue_error(error, entry,
                              "MEMORY must be a number of bytes (K, M and G may follow; 0: no "
                              "limit), and is '%.64s'",
                              entry->value);
    return 0;
}

static int set_processes(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    if (keyvalue_parse_count(entry->value, 0, 4194304, &reading->provider->limits.processes) < 0)
        return keyvalue_error(error, entry,
                              "PROCESSES must be 0 (no limit) to 4194304, and is '%.64s'",
                              entry->value);
    return 0;
}

static int set_descriptors(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    if (keyvalue_parse_count(entry->value, 64, 1048576, &reading->provider->limits.descriptors) < 0)
        return keyvalue_error(error, entry, "DESCRIPTORS must be 64 to 1048576, and is '%.64s'",
                              entry->value);
    return 0;
}

static int set_cpu_time(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    return set_time(&reading->provider->limits.cpu_time, 0, entry, error);
}

static int set_new_privileges(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    reading->provider->new_privileges = strcasecmp(entry->value, "yes") == 0;
    if (!reading->provider->new_privileges && strcasecmp(entry->value, "no") != 0)
        return keyvalue_error(error, entry, "NEWPRIVILEGES is yes or no, and not '%.64s'",
                              entry->value);
    return 0;
}

/* What OMI ran as root for a registration, and mihost doesn't. */
static int refuse(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    (void)reading;
    return keyvalue_error(error, entry, "%s is not supported: mihost runs nothing but the library",
                          entry->key);
}

static const struct {
    const char *name;
    int (*set)(Reading *, const KeyValue *, KeyValueError *);
} keys[] = {
    {"LIBRARY", set_library},
    {"HOSTING", set_hosting},
    {"CLASS", add_served_class},
    {"EXTRACLASS", add_extra_class},
    {"INDICATIONCLASS", add_indication_class},
    {"INSTANCELIFETIME", ignore},
    {"CALLS", set_calls},
    {"OPERATIONS", set_operations},
    {"GRACE", set_grace},
    {"IDLE", set_idle},
    {"TIMEOUT", set_timeout},
    {"MAXTIMEOUT", set_max_timeout},
    {"MEMORY", set_memory},
    {"PROCESSES", set_processes},
    {"DESCRIPTORS", set_descriptors},
    {"CPUTIME", set_cpu_time},
    {"NEWPRIVILEGES", set_new_privileges},
    {"PREEXEC", refuse},
    {"INTERPRETER", refuse},
    {"STARTUP", refuse},
};

static int set_line(void *data, const KeyValue *entry, KeyValueError *error)
{
    const char *names[ARRAY_SIZE(keys)], *near;

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        if (strcmp(keys[i].name, entry->key) == 0)
            return keys[i].set(data, entry, error);
        names[i] = keys[i].name;
    }
    near = nearest_of(entry->key, names, ARRAY_SIZE(keys));
    if (near == NULL)
        return keyvalue_error(error, entry, "unknown key '%.64s': mihostd(8) lists the keys",
                              entry->key);
    return keyvalue_error(error, entry, "unknown key '%.64s': did you mean '%s'?", entry->key,
                          near);
}

/* The file's name without its folder and ".reg". */
static char *name_of_file(const char *file)
{
    const char *name = strrchr(file, '/');

    name = name == NULL ? file : name + 1;
    const char *dot = strrchr(name, '.');
    return strndup(name, dot == NULL ? strlen(name) : (size_t)(dot - name));
}

static int provider_new(const char *file, const char *name_space, const Config *config,
                        Provider **ret)
{
    CLEANUP(provider_unrefp) Provider *provider = calloc(1, sizeof(*provider));

    if (provider == NULL)
        return -ENOMEM;
    provider->references = 1;
    list_init(&provider->agents);
    list_init(&provider->healths);
    provider->name = name_of_file(file);
    provider->file = strdup(file);
    provider->name_space = strdup(name_space);
    provider->tally = tally_new();
    if (provider->name == NULL || provider->file == NULL || provider->name_space == NULL ||
        provider->tally == NULL)
        return -ENOMEM;
    provider->operations = config->operations;
    provider->limits = config->agent_limits;
    provider->grace = config->grace;
    provider->idle = config->idle;
    provider->default_timeout = config->default_timeout;
    provider->max_timeout = config->max_timeout;
    *ret = take_pointer(provider);
    return 0;
}

int provider_read(const char *file, const char *name_space, const Config *config, Provider **ret,
                  KeyValueError *error)
{
    CLEANUP(provider_unrefp) Provider *provider = NULL;
    char why[sizeof(error->message)];
    FILE *stream;
    int fd, r;

    snprintf(error->file, sizeof(error->file), "%s", file);
    r = provider_new(file, name_space, config, &provider);
    if (r < 0)
        return r;
    if (trust_open(&config->trusted, file, TRUST_FILE, &fd, why, sizeof(why)) < 0)
        return keyvalue_error(error, NULL, "%s", why);
    stream = fdopen(fd, "r");
    if (stream == NULL) {
        close(fd);
        return keyvalue_error(error, NULL, "cannot open '%s': %s", file, strerror(errno));
    }
    Reading reading = {.provider = provider, .config = config};
    r = keyvalue_read(stream, file, set_line, &reading, error);
    identity_deinit(&reading.user);
    fclose(stream);
    if (r < 0)
        return r;
    if (provider->library == NULL)
        return keyvalue_error(error, NULL, "LIBRARY is missing: write LIBRARY=name");
    if (reading.idle_hosting && provider->class_count > 0)
        return keyvalue_error(
            error, NULL,
            "HOSTING stands behind all classes, and is about those after it: move it up");
    if (provider->class_count == 0)
        return keyvalue_error(error, NULL, "CLASS is missing: write CLASS=Name for each class");
    *ret = take_pointer(provider);
    return 0;
}

int provider_check_library(Provider *provider, const Config *config, char *why, size_t why_size)
{
    char text[400];
    int r = trust_check(&config->trusted, provider->library, TRUST_FILE, text, sizeof(text));

    forget_fault(provider); /* what was known of it is old */
    if (r == 0)
        return 0;
    if (r == -ENOENT)
        snprintf(why, why_size, "cannot open the provider library '%s': %s", provider->library,
                 strerror(ENOENT));
    else
        snprintf(why, why_size, "the library of provider '%s' is not loaded: %s", provider->name,
                 text);
    provider_set_fault(provider, span_of(why), NULL);
    return r == -EPERM ? r : PROVIDER_LIBRARY_LOST;
}

void provider_set_fault(Provider *provider, Span fault, const char *class_name)
{
    forget_fault(provider);
    provider->fault = strndup(fault.data, fault.size);
    provider->fault_class = class_name == NULL ? NULL : strdup(class_name);
}

void provider_forget_fault(Provider *provider, const char *class_name)
{
    if (provider->fault_class == NULL || strcasecmp(provider->fault_class, class_name) == 0)
        forget_fault(provider);
}

bool provider_equals(const Provider *a, const Provider *b)
{
    if (strcmp(a->file, b->file) != 0 || strcmp(a->name_space, b->name_space) != 0 ||
        strcmp(a->library, b->library) != 0 || a->inproc != b->inproc ||
        a->parallel != b->parallel || a->operations != b->operations || a->grace != b->grace ||
        a->idle != b->idle || a->default_timeout != b->default_timeout ||
        a->max_timeout != b->max_timeout || a->new_privileges != b->new_privileges ||
        !limits_equal(&a->limits, &b->limits) || a->class_count != b->class_count)
        return false;
    for (size_t i = 0; i < a->class_count; i++)
        if (!provider_class_equals(&a->classes[i], &b->classes[i]))
            return false;
    return true;
}
