/*
 * Text on its way to a terminal.
 *
 * What providers say is not trusted: a control character could move the cursor, recolour the screen
 * or answer a question for the user, and a bidirectional control could make a line read as another.
 * So text is decoded as UTF-8, each such character (and each byte that is no UTF-8) becomes one
 * '?', and widths are counted in terminal columns.
 */
#pragma once

#include "base/buffer.h"

#define TEXT_INVALID UINT32_MAX

/* Takes the first character off @text, which is not empty: its code point, or TEXT_INVALID for a
 * byte that begins none (that one byte is taken). */
uint32_t text_next(Span *text);

/* True if all of @text is UTF-8. */
bool text_is_utf8(Span text);

/* True for what must not reach a terminal: control characters, line and paragraph separators,
 * bidirectional controls, TEXT_INVALID. */
bool text_is_unsafe(uint32_t character);

/* Terminal columns that @text takes, as text_put_clean writes it. Wide characters count as two. */
size_t text_columns(Span text);

/* Appends @text with one '?' for each unsafe character; returns the columns it takes. */
size_t text_put_clean(Buffer *to, Span text);

/* As text_put_clean, in at most @columns columns: what is longer is cut, and ends with U+2026. */
size_t text_put_cut(Buffer *to, Span text, size_t columns);

/* Appends @count spaces. */
void text_put_spaces(Buffer *to, size_t count);
