/*
 * mihostctl register, with agents that are shell scripts.
 */
#include "tests/unit/ctl_fake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEMA                                                                                     \
    "{\"classes\":[{\"name\":\"Demo_Hello\",\"bases\":[\"CIM_Base\"]},{\"name\":\"Demo_Link\","    \
    "\"bases\":[],\"association\":{\"left\":\"Demo_Hello\",\"right\":\"Demo_Hello\"}},"            \
    "{\"name\":\"Demo_News\",\"bases\":[\"CIM_Indication\"],\"indication\":true},"                 \
    "{\"name\":\"Demo_Part\",\"bases\":[],\"extra\":true},"                                        \
    "{\"name\":\"Demo_Error\",\"bases\":[],\"indication\":true,\"extra\":true}]}"
#define CLASSES                                                                                    \
    "CLASS=Demo_Hello:CIM_Base\nCLASS=Demo_Link{Demo_Hello,Demo_Hello}\n"                          \
    "INDICATIONCLASS=Demo_News:CIM_Indication\nEXTRACLASS=Demo_Part\n"                             \
    "EXTRACLASS=Demo_Error\n"

/* A file of the test's folder. */
static const char *path_of(const Fixture *fixture, const char *name)
{
    static char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", fixture->folder, name);
    return path;
}

static void make_file(const Fixture *fixture, const char *name, const char *text, mode_t mode)
{
    int fd = open(path_of(fixture, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

/* The agent is a script from now on. */
static void make_agent(const Fixture *fixture, const char *script)
{
    char text[512];

    assert_true(snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script) < (int)sizeof(text));
    make_file(fixture, "agent", text, 0755);
}

static int make_register_fixture(void **state)
{
    if (make_fixture(state) < 0)
        return -1;
    make_file(*state, "libhello.so", "", 0644);
    return 0;
}

/* The folder has what the test says and nothing else: no draft stays behind. */
static int end_register_fixture(void **state)
{
    Fixture *fixture = *state;

    (void)unlink(path_of(fixture, "agent"));
    (void)unlink(path_of(fixture, "libhello.so"));
    (void)unlink(path_of(fixture, "hello.reg"));
    (void)unlink(fixture->socket);
    if (rmdir(fixture->folder) < 0)
        return -1;
    return end_fixture(state);
}

/* mihostctl register @words; $ stands for the folder. */
static ExitStatus run_register(Fixture *fixture, const char *words)
{
    char text[512] = "register|--agent|$/agent|", expanded[512] = "";

    assert_int_equal(ftruncate(fixture->out, 0), 0);
    assert_int_equal(ftruncate(fixture->err, 0), 0);
    assert_int_equal(lseek(fixture->out, 0, SEEK_SET), 0);
    assert_int_equal(lseek(fixture->err, 0, SEEK_SET), 0);
    (void)strncat(text, words, sizeof(text) - strlen(text) - 1);
    for (char *rest = text, *part; (part = strsep(&rest, "$")) != NULL;) {
        (void)strncat(expanded, part, sizeof(expanded) - strlen(expanded) - 1);
        if (rest != NULL)
            (void)strncat(expanded, fixture->folder, sizeof(expanded) - strlen(expanded) - 1);
    }
    return run(fixture, expanded);
}

static void expect_said(Fixture *fixture, const char *text)
{
    if (strstr(read_back(fixture, fixture->err), text) == NULL)
        fail_msg("it didn't say '%s' but: %s", text, fixture->text);
}

static void expect_file(Fixture *fixture, const char *name, const char *text)
{
    int fd = open(path_of(fixture, name), O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_string_equal(read_back(fixture, fd), text);
    assert_int_equal(close(fd), 0);
}

static void a_registration_has_the_classes_of_the_schema(void **state)
{
    Fixture *fixture = *state;
    char expected[512];

    make_agent(fixture, "test \"$1\" = --schema && test -e \"$2\" && echo '" SCHEMA "'");
    assert_int_equal(run_register(fixture, "--output|-|--hosting|daemon|$/./libhello.so"),
                     EXIT_STATUS_DONE);
    (void)snprintf(expected, sizeof(expected), "LIBRARY=%s/libhello.so\nHOSTING=daemon\n" CLASSES,
                   fixture->folder);
    expect_out(fixture, expected);
    expect_err(fixture, "");
}

static void a_file_that_is_there_is_replaced_by_force_only(void **state)
{
    Fixture *fixture = *state;
    char expected[512];
    struct stat status;

    make_agent(fixture, "echo '" SCHEMA "'");
    (void)snprintf(expected, sizeof(expected),
                   "LIBRARY=%s/libhello.so\nHOSTING=@requestor@\n" CLASSES, fixture->folder);
    assert_int_equal(run_register(fixture, "--output|$/hello.reg|$/libhello.so"), EXIT_STATUS_DONE);
    expect_said(fixture, "hello.reg'; `mihostctl reload` puts it in force");
    expect_file(fixture, "hello.reg", expected);
    assert_int_equal(stat(path_of(fixture, "hello.reg"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0644);

    make_file(fixture, "hello.reg", "LIBRARY=mine\n", 0644);
    assert_int_equal(run_register(fixture, "--output|$/hello.reg|$/libhello.so"),
                     EXIT_STATUS_FAILED);
    expect_said(fixture, "hello.reg' is there already; --force replaces it");
    expect_file(fixture, "hello.reg", "LIBRARY=mine\n");

    assert_int_equal(run_register(fixture, "--force|--output|$/hello.reg|$/libhello.so"),
                     EXIT_STATUS_DONE);
    expect_file(fixture, "hello.reg", expected);
}

static void a_folder_that_is_missing_is_said(void **state)
{
    Fixture *fixture = *state;

    make_agent(fixture, "echo '" SCHEMA "'");
    assert_int_equal(run_register(fixture, "--output|$/nowhere/hello.reg|$/libhello.so"),
                     EXIT_STATUS_LOCAL);
    expect_said(fixture, "nowhere/hello.reg': No such file or directory");
}

static void a_library_that_does_not_load_is_named_with_the_reason(void **state)
{
    Fixture *fixture = *state;

    make_agent(fixture, "echo \"$(printf 'no \\033MI_Main')\" >&2; exit 1");
    assert_int_equal(run_register(fixture, "--output|$/hello.reg|$/libhello.so"),
                     EXIT_STATUS_FAILED);
    expect_said(fixture, "mihostctl: no ?MI_Main\nmihostctl: '");
    expect_said(fixture, "libhello.so' could not be loaded\n");
    assert_int_equal(access(path_of(fixture, "hello.reg"), F_OK), -1);
}

static void a_library_that_crashes_is_named_with_the_signal(void **state)
{
    Fixture *fixture = *state;

    make_agent(fixture, "kill -ABRT $$");
    assert_int_equal(run_register(fixture, "--output|$/hello.reg|$/libhello.so"),
                     EXIT_STATUS_FAILED);
    expect_said(fixture, "could not be loaded: its process died of signal 6 (Aborted)");
}

static void what_the_agent_prints_is_checked(void **state)
{
    Fixture *fixture = *state;

    make_agent(fixture, "echo hello");
    assert_int_equal(run_register(fixture, "--output|-|$/libhello.so"), EXIT_STATUS_FAILED);
    expect_said(fixture, "libhello.so': its schema is not JSON at byte 0");
    make_agent(fixture, "");
    assert_int_equal(run_register(fixture, "--output|-|$/libhello.so"), EXIT_STATUS_FAILED);
    expect_said(fixture, "its schema is not JSON");
    make_agent(fixture, "echo '{\"classes\":[{\"name\":\"A B\"}]}'");
    assert_int_equal(run_register(fixture, "--output|-|$/libhello.so"), EXIT_STATUS_FAILED);
    expect_said(fixture, "the schema names a class that no registration can hold: \"A B\"");
    expect_out(fixture, "");
}

static void more_output_than_there_is_room_for_ends_it(void **state)
{
    Fixture *fixture = *state;

    make_agent(fixture, "head -c 20000000 /dev/zero; exit 0");
    assert_int_equal(run_register(fixture, "--output|-|$/libhello.so"), EXIT_STATUS_FAILED);
    expect_said(fixture, "its schema is not JSON");
}

/* A process that is none of ours has ended, or ends very soon. */
static void expect_ended(pid_t pid)
{
    struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};

    if (ended.fd < 0) {
        assert_int_equal(errno, ESRCH);
        return;
    }
    assert_int_equal(poll(&ended, 1, MAX_SECONDS * 1000), 1);
    assert_int_equal(close(ended.fd), 0);
}

static void a_child_that_stays_keeps_nobody_waiting_and_is_ended(void **state)
{
    Fixture *fixture = *state;
    char line[512];
    int pid = 0;
    FILE *file;

    (void)snprintf(line, sizeof(line), "sleep 600 & echo $! > %s/hello.reg\necho '" SCHEMA "'",
                   fixture->folder);
    make_agent(fixture, line);
    assert_int_equal(run_register(fixture, "--output|-|$/libhello.so"), EXIT_STATUS_DONE);
    file = fopen(path_of(fixture, "hello.reg"), "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    assert_int_equal(fclose(file), 0);
    expect_ended(pid);
}

static void ctrl_c_ends_a_library_that_never_loads(void **state)
{
    Fixture *fixture = *state;
    char line[256];

    (void)snprintf(line, sizeof(line), "kill -INT %d; exec sleep 600", (int)getpid());
    make_agent(fixture, line);
    assert_int_equal(run_register(fixture, "--output|-|$/libhello.so"), EXIT_STATUS_LEFT);
    expect_out(fixture, "");
}

static void what_cannot_be_run_or_found_is_said(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_register(fixture, "--output|-|$/libhello.so"), EXIT_STATUS_FAILED);
    expect_said(fixture, "/agent': No such file or directory; name the program mihost-agent with");
    assert_int_equal(run_register(fixture, "--output|-|$/libother.so"), EXIT_STATUS_FAILED);
    expect_said(fixture, "cannot find '");
}

static void a_wrong_command_line_runs_nothing(void **state)
{
    Fixture *fixture = *state;

    make_agent(fixture, "echo ran >&2");
    assert_int_equal(run_register(fixture, "--namespace|../x|$/libhello.so"), EXIT_STATUS_USAGE);
    expect_said(fixture, "--namespace '../x': a namespace is like root/cimv2");
    assert_int_equal(run_register(fixture, "--hosting|a\nb|$/libhello.so"), EXIT_STATUS_USAGE);
    expect_said(fixture, "it is @requestor@ or a user's name");
    assert_null(strstr(fixture->text, "ran"));
    assert_int_equal(run_register(fixture, "$/libhello.so|$/libhello.so"), EXIT_STATUS_USAGE);
    expect_said(fixture, "register takes no '");
}

#define test(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, make_register_fixture, end_register_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_registration_has_the_classes_of_the_schema),
        test(a_file_that_is_there_is_replaced_by_force_only),
        test(a_folder_that_is_missing_is_said),
        test(a_library_that_does_not_load_is_named_with_the_reason),
        test(a_library_that_crashes_is_named_with_the_signal),
        test(what_the_agent_prints_is_checked),
        test(more_output_than_there_is_room_for_ends_it),
        test(a_child_that_stays_keeps_nobody_waiting_and_is_ended),
        test(ctrl_c_ends_a_library_that_never_loads),
        test(what_cannot_be_run_or_found_is_said),
        test(a_wrong_command_line_runs_nothing),
    };
    return cmocka_run_group_tests_name("ctl: register", tests, NULL, NULL);
}
