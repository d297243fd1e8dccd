/*
 * Tally: what is counted of one provider, for host/metrics.
 *
 * A provider's name in its namespace has one, which a registration that changed hands on to its
 * successor, so that a reload sets nothing back. Counting is a few additions in memory
 * of our own; nothing here is looked up, allocated or locked while operations run.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TALLY_BUCKETS 18

/* How a call ended. */
typedef enum TallyEnd {
    TALLY_SUCCEEDED,
    TALLY_FAILED,
    TALLY_CANCELED,
    TALLY_ABANDONED, /* canceled, and without a result within its grace */
    TALLY_DIED,      /* its agent ended first */
    TALLY_ENDS,
} TallyEnd;

typedef struct Tally {
    unsigned references;
    uint64_t calls[TALLY_ENDS];
    uint64_t
        buckets[TALLY_BUCKETS + 1]; /* of calls, by how long they took; the last has no bound */
    uint64_t nanoseconds;           /* that all of them took */
    uint64_t instances;             /* that came from agents */
    uint64_t starts, deaths;        /* of agents */
    size_t running_calls, running_agents;
} Tally;

/* The bounds of the buckets, in nanoseconds. */
extern const uint64_t tally_bounds[TALLY_BUCKETS];

/* NULL: out of memory. */
Tally *tally_new(void);
Tally *tally_ref(Tally *tally);
/* Takes NULL; returns NULL. */
Tally *tally_unref(Tally *tally);

/* A call has ended so, and took @nanoseconds. */
void tally_count(Tally *tally, TallyEnd end, uint64_t nanoseconds);

/* The word for @end. */
const char *tally_end_name(TallyEnd end);
