/*
 * Server: what there is one of: the loop, the configuration, the registry, and the lists of
 * everything else.
 *
 * Who knows whom: a Client knows nothing of agents, an Agent nothing of clients; router.c alone
 * knows both. All of it runs on one thread, so no object here has a lock.
 */
#pragma once

#include "base/list.h"
#include "server/cgroup.h"
#include "server/config.h"
#include "server/manager.h"
#include "server/quota.h"
#include "server/registry.h"
#include "server/report.h"
#include "server/stream.h"
#include "server/timer.h"

#include "mi.h"

typedef struct Call Call;
typedef struct Prompt Prompt;
typedef struct Listener Listener;
typedef struct Options Options;

typedef enum ServerState {
    SERVER_RUNNING,
    SERVER_STOPPING, /* no new requests: responses and releases are owed, then the ends of agents
                        and clients */
    SERVER_KILLING,  /* the time is over: agents are being killed; their exits are owed */
    SERVER_STOPPED,  /* nothing is owed but libuv's close callbacks */
} ServerState;

/* What is counted because it is not answered, and not worth a line of log each time; seen in
 * host/status. */
typedef struct ServerCounters {
    uint64_t requests;          /* operations taken on */
    uint64_t cancels;           /* that were relayed or took effect */
    uint64_t cancels_ignored;   /* for an id unknown, finished, or canceled already */
    uint64_t refused;           /* requests that were not taken on */
    uint64_t reasons_unknown;   /* cancels with a reason that there is none */
    uint64_t results_dropped;   /* came after the client had been answered */
    uint64_t answers_dropped;   /* of clients, to questions that were withdrawn or never asked */
    uint64_t warnings_withheld; /* failures over their user's budget of warnings */
    uint64_t notifications_ignored; /* messages that ask for nothing we know */
} ServerCounters;

typedef struct Server {
    uv_loop_t *loop;
    const Config *config;
    Config *own_config;         /* that a reload has read; NULL: `config` is the caller's */
    const Options *options;     /* where a reload reads the configuration; NULL: nowhere */
    KeyValueError config_error; /* why the last reload kept the old configuration; no message: it
                                   did not */
    ServerState state;
    Identity self; /* whom everything runs as, if that isn't root; else not known */
    Quota quota;
    Registry registry;
    StreamLoop streams;
    Cgroups cgroups;
    Timers timers;
    Timer stop_timer;
    Timer rest_timer; /* after a request has ended: if nothing runs then, memory is given back */
    Manager manager;
    uv_signal_t signals[4];
    size_t signal_count; /* initialised, and not yet closed */
    Listener *listener;
    List clients; /* of Client.link */
    size_t client_count;
    List agents; /* of Agent.link */
    size_t agent_count;
    List requests; /* of Request.link: all that are not done */
    size_t request_count;
    Call *calls;     /* by operation: all that are not done */
    Prompt *prompts; /* by id: all that are open */
    uint64_t next_client;
    uint64_t next_prompt;    /* ids of our requests to clients */
    uint64_t next_operation; /* ids of operations: a counter, never reused */
    MI_CancellationReason stop_reason;
    uint64_t start_time; /* Unix time, in seconds */
    ServerCounters counters;
    ReportBudget report_budgets[REPORT_BUDGETS];
    Buffer body; /* where a message is made whose length must be known before it */
} Server;

/* Makes everything but the listener. Negative errno. */
int server_init(Server *server, uv_loop_t *loop, const Config *config);

/* Reads the registrations, and listens. Negative errno; a reason was logged. -EADDRINUSE: a live
 * server has the socket. */
int server_start(Server *server);

/*
 * Stops in order: no new requests, all operations canceled with @reason, agents stopped, and after
 * config->stop_time at most, killed. When it is done the loop has nothing left to do, and uv_run
 * returns. Called again, it hurries.
 */
void server_stop(Server *server, MI_CancellationReason reason);

/* Reads the configuration and the registrations again; what changed is retired. A configuration
 * with a mistake changes nothing, and is kept in `config_error`. 0, or -ENOMEM. */
int server_reload(Server *server);

/* The last of the requests has ended, for now. */
void server_rest(Server *server);

/* Goes on with the stop when something that it waited for has ended. */
void server_check_stop(Server *server);

/* After uv_run: frees what is left. */
void server_deinit(Server *server);
