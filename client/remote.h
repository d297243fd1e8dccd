/*
 * Connections to servers on other machines, by ssh (client/tunnel.h).
 *
 * Such a connection is there when the server's first answer is: until then a Ctrl-C leaves, and
 * what goes wrong is a login that failed. From then on it is used as any other.
 */
#pragma once

#include "client/ctl.h"

/* As ctl_connect, to the host of ctl->address. */
ExitStatus remote_connect(Ctl *ctl);

/* As ctl_lost. */
ExitStatus remote_lost(Ctl *ctl);
