/*
 * Members of a JSON object, from the words of a command line.
 *
 *     Name=Value    the value as a JSON string, always, whatever it looks like
 *     Name:=JSON    the value as it is: a number, true, null, an array, an object
 *
 * The client doesn't know the types, the server does: it says what it expected. So nothing is
 * guessed here. The members are kept as JSON text, `"Name":value,...`, without the braces.
 */
#pragma once

#include "base/buffer.h"

/* True for a CIM name: letters, digits, '_' and characters beyond ASCII, no digit first. */
bool words_is_name(Span text);

/* Appends the comma that another member needs, and `"name":`. */
void words_put_name(Buffer *members, Span name);

/* Appends the member that @word says. 0, or -EINVAL with a sentence appended to @why. */
int words_put_member(Buffer *members, const char *word, Buffer *why);
