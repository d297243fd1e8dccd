/*
 * Request: one operation that a client asked for, from its acceptance to its last release.
 *
 * Every request ends with exactly one response, sent by request_respond: the agent's answer, the
 * agent's death, a refusal, a cancel, a deadline have this one exit. Answered is not ended: the
 * request stays, and stays charged to its client's user, until the agent has released each of its
 * calls. A request has a Call (server/call.h) for each agent that it needs.
 */
#pragma once

#include "base/hash.h"
#include "protocol/rpc.h"
#include "server/client.h"
#include "server/method.h"
#include "server/provider.h"

/* What is owed. */
typedef enum RequestState {
    REQUEST_RUNNING,   /* a response, and the releases of its calls */
    REQUEST_CANCELING, /* a response within the grace, and releases */
    REQUEST_ANSWERED,  /* releases only */
    REQUEST_DONE,      /* nothing: it is about to be freed */
} RequestState;

/* How far the work-done progress of the protocol page has come. */
typedef enum RequestProgress {
    PROGRESS_UNWANTED, /* no token was given */
    PROGRESS_READY,    /* "begin" has not been sent */
    PROGRESS_BEGUN,    /* "end" is owed before the response */
} RequestProgress;

struct Request {
    Server *server;
    Client *client;     /* NULL once it was answered, or is gone */
    uint64_t operation; /* the host's id, and that of its first call */
    uint64_t client_number;
    uid_t uid;
    const Method *method;
    Provider *provider; /* reference */
    RequestState state;
    RequestProgress progress;
    MI_CancellationReason reason; /* of the first cancel */
    uint64_t started;             /* uv_now() time */
    char *text; /* the params as they came; names and tokens point into it, or into `names` */
    Span params;
    Span partial_token, work_token;
    MethodParams names;
    Span id;          /* JSON text, owned: the last bytes of `text` */
    Buffer collected; /* instances, comma-separated */
    uint32_t collected_count;
    List calls;        /* of Call.request_link */
    Timer deadline;    /* cancels with TIMEOUT */
    Timer grace;       /* after a cancel: answers for the provider */
    List link;         /* Server.requests */
    UT_hash_handle hh; /* Client.requests, while unanswered */
};

/* How an operation ended, as its response tells it. */
typedef struct Outcome {
    bool canceled;       /* the cancel came before the final post: the response is "canceled" */
    bool delivered;      /* a cancel callback was called */
    bool abandoned;      /* canceled, and the provider has not posted its result in time */
    bool posted;         /* the provider posted a result: `result`, `message`, `body` are its */
    bool invalid_params; /* the agent refused the params: nothing was run */
    uint32_t discarded;  /* instances posted and not sent */
    MI_Result result;
    Span message;
    Span cim_error; /* JSON, or empty */
    Span body;      /* JSON: the JSON-RPC result; for an enumeration the last batch, an array */
    uint32_t count; /* instances in it */
} Outcome;

/* A refusal by the server: `result` and a sentence. */
Outcome outcome_failure(MI_Result result, const char *message);

/* Takes on a request of @client. -ENOMEM. */
int request_new(Client *client, const RpcMessage *message, const Method *method,
                const MethodParams *params, Provider *provider, Request **ret);

/* The unanswered request of @client with this id, or NULL. */
Request *request_find(Client *client, Span id);

/* Sends the response, without its results if the client has no room for them; from here on the
 * client has nothing to do with it. Careful: frees @request if no call is left. */
void request_respond(Request *request, const Outcome *outcome);

/* A batch of instances (a checked JSON array): sent, or collected. False if that is over a limit.
 */
bool request_take_instances(Request *request, uint64_t operation, Span json, uint32_t count,
                            uint32_t charge);

/* $/progress for the work-done token, and mi/message. */
void request_send_progress(Request *request, uint64_t operation, const ProgressFrame *frame,
                           uint32_t charge);
void request_send_message(Request *request, uint64_t operation, const MessageFrame *frame,
                          uint32_t charge);

/* The setter of `state`: legal transitions only, each traced. */
void request_set_state(Request *request, RequestState state);
const char *request_state_name(RequestState state);

/* Its client is gone: no response is owed any more. */
void request_detach(Request *request);

/* Frees it if it is answered and no call is left. Careful: @request may be gone here. */
void request_check_done(Request *request);

/* "client 12 (uid 1000): request 7": the prefix of its log lines. Valid until the next call. */
const char *request_name(const Request *request);
