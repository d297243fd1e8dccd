/*
 * Payloads of an operation, from OPERATION to RESULT. What is written is read back, and nothing
 * that is cut, longer or out of its range is (tests/unit/payload_check.h).
 */
#include "tests/unit/payload_check.h"

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
