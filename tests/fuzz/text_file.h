/*
 * A file for targets whose subject reads files by their path: one for all runs, removed at the end.
 *
 * It is a real one, in a sticky folder: what decides who runs as whom is taken only from files that
 * nobody else could have written (server/trust.h).
 */
#pragma once

#include "tests/fuzz/fuzz.h"

#include <unistd.h>

static char text_path[] = "/tmp/mihost-fuzz-XXXXXX";

static inline void text_file_remove(void)
{
    (void)unlink(text_path);
}

/* Makes the file anew with @data; its path. */
static inline const char *text_file(const uint8_t *data, size_t size)
{
    static int fd = -1;

    if (fd < 0) {
        fd = mkstemp(text_path);
        atexit(text_file_remove);
    }
    require(fd >= 0 && ftruncate(fd, 0) == 0);
    require(pwrite(fd, data, size, 0) == (ssize_t)size);
    return text_path;
}
