/*
 * libmi.so and what a provider tells besides its results: messages, progress, pieces; and the end
 * of an operation that has callbacks. What it asks is in test_libmi_questions.c.
 */
#include "tests/support/mi_dialog.h"

#include <stdio.h>
#include <string.h>

/* ---- Messages, progress, pieces ---- */

static void what_is_told_comes_as_it_is_or_not_at_all(Fixture *f)
{
    static const Saying told[] = {
        {FAKE_NOTICE("mi/message", "{'id':2,'channel':'warning','message':'w'}"), "message 0: w\n"},
        {FAKE_NOTICE("mi/message", "{'id':2,'channel':'verbose','message':'v'}"), "message 1: v\n"},
        {FAKE_NOTICE("mi/message", "{'id':2,'channel':'debug','message':'d'}"), "message 2: d\n"},
        {FAKE_NOTICE("mi/message", "{'id':2,'channel':'whatever','message':'d'}"), ""},
        {FAKE_NOTICE("mi/message", "{'id':2,'channel':7,'message':'d'}"), ""},
        {FAKE_NOTICE("mi/message", "{'id':2,'channel':'debug'}"), ""},
        {FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'begin','title':'t'}}"),
         "progress: t|||-1|-1\n"},
        {FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'report','message':'m',"
                                   "'currentOperation':'c','percentage':5,'secondsRemaining':6}}"),
         "progress: |c|m|5|6\n"},
        {FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'report','percentage':'x',"
                                   "'secondsRemaining':-1}}"),
         "progress: |||-1|-1\n"},
        {FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'report','percentage':4294967296,"
                                   "'secondsRemaining':1.5}}"),
         "progress: |||-1|-1\n"},
        {FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'end'}}"), ""},
        {FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':7}}"), ""},
        {FAKE_NOTICE("$/progress", "{'token':2,'value':{'parameter':'P','values':[1,2]}}"),
         "piece of P, type 24, 2\n"}, /* MI_SINT64A: by what it looks like */
    };
    char text[700], expected[200];

    for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
        const char *script[] = {FAKE_INFO, FAKE_CLASS, text, NULL};
        Dialog dialog;

        snprintf(text, sizeof(text), "%s%s", told[i].text, DONE);
        dialog_prepare(&dialog, f, script);
        dialog_begin(&dialog);
        snprintf(expected, sizeof(expected), "%send 0\n", told[i].called);
        dialog_expect(&dialog, expected);
    }
}

static void who_has_no_callback_hears_nothing(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS,
        FAKE_NOTICE("mi/message", "{'id':2,'channel':'debug','message':'d'}")
            FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'begin','title':'t'}}")
                FAKE_NOTICE("$/progress", "{'token':2,'value':{'parameter':'P','values':[1]}}")
                    DONE,
        NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog_begin_with(&dialog, (MI_OperationCallbacks){0});
    dialog_expect(&dialog, "end 0\n");
    assert_null(strstr(dialog.fake.heard, "messages"));
    assert_null(strstr(dialog.fake.heard, "workDoneToken"));
    assert_null(strstr(dialog.fake.heard, "prompts"));
}

/* What is read of it doesn't fit, also when its class was asked for once more. */
static void a_piece_that_is_none_ends_the_operation(Fixture *f)
{
    static const char *const without_name[] = {
        FAKE_INFO,
        FAKE_CLASS,
        FAKE_NOTICE("$/progress", "{'token':2,'value':{'parameter':7,'values':[1]}}"),
        "",
        DONE,
        NULL};
    static const char *const nested[] = {
        FAKE_INFO,
        FAKE_CLASS,
        FAKE_NOTICE("$/progress", "{'token':2,'value':{'parameter':'P','values':[[1]]}}"),
        FAKE_ERROR("4", "{'code':7,'message':'no such class'}"),
        "",
        DONE,
        NULL};
    static const char *const *const scripts[] = {without_name, nested};
    static const char *const why[] = {"a piece of an out parameter has no name",
                                      "'P' of 'M' is no string[]: [[1]]"};
    char expected[200];

    for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
        Dialog dialog;

        dialog_prepare(&dialog, f, scripts[i]);
        dialog_begin(&dialog);
        dialog_end(&dialog);
        snprintf(expected, sizeof(expected), "end 1: a result of the host can't be read: %s\n",
                 why[i]);
        assert_string_equal(dialog.record.text, expected);
        assert_non_null(strstr(dialog.fake.heard, "$/cancelRequest"));
    }
}

static void channels_that_were_disabled_are_not_asked_for(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, DONE, NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    assert_int_equal(MI_OperationOptions_DisableChannel(&dialog.options, 1), 0);
    assert_int_equal(MI_OperationOptions_EnableChannel(&dialog.options, 2), 0);
    dialog_begin(&dialog);
    dialog_expect(&dialog, "end 0\n");
    assert_non_null(strstr(dialog.fake.heard, "\"messages\":[\"warning\",\"debug\"]"));
}

/* ---- Ends ---- */

static void a_session_is_not_closed_in_its_own_callback(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, DONE, NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog.record.to_close = &dialog.client.session;
    dialog_begin(&dialog);
    dialog_expect(&dialog, "end 0\n");
    assert_int_equal(dialog.record.closed, MI_RESULT_FAILED);
}

/* Its client has closed it, and its callback has another handle to it. */
static void an_operation_is_closed_once(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "", NULL};
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog.record.closes_again = true;
    dialog_begin(&dialog);
    assert_int_equal(MI_Operation_Close(&dialog.record.operation), MI_RESULT_OK);
    fake_say(&dialog.fake, FAKE_ERROR("2", "{'code':-32800,'message':'canceled'}"));
    dialog_expect(&dialog, "end 1: canceled\n");
    assert_int_equal(dialog.record.closed, MI_RESULT_INVALID_PARAMETER);
}

static void an_operation_with_callbacks_is_not_fetched(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, DONE, NULL};
    const MI_Instance *instance;
    Dialog dialog;

    dialog_prepare(&dialog, f, script);
    dialog_begin(&dialog);
    assert_int_equal(
        MI_Operation_GetInstance(&dialog.record.operation, &instance, NULL, NULL, NULL, NULL),
        MI_RESULT_INVALID_PARAMETER);
    dialog_expect(&dialog, "end 0\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_told_comes_as_it_is_or_not_at_all),
        TEST(who_has_no_callback_hears_nothing),
        TEST(a_piece_that_is_none_ends_the_operation),
        TEST(channels_that_were_disabled_are_not_asked_for),
        TEST(a_session_is_not_closed_in_its_own_callback),
        TEST(an_operation_is_closed_once),
        TEST(an_operation_with_callbacks_is_not_fetched),
    };

    return RUN_TESTS("libmi_dialog", tests);
}
