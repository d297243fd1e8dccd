#include "client/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define INPUT_SIZE 65536

void connection_init(Connection *connection)
{
    *connection = (Connection){.fd = -1};
    framing_init(&connection->framing, FRAMING_LINES, CONNECTION_MAX_MESSAGE);
}

void connection_deinit(Connection *connection)
{
    if (connection->fd >= 0)
        close(connection->fd);
    connection->fd = -1;
    framing_deinit(&connection->framing);
    free(take_pointer(connection->input));
    buffer_deinit(&connection->out);
}

int connection_open(Connection *connection, const char *path)
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
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return connection_take(connection, fd);
    r = -errno;
    close(fd);
    return r;
}

int connection_take(Connection *connection, int fd)
{
    connection->input = malloc(INPUT_SIZE);
    if (connection->input == NULL) {
        close(fd);
        return -ENOMEM;
    }
    connection->fd = fd;
    return 0;
}

void connection_explain(const char *path, int error, Buffer *to)
{
    const char *advice;

    switch (-error) {
    case ENOENT:
    case ENOTDIR:
        advice = "there is no such socket; start mihostd, or name its socket with --socket or "
                 "MIHOST_SOCKET";
        break;
    case ECONNREFUSED:
        advice = "nobody listens there (mihostd has ended, or it is not a socket); start mihostd";
        break;
    case EACCES:
    case EPERM:
        advice = "permission denied; run as the user that mihostd serves, or ask its administrator";
        break;
    case ENAMETOOLONG:
        advice = "the path is too long for a socket (107 bytes at most)";
        break;
    default:
        advice = strerror(-error);
        break;
    }
    buffer_printf(to, "cannot reach the server at '%s': %s", path, advice);
}

int connection_send(Connection *connection, Span message)
{
    framing_put_head(FRAMING_LINES, &connection->out, message.size);
    buffer_put_span(&connection->out, message);
    framing_put_tail(FRAMING_LINES, &connection->out);
    if (buffer_failed(&connection->out))
        return -ENOMEM;
    connection_flush(connection);
    return 0;
}

void connection_flush(Connection *connection)
{
    Buffer *out = &connection->out;

    while (out->size > 0) {
        ssize_t sent = send(connection->fd, out->data, out->size, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return;
        /* Nobody takes it any more; receiving will say what happened. */
        buffer_consume(out, sent < 0 ? out->size : (size_t)sent);
    }
}

short connection_events(const Connection *connection)
{
    return connection->out.size > 0 ? POLLIN | POLLOUT : POLLIN;
}

int connection_receive(Connection *connection, Span *message)
{
    for (;;) {
        int r = framing_next(&connection->framing, &connection->unread, message);

        if (r < 0)
            return r;
        if (r == FRAMING_MESSAGE)
            return CONNECTION_MESSAGE;
        if (r != FRAMING_MORE)
            return CONNECTION_TOO_LARGE; /* lines have no header that could be broken */
        ssize_t got = recv(connection->fd, connection->input, INPUT_SIZE, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return CONNECTION_MORE;
        if (got == 0 || (got < 0 && errno == ECONNRESET))
            return CONNECTION_CLOSED;
        if (got < 0)
            return -errno;
        connection->unread = (Span){connection->input, (size_t)got};
    }
}
