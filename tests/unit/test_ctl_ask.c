/*
 * The verbs of mihostctl that ask the server itself, again and again or with other people's words;
 * what they do when it doesn't answer, or is of another version; and saying nothing but errors.
 */
#include "tests/unit/ctl_fake.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NS       "\"namespace\":\"root/cimv2\""
#define INSTANCE "{\"class\":\"P\",\"properties\":{\"Id\":\"1\",\"Name\":\"init\"}}"
#define TOKEN    "\"partialResultToken\":\"instances\""
#define INFO     REQUEST("host/info", "")
#define STATUS   REQUEST("host/status", "")
#define IDLE     RESULT("{\"agents\":[],\"operations\":[]}")
#define GET                                                                                        \
    REQUEST("mi/getInstance", NS ",\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"1\"}}")

/* Queries and subscriptions. */

#define QUERY(method, dialect)                                                                     \
    REQUEST(method, NS ",\"dialect\":\"" dialect "\",\"query\":\"SELECT \\\"a\\\"\"," TOKEN)
#define NOT_SUPPORTED                                                                              \
    ERROR("\"code\":-32803,\"message\":\"m\",\"data\":{\"result\":7,\"resultName\":"               \
          "\"MI_RESULT_NOT_SUPPORTED\",\"message\":\"queries are not supported yet\"}")

static void a_query_is_sent_with_its_dialect_and_lists_instances(void **state)
{
    expect_run(*state, "query|--dialect|CQL|--table|SELECT \"a\"",
               SCRIPT(QUERY("mi/queryInstances", "CQL"), PROGRESS("instances", "[" INSTANCE "]"),
                      RESULT("{\"instances\":[]}")),
               EXIT_STATUS_DONE, "Id  Name\n1   init\n", "");
}

static void a_subscription_prints_what_comes_until_it_is_canceled(void **state)
{
    expect_run(*state, "subscribe|SELECT \"a\"",
               SCRIPT(QUERY("mi/subscribe", "WQL"), PROGRESS("instances", "[" INSTANCE "]"),
                      PRESS_CTRL_C, CANCEL,
                      ERROR("\"code\":-32800,\"message\":\"canceled\",\"data\":{\"reason\":"
                            "\"none\",\"delivered\":true,\"result\":null,\"abandoned\":true}")),
               EXIT_STATUS_CANCELED, INSTANCE "\n",
               "mihostctl: canceling; press Ctrl-C again to leave without the answer\n"
               "mihostctl: subscribe: canceled (reason none, as you asked); the provider did not "
               "end within its grace and was abandoned\n");
}

static void what_a_server_does_not_support_is_said_in_its_words(void **state)
{
    expect_run(*state, "query|SELECT \"a\"",
               SCRIPT(QUERY("mi/queryInstances", "WQL"), NOT_SUPPORTED), EXIT_STATUS_FAILED, "",
               "mihostctl: query: MI_RESULT_NOT_SUPPORTED: queries are not supported yet\n");
}

/* Call. */

static void call_sends_the_params_as_they_are_on_one_line(void **state)
{
    expect_run(*state, "call|x/y|{ \"a\" : [1,\n2], \"b\":\"\xC3\xA4\"}",
               SCRIPT(REQUEST("x/y", "\"a\":[1,2],\"b\":\"\xC3\xA4\""), RESULT("{ \"c\" : 7 }")),
               EXIT_STATUS_DONE, "{\"c\":7}\n", "");
}

static void call_prints_what_came_before_the_result_too(void **state)
{
    expect_run(*state, "call|x",
               SCRIPT(REQUEST("x", ""), PROGRESS("t", "[1]"),
                      SEND("{\"jsonrpc\":\"2.0\",\"method\":\"mi/other\"}"), RESULT("7")),
               EXIT_STATUS_DONE,
               "{\"method\":\"$/progress\",\"params\":{\"token\":\"t\",\"value\":[1]}}\n"
               "{\"method\":\"mi/other\",\"params\":null}\n7\n",
               "");
}

static void call_reads_the_params_from_standard_input(void **state)
{
    static const char params[] = " {\"a\":\n1}\n";
    Fixture *fixture = *state;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(write(ends[1], params, sizeof(params) - 1), sizeof(params) - 1);
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(dup3(ends[0], fixture->in, O_CLOEXEC), fixture->in);
    assert_int_equal(close(ends[0]), 0);
    expect_run(fixture, "call|x|-", SCRIPT(REQUEST("x", "\"a\":1"), RESULT("null")),
               EXIT_STATUS_DONE, "null\n", "");
}

static void ctrl_c_cancels_a_call_too(void **state)
{
    expect_run(*state, "call|x",
               SCRIPT(REQUEST("x", ""), PRESS_CTRL_C, CANCEL,
                      ERROR("\"code\":-32800,\"message\":\"m\",\"data\":{\"reason\":\"none\","
                            "\"delivered\":false,\"result\":null,\"abandoned\":false}")),
               EXIT_STATUS_CANCELED, "",
               "mihostctl: canceling; press Ctrl-C again to leave without the answer\n"
               "mihostctl: x: canceled (reason none, as you asked); the server said: m\n");
}

/* Forgets what was printed, for a test that runs more than once. */
static void begin_anew(Fixture *fixture)
{
    assert_int_equal(ftruncate(fixture->out, 0), 0);
    assert_int_equal(ftruncate(fixture->err, 0), 0);
    assert_int_equal(lseek(fixture->out, 0, SEEK_SET), 0);
    assert_int_equal(lseek(fixture->err, 0, SEEK_SET), 0);
}

static void expect_usage(Fixture *fixture, const char *words, const char *why)
{
    begin_anew(fixture);
    assert_int_equal(run(fixture, words), EXIT_STATUS_USAGE);
    assert_non_null(strstr(read_back(fixture, fixture->err), why));
    expect_out(fixture, "");
}

static void a_wrong_command_line_sends_nothing(void **state)
{
    Fixture *fixture = *state;
    struct pollfd connected = {.fd = fixture->listener, .events = POLLIN};

    expect_usage(fixture, "call|x|{", "the params are not JSON, at byte 1");
    expect_usage(fixture, "call|x|[]", "the params are JSON, but no object");
    expect_usage(fixture, "call|x|-", "the params are not JSON");
    expect_usage(fixture, "call|x\"y", "is not a method's name");
    expect_usage(fixture, "call|", "is not a method's name");
    expect_usage(fixture, "call", "call: something is missing");
    expect_usage(fixture, "query", "query: something is missing");
    expect_usage(fixture, "query|SELECT|1", "query takes no '1'");
    expect_usage(fixture, "statsu", "'statsu' is not a verb; did you mean 'status'?");
    expect_usage(fixture, "info|--jsn", "did you mean '--json'?");
    expect_usage(fixture, "help|qery", "did you mean 'query'?");
    expect_usage(fixture, "ping|--count|0", "--count 0: not a number from 1");
    expect_usage(fixture, "ping|-c|x", "--count x: not a number from 1");
    expect_usage(fixture, "ping|-i|0", "--interval 0: not a time from 1ms");
    expect_usage(fixture, "ping|x", "ping takes no 'x'");
    expect_usage(fixture, "status|-c|2", "--count is for status --watch");
    expect_usage(fixture, "status|--interval|2s", "--interval is for status --watch");
    expect_usage(fixture, "bridge|--host|ssh://web", "bridge takes no --host");
    expect_usage(fixture, "register|-H|ssh://web|x.so", "register takes no --host");
    assert_int_equal(poll(&connected, 1, 0), 0);
}

/* Ping. */

static void ping_counts_answers_on_one_connection(void **state)
{
    Fixture *fixture = *state;
    double least, average, most;
    int used = 0;

    start_server(fixture, SCRIPT(INFO, RESULT("{}"), INFO, RESULT("{}"), WAIT_FOR_END));
    assert_int_equal(run(fixture, "ping|--table|-q|-i|1ms|-c|2"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    (void)sscanf(read_back(fixture, fixture->out),
                 "2 sent, 2 answered; min/avg/max %lf/%lf/%lf ms\n%n", &least, &average, &most,
                 &used);
    assert_int_equal(used, strlen(fixture->text));
    assert_true(least > 0 && least <= average && average <= most);
    expect_err(fixture, "");
}

static void each_ping_is_a_line(void **state)
{
    Fixture *fixture = *state;

    start_server(fixture, SCRIPT(INFO, RESULT("{}"), WAIT_FOR_END));
    assert_int_equal(run(fixture, "ping|-c|1"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_memory_equal(read_back(fixture, fixture->out), "{\"sequence\":1,\"ms\":", 19);
    assert_non_null(strstr(fixture->text, "\n{\"sent\":1,\"answered\":1,\"minMs\":"));
}

static void ctrl_c_is_the_usual_end_of_a_ping(void **state)
{
    Fixture *fixture = *state;

    start_server(fixture, SCRIPT(INFO, RESULT("{}"), INFO, PRESS_CTRL_C, WAIT_FOR_END));
    assert_int_equal(run(fixture, "ping|-q|-i|1ms|--table"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_memory_equal(read_back(fixture, fixture->out), "2 sent, 1 answered; min/avg/max ", 32);
    expect_err(fixture, "");
}

static void a_server_that_dies_in_the_middle_ends_the_ping(void **state)
{
    Fixture *fixture = *state;

    start_server(fixture, SCRIPT(INFO, RESULT("{}"), INFO));
    assert_int_equal(run(fixture, "ping|-q|-i|1ms|--table"), EXIT_STATUS_BROKEN);
    expect_server_content(fixture);
    assert_memory_equal(read_back(fixture, fixture->out), "2 sent, 1 answered; ", 20);
    expect_err(fixture,
               "mihostctl: the server closed the connection before it answered; its log says "
               "why\n");
}

/* A server that doesn't answer, and one of another version. */

static void a_server_that_does_not_answer_is_given_up(void **state)
{
    Fixture *fixture = *state;
    char expected[512];

    (void)snprintf(expected, sizeof(expected),
                   "mihostctl: the server at '%s' did not answer within 20ms: it hangs, is "
                   "stopped, or its machine is overloaded\n",
                   fixture->socket);
    expect_run(fixture, "info|--timeout|20ms", SCRIPT(INFO, WAIT_FOR_END), EXIT_STATUS_UNREACHABLE,
               "", expected);
    begin_anew(fixture);
    expect_run(fixture, "ping|--timeout|20ms|--table", SCRIPT(INFO, WAIT_FOR_END),
               EXIT_STATUS_UNREACHABLE, "1 sent, 0 answered\n", expected);
}

static void ctrl_c_leaves_a_question_to_the_server_itself(void **state)
{
    expect_run(*state, "status", SCRIPT(STATUS, PRESS_CTRL_C, WAIT_FOR_END), EXIT_STATUS_LEFT, "",
               "");
}

#define UNKNOWN_METHOD ERROR("\"code\":-32601,\"message\":\"there is no such method\"")

static void a_server_of_another_version_is_named(void **state)
{
    expect_run(*state, "get|P.Id=\"1\"",
               SCRIPT(GET, UNKNOWN_METHOD, INFO, RESULT("{\"version\":\"0.0.7\",\"protocol\":1}")),
               EXIT_STATUS_FAILED, "",
               "mihostctl: P: there is no such method (error -32601); the server is mihostd 0.0.7, "
               "this is mihostctl " MIHOST_VERSION ": the older one is to be updated\n");
}

static void a_server_of_another_protocol_has_a_status_of_its_own(void **state)
{
    expect_run(*state, "get|P.Id=\"1\"",
               SCRIPT(GET, ERROR("\"code\":-32602,\"message\":\"no 'instance'\""), INFO,
                      RESULT("{\"version\":\"9.0\",\"protocol\":2}")),
               EXIT_STATUS_BROKEN, "",
               "mihostctl: P: no 'instance' (error -32602); the server is mihostd 9.0 and speaks "
               "protocol 2, this is mihostctl " MIHOST_VERSION " and speaks protocol 1: use the "
               "mihostctl that came with the server\n");
}

static void a_mistake_that_no_version_explains_stays_one(void **state)
{
    expect_run(*state, "get|P.Id=\"1\"",
               SCRIPT(GET, UNKNOWN_METHOD, INFO,
                      RESULT("{\"version\":\"" MIHOST_VERSION "\",\"protocol\":1}")),
               EXIT_STATUS_FAILED, "", "mihostctl: P: there is no such method (error -32601)\n");
    begin_anew(*state);
    expect_run(*state, "get|P.Id=\"1\"", SCRIPT(GET, UNKNOWN_METHOD, INFO, RESULT("7")),
               EXIT_STATUS_FAILED, "", "mihostctl: P: there is no such method (error -32601)\n");
    begin_anew(*state);
    expect_run(*state, "get|P.Id=\"1\"", SCRIPT(GET, UNKNOWN_METHOD), EXIT_STATUS_FAILED, "",
               "mihostctl: P: there is no such method (error -32601)\n");
}

/* Status, again and again. */

static void a_watched_status_is_a_line_of_json_each_time(void **state)
{
    expect_run(*state, "status|--watch|-c|2|-i|1ms", SCRIPT(STATUS, IDLE, STATUS, IDLE),
               EXIT_STATUS_DONE,
               "{\"agents\":[],\"operations\":[]}\n{\"agents\":[],\"operations\":[]}\n", "");
}

static void a_watched_status_ends_at_ctrl_c_and_that_is_no_failure(void **state)
{
    expect_run(*state, "status|--watch|-i|1ms",
               SCRIPT(STATUS, IDLE, STATUS, PRESS_CTRL_C, WAIT_FOR_END), EXIT_STATUS_DONE,
               "{\"agents\":[],\"operations\":[]}\n", "");
}

#define TITLES_OF_AGENTS     "PID  PROVIDER  UID  STATE  OPERATIONS  AGE"
#define TITLES_OF_OPERATIONS "OPERATION  METHOD  CLASS  UID  STATE  AGE"

static void tables_of_a_watched_status_stand_below_each_other_in_a_file(void **state)
{
    expect_run(*state, "status|--watch|--table|-c|2|-i|1ms", SCRIPT(STATUS, IDLE, STATUS, IDLE),
               EXIT_STATUS_DONE,
               TITLES_OF_AGENTS "\n\n" TITLES_OF_OPERATIONS "\n\n" TITLES_OF_AGENTS
                                "\n\n" TITLES_OF_OPERATIONS "\n\n",
               "");
}

/* Makes standard output a terminal of this size, which gives what is written to it as it is. */
static void put_output_on_a_terminal(Fixture *fixture, unsigned short rows, unsigned short columns)
{
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    struct termios raw = {.c_cflag = CS8 | CREAD};
    int slave;

    assert_int_equal(openpty(&terminal, &slave, NULL, &raw, &size), 0);
    assert_int_equal(dup3(slave, fixture->out, O_CLOEXEC), fixture->out);
    assert_int_equal(close(slave), 0);
}

static void a_watched_status_is_redrawn_in_its_place(void **state)
{
    Fixture *fixture = *state;

    put_output_on_a_terminal(fixture, 24, 80);
    start_server(fixture, SCRIPT(STATUS, IDLE,
                                 SHOWN(TITLES_OF_AGENTS "\033[K\n\033[K\n" TITLES_OF_OPERATIONS
                                                        "\033[K\n\033[J"),
                                 STATUS, IDLE,
                                 SHOWN("\033[3F" TITLES_OF_AGENTS
                                       "\033[K\n\033[K\n" TITLES_OF_OPERATIONS "\033[K\n\033[J"),
                                 WAIT_FOR_END));
    assert_int_equal(run(fixture, "status|--watch|-c|2|-i|1ms"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(close(terminal), 0);
    expect_err(fixture, "");
}

static void the_pause_of_a_watch_ends_at_ctrl_c_too(void **state)
{
    Fixture *fixture = *state;

    put_output_on_a_terminal(fixture, 24, 80);
    start_server(fixture, SCRIPT(STATUS, IDLE, SHOWN("{\"agents\":[],\"operations\":[]}\n"),
                                 PRESS_CTRL_C, WAIT_FOR_END));
    assert_int_equal(run(fixture, "status|--watch|--json|-i|1h"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(close(terminal), 0);
}

static void a_status_that_finds_no_room_says_how_much_it_left_out(void **state)
{
    Fixture *fixture = *state;

    put_output_on_a_terminal(fixture, 3, 80);
    start_server(fixture, SCRIPT(STATUS, IDLE,
                                 SHOWN(TITLES_OF_AGENTS "\033[K\n(2 more lines)\033[K\n\033[J")));
    assert_int_equal(run(fixture, "status|--watch|-c|1"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(close(terminal), 0);
}

/* Colours. */

#define CANCELING                                                                                  \
    RESULT("{\"agents\":[],\"operations\":[{\"operation\":\"5\",\"method\":\"mi/invoke\","         \
           "\"class\":\"U\",\"provider\":\"p\",\"uid\":0,\"state\":\"canceling\",\"ageMs\":1}]}")
#define PLAIN_OPERATIONS                                                                           \
    "OPERATION  METHOD     CLASS  PROVIDER  UID  STATE      AGE\n"                                 \
    "5          mi/invoke  U      p         0    canceling  1ms\n"

static void expect_operations_on_a_terminal(Fixture *fixture, const char *shown)
{
    put_output_on_a_terminal(fixture, 24, 80);
    start_server(fixture, SCRIPT(STATUS, CANCELING, SHOWN(shown)));
    assert_int_equal(run(fixture, "operations"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(close(terminal), 0);
}

static void a_terminal_has_colours_unless_somebody_wants_none(void **state)
{
    Fixture *fixture = *state;

    expect_operations_on_a_terminal(fixture, PLAIN_OPERATIONS); /* NO_COLOR */
    assert_int_equal(setenv("NO_COLOR", "", 1), 0);
    expect_operations_on_a_terminal(
        fixture,
        "\033[1mOPERATION\033[m  \033[1mMETHOD\033[m     \033[1mCLASS\033[m  "
        "\033[1mPROVIDER\033[m  \033[1mUID\033[m  \033[1mSTATE\033[m      \033[1mAGE\033[m\n"
        "5          mi/invoke  U      p         0    \033[33mcanceling\033[m  1ms\n");
    assert_int_equal(setenv("TERM", "dumb", 1), 0);
    expect_operations_on_a_terminal(fixture, PLAIN_OPERATIONS);
}

static void what_is_no_terminal_has_no_colours(void **state)
{
    assert_int_equal(unsetenv("NO_COLOR"), 0);
    expect_run(*state, "operations|--table", SCRIPT(STATUS, CANCELING), EXIT_STATUS_DONE,
               PLAIN_OPERATIONS, "");
}

/* How an instance is written: the same for all that take one. */

/* @words are a verb, and an instance that is written in one notation. */
static void expect_request(void **state, const char *words, const char *method, const char *more)
{
    char request[512];

    (void)snprintf(request, sizeof(request),
                   "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"namespace\":"
                   "\"n/s\",\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"a \\\"b\\\",\","
                   "\"R\":{\"class\":\"S\",\"properties\":{}}%s}}",
                   method, more);
    expect_run(*state, words, SCRIPT(EXPECT(request), NOT_SUPPORTED), EXIT_STATUS_FAILED, "",
               "mihostctl: P: MI_RESULT_NOT_SUPPORTED: queries are not supported yet\n");
    begin_anew(*state);
}

static void every_verb_takes_an_instance_in_either_notation(void **state)
{
#define PATH  "n/s:P.Id=\"a \\\"b\\\",\",R={S=@}"
#define WORDS "n/s:P|Id=a \"b\",|R:={\"class\":\"S\",\"properties\":{}}"
    expect_request(state, "get|" PATH, "mi/getInstance", "}}");
    expect_request(state, "get|" WORDS, "mi/getInstance", "}}");
    expect_request(state, "delete|" PATH, "mi/deleteInstance", "}}");
    expect_request(state, "delete|" WORDS, "mi/deleteInstance", "}}");
    expect_request(state, "modify|" PATH "|X=1", "mi/modifyInstance", ",\"X\":\"1\"}}");
    expect_request(state, "modify|" WORDS "|X=1", "mi/modifyInstance", ",\"X\":\"1\"}}");
    expect_request(state, "associators|" PATH, "mi/associatorInstances", "}}," TOKEN);
    expect_request(state, "associators|" WORDS, "mi/associatorInstances", "}}," TOKEN);
    expect_request(state, "references|" PATH, "mi/referenceInstances", "}}," TOKEN);
    expect_request(state, "references|" WORDS, "mi/referenceInstances", "}}," TOKEN);
    expect_request(state, "invoke|" PATH "|M", "mi/invoke",
                   "}},\"method\":\"M\",\"parameters\":{}," TOKEN
                   ",\"workDoneToken\":\"progress\"");
#undef PATH
#undef WORDS
}

/* Quiet. */

static void quiet_prints_errors_and_nothing_else(void **state)
{
    expect_run(*state, "-q|get|P.Id=\"1\"", SCRIPT(GET, RESULT("{\"instance\":" INSTANCE "}")),
               EXIT_STATUS_DONE, "", "");
    expect_run(
        *state, "get|P.Id=\"1\"|--quiet",
        SCRIPT(GET, PRESS_CTRL_C, CANCEL,
               ERROR("\"code\":-32803,\"message\":\"m\",\"data\":{\"result\":6,"
                     "\"resultName\":\"MI_RESULT_NOT_FOUND\",\"message\":\"there is none\"}")),
        EXIT_STATUS_FAILED, "", "mihostctl: P: MI_RESULT_NOT_FOUND: there is none\n");
}

static void quiet_still_finds_nonsense(void **state)
{
    expect_run(*state, "-q|get|P.Id=\"1\"", SCRIPT(GET, RESULT("{}")), EXIT_STATUS_BROKEN, "",
               "mihostctl: the server's answer makes no sense: a result without instance\n");
}

#define test(function) cmocka_unit_test_setup_teardown(function, make_fixture, end_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_query_is_sent_with_its_dialect_and_lists_instances),
        test(a_subscription_prints_what_comes_until_it_is_canceled),
        test(what_a_server_does_not_support_is_said_in_its_words),
        test(call_sends_the_params_as_they_are_on_one_line),
        test(call_prints_what_came_before_the_result_too),
        test(call_reads_the_params_from_standard_input),
        test(ctrl_c_cancels_a_call_too),
        test(a_wrong_command_line_sends_nothing),
        test(ping_counts_answers_on_one_connection),
        test(each_ping_is_a_line),
        test(ctrl_c_is_the_usual_end_of_a_ping),
        test(a_server_that_dies_in_the_middle_ends_the_ping),
        test(a_server_that_does_not_answer_is_given_up),
        test(ctrl_c_leaves_a_question_to_the_server_itself),
        test(a_server_of_another_version_is_named),
        test(a_server_of_another_protocol_has_a_status_of_its_own),
        test(a_mistake_that_no_version_explains_stays_one),
        test(a_watched_status_is_a_line_of_json_each_time),
        test(a_watched_status_ends_at_ctrl_c_and_that_is_no_failure),
        test(tables_of_a_watched_status_stand_below_each_other_in_a_file),
        test(a_watched_status_is_redrawn_in_its_place),
        test(the_pause_of_a_watch_ends_at_ctrl_c_too),
        test(a_status_that_finds_no_room_says_how_much_it_left_out),
        test(a_terminal_has_colours_unless_somebody_wants_none),
        test(what_is_no_terminal_has_no_colours),
        test(every_verb_takes_an_instance_in_either_notation),
        test(quiet_prints_errors_and_nothing_else),
        test(quiet_still_finds_nonsense),
    };
    return cmocka_run_group_tests_name("ctl: what asks the server itself", tests, NULL, NULL);
}
