/*
 * shim: lets the n-th call of a kind fail, in a program that knows nothing of it.
 *
 * It is preloaded; MIHOST_SHIM names the file that says what is to fail (shim.h). Without that
 * variable it does nothing. Calls for standard output and standard error are left alone: they are
 * how the program says what it makes of the rest. Nothing in here allocates.
 */
#include "tests/torture/shim.h"

#include "tests/torture/held.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define DEPTH  24

/* The next definition of the function that this is written in, under its type. */
#define NEXT(function)                                                                             \
    static __typeof__(&(function)) next_;                                                          \
    if (next_ == NULL)                                                                             \
    *(void **)&next_ = find(#function)

static ShimState *state; /* NULL: nothing is to fail */
static pid_t own_pid;
static atomic_bool rests;            /* from here on nothing fails */
static uintptr_t own_begin, own_end; /* the program, without its libraries */

/* ---- Before the real allocator can be had: dlsym itself may allocate ---- */

static char early[16384];
static size_t early_used;
static __thread bool is_finding;

static void *early_alloc(size_t size)
{
    size_t begin = early_used;

    size = (size + 31) & ~(size_t)15;
    if (size > sizeof(early) - begin)
        _exit(97);
    early_used += size;
    memcpy(early + begin, &size, sizeof(size));
    return early + begin + 16;
}

static bool is_early(const void *memory)
{
    return (const char *)memory >= early && (const char *)memory < early + sizeof(early);
}

static void *find(const char *name)
{
    void *found;

    is_finding = true;
    found = dlsym(RTLD_NEXT, name);
    is_finding = false;
    return found;
}

/* ---- Whether a call fails ---- */

/* Of dl_iterate_phdr(), which begins with the program. */
static int note_own(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    own_begin = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && end > own_end)
            own_end = end;
    }
    return 1;
}

static __attribute__((constructor)) void begin(void)
{
    const char *path = getenv("MIHOST_SHIM");
    void *frames[1];
    void *memory;
    long fd = path == NULL ? -1 : syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return;
    own_pid = getpid();
    (void)dl_iterate_phdr(note_own, NULL);
    (void)backtrace(frames, 1); /* loads what it needs, once */
    memory = mmap(NULL, sizeof(ShimState), PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
    syscall(SYS_close, fd);
    if (memory != MAP_FAILED)
        state = memory;
}

/* Writes "FILE+OFFSET " for each of @frames, as far as there is room. */
static size_t put_frames(char *text, size_t size, void *const *frames, int count)
{
    size_t used = 0;

    for (int i = 0; i < count && used < size; i++) {
        Dl_info info;
        if (dladdr(frames[i], &info) != 0 && info.dli_fname != NULL)
            used +=
                (size_t)snprintf(text + used, size - used, "%s+0x%lx ", info.dli_fname,
                                 (unsigned long)((char *)frames[i] - (char *)info.dli_fbase - 1));
    }
    return used < size ? used : size;
}

static void note_place(void)
{
    void *frames[DEPTH];
    int count = backtrace(frames, DEPTH);

    (void)put_frames(state->where, SHIM_WHERE, frames + 2, count - 2);
}

static uint64_t place_of(void *const *frames, int count)
{
    uint64_t hash = 14695981039346656037ULL; /* FNV-1a, of offsets instead of bytes */

    for (int i = 0; i < count; i++) {
        uintptr_t address = (uintptr_t)frames[i];
        if (address >= own_begin && address < own_end)
            hash = (hash ^ (address - own_begin)) * 1099511628211ULL;
    }
    return hash == 0 ? 1 : hash;
}

static uint64_t find_place(void)
{
    void *frames[DEPTH];

    return place_of(frames, backtrace(frames, DEPTH));
}

static void keep_place(ShimKind kind, uint64_t place)
{
    for (size_t i = 0; i < SHIM_PLACES; i++) {
        uint64_t there = 0;
        if (atomic_compare_exchange_strong(&state->places[kind][(place + i) % SHIM_PLACES], &there,
                                           place) ||
            there == place)
            return;
    }
}

/* For builds that count coverage (tests/coverage/dump.c): from here on nothing fails, lest what was
 * counted cannot be written down. */
EXPORT void torture_shim_rest(void);
EXPORT void torture_shim_rest(void)
{
    atomic_store(&rests, true);
}

/* A child that is about to become another program: a library that can't do its part there has no
 * way to say so but to abort, and the parent learns of that. */
static bool is_child(void)
{
    return getpid() != own_pid;
}

static __thread bool is_inside; /* the shim itself is at work */

/* ---- Memory that is lost ---- */

/* @memory, which may be NULL, is held from here on. Returns it. */
static __attribute__((noinline)) void *hold(void *memory, size_t size)
{
    HeldPiece piece = {.memory = memory, .size = size};

    if (state == NULL || memory == NULL || is_inside || is_finding || is_child())
        return memory;
    is_inside = true;
    piece.count = backtrace(piece.frames, HELD_DEPTH);
    is_inside = false;
    held_add(&piece);
    return memory;
}

/* @memory is about to be freed, or to be moved. */
static void let_go(const void *memory)
{
    if (state != NULL && !is_child())
        held_remove(memory);
}

/* What the C library keeps for itself, it may keep where only it can see it. */
static bool is_its_own(const HeldPiece *piece)
{
    static const char *const keepers[] = {"dlerror",      "dlopen",   "dlsym",         "getgrnam",
                                          "getgrouplist", "getpwnam", "pthread_create"};
    Dl_info info;

    for (int i = 0; i < piece->count; i++)
        for (size_t j = 0; j < sizeof(keepers) / sizeof(keepers[0]); j++)
            if (dladdr(piece->frames[i], &info) != 0 && info.dli_sname != NULL &&
                strcmp(info.dli_sname, keepers[j]) == 0)
                return true;
    return false;
}

static void note_lost(const HeldPiece *piece)
{
    char line[SHIM_WHERE];
    size_t size = (size_t)snprintf(line, sizeof(line), "%zu ", piece->size), at;

    if (is_its_own(piece))
        return;
    size += put_frames(line + size, sizeof(line) - size - 1, piece->frames + 2, piece->count - 2);
    line[size++] = '\n';
    at = atomic_fetch_add(&state->lost_size, (unsigned)size);
    if (at + size <= SHIM_LOST)
        memcpy(state->lost + at, line, size);
}

/* Of a process that ends in order. */
static __attribute__((destructor)) void tell_lost(void)
{
    if (state == NULL || is_child())
        return;
    atomic_store(&rests, true);
    is_inside = true;
    held_tell_lost(note_lost);
}

/* ---- Which calls fail ---- */

/* True if the call, the @now-th of @kind, is one that is to fail. */
static bool is_meant(ShimKind kind, unsigned now)
{
    uint64_t place;

    if (state->nth != 0)
        return kind == (ShimKind)state->kind &&
               (now == state->nth || (kind == SHIM_bytewise && now > state->nth));
    if (state->place != 0 && (kind != (ShimKind)state->kind || atomic_load(&state->failed) > 0))
        return false;
    place = find_place();
    keep_place(kind, place);
    return place == state->place;
}

/* True if this call, one of @kind, fails. */
static __attribute__((noinline)) bool fails(ShimKind kind)
{
    bool meant;

    if (state == NULL || atomic_load(&rests) || is_inside || is_finding ||
        (is_child() && kind != SHIM_exec))
        return false;
    is_inside = true;
    meant = is_meant(kind, atomic_fetch_add(&state->counts[kind], 1) + 1);
    if (meant && atomic_fetch_add(&state->failed, 1) == 0)
        note_place();
    is_inside = false;
    return meant;
}

static bool fails_with(ShimKind kind, int error)
{
    if (!fails(kind))
        return false;
    errno = error;
    return true;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library names the
 * parameters as only a C library may. */

/* ---- Memory ---- */

EXPORT void *malloc(size_t size)
{
    if (is_finding)
        return early_alloc(size);
    NEXT(malloc);
    return fails_with(SHIM_malloc, ENOMEM) ? NULL : hold(next_(size), size);
}

EXPORT void *calloc(size_t count, size_t size)
{
    if (is_finding)
        return early_alloc(count * size); /* static memory is zero */
    NEXT(calloc);
    return fails_with(SHIM_malloc, ENOMEM) ? NULL : hold(next_(count, size), count * size);
}

EXPORT void free(void *memory)
{
    if (memory == NULL || is_early(memory) || is_finding)
        return;
    NEXT(free);
    let_go(memory);
    next_(memory);
}

EXPORT void *realloc(void *memory, size_t size)
{
    if (memory == NULL)
        return malloc(size);
    if (is_early(memory)) {
        size_t before;
        void *copy = malloc(size);
        memcpy(&before, (char *)memory - 16, sizeof(before));
        before -= 16;
        return copy == NULL ? NULL : memcpy(copy, memory, before < size ? before : size);
    }
    NEXT(realloc);
    if (fails_with(SHIM_malloc, ENOMEM))
        return NULL;
    let_go(memory);
    return hold(next_(memory, size), size);
}

EXPORT int posix_memalign(void **memory, size_t alignment, size_t size)
{
    NEXT(posix_memalign);
    int r = fails(SHIM_malloc) ? ENOMEM : next_(memory, alignment, size);
    if (r == 0)
        (void)hold(*memory, size);
    return r;
}

/* The C library's own calls of malloc can't be met in a program under a sanitizer. */
EXPORT char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    return copy == NULL ? NULL : memcpy(copy, text, size);
}

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
    return fails_with(SHIM_open, EMFILE) ? -1 : next_(path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...)
{
    MODE(mode, flags)
    NEXT(open64);
    return fails_with(SHIM_open, EMFILE) ? -1 : next_(path, flags, mode);
}

EXPORT int openat(int folder, const char *path, int flags, ...)
{
    MODE(mode, flags)
    NEXT(openat);
    return fails_with(SHIM_open, EMFILE) ? -1 : next_(folder, path, flags, mode);
}

EXPORT FILE *fopen(const char *path, const char *mode)
{
    NEXT(fopen);
    return fails_with(SHIM_open, EMFILE) ? NULL : next_(path, mode);
}

EXPORT DIR *opendir(const char *path)
{
    NEXT(opendir);
    return fails_with(SHIM_open, EMFILE) ? NULL : next_(path);
}

EXPORT DIR *fdopendir(int fd)
{
    NEXT(fdopendir);
    return fails_with(SHIM_malloc, ENOMEM) ? NULL : next_(fd);
}

EXPORT int socket(int domain, int type, int protocol)
{
    NEXT(socket);
    return fails_with(SHIM_socket, EMFILE) ? -1 : next_(domain, type, protocol);
}

EXPORT int socketpair(int domain, int type, int protocol, int pair[2])
{
    NEXT(socketpair);
    return fails_with(SHIM_socket, EMFILE) ? -1 : next_(domain, type, protocol, pair);
}

EXPORT int accept(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
    NEXT(accept);
    return fails_with(SHIM_accept, EMFILE) ? -1 : next_(fd, address, size);
}

EXPORT int accept4(int fd, __SOCKADDR_ARG address, socklen_t *size, int flags)
{
    NEXT(accept4);
    return fails_with(SHIM_accept, EMFILE) ? -1 : next_(fd, address, size, flags);
}

EXPORT int pipe2(int pair[2], int flags)
{
    NEXT(pipe2);
    return fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(pair, flags);
}

EXPORT int eventfd(unsigned value, int flags)
{
    NEXT(eventfd);
    return fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(value, flags);
}

EXPORT int epoll_create1(int flags)
{
    NEXT(epoll_create1);
    return fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(flags);
}

EXPORT int dup(int fd)
{
    NEXT(dup);
    return fails_with(SHIM_descriptor, EMFILE) ? -1 : next_(fd);
}

/* ---- Processes, threads, libraries ---- */

EXPORT pid_t fork(void)
{
    NEXT(fork);
    return fails_with(SHIM_fork, EAGAIN) ? -1 : next_();
}

EXPORT int execvp(const char *path, char *const arguments[])
{
    NEXT(execvp);
    return fails_with(SHIM_exec, ENOENT) ? -1 : next_(path, arguments);
}

EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *data)
{
    NEXT(pthread_create);
    return fails(SHIM_thread) ? EAGAIN : next_(thread, attributes, function, data);
}

EXPORT void *dlopen(const char *path, int flags)
{
    NEXT(dlopen);
    return next_(fails(SHIM_dlopen) ? "/nowhere/tortured.so" : path, flags);
}

/* ---- What else is asked of the system ---- */

static bool is_own(const void *caller)
{
    return (uintptr_t)caller >= own_begin && (uintptr_t)caller < own_end;
}

/* Only where the program itself asks: libraries can't do without, and may have no way to say so. */
#define OWN_FAILS(error) (is_own(__builtin_return_address(0)) && fails_with(SHIM_system, error))

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

/* ---- Reading and writing ---- */

typedef enum Way {
    WAY_IN,
    WAY_OUT,
} Way;

typedef enum Verdict {
    GO_ON,
    CUT, /* it moves one byte */
    FAIL,
} Verdict;

static Verdict judge(int fd, Way way, int flags)
{
    struct stat status;
    bool is_socket;

    if (state == NULL || fd == STDOUT_FILENO || fd == STDERR_FILENO || fstat(fd, &status) < 0)
        return GO_ON;
    is_socket = S_ISSOCK(status.st_mode);
    if (!is_socket && !S_ISREG(status.st_mode))
        return GO_ON;
    if (fails_with(way == WAY_IN ? SHIM_read : SHIM_write,
                   way == WAY_IN ? (is_socket ? ECONNRESET : EIO) : (is_socket ? EPIPE : ENOSPC)))
        return FAIL;
    if (!is_socket)
        return GO_ON;
    if (fails_with(SHIM_again, way == WAY_OUT && (flags & MSG_DONTWAIT) != 0 ? EAGAIN : EINTR))
        return FAIL;
    /* What is written in pieces is read in pieces. A read that leaves something behind, though it
     * had room, is nothing that the kernel does: epoll(7). */
    return way == WAY_OUT && (fails(SHIM_cut) || fails(SHIM_bytewise)) ? CUT : GO_ON;
}

static size_t cut(Verdict verdict, size_t size)
{
    return verdict == CUT && size > 1 ? 1 : size;
}

EXPORT ssize_t read(int fd, void *data, size_t size)
{
    Verdict verdict = judge(fd, WAY_IN, 0);
    NEXT(read);
    return verdict == FAIL ? -1 : next_(fd, data, size);
}

EXPORT ssize_t recv(int fd, void *data, size_t size, int flags)
{
    Verdict verdict = judge(fd, WAY_IN, 0);
    NEXT(recv);
    return verdict == FAIL ? -1 : next_(fd, data, size, flags);
}

EXPORT ssize_t write(int fd, const void *data, size_t size)
{
    Verdict verdict = judge(fd, WAY_OUT, 0);
    NEXT(write);
    return verdict == FAIL ? -1 : next_(fd, data, cut(verdict, size));
}

EXPORT ssize_t send(int fd, const void *data, size_t size, int flags)
{
    Verdict verdict = judge(fd, WAY_OUT, flags);
    NEXT(send);
    return verdict == FAIL ? -1 : next_(fd, data, cut(verdict, size), flags);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    Verdict verdict = judge(fd, WAY_OUT, flags);
    struct msghdr less = *message;
    struct iovec part;

    NEXT(sendmsg);
    if (verdict == FAIL)
        return -1;
    if (verdict == CUT && less.msg_iovlen > 0 && less.msg_iov[0].iov_len > 0) {
        part = (struct iovec){less.msg_iov[0].iov_base, 1};
        less.msg_iov = &part;
        less.msg_iovlen = 1;
    }
    return next_(fd, &less, flags);
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count)
{
    Verdict verdict = judge(fd, WAY_OUT, 0);
    struct iovec part = *parts;

    NEXT(writev);
    if (verdict == FAIL)
        return -1;
    part.iov_len = cut(verdict, part.iov_len);
    return verdict == CUT ? next_(fd, &part, 1) : next_(fd, parts, count);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
