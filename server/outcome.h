/*
 * Outcome: how an operation ended, as its response tells it; and how the outcomes of several parts
 * become one.
 *
 * A part that fails makes the response an error that names its provider, after what the others
 * sent: the first failure is the one that is told. A part that is not supported spoils nothing
 * while another one succeeds.
 */
#pragma once

#include "base/buffer.h"

#include "mi.h"

#include <stdint.h>

typedef struct Outcome {
    bool canceled;       /* the cancel came before the final post: the response is "canceled" */
    bool delivered;      /* a cancel callback was called */
    bool abandoned;      /* canceled, and the provider has not posted its result in time */
    bool posted;         /* the provider posted a result: `result`, `message`, `body` are its */
    bool invalid_params; /* the agent refused the params: nothing was run */
    uint32_t discarded;  /* instances posted and not sent */
    MI_Result result;
    Span message;
    Span cim_error; /* JSON, or empty */
    Span body;      /* JSON: the JSON-RPC result; for an enumeration the last batch, an array */
    uint32_t count; /* instances in it */
} Outcome;

/* A refusal by the server: `result` and a sentence. */
Outcome outcome_failure(MI_Result result, const char *message);

/* What several parts have come to so far. Its texts are its own. */
typedef struct Merged {
    Outcome outcome;
    Buffer message, cim_error;
    bool succeeded;   /* one of them did */
    bool unsupported; /* what failed so far is MI_RESULT_NOT_SUPPORTED */
} Merged;

void merged_deinit(Merged *merged);

/* Adds the outcome of a part of @who (NULL: nobody in particular), but for its body. */
void merged_add(Merged *merged, const char *who, const Outcome *outcome);

/* What they have come to; valid as long as @merged isn't changed. */
Outcome merged_outcome(const Merged *merged);
