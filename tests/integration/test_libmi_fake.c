/*
 * libmi.so beside a host that does what no host should: a thread of the test, that answers by a
 * script. Whatever it says, each operation has exactly one last result, with a sentence.
 */
#include "tests/support/fake_host.h"
#include "tests/support/mi_client.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- How often a thread wakes another one, or waits to be woken ---- */

static atomic_uint futexes;

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are reserved.
 */

/* libmi's way to its futexes, before that of the C library. */
__attribute__((visibility("default"))) long syscall(long number, ...)
{
    static long (*_Atomic real)(long, ...);
    long arguments[6];
    va_list list;

    if (real == NULL)
        real = (long (*)(long, ...))(uintptr_t)dlsym(RTLD_NEXT, "syscall");
    va_start(list, number);
    for (size_t i = 0; i < ARRAY_SIZE(arguments); i++)
        arguments[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_futex)
        atomic_fetch_add(&futexes, 1);
    return real(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                arguments[5]);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

/* ---- The tests ---- */

/* One enumeration of class A beside @script: its outcome. The messages of the client are host/info
 * (id 1), mi/getClass (id 3) and the enumeration (id 2). */
static MiOutcome enumerate(Fixture *f, const char *const *script, bool leaves, FakeHost *fake)
{
    MI_Operation operation;
    MiOutcome outcome;

    fake_start(fake, f, script, leaves);
    MiClient client = mi_client_open_at(fake->path);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/x", "A", MI_FALSE, NULL,
                                  &operation);
    outcome = mi_drain(&operation, NULL, NULL);
    mi_client_close(&client);
    fake_stop(fake);
    return outcome;
}

static void a_host_of_another_version_is_told_apart(Fixture *f)
{
    static const char *const script[] = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocol\":2}}\n", NULL};
    FakeHost fake;
    MiOutcome outcome = enumerate(f, script, false, &fake);

    assert_int_equal(outcome.result, MI_RESULT_NOT_SUPPORTED);
    assert_non_null(strstr(outcome.message, "version 2"));
    assert_non_null(strstr(outcome.message, "install those of one release"));
}

static void what_is_no_message_ends_every_operation(Fixture *f)
{
    static const char *const scripts[][4] = {
        {FAKE_INFO, "nonsense\n", NULL},
        {FAKE_INFO, "[]\n", NULL},
        {FAKE_INFO,
         "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"what?\"}}\n",
         NULL},
    };
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
        MiOutcome outcome = enumerate(f, scripts[i], false, &fake);
        assert_int_equal(outcome.result, MI_RESULT_FAILED);
        assert_non_null(strstr(outcome.message, "given up"));
    }
}

static void a_host_that_leaves_in_the_middle_of_a_message_is_lost(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "{\"jsonrpc\":\"2.0\",\"met", NULL};
    FakeHost fake;
    MiOutcome outcome = enumerate(f, script, true, &fake);

    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, "lost"));
}

static void what_concerns_nobody_is_left_alone(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO,
        FAKE_CLASS
        "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}\n"
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":98,\"value\":[]}}\n"
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/other\",\"params\":{}}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"mi/promptUser\",\"params\":{\"id\":97}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"instances\":[]}}\n", NULL};
    FakeHost fake;
    MiOutcome outcome = enumerate(f, script, false, &fake);

    assert_int_equal(outcome.result, MI_RESULT_OK);
    assert_int_equal(outcome.instances, 0);
    /* A question isn't left to wait. */
    assert_non_null(strstr(fake.heard, "\"id\":7,\"error\""));
}

/* Each part is used up before the next one is asked for. */
static void a_part_is_acknowledged_when_it_is_used_up(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO,
        FAKE_CLASS,
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":2,\"value\":"
        "[{\"class\":\"A\",\"properties\":{\"Id\":1}},{\"class\":\"A\",\"properties\":{\"Id\":2}}]}"
        "}\n",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":2,\"value\":"
        "[ {\"properties\":{\"Id\":3},\"class\":\"A\"} ]}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"instances\":[]}}\n",
        NULL};
    FakeHost fake;
    MiOutcome outcome = enumerate(f, script, false, &fake);

    assert_int_equal(outcome.result, MI_RESULT_OK);
    assert_int_equal(outcome.instances, 3);
    assert_non_null(strstr(fake.heard, "\"acknowledge\":true"));
    assert_non_null(strstr(fake.heard, "\"method\":\"$/acknowledge\",\"params\":{\"id\":2,"
                                       "\"messages\":1}"));
}

/* It reads for itself: there is nobody to wake. */
static void a_call_that_is_alone_costs_no_futex(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS,
                                         FAKE_RESULT("2", "{'instances':[]}"), NULL};
    FakeHost fake;

    atomic_store(&futexes, 0);
    MiOutcome outcome = enumerate(f, script, false, &fake);
    assert_int_equal(outcome.result, MI_RESULT_OK);
    assert_int_equal(atomic_load(&futexes), 0);
}

/* Asked for once more, it is the same: the operation fails, and the host is told to stop. */
static void an_instance_that_does_not_fit_its_class_ends_its_operation(Fixture *f)
{
    static const char *const values[] = {"\"x\"", "-1", "1.5", "4294967296", "[1]", "{}"};
    char part[512];
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        const char *script[] = {
            FAKE_INFO,
            FAKE_CLASS,
            part,
            "{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{\"class\":{\"class\":\"A\","
            "\"properties\":{\"Id\":{\"type\":\"uint32\"}}}}}\n",
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32800,\"message\":\"canceled\"}}\n",
            NULL};

        snprintf(part, sizeof(part),
                 "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":2,\"value\":"
                 "[{\"class\":\"A\",\"properties\":{\"Id\":%s}}]}}\n",
                 values[i]);
        MiOutcome outcome = enumerate(f, script, false, &fake);
        assert_int_equal(outcome.result, MI_RESULT_FAILED);
        assert_non_null(strstr(outcome.message, "'Id' of 'A' is no uint32"));
        assert_int_equal(outcome.instances, 0);
        assert_non_null(strstr(fake.heard, "$/cancelRequest"));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_host_of_another_version_is_told_apart),
        TEST(what_is_no_message_ends_every_operation),
        TEST(a_host_that_leaves_in_the_middle_of_a_message_is_lost),
        TEST(what_concerns_nobody_is_left_alone),
        TEST(a_part_is_acknowledged_when_it_is_used_up),
        TEST(a_call_that_is_alone_costs_no_futex),
        TEST(an_instance_that_does_not_fit_its_class_ends_its_operation),
    };

    return RUN_TESTS("libmi_fake", tests);
}
