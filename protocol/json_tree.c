#include "protocol/json_tree.h"

#include "protocol/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_EXACT 9007199254740991.0 /* 2^53-1 */
#define MAX_NUMBER    63                 /* characters of a number that cJSON takes */
#define PAIRWISE      16                 /* members: so many are compared each with each */

static int PRINTF_LIKE(3, 4) refuse(JsonTreeFault *fault, size_t offset, const char *format, ...)
{
    va_list arguments;

    if (fault == NULL)
        return -EINVAL;
    fault->offset = offset;
    va_start(arguments, format);
    vsnprintf(fault->what, sizeof(fault->what), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

void json_tree_free(cJSON *tree)
{
    cJSON_Delete(tree);
}

/* Where in a checked @text there is a \u0000, or NULL. A backslash is always the beginning of an
 * escape. */
static const char *find_escaped_zero(Span text)
{
    const char *at = text.data, *end = text.data + text.size;

    while ((at = memchr(at, '\\', (size_t)(end - at))) != NULL) {
        if (end - at >= 6 && memcmp(at, "\\u0000", 6) == 0)
            return at;
        at += 2;
    }
    return NULL;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *find_twin_in_few(const cJSON *object)
{
    for (const cJSON *a = object->child; a != NULL; a = a->next)
        for (const cJSON *b = object->child; b != a; b = b->next)
            if (strcmp(a->string, b->string) == 0)
                return a->string;
    return NULL;
}

/* Sorted, lest a client that sends a million keys keeps us busy for hours. */
static int find_twin_in_many(const cJSON *object, size_t count, const char **ret)
{
    const char **keys = malloc(count * sizeof(*keys));
    size_t i = 0;

    if (keys == NULL)
        return -ENOMEM;
    for (const cJSON *member = object->child; member != NULL; member = member->next)
        keys[i++] = member->string;
    qsort(keys, count, sizeof(*keys), compare_keys);
    *ret = NULL;
    for (i = 1; i < count && *ret == NULL; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            *ret = keys[i];
    free(keys);
    return 0;
}

/* Refuses an object with two members of one name, anywhere in @tree, whose depth was checked. */
static int check_members(const cJSON *tree, JsonTreeFault *fault)
{
    const char *twin = NULL;
    size_t count = 0;
    int r = 0;

    for (const cJSON *child = tree->child; r == 0 && child != NULL; child = child->next) {
        r = check_members(child, fault);
        count++;
    }
    if (r < 0 || !cJSON_IsObject(tree))
        return r;
    if (count <= PAIRWISE)
        twin = find_twin_in_few(tree);
    else
        r = find_twin_in_many(tree, count, &twin);
    if (twin != NULL)
        return refuse(fault, 0, "the key \"%.64s\" stands twice in one object", twin);
    return r;
}

/* Whether cJSON stopped at @stop because a number has more than the 63 characters that it takes. */
static bool is_long_number(Span text, const char *stop)
{
    static const char characters[] = "+-.0123456789eE";
    size_t run = 0;

    /* coverage: likewise */
    if (stop == NULL || stop >= text.data + text.size || strchr(characters, *stop) == NULL)
        return false;
    /* coverage: newer versions of cJSON take numbers of any length, and never stop in one */
    while (run < MAX_NUMBER && stop - run > text.data && strchr(characters, stop[-1 - (long)run]))
        run++;
    return run == MAX_NUMBER; /* coverage: likewise */
}

int json_tree_parse(Span text, cJSON **ret, JsonTreeFault *fault)
{
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    const char *zero, *stop = NULL;
    JsonFault json_fault;
    int r;

    *ret = NULL;
    if (!json_check(text, JSON_MAX_DEPTH, &json_fault))
        return refuse(fault, json_fault.offset, "%s", json_fault.what);
    zero = find_escaped_zero(text);
    if (zero != NULL)
        return refuse(fault, (size_t)(zero - text.data), "\\u0000 is not allowed in strings");
    tree = cJSON_ParseWithLengthOpts(text.data, text.size, &stop, false);
    /* coverage: likewise */
    if (is_long_number(text, stop))
        return refuse(fault, (size_t)(stop - text.data), "a number has more than %d characters",
                      MAX_NUMBER);
    if (tree == NULL)
        return -ENOMEM; /* since the text is JSON */
    r = check_members(tree, fault);
    if (r == 0)
        *ret = take_pointer(tree);
    return r;
}

const cJSON *json_tree_get(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *json_tree_get_string(const cJSON *object, const char *name)
{
    const cJSON *member = json_tree_get(object, name);

    /* analyzer: NULL is no string to cJSON */
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

const char *json_tree_find_unknown(const cJSON *object, const char *const *names)
{
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        const char *const *name = names;

        while (*name != NULL && strcmp(*name, member->string) != 0)
            name++;
        if (*name == NULL)
            return member->string;
    }
    return NULL;
}

const char *json_tree_kind(const cJSON *value)
{
    if (value == NULL)
        return "nothing";
    if (cJSON_IsObject(value))
        return "an object";
    if (cJSON_IsArray(value))
        return "an array";
    if (cJSON_IsString(value))
        return "a string";
    if (cJSON_IsNumber(value))
        return "a number";
    if (cJSON_IsBool(value))
        return cJSON_IsTrue(value) ? "true" : "false";
    return "null";
}

/* Decimal digits, at most one sign in front; no leading +, no spaces: strtoll would take both. */
static bool is_decimal(const char *text)
{
    if (*text == '-')
        text++;
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* What a number or a string of digits says, as text for strtoll and strtoull. NULL if it's no
 * integer. */
static const char *integer_text(const cJSON *value, char buffer[32])
{
    if (cJSON_IsString(value))
        return is_decimal(value->valuestring) ? value->valuestring : NULL;
    if (!cJSON_IsNumber(value) || fabs(value->valuedouble) > LARGEST_EXACT ||
        trunc(value->valuedouble) != value->valuedouble)
        return NULL;
    snprintf(buffer, 32, "%lld", (long long)value->valuedouble);
    return buffer;
}

int json_tree_get_i64(const cJSON *value, long long *ret)
{
    char buffer[32];
    const char *text = integer_text(value, buffer);
    long long number;

    if (text == NULL)
        return -EINVAL;
    errno = 0;
    number = strtoll(text, NULL, 10);
    if (errno != 0)
        return -ERANGE;
    *ret = number;
    return 0;
}

int json_tree_get_u64(const cJSON *value, unsigned long long *ret)
{
    char buffer[32];
    const char *text = integer_text(value, buffer);
    unsigned long long number;

    if (text == NULL)
        return -EINVAL;
    errno = 0;
    number = strtoull(text, NULL, 10);
    if (errno != 0 || (text[0] == '-' && number != 0)) /* strtoull takes -1 for 2^64-1 */
        return -ERANGE;
    *ret = number;
    return 0;
}
