#include "server/host.h"

#include "protocol/json.h"
#include "protocol/result.h"
#include "server/agent.h"
#include "server/call.h"
#include "server/router.h"

static void put_text(Buffer *out, const char *key, const char *text)
{
    json_put_key(out, key);
    json_put_string(out, span_of(text));
}

static void put_number(Buffer *out, const char *key, unsigned long long value)
{
    json_put_key(out, key);
    buffer_put_u64(out, value);
}

/* `,` between the elements of an array. */
static void put_separator(Buffer *out, bool *is_first)
{
    if (!*is_first)
        buffer_put_char(out, ',');
    *is_first = false;
}

static void put_info(Buffer *out, const Config *config)
{
    buffer_put_string(out, "{\"name\":\"mihost\",\"version\":\"" MIHOST_VERSION
                           "\",\"protocol\":1,\"limits\":{");
    put_number(out, "maxMessage", config->max_message);
    buffer_put_char(out, ',');
    put_number(out, "maxRequests", config->max_requests);
    buffer_put_char(out, ',');
    put_number(out, "maxCollected", config->max_collected);
    buffer_put_char(out, ',');
    put_number(out, "maxBuffered", config->max_buffered);
    buffer_put_char(out, ',');
    put_number(out, "window", config->window);
    buffer_put_char(out, ',');
    put_number(out, "defaultTimeoutMs", config->default_timeout);
    buffer_put_char(out, ',');
    put_number(out, "maxTimeoutMs", config->max_timeout);
    buffer_put_string(out, "}}");
}

static void put_agent(Buffer *out, const Agent *agent)
{
    buffer_put_char(out, '{');
    put_number(out, "pid", (unsigned long long)agent->pid);
    buffer_put_char(out, ',');
    put_text(out, "provider", agent->provider->name);
    buffer_put_string(out, ",\"identity\":{");
    put_number(out, "uid", agent->identity.uid);
    buffer_put_char(out, ',');
    put_number(out, "gid", agent->identity.gid);
    buffer_put_string(out, ",\"groups\":[");
    for (size_t i = 0; i < agent->identity.group_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        buffer_put_u64(out, agent->identity.groups[i]);
    }
    buffer_put_string(out, "]},");
    put_text(out, "state", agent_state_name(agent->state));
    buffer_printf(out, ",\"kept\":%s,", agent->keep == AGENT_KEPT ? "true" : "false");
    put_number(out, "operations", agent->call_count);
    buffer_put_char(out, ',');
    put_number(out, "ageMs", uv_now(agent->server->loop) - agent->started);
    buffer_put_char(out, '}');
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

static void put_status(Buffer *out, const Server *server)
{
    bool is_first = true;

    buffer_put_string(out, "{\"agents\":[");
    list_for_each (link, &server->agents) {
        put_separator(out, &is_first);
        put_agent(out, list_entry(link, Agent, link));
    }
    buffer_put_string(out, "],\"operations\":[");
    is_first = true;
    list_for_each (link, &server->requests) {
        put_separator(out, &is_first);
        put_operation(out, list_entry(link, Request, link));
    }
    buffer_put_string(out, "],");
    put_number(out, "clients", server->client_count);
    buffer_put_string(out, ",\"counters\":");
    put_counters(out, &server->counters);
    buffer_put_char(out, '}');
}

static void put_errors(Buffer *out, const Registry *registry)
{
    buffer_put_string(out, "\"errors\":[");
    for (size_t i = 0; i < registry->error_count; i++) {
        const KeyValueError *error = &registry->errors[i];
        buffer_put_string(out, i > 0 ? ",{" : "{");
        put_text(out, "file", error->file);
        buffer_put_char(out, ',');
        put_number(out, "line", error->line);
        buffer_put_char(out, ',');
        put_text(out, "message", error->message);
        buffer_put_char(out, '}');
    }
    buffer_put_char(out, ']');
}

static void put_reloaded(Buffer *out, const Registry *registry)
{
    buffer_put_string(out, "{\"providers\":[");
    for (size_t i = 0; i < registry->provider_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        json_put_string(out, span_of(registry->providers[i]->name));
    }
    buffer_put_string(out, "],");
    put_errors(out, registry);
    buffer_put_char(out, '}');
}

static void put_provider_class(Buffer *out, const ProviderClass *class)
{
    buffer_put_char(out, '{');
    put_text(out, "name", class->name);
    buffer_put_string(out, ",\"bases\":[");
    for (size_t i = 0; i < class->base_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        json_put_string(out, span_of(class->bases[i]));
    }
    buffer_put_char(out, ']');
    if (class->left != NULL) {
        buffer_put_string(out, ",\"association\":{");
        put_text(out, "left", class->left);
        buffer_put_char(out, ',');
        put_text(out, "right", class->right);
        buffer_put_char(out, '}');
    }
    buffer_put_char(out, ',');
    if (class->hosting == HOSTING_USER)
        put_number(out, "uid", class->user.uid);
    else
        put_text(out, "hosting", "requestor");
    buffer_put_char(out, '}');
}

static void put_provider(Buffer *out, const Provider *provider)
{
    size_t agents = 0;

    list_for_each (link, &provider->agents) {
        agents++;
    }
    buffer_put_char(out, '{');
    put_text(out, "name", provider->name);
    buffer_put_char(out, ',');
    put_text(out, "namespace", provider->name_space);
    buffer_put_char(out, ',');
    put_text(out, "file", provider->file);
    buffer_put_char(out, ',');
    put_text(out, "library", provider->library);
    buffer_put_char(out, ',');
    put_text(out, "calls", provider->parallel ? "parallel" : "serial");
    buffer_put_char(out, ',');
    put_number(out, "agents", agents);
    if (provider->fault != NULL) {
        buffer_put_char(out, ',');
        put_text(out, "error", provider->fault);
    }
    buffer_put_string(out, ",\"classes\":[");
    for (size_t i = 0; i < provider->class_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        put_provider_class(out, &provider->classes[i]);
    }
    buffer_put_string(out, "]}");
}

static void put_providers(Buffer *out, const Registry *registry)
{
    buffer_put_string(out, "{\"providers\":[");
    for (size_t i = 0; i < registry->provider_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        put_provider(out, registry->providers[i]);
    }
    buffer_put_string(out, "],");
    put_errors(out, registry);
    buffer_put_char(out, '}');
}

/* host/cancel: any client's request, by the host's id. */
static bool cancel_operation(Server *server, const MethodParams *params)
{
    list_for_each (link, &server->requests) {
        Request *request = list_entry(link, Request, link);
        if (request->operation == params->operation)
            return router_cancel(request, params->reason);
    }
    return false;
}

void host_answer(Client *client, const RpcMessage *message, const Method *method,
                 const MethodParams *params)
{
    Server *server = client->server;
    Buffer *out;
    bool canceled = method->kind == METHOD_CANCEL && cancel_operation(server, params);
    bool reloaded = method->kind != METHOD_RELOAD || server_reload(server) == 0;

    /* Careful: the reload has canceled operations, and so may have closed a client that doesn't
     * read. */
    out = client_begin(client);
    if (!reloaded) {
        rpc_put_error(out, message->id, RPC_REQUEST_FAILED,
                      SPAN("the registrations could not be read: the server is out of memory"),
                      SPAN("{\"result\":1,\"resultName\":\"MI_RESULT_FAILED\"}"));
        client_end(client);
        return;
    }
    rpc_put_result_head(out, message->id);
    if (method->kind == METHOD_INFO)
        put_info(out, server->config);
    else if (method->kind == METHOD_STATUS)
        put_status(out, server);
    else if (method->kind == METHOD_PROVIDERS)
        put_providers(out, &server->registry);
    else if (method->kind == METHOD_CANCEL)
        buffer_put_string(out, canceled ? "{\"canceled\":true}" : "{\"canceled\":false}");
    else
        put_reloaded(out, &server->registry);
    buffer_put_char(out, '}');
    client_end(client);
}
