/*
 * Identity: as whom a client speaks, and as whom an agent runs.
 *
 * It comes from the kernel (SO_PEERCRED, SO_PEERGROUPS) or, for a provider hosted as a named user,
 * from the user database when the registration is read; never from a message. There is no default
 * identity, and a zeroed one is not valid: `known` must be set by one of the functions here.
 */
#pragma once

#include "base/buffer.h"

#include <sys/types.h>

#define IDENTITY_MAX_GROUPS 65536 /* NGROUPS_MAX */

typedef struct Identity {
    bool known;
    uid_t uid;
    gid_t gid;
    gid_t *groups; /* sorted; owned */
    size_t group_count;
} Identity;

/* Who is at the other end of the connected Unix socket @fd, as of its connect(). @pid may be NULL.
 * Negative errno. */
int identity_from_peer(int fd, Identity *ret, pid_t *pid);

/* The user @name of the user database, with the groups of a login. -ENOENT if there is none. Not
 * while serving: the user database may be a network service. */
int identity_from_user(const char *name, Identity *ret);

/* Whom this process runs as. Negative errno. */
int identity_from_process(Identity *ret);

int identity_copy(const Identity *from, Identity *ret);
void identity_deinit(Identity *identity);

/* Same uid, gid and set of groups. */
bool identity_equals(const Identity *a, const Identity *b);

/* True if @gid is its group or one of its groups. */
bool identity_has_group(const Identity *identity, gid_t gid);

/* True if @identity may do all that @other may: the same uid, and each of its groups. */
bool identity_covers(const Identity *identity, const Identity *other);
