/* A walk through everything below a path: see walk.h. */
#include "providers/usage/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_SIZE           512 /* what st_blocks counts in, whatever st_blksize says */
#define OPEN_DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* The machine is at its limits, which is no property of the entry that met it. */
static int is_exhausted(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* What it means for the walk that an entry could not be looked at. */
static int count_error(Walk *walk, int error)
{
    if (is_exhausted(error))
        return -error;
    if (error != ENOENT) /* it was removed meanwhile: nothing is missing */
        walk->errors++;
    return 0;
}

static void count_file(Walk *walk, const struct stat *info)
{
    walk->files++;
    walk->bytes += (uint64_t)info->st_blocks * BLOCK_SIZE;
}

/* Goes down into the directory @fd, and owns it from now on. 0, or -ENOMEM. */
static int push(Walk *walk, int fd, const struct stat *info, size_t parent_length)
{
    DIR *directory;
    int r;

    directory = fdopendir(fd);
    if (directory == NULL) {
        r = -errno;
        (void)close(fd);
        return r;
    }
    walk->directories++;
    walk->bytes += (uint64_t)info->st_blocks * BLOCK_SIZE;
    walk->levels[walk->depth].directory = directory;
    walk->levels[walk->depth].parent_length = parent_length;
    walk->depth++;
    return 0;
}

/* Goes up again. */
static void pop(Walk *walk)
{
    walk->depth--;
    (void)closedir(walk->levels[walk->depth].directory);
    walk->path[walk->levels[walk->depth].parent_length] = '\0';
}

/* Goes down into @name, unless it is on another file system. */
static int enter(Walk *walk, int parent, const char *name)
{
    size_t length = strlen(walk->path), name_length = strlen(name);
    struct stat info;
    int fd, r;

    if (walk->depth == WALK_MAX_DEPTH || length + 1 + name_length >= sizeof(walk->path))
        return count_error(walk, ENAMETOOLONG);
    fd = openat(parent, name, OPEN_DIRECTORY_FLAGS | O_NOFOLLOW);
    if (fd < 0)
        return count_error(walk, errno);
    /* Asked again: what was opened need not be what was looked at. */
    if (fstat(fd, &info) < 0) {
        r = count_error(walk, errno);
        (void)close(fd);
        return r;
    }
    if (info.st_dev != walk->device) {
        (void)close(fd);
        return 0;
    }
    r = push(walk, fd, &info, length);
    if (r < 0)
        return count_error(walk, -r);
    if (length == 0 || walk->path[length - 1] != '/')
        walk->path[length++] = '/';
    memcpy(walk->path + length, name, name_length + 1);
    return 0;
}

/* Counts what stands at @path itself. */
static int begin(Walk *walk, const char *path)
{
    size_t length = strlen(path);
    struct stat info;
    int fd, r;

    if (length >= PATH_MAX)
        return -ENAMETOOLONG;
    if (stat(path, &info) < 0)
        return -errno;
    memcpy(walk->path, path, length + 1);
    walk->device = info.st_dev;
    if (!S_ISDIR(info.st_mode)) {
        count_file(walk, &info);
        return 0;
    }

    fd = open(path, OPEN_DIRECTORY_FLAGS);
    if (fd < 0)
        return -errno;
    if (fstat(fd, &info) < 0) {
        r = -errno;
        (void)close(fd);
        return r;
    }
    walk->device = info.st_dev;
    return push(walk, fd, &info, length);
}

int walk_new(Walk **ret, const char *path)
{
    Walk *walk;
    int r;

    walk = calloc(1, sizeof(*walk));
    if (walk == NULL)
        return -ENOMEM;
    r = begin(walk, path);
    if (r < 0) {
        (void)walk_free(walk);
        return r;
    }
    *ret = walk;
    return 0;
}

Walk *walk_free(Walk *walk)
{
    if (walk == NULL)
        return NULL;
    while (walk->depth > 0)
        pop(walk);
    free(walk);
    return NULL;
}

static int count_entry(Walk *walk, int parent, const char *name)
{
    struct stat info;

    /* A place where a file system would be mounted on demand stays as it is. */
    if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
        return count_error(walk, errno);
    if (info.st_dev != walk->device)
        return 0;
    if (S_ISDIR(info.st_mode))
        return enter(walk, parent, name);
    count_file(walk, &info);
    return 0;
}

int walk_step(Walk *walk)
{
    const struct dirent *entry;
    DIR *directory;
    int r = 0;

    if (walk->depth == 0)
        return WALK_DONE;
    directory = walk->levels[walk->depth - 1].directory;
    errno = 0;
    entry = readdir(directory);
    if (entry == NULL) {
        if (errno != 0)
            r = count_error(walk, errno);
        pop(walk);
        return r;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
        return 0;
    return count_entry(walk, dirfd(directory), entry->d_name);
}
