/*
 * Operations: those that there are, by their ids, and the last ones that there were.
 *
 * An id is a counter of the server's: it is never used again, so a frame for an id that is not here
 * any more has met its RELEASED on the way, and is ignored. Released operations are kept aside, the
 * last OPERATIONS_RESTING of them, before their memory is used again (P13): what is kept is the
 * struct alone. A context that refused to be unloaded is kept until it takes that back, which it
 * may do when its operation is long over: it is Load's, as a rule. More than OPERATIONS_REFUSING of
 * them rest as others do, and the provider that made them is not unloaded for being idle any more.
 *
 * Locks: `lock` is taken before any operation's.
 */
#pragma once

#include "agent/operation.h"

#define OPERATIONS_RESTING  1024U
#define OPERATIONS_REFUSING 64U

/* What all operations share. */
typedef struct Operations {
    Channel *channel;
    Flusher *flusher;
    Crew *crew;
    uint32_t window;
    uint32_t collected; /* bytes of streamed parameters that may be collected for an operation */
    /* Contexts on which the provider refused to be unloaded. Under the channel's lock: the server
     * hears of the first and the last one in their order. */
    unsigned refusals;

    pthread_mutex_t lock;
    Operation *by_id;
    unsigned count;                         /* in it */
    uint64_t last_id;                       /* the highest that there was */
    Operation *resting[OPERATIONS_RESTING]; /* a ring */
    unsigned oldest, rested;
    Operation *refusing[OPERATIONS_REFUSING]; /* released, and RequestUnload is owed */
    unsigned refused;
} Operations;

void operations_init(Operations *operations, Channel *channel, Flusher *flusher, Crew *crew);

/* None may be in use any more. */
void operations_deinit(Operations *operations);

/* A new operation with two uses, the call thread's and the final post's; takes over @task if it
 * returns 0. -EPROTO if
 * @id is not higher than all before; -ENOMEM: then @id is one of an operation that was released. */
int operations_add(Operations *operations, uint64_t id, Task *task, void (*run)(CrewJob *job),
                   void (*refuse)(CrewJob *job), Operation **ret);

/* There was an operation @id, and it was released: nothing was made of it. */
void operations_skip(Operations *operations, uint64_t id);

/* As operations_add for Load or Unload, which have no id. */
int operations_add_lifecycle(Operations *operations, Operation **ret);

/* The operation @id, locked and in use as after operation_enter, or NULL if it was released.
 * -EPROTO if there never was one. */
int operations_find(Operations *operations, uint64_t id, Operation **ret);

unsigned operations_count(Operations *operations);

/* The provider refuses to be unloaded, on one more context. */
void operations_refuse_unload(Operations *operations);
/* It wants to be unloaded; @refused: on a context that had refused it. The server is asked for it
 * when none refuses any more. */
void operations_request_unload(Operations *operations, bool refused);
/* As that, with a context of an operation that was released: false if it had not refused. */
bool operations_request_unload_late(const MI_Context *context);

/* The last use of @operation has ended. */
void operations_release(Operations *operations, Operation *operation);
