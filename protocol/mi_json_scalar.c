#include "protocol/mi_json_scalar.h"

#include "mi/datetime.h"
#include "protocol/json_tree.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 40 /* bytes of a string that a message quotes */

/* The integers that JSON numbers carry; uint64 and sint64 are read apart. */
static const struct {
    long long minimum, maximum;
} ranges[] = {
    [MI_UINT8] = {0, UINT8_MAX},   [MI_SINT8] = {INT8_MIN, INT8_MAX},
    [MI_UINT16] = {0, UINT16_MAX}, [MI_SINT16] = {INT16_MIN, INT16_MAX},
    [MI_UINT32] = {0, UINT32_MAX}, [MI_SINT32] = {INT32_MIN, INT32_MAX},
    [MI_CHAR16] = {0, UINT16_MAX},
};

static int get_integer(const cJSON *tree, MI_Uint32 type, void *to)
{
    long long number;

    if (!cJSON_IsNumber(tree) || json_tree_get_i64(tree, &number) < 0 ||
        number < ranges[type].minimum || number > ranges[type].maximum)
        return -EINVAL;
    switch (type) {
    case MI_UINT8:
        *(MI_Uint8 *)to = (MI_Uint8)number;
        return 0;
    case MI_SINT8:
        *(MI_Sint8 *)to = (MI_Sint8)number;
        return 0;
    case MI_UINT16:
    case MI_CHAR16:
        *(MI_Uint16 *)to = (MI_Uint16)number;
        return 0;
    case MI_SINT16:
        *(MI_Sint16 *)to = (MI_Sint16)number;
        return 0;
    case MI_UINT32:
        *(MI_Uint32 *)to = (MI_Uint32)number;
        return 0;
    default:
        *(MI_Sint32 *)to = (MI_Sint32)number;
        return 0;
    }
}

static int get_real(const cJSON *tree, MI_Uint32 type, void *to)
{
    double number;

    if (cJSON_IsNull(tree))
        number = (double)NAN;
    else if (cJSON_IsNumber(tree) && isfinite(tree->valuedouble))
        number = tree->valuedouble;
    else
        return -EINVAL;
    if (type == MI_REAL64) {
        *(MI_Real64 *)to = number;
        return 0;
    }
    if (isfinite(number) && !isfinite((MI_Real32)number))
        return -EINVAL;
    *(MI_Real32 *)to = (MI_Real32)number;
    return 0;
}

int mi_json_scalar_get(const cJSON *tree, MI_Type type, void *to)
{
    switch ((MI_Uint32)type) {
    case MI_BOOLEAN:
        if (!cJSON_IsBool(tree))
            return -EINVAL;
        *(MI_Boolean *)to = cJSON_IsTrue(tree) ? MI_TRUE : MI_FALSE;
        return 0;
    case MI_UINT64:
        return json_tree_get_u64(tree, to) < 0 ? -EINVAL : 0;
    case MI_SINT64:
        return json_tree_get_i64(tree, to) < 0 ? -EINVAL : 0;
    case MI_REAL32:
    case MI_REAL64:
        return get_real(tree, type, to);
    case MI_DATETIME:
        if (!cJSON_IsString(tree) ||
            datetime_parse(tree->valuestring, strlen(tree->valuestring), to) < 0)
            return -EINVAL;
        return 0;
    case MI_STRING:
        if (!cJSON_IsString(tree))
            return -EINVAL;
        *(char **)to = tree->valuestring;
        return 0;
    default:
        /* coverage: what is neither was kept away: instances are read elsewhere */
        return (MI_Uint32)type <= MI_CHAR16 ? get_integer(tree, type, to) : -EINVAL;
    }
}

int mi_json_scalar_infer(const cJSON *tree, MI_Type *ret)
{
    long long number;
    MI_Type element;

    if (cJSON_IsBool(tree)) {
        *ret = MI_BOOLEAN;
    } else if (cJSON_IsString(tree)) {
        *ret = MI_STRING;
    } else if (cJSON_IsNumber(tree)) {
        *ret = json_tree_get_i64(tree, &number) == 0 ? MI_SINT64 : MI_REAL64;
    } else if (cJSON_IsObject(tree)) {
        *ret = MI_INSTANCE;
    } else if (cJSON_IsArray(tree) && tree->child != NULL && !cJSON_IsArray(tree->child) &&
               mi_json_scalar_infer(tree->child, &element) == 0) {
        *ret = (MI_Type)(MI_ARRAY | element);
    } else {
        return -EINVAL;
    }
    return 0;
}

void mi_json_scalar_expected(MI_Type type, char text[MI_JSON_SCALAR_TEXT])
{
    static const char *const words[MI_ARRAY] = {
        [MI_BOOLEAN] = "true or false",
        [MI_UINT64] = "a string of decimal digits, at most \"18446744073709551615\"",
        [MI_SINT64] = "a string of decimal digits from \"-9223372036854775808\" to "
                      "\"9223372036854775807\"",
        [MI_REAL32] = "a number up to 3.4e38",
        [MI_REAL64] = "a number up to 1.7e308",
        [MI_DATETIME] = "a timestamp (\"yyyymmddHHMMSS.mmmmmm+utc\") or an interval "
                        "(\"ddddddddHHMMSS.mmmmmm:000\")",
        [MI_STRING] = "a string",
        [MI_REFERENCE] = "an object path, {\"class\", \"properties\": {keys}}",
        [MI_INSTANCE] = "an instance, {\"class\", \"properties\"}",
    };

    if (words[type] != NULL)
        snprintf(text, MI_JSON_SCALAR_TEXT, "%s", words[type]);
    else
        snprintf(text, MI_JSON_SCALAR_TEXT, "an integer from %lld to %lld", ranges[type].minimum,
                 ranges[type].maximum);
}

void mi_json_scalar_actual(const cJSON *tree, char text[MI_JSON_SCALAR_TEXT])
{
    if (cJSON_IsNumber(tree)) {
        snprintf(text, MI_JSON_SCALAR_TEXT, "%.17g", tree->valuedouble);
    } else if (cJSON_IsString(tree)) {
        size_t size = strlen(tree->valuestring);

        if (size > SHOWN) {
            size = SHOWN;
            /* coverage: a character of SHOWN bytes, which is none */
            while (size > 0 && (tree->valuestring[size] & 0xC0) == 0x80)
                size--; /* not in the middle of a character */
        }
        snprintf(text, MI_JSON_SCALAR_TEXT, "the string \"%.*s\"%s", (int)size, tree->valuestring,
                 tree->valuestring[size] == '\0' ? "" : "...");
    } else {
        snprintf(text, MI_JSON_SCALAR_TEXT, "%s", json_tree_kind(tree));
    }
}
