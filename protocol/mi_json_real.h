/*
 * Reals as JSON numbers.
 */
#pragma once

#include "base/span.h"

#define MI_JSON_REAL_SIZE 40

/*
 * Writes @value, which is finite, in the fewest significant digits that read back as the same
 * double, or the same float if it is @single; whole numbers below 10^15 (10^7) without an exponent.
 * The number of bytes; no 0 behind them. Whatever the locale, the point is a point.
 */
size_t mi_json_format_real(double value, bool single, char text[MI_JSON_REAL_SIZE]);

/* Reads a JSON number. 0; -EINVAL if it is beyond a double, or has more than 63 characters;
 * -ENOMEM. */
int mi_json_real_parse(Span number, double *ret);
