/*
 * Datetimes as CIM writes them: always 25 characters (DMTF DSP0004, "Datetime type").
 *
 * A timestamp is `yyyymmddHHMMSS.mmmmmmsutc`: local time, microseconds, and the offset from UTC in
 * minutes with its sign. An interval is `ddddddddHHMMSS.mmmmmm:000`. Reading is strict: digits only
 * (CIM's asterisks for unknown digits have no place in an MI_Datetime), and each number within its
 * range. Writing is lenient: what a provider fills in is written if its numbers fit their digits.
 */
#pragma once

#include <mi.h>

#define DATETIME_SIZE       25  /* characters, without the 0 behind them */
#define DATETIME_MAX_OFFSET 840 /* minutes: the easternmost zone is at UTC+14 */

/* Writes @datetime and a 0. 0, or -ERANGE if a number needs more digits than it has. */
int datetime_format(const MI_Datetime *datetime, char text[DATETIME_SIZE + 1]);

/* Reads @size bytes of @text. 0; -EINVAL for another form; -ERANGE for a number out of its range.
 * Only on 0
 * @ret is set. */
int datetime_parse(const char *text, size_t size, MI_Datetime *ret);
