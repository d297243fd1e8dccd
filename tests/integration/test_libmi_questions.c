/*
 * libmi.so and what a provider asks: prompts, and errors that may be passed over; who answers,
 * when, and what becomes of a question that nobody answers.
 */
#include "tests/support/mi_dialog.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void each_kind_of_question_comes_as_a_sentence(Fixture *f)
{
    static const Saying questions[] = {
        {FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?'}"),
         "normal prompt: sure?\n"},
        {FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?','type':'critical'}"),
         "critical prompt: sure?\n"},
        {FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?','type':1}"),
         "critical prompt: sure?\n"},
        {FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':7}"), "normal prompt: \n"},
        {FAKE_QUESTION("7", "mi/shouldContinue", "{'id':2,'message':'on?'}"),
         "critical prompt: on?\n"},
        {FAKE_QUESTION("7", "mi/shouldProcess", "{'id':2,'action':'delete','target':'all'}"),
         "normal prompt: delete: all\n"},
        {FAKE_QUESTION("7", "mi/writeError", "{'id':2,'error':{'message':'oh'}}"),
         "CIM_Error: oh\n"},
        {FAKE_QUESTION("7", "mi/writeError", "{'id':2,'error':{'result':6,'message':'oh'}}"),
         "CIM_Error: oh\n"},
        {FAKE_QUESTION("7", "mi/writeError", "{'id':2,'error':{'result':'6'}}"), "CIM_Error: \n"},
    };
    char expected[200];

    for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
        const char *script[] = {FAKE_INFO, FAKE_CLASS, questions[i].text, DONE, NULL};
        Dialog dialog;

        dialog_prepare(&dialog, f, script);
        dialog_begin(&dialog);
        snprintf(expected, sizeof(expected), "%send 0\n", questions[i].called);
        dialog_expect(&dialog, expected);
        assert_int_equal(dialog.record.answered, MI_RESULT_OK);
        assert_non_null(strstr(dialog.fake.heard, "\"id\":7,\"result\":{\"answer\":true}"));
    }
}

/* The class of the error is asked for, as of any instance. */
static void an_error_comes_as_the_provider_made_it(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO,
        FAKE_CLASS,
        FAKE_QUESTION("7", "mi/writeError",
                      "{'id':2,'error':{'message':'m','cimError':"
                      "{'class':'My_Error','properties':{'Message':'x'}}}}"),
        FAKE_ERROR("4", "{'code':7,'message':'no such class'}"),
        DONE,
        NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog_begin(&dialog);
    dialog_expect(&dialog, "My_Error: x\nend 0\n");
}

static void an_error_that_is_none_is_made_anew(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS,
                                         FAKE_QUESTION("7", "mi/writeError",
                                                       "{'id':2,'error':{'message':'m','cimError':"
                                                       "{'class':'My_Error','properties':7}}}"),
                                         DONE, NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog_begin(&dialog);
    dialog_expect(&dialog, "CIM_Error: m\nend 0\n");
}

static void to_all_answers_what_comes_later(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO,
        FAKE_CLASS,
        FAKE_QUESTION("7", "mi/writeError", "{'id':2,'error':{'message':'one'}}"),
        FAKE_QUESTION("8", "mi/writeError", "{'id':2,'error':{'message':'two'}}"),
        FAKE_QUESTION("9", "mi/promptUser", "{'id':2,'message':'another thing?'}"),
        DONE,
        NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog.record.answer = MI_OperationCallback_ResponseType_NoToAll;
    dialog_begin(&dialog);
    dialog_expect(&dialog, "CIM_Error: one\nnormal prompt: another thing?\nend 0\n");
    assert_non_null(strstr(dialog.fake.heard, "\"id\":7,\"result\":{\"answer\":false}"));
    assert_non_null(strstr(dialog.fake.heard, "\"id\":8,\"result\":{\"answer\":false}"));
}

/* Two questions, an error and a prompt, in each mode: what is called, and what is answered. */
static void a_mode_says_what_becomes_of_a_question(Fixture *f)
{
    static const struct {
        MI_CallbackMode mode;
        MI_Boolean answer; /* to prompts, in the mode REPORT */
        const char *called, *heard_of_error, *heard_of_prompt;
    } modes[] = {
        {MI_CALLBACKMODE_REPORT, MI_TRUE,
         "CIM_Error that nobody waits for: oh\nnormal prompt that nobody waits for: sure?\nend 0\n",
         "\"id\":7,\"result\":{\"answer\":true}", "\"id\":8,\"result\":{\"answer\":true}"},
        {MI_CALLBACKMODE_REPORT, MI_FALSE,
         "CIM_Error that nobody waits for: oh\nnormal prompt that nobody waits for: sure?\nend 0\n",
         "\"id\":7,\"result\":{\"answer\":true}", "\"id\":8,\"result\":{\"answer\":false}"},
        /* The default of MI: what the host makes of a client that doesn't answer. */
        {MI_CALLBACKMODE_IGNORE, MI_TRUE, "end 0\n", "\"id\":7,\"error\"", "\"id\":8,\"error\""},
    };
    static const char *const script[] = {
        FAKE_INFO,
        FAKE_CLASS,
        FAKE_QUESTION("7", "mi/writeError", "{'id':2,'error':{'message':'oh'}}"),
        FAKE_QUESTION("8", "mi/promptUser", "{'id':2,'message':'sure?'}"),
        DONE,
        NULL};

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        Dialog dialog;

        dialog_prepare(&dialog, f, script);
        assert_int_equal(MI_OperationOptions_SetWriteErrorMode(&dialog.options, modes[i].mode), 0);
        assert_int_equal(MI_OperationOptions_SetPromptUserRegularMode(
                             &dialog.options, modes[i].mode, modes[i].answer),
                         0);
        dialog_begin(&dialog);
        dialog_expect(&dialog, modes[i].called);
        assert_non_null(strstr(dialog.fake.heard, modes[i].heard_of_error));
        assert_non_null(strstr(dialog.fake.heard, modes[i].heard_of_prompt));
        assert_int_equal(strstr(dialog.fake.heard, "\"prompts\":true") == NULL,
                         modes[i].mode == MI_CALLBACKMODE_IGNORE);
    }
}

/* A mode that is none is the first one. */
static void a_mode_that_is_none_asks(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS, FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?'}"),
        DONE, NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    assert_int_equal(
        MI_OperationOptions_SetNumber(&dialog.options, MI_OP_OPTION_PROMPT_MODE, 99, 0), 0);
    dialog_begin(&dialog);
    dialog_expect(&dialog, "normal prompt: sure?\nend 0\n");
}

static void an_answer_that_is_none_is_refused_and_the_question_stays(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS, FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?'}"),
        DONE, NULL};
    MI_Operation other = {0};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog.record.answers_later = true;
    dialog_begin(&dialog);
    AWAIT(&dialog.record, dialog.record.answer_function != NULL);
    assert_int_equal(dialog.record.answer_function(&dialog.record.operation,
                                                   (MI_OperationCallback_ResponseType)9),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(dialog.record.answer_function(&other, MI_OperationCallback_ResponseType_Yes),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(dialog.record.answer_function(&dialog.record.operation,
                                                   MI_OperationCallback_ResponseType_No),
                     MI_RESULT_OK);
    dialog_expect(&dialog, "normal prompt: sure?\nend 0\n");
    assert_non_null(strstr(dialog.fake.heard, "\"id\":7,\"result\":{\"answer\":false}"));
}

/* Of two questions the one that is open is withdrawn, then the one that waits behind it. */
static void a_question_that_is_withdrawn_is_not_asked_any_more(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS,
        FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'one?'}")
            FAKE_QUESTION("8", "mi/promptUser", "{'id':2,'message':'two?'}")
                FAKE_QUESTION("9", "mi/promptUser", "{'id':2,'message':'three?'}"),
        NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog.record.answers_later = true;
    dialog_begin(&dialog);
    AWAIT(&dialog.record, dialog.record.answer_function != NULL);
    fake_say(&dialog.fake,
             FAKE_NOTICE("$/cancelRequest", "{'id':8}") FAKE_NOTICE("$/cancelRequest", "{'id':7}"));
    AWAIT(&dialog.record, strstr(dialog.record.text, "three?") != NULL);
    fake_say(&dialog.fake, FAKE_NOTICE("$/cancelRequest", "{'id':9}") DONE);
    dialog_expect(&dialog, "normal prompt: one?\nnormal prompt: three?\nend 0\n");
}

/* The one that is open, and those behind it: there is nobody to hear the answers. */
static void questions_end_with_the_host(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS,
        FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?'}")
            FAKE_QUESTION("8", "mi/promptUser", "{'id':2,'message':'and this?'}"),
        NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog.record.answers_later = true;
    dialog_begin(&dialog);
    AWAIT(&dialog.record, dialog.record.answer_function != NULL);
    fake_say(&dialog.fake, "nonsense\n");
    AWAIT(&dialog.record, dialog.record.lasts == 1);
    assert_int_equal(dialog.record.answer_function(&dialog.record.operation,
                                                   MI_OperationCallback_ResponseType_Yes),
                     MI_RESULT_INVALID_PARAMETER);
    dialog_end(&dialog);
    assert_non_null(strstr(dialog.record.text, "end 1: the connection to the host was given up"));
    assert_null(strstr(dialog.record.text, "and this?"));
}

static void *fetch(void *data)
{
    DialogRecord *record = data;
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;
    MI_Result result = MI_RESULT_FAILED;

    while (more)
        if (MI_Operation_GetInstance(&record->operation, &instance, &more, &result, NULL, NULL) !=
            MI_RESULT_OK)
            break;
    dialog_write_down(record, "fetched %d\n", (int)result);
    return NULL;
}

/* The host has answered without waiting for it, and is gone: the operation ends when the client has
 * answered. */
static void an_answer_may_come_after_the_result(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS, FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?'}"),
        NULL};
    MI_OperationCallbacks callbacks = {.promptUser = dialog_on_prompt};
    pthread_t thread;
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog.record.answers_later = true;
    dialog.record.lasts = 1; /* no callback will say so */
    callbacks.callbackContext = &dialog.record;
    MI_Session_Invoke(&dialog.client.session, 0, &dialog.options, "root/x", "A", "M", NULL, NULL,
                      &callbacks, &dialog.record.operation);
    MI_OperationOptions_Delete(&dialog.options);
    assert_int_equal(pthread_create(&thread, NULL, fetch, &dialog.record), 0);
    AWAIT(&dialog.record, dialog.record.answer_function != NULL);
    fake_say(&dialog.fake, DONE);
    fake_leave(&dialog.fake);
    (void)dialog.record.answer_function(&dialog.record.operation,
                                        MI_OperationCallback_ResponseType_Yes);
    assert_int_equal(pthread_join(thread, NULL), 0);
    dialog_end(&dialog);
    /* Or the answer finds out first that the host is gone, and the result is lost with it. */
    if (strcmp(dialog.record.text, "normal prompt: sure?\nfetched 1\n") != 0)
        assert_string_equal(dialog.record.text, "normal prompt: sure?\nfetched 0\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_question_comes_as_a_sentence),
        TEST(an_error_comes_as_the_provider_made_it),
        TEST(an_error_that_is_none_is_made_anew),
        TEST(to_all_answers_what_comes_later),
        TEST(a_mode_says_what_becomes_of_a_question),
        TEST(a_mode_that_is_none_asks),
        TEST(an_answer_that_is_none_is_refused_and_the_question_stays),
        TEST(a_question_that_is_withdrawn_is_not_asked_any_more),
        TEST(questions_end_with_the_host),
        TEST(an_answer_may_come_after_the_result),
    };

    return RUN_TESTS("libmi_questions", tests);
}
