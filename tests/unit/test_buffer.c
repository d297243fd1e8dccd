/*
 * Buffers and spans: growing, and the failure that is remembered instead of returned.
 */
#include "base/buffer.h"

#include "tests/support/cmocka.h"

/* Sanitizers end a program that asks for more memory than there can be. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

static void assert_content(const Buffer *buffer, const char *wanted)
{
    if (!span_equals(buffer_span(buffer), wanted))
        fail_msg("'%.*s' is not '%s'", (int)buffer->size, buffer->data, wanted);
}

static void what_is_put_stands_in_its_order(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    buffer_put(&buffer, "ab", 2);
    buffer_put_char(&buffer, 'c');
    buffer_put_span(&buffer, SPAN("de"));
    buffer_put_string(&buffer, "fg");
    buffer_printf(&buffer, "%s-%d", "h", 7);
    assert_content(&buffer, "abcdefgh-7");
    assert_false(buffer_failed(&buffer));
    buffer_deinit(&buffer);
}

static void numbers_are_decimal_to_the_ends_of_their_range(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    buffer_put_u64(&buffer, 0);
    buffer_put_char(&buffer, ' ');
    buffer_put_u64(&buffer, UINT64_MAX);
    buffer_put_char(&buffer, ' ');
    buffer_put_i64(&buffer, INT64_MAX);
    buffer_put_char(&buffer, ' ');
    buffer_put_i64(&buffer, INT64_MIN);
    buffer_put_char(&buffer, ' ');
    buffer_put_i64(&buffer, -1);
    assert_content(&buffer, "0 18446744073709551615 9223372036854775807 -9223372036854775808 -1");
    buffer_deinit(&buffer);
}

static void content_survives_growing(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    for (unsigned i = 0; i < 100000; i++)
        buffer_put_char(&buffer, (char)(i * 7));
    assert_int_equal(buffer.size, 100000);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(buffer.data[i], (char)(i * 7));
    assert_true(buffer.capacity < 4 * buffer.size);
    buffer_deinit(&buffer);
}

static void a_text_longer_than_the_room_is_printed_whole(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    buffer_put_string(&buffer, "x");
    buffer_printf(&buffer, "%0500d", 1);
    assert_int_equal(buffer.size, 501);
    assert_int_equal(buffer.data[1], '0');
    assert_int_equal(buffer.data[500], '1');
    buffer_deinit(&buffer);
}

static void a_failure_is_remembered_until_the_content_is_dropped(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    buffer_put_string(&buffer, "kept");
    assert_null(buffer_reserve(&buffer, SIZE_MAX)); /* the sum overflows */
    assert_true(buffer_failed(&buffer));
    buffer_put_string(&buffer, "dropped");
    buffer_printf(&buffer, "%s", "dropped");
    buffer_put_u64(&buffer, 7);
    assert_content(&buffer, "kept");
    assert_null(buffer_string(&buffer));
    buffer_clear(&buffer);
    assert_false(buffer_failed(&buffer));
    buffer_put_string(&buffer, "new");
    assert_content(&buffer, "new");
    buffer_deinit(&buffer);
}

static void memory_that_is_not_there_is_a_failure(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    if (SANITIZED)
        skip();
    assert_null(buffer_reserve(&buffer, (size_t)PTRDIFF_MAX + 1)); /* more than malloc ever gives */
    assert_true(buffer_failed(&buffer));
    assert_int_equal(buffer.size, 0);
    buffer_deinit(&buffer);
    assert_false(buffer_failed(&buffer));
}

static void a_string_ends_with_a_zero_that_is_not_content(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    assert_string_equal(buffer_string(&buffer), "");
    assert_int_equal(buffer.size, 0);
    for (int i = 0; i < 128; i++) /* to the edge of what is allocated at first */
        buffer_put_char(&buffer, 'x');
    assert_int_equal(strlen(buffer_string(&buffer)), 128);
    buffer_put_char(&buffer, 'y');
    assert_int_equal(strlen(buffer_string(&buffer)), 129);
    buffer_deinit(&buffer);
}

static void the_beginning_can_be_dropped(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    buffer_consume(&buffer, 0);
    buffer_put_string(&buffer, "abcdef");
    buffer_consume(&buffer, 0);
    buffer_consume(&buffer, 2);
    assert_content(&buffer, "cdef");
    buffer_consume(&buffer, 4);
    assert_content(&buffer, "");
    buffer_deinit(&buffer);
}

static void nothing_may_be_put_from_nowhere(void **state)
{
    Buffer buffer = BUFFER_INIT;

    (void)state;
    buffer_put(&buffer, NULL, 0);
    buffer_put_span(&buffer, (Span){0});
    assert_content(&buffer, "");
    assert_non_null(buffer_reserve(&buffer, 0)); /* NULL would say that it failed */
    assert_false(buffer_failed(&buffer));
    buffer_deinit(&buffer);
    buffer_deinit(&buffer);
}

static void spans_are_compared_whole(void **state)
{
    (void)state;
    assert_true(span_equals(SPAN("abc"), "abc"));
    assert_false(span_equals(SPAN("abc"), "ab"));
    assert_false(span_equals(SPAN("ab"), "abc"));
    assert_false(span_equals(SPAN("abC"), "abc"));
    assert_false(span_equals(SPAN("ab\0"), "ab"));
    assert_true(span_equals((Span){0}, ""));
    assert_false(span_equals((Span){0}, "a"));
    assert_true(span_equals_nocase(SPAN("aBc"), "AbC"));
    assert_false(span_equals_nocase(SPAN("abc"), "abd"));
    assert_true(span_equals_nocase((Span){0}, ""));
    assert_int_equal(span_of(NULL).size, 0);
    assert_int_equal(span_of("abc").size, 3);
}

static void a_span_is_shortened_from_its_beginning(void **state)
{
    Span span = SPAN("abc"), nothing = {0};

    (void)state;
    span_skip(&span, 0);
    span_skip(&span, 2);
    assert_true(span_equals(span, "c"));
    span_skip(&span, 1);
    assert_true(span_equals(span, ""));
    span_skip(&nothing, 0);
    assert_null(nothing.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_stands_in_its_order),
        cmocka_unit_test(numbers_are_decimal_to_the_ends_of_their_range),
        cmocka_unit_test(content_survives_growing),
        cmocka_unit_test(a_text_longer_than_the_room_is_printed_whole),
        cmocka_unit_test(a_failure_is_remembered_until_the_content_is_dropped),
        cmocka_unit_test(memory_that_is_not_there_is_a_failure),
        cmocka_unit_test(a_string_ends_with_a_zero_that_is_not_content),
        cmocka_unit_test(the_beginning_can_be_dropped),
        cmocka_unit_test(nothing_may_be_put_from_nowhere),
        cmocka_unit_test(spans_are_compared_whole),
        cmocka_unit_test(a_span_is_shortened_from_its_beginning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
