/*
 * JSON text (RFC 8259): checked in one pass, walked without a tree, written without one.
 *
 * The server hands on what it doesn't need to understand. So it checks a text once (json_check),
 * finds the few members that routing needs by walking over it (json_next_member), and passes the
 * rest on as bytes. Walking, and everything else that takes a *checked* value, is only for text
 * that json_check accepted. Where a tree is needed (JSON to an instance, the command line)
 * protocol/json_tree.h wraps cJSON.
 */
#pragma once

#include "base/buffer.h"

#define JSON_MAX_DEPTH   64  /* of what is relayed */
#define JSON_DEPTH_LIMIT 256 /* the most that can be asked for */

typedef enum JsonType {
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
} JsonType;

/* Where and why a text is no JSON. `what` is a literal: "a value is expected", "not UTF-8", ... */
typedef struct JsonFault {
    size_t offset; /* bytes */
    const char *what;
} JsonFault;

/*
 * Checks that @text is exactly one JSON value, white space around it allowed: RFC 8259 grammar,
 * UTF-8 without surrogates or overlong forms, paired \uD800 escapes, no raw byte below 0x20 in
 * strings, at most @max_depth (itself at most JSON_DEPTH_LIMIT) objects and arrays within each
 * other. One pass, no recursion, no allocation. True if it is; else *@fault (may be NULL) says why.
 */
bool json_check(Span text, unsigned max_depth, JsonFault *fault);

/*
 * As json_check, and no byte is below 0x20, not even between tokens: the value can be put into a
 * message that ends with its line. For what is relayed to a client.
 */
bool json_check_line(Span text, unsigned max_depth, JsonFault *fault);

/* What a checked value, without white space before it, is. */
JsonType json_type(Span value);

/* A checked text without the white space around it. */
Span json_trim(Span text);

/*
 * Steps through a checked object or array: start with *@rest as the value itself, from its bracket
 * on. True and the next member or element; false at the end, and for a value of another type. @key
 * is the raw text between the quotes, with escapes as they are; use json_key_equals. All together
 * take time in proportion to the value's size.
 */
bool json_next_member(Span *rest, Span *key, Span *value);
bool json_next_element(Span *rest, Span *value);

/* The member called @name of a checked object; data NULL: there is none, or @object is none. */
Span json_find_member(Span object, const char *name);

/*
 * What stands between the brackets of a checked object or array, without white space around it;
 * empty if nothing does. Joined by commas, those that are not empty make a larger one.
 */
Span json_inside(Span value);

/* Compares a key with @name as decoded text: "cl\u0061ss" is "class". */
bool json_key_equals(Span key, const char *name);

/*
 * Appends the decoded text of a checked string value (quotes included in @value) to @to. 0, or
 * -EINVAL, with @to unchanged, for a value that is no string or holds \u0000 (which C strings
 * cannot).
 */
int json_decode_string(Span value, Buffer *to);

/* As json_decode_string, to memory that the caller frees. -ENOMEM too. */
int json_get_string(Span value, char **ret);

/*
 * The integer that a checked number value is. -EINVAL for no number or one with fraction or
 * exponent; -ERANGE outside of int64_t.
 */
int json_get_integer(Span value, int64_t *ret);

/*
 * Appends @text, in quotes, with the escapes that RFC 8259 asks for. Each byte of @text that
 * belongs to no UTF-8 character is written as U+FFFD, so that the output always is UTF-8, on one
 * line.
 */
void json_put_string(Buffer *to, Span text);

/* Appends `"name":`; @name is a literal that needs no escapes. */
void json_put_key(Buffer *to, const char *name);
