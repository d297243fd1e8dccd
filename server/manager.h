/*
 * Manager: the service manager that started the server, if one did: systemd, or any other that
 * speaks its protocols.
 *
 * It may hand over the listening socket (sd_listen_fds(3)), wants to be told how the server is
 * (sd_notify(3)), and may want to hear from its loop every so often (WATCHDOG_USEC). All three are
 * a few lines of environment and datagrams, written here without libsystemd
 * (docs/decisions/dependencies.md). Without a manager every function here does nothing. What it
 * can't be told (its socket is full, or gone) is lost: telling must never hold up the server.
 */
#pragma once

#include "server/timer.h"

#include <sys/socket.h>
#include <sys/un.h>

typedef struct Manager {
    int fd;                     /* to tell it through; -1: nobody wants to be told */
    struct sockaddr_un address; /* NOTIFY_SOCKET */
    socklen_t address_size;
    uint64_t beat_every; /* ms; 0: no watchdog */
    Timer beat;
} Manager;

/*
 * The listening socket that the manager passed, or -ENOENT if it passed none; -EINVAL if what it
 * passed can't be used (logged). It is the caller's, non-blocking and closed on exec. Takes the
 * variables out of the environment: a second call finds none.
 */
int manager_take_socket(void);

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC, and takes them out of the environment. A mistake in them
 * is logged, and as if they weren't there. */
void manager_init(Manager *manager, Timers *timers);
/* Takes zeroed memory. */
void manager_deinit(Manager *manager);

/* The server takes connections; the watchdog starts. @status is for `systemctl status`. */
void manager_ready(Manager *manager, const char *status);

/* A reload begins; manager_ready ends it. */
void manager_reloading(Manager *manager);

/* The server stops, and may need @milliseconds for it. */
void manager_stopping(Manager *manager, uint64_t milliseconds);
