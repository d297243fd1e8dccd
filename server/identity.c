#include "server/identity.h"

#include <assert.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

void identity_deinit(Identity *identity)
{
    free(identity->groups);
    *identity = (Identity){0};
}

static int compare_groups(const void *a, const void *b)
{
    gid_t x = *(const gid_t *)a, y = *(const gid_t *)b;

    return (x > y) - (x < y);
}

/* A set: sorted, each once, so that equal sets are equal arrays. */
static void sort_groups(Identity *identity)
{
    size_t kept = 0;

    if (identity->group_count == 0)
        return;
    qsort(identity->groups, identity->group_count, sizeof(gid_t), compare_groups);
    for (size_t i = 1; i < identity->group_count; i++)
        if (identity->groups[i] != identity->groups[kept])
            identity->groups[++kept] = identity->groups[i];
    identity->group_count = kept + 1;
}

int identity_from_peer(int fd, Identity *ret, pid_t *pid)
{
    Identity identity = {0};
    struct ucred credentials;
    socklen_t size = sizeof(credentials);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
        return -errno;
    if (size != sizeof(credentials) || credentials.uid == (uid_t)-1)
        return -EPROTO;
    size = 0;
    /* The first call says how many there are. */
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) < 0 && errno != ERANGE)
        return -errno;
    if (size > IDENTITY_MAX_GROUPS * sizeof(gid_t))
        return -E2BIG;
    if (size > 0) {
        identity.groups = malloc(size);
        if (identity.groups == NULL)
            return -ENOMEM;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, identity.groups, &size) < 0) {
            int r = -errno;
            identity_deinit(&identity);
            return r;
        }
    }
    identity.group_count = size / sizeof(gid_t);
    sort_groups(&identity);
    identity.uid = credentials.uid;
    identity.gid = credentials.gid;
    identity.known = true;
    *ret = identity;
    if (pid != NULL)
        *pid = credentials.pid;
    return 0;
}

int identity_from_user(const char *name, Identity *ret)
{
    Identity identity = {0};
    struct passwd *user;
    int count = 32;

    errno = 0;
    user = getpwnam(name);
    if (user == NULL)
        return errno == 0 || errno == ENOENT ? -ENOENT : -errno;
    for (;;) {
        int room = count;
        gid_t *groups = reallocarray(identity.groups, (size_t)room, sizeof(gid_t));
        if (groups == NULL) {
            identity_deinit(&identity);
            return -ENOMEM;
        }
        identity.groups = groups;
        if (getgrouplist(name, user->pw_gid, identity.groups, &count) >= 0)
            break;
        if (count <= room || count > IDENTITY_MAX_GROUPS) {
            identity_deinit(&identity);
            return -E2BIG;
        }
    }
    identity.group_count = (size_t)count;
    sort_groups(&identity);
    identity.uid = user->pw_uid;
    identity.gid = user->pw_gid;
    identity.known = true;
    *ret = identity;
    return 0;
}

int identity_from_process(Identity *ret)
{
    Identity identity = {.known = true, .uid = geteuid(), .gid = getegid()};
    int count = getgroups(0, NULL);

    if (count > 0) {
        identity.groups = reallocarray(NULL, (size_t)count, sizeof(gid_t));
        if (identity.groups == NULL)
            return -ENOMEM;
        count = getgroups(count, identity.groups);
    }
    if (count < 0) {
        int r = -errno;
        identity_deinit(&identity);
        return r;
    }
    identity.group_count = (size_t)count;
    sort_groups(&identity);
    *ret = identity;
    return 0;
}

int identity_copy(const Identity *from, Identity *ret)
{
    Identity identity = *from;

    identity.groups = NULL;
    if (from->group_count > 0) {
        identity.groups = reallocarray(NULL, from->group_count, sizeof(gid_t));
        if (identity.groups == NULL)
            return -ENOMEM;
        memcpy(identity.groups, from->groups, from->group_count * sizeof(gid_t));
    }
    *ret = identity;
    return 0;
}

bool identity_equals(const Identity *a, const Identity *b)
{
    assert(a->known && b->known);
    return a->uid == b->uid && a->gid == b->gid && a->group_count == b->group_count &&
           (a->group_count == 0 ||
            memcmp(a->groups, b->groups, a->group_count * sizeof(gid_t)) == 0);
}

bool identity_has_group(const Identity *identity, gid_t gid)
{
    return identity->gid == gid ||
           (identity->group_count > 0 && bsearch(&gid, identity->groups, identity->group_count,
                                                 sizeof(gid_t), compare_groups) != NULL);
}

bool identity_covers(const Identity *identity, const Identity *other)
{
    assert(identity->known && other->known);
    if (identity->uid != other->uid || !identity_has_group(identity, other->gid))
        return false;
    for (size_t i = 0; i < other->group_count; i++)
        if (!identity_has_group(identity, other->groups[i]))
            return false;
    return true;
}
