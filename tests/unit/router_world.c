/*
 * One loop for both sides: each turn of it runs the server, and lets the peers read. Nothing here
 * waits for a time to pass; what a test awaits comes, or the test fails at PUMP_LIMIT.
 */
#include "tests/unit/router_world.h"

#include "tests/unit/scratch.h"
#include "tests/unit/villain.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

const char *path_of(const World *world, const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", world->folder, name);
    return path;
}

const char *class_of(const char *provider)
{
    static char name[64];

    snprintf(name, sizeof(name), "X_%s", provider);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '-')
            *c = '_';
    return name;
}

void register_derived(World *world, const char *name, const char *bases, const char *more)
{
    char file[128];
    FILE *stream;

    snprintf(file, sizeof(file), "root-test/%s.reg", name);
    stream = fopen(path_of(world, file), "w");
    assert_non_null(stream);
    fprintf(stream, "LIBRARY=%s/marker\nCLASS=%s%s\n%s\n", world->folder, class_of(name), bases,
            more);
    fclose(stream);
}

void register_provider(World *world, const char *name, const char *more)
{
    register_derived(world, name, "", more);
}

void unregister_provider(World *world, const char *name)
{
    char file[128];

    snprintf(file, sizeof(file), "root-test/%s.reg", name);
    assert_int_equal(unlink(path_of(world, file)), 0);
}

int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    Config *config = &world->config;
    const char *name;

    assert_non_null(world);
    world->descriptors = count_descriptors();
    scratch_make(world->folder);
    assert_int_equal(mkdir(path_of(world, "root-test"), 0700), 0);
    assert_int_equal(config_init(config), 0);
    free(config->socket);
    free(config->agent);
    config->socket = strdup(path_of(world, "sock"));
    config->agent = strdup("/proc/self/exe");
    config->registrations[config->registration_count++] = strdup(world->folder);
    config->window = 64 << 10;
    config->backoff = 0; /* most agents here are meant to die */
    for (size_t i = 0; (name = villain_name(i)) != NULL; i++)
        register_provider(world, name, "");
    *state = world;
    return 0;
}

void start(World *world)
{
    log_init("test", LOG_LEVEL_ERROR);
    assert_int_equal(uv_loop_init(&world->loop), 0);
    assert_int_equal(server_init(&world->server, &world->loop, &world->config), 0);
    assert_int_equal(server_start(&world->server), 0);
    assert_int_equal(world->server.registry.error_count, 0);
}

time_t world_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

void turn(World *world)
{
    struct pollfd fds[MAX_PEERS + 1] = {{.fd = uv_backend_fd(&world->loop), .events = POLLIN}};
    int timeout = uv_backend_timeout(&world->loop);

    for (size_t i = 0; i < world->peer_count; i++)
        fds[i + 1] = (struct pollfd){
            .fd = world->peers[i].ended || world->peers[i].deaf ? -1 : world->peers[i].fd,
            .events = POLLIN};
    poll(fds, world->peer_count + 1, timeout < 0 || timeout > 5 ? 5 : timeout);
    uv_run(&world->loop, UV_RUN_NOWAIT);
    for (size_t i = 0; i < world->peer_count; i++)
        peer_read(&world->peers[i]);
}

Peer *peer_connect(World *world)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    Peer *peer = &world->peers[world->peer_count++];

    assert_true(world->peer_count <= MAX_PEERS);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", world->config.socket);
    peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(peer->fd >= 0);
    assert_int_equal(connect(peer->fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return peer;
}

void peer_send_bytes(World *world, Peer *peer, const char *bytes, size_t size)
{
    time_t end = world_now() + PUMP_LIMIT;

    while (size > 0) {
        ssize_t done = send(peer->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0 && errno != EAGAIN)
            fail_msg("cannot send: %s", strerror(errno));
        if (done > 0) {
            bytes += done;
            size -= (size_t)done;
        } else {
            assert_true(world_now() <= end);
            turn(world);
        }
    }
}

void peer_send(World *world, Peer *peer, const char *format, ...)
{
    char line[2048];
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    assert_true(size > 0 && (size_t)size < sizeof(line) - 1);
    for (char *c = line; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    line[size] = '\n';
    peer_send_bytes(world, peer, line, (size_t)size + 1);
}

unsigned ask_get(World *world, Peer *peer, const char *provider, const char *more)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/getInstance','params':{'namespace':'root/"
              "test','instance':{'class':'%s','properties':{}}%s}}",
              id, class_of(provider), more);
    return id;
}

unsigned ask_enumerate(World *world, Peer *peer, const char *provider, const char *more)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/enumerateInstances','params':{'namespace':"
              "'root/test','class':'%s'%s}}",
              id, class_of(provider), more);
    return id;
}

unsigned ask_invoke(World *world, Peer *peer, const char *provider, const char *more)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/invoke','params':{'namespace':'root/test',"
              "'class':'%s','method':'Run'%s}}",
              id, class_of(provider), more);
    return id;
}

void cancel(World *world, Peer *peer, unsigned id, const char *reason)
{
    peer_send(world, peer,
              "{'jsonrpc':'2.0','method':'$/cancelRequest','params':{'id':%u,'reason':'%s'}}", id,
              reason);
}

const char *await(World *world, Peer *peer, unsigned id)
{
    static char text[4096];

    pump_until(world, find_responses(peer, id, text, sizeof(text)) > 0);
    return text;
}

void expect(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in %s", part, text);
}

void expect_good(World *world, Peer *peer, unsigned id)
{
    expect(await(world, peer, id), "\"result\":");
}

void be_impatient(World *world)
{
    world->config.grace = 20;
    world->config.drain = 20;
}

Agent *only_agent(const World *world)
{
    assert_int_equal(world->server.agent_count, 1);
    return list_entry(list_first(&world->server.agents), Agent, link);
}

void make_ping_due(Agent *agent)
{
    timer_start(&agent->watch, 0);
}

void make_late(Agent *agent)
{
    agent->pinged = 1;
    while (uv_now(agent->server->loop) < 1 + agent->server->config->agent_response / 2)
        uv_update_time(agent->server->loop);
    timer_start(&agent->watch, 0);
}

void stop(World *world)
{
    if (world->server.state == SERVER_RUNNING)
        server_stop(&world->server, MI_REASON_SERVICESTOP);
    pump_until(world, world->server.state == SERVER_STOPPED && !uv_loop_alive(&world->loop));
    server_deinit(&world->server);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    world->stopped = true;
    for (size_t i = 0; i < world->peer_count; i++)
        peer_read(&world->peers[i]);
}

int world_teardown(void **state)
{
    World *world = *state;

    for (size_t i = 0; i < world->peer_count; i++)
        world->peers[i].deaf = false;
    if (!world->stopped)
        stop(world);
    for (size_t i = 0; i < world->peer_count; i++) {
        peer_check(&world->peers[i]);
        peer_close(&world->peers[i]);
        peer_forget(&world->peers[i]);
    }
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(count_descriptors(), world->descriptors);
    config_deinit(&world->config);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

bool world_begin(int argc, char **argv)
{
    uv_loop_t first;

    if (argc == 3 && strcmp(argv[0], "mihost-agent") == 0)
        villain_run(argv[1]);
    signal(SIGPIPE, SIG_IGN);
    /* libuv opens descriptors for the process with its first loop. */
    return uv_loop_init(&first) == 0 && uv_loop_close(&first) == 0;
}
