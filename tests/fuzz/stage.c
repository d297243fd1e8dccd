#include "tests/fuzz/stage.h"

#include "protocol/json.h"
#include "protocol/rpc.h"
#include "server/agent.h"
#include "server/client.h"
#include "server/request.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static Stage the_stage;
static char folder[64];

static const char *const names[] = {"a", "b", "c"};
static const char *const classes[] = {
    "CLASS=X_A\n",
    "CLASS=X_B:X_A\n",
    "CLASS=X_C{X_A,X_B}\n",
};
static const char *const variants[] = {
    "OPERATIONS=2\nGRACE=1\n", "OPERATIONS=1\nCALLS=parallel\nTIMEOUT=5\nMAXTIMEOUT=20\n",
    "OPERATIONS=8\nIDLE=0\n",  NULL, /* no registration */
    "what is this?\n",
};
static unsigned in_force[ARRAY_SIZE(names)];

/* The registrations, made once for all runs. */

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void remove_folder(void)
{
    (void)nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_registration(size_t index, unsigned variant)
{
    char path[128];
    FILE *file;

    in_force[index] = variant;
    snprintf(path, sizeof(path), "%s/root-test/%s.reg", folder, names[index]);
    if (variants[variant] == NULL) {
        (void)unlink(path);
        return;
    }
    file = fopen(path, "we");
    require(file != NULL);
    fprintf(file, "LIBRARY=/nowhere/%s\n%s%s", names[index], classes[index], variants[variant]);
    require(fclose(file) == 0);
}

void stage_register(size_t index, unsigned variant)
{
    index %= ARRAY_SIZE(names);
    variant %= ARRAY_SIZE(variants);
    if (in_force[index] != variant)
        write_registration(index, variant);
}

/* The name is part of what the fuzzer learns from, so it is the same in each run, unless several
 * run at a time. What one left behind that crashed is taken over; a lock says whether it is alive.
 */
static bool take_folder(unsigned number)
{
    struct stat status;
    int fd;

    snprintf(folder, sizeof(folder), "/tmp/mihost-stage-%.24s-%u", program_invocation_short_name,
             number);
    (void)mkdir(folder, 0700);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* Whoever had the lock before may have removed it. */
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &status) == 0 && status.st_nlink > 0 &&
        status.st_uid == geteuid())
        return true; /* the descriptor holds the lock until the end of the program */
    close(fd);
    return false;
}

static void make_folder(void)
{
    char path[sizeof(folder) + 16];
    unsigned number = 0;

    while (!take_folder(number))
        require(++number < 100);
    atexit(remove_folder);
    snprintf(path, sizeof(path), "%s/root-test", folder);
    require(mkdir(path, 0700) == 0 || errno == EEXIST);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        write_registration(i, 0);
}

/* The end of all runs finds no more descriptors than the beginning. */
static int lowest_free_fd(void)
{
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

    require(fd >= 0);
    close(fd);
    return fd;
}

Stage *stage_begin(void)
{
    Config *config = &the_stage.config;
    static bool made;

    if (!made) {
        const char *level = getenv("STAGE_LOG"); /* "trace": to see what a run does */
        uv_loop_t first;
        made = true;
        make_folder();
        /* libuv opens descriptors for the process with its first loop. */
        require(uv_loop_init(&first) == 0 && uv_loop_close(&first) == 0);
        log_init("stage", level == NULL ? LOG_LEVEL_ERROR : (LogLevel)log_level_from_name(level));
    }
    memset(&the_stage, 0, sizeof(the_stage));
    fakes_begin();
    the_stage.lowest_fd = lowest_free_fd();
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        stage_register(i, 0);
    for (size_t i = 0; i < STAGE_CLIENTS; i++)
        the_stage.clients[i].fd = -1;
    require(config_init(config) == 0);
    config->registrations[config->registration_count++] = strdup(folder);
    config->max_requests = 12;
    config->max_message = 4096;
    config->max_collected = 2048;
    config->max_buffered = 4096;
    config->max_agents = 4;
    config->window = STAGE_WINDOW;
    config->log_level = LOG_LEVEL_ERROR;
    require(uv_loop_init(&the_stage.loop) == 0);
    require(server_init(&the_stage.server, &the_stage.loop, config) == 0);
    require(server_reload(&the_stage.server) == 0);
    require(the_stage.server.registry.provider_count == ARRAY_SIZE(names));
    return &the_stage;
}

/* Clients. */

StageClient *stage_connect(Stage *stage, FramingKind kind)
{
    int sockets[2];

    /* A server that stops has closed its listener. */
    for (size_t i = 0; i < STAGE_CLIENTS && stage->server.state == SERVER_RUNNING; i++) {
        StageClient *client = &stage->clients[i];

        if (client->fd >= 0)
            continue;
        require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) == 0);
        framing_deinit(&client->framing);
        *client = (StageClient){.fd = sockets[0], .kind = kind};
        framing_init(&client->framing, kind, 1 << 20);
        fakes_enter();
        if (client_new(&stage->server, sockets[1]) < 0)
            client->manners = STAGE_RUDE;
        fakes_leave();
        return client;
    }
    return NULL;
}

void stage_hang_up(StageClient *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

void stage_send_raw(StageClient *client, Span bytes)
{
    client->manners = STAGE_RUDE;
    if (client->fd >= 0 && !client->half)
        (void)send(client->fd, bytes.data, bytes.size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void stage_send(StageClient *client, Span message)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    if (client->fd < 0 || client->half || client->ended)
        return;
    framing_put_head(client->kind, &out, message.size);
    buffer_put_span(&out, message);
    framing_put_tail(client->kind, &out);
    if (buffer_failed(&out) ||
        send(client->fd, out.data, out.size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)out.size)
        client->manners = STAGE_RUDE;
}

static void take_response(StageClient *client, const RpcMessage *message)
{
    int64_t id;

    client->responses++;
    if (message->id.data == NULL || client->manners == STAGE_RUDE)
        return;
    require(json_get_integer(message->id, &id) == 0);
    require(id >= 1 && id <= client->asked);
    client->answers[id]++;
    require(client->answers[id] <= client->times[id]);
}

static void take_message(StageClient *client, Span text)
{
    RpcMessage message;
    RpcFault fault;
    int64_t id;

    require(json_check_line(text, JSON_MAX_DEPTH + RPC_ENVELOPE_DEPTH, NULL));
    require(rpc_parse(text, &message, &fault) == 0);
    if (message.kind == RPC_RESPONSE) {
        take_response(client, &message);
    } else if (message.kind == RPC_REQUEST) {
        require(json_get_integer(message.id, &id) == 0 && id > 0);
        client->question = (uint64_t)id;
    }
}

static bool read_client(StageClient *client)
{
    char data[16384];
    ssize_t size;
    bool any = false;

    while (client->fd >= 0 && !client->deaf && !client->ended) {
        Span input, message;
        int r;

        size = recv(client->fd, data, sizeof(data), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN)
            break;
        any = true;
        client->ended = size <= 0;
        input = (Span){data, size > 0 ? (size_t)size : 0};
        while ((r = framing_next(&client->framing, &input, &message)) == FRAMING_MESSAGE)
            take_message(client, message);
        require(r == FRAMING_MORE);
    }
    return any;
}

/* Agents. */

static void take_operation(StageAgent *agent, const Frame *frame)
{
    OperationFrame operation;

    require(agent->configured);
    require(payload_get_operation(frame->payload, &operation) == 0);
    require(json_check(operation.params, JSON_MAX_DEPTH, NULL));
    require(frame->operation > agent->last);
    require(agent->count < STAGE_CALLS);
    agent->last = frame->operation;
    agent->calls[agent->count++] =
        (StageCall){.operation = frame->operation, .kind = operation.kind, .window = STAGE_WINDOW};
}

static StageCall *find_call(StageAgent *agent, uint64_t operation)
{
    for (size_t i = 0; i < agent->count; i++)
        if (agent->calls[i].operation == operation)
            return &agent->calls[i];
    require(operation <= agent->last); /* one that was released */
    return NULL;
}

static void take_call_frame(StageAgent *agent, const Frame *frame)
{
    StageCall *call = find_call(agent, frame->operation);
    CancelFrame cancel;
    CreditFrame credit;
    AnswerFrame answer;

    switch ((unsigned)frame->type) {
    case FRAME_CANCEL:
        require(payload_get_cancel(frame->payload, &cancel) == 0);
        require(call == NULL || !call->canceled);
        if (call != NULL)
            call->canceled = true;
        break;
    case FRAME_CREDIT:
        require(payload_get_credit(frame->payload, &credit) == 0);
        if (call != NULL)
            call->window += credit.bytes;
        require(call == NULL || agent->villain || call->window <= STAGE_WINDOW);
        break;
    default:
        require(frame->type == FRAME_ANSWER);
        require(payload_get_answer(frame->payload, &answer) == 0);
        require(call == NULL || agent->villain || answer.prompt <= call->prompt);
        break;
    }
}

static void take_frame(StageAgent *agent, const Frame *frame)
{
    HelloFrame hello;
    ConfigFrame config;

    require(!agent->stopped);
    switch ((unsigned)frame->type) {
    case FRAME_HELLO:
        require(payload_get_hello(frame->payload, &hello) == 0 && hello.version == FRAME_VERSION);
        break;
    case FRAME_CONFIG:
        require(!agent->configured && payload_get_config(frame->payload, &config) == 0);
        agent->configured = true;
        break;
    case FRAME_OPERATION:
        take_operation(agent, frame);
        break;
    case FRAME_PING:
        require(payload_get_empty(frame->payload) == 0);
        require(!agent->pinged || agent->villain);
        agent->pinged = true;
        break;
    case FRAME_STOP:
        require(payload_get_empty(frame->payload) == 0);
        require(agent->count == 0 || agent->villain);
        agent->stopped = true;
        break;
    default:
        take_call_frame(agent, frame);
        break;
    }
}

static bool read_agent(StageAgent *agent)
{
    char data[16384];
    bool any = false;

    while (agent->process->fd >= 0 && !agent->deaf) {
        ssize_t size = recv(agent->process->fd, data, sizeof(data), MSG_DONTWAIT);
        Frame frame;
        Span input = {data, size > 0 ? (size_t)size : 0};
        int r;

        if (size <= 0)
            break;
        any = true;
        while ((r = frame_next(&agent->reader, &input, &frame)) == FRAME_COMPLETE)
            take_frame(agent, &frame);
        require(r == FRAME_MORE);
    }
    return any;
}

void stage_write(StageAgent *agent, const Buffer *frames)
{
    int fd = agent->process->fd;

    require(!buffer_failed(frames));
    if (fd >= 0 && frames->size > 0)
        (void)send(fd, frames->data, frames->size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void stage_greet(StageAgent *agent)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    if (agent->greeted)
        return;
    agent->greeted = true;
    payload_put_hello(&out, &(HelloFrame){.version = FRAME_VERSION});
    stage_write(agent, &out);
}

Span stage_body(OperationKind kind)
{
    switch (kind) {
    case OPERATION_ENUMERATE_INSTANCES:
    case OPERATION_ASSOCIATOR_INSTANCES:
    case OPERATION_REFERENCE_INSTANCES:
        return SPAN("[]");
    case OPERATION_DELETE_INSTANCE:
        return SPAN("{}");
    case OPERATION_INVOKE:
        return SPAN("{\"returnValue\":0,\"parameters\":{}}");
    case OPERATION_GET_CLASS:
    case OPERATION_ENUMERATE_CLASSES:
        return SPAN("{\"class\":{\"class\":\"X\"}}");
    case OPERATION_GET_INSTANCE:
    case OPERATION_CREATE_INSTANCE:
    case OPERATION_MODIFY_INSTANCE:
        break;
    }
    return SPAN("{\"instance\":{\"class\":\"X\",\"properties\":{}}}");
}

void stage_finish_call(StageAgent *agent, StageCall *call)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    ResultFrame result = {.flags = RESULT_POSTED, .body = stage_body(call->kind)};

    if (call->canceled)
        result =
            (ResultFrame){.flags = RESULT_POSTED | RESULT_CANCELED, .result = MI_RESULT_FAILED};
    if (call->state == STAGE_CALL_SENT)
        payload_put_empty(&out, FRAME_STARTED, call->operation);
    if (call->state != STAGE_CALL_POSTED)
        payload_put_result(&out, call->operation, &result);
    payload_put_empty(&out, FRAME_RELEASED, call->operation);
    stage_greet(agent);
    stage_write(agent, &out);
    *call = agent->calls[--agent->count];
}

void stage_finish_calls(StageAgent *agent)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    while (agent->count > 0)
        stage_finish_call(agent, &agent->calls[0]);
    stage_greet(agent);
    if (agent->pinged)
        payload_put_empty(&out, FRAME_PONG, 0);
    agent->pinged = false;
    stage_write(agent, &out);
}

/* Agents that were started since. */
static void meet_agents(void)
{
    while (the_stage.agent_count < fakes_count()) {
        StageAgent *agent = &the_stage.agents[the_stage.agent_count];

        agent->process = fakes_at(the_stage.agent_count++);
        frame_reader_init(&agent->reader, FRAME_FROM_SERVER);
    }
}

/* The oracle. */

static void check_calls(const Request *request)
{
    unsigned waiting = 0;

    list_for_each (link, &request->calls) {
        const Call *call = list_entry(link, Call, request_link);

        require(call->request == request && call->state != CALL_DONE);
        require(call_find(&the_stage.server, call->operation) == call);
        require(call->agent != NULL);
        require(call->sends <= CALL_MAX_SENDS);
        waiting += call->state != CALL_RELEASING && call->state != CALL_ABANDONED;
        if (request->state == REQUEST_ANSWERED)
            require(call->state == CALL_RELEASING || call->state == CALL_ABANDONED);
    }
    if (request->state != REQUEST_ANSWERED && request->method->kind == METHOD_OPERATION)
        require(waiting > 0 && request->waiting > 0);
}

static void check_requests(void)
{
    size_t count = 0, calls = 0;

    list_for_each (link, &the_stage.server.requests) {
        const Request *request = list_entry(link, Request, link);

        count++;
        require(request->state != REQUEST_DONE && request->holds == 0);
        require(request->state != REQUEST_ANSWERED || request->client == NULL);
        require(request->client == NULL || request_find(request->client, request->id) == request);
        require(request->state == REQUEST_CANCELING || !request->grace.running);
        require(request->state == REQUEST_RUNNING || !request->deadline.running);
        require(request->state == REQUEST_RUNNING || list_is_empty(&request->prompts));
        check_calls(request);
        list_for_each (call, &request->calls) {
            calls++;
        }
    }
    require(count == the_stage.server.request_count);
    require(calls == HASH_COUNT(the_stage.server.calls));
}

static void check_clients(void)
{
    size_t count = 0;

    list_for_each (link, &the_stage.server.clients) {
        Client *client = list_entry(link, Client, link);
        size_t collected = 0;
        Request *request, *next;

        count++;
        require(client->request_count == HASH_COUNT(client->requests));
        require(client->request_count <= the_stage.config.max_requests);
        HASH_ITER(hh, client->requests, request, next)
        {
            require(request->client == client);
            collected += request->collected.size;
        }
        require(collected <= client->buffered);
        require(client->unread_answers <= CLIENT_MAX_UNREAD_ANSWERS ||
                client->state == CLIENT_CLOSED);
        if (client->state != CLIENT_CLOSED && outbox_unsent(&client->outbox) == 0)
            require(client->unread_answers == 0 && client->buffered == collected);
    }
    require(count == the_stage.server.client_count);
}

static void check_agents(void)
{
    size_t open = 0;

    list_for_each (link, &the_stage.server.agents) {
        const Agent *agent = list_entry(link, Agent, link);
        size_t sent = 0;

        open += agent->state < AGENT_STOPPING;
        list_for_each (call_link, &agent->calls) {
            const Call *call = list_entry(call_link, Call, agent_link);
            require(call->agent == agent && call->state != CALL_QUEUED);
            sent++;
        }
        list_for_each (call_link, &agent->queue) {
            const Call *call = list_entry(call_link, Call, agent_link);
            require(call->agent == agent && call->state == CALL_QUEUED);
        }
        require(sent == agent->call_count && sent <= agent->provider->operations);
        require(list_is_empty(&agent->queue) || agent_is_open(agent) ||
                agent->state >= AGENT_EXITED);
    }
    require(open <= the_stage.config.max_agents);
}

static void check(void)
{
    check_requests();
    check_clients();
    check_agents();
}

void stage_turn(Stage *stage)
{
    unsigned quiet = 0;

    /* What one turn writes leaves with the next one. */
    for (unsigned i = 0; quiet < 2 && i < 64; i++) {
        bool any;

        fakes_enter();
        uv_run(&stage->loop, UV_RUN_NOWAIT);
        any = fakes_deliver();
        fakes_leave();
        meet_agents();
        for (size_t j = 0; j < STAGE_CLIENTS; j++)
            any = read_client(&stage->clients[j]) || any;
        for (size_t j = 0; j < stage->agent_count; j++)
            any = read_agent(&stage->agents[j]) || any;
        quiet = any ? 0 : quiet + 1;
    }
    check();
}

/* The end. */

/* Everybody reads again, and those who should have gone go. */
static void let_go(Stage *stage)
{
    for (size_t i = 0; i < stage->agent_count; i++) {
        StageAgent *agent = &stage->agents[i];

        agent->deaf = false;
        if (agent->process->state == FAKE_KILLED || agent->stopped)
            fakes_exit(agent->process, 0, 0);
    }
    stage_turn(stage);
}

static void check_answers(const StageClient *client)
{
    if (client->manners == STAGE_RUDE || fakes_allocation_failed())
        return;
    require(client->responses <= client->requests);
    require(client->responses + client->late >= client->requests);
    for (unsigned id = 1; id <= client->asked; id++)
        require(client->answers[id] <= client->times[id]);
}

void stage_end(Stage *stage)
{
    Server *server = &stage->server;

    fakes_fail_allocation(0);
    for (size_t i = 0; i < STAGE_CLIENTS; i++)
        stage->clients[i].deaf = false;
    stage_turn(stage);
    if (server->state == SERVER_RUNNING)
        server_stop(server, MI_REASON_SERVICESTOP);
    for (unsigned i = 0; server->state != SERVER_STOPPED; i++) {
        uint64_t next;

        require(i < 1000);
        let_go(stage);
        next = fakes_next();
        if (next != UINT64_MAX)
            fakes_advance(next);
    }
    for (unsigned i = 0; uv_loop_alive(&stage->loop); i++) {
        require(i < 1000);
        stage_turn(stage);
    }
    stage_turn(stage);
    require(server->request_count == 0 && server->client_count == 0 && server->agent_count == 0);
    require(server->calls == NULL && server->prompts == NULL);
    server_deinit(server);
    require(uv_loop_close(&stage->loop) == 0);
    for (size_t i = 0; i < STAGE_CLIENTS; i++) {
        StageClient *client = &stage->clients[i];

        require(client->fd < 0 || client->ended);
        check_answers(client);
        require(!framing_is_partial(&client->framing) || client->manners == STAGE_RUDE);
        framing_deinit(&client->framing);
        stage_hang_up(client);
    }
    for (size_t i = 0; i < stage->agent_count; i++) {
        require(stage->agents[i].process->state == FAKE_CLOSED);
        frame_reader_deinit(&stage->agents[i].reader);
    }
    fakes_end();
    config_deinit(&stage->config);
    require(lowest_free_fd() == stage->lowest_fd);
}
