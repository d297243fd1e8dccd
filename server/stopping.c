#include "server/stopping.h"

#include "server/agent.h"
#include "server/call.h"
#include "server/router.h"

/* The provider that @request names, or NULL. */
static Provider *find_provider(const Request *request)
{
    const Registry *registry = &request->server->registry;

    for (size_t i = 0; i < registry->provider_count; i++)
        if (strcmp(registry->providers[i]->name, request->provider_name) == 0)
            return registry->providers[i];
    return NULL;
}

static void answer(Request *request)
{
    char body[48];
    Outcome outcome = {.posted = true};

    snprintf(body, sizeof(body), "{\"canceled\":%u}", request->collected_count);
    outcome.body = span_of(body);
    request_respond(request, &outcome);
}

/* True if nothing of @provider is left. */
static bool has_stopped(const Server *server, const char *name)
{
    list_for_each (link, &server->agents) {
        const Agent *agent = list_entry(link, Agent, link);
        if (agent->stopped && strcmp(agent->provider->name, name) == 0)
            return false;
    }
    return true;
}

void stopping_start(Request *request)
{
    Provider *provider = find_provider(request);
    Server *server = request->server;
    char why[384];

    timer_init(&request->deadline, &server->timers, NULL);
    timer_init(&request->grace, &server->timers, NULL);
    if (provider == NULL) {
        snprintf(why, sizeof(why), "there is no provider '%s': `mihostctl providers` lists them",
                 request->provider_name);
        Outcome outcome = outcome_failure(MI_RESULT_NOT_FOUND, why);
        request_respond(request, &outcome);
        return;
    }
    list_for_each_safe (link, &server->requests) {
        Request *other = list_entry(link, Request, link);
        if (request_concerns(other, provider) && router_cancel(other, MI_REASON_SERVICESTOP))
            request->collected_count++;
    }
    list_for_each_safe (link, &provider->agents) {
        Agent *agent = list_entry(link, Agent, provider_link);
        agent->stopped = true;
        agent_stop(agent, provider->grace);
    }
    stopping_check(server);
    /* Careful: @request may be gone here. */
}

void stopping_check(Server *server)
{
    list_for_each_safe (link, &server->requests) {
        Request *request = list_entry(link, Request, link);
        if (request->method->kind == METHOD_STOP && request->state == REQUEST_RUNNING &&
            has_stopped(server, request->provider_name))
            answer(request);
    }
}
