#include "server/agent.h"

#include "base/log.h"
#include "protocol/payload.h"
#include "server/agent_parts.h"
#include "server/router.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const state_names[] = {
    [AGENT_STARTING] = "starting", [AGENT_RUNNING] = "running",   [AGENT_DRAINING] = "draining",
    [AGENT_DRAINED] = "drained",   [AGENT_STOPPING] = "stopping", [AGENT_EXITED] = "exited",
    [AGENT_KILLED] = "killed",     [AGENT_GONE] = "gone",
};

const char agent_hung_up[] = "its connection ended";

#define LARGE_FRAME ((size_t)64 << 10) /* what may be begun in any case */

#define TO(state) (1U << (state))
#define TO_END    (TO(AGENT_STOPPING) | TO(AGENT_EXITED) | TO(AGENT_KILLED))

static const unsigned transitions[] = {
    [AGENT_STARTING] = TO(AGENT_RUNNING) | TO(AGENT_DRAINING) | TO_END,
    [AGENT_RUNNING] = TO(AGENT_DRAINING) | TO_END,
    [AGENT_DRAINING] = TO(AGENT_DRAINED) | TO_END,
    [AGENT_DRAINED] = TO_END,
    [AGENT_STOPPING] = TO(AGENT_EXITED) | TO(AGENT_KILLED),
    [AGENT_EXITED] = TO(AGENT_KILLED) | TO(AGENT_GONE),
    [AGENT_KILLED] = TO(AGENT_GONE),
    [AGENT_GONE] = 0,
};

const char *agent_state_name(AgentState state)
{
    return state_names[state];
}

const char *agent_name(const Agent *agent)
{
    static char name[384];

    snprintf(name, sizeof(name), "agent %d (%s, uid %u)", (int)agent->pid, agent->provider->name,
             (unsigned)agent->identity.uid);
    return name;
}

void agent_set_state(Agent *agent, AgentState state)
{
    assert((transitions[agent->state] & TO(state)) != 0);
    log_trace("%s: %s -> %s", agent_name(agent), state_names[agent->state], state_names[state]);
    agent->state = state;
    /* It takes no more work, and ends within its grace: another one may start. */
    if (state >= AGENT_STOPPING)
        charge_release(&agent->place);
}

/* It broke the protocol: nothing more of it is read, and nothing is given to another agent. */
static void condemn(Agent *agent, const char *why)
{
    agent->unread_go_on = false;
    agent_kill(agent, why);
}

static void kill_it(Agent *agent, LogLevel level, const char *why)
{
    AgentState before = agent->state;

    if (!agent_is_alive(agent))
        return;
    log_line(level, "%s: killed: %s", agent_name(agent), why);
    agent->why = why;
    agent_set_state(agent, AGENT_KILLED);
    if (before == AGENT_EXITED)
        return; /* no more of it is read; its pid may be another process's by now */
    /* The group holds what the provider started. It isn't there yet if the child has not reached
     * setsid(). */
    (void)kill(-agent->pid, SIGKILL);
    (void)kill(agent->pid, SIGKILL);
    cgroup_kill(&agent->server->cgroups, &agent->cgroup);
}

void agent_kill(Agent *agent, const char *why)
{
    kill_it(agent, LOG_LEVEL_WARNING, why);
}

void agent_check_idle(Agent *agent)
{
    if (agent->call_count > 0 || !list_is_empty(&agent->queue)) {
        timer_stop(&agent->idle);
        return;
    }
    timer_stop(&agent->watch);
    if (agent->state == AGENT_DRAINING || agent->state == AGENT_DRAINED) {
        payload_put_empty(stream_out(&agent->stream), FRAME_STOP, 0);
        agent->dismissed = true;
        agent_set_state(agent, AGENT_STOPPING);
        timer_start(&agent->end, agent->provider->grace);
    } else if (agent_is_open(agent) && agent->provider->retired) {
        timer_start(&agent->idle, 1); /* nothing more will come, whoever wants to be kept */
    } else if (!agent_is_idle(agent)) {
        timer_stop(&agent->idle);
    } else if (agent->provider->idle > 0) {
        timer_start(&agent->idle, agent->provider->idle);
    }
}

/* A drain is over: the rest is canceled, and killed when its grace is over too. */
static void expire(Agent *agent)
{
    agent_set_state(agent, AGENT_DRAINED);
    timer_start(&agent->end, agent->provider->grace);
    router_agent_drained(agent);
}

/* At most two agents drain for one provider and identity: the oldest goes first. */
static void limit_drains(Agent *agent)
{
    Agent *oldest = NULL;
    unsigned count = 0;

    list_for_each (link, &agent->provider->agents) {
        Agent *other = list_entry(link, Agent, provider_link);
        if (other->state != AGENT_DRAINING || !identity_equals(&other->identity, &agent->identity))
            continue;
        count++;
        if (oldest == NULL)
            oldest = other;
    }
    if (count > 2)
        expire(oldest);
}

static void drain(Agent *agent, uint64_t milliseconds)
{
    agent_set_state(agent, AGENT_DRAINING);
    timer_start(&agent->end, milliseconds);
    router_agent_draining(agent);
    agent_check_idle(agent);
}

void agent_drain(Agent *agent, const char *why)
{
    if (!agent_is_open(agent))
        return;
    log_info("%s: takes no new work: %s", agent_name(agent), why);
    drain(agent, agent->server->config->drain);
    limit_drains(agent);
}

void agent_stop(Agent *agent, uint64_t milliseconds)
{
    if (agent_is_open(agent))
        drain(agent, milliseconds);
    else if (agent->state == AGENT_DRAINING &&
             agent->end.due > uv_now(agent->server->loop) + milliseconds)
        timer_start(&agent->end, milliseconds);
}

void agent_on_idle(Timer *timer)
{
    Agent *agent = container_of(timer, Agent, idle);

    log_debug("%s: stopped: it was idle", agent_name(agent));
    agent_stop(agent, agent->provider->grace);
}

void agent_on_end(Timer *timer)
{
    Agent *agent = container_of(timer, Agent, end);

    if (agent->state == AGENT_DRAINING)
        expire(agent);
    else if (agent->state == AGENT_DRAINED)
        agent_kill(agent, "its operations have not ended");
    else
        agent_kill(agent, "it was told to stop, and didn't end");
}

/* A quarter of agentResponse to the next PING, half of it for the PONG: an agent that doesn't
 * answer is found within all of it. */
static void watch(Agent *agent)
{
    uint64_t response = agent->server->config->agent_response;

    if (response > 0)
        timer_start(&agent->watch, response / 4 + 1);
}

/* True if a PONG is overdue. */
static bool is_late(const Agent *agent)
{
    return agent->pinged != 0 &&
           uv_now(agent->server->loop) - agent->pinged >= agent->server->config->agent_response / 2;
}

/* True if a STARTED is overdue. They stand in the order in which they were sent. */
static bool has_unstarted(const Agent *agent)
{
    const Config *config = agent->server->config;

    list_for_each (link, &agent->calls) {
        const Call *call = list_entry(link, Call, agent_link);
        if (call->state == CALL_SENT)
            return uv_now(agent->server->loop) - call->sent >= config->agent_response;
    }
    return false;
}

void agent_on_watch(Timer *timer)
{
    Agent *agent = container_of(timer, Agent, watch);
    uint64_t now = uv_now(agent->server->loop);

    /* When this process was stopped or busy itself, the answer is there and not yet read. */
    if (agent_is_alive(agent) && (is_late(agent) || has_unstarted(agent)))
        stream_read_rest(&agent->stream);
    if (!agent_is_alive(agent) || agent->call_count == 0)
        return;
    if (is_late(agent) || has_unstarted(agent)) {
        agent->unread_go_on = true;
        agent_kill(agent, is_late(agent) ? "it didn't answer within 'agentResponse'"
                                         : "it didn't take an operation within 'agentResponse'");
        return;
    }
    if (agent->pinged == 0) {
        agent->pinged = now == 0 ? 1 : now;
        payload_put_empty(stream_out(&agent->stream), FRAME_PING, 0);
    }
    watch(agent);
}

/* Frames. */

static void take_hello(Agent *agent, Span payload)
{
    static char why[128];
    HelloFrame hello;

    if (payload_get_hello(payload, &hello) < 0) {
        agent_kill(agent, "its HELLO is broken");
    } else if (hello.version != FRAME_VERSION) {
        snprintf(why, sizeof(why),
                 "it speaks version %u of the protocol, and this server %d: install both from one "
                 "release",
                 hello.version, FRAME_VERSION);
        agent_kill(agent, why);
    } else if (agent->state == AGENT_STARTING) {
        agent_set_state(agent, AGENT_RUNNING);
    }
}

/* KEEP or UNLOAD: what the provider wants to become of it. */
static void take_wish(Agent *agent, const Frame *frame)
{
    if (payload_get_empty(frame->payload) < 0) {
        condemn(agent, "a KEEP or UNLOAD frame of it is broken");
    } else if (frame->type == FRAME_KEEP) {
        log_debug("%s: kept when it is idle: its provider refused to be unloaded",
                  agent_name(agent));
        agent->keep = AGENT_KEPT;
        agent_check_idle(agent);
    } else {
        agent->keep = AGENT_DISPENSABLE;
        agent_drain(agent, "the provider asked to be unloaded");
    }
}

static void take_frame(Agent *agent, const Frame *frame)
{
    const char *why = NULL;

    log_trace("%s: %s %llu (%zu bytes) from it", agent_name(agent), frame_name(frame->type),
              (unsigned long long)frame->operation, frame->payload.size);
    switch ((unsigned)frame->type) {
    case FRAME_HELLO:
        take_hello(agent, frame->payload);
        break;
    case FRAME_PONG:
        if (agent->pinged == 0)
            condemn(agent, "it sent PONG without PING");
        agent->pinged = 0;
        break;
    case FRAME_KEEP:
    case FRAME_UNLOAD:
        take_wish(agent, frame);
        break;
    default:
        if (router_agent_frame(agent, frame, &why) < 0)
            condemn(agent, why);
    }
}

void agent_charge(Agent *agent, User *user, Charge *place)
{
    agent->place = *place;
    *place = (Charge){0};
    charge_force(&agent->begun, user, QUOTA_BUFFERED, 0);
}

/* The beginning of a frame takes memory, too: many agents that never send the rest could take all.
 * Who is over the limit loses its own agent for it; one of another identity serves others. */
static void check_begun(Agent *agent)
{
    const User *user = agent->begun.user;

    charge_set(&agent->begun, agent->reader.partial.size);
    if (agent_is_heard(agent) && agent->begun.amount > LARGE_FRAME &&
        user->uid == agent->identity.uid && user_check(user, QUOTA_BUFFERED, 0) == QUOTA_OVER_USER)
        condemn(agent, "the frames that it has begun are over 'maxUserBuffered'");
}

static void on_data(Stream *stream, Span data)
{
    Agent *agent = container_of(stream, Agent, stream);
    Frame frame;
    int r = FRAME_COMPLETE;

    while (agent_is_heard(agent) && r == FRAME_COMPLETE) {
        r = frame_next(&agent->reader, &data, &frame);
        if (r == FRAME_COMPLETE)
            take_frame(agent, &frame);
        else if (r < 0)
            condemn(agent, "out of memory for its frames");
        else if (r != FRAME_MORE)
            condemn(agent, frame_error_text(r));
    }
    check_begun(agent);
}

static void on_input_end(Stream *stream)
{
    Agent *agent = container_of(stream, Agent, stream);

    /* When it was told to stop, its exit follows by itself. Otherwise it has most likely died, and
     * how is logged when that is known. */
    if (agent->state != AGENT_STOPPING)
        kill_it(agent, LOG_LEVEL_DEBUG, agent_hung_up);
}

static void on_hangup(Stream *stream, int error)
{
    (void)error;
    stream_read_rest(stream); /* a write may have failed before what it had written was read */
    on_input_end(stream);
}

static void on_sent(Stream *stream)
{
    Agent *agent = container_of(stream, Agent, stream);

    if (stream_unsent(stream) == 0)
        agent->chatter = 0;
}

const StreamEvents agent_stream_events = {
    .on_data = on_data,
    .on_end = on_input_end,
    .on_sent = on_sent,
    .on_hangup = on_hangup,
    .on_closed = agent_stream_closed,
};

/* Work. */

void agent_send_operation(Agent *agent, Call *call, Span params)
{
    const Request *request = call->request;
    OperationFrame frame = {
        .kind = call->kind,
        .flags = request->flags,
        .name_space = span_of(request->name_space),
        .class_name = span_of(call->class_name),
        .method = span_of(request->method_name),
        .base_class = span_of(request->depth == DEPTH_BASE_PROPERTIES ? request->class_name : ""),
        .params = params,
    };

    /* A buffer that can't grow ends the stream, and so the agent, which answers the call. */
    payload_put_operation(stream_out(&agent->stream), call->operation, &frame);
    call->agent = agent;
    call->sent = uv_now(agent->server->loop);
    agent->last_operation = call->operation;
    list_append(&agent->calls, &call->agent_link);
    if (++agent->call_count == 1) {
        timer_stop(&agent->idle);
        watch(agent);
    }
}

void agent_send_cancel(Agent *agent, Call *call, MI_CancellationReason reason)
{
    payload_put_cancel(stream_out(&agent->stream), call->operation,
                       &(CancelFrame){.reason = (uint32_t)reason});
}

/* Counts a frame that @agent can ask for as often as it likes. */
static void count_chatter(Agent *agent, size_t size)
{
    agent->chatter += size;
    if (agent->chatter > AGENT_MAX_CHATTER)
        agent_kill(agent, "it doesn't read what it is sent");
}

void agent_send_answer(Agent *agent, Call *call, const AnswerFrame *frame)
{
    Buffer *out = stream_out(&agent->stream);
    size_t before = out->size;

    payload_put_answer(out, call->operation, frame);
    count_chatter(agent, out->size - before);
}

void agent_send_credit(Agent *agent, Call *call, uint32_t bytes)
{
    Buffer *out = stream_out(&agent->stream);
    size_t before = out->size;

    payload_put_credit(out, call->operation, &(CreditFrame){.bytes = bytes});
    count_chatter(agent, out->size - before);
}

void agent_succeeded(Agent *agent)
{
    Health *health;

    if (agent->trial == AGENT_TRUSTED)
        return;
    agent->trial = AGENT_TRUSTED;
    health = health_find(&agent->provider->healths, &agent->identity);
    if (health == NULL)
        return;
    if (health->state == HEALTH_PROBED)
        log_info("provider '%s' (uid %u): works again", agent->provider->name,
                 (unsigned)agent->identity.uid);
    health_succeeded(health);
}

void agent_remove_call(Agent *agent, Call *call)
{
    if (call->state != CALL_QUEUED)
        agent->call_count--;
    list_unlink(&call->agent_link);
    call->agent = NULL;
    agent_check_idle(agent);
}
