/*
 * libmi.so beside a host that takes nothing of what it is sent, or no connection at all: as
 * test_libmi_silent.c, of which this is the second part.
 */
#include "tests/integration/silence.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- One that takes nothing ---- */

/* Starts a method with an argument of more than a socket takes. */
static void invoke_much(MiClient *client, MI_OperationOptions *options, MI_Operation *operation)
{
    const size_t size = 4U << 20;
    char *text = malloc(size + 1);
    MI_Instance *parameters;
    MI_Value value = {.string = text};

    assert_non_null(text);
    memset(text, 'x', size);
    text[size] = '\0';
    assert_int_equal(
        MI_Application_NewInstance(&client->application, "Parameters", NULL, &parameters),
        MI_RESULT_OK);
    assert_int_equal(MI_Instance_AddElement(parameters, "Text", &value, MI_STRING, 0),
                     MI_RESULT_OK);
    MI_Session_Invoke(&client->session, 0, options, "root/x", "A", "M", NULL, parameters, NULL,
                      operation);
    MI_Instance_Delete(parameters);
    free(text);
}

static void a_request_that_is_not_taken_ends(Fixture *f)
{
    Deaf deaf;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = mi_client_open_at(deaf.path);
    MI_OperationOptions options = moment(&client);
    invoke_much(&client, &options, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, deaf.path);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

static void signals_do_not_prolong_that_either(Fixture *f)
{
    atomic_store(&signals, true);
    a_request_that_is_not_taken_ends(f);
    atomic_store(&signals, false);
}

/* ---- One that accepts nobody ---- */

/* A socket where as many wait as may. */
typedef struct Full {
    Deaf deaf;
    int others[16];
    size_t count;
} Full;

static void full_start(Full *full, const Fixture *f)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    deaf_start(&full->deaf, f, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/deaf", f->folder);
    full->count = 0;
    for (int r = 0; r == 0; full->count++) {
        assert_true(full->count < ARRAY_SIZE(full->others));
        full->others[full->count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        assert_true(full->others[full->count] >= 0);
        r = connect(full->others[full->count], (struct sockaddr *)&address, sizeof(address));
    }
    atomic_store(&connects, 0);
}

static void full_stop(Full *full)
{
    while (full->count > 0)
        close(full->others[--full->count]);
    deaf_stop(&full->deaf);
}

static void *run_enumeration(void *data)
{
    Fetch *fetch = data;

    enumerate(&fetch->client, NULL, &fetch->operation);
    return run_fetch(fetch);
}

/* Starts an operation, and waits until it has waited for a tick. */
static void start_connecting(Fetch *fetch)
{
    assert_int_equal(pthread_create(&fetch->thread, NULL, run_enumeration, fetch), 0);
    WAIT_UNTIL(atomic_load(&connects) > 1, "%d times", atomic_load(&connects));
}

static void a_connection_that_is_not_accepted_ends(Fixture *f)
{
    Full full;
    Fetch fetch;

    full_start(&full, f);
    fetch.client = open_hasty(full.deaf.path);
    start_connecting(&fetch);
    atomic_fetch_add(&minutes, 1);
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(fetch.outcome.message, full.deaf.path));
    assert_non_null(strstr(fetch.outcome.message, "nobody accepted the connection in time"));
    mi_client_close(&fetch.client);
    full_stop(&full);
}

/* Without a timeout it would wait for as long as it takes. */
static void a_session_that_connects_can_be_closed(Fixture *f)
{
    Full full;
    Fetch fetch;

    full_start(&full, f);
    fetch.client = mi_client_open_at(full.deaf.path);
    start_connecting(&fetch);
    atomic_fetch_add(&minutes, 1);
    mi_client_close(&fetch.client);
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(fetch.outcome.message, "the session is being closed"));
    full_stop(&full);
}

/* ---- One that takes its time ---- */

static void *run_much(void *data)
{
    Fetch *fetch = data;

    invoke_much(&fetch->client, NULL, &fetch->operation);
    return run_fetch(fetch);
}

/* Takes @n lines, however long. */
static void take_lines(int fd, unsigned n)
{
    char chunk[4096];

    while (n > 0) {
        ssize_t got = read(fd, chunk, sizeof(chunk));

        assert_true(got > 0);
        for (ssize_t i = 0; i < got; i++)
            n -= n > 0 && chunk[i] == '\n';
    }
}

/* That it reads what was sent is a sign, too, before it can say anything. */
static void a_host_that_reads_lives(Fixture *f)
{
    static const char answers[] =
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32601,\"message\":\"\"}}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"returnValue\":0,\"parameters\":{}}}\n";
    Deaf deaf;
    Fetch fetch;
    int fd;

    atomic_store(&ticks, 4);
    atomic_store(&ticks_writing, 0);
    deaf_start(&deaf, f, 8);
    fetch.client = open_hasty(deaf.path);
    assert_int_equal(pthread_create(&fetch.thread, NULL, run_much, &fetch), 0);
    WAIT_UNTIL(atomic_load(&ticks_writing) == 4, "%d ticks passed", atomic_load(&ticks_writing));
    fd = accept(deaf.listener, NULL, NULL);
    assert_true(fd >= 0);
    take_lines(fd, 3);
    atomic_store(&ticks, 4);
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    assert_int_equal(write(fd, answers, sizeof(answers) - 1), sizeof(answers) - 1);
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_OK);
    mi_client_close(&fetch.client);
    close(fd);
    deaf_stop(&deaf);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_that_is_not_taken_ends),
        TEST(signals_do_not_prolong_that_either),
        TEST(a_connection_that_is_not_accepted_ends),
        TEST(a_session_that_connects_can_be_closed),
        TEST(a_host_that_reads_lives),
    };

    return RUN_TESTS("libmi_deaf", tests);
}
