/*
 * Flow control: a client that doesn't read stops its own operations and nobody else's, and costs
 * the server a window of memory.
 */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* What the server may grow by while a client doesn't read: far below what the providers would post.
 * AddressSanitizer keeps what was freed. */
#ifdef __SANITIZE_ADDRESS__
#define FLAT_KIB 65536
#else
#define FLAT_KIB 8192
#endif

/* An enumeration that posts as fast as it can to a client that doesn't read. */
typedef struct Stall {
    Client *client;
    long id;
    Puppet *puppet;
} Stall;

static Stall stall(Fixture *f)
{
    Stall s;

    s.client = client_connect(f, CLIENT_LINES);
    s.id = ask_enumerate(s.client, "Test_Puppet", ",'partialResultToken':'t'");
    s.puppet = gate_await(f->gate, "enumerate");
    puppet_do(s.puppet, "register it", "0");
    puppet_tell(s.puppet, "flood");
    return s;
}

/* The callback comes, the provider ends, and the client gets all that was posted but what the
 * response counts as discarded. */
static void end_stall(Fixture *f, Stall *s)
{
    unsigned long posted, got = 0;
    const cJSON *message;

    puppet_return(gate_await(f->gate, "callback it of enumerate, reason 1"));
    posted = strtoul(puppet_answer(s->puppet, "flood"), NULL, 10);
    puppet_do(s->puppet, "result 1", "0");
    puppet_return(s->puppet);
    while (json_at(message = client_next(s->client), "params") != NULL) {
        const cJSON *instance;
        cJSON_ArrayForEach(instance, json_at(message, "params.value"))
            assert_int_equal((unsigned long)json_number(instance, "properties.Index"), got++);
    }
    expect_json(message, "error.code", "-32800");
    /* The post that was waiting when the cancel came was refused, and counts as discarded too. */
    assert_int_equal(got + (unsigned long)json_number(message, "error.data.discarded"), posted + 1);
}

static void a_client_that_does_not_read_stops_only_its_own_operation(Fixture *f)
{
    daemon_start(f, "window=64K", NULL);
    Client *other = client_connect(f, CLIENT_HEADERS);
    long watched = ask_run(other, "observer");
    Puppet *observer = gate_await(f->gate, "invoke observer");
    (void)expect_result(other, ask_get(other, "Test_Sample", "'Id':1", ""));
    size_t before = process_resident_kib(f->daemon.pid);

    Stall s = stall(f);
    unsigned long posted = expect_standstill(observer, other);
    /* An instance is ~150 bytes of JSON: the window, the sockets' buffers and a batch hold some
     * thousands. */
    assert_in_range(posted, 1, 20000);
    assert_in_range(process_resident_kib(f->daemon.pid), 1, before + FLAT_KIB);

    client_cancel(s.client, s.id, "timeout"); /* on the connection that isn't read */
    end_stall(f, &s);
    puppet_do(observer, "result 0", "0");
    puppet_return(observer);
    (void)expect_result(other, watched);
}

static void many_clients_that_do_not_read_are_no_burden_either(Fixture *f)
{
    enum {
        COUNT = 8
    };
    Stall stalls[COUNT];

    daemon_start(f, "window=64K", NULL);
    Client *other = client_connect(f, CLIENT_LINES);
    long watched = ask_run(other, "observer");
    Puppet *observer = gate_await(f->gate, "invoke observer");
    (void)expect_result(other, ask_get(other, "Test_Sample", "'Id':1", ""));
    size_t before = process_resident_kib(f->daemon.pid);

    for (int i = 0; i < COUNT; i++)
        stalls[i] = stall(f);
    (void)expect_standstill(observer, other);
    assert_in_range(process_resident_kib(f->daemon.pid), 1, before + FLAT_KIB);
    for (int i = 0; i < COUNT; i++) {
        client_cancel(stalls[i].client, stalls[i].id, "timeout");
        end_stall(f, &stalls[i]);
    }
    puppet_do(observer, "result 0", "0");
    puppet_return(observer);
    (void)expect_result(other, watched);
}

static void a_client_that_reads_again_gets_everything_in_order(Fixture *f)
{
    enum {
        COUNT = 20000
    };
    int got = 0;

    daemon_start(f, "window=4K", NULL);
    Client *client = client_connect(f, CLIENT_HEADERS);
    long id = ask_enumerate(client, "Test_Puppet", ",'partialResultToken':7");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    puppet_tell(puppet, "post 20000");
    while (got < COUNT) {
        const cJSON *batch = json_at(expect_notification(client, "$/progress"), "value");
        const cJSON *instance;
        cJSON_ArrayForEach(instance, batch)
            assert_int_equal((int)json_number(instance, "properties.Index"), got++);
    }
    assert_string_equal(puppet_answer(puppet, "post 20000"), "20000 0");
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    expect_json(expect_result(client, id), "", "{'instances':[]}");
}

static void an_instance_larger_than_the_window_passes(Fixture *f)
{
    daemon_start(f, "window=4K", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(client, "Test_Puppet", ",'partialResultToken':7");
    Puppet *puppet = gate_await(f->gate, "enumerate");

    for (int i = 0; i < 3; i++) {
        puppet_do(puppet, "large 1000000", "0");
        const cJSON *batch = json_at(expect_notification(client, "$/progress"), "value");
        assert_int_equal(strlen(json_text(batch, "0.properties.Text")), 1000000);
    }
    puppet_do(puppet, "result 0", "0");
    puppet_return(puppet);
    (void)expect_result(client, id);
}

static void a_collected_enumeration_flows_through_a_small_window(Fixture *f)
{
    daemon_start(f, "window=4K", NULL);
    Client *client = client_connect(f, CLIENT_LINES);

    assert_int_equal(
        json_count(expect_result(client, ask_enumerate(client, "Test_Many", "")), "instances"),
        1000);
}

static void a_client_that_never_reads_its_answers_is_disconnected(Fixture *f)
{
    static const char info[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"}\n";
    bool is_open = true;

    daemon_start(f, NULL);
    Client *other = client_connect(f, CLIENT_LINES), *deaf = client_connect(f, CLIENT_LINES);
    for (int i = 0; is_open && i < 100000; i++)
        is_open = send(deaf->fd, info, sizeof(info) - 1, MSG_NOSIGNAL) > 0;
    assert_false(is_open);
    daemon_log_contains(f, "doesn't read its answers");
    client_hang_up(deaf);
    expect_served(other);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_client_that_does_not_read_stops_only_its_own_operation),
        TEST(many_clients_that_do_not_read_are_no_burden_either),
        TEST(a_client_that_reads_again_gets_everything_in_order),
        TEST(an_instance_larger_than_the_window_passes),
        TEST(a_collected_enumeration_flows_through_a_small_window),
        TEST(a_client_that_never_reads_its_answers_is_disconnected),
    };

    return RUN_TESTS("flow", tests);
}
