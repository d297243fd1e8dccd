/*
 * Where the server is: a socket of this machine, or a host that ssh reaches.
 *
 * A host is written `ssh://[USER@]HOST[:PORT]`. Its parts become words of ssh's command line, and
 * ssh may hand them to a shell (ProxyCommand, Match exec): so they are made of few characters, and
 * begin with no dash.
 */
#pragma once

#include "client/options.h"

typedef enum AddressKind {
    ADDRESS_SOCKET, /* of this machine */
    ADDRESS_SSH,    /* that of another one, where ssh logs in */
} AddressKind;

typedef struct Address {
    AddressKind kind;
    Buffer name;             /* as messages have it: the path, or the URL; ends with a 0 */
    Buffer user, host, port; /* ADDRESS_SSH, and so do they; user and port may be empty */
    const char *socket;      /* ADDRESS_SSH: the socket there; NULL: the one that it finds itself */
} Address;

/* Whether the environment may name a host. */
typedef enum AddressScope {
    ADDRESS_ANYWHERE,
    ADDRESS_HERE, /* this machine's server only */
} AddressScope;

void address_init(Address *address);
void address_deinit(Address *address);

/* Reads @url. 0; -EINVAL with a sentence appended to @why; -ENOMEM. */
int address_parse_url(Address *address, const char *url, Buffer *why);

/* Chooses by --host, --socket, $MIHOST_HOST, $MIHOST_SOCKET: a user's own server before the
 * system's. As address_parse_url. */
int address_choose(Address *address, const Options *options, AddressScope scope, Buffer *why);
