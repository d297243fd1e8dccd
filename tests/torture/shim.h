/*
 * What the shim and who drives it share: a file that both map. torture.py knows it by its layout.
 *
 * The driver writes `kind`, and `nth` or `place`, before the program starts. The shim counts the
 * calls of that kind, in all processes that have the file, lets the nth one fail, or the first that
 * comes from the place, and writes down where that was.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

/* name, what is counted and how it fails */
#define SHIM_KINDS(X)                                                                              \
    X(malloc)     /* malloc, calloc, realloc and what is made of them: ENOMEM */                   \
    X(open)       /* open, openat, fopen, opendir: EMFILE */                                       \
    X(socket)     /* socket, socketpair: EMFILE */                                                 \
    X(accept)     /* accept, accept4: EMFILE, then ECONNABORTED */                                 \
    X(descriptor) /* pipe2, eventfd, epoll_create1, dup: EMFILE */                                 \
    X(fork)       /* EAGAIN */                                                                     \
    X(exec)       /* ENOENT */                                                                     \
    X(thread)     /* pthread_create: EAGAIN */                                                     \
    X(dlopen)     /* as of a file that isn't there */                                              \
    X(system)     /* what else the program itself asks of the system: EPERM */                     \
    X(read)       /* of a socket, ECONNRESET; of a file, EIO */                                    \
    X(write)      /* to a socket, EPIPE; to a file, ENOSPC */                                      \
    X(again)      /* a read or a write of a socket: EINTR, or EAGAIN where it may not wait */      \
    X(cut)        /* a write to a socket moves one byte */                                         \
    X(bytewise)   /* from the nth on each write to a socket moves one byte */

typedef enum ShimKind {
#define SHIM_ENUM(name) SHIM_##name,
    SHIM_KINDS(SHIM_ENUM)
#undef SHIM_ENUM
    SHIM_KIND_COUNT,
} ShimKind;

#define SHIM_WHERE  2048
#define SHIM_PLACES 1024 /* more than a kind has */
#define SHIM_LOST   65536

/* A place is the hash of the program's own functions that led to a call: it is the same in each run
 * of the same program, whichever thread was faster. */
typedef struct ShimState {
    uint64_t place; /* not 0: it is the first call from here that fails */
    /* Where calls came from, in no order; 0: nowhere yet. */
    atomic_uint_least64_t places[SHIM_KIND_COUNT][SHIM_PLACES];
    uint32_t kind;
    uint32_t nth;                        /* 0, and no place: count only */
    atomic_uint failed;                  /* how many calls failed */
    char where[SHIM_WHERE];              /* what led there: "FILE+OFFSET" each, a space behind */
    atomic_uint counts[SHIM_KIND_COUNT]; /* calls so far */
    /* Memory that nothing pointed at any more when a process ended in order, a line each: its size,
     * and what led to it as in `where`. What has no room is missing. */
    atomic_uint lost_size;
    char lost[SHIM_LOST];
} ShimState;
