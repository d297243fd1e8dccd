/*
 * The peers: the same job done by dbus-broker with sd-bus, and by nginx with FastCGI, where they
 * are installed.
 */
#pragma once

#include "bench/report.h"

typedef struct Peers {
    Rounds dbus, dbus_in_flight; /* us; calls a second with 64 in flight */
    Rounds nginx;                /* us */
} Peers;

/* Runs @program (../shared/peers/peers) once, pinned, and adds a round of what it prints. */
void peers_measure(Peers *peers, const char *program);
