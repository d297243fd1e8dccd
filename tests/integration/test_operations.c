/*
 * Operations from end to end: what a client asks, a provider answers, in both framings.
 */
#include "tests/support/fixture.h"

#include <stdio.h>

#define SAMPLE_ONE                                                                                 \
    "{'class':'Test_Sample','properties':{'Id':1,'Name':'one','Flag':false,"                       \
    "'Count':'18446744073709551614','Ratio':0.5,'Created':'20240229235958.123456-060',"            \
    "'Tags':['a'],'Nothing':null}}"

static void get_enumerate_and_invoke(Fixture *f, ClientFraming framing)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, framing);

    expect_json(expect_result(client, ask_get(client, "Test_Sample", "'Id':1", "")), "",
                "{'instance':" SAMPLE_ONE "}");

    const cJSON *all = expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    assert_int_equal(json_count(all, "instances"), 3);
    expect_json(all, "instances.0", SAMPLE_ONE);
    assert_string_equal(json_text(all, "instances.1.properties.Name"),
                        "two \"quoted\" \\ and \n lines");
    assert_string_equal(json_text(all, "instances.2.properties.Name"),
                        "three: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");

    expect_json(
        expect_result(client, ask_invoke(client, "Test_Types", "Echo", "'String':'hello'", "")),
        "returnValue", "0");
}

static void a_client_of_lines_gets_enumerates_and_invokes(Fixture *f)
{
    get_enumerate_and_invoke(f, CLIENT_LINES);
}

static void a_client_of_headers_gets_enumerates_and_invokes(Fixture *f)
{
    get_enumerate_and_invoke(f, CLIENT_HEADERS);
}

static void a_thousand_instances_arrive_in_their_order(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *all = expect_result(client, ask_enumerate(client, "Test_Many", "")), *instance;
    int expected = 0;

    cJSON_ArrayForEach(instance, json_at(all, "instances"))
        assert_int_equal((int)json_number(instance, "properties.Id"), expected++);
    assert_int_equal(expected, 1000);
}

static void partial_results_come_before_an_empty_response(Fixture *f)
{
    int next = 0;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_HEADERS);
    long id = ask_enumerate(client, "Test_Many", ",'partialResultToken':'t'");

    expect_partial_results(client, 1000, "Id", &next);
    expect_json(expect_result(client, id), "", "{'instances':[]}");
}

static void an_instance_arrives_while_the_enumeration_goes_on(Fixture *f)
{
    int next = 0;

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(client, "Test_Puppet", ",'partialResultToken':'t'");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_do(puppet, "post 1", "1 0");
    expect_partial_results(client, 1, "Index", &next);
    assert_false(response_came(client, id));
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
}

static void what_is_collected_has_a_limit_which_the_error_explains(Fixture *f)
{
    daemon_start(f, "maxCollected=4K", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask_enumerate(client, "Test_Many", ""), CODE_FAILED,
                                      "MI_RESULT_SERVER_LIMITS_EXCEEDED");

    expect_contains(json_text(error, "message"), "partialResultToken");
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
    expect_operations(client, 0);
}

static void only_the_properties_that_were_asked_for_arrive(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *got = expect_result(
        client, ask_get(client, "Test_Sample", "'Id':2", ",'properties':['Flag','name']"));

    expect_json(got, "instance.properties.Flag", "true");
    assert_non_null(json_at(got, "instance.properties.Name"));
    assert_null(json_at(got, "instance.properties.Count"));

    got = expect_result(client, ask_enumerate(client, "Test_Sample", ",'properties':['Ratio']"));
    expect_json(got, "instances.2.properties.Ratio", "1.5");
    assert_null(json_at(got, "instances.2.properties.Name"));
}

static void keys_only_brings_only_keys(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    expect_json(expect_result(client, ask_enumerate(client, "Test_Sample", ",'keysOnly':true")), "",
                "{'instances':[{'class':'Test_Sample','properties':{'Id':1}},"
                "{'class':'Test_Sample','properties':{'Id':2}},"
                "{'class':'Test_Sample','properties':{'Id':3}}]}");
}

static void names_are_compared_without_case(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = client_request(client, "mi/getInstance",
                             "{'namespace':'ROOT/CIMV2','instance':{'class':'TEST_sample',"
                             "'properties':{'ID':1}}}");

    expect_json(expect_result(client, id), "", "{'instance':" SAMPLE_ONE "}");
}

static void every_type_comes_back_as_it_went(Fixture *f)
{
    static const char *const values[] = {
        "'Boolean':true",
        "'Uint8':255",
        "'Sint8':-128",
        "'Uint16':65535",
        "'Sint16':-32768",
        "'Uint32':4294967295",
        "'Sint32':-2147483648",
        "'Uint64':'18446744073709551615'",
        "'Sint64':'-9223372036854775808'",
        "'Real32':0.25",
        "'Real64':1e300",
        "'Char16':8364",
        "'Datetime':'20240229235958.123456-060'",
        "'Datetime':'00000001020304.000005:000'",
        "'String':''",
        "'String':'\\u20ac\\ud83d\\ude00\\u0001\\\\'",
        "'BooleanA':[true,false]",
        "'Uint8A':[0,255]",
        "'Uint8A':[]",
        "'Sint64A':['-1','9223372036854775807']",
        "'Real64A':[-0.5,0]",
        "'DatetimeA':['00000001020304.000005:000']",
        "'StringA':['','a']",
    };

    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        const cJSON *echo =
            expect_result(client, ask_invoke(client, "Test_Types", "Echo", values[i], ""));
        char name[32], path[48];

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(values[i] + 1, "'"), values[i] + 1);
        snprintf(path, sizeof(path), "parameters.%s", name);
        expect_json(echo, path, values[i] + strlen(name) + 3);
    }
}

static void the_largest_and_the_smallest_values_are_exact(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *both = expect_result(client, ask_enumerate(client, "Test_Types", ""));

    expect_json(both, "instances.0.properties.Sint8", "-128");
    expect_json(both, "instances.0.properties.Sint32", "-2147483648");
    expect_json(both, "instances.0.properties.Sint64", "'-9223372036854775808'");
    expect_json(both, "instances.0.properties.Uint64", "'0'");
    expect_json(both, "instances.1.properties.Uint8", "255");
    expect_json(both, "instances.1.properties.Uint32", "4294967295");
    expect_json(both, "instances.1.properties.Uint64", "'18446744073709551615'");
    expect_json(both, "instances.1.properties.Sint64", "'9223372036854775807'");
    expect_json(both, "instances.1.properties.Real64", "1.7976931348623157e308");
    expect_json(both, "instances.1.properties.String", "''");
}

static void out_parameters_and_return_value_come_back(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "output done", "0");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    expect_json(expect_result(client, id), "", "{'returnValue':42,'parameters':{'Text':'done'}}");
}

static void the_text_of_an_error_is_the_providers(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "error 2 you may not", "0");
    puppet_return(puppet);
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_ACCESS_DENIED");
    expect_json(error, "data.result", "2");
    assert_string_equal(json_text(error, "data.message"), "you may not");
}

static void a_function_that_returns_may_post_from_another_thread(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "thread later", "0");
    Puppet *later = gate_await(f->gate, "thread later of a");
    puppet_return(puppet);
    expect_served(client);
    assert_false(response_came(client, id));
    puppet_do(later, "output late", "0");
    puppet_do(later, "result 0", "0");
    puppet_return(later);
    expect_json(expect_result(client, id), "parameters.Text", "'late'");
    expect_operations(client, 0);
}

static void progress_begins_reports_and_ends_before_the_response(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run_with(client, "a", ",'workDoneToken':7");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "progress 10 at first", "0");
    const cJSON *params = expect_notification(client, "$/progress");
    expect_json(params, "token", "7");
    expect_json(params, "value.kind", "'begin'");
    expect_json(params, "value.title", "'obeying'");
    expect_json(params, "value.message", "'at first'");
    expect_json(params, "value.percentage", "10");
    puppet_do(puppet, "progress 4294967295 who knows", "0");
    params = expect_notification(client, "$/progress");
    expect_json(params, "value.kind", "'report'");
    assert_null(json_at(params, "value.percentage"));
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    expect_json(client_next(client), "params.value.kind", "'end'");
    (void)expect_result(client, id);
}

static void without_a_token_progress_goes_nowhere(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    (void)puppet_ask(puppet, "progress 10 unheard");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    expect_json(client_next(client), "id", "1");
    assert_int_equal(id, 1);
}

static void messages_come_only_when_their_channel_was_asked_for(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long quiet = ask_run(client, "quiet");
    long loud = ask_run_with(client, "loud", ",'messages':['warning']");
    Puppet *first = gate_await(f->gate, "invoke quiet");
    Puppet *second = gate_await(f->gate, "invoke loud");

    (void)puppet_ask(first, "warning unheard");
    puppet_do(second, "warning take care", "0");
    const cJSON *message = expect_notification(client, "mi/message");
    assert_int_equal((long)json_number(message, "id"), loud);
    expect_json(message, "channel", "'warning'");
    expect_json(message, "message", "'take care'");
    puppet_do(first, "result 0", "0");
    puppet_do(second, "result 0", "0");
    puppet_return(first);
    puppet_return(second);
    (void)expect_result(client, quiet);
    (void)expect_result(client, loud);
}

static void parallel_calls_are_in_the_provider_at_the_same_time(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long first = ask_run(client, "a"), second = ask_run(client, "b");
    Puppet *a = gate_await(f->gate, "invoke a");
    Puppet *b = gate_await(f->gate, "invoke b");

    puppet_do(b, "result 0", "0");
    puppet_return(b);
    (void)expect_result(client, second);
    puppet_do(a, "result 0", "0");
    puppet_return(a);
    (void)expect_result(client, first);
}

static void serial_calls_wait_for_each_other(Fixture *f)
{
    registration_write(f, "serial", "LIBRARY=%s\nCLASS=Test_Serial\nCALLS=serial\n",
                       f->puppet_library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long first = ask_invoke(client, "Test_Serial", "Run", "'Name':'a'", "");
    Puppet *a = gate_await(f->gate, "invoke a");
    long second = ask_invoke(client, "Test_Serial", "Run", "'Name':'b'", "");

    expect_operations(client, 2);
    puppet_do(a, "result 0", "0");
    (void)expect_result(client, first);
    gate_take(f->gate);
    assert_string_equal(gate_unclaimed(f->gate), ""); /* a has not returned yet */
    puppet_return(a);
    Puppet *b = gate_await(f->gate, "invoke b");
    puppet_do(b, "result 0", "0");
    puppet_return(b);
    (void)expect_result(client, second);
}

/* Else whoever needs the class to read the instances that the call posts, and doesn't read on until
 * then, and the call, which waits until they are read, would wait for each other. */
static void a_serial_call_delays_no_one_who_asks_for_the_class(Fixture *f)
{
    registration_write(f, "serial", "LIBRARY=%s\nCLASS=Test_Serial\nCALLS=serial\n",
                       f->puppet_library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long first = ask_invoke(client, "Test_Serial", "Run", "'Name':'a'", "");
    Puppet *a = gate_await(f->gate, "invoke a");

    long asked =
        client_request(client, "mi/getClass", "{'namespace':'root/cimv2','class':'Test_Serial'}");
    expect_json(expect_result(client, asked), "class.class", "'Test_Serial'");
    puppet_finish(a, "result 0");
    (void)expect_result(client, first);
}

static void what_has_no_place_in_the_agent_waits_in_the_server(Fixture *f)
{
    registration_write(f, "puppet", "LIBRARY=%s\nCLASS=Test_Puppet\nCALLS=parallel\nOPERATIONS=1\n",
                       f->puppet_library);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long first = ask_run(client, "a");
    Puppet *a = gate_await(f->gate, "invoke a");
    long second = ask_run(client, "b");

    expect_operations(client, 2);
    puppet_do(a, "result 0", "0");
    (void)expect_result(client, first);
    gate_take(f->gate);
    assert_string_equal(gate_unclaimed(f->gate), "");
    puppet_return(a);
    Puppet *b = gate_await(f->gate, "invoke b");
    puppet_do(b, "result 0", "0");
    puppet_return(b);
    (void)expect_result(client, second);
}

static void what_was_collected_is_forgotten_once_it_was_read(Fixture *f)
{
    daemon_start(f, "maxCollected=1M", "maxBuffered=1M", NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    for (int i = 0; i < 20; i++)
        (void)expect_result(client, ask_enumerate(client, "Test_Many", ""));
}

static void a_get_of_a_class_that_only_enumerates_finds_its_instance(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    expect_json(expect_result(client, ask_get(client, "Test_Many", "'Id':500", "")),
                "instance.properties.E", "3500");
    (void)expect_error(client, ask_get(client, "Test_Many", "'Id':1000", ""), CODE_FAILED,
                       "MI_RESULT_NOT_FOUND");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_client_of_lines_gets_enumerates_and_invokes),
        TEST(a_client_of_headers_gets_enumerates_and_invokes),
        TEST(a_thousand_instances_arrive_in_their_order),
        TEST(partial_results_come_before_an_empty_response),
        TEST(an_instance_arrives_while_the_enumeration_goes_on),
        TEST(what_is_collected_has_a_limit_which_the_error_explains),
        TEST(only_the_properties_that_were_asked_for_arrive),
        TEST(keys_only_brings_only_keys),
        TEST(names_are_compared_without_case),
        TEST(every_type_comes_back_as_it_went),
        TEST(the_largest_and_the_smallest_values_are_exact),
        TEST(out_parameters_and_return_value_come_back),
        TEST(the_text_of_an_error_is_the_providers),
        TEST(a_function_that_returns_may_post_from_another_thread),
        TEST(progress_begins_reports_and_ends_before_the_response),
        TEST(without_a_token_progress_goes_nowhere),
        TEST(messages_come_only_when_their_channel_was_asked_for),
        TEST(parallel_calls_are_in_the_provider_at_the_same_time),
        TEST(serial_calls_wait_for_each_other),
        TEST(a_serial_call_delays_no_one_who_asks_for_the_class),
        TEST(what_has_no_place_in_the_agent_waits_in_the_server),
        TEST(what_was_collected_is_forgotten_once_it_was_read),
        TEST(a_get_of_a_class_that_only_enumerates_finds_its_instance),
    };

    return RUN_TESTS("operations", tests);
}
