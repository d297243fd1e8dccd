/*
 * Bytes passed between a pair of descriptors and a socket, both ways and unread.
 *
 * Each way has a buffer of fixed size: whoever doesn't read stops its own way, up to the writer at
 * its other end. The end of the input is passed on as that (the socket's other half stays open, and
 * what was asked is answered); when nobody reads the output any more, both ways end at once: to the
 * server that is a client that has gone.
 */
#pragma once

/* Passes bytes until the socket's end has been passed on, or nobody is left to pass it to. 0 or
 * -errno. The descriptors stay open. */
int relay_run(int in, int out, int socket);
