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

int usage_of_process(pid_t pid, Usage *ret)
{
    uint64_t fields[FIELD_COUNT] = {0};
    char path[64], text[1024], *next = NULL, *word;
    unsigned field = FIELD_STATE;
    ssize_t length;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    length = read_file(path, text, sizeof(text));
    if (length < 0)
        return (int)length;
    /* The name may hold anything: it ends at the last parenthesis. */
    word = strrchr(text, ')');
    if (word == NULL)
        return -EPROTO;
    for (word = strtok_r(word + 1, " ", &next); word != NULL && field < FIELD_COUNT;
         word = strtok_r(NULL, " ", &next))
        fields[field++] = strtoull(word, NULL, 10);
    if (field < FIELD_COUNT)
        return -EPROTO;
    *ret = (Usage){.memory = fields[FIELD_PAGES] * (uint64_t)sysconf(_SC_PAGESIZE),
                   .cpu = (fields[FIELD_USER_TICKS] + fields[FIELD_SYSTEM_TICKS]) * 1000 /
                          (uint64_t)sysconf(_SC_CLK_TCK)};
    return 0;
}
