/*
 * The host that is measured: a private mihostd in a temporary folder, and a client that doesn't
 * parse.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define HOST_LOADS 4 /* namespaces root/load1 to root/load4, each with an agent of its own */

typedef struct Daemon {
    pid_t pid;
    char socket[64];
} Daemon;

/* A connection that looks for line ends only. */
typedef struct Lines {
    int fd;
    char data[1 << 18];
    size_t begin, end;
} Lines;

/* Starts mihostd with the benchmark's provider, and waits until it answers. Ends the benchmark if
 * it doesn't. */
void daemon_start(Daemon *daemon);
/* Stops it, and removes its folder. */
void daemon_stop(Daemon *daemon);

/* A connected socket, or -1. */
int daemon_connect(const Daemon *daemon);
void send_line(int fd, const char *text);
/* The length of the next line, which lies at *@line. Ends the benchmark if there is none. */
size_t next_line(Lines *lines, char **line);
