/*
 * ClassCache: the classes that a session has asked its host for, so that results have types.
 *
 * An entry is made when a class is asked for, and stays. Guarded by the session's lock.
 *
 *   CLASS_ASKED -> CLASS_KNOWN, CLASS_UNKNOWN, CLASS_UNREAD    by the thread that reads the answer
 *   CLASS_ASKED -> CLASS_LOST                                  with the connection
 *   any of the last four -> CLASS_ASKED                        by class_cache_ask()
 */
#pragma once

#include "libmi/connection.h"
#include "mi/shared_class.h"

#define CLASS_CACHE_NAME 256 /* bytes of the name of a class or a namespace, with its 0 */

typedef enum ClassState {
    CLASS_ASKED,   /* the host owes an answer */
    CLASS_KNOWN,   /* `shared` is it */
    CLASS_UNKNOWN, /* the host doesn't tell: values are typed by what they look like */
    CLASS_UNREAD,  /* the host did, and there was no memory for it */
    CLASS_LOST,    /* the host was lost before it answered */
} ClassState;

typedef struct ClassEntry {
    Pending pending;        /* while CLASS_ASKED */
    Connection *connection; /* reference, while CLASS_ASKED */
    ClassState state;
    SharedClass *shared;
    List link; /* ClassCache.entries */
    char name_space[CLASS_CACHE_NAME], name[CLASS_CACHE_NAME];
} ClassEntry;

typedef struct ClassCache {
    List entries;
} ClassCache;

void class_cache_init(ClassCache *cache);
/* Nothing is asked any more. */
void class_cache_deinit(ClassCache *cache);

/* The entry of a class, or NULL: it was never asked for. Without regard to case. */
ClassEntry *class_cache_find(ClassCache *cache, const char *name_space, Span name);

/*
 * Asks the host for a class, unless that is going on already: what is sent next takes the request
 * along. 0 and *@ret; -EINVAL for a name that is too long; -ENOMEM; -EPIPE: the connection is lost.
 */
int class_cache_ask(ClassCache *cache, Connection *connection, const char *name_space, Span name,
                    ClassEntry **ret);
