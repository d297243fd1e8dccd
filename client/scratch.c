#include "client/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int scratch_open(const char *name, size_t size)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return -errno;
    if (ftruncate(fd, (off_t)size) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_GROW) == 0)
        return fd;
    int r = -errno;
    close(fd);
    return r;
}

int scratch_read(int fd, size_t size, Buffer *to)
{
    off_t end = lseek(fd, 0, SEEK_CUR);
    char *place;
    ssize_t got;

    if (end < 0)
        return -errno;
    if ((size_t)end < size)
        size = (size_t)end;
    place = buffer_reserve(to, size);
    if (place == NULL)
        return size == 0 && !buffer_failed(to) ? 0 : -ENOMEM;
    got = pread(fd, place, size, 0);
    if (got < 0)
        return -errno;
    to->size += (size_t)got;
    return 0;
}
