/*
 * Agents that misbehave: only their own requests suffer, each gets one response, and it says who
 * did what.
 */
#include "tests/unit/router_world.h"
#include "tests/unit/villain.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The good. */

static void a_good_agent_answers_and_the_next_request_finds_it(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect(await(world, peer, ask_get(world, peer, "good", "")),
           "\"result\":{\"instance\":{\"class\":\"X\",\"properties\":{}}}");
    expect(await(world, peer, ask_enumerate(world, peer, "good", "")),
           "\"result\":{\"instances\":[]}");
    assert_int_equal(world->server.agent_count, 1);
}

static void what_there_is_not_is_refused_by_name(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "nonsense", "");
    expect(await(world, peer, id), "no provider is registered for class 'X_nonsense'");
    expect(await(world, peer, id), "MI_RESULT_INVALID_CLASS");
    id = ++peer->asked;
    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/enumerateInstances','params':{'namespace':'a/"
              "b','class':'X'}}",
              id);
    expect(await(world, peer, id), "there is no namespace 'a/b'");
    id = ++peer->asked;
    peer_send(world, peer, "{'jsonrpc':'2.0','id':%u,'method':'mi/subscribe'}", id);
    expect(await(world, peer, id), "MI_RESULT_NOT_SUPPORTED");
    id = ++peer->asked;
    peer_send(world, peer, "{'jsonrpc':'2.0','id':%u,'method':'mi/nonsense'}", id);
    expect(await(world, peer, id), "-32601");
    assert_int_equal(world->server.agent_count, 0);
}

/* The bad: each is asked, its request fails with its name, and others don't notice. */

static void only_the_villain_suffers(void **state)
{
    static const struct {
        const char *name;
        bool enumerate;
        const char *says; /* beside the provider's name */
    } villains[] = {
        {"dies", false, "exit status 3"},
        {"another-version", false, "speaks version 2"},
        {"no-greeting", false, "a first frame that is no HELLO"},
        {"greets-twice", false, "a second HELLO"},
        {"answers-for-others", false, "an operation that it doesn't have"},
        {"no-start", false, "the state of its operation doesn't allow"},
        {"starts-twice", false, "the state of its operation doesn't allow"},
        {"no-result", false, "the state of its operation doesn't allow"},
        {"no-json", false, "a RESULT frame of it is broken"},
        {"another-message", false, "a RESULT frame of it is broken"},
        {"two-lines", false, "a RESULT frame of it is broken"},
        {"too-deep", false, "a RESULT frame of it is broken"},
        {"another-kind", false, "a RESULT frame of it is broken"},
        {"another-kind", true, "a RESULT frame of it is broken"},
        {"counts-wrongly", true, "an INSTANCES frame of it is broken"},
        {"list-for-one", false, "an operation that has one result"},
        {"cancels-itself", false, "an operation was canceled which was not"},
        {"huge", false, "too long"},
        {"unknown-type", false, "a type or with flags"},
        {"servers-type", false, "a type or with flags"},
        {"prompts", false, "a PROMPT frame of it is broken"},
        {"pongs", false, "PONG without PING"},
        {"keeps-much", false, "a KEEP or UNLOAD frame of it is broken"},
        {"hangs-up", false, "its connection ended"},
        {"half-a-frame", false, "its connection ended"},
    };
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    for (size_t i = 0; i < ARRAY_SIZE(villains); i++) {
        const char *more = villains[i].enumerate ? ",'partialResultToken':'t'" : "";
        unsigned id = villains[i].enumerate ? ask_enumerate(world, peer, villains[i].name, more)
                                            : ask_get(world, peer, villains[i].name, more);
        const char *response = await(world, peer, id);
        expect(response, "\"error\":{\"code\":-32803");
        expect(response, villains[i].name);
        expect(response, villains[i].says);
        expect_good(world, peer, ask_get(world, peer, "good", ""));
    }
    pump_until(world, world->server.agent_count == 1);
}

static void values_of_a_parameter_are_sent_as_they_come(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_invoke(world, peer, "parameter", ",'partialResultToken':7"));
    expect(all_of(peer), "{\"token\":7,\"value\":{\"parameter\":\"Out\\\"\",\"values\":[1,2]}}}\n");
    expect(all_of(peer),
           "{\"token\":7,\"value\":{\"parameter\":\"Out\\\"\",\"values\":[\"x\"]}}}\n");
    assert_int_equal(only_agent(world)->state, AGENT_RUNNING);
}

static void an_agent_streams_what_is_wanted_and_no_more(void **state)
{
    static const struct {
        const char *name, *more, *says;
    } villains[] = {
        {"parameter", "", "it sent PARAMETER for an operation that streams none"},
        {"no-array", ",'partialResultToken':7", "a PARAMETER frame of it is broken"},
        {"parameters", ",'partialResultToken':7", "more than the window"},
    };
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect(await(world, peer, ask_get(world, peer, "parameter", ",'partialResultToken':7")),
           "it sent PARAMETER for an operation that streams none");
    for (size_t i = 0; i < ARRAY_SIZE(villains); i++) {
        peer->deaf = i == 2;
        unsigned id = ask_invoke(world, peer, villains[i].name, villains[i].more);
        pump_until(world, world->server.request_count > 0);
        pump_until(world, world->server.request_count == 0);
        peer->deaf = false;
        expect(await(world, peer, id), villains[i].says);
    }
}

static void a_second_answer_ends_the_agent_and_is_not_seen(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect_good(world, peer, ask_get(world, peer, "answers-twice", ""));
    pump_until(world, world->server.agent_count == 0);
    assert_int_equal(world->server.request_count, 0);
}

/* The agent's own end of its socket; -1 where a process may not take another's descriptors. */
static int take_end(const Agent *agent)
{
    int process = (int)syscall(SYS_pidfd_open, agent->pid, 0);
    int end = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, VILLAIN_SOCKET, 0);

    if (process >= 0)
        close(process);
    return end;
}

static void what_a_silent_agent_wrote_in_its_last_moment_counts(void **state)
{
    World *world = *state;
    Buffer frame = BUFFER_INIT;

    world->config.agent_response = 1000000; /* nothing but this test finds it silent */
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "never-starts", "");
    pump_until(world, world->server.agent_count == 1);
    Agent *agent = only_agent(world);
    pump_until(world, agent->state == AGENT_RUNNING && agent->call_count == 1);
    int end = take_end(agent);
    if (end < 0) {
        print_message("SKIPPED: this system doesn't let a process take a descriptor of another\n");
        cancel(world, peer, id, "none");
        agent_kill(agent, "the test is over");
        await(world, peer, id);
        skip();
    }
    agent->unread_go_on = true;
    agent_kill(agent, "it was silent");
    payload_put_empty(&frame, FRAME_STARTED, agent->last_operation);
    assert_int_equal(write(end, frame.data, frame.size), frame.size);
    close(end);
    buffer_deinit(&frame);
    /* It may have been run: it is not given to another agent, but answered. */
    expect(await(world, peer, id), "it was silent");
    pump_until(world, world->server.agent_count == 0);
}

static void an_agent_that_never_answers_is_followed_by_few(void **state)
{
    static const char *const names[] = {"never-greets", "never-starts"};
    World *world = *state;

    world->config.agent_response = 8;
    start(world);
    Peer *peer = peer_connect(world);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const char *response = await(world, peer, ask_get(world, peer, names[i], ""));
        expect(response, names[i]);
        expect(response,
               "within 'agentResponse'"); /* which of its silences was first doesn't matter */
    }
}

static void what_an_agent_left_unread_goes_to_a_fresh_one(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "stuck-once", "");
    pump_until(world, access(path_of(world, "marker"), F_OK) == 0);
    make_late(only_agent(world));
    expect_good(world, peer, id);
}

static void what_a_client_saw_before_a_crash_stays_with_it(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    const char *response =
        await(world, peer, ask_enumerate(world, peer, "crashes", ",'partialResultToken':'t'"));
    expect(response, "\"error\":{\"code\":-32803");
    expect(response, "crashes");
    expect(response, "signal");
    expect(all_of(peer), "\"value\":[{\"class\":\"X\"},{\"class\":\"Y\"}]");
    expect(all_of(peer), "\"value\":[{\"class\":\"Z\"}]");
    expect_good(world, peer, ask_get(world, peer, "good", ""));
}

static void what_was_collected_before_a_crash_is_counted(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect(await(world, peer, ask_enumerate(world, peer, "crashes", "")), "\"discarded\":3");
}

static void what_an_agent_wrote_before_its_exit_counts(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    for (int i = 0; i < 20; i++)
        expect_good(world, peer, ask_get(world, peer, "exits", ""));
}

static void what_waited_for_an_agent_that_exits_goes_to_a_fresh_one(void **state)
{
    World *world = *state;
    unsigned ids[5];

    register_provider(world, "exits", "OPERATIONS=1");
    start(world);
    Peer *peer = peer_connect(world);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        ids[i] = ask_get(world, peer, "exits", "");
    /* One that was given to an agent on its way out is answered with its end. */
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        await(world, peer, ids[i]);
    expect_good(world, peer, ids[0]);
    pump_until(world, world->server.agent_count == 0);
}

static void a_child_that_holds_the_socket_holds_up_nobody(void **state)
{
    World *world = *state;

    start(world);
    Peer *peer = peer_connect(world);
    expect(await(world, peer, ask_get(world, peer, "leaves-a-child", "")), "leaves-a-child");
    expect_good(world, peer, ask_get(world, peer, "good", ""));
}

static void an_agent_that_cannot_be_started_is_told(void **state)
{
    World *world = *state;

    free(world->config.agent);
    world->config.agent = strdup("/nonexistent/agent");
    start(world);
    Peer *peer = peer_connect(world);
    for (int i = 0; i < 3; i++) {
        const char *response = await(world, peer, ask_get(world, peer, "good", ""));
        expect(response, "cannot start an agent for provider 'good'");
        expect(response, "/nonexistent/agent");
    }
    pump_until(world, world->server.agent_count == 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_agent_answers_and_the_next_request_finds_it),
        TEST(what_there_is_not_is_refused_by_name),
        TEST(only_the_villain_suffers),
        TEST(values_of_a_parameter_are_sent_as_they_come),
        TEST(an_agent_streams_what_is_wanted_and_no_more),
        TEST(a_second_answer_ends_the_agent_and_is_not_seen),
        TEST(what_a_silent_agent_wrote_in_its_last_moment_counts),
        TEST(an_agent_that_never_answers_is_followed_by_few),
        TEST(what_an_agent_left_unread_goes_to_a_fresh_one),
        TEST(what_a_client_saw_before_a_crash_stays_with_it),
        TEST(what_was_collected_before_a_crash_is_counted),
        TEST(what_an_agent_wrote_before_its_exit_counts),
        TEST(what_waited_for_an_agent_that_exits_goes_to_a_fresh_one),
        TEST(a_child_that_holds_the_socket_holds_up_nobody),
        TEST(an_agent_that_cannot_be_started_is_told),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
