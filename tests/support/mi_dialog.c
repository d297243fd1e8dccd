/*
 * The callbacks only write down: what they were called with in a line of text, and of a question
 * the function that answers it. A test has no business on the library's threads.
 */
#include "tests/support/mi_dialog.h"

#include <stdio.h>
#include <string.h>

void dialog_write_down(DialogRecord *record, const char *format, ...)
{
    size_t size;
    va_list list;

    pthread_mutex_lock(&record->lock);
    size = strlen(record->text);
    va_start(list, format);
    vsnprintf(record->text + size, sizeof(record->text) - size, format, list);
    va_end(list);
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

static void take_question(DialogRecord *record, MI_Operation *operation,
                          MI_Result (*answer)(MI_Operation *, MI_OperationCallback_ResponseType))
{
    MI_Result result;

    if (answer == NULL)
        return;
    pthread_mutex_lock(&record->lock);
    record->answer_function = answer;
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
    if (record->answers_later)
        return;
    result = answer(operation, record->answer);
    pthread_mutex_lock(&record->lock);
    record->answered = result;
    pthread_mutex_unlock(&record->lock);
}

void dialog_on_prompt(MI_Operation *operation, void *data, const MI_Char *message,
                      MI_PromptType type,
                      MI_Result (*answer)(MI_Operation *operation,
                                          MI_OperationCallback_ResponseType response))
{
    dialog_write_down(data, "%s prompt%s: %s\n",
                      type == MI_PROMPTTYPE_CRITICAL ? "critical" : "normal",
                      answer == NULL ? " that nobody waits for" : "", message);
    take_question(data, operation, answer);
}

static void on_error(MI_Operation *operation, void *data, MI_Instance *instance,
                     MI_Result (*answer)(MI_Operation *operation,
                                         MI_OperationCallback_ResponseType response))
{
    const MI_Char *name = "";
    MI_Value value = {0};

    (void)MI_Instance_GetClassName(instance, &name);
    (void)MI_Instance_GetElement(instance, "Message", &value, NULL, NULL, NULL);
    dialog_write_down(data, "%s%s: %s\n", name, answer == NULL ? " that nobody waits for" : "",
                      value.string == NULL ? "-" : value.string);
    take_question(data, operation, answer);
}

static void on_message(MI_Operation *operation, void *data, MI_Uint32 channel,
                       const MI_Char *message)
{
    (void)operation;
    dialog_write_down(data, "message %u: %s\n", channel, message);
}

static void on_progress(MI_Operation *operation, void *data, const MI_Char *activity,
                        const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                        MI_Uint32 seconds)
{
    (void)operation;
    dialog_write_down(data, "progress: %s|%s|%s|%d|%d\n", activity, current, status, (int)percent,
                      (int)seconds);
}

static void on_piece(MI_Operation *operation, void *data, const MI_Char *name, MI_Type type,
                     const MI_Value *value, MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation, (void)acknowledge;
    dialog_write_down(data, "piece of %s, type %d, %u\n", name, (int)type, value->array.size);
}

static void on_result(MI_Operation *operation, void *data, const MI_Instance *instance,
                      MI_Boolean more, MI_Result result, const MI_Char *message,
                      const MI_Instance *details, MI_Result (*acknowledge)(MI_Operation *operation))
{
    DialogRecord *record = data;

    (void)instance, (void)details, (void)acknowledge;
    if (more)
        return;
    if (record->to_close != NULL)
        record->closed = MI_Session_Close(record->to_close, NULL, NULL);
    if (record->closes_again)
        record->closed = MI_Operation_Close(operation);
    dialog_write_down(record, "end %d%s%s\n", (int)result, message == NULL ? "" : ": ",
                      message == NULL ? "" : message);
    pthread_mutex_lock(&record->lock);
    record->lasts++;
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

static void record_init(DialogRecord *record)
{
    *record = (DialogRecord){.answer = MI_OperationCallback_ResponseType_Yes};
    pthread_mutex_init(&record->lock, NULL);
    pthread_cond_init(&record->changed, NULL);
}

void dialog_prepare(Dialog *dialog, Fixture *f, const char *const *script)
{
    record_init(&dialog->record);
    fake_start(&dialog->fake, f, script, false);
    dialog->client = mi_client_open_at(dialog->fake.path);
    assert_int_equal(
        MI_Application_NewOperationOptions(&dialog->client.application, MI_FALSE, &dialog->options),
        MI_RESULT_OK);
}

void dialog_begin_with(Dialog *dialog, MI_OperationCallbacks callbacks)
{
    callbacks.callbackContext = &dialog->record;
    callbacks.instanceResult = on_result;
    MI_Session_Invoke(&dialog->client.session, 0, &dialog->options, "root/x", "A", "M", NULL, NULL,
                      &callbacks, &dialog->record.operation);
    MI_OperationOptions_Delete(&dialog->options);
}

void dialog_begin(Dialog *dialog)
{
    dialog_begin_with(dialog, (MI_OperationCallbacks){.promptUser = dialog_on_prompt,
                                                      .writeError = on_error,
                                                      .writeMessage = on_message,
                                                      .writeProgress = on_progress,
                                                      .streamedParameterResult = on_piece});
}

void dialog_end(Dialog *dialog)
{
    AWAIT(&dialog->record, dialog->record.lasts == 1);
    if (dialog->record.operation.ft != NULL)
        assert_int_equal(MI_Operation_Close(&dialog->record.operation), MI_RESULT_OK);
    mi_client_close(&dialog->client);
    fake_stop(&dialog->fake);
    pthread_mutex_destroy(&dialog->record.lock);
    pthread_cond_destroy(&dialog->record.changed);
}

void dialog_expect(Dialog *dialog, const char *expected)
{
    dialog_end(dialog);
    assert_string_equal(dialog->record.text, expected);
}
