/*
 * Host: the agent as a whole, on one socket: greets, takes its configuration, and serves until it
 * is told to stop.
 *
 * The thread of host_run reads up to the configuration, while there is no other one. From then on
 * the crew's threads read, one at a time, and run what they have read; that one of them always
 * reads is the crew's promise, so STARTED and PING are answered whatever the provider does. A frame
 * that isn't allowed ends it, with a line in the log.
 *
 * A child that a provider forks has all of this in its memory, and no way to the server: the last
 * host that was made closes its channel there. So a child whose function returns serves nothing.
 */
#pragma once

#include "agent/crew.h"
#include "agent/library.h"

#include <stdatomic.h>

typedef enum HostState {
    HOST_GREETING,    /* HELLO is owed */
    HOST_CONFIGURING, /* CONFIG is owed */
    HOST_SERVING,     /* STOP is owed */
    HOST_STOPPING,    /* the library's Unload is owed */
    HOST_STOPPED,     /* nothing */
} HostState;

/* How it ended. */
typedef enum HostEnd {
    HOST_END_NOT_YET, /* never returned */
    HOST_END_STOPPED, /* it was told to, and everything was unloaded */
    HOST_END_GONE, /* the server is gone: the process is to end at once, whatever the provider does
                    */
    HOST_END_VIOLATED, /* the server sent what it must not: likewise */
    HOST_END_REFUSED,  /* the configuration can't be taken: the identity, memory */
} HostEnd;

typedef struct HostSettings {
    int fd; /* taken over */
    /* Called with the configuration, before there are other threads and any provider code. 0, or
     * negative errno (logged): it can't be. NULL: nothing to do. */
    int (*configure)(const ConfigFrame *config);
    MI_MainFunction main; /* stands for the library's MI_Main; NULL: the file that the configuration
                             names is opened */
} HostSettings;

typedef struct Host {
    HostSettings settings;
    _Atomic HostState state;
    uint32_t most_operations;
    Flusher flusher;
    Channel channel;
    CrewSource source;
    pthread_mutex_t reading; /* of who reads: guards `end` */
    pthread_cond_t ended;
    HostEnd end;
    /* From CONFIG on. */
    Crew crew;
    Operations operations;
    Library library;
    CrewJob stop_job;
} Host;

/* -ENOMEM, or another negative errno: no descriptors. One thread at a time. */
int host_new(const HostSettings *settings, Host **ret);

/* Reads until the end. Once. */
HostEnd host_run(Host *host);

/* Waits for all of its threads: the provider's functions and callbacks have to return. For tests: a
 * process just ends. */
void host_free(Host *host);
