#include "base/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

bool journal_is_behind(int fd)
{
    const char *text = getenv("JOURNAL_STREAM"); /* DEVICE:INODE */
    unsigned long long device, inode;
    struct stat status;
    char *end;

    if (text == NULL || fstat(fd, &status) < 0)
        return false;
    device = strtoull(text, &end, 10);
    if (*end != ':')
        return false;
    inode = strtoull(end + 1, &end, 10);
    return *end == '\0' && status.st_dev == device && status.st_ino == inode;
}

int journal_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    int fd;

    if (length >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length);
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        int r = -errno;
        close(fd);
        return r;
    }
    return fd;
}

int journal_send(int fd, const char *lines, size_t size)
{
    return send(fd, lines, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}
