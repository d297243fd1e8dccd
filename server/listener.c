#include "server/listener.h"

#include "base/log.h"
#include "server/client.h"
#include "server/trust.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG     512
#define RETRY_AFTER 1000 /* ms, when descriptors have run out */

/* Who made the socket, and so removes its file. */
typedef enum ListenerOrigin {
    LISTENER_OURS,      /* the file is removed at the end */
    LISTENER_INHERITED, /* the service manager's: it stays, and so do those who wait in it */
} ListenerOrigin;

/* Whether the log says that 'maxClients' are connected: said once, until half of them have gone. */
typedef enum ListenerRoom {
    LISTENER_HAS_ROOM, /* the next client that has to wait is to be told of */
    LISTENER_FULL,
} ListenerRoom;

struct Listener {
    Server *server;
    uv_poll_t poll;
    int fd;
    bool accepting; /* the poll is on */
    int shortage;   /* errno of the last accept(), if that was none of the client's; 0: it succeeded
                     */
    ListenerRoom room;
    Timer retry;
    ListenerOrigin origin;
    dev_t device; /* of the socket file, to remove no other one; without inode: none of ours */
    ino_t inode;
    struct sockaddr_un address;
};

static void on_poll(uv_poll_t *poll, int status, int events);

static void set_accepting(Listener *listener, bool accepting)
{
    if (listener->accepting == accepting)
        return;
    listener->accepting = accepting;
    if (accepting)
        uv_poll_start(&listener->poll, UV_READABLE, on_poll);
    else
        uv_poll_stop(&listener->poll);
}

void listener_resume(Listener *listener)
{
    if (listener != NULL && listener->server->client_count < listener->server->config->max_clients)
        set_accepting(listener, true);
}

static void on_retry(Timer *timer)
{
    listener_resume(container_of(timer, Listener, retry));
}

static void pause_accepting(Listener *listener)
{
    set_accepting(listener, false);
    timer_start(&listener->retry, RETRY_AFTER);
}

/* Descriptors or memory have run out: who wants to connect waits in the backlog. It is said once,
 * however often it is tried again in vain. */
static void be_short(Listener *listener, int error)
{
    if (listener->shortage != error)
        log_warning("accepting no more clients for now: %s: those who connect have to wait%s",
                    strerror(error),
                    error == EMFILE ? " (raise LimitNOFILE of the unit, or RLIMIT_NOFILE)" : "");
    listener->shortage = error;
    pause_accepting(listener);
}

/* True if no more may be connected: accepting pauses. */
static bool is_full(Listener *listener)
{
    size_t most = listener->server->config->max_clients, count = listener->server->client_count;

    if (count < most / 2)
        listener->room = LISTENER_HAS_ROOM;
    if (count < most)
        return false;
    if (listener->room == LISTENER_HAS_ROOM)
        log_warning("accepting no more clients for now: 'maxClients' (%zu) are connected", most);
    listener->room = LISTENER_FULL;
    pause_accepting(listener);
    return true;
}

/* One connection. False if there is none to take now. */
static bool accept_one(Listener *listener)
{
    Server *server = listener->server;
    int fd, r;

    if (is_full(listener))
        return false;
    fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == ECONNABORTED || errno == EINTR)
            return true;
        if (errno != EAGAIN)
            be_short(listener, errno);
        return false;
    }
    if (listener->shortage != 0)
        log_info("accepting clients again");
    listener->shortage = 0;
    r = client_new(server, fd);
    if (r < 0)
        log_warning("a client was turned away: %s", strerror(-r));
    return true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    Listener *listener = container_of(poll, Listener, poll);
    int count = 0;

    (void)status;
    (void)events;
    /* A few at a time: those who are connected get their turns. */
    while (count++ < 16 && accept_one(listener))
        ;
}

/* True if somebody accepts connections at @address. */
static bool is_live(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r;

    if (fd < 0)
        return true; /* can't know: better not to take it away */
    r = connect(fd, (const struct sockaddr *)address, sizeof(*address));
    bool live = r == 0 || errno != ECONNREFUSED;
    close(fd);
    return live;
}

/* Removes a socket that a server left behind. */
static int clear_path(const struct sockaddr_un *address)
{
    struct stat status;

    if (lstat(address->sun_path, &status) < 0) {
        if (errno == ENOENT)
            return 0;
        log_error("cannot look at '%s': %s", address->sun_path, strerror(errno));
        return -errno;
    }
    if (!S_ISSOCK(status.st_mode)) {
        log_error("cannot listen on '%s': it exists and is no socket; remove it or set 'socket'",
                  address->sun_path);
        return -EADDRINUSE;
    }
    if (is_live(address)) {
        log_error("cannot listen on '%s': another server does; stop it or set 'socket'",
                  address->sun_path);
        return -EADDRINUSE;
    }
    log_info("'%s' was left behind by a server that is gone: replaced", address->sun_path);
    if (unlink(address->sun_path) < 0 && errno != ENOENT) {
        log_error("cannot remove '%s': %s", address->sun_path, strerror(errno));
        return -errno;
    }
    return 0;
}

static int open_socket(Listener *listener)
{
    const char *path = listener->address.sun_path;
    struct stat status = {0};
    int r = clear_path(&listener->address);

    if (r < 0)
        return r;
    listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->fd < 0)
        r = -errno;
    /* From the beginning: a mode that is set after bind() would come too late. */
    mode_t before = umask(0777 & ~(mode_t)listener->server->config->socket_mode);
    if (r == 0 &&
        bind(listener->fd, (struct sockaddr *)&listener->address, sizeof(listener->address)) < 0)
        r = -errno;
    umask(before);
    if (r == 0 && lstat(path, &status) < 0)
        r = -errno;
    listener->device = status.st_dev;
    listener->inode = status.st_ino;
    if (r == 0 && listen(listener->fd, BACKLOG) < 0)
        r = -errno;
    if (r < 0)
        log_error("cannot listen on '%s': %s", path, strerror(-r));
    return r;
}

static void announce_inherited(const Listener *listener)
{
    const char *wanted = listener->server->config->socket, *path = listener->address.sun_path;

    if (*path == '\0') {
        log_info("listening on a socket of the service manager's");
        return;
    }
    log_info("listening on '%s', which the service manager has opened", path);
    if (strcmp(path, wanted) != 0)
        log_warning("'socket' is '%s', and without effect: the service manager has opened '%s' "
                    "(ListenStream= of mihostd.socket says where)",
                    wanted, path);
}

/* Whoever can put another socket in its place is taken for the server by its clients. */
static void check_folder(const Listener *listener)
{
    char folder[sizeof(listener->address.sun_path)], why[256];
    char *slash;

    snprintf(folder, sizeof(folder), "%s", listener->address.sun_path);
    slash = strrchr(folder, '/');
    if (slash == NULL || slash == folder)
        return;
    *slash = '\0';
    if (trust_check(&listener->server->config->trusted, folder, TRUST_FOLDER, why, sizeof(why)) ==
        -EPERM)
        log_warning("clients of '%s' can be deceived: %s", listener->address.sun_path, why);
}

/* Where clients find the socket that the service manager has passed; "" if that has no path. */
static void find_address(Listener *listener)
{
    socklen_t size = sizeof(listener->address) - 1;

    listener->address = (struct sockaddr_un){0};
    (void)getsockname(listener->fd, (struct sockaddr *)&listener->address, &size);
}

static int make_socket(Listener *listener)
{
    int fd = manager_take_socket();

    if (fd == -ENOENT)
        return open_socket(listener);
    if (fd < 0)
        return fd;
    listener->fd = fd;
    listener->origin = LISTENER_INHERITED;
    find_address(listener);
    return 0;
}

static void announce(const Listener *listener)
{
    if (listener->origin == LISTENER_INHERITED) {
        announce_inherited(listener);
        return;
    }
    check_folder(listener);
    log_info("listening on '%s'", listener->address.sun_path);
}

/* Another server's, which took its place, stays. */
static void remove_own(const Listener *listener)
{
    const char *path = listener->address.sun_path;
    struct stat status;
    int r = lstat(path, &status);

    if (r == 0 && (status.st_dev != listener->device || status.st_ino != listener->inode))
        return;
    if (r == 0)
        r = unlink(path);
    if (r < 0 && errno != ENOENT)
        log_warning("cannot remove '%s': %s: the next server will", path, strerror(errno));
}

/* Closes the socket, and removes it if this server has made it. */
static void close_socket(const Listener *listener)
{
    if (listener->inode != 0)
        remove_own(listener);
    if (listener->fd >= 0)
        close(listener->fd);
}

static void on_closed(uv_handle_t *handle)
{
    free(container_of(handle, Listener, poll));
}

int listener_new(Server *server, const char *path, Listener **ret)
{
    Listener *listener = calloc(1, sizeof(*listener));
    int r;

    if (listener == NULL)
        return -ENOMEM;
    listener->server = server;
    listener->fd = -1;
    listener->address.sun_family = AF_UNIX;
    snprintf(listener->address.sun_path, sizeof(listener->address.sun_path), "%s", path);
    timer_init(&listener->retry, &server->timers, on_retry);
    r = make_socket(listener);
    if (r == 0) {
        r = uv_poll_init(server->loop, &listener->poll, listener->fd);
        if (r < 0)
            log_error("cannot wait for clients: %s", strerror(-r));
    }
    if (r < 0) {
        close_socket(listener);
        free(listener);
        return r;
    }
    announce(listener);
    set_accepting(listener, true);
    *ret = listener;
    return 0;
}

const char *listener_path(const Listener *listener)
{
    return listener->address.sun_path;
}

Listener *listener_close(Listener *listener)
{
    if (listener == NULL)
        return NULL;
    timer_stop(&listener->retry);
    uv_close((uv_handle_t *)&listener->poll, on_closed);
    close_socket(listener);
    return NULL;
}
