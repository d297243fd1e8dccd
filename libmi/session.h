/*
 * Session: a client's use of one host. Its lock guards its operations, its connection and its
 * classes.
 *
 *   SESSION_OPEN -> SESSION_CLOSING    by session_begin_close(): nothing new starts, what runs is
 *                                      canceled
 *   SESSION_CLOSING -> freed           when all its operations have ended and are closed
 *
 * The connection is made when the first operation starts, and made again after it was lost. Results
 * that go to callbacks are handed over by workers (workers.c), threads that are made when the first
 * such operation starts, and end with the session.
 */
#pragma once

#include "libmi/application.h"
#include "libmi/class_cache.h"
#include "libmi/operation.h"

extern const MI_SessionFT mi_session_ft;

#define SESSION_MAX_WORKERS 256

typedef enum SessionState {
    SESSION_OPEN,
    SESSION_CLOSING,
} SessionState;

struct Session {
    Application *application;
    List link; /* Application.sessions */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* an operation is owed no more */
    SessionState state;

    char *path;        /* of the host's socket */
    MI_Uint64 timeout; /* ms; 0: none */
    char *locale;      /* NULL: none */
    MI_SessionCallbacks callbacks;

    Connection *connection; /* reference; NULL: none yet */
    Pending info;           /* host/info, which a connection begins with */
    ClassCache classes;
    List operations; /* of Operation.link: all that are not freed */
    size_t owed;     /* of them: those that have not ended, or that the client has not closed */

    List ready;            /* of Operation.ready_link: their callbacks are to be called */
    size_t callbacks_owed; /* operations with callbacks that are RUNNING */
    List idle;             /* of workers that wait: workers.c */
    bool workers_end;      /* they are to end */
    unsigned worker_count;
    pthread_t workers[SESSION_MAX_WORKERS];
};

/*
 * Makes a session of @application to the socket at @path. MI_RESULT_OK and *@ret;
 * MI_RESULT_SERVER_LIMITS_EXCEEDED without memory. @callbacks may be NULL.
 */
MI_Result session_new(Application *application, const char *path,
                      const MI_SessionCallbacks *callbacks, MI_Uint64 timeout, const char *locale,
                      Session **ret);

/* Frees one on which nothing was ever started. */
void session_free(Session *session);

void session_show(Session *session, MI_Session *ret);
Session *session_of(const MI_Session *handle);

/* Nothing starts from here on, and what runs is canceled. Without the lock. */
void session_begin_close(Session *session);

/* As session_begin_close(), and waits until all its operations have ended and are closed, and its
 * workers have ended: it can be removed. Without the lock; not in a callback of it. */
void session_finish_close(Session *session);

/* With the lock held: a connection that is open, with a reference; MI_RESULT_OK, or a sentence in
 * @why. It isn't waited for longer than an operation with this @timeout (ms; 0: none) waits for its
 * host. The lock is released meanwhile. */
MI_Result session_connect(Session *session, MI_Uint64 timeout, Connection **ret,
                          char why[CONNECTION_WHY]);

/* ---- workers.c; with the lock held ---- */

/* Makes sure that somebody will hand over what goes to callbacks. False: no thread can be made. */
bool workers_start(Session *session);

/* Hands over the end of an operation for which no thread can be made, in this one. Careful: it may
 * be gone afterwards. */
void workers_serve_here(Operation *operation);

/* An operation became ready, or has been started: a worker is to look. */
void workers_wake(Session *session);

/* Ends them and waits for it; the lock is released meanwhile. */
void workers_stop(Session *session);

/* Whether this thread is in a callback of @session. Without the lock. */
bool workers_is_inside(const Session *session);

/* Calls @callback as one of @session. Without the lock. */
void workers_call(const Session *session, void (*callback)(void *context), void *context);
