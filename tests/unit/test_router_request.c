/*
 * What a request makes of its parts at the edges: limits that differ, parts that come too late,
 * acknowledgements that promise too much, a deadline that is over already.
 */
#include "tests/unit/router_world.h"
#include "tests/unit/villain.h"

#include <string.h>
#include <unistd.h>

static const Client *only_client(const World *world)
{
    return list_entry(list_first(&world->server.clients), Client, link);
}

/* The request that is the only one. */
static Request *only_request(const World *world)
{
    assert_int_equal(world->server.request_count, 1);
    return list_entry(list_first(&world->server.requests), Request, link);
}

static unsigned list_classes(World *world, Peer *peer)
{
    unsigned id = ++peer->asked;

    peer_send(world, peer,
              "{'jsonrpc':'2.0','id':%u,'method':'mi/enumerateClasses','params':{'namespace':"
              "'root/test','class':'X_Base','deep':true}}",
              id);
    return id;
}

static void what_is_collected_counts_as_waiting_for_its_client(void **state)
{
    World *world = *state;

    world->config.max_buffered = 4096; /* and 'maxCollected' is far more */
    start(world);
    Peer *peer = peer_connect(world);
    const char *response = await(world, peer, ask_enumerate(world, peer, "streams", ""));
    expect(response, "MI_RESULT_SERVER_LIMITS_EXCEEDED");
    expect(response, "'maxBuffered' (4096)");
    pump_until(world, world->server.request_count == 0);
    assert_int_equal(only_client(world)->buffered, 0);
}

static void a_class_that_has_nothing_to_show_is_left_out_of_the_list(void **state)
{
    World *world = *state;

    register_derived(world, "empty-body", ":X_Base", "");
    register_derived(world, "good", ":X_Base", "");
    start(world);
    Peer *peer = peer_connect(world);
    expect(await(world, peer, list_classes(world, peer)),
           "{\"classes\":[{\"class\":\"X\",\"properties\":{}}]}");
}

static void a_part_that_ends_after_the_answer_says_nothing(void **state)
{
    const Outcome late = {.posted = true, .body = SPAN("[]")};
    World *world = *state;

    be_impatient(world);
    world->config.drain = 3600 * 1000;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_enumerate(world, peer, "ignores-cancel", "");
    pump_until(world, world->server.agent_count == 1);
    pump_until(world, only_agent(world)->state == AGENT_RUNNING);
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"abandoned\":true");
    Request *request = only_request(world);
    assert_int_equal(request->state, REQUEST_ANSWERED);
    request_end_part(request, "ignores-cancel", &late);
    assert_int_equal(request->state, REQUEST_ANSWERED);
    timer_start(&only_agent(world)->end, 0); /* the drain is over */
    pump_until(world, world->server.request_count == 0);
    assert_int_equal(find_responses(peer, id, NULL, 0), 1);
}

static void a_client_may_acknowledge_more_than_it_got(void **state)
{
    World *world = *state;

    world->config.window = 4096;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id =
        ask_enumerate(world, peer, "streams", ",'partialResultToken':'t','acknowledge':true");
    pump_until(world, count_parts(peer, "\"token\":\"t\"") > 0);
    do {
        peer_send(world, peer,
                  "{'jsonrpc':'2.0','method':'$/acknowledge','params':{'id':%u,'messages':1000}}",
                  id);
        turn(world);
    } while (find_responses(peer, id, NULL, 0) == 0);
    expect_good(world, peer, id);
    assert_int_equal(count_parts(peer, "\"token\":\"t\""), VILLAIN_BATCHES);
}

static void what_is_acknowledged_is_forgotten_before_all_is(void **state)
{
    World *world = *state;

    world->config.window = 4096;
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id =
        ask_enumerate(world, peer, "streams", ",'partialResultToken':'t','acknowledge':true");
    pump_until(world, world->server.request_count == 1);
    Request *request = only_request(world);
    pump_until(world, fifo_span(&request->parts_sent).size >= 8 * sizeof(RequestPart));
    size_t sent = fifo_span(&request->parts_sent).size / sizeof(RequestPart);
    request_acknowledge(request, sent / 2);
    assert_int_equal(fifo_span(&request->parts_sent).size, (sent - sent / 2) * sizeof(RequestPart));
    cancel(world, peer, id, "none");
    expect(await(world, peer, id), "\"code\":-32800");
    pump_until(world, world->server.request_count == 0);
}

static void progress_moves_no_deadline_beyond_the_maximum(void **state)
{
    World *world = *state;

    register_provider(world, "endless", "MAXTIMEOUT=1h");
    start(world);
    Peer *peer = peer_connect(world);
    unsigned id = ask_get(world, peer, "endless", ",'timeoutMs':1800000,'workDoneToken':'w'");
    pump_until(world, world->server.request_count == 1);
    Request *request = only_request(world);
    assert_int_equal(request->latest, request->started + 3600 * 1000);
    request->latest = request->started; /* an hour later */
    uv_sleep(1);
    uv_update_time(&world->loop);
    request_restart_deadline(request);
    expect(await(world, peer, id), "\"reason\":\"timeout\"");
}

/* What was written to @fd, cut off at @size; closes it. */
static void read_log(int fd, char *text, size_t size)
{
    ssize_t length;

    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    length = read(fd, text, size - 1);
    assert_true(length >= 0);
    text[length] = '\0';
    close(fd);
}

static void each_step_of_a_request_can_be_traced(void **state)
{
    World *world = *state;
    int saved = dup(STDERR_FILENO), log = open(world->folder, O_TMPFILE | O_RDWR, 0600);
    static char text[1 << 16];
    bool is_good;

    start(world);
    Peer *peer = peer_connect(world);
    assert_true(saved >= 0 && log >= 0 && dup2(log, STDERR_FILENO) >= 0);
    log_init("test", LOG_LEVEL_TRACE);
    unsigned id = ask_get(world, peer, "good", "");
    is_good = strstr(await(world, peer, id), "\"result\":") != NULL;
    pump_until(world, world->server.request_count == 0);
    log_init("test", LOG_LEVEL_ERROR);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    read_log(log, text, sizeof(text));
    assert_true(is_good);
    expect(text, "): request 1: running -> answered");
    expect(text, "): request 1: answered -> done");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_collected_counts_as_waiting_for_its_client),
        TEST(a_class_that_has_nothing_to_show_is_left_out_of_the_list),
        TEST(a_part_that_ends_after_the_answer_says_nothing),
        TEST(a_client_may_acknowledge_more_than_it_got),
        TEST(what_is_acknowledged_is_forgotten_before_all_is),
        TEST(progress_moves_no_deadline_beyond_the_maximum),
        TEST(each_step_of_a_request_can_be_traced),
    };

    if (!world_begin(argc, argv))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
