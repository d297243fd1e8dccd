/*
 * The cancel state machine, all of it: every sequence of events up to a length, each step compared
 * with what the rules say of the history alone.
 */
#include "agent/cancel.h"

#include "tests/support/cmocka.h"

#include <string.h>

#define LENGTH 8

static void first_callback(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
}

static void second_callback(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
}

static char first_data, second_data;

typedef enum Event {
    REGISTER_FIRST,
    REGISTER_SECOND,
    TAKE_BACK,
    REQUEST_TIMEOUT,
    REQUEST_NONE,
    CLAIM,
    RETURN,
    FINISH,
    EVENTS,
} Event;

/* What has happened, as somebody would tell it who never saw a state. */
typedef struct History {
    MI_CancelCallback registered; /* by the last call that was accepted */
    bool requested, claimed, returned, finished;
    MI_CancellationReason reason; /* of the first request that was accepted */
} History;

static bool states_seen[CANCEL_STATES];
static unsigned long sequences;

static MI_Result expected_of_registration(const History *history)
{
    if (history->finished)
        return MI_RESULT_INVALID_PARAMETER;                    /* P8 */
    return history->claimed ? MI_RESULT_FAILED : MI_RESULT_OK; /* P7, P9 */
}

static void register_callback(Cancel *cancel, History *history, MI_CancelCallback callback,
                              void *data)
{
    MI_Result expected = expected_of_registration(history);

    assert_int_equal(cancel_register(cancel, callback, data), expected);
    if (expected == MI_RESULT_OK)
        history->registered = callback;
}

static void request(Cancel *cancel, History *history, MI_CancellationReason reason)
{
    bool counts = !history->requested && !history->finished; /* P2, P3 */

    assert_int_equal(cancel_request(cancel, reason) == MI_RESULT_OK, counts);
    if (counts) {
        history->requested = true;
        history->reason = reason;
    }
}

static void claim(Cancel *cancel, History *history)
{
    bool is_owed = history->requested && history->registered != NULL && !history->claimed &&
                   !history->finished; /* P2, P3, P6, P9 */
    CancelCall call = {0};

    assert_int_equal(cancel_claim(cancel, &call) == MI_RESULT_OK, is_owed);
    if (!is_owed)
        return;
    history->claimed = true;
    assert_ptr_equal(call.callback, history->registered); /* P1 */
    assert_ptr_equal(call.data, call.callback == first_callback ? &first_data : &second_data);
    assert_int_equal(call.reason, history->reason); /* P2 */
}

static void finish(Cancel *cancel, History *history)
{
    CancelFacts facts;
    MI_Result expected = history->finished ? MI_RESULT_INVALID_PARAMETER : MI_RESULT_OK;

    assert_int_equal(cancel_finish(cancel, &facts), expected);
    if (expected == MI_RESULT_OK) {
        assert_int_equal(facts.canceled, history->requested);
        assert_int_equal(facts.delivered, history->claimed);
    }
    history->finished = true;
}

static void apply(Cancel *cancel, History *history, Event event)
{
    switch ((unsigned)event) {
    case REGISTER_FIRST:
        register_callback(cancel, history, first_callback, &first_data);
        break;
    case REGISTER_SECOND:
        register_callback(cancel, history, second_callback, &second_data);
        break;
    case TAKE_BACK:
        register_callback(cancel, history, NULL, &first_data);
        break;
    case REQUEST_TIMEOUT:
        request(cancel, history, MI_REASON_TIMEOUT);
        break;
    case REQUEST_NONE:
        request(cancel, history, MI_REASON_NONE);
        break;
    case CLAIM:
        claim(cancel, history);
        break;
    case RETURN:
        cancel_return(cancel);
        history->returned = true;
        break;
    case FINISH:
        finish(cancel, history);
        break;
    }
}

static void check_questions(const Cancel *cancel, const History *history)
{
    assert_int_equal(cancel_is_canceled(cancel), history->requested); /* P5 */
    assert_int_equal(cancel_is_running(cancel), history->claimed && !history->returned);
    assert_int_equal(cancel_is_finished(cancel), history->finished);
    assert_int_equal(cancel_is_due(cancel), history->requested && history->registered != NULL &&
                                                !history->claimed && !history->finished);
}

static void go_through(Cancel cancel, History history, unsigned length)
{
    states_seen[cancel.state] = true;
    sequences++;
    if (length == 0)
        return;
    for (unsigned event = 0; event < EVENTS; event++) {
        Cancel next = cancel;
        History told = history;

        /* Only a callback that was called can return. */
        if (event == RETURN && (!history.claimed || history.returned))
            continue;
        apply(&next, &told, (Event)event);
        check_questions(&next, &told);
        go_through(next, told, length - 1);
    }
}

static void every_sequence_of_events_keeps_P1_P2_P3_P5_P6_P7_P8_P9(void **state)
{
    Cancel cancel;

    (void)state;
    memset(states_seen, 0, sizeof(states_seen));
    cancel_init(&cancel, CANCEL_OPEN);
    go_through(cancel, (History){0}, LENGTH);
    for (unsigned i = 0; i < CANCEL_STATES; i++)
        assert_int_equal(states_seen[i], i != CANCEL_EXEMPT);
    assert_true(sequences > 1000000);
}

static void P8_an_operation_that_cannot_be_canceled_refuses_a_registration_and_completes(
    void **state)
{
    Cancel cancel;
    CancelCall call;
    CancelFacts facts;

    (void)state;
    cancel_init(&cancel, CANCEL_EXEMPT);
    assert_int_equal(cancel_register(&cancel, first_callback, NULL), MI_RESULT_NOT_SUPPORTED);
    assert_int_equal(cancel_register(&cancel, NULL, NULL), MI_RESULT_NOT_SUPPORTED);
    assert_int_not_equal(cancel_request(&cancel, MI_REASON_SHUTDOWN), MI_RESULT_OK);
    assert_int_not_equal(cancel_claim(&cancel, &call), MI_RESULT_OK);
    assert_false(cancel_is_canceled(&cancel));
    assert_false(cancel_is_finished(&cancel));
    assert_int_equal(cancel_finish(&cancel, &facts), MI_RESULT_OK);
    assert_false(facts.canceled);
    assert_int_equal(cancel_finish(&cancel, &facts), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(cancel_register(&cancel, first_callback, NULL), MI_RESULT_INVALID_PARAMETER);
}

static void each_state_has_its_name(void **state)
{
    (void)state;
    assert_string_equal(cancel_state_name(CANCEL_OPEN), "OPEN");
    assert_string_equal(cancel_state_name(CANCEL_CLOSING), "CLOSING");
    assert_string_equal(cancel_state_name(CANCEL_EXEMPT), "EXEMPT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_of_events_keeps_P1_P2_P3_P5_P6_P7_P8_P9),
        cmocka_unit_test(
            P8_an_operation_that_cannot_be_canceled_refuses_a_registration_and_completes),
        cmocka_unit_test(each_state_has_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
