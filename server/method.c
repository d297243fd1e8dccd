#include "server/method.h"

#include "base/macros.h"
#include "protocol/json.h"
#include "protocol/result.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

/* The members that params can have. */
typedef enum Member {
    MEMBER_NAMESPACE = 1 << 0,
    MEMBER_TIMEOUT = 1 << 1,
    MEMBER_PROPERTIES = 1 << 2,
    MEMBER_OPTIONS = 1 << 3,
    MEMBER_LOCALE = 1 << 4,
    MEMBER_MESSAGES = 1 << 5,
    MEMBER_PROMPTS = 1 << 6,
    MEMBER_WORK_TOKEN = 1 << 7,
    MEMBER_PARTIAL_TOKEN = 1 << 8,
    MEMBER_CLASS = 1 << 9,
    MEMBER_INSTANCE = 1 << 10,
    MEMBER_KEYS_ONLY = 1 << 11,
    MEMBER_DEPTH = 1 << 12,
    MEMBER_METHOD = 1 << 13,
    MEMBER_PARAMETERS = 1 << 14,
    MEMBER_ASSOCIATION_CLASS = 1 << 15,
    MEMBER_RESULT_CLASS = 1 << 16,
    MEMBER_ROLE = 1 << 17,
    MEMBER_RESULT_ROLE = 1 << 18,
    MEMBER_DEEP = 1 << 19,
    MEMBER_NAMES_ONLY = 1 << 20,
    MEMBER_PROVIDER = 1 << 21,
    MEMBER_OPERATION = 1 << 22,
    MEMBER_REASON = 1 << 23,
    MEMBER_ACKNOWLEDGE = 1 << 24,
} Member;

#define MEMBERS_OF_ALL                                                                             \
    (MEMBER_NAMESPACE | MEMBER_TIMEOUT | MEMBER_PROPERTIES | MEMBER_OPTIONS | MEMBER_LOCALE |      \
     MEMBER_MESSAGES | MEMBER_PROMPTS | MEMBER_WORK_TOKEN | MEMBER_PARTIAL_TOKEN |                 \
     MEMBER_ACKNOWLEDGE)

/* Those that must be there where a method has them. */
#define MEMBERS_ALWAYS (MEMBER_METHOD | MEMBER_PROVIDER | MEMBER_OPERATION)

static const Method methods[] = {
    {"mi/getInstance", METHOD_OPERATION, OPERATION_GET_INSTANCE, MEMBER_INSTANCE},
    {"mi/enumerateInstances", METHOD_OPERATION, OPERATION_ENUMERATE_INSTANCES,
     MEMBER_CLASS | MEMBER_KEYS_ONLY | MEMBER_DEPTH},
    {"mi/invoke", METHOD_OPERATION, OPERATION_INVOKE,
     MEMBER_CLASS | MEMBER_INSTANCE | MEMBER_METHOD | MEMBER_PARAMETERS},
    {"mi/createInstance", METHOD_OPERATION, OPERATION_CREATE_INSTANCE, MEMBER_INSTANCE},
    {"mi/modifyInstance", METHOD_OPERATION, OPERATION_MODIFY_INSTANCE, MEMBER_INSTANCE},
    {"mi/deleteInstance", METHOD_OPERATION, OPERATION_DELETE_INSTANCE, MEMBER_INSTANCE},
    {"mi/associatorInstances", METHOD_OPERATION, OPERATION_ASSOCIATOR_INSTANCES,
     MEMBER_INSTANCE | MEMBER_ASSOCIATION_CLASS | MEMBER_RESULT_CLASS | MEMBER_ROLE |
         MEMBER_RESULT_ROLE | MEMBER_KEYS_ONLY},
    {"mi/referenceInstances", METHOD_OPERATION, OPERATION_REFERENCE_INSTANCES,
     MEMBER_INSTANCE | MEMBER_RESULT_CLASS | MEMBER_ROLE | MEMBER_KEYS_ONLY},
    {"mi/getClass", METHOD_OPERATION, OPERATION_GET_CLASS, MEMBER_CLASS},
    {"mi/enumerateClasses", METHOD_OPERATION, OPERATION_ENUMERATE_CLASSES,
     MEMBER_CLASS | MEMBER_DEEP | MEMBER_NAMES_ONLY},
    {"mi/queryInstances", METHOD_NOT_YET, 0, 0},
    {"mi/subscribe", METHOD_NOT_YET, 0, 0},
    {"host/info", METHOD_INFO, 0, 0},
    {"host/status", METHOD_STATUS, 0, 0},
    {"host/metrics", METHOD_METRICS, 0, 0},
    {"host/reload", METHOD_RELOAD, 0, 0},
    {"host/providers", METHOD_PROVIDERS, 0, 0},
    {"host/stopProvider", METHOD_STOP, 0, MEMBER_PROVIDER},
    {"host/cancel", METHOD_CANCEL, 0, MEMBER_OPERATION | MEMBER_REASON},
};

const Method *method_find(Span name)
{
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
        if (span_equals(name, methods[i].name))
            return &methods[i];
    return NULL;
}

/* What a parse carries: where the findings go, and the sentence of a refusal. */
typedef struct Parse {
    MethodParams *params;
    char *message;
    size_t message_size;
} Parse;

static int refuse(Parse *parse, const char *format, ...) PRINTF_LIKE(2, 3);

static int refuse(Parse *parse, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(parse->message, parse->message_size, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

/* Reads a CIM name into @to: letters, digits and underscores; slashes too for a namespace. */
static int get_name(Parse *parse, const char *what, Span value, bool slashes,
                    char to[PAYLOAD_MAX_NAME + 1])
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    if (json_type(value) != JSON_STRING)
        return refuse(parse, "'%s' must be a string", what);
    /* An escape takes up to six bytes for one: no name that is allowed is longer than this. */
    if (value.size > 6 * PAYLOAD_MAX_NAME + 2 || json_decode_string(value, &text) < 0 ||
        text.size > PAYLOAD_MAX_NAME)
        return refuse(parse, "'%s' is longer than %d bytes, or no name", what, PAYLOAD_MAX_NAME);
    if (buffer_failed(&text))
        return -ENOMEM;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (!isalnum(c) && c != '_' && !(slashes && c == '/'))
            return refuse(parse, "'%s' may hold letters, digits%s and underscores only", what,
                          slashes ? ", slashes" : "");
    }
    if (text.size == 0)
        return refuse(parse, "'%s' is empty", what);
    memcpy(to, text.data, text.size);
    to[text.size] = '\0';
    return 0;
}

static int get_token(Parse *parse, const char *what, Span value, Span *to)
{
    JsonType type = json_type(value);
    int64_t number;

    if (type != JSON_STRING && (type != JSON_NUMBER || json_get_integer(value, &number) < 0))
        return refuse(parse, "'%s' must be a string or an integer", what);
    if (value.size > METHOD_MAX_TOKEN)
        return refuse(parse, "'%s' is longer than %d bytes", what, METHOD_MAX_TOKEN);
    *to = value;
    return 0;
}

static int get_timeout(Parse *parse, Span value)
{
    int64_t number;

    if (json_type(value) != JSON_NUMBER || json_get_integer(value, &number) < 0 || number < 1 ||
        number > METHOD_MAX_TIMEOUT)
        return refuse(parse, "'timeoutMs' must be a whole number of milliseconds from 1 to %lld",
                      (long long)METHOD_MAX_TIMEOUT);
    parse->params->timeout = (uint64_t)number;
    return 0;
}

static int get_messages(Parse *parse, Span value)
{
    static const struct {
        const char *name;
        uint32_t flag;
    } channels[] = {{"warning", OPERATION_MESSAGES_WARNING},
                    {"verbose", OPERATION_MESSAGES_VERBOSE},
                    {"debug", OPERATION_MESSAGES_DEBUG}};
    Span rest = value, element;

    if (json_type(value) != JSON_ARRAY)
        return refuse(parse, "'messages' must be an array of channels");
    while (json_next_element(&rest, &element)) {
        size_t i = 0;

        if (json_type(element) == JSON_STRING) {
            span_skip(&element, 1);
            element.size--;
            while (i < ARRAY_SIZE(channels) && !json_key_equals(element, channels[i].name))
                i++;
        } else {
            i = ARRAY_SIZE(channels);
        }
        if (i == ARRAY_SIZE(channels))
            return refuse(parse, "'messages' may hold \"warning\", \"verbose\" and \"debug\"");
        parse->params->flags |= channels[i].flag;
    }
    return 0;
}

static int get_depth(Parse *parse, Span value)
{
    static const char *const depths[] = {
        [DEPTH_DEEP] = "\"deep\"",
        [DEPTH_SHALLOW] = "\"shallow\"",
        [DEPTH_BASE_PROPERTIES] = "\"deepBaseProperties\"",
    };

    for (size_t i = 0; i < ARRAY_SIZE(depths); i++) {
        if (span_equals(value, depths[i])) {
            parse->params->depth = (MethodDepth)i;
            return 0;
        }
    }
    return refuse(parse, "'depth' must be \"deep\", \"shallow\" or \"deepBaseProperties\"");
}

/* An object path: {class, properties}. The properties are the agent's to check. */
static int get_instance(Parse *parse, Span value)
{
    Span rest = value, key, member;
    unsigned seen = 0;

    if (json_type(value) != JSON_OBJECT)
        return refuse(parse,
                      "'instance' must be an object {\"class\": ..., \"properties\": {...}}");
    while (json_next_member(&rest, &key, &member)) {
        bool is_class = json_key_equals(key, "class");
        unsigned bit = is_class ? 1 : 2;

        if (!is_class && !json_key_equals(key, "properties"))
            return refuse(parse, "'instance' has the unknown member '%.*s'",
                          (int)(key.size < 64 ? key.size : 64), key.data);
        if ((seen & bit) != 0)
            return refuse(parse, "'instance' has '%s' twice", is_class ? "class" : "properties");
        seen |= bit;
        if (is_class) {
            int r = get_name(parse, "instance.class", member, false, parse->params->class_name);
            if (r < 0)
                return r;
        } else if (json_type(member) != JSON_OBJECT) {
            return refuse(parse, "'instance.properties' must be an object");
        }
    }
    if ((seen & 1) == 0)
        return refuse(parse, "'instance.class' is missing");
    return 0;
}

static int want_type(Parse *parse, const char *what, Span value, JsonType type, const char *text)
{
    return json_type(value) == type ? 0 : refuse(parse, "'%s' must be %s", what, text);
}

static int get_boolean(Parse *parse, const char *what, Span value, bool *ret)
{
    JsonType type = json_type(value);

    *ret = type == JSON_TRUE;
    return type == JSON_TRUE || type == JSON_FALSE
               ? 0
               : refuse(parse, "'%s' must be true or false", what);
}

static int get_prompts(Parse *parse, Span value)
{
    bool wanted;
    int r = get_boolean(parse, "prompts", value, &wanted);

    if (wanted)
        parse->params->flags |= OPERATION_PROMPTS;
    return r;
}

/* A provider's name is that of its file: any text. */
static int get_provider(Parse *parse, Span value)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    if (json_type(value) != JSON_STRING || value.size > 6 * PAYLOAD_MAX_NAME + 2 ||
        json_decode_string(value, &text) < 0 || text.size > PAYLOAD_MAX_NAME)
        return refuse(parse, "'provider' must be the name of one, as host/providers lists it");
    if (buffer_failed(&text))
        return -ENOMEM;
    memcpy(parse->params->provider, text.data, text.size);
    return 0;
}

/* The host's id of an operation: a decimal string, as host/status shows it. */
static int get_operation(Parse *parse, Span value)
{
    uint64_t number = 0;

    if (json_type(value) == JSON_STRING && value.size >= 3 && value.size <= 22) {
        size_t i = 1;
        while (i < value.size - 1 && isdigit((unsigned char)value.data[i]) &&
               !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_add_overflow(number, (uint64_t)(value.data[i] - '0'), &number))
            i++;
        if (i == value.size - 1) {
            parse->params->operation = number;
            return 0;
        }
    }
    return refuse(parse, "'operation' must be an id as host/status shows it: \"7\"");
}

static int get_reason(Parse *parse, Span value)
{
    if (json_type(value) == JSON_STRING &&
        reason_from_name(value.data + 1, value.size - 2, &parse->params->reason) == 0)
        return 0;
    return refuse(parse, "'reason' must be \"none\", \"timeout\", \"shutdown\" or \"serviceStop\"");
}

static int get_work_token(Parse *parse, Span value)
{
    parse->params->flags |= OPERATION_PROGRESS;
    return get_token(parse, "workDoneToken", value, &parse->params->work_token);
}

static int get_partial_token(Parse *parse, Span value)
{
    parse->params->flags |= OPERATION_STREAM;
    return get_token(parse, "partialResultToken", value, &parse->params->partial_token);
}

static int get_member(Parse *parse, Member member, const char *name, Span value)
{
    char ignored_name[PAYLOAD_MAX_NAME + 1]; /* checked here, and read by the agent */
    bool ignored;

    switch (member) {
    case MEMBER_NAMESPACE:
        return get_name(parse, name, value, true, parse->params->name_space);
    case MEMBER_CLASS:
        return get_name(parse, name, value, false, parse->params->class_name);
    case MEMBER_METHOD:
        return get_name(parse, name, value, false, parse->params->method);
    case MEMBER_INSTANCE:
        return get_instance(parse, value);
    case MEMBER_TIMEOUT:
        return get_timeout(parse, value);
    case MEMBER_MESSAGES:
        return get_messages(parse, value);
    case MEMBER_PROMPTS:
        return get_prompts(parse, value);
    case MEMBER_WORK_TOKEN:
        return get_work_token(parse, value);
    case MEMBER_PARTIAL_TOKEN:
        return get_partial_token(parse, value);
    case MEMBER_DEPTH:
        return get_depth(parse, value);
    case MEMBER_ASSOCIATION_CLASS:
        return get_name(parse, name, value, false, parse->params->association_class);
    case MEMBER_RESULT_CLASS:
        return get_name(parse, name, value, false, parse->params->result_class);
    case MEMBER_ROLE:
    case MEMBER_RESULT_ROLE:
        return get_name(parse, name, value, false, ignored_name);
    case MEMBER_KEYS_ONLY:
        return get_boolean(parse, name, value, &ignored);
    case MEMBER_ACKNOWLEDGE:
        return get_boolean(parse, name, value, &parse->params->acknowledge);
    case MEMBER_DEEP:
        return get_boolean(parse, name, value, &parse->params->deep);
    case MEMBER_NAMES_ONLY:
        return get_boolean(parse, name, value, &parse->params->names_only);
    case MEMBER_PROVIDER:
        return get_provider(parse, value);
    case MEMBER_OPERATION:
        return get_operation(parse, value);
    case MEMBER_REASON:
        return get_reason(parse, value);
    case MEMBER_PROPERTIES:
        return want_type(parse, name, value, JSON_ARRAY, "an array of names");
    case MEMBER_LOCALE:
        return want_type(parse, name, value, JSON_STRING, "a string");
    case MEMBER_OPTIONS:
        return want_type(parse, name, value, JSON_OBJECT, "an object of {\"type\", \"value\"}");
    case MEMBER_PARAMETERS:
        return want_type(parse, name, value, JSON_OBJECT, "an object");
    }
    return -EINVAL;
}

static const struct {
    const char *name;
    Member member;
} members[] = {
    {"namespace", MEMBER_NAMESPACE},
    {"class", MEMBER_CLASS},
    {"instance", MEMBER_INSTANCE},
    {"method", MEMBER_METHOD},
    {"parameters", MEMBER_PARAMETERS},
    {"partialResultToken", MEMBER_PARTIAL_TOKEN},
    {"workDoneToken", MEMBER_WORK_TOKEN},
    {"acknowledge", MEMBER_ACKNOWLEDGE},
    {"timeoutMs", MEMBER_TIMEOUT},
    {"properties", MEMBER_PROPERTIES},
    {"keysOnly", MEMBER_KEYS_ONLY},
    {"depth", MEMBER_DEPTH},
    {"options", MEMBER_OPTIONS},
    {"locale", MEMBER_LOCALE},
    {"messages", MEMBER_MESSAGES},
    {"prompts", MEMBER_PROMPTS},
    {"associationClass", MEMBER_ASSOCIATION_CLASS},
    {"resultClass", MEMBER_RESULT_CLASS},
    {"role", MEMBER_ROLE},
    {"resultRole", MEMBER_RESULT_ROLE},
    {"deep", MEMBER_DEEP},
    {"namesOnly", MEMBER_NAMES_ONLY},
    {"provider", MEMBER_PROVIDER},
    {"operation", MEMBER_OPERATION},
    {"reason", MEMBER_REASON},
};

/* Which members must be there. mi/invoke takes a class or an instance, mi/enumerateClasses may do
 * without. */
static int check_presence(Parse *parse, const Method *method, unsigned seen)
{
    unsigned targets = method->members & (MEMBER_CLASS | MEMBER_INSTANCE);

    if (method->kind == METHOD_OPERATION && (seen & MEMBER_NAMESPACE) == 0)
        return refuse(parse,
                      "'namespace' is missing: say \"namespace\": \"root/cimv2\", for example");
    if (targets != 0 && (seen & targets) == 0 && method->operation != OPERATION_ENUMERATE_CLASSES)
        return refuse(parse, "%s is missing",
                      targets == MEMBER_CLASS      ? "'class'"
                      : targets == MEMBER_INSTANCE ? "'instance'"
                                                   : "'class' (or 'instance')");
    if ((seen & targets) == (MEMBER_CLASS | MEMBER_INSTANCE))
        return refuse(parse, "'class' and 'instance' exclude each other");
    for (size_t i = 0; i < ARRAY_SIZE(members); i++)
        if ((method->members & ~seen & members[i].member & MEMBERS_ALWAYS) != 0)
            return refuse(parse, "'%s' is missing", members[i].name);
    return 0;
}

int method_parse(const Method *method, Span params, MethodParams *ret, char *message,
                 size_t message_size)
{
    Parse parse = {.params = ret, .message = message, .message_size = message_size};
    Span rest = params, key, value;
    unsigned seen = 0, known = method->members;

    *ret = (MethodParams){0};
    if (method->kind == METHOD_OPERATION)
        known |= MEMBERS_OF_ALL;
    while (params.data != NULL && json_next_member(&rest, &key, &value)) {
        size_t i = 0;
        while (i < ARRAY_SIZE(members) && !json_key_equals(key, members[i].name))
            i++;
        if (i == ARRAY_SIZE(members) || (known & members[i].member) == 0)
            return refuse(&parse, "%s has no member '%.*s'", method->name,
                          (int)(key.size < 64 ? key.size : 64), key.data);
        if ((seen & members[i].member) != 0)
            return refuse(&parse, "'%s' is there twice", members[i].name);
        seen |= members[i].member;
        int r = get_member(&parse, members[i].member, members[i].name, value);
        if (r < 0)
            return r;
    }
    return check_presence(&parse, method, seen);
}
