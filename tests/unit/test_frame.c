/*
 * Frames: read at every cut of the stream, refused by the table, their fields bounded.
 */
#include "protocol/frame.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>

/* A header as bytes, so that nothing of ours decides what is on the wire. */
static void put_header(Buffer *to, uint32_t length, uint16_t type, uint16_t flags,
                       uint64_t operation)
{
    for (unsigned i = 0; i < 4; i++)
        buffer_put_char(to, (char)(length >> 8 * i));
    for (unsigned i = 0; i < 2; i++)
        buffer_put_char(to, (char)(type >> 8 * i));
    for (unsigned i = 0; i < 2; i++)
        buffer_put_char(to, (char)(flags >> 8 * i));
    for (unsigned i = 0; i < 8; i++)
        buffer_put_char(to, (char)(operation >> 8 * i));
}

static void put_hello(Buffer *to)
{
    put_header(to, 4, FRAME_HELLO, 0, 0);
    buffer_put(to, "\1\0\0\0", 4);
}

/* Reads all frames of @input and writes down `NAME operation 'payload' `. */
static int drain(FrameReader *reader, Span *input, Buffer *seen)
{
    Frame frame;
    int r;

    while ((r = frame_next(reader, input, &frame)) == FRAME_COMPLETE) {
        buffer_printf(seen, "%s %llu '", frame_name(frame.type),
                      (unsigned long long)frame.operation);
        buffer_put_span(seen, frame.payload);
        buffer_put_string(seen, "' ");
    }
    if (r == FRAME_MORE)
        assert_int_equal(input->size, 0);
    return r;
}

/* Gives @stream in pieces, each in memory of exactly its size. */
static int read_cut(FrameReader *reader, Span stream, size_t first, size_t step, Buffer *seen)
{
    int r = FRAME_MORE;
    size_t size = first;

    while (stream.size > 0 && r == FRAME_MORE) {
        size = size > stream.size ? stream.size : size;
        char *piece = malloc(size > 0 ? size : 1);
        assert_non_null(piece);
        if (size > 0)
            memcpy(piece, stream.data, size);
        Span input = {piece, size};
        r = drain(reader, &input, seen);
        free(piece);
        span_skip(&stream, size);
        size = step;
    }
    return r;
}

static int read_from(unsigned from, Span stream)
{
    Buffer seen = BUFFER_INIT;
    FrameReader reader;

    frame_reader_init(&reader, from);
    int r = read_cut(&reader, stream, stream.size, 1, &seen);
    frame_reader_deinit(&reader);
    buffer_deinit(&seen);
    return r;
}

/* The outcome of a header with nothing behind it, after HELLO. */
static int read_header(unsigned from, uint32_t length, uint16_t type, uint16_t flags,
                       uint64_t operation)
{
    Buffer stream = BUFFER_INIT;

    put_hello(&stream);
    put_header(&stream, length, type, flags, operation);
    int r = read_from(from, buffer_span(&stream));
    buffer_deinit(&stream);
    return r;
}

static void frames_come_out_however_the_stream_is_cut(void **state)
{
    static const char wanted[] = "HELLO 0 '\1\0\0\0' STARTED 72623859790382856 '' "
                                 "INSTANCES 7 '[{}] ' PONG 0 '' ";
    Buffer stream = BUFFER_INIT;

    (void)state;
    put_hello(&stream);
    put_header(&stream, 0, FRAME_STARTED, 0, 0x0102030405060708);
    put_header(&stream, 5, FRAME_INSTANCES, 0, 7);
    buffer_put_string(&stream, "[{}] ");
    put_header(&stream, 0, FRAME_PONG, 0, 0);
    for (size_t first = 0; first <= stream.size; first++) {
        for (int bytewise = 0; bytewise < 2; bytewise++) {
            Buffer seen = BUFFER_INIT;
            FrameReader reader;

            frame_reader_init(&reader, FRAME_FROM_AGENT);
            assert_int_equal(
                read_cut(&reader, buffer_span(&stream), first, bytewise ? 1 : stream.size, &seen),
                FRAME_MORE);
            assert_int_equal(seen.size, sizeof(wanted) - 1);
            assert_memory_equal(seen.data, wanted, seen.size);
            assert_false(frame_reader_is_partial(&reader));
            frame_reader_deinit(&reader);
            buffer_deinit(&seen);
        }
    }
    buffer_deinit(&stream);
}

static void the_end_of_the_stream_may_cut_a_frame(void **state)
{
    Buffer stream = BUFFER_INIT, seen = BUFFER_INIT;
    FrameReader reader;

    (void)state;
    put_hello(&stream);
    frame_reader_init(&reader, FRAME_FROM_SERVER);
    assert_false(frame_reader_is_partial(&reader));
    for (size_t i = 0; i < stream.size; i++) {
        read_cut(&reader, (Span){stream.data + i, 1}, 1, 1, &seen);
        assert_int_equal(frame_reader_is_partial(&reader), i + 1 < stream.size);
    }
    /* What was handed out from the reader's memory lies there still, and is not missing. */
    buffer_clear(&stream);
    put_header(&stream, 0, FRAME_PING, 0, 0);
    Span first = {stream.data, 3}, rest = {stream.data + 3, stream.size - 3};
    Frame frame;
    assert_int_equal(frame_next(&reader, &first, &frame), FRAME_MORE);
    assert_true(frame_reader_is_partial(&reader));
    assert_int_equal(frame_next(&reader, &rest, &frame), FRAME_COMPLETE);
    assert_false(frame_reader_is_partial(&reader));
    frame_reader_deinit(&reader);
    buffer_deinit(&seen);
    buffer_deinit(&stream);
}

static void a_frame_that_is_complete_is_not_copied(void **state)
{
    Buffer stream = BUFFER_INIT;
    FrameReader reader;
    Frame frame;

    (void)state;
    put_hello(&stream);
    Span input = buffer_span(&stream);
    frame_reader_init(&reader, FRAME_FROM_SERVER);
    assert_int_equal(frame_next(&reader, &input, &frame), FRAME_COMPLETE);
    assert_ptr_equal(frame.payload.data, stream.data + FRAME_HEADER_SIZE);
    assert_null(reader.partial.data);
    frame_reader_deinit(&reader);
    buffer_deinit(&stream);
}

typedef struct Row {
    unsigned number;
    unsigned from;
    unsigned of_operation;
} Row;

/* The wire's numbers are written down here a second time: changing one breaks older agents. */
static const Row rows[] = {
    {1, FRAME_FROM_BOTH, 0},   {2, FRAME_FROM_SERVER, 0}, {3, FRAME_FROM_SERVER, 1},
    {4, FRAME_FROM_SERVER, 1}, {5, FRAME_FROM_SERVER, 1}, {6, FRAME_FROM_SERVER, 1},
    {7, FRAME_FROM_SERVER, 0}, {8, FRAME_FROM_SERVER, 0}, {9, FRAME_FROM_AGENT, 1},
    {10, FRAME_FROM_AGENT, 1}, {11, FRAME_FROM_AGENT, 1}, {12, FRAME_FROM_AGENT, 1},
    {13, FRAME_FROM_AGENT, 1}, {14, FRAME_FROM_AGENT, 1}, {15, FRAME_FROM_AGENT, 1},
    {16, FRAME_FROM_AGENT, 0}, {17, FRAME_FROM_AGENT, 0}, {18, FRAME_FROM_AGENT, 0},
    {19, FRAME_FROM_AGENT, 1},
};

static const Row *find_row(unsigned number)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (rows[i].number == number)
            return &rows[i];
    return NULL;
}

static void each_side_may_send_its_own_types_and_no_others(void **state)
{
    (void)state;
    for (unsigned from = FRAME_FROM_SERVER; from <= FRAME_FROM_AGENT; from++) {
        for (unsigned type = 0; type <= UINT16_MAX; type++) {
            const Row *row = find_row(type);
            int wanted = FRAME_MORE;

            if (row == NULL || (row->from & from) == 0)
                wanted = FRAME_E_TYPE;
            else if (type == FRAME_HELLO)
                wanted = FRAME_E_GREETING; /* a second one */
            assert_int_equal(
                read_header(from, 0, (uint16_t)type, 0, row == NULL ? 0 : row->of_operation),
                wanted);
            assert_int_equal(strcmp(frame_name(type), "unknown") != 0, row != NULL);
        }
    }
    assert_string_equal(frame_name(FRAME_INSTANCES), "INSTANCES");
    assert_string_equal(frame_name(UINT32_MAX), "unknown");
}

static void an_operation_is_there_where_the_table_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const Row *row = &rows[i];
        unsigned from = row->from & FRAME_FROM_SERVER ? FRAME_FROM_SERVER : FRAME_FROM_AGENT;

        if (row->number == FRAME_HELLO)
            continue;
        assert_int_equal(read_header(from, 0, (uint16_t)row->number, 0, !row->of_operation),
                         FRAME_E_OPERATION);
        assert_int_equal(read_header(from, 0, (uint16_t)row->number, 0, UINT64_MAX),
                         row->of_operation ? FRAME_MORE : FRAME_E_OPERATION);
        assert_int_equal(read_header(from, 0, (uint16_t)row->number, 0, UINT64_C(1) << 63),
                         row->of_operation ? FRAME_MORE : FRAME_E_OPERATION);
    }
}

static void flags_are_none(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 16; bit++)
        assert_int_equal(read_header(FRAME_FROM_SERVER, 0, FRAME_PING, (uint16_t)(1U << bit), 0),
                         FRAME_E_TYPE);
}

static void hello_comes_first(void **state)
{
    Buffer stream = BUFFER_INIT;

    (void)state;
    put_header(&stream, 0, FRAME_PING, 0, 0);
    assert_int_equal(read_from(FRAME_FROM_SERVER, buffer_span(&stream)), FRAME_E_GREETING);
    buffer_clear(&stream);
    put_header(&stream, 4, FRAME_HELLO, 0, 1);
    assert_int_equal(read_from(FRAME_FROM_SERVER, buffer_span(&stream)), FRAME_E_OPERATION);
    buffer_deinit(&stream);
}

static void a_length_is_refused_before_a_byte_of_its_payload_came(void **state)
{
    (void)state;
    assert_int_equal(read_header(FRAME_FROM_AGENT, FRAME_MAX_PAYLOAD, FRAME_RESULT, 0, 1),
                     FRAME_MORE);
    assert_int_equal(read_header(FRAME_FROM_AGENT, FRAME_MAX_PAYLOAD + 1, FRAME_RESULT, 0, 1),
                     FRAME_E_LENGTH);
    assert_int_equal(read_header(FRAME_FROM_AGENT, UINT32_MAX, FRAME_RESULT, 0, 1), FRAME_E_LENGTH);
    assert_int_equal(read_header(FRAME_FROM_AGENT, UINT32_MAX - 15, FRAME_RESULT, 0, 1),
                     FRAME_E_LENGTH);
}

static void memory_grows_with_what_came_not_with_what_was_announced(void **state)
{
    Buffer stream = BUFFER_INIT, seen = BUFFER_INIT;
    FrameReader reader;

    (void)state;
    put_hello(&stream);
    put_header(&stream, FRAME_MAX_PAYLOAD, FRAME_RESULT, 0, 1);
    buffer_put_string(&stream, "the beginning");
    frame_reader_init(&reader, FRAME_FROM_AGENT);
    assert_int_equal(read_cut(&reader, buffer_span(&stream), 1, 1, &seen), FRAME_MORE);
    assert_true(reader.partial.capacity <= 1024);
    frame_reader_deinit(&reader);
    buffer_deinit(&seen);
    buffer_deinit(&stream);
}

static void a_reader_at_rest_keeps_no_memory(void **state)
{
    Buffer stream = BUFFER_INIT, seen = BUFFER_INIT;
    FrameReader reader;

    (void)state;
    put_hello(&stream);
    frame_reader_init(&reader, FRAME_FROM_AGENT);
    assert_int_equal(read_cut(&reader, buffer_span(&stream), 1, 1, &seen), FRAME_MORE);
    assert_null(reader.partial.data);
    frame_reader_deinit(&reader);
    buffer_deinit(&seen);
    buffer_deinit(&stream);
}

static void a_frame_is_written_as_the_page_says(void **state)
{
    Buffer out = BUFFER_INIT, wanted = BUFFER_INIT;

    (void)state;
    buffer_put_string(&out, "before");
    size_t begin = frame_begin(&out, FRAME_CREDIT, 0x1122334455667788);
    assert_int_equal(begin, 6);
    frame_put_u8(&out, 0xAB);
    frame_put_u32(&out, 0x01020304);
    frame_put_u64(&out, 0x0102030405060708);
    frame_put_string(&out, SPAN("text"));
    frame_put_string(&out, (Span){0});
    frame_end(&out, begin);

    buffer_put_string(&wanted, "before");
    put_header(&wanted, 25, 5, 0, 0x1122334455667788);
    buffer_put_span(&wanted, SPAN("\xAB\4\3\2\1\10\7\6\5\4\3\2\1\4\0\0\0text\0\0\0\0"));
    assert_int_equal(out.size, wanted.size);
    assert_memory_equal(out.data, wanted.data, wanted.size);
    buffer_deinit(&out);
    buffer_deinit(&wanted);
}

static void a_payload_that_is_too_long_makes_the_buffer_failed(void **state)
{
    Buffer out = BUFFER_INIT;
    size_t size = FRAME_MAX_PAYLOAD + 1;
    char *text = calloc(1, size);

    (void)state;
    assert_non_null(text);
    size_t begin = frame_begin(&out, FRAME_INSTANCES, 1);
    buffer_put(&out, text, size - 1);
    frame_end(&out, begin);
    assert_false(buffer_failed(&out));

    buffer_clear(&out);
    begin = frame_begin(&out, FRAME_INSTANCES, 1);
    buffer_put(&out, text, size);
    frame_end(&out, begin);
    assert_true(buffer_failed(&out));

    buffer_clear(&out);
    frame_put_string(&out, (Span){text, size});
    assert_true(buffer_failed(&out));
    assert_int_equal(out.size, 0);
    free(text);
    buffer_deinit(&out);
}

static void fields_are_read_in_order_to_the_end(void **state)
{
    static const char payload[] = "\xAB\4\3\2\1\10\7\6\5\4\3\2\1\3\0\0\0abcrest";
    FrameCursor cursor = {.rest = SPAN(payload)};

    (void)state;
    assert_int_equal(frame_get_u8(&cursor), 0xAB);
    assert_int_equal(frame_get_u32(&cursor), 0x01020304);
    assert_true(frame_get_u64(&cursor) == 0x0102030405060708);
    assert_true(span_equals(frame_get_string(&cursor, 3), "abc"));
    assert_false(frame_cursor_is_done(&cursor));
    assert_true(span_equals(frame_get_bytes(&cursor, 2), "re"));
    assert_true(span_equals(frame_get_rest(&cursor), "st"));
    assert_true(frame_cursor_is_done(&cursor));
    assert_int_equal(frame_get_rest(&cursor).size, 0);
    assert_true(frame_cursor_is_done(&cursor));
    assert_int_equal(frame_get_u8(&cursor), 0);
    assert_false(frame_cursor_is_done(&cursor));
}

static void after_the_first_field_that_is_missing_all_are_empty(void **state)
{
    FrameCursor cursor = {.rest = SPAN("\1\2\3")};

    (void)state;
    assert_int_equal(frame_get_u32(&cursor), 0);
    assert_int_equal(frame_get_u8(&cursor), 0);
    assert_int_equal(frame_get_u64(&cursor), 0);
    assert_int_equal(frame_get_string(&cursor, 9).size, 0);
    assert_int_equal(frame_get_rest(&cursor).size, 0);
    assert_false(frame_cursor_is_done(&cursor));
}

static void a_string_is_as_long_as_allowed_and_there_and_without_zeros(void **state)
{
    static const Span bad[] = {
        {"\4\0\0\0abcd", 8}, /* longer than allowed */
        {"\3\0\0\0ab", 6},   /* longer than what is there */
        {"\xFF\xFF\xFF\xFF"
         "abc",
         7},                 /* very much so */
        {"\3\0\0\0a\0b", 7}, /* a zero */
        {"\1\0\0\0\0", 5},   /* nothing but */
        {"\1\0\0", 3},       /* no length */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        FrameCursor cursor = {.rest = bad[i]};

        assert_int_equal(frame_get_string(&cursor, 3).size, 0);
        assert_false(frame_cursor_is_done(&cursor));
    }
    FrameCursor cursor = {.rest = {"\0\0\0\0", 4}};
    assert_int_equal(frame_get_string(&cursor, 0).size, 0);
    assert_true(frame_cursor_is_done(&cursor));
}

static void a_lack_of_memory_is_reported(void **state)
{
    Buffer stream = BUFFER_INIT;
    FrameReader reader;
    Frame frame;

    (void)state;
    put_hello(&stream);
    for (size_t size = 1; size <= stream.size; size++) {
        Span input = {stream.data, size};

        frame_reader_init(&reader, FRAME_FROM_SERVER);
        reader.partial.failed = true;
        assert_int_equal(frame_next(&reader, &input, &frame),
                         size < stream.size ? -ENOMEM : FRAME_COMPLETE);
        frame_reader_deinit(&reader);
    }
    buffer_deinit(&stream);
}

static void errors_have_words(void **state)
{
    (void)state;
    for (int error = FRAME_E_TYPE; error <= FRAME_E_GREETING; error++)
        for (int other = FRAME_MORE; other < error; other++)
            if (other != FRAME_COMPLETE)
                assert_string_not_equal(frame_error_text(error), frame_error_text(other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_however_the_stream_is_cut),
        cmocka_unit_test(the_end_of_the_stream_may_cut_a_frame),
        cmocka_unit_test(a_frame_that_is_complete_is_not_copied),
        cmocka_unit_test(each_side_may_send_its_own_types_and_no_others),
        cmocka_unit_test(an_operation_is_there_where_the_table_says_so),
        cmocka_unit_test(flags_are_none),
        cmocka_unit_test(hello_comes_first),
        cmocka_unit_test(a_length_is_refused_before_a_byte_of_its_payload_came),
        cmocka_unit_test(memory_grows_with_what_came_not_with_what_was_announced),
        cmocka_unit_test(a_reader_at_rest_keeps_no_memory),
        cmocka_unit_test(a_frame_is_written_as_the_page_says),
        cmocka_unit_test(a_payload_that_is_too_long_makes_the_buffer_failed),
        cmocka_unit_test(fields_are_read_in_order_to_the_end),
        cmocka_unit_test(after_the_first_field_that_is_missing_all_are_empty),
        cmocka_unit_test(a_string_is_as_long_as_allowed_and_there_and_without_zeros),
        cmocka_unit_test(a_lack_of_memory_is_reported),
        cmocka_unit_test(errors_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
