/*
 * Trust: what others than root could have changed is not run, and the message says what to mend.
 */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path in the test's folder. */
static const char *at(const Fixture *f, const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", f->folder, name);
    return path;
}

static void change_mode(const Fixture *f, const char *name, mode_t mode)
{
    assert_int_equal(chmod(at(f, name), mode), 0);
}

static const cJSON *providers(Client *client)
{
    return expect_result(client, client_request(client, "host/providers", "{}"));
}

static void a_registration_that_others_can_write_is_not_read(Fixture *f)
{
    change_mode(f, "registrations/root-cimv2/sample.reg", 0666);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *list = providers(client);

    assert_int_equal(json_count(list, "providers"), 1);
    expect_contains(json_text(list, "errors.0.file"), "sample.reg");
    expect_contains(json_text(list, "errors.0.message"), "sample.reg' can be written by others");
    change_mode(f, "registrations/root-cimv2/sample.reg", 0644);
    expect_json(expect_result(client, client_request(client, "host/reload", "{}")), "errors", "[]");
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

static void a_folder_of_registrations_that_others_can_write_is_one_mistake(Fixture *f)
{
    change_mode(f, "registrations/root-cimv2", 0777);
    daemon_start(f, NULL);
    const cJSON *list = providers(client_connect(f, CLIENT_LINES));

    assert_int_equal(json_count(list, "providers"), 0);
    assert_int_equal(json_count(list, "errors"), 1);
    expect_contains(json_text(list, "errors.0.message"), "root-cimv2' can be written by others");
}

static void what_was_in_force_stays_so_when_its_file_is_opened_to_others(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    change_mode(f, "registrations/root-cimv2/sample.reg", 0666);
    expect_contains(json_text(expect_result(client, client_request(client, "host/reload", "{}")),
                              "errors.0.message"),
                    "can be written by others");
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

static void a_library_that_others_can_write_is_not_loaded(Fixture *f)
{
    change_mode(f, "puppet.so", 0757);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *list = providers(client);
    long id = ask_run(client, "a");

    expect_contains(json_text(list, "errors.0.message"),
                    "the library of provider 'puppet' is not loaded");
    expect_contains(json_text(list, "providers.0.error"), "puppet.so' can be written by others");
    expect_contains(
        json_text(expect_error(client, id, CODE_FAILED, "MI_RESULT_ACCESS_DENIED"), "message"),
        "puppet.so' can be written by others than its owner (mode 0757): chmod go-w it");
    change_mode(f, "puppet.so", 0755); /* mended: nothing has to be read again */
    id = ask_run(client, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
    list = providers(client);
    assert_null(json_at(list, "providers.0.error"));
}

static void a_fifo_for_a_registration_holds_nothing_up(Fixture *f)
{
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    assert_int_equal(mkfifo(at(f, "registrations/root-cimv2/fifo.reg"), 0600), 0);
    assert_int_equal(symlink("/dev/zero", at(f, "registrations/root-cimv2/zero.reg")), 0);
    const cJSON *answer = expect_result(client, client_request(client, "host/reload", "{}"));
    expect_contains(json_text(answer, "errors.0.message"), "fifo.reg' is no regular file");
    expect_contains(json_text(answer, "errors.1.message"), "'/dev/zero' is no regular file");
    (void)expect_result(client, ask_enumerate(client, "Test_Sample", ""));
}

static void a_configuration_that_others_can_write_is_refused(Fixture *f)
{
    fixture_write(f, "conf", "grace=1s\n");
    change_mode(f, "conf", 0666);
    daemon_spawn(f, "--config", at(f, "conf"), NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "conf' can be written by others than its owner (mode 0666)");
}

static void an_agent_program_that_others_can_write_is_refused(Fixture *f)
{
    char setting[300];

    fixture_write(f, "agent", "#!/bin/sh\n");
    change_mode(f, "agent", 0777);
    snprintf(setting, sizeof(setting), "agent=%s", at(f, "agent"));
    daemon_spawn(f, "--set", setting, NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "'agent' is '");
    daemon_log_contains(f, "agent' can be written by others");
}

static void a_socket_that_others_could_replace_is_warned_of(Fixture *f)
{
    change_mode(f, "", 0777);
    daemon_spawn(f, NULL);
    daemon_log_contains(f, "can be deceived: ");
    daemon_expect_listening(f);
    change_mode(f, "", 0755);
}

static void trust_is_for_users_and_groups(Fixture *f)
{
    daemon_spawn(f, "--set", "trust=*", NULL);
    daemon_wait_exit(f, DAEMON_MISUSED);
    daemon_log_contains(f, "'trust' names users and groups, and not everybody");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_registration_that_others_can_write_is_not_read),
        TEST(a_folder_of_registrations_that_others_can_write_is_one_mistake),
        TEST(what_was_in_force_stays_so_when_its_file_is_opened_to_others),
        TEST(a_library_that_others_can_write_is_not_loaded),
        TEST(a_fifo_for_a_registration_holds_nothing_up),
        TEST(a_configuration_that_others_can_write_is_refused),
        TEST(an_agent_program_that_others_can_write_is_refused),
        TEST(a_socket_that_others_could_replace_is_warned_of),
        TEST(trust_is_for_users_and_groups),
    };

    return RUN_TESTS("trust", tests);
}
