#include "server/router.h"

#include "base/log.h"
#include "protocol/result.h"
#include "server/prompt.h"

#include <stdlib.h>
#include <unistd.h>

/* Endings. */

/* Ends @call, wherever it stands. Careful: its request may be gone afterwards. */
void router_end_call(Call *call)
{
    if (call->agent != NULL)
        agent_remove_call(call->agent, call);
    list_unlink(&call->agent_link); /* it may be on its way between two agents */
    call_set_state(call, CALL_DONE);
    call_free(call);
}

/* Answers @request for a provider that will not answer any more; what it still sends is dropped. */
void router_abandon(Request *request, const Outcome *outcome)
{
    list_for_each (link, &request->calls) {
        Call *call = list_entry(link, Call, request_link);
        if (call->state != CALL_RELEASING && call->state != CALL_ABANDONED)
            call_set_state(call, CALL_ABANDONED);
        call_count(call, outcome->canceled ? TALLY_ABANDONED : TALLY_FAILED);
    }
    request_respond(request, outcome);
}

void router_give_up(Request *request, const Outcome *outcome)
{
    request_hold(request);
    list_for_each_safe (link, &request->calls) {
        Call *call = list_entry(link, Call, request_link);
        if (call->state == CALL_QUEUED) {
            router_end_call(call);
            continue;
        }
        if (call->state == CALL_SENT || call->state == CALL_RUNNING)
            agent_send_cancel(call->agent, call, MI_REASON_NONE);
        if (call->state != CALL_RELEASING)
            timer_start(&call->release, call->provider->grace);
    }
    router_abandon(request, outcome);
    request_release(request);
}

/* S6: canceled, and no result within the grace. */
static void on_grace(Timer *timer)
{
    Request *request = container_of(timer, Request, grace);
    Outcome outcome = merged_outcome(&request->merged);
    char text[512];

    outcome.canceled = outcome.abandoned = true;
    router_abandon(request, &outcome);
    list_for_each (link, &request->calls) {
        Call *call = list_entry(link, Call, request_link);
        if (call->state != CALL_ABANDONED)
            continue;
        snprintf(text, sizeof(text), "%s %s: provider '%s' has not ended it within its grace",
                 request->method->name, call->class_name, call->provider->name);
        report_request(request, text);
        agent_drain(call->agent, "an operation outlived its grace");
    }
}

/* S8: the result came, and the provider's function doesn't return; or the request was given up, and
 * it goes on. */
static void on_release_late(Timer *timer)
{
    Call *call = container_of(timer, Call, release);
    bool has_posted = call->state == CALL_RELEASING;
    char text[512];

    snprintf(text, sizeof(text), "provider '%s' %s", call->provider->name,
             has_posted ? "posted its result and holds on to the operation"
                        : "has not ended within its grace what nobody waits for");
    report_request(call->request, text);
    agent_drain(call->agent, has_posted ? "an operation outlived its result"
                                        : "an operation outlived its grace");
}

/* Dispatch: QUEUED to SENT. */

static void fail_call(Call *call, MI_Result result, const char *message)
{
    Request *request = call->request;
    Outcome outcome = outcome_failure(result, message);

    call_count(call, TALLY_FAILED);
    request_end_part(request, NULL, &outcome);
    router_end_call(call);
}

/* Careful: @call may be gone afterwards. */
static void send_call(Agent *agent, Call *call)
{
    list_unlink(&call->agent_link);
    /* An agent takes ids in rising order; a call that comes from another may be older than its
     * last.
     */
    if (call->operation <= agent->last_operation && call_renumber(call) < 0) {
        fail_call(call, MI_RESULT_FAILED, "the server is out of memory");
        return;
    }
    agent_send_operation(agent, call, call->request->params);
    call->sends++;
    call_set_state(call, CALL_SENT);
}

/* Fills the free places of @agent. */
void router_send_queued(Agent *agent)
{
    List *link;

    while (agent_is_open(agent) && agent->call_count < agent->provider->operations &&
           (link = list_first(&agent->queue)) != NULL)
        send_call(agent, list_entry(link, Call, agent_link));
}

/* An idle agent: of @user, or with NULL of anybody. */
static Agent *find_idle(Server *server, const User *user)
{
    list_for_each (link, &server->agents) {
        Agent *agent = list_entry(link, Agent, link);
        if (agent_is_idle(agent) && (user == NULL || agent->place.user == user))
            return agent;
    }
    return NULL;
}

/* Charges @user with one more agent. Where there is no place, one that is idle is told to go, and
 * makes it. */
static QuotaVerdict make_place(Server *server, User *user, Charge *place)
{
    QuotaVerdict verdict = charge_take(place, user, QUOTA_AGENTS, 1);
    Agent *idle;

    if (verdict == QUOTA_FREE)
        return verdict;
    idle = find_idle(server, verdict == QUOTA_OVER_TOTAL ? NULL : user);
    if (idle == NULL)
        return verdict;
    agent_drain(idle, "there are as many agents as may be, and it is idle");
    return charge_take(place, user, QUOTA_AGENTS, 1);
}

/* True if the health of @provider as @identity allows an agent to be started. */
static bool is_rested(Server *server, Provider *provider, const Identity *identity, char *why,
                      size_t why_size)
{
    Health *health = health_find(&provider->healths, identity);
    uint64_t now = uv_now(server->loop), rest;

    if (health == NULL || health_may_start(health, server->config, now))
        return true;
    rest = health_rest(health, now);
    snprintf(why, why_size,
             "no agent of provider '%s' is started for another %llu.%llu s, since %u have died in "
             "a row; the last one: %s",
             provider->name, (unsigned long long)rest / 1000, (unsigned long long)rest % 1000 / 100,
             health->row,
             health->last.how == NULL ? "out of memory for the reason" : health->last.how);
    return false;
}

/* An agent could not even be started: that is a death, too. */
static void note_failed_start(Server *server, Provider *provider, const Identity *identity,
                              const char *why)
{
    Health *health = health_get(&provider->healths, identity);
    Death death = {.at = uv_now(server->loop), .how = why};

    log_warning("%s", why);
    if (health != NULL)
        health_died(health, server->config, &death);
}

/* Starts an agent on behalf of @user. 0, or an MI_Result with @why set. */
static MI_Result start_agent(Server *server, Provider *provider, const Identity *identity,
                             User *user, Agent **ret, char *why, size_t why_size)
{
    Charge place = {0};
    QuotaVerdict verdict;
    uint64_t wait;

    if (provider_check_library(provider, server->config, why, why_size) < 0)
        return MI_RESULT_ACCESS_DENIED;
    verdict = make_place(server, user, &place);
    if (verdict != QUOTA_FREE) {
        user_explain(user, QUOTA_AGENTS, verdict, why, why_size);
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    if (!user_may_start(user, uv_now(server->loop), &verdict, &wait)) {
        user_explain_start(user, verdict, wait, why, why_size);
        charge_release(&place);
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    if (agent_new(server, provider, identity, ret, why, why_size) < 0) {
        charge_release(&place);
        note_failed_start(server, provider, identity, why);
        return MI_RESULT_FAILED;
    }
    agent_charge(*ret, user, &place);
    return MI_RESULT_OK;
}

/* The open agent of @provider for @identity, or a fresh one on behalf of @user. 0, or an MI_Result
 * with @why set. */
static MI_Result find_agent(Server *server, Provider *provider, const Identity *identity,
                            User *user, Agent **ret, char *why, size_t why_size)
{
    if (server->self.known && identity->uid != server->self.uid) {
        snprintf(why, why_size,
                 "this server doesn't run as root: it can host providers as uid %u only, and not "
                 "as uid %u",
                 (unsigned)server->self.uid, (unsigned)identity->uid);
        return MI_RESULT_ACCESS_DENIED;
    }
    /* It can't change groups either: what is shown is what they are. */
    if (server->self.known)
        identity = &server->self;
    list_for_each (link, &provider->agents) {
        Agent *agent = list_entry(link, Agent, provider_link);
        if (agent_is_open(agent) && identity_equals(&agent->identity, identity)) {
            *ret = agent;
            return MI_RESULT_OK;
        }
    }
    if (!is_rested(server, provider, identity, why, why_size))
        return MI_RESULT_FAILED;
    return start_agent(server, provider, identity, user, ret, why, why_size);
}

/* Gives a QUEUED call to an agent. Careful: @call may be gone afterwards. */
static void dispatch(Call *call, const Identity *identity)
{
    Request *request = call->request;
    Agent *agent;
    char why[1024];
    MI_Result result = find_agent(request->server, call->provider, identity, request->user, &agent,
                                  why, sizeof(why));

    if (result != MI_RESULT_OK) {
        fail_call(call, result, why);
        return;
    }
    call->agent = agent;
    if (agent->call_count < call->provider->operations) {
        send_call(agent, call);
    } else {
        timer_stop(&agent->idle);
        list_append(&agent->queue, &call->agent_link);
    }
}

/* Cancels. */

/* The longest grace of the providers that are still owed a result. */
static uint64_t grace_of(const Request *request)
{
    uint64_t grace = 1;

    list_for_each (link, &request->calls) {
        const Call *call = list_entry(link, Call, request_link);
        if (call->provider->grace > grace)
            grace = call->provider->grace;
    }
    return grace;
}

/* C3: what no agent has seen reaches no provider. C4: what one has is told once, in the socket's
 * order. Careful: @call and its request may be gone afterwards. */
static void cancel_call(Call *call, MI_CancellationReason reason)
{
    Outcome outcome = {.canceled = true};

    if (call->state == CALL_QUEUED) {
        request_end_part(call->request, NULL, &outcome);
        router_end_call(call);
    } else if (call->state == CALL_SENT || call->state == CALL_RUNNING) {
        agent_send_cancel(call->agent, call, reason);
        call_set_state(call, CALL_CANCELING);
    }
}

bool router_cancel(Request *request, MI_CancellationReason reason)
{
    Outcome outcome = {.canceled = true};

    if (request->state != REQUEST_RUNNING)
        return false;
    log_debug("%s: cancel (%s)", request_name(request), reason_name(reason));
    request->reason = reason;
    request->server->counters.cancels++;
    timer_stop(&request->deadline);
    prompts_withdraw(request, NULL);
    request_set_state(request, REQUEST_CANCELING);
    if (list_is_empty(&request->calls)) {
        request_respond(request, &outcome);
        return true;
    }
    timer_start(&request->grace, grace_of(request));
    request_hold(request);
    list_for_each_safe (link, &request->calls) {
        cancel_call(list_entry(link, Call, request_link), reason);
    }
    request_release(request);
    /* Careful: @request may be gone here. */
    return true;
}

static void on_deadline(Timer *timer)
{
    router_cancel(container_of(timer, Request, deadline), MI_REASON_TIMEOUT);
}

/* What one target asks for: what the request asks, or else the default, and never more than the
 * maximum (S2). */
static void set_deadline(Request *request, const Plan *plan, uint64_t asked)
{
    uint64_t timeout = asked, maximum = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const Provider *provider = plan->targets[i].provider;
        if (asked == 0 && provider->default_timeout > timeout)
            timeout = provider->default_timeout;
        if (provider->max_timeout != 0 && (maximum == 0 || provider->max_timeout < maximum))
            maximum = provider->max_timeout;
    }
    request->timeout = timeout;
    request->latest = maximum == 0 ? 0 : request->started + maximum;
    if (maximum != 0 && (timeout == 0 || timeout > maximum))
        timeout = maximum;
    if (timeout != 0)
        timer_start(&request->deadline, timeout);
}

/* Makes a call for each target. */
static int make_calls(Request *request, const Plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        Call *call;
        int r = call_new(request, plan->targets[i].provider, plan->targets[i].name, &call);
        if (r < 0)
            return r;
        timer_init(&call->release, &request->server->timers, on_release_late);
    }
    return 0;
}

/* The policy lets the client have other parts of the request, and not this one. */
static void refuse_part(Call *call, const Target *target, const Identity *requestor)
{
    const Request *request = call->request;
    char why[640];

    access_explain(requestor, target, request->method, request->name_space, request->method_name,
                   why, sizeof(why));
    fail_call(call, MI_RESULT_ACCESS_DENIED, why);
}

/* Gives each call to an agent. One for which that fails ends here. */
static void dispatch_all(Request *request, const Plan *plan, const Identity *requestor)
{
    const Target *target = plan->targets;

    request_hold(request);
    list_for_each_safe (link, &request->calls) {
        Call *call = list_entry(link, Call, request_link);

        if (target->access == TARGET_REFUSED)
            refuse_part(call, target, requestor);
        else
            dispatch(call, target->access == TARGET_AS_USER ? &target->class->user : requestor);
        target++;
    }
    request_release(request);
}

void router_start(Request *request, const Plan *plan, uint64_t timeout, const Identity *requestor)
{
    Timers *timers = &request->server->timers;
    Outcome nothing = {.posted = true};

    timer_init(&request->deadline, timers, on_deadline);
    timer_init(&request->grace, timers, on_grace);
    if (make_calls(request, plan) < 0) {
        charge_set(&request->places, request->parts); /* the others were not made */
        nothing = outcome_failure(MI_RESULT_FAILED, "the server is out of memory");
        router_give_up(request, &nothing);
    } else if (plan->count == 0) {
        request_respond(request, &nothing);
    } else {
        set_deadline(request, plan, timeout);
        dispatch_all(request, plan, requestor);
    }
    /* Careful: @request may be gone here. */
}

void router_client_gone(Client *client)
{
    Request *request, *next;

    HASH_ITER(hh, client->requests, request, next)
    {
        request_detach(request);
        router_cancel(request, MI_REASON_NONE);
    }
}

/* S7: the end of an agent answers what it owed. Careful: @call may be gone afterwards. */
static void bury_call(Call *call, const char *how)
{
    Request *request = call->request;

    Outcome outcome = {.canceled = true, .message = span_of(how)};

    if (request->state == REQUEST_RUNNING)
        outcome = outcome_failure(MI_RESULT_FAILED, how);
    call_count(call, TALLY_DIED);
    if (call->state != CALL_RELEASING && call->state != CALL_ABANDONED)
        request_end_part(request, NULL, &outcome);
    router_end_call(call);
}

/* Takes @call back from its agent, to be given to another. */
static void requeue(Call *call, List *again)
{
    agent_remove_call(call->agent, call);
    if (call->state != CALL_QUEUED)
        call_set_state(call, CALL_QUEUED);
    list_append(again, &call->agent_link);
}

/* Gives the calls of @again to other agents of the same identity. */
static void dispatch_again(List *again, const Identity *identity)
{
    List *link;

    while ((link = list_first(again)) != NULL) {
        list_unlink(link);
        dispatch(list_entry(link, Call, agent_link), identity);
    }
}

static void requeue_queue(Agent *agent, List *again)
{
    List *link;

    while ((link = list_first(&agent->queue)) != NULL)
        requeue(list_entry(link, Call, agent_link), again);
}

void router_agent_gone(Agent *agent, const char *how, bool unread_go_on)
{
    List again;

    list_init(&again);
    list_for_each_safe (link, &agent->calls) {
        Call *call = list_entry(link, Call, agent_link);
        if (unread_go_on && call->state == CALL_SENT && call->sends < CALL_MAX_SENDS)
            requeue(call, &again);
        else
            bury_call(call, how);
    }
    requeue_queue(agent, &again);
    dispatch_again(&again, &agent->identity);
}

void router_agent_draining(Agent *agent)
{
    List again;

    list_init(&again);
    requeue_queue(agent, &again);
    dispatch_again(&again, &agent->identity);
}

void router_agent_drained(Agent *agent)
{
    list_for_each_safe (link, &agent->calls) {
        router_cancel(list_entry(link, Call, agent_link)->request, MI_REASON_SERVICESTOP);
    }
}
