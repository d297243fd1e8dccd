/*
 * A file that is in memory only, for targets whose subject reads files by their path.
 */
#pragma once

#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

/* Makes the file anew with @data; its path, valid until the next call. */
static inline const char *text_file(const uint8_t *data, size_t size)
{
    static char path[32];
    static int fd = -1;

    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && ftruncate(fd, 0) == 0);
    require(pwrite(fd, data, size, 0) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return path;
}
