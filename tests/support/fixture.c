#include "tests/support/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_SPACE "root-cimv2"

/* What a sanitizer says, in the daemon or in an agent: their log is one file. */
static const char *const reports[] = {
    "ERROR: AddressSanitizer",
    "ERROR: LeakSanitizer",
    "WARNING: ThreadSanitizer",
    "runtime error:",
};

void fixture_copy(const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    ssize_t size;

    if (source < 0 || target < 0)
        test_failed("cannot copy '%s' to '%s': %s", from, to, strerror(errno));
    while ((size = copy_file_range(source, NULL, target, NULL, 1U << 30, 0)) > 0)
        ;
    if (size < 0)
        test_failed("cannot copy '%s' to '%s': %s", from, to, strerror(errno));
    close(source);
    close(target);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) < 0)
        test_failed("cannot make '%s': %s", path, strerror(errno));
}

/* The puppet is a copy in the test's folder: it finds the gate beside its own file. */
static void make_files(Fixture *fixture)
{
    const char *parent = getenv("TMPDIR");
    char path[256];

    snprintf(fixture->folder, sizeof(fixture->folder), "%s/mihost-test-XXXXXX",
             parent == NULL || strlen(parent) > 32 ? "/tmp" : parent);
    if (mkdtemp(fixture->folder) == NULL)
        test_failed("cannot make a folder like '%s': %s", fixture->folder, strerror(errno));
    snprintf(fixture->socket, sizeof(fixture->socket), "%s/socket", fixture->folder);
    snprintf(fixture->daemon.log, sizeof(fixture->daemon.log), "%s/log", fixture->folder);
    snprintf(fixture->registrations, sizeof(fixture->registrations), "%s/registrations",
             fixture->folder);
    snprintf(fixture->puppet_library, sizeof(fixture->puppet_library), "%s/puppet.so",
             fixture->folder);
    make_folder(fixture->registrations);
    snprintf(path, sizeof(path), "%s/" NAME_SPACE, fixture->registrations);
    make_folder(path);
    fixture_copy(TEST_PROVIDERS "/libpuppet.so", fixture->puppet_library);
}

int fixture_setup(void **state)
{
    const TestCase *test = *state;
    Fixture *fixture;

    signal(SIGPIPE, SIG_IGN);
    process_adopt_orphans();
    fixture = calloc(1, sizeof(*fixture));
    if (fixture == NULL)
        return -1;
    fixture->descriptors = process_descriptors();
    fixture->test = test->function;
    fixture->daemon.pidfd = -1;
    list_init(&fixture->clients);
    make_files(fixture);
    fixture->gate = gate_open(fixture->folder);
    registration_write(fixture, "puppet",
                       "LIBRARY=%s\nHOSTING=@requestor@\nCLASS=Test_Puppet\nCALLS=parallel\n",
                       fixture->puppet_library);
    registration_write(fixture, "sample",
                       "LIBRARY=sample\nHOSTING=@requestor@\nCLASS=Test_Sample\nCLASS=Test_Many\n"
                       "CLASS=Test_Types\nCLASS=Test_Bare\nCALLS=parallel\n");
    *state = fixture;
    return 0;
}

void fixture_run(void **state)
{
    Fixture *fixture = *state;

    fixture->test(fixture);
    fixture->state = TEST_PASSED;
}

void fixture_skip(Fixture *fixture, const char *why)
{
    fixture->state = TEST_PASSED;
    print_message("SKIPPED: %s\n", why);
    skip();
    abort(); /* skip() leaves the test and doesn't return, but isn't declared so */
}

/* Ends the daemon, in order after a test that passed; letting go of the puppets that hold it up.
 * Its status, or -1. */
static int end_daemon(Fixture *fixture)
{
    struct pollfd ends[2] = {{.fd = fixture->daemon.pidfd, .events = POLLIN},
                             {.fd = gate_fd(fixture->gate), .events = POLLIN}};
    int64_t deadline = wait_deadline();
    int how = 0;

    kill(fixture->daemon.pid, fixture->state == TEST_PASSED ? SIGTERM : SIGKILL);
    do {
        (void)poll(ends, 2, 100);
        gate_take(fixture->gate);
        if (waitpid(fixture->daemon.pid, &how, WNOHANG) == fixture->daemon.pid)
            goto ended;
    } while (wait_moment(deadline));
    print_error("waited in vain for the daemon to stop\n");
    kill(fixture->daemon.pid, SIGKILL);
    (void)waitpid(fixture->daemon.pid, &how, 0);
ended:
    close(fixture->daemon.pidfd);
    fixture->daemon.pid = 0;
    return WIFEXITED(how) ? WEXITSTATUS(how) : DAEMON_KILLED + WTERMSIG(how);
}

/* Prints what is wrong after the end. True if nothing is. */
static bool check_end(Fixture *fixture, int status)
{
    bool good = true;

    if (status != DAEMON_STOPPED) {
        print_error("the daemon ended with status %d\n", status);
        good = false;
    }
    if (status == DAEMON_STOPPED && access(fixture->socket, F_OK) == 0) {
        print_error("the daemon left its socket\n");
        good = false;
    }
    for (size_t i = 0; i < ARRAY_SIZE(reports); i++)
        if (daemon_log_count(fixture, reports[i]) > 0) {
            print_error("'%s' stands in the log\n", reports[i]);
            good = false;
        }
    gate_take(fixture->gate);
    if (*gate_unclaimed(fixture->gate) != '\0') {
        print_error("nobody expected what happened in a provider: %s\n",
                    gate_unclaimed(fixture->gate));
        good = false;
    }
    return good;
}

static void free_clients(Fixture *fixture)
{
    list_for_each_safe (element, &fixture->clients)
        client_free(list_entry(element, Client, link));
}

int fixture_teardown(void **state)
{
    Fixture *fixture = *state;
    bool passed = fixture->state == TEST_PASSED, good;
    size_t descriptors = fixture->descriptors;
    int status = DAEMON_STOPPED;
    char names[1024];

    gate_release_all(fixture->gate);
    if (fixture->daemon.pid != 0)
        status = end_daemon(fixture);
    good = process_reap_all(names, sizeof(names));
    if (!good)
        print_error("these processes were left:%s\n", names);
    if (passed)
        good = check_end(fixture, status) && good;
    if (!passed || !good)
        daemon_print_log(fixture);
    process_remove_folder(fixture->folder);
    gate_free(fixture->gate);
    if (passed)
        list_for_each (element, &fixture->clients)
            client_finish(list_entry(element, Client, link));
    free_clients(fixture);
    free(fixture);
    if (passed && process_descriptors() != descriptors) {
        print_error("%zu descriptors are open, and were %zu\n", process_descriptors(), descriptors);
        good = false;
    }
    return good ? 0 : -1;
}

/* Writes the file @path with text made of @format. */
static void write_file(const char *path, const char *format, va_list arguments)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || vfprintf(file, format, arguments) < 0 || fclose(file) != 0)
        test_failed("cannot write '%s': %s", path, strerror(errno));
}

const char *fixture_write(Fixture *fixture, const char *name, const char *format, ...)
{
    static char path[256];
    va_list arguments;

    snprintf(path, sizeof(path), "%s/%s", fixture->folder, name);
    va_start(arguments, format);
    write_file(path, format, arguments);
    va_end(arguments);
    return path;
}

void registration_write(Fixture *fixture, const char *name, const char *format, ...)
{
    va_list arguments;
    char path[256];

    snprintf(path, sizeof(path), "%s/" NAME_SPACE "/%s.reg", fixture->registrations, name);
    va_start(arguments, format);
    write_file(path, format, arguments);
    va_end(arguments);
}

void registration_remove(Fixture *fixture, const char *name)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/" NAME_SPACE "/%s.reg", fixture->registrations, name);
    if (unlink(path) < 0)
        test_failed("cannot remove '%s': %s", path, strerror(errno));
}
