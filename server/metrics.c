#include "server/metrics.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

/* `# TYPE mihost_x counter` and `# HELP ...`: what stands before the samples of a family. */
static void put_family(Buffer *out, const char *name, const char *type, const char *help)
{
    buffer_printf(out, "# TYPE mihost_%s %s\n# HELP mihost_%s %s\n", name, type, name, help);
}

static void put_counter(Buffer *out, const char *name, uint64_t value, const char *help)
{
    put_family(out, name, "counter", help);
    buffer_printf(out, "mihost_%s_total %llu\n", name, (unsigned long long)value);
}

static void put_gauge(Buffer *out, const char *name, uint64_t value, const char *help)
{
    put_family(out, name, "gauge", help);
    buffer_printf(out, "mihost_%s %llu\n", name, (unsigned long long)value);
}

/* The value of a label. */
static void put_value(Buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '"')
            buffer_put_char(out, '\\');
        if (*text == '\n')
            buffer_put_string(out, "\\n");
        else
            buffer_put_char(out, *text);
    }
}

/* `mihost_provider_NAME{namespace="N",provider="P"`: more labels, or the brace, follow. */
static void put_sample(Buffer *out, const Provider *provider, const char *name)
{
    buffer_printf(out, "mihost_provider_%s{namespace=\"", name);
    put_value(out, provider->name_space);
    buffer_put_string(out, "\",provider=\"");
    put_value(out, provider->name);
    buffer_put_char(out, '"');
}

static void put_number(Buffer *out, const Provider *provider, const char *name, uint64_t value)
{
    put_sample(out, provider, name);
    buffer_printf(out, "} %llu\n", (unsigned long long)value);
}

static void put_calls(Buffer *out, const Provider *provider)
{
    for (TallyEnd end = 0; end < TALLY_ENDS; end++) {
        put_sample(out, provider, "calls_total");
        buffer_printf(out, ",outcome=\"%s\"} %llu\n", tally_end_name(end),
                      (unsigned long long)provider->tally->calls[end]);
    }
}

static void put_running_calls(Buffer *out, const Provider *provider)
{
    put_number(out, provider, "running_calls", provider->tally->running_calls);
}

static void put_running_agents(Buffer *out, const Provider *provider)
{
    put_number(out, provider, "running_agents", provider->tally->running_agents);
}

static void put_starts(Buffer *out, const Provider *provider)
{
    put_number(out, provider, "agent_starts_total", provider->tally->starts);
}

static void put_deaths(Buffer *out, const Provider *provider)
{
    put_number(out, provider, "agent_deaths_total", provider->tally->deaths);
}

static void put_instances(Buffer *out, const Provider *provider)
{
    put_number(out, provider, "instances_total", provider->tally->instances);
}

/* Seconds, to the nanosecond: no digit is lost on the way through a double. */
static void put_seconds(Buffer *out, uint64_t nanoseconds)
{
    buffer_printf(out, "%llu.%09llu", (unsigned long long)(nanoseconds / 1000000000),
                  (unsigned long long)(nanoseconds % 1000000000));
}

/* A bucket's bound as the standard writes it, with a point or an exponent: "1.0". Readers compare
 * it as text, and some refuse another spelling. */
static void put_bound(Buffer *out, uint64_t nanoseconds)
{
    char text[32];

    snprintf(text, sizeof(text), "%g", (double)nanoseconds / 1e9);
    buffer_printf(out, ",le=\"%s%s\"} ", text, strpbrk(text, ".e") == NULL ? ".0" : "");
}

static void put_durations(Buffer *out, const Provider *provider)
{
    const Tally *tally = provider->tally;
    uint64_t count = 0;

    for (size_t i = 0; i < TALLY_BUCKETS; i++) {
        count += tally->buckets[i];
        put_sample(out, provider, "call_duration_seconds_bucket");
        put_bound(out, tally_bounds[i]);
        buffer_printf(out, "%llu\n", (unsigned long long)count);
    }
    count += tally->buckets[TALLY_BUCKETS];
    put_sample(out, provider, "call_duration_seconds_bucket");
    buffer_printf(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)count);
    put_sample(out, provider, "call_duration_seconds_sum");
    buffer_put_string(out, "} ");
    put_seconds(out, tally->nanoseconds);
    buffer_put_char(out, '\n');
    put_number(out, provider, "call_duration_seconds_count", count);
}

/* The families that have samples of each provider. */
static const struct {
    const char *name, *type, *help;
    void (*put)(Buffer *out, const Provider *provider);
} families[] = {
    {"provider_calls", "counter", "Calls that have ended, by how.", put_calls},
    {"provider_call_duration_seconds", "histogram",
     "How long calls took, from the request to the provider's result.", put_durations},
    {"provider_running_calls", "gauge", "Calls that are not released yet.", put_running_calls},
    {"provider_instances", "counter", "Instances that came from the provider.", put_instances},
    {"provider_running_agents", "gauge", "Agent processes that run.", put_running_agents},
    {"provider_agent_starts", "counter", "Agent processes that were started.", put_starts},
    {"provider_agent_deaths", "counter", "Agent processes that ended, and were not to.",
     put_deaths},
};

/* True if an earlier provider has the same tally, and so the same labels. */
static bool is_told(const Registry *registry, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (registry->providers[i]->tally == registry->providers[index]->tally)
            return true;
    return false;
}

static void put_providers(Buffer *out, const Registry *registry)
{
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        put_family(out, families[i].name, families[i].type, families[i].help);
        for (size_t j = 0; j < registry->provider_count; j++)
            if (!is_told(registry, j))
                families[i].put(out, registry->providers[j]);
    }
}

void metrics_put(Buffer *out, const Server *server)
{
    const ServerCounters *counters = &server->counters;

    put_family(out, "build_info", "gauge", "The version of mihostd; always 1.");
    buffer_put_string(out, "mihost_build_info{version=\"" MIHOST_VERSION "\"} 1\n");
    put_gauge(out, "start_time_seconds", server->start_time, "When mihostd started, Unix time.");
    put_gauge(out, "clients", server->client_count, "Connections.");
    put_counter(out, "connections", server->next_client, "Connections that were accepted.");
    put_gauge(out, "running_requests", server->request_count, "Requests that are not done.");
    put_counter(out, "requests", counters->requests, "Requests that were taken on.");
    put_counter(out, "refused_requests", counters->refused, "Requests that were not.");
    put_counter(out, "cancels", counters->cancels, "Cancels that took effect.");
    put_counter(out, "ignored_cancels", counters->cancels_ignored,
                "Cancels of what is unknown, ended, or canceled already.");
    put_counter(out, "unknown_reasons", counters->reasons_unknown,
                "Cancels with a reason that there is none.");
    put_counter(out, "dropped_results", counters->results_dropped,
                "Results that came after the client had been answered.");
    put_counter(out, "dropped_answers", counters->answers_dropped,
                "Answers of clients to what was not asked.");
    put_counter(out, "ignored_notifications", counters->notifications_ignored,
                "Notifications of clients that nobody knows.");
    put_counter(out, "withheld_warnings", counters->warnings_withheld,
                "Failures that were over their user's budget of warnings in the log.");
    put_counter(out, "lost_log_lines", log_lost(), "Lines of the log that nobody read.");
    put_gauge(out, "running_agents", server->agent_count, "Agent processes.");
    put_gauge(out, "providers", server->registry.provider_count, "Registrations in force.");
    put_gauge(out, "registration_errors", server->registry.error_count,
              "Mistakes in registrations, at the last reload.");
    put_providers(out, &server->registry);
    buffer_put_string(out, "# EOF\n");
}
