/*
 * libmi.so and what a client does with its operations: fetches with the wrong function or by two
 * threads, says what it wants of classes and types, hands over what is none, closes meanwhile. The
 * host is a thread of the test (tests/support/fake_host.h).
 */
#include "tests/support/fake_host.h"
#include "tests/support/mi_client.h"

#include <pthread.h>
#include <string.h>

static void enumerate(MI_Session *session, MI_Operation *operation)
{
    MI_Session_EnumerateInstances(session, 0, NULL, "root/x", "A", MI_FALSE, NULL, operation);
}

static void a_result_is_fetched_by_the_function_of_its_kind_and_once(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS, FAKE_ERROR("2", "{'code':-32601,'message':'what?'}"), NULL};
    const MI_Instance *instance;
    const MI_Class *found;
    const MI_Char *bookmark = "-", *machine = "-";
    MI_Boolean more = MI_TRUE;
    MI_Result result = MI_RESULT_OK;
    MI_Operation operation;
    MI_Session same;
    FakeHost fake;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    enumerate(&client.session, &operation);
    assert_int_equal(MI_Operation_GetClass(&operation, &found, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_GetIndication(&operation, &instance, &bookmark, &machine, NULL,
                                                NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_null(bookmark);
    assert_null(machine);
    assert_int_equal(MI_Operation_GetInstance(&operation, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(
        MI_Operation_GetIndication(&operation, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_GetClass(&operation, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_GetSession(&operation, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_GetSession(&operation, &same), MI_RESULT_OK);
    assert_true(same.reserved2 == client.session.reserved2);
    assert_int_equal(MI_Operation_Cancel(&operation, (MI_CancellationReason)9),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_Cancel(&operation, (MI_CancellationReason)-1),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_GetInstance(&operation, &instance, &more, NULL, NULL, NULL),
                     MI_RESULT_OK);
    assert_false(more);
    /* Once more, and it is as it was. */
    more = MI_TRUE;
    assert_int_equal(MI_Operation_GetInstance(&operation, &instance, &more, &result, NULL, NULL),
                     MI_RESULT_FAILED);
    assert_false(more);
    assert_int_equal(result, MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
}

/* A thread that does one thing; what came of it is for the test to look at. */
typedef struct Doer {
    MI_Operation *operation;
    MI_Application *application;
    MI_Result result;
} Doer;

static void *fetch(void *data)
{
    Doer *doer = data;
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;

    doer->result = MI_RESULT_OK;
    while (more && doer->result == MI_RESULT_OK)
        doer->result =
            MI_Operation_GetInstance(doer->operation, &instance, &more, NULL, NULL, NULL);
    return NULL;
}

/* The one that fetches asks for the class of what it has got: so it is in the middle of it. */
static void one_thread_at_a_time_fetches(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS,
        FAKE_RESULT("2", "{'instances':[{'class':'B','properties':{'Id':1}}]}"), "", NULL};
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;
    MI_Operation operation;
    Doer fetcher = {.operation = &operation};
    pthread_t thread;
    FakeHost fake;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    enumerate(&client.session, &operation);
    assert_int_equal(pthread_create(&thread, NULL, fetch, &fetcher), 0);
    fake_say(&fake, "\n"); /* not before the class was asked for */
    assert_int_equal(MI_Operation_GetInstance(&operation, &instance, &more, NULL, NULL, NULL),
                     MI_RESULT_FAILED);
    assert_false(more);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_FAILED);
    fake_say(&fake, FAKE_ERROR("4", "{'code':7,'message':'no such class'}"));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(fetcher.result, MI_RESULT_OK);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
}

static void flags_say_what_is_wanted_of_derived_classes(Fixture *f)
{
    static const struct {
        MI_Uint32 flags;
        const char *asked; /* NULL: nothing */
    } cases[] = {
        {0, NULL},
        {MI_OPERATIONFLAGS_POLYMORPHISM_SHALLOW, "\"depth\":\"shallow\""},
        {MI_OPERATIONFLAGS_POLYMORPHISM_DEEP_BASE_PROPS_ONLY, "\"depth\":\"deepBaseProperties\""},
    };
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS,
                                         FAKE_RESULT("2", "{'instances':[]}"), NULL};
    MI_Operation operation;
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        fake_start(&fake, f, script, false);
        MiClient client = mi_client_open_at(fake.path);
        MI_Session_EnumerateInstances(&client.session, cases[i].flags, NULL, NULL, "A", MI_FALSE,
                                      NULL, &operation);
        assert_int_equal(mi_drain(&operation, NULL, NULL).result, MI_RESULT_OK);
        mi_client_close(&client);
        fake_stop(&fake);
        assert_non_null(strstr(fake.heard, "\"namespace\":\"root/cimv2\""));
        if (cases[i].asked == NULL)
            assert_null(strstr(fake.heard, "depth"));
        else
            assert_non_null(strstr(fake.heard, cases[i].asked));
    }
}

/* The type of the first element. */
static void note_type(const MI_Instance *instance, void *type)
{
    assert_int_equal(MI_Instance_GetElementAt(instance, 0, NULL, NULL, type, NULL), MI_RESULT_OK);
}

/* No class is asked for: values have the types that they look like. */
static void who_wants_no_types_gets_none(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':7}}]}"), NULL};
    MI_Type type = MI_BOOLEAN;
    MI_Operation operation;
    FakeHost fake;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_Session_EnumerateInstances(&client.session, MI_OPERATIONFLAGS_NO_RTTI, NULL, "root/x", "A",
                                  MI_FALSE, NULL, &operation);
    assert_int_equal(mi_drain(&operation, note_type, &type).instances, 1);
    assert_int_equal(type, MI_SINT64);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_null(strstr(fake.heard, "getClass"));
}

static void a_method_can_be_called_on_an_instance(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS, FAKE_RESULT("2", "{'returnValue':3,'parameters':{}}"), NULL};
    MI_Operation operation;
    FakeHost fake;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_Instance *path = mi_path_number(&client, "A", "Id", 5);
    MI_Session_Invoke(&client.session, 0, NULL, "root/x", "A", "M", path, NULL, NULL, &operation);
    MI_Instance_Delete(path);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_OK);
    assert_int_equal(outcome.instances, 1);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_non_null(strstr(fake.heard, "\"instance\":{\"class\":\"A\",\"properties\":{\"Id\":5}}"));
    assert_null(strstr(fake.heard, "\"parameters\""));
}

/* What is no instance can't be sent: the operation ends, and the host doesn't hear of it. */
static void an_argument_that_is_none_ends_the_operation(Fixture *f)
{
    static const char *const script[] = {NULL};
    MI_Instance fake_instance = {0};
    MI_Operation operation;
    FakeHost fake;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_Session_GetInstance(&client.session, 0, NULL, "root/x", &fake_instance, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_INVALID_PARAMETER);
    assert_non_null(strstr(outcome.message, "an argument"));
    MI_Session_Invoke(&client.session, 0, NULL, "root/x", NULL, NULL, NULL, &fake_instance, NULL,
                      &operation);
    assert_int_equal(mi_drain(&operation, NULL, NULL).result, MI_RESULT_INVALID_PARAMETER);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_null(strstr(fake.heard, "getInstance"));
}

static void *close_application(void *data)
{
    Doer *doer = data;

    doer->result = MI_Application_Close(doer->application);
    return NULL;
}

/* Its close cancels what runs, and waits: that the host hears of the cancel says that it has begun.
 */
static void an_application_that_is_being_closed_opens_nothing(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "", "", NULL};
    MI_Operation running, late;
    MI_Instance *extended = NULL;
    MI_Session other;
    pthread_t thread;
    FakeHost fake;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    Doer closer = {.application = &client.application};
    enumerate(&client.session, &running);
    assert_int_equal(pthread_create(&thread, NULL, close_application, &closer), 0);
    fake_say(&fake, "\n");
    assert_int_equal(MI_Application_NewSession(&client.application, NULL, fake.path, NULL, NULL,
                                               &extended, &other),
                     MI_RESULT_FAILED);
    assert_non_null(strstr(mi_element(extended, "Message", MI_STRING).string, "is being closed"));
    MI_Instance_Delete(extended);
    enumerate(&client.session, &late);
    MiOutcome outcome = mi_drain(&late, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_string_equal(outcome.message, "the session is being closed");
    fake_say(&fake, FAKE_ERROR("2", "{'code':-32800,'message':'canceled'}"));
    assert_int_equal(mi_drain(&running, NULL, NULL).result, MI_RESULT_FAILED);
    assert_int_equal(MI_Session_Close(&client.session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(closer.result, MI_RESULT_OK);
    fake_stop(&fake);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_result_is_fetched_by_the_function_of_its_kind_and_once),
        TEST(one_thread_at_a_time_fetches),
        TEST(flags_say_what_is_wanted_of_derived_classes),
        TEST(who_wants_no_types_gets_none),
        TEST(a_method_can_be_called_on_an_instance),
        TEST(an_argument_that_is_none_ends_the_operation),
        TEST(an_application_that_is_being_closed_opens_nothing),
    };

    return RUN_TESTS("libmi_asking", tests);
}
