/*
 * The stand-ins take the place of the C library's functions because the program itself has them;
 * what they don't change they hand on to the kernel.
 */
#include "tests/unit/cgroup_kernel.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char *const leaf_files[] = {"cgroup.procs",     "cgroup.kill", "cpu.stat",
                                         "memory.current",   "memory.max",  "memory.events",
                                         "memory.oom.group", "pids.max"};

Kernel kernel;

const char *at(const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", kernel.folder, name);
    return path;
}

static int open_truly(int folder, const char *path, int flags)
{
    return (int)syscall(SYS_openat, folder, path, flags, 0600);
}

/* The names of the parameters are those of the C library. */

int mkdirat(int __fd, const char *__path, mode_t __mode)
{
    int folder, r = (int)syscall(SYS_mkdirat, __fd, __path, __mode);

    if (r < 0)
        return r;
    folder = open_truly(__fd, __path, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < ARRAY_SIZE(leaf_files); i++)
        if (kernel.missing == NULL || strcmp(leaf_files[i], kernel.missing) != 0)
            close(open_truly(folder, leaf_files[i], O_CREAT | O_WRONLY));
    close(folder);
    return 0;
}

int unlinkat(int __fd, const char *__name, int __flag)
{
    int folder = open_truly(__fd, __name, O_RDONLY | O_DIRECTORY);

    if (folder >= 0 && kernel.busy > 0) {
        kernel.busy--;
        close(folder);
        errno = EBUSY;
        return -1;
    }
    for (size_t i = 0; folder >= 0 && i < ARRAY_SIZE(leaf_files); i++)
        (void)syscall(SYS_unlinkat, folder, leaf_files[i], 0);
    if (folder >= 0)
        close(folder);
    return (int)syscall(SYS_unlinkat, __fd, __name, __flag);
}

/* A file in /proc that holds @text; -1: it can't be read. */
static int open_text(const char *text)
{
    int ends[2];

    if (*text == '\0') {
        errno = EACCES;
        return -1;
    }
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    close(ends[1]);
    return ends[0];
}

int openat(int __fd, const char *__file, int __oflag, ...)
{
    if (strcmp(__file, "/proc/self/cgroup") == 0)
        return open_text(kernel.own);
    return open_truly(__fd, __file, __oflag);
}

typedef FILE *(*OpenFunction)(const char *, const char *);

FILE *fopen(const char *restrict __filename, const char *restrict __modes)
{
    OpenFunction truly;

    if (strcmp(__filename, "/proc/self/mountinfo") == 0) {
        int fd = open_text(kernel.mounts);
        return fd < 0 ? NULL : fdopen(fd, __modes);
    }
    *(void **)(void *)&truly = dlsym(RTLD_NEXT, "fopen");
    return truly(__filename, __modes);
}

ssize_t fgetxattr(int __fd, const char *__name, void *__value, size_t __size)
{
    struct stat folder, delegated;

    if (kernel.delegated == NULL || strcmp(__name, kernel.mark) != 0 || __size < 1 ||
        fstat(__fd, &folder) < 0 || stat(at(kernel.delegated), &delegated) < 0 ||
        folder.st_ino != delegated.st_ino) {
        errno = ENODATA;
        return -1;
    }
    memcpy(__value, "1", 1);
    return 1;
}

uid_t geteuid(void)
{
    return kernel.uid;
}

void put_folder(const char *name)
{
    assert_int_equal(mkdir(at(name), 0700), 0);
}

void put_file(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

bool is_there(const char *name)
{
    return access(at(name), F_OK) == 0;
}

void expect_file(const char *name, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(at(name), "r");

    assert_non_null(file);
    (void)fgets(found, sizeof(found), file);
    fclose(file);
    assert_string_equal(found, text);
}

void put_cgroup(const char *name)
{
    char path[128];

    if (*name != '\0')
        put_folder(name);
    snprintf(path, sizeof(path), "%s/cgroup.subtree_control", name);
    put_file(path, "");
}

void be_in(const char *own, const char *delegated)
{
    snprintf(kernel.own, sizeof(kernel.own), "1:name=systemd:/x\n0::%s\n", own);
    snprintf(kernel.mounts, sizeof(kernel.mounts),
             "24 1 0:5 / /proc rw - proc proc rw\n"
             " - cgroup2 \n"
             "31 24 0:27 / %s rw,relatime - cgroup2 cgroup2 rw\n",
             kernel.folder);
    kernel.delegated = delegated;
}

void kernel_begin(void)
{
    kernel = (Kernel){.mark = "trusted.delegate"};
    scratch_make(kernel.folder);
}

void kernel_end(void)
{
    scratch_remove(kernel.folder);
}
