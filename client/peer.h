/*
 * Who answers: the server's version, and whether mihostctl speaks its protocol.
 *
 * There is no handshake in the protocol. So the server is asked where it pays: when a connection is
 * made that has to prove itself (client/remote.h), and when the server refuses what mihostctl, by
 * its own version, knows to be right.
 */
#pragma once

#include "client/ctl.h"
#include "client/exchange.h"

#define PEER_PROTOCOL 1 /* mihost-protocol(7), as this program speaks it */

typedef enum PeerKind {
    PEER_UNKNOWN, /* it didn't say */
    PEER_SAME,    /* our version */
    PEER_OTHER,   /* another version that speaks our protocol */
    PEER_FOREIGN, /* another protocol */
} PeerKind;

typedef struct Peer {
    PeerKind kind;
    Buffer version;
    int64_t protocol; /* 0: unknown */
    Buffer why;       /* EXCHANGE_NONSENSE: what is wrong; EXCHANGE_ANSWERED: an error, in words */
} Peer;

void peer_init(Peer *peer);
void peer_deinit(Peer *peer);

/* Asks host/info on the open connection. A Ctrl-C leaves. @patience: how long the answer is
 * awaited, ms; 0: as long as it takes. EXCHANGE_ANSWERED, if with an error only, or why not
 * (EXCHANGE_STOPPED: the patience is over). */
ExchangeOutcome peer_ask(Peer *peer, Ctl *ctl, unsigned patience);

/* Appends a clause that says how @peer differs from this program, and what to do. Nothing for
 * PEER_SAME and PEER_UNKNOWN. */
void peer_put_difference(const Peer *peer, Buffer *to);
