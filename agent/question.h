/*
 * Question: what a provider asks the client while it waits: PromptUser and the like.
 *
 * A question goes as a PROMPT, behind what was posted before it, and the thread that asks waits for
 * its ANSWER. Several threads may ask at a time, up to QUESTION_MAX_OPEN of an operation; one more
 * waits for its turn. A cancel and the final post wake all of them (P10). A client that doesn't
 * want to be asked gives the answer that MI documents as the default: yes, go on.
 *
 * All of it is called between operation_enter and operation_leave.
 */
#pragma once

#include "agent/operation.h"

#define QUESTION_MAX_OPEN                                                                          \
    16 /* far below what the server allows a request, which may have parts                         \
        */

typedef enum QuestionState {
    QUESTION_OPEN,     /* its ANSWER is owed */
    QUESTION_ANSWERED, /* the thread that asked is owed its wake-up */
} QuestionState;

/* Lies on the stack of the thread that asks. */
typedef struct Question {
    List link; /* Operation.questions */
    uint32_t number;
    QuestionState state;
    PromptAnswer answer;
} Question;

/* Asks what @frame says, but for its number, which is set here; *@flag is the answer.
 * MI_RESULT_FAILED, and no for an answer, once canceled; MI_RESULT_INVALID_PARAMETER after the
 * final post. */
MI_Result question_ask(Operation *operation, PromptFrame *frame, MI_Boolean *flag);

/* ANSWER came. One for a question that nobody waits for any more is ignored; -EPROTO for one that
 * was never asked. */
int question_take_answer(Operation *operation, const AnswerFrame *frame);
