/*
 * The function tables that providers are given: MI_ContextFT and MI_Server.
 *
 * Each entry checks what it is given (NULL is an answer, not a crash), finds the operation of its
 * context, and leaves its outputs defined whatever it returns. What has no meaning here yet answers
 * MI_RESULT_NOT_SUPPORTED.
 */
#pragma once

#include <mi.h>

extern const MI_ContextFT context_ft;

/* What MI_Main is given. The interface wants it writable; nobody writes. */
extern MI_Server context_server;
