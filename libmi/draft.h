/*
 * Draft: an operation that is being written.
 *
 * draft_begin() makes the operation, and writes what all have in common; the function of the
 * session appends to `request` what its method has of its own; draft_send() sends it. An operation
 * that can't be sent is one that has ended: its client hears of it as of any other end.
 */
#pragma once

#include "libmi/request.h"
#include "libmi/session.h"

/* What a client gave to each of these functions. */
typedef struct DraftStart {
    MI_Session *handle;
    MI_Uint32 flags;
    const MI_OperationOptions *options;
    const MI_Char *name_space;
    MI_OperationCallbacks *callbacks;
    MI_Operation *client;
} DraftStart;

/* What is known of the operation: its kind, and what is needed when its results are read. */
typedef struct DraftKind {
    const char *method;
    OperationShape shape;
    const char *class_name, *method_name; /* NULL: none */
    MI_Uint64 timeout;                    /* ms, unless another was set; 0: none */
} DraftKind;

/* An operation that is being written. */
typedef struct Draft {
    Session *session;
    Operation *operation; /* NULL: there was none to be made, and the client was told */
    const OptionList *options;
    RequestHead head;
    Buffer request;
    int error; /* negative: why it can't be sent */
} Draft;

/* Begins an operation. The session's lock is held from here on, unless draft.operation is NULL:
 * then the client was told already, and that is all. */
Draft draft_begin(const DraftStart *start, const DraftKind *kind);

/* Sends it, or ends it, and gives the lock back. Careful: the operation may be gone already. */
void draft_send(Draft *draft);
