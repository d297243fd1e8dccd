/*
 * Lists: order, unlinking, and stepping through while elements go.
 */
#include "base/list.h"

#include "tests/support/cmocka.h"

typedef struct Item {
    int number;
    List link;
} Item;

/* The numbers on @list as one, 1 2 3 is 123; checked in both directions. */
static int digits(const List *list)
{
    int forward = 0, backward = 0, factor = 1;

    list_for_each (element, list)
        forward = forward * 10 + list_entry(element, Item, link)->number;
    for (const List *element = list->previous; element != list; element = element->previous) {
        backward += factor * list_entry(element, Item, link)->number;
        factor *= 10;
    }
    assert_int_equal(forward, backward);
    return forward;
}

static void fill(List *list, Item items[3])
{
    list_init(list);
    for (int i = 0; i < 3; i++) {
        items[i].number = i + 1;
        list_append(list, &items[i].link);
    }
}

static void a_new_list_is_empty(void **state)
{
    List list;

    (void)state;
    list_init(&list);
    assert_true(list_is_empty(&list));
    assert_null(list_first(&list));
    assert_int_equal(digits(&list), 0);
}

static void elements_stay_in_the_order_in_which_they_came(void **state)
{
    Item items[3];
    List list;

    (void)state;
    fill(&list, items);
    assert_false(list_is_empty(&list));
    assert_int_equal(digits(&list), 123);
    assert_ptr_equal(list_entry(list_first(&list), Item, link), &items[0]);
}

static void an_element_unlinks_itself_wherever_it_is(void **state)
{
    Item items[3];
    List list;

    (void)state;
    fill(&list, items);
    list_unlink(&items[1].link);
    assert_int_equal(digits(&list), 13);
    assert_true(list_is_empty(&items[1].link));
    list_unlink(&items[0].link);
    assert_int_equal(digits(&list), 3);
    list_unlink(&items[2].link);
    assert_true(list_is_empty(&list));
}

static void unlinking_what_is_on_no_list_changes_nothing(void **state)
{
    Item items[3];
    List list;

    (void)state;
    fill(&list, items);
    list_unlink(&items[0].link);
    list_unlink(&items[0].link);
    assert_int_equal(digits(&list), 23);
}

static void an_element_can_come_back(void **state)
{
    Item items[3];
    List list;

    (void)state;
    fill(&list, items);
    list_unlink(&items[0].link);
    list_append(&list, &items[0].link);
    assert_int_equal(digits(&list), 231);
}

static void elements_may_go_while_the_list_is_stepped_through(void **state)
{
    Item items[3];
    List list;
    int steps = 0;

    (void)state;
    fill(&list, items);
    list_for_each_safe (element, &list) {
        list_unlink(element);
        list_entry(element, Item, link)->number = -1;
        steps++;
    }
    assert_int_equal(steps, 3);
    assert_true(list_is_empty(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_list_is_empty),
        cmocka_unit_test(elements_stay_in_the_order_in_which_they_came),
        cmocka_unit_test(an_element_unlinks_itself_wherever_it_is),
        cmocka_unit_test(unlinking_what_is_on_no_list_changes_nothing),
        cmocka_unit_test(an_element_can_come_back),
        cmocka_unit_test(elements_may_go_while_the_list_is_stepped_through),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
