/*
 * The client interface where there is no host, no session, no handle: each call has its result,
 * each operation its one end with a sentence.
 */
#include "libmi/application.h"
#include "libmi/cim_error.h"
#include "libmi/operation.h"
#include "libmi/options.h"
#include "libmi/session.h"
#include "mi/instance_impl.h"

#include "tests/support/cmocka.h"
#include "tests/unit/everything.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct Ends {
    unsigned instances, classes, indications;
    char why[256];
} Ends;

static void end(Ends *ends, MI_Boolean more, MI_Result result, const MI_Char *why)
{
    assert_int_equal(more, MI_FALSE);
    assert_int_not_equal(result, MI_RESULT_OK);
    snprintf(ends->why, sizeof(ends->why), "%s", why == NULL ? "" : why);
}

static void MI_CALL end_instance(MI_Operation *operation, void *context,
                                 const MI_Instance *instance, MI_Boolean more, MI_Result result,
                                 const MI_Char *why, const MI_Instance *details,
                                 MI_Result (*acknowledge)(MI_Operation *))
{
    Ends *ends = context;

    (void)operation;
    (void)details;
    (void)acknowledge;
    assert_null(instance);
    ends->instances++;
    end(ends, more, result, why);
}

static void MI_CALL end_class(MI_Operation *operation, void *context, const MI_Class *class,
                              MI_Boolean more, MI_Result result, const MI_Char *why,
                              const MI_Instance *details, MI_Result (*acknowledge)(MI_Operation *))
{
    Ends *ends = context;

    (void)operation;
    (void)details;
    (void)acknowledge;
    assert_null(class);
    ends->classes++;
    end(ends, more, result, why);
}

static void MI_CALL end_indication(MI_Operation *operation, void *context,
                                   const MI_Instance *instance, const MI_Char *bookmark,
                                   const MI_Char *machine, MI_Boolean more, MI_Result result,
                                   const MI_Char *why, const MI_Instance *details,
                                   MI_Result (*acknowledge)(MI_Operation *))
{
    Ends *ends = context;

    (void)operation;
    (void)instance;
    (void)bookmark;
    (void)machine;
    (void)details;
    (void)acknowledge;
    ends->indications++;
    end(ends, more, result, why);
}

/* Starts one operation of each kind on @session. */
static void start_all(MI_Session *session, MI_OperationCallbacks *callbacks)
{
    const MI_SessionFT *ft = &mi_session_ft;
    MI_Operation operation;

    ft->GetInstance(session, 0, NULL, "n", NULL, callbacks, &operation);
    ft->ModifyInstance(session, 0, NULL, "n", NULL, callbacks, &operation);
    ft->CreateInstance(session, 0, NULL, "n", NULL, callbacks, &operation);
    ft->DeleteInstance(session, 0, NULL, "n", NULL, callbacks, &operation);
    ft->Invoke(session, 0, NULL, "n", NULL, NULL, NULL, NULL, callbacks, &operation);
    ft->EnumerateInstances(session, 0, NULL, "n", NULL, MI_FALSE, callbacks, &operation);
    ft->QueryInstances(session, 0, NULL, "n", NULL, NULL, callbacks, &operation);
    ft->AssociatorInstances(session, 0, NULL, "n", NULL, NULL, NULL, NULL, NULL, MI_FALSE,
                            callbacks, &operation);
    ft->ReferenceInstances(session, 0, NULL, "n", NULL, NULL, NULL, MI_FALSE, callbacks,
                           &operation);
    ft->TestConnection(session, 0, callbacks, &operation);
    ft->GetClass(session, 0, NULL, "n", NULL, callbacks, &operation);
    ft->EnumerateClasses(session, 0, NULL, "n", NULL, MI_FALSE, callbacks, &operation);
    ft->Subscribe(session, 0, NULL, "n", NULL, NULL, NULL, callbacks, &operation);
    assert_null(operation.ft);
}

static void without_a_session_each_operation_has_its_one_end(void **state)
{
    Ends ends = {0};
    MI_OperationCallbacks callbacks = {.callbackContext = &ends,
                                       .instanceResult = end_instance,
                                       .classResult = end_class,
                                       .indicationResult = end_indication};
    MI_OperationCallbacks deaf = {.callbackContext = &ends};
    MI_Session none = {0};

    (void)state;
    start_all(&none, &callbacks);
    assert_int_equal(ends.instances, 10);
    assert_int_equal(ends.classes, 2);
    assert_int_equal(ends.indications, 1);
    assert_string_equal(ends.why, "there is no session, or no operation");
    start_all(NULL, &callbacks);
    assert_int_equal(ends.instances, 20);
    start_all(&none, &deaf);
    start_all(&none, NULL);
    assert_int_equal(ends.instances + ends.classes + ends.indications, 26);
    mi_session_ft.TestConnection(&none, 0, &callbacks, NULL);
    assert_int_equal(ends.instances, 21);
}

static void an_application_opens_sessions_to_this_machine_only(void **state)
{
    MI_Application application;
    MI_Session session;
    MI_Instance *error;
    MI_Value value;

    (void)state;
    assert_int_equal(application_new(&application, &error), MI_RESULT_OK);
    assert_null(error);
    assert_int_equal(application.ft->NewSession(&application, NULL, "unix:/nonexistent", NULL, NULL,
                                                &error, &session),
                     MI_RESULT_OK);
    assert_int_equal(mi_session_ft.Close(&session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(
        application.ft->NewSession(&application, "local", "LOCALHOST", NULL, NULL, NULL, &session),
        MI_RESULT_OK);
    assert_int_equal(mi_session_ft.Close(&session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(application.ft->NewSession(&application, NULL, "other.example", NULL, NULL,
                                                &error, &session),
                     MI_RESULT_NOT_SUPPORTED);
    assert_null(session.ft);
    assert_int_equal(MI_Instance_GetElement(error, "Message", &value, NULL, NULL, NULL),
                     MI_RESULT_OK);
    assert_non_null(strstr(value.string, "mihostctl bridge reaches others"));
    instance_free(error);
    assert_int_equal(
        application.ft->NewSession(&application, "WINRM", NULL, NULL, NULL, NULL, &session),
        MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(application.ft->NewSession(&application, NULL, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application.ft->Close(&application), MI_RESULT_OK);
}

/* What an application that was closed, or is none, makes: nothing. */
static void assert_makes_nothing(MI_Application *application)
{
    const MI_ApplicationFT *ft = &mi_application_ft;
    MI_Session session;
    MI_Instance *instance, *error;
    MI_Class *class;
    MI_DestinationOptions destination;
    MI_OperationOptions operation;
    MI_SubscriptionDeliveryOptions delivery;
    MI_Serializer serializer;
    MI_Deserializer deserializer;
    MI_HostedProvider provider;

    assert_int_equal(ft->NewSession(application, NULL, NULL, NULL, NULL, &error, &session),
                     MI_RESULT_INVALID_PARAMETER);
    assert_non_null(error);
    instance_free(error);
    assert_int_equal(ft->NewInstance(application, "A", NULL, &instance),
                     MI_RESULT_INVALID_PARAMETER);
    assert_null(instance);
    assert_int_equal(ft->NewInstanceFromClass(application, "A", NULL, &instance),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->NewClass(application, &point_class, "n", "s", &class),
                     MI_RESULT_INVALID_PARAMETER);
    assert_null(class);
    assert_int_equal(ft->NewDestinationOptions(application, &destination),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->NewOperationOptions(application, MI_FALSE, &operation),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->NewSubscriptionDeliveryOptions(
                         application, MI_SubscriptionDeliveryType_Pull, &delivery),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->NewSerializer(application, 0, NULL, &serializer),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->NewDeserializer(application, 0, NULL, &deserializer),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->NewHostedProvider(application, "n", "p", NULL, &error, &provider),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->Close(application), MI_RESULT_INVALID_PARAMETER);
}

static void what_is_no_application_makes_nothing(void **state)
{
    MI_Application application;
    MI_Instance *error;

    (void)state;
    assert_int_equal(application_new(NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application_new(NULL, &error), MI_RESULT_INVALID_PARAMETER);
    assert_non_null(error);
    instance_free(error);
    assert_int_equal(application_new(&application, NULL), MI_RESULT_OK);
    assert_int_equal(application.ft->Close(&application), MI_RESULT_OK);
    assert_makes_nothing(&application);
    assert_makes_nothing(NULL);
}

static void an_application_makes_instances_of_classes_that_are_in_order(void **state)
{
    const MI_ClassDecl broken = {.flags = MI_FLAG_CLASS, .name = NULL};
    MI_Application application;
    MI_SubscriptionDeliveryOptions delivery;
    MI_HostedProvider provider;
    MI_Instance *instance, *error;
    MI_Class *class;

    (void)state;
    assert_int_equal(application_new(&application, NULL), MI_RESULT_OK);
    assert_int_equal(application.ft->NewInstance(&application, "A", &point_class, &instance),
                     MI_RESULT_OK);
    assert_string_equal(instance->classDecl->name, "Test_Point");
    instance_free(instance);
    assert_int_equal(application.ft->NewInstance(&application, "A", &broken, &instance),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application.ft->NewInstance(&application, "A", NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application.ft->NewClass(&application, NULL, NULL, NULL, &class),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application.ft->NewClass(&application, &broken, NULL, NULL, &class),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application.ft->NewClass(&application, &point_class, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application.ft->NewClass(&application, &point_class, "n", "s", &class),
                     MI_RESULT_OK);
    assert_int_equal(
        application.ft->NewInstanceFromClass(&application, "test_point", class, &instance),
        MI_RESULT_OK);
    assert_string_equal(instance->classDecl->name, "Test_Point");
    instance_free(instance);
    assert_int_equal(application.ft->NewInstanceFromClass(&application, "Other", class, &instance),
                     MI_RESULT_INVALID_CLASS);
    assert_int_equal(application.ft->NewInstanceFromClass(&application, NULL, class, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Class_Delete(class), MI_RESULT_OK);
    assert_int_equal(application.ft->NewSubscriptionDeliveryOptions(
                         &application, (MI_SubscriptionDeliveryType)9, &delivery),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(application.ft->NewHostedProvider(&application, "n", "p", NULL, &error, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(
        application.ft->NewHostedProvider(&application, "n", "p", NULL, &error, &provider),
        MI_RESULT_NOT_SUPPORTED);
    assert_non_null(error);
    instance_free(error);
    assert_int_equal(application.ft->Close(&application), MI_RESULT_OK);
}

static void what_is_no_operation_and_no_session_is_refused(void **state)
{
    MI_Operation none = {0};
    MI_Session session = {0};
    MI_Application application;
    const MI_Instance *instance;
    const MI_Class *class;
    MI_Boolean more;
    MI_Result result;

    (void)state;
    assert_int_equal(mi_operation_ft.Close(&none), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_operation_ft.Close(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_operation_ft.Cancel(&none, MI_REASON_NONE), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_operation_ft.GetSession(&none, &session), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_operation_ft.GetInstance(&none, &instance, &more, &result, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_operation_ft.GetClass(&none, &class, &more, &result, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_session_ft.Close(&session, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_session_ft.Close(NULL, NULL, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_session_ft.GetApplication(&session, &application),
                     MI_RESULT_INVALID_PARAMETER);
}

static void codes_of_the_system_have_results_and_categories(void **state)
{
    MI_Instance *error = NULL;
    MI_Value value;

    (void)state;
    assert_int_equal(mi_utilities_ft.MapErrorToMiErrorCategory(MI_RESULT_TYPE_ERRNO, EBUSY),
                     MI_ERRORCATEGORY_RESOURCE_BUSY);
    assert_int_equal(mi_utilities_ft.MapErrorToMiErrorCategory(MI_RESULT_TYPE_ERRNO, 9999),
                     MI_ERRORCATEGORY_NOT_SPECIFIED);
    assert_int_equal(mi_utilities_ft.MapErrorToMiErrorCategory("OTHER", EBUSY),
                     MI_ERRORCATEGORY_NOT_SPECIFIED);
    assert_int_equal(mi_utilities_ft.MapErrorToMiErrorCategory(NULL, EBUSY),
                     MI_ERRORCATEGORY_NOT_SPECIFIED);
    assert_int_equal(mi_utilities_ft.MapErrorToMiErrorCategory(MI_RESULT_TYPE_MI, 9999),
                     MI_ERRORCATEGORY_NOT_SPECIFIED);
    assert_int_equal(mi_utilities_ft.CimErrorFromErrorCode(1, MI_RESULT_TYPE_MI, "m", NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_utilities_ft.CimErrorFromErrorCode(1, NULL, "m", &error),
                     MI_RESULT_INVALID_PARAMETER);
    assert_null(error);
    assert_int_equal(
        mi_utilities_ft.CimErrorFromErrorCode(MI_RESULT_NOT_FOUND, MI_RESULT_TYPE_MI, NULL, &error),
        MI_RESULT_OK);
    assert_int_equal(MI_Instance_GetElement(error, "CIMStatusCode", &value, NULL, NULL, NULL),
                     MI_RESULT_OK);
    assert_int_equal(value.uint32, MI_RESULT_NOT_FOUND);
    instance_free(error);
    assert_int_equal(mi_utilities_ft.CimErrorFromErrorCode(9999, MI_RESULT_TYPE_MI, "m", &error),
                     MI_RESULT_OK);
    assert_int_equal(MI_Instance_GetElement(error, "CIMStatusCode", &value, NULL, NULL, NULL),
                     MI_RESULT_OK);
    assert_int_equal(value.uint32, MI_RESULT_FAILED);
    instance_free(error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_session_each_operation_has_its_one_end),
        cmocka_unit_test(an_application_opens_sessions_to_this_machine_only),
        cmocka_unit_test(what_is_no_application_makes_nothing),
        cmocka_unit_test(an_application_makes_instances_of_classes_that_are_in_order),
        cmocka_unit_test(what_is_no_operation_and_no_session_is_refused),
        cmocka_unit_test(codes_of_the_system_have_results_and_categories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
