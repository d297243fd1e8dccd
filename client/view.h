/*
 * JSON values that the server sent, as they are shown: to programs as compact JSON, to people as
 * text.
 *
 * Values have been checked (rpc_parse). JSON is written again without white space, one value a
 * line, and characters that must not reach a terminal become \u escapes, which leaves the value
 * what it was.
 */
#pragma once

#include "base/buffer.h"

/* Finds the member @name of @object; a value that is no object has none. *@ret stays as it is if
 * there is none. */
bool view_member(Span object, const char *name, Span *ret);

/* Finds the member whose name is @name (@name as between the quotes of JSON) without regard to
 * case, as CIM compares names. */
bool view_property(Span object, Span name, Span *ret);

bool view_is_object(Span value);
bool view_is_array(Span value);
bool view_is_string(Span value);

/* Appends @value as compact JSON. */
void view_put_json(Buffer *to, Span value);

/* Appends @value as people read it: a string without quotes and escapes, null as "-", a boolean or
 * number as it is, anything else as compact JSON. The text is not cleaned: text_put_clean does. */
void view_put_text(Buffer *to, Span value);

/* Appends a number of bytes as people read it: "512B", "1.5MiB". */
void view_put_bytes(Buffer *to, uint64_t bytes);

/* Appends @milliseconds as people read it: "450ms", "12.3s", "5min 12s", "3h 12min", "2d 3h". */
void view_put_duration(Buffer *to, uint64_t milliseconds);
