/*
 * Refused: the handle of an operation that there was no memory to make.
 *
 * A client can't tell it from one that failed: it fetches the result, which is that there was no
 * memory, and closes it. There is nothing behind the handle but its session, which doesn't wait for
 * it.
 */
#pragma once

#include "libmi/session.h"

/* Whether a result is still to be fetched of it. */
typedef enum RefusedState {
    REFUSED_ENDED,
    REFUSED_OWES_RESULT,
} RefusedState;

/* Fills *@ret. @state: REFUSED_ENDED for an operation whose callback is told. */
void refused_show(Session *session, RefusedState state, MI_Operation *ret);
