/*
 * Request: one operation that a client asked for, from its acceptance to its last release.
 *
 * Every request ends with exactly one response, sent by request_respond: the agent's answer, the
 * agent's death, a refusal, a cancel, a deadline have this one exit. Answered is not ended: the
 * request stays, and stays charged to its client's user, until the agent has released each of its
 * calls. A request has a Call (server/call.h), one part of it, for each class of each provider that
 * it concerns. What goes to the client is written in server/response.h.
 */
#pragma once

#include "base/hash.h"
#include "protocol/rpc.h"
#include "server/client.h"
#include "server/method.h"
#include "server/outcome.h"

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

/* A part of a result: what is charged to the window of which call. */
typedef struct RequestPart {
    uint64_t operation;
    uint32_t bytes;
} RequestPart;

struct Request {
    Server *server;
    Client *client;     /* NULL once it was answered, or is gone */
    uint64_t operation; /* the host's id, and that of its first call */
    uint64_t client_number;
    uid_t uid; /* of the client, when it connected; so is the next */
    pid_t pid;
    const Method *method;
    RequestState state;
    RequestProgress progress;
    MI_CancellationReason reason; /* of the first cancel */
    uint64_t started;             /* uv_now() time */
    MethodDepth depth;
    uint32_t flags; /* OPERATION_STREAM, ... */

    char *text;  /* owned: what all that follows points into */
    Span params; /* as they came */
    Span partial_token, work_token;
    Span id;                                                           /* JSON */
    const char *name_space, *class_name, *method_name, *provider_name; /* "" where there is none */

    bool has_sent; /* messages or parts of the result: what follows must not overtake them */

    bool acknowledges; /* the client says which parts of the result it has taken */
    Fifo parts_sent;   /* of RequestPart: sent, and not acknowledged */

    User *user;    /* reference */
    Charge places; /* QUOTA_REQUESTS: one for each call that is not released */
    Charge bytes;  /* QUOTA_BUFFERED: `text` and `collected` */

    Buffer collected; /* instances or classes, comma-separated */
    uint32_t collected_count;
    List calls;       /* of Call.request_link: those that are not released */
    unsigned parts;   /* calls that it began with */
    unsigned waiting; /* of them: have no outcome yet */
    unsigned holds;   /* somebody steps through its calls: it must not go */
    Merged merged;    /* the outcomes of those that have, if there are several parts */
    List prompts;     /* of Prompt.request_link */

    uint64_t timeout;  /* ms: what progress starts again; 0: none */
    uint64_t latest;   /* uv_now() time that no progress moves; 0: none */
    Timer deadline;    /* cancels with TIMEOUT */
    Timer grace;       /* after a cancel: answers for the provider */
    List link;         /* Server.requests */
    UT_hash_handle hh; /* Client.requests, while unanswered */
};

/* Takes on a request of @client, with no parts yet, and charges its user for @parts. -ENOMEM;
 * -EDQUOT with @why set. */
int request_new(Client *client, const RpcMessage *message, const Method *method,
                const MethodParams *params, size_t parts, Request **ret, char *why,
                size_t why_size);

/* Which way what concerns @request goes to its client. */
static inline OutboxLane request_lane(const Request *request)
{
    return request->has_sent ? OUTBOX_BULK : OUTBOX_SMALL;
}

/* The unanswered request of @client with this id, or NULL. */
Request *request_find(Client *client, Span id);

/*
 * One part has ended so: @who is the provider, or NULL. What it carries is sent or collected; with
 * the last part the response goes. A request that was answered already is left alone. Careful:
 * @request may be gone afterwards, if no call is left.
 */
void request_end_part(Request *request, const char *who, const Outcome *outcome);

/* Sends the response, without its results if the client has no room for them; from here on the
 * client has nothing to do with it. Careful: frees @request if no call is left. */
void request_respond(Request *request, const Outcome *outcome);

/* A batch of instances (a checked JSON array): sent, or collected. False with @why set if that is
 * over a limit. */
bool request_take_instances(Request *request, uint64_t operation, Span json, uint32_t count,
                            uint32_t charge, char *why, size_t why_size);

/* A part of the result, charged so, was sent: its window opens, or waits for an acknowledgement. */
void request_part_sent(Request *request, uint64_t operation, uint32_t bytes);

/* The client has taken @count more parts. */
void request_acknowledge(Request *request, uint64_t count);

/* The provider has reported progress: a deadline that isn't the maximum starts again (S2). */
void request_restart_deadline(Request *request);

/* The setter of `state`: legal transitions only, each traced. */
void request_set_state(Request *request, RequestState state);
const char *request_state_name(RequestState state);

/* True if one of its calls is @provider's. */
bool request_concerns(const Request *request, const Provider *provider);

/* Its client is gone: no response is owed any more. */
void request_detach(Request *request);

/* Between the two it stays, whatever happens to its calls. Careful: it may be gone after the
 * second. */
void request_hold(Request *request);
void request_release(Request *request);

/* Frees it if it is answered and no call is left. Careful: @request may be gone here. */
void request_check_done(Request *request);

/* "client 12 (uid 1000): request 7": the prefix of its log lines. Valid until the next call. */
const char *request_name(const Request *request);
