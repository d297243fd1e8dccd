/*
 * Who: whom a line of the configuration means: everybody, a user, or a group.
 *
 * Written `*`, `user:NAME`, `user:UID`, `group:NAME` or `group:GID`. Names are looked up when the
 * line is read, and never while the server serves; what is compared are the numbers that the kernel
 * gave with a connection (server/identity.h).
 */
#pragma once

#include "base/keyvalue.h"
#include "server/identity.h"

typedef enum WhoKind {
    WHO_EVERYBODY,
    WHO_USER,  /* `id` is a uid */
    WHO_GROUP, /* `id` is a gid: the client's own or one of its supplementary groups */
} WhoKind;

typedef struct Who {
    WhoKind kind;
    id_t id;
} Who;

typedef struct WhoList {
    Who *items;
    size_t count;
} WhoList;

/* Reads @word. -EINVAL with @error set, for @entry. */
int who_parse(const char *word, const KeyValue *entry, Who *ret, KeyValueError *error);

/* True if @identity is whom @who means. */
bool who_is(const Who *who, const Identity *identity);

/* Adds @who. -ENOMEM. */
int who_list_append(WhoList *list, const Who *who);

/* Adds each word of @entry's value. -EINVAL with @error set; -ENOMEM. */
int who_list_add(WhoList *list, const KeyValue *entry, KeyValueError *error);
void who_list_deinit(WhoList *list);

/* True if one of the list means @identity. */
bool who_list_has(const WhoList *list, const Identity *identity);
