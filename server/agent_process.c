/*
 * The process of an agent: how it begins, and what is made of its end (a part of agent.h).
 */
#include "server/agent.h"

#include "base/log.h"
#include "protocol/payload.h"
#include "server/agent_parts.h"
#include "server/listener.h"
#include "server/report.h"
#include "server/router.h"
#include "server/spawn.h"
#include "server/stopping.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* The end. */

static void agent_free(Agent *agent)
{
    Server *server = agent->server;

    frame_reader_deinit(&agent->reader);
    charge_release(&agent->begun);
    identity_deinit(&agent->identity);
    provider_unref(agent->provider);
    free(agent);
    server->agent_count--;
    server_check_stop(server);
}

static void free_handle(Agent *agent)
{
    if (--agent->open_handles == 0)
        agent_free(agent);
}

void agent_stream_closed(Stream *stream)
{
    free_handle(container_of(stream, Agent, stream));
}

static void on_process_closed(uv_handle_t *handle)
{
    free_handle(container_of(handle, Agent, process));
}

static void on_output_closed(Output *output)
{
    free_handle(container_of(output, Agent, output));
}

static void close_handles(Agent *agent)
{
    timer_stop(&agent->idle);
    timer_stop(&agent->watch);
    timer_stop(&agent->end);
    list_unlink(&agent->link);
    list_unlink(&agent->provider_link);
    stream_close(&agent->stream);
    output_close(&agent->output);
    uv_close((uv_handle_t *)&agent->process, on_process_closed);
}

static void describe_exit(const Agent *agent, int64_t status, int signal, char *text, size_t size)
{
    const char *name = sigabbrev_np(signal);
    /* Whether we killed it or somebody else did can't be told: its connection ends before its exit
     * is seen. */
    bool has_reason = signal == SIGKILL && agent->why != NULL;
    /* What it has done wrong it may have done at its end. */
    bool has_failed = agent->why != NULL && agent->why != agent_hung_up;
    const Limits *limits = &agent->provider->limits;
    char limit[64];

    if (signal != 0 && cgroup_has_run_out_of_memory(&agent->server->cgroups, &agent->cgroup))
        snprintf(text, size, "%s was ended by signal %d (SIG%s): over 'agentMemory' (%lu bytes)",
                 agent_name(agent), signal, name == NULL ? "?" : name, limits->memory);
    else if (signal != 0)
        snprintf(text, size, "%s was ended by signal %d (SIG%s)%s%s%s", agent_name(agent), signal,
                 name == NULL ? "?" : name, has_reason ? ": " : "", has_reason ? agent->why : "",
                 limits_explain(limits, signal, limit, sizeof(limit)));
    else
        snprintf(text, size, "%s ended with exit status %lld%s%s", agent_name(agent),
                 (long long)status, has_failed ? ": " : "", has_failed ? agent->why : "");
}

/* True if the end of its process is none that anybody wanted. */
static bool is_death(const Agent *agent, bool in_order)
{
    return !in_order && !agent->dismissed && !agent->stopped &&
           agent->server->state == SERVER_RUNNING;
}

/* What this death means for the next agent. */
static void note_death(Agent *agent, int64_t status, int signal, const char *how)
{
    Provider *provider = agent->provider;
    const Config *config = agent->server->config;
    Health *health = health_get(&provider->healths, &agent->identity);
    Death death = {.at = uv_now(agent->server->loop),
                   .pid = agent->pid,
                   .operations = agent->call_count,
                   .status = status,
                   .signal = signal,
                   .how = how};

    provider->tally->deaths++;
    if (health == NULL)
        return; /* out of memory: the next one starts at once */
    health_died(health, config, &death);
    if (health_rest(health, death.at) > 0)
        log_warning("provider '%s' (uid %u): %s: %u agents have died in a row, and none is started "
                    "for %llu ms",
                    provider->name, (unsigned)agent->identity.uid, health_state_name(health->state),
                    health->row, (unsigned long long)health_rest(health, death.at));
}

/* Its process has ended, or counts as if it had; @how is a sentence. */
static void bury(Agent *agent, const char *how, bool unread_go_on)
{
    agent->provider->tally->running_agents--;
    cgroup_leave(&agent->server->cgroups, &agent->cgroup);
    agent_set_state(agent, AGENT_GONE);
    router_agent_gone(agent, how, unread_go_on);
    close_handles(agent);
    stopping_check(agent->server);
}

static void on_process_exit(uv_process_t *process, int64_t status, int signal)
{
    Agent *agent = container_of(process, Agent, process);
    bool in_order = agent->state == AGENT_STOPPING && status == 0 && signal == 0;
    char how[640];

    if (agent_is_alive(agent))
        agent_set_state(agent, AGENT_EXITED);
    if (agent_is_heard(agent))
        stream_read_rest(&agent->stream);
    output_read_rest(&agent->output); /* its last words come before the news of its end */
    describe_exit(agent, status, signal, how, sizeof(how));
    report_agent(agent, in_order ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, how);
    if (is_death(agent, in_order))
        note_death(agent, status, signal, how);
    /* What the provider has started goes with it. */
    (void)kill(-agent->pid, SIGKILL);
    bury(agent, how, agent->unread_go_on);
}

void agent_forsake(Agent *agent)
{
    char how[512];

    if (agent->state != AGENT_KILLED)
        return;
    snprintf(how, sizeof(how), "%s could not be ended by SIGKILL: it is in state %c, see proc(5)",
             agent_name(agent), usage_state_of_process(agent->pid));
    log_error("%s: it is left behind", how);
    bury(agent, how, false);
}

/* The beginning. */

/* What an agent collects goes in one frame. */
static uint32_t collected_of(const Config *config)
{
    const uint32_t most = FRAME_MAX_PAYLOAD / 2;

    return config->max_collected < most ? (uint32_t)config->max_collected : most;
}

static void send_config(Agent *agent)
{
    Provider *provider = agent->provider;
    Buffer *out = stream_out(&agent->stream);
    ConfigFrame config = {
        .drop = geteuid() == 0,
        .uid = agent->identity.uid,
        .gid = agent->identity.gid,
        .group_count = (uint32_t)agent->identity.group_count,
        .parallel = provider->parallel,
        .operations = (uint32_t)provider->operations,
        .window = (uint32_t)agent->server->config->window,
        .parent = (uint32_t)getpid(),
        .log_level = (uint8_t)agent->server->config->log_level,
        .collected = collected_of(agent->server->config),
        .new_privileges = provider->new_privileges,
        .provider = span_of(provider->name),
        .library = span_of(provider->library),
    };

    payload_put_hello(out, &(HelloFrame){.version = FRAME_VERSION});
    payload_put_config(out, &config, agent->identity.groups);
}

/* Sets its limits, before CONFIG lets it load the provider's code. */
static int confine(Agent *agent, char *why, size_t why_size)
{
    Cgroups *cgroups = &agent->server->cgroups;
    const Provider *provider = agent->provider;
    char what[256];
    int r =
        cgroup_enter(cgroups, &agent->cgroup, &provider->limits, agent->pid, what, sizeof(what));

    if (r == 0)
        r = limits_set(agent->pid, &provider->limits, cgroups->controllers, what, sizeof(what));
    if (r < 0)
        snprintf(why, why_size, "cannot start an agent for provider '%s': %s", provider->name,
                 what);
    return r;
}

/* A line of its output. */
static void on_line(Lines *lines, LogLevel level, Span text)
{
    Output *output = container_of(lines, Output, lines);
    const Agent *agent = container_of(output, Agent, output);
    char line[LINES_MAX_SIZE + 256];

    snprintf(line, sizeof(line), "%s: %.*s", agent_name(agent), (int)text.size, text.data);
    report_agent(agent, level, line);
}

/* Makes its process, and our ends of what leads there. What was opened is closed again if that
 * fails, in its time. */
static int start_process(Agent *agent)
{
    Server *server = agent->server;
    Spawn spawn = {.config = server->config,
                   .address = server->listener == NULL ? server->config->socket
                                                       : listener_path(server->listener),
                   .provider = agent->provider->name,
                   .identity = &agent->identity,
                   .on_exit = on_process_exit};
    int sockets[2], r;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return -errno;
    r = fcntl(sockets[0], F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
    if (r == 0)
        r = stream_init(&agent->stream, &server->streams, sockets[0], STREAM_IN_TURN,
                        &agent_stream_events);
    if (r < 0) {
        close(sockets[0]);
        close(sockets[1]);
        return r;
    }
    agent->open_handles++;
    spawn.socket = sockets[1];
    r = output_open(&agent->output, &server->timers, server->config->agent_output, on_line,
                    on_output_closed, &spawn.output);
    if (r == 0) {
        agent->open_handles++;
        r = spawn_agent(server->loop, &agent->process, &spawn);
        agent->open_handles++; /* libuv wants one that was not started closed all the same */
        close(spawn.output);
        if (r < 0) {
            output_close(&agent->output);
            uv_close((uv_handle_t *)&agent->process, on_process_closed);
        }
    }
    close(sockets[1]);
    if (r < 0)
        stream_close(&agent->stream);
    return r;
}

/* An agent without a process, in the lists. */
static int agent_make(Server *server, Provider *provider, const Identity *identity, Agent **ret)
{
    Agent *agent = calloc(1, sizeof(*agent));

    if (agent == NULL || identity_copy(identity, &agent->identity) < 0) {
        free(agent);
        return -ENOMEM;
    }
    agent->server = server;
    agent->provider = provider_ref(provider);
    agent->started = uv_now(server->loop);
    frame_reader_init(&agent->reader, FRAME_FROM_AGENT);
    list_init(&agent->queue);
    list_init(&agent->calls);
    timer_init(&agent->idle, &server->timers, agent_on_idle);
    timer_init(&agent->watch, &server->timers, agent_on_watch);
    timer_init(&agent->end, &server->timers, agent_on_end);
    list_append(&server->agents, &agent->link);
    list_append(&provider->agents, &agent->provider_link);
    server->agent_count++;
    *ret = agent;
    return 0;
}

int agent_new(Server *server, Provider *provider, const Identity *identity, Agent **ret, char *why,
              size_t why_size)
{
    Agent *agent = NULL;
    Health *health;
    int r = agent_make(server, provider, identity, &agent);

    if (r == 0)
        r = start_process(agent);
    if (r < 0) {
        snprintf(why, why_size, "cannot start an agent for provider '%s': %s: %s%s", provider->name,
                 server->config->agent, uv_strerror(r),
                 r == -EAGAIN   ? ": as many processes are running as may (TasksMax, RLIMIT_NPROC)"
                 : r == -EMFILE ? ": as many are open as may (LimitNOFILE, RLIMIT_NOFILE)"
                                : "");
        if (agent != NULL) {
            list_unlink(&agent->link);
            list_unlink(&agent->provider_link);
            if (agent->open_handles == 0)
                agent_free(agent);
        }
        return r;
    }
    agent->pid = agent->process.pid;
    provider->tally->starts++;
    provider->tally->running_agents++;
    r = confine(agent, why, why_size);
    if (r < 0) {
        agent->dismissed = true; /* who is told of it here needs no second death */
        agent_kill(agent, "its limits could not be set");
        return r;
    }
    health = health_find(&provider->healths, identity);
    if (health != NULL) {
        agent->trial = AGENT_ON_TRIAL;
        health_started(health);
    }
    send_config(agent);
    agent_check_idle(agent);
    log_debug("%s: started", agent_name(agent));
    *ret = agent;
    return 0;
}
