/*
 * Instances as the server sends them, `{"class": ..., "properties": {...}}`, as they are printed.
 */
#pragma once

#include "client/options.h"

/* True if @value is an instance; else a sentence about it is appended to @why (may be NULL). */
bool record_is_valid(Span value, Buffer *why);

/* The properties of a valid instance. */
Span record_properties(Span instance);

/* Appends the class, and a line for each property below it, indented. */
void record_put_text(Buffer *to, Span instance);

/* Appends the instance as JSON on a line of its own, or as record_put_text. */
void record_put(Buffer *to, Format format, Span instance);

/* Appends a line for each member of @object: @indent spaces, the name, the value, values below each
 * other. Values are never cut. */
void record_put_members(Buffer *to, Span object, size_t indent);
