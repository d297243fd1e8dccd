/*
 * "Did you mean": which slips are seen through, and which words are too far off.
 */
#include "base/nearest.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <string.h>

static const char *const words[] = {"grace", "maxClients", "maxRequests", "idle", "socket"};

static const char *of(const char *word)
{
    const char *found = nearest_of(word, words, ARRAY_SIZE(words));

    return found == NULL ? "" : found;
}

static void a_slip_is_seen_through(void **state)
{
    (void)state;
    assert_string_equal(of("Grace"), "grace");
    assert_string_equal(of("MAXCLIENTS"), "maxClients");
    assert_string_equal(of("maxClient"), "maxClients");
    assert_string_equal(of("mxaClients"), "maxClients");
    assert_string_equal(of("maxRequsts"), "maxRequests");
    assert_string_equal(of("idel2"), "");
    assert_string_equal(of("idl"), "idle");
}

static void another_word_is_not(void **state)
{
    char longest[200];

    (void)state;
    memset(longest, 'g', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_string_equal(of("colour"), "");
    assert_string_equal(of(""), "");
    assert_string_equal(of("a"), "");
    assert_string_equal(of(longest), "");
    assert_null(nearest_of("grace", words, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_is_seen_through),
        cmocka_unit_test(another_word_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
