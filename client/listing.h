/*
 * Many instances, printed as their batches come: JSON, one a line, or one table.
 *
 * The first instances settle the table: its columns are the properties that were asked for, or
 * theirs, in the order in which they are met; their texts settle the widths. What comes later keeps
 * to that. The first batch alone may be a single instance, which says little of the others: so
 * instances are held until there are enough, or the caller, who knows the time, wants no more of
 * them to be awaited (listing_settle).
 */
#pragma once

#include "client/options.h"
#include "client/table.h"

typedef enum ListingState {
    LISTING_LINES,   /* JSON: no table is made */
    LISTING_PENDING, /* the table's columns are open; what came is held, and owed */
    LISTING_TABLE,   /* the header was printed */
} ListingState;

typedef struct Listing {
    ListingState state;
    const char *properties; /* names that were asked for, or NULL */
    Buffer held;            /* instances: a JSON array without its end */
    size_t held_count;
    Table table;
} Listing;

enum {
    LISTING_PRINTED = 0,
    LISTING_HOLDS, /* instances are held: listing_settle is owed */
};

/* @columns: of the terminal, 0 for none. */
void listing_init(Listing *listing, Format format, const char *properties, size_t columns);
void listing_deinit(Listing *listing);

/* Appends the instances of @batch, a JSON array, or holds them. LISTING_PRINTED; LISTING_HOLDS;
 * -EBADMSG with @why set, if it is none of instances; -ENOMEM. */
int listing_put(Listing *listing, Span batch, Buffer *to, Buffer *why);

/* Appends the instances that are held, if there are any: they settle the table. 0 or -ENOMEM. */
int listing_settle(Listing *listing, Buffer *to);

/* How many properties the table had no room for. */
size_t listing_hidden(const Listing *listing);
