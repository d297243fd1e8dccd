/*
 * Quotas: a user who wants too much is told which key limits it, and others get in all the same.
 * Only root can be several users: everybody else skips, and says so.
 */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Numbers that no user database needs to know. */
#define ALICE 64321
#define BOB   64322

static void check_root(Fixture *f)
{
    if (geteuid() != 0)
        fixture_skip(f, "only root can be somebody else");
    assert_int_equal(chmod(f->folder, 0755), 0);
}

static Client *connect_as(Fixture *f, uid_t uid)
{
    return client_connect_as(f, uid, uid, NULL, 0);
}

/* @client's request must be over a limit, with @part in the words. */
static void expect_over(Client *client, long id, const char *part)
{
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_SERVER_LIMITS_EXCEEDED");

    expect_contains(json_text(error, "message"), part);
}

/* What host/status says of @uid: the number @member. */
static double used(Client *root, uid_t uid, const char *member)
{
    const cJSON *status = expect_result(root, client_request(root, "host/status", "{}"));
    char path[64];

    for (int i = 0; i < json_count(status, "users"); i++) {
        snprintf(path, sizeof(path), "users.%d.uid", i);
        if (json_number(status, path) != uid)
            continue;
        snprintf(path, sizeof(path), "users.%d.%s", i, member);
        return json_number(status, path);
    }
    return 0;
}

/* The puppet ends its operation. */
static void finish(Puppet *puppet)
{
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
}

static void a_connection_too_many_is_refused_with_the_key_and_others_get_in(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxClients=16", "maxUserClients=2", NULL);
    Client *one = connect_as(f, ALICE), *two = connect_as(f, ALICE), *three = connect_as(f, ALICE);

    expect_served(one);
    expect_served(two);
    expect_over(three, client_request(three, "host/info", "{}"),
                "uid 64321 has 2 connections: 'maxUserClients' (2) limits them");
    client_expect_end(three);
    expect_served(connect_as(f, BOB));
    client_hang_up(two);
    Client *root = client_connect(f, CLIENT_LINES);
    WAIT_UNTIL(used(root, ALICE, "clients") == 1, "the place to be free");
    expect_served(connect_as(f, ALICE));
}

static void many_who_are_refused_are_told_at_once(Fixture *f)
{
    Client *clients[20];

    check_root(f);
    daemon_start(f, "maxUserClients=1", NULL);
    for (size_t i = 0; i < ARRAY_SIZE(clients); i++)
        clients[i] = connect_as(f, ALICE);
    expect_served(clients[0]);
    for (size_t i = 1; i < ARRAY_SIZE(clients); i++) {
        expect_contains(json_text(expect_refusal(clients[i], CODE_FAILED), "message"),
                        "'maxUserClients' (1)");
        client_expect_end(clients[i]);
    }
}

static void one_user_can_not_take_all_places(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxClients=4", "maxUserClients=4", NULL);
    Client *one = connect_as(f, ALICE), *two = connect_as(f, ALICE), *three = connect_as(f, ALICE);

    expect_served(one);
    expect_served(two);
    expect_over(three, client_request(three, "host/info", "{}"), "half of what others leave");
    client_expect_end(three);
    expect_served(connect_as(f, BOB));
}

/* They come and go, and there are always as many as may: that is one line of the log. */
static void that_all_places_are_taken_is_said_once(Fixture *f)
{
    Client *clients[4];

    daemon_start(f, "maxClients=4", "maxUserClients=4", NULL);
    for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
        clients[i] = client_connect(f, CLIENT_LINES);
        expect_served(clients[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
        Client *next = client_connect(f, CLIENT_LINES);

        expect_served(clients[i]); /* meanwhile the server has seen that one more waits */
        daemon_log_contains(f, "accepting no more clients for now: 'maxClients' (4) are connected");
        client_hang_up(clients[i]);
        expect_served(next);
    }
    assert_int_equal(daemon_log_count(f, "accepting no more clients"), 1);
}

static void operations_of_all_connections_of_a_user_count(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxRequests=2", "maxUserRequests=2", NULL);
    Client *one = connect_as(f, ALICE), *two = connect_as(f, ALICE), *bob = connect_as(f, BOB),
           *root = client_connect(f, CLIENT_LINES);
    long first = ask_run(one, "a"), second = ask_run(two, "b");
    Puppet *a = gate_await(f->gate, "invoke a"), *b = gate_await(f->gate, "invoke b");

    assert_int_equal(used(root, ALICE, "operations"), 2);
    expect_over(two, ask_run(two, "c"),
                "uid 64321 has 2 operations in flight: 'maxUserRequests' (2) limits them");
    (void)expect_result(bob, ask_enumerate(bob, "Test_Sample", ""));
    finish(a);
    (void)expect_result(one, first);
    WAIT_UNTIL(used(root, ALICE, "operations") == 1, "the release to be counted");
    (void)expect_result(two, ask_enumerate(two, "Test_Sample", ""));
    finish(b);
    (void)expect_result(two, second);
}

static void what_is_answered_and_not_released_still_counts(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxRequests=1", "maxUserRequests=1", NULL);
    Client *alice = connect_as(f, ALICE);
    long id = ask_run(alice, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    puppet_do(puppet, "result 0", "0");
    (void)expect_result(alice, id);
    expect_over(alice, ask_run(alice, "b"), "'maxUserRequests' (1)");
    puppet_return(puppet);
}

static void each_part_of_a_request_counts(Fixture *f)
{
    check_root(f);
    registration_write(f, "many",
                       "LIBRARY=sample\nCLASS=Part_1:Part_Base\nCLASS=Part_2:Part_Base\n"
                       "CLASS=Part_3:Part_Base\nCLASS=Part_4:Part_Base\n");
    daemon_start(f, "maxRequests=3", "maxUserRequests=3", NULL);
    Client *alice = connect_as(f, ALICE);

    expect_over(alice, ask_enumerate(alice, "Part_Base", ""), "'maxUserRequests' (3)");
    (void)expect_result(alice, ask_enumerate(alice, "Test_Sample", ""));
}

static void agents_of_a_user_are_limited_and_idle_ones_make_place(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxUserAgents=1", NULL);
    Client *alice = connect_as(f, ALICE), *bob = connect_as(f, BOB);
    long id = ask_run(alice, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");

    expect_over(alice, ask_enumerate(alice, "Test_Sample", ""),
                "uid 64321 has 1 agents: 'maxUserAgents' (1) limits them");
    (void)expect_result(bob, ask_enumerate(bob, "Test_Sample", ""));
    finish(puppet);
    (void)expect_result(alice, id);
    expect_operations(alice, 0);
    (void)expect_result(alice, ask_enumerate(alice, "Test_Sample", ""));
}

static void a_user_can_not_start_agents_without_end(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxUserStarts=2", "maxUserAgents=1", NULL);
    Client *alice = connect_as(f, ALICE), *bob = connect_as(f, BOB);

    (void)expect_result(alice, ask_enumerate(alice, "Test_Sample", ""));
    expect_operations(alice, 0);
    long id = ask_run(alice, "a");
    finish(gate_await(f->gate, "invoke a"));
    (void)expect_result(alice, id);
    expect_operations(alice, 0);
    expect_over(alice, ask_enumerate(alice, "Test_Sample", ""),
                "'maxUserStarts' (2 a minute) limits the starts for a user");
    (void)expect_result(bob, ask_enumerate(bob, "Test_Sample", ""));
}

/* A message of @size bytes and more, in pieces that are no message. */
static void send_begun_message(Client *client, size_t size)
{
    char *text = malloc(size);

    assert_non_null(text);
    memset(text, ' ', size);
    text[0] = '{';
    client_send(client, text, size);
    free(text);
}

static void what_a_user_has_sent_in_part_counts(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxMessage=64K", "maxUserBuffered=64K", NULL);
    Client *one = connect_as(f, ALICE), *two = connect_as(f, ALICE), *bob = connect_as(f, BOB),
           *root = client_connect(f, CLIENT_LINES);

    send_begun_message(one, 60000);
    WAIT_UNTIL(used(root, ALICE, "bufferedBytes") >= 60000, "the input to be charged");
    send_begun_message(two, 60000);
    expect_contains(json_text(expect_refusal(two, CODE_FAILED), "message"),
                    "'maxUserBuffered' (65536) limits them");
    client_expect_end(two);
    (void)expect_result(bob, ask_enumerate(bob, "Test_Sample", ""));
    client_hang_up(one);
    WAIT_UNTIL(used(root, ALICE, "bufferedBytes") == 0, "the bytes to be given back");
}

static void params_are_charged_until_their_request_is_over(Fixture *f)
{
    char *more = malloc(70000);

    check_root(f);
    daemon_start(f, "maxMessage=128K", "maxUserBuffered=128K", NULL);
    Client *alice = connect_as(f, ALICE), *root = client_connect(f, CLIENT_LINES);
    assert_non_null(more);
    memset(more, ' ', 69999);
    more[69999] = '\0';
    long id = ask_run_with(alice, "a", more);
    Puppet *puppet = gate_await(f->gate, "invoke a");

    assert_true(used(root, ALICE, "bufferedBytes") >= 69999);
    expect_over(alice, ask_run_with(alice, "b", more), "'maxUserBuffered' (131072) limits them");
    finish(puppet);
    (void)expect_result(alice, id);
    WAIT_UNTIL(used(root, ALICE, "bufferedBytes") == 0, "the bytes to be given back");
    free(more);
}

static void results_that_a_user_does_not_read_end_their_operations(Fixture *f)
{
    check_root(f);
    daemon_start(f, "maxUserBuffered=64K", "maxMessage=4K", "window=1M", NULL);
    Client *alice = connect_as(f, ALICE), *root = client_connect(f, CLIENT_LINES);

    /* More than the socket takes: at the first that is charged too much it ends. */
    for (unsigned i = 0; i < 8; i++)
        (void)ask_enumerate(alice, "Test_Many", ",'partialResultToken':'t'");
    expect_served(root);
    WAIT_UNTIL(used(root, ALICE, "operations") == 0, "the operations to be ended");
    client_drain(alice);
    client_hang_up(alice);
    WAIT_UNTIL(used(root, ALICE, "bufferedBytes") == 0, "the bytes to be given back");
    assert_true(daemon_log_count(f, "'maxUserBuffered' (65536) limits them") > 0);
}

static void users_see_their_own_charges_and_administrators_all(Fixture *f)
{
    check_root(f);
    daemon_start(f, NULL);
    Client *alice = connect_as(f, ALICE), *bob = connect_as(f, BOB),
           *root = client_connect(f, CLIENT_LINES);

    expect_served(bob);
    const cJSON *status = expect_result(alice, client_request(alice, "host/status", "{}"));
    assert_int_equal(json_count(status, "users"), 1);
    assert_int_equal(json_number(status, "users.0.uid"), ALICE);
    assert_int_equal(used(root, ALICE, "clients"), 1);
    assert_int_equal(used(root, BOB, "clients"), 1);
    assert_int_equal(used(root, 0, "clients"), 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_connection_too_many_is_refused_with_the_key_and_others_get_in),
        TEST(many_who_are_refused_are_told_at_once),
        TEST(one_user_can_not_take_all_places),
        TEST(that_all_places_are_taken_is_said_once),
        TEST(operations_of_all_connections_of_a_user_count),
        TEST(what_is_answered_and_not_released_still_counts),
        TEST(each_part_of_a_request_counts),
        TEST(agents_of_a_user_are_limited_and_idle_ones_make_place),
        TEST(a_user_can_not_start_agents_without_end),
        TEST(what_a_user_has_sent_in_part_counts),
        TEST(params_are_charged_until_their_request_is_over),
        TEST(results_that_a_user_does_not_read_end_their_operations),
        TEST(users_see_their_own_charges_and_administrators_all),
    };

    return RUN_TESTS("quota", tests);
}
