/*
 * Framings: messages come out of the byte stream however it is cut.
 *
 * The reader below gives a stream in pieces, each in memory of exactly its size, and writes down
 * what came out: messages between brackets, then the error, if there was one.
 */
#include "protocol/framing.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_MESSAGE 64

static int drain(Framing *framing, Span *input, Buffer *seen)
{
    Span message;
    int r;

    while ((r = framing_next(framing, input, &message)) == FRAMING_MESSAGE) {
        buffer_put_char(seen, '[');
        buffer_put_span(seen, message);
        buffer_put_char(seen, ']');
    }
    if (r == FRAMING_MORE)
        assert_int_equal(input->size, 0);
    return r;
}

/* Gives @stream with cuts after @first bytes and then after each @step ones. */
static int read_cut(Framing *framing, Span stream, size_t first, size_t step, Buffer *seen)
{
    int r = FRAMING_MORE;
    size_t size = first;

    while (stream.size > 0 && r == FRAMING_MORE) {
        size = size > stream.size ? stream.size : size;
        char *piece = malloc(size > 0 ? size : 1);
        assert_non_null(piece);
        if (size > 0)
            memcpy(piece, stream.data, size);
        Span input = {piece, size};
        r = drain(framing, &input, seen);
        free(piece);
        span_skip(&stream, size);
        size = step;
    }
    return r;
}

/* What @stream gives, however it is cut: @wanted, and the outcome @result. */
static void assert_reads(Span stream, const char *wanted, int result)
{
    for (size_t first = 0; first <= stream.size; first++) {
        for (int bytewise = 0; bytewise < 2; bytewise++) {
            Buffer seen = BUFFER_INIT;
            Framing framing;

            framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
            int r = read_cut(&framing, stream, first, bytewise ? 1 : stream.size, &seen);
            const char *text = buffer_string(&seen);
            if (r != result || text == NULL || strcmp(text, wanted) != 0)
                fail_msg("cut at %zu: '%s', %d; wanted '%s', %d", first, text, r, wanted, result);
            framing_deinit(&framing);
            buffer_deinit(&seen);
        }
    }
}

static void a_brace_first_means_a_message_a_line(void **state)
{
    (void)state;
    assert_reads(SPAN("{\"a\":1}\n{}\n"), "[{\"a\":1}][{}]", FRAMING_MORE);
    assert_reads(SPAN("{}\r\n{\"b\":2}\r\n"), "[{}][{\"b\":2}]", FRAMING_MORE);
    assert_reads(SPAN("{}\n{\"unfinished\":"), "[{}]", FRAMING_MORE);
}

static void empty_lines_are_no_messages(void **state)
{
    (void)state;
    assert_reads(SPAN("{}\n\n\r\n\n{}\n\n"), "[{}][{}]", FRAMING_MORE);
}

static void the_framing_is_kept_whatever_a_line_holds(void **state)
{
    (void)state;
    assert_reads(SPAN("{}\nContent-Length: 2\r\n\r\n{}\n[]\n \nx\n"),
                 "[{}][Content-Length: 2][{}][[]][ ][x]", FRAMING_MORE);
    assert_reads(SPAN("{a\rb}\n"), "[{a\rb}]", FRAMING_MORE);
}

static void anything_else_first_means_headers(void **state)
{
    (void)state;
    assert_reads(SPAN("Content-Length: 2\r\n\r\n{}"), "[{}]", FRAMING_MORE);
    assert_reads(SPAN("Content-Length: 2\r\n\r\n{}Content-Length: 7\r\n\r\n{\"a\":1}"),
                 "[{}][{\"a\":1}]", FRAMING_MORE);
    assert_reads(SPAN("Content-Length: 4\r\n\r\n{\n\r\nContent-Length: 0\r\n\r\n"), "[{\n\r\n][]",
                 FRAMING_MORE);
}

static void header_names_have_no_case_and_unknown_ones_are_ignored(void **state)
{
    (void)state;
    assert_reads(SPAN("CONTENT-length:2\r\n\r\n{}"), "[{}]", FRAMING_MORE);
    assert_reads(SPAN("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
                      "X-Trace.Id_1: anything: \xC3\xA9 \t\r\n"
                      "content-length: \t 2 \t\r\n"
                      "X-Empty:\r\n\r\n{}"),
                 "[{}]", FRAMING_MORE);
    assert_reads(SPAN("Content-Length: 0002\r\n\r\n{}"), "[{}]", FRAMING_MORE);
    assert_reads(SPAN("Content-Lengths: x\r\nContent-Length: 1\r\n\r\n1"), "[1]", FRAMING_MORE);
}

static void a_length_must_be_there_once_and_be_digits(void **state)
{
    static const char *const headers[] = {
        "\r\n",
        "Content-Type: x\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\ncontent-length: 3\r\n",
        "Content-Length:\r\n",
        "Content-Length: \r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: 0x10\r\n",
        "Content-Length: 1 2\r\n",
        "Content-Length: 1,2\r\n",
        "Content-Length: 2.0\r\n",
        "Content-Length: two\r\n",
        "Content-Length: 18446744073709551616\r\n",
        "Content-Length: 18446744073709551626\r\n",
        "Content-Length: 99999999999999999999999999999999\r\n",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
        assert_reads(span_of(headers[i]), "", FRAMING_E_HEADER);
}

static void a_header_line_has_one_shape(void **state)
{
    static const char *const headers[] = {
        "\n",
        "Content-Length: 2\n\n{}",
        "Content-Length: 2\r\n\n{}",
        "Content-Length: 2\n\r\n{}",
        "Content-Length: 2\r\r\n",
        "X: yz\nContent-Length: 2\r\n\r\n{}",
        "Content-Length\r\n",
        "Content-Length : 2\r\n",
        " Content-Length: 2\r\n",
        "\tContent-Length: 2\r\n",
        ": 2\r\n",
        "Content Length: 2\r\n",
        "X: a\r\n b\r\n",
        "X: a\x01\r\n",
        "X: a\x7F\r\n",
        "X: a\rb\r\n",
        "[{\"jsonrpc\":\"2.0\"}]\n",
        " {}\n",
        "\xC3\xA9: x\r\n",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
        assert_reads(span_of(headers[i]), "", FRAMING_E_HEADER);
    assert_reads(SPAN("X: \0\r\n"), "", FRAMING_E_HEADER);
    assert_reads(SPAN("X\0: 1\r\n"), "", FRAMING_E_HEADER);
    assert_reads(SPAN("\0\r\n"), "", FRAMING_E_HEADER);
}

static void a_message_has_a_largest_size(void **state)
{
    Buffer stream = BUFFER_INIT, wanted = BUFFER_INIT;
    char body[MAX_MESSAGE];

    (void)state;
    memset(body, '{', sizeof(body));
    buffer_put(&stream, body, sizeof(body));
    buffer_put_string(&stream, "\r\n");
    buffer_printf(&wanted, "[%.*s]", MAX_MESSAGE, body);
    assert_reads(buffer_span(&stream), buffer_string(&wanted), FRAMING_MORE);

    buffer_clear(&stream);
    framing_put_head(FRAMING_HEADERS, &stream, sizeof(body));
    buffer_put(&stream, body, sizeof(body));
    assert_reads(buffer_span(&stream), buffer_string(&wanted), FRAMING_MORE);
    buffer_deinit(&stream);
    buffer_deinit(&wanted);
}

static void a_message_that_is_too_large_is_known_at_its_first_byte_too_many(void **state)
{
    char line[MAX_MESSAGE + 1];
    Buffer stream = BUFFER_INIT;

    (void)state;
    memset(line, '{', sizeof(line));
    assert_reads((Span){line, MAX_MESSAGE}, "", FRAMING_MORE);
    assert_reads((Span){line, sizeof(line)}, "", FRAMING_E_TOO_LARGE);
    line[MAX_MESSAGE] = '\r'; /* may belong to the line's end */
    assert_reads((Span){line, sizeof(line)}, "", FRAMING_MORE);
    buffer_put(&stream, line, sizeof(line));
    buffer_put_string(&stream, "x");
    assert_reads(buffer_span(&stream), "", FRAMING_E_TOO_LARGE);
    assert_reads(SPAN("Content-Length: 65\r\n\r\n"), "", FRAMING_E_TOO_LARGE);
    assert_reads(SPAN("Content-Length: 18446744073709551615\r\n\r\n"), "", FRAMING_E_TOO_LARGE);
    buffer_deinit(&stream);
}

static void a_header_block_has_a_largest_size(void **state)
{
    Buffer stream = BUFFER_INIT;
    Framing framing;

    (void)state;
    for (size_t excess = 0; excess < 2; excess++) {
        for (size_t step = 1; step < (size_t)2 * FRAMING_MAX_HEADER; step *= 7) {
            Buffer seen = BUFFER_INIT;

            buffer_clear(&stream);
            buffer_put_string(&stream, "Content-Length: 2\r\nX: ");
            while (stream.size < FRAMING_MAX_HEADER - 4 + excess)
                buffer_put_char(&stream, 'x');
            buffer_put_string(&stream, "\r\n\r\n{}");
            framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
            assert_int_equal(read_cut(&framing, buffer_span(&stream), step, step, &seen),
                             excess == 0 ? FRAMING_MORE : FRAMING_E_HEADER);
            assert_int_equal(seen.size, excess == 0 ? 4 : 0);
            framing_deinit(&framing);
            buffer_deinit(&seen);
        }
    }
    buffer_deinit(&stream);
}

static void a_header_line_without_an_end_is_refused_at_the_limit(void **state)
{
    char line[FRAMING_MAX_HEADER + 1];
    Buffer seen = BUFFER_INIT;
    Framing framing;

    (void)state;
    memset(line, 'x', sizeof(line));
    framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
    assert_int_equal(read_cut(&framing, (Span){line, FRAMING_MAX_HEADER}, 1, 1, &seen),
                     FRAMING_MORE);
    assert_int_equal(read_cut(&framing, SPAN("x"), 1, 1, &seen), FRAMING_E_HEADER);
    framing_deinit(&framing);
    buffer_deinit(&seen);
}

static void a_message_that_is_complete_is_not_copied(void **state)
{
    static const char lines[] = "{}\n{\"a\":1}\n";
    static const char headers[] = "Content-Length: 2\r\n\r\n{}";
    Span input = SPAN(lines), message;
    Framing framing;

    (void)state;
    framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
    assert_int_equal(framing_next(&framing, &input, &message), FRAMING_MESSAGE);
    assert_ptr_equal(message.data, lines);
    assert_int_equal(framing_next(&framing, &input, &message), FRAMING_MESSAGE);
    assert_ptr_equal(message.data, lines + 3);
    assert_null(framing.partial.data);
    framing_deinit(&framing);

    input = SPAN(headers);
    framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
    assert_int_equal(framing_next(&framing, &input, &message), FRAMING_MESSAGE);
    assert_ptr_equal(message.data, headers + 21);
    assert_null(framing.partial.data);
    framing_deinit(&framing);
}

static void a_connection_at_rest_keeps_no_memory(void **state)
{
    static const Span streams[] = {{"{\"a\":1}\n", 8}, {"Content-Length: 7\r\n\r\n{\"a\":1}", 28}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(streams); i++) {
        Buffer seen = BUFFER_INIT;
        Framing framing;

        framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
        assert_int_equal(read_cut(&framing, streams[i], 1, 1, &seen), FRAMING_MORE);
        assert_int_equal(seen.size, 9);
        assert_null(framing.partial.data);
        framing_deinit(&framing);
        buffer_deinit(&seen);
    }
}

static void what_was_handed_out_is_not_partial(void **state)
{
    Span first = SPAN("{\"a\""), rest = SPAN(":1}\n"), message;
    Framing framing;

    (void)state;
    framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
    assert_int_equal(framing_next(&framing, &first, &message), FRAMING_MORE);
    assert_true(framing_is_partial(&framing));
    assert_int_equal(framing_next(&framing, &rest, &message), FRAMING_MESSAGE);
    assert_false(framing_is_partial(&framing));
    framing_deinit(&framing);
}

/* True for each prefix of @message but the empty and the whole one. */
static void assert_partial_until_complete(Span message)
{
    Framing framing;

    framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
    assert_false(framing_is_partial(&framing));
    for (size_t i = 0; i < message.size; i++) {
        Buffer seen = BUFFER_INIT;

        assert_int_equal(read_cut(&framing, (Span){message.data + i, 1}, 1, 1, &seen),
                         FRAMING_MORE);
        assert_int_equal(framing_is_partial(&framing), i + 1 < message.size);
        buffer_deinit(&seen);
    }
    framing_deinit(&framing);
}

static void the_end_of_the_stream_may_cut_a_message(void **state)
{
    (void)state;
    assert_partial_until_complete(SPAN("{\"a\":1}\n"));
    assert_partial_until_complete(SPAN("{\"a\":1}\r\n"));
    assert_partial_until_complete(SPAN("X: y\r\nContent-Length: 2\r\n\r\n{}"));
}

static void a_client_says_what_it_speaks(void **state)
{
    Span input = SPAN("Content-Length: 2\r\n"), message;
    Framing framing;

    (void)state;
    framing_init(&framing, FRAMING_LINES, MAX_MESSAGE);
    assert_int_equal(framing_next(&framing, &input, &message), FRAMING_MESSAGE);
    assert_true(span_equals(message, "Content-Length: 2"));
    framing_deinit(&framing);
}

static void nothing_in_gives_nothing_out(void **state)
{
    Span input = {0}, message;
    Framing framing;

    (void)state;
    for (FramingKind kind = FRAMING_UNKNOWN; kind <= FRAMING_HEADERS; kind++) {
        framing_init(&framing, kind, MAX_MESSAGE);
        assert_int_equal(framing_next(&framing, &input, &message), FRAMING_MORE);
        assert_int_equal(framing.kind, kind);
        framing_deinit(&framing);
    }
}

static void what_is_framed_is_read_back(void **state)
{
    Buffer stream = BUFFER_INIT;

    (void)state;
    for (FramingKind kind = FRAMING_UNKNOWN; kind <= FRAMING_HEADERS; kind++) {
        buffer_clear(&stream);
        for (int i = 0; i < 2; i++) {
            framing_put_head(kind, &stream, 7);
            buffer_put_string(&stream, "{\"a\":1}");
            framing_put_tail(kind, &stream);
        }
        assert_reads(buffer_span(&stream), "[{\"a\":1}][{\"a\":1}]", FRAMING_MORE);
    }
    buffer_deinit(&stream);
}

/* What @input gives when there is no memory for what it begins. */
static int read_without_memory(Span input)
{
    Framing framing;
    Span message;
    int r;

    framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
    framing.partial.failed = true;
    r = framing_next(&framing, &input, &message);
    framing_deinit(&framing);
    return r;
}

static void a_lack_of_memory_is_reported(void **state)
{
    (void)state;
    assert_int_equal(read_without_memory(SPAN("{\"a\":")), -ENOMEM);
    assert_int_equal(read_without_memory(SPAN("Content-")), -ENOMEM);
    assert_int_equal(read_without_memory(SPAN("Content-Length: 2\r\n\r\n{")), -ENOMEM);
    assert_int_equal(read_without_memory(SPAN("{}\n")), FRAMING_MESSAGE); /* needs none */
}

static void errors_have_words(void **state)
{
    (void)state;
    assert_non_null(strstr(framing_error_text(FRAMING_E_TOO_LARGE), "maxMessage"));
    assert_non_null(strstr(framing_error_text(FRAMING_E_HEADER), "Content-Length"));
    assert_non_null(framing_error_text(FRAMING_MORE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_handed_out_is_not_partial),
        cmocka_unit_test(a_brace_first_means_a_message_a_line),
        cmocka_unit_test(empty_lines_are_no_messages),
        cmocka_unit_test(the_framing_is_kept_whatever_a_line_holds),
        cmocka_unit_test(anything_else_first_means_headers),
        cmocka_unit_test(header_names_have_no_case_and_unknown_ones_are_ignored),
        cmocka_unit_test(a_length_must_be_there_once_and_be_digits),
        cmocka_unit_test(a_header_line_has_one_shape),
        cmocka_unit_test(a_message_has_a_largest_size),
        cmocka_unit_test(a_message_that_is_too_large_is_known_at_its_first_byte_too_many),
        cmocka_unit_test(a_header_block_has_a_largest_size),
        cmocka_unit_test(a_header_line_without_an_end_is_refused_at_the_limit),
        cmocka_unit_test(a_message_that_is_complete_is_not_copied),
        cmocka_unit_test(a_connection_at_rest_keeps_no_memory),
        cmocka_unit_test(the_end_of_the_stream_may_cut_a_message),
        cmocka_unit_test(a_client_says_what_it_speaks),
        cmocka_unit_test(nothing_in_gives_nothing_out),
        cmocka_unit_test(what_is_framed_is_read_back),
        cmocka_unit_test(a_lack_of_memory_is_reported),
        cmocka_unit_test(errors_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
