/*
 * The server's requests, driven by random events from clients, agents and the clock.
 *
 * Each two bytes or so are an event: somebody connects, asks, cancels, hangs up, stops reading; an
 * agent does its duty, or what no agent may, or dies; time passes; the registrations change; memory
 * ends; the server is told to stop. The oracle of tests/fuzz/stage.h looks after each of them.
 */
#include "protocol/result.h"
#include "server/agent.h"

#include "tests/fuzz/stage.h"

#include <string.h>
#include <sys/socket.h>

#define MAX_EVENTS 400

static const char *const classes[] = {"X_A", "X_B", "X_C", "X_None"};
static const char *const providers[] = {"a", "b", "c", "none"};

/* Requests, behind `{"jsonrpc":"2.0","id":N,"method":`; %s: the class. */
static const char *const requests[] = {
    "\"mi/getInstance\",\"params\":{\"namespace\":\"root/test\",\"instance\":{\"class\":\"%s\"}",
    "\"mi/enumerateInstances\",\"params\":{\"namespace\":\"root/test\",\"class\":\"%s\"",
    "\"mi/enumerateInstances\",\"params\":{\"namespace\":\"root/test\",\"class\":\"%s\","
    "\"depth\":\"shallow\"",
    "\"mi/invoke\",\"params\":{\"namespace\":\"root/test\",\"class\":\"%s\",\"method\":\"M\"",
    "\"mi/createInstance\",\"params\":{\"namespace\":\"root/test\",\"instance\":{\"class\":\"%s\"}",
    "\"mi/deleteInstance\",\"params\":{\"namespace\":\"root/test\",\"instance\":{\"class\":\"%s\"}",
    "\"mi/associatorInstances\",\"params\":{\"namespace\":\"root/test\",\"instance\":{\"class\":"
    "\"%s\"}",
    "\"mi/referenceInstances\",\"params\":{\"namespace\":\"root/test\",\"instance\":{\"class\":"
    "\"%s\"}",
    "\"mi/getClass\",\"params\":{\"namespace\":\"root/test\",\"class\":\"%s\"",
    "\"mi/enumerateClasses\",\"params\":{\"namespace\":\"root/test\",\"class\":\"%s\",\"deep\":"
    "true",
    "\"mi/queryInstances\",\"params\":{\"namespace\":\"root/test\",\"query\":\"%s\"",
};

static const char *const host_requests[] = {
    "\"host/status\"", "\"host/info\"",      "\"host/providers\"",
    "\"host/reload\"", "\"host/no-method\"", "\"host/status\",\"params\":{\"x\":1}",
};

static const char *const extras[] = {
    ",\"partialResultToken\":\"p\"",
    ",\"workDoneToken\":7",
    ",\"prompts\":true",
    ",\"timeoutMs\":50",
    ",\"timeoutMs\":5000",
    ",\"messages\":[\"warning\",\"debug\"]",
    ",\"locale\":\"de\"",
    ",\"bad\":1",
};

static StageClient *pick_client(Stage *stage, unsigned choice)
{
    return &stage->clients[choice % STAGE_CLIENTS];
}

/* One that runs, if there is any. */
static StageAgent *pick_agent(Stage *stage, unsigned choice)
{
    for (size_t i = 0; i < stage->agent_count; i++) {
        StageAgent *agent = &stage->agents[(choice + i) % stage->agent_count];
        if (agent->process->state == FAKE_RUNNING && agent->process->fd >= 0)
            return agent;
    }
    return NULL;
}

/* A new id, or now and then one that was used. */
static unsigned pick_id(StageClient *client, unsigned choice)
{
    bool again = choice % 16 == 15 && client->asked > 0;
    unsigned id = again ? 1 + choice / 16 % client->asked : client->asked + 1;

    if (id > STAGE_ASKED)
        return 0;
    if (!again)
        client->asked++;
    client->times[id]++;
    client->requests++;
    return id;
}

static void ask(Stage *stage, StageClient *client, Script *script)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    unsigned what = script_byte(script), more = script_byte(script), id;

    if (client->fd < 0 || client->half || client->ended)
        return;
    id = pick_id(client, more);
    if (id == 0)
        return;
    client->late += stage->server.state != SERVER_RUNNING;
    buffer_printf(&text, "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":", id);
    if (what % 16 < ARRAY_SIZE(requests)) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        buffer_printf(&text, requests[what % 16], classes[what / 16 % ARRAY_SIZE(classes)]);
#pragma GCC diagnostic pop
        for (size_t i = 0; i < ARRAY_SIZE(extras); i++)
            if ((more >> i & 1) != 0 && (i < 5 || what / 64 == 3) && (i != 4 || (more & 8) == 0))
                buffer_put_string(&text, extras[i]);
        buffer_put_string(&text, "}}");
    } else if (what % 16 == 14) {
        buffer_printf(&text, "\"host/stopProvider\",\"params\":{\"provider\":\"%s\"}}",
                      providers[what / 16 % ARRAY_SIZE(providers)]);
    } else if (what % 16 == 15) {
        buffer_printf(&text, "\"host/cancel\",\"params\":{\"operation\":\"%u\"}}", what / 16);
    } else {
        buffer_put_string(&text, host_requests[more % ARRAY_SIZE(host_requests)]);
        buffer_put_char(&text, '}');
    }
    if (buffer_failed(&text)) {
        client->manners = STAGE_RUDE;
        return;
    }
    stage_send(client, buffer_span(&text));
}

static void cancel(StageClient *client, Script *script)
{
    static const char *const reasons[] = {"none", "timeout", "shutdown", "serviceStop", "whim"};
    unsigned choice = script_byte(script);
    char text[128];

    snprintf(text, sizeof(text),
             "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":%u,"
             "\"reason\":\"%s\"}}",
             1 + choice % (client->asked + 1), reasons[choice / 16 % ARRAY_SIZE(reasons)]);
    stage_send(client, span_of(text));
}

/* An answer to a question of the server's. */
static void answer(StageClient *client, unsigned choice)
{
    static const char *const answers[] = {
        "\"result\":{\"answer\":true}", "\"result\":{\"answer\":false}",
        "\"result\":{\"answer\":null}", "\"result\":7",
        "\"result\":{\"other\":true}",  "\"error\":{\"code\":-1,\"message\":\"no\"}",
    };
    char text[128];

    snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":%llu,%s}",
             (unsigned long long)client->question + (choice / 16 == 15),
             answers[choice % ARRAY_SIZE(answers)]);
    stage_send(client, span_of(text));
}

static void leave(StageClient *client, unsigned choice)
{
    if (client->fd < 0)
        return;
    if (choice % 4 == 0) {
        client->manners = STAGE_RUDE;
        stage_hang_up(client);
    } else if (choice % 4 == 1) {
        client->half = true;
        (void)shutdown(client->fd, SHUT_WR);
    } else {
        client->manners = STAGE_RUDE;
        client->deaf = choice % 4 == 2;
    }
}

/* An agent's duty. */

static void put_instances(Buffer *out, StageCall *call, unsigned choice)
{
    static const char *const batches[] = {
        "[{\"class\":\"X\",\"properties\":{\"N\":1}}]", "[1,2,3]", " [ {} ] ", "[{}]x", "[]", "{}",
    };
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;

    if (choice % 8 == 7) {
        buffer_printf(&json, "[\"%0*u\"]", (int)(choice * 16), choice);
    } else {
        buffer_put_string(&json, batches[choice % ARRAY_SIZE(batches)]);
    }
    if (json.size > 0)
        payload_put_instances(
            out, call->operation,
            &(InstancesFrame){.count = 1 + choice / 64, .json = buffer_span(&json)});
    call->window -= (int64_t)json.size;
}

static void put_prompt(Buffer *out, StageCall *call, unsigned choice)
{
    PromptFrame frame = {
        .prompt = ++call->prompt,
        .kind = (PromptKind)(1 + choice % 4),
        .first = SPAN("a \"question\""),
    };

    if (frame.kind == PROMPT_SHOULD_PROCESS)
        frame.second = SPAN("an action");
    if (frame.kind == PROMPT_WRITE_ERROR && choice / 4 % 2 == 1)
        frame.cim_error = choice / 8 % 2 == 1 ? SPAN("{}") : SPAN("{");
    payload_put_prompt(out, call->operation, &frame);
}

static void put_result(Buffer *out, StageCall *call, unsigned choice)
{
    ResultFrame frame = {.flags = RESULT_POSTED, .body = stage_body(call->kind)};

    if (choice % 4 == 1) {
        frame.result = MI_RESULT_NOT_FOUND;
        frame.message = SPAN("not there");
        frame.body = (Span){0};
        frame.cim_error = choice / 16 % 2 == 1 ? SPAN("{\"class\":\"CIM_Error\"}") : (Span){0};
    } else if (choice % 4 == 2) {
        frame.flags = choice / 4 & RESULT_ALL_FLAGS;
        frame.body = choice / 128 != 0 ? SPAN("[{}]") : (Span){0};
        frame.count = choice / 128;
    } else if (choice % 4 == 3 && call->kind == OPERATION_ENUMERATE_INSTANCES) {
        frame.body = SPAN("[{\"class\":\"X\"},{}]");
        frame.count = 2;
    }
    if (call->canceled)
        frame.flags |= RESULT_CANCELED;
    payload_put_result(out, call->operation, &frame);
    call->state = STAGE_CALL_POSTED;
}

/* The next thing that an operation can have said of it. */
static void serve(StageAgent *agent, Script *script)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    unsigned choice = script_byte(script), what = script_byte(script);
    StageCall *call;

    stage_greet(agent);
    if (agent->pinged && what % 2 == 0) {
        agent->pinged = false;
        payload_put_empty(&out, FRAME_PONG, 0);
    }
    if (agent->count == 0) {
        if (what == 1)
            payload_put_empty(&out, FRAME_UNLOAD, 0);
        if (!buffer_failed(&out))
            stage_write(agent, &out);
        return;
    }
    call = &agent->calls[choice % agent->count];
    if (call->state == STAGE_CALL_SENT) {
        payload_put_empty(&out, FRAME_STARTED, call->operation);
        call->state = STAGE_CALL_STARTED;
    } else if (call->state == STAGE_CALL_POSTED) {
        payload_put_empty(&out, FRAME_RELEASED, call->operation);
        *call = agent->calls[--agent->count];
    } else if (what % 8 < 2) {
        put_result(&out, call, choice);
    } else if (what % 8 == 2 || what % 8 == 7) {
        put_instances(&out, call, choice);
    } else if (what % 8 == 3) {
        size_t before = out.size + FRAME_HEADER_SIZE;
        payload_put_progress(&out, call->operation,
                             &(ProgressFrame){.percent = choice,
                                              .seconds = UINT32_MAX,
                                              .activity = SPAN("a"),
                                              .status = SPAN("s")});
        call->window -= (int64_t)(out.size - before);
    } else if (what % 8 == 4) {
        size_t before = out.size + FRAME_HEADER_SIZE;
        payload_put_message(&out, call->operation,
                            &(MessageFrame){.channel = choice % 3, .text = SPAN("\"text\"\n")});
        call->window -= (int64_t)(out.size - before);
    } else if (what % 8 == 5) {
        put_prompt(&out, call, choice);
    } else {
        stage_finish_call(agent, call);
    }
    /* Its window, or JSON that is none: the server may find it a villain. */
    agent->villain = agent->villain || what % 8 == 2 || what % 8 == 7;
    if (buffer_failed(&out))
        return;
    stage_write(agent, &out);
}

/* A frame that the protocol may not allow: of any type, for any operation, with any payload. */
static void misbehave(StageAgent *agent, Script *script)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    unsigned type = script_byte(script) % 20, operation = script_byte(script),
             size = script_byte(script) % 48;
    size_t begin = frame_begin(&out, (FrameType)type, operation % 8 == 7 ? 0 : operation % 24);

    agent->villain = true;
    while (size-- > 0)
        frame_put_u8(&out, (uint8_t)script_byte(script));
    frame_end(&out, begin);
    if (!buffer_failed(&out))
        stage_write(agent, &out);
}

static void end_agent(StageAgent *agent, unsigned choice)
{
    if (choice % 4 == 0)
        fakes_close(agent->process);
    else if (choice % 4 == 1)
        agent->deaf = !agent->deaf;
    else
        fakes_exit(agent->process, choice % 4 == 2 ? choice / 4 : 0, choice % 4 == 3 ? 11 : 0);
}

/* Those that were killed or told to stop end. */
static void bury(Stage *stage)
{
    for (size_t i = 0; i < stage->agent_count; i++) {
        StageAgent *agent = &stage->agents[i];
        if (agent->process->state == FAKE_KILLED || agent->stopped)
            fakes_exit(agent->process, 0, 0);
    }
}

static void pass_time(unsigned choice)
{
    static const unsigned steps[] = {1, 20, 300, 2500, 6000, 30000};
    uint64_t next = fakes_next();

    if (choice % 8 < ARRAY_SIZE(steps))
        fakes_advance(steps[choice % 8]);
    else if (next != UINT64_MAX)
        fakes_advance(next);
}

static void change(Stage *stage, unsigned choice)
{
    switch (choice % 8) {
    case 0:
    case 1:
    case 2:
        stage_register(choice % 8, choice / 8);
        fakes_enter();
        (void)server_reload(&stage->server);
        fakes_leave();
        break;
    case 3:
        fakes_fail_spawn();
        break;
    case 4:
    case 5:
        fakes_fail_allocation(1 + choice / 8);
        break;
    case 6:
        stage_turn(stage); /* what was asked before it is owed an answer */
        if (choice / 8 % 8 == 0)
            server_stop(&stage->server, (MI_CancellationReason)(choice / 64));
        break;
    default:
        bury(stage);
        break;
    }
}

/* Everything that is owed is done: nothing of it stays in the books. */
static void settle(Stage *stage)
{
    fakes_fail_allocation(0);
    for (unsigned i = 0; i < 100 && stage->server.request_count > 0; i++) {
        uint64_t next = fakes_next();

        for (size_t j = 0; j < STAGE_CLIENTS; j++)
            stage->clients[j].deaf = false;
        bury(stage);
        stage_turn(stage);
        for (size_t j = 0; j < stage->agent_count; j++) {
            StageAgent *agent = &stage->agents[j];
            agent->deaf = false;
            if (agent->process->state == FAKE_RUNNING)
                stage_finish_calls(agent);
        }
        stage_turn(stage);
        /* What a villain has confused ends by its time. */
        if (next != UINT64_MAX && i > 10)
            fakes_advance(next);
    }
    require(stage->server.request_count == 0);
}

static void step(Stage *stage, Script *script)
{
    unsigned event = script_byte(script), who = event / 16;
    StageClient *client = pick_client(stage, who);
    StageAgent *agent = pick_agent(stage, who);

    switch (event % 16) {
    case 0:
        (void)stage_connect(stage, who % 4 == 3 ? FRAMING_HEADERS : FRAMING_LINES);
        break;
    case 1:
    case 2:
    case 3:
        ask(stage, client, script);
        break;
    case 4:
        cancel(client, script);
        break;
    case 5:
        answer(client, script_byte(script));
        break;
    case 6:
        leave(client, script_byte(script));
        break;
    case 7:
    case 8:
    case 9:
    case 10:
        if (agent != NULL)
            serve(agent, script);
        break;
    case 11:
        if (agent != NULL)
            misbehave(agent, script);
        break;
    case 12:
        if (agent != NULL)
            end_agent(agent, script_byte(script));
        break;
    case 13:
        pass_time(who);
        break;
    case 14:
        change(stage, script_byte(script));
        break;
    default:
        if (who == 15)
            settle(stage);
        return; /* nobody looks: what was written goes on in one read with what follows */
    }
    if (event % 16 != 0 && who > 11)
        return; /* likewise */
    stage_turn(stage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Script script = {data, size};
    Stage *stage = stage_begin();

    (void)stage_connect(stage, FRAMING_LINES);
    (void)stage_connect(stage, FRAMING_HEADERS);
    for (unsigned i = 0; script.size > 0 && i < MAX_EVENTS; i++)
        step(stage, &script);
    if (size % 2 == 0)
        settle(stage);
    stage_end(stage);
    return 0;
}
