#include "server/registry.h"

#include "base/macros.h"
#include "server/trust.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAX_PROVIDERS 4096
#define MAX_ERRORS    1000

void registry_init(Registry *registry)
{
    *registry = (Registry){0};
}

void registry_deinit(Registry *registry)
{
    class_table_deinit(&registry->classes);
    for (size_t i = 0; i < registry->provider_count; i++)
        provider_unref(registry->providers[i]);
    for (size_t i = 0; i < registry->name_space_count; i++)
        free(registry->name_spaces[i]);
    free(registry->providers);
    free(registry->name_spaces);
    free(registry->errors);
    *registry = (Registry){0};
}

static int add_error(Registry *registry, const KeyValueError *error)
{
    KeyValueError *errors;

    if (registry->error_count == MAX_ERRORS)
        return 0;
    errors = reallocarray(registry->errors, registry->error_count + 1, sizeof(*errors));
    if (errors == NULL)
        return -ENOMEM;
    registry->errors = errors;
    errors[registry->error_count++] = *error;
    return 0;
}

static int add_provider(Registry *registry, Provider *provider)
{
    Provider **providers =
        reallocarray(registry->providers, registry->provider_count + 1, sizeof(*providers));

    if (providers == NULL)
        return -ENOMEM;
    registry->providers = providers;
    providers[registry->provider_count++] = provider_ref(provider);
    return 0;
}

/*
 * Enters the classes of @provider; one that another registration has already is listed as an error,
 * with its line in @text: the same registration as its file has it now, or NULL.
 */
static int add_classes(Registry *registry, Provider *provider, const Provider *text)
{
    for (size_t i = 0; i < provider->class_count; i++) {
        const ProviderClass *class = &provider->classes[i];
        const KeyValue place = {.file = provider->file, .line = text ? text->classes[i].line : 0};
        const Provider *other;
        KeyValueError error = {0};
        int r = class_table_add(&registry->classes, provider, class, &other);

        if (r == -EEXIST) {
            (void)keyvalue_error(&error, &place, "class '%s' of %s is registered by '%s' already",
                                 class->name, provider->name_space, other->file);
            r = add_error(registry, &error);
        }
        if (r < 0)
            return r;
    }
    return 0;
}

static Provider *find_by_file(const Registry *registry, const char *file)
{
    for (size_t i = 0; i < registry->provider_count; i++)
        if (strcmp(registry->providers[i]->file, file) == 0)
            return registry->providers[i];
    return NULL;
}

static Provider *find_by_name(const Registry *registry, const char *name_space, const char *name)
{
    for (size_t i = 0; i < registry->provider_count; i++)
        if (strcmp(registry->providers[i]->name_space, name_space) == 0 &&
            strcmp(registry->providers[i]->name, name) == 0)
            return registry->providers[i];
    return NULL;
}

/* Counts for @provider go on where those of its name in @registry are. */
static void share_tally(Provider *provider, const Registry *registry)
{
    const Provider *other = find_by_name(registry, provider->name_space, provider->name);

    if (other == NULL)
        return;
    tally_unref(provider->tally);
    provider->tally = tally_ref(other->tally);
}

/* A library that others could change is listed; no agent loads it while that is so. */
static int check_library(Registry *registry, const Config *config, Provider *provider)
{
    KeyValueError error = {0};

    if (provider_check_library(provider, config, error.message, sizeof(error.message)) >= 0)
        return 0;
    snprintf(error.file, sizeof(error.file), "%s", provider->file);
    return add_error(registry, &error);
}

/* Reads one registration; what didn't change, or can't be read now, is taken over from @old. */
static int load_file(Registry *registry, const Registry *old, const Config *config,
                     const char *file, const char *name_space)
{
    CLEANUP(provider_unrefp) Provider *provider = NULL, *text = NULL;
    Provider *before = find_by_file(old, file);
    KeyValueError error = {0};
    int r;

    if (registry->provider_count == MAX_PROVIDERS) {
        (void)keyvalue_error(&error, NULL, "more than %d registrations", MAX_PROVIDERS);
        return add_error(registry, &error);
    }
    r = provider_read(file, name_space, config, &provider, &error);
    if (r == -ENOMEM)
        return r;
    if (r < 0 && add_error(registry, &error) < 0)
        return -ENOMEM;
    text = r < 0 ? NULL : provider_ref(provider);
    if (before != NULL && (r < 0 || provider_equals(before, provider))) {
        provider_unref(provider);
        provider = provider_ref(before);
    } else if (r < 0) {
        return 0;
    } else {
        share_tally(provider, old);
        share_tally(provider, registry);
    }
    r = add_provider(registry, provider);
    if (r == 0)
        r = add_classes(registry, provider, text);
    return r < 0 ? r : check_library(registry, config, provider);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);

    return length > tail && strcmp(text + length - tail, end) == 0;
}

static int only_registrations(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_with(entry->d_name, ".reg");
}

/* A name with a dot in it is that of a file beside the folders. */
static int only_name_spaces(const struct dirent *entry)
{
    return strchr(entry->d_name, '.') == NULL;
}

/* Takes over the namespace called @name, which is owned from here on. */
static int add_name_space(Registry *registry, char *name)
{
    char **names =
        reallocarray(registry->name_spaces, registry->name_space_count + 1, sizeof(*names));

    if (names == NULL) {
        free(name);
        return -ENOMEM;
    }
    registry->name_spaces = names;
    names[registry->name_space_count++] = name;
    return 0;
}

/* "root-cimv2" is root/cimv2. */
static char *name_of_folder(const char *folder)
{
    char *name = strdup(folder);

    for (char *c = name; c != NULL && *c != '\0'; c++)
        if (*c == '-')
            *c = '/';
    return name;
}

/* Takes over from @old what it has from @folder. */
static int keep_folder(Registry *registry, const Registry *old, const char *folder)
{
    size_t length = strlen(folder);
    int r = 0;

    for (size_t i = 0; r == 0 && i < old->provider_count; i++) {
        Provider *provider = old->providers[i];
        char *name;

        if (strncmp(provider->file, folder, length) != 0 || provider->file[length] != '/')
            continue;
        name = strdup(provider->name_space);
        r = name == NULL ? -ENOMEM : add_name_space(registry, name);
        if (r == 0)
            r = add_provider(registry, provider);
        if (r == 0)
            r = add_classes(registry, provider, NULL);
    }
    return r;
}

/* Lists a folder that can't be read. What is in force from it stays so, unless it is gone. A file
 * among the folders is nothing. */
static int folder_error(Registry *registry, const Registry *old, const char *folder)
{
    KeyValueError error = {0};
    int number = errno, r;

    if (number == ENOMEM)
        return -ENOMEM;
    if (number == ENOTDIR)
        return 0;
    snprintf(error.file, sizeof(error.file), "%s", folder);
    (void)keyvalue_error(&error, NULL, "cannot read the folder '%s': %s", folder, strerror(number));
    r = add_error(registry, &error);
    return r < 0 || number == ENOENT ? r : keep_folder(registry, old, folder);
}

/* True if others could change what is in @folder: listed, and what is in force from it stays so. */
static bool is_distrusted(Registry *registry, const Registry *old, const Config *config,
                          const char *folder, int *ret)
{
    KeyValueError error = {0};

    *ret = 0;
    if (trust_check(&config->trusted, folder, TRUST_FOLDER, error.message, sizeof(error.message)) !=
        -EPERM)
        return false;
    snprintf(error.file, sizeof(error.file), "%s", folder);
    *ret = add_error(registry, &error);
    if (*ret == 0)
        *ret = keep_folder(registry, old, folder);
    return true;
}

/* Reads what is in a namespace's folder, sorted, so that the order of a folder decides nothing. */
static int load_name_space(Registry *registry, const Registry *old, const Config *config,
                           const char *folder, const char *entry)
{
    char *name = name_of_folder(entry);
    struct dirent **entries;
    int count, r;

    if (name == NULL)
        return -ENOMEM;
    if (is_distrusted(registry, old, config, folder, &r)) {
        free(name);
        return r;
    }
    count = scandir(folder, &entries, only_registrations, alphasort);
    if (count < 0) {
        r = folder_error(registry, old, folder);
        free(name);
        return r;
    }
    r = add_name_space(registry, name);
    for (int i = 0; i < count; i++) {
        char *path = NULL;

        if (r == 0 && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
            r = -ENOMEM;
        if (r == 0)
            r = load_file(registry, old, config, path, name);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return r;
}

/* Reads the namespaces in a folder of registrations. */
static int load_folder(Registry *registry, const Registry *old, const Config *config,
                       const char *folder)
{
    struct dirent **entries;
    int count, r = 0;

    if (is_distrusted(registry, old, config, folder, &r))
        return r;
    count = scandir(folder, &entries, only_name_spaces, alphasort);
    if (count < 0)
        return folder_error(registry, old, folder);
    for (int i = 0; i < count; i++) {
        char *path = NULL;

        if (r == 0 && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
            r = -ENOMEM;
        if (r == 0)
            r = load_name_space(registry, old, config, path, entries[i]->d_name);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return r;
}

int registry_load(Registry *registry, const Config *config, RegistryRetired retired, void *data)
{
    Registry fresh = {0}, old;
    int r = 0;

    for (size_t i = 0; r == 0 && i < config->registration_count; i++)
        r = load_folder(&fresh, registry, config, config->registrations[i]);
    if (r == 0)
        r = class_table_link(&fresh.classes);
    if (r < 0) {
        registry_deinit(&fresh);
        return r;
    }
    old = *registry;
    *registry = fresh;
    for (size_t i = 0; i < old.provider_count; i++) {
        Provider *provider = old.providers[i], *now = find_by_file(registry, provider->file);
        if (now == provider)
            continue;
        provider->retired = true;
        retired(data, provider, now == NULL);
    }
    registry_deinit(&old);
    return 0;
}

bool registry_has_name_space(const Registry *registry, const char *name_space)
{
    for (size_t i = 0; i < registry->name_space_count; i++)
        if (strcasecmp(registry->name_spaces[i], name_space) == 0)
            return true;
    return false;
}
