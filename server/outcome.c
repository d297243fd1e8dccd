#include "server/outcome.h"

Outcome outcome_failure(MI_Result result, const char *message)
{
    return (Outcome){.posted = true, .result = result, .message = span_of(message)};
}

void merged_deinit(Merged *merged)
{
    buffer_deinit(&merged->message);
    buffer_deinit(&merged->cim_error);
}

static bool is_failure(const Outcome *outcome)
{
    return outcome->result != MI_RESULT_OK || outcome->invalid_params;
}

/* Takes @outcome as the one that is told. A text for which there is no memory is missing then, and
 * nothing else. */
static void tell(Merged *merged, const char *who, const Outcome *outcome)
{
    buffer_clear(&merged->message);
    buffer_clear(&merged->cim_error);
    if (who != NULL && outcome->message.size > 0) {
        buffer_put_string(&merged->message, "provider '");
        buffer_put_string(&merged->message, who);
        buffer_put_string(&merged->message, "': ");
    }
    buffer_put_span(&merged->message, outcome->message);
    buffer_put_span(&merged->cim_error, outcome->cim_error);
    merged->outcome.result = outcome->result;
    merged->outcome.invalid_params = outcome->invalid_params;
    merged->unsupported = outcome->result == MI_RESULT_NOT_SUPPORTED;
}

void merged_add(Merged *merged, const char *who, const Outcome *outcome)
{
    Outcome *sum = &merged->outcome;

    sum->canceled = sum->canceled || outcome->canceled;
    sum->delivered = sum->delivered || outcome->delivered;
    sum->abandoned = sum->abandoned || outcome->abandoned;
    sum->posted = sum->posted || outcome->posted;
    sum->discarded += outcome->discarded;
    if (!is_failure(outcome))
        merged->succeeded = true;
    else if (!is_failure(sum) ||
             (merged->unsupported && outcome->result != MI_RESULT_NOT_SUPPORTED))
        tell(merged, who, outcome);
}

Outcome merged_outcome(const Merged *merged)
{
    Outcome outcome = merged->outcome;

    if (merged->succeeded && merged->unsupported) {
        outcome.result = MI_RESULT_OK;
        return outcome;
    }
    outcome.message = buffer_span(&merged->message);
    outcome.cim_error = buffer_span(&merged->cim_error);
    return outcome;
}
