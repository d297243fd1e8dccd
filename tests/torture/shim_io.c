/*
 * Reading and writing: of sockets and files, where a call fails, has to be made again, or moves a
 * single byte.
 *
 * Standard output and standard error are left alone: they are how the program says what it makes of
 * the rest.
 */
#include "tests/torture/shim_call.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library names the
 * parameters as only a C library may. */

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

    if (shim_state == NULL || fd == STDOUT_FILENO || fd == STDERR_FILENO || fstat(fd, &status) < 0)
        return GO_ON;
    is_socket = S_ISSOCK(status.st_mode);
    if (!is_socket && !S_ISREG(status.st_mode))
        return GO_ON;
    if (shim_fails_with(way == WAY_IN ? SHIM_read : SHIM_write, way == WAY_IN
                                                                    ? (is_socket ? ECONNRESET : EIO)
                                                                    : (is_socket ? EPIPE : ENOSPC)))
        return FAIL;
    if (!is_socket)
        return GO_ON;
    if (shim_fails_with(SHIM_again, way == WAY_OUT && (flags & MSG_DONTWAIT) != 0 ? EAGAIN : EINTR))
        return FAIL;
    /* What is written in pieces is read in pieces. A read that leaves something behind, though it
     * had room, is nothing that the kernel does: epoll(7). */
    return way == WAY_OUT && (shim_fails(SHIM_cut) || shim_fails(SHIM_bytewise)) ? CUT : GO_ON;
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
