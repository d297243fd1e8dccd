#include "server/server.h"

#include "base/log.h"
#include "server/agent.h"
#include "server/call.h"
#include "server/client.h"
#include "server/listener.h"
#include "server/reconfigure.h"
#include "server/router.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define REST_TIME   10000 /* ms */
#define LAST_MOMENT 1000  /* ms that what is killed has to end */
#define STOP_MARGIN 5000  /* ms beyond stopTime that the end may take */

#define AGENT_DESCRIPTORS 512 /* room for those that lead to agents: two each, and some */

static void on_signal(uv_signal_t *handle, int number)
{
    Server *server = handle->data;

    switch (number) {
    case SIGHUP:
        (void)server_reload(server);
        break;
    case SIGPWR:
        server_stop(server, MI_REASON_SHUTDOWN);
        break;
    default:
        server_stop(server, MI_REASON_SERVICESTOP);
        break;
    }
}

static int watch_signals(Server *server)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGPWR};
    _Static_assert(ARRAY_SIZE(numbers) == ARRAY_SIZE(((Server *)0)->signals), "one handle each");

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        int r = uv_signal_init(server->loop, &server->signals[i]);
        if (r < 0)
            return r;
        server->signal_count++;
        server->signals[i].data = server;
        r = uv_signal_start(&server->signals[i], on_signal, numbers[i]);
        if (r < 0)
            return r;
        uv_unref((uv_handle_t *)&server->signals[i]);
    }
    return 0;
}

/* Everything that keeps libuv's loop from ending. */
static void close_handles(Server *server)
{
    timer_stop(&server->stop_timer);
    timer_stop(&server->rest_timer);
    manager_deinit(&server->manager);
    server->listener = listener_close(server->listener);
    while (server->signal_count > 0)
        uv_close((uv_handle_t *)&server->signals[--server->signal_count], NULL);
    timers_close(&server->timers);
    stream_loop_close(&server->streams);
}

static void on_stop_time(Timer *timer);
static void on_rest(Timer *timer);

int server_init(Server *server, uv_loop_t *loop, const Config *config)
{
    int r;

    *server = (Server){.loop = loop, .config = config, .cgroups = {.folder = -1}};
    server->start_time = (uint64_t)time(NULL); /* the time of day: for the metrics */
    list_init(&server->clients);
    list_init(&server->agents);
    list_init(&server->requests);
    quota_init(&server->quota, config);
    registry_init(&server->registry);
    r = timers_init(&server->timers, loop);
    if (r < 0)
        return r;
    timer_init(&server->stop_timer, &server->timers, on_stop_time);
    timer_init(&server->rest_timer, &server->timers, on_rest);
    manager_init(&server->manager, &server->timers);
    r = stream_loop_init(&server->streams, loop);
    if (r < 0) {
        manager_deinit(&server->manager);
        timers_close(&server->timers);
        return r;
    }
    stream_loop_reserve(&server->streams, config->max_clients + AGENT_DESCRIPTORS);
    r = watch_signals(server);
    if (r < 0) {
        close_handles(server);
        server->state = SERVER_STOPPED;
    }
    return r;
}

/* A registration that is gone stops its provider (S3); one that changed lets the old agents finish.
 */
static void on_retired(void *data, Provider *provider, bool removed)
{
    Server *server = data;
    List before, *first;

    log_info("provider '%s': its registration %s", provider->name,
             removed ? "is gone: its operations are canceled"
                     : "changed: new requests go to a fresh agent");
    list_for_each_safe (link, &server->requests) {
        Request *request = list_entry(link, Request, link);
        if (removed && request_concerns(request, provider))
            router_cancel(request, MI_REASON_SERVICESTOP);
    }
    /* Only those of now: what waits for one of them goes to a fresh agent, which is not to drain.
     */
    list_init(&before);
    while ((first = list_first(&provider->agents)) != NULL) {
        list_unlink(first);
        list_append(&before, first);
    }
    while ((first = list_first(&before)) != NULL) {
        list_unlink(first);
        list_append(&provider->agents, first);
        agent_drain(list_entry(first, Agent, provider_link), "its registration changed");
    }
}

/* Who reads the registrations again has looked after what didn't work. */
static void forgive(const Registry *registry, uint64_t now)
{
    for (size_t i = 0; i < registry->provider_count; i++)
        list_for_each (link, &registry->providers[i]->healths) {
            health_forgive(list_entry(link, Health, link), now);
        }
}

static int load_registrations(Server *server)
{
    const Registry *registry = &server->registry;
    char text[KEYVALUE_ERROR_SIZE];

    if (registry_load(&server->registry, server->config, on_retired, server) < 0) {
        log_error("the registrations could not be read: out of memory; the old ones stay in force");
        return -ENOMEM;
    }
    forgive(registry, uv_now(server->loop));
    for (size_t i = 0; i < registry->error_count; i++)
        log_warning("%s", keyvalue_describe(&registry->errors[i], text));
    for (size_t i = 0; i < registry->provider_count; i++) {
        Provider *provider = registry->providers[i];

        if (provider->inproc)
            log_info("provider '%s' asks for @inproc@: it is hosted in an agent like any other",
                     provider->name);
        if (provider_check_library(provider, server->config, text, sizeof(text)) ==
            PROVIDER_LIBRARY_LOST)
            log_warning("%s: %s", provider->file, text);
    }
    log_info("%zu providers are registered, with %zu mistakes", registry->provider_count,
             registry->error_count);
    return 0;
}

static void tell_ready(Server *server)
{
    char status[128];

    snprintf(status, sizeof(status), "%zu providers are registered, with %zu mistakes",
             server->registry.provider_count, server->registry.error_count);
    manager_ready(&server->manager, status);
}

int server_reload(Server *server)
{
    bool is_running = server->state == SERVER_RUNNING;
    int r;

    if (is_running)
        manager_reloading(&server->manager);
    reconfigure(server);
    r = load_registrations(server);
    if (r == 0)
        review_clients(server);
    if (is_running)
        tell_ready(server);
    return r;
}

int server_start(Server *server)
{
    char text[KEYVALUE_ERROR_SIZE];
    KeyValueError error;
    int r = load_registrations(server);

    if (r == 0 && geteuid() != 0)
        r = identity_from_process(&server->self);
    if (r == 0)
        r = cgroups_init(&server->cgroups, server->config->cgroup);
    if (r < 0)
        return r;
    r = listener_new(server, server->config->socket, &server->listener);
    if (r < 0)
        return r;
    if (config_try_agent(server->config, &error) < 0)
        log_warning("%s", keyvalue_describe(&error, text));
    if (geteuid() != 0)
        log_info("not running as root: providers are hosted for uid %u alone", (unsigned)geteuid());
    tell_ready(server);
    return 0;
}

static void kill_agents(Server *server)
{
    server->state = SERVER_KILLING;
    timer_start(&server->stop_timer, LAST_MOMENT);
    list_for_each (link, &server->agents) {
        agent_kill(list_entry(link, Agent, link), "the server stops");
    }
}

/* Most of 'stopTime' is over, or all of it. */
static void on_stop_time(Timer *timer)
{
    Server *server = container_of(timer, Server, stop_timer);

    if (server->state == SERVER_STOPPING) {
        log_warning("stopping takes as long as 'stopTime': what is left is killed");
        kill_agents(server);
    } else {
        list_for_each_safe (link, &server->agents) {
            agent_forsake(list_entry(link, Agent, link));
        }
    }
    server_check_stop(server);
}

/* What a burst took lies between what is still in use, and the C library gives back none of it by
 * itself: an idle server would keep the size of its busiest moment. */
static void on_rest(Timer *timer)
{
    Server *server = container_of(timer, Server, rest_timer);

    if (server->request_count > 0)
        timer_start(timer, REST_TIME);
    else
        (void)malloc_trim(0);
}

void server_rest(Server *server)
{
    if (server->state == SERVER_RUNNING && !timer_is_running(&server->rest_timer))
        timer_start(&server->rest_timer, REST_TIME);
}

void server_stop(Server *server, MI_CancellationReason reason)
{
    uint64_t time = server->config->stop_time;

    if (server->state == SERVER_STOPPING) {
        log_info("asked again to stop: what is left is killed");
        kill_agents(server);
    }
    if (server->state != SERVER_RUNNING) {
        server_check_stop(server);
        return;
    }
    timer_stop(&server->rest_timer);
    log_info("stopping: %zu operations are canceled, %zu agents are stopped", server->request_count,
             server->agent_count);
    server->state = SERVER_STOPPING;
    server->stop_reason = reason;
    manager_stopping(&server->manager, time + STOP_MARGIN);
    server->listener = listener_close(server->listener);
    list_for_each_safe (link, &server->requests) {
        router_cancel(list_entry(link, Request, link), reason);
    }
    /* A grace for providers to end what was canceled, but at most half of the time, so that some is
     * left for their agents to end. */
    list_for_each_safe (link, &server->agents) {
        Agent *agent = list_entry(link, Agent, link);
        uint64_t grace = agent->provider->grace;
        agent_stop(agent, grace < time / 2 ? grace : time / 2);
    }
    /* Those that are killed have to end within the time, too; unless it is very short. */
    timer_start(&server->stop_timer, time - (time / 4 < LAST_MOMENT ? time / 4 : LAST_MOMENT));
    server_check_stop(server);
}

/* True if all that clients are owed was sent. */
static bool all_is_said(const Server *server)
{
    list_for_each (link, &server->clients) {
        const Client *client = list_entry(link, Client, link);
        if (client->request_count > 0 || outbox_unsent(&client->outbox) > 0)
            return false;
    }
    return true;
}

void server_check_stop(Server *server)
{
    bool over = server->state == SERVER_KILLING;

    if (server->state != SERVER_STOPPING && !over)
        return;
    if (!list_is_empty(&server->agents) || (!over && !all_is_said(server)))
        return;
    list_for_each_safe (link, &server->clients) {
        Client *client = list_entry(link, Client, link);
        client_send_rest(client); /* the answers of those that were killed */
        client_close(client, "the server stops");
    }
    if (server->client_count > 0 || server->agent_count > 0 || server->request_count > 0)
        return;
    server->state = SERVER_STOPPED;
    log_info("stopped");
    close_handles(server);
}

void server_deinit(Server *server)
{
    assert(list_is_empty(&server->clients) && list_is_empty(&server->agents));
    quota_deinit(&server->quota);
    registry_deinit(&server->registry);
    if (server->own_config != NULL)
        config_deinit(server->own_config);
    free(server->own_config);
    cgroups_deinit(&server->cgroups);
    identity_deinit(&server->self);
    buffer_deinit(&server->body);
}
