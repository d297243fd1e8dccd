#include "agent/question.h"

#include "agent/operations.h"
#include "base/log.h"

#include <errno.h>

/* A question that goes to the client; the rest is answered at once. */
static bool goes_to_client(const Operation *operation)
{
    return operation->task != NULL && (operation->task->flags & OPERATION_PROMPTS) != 0;
}

static bool is_full(const Operation *operation)
{
    unsigned open = 0;

    list_for_each (link, &operation->questions)
        open++;
    return open >= QUESTION_MAX_OPEN;
}

/* Waits until it is its turn, and all that was posted before it has gone. */
static MI_Result wait_for_turn(Operation *operation)
{
    MI_Result r = operation_may_post(operation);

    while (r == MI_RESULT_OK && (is_full(operation) || !outlet_send_batch(&operation->outlet))) {
        pthread_cond_wait(&operation->changed, &operation->lock);
        r = operation_may_post(operation);
    }
    return r;
}

static MI_Result send_prompt(Operation *operation, const PromptFrame *frame)
{
    Channel *channel = operation->operations->channel;
    Buffer scratch CLEANUP(buffer_deinit) = BUFFER_INIT;

    payload_put_prompt(&scratch, operation->id, frame);
    if (buffer_failed(&scratch)) {
        log_warning("operation %llu: a question of the provider cannot be sent: out of memory, or "
                    "it is too long",
                    (unsigned long long)operation->id);
        return MI_RESULT_FAILED;
    }
    buffer_put_span(channel_begin(channel), buffer_span(&scratch));
    channel_end(channel, CHANNEL_NOW);
    return MI_RESULT_OK;
}

static MI_Result wait_for_answer(Operation *operation, Question *question)
{
    MI_Result r;

    list_append(&operation->questions, &question->link);
    while ((r = operation_may_post(operation)) == MI_RESULT_OK && question->state == QUESTION_OPEN)
        pthread_cond_wait(&operation->changed, &operation->lock);
    list_unlink(&question->link);
    pthread_cond_broadcast(&operation->changed); /* whose turn it is now */
    return r;
}

MI_Result question_ask(Operation *operation, PromptFrame *frame, MI_Boolean *flag)
{
    Question question = {.state = QUESTION_OPEN, .answer = PROMPT_DEFAULT};
    MI_Result r = operation_may_post(operation);

    *flag = MI_FALSE;
    if (r == MI_RESULT_OK && goes_to_client(operation)) {
        r = wait_for_turn(operation);
        frame->prompt = question.number = ++operation->asked;
        if (r == MI_RESULT_OK)
            r = send_prompt(operation, frame);
        if (r == MI_RESULT_OK)
            r = wait_for_answer(operation, &question);
    }
    if (r == MI_RESULT_OK)
        *flag = question.answer != PROMPT_NO;
    return r;
}

int question_take_answer(Operation *operation, const AnswerFrame *frame)
{
    if (frame->prompt == 0 || frame->prompt > operation->asked)
        return -EPROTO;
    list_for_each (link, &operation->questions) {
        Question *question = list_entry(link, Question, link);

        if (question->number != frame->prompt)
            continue;
        question->state = QUESTION_ANSWERED;
        question->answer = frame->answer;
        pthread_cond_broadcast(&operation->changed);
        break;
    }
    return 0;
}
