#include "server/host.h"

#include "protocol/json.h"
#include "protocol/result.h"
#include "server/agent.h"
#include "server/members.h"
#include "server/metrics.h"
#include "server/response.h"
#include "server/router.h"
#include "server/status.h"

static void put_info(Buffer *out, const Config *config)
{
    const struct {
        const char *name;
        unsigned long value;
    } limits[] = {
        {"maxMessage", config->max_message},
        {"maxRequests", config->max_requests},
        {"maxUserRequests", config->max_user_requests},
        {"maxCollected", config->max_collected},
        {"maxBuffered", config->max_buffered},
        {"maxUserBuffered", config->max_user_buffered},
        {"maxUserClients", config->max_user_clients},
        {"maxUserAgents", config->max_user_agents},
        {"window", config->window},
        {"defaultTimeoutMs", config->default_timeout},
        {"maxTimeoutMs", config->max_timeout},
    };
    bool is_first = true;

    buffer_put_string(out, "{\"name\":\"mihost\",\"version\":\"" MIHOST_VERSION
                           "\",\"protocol\":1,\"limits\":{");
    for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
        put_separator(out, &is_first);
        put_number(out, limits[i].name, limits[i].value);
    }
    buffer_put_string(out, "}}");
}

static void put_error(Buffer *out, const KeyValueError *error, bool *is_first)
{
    put_separator(out, is_first);
    buffer_put_char(out, '{');
    put_text(out, "file", error->file);
    buffer_put_char(out, ',');
    put_number(out, "line", error->line);
    buffer_put_char(out, ',');
    put_text(out, "message", error->message);
    buffer_put_char(out, '}');
}

/* What was wrong when configuration and registrations were read last. */
static void put_errors(Buffer *out, const Server *server)
{
    bool is_first = true;

    buffer_put_string(out, "\"errors\":[");
    if (*server->config_error.message != '\0')
        put_error(out, &server->config_error, &is_first);
    for (size_t i = 0; i < server->registry.error_count; i++)
        put_error(out, &server->registry.errors[i], &is_first);
    buffer_put_char(out, ']');
}

static void put_reloaded(Buffer *out, const Server *server)
{
    const Registry *registry = &server->registry;

    buffer_put_string(out, "{\"providers\":[");
    for (size_t i = 0; i < registry->provider_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        json_put_string(out, span_of(registry->providers[i]->name));
    }
    buffer_put_string(out, "],");
    put_errors(out, server);
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

static void put_providers(Buffer *out, const Server *server)
{
    const Registry *registry = &server->registry;

    buffer_put_string(out, "{\"providers\":[");
    for (size_t i = 0; i < registry->provider_count; i++) {
        if (i > 0)
            buffer_put_char(out, ',');
        put_provider(out, registry->providers[i]);
    }
    buffer_put_string(out, "],");
    put_errors(out, server);
    buffer_put_char(out, '}');
}

/* The request with this operation, or NULL. */
static Request *find_request(const Server *server, uint64_t operation)
{
    list_for_each (link, &server->requests) {
        Request *request = list_entry(link, Request, link);
        if (request->operation == operation)
            return request;
    }
    return NULL;
}

/* host/cancel: any request of the same user, by the host's id; an administrator's of any. */
static void cancel_operation(Client *client, const RpcMessage *message, const MethodParams *params)
{
    Request *request = find_request(client->server, params->operation);
    bool canceled = false;
    Buffer *out;
    char why[160];

    if (request != NULL && !client_may_see(client, request->uid)) {
        snprintf(why, sizeof(why),
                 "uid %u may not cancel operation %llu, which is not its own: it is for root and "
                 "those whom 'administrators' of mihostd.conf names",
                 (unsigned)client->identity.uid, (unsigned long long)params->operation);
        report_refusal(client, message->method, MI_RESULT_ACCESS_DENIED, why);
        response_refuse(client, message->id, MI_RESULT_ACCESS_DENIED, why);
        return;
    }
    if (request != NULL)
        canceled = router_cancel(request, params->reason);
    /* Careful: that may have closed a client that doesn't read. */
    out = client_begin(client, OUTBOX_SMALL);
    rpc_put_result_head(out, message->id);
    buffer_put_string(out, canceled ? "{\"canceled\":true}}" : "{\"canceled\":false}}");
    client_end(client);
}

static void put_metrics(Buffer *out, const Server *server)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    metrics_put(&text, server);
    out->failed = out->failed || buffer_failed(&text);
    buffer_put_char(out, '{');
    put_text(out, "contentType", METRICS_TYPE);
    buffer_put_char(out, ',');
    json_put_key(out, "text");
    json_put_string(out, buffer_span(&text));
    buffer_put_char(out, '}');
}

/* What grows with what there is; but host/status is for who wonders what else is there. */
static bool is_large(MethodKind kind)
{
    return kind == METHOD_METRICS || kind == METHOD_PROVIDERS;
}

void host_answer(Client *client, const RpcMessage *message, const Method *method,
                 const MethodParams *params)
{
    Server *server = client->server;
    Buffer *out;
    bool reloaded = true;

    if (method->kind == METHOD_CANCEL) {
        cancel_operation(client, message, params);
        return;
    }
    if (method->kind == METHOD_RELOAD)
        reloaded = server_reload(server) == 0;
    /* Careful: the reload has canceled operations, and so may have closed a client that doesn't
     * read. */
    out = client_begin(client, is_large(method->kind) ? OUTBOX_BULK : OUTBOX_SMALL);
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
        status_put(out, client);
    else if (method->kind == METHOD_METRICS)
        put_metrics(out, server);
    else if (method->kind == METHOD_PROVIDERS)
        put_providers(out, server);
    else
        put_reloaded(out, server);
    buffer_put_char(out, '}');
    client_end(client);
}
