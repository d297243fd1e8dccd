/*
 * Payloads of a connection: HELLO, CONFIG, and frames with nothing in them. What is written is read
 * back, and nothing that is cut, longer or out of its range is (tests/unit/payload_check.h).
 */
#include "tests/unit/payload_check.h"

static void frames_with_nothing_in_them_hold_nothing(void **state)
{
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_empty(&out, FRAME_STARTED, OPERATION);
    assert_int_equal(payload_get_empty(payload_of(&out, FRAME_STARTED, OPERATION)), 0);
    assert_int_equal(payload_get_empty(SPAN("x")), -EINVAL);
    buffer_deinit(&out);
}

static void hello_carries_a_version(void **state)
{
    HelloFrame frame = {.version = FRAME_VERSION};
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_hello(&out, &frame);
    Span payload = payload_of(&out, FRAME_HELLO, 0);
    frame.version = 0;
    assert_int_equal(payload_get_hello(payload, &frame), 0);
    assert_int_equal(frame.version, FRAME_VERSION);
    assert_refuses_prefixes(payload_get_hello, payload, payload.size, &frame);
    assert_refuses_more(payload_get_hello, &out, &frame);
    buffer_deinit(&out);
}

static void what_follows_another_version_is_not_looked_at(void **state)
{
    HelloFrame frame;

    (void)state;
    assert_int_equal(payload_get_hello(SPAN("\2\0\0\0and more"), &frame), 0);
    assert_int_equal(frame.version, 2);
    assert_int_equal(payload_get_hello(SPAN("\2\0\0"), &frame), -EINVAL);
}

static const ConfigFrame good_config = {
    .drop = true,
    .uid = 1000,
    .gid = 100,
    .group_count = 3,
    .parallel = true,
    .operations = 64,
    .window = 65536,
    .parent = 4711,
    .log_level = 4,
    .collected = 16 << 20,
    .new_privileges = true,
    .provider = {"processes", 9},
    .library = {"/usr/lib/mihost/processes.so", 28},
};
static const uint32_t good_groups[] = {100, 0xFFFFFFFE, 7};

static void config_is_read_back(void **state)
{
    ConfigFrame frame;
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_config(&out, &good_config, good_groups);
    Span payload = payload_of(&out, FRAME_CONFIG, 0);
    assert_int_equal(payload_get_config(payload, &frame), 0);
    assert_true(frame.drop);
    assert_int_equal(frame.uid, 1000);
    assert_int_equal(frame.gid, 100);
    assert_int_equal(frame.group_count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(payload_group(&frame, i), good_groups[i]);
    assert_true(frame.parallel);
    assert_int_equal(frame.operations, 64);
    assert_int_equal(frame.window, 65536);
    assert_int_equal(frame.parent, 4711);
    assert_int_equal(frame.log_level, 4);
    assert_int_equal(frame.collected, 16 << 20);
    assert_true(frame.new_privileges);
    assert_span(frame.provider, "processes");
    assert_span(frame.library, "/usr/lib/mihost/processes.so");
    assert_refuses_prefixes(payload_get_config, payload, payload.size, &frame);
    assert_refuses_more(payload_get_config, &out, &frame);
    buffer_deinit(&out);
}

static void config_without_groups_stays_what_the_server_is(void **state)
{
    ConfigFrame frame = good_config;
    Buffer out = BUFFER_INIT;

    (void)state;
    frame.drop = frame.parallel = false;
    frame.uid = frame.gid = UINT32_MAX; /* means nothing here */
    frame.group_count = 0;
    payload_put_config(&out, &frame, NULL);
    assert_int_equal(payload_get_config(payload_of(&out, FRAME_CONFIG, 0), &frame), 0);
    assert_false(frame.drop);
    assert_false(frame.parallel);
    assert_int_equal(frame.group_count, 0);
    buffer_deinit(&out);
}

static void config_holds_as_many_groups_as_the_kernel_knows_and_no_more(void **state)
{
    ConfigFrame frame = good_config;
    Buffer out = BUFFER_INIT;
    uint32_t *groups = calloc(PAYLOAD_MAX_GROUPS, sizeof(*groups));

    (void)state;
    assert_non_null(groups);
    frame.group_count = PAYLOAD_MAX_GROUPS;
    payload_put_config(&out, &frame, groups);
    assert_int_equal(payload_get_config(payload_of(&out, FRAME_CONFIG, 0), &frame), 0);
    assert_int_equal(frame.group_count, PAYLOAD_MAX_GROUPS);
    assert_refuses_u32(payload_get_config, &out, 9, PAYLOAD_MAX_GROUPS + 1, &frame);
    assert_refuses_u32(payload_get_config, &out, 9, UINT32_MAX, &frame);
    assert_refuses_u32(payload_get_config, &out, 9, 0x40000000, &frame); /* 4 times that is 2^32 */
    frame = good_config;
    frame.group_count = PAYLOAD_MAX_GROUPS + 1;
    assert_not_written(payload_put_config(to, &frame, groups));
    free(groups);
    buffer_deinit(&out);
}

/* @frame, whose one wrong value makes it bad, is neither written nor, as @offset and @value, read.
 */
static void assert_bad_config(const ConfigFrame *bad)
{
    assert_not_written(payload_put_config(to, bad, good_groups));
}

static void config_values_are_in_their_ranges(void **state)
{
    Buffer out = BUFFER_INIT;
    ConfigFrame frame, bad;

    (void)state;
    payload_put_config(&out, &good_config, good_groups);
    assert_refuses_u32(payload_get_config, &out, 1, UINT32_MAX, &frame); /* uid: "no change" */
    assert_refuses_u32(payload_get_config, &out, 5, UINT32_MAX, &frame); /* gid */
    assert_refuses_u32(payload_get_config, &out, 26, 0, &frame);         /* operations */
    assert_refuses_u32(payload_get_config, &out, 30, 0, &frame);         /* window */
    static const size_t bytes[] = {0, 25, 38};                           /* drop, parallel, level */
    static const char values[] = {2, 2, 5};
    for (size_t i = 0; i < ARRAY_SIZE(bytes); i++) {
        char *place = out.data + FRAME_HEADER_SIZE + bytes[i], kept = *place;

        *place = values[i];
        assert_int_equal(
            payload_get_config((Span){out.data + FRAME_HEADER_SIZE, out.size - FRAME_HEADER_SIZE},
                               &frame),
            -EINVAL);
        *place = kept;
    }
    assert_int_equal(payload_get_config(payload_of(&out, FRAME_CONFIG, 0), &frame), 0);
    buffer_deinit(&out);

    bad = good_config, bad.uid = UINT32_MAX, assert_bad_config(&bad);
    bad = good_config, bad.gid = UINT32_MAX, assert_bad_config(&bad);
    bad = good_config, bad.operations = 0, assert_bad_config(&bad);
    bad = good_config, bad.window = 0, assert_bad_config(&bad);
    bad = good_config, bad.log_level = 5, assert_bad_config(&bad);
    bad = good_config, bad.provider = (Span){0}, assert_bad_config(&bad);
    bad = good_config, bad.library = (Span){0}, assert_bad_config(&bad);
    bad = good_config, bad.library = SPAN("a\0b"), assert_bad_config(&bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_with_nothing_in_them_hold_nothing),
        cmocka_unit_test(hello_carries_a_version),
        cmocka_unit_test(what_follows_another_version_is_not_looked_at),
        cmocka_unit_test(config_is_read_back),
        cmocka_unit_test(config_without_groups_stays_what_the_server_is),
        cmocka_unit_test(config_holds_as_many_groups_as_the_kernel_knows_and_no_more),
        cmocka_unit_test(config_values_are_in_their_ranges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
