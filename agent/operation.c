#include "agent/operation.h"

#include "agent/answer.h"
#include "agent/context.h"
#include "agent/operations.h"
#include "agent/thread.h"
#include "base/log.h"
#include "protocol/result.h"

#include <assert.h>
#include <errno.h>

#define LONG_WAIT_MS 1000    /* a final post that waits longer for a callback is logged */
#define PAUSE_NS     1000000 /* nothing was sent for so long: an instance goes at once */

/* In which operation's provider function, and in which one's cancel callback, this thread is; 0: in
 * none. */
static _Thread_local uint64_t thread_call, thread_callback;

static void run_callback(CrewJob *job);
static void flush(FlushJob *job);

/* ---- Its life ---- */

void operation_init(Operation *operation, Operations *operations)
{
    *operation = (Operation){
        .context = {.ft = &context_ft}, .operations = operations, .phase = OPERATION_RELEASED};
    pthread_mutex_init(&operation->lock, NULL);
    condition_init(&operation->changed);
    crew_job_init(&operation->cancel_job, CREW_CANCEL, run_callback, NULL);
    flush_job_init(&operation->flush_job, flush);
}

void operation_begin(Operation *operation, uint64_t id, Task *task, uint32_t window)
{
    assert(operation->phase == OPERATION_RELEASED && operation->uses == 0);
    pthread_mutex_lock(&operation->lock);
    operation->id = id;
    operation->task = task;
    operation->class_decl = NULL;
    operation->schema = NULL;
    operation->method_decl = NULL;
    operation->sought = NULL;
    operation->phase = OPERATION_QUEUED;
    operation->uses = 2;
    cancel_init(&operation->cancel, id == 0 ? CANCEL_EXEMPT : CANCEL_OPEN);
    outlet_init(&operation->outlet, operation->operations->channel, id, window);
    streamed_init(&operation->streamed);
    list_init(&operation->questions);
    operation->asked = 0;
    operation->unload = UNLOAD_ALLOWED;
    pthread_mutex_unlock(&operation->lock);
}

void operation_undo(Operation *operation)
{
    operation->task = NULL;
    operation->uses = 0;
    operation->phase = OPERATION_RELEASED;
}

void operation_deinit(Operation *operation)
{
    assert(operation->phase == OPERATION_RELEASED);
    pthread_cond_destroy(&operation->changed);
    pthread_mutex_destroy(&operation->lock);
}

static void set_phase(Operation *operation, OperationPhase phase)
{
    static const char *const names[] = {"queued", "preparing", "entered", "returned", "released"};

    assert(phase > operation->phase);
    log_trace("operation %llu: %s -> %s", (unsigned long long)operation->id,
              names[operation->phase], names[phase]);
    operation->phase = phase;
}

Operation *operation_enter(const MI_Context *context)
{
    Operation *operation;

    if (context == NULL || context->ft != &context_ft)
        return NULL;
    operation = container_of(context, Operation, context);
    pthread_mutex_lock(&operation->lock);
    if (operation->phase == OPERATION_RELEASED) {
        pthread_mutex_unlock(&operation->lock);
        return NULL;
    }
    operation->uses++;
    return operation;
}

/* Nobody uses it any more: what is kept aside is the struct alone. */
static void empty(Operation *operation)
{
    set_phase(operation, OPERATION_RELEASED);
    outlet_deinit(&operation->outlet);
    buffer_deinit(&operation->body);
    streamed_deinit(&operation->streamed);
    set_options_free(take_pointer(operation->set_options));
    task_free(take_pointer(operation->task));
}

void operation_leave(Operation *operation)
{
    bool is_last = --operation->uses == 0;

    if (is_last)
        empty(operation);
    pthread_mutex_unlock(&operation->lock);
    if (is_last)
        operations_release(operation->operations, operation);
}

/* ---- Canceling ---- */

/* The table has no log: each of its steps that led elsewhere is traced here. */
static void trace_cancel(const Operation *operation, CancelState before)
{
    if (operation->cancel.state != before)
        log_trace("operation %llu: %s -> %s", (unsigned long long)operation->id,
                  cancel_state_name(before), cancel_state_name(operation->cancel.state));
}

/* Has a cancel thread call the callback that is due. */
static void call_if_due(Operation *operation)
{
    if (cancel_is_due(&operation->cancel) &&
        crew_submit(operation->operations->crew, &operation->cancel_job) == 0)
        operation->uses++;
}

/* The callback has returned, or ended its thread. */
static void end_callback(void *data)
{
    Operation *operation = data;
    CancelState before;

    thread_callback = 0;
    pthread_mutex_lock(&operation->lock);
    before = operation->cancel.state;
    cancel_return(&operation->cancel);
    trace_cancel(operation, before);
    pthread_cond_broadcast(&operation->changed);
    operation_leave(operation);
}

static void run_callback(CrewJob *job)
{
    Operation *operation = container_of(job, Operation, cancel_job);
    CancelState before;
    CancelCall call;

    pthread_mutex_lock(&operation->lock);
    before = operation->cancel.state;
    if (cancel_claim(&operation->cancel, &call) != MI_RESULT_OK) {
        operation_leave(operation);
        return;
    }
    trace_cancel(operation, before);
    log_debug("operation %llu: calling its cancel callback (%s)", (unsigned long long)operation->id,
              reason_name(call.reason));
    thread_callback = operation->id;
    pthread_mutex_unlock(&operation->lock);
    pthread_cleanup_push(end_callback, operation);
    call.callback(call.reason, call.data);
    pthread_cleanup_pop(1);
}

/* A thread that is in any callback never waits: two of them could wait for each other (P4). */
static void wait_for_callback(Operation *operation)
{
    struct timespec until;
    int r = 0;

    if (thread_callback != 0 || !cancel_is_running(&operation->cancel))
        return;
    until = deadline_after_ms(LONG_WAIT_MS);
    while (cancel_is_running(&operation->cancel) && r != ETIMEDOUT)
        r = pthread_cond_timedwait(&operation->changed, &operation->lock, &until);
    if (!cancel_is_running(&operation->cancel))
        return;
    log_warning("operation %llu: its cancel callback has been running for more than %d ms, and a "
                "final post waits for it, in a thread that was called for operation %llu (0: a "
                "thread of the provider's)",
                (unsigned long long)operation->id, LONG_WAIT_MS, (unsigned long long)thread_call);
    while (cancel_is_running(&operation->cancel))
        pthread_cond_wait(&operation->changed, &operation->lock);
}

MI_Result operation_register_cancel(Operation *operation, MI_CancelCallback callback, void *data)
{
    CancelState before = operation->cancel.state;
    MI_Result r = cancel_register(&operation->cancel, callback, data);

    trace_cancel(operation, before);
    /* Also after another thread's final post: what the callback uses may be freed next. */
    if (callback == NULL && r != MI_RESULT_OK)
        wait_for_callback(operation);
    if (callback != NULL && r == MI_RESULT_OK)
        call_if_due(operation);
    return r;
}

/* Canceled before the provider was entered: it never is (P14). */
static void cancel_unentered(Operation *operation)
{
    Outcome outcome = {.result = MI_RESULT_FAILED,
                       .message = "canceled before the provider was called"};

    if (crew_remove(operation->operations->crew, &operation->call_job)) {
        set_phase(operation, OPERATION_RETURNED);
        operation->uses--;
    }
    operation_finish(operation, &outcome);
}

void operation_cancel(Operation *operation, MI_CancellationReason reason)
{
    CancelState before = operation->cancel.state;

    if (cancel_request(&operation->cancel, reason) != MI_RESULT_OK) {
        log_debug("operation %llu: a cancel (%s) changes nothing: %s",
                  (unsigned long long)operation->id, reason_name(reason),
                  cancel_state_name(operation->cancel.state));
        return;
    }
    trace_cancel(operation, before);
    log_debug("operation %llu: canceled (%s)", (unsigned long long)operation->id,
              reason_name(reason));
    if (operation->phase < OPERATION_ENTERED) {
        cancel_unentered(operation);
        return;
    }
    if (!outlet_send_batch(&operation->outlet))
        outlet_discard(&operation->outlet, 0);
    pthread_cond_broadcast(&operation->changed);
    call_if_due(operation);
}

/* ---- The final post ---- */

/* Takes back what waits to be done for an operation that has its final post. */
static void withdraw_jobs(Operation *operation)
{
    if (flusher_remove(operation->operations->flusher, &operation->flush_job))
        operation->uses--;
    if (cancel_is_canceled(&operation->cancel) &&
        crew_remove(operation->operations->crew, &operation->cancel_job))
        operation->uses--;
}

/* What Load or Unload posted is for operation_wait_finished. */
static void record(Operation *operation, const Outcome *outcome)
{
    operation->outcome = outcome->result;
    buffer_clear(&operation->body);
    if (outcome->message != NULL)
        buffer_put_string(&operation->body, outcome->message);
}

MI_Result operation_finish(Operation *operation, const Outcome *outcome)
{
    CancelState before = operation->cancel.state;
    CancelFacts facts;
    MI_Result r = cancel_finish(&operation->cancel, &facts);

    trace_cancel(operation, before);
    if (r == MI_RESULT_OK) {
        withdraw_jobs(operation);
        if (operation->id == 0)
            record(operation, outcome);
        else
            answer_send(operation, outcome, &facts);
        pthread_cond_broadcast(&operation->changed);
    } else {
        log_debug("operation %llu: one more final post was refused",
                  (unsigned long long)operation->id);
    }
    wait_for_callback(operation);
    if (r == MI_RESULT_OK)
        operation->uses--;
    return r;
}

/* ---- Results while it runs ---- */

MI_Result operation_may_post(const Operation *operation)
{
    if (cancel_is_finished(&operation->cancel))
        return MI_RESULT_INVALID_PARAMETER;
    return cancel_is_canceled(&operation->cancel) ? MI_RESULT_FAILED : MI_RESULT_OK;
}

/* Waits until the batch takes one more instance. */
static MI_Result wait_for_room(Operation *operation)
{
    MI_Result r;

    while (outlet_is_full(&operation->outlet) && !outlet_send_batch(&operation->outlet)) {
        pthread_cond_wait(&operation->changed, &operation->lock);
        r = operation_may_post(operation);
        if (r == MI_RESULT_FAILED)
            outlet_discard(&operation->outlet, 1);
        if (r != MI_RESULT_OK)
            return r;
    }
    return MI_RESULT_OK;
}

/* The batch has grown: it goes now, or when the provider pauses. */
static void push(Operation *operation, bool is_first)
{
    Outlet *outlet = &operation->outlet;
    int r;

    if (outlet_is_full(outlet)) {
        outlet_send_batch(outlet);
        return;
    }
    if (!is_first || (operation->task->flags & OPERATION_STREAM) == 0)
        return;
    r = -EAGAIN;
    if (clock_now() - outlet->sent_at < PAUSE_NS)
        r = flusher_add(operation->operations->flusher, &operation->flush_job);
    if (r == 0)
        operation->uses++;
    else if (r < 0)
        outlet_send_batch(outlet);
}

static MI_Result stream_instance(Operation *operation, const MI_Instance *instance)
{
    MiJsonFilter filter = task_filter(operation->task);
    bool is_first;
    MI_Result r;

    if (!answer_is_wanted(operation, instance))
        return MI_RESULT_OK;
    r = wait_for_room(operation);
    if (r != MI_RESULT_OK)
        return r;
    is_first = outlet_is_empty(&operation->outlet);
    r = answer_result_of(operation, outlet_put_instance(&operation->outlet, instance, &filter));
    if (r == MI_RESULT_OK)
        push(operation, is_first);
    return r;
}

MI_Result operation_post_instance(Operation *operation, const MI_Instance *instance)
{
    MI_Result r = operation_may_post(operation);
    bool is_parameters;

    if (operation->task == NULL)
        return MI_RESULT_NOT_SUPPORTED;
    is_parameters = operation->task->kind == OPERATION_INVOKE;
    /* The out parameters of a method are taken until the final post (P10). */
    if (r != MI_RESULT_OK && !(r == MI_RESULT_FAILED && is_parameters))
        return r;
    r = answer_check_instance(operation, instance);
    if (r != MI_RESULT_OK)
        return r;
    return answer_is_streamed(operation) ? stream_instance(operation, instance)
                                         : answer_take_instance(operation, instance);
}

static void flush(FlushJob *job)
{
    Operation *operation = container_of(job, Operation, flush_job);

    pthread_mutex_lock(&operation->lock);
    if (operation_may_post(operation) == MI_RESULT_OK)
        outlet_send_batch(&operation->outlet);
    operation_leave(operation);
}

void operation_credit(Operation *operation, uint32_t bytes)
{
    Outlet *outlet = &operation->outlet;

    outlet_credit(outlet, bytes);
    if (operation_may_post(operation) != MI_RESULT_OK)
        return;
    if (outlet_is_full(outlet) || (operation->task->flags & OPERATION_STREAM) != 0)
        outlet_send_batch(outlet);
    pthread_cond_broadcast(&operation->changed);
}

MI_Result operation_write(Operation *operation, const Buffer *frame, OperationWrites writes)
{
    for (;;) {
        MI_Result why = operation_may_post(operation);
        int r = OUTLET_NO_ROOM;

        if (why == MI_RESULT_INVALID_PARAMETER ||
            (why != MI_RESULT_OK && writes == OPERATION_WRITES_RESULT))
            return why;
        if (outlet_send_batch(&operation->outlet))
            r = outlet_send_frame(&operation->outlet, frame);
        if (r == 0)
            return MI_RESULT_OK;
        if (r < 0 || why != MI_RESULT_OK)
            return MI_RESULT_FAILED;
        pthread_cond_wait(&operation->changed, &operation->lock);
    }
}

/* ---- The call thread ---- */

void operation_refuse(Operation *operation, const Fault *fault)
{
    Outcome outcome = {.result = fault->result, .flags = fault->flags, .message = fault->message};

    pthread_mutex_lock(&operation->lock);
    operation_finish(operation, &outcome);
    pthread_mutex_unlock(&operation->lock);
}

void operation_answer(Operation *operation, Buffer *body)
{
    Outcome outcome = {.result = MI_RESULT_OK};

    pthread_mutex_lock(&operation->lock);
    if (!cancel_is_finished(&operation->cancel)) {
        operation->body = *body;
        *body = BUFFER_INIT;
        operation_finish(operation, &outcome);
    }
    pthread_mutex_unlock(&operation->lock);
}

bool operation_begin_call(Operation *operation)
{
    bool goes_on;

    pthread_mutex_lock(&operation->lock);
    set_phase(operation, OPERATION_PREPARING);
    goes_on = !cancel_is_finished(&operation->cancel);
    pthread_mutex_unlock(&operation->lock);
    return goes_on;
}

bool operation_enter_provider(Operation *operation)
{
    bool enters;

    pthread_mutex_lock(&operation->lock);
    enters = !cancel_is_finished(&operation->cancel);
    if (enters) {
        set_phase(operation, OPERATION_ENTERED);
        thread_call = operation->id;
    }
    pthread_mutex_unlock(&operation->lock);
    return enters;
}

void operation_end_call(Operation *operation)
{
    thread_call = 0;
    pthread_mutex_lock(&operation->lock);
    set_phase(operation, OPERATION_RETURNED);
    operation_leave(operation);
}

MI_Result operation_wait_finished(Operation *operation)
{
    MI_Result r;

    pthread_mutex_lock(&operation->lock);
    while (!cancel_is_finished(&operation->cancel))
        pthread_cond_wait(&operation->changed, &operation->lock);
    r = operation->outcome;
    pthread_mutex_unlock(&operation->lock);
    return r;
}
