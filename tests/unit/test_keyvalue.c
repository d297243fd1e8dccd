/*
 * Files of KEY=VALUE lines: what a line means, and that each mistake is named with its place.
 */
#include "base/keyvalue.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes down `line:key=value;` for each entry; the key "bad" is refused, "stop" ends the reading.
 */
static int collect(void *data, const KeyValue *entry, KeyValueError *error)
{
    char *seen = data;
    size_t size = strlen(seen);

    if (strcmp(entry->key, "bad") == 0)
        return keyvalue_error(error, entry, "key '%s' is not known", entry->key);
    if (strcmp(entry->key, "stop") == 0)
        return 42;
    assert_string_equal(entry->file, "test.conf");
    snprintf(seen + size, 1000 - size, "%u:%s=%s;", entry->line, entry->key, entry->value);
    return 0;
}

static int read_text(const char *text, size_t size, char seen[1000], KeyValueError *error)
{
    FILE *stream =
        size == 0 ? fopen("/dev/null", "r") : fmemopen((void *)(uintptr_t)text, size, "r");
    int r;

    assert_non_null(stream);
    seen[0] = '\0';
    memset(error, 0, sizeof(*error));
    r = keyvalue_read(stream, "test.conf", collect, seen, error);
    fclose(stream);
    return r;
}

static void assert_reads(const char *text, const char *wanted)
{
    KeyValueError error;
    char seen[1000];

    assert_int_equal(read_text(text, strlen(text), seen, &error), 0);
    assert_string_equal(seen, wanted);
}

/* @text is refused at @line, in words that contain @word. */
static void assert_refused(const char *text, size_t size, unsigned line, const char *word)
{
    KeyValueError error;
    char seen[1000];

    assert_int_equal(read_text(text, size, seen, &error), -EINVAL);
    assert_string_equal(error.file, "test.conf");
    assert_int_equal(error.line, line);
    if (strstr(error.message, word) == NULL)
        fail_msg("'%s' says nothing of '%s'", error.message, word);
}

static void each_line_is_a_setting_with_its_number(void **state)
{
    (void)state;
    assert_reads("a=1\nb=2\n", "1:a=1;2:b=2;");
    assert_reads("a=1\n\n# c=3\n  # d\nb=2", "1:a=1;5:b=2;");
    assert_reads("a=1\r\nb=2\r\n", "1:a=1;2:b=2;");
    assert_reads("", "");
    assert_reads("\n\n", "");
}

static void spaces_around_key_and_value_are_dropped(void **state)
{
    (void)state;
    assert_reads(" \ta b \t=  x  y \t\n", "1:a b=x  y;");
    assert_reads("a=\n", "1:a=;");
    assert_reads("a=b=c\n", "1:a=b=c;");
    assert_reads("a=1 # no comment\n", "1:a=1 # no comment;");
}

static void quotes_around_a_value_are_dropped(void **state)
{
    (void)state;
    assert_reads("a=\" x \"\n", "1:a= x ;");
    assert_reads("a=\"\"\n", "1:a=;");
    assert_reads("a=\"\n", "1:a=\";");
    assert_reads("a=\"x\n", "1:a=\"x;");
    assert_reads("a=x\"y\"\n", "1:a=x\"y\";");
}

static void a_mistake_is_named_with_its_line(void **state)
{
    (void)state;
    assert_refused("a=1\n\nnothing\n", 14, 3, "'nothing'");
    assert_refused("=1\n", 3, 1, "without a name");
    assert_refused("a=1\nbad=2\n", 10, 2, "'bad'");
    assert_refused("a=1\nb\0=2\n", 9, 2, "zero byte");
}

static void a_handler_ends_the_reading_with_what_it_returns(void **state)
{
    KeyValueError error;
    char seen[1000];

    (void)state;
    assert_int_equal(read_text("a=1\nstop=\nb=2\n", 14, seen, &error), 42);
    assert_string_equal(seen, "1:a=1;");
}

static void a_line_has_a_largest_size(void **state)
{
    static char text[KEYVALUE_MAX_LINE + 2];
    KeyValueError error;
    char seen[1000];

    (void)state;
    memset(text, '#', sizeof(text));
    text[KEYVALUE_MAX_LINE] = '\n';
    assert_int_equal(read_text(text, KEYVALUE_MAX_LINE + 1, seen, &error), 0);
    assert_int_equal(read_text(text, KEYVALUE_MAX_LINE, seen, &error), 0);
    text[KEYVALUE_MAX_LINE] = '#';
    assert_refused(text, KEYVALUE_MAX_LINE + 1, 1, "longer than 4096 bytes");
}

static void a_file_has_a_largest_number_of_lines(void **state)
{
    static char text[KEYVALUE_MAX_LINES + 1];
    KeyValueError error;
    char seen[1000];

    (void)state;
    memset(text, '\n', sizeof(text));
    assert_int_equal(read_text(text, KEYVALUE_MAX_LINES, seen, &error), 0);
    assert_refused(text, KEYVALUE_MAX_LINES + 1, KEYVALUE_MAX_LINES + 1, "lines");
}

static void what_cannot_be_read_is_reported(void **state)
{
    FILE *stream = fopen("/", "r"); /* a folder can be opened, and not read */
    KeyValueError error;
    char seen[1000] = "";

    (void)state;
    assert_non_null(stream);
    assert_int_equal(keyvalue_read(stream, "test.conf", collect, seen, &error), -EIO);
    assert_int_equal(error.line, 0);
    assert_string_equal(error.file, "test.conf");
    assert_non_null(strstr(error.message, "cannot read 'test.conf'"));
    fclose(stream);
}

typedef int (*Parse)(const char *text, unsigned long minimum, unsigned long maximum,
                     unsigned long *ret);

static void assert_value(Parse parse, const char *text, unsigned long wanted)
{
    unsigned long value = ~wanted;

    assert_int_equal(parse(text, 0, ULONG_MAX, &value), 0);
    assert_true(value == wanted);
}

static void assert_no_value(Parse parse, const char *text, int wanted)
{
    unsigned long value = 77;

    assert_int_equal(parse(text, 0, ULONG_MAX, &value), wanted);
    assert_int_equal(value, 77);
}

static void counts_are_plain_numbers(void **state)
{
    (void)state;
    assert_value(keyvalue_parse_count, "0", 0);
    assert_value(keyvalue_parse_count, "0042", 42);
    assert_value(keyvalue_parse_count, "18446744073709551615", ULONG_MAX);
    assert_no_value(keyvalue_parse_count, "18446744073709551616", -ERANGE);
    assert_no_value(keyvalue_parse_count, "", -EINVAL);
    assert_no_value(keyvalue_parse_count, "-1", -EINVAL);
    assert_no_value(keyvalue_parse_count, "+1", -EINVAL);
    assert_no_value(keyvalue_parse_count, " 1", -EINVAL);
    assert_no_value(keyvalue_parse_count, "1 ", -EINVAL);
    assert_no_value(keyvalue_parse_count, "1K", -EINVAL);
    assert_no_value(keyvalue_parse_count, "0x10", -EINVAL);
    assert_no_value(keyvalue_parse_count, "1.5", -EINVAL);
}

static void bytes_take_units_of_1024(void **state)
{
    (void)state;
    assert_value(keyvalue_parse_bytes, "7", 7);
    assert_value(keyvalue_parse_bytes, "2K", 2048);
    assert_value(keyvalue_parse_bytes, "2m", 2UL << 20);
    assert_value(keyvalue_parse_bytes, "3G", 3UL << 30);
    assert_value(keyvalue_parse_bytes, "17179869183G", 17179869183UL << 30);
    assert_no_value(keyvalue_parse_bytes, "17179869184G", -ERANGE);
    assert_no_value(keyvalue_parse_bytes, "1KB", -EINVAL);
    assert_no_value(keyvalue_parse_bytes, "1s", -EINVAL);
    assert_no_value(keyvalue_parse_bytes, "K", -EINVAL);
}

static void times_are_in_seconds_unless_they_say_otherwise(void **state)
{
    (void)state;
    assert_value(keyvalue_parse_time, "0", 0);
    assert_value(keyvalue_parse_time, "10", 10000);
    assert_value(keyvalue_parse_time, "10s", 10000);
    assert_value(keyvalue_parse_time, "250ms", 250);
    assert_value(keyvalue_parse_time, "2min", 120000);
    assert_value(keyvalue_parse_time, "1h", 3600000);
    assert_no_value(keyvalue_parse_time, "18446744073709551615", -ERANGE);
    assert_no_value(keyvalue_parse_time, "1m", -EINVAL);
    assert_no_value(keyvalue_parse_time, "1d", -EINVAL);
}

static void values_stay_between_their_limits(void **state)
{
    unsigned long value = 77;

    (void)state;
    assert_int_equal(keyvalue_parse_count("4", 5, 10, &value), -ERANGE);
    assert_int_equal(keyvalue_parse_count("11", 5, 10, &value), -ERANGE);
    assert_int_equal(value, 77);
    assert_int_equal(keyvalue_parse_count("5", 5, 10, &value), 0);
    assert_int_equal(keyvalue_parse_count("10", 5, 10, &value), 0);
    assert_int_equal(value, 10);
    assert_int_equal(keyvalue_parse_time("2s", 0, 1999, &value), -ERANGE);
}

static void a_mistake_is_told_with_its_line_if_it_has_one(void **state)
{
    const KeyValue entry = {.file = "test.conf", .line = 3};
    KeyValueError error;
    char text[KEYVALUE_ERROR_SIZE];

    (void)state;
    keyvalue_error(&error, &entry, "'%s' is no number", "x");
    assert_string_equal(keyvalue_describe(&error, text), "test.conf:3: 'x' is no number");
    keyvalue_error(&error, NULL, "cannot be read");
    assert_string_equal(keyvalue_describe(&error, text), "test.conf: cannot be read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_a_setting_with_its_number),
        cmocka_unit_test(spaces_around_key_and_value_are_dropped),
        cmocka_unit_test(quotes_around_a_value_are_dropped),
        cmocka_unit_test(a_mistake_is_named_with_its_line),
        cmocka_unit_test(a_mistake_is_told_with_its_line_if_it_has_one),
        cmocka_unit_test(a_handler_ends_the_reading_with_what_it_returns),
        cmocka_unit_test(a_line_has_a_largest_size),
        cmocka_unit_test(a_file_has_a_largest_number_of_lines),
        cmocka_unit_test(what_cannot_be_read_is_reported),
        cmocka_unit_test(counts_are_plain_numbers),
        cmocka_unit_test(bytes_take_units_of_1024),
        cmocka_unit_test(times_are_in_seconds_unless_they_say_otherwise),
        cmocka_unit_test(values_stay_between_their_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
