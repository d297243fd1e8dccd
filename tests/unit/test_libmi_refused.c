/*
 * The handle of an operation that there was no memory for: to its client an operation that failed.
 */
#include "libmi/refused.h"

#include "tests/support/cmocka.h"

static int somewhere; /* stands for a session: nobody looks into it */

static MI_Operation new_refused(RefusedState state)
{
    MI_Operation operation;

    refused_show((Session *)(void *)&somewhere, state, &operation);
    return operation;
}

static void its_result_is_fetched_once_whatever_its_kind(void **state)
{
    const MI_Instance *instance = (MI_Instance *)(void *)&somewhere, *details = instance;
    const MI_Class *found = (MI_Class *)(void *)&somewhere;
    const MI_Char *message = NULL, *bookmark = "-", *machine = "-";
    MI_Boolean more = MI_TRUE;
    MI_Result result = MI_RESULT_OK;
    MI_Operation operation = new_refused(REFUSED_OWES_RESULT);

    (void)state;
    assert_int_equal(
        MI_Operation_GetInstance(&operation, &instance, &more, &result, &message, &details),
        MI_RESULT_OK);
    assert_null(instance);
    assert_false(more);
    assert_int_equal(result, MI_RESULT_SERVER_LIMITS_EXCEEDED);
    assert_string_equal(message, "there is no memory for the operation");
    assert_null(details);
    assert_int_equal(MI_Operation_GetInstance(&operation, NULL, NULL, &result, &message, NULL),
                     MI_RESULT_FAILED);
    assert_int_equal(result, MI_RESULT_SERVER_LIMITS_EXCEEDED);
    assert_null(message);
    operation = new_refused(REFUSED_OWES_RESULT);
    assert_int_equal(MI_Operation_GetClass(&operation, &found, NULL, NULL, NULL, NULL),
                     MI_RESULT_OK);
    assert_null(found);
    assert_int_equal(MI_Operation_GetClass(&operation, NULL, NULL, NULL, NULL, NULL),
                     MI_RESULT_FAILED);
    operation = new_refused(REFUSED_OWES_RESULT);
    assert_int_equal(MI_Operation_GetIndication(&operation, &instance, &bookmark, &machine, NULL,
                                                NULL, NULL, NULL),
                     MI_RESULT_OK);
    assert_null(bookmark);
    assert_null(machine);
    assert_int_equal(
        MI_Operation_GetIndication(&operation, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        MI_RESULT_FAILED);
}

static void what_came_to_a_callback_is_not_fetched(void **state)
{
    const MI_Instance *instance;
    MI_Operation operation = new_refused(REFUSED_ENDED);

    (void)state;
    assert_int_equal(MI_Operation_GetInstance(&operation, &instance, NULL, NULL, NULL, NULL),
                     MI_RESULT_FAILED);
}

static void it_is_canceled_and_closed_as_any_other(void **state)
{
    MI_Operation operation = new_refused(REFUSED_OWES_RESULT);
    MI_Session session;

    (void)state;
    assert_int_equal(MI_Operation_GetSession(&operation, &session), MI_RESULT_OK);
    assert_true(session.ft == &mi_session_ft);
    assert_true(session.reserved2 == (ptrdiff_t)(uintptr_t)&somewhere);
    assert_int_equal(MI_Operation_GetSession(&operation, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Operation_Cancel(&operation, MI_REASON_TIMEOUT), MI_RESULT_OK);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_OK);
    assert_null(operation.ft);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_INVALID_PARAMETER);
}

/* Called by way of the table, too. */
static void without_a_handle_nothing_happens(void **state)
{
    MI_Operation operation = new_refused(REFUSED_OWES_RESULT);
    const MI_OperationFT *ft = operation.ft;
    MI_Session session;

    (void)state;
    assert_int_equal(ft->Close(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->Cancel(NULL, MI_REASON_NONE), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->GetSession(NULL, &session), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->GetInstance(NULL, NULL, NULL, NULL, NULL, NULL), MI_RESULT_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_result_is_fetched_once_whatever_its_kind),
        cmocka_unit_test(what_came_to_a_callback_is_not_fetched),
        cmocka_unit_test(it_is_canceled_and_closed_as_any_other),
        cmocka_unit_test(without_a_handle_nothing_happens),
    };

    return cmocka_run_group_tests_name("libmi_refused", tests, NULL, NULL);
}
