/*
 * libmi.so and what a provider says besides its results: questions, errors that may be passed over,
 * messages, progress, pieces. The host is a thread of the test (tests/support/fake_host.h).
 *
 * Nothing is asserted in a callback: it writes down what it was called with, and the test reads
 * that when the last result has come.
 */
#include "tests/support/fake_host.h"
#include "tests/support/mi_client.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef struct Record {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char text[2048]; /* a line for each callback */
    unsigned lasts;
    MI_OperationCallback_ResponseType answer;
    bool answers_later;
    MI_Result answered; /* what the answer returned */
    MI_Result (*answer_function)(MI_Operation *, MI_OperationCallback_ResponseType);
    MI_Session *to_close; /* in the last callback; NULL: none */
    bool closes_again;    /* the operation, in the last callback */
    MI_Result closed;     /* what either came to */
    MI_Operation operation;
} Record;

static void write_down(Record *record, const char *format, ...) PRINTF_LIKE(2, 3);
static void write_down(Record *record, const char *format, ...)
{
    size_t size;
    va_list list;

    pthread_mutex_lock(&record->lock);
    size = strlen(record->text);
    va_start(list, format);
    vsnprintf(record->text + size, sizeof(record->text) - size, format, list);
    va_end(list);
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

static void take_question(Record *record, MI_Operation *operation,
                          MI_Result (*answer)(MI_Operation *, MI_OperationCallback_ResponseType))
{
    MI_Result result;

    if (answer == NULL)
        return;
    pthread_mutex_lock(&record->lock);
    record->answer_function = answer;
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
    if (record->answers_later)
        return;
    result = answer(operation, record->answer);
    pthread_mutex_lock(&record->lock);
    record->answered = result;
    pthread_mutex_unlock(&record->lock);
}

static void on_prompt(MI_Operation *operation, void *data, const MI_Char *message,
                      MI_PromptType type,
                      MI_Result (*answer)(MI_Operation *operation,
                                          MI_OperationCallback_ResponseType response))
{
    write_down(data, "%s prompt%s: %s\n", type == MI_PROMPTTYPE_CRITICAL ? "critical" : "normal",
               answer == NULL ? " that nobody waits for" : "", message);
    take_question(data, operation, answer);
}

static void on_error(MI_Operation *operation, void *data, MI_Instance *instance,
                     MI_Result (*answer)(MI_Operation *operation,
                                         MI_OperationCallback_ResponseType response))
{
    const MI_Char *name = "";
    MI_Value value = {0};

    (void)MI_Instance_GetClassName(instance, &name);
    (void)MI_Instance_GetElement(instance, "Message", &value, NULL, NULL, NULL);
    write_down(data, "%s%s: %s\n", name, answer == NULL ? " that nobody waits for" : "",
               value.string == NULL ? "-" : value.string);
    take_question(data, operation, answer);
}

static void on_message(MI_Operation *operation, void *data, MI_Uint32 channel,
                       const MI_Char *message)
{
    (void)operation;
    write_down(data, "message %u: %s\n", channel, message);
}

static void on_progress(MI_Operation *operation, void *data, const MI_Char *activity,
                        const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                        MI_Uint32 seconds)
{
    (void)operation;
    write_down(data, "progress: %s|%s|%s|%d|%d\n", activity, current, status, (int)percent,
               (int)seconds);
}

static void on_piece(MI_Operation *operation, void *data, const MI_Char *name, MI_Type type,
                     const MI_Value *value, MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation, (void)acknowledge;
    write_down(data, "piece of %s, type %d, %u\n", name, (int)type, value->array.size);
}

static void on_result(MI_Operation *operation, void *data, const MI_Instance *instance,
                      MI_Boolean more, MI_Result result, const MI_Char *message,
                      const MI_Instance *details, MI_Result (*acknowledge)(MI_Operation *operation))
{
    Record *record = data;

    (void)instance, (void)details, (void)acknowledge;
    if (more)
        return;
    if (record->to_close != NULL)
        record->closed = MI_Session_Close(record->to_close, NULL, NULL);
    if (record->closes_again)
        record->closed = MI_Operation_Close(operation);
    write_down(record, "end %d%s%s\n", (int)result, message == NULL ? "" : ": ",
               message == NULL ? "" : message);
    pthread_mutex_lock(&record->lock);
    record->lasts++;
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

static void record_init(Record *record)
{
    *record = (Record){.answer = MI_OperationCallback_ResponseType_Yes};
    pthread_mutex_init(&record->lock, NULL);
    pthread_cond_init(&record->changed, NULL);
}

/* Waits, within the bound of all tests, until @condition of @record holds. */
#define AWAIT(record, condition)                                                                   \
    WAIT_CHANGED(record, condition, #condition ", after %s", (record)->text)

/* A client in the middle of the method M of class A, beside a host with a script. */
typedef struct Dialog {
    FakeHost fake;
    MiClient client;
    MI_OperationOptions options;
    Record record;
} Dialog;

static void dialog_prepare(Dialog *dialog, Fixture *f, const char *const *script)
{
    record_init(&dialog->record);
    fake_start(&dialog->fake, f, script, false);
    dialog->client = mi_client_open_at(dialog->fake.path);
    assert_int_equal(
        MI_Application_NewOperationOptions(&dialog->client.application, MI_FALSE, &dialog->options),
        MI_RESULT_OK);
}

static void dialog_begin_with(Dialog *dialog, MI_OperationCallbacks callbacks)
{
    callbacks.callbackContext = &dialog->record;
    callbacks.instanceResult = on_result;
    MI_Session_Invoke(&dialog->client.session, 0, &dialog->options, "root/x", "A", "M", NULL, NULL,
                      &callbacks, &dialog->record.operation);
    MI_OperationOptions_Delete(&dialog->options);
}

static void dialog_begin(Dialog *dialog)
{
    dialog_begin_with(dialog, (MI_OperationCallbacks){.promptUser = on_prompt,
                                                      .writeError = on_error,
                                                      .writeMessage = on_message,
                                                      .writeProgress = on_progress,
                                                      .streamedParameterResult = on_piece});
}

static void dialog_end(Dialog *dialog)
{
    AWAIT(&dialog->record, dialog->record.lasts == 1);
    if (dialog->record.operation.ft != NULL)
        assert_int_equal(MI_Operation_Close(&dialog->record.operation), MI_RESULT_OK);
    mi_client_close(&dialog->client);
    fake_stop(&dialog->fake);
    pthread_mutex_destroy(&dialog->record.lock);
    pthread_cond_destroy(&dialog->record.changed);
}

/* ... and what it was told in all is @expected. */
static void dialog_expect(Dialog *dialog, const char *expected)
{
    dialog_end(dialog);
    assert_string_equal(dialog->record.text, expected);
}

#define DONE FAKE_RESULT("2", "{'returnValue':0,'parameters':{}}")

/* ---- Questions ---- */

typedef struct Question {
    const char *text;   /* what the host says */
    const char *called; /* what the callback writes down */
} Question;

static void each_kind_of_question_comes_as_a_sentence(Fixture *f)
{
    static const Question questions[] = {
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
    Record *record = data;
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;
    MI_Result result = MI_RESULT_FAILED;

    while (more)
        if (MI_Operation_GetInstance(&record->operation, &instance, &more, &result, NULL, NULL) !=
            MI_RESULT_OK)
            break;
    write_down(record, "fetched %d\n", (int)result);
    return NULL;
}

/* The host has answered without waiting for it, and is gone: the operation ends when the client has
 * answered. */
static void an_answer_may_come_after_the_result(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS, FAKE_QUESTION("7", "mi/promptUser", "{'id':2,'message':'sure?'}"),
        NULL};
    MI_OperationCallbacks callbacks = {.promptUser = on_prompt};
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

/* ---- Messages, progress, pieces ---- */

static void what_is_told_comes_as_it_is_or_not_at_all(Fixture *f)
{
    static const Question told[] = {
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
