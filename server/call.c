#include "server/call.h"

#include "base/log.h"
#include "server/prompt.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static const char *const state_names[] = {
    [CALL_QUEUED] = "queued",       [CALL_SENT] = "sent",           [CALL_RUNNING] = "running",
    [CALL_CANCELING] = "canceling", [CALL_ABANDONED] = "abandoned", [CALL_RELEASING] = "releasing",
    [CALL_DONE] = "done",
};

#define TO(state) (1U << (state))

/* Which states may follow. SENT to QUEUED: its agent was killed without having read it. */
static const unsigned transitions[] = {
    [CALL_QUEUED] = TO(CALL_SENT) | TO(CALL_DONE),
    [CALL_SENT] = TO(CALL_QUEUED) | TO(CALL_RUNNING) | TO(CALL_CANCELING) | TO(CALL_ABANDONED) |
                  TO(CALL_DONE),
    [CALL_RUNNING] = TO(CALL_CANCELING) | TO(CALL_ABANDONED) | TO(CALL_RELEASING) | TO(CALL_DONE),
    [CALL_CANCELING] = TO(CALL_ABANDONED) | TO(CALL_RELEASING) | TO(CALL_DONE),
    [CALL_ABANDONED] = TO(CALL_RELEASING) | TO(CALL_DONE),
    [CALL_RELEASING] = TO(CALL_DONE),
    [CALL_DONE] = 0,
};

const char *call_state_name(CallState state)
{
    return state_names[state];
}

void call_set_state(Call *call, CallState state)
{
    assert((transitions[call->state] & TO(state)) != 0);
    log_trace("call %llu: %s -> %s", (unsigned long long)call->operation, state_names[call->state],
              state_names[state]);
    call->state = state;
}

static int enter(Call *call, uint64_t operation)
{
    call->operation = operation;
    HASH_ADD(hh, call->request->server->calls, operation, sizeof(call->operation), call);
    return hash_has_failed(call) ? -ENOMEM : 0;
}

int call_new(Request *request, Provider *provider, const char *class_name, Call **ret)
{
    Server *server = request->server;
    size_t size = strlen(class_name) + 1;
    Call *call = calloc(1, sizeof(*call) + size);

    if (call == NULL)
        return -ENOMEM;
    call->request = request;
    if (enter(call, request->parts == 0 ? request->operation : ++server->next_operation) < 0) {
        free(call);
        return -ENOMEM;
    }
    memcpy(call->class_name, class_name, size);
    call->provider = provider_ref(provider);
    call->kind = request->method->operation;
    if (call->kind == OPERATION_ENUMERATE_CLASSES)
        call->kind = OPERATION_GET_CLASS; /* each of them */
    call->begun = uv_hrtime();
    provider->tally->running_calls++;
    list_init(&call->agent_link);
    list_append(&request->calls, &call->request_link);
    request->parts++;
    request->waiting++;
    *ret = call;
    return 0;
}

int call_renumber(Call *call)
{
    Server *server = call->request->server;
    uint64_t before = call->operation;

    HASH_DELETE(hh, server->calls, call);
    if (enter(call, ++server->next_operation) < 0)
        return -ENOMEM;
    log_trace("call %llu: is call %llu from here on", (unsigned long long)before,
              (unsigned long long)call->operation);
    return 0;
}

Call *call_find(Server *server, uint64_t operation)
{
    Call *call;

    HASH_FIND(hh, server->calls, &operation, sizeof(operation), call);
    return call;
}

void call_count(Call *call, TallyEnd end)
{
    if (call->begun == 0)
        return;
    tally_count(call->provider->tally, end, uv_hrtime() - call->begun);
    call->begun = 0;
}

void call_free(Call *call)
{
    Request *request = call->request;

    assert(list_is_empty(&call->agent_link));
    prompts_withdraw(request, call);
    if (!hash_has_failed(call))
        HASH_DELETE(hh, request->server->calls, call);
    timer_stop(&call->release);
    list_unlink(&call->request_link);
    call_count(call, TALLY_CANCELED); /* of what came to no end of its own */
    call->provider->tally->running_calls--;
    provider_unref(call->provider);
    free(call);
    charge_set(&request->places, request->places.amount - 1);
    request_check_done(request);
    /* Careful: @request may be gone here. */
}
