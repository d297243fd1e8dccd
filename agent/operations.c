/* An operation for which the table has no memory is known by its tbl. */
#define HASH_NONFATAL_OOM              1
#define uthash_nonfatal_oom(operation) ((operation)->hh.tbl = NULL)

#include "agent/operations.h"

#include <errno.h>
#include <stdlib.h>

void operations_init(Operations *operations, Channel *channel, Flusher *flusher, Crew *crew)
{
    *operations = (Operations){.channel = channel, .flusher = flusher, .crew = crew};
    pthread_mutex_init(&operations->lock, NULL);
}

/* The one that has rested longest, or NULL. With the lock held, if there are other threads. */
static Operation *take_oldest(Operations *operations)
{
    Operation *operation;

    if (operations->rested == 0)
        return NULL;
    operation = operations->resting[operations->oldest];
    operations->oldest = (operations->oldest + 1) % OPERATIONS_RESTING;
    operations->rested--;
    return operation;
}

static void operation_free(Operation *operation)
{
    if (operation == NULL)
        return;
    operation_deinit(operation);
    free(operation);
}

void operations_deinit(Operations *operations)
{
    while (operations->rested > 0)
        operation_free(take_oldest(operations));
    while (operations->refused > 0)
        operation_free(operations->refusing[--operations->refused]);
    pthread_mutex_destroy(&operations->lock);
}

/* Memory for an operation: that of the oldest one aside, once there are enough of them. With the
 * lock held. */
static Operation *take_memory(Operations *operations)
{
    Operation *operation;

    if (operations->rested == OPERATIONS_RESTING)
        return take_oldest(operations);
    operation = malloc(sizeof(*operation));
    if (operation != NULL)
        operation_init(operation, operations);
    return operation;
}

/* With the lock held. */
static int add(Operations *operations, uint64_t id, Task *task, Operation **ret)
{
    Operation *operation;

    if (id <= operations->last_id)
        return -EPROTO;
    operations->last_id = id;
    operation = take_memory(operations);
    if (operation == NULL)
        return -ENOMEM;
    operation_begin(operation, id, task, operations->window);
    HASH_ADD(hh, operations->by_id, id, sizeof(operation->id), operation);
    if (operation->hh.tbl == NULL) {
        operation_undo(operation);
        operation_free(operation);
        return -ENOMEM;
    }
    operations->count++;
    *ret = operation;
    return 0;
}

int operations_add(Operations *operations, uint64_t id, Task *task, void (*run)(CrewJob *job),
                   void (*refuse)(CrewJob *job), Operation **ret)
{
    int r;

    pthread_mutex_lock(&operations->lock);
    r = add(operations, id, task, ret);
    pthread_mutex_unlock(&operations->lock);
    if (r == 0)
        crew_job_init(&(*ret)->call_job, task->kind == OPERATION_GET_CLASS ? CREW_TELL : CREW_CALL,
                      run, refuse);
    return r;
}

void operations_skip(Operations *operations, uint64_t id)
{
    pthread_mutex_lock(&operations->lock);
    if (id > operations->last_id)
        operations->last_id = id;
    pthread_mutex_unlock(&operations->lock);
}

int operations_add_lifecycle(Operations *operations, Operation **ret)
{
    Operation *operation;

    pthread_mutex_lock(&operations->lock);
    operation = take_memory(operations);
    pthread_mutex_unlock(&operations->lock);
    if (operation == NULL)
        return -ENOMEM;
    operation_begin(operation, 0, NULL, operations->window);
    *ret = operation;
    return 0;
}

int operations_find(Operations *operations, uint64_t id, Operation **ret)
{
    Operation *operation;
    int r = 0;

    *ret = NULL;
    pthread_mutex_lock(&operations->lock);
    HASH_FIND(hh, operations->by_id, &id, sizeof(id), operation);
    if (operation != NULL)
        *ret = operation_enter(&operation->context);
    else if (id > operations->last_id)
        r = -EPROTO;
    pthread_mutex_unlock(&operations->lock);
    return r;
}

void operations_refuse_unload(Operations *operations)
{
    Buffer *out = channel_begin(operations->channel);

    if (operations->refusals++ == 0)
        payload_put_empty(out, FRAME_KEEP, 0);
    channel_end(operations->channel, CHANNEL_NOW);
}

void operations_request_unload(Operations *operations, bool refused)
{
    Buffer *out = channel_begin(operations->channel);

    if (refused)
        operations->refusals--;
    if (operations->refusals == 0)
        payload_put_empty(out, FRAME_UNLOAD, 0);
    channel_end(operations->channel, CHANNEL_NOW);
}

/* Puts @operation aside behind the others. The one that it displaces, or NULL. With the lock held.
 */
static Operation *rest(Operations *operations, Operation *operation)
{
    Operation *displaced = NULL;

    if (operations->rested == OPERATIONS_RESTING)
        displaced = take_oldest(operations);
    operations->resting[(operations->oldest + operations->rested) % OPERATIONS_RESTING] = operation;
    operations->rested++;
    return displaced;
}

static bool is_refusing(Operation *operation)
{
    bool refusing;

    pthread_mutex_lock(&operation->lock);
    refusing = operation->unload == UNLOAD_REFUSED;
    pthread_mutex_unlock(&operation->lock);
    return refusing;
}

/* Takes back what a released @operation refused: true if it did. */
static bool allow(Operation *operation)
{
    bool refused;

    pthread_mutex_lock(&operation->lock);
    refused = operation->phase == OPERATION_RELEASED && operation->unload == UNLOAD_REFUSED;
    if (refused)
        operation->unload = UNLOAD_ALLOWED;
    pthread_mutex_unlock(&operation->lock);
    return refused;
}

bool operations_request_unload_late(const MI_Context *context)
{
    Operation *operation = container_of((MI_Context *)(uintptr_t)context, Operation, context);
    Operations *operations = operation->operations;
    Operation *displaced = NULL;
    bool refused;

    pthread_mutex_lock(&operations->lock);
    refused = allow(operation);
    for (unsigned i = 0; i < operations->refused; i++)
        if (operations->refusing[i] == operation) {
            operations->refusing[i] = operations->refusing[--operations->refused];
            displaced = rest(operations, operation);
        }
    pthread_mutex_unlock(&operations->lock);
    operation_free(displaced);
    if (refused)
        operations_request_unload(operations, true);
    return refused;
}

unsigned operations_count(Operations *operations)
{
    unsigned count;

    pthread_mutex_lock(&operations->lock);
    count = operations->count;
    pthread_mutex_unlock(&operations->lock);
    return count;
}

void operations_release(Operations *operations, Operation *operation)
{
    uint64_t id = operation->id;
    Operation *displaced = NULL;

    pthread_mutex_lock(&operations->lock);
    if (id != 0) {
        HASH_DELETE(hh, operations->by_id, operation);
        operations->count--;
    }
    if (operations->refused < OPERATIONS_REFUSING && is_refusing(operation))
        operations->refusing[operations->refused++] = operation;
    else
        displaced = rest(operations, operation);
    pthread_mutex_unlock(&operations->lock);
    /* Careful: @operation may be another one here. */
    operation_free(displaced);
    if (id != 0)
        channel_put_empty(operations->channel, FRAME_RELEASED, id, CHANNEL_SOON);
}
