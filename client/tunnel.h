/*
 * A process of OpenSSH that stands between mihostctl and a server on another machine.
 *
 * It runs `mihostctl bridge` there, and its standard streams are one end of a socket pair: the
 * other end is what mihostctl takes for the server's socket. The login is ssh's business: its keys,
 * its known hosts, its questions on the terminal. What ssh says goes into a file in memory, and
 * from there into mihostctl's own words.
 *
 * ssh doesn't get the Ctrl-C of the terminal, which is mihostctl's to translate into a cancel; and
 * it ends with mihostctl, however that ends, which cancels what runs there.
 */
#pragma once

#include "client/address.h"
#include "client/interrupt.h"

typedef struct Tunnel {
    pid_t pid; /* 0: no process */
    int err;   /* what ssh wrote to standard error; -1: not open */
} Tunnel;

void tunnel_init(Tunnel *tunnel);

/* Ends ssh, if it runs. */
void tunnel_deinit(Tunnel *tunnel);

/* Starts ssh: $MIHOST_SSH, or `ssh`. 0 with *@fd set, which the caller owns; or -errno. */
int tunnel_open(Tunnel *tunnel, const Address *address, int *fd);

/* Appends each line that ssh said so far to @to, as it said them. 0, -ENOMEM or -errno. */
int tunnel_read(const Tunnel *tunnel, Buffer *to);

/* Waits for the end of ssh, whose connection is over; ends it if it takes its time. Its status, as
 * the exit status of a shell has it; -ECANCELED: the user leaves. */
int tunnel_finish(Tunnel *tunnel, Interrupt *interrupt);

/* Appends why a connection that never was (@status: tunnel_finish's) could not be made, as ssh said
 * it, and what to do. */
void tunnel_explain(const Tunnel *tunnel, const Address *address, int status, Buffer *to);

/* Appends the last line that ssh said, or @otherwise if it said nothing. */
void tunnel_put_last_line(const Tunnel *tunnel, const char *otherwise, Buffer *to);
