/*
 * What a test makes of the system's, and gives back: a folder of its own, and descriptors.
 */
#pragma once

#include <stddef.h>

#define SCRATCH_PATH 64 /* bytes: short enough for the path of a socket to be in the folder */

/* Makes a new folder below that for temporary files, and writes its path down. */
void scratch_make(char path[SCRATCH_PATH]);

/* Removes it with all that is in it. */
void scratch_remove(const char *path);

/* How many descriptors the process has open: a test ends with as many as it began with. */
size_t count_descriptors(void);
