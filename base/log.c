#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 2048

/* The one global of this project: the logger. Set before there are threads, but for the level. */
static struct {
    char program[32];
    bool journal;
    _Atomic int level;
} logger = {.program = "mihost", .level = LOG_LEVEL_INFO};

static const struct {
    const char *name;
    int priority; /* of syslog(3) */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3}, [LOG_LEVEL_WARNING] = {"warning", 4},
    [LOG_LEVEL_INFO] = {"info", 6},   [LOG_LEVEL_DEBUG] = {"debug", 7},
    [LOG_LEVEL_TRACE] = {"trace", 7},
};

void log_init(const char *program, LogLevel level)
{
    snprintf(logger.program, sizeof(logger.program), "%s", program);
    logger.journal = getenv("JOURNAL_STREAM") != NULL;
    log_set_level(level);
}

void log_set_level(LogLevel level)
{
    atomic_store_explicit(&logger.level, (int)level, memory_order_relaxed);
}

bool log_enabled(LogLevel level)
{
    return (int)level <= atomic_load_explicit(&logger.level, memory_order_relaxed);
}

int log_level_from_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
        if (strcmp(levels[i].name, name) == 0)
            return (int)i;
    return -1;
}

const char *log_level_name(LogLevel level)
{
    return levels[level].name;
}

/* Control characters come from names and texts of others: none may begin a line of its own. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

void log_line(LogLevel level, const char *format, ...)
{
    char line[LINE_SIZE];
    int saved_errno = errno, prefix, text;
    va_list arguments;

    if (!log_enabled(level))
        return;
    if (logger.journal)
        prefix = snprintf(line, sizeof(line), "<%d>", levels[level].priority);
    else
        prefix = snprintf(line, sizeof(line), "%s: ", logger.program);
    va_start(arguments, format);
    text = vsnprintf(line + prefix, sizeof(line) - 1 - (size_t)prefix, format, arguments);
    va_end(arguments);
    if (text >= 0) {
        make_printable(line + prefix);
        size_t size = strlen(line);
        line[size++] = '\n';
        /* Nowhere to report a log that can't be written. */
        ssize_t ignored = write(STDERR_FILENO, line, size);
        (void)ignored;
    }
    errno = saved_errno;
}
