/*
 * libmi.so beside a host that takes connections, and says nothing. What has a timeout, and what was
 * canceled, ends all the same (libmi/patience.h). One that takes nothing, or nobody, is in
 * test_libmi_deaf.c.
 *
 * Ticks and minutes are granted by the tests (ticks.h): a host that lives is never too late, and a
 * silent one costs no time.
 */
#include "tests/integration/silence.h"

#include <stdatomic.h>
#include <string.h>

static unsigned count(const char *text, const char *word)
{
    unsigned found = 0;

    while ((text = strstr(text, word)) != NULL) {
        found++;
        text += strlen(word);
    }
    return found;
}

/* ---- A host that says nothing ---- */

static void an_operation_with_a_timeout_ends(Fixture *f)
{
    static const char *const script[] = {NULL};
    FakeHost fake;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_OperationOptions options = moment(&client);
    enumerate(&client, &options, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    fake_stop(&fake);
    expect_silence(&outcome, fake.path);
    /* It was asked whether it lives, once, beside the question that a connection begins with. */
    assert_int_equal(count(fake.heard, "\"host/info\""), 2);
}

/* A signal ends what waits on a socket with a timeout, also with SA_RESTART; a program may have a
 * timer that sends one each second. */
static void signals_do_not_prolong_it(Fixture *f)
{
    atomic_store(&signals, true);
    an_operation_with_a_timeout_ends(f);
    atomic_store(&signals, false);
}

static void a_timeout_of_the_session_counts_too(Fixture *f)
{
    Deaf deaf;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = open_hasty(deaf.path);
    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, deaf.path);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* Whoever asks whether the host is there is told. */
static void a_test_of_the_connection_always_has_one(Fixture *f)
{
    Deaf deaf;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = mi_client_open_at(deaf.path);
    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    atomic_fetch_add(&minutes, 1);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, deaf.path);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* Also if another thread reads, whose operation has no timeout: it has lost its host, too. */
static void an_operation_without_one_goes_with_the_connection(Fixture *f)
{
    Deaf deaf;
    MI_Operation operation;
    Fetch patient;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = mi_client_open_at(deaf.path);
    MI_OperationOptions options = moment(&client);
    enumerate(&client, NULL, &patient.operation);
    fetch_start(&patient);
    enumerate(&client, &options, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    fetch_end(&patient);
    expect_silence(&outcome, deaf.path);
    expect_silence(&patient.outcome, deaf.path);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* What has no timeout waits for ever, until somebody wants its end. */
static void a_canceled_operation_ends(Fixture *f)
{
    Deaf deaf;
    Fetch fetch;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = mi_client_open_at(deaf.path);
    enumerate(&client, NULL, &fetch.operation);
    MI_Operation handle = fetch.operation;
    fetch_start(&fetch);
    assert_int_equal(MI_Operation_Cancel(&handle, MI_REASON_NONE), MI_RESULT_OK);
    fetch_end(&fetch);
    expect_silence(&fetch.outcome, deaf.path);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* What a callback was told in the end. */
typedef struct End {
    unsigned lasts;
    MI_Result result, closed;
} End;

static void MI_CALL note_end(MI_Operation *operation, void *data, const MI_Instance *instance,
                             MI_Boolean more, MI_Result result, const MI_Char *message,
                             const MI_Instance *details,
                             MI_Result(MI_CALL *acknowledge)(MI_Operation *))
{
    End *end = data;

    (void)instance, (void)message, (void)details, (void)acknowledge;
    if (more)
        return;
    end->lasts++;
    end->result = result;
    end->closed = MI_Operation_Close(operation);
}

/* Closes the session beside @script, once all of it was said, with an operation on it. */
static void close_with_callbacks(Fixture *f, const char *const *script)
{
    End end = {0};
    MI_OperationCallbacks callbacks = {.callbackContext = &end, .instanceResult = note_end};
    FakeHost fake;
    MI_Operation operation;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/x", "A", MI_FALSE, &callbacks,
                                  &operation);
    sem_wait(&fake.has_said_all);
    sem_post(&fake.has_said_all);
    atomic_store(&ticks, 1); /* it is taken when all is read */
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    atomic_store(&ticks, TICKS_WITHOUT_END);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(end.lasts, 1);
    assert_int_equal(end.result, MI_RESULT_FAILED);
    assert_int_equal(end.closed, MI_RESULT_OK);
}

static void a_session_can_be_closed(Fixture *f)
{
    static const char *const nothing[] = {NULL};
    static const char *const no_class[] = {
        FAKE_INFO, "", FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':1}}]}"),
        NULL};

    atomic_store(&ticks, 0);
    close_with_callbacks(f, nothing);
    atomic_store(&ticks, 0);
    close_with_callbacks(f, no_class);
}

/* The instances are there, but what they are is not. */
static void a_class_is_not_waited_for(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, "", FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':1}}]}"),
        NULL};
    FakeHost fake;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_OperationOptions options = moment(&client);
    enumerate(&client, &options, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, fake.path);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    fake_stop(&fake);
}

/* Its host has answered, and needs not be told. */
static void an_operation_that_waits_for_a_class_can_be_canceled(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, "", FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':1}}]}"),
        NULL};
    FakeHost fake;
    Fetch fetch;

    atomic_store(&ticks, 0);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    enumerate(&client, NULL, &fetch.operation);
    MI_Operation handle = fetch.operation;
    fetch_start(&fetch);
    sem_wait(&fake.has_said_all);
    sem_post(&fake.has_said_all);
    atomic_store(&ticks, 1); /* it is taken when all is read */
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    assert_int_equal(MI_Operation_Cancel(&handle, MI_REASON_NONE), MI_RESULT_OK);
    atomic_store(&ticks, TICKS_WITHOUT_END);
    fetch_end(&fetch);
    expect_silence(&fetch.outcome, fake.path);
    mi_client_close(&client);
    fake_stop(&fake);
}

/* An operation in whose first callback the application begins to close. */
typedef struct Closing {
    End end;
    MI_Application *application;
    pthread_t thread;
    MI_Result result;
    sem_t has_ended;
} Closing;

static void *close_application(void *data)
{
    Closing *closing = data;

    closing->result = MI_Application_Close(closing->application);
    return NULL;
}

/* Returns when the session was told, too. */
static void begin_closing(Closing *closing)
{
    MI_Session session;

    (void)pthread_create(&closing->thread, NULL, close_application, closing);
    while (MI_Application_NewSession(closing->application, NULL, "/nowhere", NULL, NULL, NULL,
                                     &session) == MI_RESULT_OK)
        (void)MI_Session_Close(&session, NULL, NULL);
}

static void MI_CALL close_at_first(MI_Operation *operation, void *data, const MI_Instance *instance,
                                   MI_Boolean more, MI_Result result, const MI_Char *message,
                                   const MI_Instance *details,
                                   MI_Result(MI_CALL *acknowledge)(MI_Operation *))
{
    Closing *closing = data;

    if (more)
        begin_closing(closing);
    note_end(operation, &closing->end, instance, more, result, message, details, acknowledge);
    if (!more)
        sem_post(&closing->has_ended);
}

/* It is asked for when all was told to end already. */
static void a_class_is_not_waited_for_in_the_end(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS,
        FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':1}},"
                         "{'class':'B','properties':{'Id':2}}]}"),
        NULL};
    FakeHost fake;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    Closing closing = {.application = &client.application, .result = MI_RESULT_FAILED};
    MI_OperationCallbacks callbacks = {.callbackContext = &closing,
                                       .instanceResult = close_at_first};
    assert_int_equal(sem_init(&closing.has_ended, 0, 0), 0);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/x", "A", MI_FALSE, &callbacks,
                                  &operation);
    sem_wait(&closing.has_ended);
    assert_int_equal(MI_Session_Close(&client.session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(pthread_join(closing.thread, NULL), 0);
    assert_int_equal(closing.result, MI_RESULT_OK);
    fake_stop(&fake);
    sem_destroy(&closing.has_ended);
    assert_int_equal(closing.end.lasts, 1);
    assert_int_equal(closing.end.result, MI_RESULT_FAILED);
}

static void the_next_operation_has_a_connection_of_its_own(Fixture *f)
{
    static const char *const nothing[] = {NULL};
    /* The class, which was asked for and lost, is asked for again. */
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS,
                                         FAKE_RESULT("2", "{'instances':[]}"), NULL};
    FakeHost fake;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    fake_start(&fake, f, nothing, false);
    MiClient client = open_hasty(fake.path);
    enumerate(&client, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, fake.path);
    fake_stop(&fake);
    atomic_store(&ticks, 0);
    fake_start(&fake, f, script, false);
    enumerate(&client, NULL, &operation);
    outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
}

/* ---- One that takes its time, and lives ---- */

/* The deadline is the host's: all that it has to do is to answer when it is asked. */
static void a_host_that_lives_is_waited_for(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "",
                                         FAKE_RESULT("4", "{'protocol':1}"), NULL};
    FakeHost fake;
    Fetch fetch;

    atomic_store(&ticks, 0);
    fake_start(&fake, f, script, false);
    MiClient client = open_hasty(fake.path);
    enumerate(&client, NULL, &fetch.operation);
    atomic_fetch_add(&minutes, 1);
    atomic_store(&ticks, 1);
    fetch_start(&fetch);
    sem_wait(&fake.has_said_all); /* it was asked, and has answered */
    sem_post(&fake.has_said_all);
    atomic_store(&ticks, 4); /* with the one before as many as a silent one has */
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    fake_say(&fake, FAKE_RESULT("2", "{'instances':[]}"));
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(count(fake.heard, "\"host/info\""), 3);
}

/* What has no timeout, and was not canceled, is owed no answer in any time. */
static void an_operation_without_a_timeout_waits_on(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "", NULL};
    FakeHost fake;
    Fetch fetch;

    atomic_store(&ticks, 20);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    enumerate(&client, NULL, &fetch.operation);
    fetch_start(&fetch);
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    fake_say(&fake, FAKE_RESULT("2", "{'instances':[]}"));
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(count(fake.heard, "\"host/info\""), 1);
}

static void MI_CALL note_progress(MI_Operation *operation, void *data, const MI_Char *activity,
                                  const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                                  MI_Uint32 seconds)
{
    (void)operation, (void)activity, (void)current, (void)status, (void)percent, (void)seconds;
    atomic_fetch_add((atomic_int *)data, 1);
}

/* As the host has it, who isn't asked anything before the time is over again. */
static void progress_starts_the_time_again(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "", NULL};
    atomic_int told = 0;
    MI_OperationCallbacks callbacks = {.callbackContext = &told, .writeProgress = note_progress};
    FakeHost fake;
    Fetch fetch;

    atomic_store(&ticks, 0);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_OperationOptions options = within(&client, (MI_Interval){.hours = 1});
    MI_Session_EnumerateInstances(&client.session, 0, &options, "root/x", "A", MI_FALSE, &callbacks,
                                  &fetch.operation);
    fetch_start(&fetch);
    atomic_fetch_add(&minutes, 50);
    fake_say(&fake, FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'report'}}"));
    WAIT_UNTIL(atomic_load(&told) == 1, "progress");
    atomic_fetch_add(&minutes, 50);
    atomic_store(&ticks, 4);
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    fake_say(&fake, FAKE_RESULT("2", "{'instances':[]}"));
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_OK);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(count(fake.heard, "\"host/info\""), 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_operation_with_a_timeout_ends),
        TEST(signals_do_not_prolong_it),
        TEST(a_timeout_of_the_session_counts_too),
        TEST(a_test_of_the_connection_always_has_one),
        TEST(an_operation_without_one_goes_with_the_connection),
        TEST(a_canceled_operation_ends),
        TEST(a_session_can_be_closed),
        TEST(a_class_is_not_waited_for),
        TEST(an_operation_that_waits_for_a_class_can_be_canceled),
        TEST(a_class_is_not_waited_for_in_the_end),
        TEST(the_next_operation_has_a_connection_of_its_own),
        TEST(a_host_that_lives_is_waited_for),
        TEST(an_operation_without_a_timeout_waits_on),
        TEST(progress_starts_the_time_again),
    };

    return RUN_TESTS("libmi_silent", tests);
}
