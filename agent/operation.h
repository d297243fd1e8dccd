/*
 * Operation: one thing that a client asked of the provider, from its OPERATION frame to RELEASED.
 *
 * It begins with the MI_Context that the provider holds, so a context *is* its operation. Whoever
 * uses it has a use of it: the call thread until the provider's function has returned, the final
 * post until it has returned, each thread that is inside a context function, and a job of the
 * crew or the flusher. With the last use it is released: RELEASED is sent, and its memory
 * is put aside (operations.h), so that a late call on its context is refused rather than a crash
 * (P13).
 *
 * Load and Unload have an operation too, as they have a context: id 0, no frames, and no cancel.
 *
 * Locks: `lock` guards everything below it, unless it says otherwise. In the order in which they
 * are taken: operations, operation, crew | channel, flusher. No lock is held while the provider's
 * code runs. What blocks, blocks on `changed`.
 */
#pragma once

#include "agent/cancel.h"
#include "agent/crew.h"
#include "agent/outlet.h"
#include "agent/set_option.h"
#include "agent/streamed.h"
#include "agent/task.h"

#include <pthread.h>
#include <uthash.h>

typedef struct Operations Operations;

/* Where it is, named by what is owed. */
typedef enum OperationPhase {
    OPERATION_QUEUED,    /* a call thread is owed */
    OPERATION_PREPARING, /* a call thread reads the params or waits for Load: the provider's entry
                            is owed */
    OPERATION_ENTERED,   /* the provider's function is owed its return */
    OPERATION_RETURNED, /* the function returned, or is never entered: the other uses are owed their
                           end */
    OPERATION_RELEASED, /* nothing: it is put aside */
} OperationPhase;

/* What a final post says. */
typedef struct Outcome {
    MI_Result result;
    unsigned flags;      /* RESULT_INVALID_PARAMS, RESULT_POSTED */
    const char *message; /* NULL: none */
    Span cim_error;      /* JSON, or empty */
} Outcome;

typedef struct Operation {
    MI_Context context; /* first */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* credit or an answer came; canceled; finished; the callback returned;
                               a question ended */

    /* Set before it is used by more than one thread. */
    Operations *operations;
    uint64_t id;                      /* 0: Load or Unload */
    Task *task;                       /* NULL: Load or Unload. Freed with the release */
    const MI_ClassDecl *class_decl;   /* once the library is open */
    const MI_SchemaDecl *schema;      /* likewise */
    const MI_MethodDecl *method_decl; /* OPERATION_INVOKE */
    const MI_Instance
        *sought; /* of what is posted only the instance with these keys is taken; NULL: all */

    OperationPhase phase;
    unsigned uses;
    Cancel cancel;
    Outlet outlet;
    Buffer body; /* of the result, once an instance was posted that it consists of; Load: the
                    error's text */
    Streamed streamed;
    MI_Result outcome; /* Load and Unload: what was posted */
    SetOption *set_options;
    enum {
        UNLOAD_ALLOWED,
        UNLOAD_REFUSED, /* RefuseUnload: RequestUnload is owed; counted in Operations.refusals */
    } unload;
    List questions; /* of Question.link: those that are open */
    uint32_t asked; /* the number of the last one */

    CrewJob call_job;
    CrewJob cancel_job; /* while it waits, it has a use */
    FlushJob flush_job; /* while it waits, it has a use */
    UT_hash_handle hh;  /* under the operations' lock */
} Operation;

/* ---- For the context functions ---- */

/* The operation of @context, locked, and in use; NULL if there is none, or it was released (P13).
 * Ends with operation_leave. */
Operation *operation_enter(const MI_Context *context);

/* Unlocks it, and ends the use. Careful: it may be gone afterwards. */
void operation_leave(Operation *operation);

/*
 * The rest of this part is called between the two. A function that waits gives the lock back
 * meanwhile.
 *
 * PostInstance, which waits for room in the window. MI_RESULT_FAILED once canceled (P10),
 * MI_RESULT_INVALID_PARAMETER after the final post, or for an instance that is not what was asked
 * for.
 */
MI_Result operation_post_instance(Operation *operation, const MI_Instance *instance);

/* MI_RESULT_OK as long as something can be posted; MI_RESULT_FAILED once canceled,
 * MI_RESULT_INVALID_PARAMETER after the final post. */
MI_Result operation_may_post(const Operation *operation);

/* The final post: sends the result, then waits for a callback that is running, unless this thread
 * is in a callback (P3, P4). */
MI_Result operation_finish(Operation *operation, const Outcome *outcome);

/* RegisterCancel (P1, P6 to P9). */
MI_Result operation_register_cancel(Operation *operation, MI_CancelCallback callback, void *data);

/* What a frame is for: once canceled, results don't go any more (P10). */
typedef enum OperationWrites {
    OPERATION_WRITES_RESULT,
    OPERATION_WRITES_REPORT, /* WriteMessage, WriteProgress */
} OperationWrites;

/* Sends @frame, a whole one, behind what was posted before; waits for room in the window, but not
 * once canceled. MI_RESULT_FAILED then, and without memory; MI_RESULT_INVALID_PARAMETER after the
 * final post. */
MI_Result operation_write(Operation *operation, const Buffer *frame, OperationWrites writes);

/* ---- For the reader ---- */

/* A cancel for it came. Not canceled twice: then nothing happens. */
void operation_cancel(Operation *operation, MI_CancellationReason reason);

/* CREDIT came. */
void operation_credit(Operation *operation, uint32_t bytes);

/* ---- For the call thread ---- */

/* Ends the operation without the provider. */
void operation_refuse(Operation *operation, const Fault *fault);

/* Ends the operation with success and @body, which it takes over, without the provider. */
void operation_answer(Operation *operation, Buffer *body);

/* A call thread has it now. False if the operation has ended already. */
bool operation_begin_call(Operation *operation);

/* True if the provider's function is to be entered now; false if the operation has ended meanwhile
 * (P14). */
bool operation_enter_provider(Operation *operation);

/* The call thread is done with it. Careful: it may be gone afterwards. */
void operation_end_call(Operation *operation);

/* Waits for the final post of Load or Unload. What was posted; the text of an error is in `body`
 * until operation_end_call. */
MI_Result operation_wait_finished(Operation *operation);

/* ---- For operations.c ---- */

void operation_init(Operation *operation, Operations *operations);
/* Makes one that is put aside, or new, an operation again, with two uses: the call thread's and the
 * final post's. */
void operation_begin(Operation *operation, uint64_t id, Task *task, uint32_t window);
/* Undoes operation_begin; the task is the caller's again. Only before anybody else knows it. */
void operation_undo(Operation *operation);
void operation_deinit(Operation *operation);
