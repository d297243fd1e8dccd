/*
 * How many descriptors the process has open: a test ends with as many as it began with.
 */
#pragma once

#include "tests/support/cmocka.h"

#include <dirent.h>

static inline size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}
