#include "server/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_LINKS 40 /* as the kernel has it */

/* How far a path was walked. */
typedef struct Walk {
    const WhoList *trusted; /* NULL: nobody else can be */
    const char *path;       /* as it was asked for */
    int folder;             /* O_PATH */
    struct stat status;     /* of it */
    char here[PATH_MAX];    /* its path, without links; "" is / */
    char rest[2 * PATH_MAX];
    unsigned links;
    char *why;
    size_t why_size;
} Walk;

static int refuse(Walk *walk, int error, const char *format, ...) PRINTF_LIKE(3, 4);

static int refuse(Walk *walk, int error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(walk->why, walk->why_size, format, arguments);
    va_end(arguments);
    return error;
}

static bool is_trusted_user(const Walk *walk, uid_t uid)
{
    if (uid == 0 || uid == geteuid())
        return true;
    for (size_t i = 0; walk->trusted != NULL && i < walk->trusted->count; i++)
        if (walk->trusted->items[i].kind == WHO_USER && walk->trusted->items[i].id == uid)
            return true;
    return false;
}

/* What else than giving the file to root would mend it. */
static const char *other_way(const Walk *walk)
{
    return walk->trusted == NULL ? "" : " (or 'trust' name its owner)";
}

static bool is_trusted_group(const Walk *walk, gid_t gid)
{
    for (size_t i = 0; walk->trusted != NULL && i < walk->trusted->count; i++)
        if (walk->trusted->items[i].kind == WHO_GROUP && walk->trusted->items[i].id == gid)
            return true;
    return false;
}

static bool others_can_write(const Walk *walk, const struct stat *status)
{
    return (status->st_mode & S_IWOTH) != 0 ||
           ((status->st_mode & S_IWGRP) != 0 && !is_trusted_group(walk, status->st_gid));
}

/* Is what @name is in the folder, and will be, for the trusted alone to say? */
static int check_entry(Walk *walk, const char *name, const struct stat *entry)
{
    const struct stat *folder = &walk->status;
    const char *here = *walk->here == '\0' ? "/" : walk->here;

    if (!is_trusted_user(walk, folder->st_uid))
        return refuse(walk, -EPERM,
                      "the folder '%s' belongs to uid %u, who can change what is in it: it must be "
                      "root's%s",
                      here, (unsigned)folder->st_uid, other_way(walk));
    if (!others_can_write(walk, folder))
        return 0;
    if ((folder->st_mode & S_ISVTX) == 0)
        return refuse(walk, -EPERM,
                      "the folder '%s' can be written by others than its owner (mode %04o): chmod "
                      "go-w it",
                      here, (unsigned)folder->st_mode & 07777);
    if (!is_trusted_user(walk, entry->st_uid))
        return refuse(walk, -EPERM, "'%s/%s' belongs to uid %u: it must be root's", walk->here,
                      name, (unsigned)entry->st_uid);
    return 0;
}

/* The file or folder that the way leads to. */
static int check_end(Walk *walk, const char *name, const struct stat *end, TrustKind kind)
{
    bool is_folder = kind == TRUST_FOLDER;

    if (is_folder ? !S_ISDIR(end->st_mode) : !S_ISREG(end->st_mode))
        return refuse(walk, -EINVAL, "'%s/%s' is no %s", walk->here, name,
                      is_folder ? "folder" : "regular file");
    if (!is_trusted_user(walk, end->st_uid))
        return refuse(walk, -EPERM,
                      "'%s/%s' belongs to uid %u, who can change it: it must be root's%s",
                      walk->here, name, (unsigned)end->st_uid, other_way(walk));
    if (others_can_write(walk, end) && !(is_folder && (end->st_mode & S_ISVTX) != 0))
        return refuse(walk, -EPERM,
                      "'%s/%s' can be written by others than its owner (mode %04o): chmod go-w it",
                      walk->here, name, (unsigned)end->st_mode & 07777);
    return 0;
}

/* @fd, which is taken over, is where the walk is now. */
static int enter(Walk *walk, int fd)
{
    if (walk->folder >= 0)
        close(walk->folder);
    walk->folder = fd;
    if (fd < 0 || fstat(fd, &walk->status) < 0)
        return refuse(walk, -errno, "cannot open '%s/': %s", walk->here, strerror(errno));
    return 0;
}

static int enter_root(Walk *walk)
{
    *walk->here = '\0';
    return enter(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

static int enter_parent(Walk *walk)
{
    char *slash = strrchr(walk->here, '/');

    if (slash != NULL)
        *slash = '\0';
    return enter(walk, openat(walk->folder, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

static int enter_child(Walk *walk, const char *name, int fd)
{
    size_t length = strlen(walk->here);
    int written = snprintf(walk->here + length, sizeof(walk->here) - length, "/%s", name);

    if (written < 0 || (size_t)written >= sizeof(walk->here) - length) {
        close(fd);
        return refuse(walk, -ENAMETOOLONG, "the path is too long");
    }
    return enter(walk, fd);
}

/* Puts what the link @fd says in front of what is left. */
static int follow(Walk *walk, const char *name, int fd)
{
    char target[PATH_MAX], rest[sizeof(walk->rest)];
    ssize_t size = readlinkat(fd, "", target, sizeof(target) - 1);
    int length;

    if (size < 0)
        return refuse(walk, -errno, "cannot read the link '%s/%s': %s", walk->here, name,
                      strerror(errno));
    target[size] = '\0';
    length = snprintf(rest, sizeof(rest), "%s/%s", target, walk->rest);
    if (++walk->links > MAX_LINKS || length < 0 || (size_t)length >= sizeof(rest))
        return refuse(walk, -ELOOP, "'%s/%s': too many links", walk->here, name);
    memcpy(walk->rest, rest, (size_t)length + 1);
    return *target == '/' ? enter_root(walk) : 0;
}

/* Takes the next name off what is left. */
static int next_name(Walk *walk, TrustKind kind, char name[NAME_MAX + 1], bool *is_last)
{
    char *begin = walk->rest + strspn(walk->rest, "/");
    size_t length = strcspn(begin, "/");
    const char *behind = begin + length;

    if (length == 0)
        return refuse(walk, -EINVAL, "'%s' is no %s", walk->path,
                      kind == TRUST_FILE ? "regular file" : "folder of registrations");
    if (length > NAME_MAX)
        return refuse(walk, -ENAMETOOLONG, "cannot open '%.64s...': a name in it is too long",
                      walk->path);
    memcpy(name, begin, length);
    name[length] = '\0';
    behind += strspn(behind, "/");
    *is_last = *behind == '\0';
    memmove(walk->rest, behind, strlen(behind) + 1);
    return 0;
}

/* Looks at @name. 0: go on; 1: the end was reached, and is the entry @end. */
static int step(Walk *walk, const char *name, bool is_last, TrustKind kind, struct stat *end)
{
    int fd, r;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        if (is_last)
            return refuse(walk, -EINVAL, "'%s/%s' is no name", walk->here, name);
        return name[1] == '\0' ? 0 : enter_parent(walk);
    }
    fd = openat(walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, end) < 0) {
        r = refuse(walk, -errno, "cannot open '%s': %s", walk->path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return r;
    }
    r = check_entry(walk, name, end);
    if (r == 0 && S_ISLNK(end->st_mode)) {
        r = follow(walk, name, fd);
    } else if (r == 0 && is_last) {
        r = check_end(walk, name, end, kind);
        r = r == 0 ? 1 : r;
    } else if (r == 0 && !S_ISDIR(end->st_mode)) {
        r = refuse(walk, -ENOTDIR, "'%s/%s' is no folder", walk->here, name);
    } else if (r == 0) {
        return enter_child(walk, name, fd);
    }
    close(fd);
    return r;
}

/* Opens what was looked at: @name, which must still be @end. */
static int open_end(Walk *walk, const char *name, TrustKind kind, const struct stat *end, int *ret)
{
    int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC |
                (kind == TRUST_FOLDER ? O_DIRECTORY : 0);
    int fd = openat(walk->folder, name, flags);
    struct stat now;

    if (fd < 0 || fstat(fd, &now) < 0) {
        int r = refuse(walk, -errno, "cannot open '%s': %s", walk->path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return r;
    }
    if (now.st_dev != end->st_dev || now.st_ino != end->st_ino) {
        close(fd);
        return refuse(walk, -EAGAIN, "'%s/%s' was replaced while it was opened", walk->here, name);
    }
    *ret = fd;
    return 0;
}

static int begin(Walk *walk, const char *path)
{
    char *folder = *path == '/' ? NULL : getcwd(NULL, 0);
    int length;

    if (*path != '/' && folder == NULL)
        return refuse(walk, -errno, "cannot tell the working folder: %s", strerror(errno));
    length = snprintf(walk->rest, sizeof(walk->rest), "%s/%s", folder == NULL ? "" : folder, path);
    free(folder);
    if (length < 0 || (size_t)length >= sizeof(walk->rest))
        return refuse(walk, -ENAMETOOLONG, "the path is too long");
    return enter_root(walk);
}

/* @ret may be NULL: nothing is opened. */
static int walk_to(const WhoList *trusted, const char *path, TrustKind kind, int *ret, char *why,
                   size_t why_size)
{
    Walk walk = {.trusted = trusted, .path = path, .folder = -1, .why = why, .why_size = why_size};
    char name[NAME_MAX + 1] = "";
    struct stat end = {0};
    bool is_last = false;
    int r = begin(&walk, path);

    while (r == 0) {
        r = next_name(&walk, kind, name, &is_last);
        if (r == 0)
            r = step(&walk, name, is_last, kind, &end);
    }
    if (r == 1)
        r = ret == NULL ? 0 : open_end(&walk, name, kind, &end, ret);
    if (walk.folder >= 0)
        close(walk.folder);
    return r;
}

int trust_open(const WhoList *trusted, const char *path, TrustKind kind, int *ret, char *why,
               size_t why_size)
{
    return walk_to(trusted, path, kind, ret, why, why_size);
}

int trust_check(const WhoList *trusted, const char *path, TrustKind kind, char *why,
                size_t why_size)
{
    return walk_to(trusted, path, kind, NULL, why, why_size);
}
