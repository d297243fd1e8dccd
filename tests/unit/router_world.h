/*
 * The world of a test of the router: a server in this process, clients, and villains for agents.
 *
 * The server runs on a loop that the test pumps; its agents are the test's own program, started
 * again (tests/unit/villain.h). A provider is called as its agent behaves. Every line that a client
 * gets must be JSON, and every request that it sent must have exactly one response. The end of a
 * test is a test of its own: the stop ends with an empty loop, no child is left, and as many
 * descriptors are open as before.
 */
#pragma once

#include "protocol/json.h"
#include "server/agent.h"
#include "server/client.h"
#include "server/request.h"
#include "server/server.h"

#include "tests/support/cmocka.h"
#include "tests/unit/villain.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_PEERS  8
#define PUMP_LIMIT 60 /* s: a test that is still waiting has failed */

/* Where in Peer.got a response lies. */
typedef struct Response {
    unsigned long id;
    size_t begin, size;
} Response;

/* A client's end. */
typedef struct Peer {
    int fd;           /* -1: closed */
    Buffer got;       /* all that came */
    size_t sorted;    /* bytes of it, in whole lines, that were looked at */
    Buffer responses; /* of Response: those to ids that are numbers */
    bool ended;       /* by the server */
    bool deaf;        /* reads nothing for now */
    unsigned asked;
} Peer;

typedef struct World {
    uv_loop_t loop;
    Config config;
    Server server;
    char folder[64];
    Peer peers[MAX_PEERS];
    size_t peer_count;
    size_t descriptors;
    bool stopped;
} World;

static inline size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static inline const char *path_of(const World *world, const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", world->folder, name);
    return path;
}

/* Registers the provider @name, with @more lines: its class is X_name, with underscores, and what
 * @bases adds, ":X_Base" or "". */
static inline void register_derived(World *world, const char *name, const char *bases,
                                    const char *more)
{
    char file[128], class_name[64];
    FILE *stream;

    snprintf(file, sizeof(file), "root-test/%s.reg", name);
    snprintf(class_name, sizeof(class_name), "X_%s", name);
    for (char *c = class_name; *c != '\0'; c++)
        if (*c == '-')
            *c = '_';
    stream = fopen(path_of(world, file), "w");
    assert_non_null(stream);
    fprintf(stream, "LIBRARY=%s/marker\nCLASS=%s%s\n%s\n", world->folder, class_name, bases, more);
    fclose(stream);
}

static inline void register_provider(World *world, const char *name, const char *more)
{
    register_derived(world, name, "", more);
}

static inline void unregister_provider(World *world, const char *name)
{
    char file[128];

    snprintf(file, sizeof(file), "root-test/%s.reg", name);
    assert_int_equal(unlink(path_of(world, file)), 0);
}

static inline int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    Config *config = &world->config;

    assert_non_null(world);
    world->descriptors = count_descriptors();
    snprintf(world->folder, sizeof(world->folder), P_tmpdir "/test-router-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    assert_int_equal(mkdir(path_of(world, "root-test"), 0700), 0);
    assert_int_equal(config_init(config), 0);
    free(config->socket);
    free(config->agent);
    config->socket = strdup(path_of(world, "sock"));
    config->agent = strdup("/proc/self/exe");
    config->registrations[config->registration_count++] = strdup(world->folder);
    config->window = 64 << 10;
    config->backoff = 0; /* most agents here are meant to die */
    for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++)
        register_provider(world, behaviours[i].name, "");
    *state = world;
    return 0;
}

/* Starts the server; what the test sets in world->config comes before it. */
static inline void start(World *world)
{
    log_init("test", LOG_LEVEL_ERROR);
    assert_int_equal(uv_loop_init(&world->loop), 0);
    assert_int_equal(server_init(&world->server, &world->loop, &world->config), 0);
    assert_int_equal(server_start(&world->server), 0);
    assert_int_equal(world->server.registry.error_count, 0);
}

/* Pumping. */

/* The id that @line is a response to; 0: it is none, or that of no number. */
static inline unsigned long response_id(Span line)
{
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":";
    char *end;
    unsigned long id;

    if (line.size <= sizeof(head) || memcmp(line.data, head, sizeof(head) - 1) != 0)
        return 0;
    id = strtoul(line.data + sizeof(head) - 1, &end, 10);
    return strncmp(end, ",\"result\":", 10) == 0 || strncmp(end, ",\"error\":", 9) == 0 ? id : 0;
}

/* Writes down the responses among the lines that are new. */
static inline void sort_lines(Peer *peer)
{
    Span rest = buffer_span(&peer->got);
    const char *end;

    span_skip(&rest, peer->sorted);
    while (rest.size > 0 && (end = memchr(rest.data, '\n', rest.size)) != NULL) {
        Response response = {.begin = peer->sorted, .size = (size_t)(end - rest.data)};

        response.id = response_id((Span){rest.data, response.size});
        if (response.id != 0) {
            buffer_put(&peer->responses, &response, sizeof(response));
            assert_false(buffer_failed(&peer->responses));
        }
        peer->sorted += response.size + 1;
        span_skip(&rest, response.size + 1);
    }
}

static inline Response response_at(const Peer *peer, size_t index)
{
    Response response = {0};

    if ((index + 1) * sizeof(response) <= peer->responses.size)
        memcpy(&response, peer->responses.data + index * sizeof(response), sizeof(response));
    return response;
}

static inline size_t response_count(const Peer *peer)
{
    return peer->responses.size / sizeof(Response);
}

/* What came is not to be looked at: no lines, or cut off. */
static inline void peer_forget(Peer *peer)
{
    buffer_deinit(&peer->got);
    buffer_deinit(&peer->responses);
    peer->sorted = 0;
}

static inline void peer_read(Peer *peer)
{
    ssize_t size;

    if (peer->fd < 0 || peer->ended || peer->deaf)
        return;
    do {
        char *place = buffer_reserve(&peer->got, 1 << 16);
        assert_non_null(place);
        size = recv(peer->fd, place, 1 << 16, MSG_DONTWAIT);
        if (size > 0)
            peer->got.size += (size_t)size;
    } while (size > 0);
    if (size == 0 || (errno != EAGAIN && errno != EINTR))
        peer->ended = true;
    sort_lines(peer);
}

static inline time_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* One turn of the loop; it waits for something to happen, but never for long. */
static inline void turn(World *world)
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

#define pump_until(world, condition)                                                               \
    do {                                                                                           \
        time_t end_ = now() + PUMP_LIMIT;                                                          \
        while (!(condition)) {                                                                     \
            if (now() > end_)                                                                      \
                fail_msg("never came true: %s", #condition);                                       \
            turn(world);                                                                           \
        }                                                                                          \
    } while (0)

/* Clients. */

static inline Peer *peer_connect(World *world)
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

static inline void peer_close(Peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
}

/* Sends bytes, turning the loop while they don't fit. */
static inline void peer_send_bytes(World *world, Peer *peer, const char *bytes, size_t size)
{
    time_t end = now() + PUMP_LIMIT;

    while (size > 0) {
        ssize_t done = send(peer->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0 && errno != EAGAIN)
            fail_msg("cannot send: %s", strerror(errno));
        if (done > 0) {
            bytes += done;
            size -= (size_t)done;
        } else {
            assert_true(now() <= end);
            turn(world);
        }
    }
}

/* Sends a line that is written with ' for ". */
static inline void peer_send(World *world, Peer *peer, const char *format, ...) PRINTF_LIKE(3, 4);

static inline void peer_send(World *world, Peer *peer, const char *format, ...)
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

static inline const char *class_of(const char *provider)
{
    static char name[64];

    snprintf(name, sizeof(name), "X_%s", provider);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '-')
            *c = '_';
    return name;
}

/* Each returns the request's id. */
static inline unsigned ask_get(World *world, Peer *peer, const char *provider, const char *more)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/getInstance','params':{'namespace':'root/"
              "test','instance':{'class':'%s','properties':{}}%s}}",
              id, class_of(provider), more);
    return id;
}

static inline unsigned ask_enumerate(World *world, Peer *peer, const char *provider,
                                     const char *more)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/enumerateInstances','params':{'namespace':"
              "'root/test','class':'%s'%s}}",
              id, class_of(provider), more);
    return id;
}

static inline unsigned ask_invoke(World *world, Peer *peer, const char *provider, const char *more)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/invoke','params':{'namespace':'root/test',"
              "'class':'%s','method':'Run'%s}}",
              id, class_of(provider), more);
    return id;
}

static inline void cancel(World *world, Peer *peer, unsigned id, const char *reason)
{
    peer_send(world, peer,
              "{'jsonrpc':'2.0','method':'$/cancelRequest','params':{'id':%u,'reason':'%s'}}", id,
              reason);
}

/* How many responses to @id have come; the last of them is copied to @text. */
static inline unsigned find_responses(const Peer *peer, unsigned id, char *text, size_t size)
{
    unsigned count = 0;

    for (size_t i = 0; i < response_count(peer); i++) {
        Response response = response_at(peer, i);

        if (response.id != id)
            continue;
        count++;
        if (text != NULL)
            snprintf(text, size, "%.*s", (int)(response.size < size ? response.size : size - 1),
                     peer->got.data + response.begin);
    }
    return count;
}

/* The response to @id, when it has come; valid until the next call. */
static inline const char *await(World *world, Peer *peer, unsigned id)
{
    static char text[4096];

    pump_until(world, find_responses(peer, id, text, sizeof(text)) > 0);
    return text;
}

static inline void expect(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in %s", part, text);
}

static inline void expect_good(World *world, Peer *peer, unsigned id)
{
    expect(await(world, peer, id), "\"result\":");
}

/* The whole of what @peer got. */
static inline const char *all_of(Peer *peer)
{
    const char *text = buffer_string(&peer->got);

    assert_non_null(text);
    return text;
}

/* How often @part is in what @peer got. */
static inline size_t count_parts(const Peer *peer, const char *part)
{
    Span rest = buffer_span(&peer->got);
    size_t count = 0;
    const char *at;

    while (rest.size > 0 && (at = memmem(rest.data, rest.size, part, strlen(part))) != NULL) {
        span_skip(&rest, (size_t)(at - rest.data) + 1);
        count++;
    }
    return count;
}

/* Time. What a test needs of it is small, or made: no test depends on how fast an agent starts. */

/* For providers that don't do what they should: the server soon loses its patience. */
static inline void be_impatient(World *world)
{
    world->config.grace = 20;
    world->config.drain = 20;
}

/* The agent that is the only one. */
static inline Agent *only_agent(const World *world)
{
    assert_int_equal(world->server.agent_count, 1);
    return list_entry(list_first(&world->server.agents), Agent, link);
}

/* The next PING is due. */
static inline void make_ping_due(Agent *agent)
{
    timer_start(&agent->watch, 0);
}

/* A PONG is overdue. */
static inline void make_late(Agent *agent)
{
    agent->pinged = 1;
    while (uv_now(agent->server->loop) < 1 + agent->server->config->agent_response / 2)
        uv_update_time(agent->server->loop);
    timer_start(&agent->watch, 0);
}

/* The end. */

/* Every line is JSON, and each request has one response; if @peer could read them. */
static inline void check_lines(Peer *peer)
{
    Span rest = buffer_span(&peer->got);

    while (rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        size_t length = end == NULL ? rest.size : (size_t)(end - rest.data);
        Span line = {rest.data, length};
        if (end == NULL || !json_check(line, JSON_MAX_DEPTH + 8, NULL))
            fail_msg("no line of JSON: %.*s", (int)(length < 400 ? length : 400), line.data);
        span_skip(&rest, length + 1);
    }
}

static inline void check_responses(const Peer *peer)
{
    unsigned *counts = calloc(peer->asked + 1, sizeof(*counts));

    assert_non_null(counts);
    for (size_t i = 0; i < response_count(peer); i++) {
        unsigned long id = response_at(peer, i).id;
        if (id <= peer->asked)
            counts[id]++;
    }
    for (unsigned id = 1; id <= peer->asked; id++)
        if (counts[id] != 1)
            fail_msg("request %u has %u responses", id, counts[id]);
    free(counts);
}

/* Stops the server, and waits for its end. */
static inline void stop(World *world)
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

static inline int remove_entry(const char *path, const struct stat *status, int kind,
                               struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static inline int world_teardown(void **state)
{
    World *world = *state;

    for (size_t i = 0; i < world->peer_count; i++)
        world->peers[i].deaf = false;
    if (!world->stopped)
        stop(world);
    for (size_t i = 0; i < world->peer_count; i++) {
        Peer *peer = &world->peers[i];
        check_lines(peer);
        if (peer->fd >= 0)
            check_responses(peer);
        peer_close(peer);
        peer_forget(peer);
    }
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(count_descriptors(), world->descriptors);
    config_deinit(&world->config);
    assert_int_equal(nftw(world->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(world);
    return 0;
}

/* What main() begins with: true if the tests are to be run; an agent never returns from it. */
static inline bool world_begin(int argc, char **argv)
{
    uv_loop_t first;

    if (argc == 3 && strcmp(argv[0], "mihost-agent") == 0)
        villain_run(argv[1]);
    signal(SIGPIPE, SIG_IGN);
    /* libuv opens descriptors for the process with its first loop. */
    return uv_loop_init(&first) == 0 && uv_loop_close(&first) == 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
