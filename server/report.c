#include "server/report.h"

#include "protocol/result.h"
#include "server/agent.h"
#include "server/request.h"

#include <stdio.h>

/* A warning of @uid's doing: the level at which it is logged. */
static LogLevel charge(Server *server, uid_t uid)
{
    ReportBudget *budget = &server->report_budgets[uid % REPORT_BUDGETS];
    uint64_t now = uv_now(server->loop);

    if (now - budget->since >= REPORT_PERIOD) {
        if (budget->withheld > 0)
            log_warning("uid %u: %u more warnings were withheld since then; the level debug has "
                        "each of them",
                        (unsigned)uid, budget->withheld);
        *budget = (ReportBudget){.since = now};
    }
    if (budget->written < REPORT_WARNINGS) {
        budget->written++;
        return LOG_LEVEL_WARNING;
    }
    budget->withheld++;
    server->counters.warnings_withheld++;
    return LOG_LEVEL_DEBUG;
}

static const char *provider_of(const Request *request)
{
    List *link = list_first(&request->calls);

    if (link == NULL)
        return *request->provider_name == '\0' ? NULL : request->provider_name;
    return request->parts > 1 ? NULL : list_entry(link, Call, request_link)->provider->name;
}

static const char *text_or_null(const char *text)
{
    return *text == '\0' ? NULL : text;
}

static const char *result_of(const Outcome *outcome)
{
    if (outcome->canceled)
        return "canceled";
    return outcome->invalid_params ? "invalid params" : result_name(outcome->result);
}

/* How it ended, behind the request's name, method and class. */
static void put_end(const Request *request, const Outcome *outcome, char *text, size_t size)
{
    unsigned long long age = uv_now(request->server->loop) - request->started;
    Span message =
        outcome->message.size > 0 ? outcome->message : span_of(result_text(outcome->result));

    if (outcome->canceled)
        snprintf(text, size, "canceled (%s)%s after %llu ms", reason_name(request->reason),
                 outcome->abandoned ? ", abandoned" : "", age);
    else if (outcome->result == MI_RESULT_OK && !outcome->invalid_params)
        snprintf(text, size, "done after %llu ms", age);
    else
        snprintf(text, size, "%s after %llu ms: %.*s", result_of(outcome), age,
                 (int)(message.size < size ? message.size : size), message.data);
}

void report_end(const Request *request, const Outcome *outcome)
{
    bool failed =
        !outcome->canceled && (outcome->result != MI_RESULT_OK || outcome->invalid_params);
    LogLevel level = failed ? charge(request->server, request->uid) : LOG_LEVEL_DEBUG;
    char operation[24], uid[16], pid[16], age[24], end[1024];

    if (!log_enabled(level))
        return;
    snprintf(operation, sizeof(operation), "%llu", (unsigned long long)request->operation);
    snprintf(uid, sizeof(uid), "%u", (unsigned)request->uid);
    snprintf(pid, sizeof(pid), "%d", (int)request->pid);
    snprintf(age, sizeof(age), "%llu",
             (unsigned long long)(uv_now(request->server->loop) - request->started));
    put_end(request, outcome, end, sizeof(end));
    const LogField fields[] = {
        {"MIHOST_OPERATION", operation},
        {"MIHOST_METHOD", request->method->name},
        {"MIHOST_NAMESPACE", text_or_null(request->name_space)},
        {"MIHOST_CLASS", text_or_null(request->class_name)},
        {"MIHOST_PROVIDER", provider_of(request)},
        {"MIHOST_CLIENT_UID", uid},
        {"MIHOST_CLIENT_PID", pid},
        {"MIHOST_RESULT", result_of(outcome)},
        {"MIHOST_REASON", outcome->canceled ? reason_name(request->reason) : NULL},
        {"MIHOST_DURATION_MS", age},
    };
    log_fields(level, fields, ARRAY_SIZE(fields), "%s: %s%s%s: %s", request_name(request),
               request->method->name, *request->class_name == '\0' ? "" : " ", request->class_name,
               end);
}

void report_client(const Client *client, const char *what)
{
    LogLevel level = charge(client->server, client->identity.uid);
    char uid[16], pid[16];

    if (!log_enabled(level))
        return;
    snprintf(uid, sizeof(uid), "%u", (unsigned)client->identity.uid);
    snprintf(pid, sizeof(pid), "%d", (int)client->pid);
    const LogField fields[] = {{"MIHOST_CLIENT_UID", uid}, {"MIHOST_CLIENT_PID", pid}};
    log_fields(level, fields, ARRAY_SIZE(fields), "%s: %s", client_name(client), what);
}

void report_request(const Request *request, const char *what)
{
    LogLevel level = charge(request->server, request->uid);
    char operation[24], uid[16], pid[16];

    if (!log_enabled(level))
        return;
    snprintf(operation, sizeof(operation), "%llu", (unsigned long long)request->operation);
    snprintf(uid, sizeof(uid), "%u", (unsigned)request->uid);
    snprintf(pid, sizeof(pid), "%d", (int)request->pid);
    const LogField fields[] = {
        {"MIHOST_OPERATION", operation},
        {"MIHOST_METHOD", request->method->name},
        {"MIHOST_NAMESPACE", text_or_null(request->name_space)},
        {"MIHOST_CLASS", text_or_null(request->class_name)},
        {"MIHOST_PROVIDER", provider_of(request)},
        {"MIHOST_CLIENT_UID", uid},
        {"MIHOST_CLIENT_PID", pid},
    };
    log_fields(level, fields, ARRAY_SIZE(fields), "%s: %s", request_name(request), what);
}

void report_agent(const Agent *agent, LogLevel level, const char *line)
{
    char uid[16], pid[16];

    if (!log_enabled(level))
        return;
    snprintf(uid, sizeof(uid), "%u", (unsigned)agent->identity.uid);
    snprintf(pid, sizeof(pid), "%d", (int)agent->pid);
    const LogField fields[] = {
        {"MIHOST_PROVIDER", agent->provider->name},
        {"MIHOST_AGENT_UID", uid},
        {"MIHOST_AGENT_PID", pid},
    };
    log_fields(level, fields, ARRAY_SIZE(fields), "%s", line);
}

void report_refusal(const Client *client, Span method, MI_Result result, const char *why)
{
    LogLevel level = charge(client->server, client->identity.uid);
    char uid[16], pid[16], name[64];

    client->server->counters.refused++;
    if (!log_enabled(level))
        return;
    snprintf(uid, sizeof(uid), "%u", (unsigned)client->identity.uid);
    snprintf(pid, sizeof(pid), "%d", (int)client->pid);
    snprintf(name, sizeof(name), "%.*s", (int)method.size, method.data);
    const LogField fields[] = {
        {"MIHOST_METHOD", text_or_null(name)},
        {"MIHOST_CLIENT_UID", uid},
        {"MIHOST_CLIENT_PID", pid},
        {"MIHOST_RESULT", result == MI_RESULT_OK ? "refused" : result_name(result)},
    };
    log_fields(level, fields, ARRAY_SIZE(fields), "%s: %s%srefused: %s", client_name(client), name,
               *name == '\0' ? "" : ": ", why);
}
