/*
 * mihostctl and a server whose answers lack something, or say more than was asked: what can be
 * shown is shown, what makes no sense is said to make none.
 */
#include "tests/unit/ctl_fake.h"

#include "base/macros.h"

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define BROKEN "mihostctl: the server's answer makes no sense: "

/* Forgets what was printed, for a test that runs more than once. */
static void begin_anew(Fixture *fixture)
{
    assert_int_equal(ftruncate(fixture->out, 0), 0);
    assert_int_equal(ftruncate(fixture->err, 0), 0);
    assert_int_equal(lseek(fixture->out, 0, SEEK_SET), 0);
    assert_int_equal(lseek(fixture->err, 0, SEEK_SET), 0);
}

/* Runs @words against a server that answers with @member, `"result":...` or the like, whatever it
 * is asked; @before (may be "") comes first. */
static ExitStatus answer(Fixture *fixture, const char *words, const char *before,
                         const char *member)
{
    char text[2048];
    ExitStatus status;

    assert_true(snprintf(text, sizeof(text), "%s{\"jsonrpc\":\"2.0\",\"id\":1,%s}", before,
                         member) < (int)sizeof(text));
    begin_anew(fixture);
    start_server(fixture, SCRIPT(SEND(text), WAIT_FOR_END));
    status = run(fixture, words);
    expect_server_content(fixture);
    return status;
}

/* ---- Results ---- */

static void a_result_that_lacks_something_makes_no_sense(void **state)
{
    static const struct {
        const char *words, *result;
    } answers[] = {
        {"get|P.Id=1", "{\"instance\":{\"class\":\"P\"}}"},
        {"get|P.Id=1", "{\"instance\":{\"properties\":{}}}"},
        {"get|P.Id=1", "{\"instance\":{\"class\":7,\"properties\":{}}}"},
        {"enumerate|P", "{\"instances\":7}"},
        {"enumerate|P", "{\"instances\":[7]}"},
        {"invoke|U|M", "{\"parameters\":{}}"},
        {"invoke|U|M", "{\"returnValue\":0}"},
        {"invoke|U|M", "{\"returnValue\":0,\"parameters\":7}"},
        {"metrics", "{}"},
        {"metrics", "{\"text\":7}"},
        {"metrics", "{\"text\":\"\\u0000\"}"},
        {"status", "{\"operations\":[]}"},
        {"status", "{\"agents\":7,\"operations\":[]}"},
        {"status", "{\"agents\":[],\"operations\":7}"},
        {"operations", "{\"operations\":7}"},
        {"classes", "{}"},
        {"classes", "{\"classes\":7}"},
        {"providers", "{\"errors\":[]}"},
        {"providers", "{\"providers\":7,\"errors\":[]}"},
        {"providers", "{\"providers\":[]}"},
        {"providers", "{\"providers\":[],\"errors\":7}"},
        {"reload", "{\"errors\":[]}"},
        {"reload", "{\"providers\":7,\"errors\":[]}"},
        {"reload", "{\"providers\":[],\"errors\":7}"},
        {"stop|p", "{\"canceled\":\"x\"}"},
        {"cancel|5", "{}"},
        {"cancel|5", "{\"canceled\":7}"},
    };
    Fixture *fixture = *state;
    char member[256];

    for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
        (void)snprintf(member, sizeof(member), "\"result\":%s", answers[i].result);
        assert_int_equal(answer(fixture, answers[i].words, "", member), EXIT_STATUS_BROKEN);
        assert_int_equal(strncmp(read_back(fixture, fixture->err), BROKEN, sizeof(BROKEN) - 1), 0);
    }
}

/* A table has a place for what there is, and a `-` for what there isn't. */
static void a_table_has_a_dash_for_what_is_missing(void **state)
{
    static const char *const result =
        "\"result\":{\"agents\":[],\"operations\":[{},{\"operation\":7,\"state\":\"abandoned\","
        "\"ageMs\":\"x\",\"uid\":{\"a\":1}}]}";
    Fixture *fixture = *state;

    assert_int_equal(answer(fixture, "operations|--table", "", result), EXIT_STATUS_DONE);
    expect_out(fixture, "OPERATION  METHOD  CLASS  PROVIDER  UID      STATE      AGE\n"
                        "-          -       -      -         -        -          -\n"
                        "7          -       -      -         {\"a\":1}  abandoned  x\n");
}

static void providers_are_shown_with_what_is_known_of_them(void **state)
{
    static const char *const result =
        "\"result\":{\"providers\":[{\"name\":\"a\",\"classes\":[{},{\"name\":\"A\"}]},"
        "{\"name\":\"b\",\"classes\":7,\"error\":null},{\"error\":\"it has no name\"}],"
        "\"errors\":[{},{\"file\":\"/x.reg\",\"line\":0,\"message\":\"m\"},"
        "{\"file\":\"/y.reg\",\"line\":\"x\"}]}";
    Fixture *fixture = *state;
    const char *out;

    assert_int_equal(answer(fixture, "providers|--table", "", result), EXIT_STATUS_DONE);
    out = read_back(fixture, fixture->out);
    assert_non_null(strstr(out, "it has no name\n"));
    assert_non_null(strstr(out, "\n: {}\n"));
    assert_non_null(strstr(out, "\n/x.reg: m\n"));
    assert_non_null(strstr(out, "\n/y.reg: {\"file\":\"/y.reg\",\"line\":\"x\"}\n"));
    assert_null(strstr(out, "b: "));
}

/* ---- Errors ---- */

typedef struct Refusal {
    const char *words, *error;
    ExitStatus status;
    const char *said;
} Refusal;

static void an_error_is_said_as_far_as_it_goes(void **state)
{
    static const Refusal refusals[] = {
        {"enumerate|P", "{\"code\":-32800,\"message\":\"m\",\"data\":{\"result\":{}}}",
         EXIT_STATUS_CANCELED,
         "mihostctl: P: canceled (reason unknown); the provider said nothing\n"},
        {"enumerate|P", "{\"code\":-32800,\"message\":\"\",\"data\":{\"reason\":7}}",
         EXIT_STATUS_CANCELED,
         "mihostctl: P: canceled (reason unknown); the server said: nothing\n"},
        {"enumerate|P",
         "{\"code\":-32800,\"message\":\"m\",\"data\":{\"reason\":\"none\",\"result\":"
         "{\"resultName\":\"MI_RESULT_FAILED\"},\"delivered\":false,\"discarded\":\"x\"}}",
         EXIT_STATUS_CANCELED,
         "mihostctl: P: canceled (reason none); the provider said MI_RESULT_FAILED; no cancel "
         "callback was called\n"},
        {"enumerate|P",
         "{\"code\":-32803,\"message\":\"m\",\"data\":{\"resultName\":\"MI_RESULT_INVALID_CLASS\","
         "\"discarded\":-1}}",
         EXIT_STATUS_FAILED,
         "mihostctl: P: MI_RESULT_INVALID_CLASS: m; `mihostctl classes --names --deep` lists the "
         "classes\n"},
        {"enumerate|P",
         "{\"code\":-32800,\"message\":\"m\",\"data\":{\"reason\":\"none\",\"result\":"
         "{\"resultName\":\"MI_RESULT_FAILED\",\"cimError\":{\"a\":1}}}}",
         EXIT_STATUS_CANCELED,
         "mihostctl: P: canceled (reason none); the provider said MI_RESULT_FAILED\n"
         "mihostctl: P: in detail: {\"a\":1}\n"},
        {"enumerate|P", "{\"code\":-32803,\"message\":\"m\",\"data\":{\"cimError\":7}}",
         EXIT_STATUS_FAILED, "mihostctl: P: m (error -32803)\n"},
        /* What a canceled method came to is printed as a result is, if it is one. */
        {"invoke|U|M",
         "{\"code\":-32800,\"message\":\"m\",\"data\":{\"reason\":\"none\",\"result\":"
         "{\"resultName\":\"MI_RESULT_FAILED\",\"value\":[7]}}}",
         EXIT_STATUS_CANCELED,
         "mihostctl: U: canceled (reason none); the provider said MI_RESULT_FAILED\n"
         "mihostctl: U: it came to [7]\n"},
    };
    Fixture *fixture = *state;
    char member[512];

    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        (void)snprintf(member, sizeof(member), "\"error\":%s", refusals[i].error);
        assert_int_equal(answer(fixture, refusals[i].words, "", member), refusals[i].status);
        expect_err(fixture, refusals[i].said);
    }
}

/* ---- What comes before the answer ---- */

#define NOTICE(method, params)                                                                     \
    "{\"jsonrpc\":\"2.0\",\"method\":\"" method "\",\"params\":" params "}\n"

static void what_was_not_asked_for_is_passed_by(void **state)
{
    static const char *const notices[] = {
        NOTICE("$/progress", "{\"value\":[]}"),
        NOTICE("$/progress", "{\"token\":\"instances\"}"),
        NOTICE("$/progress", "{\"token\":\"progress\",\"value\":{\"kind\":\"begin\"}}"),
        NOTICE("$/progress", "{\"token\":\"progress\",\"value\":{\"kind\":\"whatever\"}}"),
        NOTICE("$/progress", "{\"token\":\"progress\",\"value\":7}"),
        NOTICE("mi/message", "{\"channel\":\"debug\"}"),
        NOTICE("mi/message", "{\"message\":\"m\"}"),
        NOTICE("$/cancelRequest", "{\"id\":9}"),
        NOTICE("$/cancelRequest", "{}"),
        NOTICE("somebody/else", "{}"),
    };
    Fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(notices); i++) {
        assert_int_equal(answer(fixture, "invoke|--messages|debug|U|M", notices[i],
                                "\"result\":{\"returnValue\":0,\"parameters\":{}}"),
                         EXIT_STATUS_DONE);
        expect_out(fixture, "{\"returnValue\":0,\"parameters\":{}}\n");
        expect_err(fixture, "");
    }
}

static void a_piece_that_lacks_something_makes_no_sense(void **state)
{
    static const char *const pieces[] = {
        NOTICE("$/progress", "{\"token\":\"instances\",\"value\":{\"values\":[1]}}"),
        NOTICE("$/progress", "{\"token\":\"instances\",\"value\":{\"parameter\":\"P\"}}"),
        NOTICE("$/progress",
               "{\"token\":\"instances\",\"value\":{\"parameter\":\"P\",\"values\":7}}"),
    };
    Fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
        assert_int_equal(answer(fixture, "invoke|U|M", pieces[i],
                                "\"result\":{\"returnValue\":0,\"parameters\":{}}"),
                         EXIT_STATUS_BROKEN);
        assert_int_equal(strncmp(read_back(fixture, fixture->err), BROKEN, sizeof(BROKEN) - 1), 0);
    }
}

/* ---- On a terminal ---- */

/* Makes standard output a terminal that gives what is written to it as it is. */
static void put_output_on_a_terminal(Fixture *fixture, unsigned short columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    struct termios raw = {.c_cflag = CS8 | CREAD};
    int slave;

    assert_int_equal(openpty(&terminal, &slave, NULL, &raw, &size), 0);
    assert_int_equal(dup3(slave, fixture->out, O_CLOEXEC), fixture->out);
    assert_int_equal(close(slave), 0);
}

#define WIDE                                                                                       \
    RESULT("{\"instances\":[{\"class\":\"P\",\"properties\":{\"A\":\"0123456789\","                \
           "\"B\":\"0123456789\",\"C\":\"0123456789\"}}]}")

static void a_table_that_finds_no_room_says_how_much_it_left_out(void **state)
{
    Fixture *fixture = *state;

    put_output_on_a_terminal(fixture, 20);
    assert_int_equal(setenv("NO_COLOR", "", 1), 0);
    start_server(fixture, SCRIPT(WIDE,
                                 SHOWN("\033[1mA\033[m          \033[1mB\033[m\n"
                                       "01234567\xE2\x80\xA6  01234567\xE2\x80\xA6\n"),
                                 WAIT_FOR_END));
    assert_int_equal(run(fixture, "enumerate|P"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(close(terminal), 0);
    expect_err(fixture, "mihostctl: 1 more properties find no room here: choose with "
                        "--properties, or see all with --json\n");
}

static void what_is_alarming_is_red(void **state)
{
    Fixture *fixture = *state;

    put_output_on_a_terminal(fixture, 100);
    assert_int_equal(setenv("NO_COLOR", "", 1), 0);
    start_server(fixture,
                 SCRIPT(RESULT("{\"agents\":[],\"operations\":[{\"operation\":\"5\",\"method\":"
                               "\"m\",\"class\":\"U\",\"provider\":\"p\",\"uid\":0,\"state\":"
                               "\"abandoned\",\"ageMs\":1}]}"),
                        SHOWN("\033[1mOPERATION\033[m  \033[1mMETHOD\033[m  \033[1mCLASS\033[m  "
                              "\033[1mPROVIDER\033[m  \033[1mUID\033[m  \033[1mSTATE\033[m      "
                              "\033[1mAGE\033[m\n5          m       U      p         0    "
                              "\033[31mabandoned\033[m  1ms\n"),
                        WAIT_FOR_END));
    assert_int_equal(run(fixture, "operations"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(close(terminal), 0);
}

/* A terminal that doesn't know how wide it is has the usual width. */
static void a_terminal_without_a_size_has_the_usual_one(void **state)
{
    Fixture *fixture = *state;

    put_output_on_a_terminal(fixture, 0);
    start_server(fixture, SCRIPT(WIDE,
                                 SHOWN("A           B           C\n"
                                       "0123456789  0123456789  0123456789\n"),
                                 WAIT_FOR_END));
    assert_int_equal(run(fixture, "enumerate|P"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    assert_int_equal(close(terminal), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_fixture, end_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_result_that_lacks_something_makes_no_sense),
        TEST(a_table_has_a_dash_for_what_is_missing),
        TEST(providers_are_shown_with_what_is_known_of_them),
        TEST(an_error_is_said_as_far_as_it_goes),
        TEST(what_was_not_asked_for_is_passed_by),
        TEST(a_piece_that_lacks_something_makes_no_sense),
        TEST(a_table_that_finds_no_room_says_how_much_it_left_out),
        TEST(what_is_alarming_is_red),
        TEST(a_terminal_without_a_size_has_the_usual_one),
    };

    return cmocka_run_group_tests_name("ctl_odd", tests, NULL, NULL);
}
