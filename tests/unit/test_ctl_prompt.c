/*
 * Questions of a provider, asked and answered on a terminal.
 */
#include "tests/unit/ctl_fake.h"

#include "client/dialog.h"

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define NS       "\"namespace\":\"root/cimv2\""
#define INSTANCE "{\"class\":\"P\",\"properties\":{\"Id\":\"1\"}}"
#define GET                                                                                        \
    REQUEST("mi/getInstance",                                                                      \
            NS ",\"prompts\":true,\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"1\"}}")
#define GET_WORDS "get|--prompt|P.Id=\"1\""
#define GOT       RESULT("{\"instance\":" INSTANCE "}")

#define ASK(id, method, params)                                                                    \
    SEND("{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\",\"params\":{" params "}}")
#define ASK_USER(id, message) ASK(id, "mi/promptUser", "\"id\":1,\"message\":\"" message "\"")
#define ANSWER(id, answer)                                                                         \
    EXPECT("{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":{\"answer\":" answer "}}")
#define REFUSAL(id, code, message)                                                                 \
    EXPECT("{\"jsonrpc\":\"2.0\",\"id\":" id ",\"error\":{\"code\":" code                          \
           ",\"message\":\"" message "\"}}")
#define TAKE_BACK(id)                                                                              \
    SEND("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":" id "}}")

#define ERASED         "\r\033[K"
#define NO_QUESTION    "the question says nothing that could be asked"
#define TAKEN_BACK     "the question was taken back"
#define TAKEN_BACK_ERR "mihostctl: " TAKEN_BACK "\n"

/* A fixture whose standard input and standard error are a terminal: one that gives whole lines, and
 * doesn't echo, so that what is shown is what mihostctl wrote. */
static int make_fixture_on_a_terminal(void **state)
{
    struct winsize size = {.ws_row = 24, .ws_col = 40};
    struct termios lines = {.c_cflag = CS8 | CREAD, .c_lflag = ICANON};
    Fixture *fixture;
    int slave;

    lines.c_cc[VEOF] = 4;
    if (make_fixture(state) < 0 || openpty(&terminal, &slave, NULL, &lines, &size) < 0)
        return -1;
    fixture = *state;
    terminal_of_ctl = fixture->in;
    if (dup3(slave, fixture->in, O_CLOEXEC) < 0 || dup3(slave, fixture->err, O_CLOEXEC) < 0)
        return -1;
    return close(slave);
}

static int end_fixture_on_a_terminal(void **state)
{
    (void)close(terminal);
    return end_fixture(state);
}

/* Gets an instance while the server does as @script says. */
static void expect_get(void **state, const Step *script, ExitStatus status, const char *out)
{
    Fixture *fixture = *state;

    start_server(fixture, script);
    assert_int_equal(run(fixture, GET_WORDS), status);
    expect_server_content(fixture);
    expect_out(fixture, out);
}

static void each_question_is_asked_in_its_own_words(void **state)
{
    expect_get(state,
               SCRIPT(GET, ASK_USER("\"a\"", "reboot\\u001b now?"), SHOWN("P: reboot? now? [y/n] "),
                      TYPE("y\n"), ANSWER("\"a\"", "true"),
                      ASK("2", "mi/promptUser", "\"message\":\"sure?\",\"type\":\"critical\""),
                      SHOWN("P: critical: sure? [y/n] "), TYPE("no\n"), ANSWER("2", "false"),
                      ASK("3", "mi/shouldProcess", "\"target\":\"sda\",\"action\":\"Format\""),
                      SHOWN("P: Format: sda [y/n] "), TYPE("YES\n"), ANSWER("3", "true"),
                      ASK("4", "mi/shouldContinue", "\"message\":\"go on?\""),
                      SHOWN("P: go on? [y/n] "), TYPE("n\n"), ANSWER("4", "false"),
                      ASK("5", "mi/writeError",
                          "\"error\":{\"result\":1,\"resultName\":\"MI_RESULT_FAILED\",\"message\":"
                          "\"no disk\"}"),
                      SHOWN("P: error: MI_RESULT_FAILED: no disk; go on? [y/n] "), TYPE("y\n"),
                      ANSWER("5", "true"), ASK("6", "mi/writeError", "\"error\":{\"x\":7}"),
                      SHOWN("P: error: {\"x\":7}; go on? [y/n] "), TYPE("y\n"), ANSWER("6", "true"),
                      GOT),
               EXIT_STATUS_DONE, INSTANCE "\n");
}

static void what_is_no_answer_is_asked_again(void **state)
{
    expect_get(state,
               SCRIPT(GET, ASK_USER("1", "go?"), SHOWN("P: go? [y/n] "), TYPE("maybe\n"),
                      SHOWN("P: go? [y/n] "), TYPE("\n"), SHOWN("P: go? [y/n] "), TYPE("y\n"),
                      ANSWER("1", "true"), GOT),
               EXIT_STATUS_DONE, INSTANCE "\n");
}

static void the_end_of_the_input_is_a_no(void **state)
{
    expect_get(state,
               SCRIPT(GET, ASK_USER("1", "go?"), SHOWN("P: go? [y/n] "), TYPE("\x04"),
                      ANSWER("1", "false"), SHOWN("mihostctl: no, since the input has ended\n"),
                      GOT),
               EXIT_STATUS_DONE, INSTANCE "\n");
}

static void what_was_typed_before_the_question_does_not_answer_it(void **state)
{
    expect_get(state,
               SCRIPT(GET, TYPE_AHEAD("y\n"), ASK_USER("1", "go?"), SHOWN("P: go? [y/n] "),
                      TYPE("n\n"), ANSWER("1", "false"), GOT),
               EXIT_STATUS_DONE, INSTANCE "\n");
}

static void questions_are_asked_one_at_a_time(void **state)
{
    expect_get(state,
               SCRIPT(GET, ASK_USER("1", "one?"), ASK_USER("2", "two?"), SHOWN("P: one? [y/n] "),
                      TYPE("y\n"), ANSWER("1", "true"), SHOWN("P: two? [y/n] "), TYPE("n\n"),
                      ANSWER("2", "false"), GOT),
               EXIT_STATUS_DONE, INSTANCE "\n");
}

static void a_question_that_is_taken_back_is_answered_with_an_error(void **state)
{
    expect_get(state,
               SCRIPT(GET, ASK_USER("\"q\"", "one?"), ASK_USER("2", "two?"), ASK_USER("3", "3?"),
                      SHOWN("P: one? [y/n] "), TAKE_BACK("2"), REFUSAL("2", "-32800", TAKEN_BACK),
                      TAKE_BACK("\"q\""), REFUSAL("\"q\"", "-32800", TAKEN_BACK),
                      SHOWN(ERASED TAKEN_BACK_ERR "P: 3? [y/n] "), TYPE("y\n"), ANSWER("3", "true"),
                      TAKE_BACK("3"), TAKE_BACK("{}"), GOT),
               EXIT_STATUS_DONE, INSTANCE "\n");
}

static void a_cancel_ends_the_question_and_then_the_operation(void **state)
{
    expect_get(state,
               SCRIPT(GET, ASK_USER("7", "go?"), SHOWN("P: go? [y/n] "), PRESS_CTRL_C, CANCEL,
                      TAKE_BACK("7"), REFUSAL("7", "-32800", TAKEN_BACK),
                      ERROR("\"code\":-32800,\"message\":\"canceled\",\"data\":{\"reason\":"
                            "\"none\",\"delivered\":true,\"result\":null,\"discarded\":0,"
                            "\"abandoned\":false}")),
               EXIT_STATUS_CANCELED, "");
}

static void a_second_ctrl_c_leaves_the_question_open(void **state)
{
    expect_get(state,
               SCRIPT(GET, ASK_USER("7", "go?"), SHOWN("P: go? [y/n] "), PRESS_CTRL_C, CANCEL,
                      PRESS_CTRL_C, WAIT_FOR_END),
               EXIT_STATUS_LEFT, "");
}

static void a_response_leaves_no_question_behind(void **state)
{
    expect_get(state, SCRIPT(GET, ASK_USER("7", "go?"), SHOWN("P: go? [y/n] "), GOT, SHOWN(ERASED)),
               EXIT_STATUS_DONE, INSTANCE "\n");
}

static void a_question_without_words_is_refused(void **state)
{
    expect_get(
        state,
        SCRIPT(GET, ASK("1", "mi/promptUser", ""), REFUSAL("1", "-32602", NO_QUESTION),
               ASK("2", "mi/promptUser", "\"message\":7"), REFUSAL("2", "-32602", NO_QUESTION),
               ASK("3", "mi/shouldProcess", "\"action\":\"a\""),
               REFUSAL("3", "-32602", NO_QUESTION), ASK("4", "mi/writeError", "\"error\":\"e\""),
               REFUSAL("4", "-32602", NO_QUESTION), ASK("5", "mi/askAnything", ""),
               REFUSAL("5", "-32601", "mihostctl was not asked to answer this"), GOT),
        EXIT_STATUS_DONE, INSTANCE "\n");
}

static void more_questions_than_anybody_answers_are_refused(void **state)
{
    Step script[DIALOG_MAX + 5] = {GET};
    char lines[DIALOG_MAX + 1][128];

    for (size_t i = 0; i <= DIALOG_MAX; i++) {
        (void)snprintf(lines[i], sizeof(lines[i]),
                       "{\"jsonrpc\":\"2.0\",\"id\":%zu,\"method\":\"mi/promptUser\",\"params\":{"
                       "\"message\":\"go?\"}}",
                       i);
        script[i + 1] = (Step){STEP_SEND, lines[i], 0};
    }
    script[DIALOG_MAX + 2] = (Step)REFUSAL("64", "-32803", "too many questions are open");
    script[DIALOG_MAX + 3] = (Step)GOT;
    assert_int_equal(DIALOG_MAX, 64);
    expect_get(state, script, EXIT_STATUS_DONE, INSTANCE "\n");
}

static void a_question_stands_again_after_what_was_printed(void **state)
{
    Fixture *fixture = *state;

    start_server(
        fixture,
        SCRIPT(REQUEST("mi/invoke",
                       NS ",\"messages\":[\"warning\"],\"prompts\":true,\"class\":"
                          "\"U\",\"method\":\"M\",\"parameters\":{},"
                          "\"partialResultToken\":\"instances\",\"workDoneToken\":\"progress\""),
               ASK_USER("1", "go?"), SHOWN("U: go? [y/n] "),
               PROGRESS("progress", "{\"kind\":\"begin\",\"title\":\"Measuring\"}"),
               SEND("{\"jsonrpc\":\"2.0\",\"method\":\"mi/message\",\"params\":{\"id\":1,"
                    "\"channel\":\"warning\",\"message\":\"careful\"}}"),
               SHOWN(ERASED "warning: careful\nU: go? [y/n] "), TYPE("y\n"), ANSWER("1", "true"),
               RESULT("{\"returnValue\":0,\"parameters\":{}}")));
    assert_int_equal(run(fixture, "invoke|--prompt|--messages|warning|U|M"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
}

static void without_a_terminal_nothing_can_be_asked(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run(fixture, GET_WORDS), EXIT_STATUS_USAGE);
    assert_non_null(strstr(read_back(fixture, fixture->err), "--prompt asks on a terminal"));
}

#define test(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, make_fixture_on_a_terminal, end_fixture_on_a_terminal)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(each_question_is_asked_in_its_own_words),
        test(what_is_no_answer_is_asked_again),
        test(the_end_of_the_input_is_a_no),
        test(what_was_typed_before_the_question_does_not_answer_it),
        test(questions_are_asked_one_at_a_time),
        test(a_question_that_is_taken_back_is_answered_with_an_error),
        test(a_cancel_ends_the_question_and_then_the_operation),
        test(a_second_ctrl_c_leaves_the_question_open),
        test(a_response_leaves_no_question_behind),
        test(a_question_without_words_is_refused),
        test(more_questions_than_anybody_answers_are_refused),
        test(a_question_stands_again_after_what_was_printed),
        cmocka_unit_test_setup_teardown(without_a_terminal_nothing_can_be_asked, make_fixture,
                                        end_fixture),
    };
    return cmocka_run_group_tests_name("ctl: questions on a terminal", tests, NULL, NULL);
}
