/*
 * The world of a test of the router: a server in this process, clients, and villains for agents.
 *
 * The server runs on a loop that the test pumps; its agents are the test's own program, started
 * again (tests/unit/villain.h). A provider is called as its agent behaves. Every line that a client
 * gets must be JSON, and every request that it sent must have exactly one response. The end of a
 * test is a test of its own: the stop ends with an empty loop, no child is left, and as many
 * descriptors are open as before.
 */
#pragma once

#include "server/agent.h"
#include "server/client.h"
#include "server/request.h"
#include "server/server.h"

#include "tests/support/cmocka.h"
#include "tests/unit/router_peer.h"
#include "tests/unit/scratch.h"

#include <time.h>

#define MAX_PEERS  8
#define PUMP_LIMIT 60 /* s: a test that is still waiting has failed */

typedef struct World {
    uv_loop_t loop;
    Config config; /* for a test to change before start() */
    Server server;
    char folder[SCRATCH_PATH];
    Peer peers[MAX_PEERS];
    size_t peer_count;
    size_t descriptors; /* open when the test began */
    bool stopped;
} World;

/* A test of a world of its own: `static void a_sentence(void **state)`; its World is *state. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int world_setup(void **state);
int world_teardown(void **state);

/* What main() begins with: true if the tests are to be run; an agent never returns from it. */
bool world_begin(int argc, char **argv);

/* Starts the server; what the test sets in world->config comes before it. */
void start(World *world);

/* Stops the server, and waits for its end. */
void stop(World *world);

/* A path in the test's folder; valid until the next call. */
const char *path_of(const World *world, const char *name);

/* ---- Providers: each villain has one from the start, that has its name ---- */

/* The class of @provider; valid until the next call. */
const char *class_of(const char *provider);

/* Registers the provider @name, with @more lines: its class is X_name, with underscores, and what
 * @bases adds, ":X_Base" or "". */
void register_derived(World *world, const char *name, const char *bases, const char *more);
void register_provider(World *world, const char *name, const char *more);
void unregister_provider(World *world, const char *name);

/* ---- Pumping ---- */

/* One turn of the loop; it waits for something to happen, but never for long. */
void turn(World *world);

/* Seconds, of a clock that nobody sets. */
time_t world_now(void);

/* Turns the loop until @condition holds; fails at PUMP_LIMIT. */
#define pump_until(world, condition)                                                               \
    do {                                                                                           \
        time_t end_ = world_now() + PUMP_LIMIT;                                                    \
        while (!(condition)) {                                                                     \
            if (world_now() > end_)                                                                \
                fail_msg("never came true: %s", #condition);                                       \
            turn(world);                                                                           \
        }                                                                                          \
    } while (0)

/* ---- Clients ---- */

/* The world closes it, and checks what it got. */
Peer *peer_connect(World *world);

/* Sends bytes, turning the loop while they don't fit. */
void peer_send_bytes(World *world, Peer *peer, const char *bytes, size_t size);

/* Sends a line that is written with ' for ". */
void peer_send(World *world, Peer *peer, const char *format, ...) PRINTF_LIKE(3, 4);

/* Each asks @provider's class for something, with @more members of params, ",'timeout':1" or "",
 * and returns the request's id. */
unsigned ask_get(World *world, Peer *peer, const char *provider, const char *more);
unsigned ask_enumerate(World *world, Peer *peer, const char *provider, const char *more);
unsigned ask_invoke(World *world, Peer *peer, const char *provider, const char *more);

void cancel(World *world, Peer *peer, unsigned id, const char *reason);

/* The response to @id, when it has come; valid until the next call. */
const char *await(World *world, Peer *peer, unsigned id);

/* Awaits a result, and no error. */
void expect_good(World *world, Peer *peer, unsigned id);

/* Fails unless @part is in @text. */
void expect(const char *text, const char *part);

/* ---- Time: a test needs little of it, or makes it ---- */

/* For providers that don't do what they should: the server soon loses its patience. */
void be_impatient(World *world);

/* The agent that is the only one. */
Agent *only_agent(const World *world);

/* The next PING is due. */
void make_ping_due(Agent *agent);

/* A PONG is overdue. */
void make_late(Agent *agent);
