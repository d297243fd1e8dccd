/*
 * Dispatch: from an operation to the provider's function.
 *
 * On a call thread, step by step, each of which may refuse the operation in a sentence: the params
 * are read, the library is opened, class and method are found, the objects are checked against
 * them, module and class are loaded. Only then, and if no cancel came meanwhile (P14), is the
 * provider's function entered. What is asked about a class itself is answered from its declaration:
 * then nothing of the provider's is loaded but its library.
 */
#pragma once

#include "agent/library.h"

/* Runs @operation, and ends its call. Careful: it may be gone afterwards. @operation's phase is
 * OPERATION_QUEUED. */
void dispatch_run(Operation *operation, Library *library);
