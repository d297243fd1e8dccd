/*
 * libmi.so with callbacks, with many threads, and what its closes wait for.
 *
 * Nothing is asserted in a callback: it records, and the test looks when the last result has come.
 */
#include "tests/support/mi_client.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* What the callbacks of one operation recorded. */
typedef struct Record {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    MI_Operation operation;
    unsigned results, instances, classes, lasts, messages, progresses;
    MI_Result result;
    char message[256]; /* of the last result */
    char text[256];    /* of the last message, progress, question or error */
    MI_PromptType prompt_type;
    unsigned questions, errors;
    MI_OperationCallback_ResponseType answer;
    bool answers_later;
    MI_Result (*answer_function)(MI_Operation *, MI_OperationCallback_ResponseType);
    MI_Result (*acknowledgement)(MI_Operation *);
    bool closes_itself;
    MI_Result closed; /* what Close in the last callback returned */
} Record;

static void record_init(Record *record)
{
    *record = (Record){.answer = MI_OperationCallback_ResponseType_Yes};
    pthread_mutex_init(&record->lock, NULL);
    pthread_cond_init(&record->changed, NULL);
}

static void record_deinit(Record *record)
{
    pthread_mutex_destroy(&record->lock);
    pthread_cond_destroy(&record->changed);
}

static void begin(Record *record)
{
    pthread_mutex_lock(&record->lock);
}

static void end(Record *record)
{
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

/* Waits, within the bound of all tests, until @condition of @record holds. */
#define AWAIT(record, condition) WAIT_CHANGED(record, condition, #condition)

static void take_result(Record *record, MI_Operation *operation, bool is_last, MI_Result result,
                        const char *message, MI_Result (*acknowledgement)(MI_Operation *))
{
    begin(record);
    record->results++;
    record->acknowledgement = acknowledgement;
    if (is_last) {
        record->lasts++;
        record->result = result;
        snprintf(record->message, sizeof(record->message), "%s", message == NULL ? "" : message);
        if (record->closes_itself)
            record->closed = MI_Operation_Close(operation);
    }
    end(record);
}

static void on_instance(MI_Operation *operation, void *data, const MI_Instance *instance,
                        MI_Boolean more, MI_Result result, const MI_Char *message,
                        const MI_Instance *details,
                        MI_Result (*acknowledgement)(MI_Operation *operation))
{
    Record *record = data;

    (void)details;
    if (instance != NULL)
        record->instances++; /* one callback of an operation at a time */
    take_result(record, operation, !more, result, message, acknowledgement);
}

static void on_class(MI_Operation *operation, void *data, const MI_Class *found, MI_Boolean more,
                     MI_Result result, const MI_Char *message, const MI_Instance *details,
                     MI_Result (*acknowledgement)(MI_Operation *operation))
{
    Record *record = data;

    (void)details;
    if (found != NULL)
        record->classes++;
    take_result(record, operation, !more, result, message, acknowledgement);
}

static void on_message(MI_Operation *operation, void *data, MI_Uint32 channel,
                       const MI_Char *message)
{
    Record *record = data;

    (void)operation;
    begin(record);
    record->messages++;
    snprintf(record->text, sizeof(record->text), "%u %s", channel, message);
    end(record);
}

static void on_progress(MI_Operation *operation, void *data, const MI_Char *activity,
                        const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                        MI_Uint32 seconds)
{
    Record *record = data;

    (void)operation;
    (void)seconds;
    begin(record);
    record->progresses++;
    snprintf(record->text, sizeof(record->text), "%s|%s|%s|%u", activity, current, status, percent);
    end(record);
}

static void on_prompt(MI_Operation *operation, void *data, const MI_Char *message,
                      MI_PromptType type,
                      MI_Result (*answer)(MI_Operation *operation,
                                          MI_OperationCallback_ResponseType response))
{
    Record *record = data;
    bool later;

    begin(record);
    record->questions++;
    record->prompt_type = type;
    record->answer_function = answer;
    snprintf(record->text, sizeof(record->text), "%s", message);
    later = record->answers_later;
    end(record);
    if (answer != NULL && !later)
        (void)answer(operation, record->answer);
}

static void on_error(MI_Operation *operation, void *data, MI_Instance *instance,
                     MI_Result (*answer)(MI_Operation *operation,
                                         MI_OperationCallback_ResponseType response))
{
    Record *record = data;
    MI_Value value = {0};

    begin(record);
    record->errors++;
    if (MI_Instance_GetElement(instance, "Message", &value, NULL, NULL, NULL) == MI_RESULT_OK &&
        value.string != NULL)
        snprintf(record->text, sizeof(record->text), "%s", value.string);
    end(record);
    if (answer != NULL)
        (void)answer(operation, record->answer);
}

static MI_OperationCallbacks callbacks_of(Record *record)
{
    return (MI_OperationCallbacks){
        .callbackContext = record,
        .promptUser = on_prompt,
        .writeError = on_error,
        .writeMessage = on_message,
        .writeProgress = on_progress,
        .instanceResult = on_instance,
        .classResult = on_class,
    };
}

static void an_enumeration_calls_back_for_each_instance_and_once_in_the_end(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record record;

    record_init(&record);
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Many", MI_FALSE,
                                  &callbacks, &record.operation);
    AWAIT(&record, record.lasts > 0);
    assert_int_equal(record.instances, 1000);
    assert_int_equal(record.lasts, 1);
    assert_int_equal(record.result, MI_RESULT_OK);
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    mi_client_close(&client);
    record_deinit(&record);
}

static void an_operation_can_be_closed_in_its_last_callback(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record record;

    record_init(&record);
    record.closes_itself = true;
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    MI_Session_GetClass(&client.session, 0, NULL, "root/cimv2", "Test_Many", &callbacks,
                        &record.operation);
    mi_client_close(&client); /* waits for it */
    assert_int_equal(record.lasts, 1);
    assert_int_equal(record.closed, MI_RESULT_OK);
    record_deinit(&record);
}

static void a_callback_that_blocks_holds_up_no_other_operation(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Instance *path = mi_path_number(&client, "Test_Sample", "Id", 1);
    Record blocked, other;

    record_init(&blocked);
    record_init(&other);
    MI_OperationCallbacks of_blocked = callbacks_of(&blocked), of_other = callbacks_of(&other);
    begin(&blocked); /* its callback waits for this lock */
    MI_Session_GetInstance(&client.session, 0, NULL, "root/cimv2", path, &of_blocked,
                           &blocked.operation);
    for (unsigned i = 1; i <= 3; i++) {
        MI_Session_GetInstance(&client.session, 0, NULL, "root/cimv2", path, &of_other,
                               &other.operation);
        AWAIT(&other, other.lasts == i);
        assert_int_equal(MI_Operation_Close(&other.operation), MI_RESULT_OK);
    }
    end(&blocked);
    AWAIT(&blocked, blocked.lasts == 1);
    assert_int_equal(MI_Operation_Close(&blocked.operation), MI_RESULT_OK);
    MI_Instance_Delete(path);
    mi_client_close(&client);
    record_deinit(&blocked);
    record_deinit(&other);
}

static void a_result_waits_for_the_acknowledgement_of_the_one_before(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record record;

    record_init(&record);
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    MI_Session_EnumerateInstances(&client.session, MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS, NULL,
                                  "root/cimv2", "Test_Sample", MI_FALSE, &callbacks,
                                  &record.operation);
    for (unsigned i = 1; i <= 3; i++) {
        AWAIT(&record, record.results == i);
        assert_int_equal(record.instances, i);
        assert_int_equal(record.acknowledgement(&record.operation), MI_RESULT_OK);
    }
    AWAIT(&record, record.lasts == 1);
    assert_int_equal(record.results, 4);
    assert_int_equal(record.acknowledgement(&record.operation), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    mi_client_close(&client);
    record_deinit(&record);
}

static void messages_and_progress_are_told(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record record;

    record_init(&record);
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    mi_run(&client, "a", NULL, &callbacks, &record.operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "warning hello", "0");
    AWAIT(&record, record.messages == 1);
    assert_string_equal(record.text, "0 hello");
    puppet_do(puppet, "progress 50 half", "0");
    AWAIT(&record, record.progresses == 1);
    assert_string_equal(record.text, "obeying|a step|half|50");
    puppet_do(puppet, "progress 60 more", "0");
    AWAIT(&record, record.progresses == 2);
    assert_string_equal(record.text, "obeying|a step|more|60");
    puppet_finish(puppet, "result 0");
    AWAIT(&record, record.lasts == 1);
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    mi_client_close(&client);
    record_deinit(&record);
}

static void a_question_is_answered_when_the_client_likes(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record record;

    record_init(&record);
    record.answers_later = true;
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    mi_run(&client, "a", NULL, &callbacks, &record.operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_tell(puppet, "prompt sure?");
    AWAIT(&record, record.questions == 1);
    assert_string_equal(record.text, "sure?");
    assert_int_equal(
        record.answer_function(&record.operation, MI_OperationCallback_ResponseType_YesToAll),
        MI_RESULT_OK);
    assert_int_equal(
        record.answer_function(&record.operation, MI_OperationCallback_ResponseType_Yes),
        MI_RESULT_INVALID_PARAMETER);
    assert_string_equal(puppet_answer(puppet, "prompt sure?"), "0 1");
    /* To all: the next one isn't asked. */
    assert_string_equal(puppet_ask(puppet, "prompt again?"), "0 1");
    assert_int_equal(record.questions, 1);
    assert_int_equal(record.prompt_type, MI_PROMPTTYPE_CRITICAL);
    /* What may go on in spite of an error is another question. */
    record.answer = MI_OperationCallback_ResponseType_No;
    assert_string_equal(puppet_ask(puppet, "complain 6 it is not there"), "0 0");
    assert_int_equal(record.errors, 1);
    assert_string_equal(record.text, "it is not there");
    puppet_finish(puppet, "result 0");
    AWAIT(&record, record.lasts == 1);
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    mi_client_close(&client);
    record_deinit(&record);
}

static void a_question_that_is_open_goes_with_its_cancel(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record record;

    record_init(&record);
    record.answers_later = true;
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    mi_run(&client, "a", NULL, &callbacks, &record.operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_tell(puppet, "prompt sure?");
    AWAIT(&record, record.questions == 1);
    assert_int_equal(MI_Operation_Cancel(&record.operation, MI_REASON_NONE), MI_RESULT_OK);
    assert_string_equal(puppet_answer(puppet, "prompt sure?"), "1 0");
    puppet_finish(puppet, "result 1");
    AWAIT(&record, record.lasts == 1);
    assert_int_equal(
        record.answer_function(&record.operation, MI_OperationCallback_ResponseType_Yes),
        MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    mi_client_close(&client);
    record_deinit(&record);
}

static void an_operation_that_is_closed_early_still_has_its_last_callback(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record record;

    record_init(&record);
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    mi_run(&client, "a", NULL, &callbacks, &record.operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    puppet_await_canceled(puppet);
    puppet_finish(puppet, "result 1");
    AWAIT(&record, record.lasts == 1);
    mi_client_close(&client);
    record_deinit(&record);
}

/* ---- Closing ---- */

typedef struct Closer {
    MI_Session *session;
    MI_Application *application;
    MI_Result result;
    atomic_bool is_done;
} Closer;

static void *close_it(void *data)
{
    Closer *closer = data;

    closer->result = closer->session != NULL ? MI_Session_Close(closer->session, NULL, NULL)
                                             : MI_Application_Close(closer->application);
    atomic_store(&closer->is_done, true);
    return NULL;
}

static void closing_a_session_cancels_and_waits_for_every_close(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Closer closer = {.session = &client.session};
    MI_Operation operation, late;
    MI_Session copy = client.session;
    pthread_t thread;

    mi_run(&client, "a", NULL, NULL, &operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    assert_int_equal(pthread_create(&thread, NULL, close_it, &closer), 0);
    puppet_await_canceled(puppet);
    /* Nothing starts any more. */
    MI_Session_TestConnection(&copy, 0, NULL, &late);
    assert_int_equal(mi_drain(&late, NULL, NULL).result, MI_RESULT_FAILED);
    puppet_finish(puppet, "result 1");
    assert_non_null(strstr(mi_drain(&operation, NULL, NULL).message, "canceled"));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(closer.result, MI_RESULT_OK);
    assert_int_equal(MI_Application_Close(&client.application), MI_RESULT_OK);
}

/* One session that is closed aside. */
typedef struct Aside {
    MI_Application *application;
    Record record;
    MI_Result result; /* of closing the application in the callback */
} Aside;

static void tell_closed(void *data)
{
    Aside *aside = data;

    begin(&aside->record);
    aside->result = MI_Application_Close(aside->application);
    aside->record.lasts++;
    end(&aside->record);
}

static void a_session_tells_when_it_is_closed(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Aside aside = {.application = &client.application};
    MI_Operation operation;

    record_init(&aside.record);
    mi_run(&client, "a", NULL, NULL, &operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    assert_int_equal(MI_Session_Close(&client.session, &aside, tell_closed), MI_RESULT_OK);
    puppet_await_canceled(puppet);
    assert_int_equal(aside.record.lasts, 0);
    puppet_finish(puppet, "result 1");
    (void)mi_drain(&operation, NULL, NULL);
    AWAIT(&aside.record, aside.record.lasts == 1);
    /* It would have waited for itself. */
    assert_int_equal(aside.result, MI_RESULT_FAILED);
    assert_int_equal(MI_Application_Close(&client.application), MI_RESULT_OK);
    record_deinit(&aside.record);
}

static void closing_the_application_waits_for_sessions_that_are_closed_aside(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Session others[8];
    Aside asides[ARRAY_SIZE(others)];

    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        asides[i].application = &client.application;
        record_init(&asides[i].record);
        assert_int_equal(MI_Application_NewSession(&client.application, NULL, f->socket, NULL, NULL,
                                                   NULL, &others[i]),
                         MI_RESULT_OK);
        assert_int_equal(MI_Session_Close(&others[i], &asides[i], tell_closed), MI_RESULT_OK);
    }
    assert_int_equal(MI_Session_Close(&client.session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(MI_Application_Close(&client.application), MI_RESULT_OK);
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        assert_int_equal(asides[i].record.lasts, 1);
        record_deinit(&asides[i].record);
    }
}

static void closing_the_application_waits_for_its_sessions(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Closer closer = {.application = &client.application};
    MI_Operation operation;
    pthread_t thread;

    mi_run(&client, "a", NULL, NULL, &operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    assert_int_equal(pthread_create(&thread, NULL, close_it, &closer), 0);
    puppet_await_canceled(puppet);
    puppet_finish(puppet, "result 1");
    (void)mi_drain(&operation, NULL, NULL);
    assert_false(atomic_load(&closer.is_done));
    assert_int_equal(MI_Session_Close(&client.session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(closer.result, MI_RESULT_OK);
}

/* ---- Threads ---- */

#define THREADS 64
#define ROUNDS  20

typedef struct Caller {
    MiClient *client;
    MI_Instance *path;
    unsigned wrong;
} Caller;

/* Counts what is wrong: nothing is asserted outside of the test's thread. */
static void call_once(Caller *caller, int round)
{
    MI_Result result = MI_RESULT_FAILED;
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;
    MI_Operation operation;
    unsigned instances = 0;

    if (round % 4 == 3)
        MI_Session_EnumerateInstances(&caller->client->session, 0, NULL, "root/cimv2",
                                      "Test_Sample", MI_FALSE, NULL, &operation);
    else
        MI_Session_GetInstance(&caller->client->session, 0, NULL, "root/cimv2", caller->path, NULL,
                               &operation);
    while (more && MI_Operation_GetInstance(&operation, &instance, &more, &result, NULL, NULL) ==
                       MI_RESULT_OK)
        if (instance != NULL)
            instances++;
    if (result != MI_RESULT_OK || instances != (round % 4 == 3 ? 3 : 1) ||
        MI_Operation_Close(&operation) != MI_RESULT_OK)
        caller->wrong++;
}

static void *call_often(void *data)
{
    for (int i = 0; i < ROUNDS; i++)
        call_once(data, i);
    return NULL;
}

static void sixty_four_threads_share_a_session(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Instance *path = mi_path_number(&client, "Test_Sample", "Id", 1);
    Caller callers[THREADS];
    pthread_t threads[THREADS];
    Record record;

    record_init(&record);
    MI_OperationCallbacks callbacks = callbacks_of(&record);
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (Caller){.client = &client, .path = path};
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, &callers[i]), 0);
    }
    /* Beside them, one that is called back. */
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Many", MI_FALSE,
                                  &callbacks, &record.operation);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(callers[i].wrong, 0);
    }
    AWAIT(&record, record.lasts == 1);
    assert_int_equal(record.instances, 1000);
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    MI_Instance_Delete(path);
    mi_client_close(&client);
    record_deinit(&record);
}

static void a_host_that_dies_calls_back_once_for_each_operation(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Record first, second;

    record_init(&first);
    record_init(&second);
    MI_OperationCallbacks of_first = callbacks_of(&first), of_second = callbacks_of(&second);
    mi_run(&client, "a", NULL, &of_first, &first.operation);
    mi_run(&client, "b", NULL, &of_second, &second.operation);
    gate_allow(f->gate, "invoke b");
    (void)gate_await(f->gate, "invoke a");
    daemon_signal(f, SIGKILL);
    daemon_wait_exit(f, DAEMON_KILLED + SIGKILL);
    gate_release_all(f->gate);
    AWAIT(&first, first.lasts == 1);
    AWAIT(&second, second.lasts == 1);
    assert_int_equal(first.result, MI_RESULT_FAILED);
    assert_non_null(strstr(first.message, "lost"));
    assert_int_equal(MI_Operation_Close(&first.operation), MI_RESULT_OK);
    assert_int_equal(MI_Operation_Close(&second.operation), MI_RESULT_OK);
    mi_client_close(&client);
    daemon_start(f, NULL);
    record_deinit(&first);
    record_deinit(&second);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_enumeration_calls_back_for_each_instance_and_once_in_the_end),
        TEST(an_operation_can_be_closed_in_its_last_callback),
        TEST(a_callback_that_blocks_holds_up_no_other_operation),
        TEST(a_result_waits_for_the_acknowledgement_of_the_one_before),
        TEST(messages_and_progress_are_told),
        TEST(a_question_is_answered_when_the_client_likes),
        TEST(a_question_that_is_open_goes_with_its_cancel),
        TEST(an_operation_that_is_closed_early_still_has_its_last_callback),
        TEST(closing_a_session_cancels_and_waits_for_every_close),
        TEST(a_session_tells_when_it_is_closed),
        TEST(closing_the_application_waits_for_sessions_that_are_closed_aside),
        TEST(closing_the_application_waits_for_its_sessions),
        TEST(sixty_four_threads_share_a_session),
        TEST(a_host_that_dies_calls_back_once_for_each_operation),
    };

    return RUN_TESTS("libmi_callbacks", tests);
}
