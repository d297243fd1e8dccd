/*
 * Telling: what a provider says besides its results, and a client has callbacks for: messages,
 * progress, pieces of streamed out parameters (the fourth part of operation.h).
 *
 * The callbacks are called in the turn, and without the lock.
 */
#include "libmi/body.h"
#include "libmi/reading.h"
#include "libmi/session.h"
#include "mi/instance_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void operation_tell_message(Operation *operation, const Event *event)
{
    static const char *const channels[] = {"warning", "verbose", "debug"};
    CLEANUP(buffer_deinit) Buffer channel = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    const char *name = body_text(json_find_member(event->body, "channel"), &channel);
    const char *message = body_text(json_find_member(event->body, "message"), &text);
    MI_Operation *handle = operation_handle(operation);
    MI_Uint32 number = 0;

    if (buffer_failed(&channel) || buffer_failed(&text))
        operation_fail_reading(operation, -ENOMEM); /* what was said isn't lost silently */
    if (name == NULL || message == NULL || operation->callbacks.writeMessage == NULL)
        return;
    while (number < ARRAY_SIZE(channels) && strcmp(name, channels[number]) != 0)
        number++;
    if (number == ARRAY_SIZE(channels))
        return;
    pthread_mutex_unlock(&operation->session->lock);
    operation->callbacks.writeMessage(handle, operation->callbacks.callbackContext, number,
                                      message);
    pthread_mutex_lock(&operation->session->lock);
}

void operation_tell_progress(Operation *operation, const Event *event)
{
    Span value = event->body;
    CLEANUP(buffer_deinit) Buffer current = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer status = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer kind = BUFFER_INIT;
    const char *word = body_text(json_find_member(value, "kind"), &kind);
    MI_Operation *handle = operation_handle(operation);
    const char *texts[3];

    if (buffer_failed(&kind))
        operation_fail_reading(operation, -ENOMEM);
    if (word == NULL || strcmp(word, "end") == 0 || operation->callbacks.writeProgress == NULL)
        return;
    if (body_is(json_find_member(value, "title"), JSON_STRING)) /* the beginning alone has one */
        (void)body_text(json_find_member(value, "title"), &operation->activity);
    texts[0] = buffer_string(&operation->activity);
    texts[1] = body_text(json_find_member(value, "currentOperation"), &current);
    texts[2] = body_text(json_find_member(value, "message"), &status);
    if (buffer_failed(&operation->activity) || buffer_failed(&current) || buffer_failed(&status)) {
        operation_fail_reading(operation, -ENOMEM);
        return;
    }
    pthread_mutex_unlock(&operation->session->lock);
    operation->callbacks.writeProgress(
        handle, operation->callbacks.callbackContext, texts[0] == NULL ? "" : texts[0],
        texts[1] == NULL ? "" : texts[1], texts[2] == NULL ? "" : texts[2],
        body_number(json_find_member(value, "percentage"), UINT32_MAX),
        body_number(json_find_member(value, "secondsRemaining"), UINT32_MAX));
    pthread_mutex_lock(&operation->session->lock);
}

/* resultAcknowledgement of a piece: what follows may come. */
static MI_Result MI_CALL acknowledge_piece(MI_Operation *handle)
{
    return operation_open_gate(handle);
}

/* Reads a piece of an out parameter: an array of its elements, in an instance of the parameters. */
static int read_piece(Operation *operation, const Event *event, Buffer *name, MI_Instance **ret)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;
    Span parameter = json_find_member(event->body, "parameter");

    if (body_text(parameter, name) == NULL) {
        snprintf(operation->results.reader.message, sizeof(operation->results.reader.message),
                 "a piece of an out parameter has no name");
        return buffer_failed(name) ? -ENOMEM : -EINVAL;
    }
    buffer_put_char(&json, '{');
    buffer_put_span(&json, parameter);
    buffer_put_char(&json, ':');
    buffer_put_span(&json, json_find_member(event->body, "values"));
    buffer_put_char(&json, '}');
    if (buffer_failed(&json))
        return -ENOMEM;
    return reading_parameters(operation, (Span){0}, buffer_span(&json), ret);
}

void operation_tell_piece(Operation *operation, const Event *event)
{
    bool is_manual = (operation->flags & MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS) != 0;
    CLEANUP(instance_freep) MI_Instance *piece = NULL;
    CLEANUP(buffer_deinit) Buffer name = BUFFER_INIT;
    MI_Operation *handle = operation_handle(operation);
    MI_Value value;
    MI_Type type;
    int r;

    if (operation->failure == MI_RESULT_OK &&
        operation->callbacks.streamedParameterResult != NULL) {
        pthread_mutex_unlock(&operation->session->lock);
        r = read_piece(operation, event, &name, &piece);
        pthread_mutex_lock(&operation->session->lock);
        /* coverage: it was read just now */
        if (r == 0 &&
            MI_Instance_GetElement(piece, name.data, &value, &type, NULL, NULL) != MI_RESULT_OK)
            r = -EINVAL;
        if (r < 0) {
            operation_fail_reading(operation, r);
        } else {
            if (is_manual)
                operation->gate = GATE_RESULT;
            pthread_mutex_unlock(&operation->session->lock);
            operation->callbacks.streamedParameterResult(
                handle, operation->callbacks.callbackContext, name.data, type, &value,
                is_manual ? acknowledge_piece : NULL);
            pthread_mutex_lock(&operation->session->lock);
        }
    }
    operation_acknowledge(operation);
}
