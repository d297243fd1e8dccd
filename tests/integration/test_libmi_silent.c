/*
 * libmi.so beside a host that says nothing: it takes connections, or not even these, and is silent.
 * What has a timeout, and what was canceled, ends all the same (libmi/patience.h).
 *
 * Ticks and minutes are granted by the tests (ticks.h): a host that lives is never too late, and a
 * silent one costs no time.
 */
#include "tests/integration/ticks.h"
#include "tests/support/fake_host.h"
#include "tests/support/mi_client.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- Hosts and clients ---- */

/* A socket where nobody accepts. */
typedef struct Deaf {
    char path[128];
    int listener;
} Deaf;

static void deaf_start(Deaf *deaf, const Fixture *f, int backlog)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(deaf->path, sizeof(deaf->path), "%s/deaf", f->folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/deaf", f->folder);
    deaf->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(deaf->listener >= 0);
    assert_int_equal(bind(deaf->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(deaf->listener, backlog), 0);
}

static void deaf_stop(Deaf *deaf)
{
    close(deaf->listener);
    unlink(deaf->path);
}

/* Options of an operation that takes that long at most. */
static MI_OperationOptions within(MiClient *client, MI_Interval interval)
{
    MI_OperationOptions options;

    assert_int_equal(MI_Application_NewOperationOptions(&client->application, MI_FALSE, &options),
                     MI_RESULT_OK);
    assert_int_equal(MI_OperationOptions_SetTimeout(&options, &interval), MI_RESULT_OK);
    return options;
}

static MI_OperationOptions moment(MiClient *client)
{
    return within(client, (MI_Interval){.microseconds = 1});
}

/* A client whose operations take a moment at most, by its session. */
static MiClient open_hasty(const char *path)
{
    const MI_Interval interval = {.microseconds = 1};
    MiClient client;
    MI_DestinationOptions options;

    assert_int_equal(MI_Application_InitializeV1(0, NULL, NULL, &client.application), MI_RESULT_OK);
    assert_int_equal(MI_Application_NewDestinationOptions(&client.application, &options),
                     MI_RESULT_OK);
    assert_int_equal(MI_DestinationOptions_SetTimeout(&options, &interval), MI_RESULT_OK);
    assert_int_equal(MI_Application_NewSession(&client.application, NULL, path, &options, NULL,
                                               NULL, &client.session),
                     MI_RESULT_OK);
    MI_DestinationOptions_Delete(&options);
    return client;
}

static void enumerate(MiClient *client, MI_OperationOptions *options, MI_Operation *operation)
{
    MI_Session_EnumerateInstances(&client->session, 0, options, "root/x", "A", MI_FALSE, NULL,
                                  operation);
}

/* An operation that a thread of its own fetches. */
typedef struct Fetch {
    pthread_t thread;
    MiClient client; /* only where the thread starts the operation, too */
    MI_Operation operation;
    MiOutcome outcome;
} Fetch;

static void *run_fetch(void *data)
{
    Fetch *fetch = data;

    fetch->outcome = mi_drain(&fetch->operation, NULL, NULL);
    return NULL;
}

static void fetch_start(Fetch *fetch)
{
    assert_int_equal(pthread_create(&fetch->thread, NULL, run_fetch, fetch), 0);
}

static void fetch_end(Fetch *fetch)
{
    assert_int_equal(pthread_join(fetch->thread, NULL), 0);
}

static void expect_silence(const MiOutcome *outcome, const char *path)
{
    assert_int_equal(outcome->result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome->message, path));
    assert_non_null(strstr(outcome->message, "has not answered for"));
    assert_non_null(strstr(outcome->message, "restart it"));
}

static unsigned count(const char *text, const char *word)
{
    unsigned found = 0;

    while ((text = strstr(text, word)) != NULL) {
        found++;
        text += strlen(word);
    }
    return found;
}

/* ---- A host that says nothing ---- */

static void an_operation_with_a_timeout_ends(Fixture *f)
{
    static const char *const script[] = {NULL};
    FakeHost fake;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_OperationOptions options = moment(&client);
    enumerate(&client, &options, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    fake_stop(&fake);
    expect_silence(&outcome, fake.path);
    /* It was asked whether it lives, once, beside the question that a connection begins with. */
    assert_int_equal(count(fake.heard, "\"host/info\""), 2);
}

static void a_timeout_of_the_session_counts_too(Fixture *f)
{
    Deaf deaf;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = open_hasty(deaf.path);
    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, deaf.path);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* Whoever asks whether the host is there is told. */
static void a_test_of_the_connection_always_has_one(Fixture *f)
{
    Deaf deaf;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = mi_client_open_at(deaf.path);
    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    atomic_fetch_add(&minutes, 1);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, deaf.path);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* Also if another thread reads, whose operation has no timeout: it has lost its host, too. */
static void an_operation_without_one_goes_with_the_connection(Fixture *f)
{
    Deaf deaf;
    MI_Operation operation;
    Fetch patient;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = mi_client_open_at(deaf.path);
    MI_OperationOptions options = moment(&client);
    enumerate(&client, NULL, &patient.operation);
    fetch_start(&patient);
    enumerate(&client, &options, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    fetch_end(&patient);
    expect_silence(&outcome, deaf.path);
    expect_silence(&patient.outcome, deaf.path);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* What has no timeout waits for ever, until somebody wants its end. */
static void a_canceled_operation_ends(Fixture *f)
{
    Deaf deaf;
    Fetch fetch;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    deaf_start(&deaf, f, 8);
    MiClient client = mi_client_open_at(deaf.path);
    enumerate(&client, NULL, &fetch.operation);
    MI_Operation handle = fetch.operation;
    fetch_start(&fetch);
    assert_int_equal(MI_Operation_Cancel(&handle, MI_REASON_NONE), MI_RESULT_OK);
    fetch_end(&fetch);
    expect_silence(&fetch.outcome, deaf.path);
    mi_client_close(&client);
    deaf_stop(&deaf);
}

/* What a callback was told in the end. */
typedef struct End {
    unsigned lasts;
    MI_Result result, closed;
} End;

static void MI_CALL note_end(MI_Operation *operation, void *data, const MI_Instance *instance,
                             MI_Boolean more, MI_Result result, const MI_Char *message,
                             const MI_Instance *details,
                             MI_Result(MI_CALL *acknowledge)(MI_Operation *))
{
    End *end = data;

    (void)instance, (void)message, (void)details, (void)acknowledge;
    if (more)
        return;
    end->lasts++;
    end->result = result;
    end->closed = MI_Operation_Close(operation);
}

/* Closes the session beside @script, once all of it was said, with an operation on it. */
static void close_with_callbacks(Fixture *f, const char *const *script)
{
    End end = {0};
    MI_OperationCallbacks callbacks = {.callbackContext = &end, .instanceResult = note_end};
    FakeHost fake;
    MI_Operation operation;

    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_Session_EnumerateInstances(&client.session, 0, NULL, "root/x", "A", MI_FALSE, &callbacks,
                                  &operation);
    sem_wait(&fake.has_said_all);
    sem_post(&fake.has_said_all);
    atomic_store(&ticks, 1); /* it is taken when all is read */
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    atomic_store(&ticks, TICKS_WITHOUT_END);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(end.lasts, 1);
    assert_int_equal(end.result, MI_RESULT_FAILED);
    assert_int_equal(end.closed, MI_RESULT_OK);
}

static void a_session_can_be_closed(Fixture *f)
{
    static const char *const nothing[] = {NULL};
    static const char *const no_class[] = {
        FAKE_INFO, "", FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':1}}]}"),
        NULL};

    atomic_store(&ticks, 0);
    close_with_callbacks(f, nothing);
    atomic_store(&ticks, 0);
    close_with_callbacks(f, no_class);
}

/* The instances are there, but what they are is not. */
static void a_class_is_not_waited_for(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, "", FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':1}}]}"),
        NULL};
    FakeHost fake;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_OperationOptions options = moment(&client);
    enumerate(&client, &options, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, fake.path);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    fake_stop(&fake);
}

static void the_next_operation_has_a_connection_of_its_own(Fixture *f)
{
    static const char *const nothing[] = {NULL};
    /* The class, which was asked for and lost, is asked for again. */
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS,
                                         FAKE_RESULT("2", "{'instances':[]}"), NULL};
    FakeHost fake;
    MI_Operation operation;

    atomic_store(&ticks, TICKS_WITHOUT_END);
    fake_start(&fake, f, nothing, false);
    MiClient client = open_hasty(fake.path);
    enumerate(&client, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    expect_silence(&outcome, fake.path);
    fake_stop(&fake);
    atomic_store(&ticks, 0);
    fake_start(&fake, f, script, false);
    enumerate(&client, NULL, &operation);
    outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
}

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

static void a_connection_that_is_not_accepted_ends(Fixture *f)
{
    int others[16];
    size_t n = 0;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    Deaf deaf;
    MI_Operation operation;

    deaf_start(&deaf, f, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/deaf", f->folder);
    for (int r = 0; r == 0; n++) {
        assert_true(n < ARRAY_SIZE(others));
        others[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        assert_true(others[n] >= 0);
        r = connect(others[n], (struct sockaddr *)&address, sizeof(address));
    }
    MiClient client = open_hasty(deaf.path);
    enumerate(&client, NULL, &operation);
    MiOutcome outcome = mi_drain(&operation, NULL, NULL);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, deaf.path));
    assert_non_null(strstr(outcome.message, "nobody accepted the connection in time"));
    mi_client_close(&client);
    while (n > 0)
        close(others[--n]);
    deaf_stop(&deaf);
}

/* ---- One that takes its time, and lives ---- */

/* The deadline is the host's: all that it has to do is to answer when it is asked. */
static void a_host_that_lives_is_waited_for(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "",
                                         FAKE_RESULT("4", "{'protocol':1}"), NULL};
    FakeHost fake;
    Fetch fetch;

    atomic_store(&ticks, 0);
    fake_start(&fake, f, script, false);
    MiClient client = open_hasty(fake.path);
    enumerate(&client, NULL, &fetch.operation);
    atomic_fetch_add(&minutes, 1);
    atomic_store(&ticks, 1);
    fetch_start(&fetch);
    sem_wait(&fake.has_said_all); /* it was asked, and has answered */
    sem_post(&fake.has_said_all);
    atomic_store(&ticks, 4); /* with the one before as many as a silent one has */
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    fake_say(&fake, FAKE_RESULT("2", "{'instances':[]}"));
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(count(fake.heard, "\"host/info\""), 3);
}

/* What has no timeout, and was not canceled, is owed no answer in any time. */
static void an_operation_without_a_timeout_waits_on(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "", NULL};
    FakeHost fake;
    Fetch fetch;

    atomic_store(&ticks, 20);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    enumerate(&client, NULL, &fetch.operation);
    fetch_start(&fetch);
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    fake_say(&fake, FAKE_RESULT("2", "{'instances':[]}"));
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_OK);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(count(fake.heard, "\"host/info\""), 1);
}

static void MI_CALL note_progress(MI_Operation *operation, void *data, const MI_Char *activity,
                                  const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                                  MI_Uint32 seconds)
{
    (void)operation, (void)activity, (void)current, (void)status, (void)percent, (void)seconds;
    atomic_fetch_add((atomic_int *)data, 1);
}

/* As the host has it, who isn't asked anything before the time is over again. */
static void progress_starts_the_time_again(Fixture *f)
{
    static const char *const script[] = {FAKE_INFO, FAKE_CLASS, "", NULL};
    atomic_int told = 0;
    MI_OperationCallbacks callbacks = {.callbackContext = &told, .writeProgress = note_progress};
    FakeHost fake;
    Fetch fetch;

    atomic_store(&ticks, 0);
    fake_start(&fake, f, script, false);
    MiClient client = mi_client_open_at(fake.path);
    MI_OperationOptions options = within(&client, (MI_Interval){.hours = 1});
    MI_Session_EnumerateInstances(&client.session, 0, &options, "root/x", "A", MI_FALSE, &callbacks,
                                  &fetch.operation);
    fetch_start(&fetch);
    atomic_fetch_add(&minutes, 50);
    fake_say(&fake, FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'report'}}"));
    WAIT_UNTIL(atomic_load(&told) == 1, "progress");
    atomic_fetch_add(&minutes, 50);
    atomic_store(&ticks, 4);
    WAIT_UNTIL(atomic_load(&ticks) == 0, "%d ticks were not taken", atomic_load(&ticks));
    fake_say(&fake, FAKE_RESULT("2", "{'instances':[]}"));
    fetch_end(&fetch);
    assert_int_equal(fetch.outcome.result, MI_RESULT_OK);
    MI_OperationOptions_Delete(&options);
    mi_client_close(&client);
    fake_stop(&fake);
    assert_int_equal(count(fake.heard, "\"host/info\""), 1);
}

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
        TEST(an_operation_with_a_timeout_ends),
        TEST(a_timeout_of_the_session_counts_too),
        TEST(a_test_of_the_connection_always_has_one),
        TEST(an_operation_without_one_goes_with_the_connection),
        TEST(a_canceled_operation_ends),
        TEST(a_session_can_be_closed),
        TEST(a_class_is_not_waited_for),
        TEST(the_next_operation_has_a_connection_of_its_own),
        TEST(a_request_that_is_not_taken_ends),
        TEST(a_connection_that_is_not_accepted_ends),
        TEST(a_host_that_lives_is_waited_for),
        TEST(an_operation_without_a_timeout_waits_on),
        TEST(progress_starts_the_time_again),
        TEST(a_host_that_reads_lives),
    };

    return RUN_TESTS("libmi_silent", tests);
}
