/*
 * The callbacks only count, and keep what came last: nothing is asserted on the library's threads.
 */
#include "tests/support/mi_record.h"

#include <stdio.h>

void mi_record_init(MiRecord *record)
{
    *record = (MiRecord){.answer = MI_OperationCallback_ResponseType_Yes};
    pthread_mutex_init(&record->lock, NULL);
    pthread_cond_init(&record->changed, NULL);
}

void mi_record_deinit(MiRecord *record)
{
    pthread_mutex_destroy(&record->lock);
    pthread_cond_destroy(&record->changed);
}

void mi_record_begin(MiRecord *record)
{
    pthread_mutex_lock(&record->lock);
}

void mi_record_end(MiRecord *record)
{
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

static void take_result(MiRecord *record, MI_Operation *operation, bool is_last, MI_Result result,
                        const char *message, MI_Result (*acknowledgement)(MI_Operation *))
{
    mi_record_begin(record);
    record->results++;
    record->acknowledgement = acknowledgement;
    if (is_last) {
        record->lasts++;
        record->result = result;
        snprintf(record->message, sizeof(record->message), "%s", message == NULL ? "" : message);
        if (record->closes_itself)
            record->closed = MI_Operation_Close(operation);
    }
    mi_record_end(record);
}

static void on_instance(MI_Operation *operation, void *data, const MI_Instance *instance,
                        MI_Boolean more, MI_Result result, const MI_Char *message,
                        const MI_Instance *details,
                        MI_Result (*acknowledgement)(MI_Operation *operation))
{
    MiRecord *record = data;

    (void)details;
    if (instance != NULL)
        record->instances++; /* one callback of an operation at a time */
    take_result(record, operation, !more, result, message, acknowledgement);
}

static void on_class(MI_Operation *operation, void *data, const MI_Class *found, MI_Boolean more,
                     MI_Result result, const MI_Char *message, const MI_Instance *details,
                     MI_Result (*acknowledgement)(MI_Operation *operation))
{
    MiRecord *record = data;

    (void)details;
    if (found != NULL)
        record->classes++;
    take_result(record, operation, !more, result, message, acknowledgement);
}

static void on_message(MI_Operation *operation, void *data, MI_Uint32 channel,
                       const MI_Char *message)
{
    MiRecord *record = data;

    (void)operation;
    mi_record_begin(record);
    record->messages++;
    snprintf(record->text, sizeof(record->text), "%u %s", channel, message);
    mi_record_end(record);
}

static void on_progress(MI_Operation *operation, void *data, const MI_Char *activity,
                        const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                        MI_Uint32 seconds)
{
    MiRecord *record = data;

    (void)operation;
    (void)seconds;
    mi_record_begin(record);
    record->progresses++;
    snprintf(record->text, sizeof(record->text), "%s|%s|%s|%u", activity, current, status, percent);
    mi_record_end(record);
}

static void on_prompt(MI_Operation *operation, void *data, const MI_Char *message,
                      MI_PromptType type,
                      MI_Result (*answer)(MI_Operation *operation,
                                          MI_OperationCallback_ResponseType response))
{
    MiRecord *record = data;
    bool later;

    mi_record_begin(record);
    record->questions++;
    record->prompt_type = type;
    record->answer_function = answer;
    snprintf(record->text, sizeof(record->text), "%s", message);
    later = record->answers_later;
    mi_record_end(record);
    if (answer != NULL && !later)
        (void)answer(operation, record->answer);
}

static void on_error(MI_Operation *operation, void *data, MI_Instance *instance,
                     MI_Result (*answer)(MI_Operation *operation,
                                         MI_OperationCallback_ResponseType response))
{
    MiRecord *record = data;
    MI_Value value = {0};

    mi_record_begin(record);
    record->errors++;
    if (MI_Instance_GetElement(instance, "Message", &value, NULL, NULL, NULL) == MI_RESULT_OK &&
        value.string != NULL)
        snprintf(record->text, sizeof(record->text), "%s", value.string);
    mi_record_end(record);
    if (answer != NULL)
        (void)answer(operation, record->answer);
}

MI_OperationCallbacks mi_record_callbacks(MiRecord *record)
{
    return (MI_OperationCallbacks){
        .callbackContext = record,
        .promptUser = on_prompt,
        .writeError = on_error,
        .writeMessage = on_message,
        .writeProgress = on_progress,
        .instanceResult = on_instance,
        .classResult = on_class,
    };
}
