#include "client/capture.h"

#include "client/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

void capture_init(Capture *capture)
{
    *capture = (Capture){.status = 0};
}

void capture_deinit(Capture *capture)
{
    buffer_deinit(&capture->out);
    buffer_deinit(&capture->err);
}

/* Signals are to the program what they are to any other, whatever mihostctl does with them. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, pipes;
    int r;

    sigemptyset(&none);
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    r = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                 POSIX_SPAWN_SETSIGDEF);
    if (r == 0)
        r = posix_spawnattr_setsigmask(attributes, &none);
    if (r == 0)
        r = posix_spawnattr_setsigdefault(attributes, &pipes);
    return r == 0 ? posix_spawnattr_setpgroup(attributes, 0) : r;
}

/* Starts the program with its output in @out and @err. 0 or -errno. */
static int start(char *const *argv, int out, int err, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int r = posix_spawn_file_actions_init(&actions);

    if (r != 0)
        return -r;
    r = posix_spawnattr_init(&attributes);
    if (r == 0) {
        r = set_attributes(&attributes);
        if (r == 0)
            r = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (r == 0)
            r = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
        if (r == 0)
            r = posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
        if (r == 0)
            r = posix_spawn(ret, argv[0], &actions, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return -r;
}

/* Waits until @pid has ended, or the user leaves; then nothing of its group is left. */
static int finish(pid_t pid, Interrupt *interrupt, int *status)
{
    int fd = pidfd_open(pid, 0), r = fd < 0 ? -errno : 0;
    struct pollfd ended = {.fd = fd, .events = POLLIN};

    while (r == 0) {
        int count = poll(&ended, 1, 0);

        if (count > 0)
            break;
        r = count < 0 && errno != EINTR
                ? -errno
                : interrupt_wait(interrupt, fd, POLLIN, INTERRUPT_NO_TIMEOUT);
    }
    if (fd >= 0)
        close(fd);
    /* Before it is reaped: until then no other group can have its number. */
    kill(-pid, SIGKILL);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        ;
    return r;
}

int capture_run(Capture *capture, char *const *argv, Interrupt *interrupt)
{
    int out = scratch_open("out", CAPTURE_MAX_OUT), err = scratch_open("err", CAPTURE_MAX_ERR);
    int r = out < 0 ? out : err < 0 ? err : 0;
    pid_t pid;

    if (r == 0)
        r = start(argv, out, err, &pid);
    if (r == 0)
        r = finish(pid, interrupt, &capture->status);
    if (r == 0)
        r = scratch_read(out, CAPTURE_MAX_OUT, &capture->out);
    if (r == 0)
        r = scratch_read(err, CAPTURE_MAX_ERR, &capture->err);
    if (out >= 0)
        close(out);
    if (err >= 0)
        close(err);
    return r;
}
