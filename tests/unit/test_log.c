/*
 * The log: one line for each event, whatever is in it.
 *
 * Standard error goes to a pipe while a test logs, and back before anything is asserted.
 */
#include "base/log.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Capture {
    int saved, pipe[2];
    char text[8192];
} Capture;

static void capture_begin(Capture *capture)
{
    assert_int_equal(pipe(capture->pipe), 0);
    capture->saved = dup(STDERR_FILENO);
    assert_true(capture->saved >= 0);
    assert_true(dup2(capture->pipe[1], STDERR_FILENO) >= 0);
    close(capture->pipe[1]);
}

/* Ends the capture; all that was logged is in @capture->text. */
static void capture_end(Capture *capture)
{
    size_t size = 0;
    ssize_t count = 0;

    dup2(capture->saved, STDERR_FILENO); /* the pipe's last writer: reading will end */
    close(capture->saved);
    do {
        size += (size_t)count;
        count = read(capture->pipe[0], capture->text + size, sizeof(capture->text) - 1 - size);
    } while (count > 0);
    capture->text[size] = '\0';
    close(capture->pipe[0]);
}

static int set_up(void **state)
{
    (void)state;
    unsetenv("JOURNAL_STREAM");
    log_init("mihostd", LOG_LEVEL_INFO);
    return 0;
}

static void a_line_begins_with_the_program(void **state)
{
    Capture capture;

    (void)state;
    capture_begin(&capture);
    log_info("client %d: %s", 12, "gone");
    log_error("cannot open '%s'", "/x");
    capture_end(&capture);
    assert_string_equal(capture.text, "mihostd: client 12: gone\nmihostd: cannot open '/x'\n");
}

static void under_systemd_a_line_begins_with_its_priority(void **state)
{
    Capture capture;

    (void)state;
    setenv("JOURNAL_STREAM", "8:12345", 1);
    log_init("mihostd", LOG_LEVEL_TRACE);
    capture_begin(&capture);
    log_error("a");
    log_warning("b");
    log_info("c");
    log_debug("d");
    log_trace("e");
    capture_end(&capture);
    unsetenv("JOURNAL_STREAM");
    assert_string_equal(capture.text, "<3>a\n<4>b\n<6>c\n<7>d\n<7>e\n");
}

static void what_is_below_the_level_is_not_printed(void **state)
{
    Capture capture;

    (void)state;
    capture_begin(&capture);
    log_debug("no");
    log_trace("no");
    log_set_level(LOG_LEVEL_ERROR);
    log_warning("no");
    log_error("yes");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("yes");
    capture_end(&capture);
    assert_string_equal(capture.text, "mihostd: yes\nmihostd: yes\n");
    assert_true(log_enabled(LOG_LEVEL_DEBUG));
    assert_false(log_enabled(LOG_LEVEL_TRACE));
}

static int evaluated;

static int evaluate(void)
{
    return ++evaluated;
}

static void a_trace_that_is_off_evaluates_nothing(void **state)
{
    (void)state;
    evaluated = 0;
    log_trace("%d", evaluate());
    assert_int_equal(evaluated, 0);
}

static void no_text_begins_a_line_of_its_own(void **state)
{
    Capture capture;

    (void)state;
    capture_begin(&capture);
    log_info("name '%s'", "a\nmihostd: forged\r\x1b[31m\x7f\tb");
    capture_end(&capture);
    assert_string_equal(capture.text, "mihostd: name 'a?mihostd: forged??[31m??b'\n");
}

static void a_text_that_is_too_long_is_cut_and_ends_its_line(void **state)
{
    char text[5000];
    Capture capture;

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    capture_begin(&capture);
    log_info("%s", text);
    log_info("next");
    capture_end(&capture);
    char *end = strchr(capture.text, '\n');
    assert_non_null(end);
    assert_true(end - capture.text > 1000);
    assert_string_equal(end, "\nmihostd: next\n");
}

static void logging_keeps_errno(void **state)
{
    Capture capture;

    (void)state;
    capture_begin(&capture);
    errno = EPIPE;
    log_info("x");
    int after = errno;
    capture_end(&capture);
    assert_int_equal(after, EPIPE);
}

static void levels_have_names(void **state)
{
    (void)state;
    for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_TRACE; level++)
        assert_int_equal(log_level_from_name(log_level_name((LogLevel)level)), level);
    assert_int_equal(log_level_from_name("info"), LOG_LEVEL_INFO);
    assert_int_equal(log_level_from_name("Info"), -1);
    assert_int_equal(log_level_from_name(""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_begins_with_the_program, set_up),
        cmocka_unit_test_setup(under_systemd_a_line_begins_with_its_priority, set_up),
        cmocka_unit_test_setup(what_is_below_the_level_is_not_printed, set_up),
        cmocka_unit_test_setup(a_trace_that_is_off_evaluates_nothing, set_up),
        cmocka_unit_test_setup(no_text_begins_a_line_of_its_own, set_up),
        cmocka_unit_test_setup(a_text_that_is_too_long_is_cut_and_ends_its_line, set_up),
        cmocka_unit_test_setup(logging_keeps_errno, set_up),
        cmocka_unit_test_setup(levels_have_names, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
