/*
 * The log: one line for each event, to standard error, or to systemd's journal with fields.
 *
 * Programs log; base/, mi/ and protocol/ return what happened to those who can name the object.
 * A line is lower case, prefixed by its object, and says what failed first:
 * `client 12 (uid 1000): request 7: cannot open '/x': No such file or directory`.
 * Under systemd (JOURNAL_STREAM is set) each line begins with the priority, `<3>`, as sd-daemon(3)
 * has it; a program that has called log_to_journal sends an entry instead, whose fields can be
 * asked for. Whoever doesn't read the log holds up nobody for long: lines are lost then, and
 * counted, and their number is the next line that can be written.
 */
#pragma once

#include "base/macros.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum LogLevel {
    LOG_LEVEL_ERROR,   /* something asked for could not be done */
    LOG_LEVEL_WARNING, /* somebody misbehaved, or something will need attention */
    LOG_LEVEL_INFO,    /* what an administrator wants to see: starts, stops, reloads */
    LOG_LEVEL_DEBUG,   /* each operation */
    LOG_LEVEL_TRACE,   /* each message, each change of state */
} LogLevel;

/* Sets what is printed, and the word before each line. Call it before there are threads. */
void log_init(const char *program, LogLevel level);

/* Lines begin with their priority from here on, as under systemd: who reads them logs them. Call it
 * before there are threads. */
void log_with_priority(void);

/* Changes what is printed. Any thread. */
void log_set_level(LogLevel level);

bool log_enabled(LogLevel level);

/* The level that @name means ("error", "warning", "info", "debug", "trace"), or -1. */
int log_level_from_name(const char *name);

/* The name of @level, as log_level_from_name takes it. */
const char *log_level_name(LogLevel level);

/* What a line is about, for who looks for it in the journal. */
typedef struct LogField {
    const char *name;  /* upper case: MIHOST_PROVIDER */
    const char *value; /* NULL: the field is left out */
} LogField;

/* Sends entries to the journal at @path from here on, if standard error is the journal's: else, and
 * if that can't be had, nothing changes. Call it before there are threads. */
void log_to_journal(const char *path);

/* Lines that were lost because nobody read them. Any thread. */
unsigned long log_lost(void);

/* As log_line, with @count @fields. Only the journal has them: who reads @format's line alone must
 * be told all the same. */
void log_fields(LogLevel level, const LogField *fields, size_t count, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Prints one line, in one write. Any thread; keeps errno. */
void log_line(LogLevel level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_trace(...)                                                                             \
    do {                                                                                           \
        if (log_enabled(LOG_LEVEL_TRACE))                                                          \
            log_line(LOG_LEVEL_TRACE, __VA_ARGS__);                                                \
    } while (0)
