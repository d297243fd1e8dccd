/*
 * mihostctl against a server that follows a script.
 *
 * The server is a child process that accepts one connection and takes its steps in order: expect a
 * line, send one, press Ctrl-C (a signal to the parent), close. It exits with 0 if each line that
 * came was the one that it expected. mihostctl runs in the test itself, through its entry, with its
 * output in files.
 */
#include "tests/support/cmocka.h"

#include "client/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define MAX_SECONDS 60 /* of a child: a test that hangs ends as one that fails */

typedef enum StepKind {
    STEP_END,    /* the script ends: close */
    STEP_EXPECT, /* a line comes that is `text` */
    STEP_SEND,   /* `text` and a line feed */
    STEP_PART,   /* `text` alone */
    STEP_FLOOD,  /* more than the largest message, without an end */
    STEP_SIGNAL, /* `signal` to mihostctl */
    STEP_WAIT,   /* until mihostctl closes */
} StepKind;

typedef struct Step {
    StepKind kind;
    const char *text;
    int signal;
} Step;

#define EXPECT(line)                                                                               \
    {                                                                                              \
        STEP_EXPECT, line, 0                                                                       \
    }
#define SEND(line)                                                                                 \
    {                                                                                              \
        STEP_SEND, line, 0                                                                         \
    }
#define PART(text)                                                                                 \
    {                                                                                              \
        STEP_PART, text, 0                                                                         \
    }
#define FLOOD                                                                                      \
    {                                                                                              \
        STEP_FLOOD, NULL, 0                                                                        \
    }
#define PRESS_CTRL_C                                                                               \
    {                                                                                              \
        STEP_SIGNAL, NULL, SIGINT                                                                  \
    }
#define TERMINATE                                                                                  \
    {                                                                                              \
        STEP_SIGNAL, NULL, SIGTERM                                                                 \
    }
#define WAIT_FOR_END                                                                               \
    {                                                                                              \
        STEP_WAIT, NULL, 0                                                                         \
    }
#define SCRIPT(...) ((const Step[]){__VA_ARGS__, {STEP_END, NULL, 0}})

#define REQUEST(method, params)                                                                    \
    EXPECT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":{" params "}}")
#define CANCEL                                                                                     \
    EXPECT("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\","                                  \
           "\"params\":{\"id\":1,\"reason\":\"none\"}}")
#define RESULT(result) SEND("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" result "}")
#define ERROR(error)   SEND("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{" error "}}")
#define PROGRESS(token, value)                                                                     \
    SEND("{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\","                                         \
         "\"params\":{\"token\":\"" token "\",\"value\":" value "}}")

#define NS       "\"namespace\":\"root/cimv2\""
#define INSTANCE "{\"class\":\"P\",\"properties\":{\"Id\":\"1\",\"Name\":\"init\"}}"
#define ENUMERATE                                                                                  \
    REQUEST("mi/enumerateInstances", NS ",\"class\":\"P\",\"partialResultToken\":\"instances\"")
#define INVOKE                                                                                     \
    REQUEST("mi/invoke", NS ",\"class\":\"U\",\"method\":\"M\",\"parameters\":{},"                 \
                            "\"workDoneToken\":\"progress\"")
#define CANCELED_SOON                                                                              \
    ERROR("\"code\":-32800,\"message\":\"canceled\",\"data\":{\"reason\":\"none\","                \
          "\"delivered\":true,\"result\":{\"result\":1,\"resultName\":\"MI_RESULT_FAILED\","       \
          "\"message\":\"half of it\",\"value\":{\"returnValue\":1,\"parameters\":{\"Bytes\":"     \
          "\"12\"}}},\"discarded\":0,\"abandoned\":false}")

/* The files and the child that a test has. */
typedef struct Fixture {
    char folder[64];
    char socket[96];
    int listener;
    pid_t server;
    int out, err;
    char text[8192]; /* what read_back() read */
} Fixture;

/* The child: takes the steps of @script, each of which must come true. */

static void demand(bool true_)
{
    if (!true_)
        _exit(1);
}

static void expect_line(FILE *stream, const char *text)
{
    char line[4096];

    demand(fgets(line, sizeof(line), stream) != NULL);
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, text) != 0) {
        (void)fprintf(stderr, "expected %s\n     got %s\n", text, line);
        _exit(1);
    }
}

static void flood(FILE *stream)
{
    static const char block[65536] = "";
    size_t sent = 0;

    /* mihostctl leaves when it has had enough: the failure to write is what ends this. */
    while (sent <= CONNECTION_MAX_MESSAGE + sizeof(block)) {
        if (fwrite(block, 1, sizeof(block), stream) < sizeof(block))
            return;
        sent += sizeof(block);
    }
    (void)fflush(stream);
}

static void take_step(const Step *step, FILE *stream)
{
    switch (step->kind) {
    case STEP_END:
        break;
    case STEP_EXPECT:
        expect_line(stream, step->text);
        break;
    case STEP_SEND:
        demand(fprintf(stream, "%s\n", step->text) > 0 && fflush(stream) == 0);
        break;
    case STEP_PART:
        demand(fputs(step->text, stream) >= 0 && fflush(stream) == 0);
        break;
    case STEP_FLOOD:
        flood(stream);
        break;
    case STEP_SIGNAL:
        demand(kill(getppid(), step->signal) == 0);
        break;
    case STEP_WAIT:
        while (fgetc(stream) != EOF)
            ;
        break;
    }
}

static void serve(int listener, const Step *script)
{
    int fd;
    FILE *stream;

    (void)alarm(MAX_SECONDS);
    (void)signal(SIGPIPE, SIG_IGN);
    fd = accept(listener, NULL, NULL);
    demand(fd >= 0);
    stream = fdopen(fd, "r+");
    demand(stream != NULL);
    for (; script->kind != STEP_END; script++)
        take_step(script, stream);
    (void)fclose(stream);
    _exit(0);
}

/* The test. */

static int make_fixture(void **state)
{
    Fixture *fixture = calloc(1, sizeof(*fixture));
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (fixture == NULL)
        return -1;
    (void)strcpy(fixture->folder, "/tmp/mihost-ctl-XXXXXX");
    if (mkdtemp(fixture->folder) == NULL)
        return -1;
    (void)snprintf(fixture->socket, sizeof(fixture->socket), "%s/socket", fixture->folder);
    (void)strcpy(address.sun_path, fixture->socket);
    fixture->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fixture->out = memfd_create("out", MFD_CLOEXEC);
    fixture->err = memfd_create("err", MFD_CLOEXEC);
    *state = fixture;
    return bind(fixture->listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
                   listen(fixture->listener, 1) < 0
               ? -1
               : 0;
}

static int end_fixture(void **state)
{
    Fixture *fixture = *state;

    (void)close(fixture->listener);
    (void)close(fixture->out);
    (void)close(fixture->err);
    (void)unlink(fixture->socket);
    (void)rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static void start_server(Fixture *fixture, const Step *script)
{
    fixture->server = fork();
    assert_true(fixture->server >= 0);
    if (fixture->server == 0)
        serve(fixture->listener, script);
}

static void expect_server_content(Fixture *fixture)
{
    int status;

    assert_int_equal(waitpid(fixture->server, &status, 0), fixture->server);
    assert_int_equal(status, 0);
}

/* Runs mihostctl with @words, which '|' separates. */
static ExitStatus run(Fixture *fixture, const char *words)
{
    char text[512], *rest = text, *argv[32] = {NULL};
    int argc = 0;

    assert_true(snprintf(text, sizeof(text), "mihostctl|--socket|%s|%s", fixture->socket, words) <
                (int)sizeof(text));
    while (rest != NULL && argc < 31)
        argv[argc++] = strsep(&rest, "|");
    return ctl_main(argc, argv, fixture->out, fixture->err);
}

static const char *read_back(Fixture *fixture, int fd)
{
    ssize_t size = pread(fd, fixture->text, sizeof(fixture->text) - 1, 0);

    assert_true(size >= 0);
    fixture->text[size] = '\0';
    return fixture->text;
}

#define expect_out(fixture, text) assert_string_equal(read_back(fixture, (fixture)->out), text)
#define expect_err(fixture, text) assert_string_equal(read_back(fixture, (fixture)->err), text)

/* Runs @words against @script: the status, what was printed, and a server that saw what it
 * expected. */
static void expect_run(Fixture *fixture, const char *words, const Step *script, ExitStatus status,
                       const char *out, const char *err)
{
    start_server(fixture, script);
    assert_int_equal(run(fixture, words), status);
    expect_server_content(fixture);
    expect_out(fixture, out);
    expect_err(fixture, err);
}

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

static void invoke_on_an_instance_names_it(void **state)
{
    expect_run(*state, "invoke|F.Id=\"f\"|Set|Speed:=1200|Unit=rpm",
               SCRIPT(REQUEST("mi/invoke",
                              NS ",\"instance\":{\"class\":\"F\",\"properties\":{\"Id\":\"f\"}},"
                                 "\"method\":\"Set\",\"parameters\":{\"Speed\":1200,"
                                 "\"Unit\":\"rpm\"},\"workDoneToken\":\"progress\""),
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
                             "\"message\":\"mihostctl answers no requests\"}}"),
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

static void progress_is_one_line_of_a_terminal_and_is_erased(void **state)
{
    Fixture *fixture = *state;
    int terminal = make_terminal(fixture, 21);
    ssize_t size;

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
    size = read(terminal, fixture->text, sizeof(fixture->text) - 1);
    assert_true(size > 0);
    fixture->text[size] = '\0';
    assert_string_equal(fixture->text, "\r\033[KMeasuring: 0%"
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
    expect_usage(fixture, "status|--timeout|5s", "status takes no --timeout");
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
        test(invoke_on_an_instance_names_it),
        test(status_is_two_tables),
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
