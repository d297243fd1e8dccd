/*
 * MiRecord: what the callbacks of one operation of libmi.so recorded.
 *
 * A test hands mi_record_callbacks() to the function that starts the operation, and AWAITs what is
 * to come. The record must outlive the last callback.
 */
#pragma once

#include "tests/support/mi_client.h"

#include <pthread.h>
#include <stdbool.h>

typedef struct MiRecord {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    MI_Operation operation;
    unsigned results, instances, classes, lasts, messages, progresses;
    MI_Result result;
    char message[256]; /* of the last result */
    char text[256];    /* of the last message, progress, question or error */
    MI_PromptType prompt_type;
    unsigned questions, errors;
    MI_OperationCallback_ResponseType answer;
    bool answers_later;
    MI_Result (*answer_function)(MI_Operation *, MI_OperationCallback_ResponseType);
    MI_Result (*acknowledgement)(MI_Operation *);
    bool closes_itself;
    MI_Result closed; /* what Close in the last callback returned */
} MiRecord;

/* Questions are answered with yes, at once, unless the test sets something else. */
void mi_record_init(MiRecord *record);
void mi_record_deinit(MiRecord *record);

/* Around what another thread than the test's changes; a test that holds it blocks the callbacks. */
void mi_record_begin(MiRecord *record);
void mi_record_end(MiRecord *record);

/* All callbacks, recording in @record. */
MI_OperationCallbacks mi_record_callbacks(MiRecord *record);

/* Waits, within the bound of all tests, until @condition of @record holds. */
#define AWAIT(record, condition) WAIT_CHANGED(record, condition, #condition)
