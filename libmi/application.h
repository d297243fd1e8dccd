/*
 * Application: the use of this library by a program: what its sessions belong to.
 *
 *   APPLICATION_OPEN -> APPLICATION_CLOSING     by MI_Application_Close: no new sessions
 *
 * Its lock may be held when a session's is taken, never the other way round. When
 * MI_Application_Close returns, no thread and no memory of it are left, so that a program may
 * unload the library: threads that close sessions aside are joined, each by the next, the last by
 * it.
 */
#pragma once

#include "base/list.h"

#include <mi.h>
#include <pthread.h>
#include <stdbool.h>

typedef struct Session Session;

extern const MI_ApplicationFT mi_application_ft;
extern const MI_HostedProviderFT mi_hosted_provider_ft;

typedef enum ApplicationState {
    APPLICATION_OPEN,    /* sessions can be made */
    APPLICATION_CLOSING, /* those that are left are awaited */
} ApplicationState;

typedef struct Application {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a session has ended */
    ApplicationState state;
    List sessions;    /* of Session.link */
    bool has_closer;  /* a thread closed a session aside, and nobody has joined it */
    pthread_t closer; /* the last of these */
} Application;

/* What MI_Application_InitializeV1() does. */
MI_Result application_new(MI_Application *ret, MI_Instance **extended);

/* Makes a handle to @application. */
void application_show(Application *application, MI_Application *ret);

/* Takes off @session, which has ended, and frees it. */
void application_remove(Application *application, Session *session);

/* The same, at the end of a thread that was made to close @session. */
void application_remove_aside(Application *application, Session *session);
