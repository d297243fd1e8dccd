#include "base/keyvalue.h"

#include "base/macros.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Unit {
    const char *name;
    unsigned long factor;
} Unit;

static const Unit bytes_units[] = {{"", 1}, {"K", 1UL << 10}, {"M", 1UL << 20}, {"G", 1UL << 30}};
static const Unit time_units[] = {
    {"", 1000}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};
static const Unit no_units[] = {{"", 1}};

int keyvalue_error(KeyValueError *error, const KeyValue *entry, const char *format, ...)
{
    va_list arguments;

    if (entry != NULL)
        snprintf(error->file, sizeof(error->file), "%s", entry->file);
    error->line = entry == NULL ? 0 : entry->line;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

const char *keyvalue_describe(const KeyValueError *error, char text[KEYVALUE_ERROR_SIZE])
{
    if (error->line > 0)
        snprintf(text, KEYVALUE_ERROR_SIZE, "%s:%u: %s", error->file, error->line, error->message);
    else
        snprintf(text, KEYVALUE_ERROR_SIZE, "%s: %s", error->file, error->message);
    return text;
}

static char *trim(char *text)
{
    char *end;

    while (isspace((unsigned char)*text))
        text++;
    end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return text;
}

/* Splits @line, which is changed, and hands it on. */
static int read_line(char *line, KeyValue *entry, KeyValueHandler handler, void *data,
                     KeyValueError *error)
{
    char *key = trim(line), *value;

    if (*key == '\0' || *key == '#')
        return 0;
    value = strchr(key, '=');
    if (value == NULL)
        return keyvalue_error(error, entry, "'%.64s' is no setting: write KEY=VALUE", key);
    *value++ = '\0';
    key = trim(key);
    value = trim(value);
    size_t length = strlen(value);
    if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
        value[length - 1] = '\0';
        value++;
    }
    if (*key == '\0')
        return keyvalue_error(error, entry, "a setting without a name: write KEY=VALUE");
    entry->key = key;
    entry->value = value;
    return handler(data, entry, error);
}

int keyvalue_read(FILE *stream, const char *file, KeyValueHandler handler, void *data,
                  KeyValueError *error)
{
    char line[KEYVALUE_MAX_LINE + 2];
    KeyValue entry = {.file = file};

    snprintf(error->file, sizeof(error->file), "%s", file);
    for (;;) {
        size_t size = 0;
        int c;

        /* Not fgets: a 0 in the middle would hide what follows it. */
        while ((c = getc(stream)) != EOF && c != '\n') {
            if (size == KEYVALUE_MAX_LINE || c == '\0') {
                entry.line++;
                return keyvalue_error(error, &entry,
                                      c == '\0' ? "a zero byte: this is no text file"
                                                : "the line is longer than %d bytes",
                                      KEYVALUE_MAX_LINE);
            }
            line[size++] = (char)c;
        }
        if (c == EOF && ferror(stream)) {
            keyvalue_error(error, NULL, "cannot read '%s': %s", file, strerror(errno));
            return -EIO;
        }
        if (c == EOF && size == 0)
            return 0;
        line[size] = '\0';
        if (++entry.line > KEYVALUE_MAX_LINES)
            return keyvalue_error(error, &entry, "more than %d lines", KEYVALUE_MAX_LINES);
        int r = read_line(line, &entry, handler, data, error);
        if (r != 0)
            return r;
    }
}

static int parse(const char *text, const Unit *units, size_t count, unsigned long minimum,
                 unsigned long maximum, unsigned long *ret)
{
    unsigned long value;
    char *end;

    if (!isdigit((unsigned char)*text))
        return -EINVAL; /* strtoul would take a sign and spaces */
    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno != 0)
        return -ERANGE;
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(end, units[i].name) != 0)
            continue;
        if (__builtin_mul_overflow(value, units[i].factor, &value) || value < minimum ||
            value > maximum)
            return -ERANGE;
        *ret = value;
        return 0;
    }
    return -EINVAL;
}

int keyvalue_parse_count(const char *text, unsigned long minimum, unsigned long maximum,
                         unsigned long *ret)
{
    return parse(text, no_units, ARRAY_SIZE(no_units), minimum, maximum, ret);
}

int keyvalue_parse_bytes(const char *text, unsigned long minimum, unsigned long maximum,
                         unsigned long *ret)
{
    return parse(text, bytes_units, ARRAY_SIZE(bytes_units), minimum, maximum, ret);
}

int keyvalue_parse_time(const char *text, unsigned long minimum, unsigned long maximum,
                        unsigned long *ret_ms)
{
    return parse(text, time_units, ARRAY_SIZE(time_units), minimum, maximum, ret_ms);
}
