/*
 * Datetimes: the 25 characters, both ways, and what isn't one.
 */
#include "mi/datetime.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <string.h>

static int parse(const char *text, MI_Datetime *datetime)
{
    return datetime_parse(text, strlen(text), datetime);
}

static void assert_survives(const char *text)
{
    char again[DATETIME_SIZE + 1];
    MI_Datetime datetime;

    assert_int_equal(parse(text, &datetime), 0);
    assert_int_equal(datetime_format(&datetime, again), 0);
    assert_string_equal(again, text);
}

static void a_timestamp_is_read_number_by_number(void **state)
{
    MI_Datetime datetime;

    (void)state;
    assert_int_equal(parse("20240229235958.012345-330", &datetime), 0);
    assert_true(datetime.isTimestamp);
    assert_int_equal(datetime.u.timestamp.year, 2024);
    assert_int_equal(datetime.u.timestamp.month, 2);
    assert_int_equal(datetime.u.timestamp.day, 29);
    assert_int_equal(datetime.u.timestamp.hour, 23);
    assert_int_equal(datetime.u.timestamp.minute, 59);
    assert_int_equal(datetime.u.timestamp.second, 58);
    assert_int_equal(datetime.u.timestamp.microseconds, 12345);
    assert_int_equal(datetime.u.timestamp.utc, -330);
}

static void an_interval_is_read_number_by_number(void **state)
{
    MI_Datetime datetime;

    (void)state;
    assert_int_equal(parse("12345678235958.000001:000", &datetime), 0);
    assert_false(datetime.isTimestamp);
    assert_int_equal(datetime.u.interval.days, 12345678);
    assert_int_equal(datetime.u.interval.hours, 23);
    assert_int_equal(datetime.u.interval.minutes, 59);
    assert_int_equal(datetime.u.interval.seconds, 58);
    assert_int_equal(datetime.u.interval.microseconds, 1);
}

static void what_was_read_is_written_as_it_was(void **state)
{
    (void)state;
    assert_survives("00000101000000.000000+000");
    assert_survives("99991231235959.999999+840");
    assert_survives("20000229000000.000000-840");
    assert_survives("00000000000000.000000:000");
    assert_survives("99999999235959.999999:000");
}

static void another_form_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "2024-02-29T23:59:58Z",
        "20240229235958.012345-33",
        "20240229235958.012345-3300",
        "20240229235958,012345-330",
        "20240229235958.012345 330",
        "2024022923595x.012345-330",
        "20240229235958.******-330",
        " 0240229235958.012345-330",
        "+0240229235958.012345-330",
        "12345678235958.000001:001",
        "12345678235958.000001:00 ",
        "12345678x35958.000001:000",
    };
    MI_Datetime datetime = {.isTimestamp = 42};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (parse(texts[i], &datetime) != -EINVAL)
            fail_msg("not refused: '%s'", texts[i]);
    assert_int_equal(datetime.isTimestamp, 42); /* left alone */
}

static void a_number_out_of_range_is_refused(void **state)
{
    static const char *const texts[] = {
        "20240029235958.012345-330", /* month 0 */
        "20241329235958.012345-330", /* month 13 */
        "20240200235958.012345-330", /* day 0 */
        "20230229235958.012345-330", /* no leap year */
        "19000229235958.012345-330", /* nor this one */
        "20240431235958.012345-330", /* April */
        "20240229245958.012345-330", /* hour 24 */
        "20240229236058.012345-330", /* minute 60 */
        "20240229235960.012345-330", /* second 60 */
        "20240229235958.012345+841", /* beyond the date line */
        "00000000240000.000000:000", "00000000006000.000000:000", "00000000000060.000000:000",
    };
    MI_Datetime datetime;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (parse(texts[i], &datetime) != -ERANGE)
            fail_msg("not refused: '%s'", texts[i]);
}

static void numbers_that_fit_their_digits_are_written(void **state)
{
    MI_Datetime zeros = {.isTimestamp = 1}; /* what a provider that fills nothing in posts */
    char text[DATETIME_SIZE + 1];

    (void)state;
    assert_int_equal(datetime_format(&zeros, text), 0);
    assert_string_equal(text, "00000000000000.000000+000");
}

static void numbers_that_do_not_fit_are_not_written(void **state)
{
    MI_Datetime datetime = {.isTimestamp = 1};
    char text[DATETIME_SIZE + 1];

    (void)state;
    datetime.u.timestamp.utc = -1000;
    assert_int_equal(datetime_format(&datetime, text), -ERANGE);
    datetime.u.timestamp.utc = INT32_MIN;
    assert_int_equal(datetime_format(&datetime, text), -ERANGE);
    datetime.u.timestamp.utc = 0;
    datetime.u.timestamp.microseconds = 1000000;
    assert_int_equal(datetime_format(&datetime, text), -ERANGE);
    datetime = (MI_Datetime){.u.interval.days = 100000000};
    assert_int_equal(datetime_format(&datetime, text), -ERANGE);
    datetime = (MI_Datetime){.u.interval.hours = 100};
    assert_int_equal(datetime_format(&datetime, text), -ERANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timestamp_is_read_number_by_number),
        cmocka_unit_test(an_interval_is_read_number_by_number),
        cmocka_unit_test(what_was_read_is_written_as_it_was),
        cmocka_unit_test(another_form_is_refused),
        cmocka_unit_test(a_number_out_of_range_is_refused),
        cmocka_unit_test(numbers_that_fit_their_digits_are_written),
        cmocka_unit_test(numbers_that_do_not_fit_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
