#include "tests/providers/line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void line_open(Line *line, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    line->size = 0;
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    line->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (line->fd >= 0 && connect(line->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        line_close(line);
}

void line_close(Line *line)
{
    if (line->fd >= 0)
        close(line->fd);
    line->fd = -1;
}

void line_say(Line *line, const char *format, ...)
{
    char text[LINE_MAX_SIZE];
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(text, sizeof(text) - 1, format, arguments);
    va_end(arguments);
    if (size > (int)sizeof(text) - 2)
        size = (int)sizeof(text) - 2;
    text[size++] = '\n';
    if (line->fd >= 0 && send(line->fd, text, (size_t)size, MSG_NOSIGNAL) != size)
        line_close(line);
}

bool line_hear(Line *line, char text[LINE_MAX_SIZE])
{
    for (;;) {
        char *end = memchr(line->input, '\n', line->size);
        ssize_t size;

        if (end != NULL) {
            size_t length = (size_t)(end - line->input);
            memcpy(text, line->input, length);
            text[length] = '\0';
            line->size -= length + 1;
            memmove(line->input, end + 1, line->size);
            return true;
        }
        if (line->fd < 0 || line->size == sizeof(line->input))
            return false;
        size = read(line->fd, line->input + line->size, sizeof(line->input) - line->size);
        if (size <= 0)
            return false;
        line->size += (size_t)size;
    }
}
