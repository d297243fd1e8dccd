/*
 * Scenes of libmi.c: results that come to callbacks, and threads that share a session.
 */
#include "tests/support/cmocka.h"
#include "tests/torture/faults.h"
#include "tests/torture/libmi_program.h"

/* ---- Scenes with callbacks ---- */

typedef struct Call {
    Program *client;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned lasts;     /* callbacks that said it was the last */
    MI_Result expected; /* the last result on any day */
    bool closes;        /* the last callback closes its operation */
    MI_Operation operation;
} Call;

/* The callback of a last result. */
static void end_call(Call *call, MI_Result result, const MI_Char *message)
{
    take_last(call->client, result, call->expected, message);
    pthread_mutex_lock(&call->lock);
    call->lasts++;
    pthread_cond_signal(&call->changed);
    pthread_mutex_unlock(&call->lock);
}

static void on_instance(MI_Operation *operation, void *data, const MI_Instance *instance,
                        MI_Boolean more, MI_Result result, const MI_Char *message,
                        const MI_Instance *details,
                        MI_Result (*acknowledge)(MI_Operation *operation))
{
    Call *call = data;

    (void)details;
    if (instance != NULL)
        note_instance(call->client, instance);
    if (!more && call->closes)
        (void)is_ok(call->client, MI_Operation_Close(operation));
    if (!more)
        end_call(call, result, message);
    else if (acknowledge != NULL)
        (void)is_ok(call->client, acknowledge(operation));
}

static void on_indication(MI_Operation *operation, void *data, const MI_Instance *instance,
                          const MI_Char *bookmark, const MI_Char *machine, MI_Boolean more,
                          MI_Result result, const MI_Char *message, const MI_Instance *details,
                          MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation, (void)bookmark, (void)machine, (void)acknowledge, (void)details;
    if (instance != NULL)
        note_instance(((Call *)data)->client, instance);
    if (!more)
        end_call(data, result, message);
}

static void on_class(MI_Operation *operation, void *data, const MI_Class *found, MI_Boolean more,
                     MI_Result result, const MI_Char *message, const MI_Instance *details,
                     MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation, (void)acknowledge, (void)details;
    note_class(((Call *)data)->client, found);
    if (!more)
        end_call(data, result, message);
}

static void on_prompt(MI_Operation *operation, void *data, const MI_Char *message,
                      MI_PromptType type,
                      MI_Result (*answer)(MI_Operation *operation,
                                          MI_OperationCallback_ResponseType response))
{
    Call *call = data;

    note(call->client, "prompt %d: %s\n", (int)type, message);
    (void)answer(operation, MI_OperationCallback_ResponseType_Yes); /* it may be moot by now */
}

static void on_error(MI_Operation *operation, void *data, MI_Instance *instance,
                     MI_Result (*answer)(MI_Operation *operation,
                                         MI_OperationCallback_ResponseType response))
{
    Call *call = data;

    note_instance(call->client, instance);
    (void)answer(operation, MI_OperationCallback_ResponseType_Yes); /* it may be moot by now */
}

static void on_message(MI_Operation *operation, void *data, MI_Uint32 channel,
                       const MI_Char *message)
{
    (void)operation;
    note(((Call *)data)->client, "message %u: %s\n", channel, message);
}

static void on_progress(MI_Operation *operation, void *data, const MI_Char *activity,
                        const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                        MI_Uint32 seconds)
{
    (void)operation;
    note(((Call *)data)->client, "progress %s|%s|%s|%u|%u\n", activity, current, status, percent,
         seconds);
}

static void on_piece(MI_Operation *operation, void *data, const MI_Char *name, MI_Type type,
                     const MI_Value *value, MI_Result (*acknowledge)(MI_Operation *operation))
{
    Call *call = data;

    note(call->client, "piece %s ", name);
    note_value(call->client, type, value);
    note(call->client, "\n");
    if (acknowledge != NULL)
        (void)is_ok(call->client, acknowledge(operation));
}

static void call_init(Call *call, Program *client, MI_OperationCallbacks *callbacks)
{
    *call = (Call){.client = client};
    pthread_mutex_init(&call->lock, NULL);
    pthread_cond_init(&call->changed, NULL);
    *callbacks = (MI_OperationCallbacks){
        .callbackContext = call,
        .promptUser = on_prompt,
        .writeError = on_error,
        .writeMessage = on_message,
        .writeProgress = on_progress,
        .instanceResult = on_instance,
        .indicationResult = on_indication,
        .classResult = on_class,
        .streamedParameterResult = on_piece,
    };
}

/* Waits for the last callback, and closes the operation, if it got that far. */
static void call_finish(Call *call)
{
    pthread_mutex_lock(&call->lock);
    while (call->lasts == 0)
        pthread_cond_wait(&call->changed, &call->lock);
    pthread_mutex_unlock(&call->lock);
    if (call->operation.ft != NULL)
        (void)is_ok(call->client, MI_Operation_Close(&call->operation));
    pthread_mutex_destroy(&call->lock);
    pthread_cond_destroy(&call->changed);
}

/* Has the recorder call @function of its context. */
static void call_recorder(Program *client, MI_Uint32 flags, const char *function)
{
    MI_Instance *parameters = new_with(client, NULL, "Function", text(function), MI_STRING, 0);
    MI_OperationCallbacks callbacks;
    Call call;

    if (parameters == NULL)
        return;
    call_init(&call, client, &callbacks);
    MI_Session_Invoke(&client->session, flags, NULL, NAMESPACE, "Test_Recorder", "Call", NULL,
                      parameters, &callbacks, &call.operation);
    drop(parameters);
    call_finish(&call);
}

void questions_are_answered(Program *client)
{
    call_recorder(client, 0, "MI_ContextFT.PromptUser");
    call_recorder(client, 0, "MI_ContextFT.WriteError");
    call_recorder(client, 0, "MI_ContextFT.ShouldProcess");
}

void what_a_provider_tells_is_heard(Program *client)
{
    call_recorder(client, 0, "MI_ContextFT.WriteMessage");
    call_recorder(client, 0, "MI_ContextFT.WriteProgress");
    call_recorder(client, MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS,
                  "MI_ContextFT.WriteStreamParameter");
}

void results_come_to_callbacks(Program *client)
{
    MI_OperationCallbacks callbacks;
    Call call;

    call_init(&call, client, &callbacks);
    MI_Session_EnumerateInstances(
        &client->session,
        MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS | MI_OPERATIONFLAGS_REPORT_OPERATION_STARTED, NULL,
        NAMESPACE, "Test_Sample", MI_FALSE, &callbacks, &call.operation);
    call_finish(&call);
    call_init(&call, client, &callbacks);
    MI_Session_GetClass(&client->session, 0, NULL, NAMESPACE, "Test_Sample", &callbacks,
                        &call.operation);
    call_finish(&call);
    call_init(&call, client, &callbacks);
    call.expected = MI_RESULT_NOT_SUPPORTED;
    MI_Session_Subscribe(&client->session, 0, NULL, NAMESPACE, "WQL", "SELECT * FROM Test_Signal",
                         NULL, &callbacks, &call.operation);
    call_finish(&call);
}

static void end_close(void *data)
{
    end_call(data, MI_RESULT_OK, NULL);
}

/* One that can't be closed aside is closed here. */
void a_session_is_closed_aside(Program *client)
{
    MI_OperationCallbacks ignored;
    MI_Session other = {0};
    Call call;

    if (!is_ok(client, MI_Application_NewSession(&client->application, NULL, "/nowhere", NULL, NULL,
                                                 NULL, &other)))
        return;
    call_init(&call, client, &ignored);
    if (is_ok(client, MI_Session_Close(&other, &call, end_close)))
        call_finish(&call);
    else
        (void)is_ok(client, MI_Session_Close(&other, NULL, NULL));
}

/* ---- Scenes with threads ---- */

static void *fetch_samples(void *data)
{
    MI_Operation operation = {0};

    MI_Session_EnumerateInstances(&((Program *)data)->session, 0, NULL, NAMESPACE, "Test_Sample",
                                  MI_TRUE, NULL, &operation);
    drain(data, &operation, MI_RESULT_OK);
    return NULL;
}

/* Which of them reads for the other is open, so what they see is not compared. */
void threads_share_a_session(Program *client)
{
    pthread_t threads[3];

    faults_spare_begin();
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, fetch_samples, client), 0);
    faults_spare_end();
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_lock(&client->lock);
    client->size = 0;
    client->seen[0] = '\0';
    pthread_mutex_unlock(&client->lock);
}
