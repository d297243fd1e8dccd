/*
 * The MI types that are neither array nor instance, read from JSON: protocol/mi_json_get.c's lower
 * half.
 */
#pragma once

#include <cjson/cJSON.h>
#include <mi.h>

#define MI_JSON_SCALAR_TEXT 128

/* Reads @tree as a value of @type to @to. A string stays the tree's. 0; -EINVAL for another kind of
 * JSON or a value out of range. */
int mi_json_scalar_get(const cJSON *tree, MI_Type type, void *to);

/* The type that @tree looks like, when nothing says which it is. -EINVAL: null, or an empty array.
 */
int mi_json_scalar_infer(const cJSON *tree, MI_Type *ret);

/* For messages: what a value of @type is, and what @tree is. */
void mi_json_scalar_expected(MI_Type type, char text[MI_JSON_SCALAR_TEXT]);
void mi_json_scalar_actual(const cJSON *tree, char text[MI_JSON_SCALAR_TEXT]);
