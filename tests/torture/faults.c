#include "tests/torture/faults.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH 24

static atomic_bool is_armed;
static FaultKind armed_kind;
static FaultExtent armed_extent;
static unsigned armed_nth;
static atomic_uint calls[FAULT_KIND_COUNT], failed;
static atomic_long blocks;
static void *place[DEPTH];
static int place_depth;
static _Thread_local unsigned spared;
static int spared_fd = -1;

const char *fault_name(FaultKind kind)
{
    static const char *const names[] = {
#define FAULT_NAME(name) #name,
        FAULT_KINDS(FAULT_NAME)
#undef FAULT_NAME
    };

    return names[kind];
}

void faults_arm(FaultKind kind, unsigned nth, FaultExtent extent)
{
    void *frame[1];

    (void)backtrace(frame, 1); /* loads what it needs, once */
    armed_kind = kind;
    armed_nth = nth;
    armed_extent = extent;
    place_depth = 0;
    failed = 0;
    for (int i = 0; i < FAULT_KIND_COUNT; i++)
        calls[i] = 0;
    is_armed = true;
}

void faults_disarm(void)
{
    is_armed = false;
}

unsigned faults_calls(FaultKind kind)
{
    return calls[kind];
}

unsigned faults_failed(void)
{
    return failed;
}

long faults_blocks(void)
{
    return blocks;
}

void faults_print_place(void)
{
    backtrace_symbols_fd(place, place_depth, STDERR_FILENO);
}

void faults_spare_descriptor(int fd)
{
    spared_fd = fd;
}

void faults_spare_begin(void)
{
    spared++;
}

void faults_spare_end(void)
{
    spared--;
}

/* True if this call, one of @kind, is to fail; errno is @error then. */
static bool fails(FaultKind kind, int error)
{
    unsigned now;

    if (!is_armed || spared > 0)
        return false;
    now = ++calls[kind];
    if (kind != armed_kind || armed_nth == 0 || now < armed_nth ||
        (now > armed_nth && armed_extent == FAULT_ONCE))
        return false;
    if (++failed == 1) {
        spared++;
        place_depth = backtrace(place, DEPTH);
        spared--;
    }
    errno = error;
    return true;
}

/* NOLINTBEGIN(bugprone-reserved-identifier): the names that the linker's --wrap wants. */

/* The function itself, and the one that is called in its place. */
#define WRAP(type, function, ...)                                                                  \
    type __real_##function(__VA_ARGS__);                                                           \
    type __wrap_##function(__VA_ARGS__);                                                           \
    type __wrap_##function(__VA_ARGS__)

/* ---- Memory ---- */

static void *counted(void *memory)
{
    if (memory != NULL)
        blocks++;
    return memory;
}

WRAP(void *, malloc, size_t size)
{
    return fails(FAULT_memory, ENOMEM) ? NULL : counted(__real_malloc(size));
}

WRAP(void *, calloc, size_t count, size_t size)
{
    return fails(FAULT_memory, ENOMEM) ? NULL : counted(__real_calloc(count, size));
}

WRAP(void *, realloc, void *memory, size_t size)
{
    if (fails(FAULT_memory, ENOMEM))
        return NULL;
    return memory == NULL ? counted(__real_malloc(size)) : __real_realloc(memory, size);
}

WRAP(void, free, void *memory)
{
    if (memory != NULL)
        blocks--;
    __real_free(memory);
}

WRAP(char *, strndup, const char *text, size_t size)
{
    return fails(FAULT_memory, ENOMEM) ? NULL : counted(__real_strndup(text, size));
}

WRAP(char *, strdup, const char *text)
{
    return fails(FAULT_memory, ENOMEM) ? NULL : counted(__real_strdup(text));
}

WRAP(char *, realpath, const char *path, char *to)
{
    return fails(FAULT_memory, ENOMEM) ? NULL : counted(__real_realpath(path, to));
}

WRAP(int, vasprintf, char **ret, const char *format, va_list list)
{
    int size = fails(FAULT_memory, ENOMEM) ? -1 : __real_vasprintf(ret, format, list);

    blocks += size >= 0;
    return size;
}

/* NOLINTNEXTLINE(cert-dcl50-cpp) */
int __wrap_asprintf(char **ret, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **ret, const char *format, ...)
{
    va_list list;
    int size;

    va_start(list, format);
    size = __wrap_vasprintf(ret, format, list);
    va_end(list);
    return size;
}

/* ---- Sockets ---- */

WRAP(int, socket, int domain, int type, int protocol)
{
    return fails(FAULT_socket, EMFILE) ? -1 : __real_socket(domain, type, protocol);
}

WRAP(int, connect, int fd, const struct sockaddr *address, socklen_t size)
{
    if (fails(FAULT_connect, EAGAIN) || fails(FAULT_again, EINTR))
        return -1;
    return __real_connect(fd, address, size);
}

/* What the kernel says of a connection once, it says again. */
static bool loses(FaultKind kind, int error, int fd)
{
    if (!fails(kind, error))
        return false;
    (void)shutdown(fd, SHUT_RDWR);
    errno = error;
    return true;
}

WRAP(ssize_t, recv, int fd, void *data, size_t size, int flags)
{
    if (loses(FAULT_receive, ECONNRESET, fd) || loses(FAULT_starve, ENOMEM, fd) ||
        fails(FAULT_again, EINTR))
        return -1;
    return __real_recv(fd, data, size, flags);
}

WRAP(ssize_t, send, int fd, const void *data, size_t size, int flags)
{
    if (((flags & MSG_DONTWAIT) != 0 && fails(FAULT_full, EAGAIN)) ||
        loses(FAULT_send, EPIPE, fd) || fails(FAULT_again, EINTR))
        return -1;
    return __real_send(fd, data, size > 1 && fails(FAULT_cut, 0) ? 1 : size, flags);
}

/* ---- Threads, processes, files ---- */

WRAP(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes,
     void *(*function)(void *), void *data)
{
    return fails(FAULT_thread, EAGAIN) ? EAGAIN
                                       : __real_pthread_create(thread, attributes, function, data);
}

WRAP(pid_t, fork, void)
{
    pid_t pid = fails(FAULT_process, EAGAIN) ? -1 : __real_fork();

    if (pid == 0)
        is_armed = false; /* what a child makes of it is its program's business */
    return pid;
}

WRAP(int, posix_spawn, pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
     const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment)
{
    return fails(FAULT_process, EAGAIN)
               ? EAGAIN
               : __real_posix_spawn(pid, path, actions, attributes, arguments, environment);
}

WRAP(int, socketpair, int domain, int type, int protocol, int pair[2])
{
    return fails(FAULT_process, EMFILE) ? -1 : __real_socketpair(domain, type, protocol, pair);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list list;
        va_start(list, flags);
        mode = va_arg(list, mode_t);
        va_end(list);
    }
    return fails(FAULT_open, EMFILE) ? -1 : __real_open(path, flags, mode);
}

WRAP(FILE *, fopen, const char *path, const char *mode)
{
    return fails(FAULT_open, EMFILE) ? NULL : __real_fopen(path, mode);
}

WRAP(int, memfd_create, const char *name, unsigned flags)
{
    return fails(FAULT_open, EMFILE) ? -1 : __real_memfd_create(name, flags);
}

WRAP(int, signalfd, int fd, const sigset_t *signals, int flags)
{
    return fails(FAULT_open, EMFILE) ? -1 : __real_signalfd(fd, signals, flags);
}

WRAP(int, pidfd_open, pid_t pid, unsigned flags)
{
    return fails(FAULT_open, EMFILE) ? -1 : __real_pidfd_open(pid, flags);
}

WRAP(pid_t, waitpid, pid_t pid, int *status, int options)
{
    return fails(FAULT_again, EINTR) ? -1 : __real_waitpid(pid, status, options);
}

WRAP(int, fchmod, int fd, mode_t mode)
{
    return fails(FAULT_file, EIO) ? -1 : __real_fchmod(fd, mode);
}

WRAP(off_t, lseek, int fd, off_t offset, int whence)
{
    return fails(FAULT_file, EIO) ? -1 : __real_lseek(fd, offset, whence);
}

WRAP(int, rename, const char *from, const char *to)
{
    return fails(FAULT_file, EIO) ? -1 : __real_rename(from, to);
}

WRAP(int, link, const char *from, const char *to)
{
    return fails(FAULT_file, EIO) ? -1 : __real_link(from, to);
}

WRAP(int, mkdir, const char *path, mode_t mode)
{
    return fails(FAULT_file, EIO) ? -1 : __real_mkdir(path, mode);
}

WRAP(int, ftruncate, int fd, off_t size)
{
    return fails(FAULT_file, EIO) ? -1 : __real_ftruncate(fd, size);
}

WRAP(int, fsync, int fd)
{
    return fails(FAULT_file, EIO) ? -1 : __real_fsync(fd);
}

WRAP(ssize_t, pread, int fd, void *data, size_t size, off_t offset)
{
    return fails(FAULT_file, EIO) ? -1 : __real_pread(fd, data, size, offset);
}

WRAP(ssize_t, read, int fd, void *data, size_t size)
{
    if (fails(FAULT_read, EIO) || fails(FAULT_again, EINTR))
        return -1;
    return __real_read(fd, data, size);
}

WRAP(ssize_t, write, int fd, const void *data, size_t size)
{
    if (fd == spared_fd)
        return __real_write(fd, data, size);
    if (fails(FAULT_write, ENOSPC) || fails(FAULT_again, EINTR))
        return -1;
    return __real_write(fd, data, size > 1 && fails(FAULT_cut, 0) ? 1 : size);
}

WRAP(int, poll, struct pollfd *fds, nfds_t count, int timeout)
{
    if (fails(FAULT_poll, ENOMEM) || fails(FAULT_again, EINTR))
        return -1;
    return __real_poll(fds, count, timeout);
}

/* NOLINTEND(bugprone-reserved-identifier) */
