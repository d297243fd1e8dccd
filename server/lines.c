#include "server/lines.h"

#include <stdio.h>

void lines_init(Lines *lines, void (*take)(Lines *lines, LogLevel level, Span text))
{
    *lines = (Lines){.take = take};
}

void lines_deinit(Lines *lines)
{
    buffer_deinit(&lines->begun);
}

/* The level that the priority @digit of syslog(3) means. */
static LogLevel level_of(char digit)
{
    static const LogLevel levels[] = {LOG_LEVEL_ERROR, LOG_LEVEL_ERROR,   LOG_LEVEL_ERROR,
                                      LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO,
                                      LOG_LEVEL_INFO,  LOG_LEVEL_DEBUG};

    return levels[digit - '0'];
}

static void take(Lines *lines, Span text)
{
    LogLevel level = LOG_LEVEL_INFO;

    if (text.size >= 3 && text.data[0] == '<' && text.data[1] >= '0' && text.data[1] <= '7' &&
        text.data[2] == '>') {
        level = level_of(text.data[1]);
        span_skip(&text, 3);
    }
    lines->take(lines, level, text);
}

static void tell_dropped(Lines *lines, unsigned long limit)
{
    char text[128];

    snprintf(text, sizeof(text),
             "%llu lines of its output were dropped: 'agentOutput' allows %lu in %d s",
             (unsigned long long)lines->dropped, limit, LINES_PERIOD / 1000);
    lines->dropped = 0;
    lines->take(lines, LOG_LEVEL_WARNING, span_of(text));
}

static void begin_period(Lines *lines, unsigned long limit, uint64_t now)
{
    if (lines->since != 0 && now - lines->since < LINES_PERIOD)
        return;
    lines->since = now;
    lines->bytes = lines->written = 0;
    if (lines->dropped > 0)
        tell_dropped(lines, limit);
}

/* Keeps more of the line that was begun, as far as there is room in a line. */
static void keep(Lines *lines, Span data)
{
    size_t room = LINES_MAX_SIZE - lines->begun.size;

    if (data.size > room) {
        lines->cut += data.size - room;
        data.size = room;
    }
    buffer_put_span(&lines->begun, data);
}

/* The line that was begun is complete. */
static void end_line(Lines *lines, unsigned long limit)
{
    if (lines->begun.size > 0 && lines->written >= limit) {
        lines->dropped++;
    } else if (lines->begun.size > 0) {
        lines->written++;
        if (lines->cut > 0)
            buffer_printf(&lines->begun, " ... (%zu bytes more)", lines->cut);
        for (size_t i = 0; i < lines->begun.size; i++)
            if (lines->begun.data[i] == '\0')
                lines->begun.data[i] = '?';
        take(lines, buffer_span(&lines->begun));
    }
    lines->cut = 0;
    buffer_clear(&lines->begun);
}

void lines_feed(Lines *lines, Span data, unsigned long limit, uint64_t now)
{
    const char *end;

    begin_period(lines, limit, now);
    lines->bytes += data.size;
    while (data.size > 0 && (end = memchr(data.data, '\n', data.size)) != NULL) {
        size_t length = (size_t)(end - data.data);
        keep(lines, (Span){data.data, length});
        end_line(lines, limit);
        span_skip(&data, length + 1);
    }
    keep(lines, data);
    if (lines->begun.size == 0)
        buffer_deinit(&lines->begun); /* nothing is held for one who is silent */
}

bool lines_is_flood(const Lines *lines, unsigned long limit)
{
    return lines->written >= limit || lines->bytes >= (uint64_t)limit * LINES_SIZE;
}

void lines_end(Lines *lines, unsigned long limit, uint64_t now)
{
    begin_period(lines, limit, now);
    end_line(lines, limit);
    if (lines->dropped > 0)
        tell_dropped(lines, limit);
}
