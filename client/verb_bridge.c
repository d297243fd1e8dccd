/*
 * mihostctl bridge: the far end of `mihostctl -H ssh://...`: standard streams to the server's
 * socket.
 *
 * Nothing is read into the bytes: any client of the protocol can use it, in either framing. It
 * never follows $MIHOST_HOST: the host that a login named is where the journey ends.
 */
#include "client/relay.h"
#include "client/verb.h"

#include <unistd.h>

static ExitStatus bridge_run(Ctl *ctl, int count, char **words)
{
    ExitStatus status = ctl_connect_here(ctl);
    int r;

    (void)count;
    (void)words;
    if (status != EXIT_STATUS_DONE)
        return status;
    r = relay_run(ctl->in, ctl->output.fd, ctl->connection.fd);
    return r < 0 ? ctl_error_status(ctl, r) : EXIT_STATUS_DONE;
}

const Verb verb_bridge = {
    .name = "bridge",
    .summary = "pass bytes between standard streams and the server's socket",
    .usage = "bridge",
    .help = "Passes what comes on standard input to the server's socket, and what the server says\n"
            "to standard output, unread. `mihostctl -H ssh://HOST` has ssh run it on that host; a\n"
            "program of yours can do the same and speak mihost-protocol(7) through it.\n\n"
            "The end of the input is passed on, and what was asked is still answered. When nobody\n"
            "reads the output any more, the server cancels what was asked.\n",
    .examples =
        "mihostctl bridge <requests >answers\n"
        "ssh web1 mihostctl bridge <requests >answers\n"
        "echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"}' | mihostctl bridge\n",
    .run = bridge_run,
};
