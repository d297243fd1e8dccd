/* One process, as /proc tells it: see process.h. */
#include "providers/processes/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_ROOM 4096

void process_init(Process *process)
{
    *process = (Process){.n_arguments = 0};
}

void process_deinit(Process *process)
{
    free(process->text);
    free(process->arguments);
}

/* The documented outcome that a failed open or read below /proc/PID is, or its negative errno. */
static int outcome(int error)
{
    switch (error) {
    case ENOENT: /* while opening */
    case ESRCH:  /* while reading, after it ended */
        return PROCESS_GONE;
    case EACCES:
    case EPERM:
        return PROCESS_HIDDEN;
    default:
        return -error;
    }
}

/* Reads what is left of @file, at most @room bytes. The size, or a negative errno. */
static ssize_t read_all(int file, char *to, size_t room)
{
    size_t size = 0;
    ssize_t n;

    while (size < room) {
        n = read(file, to + size, room - size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        size += (size_t)n;
    }
    return (ssize_t)size;
}

static int read_stat(Process *process, int folder)
{
    char text[2048]; /* 52 numbers and a name: it always fits */
    ssize_t size;
    int file;

    file = openat(folder, "stat", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return outcome(errno);
    size = read_all(file, text, sizeof(text) - 1);
    (void)close(file);
    if (size < 0)
        return outcome((int)-size);
    if (size == 0)
        return PROCESS_GONE;
    text[size] = '\0';
    return process_stat_parse(&process->stat, text, (size_t)size);
}

static int text_grow(Process *process)
{
    size_t room = process->text_room == 0 ? FIRST_ROOM : process->text_room * 2;
    char *text;

    text = realloc(process->text, room + sizeof("..."));
    if (text == NULL)
        return -ENOMEM;
    process->text = text;
    process->text_room = room;
    return 0;
}

/* Fills process->text with all of @file, or the first PROCESS_MAX_ARGUMENTS bytes and "...". */
static int read_text(Process *process, int file, size_t *ret)
{
    size_t size = 0;
    ssize_t n;

    for (;;) {
        if (size == process->text_room && text_grow(process) < 0)
            return -ENOMEM;
        n = read_all(file, process->text + size, process->text_room - size);
        if (n < 0)
            return outcome((int)-n);
        size += (size_t)n;
        if (size < process->text_room)
            break;
        if (size >= PROCESS_MAX_ARGUMENTS) {
            memcpy(process->text + size, "...", 3);
            size += 3;
            break;
        }
    }
    process->text[size] = '\0';
    *ret = size;
    return 0;
}

static int read_arguments(Process *process, int folder)
{
    size_t size = 0, count;
    char **arguments;
    int file, r;

    file = openat(folder, "cmdline", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return outcome(errno);
    r = read_text(process, file, &size);
    (void)close(file);
    if (r != 0)
        return r;

    count =
        process_arguments_split(process->text, size, process->arguments, process->arguments_room);
    if (count > process->arguments_room) {
        arguments = reallocarray(process->arguments, count, sizeof(*arguments));
        if (arguments == NULL)
            return -ENOMEM;
        process->arguments = arguments;
        process->arguments_room = count;
        (void)process_arguments_split(process->text, size, arguments, count);
    }
    process->n_arguments = count;
    return 0;
}

static void read_executable(Process *process, int folder)
{
    ssize_t size;

    size = readlinkat(folder, "exe", process->executable, sizeof(process->executable) - 1);
    process->executable[size < 0 ? 0 : size] = '\0';
}

int process_read(Process *process, int proc, uint32_t number, unsigned parts)
{
    char name[16];
    int folder, r;

    process->n_arguments = 0;
    process->executable[0] = '\0';

    (void)snprintf(name, sizeof(name), "%u", number);
    folder = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return outcome(errno);
    r = read_stat(process, folder);
    if (r == 0 && (parts & PROCESS_READ_ARGUMENTS) != 0)
        r = read_arguments(process, folder);
    if (r == 0 && (parts & PROCESS_READ_EXECUTABLE) != 0)
        read_executable(process, folder);
    (void)close(folder);
    return r;
}
