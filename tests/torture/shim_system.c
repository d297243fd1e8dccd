/*
 * What a program asks of the system, but for memory, and for reading and writing: descriptors,
 * processes, threads, libraries, and whatever else the program itself calls.
 */
#include "tests/torture/shim_call.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library names the
 * parameters as only a C library may. */

/* ---- Descriptors ---- */

/* The mode of a file that may be made. */
#define MODE(mode, flags)                                                                          \
    mode_t mode = 0;                                                                               \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                                  \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        (mode) = va_arg(list, mode_t);                                                             \
        va_end(list);                                                                              \
    }

EXPORT int open(const char *path, int flags, ...)
{
    MODE(mode, flags)
    NEXT(open);
    return shim_fails_with(SHIM_open, EMFILE) ? -1 : next_(path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...)
{
    MODE(mode, flags)
    NEXT(open64);
    return shim_fails_with(SHIM_open, EMFILE) ? -1 : next_(path, flags, mode);
}

EXPORT int openat(int folder, const char *path, int flags, ...)
{
    MODE(mode, flags)
    NEXT(openat);
    return shim_fails_with(SHIM_open, EMFILE) ? -1 : next_(folder, path, flags, mode);
}

EXPORT FILE *fopen(const char *path, const char *mode)
{
    NEXT(fopen);
    return shim_fails_with(SHIM_open, EMFILE) ? NULL : next_(path, mode);
}

EXPORT DIR *opendir(const char *path)
{
    NEXT(opendir);
    return shim_fails_with(SHIM_open, EMFILE) ? NULL : next_(path);
}

EXPORT DIR *fdopendir(int fd)
{
    NEXT(fdopendir);
    return shim_fails_with(SHIM_malloc, ENOMEM) ? NULL : next_(fd);
}

EXPORT int socket(int domain, int type, int protocol)
{
    NEXT(socket);
    return shim_fails_with(SHIM_socket, EMFILE) ? -1 : next_(domain, type, protocol);
}

EXPORT int socketpair(int domain, int type, int protocol, int pair[2])
{
    NEXT(socketpair);
    return shim_fails_with(SHIM_socket, EMFILE) ? -1 : next_(domain, type, protocol, pair);
}

EXPORT int accept(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
    NEXT(accept);
    return shim_fails_with(SHIM_accept, EMFILE) ? -1 : next_(fd, address, size);
}

EXPORT int accept4(int fd, __SOCKADDR_ARG address, socklen_t *size, int flags)
{
    NEXT(accept4);
    return shim_fails_with(SHIM_accept, EMFILE) ? -1 : next_(fd, address, size, flags);
}

EXPORT int pipe2(int pair[2], int flags)
{
    NEXT(pipe2);
    return shim_fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(pair, flags);
}

EXPORT int eventfd(unsigned value, int flags)
{
    NEXT(eventfd);
    return shim_fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(value, flags);
}

EXPORT int epoll_create1(int flags)
{
    NEXT(epoll_create1);
    return shim_fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(flags);
}

EXPORT int dup(int fd)
{
    NEXT(dup);
    return shim_fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(fd);
}

/* ---- Processes, threads, libraries ---- */

EXPORT pid_t fork(void)
{
    NEXT(fork);
    return shim_fails_with(SHIM_fork, EAGAIN) ? -1 : next_();
}

EXPORT int execvp(const char *path, char *const arguments[])
{
    NEXT(execvp);
    return shim_fails_with(SHIM_exec, ENOENT) ? -1 : next_(path, arguments);
}

EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *data)
{
    NEXT(pthread_create);
    return shim_fails(SHIM_thread) ? EAGAIN : next_(thread, attributes, function, data);
}

EXPORT void *dlopen(const char *path, int flags)
{
    NEXT(dlopen);
    return next_(shim_fails(SHIM_dlopen) ? "/nowhere/tortured.so" : path, flags);
}

/* ---- What else is asked of the system ---- */

/* Only where the program itself asks: libraries can't do without, and may have no way to say so. */
#define OWN_FAILS(error)                                                                           \
    (shim_is_own(__builtin_return_address(0)) && shim_fails_with(SHIM_system, error))

#define SYSTEM(function, parameters, arguments)                                                    \
    EXPORT int function parameters                                                                 \
    {                                                                                              \
        NEXT(function);                                                                            \
        return OWN_FAILS(EPERM) ? -1 : next_ arguments;                                            \
    }

SYSTEM(bind, (int fd, __CONST_SOCKADDR_ARG address, socklen_t size), (fd, address, size))
SYSTEM(chdir, (const char *path), (path))
SYSTEM(chmod, (const char *path, mode_t mode), (path, mode))
SYSTEM(close_range, (unsigned first, unsigned last, int flags), (first, last, flags))
SYSTEM(connect, (int fd, __CONST_SOCKADDR_ARG address, socklen_t size), (fd, address, size))
SYSTEM(dup2, (int from, int to), (from, to))
SYSTEM(epoll_ctl, (int epoll, int verb, int fd, struct epoll_event *event),
       (epoll, verb, fd, event))
SYSTEM(flock, (int fd, int verb), (fd, verb))
SYSTEM(fstat, (int fd, struct stat *status), (fd, status))
SYSTEM(getgrouplist, (const char *user, gid_t group, gid_t *groups, int *count),
       (user, group, groups, count))
SYSTEM(getgroups, (int size, gid_t *groups), (size, groups))
SYSTEM(gethostname, (char *name, size_t size), (name, size))
SYSTEM(getresgid, (gid_t * real, gid_t *effective, gid_t *saved), (real, effective, saved))
SYSTEM(getresuid, (uid_t * real, uid_t *effective, uid_t *saved), (real, effective, saved))
SYSTEM(getrlimit, (__rlimit_resource_t resource, struct rlimit *limit), (resource, limit))
SYSTEM(getsockname, (int fd, __SOCKADDR_ARG address, socklen_t *size), (fd, address, size))
SYSTEM(getsockopt, (int fd, int level, int option, void *value, socklen_t *size),
       (fd, level, option, value, size))
SYSTEM(listen, (int fd, int backlog), (fd, backlog))
SYSTEM(lstat, (const char *path, struct stat *status), (path, status))
SYSTEM(prlimit,
       (pid_t pid, enum __rlimit_resource resource, const struct rlimit *now, struct rlimit *old),
       (pid, resource, now, old))
SYSTEM(setgroups, (size_t count, const gid_t *groups), (count, groups))
SYSTEM(setresgid, (gid_t real, gid_t effective, gid_t saved), (real, effective, saved))
SYSTEM(setresuid, (uid_t real, uid_t effective, uid_t saved), (real, effective, saved))
SYSTEM(setrlimit, (__rlimit_resource_t resource, const struct rlimit *limit), (resource, limit))
SYSTEM(sigprocmask, (int verb, const sigset_t *signals, sigset_t *old), (verb, signals, old))
SYSTEM(unlink, (const char *path), (path))

/* Those with a tail of arguments, each of which is a long at most, and of which a surplus does no
 * harm. */
#define WITH_TAIL(function, error, last)                                                           \
    va_list list;                                                                                  \
    unsigned long tail[6];                                                                         \
    va_start(list, last);                                                                          \
    for (size_t i = 0; i < sizeof(tail) / sizeof(*tail); i++)                                      \
        tail[i] = va_arg(list, unsigned long);                                                     \
    va_end(list);                                                                                  \
    NEXT(function);                                                                                \
    if (OWN_FAILS(error))                                                                          \
    return -1

EXPORT int fcntl(int fd, int verb, ...)
{
    WITH_TAIL(fcntl, EPERM, verb);
    return next_(fd, verb, tail[0]);
}

EXPORT int fcntl64(int fd, int verb, ...)
{
    WITH_TAIL(fcntl64, EPERM, verb);
    return next_(fd, verb, tail[0]);
}

EXPORT int ioctl(int fd, unsigned long verb, ...)
{
    WITH_TAIL(ioctl, EPERM, verb);
    return next_(fd, verb, tail[0]);
}

EXPORT int prctl(int verb, ...)
{
    WITH_TAIL(prctl, EPERM, verb);
    return next_(verb, tail[0], tail[1], tail[2], tail[3]);
}

EXPORT long syscall(long number, ...)
{
    WITH_TAIL(syscall, EPERM, number);
    return next_(number, tail[0], tail[1], tail[2], tail[3], tail[4], tail[5]);
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout)
{
    NEXT(epoll_wait);
    return OWN_FAILS(EINTR) ? -1 : next_(epoll, events, most, timeout);
}

EXPORT ssize_t readlinkat(int folder, const char *path, char *text, size_t size)
{
    NEXT(readlinkat);
    return OWN_FAILS(EIO) ? -1 : next_(folder, path, text, size);
}

EXPORT char *realpath(const char *path, char *whole)
{
    NEXT(realpath);
    return OWN_FAILS(EACCES) ? NULL : next_(path, whole);
}

EXPORT char *getcwd(char *path, size_t size)
{
    NEXT(getcwd);
    return OWN_FAILS(EACCES) ? NULL : next_(path, size);
}

EXPORT struct passwd *getpwnam(const char *name)
{
    NEXT(getpwnam);
    return OWN_FAILS(EIO) ? NULL : next_(name);
}

EXPORT struct group *getgrnam(const char *name)
{
    NEXT(getgrnam);
    return OWN_FAILS(EIO) ? NULL : next_(name);
}

/* libuv's, which the program calls as it does the system. */
EXPORT int uv_poll_init(void *loop, void *poll, int fd);
EXPORT int uv_poll_init(void *loop, void *poll, int fd)
{
    NEXT(uv_poll_init);
    return OWN_FAILS(EPERM) ? -EPERM : next_(loop, poll, fd);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
