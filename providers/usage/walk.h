/*
 * A walk through everything below a path, one entry at a step, adding up what it occupies on the
 * disk.
 *
 * The caller decides between steps whether to go on. A walk follows no symbolic link (only @path
 * itself may be one), stays on one file system, and opens nothing but directories. It is in each
 * directory by a descriptor, so that nobody can lead it elsewhere by renaming one above it. Memory
 * and descriptors are bounded by WALK_MAX_DEPTH, however large the tree is. A file with several
 * names (hard links) counts once for each: to know them again would take memory in proportion to
 * the tree.
 */
#pragma once

#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

/* Deeper directories are not entered, and count as errors: one descriptor is open for each level.
 */
#define WALK_MAX_DEPTH 128

typedef struct Walk {
    uint64_t bytes;       /* of disk blocks: less than its size for a file with holes */
    uint64_t files;       /* everything that is no directory */
    uint64_t directories; /* @path itself included */
    uint64_t errors;      /* entries that could not be looked at, or directories not read */

    char path[PATH_MAX + WALK_MAX_DEPTH * (NAME_MAX + 1)]; /* of the directory where it is now */
    dev_t device;
    unsigned depth; /* of levels[]; 0: it is done */
    struct {
        DIR *directory;
        size_t parent_length; /* of `path` without this one */
    } levels[WALK_MAX_DEPTH];
} Walk;

/* What walk_step returns when everything was counted. */
enum {
    WALK_DONE = 1,
};

/* Begins at @path, and counts that. 0, or a negative errno: @path is not there, cannot be read, ...
 */
int walk_new(Walk **ret, const char *path);

/* Takes NULL; returns NULL. */
Walk *walk_free(Walk *walk);

/*
 * Counts one more entry, or leaves a directory. 0: call again; WALK_DONE; or a negative errno when
 * it cannot go on, because descriptors or memory are used up: what was counted is too little then.
 */
int walk_step(Walk *walk);
