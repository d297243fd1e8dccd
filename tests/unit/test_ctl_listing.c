/*
 * Tables of instances that come bit by bit: what is held back to settle them, and that none of it
 * is lost, however the operation ends.
 */
#include "tests/unit/ctl_fake.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#define WORDS "enumerate|--table|P"
#define ENUMERATE                                                                                  \
    REQUEST("mi/enumerateInstances",                                                               \
            "\"namespace\":\"root/cimv2\",\"class\":\"P\",\"partialResultToken\":\"instances\"")
#define ROW(id, name) "{\"class\":\"P\",\"properties\":{\"Id\":\"" id "\",\"Name\":\"" name "\"}}"
#define FIRST         PROGRESS("instances", "[" ROW("1", "init") "]")
#define FIRST_TABLE   "Id  Name\n1   init\n"
#define END           RESULT("{\"instances\":[]}")
#define CANCELED                                                                                   \
    ERROR("\"code\":-32800,\"message\":\"canceled\",\"data\":{\"reason\":\"none\","                \
          "\"delivered\":true,\"result\":null,\"discarded\":0,\"abandoned\":true}")

/* A fixture whose standard output and standard error are one file, which shows what came first. */
static int make_fixture_with_one_file(void **state)
{
    Fixture *fixture;

    if (make_fixture(state) < 0)
        return -1;
    fixture = *state;
    return dup3(fixture->out, fixture->err, O_CLOEXEC) < 0 ? -1 : 0;
}

/* A fixture whose standard output is a terminal, which shows each character as it was written. */
static int make_fixture_on_a_terminal(void **state)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    struct termios raw = {.c_cflag = CS8};
    Fixture *fixture;
    int slave;

    if (make_fixture(state) < 0 || openpty(&terminal, &slave, NULL, &raw, &size) < 0)
        return -1;
    fixture = *state;
    if (dup3(slave, fixture->out, O_CLOEXEC) < 0)
        return -1;
    return close(slave);
}

static int end_fixture_on_a_terminal(void **state)
{
    (void)close(terminal);
    return end_fixture(state);
}

/* Runs WORDS against @script; what was printed is looked at by the script, or by the test. */
static void expect_status(Fixture *fixture, const Step *script, ExitStatus status)
{
    start_server(fixture, script);
    assert_int_equal(run(fixture, WORDS), status);
    expect_server_content(fixture);
}

static void put_batch(Buffer *to, int first, int last)
{
    buffer_put_string(to, "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\","
                          "\"params\":{\"token\":\"instances\",\"value\":");
    for (int i = first; i <= last; i++)
        buffer_printf(to, "%c" ROW("%d", "%*s"), i == first ? '[' : ',', i, i, "x");
    buffer_put_string(to, "]}}");
}

static void a_first_instance_that_travels_alone_does_not_settle_the_widths(void **state)
{
    CLEANUP(buffer_deinit) Buffer batches = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer table = BUFFER_INIT;
    Fixture *fixture = *state;

    /* In one write: however busy the machine is, they arrive together. */
    put_batch(&batches, 1, 1);
    buffer_put_char(&batches, '\n');
    put_batch(&batches, 2, 31);
    buffer_printf(&table, "Name%*s\n", 31, "Id");
    for (int i = 1; i <= 31; i++)
        buffer_printf(&table, "%*s%*s%d\n", i, "x", 33 - i, "", i);
    start_server(fixture, SCRIPT(REQUEST("mi/enumerateInstances",
                                         "\"namespace\":\"root/cimv2\",\"properties\":[\"Name\","
                                         "\"Id\"],\"class\":\"P\","
                                         "\"partialResultToken\":\"instances\""),
                                 {STEP_SEND, buffer_string(&batches), 0}, END));
    assert_int_equal(run(fixture, WORDS "|--properties|Name,Id"), EXIT_STATUS_DONE);
    expect_server_content(fixture);
    expect_out(fixture, buffer_string(&table));
}

static void a_table_does_not_wait_for_an_operation_without_end(void **state)
{
    expect_status(*state,
                  SCRIPT(ENUMERATE, FIRST, SHOWN(FIRST_TABLE),
                         PROGRESS("instances", "[" ROW("2", "sh") "]"), SHOWN("2   sh\n"), END),
                  EXIT_STATUS_DONE);
}

static void what_is_held_is_printed_at_a_cancel(void **state)
{
    expect_status(*state,
                  SCRIPT(ENUMERATE, FIRST, PRESS_CTRL_C, CANCEL, SHOWN(FIRST_TABLE), PRESS_CTRL_C,
                         WAIT_FOR_END),
                  EXIT_STATUS_LEFT);
}

static void what_is_held_is_printed_before_why_it_was_canceled(void **state)
{
    expect_status(*state, SCRIPT(ENUMERATE, FIRST, CANCELED), EXIT_STATUS_CANCELED);
    expect_out((Fixture *)*state, FIRST_TABLE "mihostctl: P: canceled (reason none); the provider "
                                              "did not end within its grace and was abandoned\n");
}

static void what_is_held_is_printed_before_an_error(void **state)
{
    expect_status(*state,
                  SCRIPT(ENUMERATE, FIRST,
                         ERROR("\"code\":-32803,\"message\":\"x\",\"data\":{\"result\":1,"
                               "\"resultName\":\"MI_RESULT_FAILED\",\"message\":\"it died\"}")),
                  EXIT_STATUS_FAILED);
    expect_out((Fixture *)*state, FIRST_TABLE "mihostctl: P: MI_RESULT_FAILED: it died\n");
}

static void what_is_held_is_printed_before_the_server_is_said_to_be_gone(void **state)
{
    expect_status(*state, SCRIPT(ENUMERATE, FIRST), EXIT_STATUS_BROKEN);
    expect_out((Fixture *)*state,
               FIRST_TABLE "mihostctl: the server closed the connection before it answered; its "
                           "log says why\n");
}

static void what_is_held_is_printed_before_nonsense(void **state)
{
    expect_status(*state, SCRIPT(ENUMERATE, FIRST, RESULT("{}"), WAIT_FOR_END), EXIT_STATUS_BROKEN);
    expect_out((Fixture *)*state,
               FIRST_TABLE "mihostctl: the server's answer makes no sense: a result without "
                           "instances\n");
}

static void a_batch_that_makes_no_sense_does_not_take_others_with_it(void **state)
{
    expect_status(*state, SCRIPT(ENUMERATE, FIRST, PROGRESS("instances", "[7]"), WAIT_FOR_END),
                  EXIT_STATUS_BROKEN);
    expect_out((Fixture *)*state,
               FIRST_TABLE "mihostctl: the server's answer makes no sense: an instance has no "
                           "class or no properties\n");
}

#define test(function) cmocka_unit_test_setup_teardown(function, make_fixture, end_fixture)
#define test_with_one_file(function)                                                               \
    cmocka_unit_test_setup_teardown(function, make_fixture_with_one_file, end_fixture)
#define test_on_a_terminal(function)                                                               \
    cmocka_unit_test_setup_teardown(function, make_fixture_on_a_terminal, end_fixture_on_a_terminal)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_first_instance_that_travels_alone_does_not_settle_the_widths),
        test_on_a_terminal(a_table_does_not_wait_for_an_operation_without_end),
        test_on_a_terminal(what_is_held_is_printed_at_a_cancel),
        test_with_one_file(what_is_held_is_printed_before_why_it_was_canceled),
        test_with_one_file(what_is_held_is_printed_before_an_error),
        test_with_one_file(what_is_held_is_printed_before_the_server_is_said_to_be_gone),
        test_with_one_file(what_is_held_is_printed_before_nonsense),
        test_with_one_file(a_batch_that_makes_no_sense_does_not_take_others_with_it),
    };
    return cmocka_run_group_tests_name("ctl: tables that come bit by bit", tests, NULL, NULL);
}
