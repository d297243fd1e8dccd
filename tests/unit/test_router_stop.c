/*
 * Reloads, the lives of agents, and the stop: what runs ends in order, and all is answered.
 */
#include "tests/unit/router_world.h"
#include "tests/unit/villain.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reloads. */

static void a_registration_that_is_gone_cancels_all_that_wait_for_it(void **state)
{
    enum {
        COUNT = 5000
    };
    World *world = *state;

    register_provider(world, "endless", "OPERATIONS=2");
    start(world);
    Peer *deaf = peer_connect(world);
    deaf->deaf = true;
    for (int i = 0; i < COUNT; i++)
        ask_get(world, deaf, "endless", "");
    pump_until(world, world->server.request_count == COUNT);
    unregister_provider(world, "endless");
    assert_int_equal(server_reload(&world->server), 0);
    deaf->deaf = false;
    expect(await(world, deaf, COUNT), "\"reason\":\"serviceStop\"");
    await(world, deaf, 1);
    await(world, deaf, 2);
    pump_until(world, world->server.agent_count == 0);
}

static void a_client_lost_in_the_middle_of_a_reload_harms_nothing(void **state)
{
    enum {
        COUNT = 5000
    };
    World *world = *state;

    register_provider(world, "endless", "OPERATIONS=2");
    start(world);
    Peer *peer = peer_connect(world);
    for (int i = 0; i < COUNT; i++)
        ask_get(world, peer, "endless", "");
    pump_until(world, world->server.request_count == COUNT);
    unregister_provider(world, "endless");
    peer_close(peer);
    /* The hang-up is found while answers are written. */
    Client *client = list_entry(list_first(&world->server.clients), Client, link);
    stream_out(&client->stream)->failed = true;
    assert_int_equal(server_reload(&world->server), 0);
    pump_until(world, world->server.request_count == 0);
}

static void a_registration_that_changed_lets_the_old_finish(void **state)
{
    World *world = *state;

    register_provider(world, "endless", "OPERATIONS=1\nIDLE=0");
    start(world);
    world->config.drain = 100000;
    Peer *peer = peer_connect(world);
    unsigned running = ask_get(world, peer, "endless", "");
    unsigned waiting = ask_get(world, peer, "endless", "");
    pump_until(world, world->server.request_count == 2);
    register_provider(world, "endless", "OPERATIONS=2\nIDLE=0");
    assert_int_equal(server_reload(&world->server), 0);
    unsigned fresh = ask_get(world, peer, "endless", "");
    pump_until(world, world->server.request_count == 3);
    assert_int_equal(peer->got.size, 0);
    cancel(world, peer, running, "none");
    cancel(world, peer, waiting, "none");
    expect(await(world, peer, running), "\"delivered\":true");
    await(world, peer, waiting);
    pump_until(world, world->server.agent_count == 1); /* those of the old registration are gone */
    cancel(world, peer, fresh, "none");
    expect(await(world, peer, fresh), "\"delivered\":true");
}

static void a_client_can_reload(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    FILE *stream = fopen(path_of(world, "root-test/good.reg"), "w");
    assert_non_null(stream);
    fputs("FOO=1\n", stream);
    fclose(stream);
    unsigned id = ++peer->asked;
    peer_send(world, peer, "{'jsonrpc':'2.0','id':%u,'method':'host/reload'}", id);
    expect(await(world, peer, id), "\"line\":1,\"message\":\"unknown key 'FOO'");
    expect_good(world, peer, ask_get(world, peer, "good", "")); /* the old one is in force */
    id = ++peer->asked;
    peer_send(world, peer, "{'jsonrpc':'2.0','id':%u,'method':'host/status'}", id);
    expect(await(world, peer, id), "\"provider\":\"good\"");
}

/* Agents. */

static void an_idle_agent_is_stopped(void **state)
{
    World *world = *state;

    register_provider(world, "good", "IDLE=5ms");
    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "good", ""));
    pump_until(world, world->server.agent_count == 0);
    expect_good(world, peer, ask_get(world, peer, "good", ""));
}

static void an_agent_that_is_kept_outlives_others_that_are_idle(void **state)
{
    World *world = *state;

    register_provider(world, "keeps-once", "IDLE=5ms");
    register_provider(world, "good", "IDLE=5ms");
    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "keeps-once", ""));
    pump_until(world, only_agent(world)->call_count == 0);
    expect_good(world, peer, ask_get(world, peer, "good", ""));
    pump_until(world, world->server.agent_count == 1);
    Agent *kept = only_agent(world);
    assert_string_equal(kept->provider->name, "keeps-once");
    unsigned id = ++peer->asked;
    peer_send(world, peer, "{'jsonrpc':'2.0','id':%u,'method':'host/status'}", id);
    expect(await(world, peer, id), "\"kept\":true");
    /* The same process, which now asks to be unloaded. */
    expect_good(world, peer, ask_get(world, peer, "keeps-once", ""));
    pump_until(world, world->server.agent_count == 0);
}

static void an_agent_that_is_kept_makes_no_place_for_another(void **state)
{
    World *world = *state;

    world->config.max_agents = 1;
    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "keeps-once", ""));
    pump_until(world, only_agent(world)->call_count == 0);
    expect(await(world, peer, ask_get(world, peer, "good", "")), "'maxAgents' (1) limits them");
}

static void an_agent_that_is_kept_goes_with_its_registration(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "keeps-once", ""));
    pump_until(world, only_agent(world)->call_count == 0);
    unregister_provider(world, "keeps-once");
    assert_int_equal(server_reload(&world->server), 0);
    pump_until(world, world->server.agent_count == 0);
}

static void an_agent_that_does_not_obey_stop_is_killed(void **state)
{
    World *world = *state;

    register_provider(world, "ignores-stop", "IDLE=5ms");
    be_impatient(world);
    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "ignores-stop", ""));
    pump_until(world, world->server.agent_count == 0);
}

static void an_idle_agent_makes_place_for_another(void **state)
{
    World *world = *state;

    world->config.max_agents = 1;
    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "good", ""));
    unsigned id = ask_get(world, peer, "endless", "");
    pump_until(world, world->server.request_count == 1);
    expect(await(world, peer, ask_get(world, peer, "good", "")), "'maxAgents' (1) limits them");
    cancel(world, peer, id, "none");
    await(world, peer, id);
}

static void calls_wait_for_a_free_place(void **state)
{
    World *world = *state;
    unsigned ids[50];

    register_provider(world, "good", "OPERATIONS=1");
    start(world);
    Peer *peer = peer_connect(world);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        ids[i] = ask_get(world, peer, "good", "");
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        expect_good(world, peer, ids[i]);
    assert_int_equal(world->server.agent_count, 1);
}

/* The stop. */

static void a_stop_answers_what_it_cancels(void **state)
{
    World *world = *state;
    unsigned ids[20];

    register_provider(world, "endless", "OPERATIONS=2");
    start(world);
    Peer *peer = peer_connect(world);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        ids[i] = ask_get(world, peer, "endless", "");
    pump_until(world, world->server.request_count == ARRAY_SIZE(ids));
    stop(world);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        expect(await(world, peer, ids[i]), "\"reason\":\"serviceStop\"");
    assert_true(peer->ended);
}

static void a_stop_in_the_middle_of_everything_ends(void **state)
{
    World *world = *state;
    const char *name;

    be_impatient(world);
    start(world);
    Peer *peer = peer_connect(world);
    for (size_t i = 0; (name = villain_name(i)) != NULL; i++)
        ask_enumerate(world, peer, name, "");
    turn(world);
    turn(world);
    stop(world);
}

static void while_it_stops_new_requests_are_refused(void **state)
{
    World *world = *state;

    be_impatient(world);
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "ignores-cancel", "");
    pump_until(world, world->server.request_count == 1);
    server_stop(&world->server, MI_REASON_SHUTDOWN);
    expect(await(world, peer, ask_get(world, peer, "good", "")),
           "MI_RESULT_SERVER_IS_SHUTTING_DOWN");
    expect(await(world, peer, id), "\"reason\":\"shutdown\"");
}

static void a_stop_that_takes_too_long_kills_and_answers(void **state)
{
    World *world = *state;

    world->config.grace = 100000;
    world->config.stop_time = 20;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "ignores-cancel", "");
    expect_good(world, peer, ask_get(world, peer, "ignores-stop", ""));
    stop(world);
    expect(await(world, peer, id), "\"reason\":\"serviceStop\"");
}

static void asked_twice_it_hurries(void **state)
{
    World *world = *state;

    world->config.grace = 100000;
    world->config.stop_time = 100000;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "ignores-cancel", "");
    pump_until(world, world->server.request_count == 1);
    server_stop(&world->server, MI_REASON_SERVICESTOP);
    turn(world);
    server_stop(&world->server, MI_REASON_SERVICESTOP);
    stop(world);
    expect(await(world, peer, id), "\"code\":-32800");
}

/* stopTime is longer than the test may take: only the last byte that is read can end it. */
static void a_stop_waits_for_a_slow_reader_and_no_longer(void **state)
{
    World *world = *state;

    world->config.stop_time = 1000 * PUMP_LIMIT * 2;
    world->config.grace = world->config.stop_time;
    start(world);
    Peer *slow = peer_connect(world);
    slow->deaf = true;
    for (int i = 0; i < 20; i++)
        ask_get(world, slow, "long", "");
    pump_until(world, world->server.counters.requests == 20 && world->server.request_count == 0);
    server_stop(&world->server, MI_REASON_SERVICESTOP);
    pump_until(world, world->server.agent_count == 0);
    assert_int_equal(world->server.state, SERVER_STOPPING);
    slow->deaf = false;
    stop(world);
}

static void a_stop_ends_with_the_time_of_a_client_that_never_reads(void **state)
{
    World *world = *state;

    world->config.stop_time = 20;
    start(world);
    Peer *deaf = peer_connect(world);
    deaf->deaf = true;
    for (int i = 0; i < 20; i++)
        ask_get(world, deaf, "long", "");
    pump_until(world, world->server.counters.requests == 20 && world->server.request_count == 0);
    stop(world);
    peer_close(deaf);
    peer_forget(deaf); /* cut off within a line */
}

static void what_can_not_be_killed_does_not_hold_up_the_stop(void **state)
{
    World *world = *state;
    Agent *agent;
    pid_t pid;

    world->config.stop_time = 100;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "endless", "");
    pump_until(world, world->server.agent_count == 1);
    agent = only_agent(world);
    pump_until(world, agent->state == AGENT_RUNNING);
    pid = agent->pid;
    assert_int_equal(kill(pid, SIGSTOP), 0);
    agent->pid =
        INT_MAX; /* nobody: signals are as good as sent to a process that can't take them */
    stop(world);
    expect(await(world, peer, id), "canceled");
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_socket_in_use_is_left_alone(void **state)
{
    World *world = *state;
    Server second;

    start(world);
    log_set_level(LOG_LEVEL_ERROR);
    assert_int_equal(server_init(&second, &world->loop, &world->config), 0);
    assert_int_equal(server_start(&second), -EADDRINUSE);
    server_stop(&second, MI_REASON_SERVICESTOP);
    pump_until(world, second.state == SERVER_STOPPED);
    server_deinit(&second);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "good", ""));
}

static void a_socket_that_was_left_behind_is_replaced(void **state)
{
    World *world = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", world->config.socket);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    start(world);
    assert_int_equal(stat(world->config.socket, &status), 0);
    assert_int_equal(status.st_mode & 0777, world->config.socket_mode);
    stop(world);
    assert_int_equal(access(world->config.socket, F_OK), -1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_registration_that_is_gone_cancels_all_that_wait_for_it),
        TEST(a_client_lost_in_the_middle_of_a_reload_harms_nothing),
        TEST(a_registration_that_changed_lets_the_old_finish),
        TEST(a_client_can_reload),
        TEST(an_idle_agent_is_stopped),
        TEST(an_agent_that_is_kept_outlives_others_that_are_idle),
        TEST(an_agent_that_is_kept_makes_no_place_for_another),
        TEST(an_agent_that_is_kept_goes_with_its_registration),
        TEST(an_agent_that_does_not_obey_stop_is_killed),
        TEST(an_idle_agent_makes_place_for_another),
        TEST(calls_wait_for_a_free_place),
        TEST(a_stop_answers_what_it_cancels),
        TEST(a_stop_in_the_middle_of_everything_ends),
        TEST(while_it_stops_new_requests_are_refused),
        TEST(a_stop_that_takes_too_long_kills_and_answers),
        TEST(asked_twice_it_hurries),
        TEST(a_stop_waits_for_a_slow_reader_and_no_longer),
        TEST(a_stop_ends_with_the_time_of_a_client_that_never_reads),
        TEST(what_can_not_be_killed_does_not_hold_up_the_stop),
        TEST(a_socket_in_use_is_left_alone),
        TEST(a_socket_that_was_left_behind_is_replaced),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
