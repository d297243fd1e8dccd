#include "server/who.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#define MAX_WHO 1000 /* in one list */

/* A number that is an id: what getpwnam need not know. */
static bool get_id(const char *text, id_t *ret)
{
    unsigned long number;

    if (keyvalue_parse_count(text, 0, UINT32_MAX - 1, &number) < 0)
        return false;
    *ret = (id_t)number;
    return true;
}

static int refuse_lookup(const char *kind, const char *name, int error_number,
                         const KeyValue *entry, KeyValueError *error)
{
    if (error_number == 0 || error_number == ENOENT || error_number == ESRCH)
        return keyvalue_error(error, entry, "'%s': there is no %s '%.64s'", entry->key, kind, name);
    return keyvalue_error(error, entry, "'%s': cannot look up the %s '%.64s': %s", entry->key, kind,
                          name, strerror(error_number));
}

static int parse_user(const char *name, const KeyValue *entry, Who *ret, KeyValueError *error)
{
    const struct passwd *user;

    *ret = (Who){.kind = WHO_USER};
    if (get_id(name, &ret->id))
        return 0;
    errno = 0;
    user = getpwnam(name);
    if (user == NULL)
        return refuse_lookup("user", name, errno, entry, error);
    ret->id = user->pw_uid;
    return 0;
}

static int parse_group(const char *name, const KeyValue *entry, Who *ret, KeyValueError *error)
{
    const struct group *group;

    *ret = (Who){.kind = WHO_GROUP};
    if (get_id(name, &ret->id))
        return 0;
    errno = 0;
    group = getgrnam(name);
    if (group == NULL)
        return refuse_lookup("group", name, errno, entry, error);
    ret->id = group->gr_gid;
    return 0;
}

int who_parse(const char *word, const KeyValue *entry, Who *ret, KeyValueError *error)
{
    if (strcmp(word, "*") == 0) {
        *ret = (Who){.kind = WHO_EVERYBODY};
        return 0;
    }
    if (strncmp(word, "user:", 5) == 0 && word[5] != '\0')
        return parse_user(word + 5, entry, ret, error);
    if (strncmp(word, "group:", 6) == 0 && word[6] != '\0')
        return parse_group(word + 6, entry, ret, error);
    return keyvalue_error(
        error, entry, "'%s': '%.64s' is nobody: write user:NAME, group:NAME, or * for everybody",
        entry->key, word);
}

bool who_is(const Who *who, const Identity *identity)
{
    switch (who->kind) {
    case WHO_EVERYBODY:
        return true;
    case WHO_USER:
        return identity->uid == who->id;
    case WHO_GROUP:
        return identity_has_group(identity, who->id);
    }
    return false;
}

int who_list_append(WhoList *list, const Who *who)
{
    Who *items = reallocarray(list->items, list->count + 1, sizeof(*items));

    if (items == NULL)
        return -ENOMEM;
    list->items = items;
    items[list->count++] = *who;
    return 0;
}

int who_list_add(WhoList *list, const KeyValue *entry, KeyValueError *error)
{
    char text[KEYVALUE_MAX_LINE + 1], *rest = text, *word;
    size_t before = list->count;

    snprintf(text, sizeof(text), "%s", entry->value);
    while ((word = strsep(&rest, " \t")) != NULL) {
        Who who;
        int r;

        if (*word == '\0')
            continue;
        if (list->count == MAX_WHO)
            return keyvalue_error(error, entry, "'%s' names more than %d", entry->key, MAX_WHO);
        r = who_parse(word, entry, &who, error);
        if (r == 0)
            r = who_list_append(list, &who);
        if (r < 0)
            return r;
    }
    return list->count > before
               ? 0
               : keyvalue_error(
                     error, entry,
                     "'%s' names nobody: write user:NAME, group:NAME, or * for everybody",
                     entry->key);
}

void who_list_deinit(WhoList *list)
{
    free(list->items);
    *list = (WhoList){0};
}

bool who_list_has(const WhoList *list, const Identity *identity)
{
    for (size_t i = 0; i < list->count; i++)
        if (who_is(&list->items[i], identity))
            return true;
    return false;
}
