/*
 * A server for one agent, in the test itself: verbs to start it, ask it and hear it, and a provider
 * that does what the test says.
 *
 * The agent's Host runs on a thread of its own, at the other end of a socketpair. The test is the
 * server: it sends frames, and expects frames of an operation in their order; those of other
 * operations are kept until somebody asks for them. Whatever waits, waits ten seconds at most, then
 * the test fails. Nothing here asserts on another thread than the test's.
 */
#pragma once

#include "tests/support/cmocka.h"

#include "agent/host.h"
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 10000

/* ---- Gates: one thread waits until another opens ---- */

typedef struct Gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool is_open;
} Gate;

#define GATE_INIT                                                                                  \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false                                 \
    }

static inline void gate_close(Gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->is_open = false;
    pthread_mutex_unlock(&gate->lock);
}

static inline void gate_open(Gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->is_open = true;
    pthread_cond_broadcast(&gate->opened);
    pthread_mutex_unlock(&gate->lock);
}

static inline bool gate_wait_ms(Gate *gate, long ms)
{
    struct timespec until;
    bool is_open;
    int r = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&gate->lock);
    while (!gate->is_open && r == 0)
        r = pthread_cond_timedwait(&gate->opened, &gate->lock, &until);
    is_open = gate->is_open;
    pthread_mutex_unlock(&gate->lock);
    return is_open;
}

/* In the provider, whose patience is longer than the test's: what the test expects must not come of
 * its giving up. */
static inline void gate_wait(Gate *gate)
{
    (void)gate_wait_ms(gate, 6L * PATIENCE_MS);
}

/* On the test's thread. */
static inline void expect_open(Gate *gate)
{
    assert_true(gate_wait_ms(gate, PATIENCE_MS));
}

/* ---- The provider: Test_Thing {key Id: string, Value: uint32}, Test_Part derives from it;
 * Run(Count) -> Text ---- */

typedef struct Thing {
    MI_Instance instance;
    MI_ConstStringField Id;
    MI_ConstUint32Field Value;
} Thing;

typedef struct ThingRun {
    MI_Instance instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstUint32Field Count;
    MI_ConstStringField Text;
} ThingRun;

/* What the provider's functions do: set by a test before it asks. NULL: it posts
 * MI_RESULT_NOT_SUPPORTED. */
typedef struct Script {
    void (*get)(MI_Context *context, const MI_Instance *path);
    void (*enumerate)(MI_Context *context);
    void (*invoke)(MI_Context *context, const MI_Instance *parameters);
    void (*load_module)(MI_Context *context);
    void (*load_class)(MI_Context *context);
    void (*unload)(MI_Context *context);
    atomic_int loads, unloads, calls;
} Script;

static Script script;

static inline void thing_load(void **self, MI_Module_Self *module, MI_Context *context)
{
    (void)module;
    *self = &script;
    script.loads++;
    if (script.load_class != NULL)
        script.load_class(context);
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static inline void thing_unload(void *self, MI_Context *context)
{
    (void)self;
    script.unloads++;
    if (script.unload != NULL)
        script.unload(context);
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static inline void thing_get(void *self, MI_Context *context, const MI_Char *name_space,
                             const MI_Char *class_name, const MI_Instance *path,
                             const MI_PropertySet *properties)
{
    (void)self, (void)name_space, (void)class_name, (void)properties;
    script.calls++;
    if (script.get != NULL)
        script.get(context, path);
    else
        MI_Context_PostResult(context, MI_RESULT_NOT_SUPPORTED);
}

static inline void thing_enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                                   const MI_Char *class_name, const MI_PropertySet *properties,
                                   MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)properties, (void)keys_only;
    (void)filter;
    script.calls++;
    if (script.enumerate != NULL)
        script.enumerate(context);
    else
        MI_Context_PostResult(context, MI_RESULT_NOT_SUPPORTED);
}

static inline void thing_run(void *self, MI_Context *context, const MI_Char *name_space,
                             const MI_Char *class_name, const MI_Char *method,
                             const MI_Instance *path, const MI_Instance *parameters)
{
    (void)self, (void)name_space, (void)class_name, (void)method, (void)path;
    script.calls++;
    if (script.invoke != NULL)
        script.invoke(context, parameters);
    else
        MI_Context_PostResult(context, MI_RESULT_NOT_SUPPORTED);
}

static const MI_PropertyDecl *const thing_properties[] = {
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY | MI_FLAG_KEY,
                             .name = "Id",
                             .type = MI_STRING,
                             .offset = offsetof(Thing, Id)},
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY,
                             .name = "Value",
                             .type = MI_UINT32,
                             .offset = offsetof(Thing, Value)},
};

static const MI_ParameterDecl *const thing_run_parameters[] = {
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT,
                              .name = "MIReturn",
                              .type = MI_UINT32,
                              .offset = offsetof(ThingRun, MIReturn)},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_IN,
                              .name = "Count",
                              .type = MI_UINT32,
                              .offset = offsetof(ThingRun, Count)},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT,
                              .name = "Text",
                              .type = MI_STRING,
                              .offset = offsetof(ThingRun, Text)},
};

static const MI_MethodDecl thing_run_method = {
    .flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
    .name = "Run",
    .parameters = thing_run_parameters,
    .numParameters = ARRAY_SIZE(thing_run_parameters),
    .size = sizeof(ThingRun),
    .returnType = MI_UINT32,
    .function = thing_run,
};

/* Stream() -> MIReturn, and streamed: Numbers, which has no field, and Things, which has one. */
typedef struct ThingStream {
    MI_Instance instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstInstanceAField Things;
} ThingStream;

static const MI_ParameterDecl *const thing_stream_parameters[] = {
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT,
                              .name = "MIReturn",
                              .type = MI_UINT32,
                              .offset = offsetof(ThingStream, MIReturn)},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT | MI_FLAG_STREAM,
                              .name = "Numbers",
                              .type = MI_UINT64A,
                              .offset = UINT32_MAX},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT | MI_FLAG_STREAM,
                              .name = "Things",
                              .type = MI_INSTANCEA,
                              .className = "Test_Thing",
                              .offset = offsetof(ThingStream, Things)},
};

static const MI_MethodDecl thing_stream_method = {
    .flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
    .name = "Stream",
    .parameters = thing_stream_parameters,
    .numParameters = ARRAY_SIZE(thing_stream_parameters),
    .size = sizeof(ThingStream),
    .returnType = MI_UINT32,
    .function = thing_run,
};

static const MI_MethodDecl *const thing_methods[] = {
    &thing_run_method,
    &thing_stream_method,
    &(const MI_MethodDecl){.flags = MI_FLAG_METHOD, .name = "Declared", .size = sizeof(ThingRun)},
};

static const MI_ProviderFT thing_functions = {
    .Load = thing_load,
    .Unload = thing_unload,
    .GetInstance = thing_get,
    .EnumerateInstances = thing_enumerate,
};

static const MI_ProviderFT part_functions = {.EnumerateInstances = thing_enumerate};

static const MI_ClassDecl thing_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Thing",
    .properties = thing_properties,
    .numProperties = ARRAY_SIZE(thing_properties),
    .size = sizeof(Thing),
    .methods = thing_methods,
    .numMethods = ARRAY_SIZE(thing_methods),
    .providerFT = &thing_functions,
};

/* It has EnumerateInstances and nothing else. */
static const MI_ClassDecl part_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Part",
    .properties = thing_properties,
    .numProperties = ARRAY_SIZE(thing_properties),
    .size = sizeof(Thing),
    .superClass = "Test_Thing",
    .superClassDecl = &thing_decl,
    .providerFT = &part_functions,
};

/* Nobody's: its instances are not what was asked for. */
static const MI_ClassDecl other_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Other",
    .properties = thing_properties,
    .numProperties = ARRAY_SIZE(thing_properties),
    .size = sizeof(Thing),
};

static const MI_ClassDecl *const thing_classes[] = {&thing_decl, &part_decl, &other_decl};
static MI_SchemaDecl thing_schema = {.classDecls = thing_classes,
                                     .numClassDecls = ARRAY_SIZE(thing_classes)};

static inline void module_load(MI_Module_Self **self, MI_Context *context)
{
    *self = NULL;
    script.loads++;
    if (script.load_module != NULL)
        script.load_module(context);
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static inline void module_unload(MI_Module_Self *self, MI_Context *context)
{
    (void)self;
    script.unloads++;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static MI_Module thing_module = {
    .version = MI_VERSION,
    .charSize = sizeof(MI_Char),
    .schemaDecl = &thing_schema,
    .Load = module_load,
    .Unload = module_unload,
};

static inline MI_Module *thing_main(MI_Server *server)
{
    (void)server;
    return &thing_module;
}

/* Posts a Test_Thing of class @decl. */
static inline MI_Result post_instance_of(MI_Context *context, const MI_ClassDecl *decl,
                                         const char *id, MI_Uint32 number)
{
    Thing thing;
    MI_Value value;
    MI_Result r;

    MI_Context_ConstructInstance(context, decl, &thing.instance);
    value.string = (char *)(uintptr_t)id;
    MI_Instance_SetElement(&thing.instance, "Id", &value, MI_STRING, 0);
    value.uint32 = number;
    MI_Instance_SetElement(&thing.instance, "Value", &value, MI_UINT32, 0);
    r = MI_Context_PostInstance(context, &thing.instance);
    MI_Instance_Destruct(&thing.instance);
    return r;
}

static inline MI_Result post_thing(MI_Context *context, const char *id, MI_Uint32 number)
{
    return post_instance_of(context, &thing_decl, id, number);
}

/* Posts Run's out parameters. */
static inline MI_Result post_run(MI_Context *context, MI_Uint32 result, const char *text)
{
    ThingRun run;
    MI_Value value;
    MI_Result r;

    MI_Context_ConstructParameters(context, &thing_run_method, &run.instance);
    value.uint32 = result;
    MI_Instance_SetElement(&run.instance, "MIReturn", &value, MI_UINT32, 0);
    value.string = (char *)(uintptr_t)text;
    MI_Instance_SetElement(&run.instance, "Text", &value, MI_STRING, 0);
    r = MI_Context_PostInstance(context, &run.instance);
    MI_Instance_Destruct(&run.instance);
    return r;
}

/* ---- The server ---- */

typedef struct Heard {
    List link;
    FrameType type;
    uint64_t operation;
    size_t size;
    char payload[];
} Heard;

typedef struct Server {
    Host *host;
    pthread_t thread;
    HostEnd end;
    int fd;
    FrameReader reader;
    Span input;
    char received[65536];
    unsigned operations; /* sent, and RELEASED was not read */
    List heard;          /* of Heard: frames that nobody has asked for yet */
    Heard *last;         /* what `expect` has returned */
} Server;

typedef struct ServerOptions {
    bool serial;
    uint32_t operations;  /* 0: 64 */
    uint32_t window;      /* 0: 256 KiB */
    uint32_t collected;   /* 0: 1 MiB */
    const char *library;  /* NULL: the provider above; else the file is opened */
    MI_MainFunction main; /* NULL: thing_main */
} ServerOptions;

static inline void *run_host(void *data)
{
    Server *server = data;

    server->end = host_run(server->host);
    return NULL;
}

static inline void server_write(Server *server, Buffer *frames)
{
    size_t sent = 0;

    assert_false(buffer_failed(frames));
    while (sent < frames->size) {
        ssize_t r = send(server->fd, frames->data + sent, frames->size - sent, MSG_NOSIGNAL);

        assert_true(r > 0);
        sent += (size_t)r;
    }
    buffer_deinit(frames);
}

static inline void server_greet(Server *server, const ServerOptions *options)
{
    Buffer frames = BUFFER_INIT;
    ConfigFrame config = {
        .parallel = !options->serial,
        .operations = options->operations == 0 ? 64 : options->operations,
        .window = options->window == 0 ? 256 << 10 : options->window,
        .parent = (uint32_t)getppid(),
        .log_level = LOG_LEVEL_ERROR,
        .collected = options->collected == 0 ? 1 << 20 : options->collected,
        .provider = SPAN("test"),
        .library = span_of(options->library == NULL ? "libtest.so" : options->library),
    };

    payload_put_hello(&frames, &(HelloFrame){.version = FRAME_VERSION});
    payload_put_config(&frames, &config, NULL);
    server_write(server, &frames);
}

/* A host without greetings. */
static inline Server *server_start_silent(const ServerOptions *options)
{
    Server *server = calloc(1, sizeof(*server));
    HostSettings settings = {.main = options->main != NULL      ? options->main
                                     : options->library == NULL ? thing_main
                                                                : NULL};
    int sockets[2];

    assert_non_null(server);
    log_set_level(LOG_LEVEL_ERROR);
    if (getenv("AGENT_TEST_TRACE") != NULL)
        log_set_level(LOG_LEVEL_TRACE);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    server->fd = sockets[0];
    settings.fd = sockets[1];
    list_init(&server->heard);
    frame_reader_init(&server->reader, FRAME_FROM_AGENT);
    assert_int_equal(host_new(&settings, &server->host), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run_host, server), 0);
    return server;
}

static inline Heard *server_read(Server *server)
{
    for (;;) {
        struct pollfd wait = {.fd = server->fd, .events = POLLIN};
        Frame frame;
        Heard *heard;
        ssize_t size;
        int r = frame_next(&server->reader, &server->input, &frame);

        if (r == FRAME_COMPLETE) {
            heard = malloc(sizeof(*heard) + frame.payload.size + 1);
            assert_non_null(heard);
            list_init(&heard->link);
            heard->type = frame.type;
            heard->operation = frame.operation;
            heard->size = frame.payload.size;
            memcpy(heard->payload, frame.payload.data, frame.payload.size);
            if (frame.type == FRAME_RELEASED)
                server->operations--;
            return heard;
        }
        assert_int_equal(r, FRAME_MORE);
        assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
        size = recv(server->fd, server->received, sizeof(server->received), 0);
        if (size <= 0)
            return NULL;
        server->input = (Span){server->received, (size_t)size};
    }
}

/* The next frame of @operation, which stays on the list. */
static inline Heard *hear(Server *server, uint64_t operation)
{
    Heard *heard;

    list_for_each (link, &server->heard) {
        heard = list_entry(link, Heard, link);
        if (heard->operation == operation)
            return heard;
    }
    do {
        heard = server_read(server);
        assert_non_null(heard);
        list_append(&server->heard, &heard->link);
    } while (heard->operation != operation);
    return heard;
}

/* The next frame of @operation, which must be of @type; its payload is valid until the next
 * expectation. */
static inline Span expect(Server *server, FrameType type, uint64_t operation)
{
    Heard *heard = hear(server, operation);

    assert_string_equal(frame_name(heard->type), frame_name(type));
    list_unlink(&heard->link);
    free(server->last);
    server->last = heard;
    return (Span){heard->payload, heard->size};
}

static inline ResultFrame expect_result(Server *server, uint64_t operation)
{
    ResultFrame frame;

    assert_int_equal(payload_get_result(expect(server, FRAME_RESULT, operation), &frame), 0);
    return frame;
}

/* Asks for a PONG: whatever was sent before it was read, and the reader is alive. */
static inline void expect_alive(Server *server)
{
    Buffer frames = BUFFER_INIT;

    payload_put_empty(&frames, FRAME_PING, 0);
    server_write(server, &frames);
    expect(server, FRAME_PONG, 0);
}

/* STARTED, RESULT with @result, RELEASED. */
static inline void expect_whole(Server *server, uint64_t operation, MI_Result result)
{
    expect(server, FRAME_STARTED, operation);
    assert_int_equal(expect_result(server, operation).result, result);
    expect(server, FRAME_RELEASED, operation);
}

static inline void assert_span_equal(Span span, const char *expected)
{
    char *text = strndup(span.data == NULL ? "" : span.data, span.size);

    assert_string_equal(text, expected);
    free(text);
}

static inline void assert_span_contains(Span span, const char *expected)
{
    char *text = strndup(span.data == NULL ? "" : span.data, span.size);

    if (strstr(text, expected) == NULL)
        fail_msg("'%s' says nothing of '%s'", text, expected);
    free(text);
}

static inline Server *server_start(const ServerOptions *options)
{
    Server *server = server_start_silent(options);

    server_greet(server, options);
    expect(server, FRAME_HELLO, 0);
    return server;
}

/* Waits until the agent reads no more; how it ended. */
static inline HostEnd server_wait(Server *server)
{
    pthread_join(server->thread, NULL);
    return server->end;
}

/* Waits for the other threads of an agent that has ended. */
static inline void server_free(Server *server)
{
    host_free(server->host);
    close(server->fd);
    frame_reader_deinit(&server->reader);
    list_for_each_safe (link, &server->heard) {
        list_unlink(link);
        free(list_entry(link, Heard, link));
    }
    free(server->last);
    free(server);
}

/* Both. */
static inline HostEnd server_join(Server *server)
{
    HostEnd end = server_wait(server);

    server_free(server);
    return end;
}

/* The server is gone, and the agent follows. */
static inline void server_vanish(Server *server)
{
    shutdown(server->fd, SHUT_RDWR);
    assert_int_equal(server_join(server), HOST_END_GONE);
}

/* Waits for each RELEASED, then STOP, and the agent ends in order. */
static inline void server_stop(Server *server)
{
    Buffer frames = BUFFER_INIT;

    while (server->operations > 0) {
        Heard *heard = server_read(server);

        assert_non_null(heard);
        list_append(&server->heard, &heard->link);
    }
    payload_put_empty(&frames, FRAME_STOP, 0);
    server_write(server, &frames);
    assert_int_equal(server_join(server), HOST_END_STOPPED);
}

static inline void server_send(Server *server, uint64_t operation, OperationKind kind,
                               uint32_t flags, const char *class_name, const char *method,
                               const char *params)
{
    Buffer frames = BUFFER_INIT;
    OperationFrame frame = {.kind = kind,
                            .flags = flags,
                            .name_space = SPAN("root/test"),
                            .class_name = span_of(class_name),
                            .method = span_of(method),
                            .params = span_of(params)};

    payload_put_operation(&frames, operation, &frame);
    server_write(server, &frames);
    server->operations++;
}

static inline void server_get(Server *server, uint64_t operation, const char *id)
{
    char params[256];

    snprintf(params, sizeof(params),
             "{\"namespace\":\"root/test\",\"instance\":{\"class\":\"Test_Thing\",\"properties\":"
             "{\"Id\":\"%s\"}}}",
             id);
    server_send(server, operation, OPERATION_GET_INSTANCE, 0, "Test_Thing", NULL, params);
}

static inline void server_enumerate(Server *server, uint64_t operation, uint32_t flags)
{
    server_send(server, operation, OPERATION_ENUMERATE_INSTANCES, flags, "Test_Thing", NULL,
                "{\"namespace\":\"root/test\",\"class\":\"Test_Thing\"}");
}

static inline void server_invoke(Server *server, uint64_t operation, uint32_t flags,
                                 const char *parameters)
{
    char params[512];

    snprintf(params, sizeof(params),
             "{\"namespace\":\"root/test\",\"class\":\"Test_Thing\",\"method\":\"Run\","
             "\"parameters\":%s}",
             parameters);
    server_send(server, operation, OPERATION_INVOKE, flags, "Test_Thing", "Run", params);
}

static inline void server_cancel(Server *server, uint64_t operation, MI_CancellationReason reason)
{
    Buffer frames = BUFFER_INIT;

    payload_put_cancel(&frames, operation, &(CancelFrame){.reason = (uint32_t)reason});
    server_write(server, &frames);
}

static inline void server_credit(Server *server, uint64_t operation, size_t bytes)
{
    Buffer frames = BUFFER_INIT;

    payload_put_credit(&frames, operation, &(CreditFrame){.bytes = (uint32_t)bytes});
    server_write(server, &frames);
}

/* A fresh script. */
static inline int script_clear(void **state)
{
    (void)state;
    memset(&script, 0, sizeof(script));
    return 0;
}
