/*
 * libmi.so as its clients use it, synchronously: each operation of a session, from a program to a
 * provider and back.
 */
#include "tests/support/mi_client.h"

#include <signal.h>
#include <string.h>

static void look_at_sample(const MI_Instance *instance, void *data)
{
    static const char *const names[] = {"one", "two \"quoted\" \\ and \n lines",
                                        "three: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"};
    MI_Uint32 id = mi_element(instance, "Id", MI_UINT32).uint32, flags;
    unsigned *seen = data;
    MI_Value value;
    MI_Type type;

    *seen |= 1U << id;
    assert_string_equal(mi_element(instance, "Name", MI_STRING).string, names[id - 1]);
    assert_int_equal(mi_element(instance, "Flag", MI_BOOLEAN).boolean, id % 2 == 0);
    assert_true(mi_element(instance, "Count", MI_UINT64).uint64 == UINT64_MAX - id);
    assert_true(mi_element(instance, "Ratio", MI_REAL64).real64 == 0.5 * id);
    value = mi_element(instance, "Created", MI_DATETIME);
    assert_int_equal(value.datetime.u.timestamp.microseconds, 123456);
    assert_int_equal(value.datetime.u.timestamp.utc, -60);
    value = mi_element(instance, "Tags", MI_STRINGA);
    assert_int_equal(value.stringa.size, id);
    assert_string_equal(value.stringa.data[0], "a");
    assert_int_equal(MI_Instance_GetElement(instance, "Nothing", &value, &type, &flags, NULL),
                     MI_RESULT_OK);
    assert_int_equal(type, MI_STRING);
    assert_true(flags & MI_FLAG_NULL);
}

static void an_enumeration_has_every_instance_with_its_types(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;
    unsigned seen = 0;

    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Sample", MI_FALSE,
                                  NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, look_at_sample, &seen);
    assert_int_equal(outcome.result, MI_RESULT_OK);
    assert_int_equal(outcome.instances, 3);
    assert_int_equal(seen, 0xE);
    mi_client_close(&client);
}

static void an_instance_is_found_by_its_keys(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Instance *path = mi_path_number(&client, "Test_Sample", "Id", 2);
    MI_Operation operation;
    unsigned seen = 0;

    for (int i = 0; i < 3; i++) {
        MI_Session_GetInstance(&client.session, 0, NULL, "root/cimv2", path, NULL, &operation);
        MiOutcome outcome = mi_drain(&operation, look_at_sample, &seen);
        assert_int_equal(outcome.result, MI_RESULT_OK);
        assert_int_equal(outcome.instances, 1);
        assert_int_equal(seen, 1 << 2);
    }
    MI_Instance_Delete(path);
    mi_client_close(&client);
}

static void an_error_has_a_result_a_sentence_and_details(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Instance *path = mi_path_number(&client, "Test_Sample", "Id", 9);
    MI_Operation operation;

    MI_Session_GetInstance(&client.session, 0, NULL, "root/cimv2", path, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_NOT_FOUND);
    assert_string_equal(outcome.message, "there is no such sample");
    assert_string_equal(outcome.details, "CIM_Error");
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "No_Such", MI_FALSE, NULL,
                                  &operation);
    outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_INVALID_CLASS);
    MI_Instance_Delete(path);
    mi_client_close(&client);
}

static void look_at_out(const MI_Instance *instance, void *data)
{
    (void)data;
    assert_int_equal(mi_element(instance, "MIReturn", MI_UINT32).uint32, 0);
    assert_string_equal(mi_element(instance, "String", MI_STRING).string, "\xc3\xa9");
    assert_true(mi_element(instance, "Sint64", MI_SINT64).sint64 == INT64_MIN);
    assert_int_equal(mi_element(instance, "Uint8A", MI_UINT8A).uint8a.data[1], 255);
}

static void a_method_gives_back_what_it_was_given(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Uint8 bytes[] = {0, 255};
    MI_Instance *parameters;
    MI_Operation operation;
    MI_Value value;

    assert_int_equal(MI_Application_NewParameterSet(&client.application, NULL, &parameters), 0);
    value.string = (MI_Char *)(uintptr_t) "\xc3\xa9";
    assert_int_equal(MI_Instance_AddElement(parameters, "String", &value, MI_STRING, 0), 0);
    value.sint64 = INT64_MIN;
    assert_int_equal(MI_Instance_AddElement(parameters, "Sint64", &value, MI_SINT64, 0), 0);
    value.uint8a = (MI_Uint8A){bytes, 2};
    assert_int_equal(MI_Instance_AddElement(parameters, "Uint8A", &value, MI_UINT8A, 0), 0);
    MI_Session_Invoke(&client.session, 0, NULL, "root/cimv2", "Test_Types", "Echo", NULL,
                      parameters, NULL, &operation);
    MI_Instance_Delete(parameters);
    MiOutcome outcome = mi_drain(&operation, look_at_out, NULL);
    assert_string_equal(outcome.message, "");
    assert_int_equal(outcome.result, MI_RESULT_OK);
    assert_int_equal(outcome.instances, 1);
    mi_client_close(&client);
}

static void look_at_class(const MI_Class *class_result, void *data)
{
    const MI_Char *name;
    MI_Uint32 count, flags;
    MI_Type type;

    (void)data;
    assert_int_equal(MI_Class_GetClassName(class_result, &name), MI_RESULT_OK);
    assert_string_equal(name, "Test_Sample");
    assert_int_equal(MI_Class_GetNameSpace(class_result, &name), MI_RESULT_OK);
    assert_string_equal(name, "root/cimv2");
    assert_int_equal(MI_Class_GetElementCount(class_result, &count), MI_RESULT_OK);
    assert_int_equal(count, 8);
    assert_int_equal(
        MI_Class_GetElement(class_result, "id", NULL, NULL, &type, NULL, NULL, &flags, NULL),
        MI_RESULT_OK);
    assert_int_equal(type, MI_UINT32);
    assert_true(flags & MI_FLAG_KEY);
}

static void a_class_can_be_read(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;

    MI_Session_GetClass(&client.session, 0, NULL, "root/cimv2", "Test_Sample", NULL, &operation);
    MiOutcome outcome = mi_drain_classes(&operation, look_at_class, NULL);
    assert_int_equal(outcome.result, MI_RESULT_OK);
    assert_int_equal(outcome.classes, 1);
    mi_client_close(&client);
}

static void find_name(const MI_Class *class_result, void *data)
{
    const MI_Char *name;

    assert_int_equal(MI_Class_GetClassName(class_result, &name), MI_RESULT_OK);
    if (strcmp(name, "Test_Sample") == 0)
        ++*(unsigned *)data;
}

static void classes_and_their_names_can_be_listed(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;
    unsigned found = 0;

    MI_Session_EnumerateClasses(&client.session, 0, NULL, "root/cimv2", NULL, MI_FALSE, NULL,
                                &operation);
    MiOutcome all = mi_drain_classes(&operation, find_name, &found);
    assert_int_equal(all.result, MI_RESULT_OK);
    MI_Session_EnumerateClasses(&client.session, 0, NULL, "root/cimv2", NULL, MI_TRUE, NULL,
                                &operation);
    MiOutcome names = mi_drain_classes(&operation, find_name, &found);
    assert_int_equal(names.result, MI_RESULT_OK);
    assert_int_equal(names.classes, all.classes);
    assert_int_equal(found, 2);
    mi_client_close(&client);
}

static void the_connection_can_be_tested(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;

    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    assert_int_equal(mi_drain(&operation, NULL, NULL).result, MI_RESULT_OK);
    mi_client_close(&client);
}

static void without_a_host_each_operation_says_how_to_get_one(Fixture *f)
{
    MiClient client = mi_client_open(f);
    MI_Operation operation;

    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, "start mihostd"));
    assert_non_null(strstr(outcome.message, f->socket));
    /* And when there is one, the session works. */
    daemon_start(f, NULL);
    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    assert_int_equal(mi_drain(&operation, NULL, NULL).result, MI_RESULT_OK);
    mi_client_close(&client);
}

static void a_cancel_reaches_the_provider_with_its_reason(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;

    mi_run(&client, "a", NULL, NULL, &operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "register first", "0");
    assert_int_equal(MI_Operation_Cancel(&operation, MI_REASON_SHUTDOWN), MI_RESULT_OK);
    assert_int_equal(MI_Operation_Cancel(&operation, MI_REASON_TIMEOUT), MI_RESULT_OK);
    puppet_return(gate_await(f->gate, "callback first of a, reason 2"));
    puppet_finish(puppet, "result 1");
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, "canceled (shutdown)"));
    mi_client_close(&client);
}

static void a_timeout_is_an_option(Fixture *f)
{
    daemon_start(f, "grace=100ms", NULL);
    MiClient client = mi_client_open(f);
    MI_Interval timeout = {.microseconds = 50000};
    MI_OperationOptions options;
    MI_Operation operation;

    assert_int_equal(MI_Application_NewOperationOptions(&client.application, MI_FALSE, &options),
                     MI_RESULT_OK);
    assert_int_equal(MI_OperationOptions_SetTimeout(&options, &timeout), MI_RESULT_OK);
    mi_run(&client, "a", &options, NULL, &operation);
    MI_OperationOptions_Delete(&options);
    /* Whether it was started by then, and whether its provider ends it, is all the same. */
    assert_non_null(strstr(mi_drain(&operation, NULL, NULL).message, "canceled (timeout)"));
    gate_allow(f->gate, "invoke a");
    gate_take(f->gate);
    mi_client_close(&client);
}

static void an_operation_that_is_closed_early_is_canceled(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;

    mi_run(&client, "a", NULL, NULL, &operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_OK);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_INVALID_PARAMETER);
    puppet_await_canceled(puppet);
    puppet_finish(puppet, "result 1");
    /* The session is as before. */
    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    assert_int_equal(mi_drain(&operation, NULL, NULL).result, MI_RESULT_OK);
    mi_client_close(&client);
}

static void operations_can_be_fetched_in_any_order(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation first, second, third;

    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Many", MI_FALSE,
                                  NULL, &first);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Sample", MI_FALSE,
                                  NULL, &second);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Many", MI_FALSE,
                                  NULL, &third);
    assert_int_equal(mi_drain(&third, NULL, NULL).instances, 1000);
    assert_int_equal(mi_drain(&second, NULL, NULL).instances, 3);
    assert_int_equal(mi_drain(&first, NULL, NULL).instances, 1000);
    mi_client_close(&client);
}

static void a_result_that_nobody_fetches_stops_its_provider_only(Fixture *f)
{
    daemon_start(f, "window=4K", NULL);
    MiClient client = mi_client_open(f);
    MI_Operation many, other;

    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Many", MI_FALSE,
                                  NULL, &many);
    /* Fetching the one must not bring in all of the other. */
    for (int i = 0; i < 20; i++) {
        MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Sample",
                                      MI_FALSE, NULL, &other);
        assert_int_equal(mi_drain(&other, NULL, NULL).instances, 3);
    }
    assert_int_equal(mi_drain(&many, NULL, NULL).instances, 1000);
    mi_client_close(&client);
}

/* What was read for another operation is bounded: the provider waits in the middle of its result.
 */
static void what_nobody_fetches_is_not_read_without_end(Fixture *f)
{
    daemon_start(f, "window=4K", NULL);
    MiClient client = mi_client_open(f);
    MI_Operation flooded, other;

    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Puppet", MI_FALSE,
                                  NULL, &flooded);
    Puppet *puppet = gate_await(f->gate, "enumerate");
    puppet_tell(puppet, "post 1000");
    for (int i = 0; i < 50; i++) {
        MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Sample",
                                      MI_FALSE, NULL, &other);
        assert_int_equal(mi_drain(&other, NULL, NULL).instances, 3);
    }
    assert_false(puppet_said(puppet));
    /* A cancel gets through all the same. */
    assert_int_equal(MI_Operation_Cancel(&flooded, MI_REASON_NONE), MI_RESULT_OK);
    (void)puppet_answer(puppet, "post 1000"); /* some were taken, the last one was not */
    puppet_finish(puppet, "result 1");
    MiOutcome outcome = mi_drain(&flooded, NULL, NULL);
    assert_non_null(strstr(outcome.message, "canceled"));
    assert_true(outcome.instances < 1000);
    mi_client_close(&client);
}

static void a_host_that_dies_ends_every_operation_once(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation first, second;

    mi_run(&client, "a", NULL, NULL, &first);
    mi_run(&client, "b", NULL, NULL, &second);
    (void)gate_await(f->gate, "invoke a");
    (void)gate_await(f->gate, "invoke b"); /* or it would have a result */
    daemon_signal(f, SIGKILL);
    daemon_wait_exit(f, DAEMON_KILLED + SIGKILL);
    gate_release_all(f->gate);
    MiOutcome outcome = mi_drain(&second, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, "lost"));
    assert_non_null(strstr(mi_drain(&first, NULL, NULL).message, "lost"));
    /* A new host is found by the same session. */
    daemon_start(f, NULL);
    MI_Session_TestConnection(&client.session, 0, NULL, &first);
    assert_int_equal(mi_drain(&first, NULL, NULL).result, MI_RESULT_OK);
    mi_client_close(&client);
}

static MI_Instance *kept;

static void keep(const MI_Instance *instance, void *data)
{
    (void)data;
    if (kept == NULL)
        assert_int_equal(MI_Instance_Clone(instance, &kept), MI_RESULT_OK);
}

static void an_instance_that_was_kept_outlives_its_session(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;
    const MI_Char *name;
    MI_Class *of_it;
    unsigned seen = 0;

    kept = NULL;
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/cimv2", "Test_Sample", MI_FALSE,
                                  NULL, &operation);
    assert_int_equal(mi_drain(&operation, keep, NULL).instances, 3);
    mi_client_close(&client);
    look_at_sample(kept, &seen);
    assert_int_equal(MI_Instance_GetClass(kept, &of_it), MI_RESULT_OK);
    MI_Instance_Delete(kept);
    assert_int_equal(MI_Class_GetClassName(of_it, &name), MI_RESULT_OK);
    assert_string_equal(name, "Test_Sample");
    MI_Class_Delete(of_it);
}

static void a_provider_asks_its_own_host(Fixture *f)
{
    daemon_start(f, NULL);
    MiClient client = mi_client_open(f);
    MI_Operation operation;

    mi_run(&client, "a", NULL, NULL, &operation);
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "local Test_Many", "0 1000");
    puppet_do(puppet, "local No_Such", "5 0");
    puppet_finish(puppet, "result 0");
    assert_int_equal(mi_drain(&operation, NULL, NULL).result, MI_RESULT_OK);
    mi_client_close(&client);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_enumeration_has_every_instance_with_its_types),
        TEST(an_instance_is_found_by_its_keys),
        TEST(an_error_has_a_result_a_sentence_and_details),
        TEST(a_method_gives_back_what_it_was_given),
        TEST(a_class_can_be_read),
        TEST(classes_and_their_names_can_be_listed),
        TEST(the_connection_can_be_tested),
        TEST(without_a_host_each_operation_says_how_to_get_one),
        TEST(a_cancel_reaches_the_provider_with_its_reason),
        TEST(a_timeout_is_an_option),
        TEST(an_operation_that_is_closed_early_is_canceled),
        TEST(operations_can_be_fetched_in_any_order),
        TEST(a_result_that_nobody_fetches_stops_its_provider_only),
        TEST(what_nobody_fetches_is_not_read_without_end),
        TEST(a_host_that_dies_ends_every_operation_once),
        TEST(a_provider_asks_its_own_host),
        TEST(an_instance_that_was_kept_outlives_its_session),
    };

    return RUN_TESTS("libmi", tests);
}
