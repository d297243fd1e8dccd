/*
 * Questions of a provider, asked on the terminal: mi/promptUser, mi/shouldProcess,
 * mi/shouldContinue, mi/writeError.
 *
 * They are asked one at a time, in the order in which they came, and answered with y or n; the end
 * of the input is a no. What was typed before a question was shown never answers it. A question
 * that the server takes back ($/cancelRequest) is erased, and answered with an error, for each
 * request has one response. The terminal is read while mihostctl waits (interrupt_watch).
 */
#pragma once

#include "client/connection.h"
#include "client/console.h"
#include "client/interrupt.h"
#include "protocol/rpc.h"

#define DIALOG_MAX 64 /* questions that wait: as many as the server lets one operation ask */

typedef enum DialogState {
    DIALOG_OFF,    /* nothing was asked for: all questions are refused */
    DIALOG_QUIET,  /* no question is open */
    DIALOG_ASKING, /* questions[0] is on the terminal: its answer is owed */
} DialogState;

typedef struct Question {
    Buffer id;   /* JSON text */
    Buffer text; /* as it is shown */
} Question;

typedef struct Dialog {
    DialogState state;
    int terminal;
    Span subject; /* what the questions are about: a class */
    Console *console;
    Interrupt *interrupt;
    Connection *connection;
    Question questions[DIALOG_MAX];
    size_t count;
} Dialog;

enum {
    DIALOG_TAKEN = 0,
    DIALOG_NOT_A_QUESTION, /* a request of another method, or none is asked for */
};

/* DIALOG_OFF; set the pointers, and `state` to DIALOG_QUIET, where questions are to be asked. */
void dialog_init(Dialog *dialog);
void dialog_deinit(Dialog *dialog);

/* Takes a request of the server, and answers it: now, when it is wrong or one too many, or later.
 * DIALOG_TAKEN, DIALOG_NOT_A_QUESTION, or -ENOMEM. */
int dialog_take(Dialog *dialog, const RpcMessage *request);

/* Takes the params of a $/cancelRequest: what it names is open no more. 0 or -ENOMEM. */
int dialog_withdraw(Dialog *dialog, Span params);

/* Shows the open question again, after something else was printed. */
void dialog_show(Dialog *dialog);
