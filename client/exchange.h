/*
 * One request on a connection, from its sending to its one response.
 *
 * Notifications and requests that come in between go to the listener; requests that it doesn't take
 * are answered with an error. What cannot be understood ends the exchange: a server that speaks
 * nonsense is not listened to any longer. The first Ctrl-C sends $/cancelRequest and the exchange
 * goes on: the response is still owed, and says what the operation came to. Where there is nothing
 * to cancel (no on_cancel) it leaves.
 *
 * A listener that wants to wait for more before it acts, but not for ever, has itself called when
 * the time has come (exchange_set_due).
 */
#pragma once

#include "client/connection.h"
#include "client/interrupt.h"
#include "protocol/rpc.h"

#define EXCHANGE_ID "1" /* one request a connection */

typedef enum ExchangeState {
    EXCHANGE_RUNNING,   /* a response is owed */
    EXCHANGE_CANCELING, /* the same, and a cancel was sent */
} ExchangeState;

typedef enum ExchangeOutcome {
    EXCHANGE_OWED,     /* no response yet: never the end of an exchange */
    EXCHANGE_ANSWERED, /* the response is there */
    EXCHANGE_STOPPED,  /* the listener said so: `error` is what it returned */
    EXCHANGE_LEFT,     /* the user left without the response */
    EXCHANGE_LOST,     /* the server closed the connection before its response */
    EXCHANGE_NONSENSE, /* what the server sent makes no sense: `why` says how */
    EXCHANGE_FAILED,   /* `error`: -errno */
} ExchangeOutcome;

typedef struct Exchange {
    Connection *connection;
    Interrupt *interrupt;
    ExchangeState state;
    int error;
    Buffer why;
    RpcMessage answer; /* valid as long as the connection is not used */
    uint64_t due;      /* when on_due is to be called, in ms of CLOCK_MONOTONIC; 0: not at all */

    /* Takes a notification: 0, or a negative number to stop. */
    int (*on_notification)(void *data, const RpcMessage *message);
    /* Takes a request of the server: 0, its response is the listener's business; a positive number,
     * and it is refused; a negative one to stop. */
    int (*on_request)(void *data, const RpcMessage *message);
    /* The time that exchange_set_due set has come: 0 with `due` cleared, or a negative number to
     * stop. */
    int (*on_due)(void *data);
    /* A cancel has been sent. NULL: nothing can be canceled. */
    void (*on_cancel)(void *data);
    void *data;
} Exchange;

/* Callbacks and connection are set by the caller, the rest is zero. */
ExchangeOutcome exchange_run(Exchange *exchange, Span request);
void exchange_deinit(Exchange *exchange);

/* Has on_due called in @milliseconds, or earlier if the operation is canceled; unless that was said
 * before: then it stays. */
void exchange_set_due(Exchange *exchange, unsigned long milliseconds);
