#include "libmi/dial.h"

#include "libmi/patience.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

MI_Result dial_explain(const char *path, int error, char *why, size_t size)
{
    const char *advice = strerror(error);
    MI_Result result = MI_RESULT_FAILED;

    switch (error) {
    case ENOENT:
    case ENOTDIR:
        advice = "there is no such socket; start mihostd, or name its socket in MIHOST_SOCKET";
        break;
    case ECONNREFUSED:
        advice = "nobody listens there; start mihostd";
        break;
    case EACCES:
    case EPERM:
        advice = "permission denied; run as a user that mihostd serves, or ask its administrator";
        result = MI_RESULT_ACCESS_DENIED;
        break;
    case ENAMETOOLONG:
        advice = "the path is too long for a socket (107 bytes at most)";
        break;
    case EAGAIN:
        advice =
            "nobody accepted the connection in time; mihostd hangs, or serves as many as it may";
        break;
    case ECANCELED:
        advice = "the session is being closed";
        break;
    default:
        break;
    }
    snprintf(why, size, "cannot reach the host at '%.80s': %.120s", path, advice);
    return result;
}

static bool is_wanted(pthread_mutex_t *lock, const DialWish *wish)
{
    bool is_still;

    pthread_mutex_lock(lock);
    is_still = wish->is_wanted(wish->data);
    pthread_mutex_unlock(lock);
    return is_still;
}

/* Tries it for a tick at a time. 0, or a negative errno. */
static int connect_within(int fd, const struct sockaddr_un *address, pthread_mutex_t *lock,
                          const DialWish *wish)
{
    const Due end = wish->timeout == 0 ? DUE_NEVER : due_in(wish->timeout + PATIENCE);

    patience_set_reading(fd, PATIENCE_TICK);
    patience_set_writing(fd, PATIENCE_TICK);
    while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0) {
        if (errno != EINTR && errno != EAGAIN)
            return -errno;
        if (due_is_over(end))
            return -EAGAIN;
        if (!is_wanted(lock, wish))
            return -ECANCELED;
    }
    return 0;
}

int dial(const char *path, pthread_mutex_t *lock, const DialWish *wish)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    int fd, r;

    if (length >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    r = connect_within(fd, &address, lock, wish);
    if (r < 0) {
        close(fd);
        return r;
    }
    return fd;
}
