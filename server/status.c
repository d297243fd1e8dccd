#include "server/status.h"

#include "server/agent.h"
#include "server/call.h"
#include "server/members.h"
#include "server/usage.h"

static void put_identity(Buffer *out, const Identity *identity)
{
    buffer_put_string(out, "\"identity\":{");
    put_number(out, "uid", identity->uid);
    buffer_put_char(out, ',');
    put_number(out, "gid", identity->gid);
    buffer_put_string(out, ",\"groups\":[");
    for (size_t i = 0; i < identity->group_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        buffer_put_u64(out, identity->groups[i]);
    }
    buffer_put_string(out, "]}");
}

/* `,"restarts":1,"lastDeath":{...}` */
static void put_deaths(Buffer *out, const Health *health, uint64_t now)
{
    const Death *last = &health->last;

    buffer_put_char(out, ',');
    put_number(out, "restarts", health->restarts);
    buffer_put_string(out, ",\"lastDeath\":{");
    put_number(out, "agoMs", now - last->at);
    buffer_put_char(out, ',');
    put_number(out, "pid", (unsigned long long)last->pid);
    buffer_put_char(out, ',');
    put_number(out, "operations", last->operations);
    buffer_put_char(out, ',');
    if (last->signal != 0)
        put_number(out, "signal", (unsigned long long)last->signal);
    else
        put_number(out, "exitStatus", (unsigned long long)last->status);
    buffer_put_char(out, ',');
    put_text(out, "message", last->how == NULL ? "" : last->how);
    buffer_put_char(out, '}');
}

static void put_agent(Buffer *out, const Agent *agent)
{
    uint64_t now = uv_now(agent->server->loop);
    const Health *health = health_find(&agent->provider->healths, &agent->identity);
    Usage usage;

    buffer_put_char(out, '{');
    put_number(out, "pid", (unsigned long long)agent->pid);
    buffer_put_char(out, ',');
    put_text(out, "provider", agent->provider->name);
    buffer_put_char(out, ',');
    put_identity(out, &agent->identity);
    buffer_put_char(out, ',');
    put_text(out, "state", agent_state_name(agent->state));
    buffer_printf(out, ",\"kept\":%s,", agent->keep == AGENT_KEPT ? "true" : "false");
    put_number(out, "operations", agent->call_count);
    buffer_put_char(out, ',');
    put_number(out, "ageMs", now - agent->started);
    if (cgroup_usage(&agent->server->cgroups, &agent->cgroup, &usage) == 0 ||
        usage_of_process(agent->pid, &usage) == 0) {
        buffer_put_char(out, ',');
        put_number(out, "memoryBytes", usage.memory);
        buffer_put_char(out, ',');
        put_number(out, "cpuMs", usage.cpu);
    }
    if (health != NULL)
        put_deaths(out, health, now);
    else
        buffer_put_string(out, ",\"restarts\":0");
    buffer_put_char(out, '}');
}

static void put_health(Buffer *out, const Server *server, const Provider *provider, Health *health)
{
    uint64_t now = uv_now(server->loop);

    (void)health_may_start(health, server->config, now);
    buffer_put_char(out, '{');
    put_text(out, "provider", provider->name);
    buffer_put_char(out, ',');
    put_identity(out, &health->identity);
    buffer_put_char(out, ',');
    put_text(out, "state", health_state_name(health->state));
    buffer_put_char(out, ',');
    put_number(out, "deaths", health->deaths);
    buffer_put_char(out, ',');
    put_number(out, "retryMs", health_rest(health, now));
    put_deaths(out, health, now);
    buffer_put_char(out, '}');
}

static void put_healths(Buffer *out, const Client *client)
{
    const Server *server = client->server;
    bool is_first = true;

    for (size_t i = 0; i < server->registry.provider_count; i++) {
        Provider *provider = server->registry.providers[i];
        list_for_each (link, &provider->healths) {
            Health *health = list_entry(link, Health, link);

            if (!client_may_see(client, health->identity.uid))
                continue;
            put_separator(out, &is_first);
            put_health(out, server, provider, health);
        }
    }
}

/* What a request is waiting for, in one word: its own state, or its call's where that says more. */
static const char *state_of(const Request *request)
{
    List *link = list_first(&request->calls);

    if (request->state == REQUEST_CANCELING || link == NULL)
        return request_state_name(request->state);
    return call_state_name(list_entry(link, Call, request_link)->state);
}

/* Whose turn it is: the provider of the first call that has not ended. */
static const char *provider_of(const Request *request)
{
    List *link = list_first(&request->calls);

    return link == NULL ? request->provider_name
                        : list_entry(link, Call, request_link)->provider->name;
}

static void put_operation(Buffer *out, const Request *request)
{
    buffer_printf(out, "{\"operation\":\"%llu\",", (unsigned long long)request->operation);
    put_text(out, "method", request->method->name);
    buffer_put_char(out, ',');
    put_text(out, "namespace", request->name_space);
    buffer_put_char(out, ',');
    put_text(out, "class", request->class_name);
    buffer_put_char(out, ',');
    put_text(out, "provider", provider_of(request));
    buffer_put_char(out, ',');
    put_number(out, "uid", request->uid);
    buffer_put_char(out, ',');
    put_text(out, "state", state_of(request));
    buffer_put_char(out, ',');
    put_number(out, "ageMs", uv_now(request->server->loop) - request->started);
    buffer_put_char(out, '}');
}

static void put_counters(Buffer *out, const ServerCounters *counters)
{
    buffer_put_char(out, '{');
    put_number(out, "requests", counters->requests);
    buffer_put_char(out, ',');
    put_number(out, "cancels", counters->cancels);
    buffer_put_char(out, ',');
    put_number(out, "cancelsIgnored", counters->cancels_ignored);
    buffer_put_char(out, ',');
    put_number(out, "reasonsUnknown", counters->reasons_unknown);
    buffer_put_char(out, ',');
    put_number(out, "resultsDropped", counters->results_dropped);
    buffer_put_char(out, ',');
    put_number(out, "answersDropped", counters->answers_dropped);
    buffer_put_char(out, ',');
    put_number(out, "notificationsIgnored", counters->notifications_ignored);
    buffer_put_char(out, '}');
}

/* What each user has in flight, and how often it was refused more. */
static void put_user(Buffer *out, const User *user)
{
    static const char *const members[QUOTA_KINDS] = {
        [QUOTA_CLIENTS] = "clients",
        [QUOTA_REQUESTS] = "operations",
        [QUOTA_AGENTS] = "agents",
        [QUOTA_BUFFERED] = "bufferedBytes",
    };

    buffer_put_char(out, '{');
    put_number(out, "uid", user->uid);
    for (size_t i = 0; i < QUOTA_KINDS; i++) {
        buffer_put_char(out, ',');
        put_number(out, members[i], user->used[i]);
    }
    buffer_put_char(out, ',');
    put_number(out, "refused", user->refused);
    buffer_put_char(out, '}');
}

static void put_users(Buffer *out, const Client *client)
{
    bool is_first = true;

    for (const User *user = client->server->quota.users; user != NULL; user = user->hh.next) {
        if (!client_may_see(client, user->uid))
            continue;
        put_separator(out, &is_first);
        put_user(out, user);
    }
}

void status_put(Buffer *out, const Client *client)
{
    const Server *server = client->server;
    bool is_first = true;

    buffer_put_string(out, "{\"agents\":[");
    list_for_each (link, &server->agents) {
        const Agent *agent = list_entry(link, Agent, link);

        if (!client_may_see(client, agent->identity.uid))
            continue;
        put_separator(out, &is_first);
        put_agent(out, agent);
    }
    buffer_put_string(out, "],\"operations\":[");
    is_first = true;
    list_for_each (link, &server->requests) {
        const Request *request = list_entry(link, Request, link);

        if (!client_may_see(client, request->uid))
            continue;
        put_separator(out, &is_first);
        put_operation(out, request);
    }
    buffer_put_string(out, "],\"health\":[");
    put_healths(out, client);
    buffer_put_string(out, "],\"users\":[");
    put_users(out, client);
    buffer_put_char(out, ']');
    if (client->access.role == ACCESS_ADMINISTRATOR) {
        buffer_put_char(out, ',');
        put_number(out, "clients", server->client_count);
        buffer_put_string(out, ",\"counters\":");
        put_counters(out, &server->counters);
    }
    buffer_put_char(out, '}');
}
