/*
 * A file in memory for what another program writes.
 *
 * Its size is fixed and writing behind it fails: that program can't fill the memory, can't stall as
 * on a pipe that nobody reads, and a descendant that keeps the descriptor keeps nobody waiting.
 */
#pragma once

#include "base/buffer.h"

/* A descriptor that takes @size bytes, or -errno. @name is for /proc. */
int scratch_open(const char *name, size_t size);

/* Appends what was written to @fd, of the given size, by those who share its offset. 0, -ENOMEM or
 * -errno. */
int scratch_read(int fd, size_t size, Buffer *to);
