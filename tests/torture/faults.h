/*
 * Faults: calls of the program itself that fail, one of a kind or all from one on.
 *
 * A program that is linked with `--wrap` for these functions (CMakeLists.txt) has its own code, and
 * that of the layers in it, call faults.c instead of the C library. So a test can let each call
 * fail in turn, in one process and also under a sanitizer, and see that nothing is left: blocks are
 * counted. What shared libraries call among themselves isn't met.
 *
 * The counters are for all threads; arming and disarming is for one, while no other is at work.
 */
#pragma once

#include <stdbool.h>

/* name, what is counted and how it fails */
#define FAULT_KINDS(X)                                                                             \
    X(memory)  /* malloc, calloc, realloc, strdup, strndup, asprintf, vasprintf: ENOMEM */         \
    X(socket)  /* EMFILE */                                                                        \
    X(connect) /* EAGAIN: too many wait to be accepted */                                          \
    X(receive) /* recv: ECONNRESET, and the connection is lost */                                  \
    X(starve)  /* recv: ENOMEM, likewise */                                                        \
    X(send)    /* EPIPE, likewise */                                                               \
    X(cut)     /* a send or a write moves one byte */                                              \
    X(again)   /* a connect, recv, send, read, write, poll or waitpid is interrupted: EINTR */     \
    X(thread)  /* pthread_create: EAGAIN */                                                        \
    X(full)    /* a send that may not wait: EAGAIN */                                              \
    X(open)    /* open, fopen, memfd_create, signalfd, pidfd_open: EMFILE */                       \
    X(read)    /* EIO */                                                                           \
    X(write)   /* ENOSPC */                                                                        \
    X(poll)    /* ENOMEM */                                                                        \
    X(process) /* fork, posix_spawn, socketpair: EAGAIN */                                         \
    X(file)    /* rename, link, mkdir, fchmod, ftruncate, fsync, lseek, pread: EIO */

typedef enum FaultKind {
#define FAULT_ENUM(name) FAULT_##name,
    FAULT_KINDS(FAULT_ENUM)
#undef FAULT_ENUM
    FAULT_KIND_COUNT,
} FaultKind;

typedef enum FaultExtent {
    FAULT_ONCE,  /* the nth call */
    FAULT_SINCE, /* that, and all that follow */
} FaultExtent;

const char *fault_name(FaultKind kind);

/* From here on calls are counted, from 1, and the @nth of @kind fails; 0: none does. */
void faults_arm(FaultKind kind, unsigned nth, FaultExtent extent);

/* From here on none fails, and none is counted. */
void faults_disarm(void);

/* How many calls of @kind there were between the two, and how many of those that were to fail. */
unsigned faults_calls(FaultKind kind);
unsigned faults_failed(void);

/* Blocks of memory that this program's code has got, and not given back. */
long faults_blocks(void);

/* Prints to standard error where the first failure was: addresses, for addr2line. */
void faults_print_place(void);

/* Writes to @fd are the test's: where a program says what has failed. */
void faults_spare_descriptor(int fd);

/* Calls of this thread between the two are the test's: neither counted nor failed. */
void faults_spare_begin(void);
void faults_spare_end(void);
