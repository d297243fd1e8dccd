#include "server/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads the small file @path whole. Its size, or negative errno. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length;

    if (fd < 0)
        return -errno;
    length = read(fd, text, size - 1);
    if (length < 0)
        length = -errno;
    else
        text[length] = '\0';
    close(fd);
    return length;
}

/* Where proc(5) counts the fields of /proc/PID/stat from 1. */
enum {
    FIELD_STATE = 3, /* the first behind the program's name */
    FIELD_USER_TICKS = 14,
    FIELD_SYSTEM_TICKS = 15,
    FIELD_PAGES = 24,
    FIELD_COUNT
};

#define STAT_SIZE 1024

/* Reads /proc/PID/stat, of which *@ret is what comes behind the program's name: that may hold
 * anything, and ends at the last parenthesis. */
static int read_stat(pid_t pid, char text[STAT_SIZE], char **ret)
{
    char path[64], *end;
    ssize_t length;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    length = read_file(path, text, STAT_SIZE);
    if (length < 0)
        return (int)length;
    end = strrchr(text, ')');
    if (end == NULL || end[1] != ' ')
        return -EPROTO;
    *ret = end + 2;
    return 0;
}

char usage_state_of_process(pid_t pid)
{
    char text[STAT_SIZE], *rest;

    return read_stat(pid, text, &rest) < 0 ? '?' : *rest;
}

int usage_of_process(pid_t pid, Usage *ret)
{
    uint64_t fields[FIELD_COUNT] = {0};
    char text[STAT_SIZE], *next = NULL, *word;
    unsigned field = FIELD_STATE;
    int r = read_stat(pid, text, &word);

    if (r < 0)
        return r;
    for (word = strtok_r(word, " ", &next); word != NULL && field < FIELD_COUNT;
         word = strtok_r(NULL, " ", &next))
        fields[field++] = strtoull(word, NULL, 10);
    if (field < FIELD_COUNT)
        return -EPROTO;
    *ret = (Usage){.memory = fields[FIELD_PAGES] * (uint64_t)sysconf(_SC_PAGESIZE),
                   .cpu = (fields[FIELD_USER_TICKS] + fields[FIELD_SYSTEM_TICKS]) * 1000 /
                          (uint64_t)sysconf(_SC_CLK_TCK)};
    return 0;
}
