/*
 * Payloads: what is written is read back, and nothing that is cut, longer or out of its range is.
 *
 * Each test writes a good frame, reads it, then changes one thing. A changed value must be refused
 * on both sides: when it is read, and when it would be written.
 */
#include "protocol/payload.h"

#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>

#define OPERATION 77

/* A frame that was written: its header is checked, its payload returned. */
static Span payload_of(const Buffer *out, unsigned type, uint64_t operation)
{
    FrameReader reader;
    Frame frame;
    Span input = buffer_span(out);

    assert_false(buffer_failed(out));
    frame_reader_init(&reader, FRAME_FROM_BOTH);
    reader.greeted = type != FRAME_HELLO;
    assert_int_equal(frame_next(&reader, &input, &frame), FRAME_COMPLETE);
    assert_int_equal(input.size, 0);
    assert_int_equal(frame.type, type);
    assert_true(frame.operation == operation);
    frame_reader_deinit(&reader);
    return frame.payload;
}

static void assert_span(Span span, const char *wanted)
{
    if (!span_equals(span, wanted))
        fail_msg("'%.*s' is not '%s'", (int)span.size, span.data, wanted);
}

/* Reads a payload of @size bytes in memory of exactly that size with @get. */
#define read_copy(get, payload, size, frame)                                                       \
    __extension__({                                                                                \
        char *copy_ = malloc((size) + 1);                                                          \
        assert_non_null(copy_);                                                                    \
        memcpy(copy_ + 1, (payload).data, (size));                                                 \
        int read_ = get((Span){copy_ + 1, (size)}, frame);                                         \
        free(copy_);                                                                               \
        read_;                                                                                     \
    })

/* Each prefix of @payload up to @fixed bytes is refused: fields are missing. */
#define assert_refuses_prefixes(get, payload, fixed, frame)                                        \
    do {                                                                                           \
        for (size_t size_ = 0, fixed_ = (fixed); size_ < fixed_; size_++)                          \
            assert_int_equal(read_copy(get, payload, size_, frame), -EINVAL);                      \
    } while (0)

/* A byte behind the last field is refused. */
#define assert_refuses_more(get, out, frame)                                                       \
    do {                                                                                           \
        buffer_put_char(out, 'x');                                                                 \
        assert_int_equal(                                                                          \
            get((Span){(out)->data + FRAME_HEADER_SIZE, (out)->size - FRAME_HEADER_SIZE}, frame),  \
            -EINVAL);                                                                              \
    } while (0)

/* The put function with these arguments makes the buffer failed. */
#define assert_not_written(put)                                                                    \
    do {                                                                                           \
        Buffer out_ = BUFFER_INIT, *to = &out_;                                                    \
        put;                                                                                       \
        assert_true(buffer_failed(to));                                                            \
        buffer_deinit(to);                                                                         \
    } while (0)

/* Makes the little-endian u32 at @offset of the payload @value and reads it: must be refused. */
#define assert_refuses_u32(get, out, offset, value, frame)                                         \
    do {                                                                                           \
        char *place_ = (out)->data + FRAME_HEADER_SIZE + (offset), kept_[4];                       \
        memcpy(kept_, place_, 4);                                                                  \
        for (unsigned i_ = 0; i_ < 4; i_++)                                                        \
            place_[i_] = (char)((uint32_t)(value) >> 8 * i_);                                      \
        assert_int_equal(                                                                          \
            get((Span){(out)->data + FRAME_HEADER_SIZE, (out)->size - FRAME_HEADER_SIZE}, frame),  \
            -EINVAL);                                                                              \
        memcpy(place_, kept_, 4);                                                                  \
    } while (0)

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

static const OperationFrame good_operation = {
    .kind = OPERATION_INVOKE,
    .flags = OPERATION_ALL_FLAGS,
    .name_space = {"root/cimv2", 10},
    .class_name = {"Linux_Process", 13},
    .method = {"Kill", 4},
    .params = {"{\"namespace\":\"root/cimv2\"}", 26},
};

static void an_operation_is_read_back(void **state)
{
    OperationFrame frame;
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_operation(&out, OPERATION, &good_operation);
    Span payload = payload_of(&out, FRAME_OPERATION, OPERATION);
    assert_int_equal(payload_get_operation(payload, &frame), 0);
    assert_int_equal(frame.kind, OPERATION_INVOKE);
    assert_int_equal(frame.flags, OPERATION_ALL_FLAGS);
    assert_span(frame.name_space, "root/cimv2");
    assert_span(frame.class_name, "Linux_Process");
    assert_span(frame.method, "Kill");
    assert_span(frame.params, "{\"namespace\":\"root/cimv2\"}");
    /* The params are all that is left: without any of them it is refused too. */
    assert_refuses_prefixes(payload_get_operation, payload, payload.size - frame.params.size + 1,
                            &frame);
    assert_refuses_u32(payload_get_operation, &out, 0, 0, &frame);
    assert_refuses_u32(payload_get_operation, &out, 0, OPERATION_ENUMERATE_CLASSES + 1, &frame);
    assert_refuses_u32(payload_get_operation, &out, 0, UINT32_MAX, &frame);
    assert_refuses_u32(payload_get_operation, &out, 0, OPERATION_GET_INSTANCE, &frame);
    assert_refuses_u32(payload_get_operation, &out, 4, OPERATION_ALL_FLAGS + 1, &frame);
    assert_refuses_u32(payload_get_operation, &out, 4, UINT32_MAX, &frame);
    assert_refuses_u32(payload_get_operation, &out, 8, PAYLOAD_MAX_NAME + 1, &frame);
    assert_refuses_u32(payload_get_operation, &out, 8, UINT32_MAX, &frame);
    buffer_deinit(&out);
}

static void assert_bad_operation(const OperationFrame *bad)
{
    assert_not_written(payload_put_operation(to, OPERATION, bad));
}

static void an_operation_names_what_it_needs_and_no_more(void **state)
{
    static char name[PAYLOAD_MAX_NAME + 1];
    OperationFrame frame, bad;
    Buffer out = BUFFER_INIT;

    (void)state;
    memset(name, 'n', sizeof(name));
    bad = good_operation, bad.kind = (OperationKind)0, assert_bad_operation(&bad);
    bad = good_operation, bad.kind = (OperationKind)11, assert_bad_operation(&bad);
    bad = good_operation, bad.kind = OPERATION_GET_INSTANCE, assert_bad_operation(&bad);
    bad = good_operation, bad.flags = 64, assert_bad_operation(&bad);
    bad = good_operation, bad.base_class = SPAN("CIM_Process"), assert_bad_operation(&bad);
    bad = good_operation, bad.name_space = (Span){0}, assert_bad_operation(&bad);
    bad = good_operation, bad.class_name = (Span){0}, assert_bad_operation(&bad);
    bad = good_operation, bad.method = (Span){0}, assert_bad_operation(&bad);
    bad = good_operation, bad.method = SPAN("a\0"), assert_bad_operation(&bad);
    bad = good_operation, bad.params = (Span){0}, assert_bad_operation(&bad);
    bad = good_operation, bad.method = (Span){name, sizeof(name)}, assert_bad_operation(&bad);

    frame = good_operation;
    frame.name_space = frame.class_name = frame.method = (Span){name, PAYLOAD_MAX_NAME};
    payload_put_operation(&out, OPERATION, &frame);
    assert_int_equal(payload_get_operation(payload_of(&out, FRAME_OPERATION, OPERATION), &frame),
                     0);
    assert_int_equal(frame.method.size, PAYLOAD_MAX_NAME);

    buffer_clear(&out);
    frame = good_operation;
    frame.kind = OPERATION_ENUMERATE_CLASSES;
    frame.class_name = frame.method = (Span){0}; /* every class of a namespace */
    payload_put_operation(&out, OPERATION, &frame);
    assert_int_equal(payload_get_operation(payload_of(&out, FRAME_OPERATION, OPERATION), &frame),
                     0);
    assert_int_equal(frame.class_name.size, 0);
    buffer_deinit(&out);
}

static void a_cancel_carries_one_of_four_reasons(void **state)
{
    CancelFrame frame;
    Buffer out = BUFFER_INIT;

    (void)state;
    for (uint32_t reason = 0; reason <= 3; reason++) {
        buffer_clear(&out);
        payload_put_cancel(&out, OPERATION, &(CancelFrame){.reason = reason});
        Span payload = payload_of(&out, FRAME_CANCEL, OPERATION);
        assert_int_equal(payload_get_cancel(payload, &frame), 0);
        assert_int_equal(frame.reason, reason);
        assert_refuses_prefixes(payload_get_cancel, payload, payload.size, &frame);
    }
    assert_refuses_u32(payload_get_cancel, &out, 0, 4, &frame);
    assert_refuses_u32(payload_get_cancel, &out, 0, UINT32_MAX, &frame);
    assert_refuses_more(payload_get_cancel, &out, &frame);
    assert_not_written(payload_put_cancel(to, OPERATION, &(CancelFrame){.reason = 4}));
    buffer_deinit(&out);
}

static void credit_is_some_bytes(void **state)
{
    CreditFrame frame = {.bytes = UINT32_MAX};
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_credit(&out, OPERATION, &frame);
    Span payload = payload_of(&out, FRAME_CREDIT, OPERATION);
    frame.bytes = 0;
    assert_int_equal(payload_get_credit(payload, &frame), 0);
    assert_int_equal(frame.bytes, UINT32_MAX);
    assert_refuses_prefixes(payload_get_credit, payload, payload.size, &frame);
    assert_refuses_u32(payload_get_credit, &out, 0, 0, &frame);
    assert_refuses_more(payload_get_credit, &out, &frame);
    assert_not_written(payload_put_credit(to, OPERATION, &(CreditFrame){.bytes = 0}));
    buffer_deinit(&out);
}

static void a_batch_holds_no_more_instances_than_it_has_room_for(void **state)
{
    InstancesFrame frame = {.count = 2, .json = SPAN("[{},{}]")};
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_instances(&out, OPERATION, &frame);
    Span payload = payload_of(&out, FRAME_INSTANCES, OPERATION);
    assert_int_equal(payload_get_instances(payload, &frame), 0);
    assert_int_equal(frame.count, 2);
    assert_span(frame.json, "[{},{}]");
    assert_refuses_prefixes(payload_get_instances, payload, 4 + 6, &frame);
    assert_refuses_u32(payload_get_instances, &out, 0, 0, &frame);
    assert_refuses_u32(payload_get_instances, &out, 0, 3, &frame);
    assert_refuses_u32(payload_get_instances, &out, 0, UINT32_MAX, &frame);
    assert_not_written(payload_put_instances(to, OPERATION, &(InstancesFrame){0, SPAN("[]")}));
    assert_not_written(payload_put_instances(to, OPERATION, &(InstancesFrame){1, SPAN("[]")}));
    assert_not_written(payload_put_instances(to, OPERATION, &(InstancesFrame){0}));
    buffer_deinit(&out);
}

static void progress_is_read_back(void **state)
{
    ProgressFrame frame = {.percent = 42,
                           .seconds = UINT32_MAX,
                           .activity = SPAN("measuring"),
                           .status = SPAN("/usr")};
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_progress(&out, OPERATION, &frame);
    Span payload = payload_of(&out, FRAME_PROGRESS, OPERATION);
    assert_int_equal(payload_get_progress(payload, &frame), 0);
    assert_int_equal(frame.percent, 42);
    assert_int_equal(frame.seconds, UINT32_MAX);
    assert_span(frame.activity, "measuring");
    assert_span(frame.current_operation, "");
    assert_span(frame.status, "/usr");
    assert_refuses_prefixes(payload_get_progress, payload, payload.size, &frame);
    assert_refuses_u32(payload_get_progress, &out, 8, PAYLOAD_MAX_TEXT + 1, &frame);
    assert_refuses_more(payload_get_progress, &out, &frame);
    buffer_deinit(&out);
}

static void the_values_of_a_parameter_are_read_back(void **state)
{
    ParameterFrame frame;
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_parameter(&out, OPERATION, &(ParameterFrame){SPAN("Out"), SPAN("[1]")});
    Span payload = payload_of(&out, FRAME_PARAMETER, OPERATION);
    assert_int_equal(payload_get_parameter(payload, &frame), 0);
    assert_span(frame.name, "Out");
    assert_span(frame.values, "[1]");
    assert_refuses_prefixes(payload_get_parameter, payload, payload.size - 2, &frame);
    assert_refuses_u32(payload_get_parameter, &out, 0, 0, &frame);
    assert_refuses_u32(payload_get_parameter, &out, 0, PAYLOAD_MAX_NAME + 1, &frame);
    assert_not_written(
        payload_put_parameter(to, OPERATION, &(ParameterFrame){SPAN(""), SPAN("[1]")}));
    assert_not_written(
        payload_put_parameter(to, OPERATION, &(ParameterFrame){SPAN("Out"), SPAN("")}));
    buffer_deinit(&out);
}

static void a_message_has_one_of_three_channels(void **state)
{
    MessageFrame frame;
    Buffer out = BUFFER_INIT;

    (void)state;
    for (uint32_t channel = 0; channel <= 2; channel++) {
        buffer_clear(&out);
        payload_put_message(&out, OPERATION, &(MessageFrame){channel, SPAN("careful")});
        Span payload = payload_of(&out, FRAME_MESSAGE, OPERATION);
        assert_int_equal(payload_get_message(payload, &frame), 0);
        assert_int_equal(frame.channel, channel);
        assert_span(frame.text, "careful");
        assert_refuses_prefixes(payload_get_message, payload, payload.size, &frame);
    }
    assert_refuses_u32(payload_get_message, &out, 0, 3, &frame);
    assert_refuses_more(payload_get_message, &out, &frame);
    assert_not_written(payload_put_message(to, OPERATION, &(MessageFrame){3, SPAN("x")}));
    buffer_deinit(&out);
}

static void a_text_is_cut_where_a_character_ends(void **state)
{
    static char text[PAYLOAD_MAX_TEXT + 4];
    static const char *const characters[] = {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(characters); i++) {
        for (size_t over = 0; over <= strlen(characters[i]); over++) {
            size_t size = strlen(characters[i]), place = PAYLOAD_MAX_TEXT + over - size;

            memset(text, 'x', sizeof(text));
            memcpy(text + place, characters[i], size);
            assert_int_equal(payload_cut_text((Span){text, place + size}).size,
                             over == 0 ? PAYLOAD_MAX_TEXT : place);
        }
    }
    memset(text, '\x80', sizeof(text)); /* no UTF-8 at all: cut anywhere */
    assert_int_equal(payload_cut_text((Span){text, sizeof(text)}).size, PAYLOAD_MAX_TEXT);
    assert_span(payload_cut_text(SPAN("ends\0here")), "ends");
    assert_span(payload_cut_text(SPAN("short")), "short");
    assert_int_equal(payload_cut_text((Span){0}).size, 0);
}

static void a_long_message_arrives_cut(void **state)
{
    static char text[PAYLOAD_MAX_TEXT + 1];
    MessageFrame frame = {.text = {text, sizeof(text)}};
    Buffer out = BUFFER_INIT;

    (void)state;
    memset(text, 'x', sizeof(text));
    payload_put_message(&out, OPERATION, &frame);
    assert_int_equal(payload_get_message(payload_of(&out, FRAME_MESSAGE, OPERATION), &frame), 0);
    assert_int_equal(frame.text.size, PAYLOAD_MAX_TEXT);
    buffer_deinit(&out);
}

static void a_result_is_read_back(void **state)
{
    ResultFrame frame = {.flags = RESULT_ALL_FLAGS,
                         .result = 6,
                         .discarded = 3,
                         .count = 1,
                         .message = SPAN("not there"),
                         .cim_error = SPAN("{}"),
                         .body = SPAN("[{}]")};
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_result(&out, OPERATION, &frame);
    Span payload = payload_of(&out, FRAME_RESULT, OPERATION);
    memset(&frame, 0, sizeof(frame));
    assert_int_equal(payload_get_result(payload, &frame), 0);
    assert_int_equal(frame.flags, RESULT_ALL_FLAGS);
    assert_int_equal(frame.result, 6);
    assert_int_equal(frame.discarded, 3);
    assert_int_equal(frame.count, 1);
    assert_span(frame.message, "not there");
    assert_span(frame.cim_error, "{}");
    assert_span(frame.body, "[{}]");
    assert_refuses_prefixes(payload_get_result, payload, payload.size - 1, &frame);
    assert_refuses_u32(payload_get_result, &out, 0, RESULT_ALL_FLAGS + 1, &frame);
    assert_refuses_u32(payload_get_result, &out, 0, UINT32_MAX, &frame);
    assert_refuses_u32(payload_get_result, &out, 12, 2, &frame); /* no room for two */
    assert_not_written(
        payload_put_result(to, OPERATION, &(ResultFrame){.flags = RESULT_ALL_FLAGS + 1}));
    assert_not_written(payload_put_result(to, OPERATION, &(ResultFrame){.count = 1}));
    assert_not_written(
        payload_put_result(to, OPERATION, &(ResultFrame){.cim_error = SPAN("{\0}")}));
    buffer_deinit(&out);
}

static void a_result_may_be_nothing_but_ok(void **state)
{
    ResultFrame frame = {0};
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_result(&out, OPERATION, &frame);
    assert_int_equal(payload_get_result(payload_of(&out, FRAME_RESULT, OPERATION), &frame), 0);
    assert_int_equal(frame.result, 0);
    assert_int_equal(frame.body.size, 0);
    buffer_deinit(&out);
}

static void a_prompt_and_its_answer_are_read_back(void **state)
{
    PromptFrame prompt = {.prompt = 3,
                          .kind = PROMPT_WRITE_ERROR,
                          .type = 6,
                          .first = SPAN("what failed"),
                          .second = SPAN("why"),
                          .cim_error = SPAN("{}")},
                bad, read;
    AnswerFrame answer = {.prompt = 3, .answer = PROMPT_DEFAULT};
    Buffer out = BUFFER_INIT;

    (void)state;
    payload_put_prompt(&out, OPERATION, &prompt);
    assert_int_equal(payload_get_prompt(payload_of(&out, FRAME_PROMPT, OPERATION), &read), 0);
    assert_int_equal(read.prompt, 3);
    assert_int_equal(read.kind, PROMPT_WRITE_ERROR);
    assert_int_equal(read.type, 6);
    assert_span(read.first, "what failed");
    assert_span(read.second, "why");
    assert_span(read.cim_error, "{}");
    assert_refuses_u32(payload_get_prompt, &out, 4, 0, &read);
    assert_refuses_u32(payload_get_prompt, &out, 4, 5, &read);
    bad = prompt, bad.kind = PROMPT_USER, bad.type = 1;
    assert_not_written(payload_put_prompt(to, OPERATION, &bad)); /* only errors have a CIM error */
    bad.kind = PROMPT_SHOULD_CONTINUE, bad.type = 0;
    assert_not_written(payload_put_prompt(to, OPERATION, &bad));
    bad.kind = PROMPT_USER, bad.cim_error = (Span){0}, bad.type = 2;
    assert_not_written(payload_put_prompt(to, OPERATION, &bad));

    buffer_clear(&out);
    payload_put_answer(&out, OPERATION, &answer);
    Span payload = payload_of(&out, FRAME_ANSWER, OPERATION);
    assert_int_equal(payload_get_answer(payload, &answer), 0);
    assert_int_equal(answer.prompt, 3);
    assert_int_equal(answer.answer, PROMPT_DEFAULT);
    assert_refuses_prefixes(payload_get_answer, payload, payload.size, &answer);
    assert_refuses_u32(payload_get_answer, &out, 4, 3, &answer);
    buffer_deinit(&out);
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
        cmocka_unit_test(a_prompt_and_its_answer_are_read_back),
        cmocka_unit_test(an_operation_is_read_back),
        cmocka_unit_test(an_operation_names_what_it_needs_and_no_more),
        cmocka_unit_test(a_cancel_carries_one_of_four_reasons),
        cmocka_unit_test(credit_is_some_bytes),
        cmocka_unit_test(a_batch_holds_no_more_instances_than_it_has_room_for),
        cmocka_unit_test(progress_is_read_back),
        cmocka_unit_test(the_values_of_a_parameter_are_read_back),
        cmocka_unit_test(a_message_has_one_of_three_channels),
        cmocka_unit_test(a_text_is_cut_where_a_character_ends),
        cmocka_unit_test(a_long_message_arrives_cut),
        cmocka_unit_test(a_result_is_read_back),
        cmocka_unit_test(a_result_may_be_nothing_but_ok),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
