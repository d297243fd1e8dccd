/*
 * What the closes of libmi.so wait for: a session's for its operations, an application's for its
 * sessions, also for those that are closed aside.
 */
#include "tests/support/mi_record.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

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
    MiRecord record;
    MI_Result result; /* of closing the application in the callback */
} Aside;

static void tell_closed(void *data)
{
    Aside *aside = data;

    mi_record_begin(&aside->record);
    aside->result = MI_Application_Close(aside->application);
    aside->record.lasts++;
    mi_record_end(&aside->record);
}

static void a_session_tells_when_it_is_closed(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    Aside aside = {.application = &client.application};
    MI_Operation operation;

    mi_record_init(&aside.record);
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
    mi_record_deinit(&aside.record);
}

static void closing_the_application_waits_for_sessions_that_are_closed_aside(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Session others[8];
    Aside asides[ARRAY_SIZE(others)];

    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        asides[i].application = &client.application;
        mi_record_init(&asides[i].record);
        assert_int_equal(MI_Application_NewSession(&client.application, NULL, f->socket, NULL, NULL,
                                                   NULL, &others[i]),
                         MI_RESULT_OK);
        assert_int_equal(MI_Session_Close(&others[i], &asides[i], tell_closed), MI_RESULT_OK);
    }
    assert_int_equal(MI_Session_Close(&client.session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(MI_Application_Close(&client.application), MI_RESULT_OK);
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        assert_int_equal(asides[i].record.lasts, 1);
        mi_record_deinit(&asides[i].record);
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(closing_a_session_cancels_and_waits_for_every_close),
        TEST(a_session_tells_when_it_is_closed),
        TEST(closing_the_application_waits_for_sessions_that_are_closed_aside),
        TEST(closing_the_application_waits_for_its_sessions),
    };

    return RUN_TESTS("libmi_closing", tests);
}
