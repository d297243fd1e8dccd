/*
 * The methods and their params: what is taken out for routing, and what is refused in which words.
 */
#include "server/method.h"

#include "base/macros.h"
#include "protocol/json.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct Parsed {
    int r;
    MethodParams params;
    char message[256];
} Parsed;

/* Parses @text, which is written with ' for ". */
static Parsed parse(const char *method, const char *text)
{
    static char json[8192];
    const Method *found = method_find(span_of(method));
    Parsed parsed = {0};

    assert_non_null(found);
    snprintf(json, sizeof(json), "%s", text);
    for (char *c = json; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    if (!json_check(span_of(json), JSON_MAX_DEPTH, NULL))
        fail_msg("the test's own params are no JSON: %s", json);
    parsed.r = method_parse(found, json_trim(span_of(json)), &parsed.params, parsed.message,
                            sizeof(parsed.message));
    return parsed;
}

static Parsed parse_good(const char *method, const char *text)
{
    Parsed parsed = parse(method, text);

    if (parsed.r != 0)
        fail_msg("%s %s is refused: %s", method, text, parsed.message);
    return parsed;
}

static void expect_refused(const char *method, const char *text, int r, const char *message)
{
    Parsed parsed = parse(method, text);

    if (parsed.r != r || strstr(parsed.message, message) == NULL)
        fail_msg("%s %s: %d '%s' and not '%s'", method, text, parsed.r, parsed.message, message);
}

static void methods_are_found_by_their_exact_names(void **state)
{
    (void)state;
    assert_non_null(method_find(SPAN("mi/getInstance")));
    assert_non_null(method_find(SPAN("host/reload")));
    assert_null(method_find(SPAN("mi/getinstance")));
    assert_null(method_find(SPAN("mi/getInstanceX")));
    assert_null(method_find(SPAN("mi/getInstanc")));
    assert_null(method_find(SPAN("")));
    assert_null(method_find((Span){0}));
}

static void every_method_of_the_protocol_page_is_known(void **state)
{
    static const struct {
        const char *name;
        MethodKind kind;
    } page[] = {
        {"mi/getInstance", METHOD_OPERATION},
        {"mi/enumerateInstances", METHOD_OPERATION},
        {"mi/invoke", METHOD_OPERATION},
        {"mi/createInstance", METHOD_OPERATION},
        {"mi/modifyInstance", METHOD_OPERATION},
        {"mi/deleteInstance", METHOD_OPERATION},
        {"mi/associatorInstances", METHOD_OPERATION},
        {"mi/referenceInstances", METHOD_OPERATION},
        {"mi/getClass", METHOD_OPERATION},
        {"mi/enumerateClasses", METHOD_OPERATION},
        {"mi/queryInstances", METHOD_NOT_YET},
        {"mi/subscribe", METHOD_NOT_YET},
        {"host/info", METHOD_INFO},
        {"host/status", METHOD_STATUS},
        {"host/metrics", METHOD_METRICS},
        {"host/reload", METHOD_RELOAD},
        {"host/stopProvider", METHOD_STOP},
        {"host/providers", METHOD_PROVIDERS},
        {"host/cancel", METHOD_CANCEL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(page); i++) {
        const Method *method = method_find(span_of(page[i].name));
        assert_non_null(method);
        assert_int_equal(method->kind, page[i].kind);
    }
}

static void what_routing_needs_is_taken_out(void **state)
{
    Parsed parsed;

    (void)state;
    parsed = parse_good("mi/getInstance",
                        "{'namespace':'root/cimv2','instance':{'class':'X_Dog','properties':{}}}");
    assert_string_equal(parsed.params.name_space, "root/cimv2");
    assert_string_equal(parsed.params.class_name, "X_Dog");
    assert_string_equal(parsed.params.method, "");
    assert_int_equal(parsed.params.timeout, 0);
    assert_int_equal(parsed.params.flags, 0);
    assert_null(parsed.params.partial_token.data);
    assert_null(parsed.params.work_token.data);

    parsed = parse_good("mi/invoke", "{'parameters':{'a':[1,{'b':2}]},'method':'Run','class':'X',"
                                     "'namespace':'n','timeoutMs':1500}");
    assert_string_equal(parsed.params.class_name, "X");
    assert_string_equal(parsed.params.method, "Run");
    assert_int_equal(parsed.params.timeout, 1500);
}

static void an_invoke_takes_a_class_or_an_instance(void **state)
{
    (void)state;
    assert_string_equal(
        parse_good("mi/invoke", "{'namespace':'n','instance':{'class':'X'},'method':'M'}")
            .params.class_name,
        "X");
    assert_string_equal(
        parse_good("mi/invoke", "{'namespace':'n','class':'Y','method':'M'}").params.class_name,
        "Y");
}

static void tokens_are_kept_as_they_came(void **state)
{
    Parsed parsed = parse_good("mi/enumerateInstances",
                               "{'namespace':'n','class':'X','partialResultToken':'a\\u0062',"
                               "'workDoneToken':-7}");

    (void)state;
    assert_int_equal(parsed.params.partial_token.size, 9);
    assert_memory_equal(parsed.params.partial_token.data, "\"a\\u0062\"", 9);
    assert_true(span_equals(parsed.params.work_token, "-7"));
    assert_int_equal(parsed.params.flags, OPERATION_STREAM | OPERATION_PROGRESS);
}

static void channels_of_messages_are_flags(void **state)
{
    (void)state;
    assert_int_equal(parse_good("mi/enumerateInstances",
                                "{'namespace':'n','class':'X','messages':['debug','warning']}")
                         .params.flags,
                     OPERATION_MESSAGES_DEBUG | OPERATION_MESSAGES_WARNING);
    assert_int_equal(parse_good("mi/enumerateInstances",
                                "{'namespace':'n','class':'X','messages':['v\\u0065rbose']}")
                         .params.flags,
                     OPERATION_MESSAGES_VERBOSE);
    assert_int_equal(
        parse_good("mi/enumerateInstances", "{'namespace':'n','class':'X','messages':[]}")
            .params.flags,
        0);
}

static void names_may_be_written_with_escapes(void **state)
{
    Parsed parsed = parse_good("mi/enumerateInstances",
                               "{'n\\u0061mespace':'root\\/a','cl\\u0061ss':'\\u0058'}");

    (void)state;
    assert_string_equal(parsed.params.name_space, "root/a");
    assert_string_equal(parsed.params.class_name, "X");
}

static void what_the_agent_reads_is_left_to_it(void **state)
{
    (void)state;
    parse_good(
        "mi/enumerateInstances",
        "{'namespace':'n','class':'X','keysOnly':true,'depth':'shallow','locale':'de',"
        "'properties':['A',1,null],'options':{'a':{'type':'x','value':{}}},'prompts':false}");
    parse_good("mi/enumerateInstances", "{'namespace':'n','class':'X','depth':'deep'}");
    parse_good("mi/enumerateInstances",
               "{'namespace':'n','class':'X','depth':'deepBaseProperties'}");
}

static void bad_params_are_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *method, *text, *message;
    } cases[] = {
        {"mi/getInstance", "{}", "'namespace' is missing"},
        {"mi/getInstance", "{'namespace':'n'}", "'instance' is missing"},
        {"mi/enumerateInstances", "{'namespace':'n'}", "'class' is missing"},
        {"mi/invoke", "{'namespace':'n','method':'M'}", "'class' (or 'instance') is missing"},
        {"mi/invoke", "{'namespace':'n','class':'X'}", "'method' is missing"},
        {"mi/invoke", "{'namespace':'n','class':'X','instance':{'class':'X'},'method':'M'}",
         "exclude each other"},
        {"mi/getInstance", "{'foo':1}", "mi/getInstance has no member 'foo'"},
        {"mi/getInstance", "{'namespace':'n','class':'X'}", "has no member 'class'"},
        {"mi/enumerateInstances", "{'method':'M'}", "has no member 'method'"},
        {"mi/enumerateInstances", "{'Namespace':'n'}", "has no member 'Namespace'"},
        {"mi/getInstance", "{'namespace':1}", "'namespace' must be a string"},
        {"mi/getInstance", "{'namespace':null}", "'namespace' must be a string"},
        {"mi/getInstance", "{'namespace':''}", "'namespace' is empty"},
        {"mi/getInstance", "{'namespace':'a b'}", "'namespace' may hold letters"},
        {"mi/getInstance", "{'namespace':'a\\\\b'}", "'namespace' may hold letters"},
        {"mi/getInstance", "{'namespace':'a\\u0000b'}", "'namespace' is longer than"},
        {"mi/enumerateInstances", "{'class':'a/b'}", "'class' may hold letters"},
        {"mi/enumerateInstances", "{'class':'a:b'}", "'class' may hold letters"},
        {"mi/enumerateInstances", "{'class':'\u00fc'}", "'class' may hold letters"},
        {"mi/invoke", "{'method':'M()'}", "'method' may hold letters"},
        {"mi/getInstance", "{'instance':'X'}", "'instance' must be an object"},
        {"mi/getInstance", "{'instance':{}}", "'instance.class' is missing"},
        {"mi/getInstance", "{'instance':{'properties':{}}}", "'instance.class' is missing"},
        {"mi/getInstance", "{'instance':{'class':1}}", "'instance.class' must be a string"},
        {"mi/getInstance", "{'instance':{'class':'X','properties':[]}}",
         "'instance.properties' must be an object"},
        {"mi/getInstance", "{'instance':{'class':'X','more':1}}", "unknown member 'more'"},
        {"mi/getInstance", "{'timeoutMs':0}", "'timeoutMs' must be a whole number"},
        {"mi/getInstance", "{'timeoutMs':-1}", "'timeoutMs' must be a whole number"},
        {"mi/getInstance", "{'timeoutMs':1.5}", "'timeoutMs' must be a whole number"},
        {"mi/getInstance", "{'timeoutMs':1e3}", "'timeoutMs' must be a whole number"},
        {"mi/getInstance", "{'timeoutMs':'1'}", "'timeoutMs' must be a whole number"},
        {"mi/getInstance", "{'timeoutMs':31536000001}", "'timeoutMs' must be a whole number"},
        {"mi/getInstance", "{'timeoutMs':99999999999999999999}",
         "'timeoutMs' must be a whole number"},
        {"mi/getInstance", "{'workDoneToken':1.5}",
         "'workDoneToken' must be a string or an integer"},
        {"mi/getInstance", "{'workDoneToken':null}", "'workDoneToken' must be"},
        {"mi/getInstance", "{'partialResultToken':{}}", "'partialResultToken' must be"},
        {"mi/getInstance", "{'messages':'warning'}", "'messages' must be an array"},
        {"mi/getInstance", "{'messages':['loud']}", "'messages' may hold"},
        {"mi/getInstance", "{'messages':[1]}", "'messages' may hold"},
        {"mi/getInstance", "{'messages':['']}", "'messages' may hold"},
        {"mi/getInstance", "{'prompts':1}", "'prompts' must be true or false"},
        {"mi/enumerateInstances", "{'keysOnly':'yes'}", "'keysOnly' must be true or false"},
        {"mi/enumerateInstances", "{'depth':'Deep'}", "'depth' must be"},
        {"mi/enumerateInstances", "{'depth':1}", "'depth' must be"},
        {"mi/enumerateInstances", "{'properties':{}}", "'properties' must be an array"},
        {"mi/enumerateInstances", "{'locale':1}", "'locale' must be a string"},
        {"mi/enumerateInstances", "{'options':[]}", "'options' must be an object"},
        {"mi/invoke", "{'parameters':[]}", "'parameters' must be an object"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        expect_refused(cases[i].method, cases[i].text, -EINVAL, cases[i].message);
}

static void what_is_there_twice_is_refused_however_it_is_written(void **state)
{
    (void)state;
    expect_refused("mi/getInstance", "{'namespace':'a','namespace':'a'}", -EINVAL,
                   "'namespace' is there twice");
    expect_refused("mi/getInstance", "{'namespace':'a','n\\u0061mespace':'b'}", -EINVAL,
                   "'namespace' is there twice");
    expect_refused("mi/enumerateInstances", "{'class':'A','\\u0063lass':'B'}", -EINVAL,
                   "'class' is there twice");
    expect_refused("mi/getInstance", "{'instance':{'class':'A','cl\\u0061ss':'B'}}", -EINVAL,
                   "'instance' has 'class' twice");
    expect_refused("mi/getInstance",
                   "{'instance':{'class':'A','properties':{},'p\\u0072operties':{}}}", -EINVAL,
                   "'instance' has 'properties' twice");
    expect_refused("mi/getInstance", "{'timeoutMs':1,'timeoutMs':1}", -EINVAL, "is there twice");
}

static void what_administration_needs_is_taken_out(void **state)
{
    Parsed parsed;

    (void)state;
    parsed = parse_good("host/cancel", "{'operation':'18446744073709551615','reason':'shutdown'}");
    assert_true(parsed.params.operation == UINT64_MAX);
    assert_int_equal(parsed.params.reason, MI_REASON_SHUTDOWN);
    parsed = parse_good("host/stopProvider", "{'provider':'processes'}");
    assert_string_equal(parsed.params.provider, "processes");
    expect_refused("host/cancel", "{'reason':'none'}", -EINVAL, "'operation' is missing");
    expect_refused("host/cancel", "{'operation':7}", -EINVAL, "'operation' must be an id");
    expect_refused("host/cancel", "{'operation':'18446744073709551616'}", -EINVAL, "must be an id");
    expect_refused("host/cancel", "{'operation':'7','reason':'x'}", -EINVAL, "'reason' must be");
    expect_refused("host/stopProvider", "{}", -EINVAL, "'provider' is missing");
    expect_refused("host/status", "{'provider':'x'}", -EINVAL, "has no member 'provider'");
}

static void without_params_the_namespace_is_missing(void **state)
{
    MethodParams params;
    char message[128];

    (void)state;
    assert_int_equal(method_parse(method_find(SPAN("mi/getInstance")), (Span){0}, &params, message,
                                  sizeof(message)),
                     -EINVAL);
    assert_non_null(strstr(message, "'namespace' is missing"));
}

static void names_are_at_most_256_bytes(void **state)
{
    char text[2048], name[258];

    (void)state;
    memset(name, 'x', sizeof(name));
    name[257] = '\0';
    snprintf(text, sizeof(text), "{'namespace':'n','class':'%s'}", name);
    expect_refused("mi/enumerateInstances", text, -EINVAL, "'class' is longer than 256 bytes");
    name[256] = '\0';
    snprintf(text, sizeof(text), "{'namespace':'n','class':'%s'}", name);
    assert_string_equal(parse_good("mi/enumerateInstances", text).params.class_name, name);
    /* The same in as many bytes as it can take. */
    size_t size = (size_t)snprintf(text, sizeof(text), "{'namespace':'n','class':'");
    for (int i = 0; i < 256; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "\\u0078");
    snprintf(text + size, sizeof(text) - size, "'}");
    assert_string_equal(parse_good("mi/enumerateInstances", text).params.class_name, name);
}

static void tokens_are_at_most_512_bytes(void **state)
{
    char text[1024], token[512];

    (void)state;
    memset(token, 't', sizeof(token));
    token[511] = '\0'; /* and two quotes */
    snprintf(text, sizeof(text), "{'namespace':'n','class':'X','partialResultToken':'%s'}", token);
    expect_refused("mi/enumerateInstances", text, -EINVAL, "longer than 512 bytes");
    token[510] = '\0';
    snprintf(text, sizeof(text), "{'namespace':'n','class':'X','partialResultToken':'%s'}", token);
    assert_int_equal(parse_good("mi/enumerateInstances", text).params.partial_token.size, 512);
}

static void a_message_fits_where_there_is_little_room(void **state)
{
    static const char params[] = "{\"a member with a name that is long enough for everybody\":1}";
    MethodParams parsed;
    char message[16];

    (void)state;
    memset(message, 'x', sizeof(message));
    assert_int_equal(method_parse(method_find(SPAN("mi/getInstance")), span_of(params), &parsed,
                                  message, sizeof(message)),
                     -EINVAL);
    assert_int_equal(strlen(message), sizeof(message) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_found_by_their_exact_names),
        cmocka_unit_test(every_method_of_the_protocol_page_is_known),
        cmocka_unit_test(what_routing_needs_is_taken_out),
        cmocka_unit_test(an_invoke_takes_a_class_or_an_instance),
        cmocka_unit_test(tokens_are_kept_as_they_came),
        cmocka_unit_test(channels_of_messages_are_flags),
        cmocka_unit_test(names_may_be_written_with_escapes),
        cmocka_unit_test(what_the_agent_reads_is_left_to_it),
        cmocka_unit_test(bad_params_are_refused_with_a_sentence),
        cmocka_unit_test(what_is_there_twice_is_refused_however_it_is_written),
        cmocka_unit_test(what_administration_needs_is_taken_out),
        cmocka_unit_test(without_params_the_namespace_is_missing),
        cmocka_unit_test(names_are_at_most_256_bytes),
        cmocka_unit_test(tokens_are_at_most_512_bytes),
        cmocka_unit_test(a_message_fits_where_there_is_little_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
