#include "base/log.h"

#include "base/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE   2048
#define FIELDS_SIZE 2048
#define PATIENCE    100 /* ms that a line may wait for its reader */

typedef enum Reader {
    READER_KEEPS_UP, /* it has taken the last line: the next one may wait for it */
    READER_STUCK,    /* it let one wait in vain: lines are lost at once until it takes one */
} Reader;

/* The one global of this project: the logger. Set before there are threads, but for what is atomic.
 */
static struct {
    char program[32];
    bool journal;           /* standard error is read by it: lines begin with their priority */
    int journal_fd;         /* entries go there; -1: lines go to standard error */
    char journal_path[108]; /* of a Unix address */
    _Atomic int level;
    _Atomic int reader; /* Reader: changed by deliver() alone */
    atomic_ulong lost;  /* lines */
    atomic_ulong told;  /* of them: those that a line has told of */
} logger = {.program = "mihost", .journal_fd = -1, .level = LOG_LEVEL_INFO};

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

void log_with_priority(void)
{
    logger.journal = true;
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

void log_to_journal(const char *path)
{
    int fd = logger.journal && journal_is_behind(STDERR_FILENO) ? journal_connect(path) : -1;

    if (fd < 0)
        return;
    logger.journal_fd = fd;
    snprintf(logger.journal_path, sizeof(logger.journal_path), "%s", path);
}

unsigned long log_lost(void)
{
    return atomic_load_explicit(&logger.lost, memory_order_relaxed);
}

/* Control characters come from names and texts of others: none may begin a line of its own. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

/* A line, or an entry, as it grows. What doesn't fit is cut off. */
typedef struct Line {
    char text[LINE_SIZE + FIELDS_SIZE];
    size_t size;
} Line;

static void put_text(Line *line, size_t room, const char *format, va_list arguments)
{
    char *text = line->text + line->size;

    if (vsnprintf(text, room, format, arguments) < 0)
        *text = '\0';
    make_printable(text);
    line->size += strlen(text);
}

/* Appends NAME=VALUE and the end of the line; a field for which there is no room is left out. */
static void put_field(Line *line, const char *name, const char *value)
{
    char *text = line->text + line->size;
    size_t room = sizeof(line->text) - line->size;
    int length = value == NULL ? -1 : snprintf(text, room, "%s=%s", name, value);

    if (length < 0 || (size_t)length + 1 >= room)
        return;
    make_printable(text);
    text[length] = '\n';
    line->size += (size_t)length + 1;
}

static bool is_writable(int fd, int patience)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};

    return poll(&poll_fd, 1, patience) == 1;
}

/* The journal may have been started anew, and its socket with it. */
static int send_entry(const Line *line)
{
    int r = journal_send(logger.journal_fd, line->text, line->size), fd;

    if (r == 0 || r == -EAGAIN)
        return r;
    fd = journal_connect(logger.journal_path);
    if (fd < 0)
        return fd;
    (void)dup3(fd, logger.journal_fd, O_CLOEXEC);
    close(fd);
    return journal_send(logger.journal_fd, line->text, line->size);
}

/* 0, or negative errno: -EAGAIN if nobody reads. Standard error may be others' too, so it can't be
 * made non-blocking, and is asked instead: what can be written to takes a line (of PIPE_BUF). */
static int write_line(const Line *line)
{
    if (logger.journal_fd >= 0)
        return send_entry(line);
    if (!is_writable(STDERR_FILENO, 0))
        return -EAGAIN;
    return write(STDERR_FILENO, line->text, line->size) < 0 ? -errno : 0;
}

/* Writes @line; waits for a reader that has kept up so far, but not for long. */
static int deliver(const Line *line)
{
    int fd = logger.journal_fd >= 0 ? logger.journal_fd : STDERR_FILENO, r = write_line(line);

    if (r == -EAGAIN && atomic_load(&logger.reader) == READER_KEEPS_UP && is_writable(fd, PATIENCE))
        r = write_line(line);
    atomic_store(&logger.reader, r == -EAGAIN ? READER_STUCK : READER_KEEPS_UP);
    if (r < 0)
        atomic_fetch_add(&logger.lost, 1);
    return r;
}

static void begin(Line *line, LogLevel level)
{
    int size;

    if (logger.journal_fd >= 0)
        size = snprintf(line->text, sizeof(line->text), "MESSAGE=");
    else if (logger.journal)
        size = snprintf(line->text, sizeof(line->text), "<%d>", levels[level].priority);
    else
        size = snprintf(line->text, sizeof(line->text), "%s: ", logger.program);
    line->size = (size_t)size;
}

static void end(Line *line, LogLevel level, const LogField *fields, size_t count)
{
    char priority[8];

    line->text[line->size++] = '\n';
    if (logger.journal_fd < 0)
        return;
    snprintf(priority, sizeof(priority), "%d", levels[level].priority);
    put_field(line, "PRIORITY", priority);
    put_field(line, "SYSLOG_IDENTIFIER", logger.program);
    for (size_t i = 0; i < count; i++)
        put_field(line, fields[i].name, fields[i].value);
}

/* The lines that were lost since the last that wasn't are the next thing that a reader learns. */
static void tell_lost(void)
{
    unsigned long lost = atomic_load(&logger.lost), told = atomic_load(&logger.told);
    Line line;

    if (lost == told)
        return;
    begin(&line, LOG_LEVEL_WARNING);
    line.size += (size_t)snprintf(line.text + line.size, LINE_SIZE - line.size,
                                  "%lu lines of the log were lost: nobody read them", lost - told);
    end(&line, LOG_LEVEL_WARNING, NULL, 0);
    if (deliver(&line) == 0)
        atomic_store(&logger.told, lost);
}

static void log_arguments(LogLevel level, const LogField *fields, size_t count, const char *format,
                          va_list arguments)
{
    int saved_errno = errno;
    Line line;

    begin(&line, level);
    put_text(&line, LINE_SIZE - 1 - line.size, format, arguments);
    end(&line, level, fields, count);
    if (deliver(&line) == 0)
        tell_lost();
    errno = saved_errno;
}

void log_fields(LogLevel level, const LogField *fields, size_t count, const char *format, ...)
{
    va_list arguments;

    if (!log_enabled(level))
        return;
    va_start(arguments, format);
    log_arguments(level, fields, count, format, arguments);
    va_end(arguments);
}

void log_line(LogLevel level, const char *format, ...)
{
    va_list arguments;

    if (!log_enabled(level))
        return;
    va_start(arguments, format);
    log_arguments(level, NULL, 0, format, arguments);
    va_end(arguments);
}
