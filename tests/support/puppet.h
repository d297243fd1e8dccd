/*
 * Puppets: threads inside a provider that do what the test tells them, one step after the other.
 *
 * The provider `puppet` (tests/providers/puppet.c) connects to the gate, a socket in the test's
 * folder, from each of its functions and from each cancel callback, says where it is ("invoke a",
 * "callback second of a, reason 1"), and then obeys: it registers callbacks, posts, crashes,
 * returns. So a test decides what happens when, and never depends on time. A puppet that the test
 * did not await fails the test at its end: a callback that should not have been called is found
 * without waiting for it.
 */
#pragma once

#include "base/buffer.h"
#include "base/list.h"

typedef struct Gate Gate;

typedef struct Puppet {
    List link; /* Gate.puppets */
    int fd;
    Buffer input;
    char introduction[256];
    char line[1024]; /* the last one it said */
    enum {
        PUPPET_UNCLAIMED,
        PUPPET_CLAIMED,
    } state;
} Puppet;

/* Listens in @folder, for all users. */
Gate *gate_open(const char *folder);

/* Waits for the puppet that says @introduction. */
Puppet *gate_await(Gate *gate, const char *introduction);

/* Lets a puppet that says @introduction go when it comes, if it comes: what may happen, and
 * needn't. */
void gate_allow(Gate *gate, const char *introduction);

/* Lets all puppets go: whatever they wait for, they end. Later ones are let go as they come, by
 * gate_take. */
void gate_release_all(Gate *gate);

/* Takes puppets that came, without waiting. Those that are allowed, and after gate_release_all all
 * of them, are let go. */
void gate_take(Gate *gate);

/* The descriptor that becomes readable when a puppet comes. */
int gate_fd(const Gate *gate);

/* The introductions of all that nobody awaited, in one text that the gate owns; "" if there are
 * none. */
const char *gate_unclaimed(Gate *gate);

Gate *gate_free(Gate *gate);

/* Tells a puppet what to do and doesn't wait. */
void puppet_tell(Puppet *puppet, const char *command, ...) PRINTF_LIKE(2, 3);

/* Waits for the puppet's next line, which must be @line. */
void puppet_expect(Puppet *puppet, const char *line);

/* Tells a puppet what to do, and returns its answer, valid until it says something else. */
const char *puppet_ask(Puppet *puppet, const char *command, ...) PRINTF_LIKE(2, 3);

/* Waits for the answer to a command that was told: "flood -> 12 1" is "12 1" for "flood". */
const char *puppet_answer(Puppet *puppet, const char *command);

/* Tells a puppet what to do; its answer must be @answer. */
void puppet_do(Puppet *puppet, const char *command, const char *answer);

/* Tells a puppet to post its final result, "result 1", which must be taken, and to return. */
void puppet_finish(Puppet *puppet, const char *result);

/* Waits until a puppet sees that its operation was canceled. */
void puppet_await_canceled(Puppet *puppet);

/* Tells a puppet to return from where it is, and waits until it has gone. */
void puppet_return(Puppet *puppet);

/* True if it has said something that nobody has asked for yet, or has gone. Doesn't wait. */
bool puppet_said(Puppet *puppet);

/* Waits for the end of a puppet whose process dies. */
void puppet_expect_gone(Puppet *puppet);
