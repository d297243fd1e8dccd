/*
 * libmi.so with callbacks: what each is called with and how often, and many threads at once.
 *
 * Nothing is asserted in a callback: it records, and the test looks when the last result has come.
 */
#include "tests/support/mi_record.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

/* Starts Test_Puppet.Run; the puppet that is called. */
static Puppet *invoke(Fixture *f, MiClient *client, MiRecord *record)
{
    MI_OperationCallbacks callbacks = mi_record_callbacks(record);

    mi_run(client, "a", NULL, &callbacks, &record->operation);
    return gate_await(f->gate, "invoke a");
}

/* Closes an operation that had its last callback, and everything else. */
static void finish(MiClient *client, MiRecord *record)
{
    assert_int_equal(MI_Operation_Close(&record->operation), MI_RESULT_OK);
    mi_client_close(client);
    mi_record_deinit(record);
}

static void an_enumeration_calls_back_for_each_instance_and_once_in_the_end(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord record;

    mi_record_init(&record);
    MI_OperationCallbacks callbacks = mi_record_callbacks(&record);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Many", MI_FALSE,
                                  &callbacks, &record.operation);
    AWAIT(&record, record.lasts > 0);
    assert_int_equal(record.instances, 1000);
    assert_int_equal(record.lasts, 1);
    assert_int_equal(record.result, MI_RESULT_OK);
    finish(&client, &record);
}

static void an_operation_can_be_closed_in_its_last_callback(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord record;

    mi_record_init(&record);
    record.closes_itself = true;
    MI_OperationCallbacks callbacks = mi_record_callbacks(&record);
    MI_Session_GetClass(&client.session, 0, NULL, "root/cimv2", "Test_Many", &callbacks,
                        &record.operation);
    mi_client_close(&client); /* waits for it */
    assert_int_equal(record.lasts, 1);
    assert_int_equal(record.closed, MI_RESULT_OK);
    mi_record_deinit(&record);
}

static void a_callback_that_blocks_holds_up_no_other_operation(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Instance *path = mi_path_number(&client, "Test_Sample", "Id", 1);
    MiRecord blocked, other;

    mi_record_init(&blocked);
    mi_record_init(&other);
    MI_OperationCallbacks of_blocked = mi_record_callbacks(&blocked),
                          of_other = mi_record_callbacks(&other);
    mi_record_begin(&blocked); /* its callback waits for this lock */
    MI_Session_GetInstance(&client.session, 0, NULL, "root/cimv2", path, &of_blocked,
                           &blocked.operation);
    for (unsigned i = 1; i <= 3; i++) {
        MI_Session_GetInstance(&client.session, 0, NULL, "root/cimv2", path, &of_other,
                               &other.operation);
        AWAIT(&other, other.lasts == i);
        assert_int_equal(MI_Operation_Close(&other.operation), MI_RESULT_OK);
    }
    mi_record_end(&blocked);
    AWAIT(&blocked, blocked.lasts == 1);
    assert_int_equal(MI_Operation_Close(&blocked.operation), MI_RESULT_OK);
    MI_Instance_Delete(path);
    mi_client_close(&client);
    mi_record_deinit(&blocked);
    mi_record_deinit(&other);
}

static void a_result_waits_for_the_acknowledgement_of_the_one_before(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord record;

    mi_record_init(&record);
    MI_OperationCallbacks callbacks = mi_record_callbacks(&record);
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
    finish(&client, &record);
}

static void messages_and_progress_are_told(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord record;

    mi_record_init(&record);
    Puppet *puppet = invoke(f, &client, &record);
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
    finish(&client, &record);
}

static void a_question_is_answered_when_the_client_likes(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord record;

    mi_record_init(&record);
    record.answers_later = true;
    Puppet *puppet = invoke(f, &client, &record);
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
    finish(&client, &record);
}

static void a_question_that_is_open_goes_with_its_cancel(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord record;

    mi_record_init(&record);
    record.answers_later = true;
    Puppet *puppet = invoke(f, &client, &record);
    puppet_tell(puppet, "prompt sure?");
    AWAIT(&record, record.questions == 1);
    assert_int_equal(MI_Operation_Cancel(&record.operation, MI_REASON_NONE), MI_RESULT_OK);
    assert_string_equal(puppet_answer(puppet, "prompt sure?"), "1 0");
    puppet_finish(puppet, "result 1");
    AWAIT(&record, record.lasts == 1);
    assert_int_equal(
        record.answer_function(&record.operation, MI_OperationCallback_ResponseType_Yes),
        MI_RESULT_INVALID_PARAMETER);
    finish(&client, &record);
}

static void an_operation_that_is_closed_early_still_has_its_last_callback(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord record;

    mi_record_init(&record);
    Puppet *puppet = invoke(f, &client, &record);
    assert_int_equal(MI_Operation_Close(&record.operation), MI_RESULT_OK);
    puppet_await_canceled(puppet);
    puppet_finish(puppet, "result 1");
    AWAIT(&record, record.lasts == 1);
    mi_client_close(&client);
    mi_record_deinit(&record);
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
    MiRecord record;

    mi_record_init(&record);
    MI_OperationCallbacks callbacks = mi_record_callbacks(&record);
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
    mi_record_deinit(&record);
}

static void a_host_that_dies_calls_back_once_for_each_operation(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MiRecord first, second;

    mi_record_init(&first);
    mi_record_init(&second);
    MI_OperationCallbacks of_first = mi_record_callbacks(&first),
                          of_second = mi_record_callbacks(&second);
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
    mi_record_deinit(&first);
    mi_record_deinit(&second);
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
        TEST(sixty_four_threads_share_a_session),
        TEST(a_host_that_dies_calls_back_once_for_each_operation),
    };

    return RUN_TESTS("libmi_callbacks", tests);
}
