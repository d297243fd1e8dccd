/*
 * The command line's options.
 */
#include "tests/support/cmocka.h"

#include "client/options.h"

#include <errno.h>
#include <stdio.h>

/* A command line, from words with '|' between them. */
typedef struct CommandLine {
    char text[256];
    char *argv[32];
    int argc;
} CommandLine;

static void split(CommandLine *line, const char *words)
{
    char *rest = line->text;

    *line = (CommandLine){.argc = 0};
    assert_true(snprintf(line->text, sizeof(line->text), "mihostctl|%s", words) <
                (int)sizeof(line->text));
    while (rest != NULL)
        line->argv[line->argc++] = strsep(&rest, "|");
}

/* Reads @words, which stay in @line. */
static void expect_options(CommandLine *line, Options *options, const char *words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    split(line, words);
    assert_int_equal(options_parse(options, line->argc, line->argv, &why), 0);
    assert_int_equal(why.size, 0);
}

static void expect_wrong(const char *words, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CommandLine line;
    Options options;

    split(&line, words);
    assert_int_equal(options_parse(&options, line.argc, line.argv, &why), -EINVAL);
    assert_non_null(strstr(buffer_string(&why), sentence));
}

static void without_options_the_defaults_hold(void **state)
{
    CommandLine line;
    Options options;

    (void)state;
    expect_options(&line, &options, "info");
    assert_int_equal(options.given, 0);
    assert_int_equal(options.format, FORMAT_AUTOMATIC);
    assert_null(options.socket);
    assert_string_equal(options.name_space, "root/cimv2");
    assert_int_equal(options.timeout, 0);
    assert_int_equal(options.count, 1);
    assert_string_equal(options.words[0], "info");
}

static void options_may_stand_anywhere(void **state)
{
    CommandLine line;
    Options options;

    (void)state;
    expect_options(&line, &options,
                   "--socket=/s|get|--json|C|--timeout|500ms|--namespace|root/x|A=1|"
                   "--properties=P,Q");
    assert_string_equal(options.socket, "/s");
    assert_string_equal(options.name_space, "root/x");
    assert_string_equal(options.properties, "P,Q");
    assert_int_equal(options.format, FORMAT_JSON);
    assert_int_equal(options.timeout, 500);
    assert_int_equal(options.given, OPTION_SOCKET | OPTION_JSON | OPTION_TIMEOUT |
                                        OPTION_NAMESPACE | OPTION_PROPERTIES);
    assert_int_equal(options.count, 3);
    assert_string_equal(options.words[0], "get");
    assert_string_equal(options.words[1], "C");
    assert_string_equal(options.words[2], "A=1");
}

static void two_dashes_end_the_options(void **state)
{
    CommandLine line;
    Options options;

    (void)state;
    expect_options(&line, &options, "get|--|--json");
    assert_int_equal(options.given, 0);
    assert_int_equal(options.count, 2);
    assert_string_equal(options.words[1], "--json");
}

static void a_wrong_option_is_named(void **state)
{
    (void)state;
    expect_wrong("get|--colour|x", "'--colour' is not an option");
    expect_wrong("-x", "'-x' is not an option");
    expect_wrong("--json=1", "'--json=1' is not an option, or not one with a value");
    expect_wrong("get|--socket", "--socket wants a value");
    expect_wrong("--json|--table", "--json and --table exclude each other");
}

static void a_time_has_a_unit_and_is_not_zero(void **state)
{
    (void)state;
    expect_wrong("--timeout|0", "--timeout 0: not a time");
    expect_wrong("--timeout|5x", "--timeout 5x: not a time");
    expect_wrong("--timeout|-1", "--timeout -1: not a time");
    expect_wrong("--timeout|99999h", "--timeout 99999h: not a time");
}

static void a_list_of_properties_has_no_holes(void **state)
{
    (void)state;
    expect_wrong("--properties|", "'' is not a property's name");
    expect_wrong("--properties|A,,B", "'' is not a property's name");
    expect_wrong("--properties|A,", "'' is not a property's name");
    expect_wrong("--properties|A, B", "' B' is not a property's name");
}

static void a_word_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    expect_wrong("get|C|Path=\xE4", "is not UTF-8");
}

static void a_list_is_stepped_through(void **state)
{
    Span rest = SPAN("A,BC,D"), item;

    (void)state;
    assert_true(options_next_item(&rest, &item));
    assert_true(span_equals(item, "A"));
    assert_true(options_next_item(&rest, &item));
    assert_true(span_equals(item, "BC"));
    assert_true(options_next_item(&rest, &item));
    assert_true(span_equals(item, "D"));
    assert_false(options_next_item(&rest, &item));
}

static void each_option_has_its_name(void **state)
{
    (void)state;
    assert_string_equal(options_name(OPTION_SOCKET), "--socket");
    assert_string_equal(options_name(OPTION_PROPERTIES), "--properties");
    assert_string_equal(options_name(OPTION_SHALLOW), "--shallow");
    assert_string_equal(options_name(OPTION_VERSION), "--version");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_the_defaults_hold),
        cmocka_unit_test(options_may_stand_anywhere),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(a_wrong_option_is_named),
        cmocka_unit_test(a_time_has_a_unit_and_is_not_zero),
        cmocka_unit_test(a_list_of_properties_has_no_holes),
        cmocka_unit_test(a_word_that_is_not_utf8_is_refused),
        cmocka_unit_test(a_list_is_stepped_through),
        cmocka_unit_test(each_option_has_its_name),
    };
    return cmocka_run_group_tests_name("ctl: options", tests, NULL, NULL);
}
