/*
 * Connection: the socket to a host, which the threads of a program share.
 *
 * There is no thread behind it. Whoever waits for something takes the reader's role, if it is free:
 * reads, hands out what came, to itself and to others, and when it has what it waits for wakes one
 * of those who still wait, who takes the role. So a call that is alone costs no thread switch. The
 * writer's role is the same: messages are appended to `out` in order, and one thread writes.
 *
 * All of it is guarded by the lock of the session, which is released while a thread reads or
 * writes. What a thread in a role uses is that role's alone.
 *
 *   state      CONNECTION_OPEN -> CONNECTION_LOST       by connection_lose() alone
 *   reading    ROLE_FREE -> ROLE_TAKEN -> ROLE_HANDING_OUT -> ROLE_FREE   by read_some(): one
 * thread writing    ROLE_FREE -> ROLE_TAKEN -> ROLE_FREE     by write_out(): one thread
 *
 * Lost, it tells each Pending so, once, and is never opened again: a session makes a new one. A
 * host that says nothing while something is due is lost in the end, too (patience.h): `silence` is
 * counted by the thread that reads, or while none does by the one that writes.
 */
#pragma once

#include "base/hash.h"
#include "base/list.h"
#include "libmi/dial.h"
#include "libmi/event.h"
#include "libmi/patience.h"
#include "libmi/waiter.h"
#include "protocol/framing.h"

#include <mi.h>
#include <pthread.h>

#define CONNECTION_MAX_MESSAGE (256U << 20)
#define CONNECTION_WHY         256

typedef struct Pending Pending;

/* What is told of something that waits for the host; with the lock held. */
typedef struct PendingEvents {
    /* A message came; @event is the receiver's. If event_is_last(), it isn't pending any more. */
    void (*on_event)(Pending *pending, Event *event);
    /* No more will come, for the reason @why. It isn't pending any more. */
    void (*on_lost)(Pending *pending, MI_Result result, const char *why);
    /* The question with this id, which may be another one's, needs no answer any more. May be NULL.
     */
    void (*on_withdrawn)(Pending *pending, Span question);
} PendingEvents;

/* Something that waits for a response, by the id of its request. */
struct Pending {
    const PendingEvents *events;
    int64_t id;
    Due due;           /* from when on its host must be alive; may be moved with the lock held */
    UT_hash_handle hh; /* Connection.pending */
};

typedef enum ConnectionState {
    CONNECTION_OPEN, /* requests can be sent */
    CONNECTION_LOST, /* nothing is sent or read */
} ConnectionState;

typedef enum ConnectionRole {
    ROLE_FREE,
    ROLE_TAKEN,       /* in a system call: nothing but the host, or the loss, ends it */
    ROLE_HANDING_OUT, /* the reader's: it will look at what it waits for next */
} ConnectionRole;

typedef struct Connection {
    pthread_mutex_t *lock; /* the session's */
    const char *path;      /* the session's: where the host is */
    unsigned references;
    ConnectionState state;
    ConnectionRole reading, writing;
    const Waiter *reader; /* whose the reader's role is, unless it is free */
    int fd;
    int64_t last_id;
    Pending *pending; /* by id */
    List waiters;
    Wakes wakes; /* while ROLE_HANDING_OUT */
    Buffer out;  /* to be written */

    unsigned silence; /* ticks since the host was asked and said nothing; 0: it is trusted */
    Pending doubt;    /* what it was asked */

    Framing framing; /* the reader's */
    char *input;     /* the reader's */

    MI_Result result; /* once lost: what those who come too late are told */
    char why[CONNECTION_WHY];
} Connection;

/*
 * Connects to the socket at @path, which must live as long as the lock. MI_RESULT_OK and *@ret,
 * with one reference; else a sentence in @why. To be called without the lock: it may wait for the
 * host to accept, as @wish says.
 */
MI_Result connection_open(pthread_mutex_t *lock, const char *path, const DialWish *wish,
                          Connection **ret, char why[CONNECTION_WHY]);

/* With the lock held, all that follow. The last reference closes the socket. */
Connection *connection_ref(Connection *connection);
void connection_unref(Connection *connection);

/* Gives @pending an id, under which what concerns it will be told. -ENOMEM. */
int connection_add(Connection *connection, Pending *pending);

/* Forgets @pending, if it is pending: what still comes is dropped. */
void connection_remove(Connection *connection, Pending *pending);

/* Asks host/info for @pending, with what is sent next. -ENOMEM. */
int connection_ask_info(Connection *connection, Pending *pending);

/* All that is pending is due now. Takes NULL. */
void connection_hurry(Connection *connection);

/* Puts a message behind those that are to be sent; the next connection_send or connection_flush
 * takes it along. What can't be sent loses the connection. */
void connection_queue(Connection *connection, const Buffer *message);

/* Sends what was put there, unless another thread is at it. The lock is released meanwhile. */
void connection_flush(Connection *connection);

/* Both. */
void connection_send(Connection *connection, const Buffer *message);

/* Waits until is_done(@data), asked with the lock held, or the connection is lost. Reads if nobody
 * else does. */
void connection_wait(Connection *connection, Waiter *waiter, bool (*is_done)(const void *data),
                     const void *data);

/* Wakes @waiter, if it waits; one that reads doesn't, and looks at what it waits for when it has
 * handed out what came. While that is handed out, the wake is held until all of it is.
 * @connection may be NULL. */
void connection_wake(Connection *connection, Waiter *waiter);

/* Wakes all who wait. */
void connection_wake_all(Connection *connection);

/* Ends it, for the reason @why. Harmless if it is lost already. */
void connection_lose(Connection *connection, MI_Result result, const char *why);
