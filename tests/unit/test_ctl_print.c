/*
 * What mihostctl prints: texts, values, tables, records, progress, errors.
 */
#include "tests/support/cmocka.h"

#include "client/answer.h"
#include "client/listing.h"
#include "client/progress.h"
#include "client/record.h"
#include "client/table.h"
#include "client/text.h"
#include "client/view.h"

#include <errno.h>
#include <locale.h>

#define expect_text(buffer, text) assert_string_equal(buffer_string(buffer), text)

static void what_could_steer_a_terminal_becomes_a_question_mark(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    (void)state;
    text_put_clean(&out, span_of("a\033[2Jb\tc\nd\x7F"));
    buffer_put_char(&out, '|');
    text_put_clean(&out, span_of("\xC2\x9B"
                                 "31m")); /* CSI in one character */
    buffer_put_char(&out, '|');
    text_put_clean(&out, span_of("\xE2\x80\xAE"
                                 "abc")); /* right to left from here */
    buffer_put_char(&out, '|');
    text_put_clean(&out, span_of("\xFF\xC3[\xED\xA0\x80")); /* not UTF-8 */
    expect_text(&out, "a?[2Jb?c?d?|?31m|?abc|??[???");
}

static void widths_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(text_columns(SPAN("abc")), 3);
    assert_int_equal(text_columns(SPAN("\xC3\xA4")), 1);     /* a umlaut */
    assert_int_equal(text_columns(SPAN("\xE4\xB8\xAD")), 2); /* a wide character */
    assert_int_equal(text_columns(SPAN("e\xCC\x81")), 1);    /* e and a combining accent */
    assert_int_equal(text_columns(SPAN("\033\xFF")), 2);
}

static void a_cut_never_splits_a_character(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    (void)state;
    assert_int_equal(text_put_cut(&out, SPAN("\xC3\xA4\xC3\xB6\xC3\xBC"), 2), 2);
    expect_text(&out, "\xC3\xA4\xE2\x80\xA6");
    buffer_clear(&out);
    /* A wide character has no room beside the mark: one column stays empty. */
    assert_int_equal(text_put_cut(&out, SPAN("\xE4\xB8\xAD\xE4\xB8\xAD"), 2), 1);
    expect_text(&out, "\xE2\x80\xA6");
    buffer_clear(&out);
    assert_int_equal(text_put_cut(&out, SPAN("abc"), 3), 3);
    assert_int_equal(text_put_cut(&out, SPAN("abc"), 0), 0);
    expect_text(&out, "abc");
}

static void json_is_written_on_one_line_and_means_the_same(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    (void)state;
    view_put_json(&out, SPAN("{ \"a b\" :\t[1, -2.5e3 ,\r\n null], \"c\\\\\" : \"d \\\" e\" }"));
    expect_text(&out, "{\"a b\":[1,-2.5e3,null],\"c\\\\\":\"d \\\" e\"}");
    buffer_clear(&out);
    view_put_json(&out, SPAN("\"x\x7F\xC2\x9B\xE2\x80\xAE\xC3\xA4\""));
    expect_text(&out, "\"x\\u007f\\u009b\\u202e\xC3\xA4\"");
}

static void expect_shown(const char *json, const char *text)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    view_put_text(&out, span_of(json));
    expect_text(&out, text);
}

static void values_read_as_people_write_them(void **state)
{
    (void)state;
    expect_shown("\"a\\u00e4 \\\"b\\\"\"", "a\xC3\xA4 \"b\"");
    expect_shown("42", "42");
    expect_shown("true", "true");
    expect_shown("null", "-");
    expect_shown("[1, \"a\"]", "[1,\"a\"]");
    expect_shown("\"a\\u0000b\"", "\"a\\u0000b\"");
}

static void expect_duration(uint64_t milliseconds, const char *text)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    view_put_duration(&out, milliseconds);
    expect_text(&out, text);
}

static void ages_have_two_units_at_most(void **state)
{
    (void)state;
    expect_duration(0, "0ms");
    expect_duration(999, "999ms");
    expect_duration(1000, "1.0s");
    expect_duration(59999, "59.9s");
    expect_duration(60000, "1min 0s");
    expect_duration(3599999, "59min 59s");
    expect_duration(UINT64_C(3) * 3600000 + UINT64_C(12) * 60000, "3h 12min");
    expect_duration(UINT64_C(2) * 86400000 + UINT64_C(3) * 3600000, "2d 3h");
}

static void columns_stand_below_each_other(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;

    (void)state;
    table_init(&table, 80);
    assert_int_equal(table_add_column(&table, SPAN("ID")), 0);
    assert_int_equal(table_add_column(&table, SPAN("NAME")), 0);
    assert_int_equal(table_add_column(&table, SPAN("X")), 0);
    table_measure(&table, 0, SPAN("1234"));
    table_fit(&table);
    table_put_header(&table, &out);
    table_put_cell(&table, &out, SPAN("1"), TABLE_PLAIN);
    table_put_cell(&table, &out, SPAN("\xC3\xA4"), TABLE_PLAIN);
    table_put_cell(&table, &out, SPAN("y"), TABLE_PLAIN);
    expect_text(&out, "ID    NAME  X\n1     \xC3\xA4     y\n");
}

static void the_widest_column_gives_way(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;

    (void)state;
    table_init(&table, 20);
    assert_int_equal(table_add_column(&table, SPAN("A")), 0);
    assert_int_equal(table_add_column(&table, SPAN("B")), 0);
    table_measure(&table, 0, SPAN("1234"));
    table_measure(&table, 1, SPAN("abcdefghijklmnopqrstuvwxyz"));
    table_fit(&table);
    assert_int_equal(table_hidden(&table), 0);
    table_put_cell(&table, &out, SPAN("1234"), TABLE_PLAIN);
    table_put_cell(&table, &out, SPAN("abcdefghijklmnopqrstuvwxyz"), TABLE_PLAIN);
    expect_text(&out, "1234  abcdefghijklm\xE2\x80\xA6\n");
    assert_int_equal(text_columns((Span){out.data, out.size - 1}), 20);
}

static void columns_without_room_are_left_out_and_counted(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;

    (void)state;
    table_init(&table, 20);
    for (int i = 0; i < 4; i++)
        assert_int_equal(table_add_column(&table, SPAN("0123456789")), 0);
    table_fit(&table);
    assert_int_equal(table_hidden(&table), 2);
    table_put_header(&table, &out);
    table_put_header(&table, &out);
    expect_text(&out, "01234567\xE2\x80\xA6  01234567\xE2\x80\xA6\n"
                      "01234567\xE2\x80\xA6  01234567\xE2\x80\xA6\n");
}

static void the_narrowest_terminal_still_gets_one_column(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;

    (void)state;
    table_init(&table, 1);
    assert_int_equal(table_add_column(&table, SPAN("ABC")), 0);
    assert_int_equal(table_add_column(&table, SPAN("DEF")), 0);
    table_fit(&table);
    table_put_header(&table, &out);
    expect_text(&out, "\xE2\x80\xA6\n");
}

static void without_a_terminal_nothing_is_cut(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;

    (void)state;
    table_init(&table, 0);
    assert_int_equal(table_add_column(&table, SPAN("A")), 0);
    assert_int_equal(table_add_column(&table, SPAN("B")), 0);
    table_fit(&table);
    table_put_cell(&table, &out, SPAN("longer than its column"), TABLE_PLAIN);
    table_put_cell(&table, &out, SPAN("b"), TABLE_PLAIN);
    expect_text(&out, "longer than its column  b\n");
}

static void a_table_takes_so_many_columns_and_no_more(void **state)
{
    CLEANUP(table_deinit) Table table;

    (void)state;
    table_init(&table, 0);
    for (int i = 0; i < TABLE_MAX_COLUMNS; i++)
        assert_int_equal(table_add_column(&table, SPAN("A")), 0);
    assert_int_equal(table_add_column(&table, SPAN("A")), -ENOSPC);
}

#define ONE  "{\"class\":\"P\",\"properties\":{\"Id\":\"1\",\"Name\":\"init\"}}"
#define TWO  "{ \"class\":\"Q\", \"properties\":{\"Id\":\"2\",\"Extra\":[1, 2]}}"
#define LONG "{\"class\":\"P\",\"properties\":{\"id\":\"3\",\"Name\":\"a longer name\"}}"

static void instances_are_a_line_of_json_each(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(listing_deinit) Listing listing;

    (void)state;
    listing_init(&listing, FORMAT_JSON, NULL, 0);
    assert_int_equal(listing_put(&listing, SPAN("[" ONE "," TWO "]"), &out, &why), 0);
    assert_int_equal(listing_put(&listing, SPAN("[]"), &out, &why), 0);
    expect_text(&out, ONE "\n{\"class\":\"Q\",\"properties\":{\"Id\":\"2\",\"Extra\":[1,2]}}\n");
}

static void the_first_instances_settle_the_table(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(listing_deinit) Listing listing;

    (void)state;
    listing_init(&listing, FORMAT_TABLE, NULL, 40);
    assert_int_equal(listing_put(&listing, SPAN("[]"), &out, &why), LISTING_PRINTED);
    assert_int_equal(listing_put(&listing, SPAN("[" ONE "]"), &out, &why), LISTING_HOLDS);
    assert_int_equal(listing_put(&listing, SPAN("[" TWO "]"), &out, &why), LISTING_HOLDS);
    assert_int_equal(out.size, 0);
    assert_int_equal(listing_settle(&listing, &out), 0);
    assert_int_equal(listing_settle(&listing, &out), 0);
    assert_int_equal(listing_put(&listing, SPAN("[" LONG "]"), &out, &why), LISTING_PRINTED);
    expect_text(&out, "Id  Name  Extra\n"
                      "1   init  -\n"
                      "2   -     [1,2]\n"
                      "3   a l\xE2\x80\xA6  -\n");
}

/* Puts @count instances, and a long one. */
static int put_instances(Listing *listing, int count, Buffer *out)
{
    CLEANUP(buffer_deinit) Buffer batch = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    for (int i = 0; i < count; i++)
        buffer_printf(&batch, "%c" ONE, i == 0 ? '[' : ',');
    buffer_put_string(&batch, "," LONG "]");
    return listing_put(listing, buffer_span(&batch), out, &why);
}

static void a_table_that_knows_enough_instances_does_not_wait(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(listing_deinit) Listing listing;

    (void)state;
    listing_init(&listing, FORMAT_TABLE, NULL, 40);
    assert_int_equal(put_instances(&listing, 31, &out), LISTING_HOLDS);
    assert_int_equal(out.size, 0);
    assert_int_equal(put_instances(&listing, 31, &out), LISTING_PRINTED);
    assert_int_equal(out.size, strlen("Id  Name\n") + 62 * strlen("1   init\n") +
                                   2 * strlen("3   a longer name\n"));
}

static void large_instances_are_not_held_for_long(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer instance = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(listing_deinit) Listing listing;

    (void)state;
    buffer_printf(&instance, "[{\"class\":\"P\",%*s\"properties\":{\"Id\":\"1\"}}]", 1 << 20, "");
    listing_init(&listing, FORMAT_TABLE, NULL, 40);
    assert_int_equal(listing_put(&listing, buffer_span(&instance), &out, &why), LISTING_PRINTED);
    expect_text(&out, "Id\n1\n");
}

static void the_properties_that_were_asked_for_are_the_columns(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(listing_deinit) Listing listing;

    (void)state;
    listing_init(&listing, FORMAT_TABLE, "name,Id,Other", 40);
    assert_int_equal(listing_put(&listing, SPAN("[" ONE "]"), &out, &why), LISTING_HOLDS);
    assert_int_equal(listing_settle(&listing, &out), 0);
    expect_text(&out, "name  Id  Other\ninit  1   -\n");
}

static void expect_no_batch(const char *batch, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(listing_deinit) Listing listing;

    listing_init(&listing, FORMAT_JSON, NULL, 0);
    assert_int_equal(listing_put(&listing, span_of(batch), &out, &why), -EBADMSG);
    expect_text(&why, sentence);
    assert_int_equal(out.size, 0);
}

static void what_is_no_instance_is_not_printed(void **state)
{
    (void)state;
    expect_no_batch("{}", "instances are not an array");
    expect_no_batch("[" ONE ",7]", "an instance has no class or no properties");
    expect_no_batch("[{\"class\":\"P\"}]", "an instance has no class or no properties");
    expect_no_batch("[{\"class\":1,\"properties\":{}}]",
                    "an instance has no class or no properties");
    expect_no_batch("[{\"class\":\"P\",\"properties\":[]}]",
                    "an instance has no class or no properties");
}

static void one_instance_is_a_list_of_its_properties(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    (void)state;
    record_put_text(&out, SPAN("{\"class\":\"P\\u001b\",\"properties\":{\"Id\":\"1\","
                               "\"Command\":\"a\\nb\",\"Nothing\":null}}"));
    expect_text(&out, "P?\n"
                      "  Id       1\n"
                      "  Command  a?b\n"
                      "  Nothing  -\n");
}

static void expect_progress(Progress *progress, const char *value, const char *line)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    assert_int_equal(progress_take(progress, span_of(value)), PROGRESS_SHOW);
    progress_put_line(progress, &out);
    expect_text(&out, line);
}

static void progress_keeps_what_a_report_leaves_out(void **state)
{
    CLEANUP(progress_deinit) Progress progress;

    (void)state;
    progress_init(&progress);
    expect_progress(&progress, "{\"kind\":\"begin\",\"title\":\"Measuring\"}", "Measuring");
    expect_progress(&progress, "{\"kind\":\"report\",\"percentage\":5}", "Measuring: 5%");
    expect_progress(&progress, "{\"kind\":\"report\",\"message\":\"/usr\"}", "Measuring: 5% /usr");
    expect_progress(&progress, "{\"kind\":\"report\",\"percentage\":400}", "Measuring: /usr");
    assert_int_equal(progress_take(&progress, SPAN("{\"kind\":\"end\"}")), PROGRESS_HIDE);
    assert_int_equal(progress_take(&progress, SPAN("{\"kind\":\"party\"}")), PROGRESS_IGNORE);
    assert_int_equal(progress_take(&progress, SPAN("7")), PROGRESS_IGNORE);
}

static void expect_error(const char *error, AnswerCause cause, ExitStatus status, const char *text)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;

    assert_int_equal(answer_put_error(&out, SPAN("P"), span_of(error), cause), status);
    expect_text(&out, text);
}

static void an_error_names_the_class_the_result_and_the_reason(void **state)
{
    (void)state;
    expect_error("{\"code\":-32803,\"message\":\"m\",\"data\":{\"result\":6,"
                 "\"resultName\":\"MI_RESULT_NOT_FOUND\",\"message\":\"no process 42\"}}",
                 ANSWER_NOT_CANCELED_HERE, EXIT_STATUS_FAILED,
                 "P: MI_RESULT_NOT_FOUND: no process 42");
    expect_error("{\"code\":-32803,\"message\":\"m\",\"data\":{"
                 "\"resultName\":\"MI_RESULT_FAILED\",\"message\":\"\",\"discarded\":1}}",
                 ANSWER_NOT_CANCELED_HERE, EXIT_STATUS_FAILED,
                 "P: MI_RESULT_FAILED: m; 1 instance that it posted was not sent");
    expect_error("{\"code\":-32602,\"message\":\"unknown member 'x'\"}", ANSWER_NOT_CANCELED_HERE,
                 EXIT_STATUS_FAILED, "P: unknown member 'x' (error -32602)");
    expect_error("{\"code\":\"x\",\"message\":\"m\"}", ANSWER_NOT_CANCELED_HERE, EXIT_STATUS_BROKEN,
                 "the server's answer makes no sense: an error without code or message");
    expect_error("{\"code\":1}", ANSWER_NOT_CANCELED_HERE, EXIT_STATUS_BROKEN,
                 "the server's answer makes no sense: an error without code or message");
}

static void expect_notation(const char *place, const char *expected, const char *text)
{
    CLEANUP(buffer_deinit) Buffer error = BUFFER_INIT, out = BUFFER_INIT;

    buffer_printf(&error, "{\"code\":-32602,\"message\":\"%s: expected %s\"}", place, expected);
    answer_put_notation(&out, SPAN("P"), buffer_span(&error));
    expect_text(&out, text);
}

#define OF_P(rest)  "params.instance: class 'p', property " rest
#define OF_M(rest)  "params.parameters: method 'M', parameter " rest
#define NO_INTEGER  "an integer from 0 to 255, but it is the string \\\"1\\\""
#define NOTATION(x) "; write " x ":=JSON for what is no string"

static void a_string_that_should_be_none_is_told_with_the_notation_for_it(void **state)
{
    (void)state;
    expect_notation(OF_P("'Key' (uint8)"), NO_INTEGER, NOTATION("Key"));
    expect_notation(OF_M("'Ask' (boolean)"), "true or false, but it is the string \\\"yes\\\"",
                    NOTATION("Ask"));
    expect_notation(OF_P("'List' (uint8[])"), "an array, but it is a string", NOTATION("List"));
    /* A string is right, it is none, and it was written as JSON: in a list, in an instance. */
    expect_notation(OF_P("'Big' (uint64)"),
                    "a string of decimal digits, but it is the string \\\"x\\\"", "");
    expect_notation(OF_P("'Text' (string)"), "a string, but it is 5", "");
    expect_notation(OF_P("'Key' (uint8)"), "an integer from 0 to 255, but it is 256", "");
    expect_notation(OF_P("'List' (uint8[]), element 0"), NO_INTEGER, "");
    expect_notation("params.instance: class 'Part', property 'Key' (uint8)", NO_INTEGER, "");
    expect_notation("params.instance: class 'Pot', property 'Key' (uint8)", NO_INTEGER, "");
    expect_notation("params.parameters: class 'P', property 'Key' (uint8)", NO_INTEGER, "");
    expect_notation("option 'a' (uint8)", NO_INTEGER, "");
}

#define CANCELED(data) "{\"code\":-32800,\"message\":\"canceled\",\"data\":{" data "}}"

static void a_cancel_tells_why_and_what_the_provider_said(void **state)
{
    (void)state;
    expect_error(CANCELED("\"reason\":\"timeout\",\"delivered\":true,\"result\":{\"result\":1,"
                          "\"resultName\":\"MI_RESULT_FAILED\",\"message\":\"12 GiB so far\"},"
                          "\"discarded\":0,\"abandoned\":false"),
                 ANSWER_NOT_CANCELED_HERE, EXIT_STATUS_CANCELED,
                 "P: canceled (reason timeout); the provider said MI_RESULT_FAILED: 12 GiB so far");
    expect_error(CANCELED("\"reason\":\"none\",\"delivered\":false,\"result\":{\"result\":0,"
                          "\"resultName\":\"MI_RESULT_OK\"},\"discarded\":2,\"abandoned\":false"),
                 ANSWER_CANCELED_HERE, EXIT_STATUS_CANCELED,
                 "P: canceled (reason none, as you asked); the provider said MI_RESULT_OK; no "
                 "cancel callback was called; 2 instances that it posted were not sent");
    expect_error(CANCELED("\"reason\":\"serviceStop\",\"delivered\":true,\"result\":null,"
                          "\"discarded\":0,\"abandoned\":true"),
                 ANSWER_NOT_CANCELED_HERE, EXIT_STATUS_CANCELED,
                 "P: canceled (reason serviceStop); the provider did not end within its grace and "
                 "was abandoned");
    expect_error(CANCELED(""), ANSWER_NOT_CANCELED_HERE, EXIT_STATUS_CANCELED,
                 "P: canceled (reason unknown); the server said: canceled");
}

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_could_steer_a_terminal_becomes_a_question_mark),
        cmocka_unit_test(widths_are_those_of_a_terminal),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(json_is_written_on_one_line_and_means_the_same),
        cmocka_unit_test(values_read_as_people_write_them),
        cmocka_unit_test(ages_have_two_units_at_most),
        cmocka_unit_test(columns_stand_below_each_other),
        cmocka_unit_test(the_widest_column_gives_way),
        cmocka_unit_test(columns_without_room_are_left_out_and_counted),
        cmocka_unit_test(the_narrowest_terminal_still_gets_one_column),
        cmocka_unit_test(without_a_terminal_nothing_is_cut),
        cmocka_unit_test(a_table_takes_so_many_columns_and_no_more),
        cmocka_unit_test(instances_are_a_line_of_json_each),
        cmocka_unit_test(the_first_instances_settle_the_table),
        cmocka_unit_test(a_table_that_knows_enough_instances_does_not_wait),
        cmocka_unit_test(large_instances_are_not_held_for_long),
        cmocka_unit_test(the_properties_that_were_asked_for_are_the_columns),
        cmocka_unit_test(what_is_no_instance_is_not_printed),
        cmocka_unit_test(one_instance_is_a_list_of_its_properties),
        cmocka_unit_test(progress_keeps_what_a_report_leaves_out),
        cmocka_unit_test(an_error_names_the_class_the_result_and_the_reason),
        cmocka_unit_test(a_string_that_should_be_none_is_told_with_the_notation_for_it),
        cmocka_unit_test(a_cancel_tells_why_and_what_the_provider_said),
    };
    return cmocka_run_group_tests_name("ctl: printing", tests, use_utf8, NULL);
}
