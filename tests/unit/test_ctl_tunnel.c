/*
 * mihostctl and the server of another machine, with an ssh that is a shell script: how a login may
 * go, and what is said of each end.
 */
#include "tests/unit/ctl_fake.h"

#include "base/macros.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define INFO(version, protocol)                                                                    \
    "read -r line; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"version\":\"" version         \
    "\",\"protocol\":" protocol "}}'\n"
#define SAME INFO(MIHOST_VERSION, "1")

static int end_with_ssh(void **state)
{
    Fixture *fixture = *state;
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/ssh", fixture->folder);
    (void)unlink(path);
    (void)unsetenv("MIHOST_SSH");
    return end_fixture(state);
}

/* `mihostctl -H ssh://far @words`, where ssh is @script. */
static ExitStatus run_far(Fixture *fixture, const char *script, const char *words)
{
    char path[128], text[512], *rest = text, *argv[32] = {NULL};
    int argc = 0, fd;

    assert_int_equal(ftruncate(fixture->out, 0), 0);
    assert_int_equal(ftruncate(fixture->err, 0), 0);
    assert_int_equal(lseek(fixture->out, 0, SEEK_SET), 0);
    assert_int_equal(lseek(fixture->err, 0, SEEK_SET), 0);
    (void)snprintf(path, sizeof(path), "%s/ssh", fixture->folder);
    (void)unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    assert_true(fd >= 0);
    assert_true(dprintf(fd, "#!/bin/sh\n%s", script) > 0);
    assert_int_equal(close(fd), 0);
    (void)setenv("MIHOST_SSH", path, 1);
    (void)snprintf(text, sizeof(text), "mihostctl|-H|ssh://far|%s", words);
    while (rest != NULL && argc < 31)
        argv[argc++] = strsep(&rest, "|");
    return ctl_main(argc, argv, fixture->in, fixture->out, fixture->err);
}

static void expect_said(Fixture *fixture, const char *text)
{
    if (strstr(read_back(fixture, fixture->err), text) == NULL)
        fail_msg("it didn't say '%s' but: %s", text, fixture->text);
}

static void the_words_of_a_login_are_shown_as_those_of_ssh(void **state)
{
    static const char *const script =
        "printf 'Welcome\\r\\n\\nto far' >&2\n" SAME
        "read -r line; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"instances\":[]}}'\n"
        "read -r line\n";
    Fixture *fixture = *state;

    assert_int_equal(run_far(fixture, script, "enumerate|P"), EXIT_STATUS_DONE);
    expect_err(fixture, "ssh: Welcome\nssh: \nssh: to far\n");
    assert_int_equal(run_far(fixture, script, "--quiet|enumerate|P"), EXIT_STATUS_DONE);
    expect_err(fixture, "");
}

static void a_login_that_fails_is_explained_by_what_ssh_said_last(void **state)
{
    static const struct {
        const char *script, *said;
    } logins[] = {
        {"echo 'a banner' >&2; echo 'Permission denied (publickey).\r' >&2; exit 255\n",
         "cannot reach 'ssh://far': Permission denied (publickey); see what `ssh far mihostctl "
         "info` says"},
        {"exit 255\n", "cannot reach 'ssh://far': the login ended without a word; see what"},
        {"echo 'sh: mihostctl: not found' >&2; exit 127\n",
         "cannot reach 'ssh://far': sh: mihostctl: not found; mihost must be installed there"},
        {"printf 'mihostctl: no server here' >&2; exit 3\n",
         "cannot reach 'ssh://far': no server here\n"},
        {"kill -KILL $$\n", "cannot reach 'ssh://far': the login ended without a word"},
    };
    Fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(logins); i++) {
        assert_int_equal(run_far(fixture, logins[i].script, "info"), EXIT_STATUS_UNREACHABLE);
        expect_said(fixture, logins[i].said);
    }
}

static void an_ssh_that_is_not_there_is_named(void **state)
{
    Fixture *fixture = *state;
    char *argv[] = {(char[]){"mihostctl"}, (char[]){"-H"}, (char[]){"ssh://far"}, (char[]){"info"},
                    NULL};

    (void)setenv("MIHOST_SSH", "/nowhere/ssh -v", 1);
    assert_int_equal(ctl_main(4, argv, fixture->in, fixture->out, fixture->err),
                     EXIT_STATUS_UNREACHABLE);
    expect_said(fixture, "install OpenSSH's client, or name it in MIHOST_SSH");
}

static void a_command_for_ssh_that_is_none_is_told(void **state)
{
    char *argv[] = {(char[]){"mihostctl"}, (char[]){"-H"}, (char[]){"ssh://far"}, (char[]){"info"},
                    NULL};
    Fixture *fixture = *state;
    char words[1000] = "";

    (void)setenv("MIHOST_SSH", " \t ", 1);
    assert_int_equal(ctl_main(4, argv, fixture->in, fixture->out, fixture->err),
                     EXIT_STATUS_UNREACHABLE);
    expect_said(fixture, "MIHOST_SSH has no word in it: name a command there");
    while (strlen(words) + 3 < sizeof(words))
        (void)strcat(words, "a ");
    (void)setenv("MIHOST_SSH", words, 1);
    assert_int_equal(ctl_main(4, argv, fixture->in, fixture->out, fixture->err),
                     EXIT_STATUS_UNREACHABLE);
    expect_said(fixture, "MIHOST_SSH has too many words");
}

/* A file of the login's shell prints something: it isn't the server that answers. */
static void a_login_that_prints_something_of_its_own_is_no_server(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_far(fixture, "echo Hello; read -r line\n", "info"), EXIT_STATUS_BROKEN);
    expect_said(fixture, "what 'ssh://far' answers makes no sense: ");
    expect_said(fixture, "does a file that the login's shell reads print something?");
}

static void a_server_of_another_protocol_is_told_apart(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_far(fixture, INFO("9.9", "2") "read -r line\n", "enumerate|P"),
                     EXIT_STATUS_BROKEN);
    expect_said(fixture, "the server is mihostd 9.9 and speaks protocol 2");
}

static void a_server_that_refuses_to_say_who_it_is_ends_it(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(
        run_far(fixture,
                "read -r line; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":7,"
                "\"message\":\"not today\"}}'; read -r line\n",
                "enumerate|P"),
        EXIT_STATUS_FAILED);
    expect_err(fixture, "mihostctl: ssh://far: not today (error 7)\n");
}

static void a_connection_that_ends_is_explained(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_far(fixture, SAME "read -r line; exit 0\n", "enumerate|P"),
                     EXIT_STATUS_BROKEN);
    expect_said(fixture, "the connection to 'ssh://far' ended before the answer: the server "
                         "closed it, and its log says why");
    assert_int_equal(run_far(fixture,
                             SAME "read -r line; echo 'Timeout, server far not responding.' >&2; "
                                  "exit 255\n",
                             "enumerate|P"),
                     EXIT_STATUS_BROKEN);
    expect_said(fixture, "Timeout, server far not responding.");
    assert_int_equal(run_far(fixture, SAME "read -r line; exit 255\n", "enumerate|P"),
                     EXIT_STATUS_BROKEN);
    expect_said(fixture, "ssh ended without a word");
}

static void ctrl_c_leaves_a_login_that_takes_for_ever(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_far(fixture, "read -r line; kill -INT $PPID; exec sleep 60\n", "info"),
                     EXIT_STATUS_LEFT);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* it has taken ssh along */
}

/* The second one comes from an ssh that is being ended. */
static void ctrl_c_while_it_leaves_changes_nothing(void **state)
{
    static const char *const script = "trap 'kill -INT $PPID; kill $!; wait; exit' TERM\n"
                                      "sleep 60 & read -r line; kill -INT $PPID; wait\n";
    Fixture *fixture = *state;

    assert_int_equal(run_far(fixture, script, "info"), EXIT_STATUS_LEFT);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_fixture, end_with_ssh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_words_of_a_login_are_shown_as_those_of_ssh),
        TEST(a_login_that_fails_is_explained_by_what_ssh_said_last),
        TEST(an_ssh_that_is_not_there_is_named),
        TEST(a_command_for_ssh_that_is_none_is_told),
        TEST(a_login_that_prints_something_of_its_own_is_no_server),
        TEST(a_server_of_another_protocol_is_told_apart),
        TEST(a_server_that_refuses_to_say_who_it_is_ends_it),
        TEST(a_connection_that_ends_is_explained),
        TEST(ctrl_c_leaves_a_login_that_takes_for_ever),
        TEST(ctrl_c_while_it_leaves_changes_nothing),
    };

    return cmocka_run_group_tests_name("ctl_tunnel", tests, NULL, NULL);
}
