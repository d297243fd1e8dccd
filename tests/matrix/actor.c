/*
 * The actor's data is freed right after its final post, as that of real providers is: a callback
 * that runs later than it may, is seen by its own count and by a sanitizer.
 */
#include "tests/matrix/actor.h"

#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 60
#define IN_WORK    0x574f524b

typedef struct Work {
    Stage *stage;
    MI_Context *context;
    unsigned mark; /* IN_WORK while it is alive */
} Work;

void stage_set(Stage *stage, Moment moment, Callback callback, Registering registering,
               unsigned provider_turns, unsigned callback_turns)
{
    atomic_int *const facts[] = {
        &stage->may_go, &stage->may_leave,   &stage->pid,        &stage->entered, &stage->met,
        &stage->calls,  &stage->other_calls, &stage->uncanceled, &stage->over,    &stage->late,
        &stage->posted, &stage->refused,     &stage->wrong,      &stage->gave_up, &stage->left,
    };

    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        atomic_store(facts[i], 0);
    stage->reason = STAGE_NO_REASON;
    stage->moment = (int)moment;
    stage->callback = (int)callback;
    stage->registering = (int)registering;
    stage->provider_turns = provider_turns;
    stage->callback_turns = callback_turns;
}

void stage_spin(unsigned turns)
{
    for (volatile unsigned i = 0; i < turns; i++)
        if (i % 256 == 255)
            sched_yield();
}

/* Lets others run. 0: this has been done for too long; *@turn counts, *@end is for this alone. */
static int go_on(unsigned *turn, time_t *end)
{
    struct timespec now;

    sched_yield();
    if (++*turn % 1024 != 0)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (*end == 0)
        *end = now.tv_sec + PATIENCE_S;
    return now.tv_sec <= *end;
}

int stage_wait(const atomic_int *flag)
{
    unsigned turn = 0;
    time_t end = 0;

    while (!atomic_load(flag))
        if (!go_on(&turn, &end))
            return 0;
    return 1;
}

/* In the provider. */
static void await(Stage *stage, const atomic_int *flag)
{
    if (!stage_wait(flag))
        stage->gave_up++;
}

static void count_post(Stage *stage, MI_Result result)
{
    if (result == MI_RESULT_OK)
        stage->posted++;
    else if (result == MI_RESULT_INVALID_PARAMETER)
        stage->refused++;
    else
        stage->wrong++;
}

static void MI_CALL last_called(MI_CancellationReason reason, void *data)
{
    Work *work = data;
    Stage *stage = work->stage;
    MI_Boolean flag = MI_FALSE;

    if (work->mark != IN_WORK || stage->over)
        stage->late++;
    stage->reason = (int)reason;
    stage->calls++;
    if (MI_Context_Canceled(work->context, &flag) != MI_RESULT_OK || !flag)
        stage->uncanceled++;
    if (stage->callback == CALLBACK_BLOCKS)
        await(stage, &stage->may_leave);
    if (stage->callback == CALLBACK_POSTS)
        count_post(stage, MI_Context_PostResult(work->context, MI_RESULT_FAILED));
    stage_spin(stage->callback_turns);
    if (stage->over)
        stage->late++;
}

static void MI_CALL other_called(MI_CancellationReason reason, void *data)
{
    Work *work = data;

    work->stage->reason = (int)reason;
    work->stage->other_calls++;
}

static MI_Result set_callback(Work *work)
{
    Stage *stage = work->stage;

    if (stage->callback == CALLBACK_NONE)
        return MI_RESULT_FAILED;
    if (stage->callback == CALLBACK_REPLACED && stage->registering == REGISTERS_EARLY) {
        (void)MI_Context_RegisterCancel(work->context, other_called, work);
        (void)MI_Context_RegisterCancel(work->context, other_called, work);
    }
    return MI_Context_RegisterCancel(work->context, last_called, work);
}

static void meet(Stage *stage)
{
    stage->met = 1;
    await(stage, &stage->may_go);
    stage_spin(stage->provider_turns);
}

static int is_canceled(Work *work)
{
    MI_Boolean flag = MI_FALSE;

    if (MI_Context_Canceled(work->context, &flag) != MI_RESULT_OK)
        work->stage->wrong++;
    return flag != MI_FALSE;
}

/* Stays until it is canceled; and a callback that is registered is called then, without delay. */
static void stay(Work *work, MI_Result registered)
{
    unsigned turn = 0;
    time_t end = 0;

    meet(work->stage);
    if (work->stage->registering == REGISTERS_LATE)
        registered = set_callback(work);
    while (!is_canceled(work))
        if (!go_on(&turn, &end)) {
            work->stage->gave_up++;
            return;
        }
    if (registered == MI_RESULT_OK)
        await(work->stage, &work->stage->calls);
}

static void finish(Work *work)
{
    Stage *stage = work->stage;

    count_post(stage, MI_Context_PostResult(work->context, MI_RESULT_OK));
    stage->over = 1;
    work->mark = 0;
    free(work);
}

void actor_perform(Stage *stage, MI_Context *context, ActorPost post)
{
    Work *work = calloc(1, sizeof(*work));
    MI_Result registered = MI_RESULT_FAILED;

    if (work == NULL) {
        MI_Context_PostResult(context, MI_RESULT_FAILED);
        stage->gave_up++;
        return;
    }
    *work = (Work){stage, context, IN_WORK};
    stage->pid = getpid();
    stage->entered++;
    if (stage->registering == REGISTERS_EARLY)
        registered = set_callback(work);
    switch ((Moment)stage->moment) {
    case IN_PROVIDER:
        stay(work, registered);
        break;
    case DURING_POST_INSTANCE:
        meet(stage);
        while (post(context) == MI_RESULT_OK)
            ;
        break;
    case DURING_FINAL_POST:
        meet(stage);
        break;
    case BEFORE_DISPATCH:
        stage_spin(stage->provider_turns);
        break;
    case AFTER_FINAL_POST:
        break;
    }
    finish(work);
    if (stage->moment == AFTER_FINAL_POST)
        meet(stage);
    stage->left = 1;
}

void actor_hold(Stage *stage, MI_Context *context)
{
    stage->pid = getpid();
    stage->entered++;
    meet(stage);
    MI_Context_PostResult(context, MI_RESULT_OK);
    stage->left = 1;
}
