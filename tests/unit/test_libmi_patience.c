/*
 * Due times of libmi (libmi/patience.h): what never is, what is at once, and which comes first.
 */
#include "libmi/patience.h"

#include "tests/support/cmocka.h"

static void what_has_no_timeout_is_never_due(void **state)
{
    (void)state;
    assert_int_equal(due_in(0), DUE_NEVER);
    assert_false(due_is_over(DUE_NEVER));
}

static void what_was_given_up_is_due_at_once(void **state)
{
    (void)state;
    assert_true(due_is_over(DUE_NOW));
}

static void what_has_a_timeout_is_due_after_it(void **state)
{
    const Due before = due_in(1), later = due_in(UINT64_C(3600000));

    (void)state;
    assert_true(later - before >= 3600000 - 1);
    assert_true(due_is_over(before - 1000));
    assert_false(due_is_over(later));
    /* The longest that MI has: 99,999,999 days. */
    assert_false(due_is_over(due_in(UINT64_C(99999999) * 24 * 3600000)));
}

static void the_earlier_comes_first_and_never_comes_last(void **state)
{
    (void)state;
    assert_int_equal(due_first(7, 9), 7);
    assert_int_equal(due_first(9, 7), 7);
    assert_int_equal(due_first(DUE_NEVER, 7), 7);
    assert_int_equal(due_first(7, DUE_NEVER), 7);
    assert_int_equal(due_first(DUE_NEVER, DUE_NEVER), DUE_NEVER);
    assert_int_equal(due_first(DUE_NOW, 7), DUE_NOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_timeout_is_never_due),
        cmocka_unit_test(what_was_given_up_is_due_at_once),
        cmocka_unit_test(what_has_a_timeout_is_due_after_it),
        cmocka_unit_test(the_earlier_comes_first_and_never_comes_last),
    };

    return cmocka_run_group_tests_name("libmi_patience", tests, NULL, NULL);
}
