/*
 * Dialog: a client of libmi.so in the middle of the method M of class A, with a callback for all
 * that a provider says besides its results. The host is a thread of the test
 * (tests/support/fake_host.h).
 *
 * Nothing is asserted in a callback: it writes down what it was called with, and the test reads
 * that when the last result has come.
 */
#pragma once

#include "tests/support/fake_host.h"
#include "tests/support/mi_client.h"

#include <pthread.h>
#include <stdbool.h>

typedef struct DialogRecord {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char text[2048]; /* a line for each callback */
    unsigned lasts;
    MI_OperationCallback_ResponseType answer;
    bool answers_later;
    MI_Result answered; /* what the answer returned */
    MI_Result (*answer_function)(MI_Operation *, MI_OperationCallback_ResponseType);
    MI_Session *to_close; /* in the last callback; NULL: none */
    bool closes_again;    /* the operation, in the last callback */
    MI_Result closed;     /* what either came to */
    MI_Operation operation;
} DialogRecord;

typedef struct Dialog {
    FakeHost fake;
    MiClient client;
    MI_OperationOptions options; /* for a test to set, before it begins */
    DialogRecord record;
} Dialog;

/* For tables of them. */
typedef struct Saying {
    const char *text;   /* what the host says */
    const char *called; /* what the callback writes down */
} Saying;

/* The method's result, as the host says it. */
#define DONE FAKE_RESULT("2", "{'returnValue':0,'parameters':{}}")

/* Waits, within the bound of all tests, until @condition of @record holds. */
#define AWAIT(record, condition)                                                                   \
    WAIT_CHANGED(record, condition, #condition ", after %s", (record)->text)

/* Starts the host, which says @script, and connects. */
void dialog_prepare(Dialog *dialog, Fixture *f, const char *const *script);

/* Invokes the method with all callbacks, or with @callbacks and the one for results. */
void dialog_begin(Dialog *dialog);
void dialog_begin_with(Dialog *dialog, MI_OperationCallbacks callbacks);

/* Waits for the last result, and closes everything; the record can still be read. */
void dialog_end(Dialog *dialog);

/* ... and what it was told in all is @expected. */
void dialog_expect(Dialog *dialog, const char *expected);

/* ---- For tests that invoke on their own ---- */

/* Adds to record->text; on any thread. */
void dialog_write_down(DialogRecord *record, const char *format, ...) PRINTF_LIKE(2, 3);

/* The callback for prompts. */
void dialog_on_prompt(MI_Operation *operation, void *data, const MI_Char *message,
                      MI_PromptType type,
                      MI_Result (*answer)(MI_Operation *operation,
                                          MI_OperationCallback_ResponseType response));
