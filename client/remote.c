#include "client/remote.h"

#include "client/peer.h"

#include <errno.h>

/* ssh's words while it logged in: a key that it learned, a banner. */
static void hint_at_words(Ctl *ctl)
{
    CLEANUP(buffer_deinit) Buffer said = BUFFER_INIT;
    Span rest;

    (void)tunnel_read(&ctl->tunnel, &said);
    rest = buffer_span(&said);
    while (ctl->console.level == CONSOLE_ALL && rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        Span line = {rest.data, end == NULL ? rest.size : (size_t)(end - rest.data)};

        span_skip(&rest, line.size + (end == NULL ? 0 : 1));
        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        console_quote(&ctl->console, SPAN("ssh"), line);
    }
}

/* The login came to nothing. */
static ExitStatus remote_refused(Ctl *ctl)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    int status = tunnel_finish(&ctl->tunnel, &ctl->interrupt);

    if (status < 0)
        return ctl_error_status(ctl, status);
    tunnel_explain(&ctl->tunnel, &ctl->address, status, &why);
    console_say_span(&ctl->console, buffer_span(&why));
    return EXIT_STATUS_UNREACHABLE;
}

/* Something answers there, and it isn't the server: the login prints something of its own. */
static ExitStatus remote_nonsense(Ctl *ctl, const Peer *peer)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    buffer_put_string(&why, "what '");
    buffer_put_span(&why, buffer_span(&ctl->address.name));
    buffer_put_string(&why, "' answers makes no sense: ");
    buffer_put_span(&why, buffer_span(&peer->why));
    buffer_put_string(&why, "; does a file that the login's shell reads print something?");
    console_say_span(&ctl->console, buffer_span(&why));
    return EXIT_STATUS_BROKEN;
}

static ExitStatus remote_answered(Ctl *ctl, const Peer *peer)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    hint_at_words(ctl);
    if (peer->why.size > 0) {
        console_say_span(&ctl->console, buffer_span(&peer->why));
        return EXIT_STATUS_FAILED;
    }
    if (peer->kind != PEER_FOREIGN)
        return EXIT_STATUS_DONE;
    peer_put_difference(peer, &why);
    console_say_span(&ctl->console, buffer_span(&why));
    return EXIT_STATUS_BROKEN;
}

/* Waits for the server's first answer. */
static ExitStatus remote_greet(Ctl *ctl)
{
    CLEANUP(peer_deinit) Peer peer;

    peer_init(&peer);
    /* A person may have to type a passphrase first: ssh itself knows when to give up. */
    switch (peer_ask(&peer, ctl, 0)) {
    case EXCHANGE_ANSWERED:
        return remote_answered(ctl, &peer);
    case EXCHANGE_LOST:
        return remote_refused(ctl);
    case EXCHANGE_LEFT:
        return ctl_error_status(ctl, -ECANCELED);
    case EXCHANGE_NONSENSE:
        return remote_nonsense(ctl, &peer);
    case EXCHANGE_OWED:
    case EXCHANGE_STOPPED:
    case EXCHANGE_FAILED:
        break;
    }
    return ctl_error_status(ctl, -ENOMEM);
}

ExitStatus remote_connect(Ctl *ctl)
{
    int fd, r = interrupt_open(&ctl->interrupt);

    if (r == 0)
        r = tunnel_open(&ctl->tunnel, &ctl->address, &fd);
    if (r == 0)
        r = connection_take(&ctl->connection, fd);
    if (r == -ENOENT || r == -E2BIG) {
        console_say(&ctl->console,
                    "MIHOST_SSH has %s: name a command there, such as 'ssh -v', or unset it",
                    r == -ENOENT ? "no word in it" : "too many words");
        return EXIT_STATUS_UNREACHABLE;
    }
    return r < 0 ? ctl_error_status(ctl, r) : remote_greet(ctl);
}

ExitStatus remote_lost(Ctl *ctl)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    int status = tunnel_finish(&ctl->tunnel, &ctl->interrupt);

    if (status < 0)
        return ctl_error_status(ctl, status);
    buffer_put_string(&why, "the connection to '");
    buffer_put_span(&why, buffer_span(&ctl->address.name));
    buffer_put_string(&why, "' ended before the answer: ");
    if (status == 0)
        buffer_put_string(&why, "the server closed it, and its log says why");
    else
        tunnel_put_last_line(&ctl->tunnel, "ssh ended without a word", &why);
    console_say_span(&ctl->console, buffer_span(&why));
    return EXIT_STATUS_BROKEN;
}
