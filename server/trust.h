/*
 * Trust: files that nobody could have put there or changed but those who are trusted.
 *
 * Configuration, registrations, provider libraries and the agent program decide what runs as root.
 * They are taken only if they, each folder above them, and each link on the way belong to root, to
 * the user that the server runs as, or to one that `trust` names, and can't be written by others. A
 * folder that others can write to is good enough if it is sticky (/tmp) and what is taken from it
 * belongs to the trusted: then nobody else can put another thing in its place.
 *
 * The way is walked from / down, each step relative to the folder that was looked at before, so
 * that what was checked is what is opened. What passed can be opened by its name afterwards too:
 * only the trusted could make that name mean something else.
 */
#pragma once

#include "server/who.h"

typedef enum TrustKind {
    TRUST_FILE, /* a regular file; nothing else is opened, so that no FIFO or device is waited for
                 */
    TRUST_FOLDER,
} TrustKind;

/*
 * Opens @path for reading, a file or folder that those of @trusted alone could change. A descriptor
 * in *@ret, closed on exec. -EPERM: others could; -EINVAL: it is no file, or no folder; other
 * negative errno: it can't be opened. @why is the sentence for it. Without @trusted (NULL) it is
 * root and the server's own user alone.
 */
int trust_open(const WhoList *trusted, const char *path, TrustKind kind, int *ret, char *why,
               size_t why_size);

/* The same without opening it: 0, or as trust_open. */
int trust_check(const WhoList *trusted, const char *path, TrustKind kind, char *why,
                size_t why_size);
