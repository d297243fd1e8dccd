/*
 * Questions of a provider, and the callbacks that answer them (the third part of operation.h).
 *
 * What becomes of a question says its mode: INQUIRE asks the client and waits; REPORT tells it, and
 * answers at once; IGNORE, or no callback, answers with the default of MI. While a question is
 * open, nothing else of its operation is handed over. "To all" answers what is asked later, too.
 */
#include "libmi/cim_error.h"
#include "libmi/reading.h"
#include "libmi/session.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"

#include <errno.h>
#include <stdio.h>

/* Appends the string that @value is. */
static void put_text(Buffer *to, Span value)
{
    if (value.data != NULL && json_type(value) == JSON_STRING)
        (void)json_decode_string(value, to);
}

static void send(Operation *operation, const Buffer *message)
{
    if (operation->connection != NULL)
        connection_send(operation->connection, message);
}

void operation_answer(Operation *operation, const char *question, MI_Boolean answer)
{
    CLEANUP(buffer_deinit) Buffer message = BUFFER_INIT;

    rpc_put_result_head(&message, span_of(question));
    buffer_printf(&message, "{\"answer\":%s}}", answer ? "true" : "false");
    send(operation, &message);
}

void operation_answer_default(Operation *operation, Span question)
{
    CLEANUP(buffer_deinit) Buffer message = BUFFER_INIT;

    rpc_put_error(&message, question, RPC_METHOD_NOT_FOUND, SPAN("the client does not answer this"),
                  (Span){0});
    send(operation, &message);
}

/* Both answer functions: the client has answered the open question. */
static MI_Result take_answer(MI_Operation *handle, MI_OperationCallback_ResponseType response,
                             bool is_error)
{
    Operation *operation = operation_of(handle);
    MI_Result r = MI_RESULT_INVALID_PARAMETER;
    OperationAnswer answer = response == MI_OperationCallback_ResponseType_Yes ||
                                     response == MI_OperationCallback_ResponseType_YesToAll
                                 ? ANSWER_YES
                                 : ANSWER_NO;
    Session *session;

    if (operation == NULL || (unsigned)response > MI_OperationCallback_ResponseType_YesToAll)
        return r;
    session = operation->session;
    pthread_mutex_lock(&session->lock);
    if (operation->gate == GATE_QUESTION && operation->question_is_error == is_error) {
        operation->gate = GATE_OPEN;
        if (response >= MI_OperationCallback_ResponseType_NoToAll)
            *(is_error ? &operation->error_answer : &operation->prompt_answer) = answer;
        operation_answer(operation, operation->question, answer == ANSWER_YES);
        operation_wake(operation);
        r = MI_RESULT_OK;
    }
    pthread_mutex_unlock(&session->lock);
    return r;
}

static MI_Result MI_CALL answer_prompt(MI_Operation *handle,
                                       MI_OperationCallback_ResponseType response)
{
    return take_answer(handle, response, false);
}

static MI_Result MI_CALL answer_error(MI_Operation *handle,
                                      MI_OperationCallback_ResponseType response)
{
    return take_answer(handle, response, true);
}

/* "delete 'file x'?": one sentence for the three kinds of prompts, which MI has one callback for.
 */
static void put_prompt(Buffer *to, const Event *event)
{
    if (span_equals(event->method, "mi/shouldProcess")) {
        put_text(to, json_find_member(event->body, "action"));
        buffer_put_string(to, ": ");
        put_text(to, json_find_member(event->body, "target"));
    } else {
        put_text(to, json_find_member(event->body, "message"));
    }
}

/* What can't be undone is critical. */
static MI_PromptType prompt_type(const Event *event)
{
    Span type = json_find_member(event->body, "type");
    bool is_critical = span_equals(event->method, "mi/shouldContinue") ||
                       span_equals(type, "\"critical\"") || span_equals(type, "1");

    return is_critical ? MI_PROMPTTYPE_CRITICAL : MI_PROMPTTYPE_NORMAL;
}

/* 0; -ENOMEM: the client would not see what it is asked, and isn't. */
static int call_prompt(Operation *operation, const Event *event, bool is_asked)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    MI_Operation *handle = operation_handle(operation);
    const char *message;

    put_prompt(&text, event);
    message = buffer_string(&text);
    if (message == NULL)
        return -ENOMEM;
    pthread_mutex_unlock(&operation->session->lock);
    operation->callbacks.promptUser(handle, operation->callbacks.callbackContext, message,
                                    prompt_type(event), is_asked ? answer_prompt : NULL);
    pthread_mutex_lock(&operation->session->lock);
    return 0;
}

/* The error as the provider made it, or what it says; NULL without memory. Without the lock. */
static MI_Instance *make_error(Operation *operation, Span error)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span details = json_find_member(error, "cimError"), result = json_find_member(error, "result");
    MI_Instance *instance = NULL;
    int64_t number = MI_RESULT_FAILED;
    int r;

    if (details.data != NULL && json_type(details) == JSON_OBJECT) {
        r = reading_instance(operation, details, &instance);
        if (r == 0)
            return instance;
        instance_free(take_pointer(instance));
        if (r == -ENOMEM)
            return NULL;
    }
    if (result.data != NULL && json_type(result) == JSON_NUMBER)
        (void)json_get_integer(result, &number);
    put_text(&text, json_find_member(error, "message"));
    if (buffer_string(&text) == NULL)
        return NULL;
    return cim_error_new((MI_Result)number, text.data);
}

/* As call_prompt(). */
static int call_error(Operation *operation, const Event *event, bool is_asked)
{
    CLEANUP(instance_freep) MI_Instance *error = NULL;
    MI_Operation *handle = operation_handle(operation);

    pthread_mutex_unlock(&operation->session->lock);
    error = make_error(operation, json_find_member(event->body, "error"));
    if (error != NULL)
        operation->callbacks.writeError(handle, operation->callbacks.callbackContext, error,
                                        is_asked ? answer_error : NULL);
    pthread_mutex_lock(&operation->session->lock);
    return error == NULL ? -ENOMEM : 0;
}

void operation_ask(Operation *operation, const Event *event)
{
    bool is_error = span_equals(event->method, "mi/writeError");
    bool has_callback = is_error ? operation->callbacks.writeError != NULL
                                 : operation->callbacks.promptUser != NULL;
    OperationAnswer answer = is_error ? operation->error_answer : operation->prompt_answer;
    MI_CallbackMode mode = is_error ? operation->error_mode : operation->prompt_mode;
    char question[RPC_MAX_ID];
    int r;

    if (operation->state != OPERATION_RUNNING)
        return; /* the host is lost: nobody waits for the answer */
    /* coverage: what is longer is no id, says rpc_parse() */
    if (event->id.size >= sizeof(question)) {
        operation_answer_default(operation, event->id);
        return;
    }
    memcpy(question, event->id.data, event->id.size);
    question[event->id.size] = '\0';
    if (answer != ANSWER_ASK) {
        operation_answer(operation, question, answer == ANSWER_YES);
        return;
    }
    if (!has_callback || mode == MI_CALLBACKMODE_IGNORE) {
        operation_answer_default(operation, event->id);
        return;
    }
    if (mode == MI_CALLBACKMODE_INQUIRE) {
        memcpy(operation->question, question, sizeof(question));
        operation->question_is_error = is_error;
        operation->gate = GATE_QUESTION;
    }
    if (is_error)
        r = call_error(operation, event, mode == MI_CALLBACKMODE_INQUIRE);
    else
        r = call_prompt(operation, event, mode == MI_CALLBACKMODE_INQUIRE);
    if (r < 0) {
        operation->gate = GATE_OPEN;
        operation_answer_default(operation, event->id);
        operation_fail_reading(operation, r);
    } else if (mode == MI_CALLBACKMODE_REPORT) {
        operation_answer(operation, question, is_error ? MI_TRUE : operation->unasked_answer);
    }
}
