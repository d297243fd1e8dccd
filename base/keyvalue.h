/*
 * Files of KEY=VALUE lines: the configuration and the registrations.
 *
 * One setting a line; blank lines and lines that begin with # are skipped; spaces around key and
 * value are dropped; a value may stand between double quotes, which are dropped. Keys are compared
 * by the caller. The reader hands each line on with its number, so that every mistake can be named
 * as file:line.
 */
#pragma once

#include "base/macros.h"

#include <stdio.h>

#define KEYVALUE_MAX_LINE  4096
#define KEYVALUE_MAX_LINES 100000

/* A line of a file: what a mistake is reported against. */
typedef struct KeyValue {
    const char *file;
    unsigned line; /* from 1 */
    const char *key;
    const char *value;
} KeyValue;

/* Where a mistake is and what it is: `message` is a sentence that names the object. */
typedef struct KeyValueError {
    char file[512];
    unsigned line; /* 0: the file as a whole */
    char message[512];
} KeyValueError;

/* Called for each line. 0 to go on; anything else ends the reading and is returned; -EINVAL goes
 * with an error set by keyvalue_error(). */
typedef int (*KeyValueHandler)(void *data, const KeyValue *entry, KeyValueError *error);

/*
 * Reads @stream to its end. @file is its name in messages. 0; -EINVAL with @error set for a line
 * that is no KEY=VALUE, too long, not terminated text; -EIO with @error set; or what @handler
 * returned.
 */
int keyvalue_read(FILE *stream, const char *file, KeyValueHandler handler, void *data,
                  KeyValueError *error);

/* Fills @error for @entry (NULL: no line) and returns -EINVAL, to be returned by a handler. */
int keyvalue_error(KeyValueError *error, const KeyValue *entry, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Writes the mistake as it is told to people, "file:3: message", and "file: message" where it is
 * none of a line, and returns @text. */
#define KEYVALUE_ERROR_SIZE 1100
const char *keyvalue_describe(const KeyValueError *error, char text[KEYVALUE_ERROR_SIZE]);

/* Each parses all of @text or returns -EINVAL (-ERANGE where it isn't within minimum and maximum).
 * Bytes take K, M and G (1024); times take ms, s, min, h, and a bare number is in seconds; the
 * result of a time is in milliseconds. */
int keyvalue_parse_count(const char *text, unsigned long minimum, unsigned long maximum,
                         unsigned long *ret);
int keyvalue_parse_bytes(const char *text, unsigned long minimum, unsigned long maximum,
                         unsigned long *ret);
int keyvalue_parse_time(const char *text, unsigned long minimum, unsigned long maximum,
                        unsigned long *ret_ms);
