/*
 * Cells with a daemon and agents as processes: a client that hangs up, a stop, an agent that dies.
 *
 * "Before dispatch" is in the server's queue: a holder has the only place of the provider, and lets
 * go of it while the cancel comes. The stages are a file that the test and the provider map.
 */
#include "tests/matrix/matrix.h"

#include "tests/matrix/actor.h"
#include "tests/support/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* One run: who asks, and who looks on. */
typedef struct Run {
    Cell *cell;
    Fixture *f;
    Stage *actor, *holder;
    Client *client, *witness;
    long id, held;
    const cJSON *response; /* to the actor's client */
    pid_t agent;
} Run;

static Cell *current;

static Stage *map_stages(Fixture *f)
{
    char path[128];
    void *memory;
    int fd;

    snprintf(path, sizeof(path), "%s/matrix.so", f->folder);
    if (symlink(MATRIX_PROVIDER, path) < 0)
        test_failed("cannot link the provider");
    snprintf(path, sizeof(path), "%s/stages", f->folder);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || ftruncate(fd, 2 * sizeof(Stage)) < 0)
        test_failed("cannot make the stages");
    memory = mmap(NULL, 2 * sizeof(Stage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED)
        test_failed("cannot map the stages");
    return memory;
}

static void await_met(Run *run, Stage *stage)
{
    WAIT_UNTIL(stage->met != 0, "the provider to be entered");
    run->agent = stage->pid;
}

/* Asks, up to the moment of the cell; from here on the provider and the cancel race. */
static void ask(Run *run)
{
    bool is_before = run->cell->moment == BEFORE_DISPATCH;

    if (is_before) {
        run->held = ask_enumerate(run->witness, "Test_Holder", "");
        await_met(run, run->holder);
    }
    run->id = ask_enumerate(run->client, "Test_Actor", ",'partialResultToken':'t'");
    if (is_before)
        expect_served(run->client); /* it stands in the queue */
    else
        await_met(run, run->actor);
    atomic_store(is_before ? &run->holder->may_go : &run->actor->may_go, 1);
    stage_spin(matrix_turns(run->cell));
}

static const cJSON *response(Client *client, long id)
{
    char text[32];

    snprintf(text, sizeof(text), "%ld", id);
    return expect_response_with_id(client, text);
}

/* The response to the actor's client. True if it is "canceled". */
static bool check_response(Run *run, const char *reason)
{
    const cJSON *message = run->response = response(run->client, run->id);
    bool is_result = json_at(message, "result") != NULL;
    const Cell *cell = run->cell;

    run->actor->may_leave = 1; /* a callback that blocks holds up no response */
    if (is_result && (cell->moment == IN_PROVIDER || cell->moment == DURING_POST_INSTANCE))
        matrix_failed(cell, run->actor, "the cancel was lost");
    if (is_result || json_number(message, "error.code") == CODE_FAILED)
        return false;
    expect_json(message, "error.code", "-32800");
    if (reason == NULL || strcmp(json_text(message, "error.data.reason"), reason) != 0)
        matrix_failed(cell, run->actor, "C5: the response has another reason");
    expect_json(message, "error.data.abandoned", "false");
    return true;
}

/* C5: what the response says is what happened in the provider; the agent lived to tell. */
static void check_told(const Run *run)
{
    const cJSON *message = run->response;
    const Cell *cell = run->cell;
    bool was_called = matrix_calls(run->actor) == 1;

    if (json_at(message, "result") != NULL) {
        if (was_called)
            matrix_failed(cell, run->actor, "C5: called, and not told so");
        return;
    }
    if (json_number(message, "error.code") != CODE_CANCELED)
        matrix_failed(cell, run->actor, "C5: neither canceled nor done");
    if (cell->moment == AFTER_FINAL_POST)
        matrix_failed(cell, run->actor, "P3: canceled after completion");
    if (json_bool(message, "error.data.delivered") != was_called)
        matrix_failed(cell, run->actor, "C5: 'delivered' is not what happened");
    if (run->actor->entered == 0 && !cJSON_IsNull(json_at(message, "error.data.result")))
        matrix_failed(cell, run->actor, "P14: the result of what was not run");
}

static void disconnect(Run *run)
{
    ask(run);
    client_hang_up(run->client);
    stage_spin(matrix_turns(run->cell));
    run->actor->may_leave = 1;
    if (run->held != 0)
        (void)expect_result(run->witness, run->held);
    expect_operations(run->witness, 0);
    matrix_check(run->cell, run->actor, 0);
}

static void stop_provider(Run *run)
{
    ask(run);
    long stop = client_request(run->witness, "host/stopProvider", "{'provider':'matrix'}");

    run->cell->canceled += check_response(run, "serviceStop");
    if (run->held != 0)
        (void)response(run->witness, run->held);
    (void)expect_result(run->witness, stop);
    expect_operations(run->witness, 0);
    matrix_check(run->cell, run->actor, 3);
    check_told(run);
}

static void stop_server(Run *run)
{
    ask(run);
    daemon_signal(run->f, SIGTERM);
    run->cell->canceled += check_response(run, "serviceStop");
    if (run->held != 0)
        (void)response(run->witness, run->held);
    daemon_wait_exit(run->f, DAEMON_STOPPED);
    matrix_check(run->cell, run->actor, 3);
    check_told(run);
    client_finish(run->client);
    client_finish(run->witness);
}

/* Now and then a cancel is on its way when the agent dies. */
static void die(Run *run)
{
    bool was_canceled = matrix_random(2) == 0;

    ask(run);
    if (was_canceled)
        client_cancel(run->client, run->id, "timeout");
    stage_spin(matrix_turns(run->cell));
    kill(run->agent, SIGKILL);
    run->cell->canceled += check_response(run, was_canceled ? "timeout" : NULL);
    if (run->held != 0)
        (void)response(run->witness, run->held);
    expect_draining(run->witness, run->agent);
    expect_operations(run->witness, 0);
    matrix_check(run->cell, run->actor, 1);
}

static void run_once(Run *run)
{
    bool stops = run->cell->cause == CAUSE_STOP && run->cell->done % 2 == 0;

    matrix_set(run->cell, run->actor);
    stage_set(run->holder, BEFORE_DISPATCH, CALLBACK_NONE, REGISTERS_EARLY, matrix_turns(run->cell),
              0);
    if (run->f->daemon.pid == 0)
        daemon_start(run->f, "grace=60s", "stopTime=120s", "window=4096", "backoff=0", NULL);
    run->client = client_connect(run->f, CLIENT_LINES);
    run->witness = client_connect(run->f, CLIENT_LINES);
    if (run->cell->cause == CAUSE_DISCONNECT)
        disconnect(run);
    else if (run->cell->cause == CAUSE_DEATH)
        die(run);
    else if (stops)
        stop_server(run);
    else
        stop_provider(run);
    if (run->client->fd >= 0 && !stops)
        expect_served(run->client); /* a second response would have come by now */
    client_free(run->client);
    client_free(run->witness);
    run->cell->called += (unsigned)matrix_calls(run->actor);
    run->cell->done++;
}

static void run_cell(Fixture *f)
{
    unsigned begin = matrix_now_ms();
    Stage *stages = map_stages(f);

    registration_write(f, "matrix",
                       "LIBRARY=%s/matrix.so\nHOSTING=@requestor@\nCLASS=Test_Actor\n"
                       "CLASS=Test_Holder\nCALLS=parallel\nOPERATIONS=1\n",
                       f->folder);
    while (current->done < current->runs)
        run_once(&(Run){.cell = current, .f = f, .actor = &stages[0], .holder = &stages[1]});
    munmap(stages, 2 * sizeof(Stage));
    current->ms = matrix_now_ms() - begin;
}

int cell_host_setup(void **state)
{
    static TestCase test = {run_cell};

    current = *state;
    *state = &test;
    return fixture_setup(state);
}

void cell_in_host(void **state)
{
    fixture_run(state);
}

int cell_host_teardown(void **state)
{
    return fixture_teardown(state);
}
