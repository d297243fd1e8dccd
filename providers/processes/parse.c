/* The texts of /proc/PID: see parse.h. */
#include "providers/processes/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The numbers that follow the state in a stat text, by their field number in proc(5). */
enum {
    FIELD_PARENT = 4,
    FIELD_USER = 14,
    FIELD_KERNEL = 15,
    FIELD_PRIORITY = 18,
    FIELD_NICE = 19,
    FIELD_START = 22,
    FIELD_RESIDENT = 24,
    FIELD_LAST = FIELD_RESIDENT,
};

/* Steps over one space and one number, which has to end where the next field or the line does. */
static int next_number(const char **at, int64_t *ret)
{
    const char *text = *at;
    char *end;

    if (text[0] != ' ' || !(text[1] == '-' || (text[1] >= '0' && text[1] <= '9')))
        return -EBADMSG;
    errno = 0;
    *ret = strtoll(text + 1, &end, 10);
    if (errno != 0 || end == text + 1 || (*end != ' ' && *end != '\n'))
        return -EBADMSG;
    *at = end;
    return 0;
}

/* Puts a number where it belongs; most are not used. */
static int set_field(ProcessStat *stat, int field, int64_t value)
{
    uint64_t *count;

    switch (field) {
    case FIELD_PRIORITY:
        stat->priority = value;
        return 0;
    case FIELD_NICE:
        stat->nice = value;
        return 0;
    case FIELD_PARENT:
        count = &stat->parent;
        break;
    case FIELD_USER:
        count = &stat->user;
        break;
    case FIELD_KERNEL:
        count = &stat->kernel;
        break;
    case FIELD_START:
        count = &stat->start;
        break;
    case FIELD_RESIDENT:
        count = &stat->resident;
        break;
    default:
        return 0;
    }
    if (value < 0)
        return -EBADMSG;
    *count = (uint64_t)value;
    return 0;
}

int process_stat_parse(ProcessStat *ret, const char *text, size_t size)
{
    const char *open, *close, *at;
    size_t length;
    int64_t value;

    /* PID (NAME) STATE ...: only the name can hold a parenthesis, so it ends at the last one. */
    open = memchr(text, '(', size);
    close = memrchr(text, ')', size);
    if (open == NULL || close == NULL || close < open || memchr(text, '\0', size) != NULL)
        return -EBADMSG;
    length = (size_t)(close - open) - 1;
    if (length > PROCESS_MAX_NAME)
        return -EBADMSG;
    if (close[1] != ' ' || close[2] < 'A' || close[2] > 'z')
        return -EBADMSG;

    *ret = (ProcessStat){.state = close[2]};
    memcpy(ret->name, open + 1, length);
    at = close + 3;
    for (int field = FIELD_PARENT; field <= FIELD_LAST; field++) {
        if (next_number(&at, &value) < 0 || set_field(ret, field, value) < 0)
            return -EBADMSG;
    }
    return 0;
}

size_t process_arguments_split(char *text, size_t size, char **ret, size_t room)
{
    size_t count = 0, at = 0;

    while (size > 0 && text[size - 1] == '\0')
        size--;
    while (at < size) {
        if (count < room)
            ret[count] = text + at;
        count++;
        at += strlen(text + at) + 1;
    }
    return count;
}

uint32_t process_handle_parse(const char *handle)
{
    uint32_t number = 0;

    /* Seven digits are more than the kernel's own limit of 2^22 processes needs. */
    if (handle[0] == '0' || strlen(handle) > 7)
        return 0;
    for (; *handle != '\0'; handle++) {
        if (*handle < '0' || *handle > '9')
            return 0;
        number = number * 10 + (uint32_t)(*handle - '0');
    }
    return number;
}
