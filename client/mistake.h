/*
 * Mistakes in registrations, as the server lists them: `{"file": ..., "line": ..., "message":
 * ...}`.
 */
#pragma once

#include "base/buffer.h"

/* Appends `FILE:LINE: MESSAGE`, without the line if it is 0: the file as a whole. Not cleaned. */
void mistake_put(Buffer *to, Span mistake);
