/*
 * The state machines of requests and calls: which state may follow which.
 *
 * The tables here are written down once more, by hand: a transition that is added to the code
 * without a thought fails. One that isn't allowed ends the process, so each is tried in a child.
 */
#include "server/call.h"

#include "tests/support/cmocka.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUEST_STATES (REQUEST_DONE + 1)
#define CALL_STATES    (CALL_DONE + 1)

static const bool request_may[REQUEST_STATES][REQUEST_STATES] = {
    [REQUEST_RUNNING] = {[REQUEST_CANCELING] = true, [REQUEST_ANSWERED] = true},
    [REQUEST_CANCELING] = {[REQUEST_ANSWERED] = true},
    [REQUEST_ANSWERED] = {[REQUEST_DONE] = true},
};

static const bool call_may[CALL_STATES][CALL_STATES] = {
    [CALL_QUEUED] = {[CALL_SENT] = true, [CALL_DONE] = true},
    [CALL_SENT] = {[CALL_QUEUED] = true, /* its agent never read it */
                   [CALL_RUNNING] = true,
                   [CALL_CANCELING] = true,
                   [CALL_ABANDONED] = true,
                   [CALL_DONE] = true},
    [CALL_RUNNING] = {[CALL_CANCELING] = true,
                      [CALL_ABANDONED] = true,
                      [CALL_RELEASING] = true,
                      [CALL_DONE] = true},
    [CALL_CANCELING] = {[CALL_ABANDONED] = true, [CALL_RELEASING] = true, [CALL_DONE] = true},
    [CALL_ABANDONED] = {[CALL_RELEASING] = true, [CALL_DONE] = true},
    [CALL_RELEASING] = {[CALL_DONE] = true},
};

typedef void (*Step)(int from, int to);

static void step_request(int from, int to)
{
    Request request = {.state = (RequestState)from};

    request_set_state(&request, (RequestState)to);
    _exit(request.state == (RequestState)to ? 0 : 1);
}

static void step_call(int from, int to)
{
    Call *call = calloc(1, sizeof(*call) + 1);

    if (call == NULL)
        _exit(2);
    call->state = (CallState)from;
    call_set_state(call, (CallState)to);
    _exit(call->state == (CallState)to ? 0 : 1);
}

/* True if @step from @from to @to is allowed; false if it ends the process with an assertion. */
static bool is_allowed(Step step, int from, int to)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        struct rlimit none = {0, 0};
        int null = open("/dev/null", O_WRONLY);
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)signal(SIGABRT, SIG_DFL);
        if (null >= 0)
            (void)dup2(null, STDERR_FILENO);
        step(from, to);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
        return false;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    return true;
}

static void a_request_takes_no_other_steps_than_these(void **state)
{
    (void)state;
#ifdef NDEBUG
    skip();
#endif
    for (int from = 0; from < REQUEST_STATES; from++)
        for (int to = 0; to < REQUEST_STATES; to++)
            if (is_allowed(step_request, from, to) != request_may[from][to])
                fail_msg("a request: %s -> %s", request_state_name((RequestState)from),
                         request_state_name((RequestState)to));
}

static void a_call_takes_no_other_steps_than_these(void **state)
{
    (void)state;
#ifdef NDEBUG
    skip();
#endif
    for (int from = 0; from < CALL_STATES; from++)
        for (int to = 0; to < CALL_STATES; to++)
            if (is_allowed(step_call, from, to) != call_may[from][to])
                fail_msg("a call: %s -> %s", call_state_name((CallState)from),
                         call_state_name((CallState)to));
}

/* From @from, by the steps of @may, which is @count wide, can @to be reached? */
static bool can_reach(const bool *may, int count, int from, int to, int steps)
{
    if (from == to)
        return true;
    for (int next = 0; steps > 0 && next < count; next++)
        if (may[from * count + next] && can_reach(may, count, next, to, steps - 1))
            return true;
    return false;
}

static void every_state_has_a_way_to_the_end(void **state)
{
    (void)state;
    for (int from = 0; from < REQUEST_STATES; from++) {
        assert_true(can_reach(&request_may[0][0], REQUEST_STATES, from, REQUEST_DONE, 4));
        assert_true(can_reach(&request_may[0][0], REQUEST_STATES, REQUEST_RUNNING, from, 4));
    }
    for (int from = 0; from < CALL_STATES; from++) {
        assert_true(can_reach(&call_may[0][0], CALL_STATES, from, CALL_DONE, 4));
        assert_true(can_reach(&call_may[0][0], CALL_STATES, CALL_QUEUED, from, 4));
    }
}

/* Exactly one response: it is what makes a request ANSWERED, and nothing leads back. */
static void nothing_leads_back_from_an_answer(void **state)
{
    (void)state;
    for (int to = 0; to < REQUEST_DONE; to++)
        assert_false(request_may[REQUEST_ANSWERED][to]);
    /* A call that an agent has begun never waits for another one. */
    for (int from = CALL_RUNNING; from < CALL_STATES; from++)
        assert_false(can_reach(&call_may[0][0], CALL_STATES, from, CALL_QUEUED, CALL_STATES));
}

static void states_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < REQUEST_STATES; i++)
        assert_true(strlen(request_state_name((RequestState)i)) > 0);
    for (int i = 0; i < CALL_STATES; i++)
        assert_true(strlen(call_state_name((CallState)i)) > 0);
}

/* The outcomes of several parts become one. */

static Outcome merge(Merged *merged, const Outcome *parts, size_t count)
{
    *merged = (Merged){0};
    for (size_t i = 0; i < count; i++)
        merged_add(merged, i % 2 == 0 ? "even" : NULL, &parts[i]);
    return merged_outcome(merged);
}

static void parts_that_succeed_are_a_success(void **state)
{
    const Outcome parts[] = {{.posted = true}, {.posted = true, .discarded = 2}};
    Merged merged;
    Outcome sum = merge(&merged, parts, 2);

    (void)state;
    assert_int_equal(sum.result, MI_RESULT_OK);
    assert_true(sum.posted);
    assert_int_equal(sum.discarded, 2);
    merged_deinit(&merged);
}

static void the_first_failure_is_told_with_its_provider(void **state)
{
    const Outcome parts[] = {
        {.posted = true, .result = MI_RESULT_ACCESS_DENIED, .message = SPAN("keep out")},
        {.posted = true},
        {.posted = true, .result = MI_RESULT_FAILED, .message = SPAN("broken")},
    };
    Merged merged;
    Outcome sum = merge(&merged, parts, 3);

    (void)state;
    assert_int_equal(sum.result, MI_RESULT_ACCESS_DENIED);
    assert_true(span_equals(sum.message, "provider 'even': keep out"));
    merged_deinit(&merged);
}

static void what_is_not_supported_spoils_no_success(void **state)
{
    const Outcome parts[] = {
        {.posted = true, .result = MI_RESULT_NOT_SUPPORTED, .message = SPAN("not me")},
        {.posted = true},
    };
    Merged merged;
    Outcome sum = merge(&merged, parts, 2);

    (void)state;
    assert_int_equal(sum.result, MI_RESULT_OK);
    assert_int_equal(sum.message.size, 0);
    merged_deinit(&merged);
    sum = merge(&merged, parts, 1);
    assert_int_equal(sum.result, MI_RESULT_NOT_SUPPORTED);
    merged_deinit(&merged);
}

static void a_real_failure_is_told_before_what_is_not_supported(void **state)
{
    const Outcome parts[] = {
        {.posted = true, .result = MI_RESULT_NOT_SUPPORTED},
        {.posted = true, .result = MI_RESULT_FAILED, .message = SPAN("broken")},
        {.posted = true},
    };
    Merged merged;
    Outcome sum = merge(&merged, parts, 3);

    (void)state;
    assert_int_equal(sum.result, MI_RESULT_FAILED);
    assert_true(span_equals(sum.message, "broken"));
    merged_deinit(&merged);
}

static void one_part_that_was_canceled_makes_it_canceled(void **state)
{
    const Outcome parts[] = {{.posted = true},
                             {.canceled = true, .delivered = true, .posted = true}};
    Merged merged;
    Outcome sum = merge(&merged, parts, 2);

    (void)state;
    assert_true(sum.canceled);
    assert_true(sum.delivered);
    assert_false(sum.abandoned);
    merged_deinit(&merged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_takes_no_other_steps_than_these),
        cmocka_unit_test(a_call_takes_no_other_steps_than_these),
        cmocka_unit_test(every_state_has_a_way_to_the_end),
        cmocka_unit_test(nothing_leads_back_from_an_answer),
        cmocka_unit_test(states_have_names),
        cmocka_unit_test(parts_that_succeed_are_a_success),
        cmocka_unit_test(the_first_failure_is_told_with_its_provider),
        cmocka_unit_test(what_is_not_supported_spoils_no_success),
        cmocka_unit_test(a_real_failure_is_told_before_what_is_not_supported),
        cmocka_unit_test(one_part_that_was_canceled_makes_it_canceled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
