#include "server/provider.h"

#include "protocol/payload.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#define MAX_CLASSES 4096
#define MAX_NAME    256
#define MAX_TIME    (24UL * 3600 * 1000)

/* What provider_read carries from line to line. */
typedef struct Reading {
    Provider *provider;
    const Config *config;
} Reading;

static void class_deinit(ProviderClass *class)
{
    for (size_t i = 0; i < class->base_count; i++)
        free(class->bases[i]);
    free(class->bases);
    free(class->name);
}

static Provider *provider_free(Provider *provider)
{
    assert(list_is_empty(&provider->agents));
    for (size_t i = 0; i < provider->class_count; i++)
        class_deinit(&provider->classes[i]);
    free(provider->classes);
    identity_deinit(&provider->user);
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

/* A CIM name: a letter or underscore, then letters, digits and underscores. */
static bool is_name(const char *name, size_t length)
{
    if (length == 0 || length > MAX_NAME || isdigit((unsigned char)*name))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_')
            return false;
    return true;
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

static int set_hosting(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    Provider *provider = reading->provider;
    int r;

    identity_deinit(&provider->user);
    provider->inproc = strcmp(entry->value, "@inproc@") == 0;
    if (provider->inproc || strcmp(entry->value, "@requestor@") == 0) {
        provider->hosting = HOSTING_REQUESTOR;
        return 0;
    }
    if (*entry->value == '@' || *entry->value == '\0')
        return keyvalue_error(
            error, entry, "unknown hosting '%.64s': it is @requestor@, @inproc@ or a user's name",
            entry->value);
    r = identity_from_user(entry->value, &provider->user);
    if (r == -ENOENT)
        return keyvalue_error(error, entry, "HOSTING: there is no user '%.64s'", entry->value);
    if (r < 0)
        return keyvalue_error(error, entry, "HOSTING: cannot look up user '%.64s': %s",
                              entry->value, strerror(-r));
    provider->hosting = HOSTING_USER;
    return 0;
}

/* C[:Base...][{Left,Right}]: splits @text, which is changed; the association's ends follow with
 * associations. */
static int add_class(Reading *reading, const KeyValue *entry, KeyValueError *error)
{
    Provider *provider = reading->provider;
    char text[KEYVALUE_MAX_LINE + 1], *brace, *rest = text, *name;
    ProviderClass class = {0};
    int r = 0;

    if (provider->class_count == MAX_CLASSES)
        return keyvalue_error(error, entry, "more than %d classes", MAX_CLASSES);
    snprintf(text, sizeof(text), "%s", entry->value);
    brace = strchr(text, '{');
    if (brace != NULL) {
        if (brace[strlen(brace) - 1] != '}')
            return keyvalue_error(error, entry, "'%.64s': '{Left,Right}' isn't closed",
                                  entry->value);
        *brace = '\0';
    }
    while ((name = strsep(&rest, ":")) != NULL) {
        if (!is_name(name, strlen(name))) {
            r = keyvalue_error(error, entry, "'%.64s' is no class name", name);
            break;
        }
        char *copy = strdup(name);
        if (copy == NULL) {
            r = -ENOMEM;
        } else if (class.name == NULL) {
            class.name = copy;
        } else {
            char **bases = reallocarray(class.bases, class.base_count + 1, sizeof(*bases));
            if (bases == NULL) {
                free(copy);
                r = -ENOMEM;
            } else {
                class.bases = bases;
                class.bases[class.base_count++] = copy;
            }
        }
        if (r < 0)
            break;
    }
    if (r == 0) {
        ProviderClass *classes =
            reallocarray(provider->classes, provider->class_count + 1, sizeof(*classes));
        if (classes == NULL) {
            r = -ENOMEM;
        } else {
            provider->classes = classes;
            classes[provider->class_count++] = class;
            return 0;
        }
    }
    class_deinit(&class);
    return r;
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
    {"LIBRARY", set_library}, {"HOSTING", set_hosting},       {"CLASS", add_class},
    {"CALLS", set_calls},     {"OPERATIONS", set_operations}, {"GRACE", set_grace},
    {"IDLE", set_idle},       {"TIMEOUT", set_timeout},       {"MAXTIMEOUT", set_max_timeout},
    {"PREEXEC", refuse},      {"INTERPRETER", refuse},        {"STARTUP", refuse},
};

static int set_line(void *data, const KeyValue *entry, KeyValueError *error)
{
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strcmp(keys[i].name, entry->key) == 0)
            return keys[i].set(data, entry, error);
    return keyvalue_error(error, entry, "unknown key '%.64s': mihostd(8) lists the keys",
                          entry->key);
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
    provider->name = name_of_file(file);
    provider->file = strdup(file);
    provider->name_space = strdup(name_space);
    if (provider->name == NULL || provider->file == NULL || provider->name_space == NULL)
        return -ENOMEM;
    provider->operations = config->operations;
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
    FILE *stream;
    int r;

    snprintf(error->file, sizeof(error->file), "%s", file);
    r = provider_new(file, name_space, config, &provider);
    if (r < 0)
        return r;
    stream = fopen(file, "re");
    if (stream == NULL)
        return keyvalue_error(error, NULL, "cannot open '%s': %s", file, strerror(errno));
    Reading reading = {.provider = provider, .config = config};
    r = keyvalue_read(stream, file, set_line, &reading, error);
    fclose(stream);
    if (r < 0)
        return r;
    if (provider->library == NULL)
        return keyvalue_error(error, NULL, "LIBRARY is missing: write LIBRARY=name");
    if (provider->class_count == 0)
        return keyvalue_error(error, NULL, "CLASS is missing: write CLASS=Name for each class");
    *ret = take_pointer(provider);
    return 0;
}

static bool class_equals(const ProviderClass *a, const ProviderClass *b)
{
    if (strcmp(a->name, b->name) != 0 || a->base_count != b->base_count)
        return false;
    for (size_t i = 0; i < a->base_count; i++)
        if (strcmp(a->bases[i], b->bases[i]) != 0)
            return false;
    return true;
}

bool provider_equals(const Provider *a, const Provider *b)
{
    if (strcmp(a->file, b->file) != 0 || strcmp(a->name_space, b->name_space) != 0 ||
        strcmp(a->library, b->library) != 0 || a->hosting != b->hosting || a->inproc != b->inproc ||
        a->parallel != b->parallel || a->operations != b->operations || a->grace != b->grace ||
        a->idle != b->idle || a->default_timeout != b->default_timeout ||
        a->max_timeout != b->max_timeout || a->class_count != b->class_count)
        return false;
    if (a->hosting == HOSTING_USER && !identity_equals(&a->user, &b->user))
        return false;
    for (size_t i = 0; i < a->class_count; i++)
        if (!class_equals(&a->classes[i], &b->classes[i]))
            return false;
    return true;
}
