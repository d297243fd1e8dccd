/*
 * Cells against the agent in this process: its own threads, and this one as its server.
 */
#include "tests/unit/agent_harness.h"

#include "tests/matrix/actor.h"
#include "tests/matrix/matrix.h"

#include <stdlib.h>

/* One batch and no more: a provider that posts on waits. */
static const ServerOptions options = {.window = 4096};

static Stage *stage;

static MI_Result post(MI_Context *context)
{
    return post_thing(context, "an instance", 1);
}

static void perform(MI_Context *context)
{
    actor_perform(stage, context, post);
}

/* What the agent says of the operation, up to its end. */
static ResultFrame hear_out(Server *server, uint64_t operation)
{
    ResultFrame result;

    expect(server, FRAME_STARTED, operation);
    while (hear(server, operation)->type == FRAME_INSTANCES)
        expect(server, FRAME_INSTANCES, operation);
    result = expect_answer(server, operation);
    stage->may_leave = 1; /* a callback that blocks holds up no result */
    expect(server, FRAME_RELEASED, operation);
    return result;
}

static void check_result(Cell *cell, const ResultFrame *result)
{
    bool canceled = (result->flags & RESULT_CANCELED) != 0;
    bool delivered = (result->flags & RESULT_DELIVERED) != 0;
    bool was_posted = (result->flags & RESULT_POSTED) != 0;
    bool is_sure = cell->moment == IN_PROVIDER || cell->moment == DURING_POST_INSTANCE;

    if (delivered != (matrix_calls(stage) == 1))
        matrix_failed(cell, stage, "C5: 'delivered' is not what happened");
    if (delivered && !canceled)
        matrix_failed(cell, stage, "C5: delivered, and not canceled");
    if (is_sure && !canceled)
        matrix_failed(cell, stage, "the cancel was lost");
    if (canceled && cell->moment == AFTER_FINAL_POST)
        matrix_failed(cell, stage, "P3: canceled after completion");
    if (was_posted != (stage->entered == 1))
        matrix_failed(cell, stage, "P14: 'posted' is not what happened");
    if (!was_posted && (!canceled || cell->moment != BEFORE_DISPATCH))
        matrix_failed(cell, stage, "an operation that was not canceled wasn't run");
    if (was_posted && result->result != MI_RESULT_OK &&
        !(delivered && cell->callback == CALLBACK_POSTS))
        matrix_failed(cell, stage, "the result is not the one that was posted");
    cell->canceled += canceled;
    cell->called += delivered;
}

static void run(Cell *cell, Server *server, uint64_t operation)
{
    MI_CancellationReason reason =
        cell->cause == CAUSE_DEADLINE ? MI_REASON_TIMEOUT : MI_REASON_NONE;
    ResultFrame result;

    matrix_set(cell, stage);
    server_enumerate(server, operation, matrix_random(2) == 0 ? OPERATION_STREAM : 0);
    if (cell->moment != BEFORE_DISPATCH) {
        if (!stage_wait(&stage->met))
            matrix_failed(cell, stage, "the provider was not entered");
        stage->may_go = 1;
    }
    stage_spin(matrix_turns(cell));
    server_cancel(server, operation, reason);
    if (matrix_random(4) == 0)
        server_cancel(server, operation, MI_REASON_SHUTDOWN);
    result = hear_out(server, operation);
    matrix_check(cell, stage, (int)reason);
    check_result(cell, &result);
    cell->done++;
}

void cell_in_agent(void **state)
{
    Cell *cell = *state;
    unsigned begin = matrix_now_ms();
    Server *server;

    script_clear(NULL);
    script.enumerate = perform;
    stage = calloc(1, sizeof(*stage)); /* one that failed may still play on its own */
    assert_non_null(stage);
    server = server_start(&options);
    for (uint64_t operation = 1; operation <= cell->runs; operation++)
        run(cell, server, operation);
    expect_alive(server);
    if (!list_is_empty(&server->heard))
        matrix_failed(cell, stage, "C2: there was more than one answer");
    server_stop(server);
    free(stage);
    cell->ms = matrix_now_ms() - begin;
}
