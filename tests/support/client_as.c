/*
 * A client that is another user. The kernel keeps who called connect(), so a child takes on the
 * other identity, connects, and hands the connection over.
 */
#include "tests/support/fixture.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Sends descriptor @fd (-1: none) over @channel. */
static bool send_descriptor(int channel, int fd)
{
    char byte = fd < 0 ? 'n' : 'y';
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
        control.head.cmsg_level = SOL_SOCKET;
        control.head.cmsg_type = SCM_RIGHTS;
        control.head.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
    }
    return sendmsg(channel, &message, MSG_NOSIGNAL) == 1;
}

static int receive_descriptor(int channel)
{
    char byte = 'n';
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    int fd = -1;

    if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1 && byte == 'y')
        memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
    return fd;
}

Client *client_connect_as(Fixture *fixture, uid_t uid, gid_t gid, const gid_t *groups,
                          size_t group_count)
{
    int channel[2], fd;
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
        test_failed("socketpair: %s", strerror(errno));
    pid = fork();
    if (pid < 0)
        test_failed("fork: %s", strerror(errno));
    if (pid == 0) {
        if (setgroups(group_count, groups) < 0 || setresgid(gid, gid, gid) < 0 ||
            setresuid(uid, uid, uid) < 0)
            _exit(1);
        _exit(send_descriptor(channel[1], client_open(fixture->socket)) ? 0 : 1);
    }
    close(channel[1]);
    fd = receive_descriptor(channel[0]);
    close(channel[0]);
    waitpid(pid, NULL, 0);
    return client_new(fixture, fd, CLIENT_LINES);
}
