/*
 * mihostctl against a server that follows a script: each end that an operation can have.
 */
#include "tests/unit/ctl_fake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define NS       "\"namespace\":\"root/cimv2\""
#define INSTANCE "{\"class\":\"P\",\"properties\":{\"Id\":\"1\",\"Name\":\"init\"}}"
#define ENUMERATE                                                                                  \
    REQUEST("mi/enumerateInstances", NS ",\"class\":\"P\",\"partialResultToken\":\"instances\"")
#define INVOKE                                                                                     \
    REQUEST("mi/invoke", NS ",\"class\":\"U\",\"method\":\"M\",\"parameters\":{},"                 \
                            "\"partialResultToken\":\"instances\",\"workDoneToken\":\"progress\"")
#define CANCELED_SOON                                                                              \
    ERROR("\"code\":-32800,\"message\":\"canceled\",\"data\":{\"reason\":\"none\","                \
          "\"delivered\":true,\"result\":{\"result\":1,\"resultName\":\"MI_RESULT_FAILED\","       \
          "\"message\":\"half of it\",\"value\":{\"returnValue\":1,\"parameters\":{\"Bytes\":"     \
          "\"12\"}}},\"discarded\":0,\"abandoned\":false}")

static void get_prints_the_instance(void **state)
{
    expect_run(*state, "get|P.Id=\"1\"",
               SCRIPT(REQUEST("mi/getInstance",
                              NS ",\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"1\"}}"),
                      RESULT("{ \"instance\" : " INSTANCE "}")),
               EXIT_STATUS_DONE, INSTANCE "\n", "");
}

static void get_takes_keys_as_words_and_sends_every_option(void **state)
{
    expect_run(
        *state, "get|--table|--namespace|root/x|--timeout|2s|--properties|Id,Name|P|Id=1|N:=2",
        SCRIPT(REQUEST("mi/getInstance", "\"namespace\":\"root/x\",\"timeoutMs\":2000,"
                                         "\"properties\":[\"Id\",\"Name\"],\"instance\":{\"class\":"
                                         "\"P\",\"properties\":{\"Id\":\"1\",\"N\":2}}"),
               RESULT("{\"instance\":" INSTANCE "}")),
        EXIT_STATUS_DONE, "P\n  Id    1\n  Name  init\n", "");
}

static void enumerate_prints_batches_and_ignores_what_it_did_not_ask_for(void **state)
{
    expect_run(*state, "enumerate|P",
               SCRIPT(ENUMERATE, PROGRESS("instances", "[" INSTANCE "," INSTANCE "]"),
                      PROGRESS("another", "[7]"), PROGRESS("progress", "{\"kind\":\"begin\"}"),
                      SEND("{\"jsonrpc\":\"2.0\",\"method\":\"mi/message\",\"params\":{}}"),
                      PROGRESS("instances", "[" INSTANCE "]"), RESULT("{\"instances\":[]}")),
               EXIT_STATUS_DONE, INSTANCE "\n" INSTANCE "\n" INSTANCE "\n", "");
}

static void enumerate_sends_what_narrows_it(void **state)
{
    expect_run(*state, "enumerate|--keys-only|--shallow|--table|P",
               SCRIPT(REQUEST("mi/enumerateInstances",
                              NS ",\"class\":\"P\",\"keysOnly\":true,\"depth\":\"shallow\","
                                 "\"partialResultToken\":\"instances\""),
                      RESULT("{\"instances\":[" INSTANCE "]}")),
               EXIT_STATUS_DONE, "Id  Name\n1   init\n", "");
}

static void what_came_before_an_error_stays_printed(void **state)
{
    expect_run(*state, "enumerate|P",
               SCRIPT(ENUMERATE, PROGRESS("instances", "[" INSTANCE "]"),
                      ERROR("\"code\":-32803,\"message\":\"x\",\"data\":{\"result\":1,"
                            "\"resultName\":\"MI_RESULT_FAILED\",\"message\":\"the agent died "
                            "of SIGSEGV\\u001b[31m\",\"cimError\":{\"class\":\"CIM_Error\","
                            "\"properties\":{\"Severity\":7}}}")),
               EXIT_STATUS_FAILED, INSTANCE "\n",
               "mihostctl: P: MI_RESULT_FAILED: the agent died of SIGSEGV?[31m\n"
               "mihostctl: P: in detail: {\"class\":\"CIM_Error\",\"properties\":{\"Severity\":7}"
               "}\n");
}

static void invoke_prints_the_return_value_and_the_out_parameters(void **state)
{
    expect_run(*state, "invoke|--table|U|M",
               SCRIPT(INVOKE, PROGRESS("progress", "{\"kind\":\"begin\",\"title\":\"Measuring\"}"),
                      RESULT("{\"returnValue\":0,\"parameters\":{\"Bytes\":\"12\"}}")),
               EXIT_STATUS_DONE, "ReturnValue: 0\n  Bytes  12\n", "");
}

#define STREAMED                                                                                   \
    SCRIPT(INVOKE,                                                                                 \
           PROGRESS("instances", "{\"parameter\":\"Out\",\"values\":[1,{\"class\":\"P\"}]}"),      \
           PROGRESS("instances", "{\"parameter\":\"Out\",\"values\":[\"x\\u001by\"]}"),            \
           RESULT("{\"returnValue\":0,\"parameters\":{\"Out\":[]}}"))

static void invoke_prints_what_is_streamed_as_it_comes(void **state)
{
    expect_run(*state, "invoke|--table|U|M", STREAMED, EXIT_STATUS_DONE,
               "Out: 1\nOut: {\"class\":\"P\"}\nOut: x?y\nReturnValue: 0\n  Out  []\n", "");
}

static void invoke_prints_each_piece_of_a_stream_as_json(void **state)
{
    expect_run(*state, "invoke|--json|U|M", STREAMED, EXIT_STATUS_DONE,
               "{\"parameter\":\"Out\",\"values\":[1,{\"class\":\"P\"}]}\n"
               "{\"parameter\":\"Out\",\"values\":[\"x\\u001by\"]}\n"
               "{\"returnValue\":0,\"parameters\":{\"Out\":[]}}\n",
               "");
}

static void invoke_on_an_instance_names_it(void **state)
{
    expect_run(*state, "invoke|F.Id=\"f\"|Set|Speed:=1200|Unit=rpm",
               SCRIPT(REQUEST("mi/invoke",
                              NS ",\"instance\":{\"class\":\"F\",\"properties\":{\"Id\":\"f\"}},"
                                 "\"method\":\"Set\",\"parameters\":{\"Speed\":1200,"
                                 "\"Unit\":\"rpm\"},\"partialResultToken\":\"instances\","
                                 "\"workDoneToken\":\"progress\""),
                      RESULT("{\"returnValue\":0,\"parameters\":{}}")),
               EXIT_STATUS_DONE, "{\"returnValue\":0,\"parameters\":{}}\n", "");
}

static void status_is_two_tables(void **state)
{
    expect_run(
        *state, "status|--table",
        SCRIPT(REQUEST("host/status", ""),
               RESULT("{\"agents\":[{\"pid\":77,\"provider\":\"ticker\",\"identity\":{\"uid\":0},"
                      "\"state\":\"running\",\"operations\":1,\"ageMs\":60000}],\"operations\":"
                      "[{\"operation\":\"5\",\"method\":\"mi/invoke\",\"class\":\"U\","
                      "\"uid\":0,\"state\":\"running\",\"ageMs\":1234}],\"more\":1}")),
        EXIT_STATUS_DONE,
        "PID  PROVIDER  UID  STATE    OPERATIONS  AGE\n"
        "77   ticker    0    running  1           1min 0s\n"
        "\n"
        "OPERATION  METHOD     CLASS  UID  STATE    AGE\n"
        "5          mi/invoke  U      0    running  1.2s\n",
        "");
}

static void status_tells_what_agents_cost_and_of_what_they_died(void **state)
{
    expect_run(
        *state, "status|--table",
        SCRIPT(REQUEST("host/status", ""),
               RESULT("{\"agents\":[{\"pid\":7,\"provider\":\"p\",\"identity\":{\"uid\":0},"
                      "\"state\":\"running\",\"operations\":0,\"ageMs\":1,\"memoryBytes\":1536,"
                      "\"cpuMs\":12300,\"restarts\":2}],\"operations\":[],\"health\":[{"
                      "\"provider\":\"p\",\"identity\":{\"uid\":0},\"state\":\"resting\","
                      "\"deaths\":3,\"retryMs\":500,\"lastDeath\":{\"agoMs\":60000,\"pid\":6,"
                      "\"message\":\"it died of SIGSEGV\"}}]}")),
        EXIT_STATUS_DONE,
        "PID  PROVIDER  UID  STATE    OPERATIONS  AGE  CPU    MEMORY  RESTARTS\n"
        "7    p         0    running  0           1ms  12.3s  1.5KiB  2\n"
        "\n"
        "OPERATION  METHOD  CLASS  UID  STATE  AGE\n"
        "\n"
        "PROVIDER  UID  STATE    DEATHS  RETRY  LAST DEATH\n"
        "p         0    resting  3       500ms  1min 0s ago: it died of SIGSEGV\n",
        "");
}

static void info_is_a_list(void **state)
{
    expect_run(*state, "info|--table",
               SCRIPT(REQUEST("host/info", ""),
                      RESULT("{\"name\":\"mihost\",\"limits\":{\"maxMessage\":100},"
                             "\"protocol\":1}")),
               EXIT_STATUS_DONE, "name      mihost\nprotocol  1\nlimits\n  maxMessage  100\n", "");
}

static void ctrl_c_cancels_and_waits_for_the_answer(void **state)
{
    expect_run(*state, "invoke|U|M", SCRIPT(INVOKE, PRESS_CTRL_C, CANCEL, CANCELED_SOON),
               EXIT_STATUS_CANCELED, "{\"returnValue\":1,\"parameters\":{\"Bytes\":\"12\"}}\n",
               "mihostctl: canceling; press Ctrl-C again to leave without the answer\n"
               "mihostctl: U: canceled (reason none, as you asked); the provider said "
               "MI_RESULT_FAILED: half of it\n");
}

static void sigterm_cancels_too(void **state)
{
    expect_run(*state, "invoke|U|M", SCRIPT(INVOKE, TERMINATE, CANCEL, CANCELED_SOON),
               EXIT_STATUS_CANCELED, "{\"returnValue\":1,\"parameters\":{\"Bytes\":\"12\"}}\n",
               "mihostctl: canceling; press Ctrl-C again to leave without the answer\n"
               "mihostctl: U: canceled (reason none, as you asked); the provider said "
               "MI_RESULT_FAILED: half of it\n");
}

static void a_second_ctrl_c_leaves_without_the_answer(void **state)
{
    expect_run(*state, "invoke|U|M",
               SCRIPT(INVOKE, PRESS_CTRL_C, CANCEL, PRESS_CTRL_C, WAIT_FOR_END), EXIT_STATUS_LEFT,
               "", "mihostctl: canceling; press Ctrl-C again to leave without the answer\n");
}

static void a_result_that_came_first_is_the_answer_to_a_cancel(void **state)
{
    expect_run(
        *state, "invoke|U|M",
        SCRIPT(INVOKE, PRESS_CTRL_C, CANCEL, RESULT("{\"returnValue\":0,\"parameters\":{}}")),
        EXIT_STATUS_DONE, "{\"returnValue\":0,\"parameters\":{}}\n",
        "mihostctl: canceling; press Ctrl-C again to leave without the answer\n");
}

static void a_cancel_by_the_server_says_its_reason(void **state)
{
    expect_run(*state, "enumerate|P",
               SCRIPT(ENUMERATE, PROGRESS("instances", "[" INSTANCE "]"),
                      ERROR("\"code\":-32800,\"message\":\"canceled\",\"data\":{\"reason\":"
                            "\"timeout\",\"delivered\":true,\"result\":null,\"discarded\":0,"
                            "\"abandoned\":true}")),
               EXIT_STATUS_CANCELED, INSTANCE "\n",
               "mihostctl: P: canceled (reason timeout); the provider did not end within its "
               "grace and was abandoned\n");
}

static void a_server_that_leaves_is_not_success(void **state)
{
    expect_run(*state, "enumerate|P",
               SCRIPT(ENUMERATE, PROGRESS("instances", "[" INSTANCE "]"), PART("{\"jsonrpc\"")),
               EXIT_STATUS_BROKEN, INSTANCE "\n",
               "mihostctl: the server closed the connection before it answered; its log says "
               "why\n");
}

/* After its request, mihostctl is sent @line: it must find that broken, and say @why. */
static void expect_nonsense(void **state, const char *line, const char *why)
{
    Fixture *fixture = *state;

    assert_int_equal(ftruncate(fixture->out, 0), 0);
    assert_int_equal(ftruncate(fixture->err, 0), 0);
    assert_int_equal(lseek(fixture->out, 0, SEEK_SET), 0);
    assert_int_equal(lseek(fixture->err, 0, SEEK_SET), 0);
    start_server(fixture, SCRIPT(ENUMERATE, {STEP_SEND, line, 0}, WAIT_FOR_END));
    assert_int_equal(run(fixture, "enumerate|P"), EXIT_STATUS_BROKEN);
    expect_server_content(fixture);
    expect_out(fixture, "");
    assert_non_null(strstr(read_back(fixture, fixture->err), "makes no sense: "));
    assert_non_null(strstr(fixture->text, why));
}

static void nonsense_is_called_nonsense(void **state)
{
    expect_nonsense(state, "HTTP/1.1 400 Bad Request", "no JSON");
    expect_nonsense(state, "{\"id\":1,\"result\":{}}", "jsonrpc");
    expect_nonsense(state, "[]", "array");
    expect_nonsense(state, "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}",
                    "a response to a request that was not sent, id 2");
    expect_nonsense(state, "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}",
                    "a response to a request that was not sent, id \"1\"");
    expect_nonsense(state,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":"
                    "\"huh\"}}",
                    "it could not read the request: {\"code\":-32700,\"message\":\"huh\"}");
    expect_nonsense(state, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}", "an error without code");
    expect_nonsense(state, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
                    "a result without instances");
    expect_nonsense(state, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"instances\":[7]}}",
                    "an instance has no class");
    expect_nonsense(state,
                    "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":"
                    "\"instances\",\"value\":{}}}",
                    "instances are not an array");
}

static void a_message_without_end_is_not_kept_for_ever(void **state)
{
    expect_run(*state, "enumerate|P", SCRIPT(ENUMERATE, FLOOD), EXIT_STATUS_BROKEN, "",
               "mihostctl: the server's answer makes no sense: a message of more than 67108864 "
               "bytes\n");
}

static void a_question_of_the_server_is_refused(void **state)
{
    expect_run(*state, "enumerate|P",
               SCRIPT(ENUMERATE,
                      SEND("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"mi/promptUser\","
                           "\"params\":{}}"),
                      EXPECT("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"error\":{\"code\":-32601,"
                             "\"message\":\"mihostctl was not asked to answer this\"}}"),
                      RESULT("{\"instances\":[]}")),
               EXIT_STATUS_DONE, "", "");
}

static void a_missing_server_is_named_with_the_way_out(void **state)
{
    Fixture *fixture = *state;
    char expected[512];

    assert_int_equal(unlink(fixture->socket), 0);
    assert_int_equal(run(fixture, "info"), EXIT_STATUS_UNREACHABLE);
    (void)snprintf(expected, sizeof(expected),
                   "mihostctl: cannot reach the server at '%s': there is no such socket; start "
                   "mihostd, or name its socket with --socket or MIHOST_SOCKET\n",
                   fixture->socket);
    expect_err(fixture, expected);
}

static void a_socket_that_nobody_listens_on_is_told_apart(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(close(fixture->listener), 0);
    fixture->listener = -1;
    assert_int_equal(run(fixture, "info"), EXIT_STATUS_UNREACHABLE);
    assert_non_null(strstr(read_back(fixture, fixture->err), "nobody listens there"));
}

/* mihostctl info, told of the socket by nothing but the environment. */
static ExitStatus run_info(Fixture *fixture)
{
    char *argv[] = {(char[]){"mihostctl"}, (char[]){"info"}, NULL};

    return ctl_main(2, argv, fixture->in, fixture->out, fixture->err);
}

static void without_the_option_the_environment_names_the_socket(void **state)
{
    Fixture *fixture = *state;
    char path[sizeof(fixture->socket) + 16];

    assert_int_equal(setenv("MIHOST_SOCKET", fixture->socket, 1), 0);
    start_server(fixture, SCRIPT(REQUEST("host/info", ""), RESULT("{}")));
    assert_int_equal(run_info(fixture), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(unsetenv("MIHOST_SOCKET"), 0);

    /* The user's own server goes before the system's. */
    (void)snprintf(path, sizeof(path), "%s/mihost.sock", fixture->folder);
    assert_int_equal(rename(fixture->socket, path), 0);
    assert_int_equal(setenv("XDG_RUNTIME_DIR", fixture->folder, 1), 0);
    start_server(fixture, SCRIPT(REQUEST("host/info", ""), RESULT("{}")));
    assert_int_equal(run_info(fixture), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    expect_out(fixture, "{}\n{}\n");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
}

static void a_path_that_no_socket_can_have_is_refused(void **state)
{
    Fixture *fixture = *state;
    char words[256], folder[128];

    (void)memset(folder, 'x', sizeof(folder) - 1);
    folder[sizeof(folder) - 1] = '\0';
    (void)snprintf(words, sizeof(words), "info|--socket|/%s", folder);
    assert_int_equal(run(fixture, words), EXIT_STATUS_UNREACHABLE);
    assert_non_null(strstr(read_back(fixture, fixture->err), "too long for a socket"));
}

static void a_reader_that_leaves_ends_it_quietly(void **state)
{
    Fixture *fixture = *state;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(dup3(ends[1], fixture->out, O_CLOEXEC), fixture->out);
    assert_int_equal(close(ends[1]), 0);
    start_server(fixture, SCRIPT(ENUMERATE, PROGRESS("instances", "[" INSTANCE "]"), WAIT_FOR_END));
    assert_int_equal(run(fixture, "enumerate|P"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    expect_err(fixture, "");
}

static void a_full_disk_is_not_success(void **state)
{
    Fixture *fixture = *state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

    assert_true(full >= 0);
    assert_int_equal(dup3(full, fixture->out, O_CLOEXEC), fixture->out);
    assert_int_equal(close(full), 0);
    start_server(fixture, SCRIPT(ENUMERATE, RESULT("{\"instances\":[" INSTANCE "]}")));
    assert_int_equal(run(fixture, "enumerate|P"), EXIT_STATUS_LOCAL);
    expect_server_content(fixture);
    expect_err(fixture, "mihostctl: cannot go on: No space left on device\n");
}

/* Fills a pipe that nobody reads, so that the next write to it would block. */
static void fill(int fd)
{
    static const char block[4096] = "";

    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    while (write(fd, block, sizeof(block)) > 0)
        ;
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
}

static void ctrl_c_gets_through_while_a_pager_does_not_read(void **state)
{
    Fixture *fixture = *state;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fill(ends[1]);
    assert_int_equal(dup3(ends[1], fixture->out, O_CLOEXEC), fixture->out);
    start_server(fixture, SCRIPT(ENUMERATE, PROGRESS("instances", "[" INSTANCE "]"), PRESS_CTRL_C,
                                 CANCEL, PRESS_CTRL_C, WAIT_FOR_END));
    assert_int_equal(run(fixture, "enumerate|P"), EXIT_STATUS_LEFT);
    expect_server_content(fixture);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

/* Makes standard error a terminal of @columns; returns its other end. */
static int make_terminal(Fixture *fixture, unsigned short columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    struct termios raw = {.c_cflag = CS8};
    int master, slave;

    assert_int_equal(openpty(&master, &slave, NULL, &raw, &size), 0);
    assert_int_equal(dup3(slave, fixture->err, O_CLOEXEC), fixture->err);
    assert_int_equal(close(slave), 0);
    return master;
}

/* Reads as many bytes as @text has: the kernel hands on what was written to a terminal in its own
 * time and pieces. */
static void expect_terminal(int master, const char *text)
{
    char found[256];
    size_t size = 0;

    while (size < strlen(text)) {
        struct pollfd ready = {.fd = master, .events = POLLIN};
        assert_int_equal(poll(&ready, 1, 20000), 1);
        ssize_t more = read(master, found + size, sizeof(found) - 1 - size);
        assert_true(more > 0);
        size += (size_t)more;
    }
    found[size] = '\0';
    assert_string_equal(found, text);
}

static void progress_is_one_line_of_a_terminal_and_is_erased(void **state)
{
    Fixture *fixture = *state;

    terminal = make_terminal(fixture, 21);
    start_server(
        fixture,
        SCRIPT(
            INVOKE,
            PROGRESS("progress", "{\"kind\":\"begin\",\"title\":\"Measuring\",\"percentage\":0}"),
            PROGRESS("progress",
                     "{\"kind\":\"report\",\"message\":\"/usr/share\",\"percentage\":50}"),
            PROGRESS("progress", "{\"kind\":\"end\"}"),
            RESULT("{\"returnValue\":0,\"parameters\":{}}")));
    assert_int_equal(run(fixture, "invoke|U|M"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    expect_terminal(terminal, "\r\033[KMeasuring: 0%"
                              "\r\033[KMeasuring: 50% /usr\xE2\x80\xA6"
                              "\r\033[K");
    assert_int_equal(close(terminal), 0);
    expect_out(fixture, "{\"returnValue\":0,\"parameters\":{}}\n");
}

static void expect_usage(Fixture *fixture, const char *words, const char *why)
{
    assert_int_equal(ftruncate(fixture->err, 0), 0);
    assert_int_equal(lseek(fixture->err, 0, SEEK_SET), 0);
    assert_int_equal(run(fixture, words), EXIT_STATUS_USAGE);
    assert_non_null(strstr(read_back(fixture, fixture->err), why));
    expect_out(fixture, "");
}

static void a_wrong_command_line_is_explained_and_nothing_is_sent(void **state)
{
    Fixture *fixture = *state;
    struct pollfd connected = {.fd = fixture->listener, .events = POLLIN};

    expect_usage(fixture, "frobnicate", "'frobnicate' is not a verb");
    expect_usage(fixture, "--json", "a verb is missing");
    expect_usage(fixture, "help|frobnicate", "'frobnicate' is not a verb");
    expect_usage(fixture, "get", "get: something is missing");
    expect_usage(fixture, "get|P.Id=x", "'P.Id=x': a key is text in double quotes");
    expect_usage(fixture, "get|P|Id", "'Id' is not Name=Value");
    expect_usage(fixture, "enumerate|P|Q", "enumerate takes no 'Q'");
    expect_usage(fixture, "enumerate|P.Id=1", "names an instance, and enumerate wants a class");
    expect_usage(fixture, "invoke|U", "invoke: something is missing");
    expect_usage(fixture, "invoke|U|M=1", "'M=1' is not a method's name");
    expect_usage(fixture, "status|--deep", "status takes no --deep");
    expect_usage(fixture, "register|--host|ssh://web|x.so", "register takes no --host");
    expect_usage(fixture, "status|--count|2", "--count is for status --watch");
    expect_usage(fixture, "get|P|--keys-only", "get takes no --keys-only");
    assert_int_equal(poll(&connected, 1, 0), 0);
}

static void help_and_version_need_no_server(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run(fixture, "--version"), EXIT_STATUS_DONE);
    assert_non_null(strstr(read_back(fixture, fixture->out), "mihostctl "));
    assert_int_equal(run(fixture, "help|get"), EXIT_STATUS_DONE);
    assert_non_null(strstr(read_back(fixture, fixture->out), "Usage: mihostctl get"));
    assert_int_equal(run(fixture, "status|--help"), EXIT_STATUS_DONE);
    assert_non_null(strstr(read_back(fixture, fixture->out), "Usage: mihostctl status"));
    assert_int_equal(run(fixture, "--help"), EXIT_STATUS_DONE);
    assert_non_null(strstr(read_back(fixture, fixture->out), "Verbs:"));
    expect_err(fixture, "");
}

#define test(function) cmocka_unit_test_setup_teardown(function, make_fixture, end_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(get_prints_the_instance),
        test(get_takes_keys_as_words_and_sends_every_option),
        test(enumerate_prints_batches_and_ignores_what_it_did_not_ask_for),
        test(enumerate_sends_what_narrows_it),
        test(what_came_before_an_error_stays_printed),
        test(invoke_prints_the_return_value_and_the_out_parameters),
        test(invoke_prints_each_piece_of_a_stream_as_json),
        test(invoke_prints_what_is_streamed_as_it_comes),
        test(invoke_on_an_instance_names_it),
        test(status_is_two_tables),
        test(status_tells_what_agents_cost_and_of_what_they_died),
        test(info_is_a_list),
        test(ctrl_c_cancels_and_waits_for_the_answer),
        test(sigterm_cancels_too),
        test(a_second_ctrl_c_leaves_without_the_answer),
        test(a_result_that_came_first_is_the_answer_to_a_cancel),
        test(a_cancel_by_the_server_says_its_reason),
        test(a_server_that_leaves_is_not_success),
        test(nonsense_is_called_nonsense),
        test(a_message_without_end_is_not_kept_for_ever),
        test(a_question_of_the_server_is_refused),
        test(a_missing_server_is_named_with_the_way_out),
        test(a_socket_that_nobody_listens_on_is_told_apart),
        test(without_the_option_the_environment_names_the_socket),
        test(a_path_that_no_socket_can_have_is_refused),
        test(a_reader_that_leaves_ends_it_quietly),
        test(a_full_disk_is_not_success),
        test(ctrl_c_gets_through_while_a_pager_does_not_read),
        test(progress_is_one_line_of_a_terminal_and_is_erased),
        test(a_wrong_command_line_is_explained_and_nothing_is_sent),
        test(help_and_version_need_no_server),
    };
    return cmocka_run_group_tests_name("ctl: against a server that follows a script", tests, NULL,
                                       NULL);
}
