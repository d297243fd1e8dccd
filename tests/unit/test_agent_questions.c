/*
 * What a provider asks its client while it waits: PROMPT and ANSWER, the defaults, several threads
 * that ask at a time, and what ends a question that nobody answers.
 */
#include "tests/unit/agent_harness.h"

#include "agent/question.h"

static const ServerOptions defaults = {0};

typedef struct Asked {
    MI_Result result;
    MI_Boolean flag;
} Asked;

static Asked asked;

static PromptFrame expect_prompt(Server *server, uint64_t operation)
{
    PromptFrame prompt;

    assert_int_equal(payload_get_prompt(expect(server, FRAME_PROMPT, operation), &prompt), 0);
    return prompt;
}

static void answer(Server *server, uint64_t operation, uint32_t prompt, PromptAnswer how)
{
    Buffer frames = BUFFER_INIT;

    payload_put_answer(&frames, operation, &(AnswerFrame){.prompt = prompt, .answer = how});
    server_write(server, &frames);
}

static void should_process(MI_Context *context)
{
    asked.flag = 7;
    asked.result = MI_Context_ShouldProcess(context, "file x", "delete", &asked.flag);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void expect_answered(Server *server, uint64_t operation, MI_Result result, MI_Boolean flag)
{
    assert_int_equal(expect_answer(server, operation).result, MI_RESULT_OK);
    expect(server, FRAME_RELEASED, operation);
    assert_int_equal(asked.result, result);
    assert_int_equal(asked.flag, flag);
}

static void the_clients_answer_is_the_providers(void **state)
{
    static const MI_Boolean flags[] = {
        [PROMPT_NO] = MI_FALSE, [PROMPT_YES] = MI_TRUE, [PROMPT_DEFAULT] = MI_TRUE};
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = should_process;
    for (uint32_t i = 0; i < ARRAY_SIZE(flags); i++) {
        PromptFrame prompt;

        server_enumerate(server, i + 1, OPERATION_PROMPTS);
        expect(server, FRAME_STARTED, i + 1);
        prompt = expect_prompt(server, i + 1);
        assert_int_equal(prompt.kind, PROMPT_SHOULD_PROCESS);
        assert_span_equal(prompt.first, "file x");
        assert_span_equal(prompt.second, "delete");
        answer(server, i + 1, prompt.prompt, (PromptAnswer)i);
        expect_answered(server, i + 1, MI_RESULT_OK, flags[i]);
    }
    server_stop(server);
}

static void without_a_client_that_wants_to_be_asked_the_answer_is_yes_at_once(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = should_process;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_STARTED, 1);
    expect_answered(server, 1, MI_RESULT_OK, MI_TRUE);
    server_stop(server);
}

static void ask_each(MI_Context *context)
{
    MI_Boolean flag;

    MI_Context_PromptUser(context, "really?", MI_PROMPTTYPE_CRITICAL, &flag);
    MI_Context_ShouldContinue(context, "on?", &flag);
    MI_Context_WriteError(context, 13, MI_RESULT_TYPE_ERRNO, "it is shut", &flag);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void each_kind_of_question_says_what_it_is(void **state)
{
    const PromptFrame expected[] = {
        {.kind = PROMPT_USER, .type = MI_PROMPTTYPE_CRITICAL, .first = SPAN("really?")},
        {.kind = PROMPT_SHOULD_CONTINUE, .first = SPAN("on?")},
        {.kind = PROMPT_WRITE_ERROR,
         .type = MI_RESULT_ACCESS_DENIED,
         .first = SPAN("it is shut (ERRNO 13)")},
    };
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = ask_each;
    server_enumerate(server, 1, OPERATION_PROMPTS);
    expect(server, FRAME_STARTED, 1);
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        PromptFrame prompt = expect_prompt(server, 1);

        assert_int_equal(prompt.kind, expected[i].kind);
        assert_int_equal(prompt.type, expected[i].type);
        assert_span_equal(prompt.first, expected[i].first.data);
        assert_int_equal(prompt.prompt, i + 1);
        answer(server, 1, prompt.prompt, PROMPT_YES);
    }
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    server_stop(server);
}

static void write_cim_error(MI_Context *context)
{
    MI_Value text = {.string = (MI_Char *)(uintptr_t) "full"}, code = {.uint32 = 6};
    MI_Instance *error = NULL;

    MI_Context_NewDynamicInstance(context, "CIM_Error", 0, &error);
    MI_Instance_AddElement(error, "Message", &text, MI_STRING, 0);
    MI_Instance_AddElement(error, "CIMStatusCode", &code, MI_UINT32, 0);
    asked.result = MI_Context_WriteCimError(context, error, &asked.flag);
    MI_Instance_Delete(error);
    asked.flag = 7;
    asked.result = MI_Context_WriteCimError(context, NULL, &asked.flag);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void an_error_instance_goes_to_the_client_whole(void **state)
{
    Server *server = server_start(&defaults);
    PromptFrame prompt;

    (void)state;
    script.enumerate = write_cim_error;
    server_enumerate(server, 1, OPERATION_PROMPTS);
    expect(server, FRAME_STARTED, 1);
    prompt = expect_prompt(server, 1);
    assert_int_equal(prompt.type, MI_RESULT_NOT_FOUND);
    assert_span_equal(prompt.first, "full");
    assert_span_contains(prompt.cim_error, "\"CIM_Error\"");
    answer(server, 1, prompt.prompt, PROMPT_YES);
    expect_answered(server, 1, MI_RESULT_INVALID_PARAMETER, MI_FALSE);
    server_stop(server);
}

static void P10_a_cancel_ends_a_question_with_no(void **state)
{
    Server *server = server_start(&defaults);
    PromptFrame prompt;

    (void)state;
    script.enumerate = should_process;
    server_enumerate(server, 1, OPERATION_PROMPTS);
    expect(server, FRAME_STARTED, 1);
    prompt = expect_prompt(server, 1);
    server_cancel(server, 1, MI_REASON_TIMEOUT);
    expect_answered(server, 1, MI_RESULT_FAILED, MI_FALSE);
    answer(server, 1, prompt.prompt, PROMPT_YES); /* it was under way */
    expect_alive(server);
    server_stop(server);
}

/* ---- Several threads ---- */

#define THREADS (QUESTION_MAX_OPEN + 4)

static MI_Context *shared;
static Asked answers[THREADS];
static pthread_t threads[THREADS];

static void *ask_on_a_thread(void *data)
{
    Asked *mine = data;

    mine->result = MI_Context_ShouldContinue(shared, "on?", &mine->flag);
    return NULL;
}

static void start_threads(MI_Context *context)
{
    shared = context;
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, ask_on_a_thread, &answers[i]);
}

static void join_threads(void)
{
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void ask_together(MI_Context *context)
{
    start_threads(context);
    join_threads();
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void threads_that_ask_at_the_same_time_get_their_own_answers(void **state)
{
    Server *server = server_start(&defaults);
    unsigned yes = 0;

    (void)state;
    script.enumerate = ask_together;
    server_enumerate(server, 1, OPERATION_PROMPTS);
    expect(server, FRAME_STARTED, 1);
    for (size_t i = 0; i < THREADS; i++) {
        PromptFrame prompt = expect_prompt(server, 1);

        answer(server, 1, prompt.prompt, i % 2 == 0 ? PROMPT_YES : PROMPT_NO);
    }
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(answers[i].result, MI_RESULT_OK);
        yes += answers[i].flag;
    }
    assert_int_equal(yes, THREADS / 2);
    server_stop(server);
}

static void finish_while_they_wait(MI_Context *context)
{
    start_threads(context);
    /* Behind the questions: the test answers when all that fit have come. */
    MI_Context_PromptUser(context, "last", MI_PROMPTTYPE_NORMAL, &asked.flag);
    MI_Context_PostResult(context, MI_RESULT_OK);
    join_threads();
}

static void the_final_post_ends_the_questions_of_other_threads(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = finish_while_they_wait;
    server_enumerate(server, 1, OPERATION_PROMPTS);
    expect(server, FRAME_STARTED, 1);
    for (;;) {
        PromptFrame prompt = expect_prompt(server, 1);
        bool is_last = prompt.kind == PROMPT_USER;

        answer(server, 1, prompt.prompt, PROMPT_YES);
        if (is_last)
            break;
    }
    while (hear(server, 1)->type == FRAME_PROMPT)
        (void)expect_prompt(server, 1);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    expect(server, FRAME_RELEASED, 1);
    for (size_t i = 0; i < THREADS; i++)
        assert_true(answers[i].flag || answers[i].result == MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

/* ---- A server that answers what was not asked ---- */

static void an_answer_to_a_question_that_was_never_asked_ends_the_agent(void **state)
{
    Server *server = server_start(&defaults);
    PromptFrame prompt;

    (void)state;
    script.enumerate = should_process;
    server_enumerate(server, 1, OPERATION_PROMPTS);
    expect(server, FRAME_STARTED, 1);
    prompt = expect_prompt(server, 1);
    answer(server, 1, prompt.prompt, PROMPT_YES);
    assert_int_equal(expect_answer(server, 1).result, MI_RESULT_OK);
    expect(server, FRAME_RELEASED, 1);
    answer(server, 9, 1, PROMPT_YES);
    assert_int_equal(server_join(server), HOST_END_VIOLATED);
}

static void ask_on_a_dead_context(MI_Context *context)
{
    MI_Context_PostResult(context, MI_RESULT_OK);
    asked.flag = 7;
    asked.result = MI_Context_ShouldContinue(context, "on?", &asked.flag);
    if (MI_Context_ShouldContinue(context, "on?", NULL) != MI_RESULT_INVALID_PARAMETER)
        asked.result = MI_RESULT_FAILED;
}

static void after_the_final_post_nobody_is_asked(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = ask_on_a_dead_context;
    server_enumerate(server, 1, OPERATION_PROMPTS);
    expect(server, FRAME_STARTED, 1);
    expect_answered(server, 1, MI_RESULT_INVALID_PARAMETER, MI_FALSE);
    server_stop(server);
}

#define TEST(function) cmocka_unit_test_setup(function, script_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_clients_answer_is_the_providers),
        TEST(without_a_client_that_wants_to_be_asked_the_answer_is_yes_at_once),
        TEST(each_kind_of_question_says_what_it_is),
        TEST(an_error_instance_goes_to_the_client_whole),
        TEST(P10_a_cancel_ends_a_question_with_no),
        TEST(threads_that_ask_at_the_same_time_get_their_own_answers),
        TEST(the_final_post_ends_the_questions_of_other_threads),
        TEST(an_answer_to_a_question_that_was_never_asked_ends_the_agent),
        TEST(after_the_final_post_nobody_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
