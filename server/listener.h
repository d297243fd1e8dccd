/*
 * Listener: the Unix socket on which clients connect.
 *
 * The socket has the mode `socketMode` from its first moment: it is bound under a umask, before it
 * listens. A socket file that a server left behind is recognised (nobody answers on it) and
 * replaced; one on which somebody answers is left alone. A service manager may have made the socket
 * instead, and then sees to all of this (server/manager.h). Accepting pauses while `maxClients` are
 * connected or descriptors have run out, and goes on when one ends.
 */
#pragma once

#include "server/server.h"

/* Listens on the socket that the service manager passed, else on @path. -EADDRINUSE: a live server
 * listens there, or the path is something other than a socket. Other negative errno. A reason was
 * logged. */
int listener_new(Server *server, const char *path, Listener **ret);

/* Where clients find it; "" if the service manager has passed a socket without a path. */
const char *listener_path(const Listener *listener);

/* Accepts again, if accepting was paused: a client has gone. Takes NULL. */
void listener_resume(Listener *listener);

/* Removes the socket file (if it is still ours), stops listening, and is freed by the loop. Takes
 * NULL; returns NULL. */
Listener *listener_close(Listener *listener);
