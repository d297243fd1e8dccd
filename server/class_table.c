#include "server/class_table.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define MAX_KEY 520

static void make_key(char key[MAX_KEY], const char *name_space, const char *class_name)
{
    snprintf(key, MAX_KEY, "%s:%s", name_space, class_name);
    for (char *c = key; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
}

static void entry_free(ClassEntry *entry)
{
    free(entry->derived);
    free(entry->ancestors);
    free(entry->spelling);
    free(entry->key);
    free(entry);
}

void class_table_deinit(ClassTable *table)
{
    ClassEntry *entry, *next;

    HASH_ITER(hh, table->entries, entry, next)
    {
        HASH_DELETE(hh, table->entries, entry);
        entry_free(entry);
    }
}

ClassEntry *class_table_find(const ClassTable *table, const char *name_space,
                             const char *class_name)
{
    char key[MAX_KEY];
    ClassEntry *entry;

    make_key(key, name_space, class_name);
    HASH_FIND_STR(table->entries, key, entry);
    return entry;
}

/* The class, made if it isn't there. NULL: out of memory. */
static ClassEntry *find_or_make(ClassTable *table, const char *name_space, const char *name)
{
    char key[MAX_KEY];
    ClassEntry *entry = class_table_find(table, name_space, name);

    if (entry != NULL)
        return entry;
    make_key(key, name_space, name);
    entry = calloc(1, sizeof(*entry));
    if (entry == NULL)
        return NULL;
    entry->key = strdup(key);
    entry->name = entry->spelling = strdup(name);
    entry->name_space = name_space;
    if (entry->key != NULL && entry->spelling != NULL) {
        HASH_ADD_KEYPTR(hh, table->entries, entry->key, strlen(entry->key), entry);
        if (!hash_has_failed(entry))
            return entry;
    }
    entry_free(entry);
    return NULL;
}

int class_table_add(ClassTable *table, Provider *provider, const ProviderClass *class,
                    const Provider **other)
{
    ClassEntry *entry = find_or_make(table, provider->name_space, class->name);

    if (entry == NULL)
        return -ENOMEM;
    if (class->kind == CLASS_SERVED && entry->provider != NULL) {
        *other = entry->provider;
        return -EEXIST;
    }
    for (size_t i = 0; i < class->base_count; i++)
        if (find_or_make(table, provider->name_space, class->bases[i]) == NULL)
            return -ENOMEM;
    /* The line of whoever implements it says most. */
    if (class->kind == CLASS_SERVED) {
        entry->provider = provider;
        entry->class = class;
    } else if (entry->class == NULL) {
        entry->class = class;
        entry->teller = provider;
    }
    return 0;
}

static bool contains(ClassEntry *const *list, size_t count, const ClassEntry *entry)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == entry)
            return true;
    return false;
}

static int append(ClassEntry ***list, size_t *count, ClassEntry *entry)
{
    ClassEntry **larger = *list;

    if ((*count & (*count - 1)) == 0) { /* full at 0, 1, 2, 4, 8, ... */
        larger = reallocarray(*list, *count == 0 ? 1 : *count * 2, sizeof(**list));
        if (larger == NULL)
            return -ENOMEM;
        *list = larger;
    }
    larger[(*count)++] = entry;
    return 0;
}

/* Makes @entry derive from the bases of @class, and from theirs. Ends although registrations could
 * declare a circle: nothing is entered twice. */
static int link_bases(ClassTable *table, ClassEntry *entry, const ProviderClass *class)
{
    int r = 0;

    for (size_t i = 0; r == 0 && class != NULL && i < class->base_count; i++) {
        ClassEntry *base = class_table_find(table, entry->name_space, class->bases[i]);
        if (base == NULL || base == entry ||
            contains(entry->ancestors, entry->ancestor_count, base))
            continue;
        r = append(&entry->ancestors, &entry->ancestor_count, base);
        if (r == 0)
            r = append(&base->derived, &base->derived_count, entry);
        if (r == 0)
            r = link_bases(table, entry, base->class);
    }
    return r;
}

int class_table_link(ClassTable *table)
{
    ClassEntry *entry, *next;
    int r = 0;

    HASH_ITER(hh, table->entries, entry, next)
    {
        if (r == 0)
            r = link_bases(table, entry, entry->class);
    }
    return r;
}

bool class_entry_is_a(const ClassEntry *entry, const char *name)
{
    if (strcasecmp(entry->name, name) == 0)
        return true;
    for (size_t i = 0; i < entry->ancestor_count; i++)
        if (strcasecmp(entry->ancestors[i]->name, name) == 0)
            return true;
    return false;
}
