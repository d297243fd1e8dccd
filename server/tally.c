#include "server/tally.h"

#include <stdlib.h>

#define MICROSECONDS(number) (UINT64_C(number) * 1000)

const uint64_t tally_bounds[TALLY_BUCKETS] = {
    MICROSECONDS(100),      MICROSECONDS(250),      MICROSECONDS(500),     MICROSECONDS(1000),
    MICROSECONDS(2500),     MICROSECONDS(5000),     MICROSECONDS(10000),   MICROSECONDS(25000),
    MICROSECONDS(50000),    MICROSECONDS(100000),   MICROSECONDS(250000),  MICROSECONDS(500000),
    MICROSECONDS(1000000),  MICROSECONDS(2500000),  MICROSECONDS(5000000), MICROSECONDS(10000000),
    MICROSECONDS(30000000), MICROSECONDS(60000000),
};

static const char *const end_names[TALLY_ENDS] = {
    [TALLY_SUCCEEDED] = "succeeded", [TALLY_FAILED] = "failed", [TALLY_CANCELED] = "canceled",
    [TALLY_ABANDONED] = "abandoned", [TALLY_DIED] = "died",
};

Tally *tally_new(void)
{
    Tally *tally = calloc(1, sizeof(*tally));

    return tally == NULL ? NULL : tally_ref(tally);
}

Tally *tally_ref(Tally *tally)
{
    tally->references++;
    return tally;
}

Tally *tally_unref(Tally *tally)
{
    if (tally != NULL && --tally->references == 0)
        free(tally);
    return NULL;
}

void tally_count(Tally *tally, TallyEnd end, uint64_t nanoseconds)
{
    size_t bucket = 0;

    while (bucket < TALLY_BUCKETS && nanoseconds > tally_bounds[bucket])
        bucket++;
    tally->calls[end]++;
    tally->buckets[bucket]++;
    tally->nanoseconds += nanoseconds;
}

const char *tally_end_name(TallyEnd end)
{
    return end_names[end];
}
