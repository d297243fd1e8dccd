/* Bytes come out in the order in which they were put, and an empty fifo has no memory. */
#include "base/fifo.h"

#include "tests/support/cmocka.h"

static void bytes_come_out_as_they_were_put(void **state)
{
    Fifo fifo = {0};
    unsigned char put = 0, taken = 0;

    (void)state;
    for (int round = 0; round < 1000; round++) {
        for (int i = 0; i < 7; i++)
            buffer_put_char(&fifo.buffer, (char)put++);
        assert_int_equal(fifo_span(&fifo).data[0], (char)taken);
        fifo_skip(&fifo, 5);
        taken = (unsigned char)(taken + 5);
    }
    assert_int_equal(fifo_span(&fifo).size, 2000);
    for (; fifo_span(&fifo).size > 0; taken++) {
        assert_int_equal(fifo_span(&fifo).data[0], (char)taken);
        fifo_skip(&fifo, 1);
    }
    assert_int_equal(taken, put);
    assert_null(fifo.buffer.data);
}

static void what_was_taken_takes_no_memory_for_long(void **state)
{
    Fifo fifo = {0};

    (void)state;
    buffer_put_string(&fifo.buffer, "keep");
    for (int round = 0; round < 10000; round++) {
        buffer_put_string(&fifo.buffer, "some");
        fifo_skip(&fifo, 4);
    }
    assert_int_equal(fifo_span(&fifo).size, 4);
    assert_true(fifo.buffer.capacity < 1024);
    fifo_deinit(&fifo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_as_they_were_put),
        cmocka_unit_test(what_was_taken_takes_no_memory_for_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
