/*
 * Fixture: the world of one test: a folder, registrations, a daemon, the clients and the puppets of
 * the test.
 *
 * A test is a function `static void a_sentence(Fixture *f)`, listed as TEST(a_sentence). Each test
 * gets a world of its own, made from nothing, and it is taken down after a failed test too. The end
 * of a test is a test of its own: the daemon stops in order; no process, descriptor or socket is
 * left; no sanitizer reported anything; every client got at most one response for each request; and
 * nothing happened in a provider that the test didn't expect.
 */
#pragma once

#include "tests/support/ask.h"
#include "tests/support/client.h"
#include "tests/support/cmocka.h"
#include "tests/support/daemon.h"
#include "tests/support/expect.h"
#include "tests/support/process.h"
#include "tests/support/puppet.h"
#include "tests/support/wait.h"

typedef void (*TestFunction)(Fixture *fixture);

struct Fixture {
    TestFunction test;
    char folder[64];         /* holds the rest; removed at the end */
    char socket[128];        /* path of the daemon's socket */
    char registrations[128]; /* the folder with the namespaces in it */
    char puppet_library[128];
    Daemon daemon;
    Gate *gate;
    List clients;       /* of Client.link */
    size_t descriptors; /* open when the test began */
    enum {
        TEST_RUNNING, /* or failed: cmocka left it */
        TEST_PASSED,  /* or skipped: the world is in order, and is to be left so */
    } state;
};

/* A test, handed to cmocka. */
typedef struct TestCase {
    TestFunction function;
} TestCase;

int fixture_setup(void **state);
void fixture_run(void **state);
int fixture_teardown(void **state);

/* Ends the test without a verdict, and says why. */
void fixture_skip(Fixture *fixture, const char *why) __attribute__((noreturn));

/* Copies a program or a library to a path in the test's folder. */
void fixture_copy(const char *from, const char *to);

/* A file in the test's folder; @name may begin with a folder that exists. Returns its path, valid
 * until the next call. */
const char *fixture_write(Fixture *fixture, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

/*
 * Registers the provider @name in root/cimv2, with the given lines. Every fixture has `puppet` and
 * `sample` from the beginning. See tests/providers/.
 */
void registration_write(Fixture *fixture, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);
void registration_remove(Fixture *fixture, const char *name);

#define TEST(function)                                                                             \
    {                                                                                              \
#function, fixture_run, fixture_setup, fixture_teardown, &(TestCase)                       \
        {                                                                                          \
            function                                                                               \
        }                                                                                          \
    }

/* For main(): with an argument, only the tests whose name matches it (a pattern with * and ?). */
#define RUN_TESTS(name, tests)                                                                     \
    (argc > 1 ? cmocka_set_test_filter(argv[1]) : (void)0,                                         \
     cmocka_run_group_tests_name(name, tests, NULL, NULL))
