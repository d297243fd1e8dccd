/*
 * cJSON with gloves: JSON as a tree, where a tree is needed.
 *
 * cJSON takes more than JSON: trailing garbage, duplicate keys, "\u0000" that truncates, any depth.
 * So a text is checked by json_check() first, and what the grammar permits but C or a reader can't
 * tell apart is refused: \u0000, and a key that an object has twice. Members are found with regard
 * to case. Numbers are doubles: 64-bit integers travel as strings.
 */
#pragma once

#include "base/macros.h"
#include "base/span.h"

#include <cjson/cJSON.h>

/* Where and why a text was refused: a phrase that names the key if there is one. */
typedef struct JsonTreeFault {
    size_t offset; /* bytes from the beginning; 0 for a duplicate key */
    char what[160];
} JsonTreeFault;

/* Frees a tree. NULL is fine. */
void json_tree_free(cJSON *tree);
DEFINE_CLEANUP(cJSON, json_tree_free)

/* Parses exactly one JSON value. 0 and *@ret, to be freed with json_tree_free(); -EINVAL with
 * @fault (may be NULL) set; -ENOMEM. *@ret is NULL unless 0 is returned. */
int json_tree_parse(Span text, cJSON **ret, JsonTreeFault *fault);

/* The member called @name, exactly; NULL if there is none or @object is no object. */
const cJSON *json_tree_get(const cJSON *object, const char *name);

/* The string that the member is; NULL if there is none, or it is something else. */
const char *json_tree_get_string(const cJSON *object, const char *name);

/* The first member of @object that is in none of @names (ends with NULL), or NULL. */
const char *json_tree_find_unknown(const cJSON *object, const char *const *names);

/* "an object", "a string", "null", ...: what @value is, for messages. */
const char *json_tree_kind(const cJSON *value);

/*
 * The integer that a number is, or that a string of decimal digits is (how 64-bit integers travel).
 * 0; -EINVAL for anything else, such as a fraction, or a number beyond 2^53-1, which a double
 * doesn't hold; -ERANGE outside of the result's type.
 */
int json_tree_get_i64(const cJSON *value, long long *ret);
int json_tree_get_u64(const cJSON *value, unsigned long long *ret);
