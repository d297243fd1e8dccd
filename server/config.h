/*
 * Config: what mihostd.conf(5) and the command line say.
 *
 * Every key stands in one table (config.c): name, kind, range, default, and where its value goes;
 * the reader, `--set` and `--check` are made from it. An unknown key is an error with file:line,
 * and so are two keys that contradict each other; a key that isn't set adapts its default to those
 * that are. The command line is read after the file and wins.
 */
#pragma once

#include "base/keyvalue.h"
#include "base/log.h"
#include "server/limits.h"
#include "server/policy.h"

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_MAX_FOLDERS 32
#define CONFIG_MAX_KEYS    64

/* Where a key was set last. */
typedef struct ConfigOrigin {
    bool is_set;
    unsigned line; /* of the file; 0: on the command line */
} ConfigOrigin;

typedef struct Config {
    char *file;                              /* that was read; NULL: none */
    ConfigOrigin origins[CONFIG_MAX_KEYS];   /* of the keys, in the order of their table */
    char *socket;                            /* path of the listening socket */
    unsigned long socket_mode;               /* its permissions */
    char *registrations[CONFIG_MAX_FOLDERS]; /* folders of registrations, in order */
    size_t registration_count;
    char *providers; /* folder in which LIBRARY=x is libx.so */
    char *agent;     /* path of mihost-agent */
    char *cgroup;    /* to be divided among agents; NULL: the server's own, "none": none */
    LogLevel log_level;
    WhoList trusted; /* who may own and change files that decide what runs, beside root */
    Policy policy;

    /* Limits: max_user_... are for one user, max_... and max_total_... for all together, if no
     * other scope is said. */
    unsigned long max_clients; /* connections */
    unsigned long max_user_clients;
    unsigned long max_user_requests; /* parts of requests in flight */
    unsigned long max_total_requests;
    unsigned long max_user_agents;
    unsigned long max_user_buffered; /* bytes */
    unsigned long max_total_buffered;
    unsigned long max_starts; /* of agents, in a minute; 0: any number */
    unsigned long max_user_starts;
    unsigned long max_message;   /* bytes of one message of a client */
    unsigned long max_requests;  /* requests in flight for one client */
    unsigned long max_collected; /* bytes of one collected enumeration */
    unsigned long max_buffered;  /* bytes collected and unread for one client */
    unsigned long agent_output;  /* lines of output of one agent in LINES_PERIOD */
    Limits agent_limits;         /* of each agent whose registration says nothing else */
    unsigned long max_agents;    /* agent processes */
    unsigned long window;        /* bytes of results in flight for one operation */
    unsigned long operations;    /* operations outstanding in one agent */

    unsigned long grace; /* ms that a canceled operation has to post its result */
    unsigned long drain; /* ms that an agent that takes no new work has to finish the old */
    unsigned long agent_response;  /* ms in which an agent must answer; 0: not checked */
    unsigned long idle;            /* ms after which an agent without work is stopped; 0: never */
    unsigned long backoff;         /* ms of rest after the second death in a row; 0: no rests */
    unsigned long max_backoff;     /* ms that a rest grows to */
    unsigned long crash_window;    /* ms without a death that end a row of deaths */
    unsigned long crash_limit;     /* deaths in a row that make a provider degraded */
    unsigned long stop_time;       /* ms that the server takes at most to stop */
    unsigned long default_timeout; /* ms for an operation that asks for none; 0: none */
    unsigned long max_timeout;     /* ms for any operation; 0: none */
} Config;

/* Defaults. -ENOMEM. Ended by config_deinit, also after a failure. */
int config_init(Config *config);
void config_deinit(Config *config);

/* Reads the file @path. -ENOENT (and other negative errno) if it can't be opened; -EINVAL with
 * @error set. */
int config_read(Config *config, const char *path, KeyValueError *error);

/* Sets one key, as a line of the file would. */
int config_set(Config *config, const KeyValue *entry, KeyValueError *error);

/* Takes over from @old, which is in force, what can't change while the server runs; each key that
 * would have changed is logged. -ENOMEM. */
int config_keep_fixed(Config *config, const Config *old);

/* Forgets the folders of registrations that were set: those of the command line replace those of
 * the file. */
void config_forget_registrations(Config *config);

/* Adds what still has no value, makes the paths absolute that agents see, and checks what no single
 * key can say. -ENOMEM, -EINVAL (or what getcwd says), with @error set. */
int config_finish(Config *config, KeyValueError *error);

/* Can the program of agents be run? 0, or -EINVAL with @error set: nothing that keeps the server
 * from starting, since it may be there when it is wanted. */
int config_try_agent(const Config *config, KeyValueError *error);

/* The path of the configuration file that is read when the command line names none. */
const char *config_default_path(void);
