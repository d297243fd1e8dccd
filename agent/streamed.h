/*
 * Streamed: the out parameters of a method that its provider sends piece by piece
 * (WriteStreamParameter), before it posts the others.
 *
 * A client that wants results as they come has each piece at once, charged to the operation's
 * window. For any other the pieces are collected here, up to what the server collects of other
 * results, and go with the final result. A parameter that was streamed is not among the posted
 * ones.
 *
 * All of it is under the operation's lock.
 */
#pragma once

#include "base/buffer.h"
#include "base/list.h"

#include <mi.h>

typedef struct Operation Operation;

/* The pieces of one method call. */
typedef struct Streamed {
    List parameters; /* of those that have begun */
    size_t size;     /* bytes collected for all of them */
    enum {
        STREAMED_WHOLE,
        STREAMED_CUT, /* something found no room: the final result is owed an error in its place */
    } state;
} Streamed;

void streamed_init(Streamed *streamed);
void streamed_deinit(Streamed *streamed);

/*
 * Takes @value, an array of @type or one element of it, for the parameter @name of the operation's
 * method. MI_FLAG_NULL in @flags, or NULL, ends the parameter, which takes nothing. Waits for room
 * in the window, and gives the lock back meanwhile. MI_RESULT_FAILED once canceled (P10);
 * MI_RESULT_NOT_SUPPORTED where no method is called; MI_RESULT_INVALID_PARAMETER for what is no
 * streamed parameter of it, or comes after the others were posted; MI_RESULT_TYPE_MISMATCH;
 * MI_RESULT_SERVER_LIMITS_EXCEEDED for what can't be collected.
 */
MI_Result streamed_write(Operation *operation, const MI_Char *name, const MI_Value *value,
                         MI_Type type, MI_Uint32 flags);

/* Whether @parameters, which are about to be posted, hold one that was streamed. */
bool streamed_is_within(const Streamed *streamed, const MI_Instance *parameters);

/* Adds what was streamed to @body, `{"returnValue":...,"parameters":{...}}`; what went already is
 * an empty array there. */
void streamed_put(const Streamed *streamed, Buffer *body);
