#include "server/provider_class.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define MAX_NAME  256
#define MAX_BASES 64

void provider_class_deinit(ProviderClass *class)
{
    for (size_t i = 0; i < class->base_count; i++)
        free(class->bases[i]);
    free(class->bases);
    free(class->name);
    free(class->left);
    free(class->right);
    identity_deinit(&class->user);
    *class = (ProviderClass){0};
}

/* A CIM name: a letter or underscore, then letters, digits and underscores. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length > MAX_NAME || isdigit((unsigned char)*name))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_')
            return false;
    return true;
}

static int copy_name(const KeyValue *entry, const char *name, char **ret, KeyValueError *error)
{
    if (!is_name(name))
        return keyvalue_error(error, entry, "'%.64s' is no class name", name);
    *ret = strdup(name);
    return *ret == NULL ? -ENOMEM : 0;
}

static int add_base(ProviderClass *class, const KeyValue *entry, const char *name,
                    KeyValueError *error)
{
    char **bases;

    if (class->base_count == MAX_BASES)
        return keyvalue_error(error, entry, "class '%.64s' has more than %d bases", class->name,
                              MAX_BASES);
    bases = reallocarray(class->bases, class->base_count + 1, sizeof(*bases));
    if (bases == NULL)
        return -ENOMEM;
    class->bases = bases;
    int r = copy_name(entry, name, &bases[class->base_count], error);
    if (r == 0)
        class->base_count++;
    return r;
}

/* `Name[:Base...]`, one end of an association, as OMI's generator writes it. What its class derives
 * from is said by the class lines; here it is only checked. */
static int parse_end(const KeyValue *entry, char *text, char **ret, KeyValueError *error)
{
    char *name = strsep(&text, ":");
    int r = copy_name(entry, name, ret, error);

    while (r == 0 && (name = strsep(&text, ":")) != NULL)
        if (!is_name(name))
            r = keyvalue_error(error, entry, "'%.64s' is no class name", name);
    return r;
}

/* `{Left,Right}`: @text begins behind the brace, and is changed. */
static int parse_ends(ProviderClass *class, const KeyValue *entry, char *text, KeyValueError *error)
{
    char *comma = strchr(text, ','), *brace = strchr(text, '}');
    int r;

    if (comma == NULL || brace == NULL || brace < comma || brace[1] != '\0')
        return keyvalue_error(error, entry, "'%.64s': the ends of an association are {Left,Right}",
                              entry->value);
    *comma = *brace = '\0';
    r = parse_end(entry, text, &class->left, error);
    return r < 0 ? r : parse_end(entry, comma + 1, &class->right, error);
}

int provider_class_parse(const KeyValue *entry, ProviderClassKind kind, ProviderClass *ret,
                         KeyValueError *error)
{
    char text[KEYVALUE_MAX_LINE + 1], *rest = text, *name;
    ProviderClass class = {.kind = kind, .line = entry->line};
    int r = 0;

    snprintf(text, sizeof(text), "%s", entry->value);
    char *brace = strchr(text, '{');
    if (brace != NULL) {
        *brace = '\0';
        r = parse_ends(&class, entry, brace + 1, error);
    }
    while (r == 0 && (name = strsep(&rest, ":")) != NULL)
        r = class.name == NULL ? copy_name(entry, name, &class.name, error)
                               : add_base(&class, entry, name, error);
    if (r < 0) {
        provider_class_deinit(&class);
        return r;
    }
    *ret = class;
    return 0;
}

static bool texts_equal(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool provider_class_equals(const ProviderClass *a, const ProviderClass *b)
{
    if (a->kind != b->kind || a->base_count != b->base_count || a->hosting != b->hosting ||
        !texts_equal(a->name, b->name) || !texts_equal(a->left, b->left) ||
        !texts_equal(a->right, b->right))
        return false;
    if (a->hosting == HOSTING_USER && !identity_equals(&a->user, &b->user))
        return false;
    for (size_t i = 0; i < a->base_count; i++)
        if (strcmp(a->bases[i], b->bases[i]) != 0)
            return false;
    return true;
}
