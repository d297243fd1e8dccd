/*
 * What the server sends, as the agent reads it: frames that are right and frames that are not, and
 * params that any client may have written.
 *
 * Behind HELLO and CONFIG, which may be damaged too, each few bytes are a frame. The provider gives
 * back what it was given. Whatever comes, the agent ends by itself; all that it writes are frames
 * of an agent, and no operation has two results, or anything behind RELEASED.
 *
 * The agent's threads are real: here the same seed does not lead to the same inputs.
 */
#include "agent/host.h"
#include "base/log.h"
#include "protocol/json.h"

#include "tests/fuzz/fuzz.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_OPERATIONS 24
#define MAX_PARAMS     512

typedef struct Thing {
    MI_Instance instance;
    MI_ConstStringField Id;
    MI_ConstUint64Field Value;
    MI_ConstStringAField List;
    MI_ConstDatetimeField When;
    MI_ConstInstanceField Inner;
} Thing;

typedef struct ThingRun {
    MI_Instance instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstStringField Text;
    MI_ConstInstanceAField Things;
} ThingRun;

/* The provider. */

static void MI_CALL post(MI_Context *context, const MI_Instance *instance)
{
    MI_Result result = instance == NULL ? MI_RESULT_OK : MI_Context_PostInstance(context, instance);

    MI_Context_PostResult(context, result);
}

static void MI_CALL get(void *self, MI_Context *context, const MI_Char *name_space,
                        const MI_Char *class_name, const MI_Instance *path,
                        const MI_PropertySet *properties)
{
    (void)self, (void)name_space, (void)class_name, (void)properties;
    post(context, path);
}

static void MI_CALL change(void *self, MI_Context *context, const MI_Char *name_space,
                           const MI_Char *class_name, const MI_Instance *instance)
{
    (void)self, (void)name_space, (void)class_name;
    post(context, instance);
}

static void MI_CALL modify(void *self, MI_Context *context, const MI_Char *name_space,
                           const MI_Char *class_name, const MI_Instance *instance,
                           const MI_PropertySet *properties)
{
    (void)self, (void)name_space, (void)class_name, (void)properties;
    post(context, instance);
}

static void MI_CALL delete (void *self, MI_Context *context, const MI_Char *name_space,
                            const MI_Char *class_name, const MI_Instance *path)
{
    (void)self, (void)name_space, (void)class_name, (void)path;
    post(context, NULL);
}

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_PropertySet *wanted,
                              MI_Boolean keys_only, const MI_Filter *filter);

static void MI_CALL run(void *self, MI_Context *context, const MI_Char *name_space,
                        const MI_Char *class_name, const MI_Char *method, const MI_Instance *path,
                        const MI_Instance *in);

static const MI_PropertyDecl *const properties[] = {
#define PROPERTY(name_, type_, flags_, class_)                                                     \
    &(const MI_PropertyDecl)                                                                       \
    {                                                                                              \
        .flags = MI_FLAG_PROPERTY | (flags_), .name = #name_, .type = (type_),                     \
        .className = (class_), .offset = offsetof(Thing, name_)                                    \
    }
    PROPERTY(Id, MI_STRING, MI_FLAG_KEY, NULL), PROPERTY(Value, MI_UINT64, 0, NULL),
    PROPERTY(List, MI_STRINGA, 0, NULL),        PROPERTY(When, MI_DATETIME, 0, NULL),
    PROPERTY(Inner, MI_INSTANCE, 0, "T"),
};

static const MI_ParameterDecl *const parameters[] = {
#define PARAMETER(name_, type_, flags_, class_)                                                    \
    &(const MI_ParameterDecl)                                                                      \
    {                                                                                              \
        .flags = MI_FLAG_PARAMETER | (flags_), .name = #name_, .type = (type_),                    \
        .className = (class_), .offset = offsetof(ThingRun, name_)                                 \
    }
    PARAMETER(MIReturn, MI_UINT32, MI_FLAG_OUT, NULL),
    PARAMETER(Text, MI_STRING, MI_FLAG_IN | MI_FLAG_OUT, NULL),
    PARAMETER(Things, MI_INSTANCEA, MI_FLAG_IN | MI_FLAG_OUT, "T"),
};

static const MI_MethodDecl run_decl = {
    .flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
    .name = "Run",
    .parameters = parameters,
    .numParameters = ARRAY_SIZE(parameters),
    .size = sizeof(ThingRun),
    .returnType = MI_UINT32,
    .function = run,
};

static const MI_MethodDecl *const methods[] = {&run_decl};

static const MI_ProviderFT functions = {
    .GetInstance = get,
    .EnumerateInstances = enumerate,
    .CreateInstance = change,
    .ModifyInstance = modify,
    .DeleteInstance = delete,
};

static const MI_ClassDecl class_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "T",
    .properties = properties,
    .numProperties = ARRAY_SIZE(properties),
    .size = sizeof(Thing),
    .methods = methods,
    .numMethods = ARRAY_SIZE(methods),
    .providerFT = &functions,
};

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_PropertySet *wanted,
                              MI_Boolean keys_only, const MI_Filter *filter)
{
    Thing thing;
    MI_Value value = {.string = (MI_Char *)(uintptr_t) "one"};

    (void)self, (void)name_space, (void)class_name, (void)wanted, (void)keys_only, (void)filter;
    if (MI_Context_ConstructInstance(context, &class_decl, &thing.instance) == MI_RESULT_OK) {
        MI_Instance_SetElement(&thing.instance, "Id", &value, MI_STRING, 0);
        MI_Context_PostInstance(context, &thing.instance);
        MI_Context_PostInstance(context, &thing.instance);
        MI_Instance_Destruct(&thing.instance);
    }
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL run(void *self, MI_Context *context, const MI_Char *name_space,
                        const MI_Char *class_name, const MI_Char *method, const MI_Instance *path,
                        const MI_Instance *in)
{
    (void)self, (void)name_space, (void)class_name, (void)method, (void)path;
    post(context, in);
}

static const MI_ClassDecl *const classes[] = {&class_decl};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = ARRAY_SIZE(classes)};
static MI_Module module = {
    .version = MI_VERSION, .charSize = sizeof(MI_Char), .schemaDecl = &schema};

static MI_Module *MI_MAIN_CALL provider_main(MI_Server *server)
{
    (void)server;
    return &module;
}

/* What the server sends. */

static const char *const params[] = {
    "{\"namespace\":\"r\",\"class\":\"T\"}",
    "{\"namespace\":\"r\",\"instance\":{\"class\":\"T\",\"properties\":{\"Id\":\"a\"}}}",
    "{\"namespace\":\"r\",\"instance\":{\"class\":\"T\",\"properties\":{\"Id\":\"a\",\"Value\":"
    "\"7\","
    "\"List\":[\"x\",\"y\"],\"When\":\"20200102030405.000000+060\",\"Inner\":{\"class\":\"T\","
    "\"properties\":{\"Id\":\"b\"}}}}}",
    "{\"namespace\":\"r\",\"class\":\"T\",\"method\":\"Run\",\"parameters\":{\"Text\":\"t\","
    "\"Things\":[{\"class\":\"T\",\"properties\":{\"Id\":\"a\"}}]}}",
    "{\"namespace\":\"r\",\"class\":\"T\",\"properties\":[\"Id\",\"Value\"],\"keysOnly\":true,"
    "\"options\":{\"o\":{\"type\":\"uint8\",\"value\":3}},\"locale\":\"de\"}",
    "{}",
};

static void put_operation(Buffer *out, Script *script, uint64_t *last)
{
    unsigned what = script_byte(script), how = script_byte(script);
    char text[MAX_PARAMS];
    OperationFrame frame = {
        .kind = (OperationKind)(1 + what % 10),
        .flags = what / 16 & (OPERATION_ALL_FLAGS & ~(unsigned)OPERATION_PROMPTS),
        .name_space = SPAN("r"),
        .class_name = how / 64 == 3 ? SPAN("Other") : SPAN("T"),
        .params = span_of(params[how % ARRAY_SIZE(params)]),
    };
    uint64_t id = how / 16 % 4 == 3 ? how % 8 : *last + 1;

    if (frame.kind == OPERATION_INVOKE)
        frame.method = how / 64 == 2 ? SPAN("No") : SPAN("Run");
    if (how % 8 == 7) {
        /* Of the fuzzer's own: it is JSON, as the server has checked it. */
        size_t size = 0, wanted = script_byte(script) * 2;
        while (size < wanted && script->size > 0)
            text[size++] = (char)script_byte(script);
        frame.params = (Span){text, size};
        if (!json_check(frame.params, JSON_MAX_DEPTH, NULL) ||
            json_type(json_trim(frame.params)) != JSON_OBJECT)
            return;
        frame.params = json_trim(frame.params);
    }
    if (id == 0)
        return;
    *last = id > *last ? id : *last;
    payload_put_operation(out, id, &frame);
}

static void put_raw(Buffer *out, Script *script)
{
    unsigned type = script_byte(script) % 20, operation = script_byte(script) % 16,
             size = script_byte(script) % 32;
    size_t begin = frame_begin(out, (FrameType)type, operation);

    while (size-- > 0)
        frame_put_u8(out, (uint8_t)script_byte(script));
    frame_end(out, begin);
}

static void put_frames(Buffer *out, Script *script)
{
    uint64_t last = 0;
    unsigned operations = 0;

    while (script->size > 0 && operations < MAX_OPERATIONS) {
        unsigned what = script_byte(script);
        uint64_t id = 1 + what / 8 % 8;

        switch (what % 8) {
        case 0:
        case 1:
        case 2:
            operations++;
            put_operation(out, script, &last);
            break;
        case 3:
            payload_put_cancel(out, id, &(CancelFrame){.reason = script_byte(script) % 4});
            break;
        case 4:
            payload_put_credit(out, id, &(CreditFrame){.bytes = 1 + script_byte(script)});
            break;
        case 5:
            payload_put_empty(out, what / 8 == 31 ? FRAME_STOP : FRAME_PING, 0);
            break;
        case 6:
            payload_put_answer(out, id, &(AnswerFrame){.prompt = what / 64, .answer = PROMPT_YES});
            break;
        default:
            put_raw(out, script);
            break;
        }
    }
}

static void put_beginning(Buffer *out, Script *script)
{
    unsigned how = script_byte(script);
    ConfigFrame config = {
        .parallel = (how & 1) != 0,
        .operations = 1 + how / 2 % 32,
        .window = 1 << 20,
        .parent = 1,
        .provider = SPAN("fuzz"),
        .library = SPAN("/nowhere/fuzz"),
    };

    if (how / 64 == 3)
        return;
    payload_put_hello(out, &(HelloFrame){.version = FRAME_VERSION});
    payload_put_config(out, &config, NULL);
}

/* What the agent wrote. */

static void check_output(int fd)
{
    FrameReader reader;
    char data[32768];
    uint8_t results[256] = {0}, released[256] = {0};
    ssize_t size;

    frame_reader_init(&reader, FRAME_FROM_AGENT);
    while ((size = recv(fd, data, sizeof(data), MSG_DONTWAIT)) > 0) {
        Span input = {data, (size_t)size};
        Frame frame;
        int r;

        while ((r = frame_next(&reader, &input, &frame)) == FRAME_COMPLETE) {
            size_t id = frame.operation % 256;
            ResultFrame result;

            require(frame.operation == 0 || released[id] == 0);
            if (frame.type == FRAME_RESULT) {
                require(payload_get_result(frame.payload, &result) == 0);
                require(result.body.size == 0 ||
                        json_check_line(result.body, JSON_MAX_DEPTH, NULL));
                require(++results[id] == 1);
            } else if (frame.type == FRAME_RELEASED) {
                require(results[id] == 1);
                released[id]++;
            }
        }
        require(r == FRAME_MORE);
    }
    frame_reader_deinit(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    Script script = {data, size};
    int sockets[2], room = 1 << 20;
    Host *host;

    log_init("agent", (LogLevel)-1);
    put_beginning(&out, &script);
    put_frames(&out, &script);
    if (buffer_failed(&out))
        buffer_clear(&out);
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
    /* All of it fits: one thread is enough for both sides. */
    require(setsockopt(sockets[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) == 0);
    require(setsockopt(sockets[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) == 0);
    if (out.size > 0)
        require(send(sockets[0], out.data, out.size, MSG_DONTWAIT) == (ssize_t)out.size);
    require(shutdown(sockets[0], SHUT_WR) == 0);
    require(host_new(&(HostSettings){.fd = sockets[1], .main = provider_main}, &host) == 0);
    (void)host_run(host);
    host_free(host);
    check_output(sockets[0]);
    close(sockets[0]);
    return 0;
}
