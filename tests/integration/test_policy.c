/*
 * Policy: who may connect, ask and see what; and that a reload changes it for those who are
 * connected. Only root can be several users: everybody else skips, and says so.
 */
#include "tests/support/fixture.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Numbers that no user database needs to know. */
#define ALICE 64321
#define BOB   64322
#define STAFF 64323

/* Starts the daemon with a configuration file of its own, in a folder that everybody may enter. */
static void start(Fixture *f, const char *configuration)
{
    if (geteuid() != 0)
        fixture_skip(f, "only root can be somebody else");
    assert_int_equal(chmod(f->folder, 0755), 0);
    daemon_spawn(f, "--config", fixture_write(f, "conf", "%s", configuration), NULL);
    daemon_expect_listening(f);
}

/* Writes the configuration anew, and has @root's reload take it. What host/reload says. */
static const cJSON *reload(Fixture *f, Client *root, const char *configuration)
{
    fixture_write(f, "conf", "%s", configuration);
    return expect_result(root, client_request(root, "host/reload", "{}"));
}

static Client *connect_as(Fixture *f, uid_t uid)
{
    return client_connect_as(f, uid, uid, NULL, 0);
}

/* Test_Other is hosted as nobody, and derives from Test_Puppet. */
static void register_other(Fixture *f)
{
    registration_write(f, "other", "LIBRARY=%s\nHOSTING=nobody\nCLASS=Test_Other\n",
                       f->puppet_library);
}

/* @client's request must be refused, with @part in the words. */
static void expect_denied(Client *client, long id, const char *part)
{
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_ACCESS_DENIED");

    expect_contains(json_text(error, "message"), part);
}

/* Runs Test_Other for @client. */
static void expect_runs_other(Fixture *f, Client *client)
{
    long id = ask_invoke(client, "Test_Other", "Run", "'Name':'a'", "");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
}

static void what_is_hosted_as_another_user_takes_a_rule(Fixture *f)
{
    register_other(f);
    start(f, "allow = user:64322 invoke root/cimv2:Test_Other.Run\n");
    Client *alice = connect_as(f, ALICE), *bob = connect_as(f, BOB);

    expect_denied(alice, ask_invoke(alice, "Test_Other", "Run", "'Name':'a'", ""),
                  "'allow = user:64321 invoke root/cimv2:Test_Other.Run'");
    expect_denied(bob, ask_get(bob, "Test_Other", "'Id':1", ""), "may not read Test_Other");
    expect_runs_other(f, bob);
    expect_runs_other(f, client_connect(f, CLIENT_LINES)); /* root is an administrator */
}

static void a_part_that_is_refused_leaves_the_others_and_is_named(Fixture *f)
{
    registration_write(f, "sample", "LIBRARY=sample\nCLASS=Test_Sample:Test_Top\n");
    registration_write(f, "many", "LIBRARY=sample\nHOSTING=nobody\nCLASS=Test_Many:Test_Top\n");
    start(f, "");
    Client *alice = connect_as(f, ALICE);
    int next = 1;

    long id = ask_enumerate(alice, "Test_Top", ",'partialResultToken':'t'");
    expect_partial_results(alice, 3, "Id", &next);
    expect_denied(alice, id, "uid 64321 may not read Test_Many in root/cimv2, which is hosted as");
    (void)expect_result(alice, ask_enumerate(alice, "Test_Sample", ""));
}

static void a_class_that_may_not_be_read_is_still_described(Fixture *f)
{
    register_other(f);
    start(f, "");
    Client *alice = connect_as(f, ALICE);
    long id =
        client_request(alice, "mi/getClass", "{'namespace':'root/cimv2','class':'Test_Other'}");

    expect_json(expect_result(alice, id), "class.class", "'Test_Other'");
}

static void a_rule_that_is_added_holds_for_those_who_are_connected(Fixture *f)
{
    register_other(f);
    start(f, "");
    Client *root = client_connect(f, CLIENT_LINES), *alice = connect_as(f, ALICE);

    expect_denied(alice, ask_invoke(alice, "Test_Other", "Run", "'Name':'a'", ""), "no 'allow'");
    (void)reload(f, root, "allow = user:64321 invoke root/*\n");
    expect_runs_other(f, alice);
    (void)reload(f, root, "");
    expect_denied(alice, ask_invoke(alice, "Test_Other", "Run", "'Name':'a'", ""), "no 'allow'");
}

static void without_allow_requestor_nothing_runs_without_a_rule(Fixture *f)
{
    start(f, "allowRequestor = no\nallow = group:64323 read root/cimv2:Test_Sample\n");
    const gid_t staff[] = {STAFF};
    Client *alice = client_connect_as(f, ALICE, ALICE, staff, 1), *bob = connect_as(f, BOB);

    (void)expect_result(alice, ask_enumerate(alice, "Test_Sample", ""));
    expect_denied(bob, ask_enumerate(bob, "Test_Sample", ""), "'allowRequestor' is off");
}

static void only_administrators_change_the_host(Fixture *f)
{
    start(f, "administrators = group:64323\n");
    const gid_t staff[] = {STAFF};
    Client *alice = client_connect_as(f, ALICE, ALICE, staff, 1), *bob = connect_as(f, BOB);

    expect_denied(bob, client_request(bob, "host/reload", "{}"), "'administrators'");
    expect_denied(bob, client_request(bob, "host/stopProvider", "{'provider':'puppet'}"),
                  "uid 64322 may not ask for host/stopProvider");
    (void)expect_result(alice, client_request(alice, "host/reload", "{}"));
    (void)expect_result(alice, client_request(alice, "host/stopProvider", "{'provider':'puppet'}"));
    expect_served(bob);
}

static void users_see_and_cancel_what_is_theirs(Fixture *f)
{
    start(f, "");
    Client *alice = connect_as(f, ALICE), *again = connect_as(f, ALICE), *bob = connect_as(f, BOB),
           *root = client_connect(f, CLIENT_LINES);
    long id = ask_run(alice, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    const cJSON *status = expect_result(bob, client_request(bob, "host/status", "{}"));
    char cancel[64];

    puppet_do(puppet, "register first", "0");

    expect_json(status, "",
                "{'agents':[],'operations':[],'health':[],"
                "'users':[{'uid':64322,'clients':1,'operations':0,'agents':0,'bufferedBytes':0,"
                "'refused':0}]}");
    assert_int_equal(
        json_count(expect_result(root, client_request(root, "host/status", "{}")), "agents"), 1);
    status = expect_result(again, client_request(again, "host/status", "{}"));
    assert_int_equal(json_count(status, "agents"), 1);
    assert_int_equal(json_number(status, "operations.0.uid"), ALICE);
    snprintf(cancel, sizeof(cancel), "{'operation':'%s'}",
             json_text(status, "operations.0.operation"));
    expect_denied(bob, client_request(bob, "host/cancel", "%s", cancel), "not its own");
    assert_true(json_bool(expect_result(again, client_request(again, "host/cancel", "%s", cancel)),
                          "canceled"));
    puppet_return(gate_await(f->gate, "callback first of a, reason 0"));
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_canceled(alice, id, "none");
    expect_operations(root, 0);
    assert_false(json_bool(expect_result(bob, client_request(bob, "host/cancel", "%s", cancel)),
                           "canceled")); /* there is none any more, and it is nobody's */
}

static void who_may_not_connect_is_told_so_in_its_own_framing(Fixture *f)
{
    start(f, "connect = user:64322\n");
    Client *lines = connect_as(f, ALICE), *headers = connect_as(f, ALICE),
           *bob = connect_as(f, BOB);

    headers->framing = CLIENT_HEADERS;
    expect_denied(lines, client_request(lines, "host/info", "{}"),
                  "uid 64321 may not connect: 'connect'");
    client_expect_end(lines);
    expect_denied(headers, client_request(headers, "host/info", "{}"), "'connect = user:64321'");
    client_expect_end(headers);
    expect_served(bob);
    expect_served(client_connect(f, CLIENT_LINES));
}

static void who_may_not_connect_and_says_nothing_is_told_so_too(Fixture *f)
{
    start(f, "connect = user:64322\n");
    Client *silent = connect_as(f, ALICE), *ended = connect_as(f, ALICE);

    client_half_close(ended);
    expect_contains(json_text(expect_refusal(ended, CODE_FAILED), "message"), "'connect'");
    client_expect_end(ended);
    expect_contains(json_text(expect_refusal(silent, CODE_FAILED), "message"), "'connect'");
    client_expect_end(silent);
}

static void who_may_not_be_connected_any_more_is_told_and_canceled(Fixture *f)
{
    start(f, "");
    Client *root = client_connect(f, CLIENT_LINES), *alice = connect_as(f, ALICE);

    (void)ask_run(alice, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    puppet_do(puppet, "register first", "0");
    (void)reload(f, root, "connect = user:64322\n");
    expect_contains(json_text(expect_refusal(alice, CODE_FAILED), "message"), "'connect'");
    client_expect_end(alice);
    Puppet *callback = gate_await(f->gate, "callback first of a, reason 0");
    puppet_return(callback);
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    expect_operations(root, 0);
}

static void a_configuration_with_a_mistake_changes_nothing_and_is_named(Fixture *f)
{
    start(f, "grace = 2s\n");
    Client *root = client_connect(f, CLIENT_LINES), *alice = connect_as(f, ALICE);
    const cJSON *answer = reload(f, root, "# one\nconnect = user:64322\nconect = *\n");

    expect_contains(json_text(answer, "errors.0.file"), "/conf");
    assert_int_equal(json_number(answer, "errors.0.line"), 3);
    expect_contains(json_text(answer, "errors.0.message"), "did you mean 'connect'?");
    daemon_log_contains(f, "conf:3: unknown key 'conect'");
    daemon_log_contains(f, "the old configuration stays in force");
    expect_served(alice);
    expect_json(reload(f, root, "grace = 3s\n"), "errors", "[]");
}

static void what_needs_a_new_start_says_so(Fixture *f)
{
    start(f, "");
    Client *root = client_connect(f, CLIENT_LINES);

    expect_json(reload(f, root, "window = 8K\ncgroup = none\n"), "errors", "[]");
    daemon_log_contains(f, "'window' has changed, and takes effect when mihostd is started again");
    daemon_log_contains(f, "'cgroup' has changed, and takes effect when mihostd is started again");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_hosted_as_another_user_takes_a_rule),
        TEST(a_part_that_is_refused_leaves_the_others_and_is_named),
        TEST(a_class_that_may_not_be_read_is_still_described),
        TEST(a_rule_that_is_added_holds_for_those_who_are_connected),
        TEST(without_allow_requestor_nothing_runs_without_a_rule),
        TEST(only_administrators_change_the_host),
        TEST(users_see_and_cancel_what_is_theirs),
        TEST(who_may_not_connect_is_told_so_in_its_own_framing),
        TEST(who_may_not_connect_and_says_nothing_is_told_so_too),
        TEST(who_may_not_be_connected_any_more_is_told_and_canceled),
        TEST(a_configuration_with_a_mistake_changes_nothing_and_is_named),
        TEST(what_needs_a_new_start_says_so),
    };

    return RUN_TESTS("policy", tests);
}
