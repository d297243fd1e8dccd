#include "agent/host.h"

#include "agent/dispatch.h"
#include "agent/question.h"
#include "agent/thread.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void run_operation(CrewJob *job);
static void unload(CrewJob *job);
static void wait_for_input(CrewSource *source);
static int read_input(CrewSource *source);
static void kick(CrewSource *source);

/* The one that a fork is about; changed by host_new and host_free. */
static Host *_Atomic last_host;

static void forsake_in_child(void)
{
    Host *host = atomic_load(&last_host);

    if (host != NULL)
        channel_forsake(&host->channel);
}

static int watch_forks(Host *host)
{
    static bool watched;

    if (!watched && pthread_atfork(NULL, NULL, forsake_in_child) != 0)
        return -ENOMEM;
    watched = true;
    atomic_store(&last_host, host);
    return 0;
}

int host_new(const HostSettings *settings, Host **ret)
{
    Host *host = calloc(1, sizeof(*host));
    int r;

    if (host == NULL) {
        close(settings->fd);
        return -ENOMEM;
    }
    host->settings = *settings;
    atomic_init(&host->state, HOST_GREETING);
    pthread_mutex_init(&host->reading, NULL);
    condition_init(&host->ended);
    flusher_init(&host->flusher);
    r = channel_init(&host->channel, settings->fd, &host->flusher);
    if (r == 0)
        r = watch_forks(host);
    if (r < 0) {
        host_free(host);
        return r;
    }
    host->source = (CrewSource){.wait = wait_for_input, .read = read_input, .kick = kick};
    crew_job_init(&host->stop_job, CREW_CALL, unload,
                  unload); /* no thread: the flusher's does it */
    *ret = host;
    return 0;
}

void host_free(Host *host)
{
    Host *last = host;

    if (host == NULL)
        return;
    (void)atomic_compare_exchange_strong(&last_host, &last, NULL);
    flusher_stop(&host->flusher);
    if (atomic_load(&host->state) > HOST_CONFIGURING) {
        crew_deinit(&host->crew);
        library_deinit(&host->library);
        operations_deinit(&host->operations);
    }
    channel_deinit(&host->channel);
    flusher_deinit(&host->flusher);
    pthread_cond_destroy(&host->ended);
    pthread_mutex_destroy(&host->reading);
    free(host);
}

/* ---- The beginning ---- */

static int take_hello(Host *host, Span payload)
{
    HelloFrame frame;

    if (payload_get_hello(payload, &frame) < 0)
        return -EPROTO;
    /* In any case: the server has to tell its clients what doesn't fit. */
    payload_put_hello(channel_begin(&host->channel), &(HelloFrame){.version = FRAME_VERSION});
    channel_end(&host->channel, CHANNEL_NOW);
    if (frame.version != FRAME_VERSION) {
        log_error("the server speaks version %u of the protocol, and this agent %d: install both "
                  "from one release",
                  frame.version, FRAME_VERSION);
        return -EPROTO;
    }
    atomic_store(&host->state, HOST_CONFIGURING);
    return 0;
}

static int take_config(Host *host, Span payload)
{
    ConfigFrame config;
    char path[PAYLOAD_MAX_PATH + 1];
    int r;

    if (payload_get_config(payload, &config) < 0)
        return -EPROTO;
    if (host->settings.configure != NULL && host->settings.configure(&config) < 0)
        return -EACCES;
    memcpy(path, config.library.data, config.library.size);
    path[config.library.size] = '\0';
    r = library_init(&host->library, path, host->settings.main, &host->operations);
    if (r < 0) {
        library_deinit(&host->library);
        return r;
    }
    crew_init(&host->crew, &(CrewSettings){.calls = config.parallel ? config.operations : 1,
                                           .source = &host->source,
                                           .flusher = &host->flusher});
    operations_init(&host->operations, &host->channel, &host->flusher, &host->crew);
    host->operations.window = config.window;
    host->operations.collected = config.collected;
    host->most_operations = config.operations;
    atomic_store(&host->state, HOST_SERVING);
    r = crew_start(&host->crew);
    if (r < 0)
        log_error("cannot start the first threads: allow the provider's user more of them");
    return r;
}

/* ---- Operations ---- */

static void run_operation(CrewJob *job)
{
    Operation *operation = container_of(job, Operation, call_job);
    Host *host = container_of(operation->operations, Host, operations);

    dispatch_run(operation, &host->library);
}

/* What changes nothing can be run again: its STARTED may wait for company. */
static ChannelPace pace_of_started(OperationKind kind)
{
    switch (kind) {
    case OPERATION_INVOKE:
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
    case OPERATION_DELETE_INSTANCE:
        return CHANNEL_NOW;
    case OPERATION_GET_INSTANCE:
    case OPERATION_ENUMERATE_INSTANCES:
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        break;
    }
    return CHANNEL_SOON;
}

/* There is no memory for an operation: its whole life is in these frames. */
static void refuse_at_once(Host *host, uint64_t id)
{
    Fault fault;
    ResultFrame frame;

    fault_set_memory(&fault);
    frame = (ResultFrame){.result = (uint32_t)fault.result, .message = span_of(fault.message)};
    payload_put_result(channel_begin(&host->channel), id, &frame);
    channel_end(&host->channel, CHANNEL_NOW);
    channel_put_empty(&host->channel, FRAME_RELEASED, id, CHANNEL_NOW);
}

/* There is no thread for it. */
static void refuse_operation(CrewJob *job)
{
    Operation *operation = container_of(job, Operation, call_job);
    Fault fault;

    fault_set(&fault, MI_RESULT_SERVER_LIMITS_EXCEEDED,
              "no thread can be started for the operation: ask again later, or allow the "
              "provider's process more of them ('agentProcesses', or PROCESSES of its "
              "registration)");
    operation_refuse(operation, &fault);
    operation_end_call(operation);
}

static int take_operation(Host *host, uint64_t id, Span payload)
{
    OperationFrame frame;
    Operation *operation = NULL;
    Task *task = NULL;
    int r;

    if (payload_get_operation(payload, &frame) < 0)
        return -EPROTO;
    if (operations_count(&host->operations) >= host->most_operations) {
        log_error("operation %llu: more than %u operations at a time", (unsigned long long)id,
                  host->most_operations);
        return -EPROTO;
    }
    r = task_new(&frame, &task);
    if (r == 0)
        r = operations_add(&host->operations, id, task, run_operation, refuse_operation,
                           &operation);
    else
        operations_skip(&host->operations, id);
    if (r < 0)
        task_free(task);
    if (r == -EPROTO)
        return r;
    channel_put_empty(&host->channel, FRAME_STARTED, id, pace_of_started(frame.kind));
    if (r < 0)
        refuse_at_once(host, id);
    else if (crew_submit(&host->crew, &operation->call_job) < 0)
        refuse_operation(&operation->call_job);
    return 0;
}

static int take_cancel(Host *host, uint64_t id, Span payload)
{
    CancelFrame frame;
    Operation *operation;
    int r;

    if (payload_get_cancel(payload, &frame) < 0)
        return -EPROTO;
    r = operations_find(&host->operations, id, &operation);
    if (operation == NULL)
        return r;
    operation_cancel(operation, (MI_CancellationReason)frame.reason);
    operation_leave(operation);
    return 0;
}

static int take_credit(Host *host, uint64_t id, Span payload)
{
    CreditFrame frame;
    Operation *operation;
    int r;

    if (payload_get_credit(payload, &frame) < 0)
        return -EPROTO;
    r = operations_find(&host->operations, id, &operation);
    if (operation == NULL)
        return r;
    operation_credit(operation, frame.bytes);
    operation_leave(operation);
    return 0;
}

static int take_answer(Host *host, uint64_t id, Span payload)
{
    AnswerFrame frame;
    Operation *operation;
    int r;

    if (payload_get_answer(payload, &frame) < 0)
        return -EPROTO;
    r = operations_find(&host->operations, id, &operation);
    if (operation == NULL)
        return r;
    r = question_take_answer(operation, &frame);
    operation_leave(operation);
    return r;
}

/* ---- The end ---- */

/* A job: the server's end must be noticed while Unload takes its time. */
static void unload(CrewJob *job)
{
    Host *host = container_of(job, Host, stop_job);

    library_unload(&host->library);
    atomic_store(&host->state, HOST_STOPPED);
    channel_stop_reading(&host->channel);
}

static int take_stop(Host *host, Span payload)
{
    unsigned count = operations_count(&host->operations);

    if (payload_get_empty(payload) < 0)
        return -EPROTO;
    if (count > 0) {
        log_error("the server sent STOP while %u operations are not released", count);
        return -EPROTO;
    }
    atomic_store(&host->state, HOST_STOPPING);
    if (crew_submit(&host->crew, &host->stop_job) < 0)
        unload(&host->stop_job);
    return 0;
}

/* ---- The reader ---- */

static int take_frame(Host *host, const Frame *frame)
{
    HostState state = atomic_load(&host->state);

    log_trace("server: %s %llu (%zu bytes) from it", frame_name(frame->type),
              (unsigned long long)frame->operation, frame->payload.size);
    if (state == HOST_GREETING)
        return frame->type == FRAME_HELLO ? take_hello(host, frame->payload) : -EPROTO;
    if (state == HOST_CONFIGURING)
        return frame->type == FRAME_CONFIG ? take_config(host, frame->payload) : -EPROTO;
    if (state != HOST_SERVING)
        return -EPROTO;
    switch ((unsigned)frame->type) {
    case FRAME_OPERATION:
        return take_operation(host, frame->operation, frame->payload);
    case FRAME_CANCEL:
        return take_cancel(host, frame->operation, frame->payload);
    case FRAME_CREDIT:
        return take_credit(host, frame->operation, frame->payload);
    case FRAME_ANSWER:
        return take_answer(host, frame->operation, frame->payload);
    case FRAME_PING:
        if (payload_get_empty(frame->payload) < 0)
            return -EPROTO;
        channel_put_empty(&host->channel, FRAME_PONG, 0, CHANNEL_NOW);
        return 0;
    case FRAME_STOP:
        return take_stop(host, frame->payload);
    default:
        return -EPROTO; /* HELLO and CONFIG come once */
    }
}

/* What channel_read or take_frame returned last stands for the end. With the lock held. */
static void end(Host *host, int r)
{
    if (r == -EPROTO)
        host->end = HOST_END_VIOLATED;
    else if (r < 0)
        host->end = HOST_END_REFUSED;
    else
        host->end = atomic_load(&host->state) == HOST_STOPPED ? HOST_END_STOPPED : HOST_END_GONE;
    pthread_cond_signal(&host->ended);
}

/* Takes all frames that have arrived. With the lock held. */
static int take_frames(Host *host)
{
    Frame frame;
    int r;

    while ((r = channel_read(&host->channel, &frame)) == CHANNEL_FRAME) {
        r = take_frame(host, &frame);
        if (r == -EPROTO)
            log_error("server: %s %llu is not allowed here: giving up", frame_name(frame.type),
                      (unsigned long long)frame.operation);
        if (r < 0)
            break;
        /* Where the flusher has no thread, which looks oftener, this comes now and then. */
        if (frame.type == FRAME_PING)
            crew_retry(&host->crew);
    }
    return r;
}

static void wait_for_input(CrewSource *source)
{
    channel_wait(&container_of(source, Host, source)->channel);
}

static int read_input(CrewSource *source)
{
    Host *host = container_of(source, Host, source);
    int r;

    pthread_mutex_lock(&host->reading);
    if (host->end == HOST_END_NOT_YET) {
        r = take_frames(host);
        if (r != CHANNEL_EMPTY)
            end(host, r);
    }
    r = host->end == HOST_END_NOT_YET ? CREW_READ_ON : CREW_READ_ENDED;
    pthread_mutex_unlock(&host->reading);
    return r;
}

static void kick(CrewSource *source)
{
    channel_kick(&container_of(source, Host, source)->channel);
}

HostEnd host_run(Host *host)
{
    while (atomic_load(&host->state) < HOST_SERVING && host->end == HOST_END_NOT_YET) {
        wait_for_input(&host->source);
        read_input(&host->source);
    }
    pthread_mutex_lock(&host->reading);
    while (host->end == HOST_END_NOT_YET)
        pthread_cond_wait(&host->ended, &host->reading);
    pthread_mutex_unlock(&host->reading);
    return host->end;
}
