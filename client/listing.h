/*
 * Many instances, printed as their batches come: JSON, one a line, or one table.
 *
 * The first batch that isn't empty settles the table: its columns are the properties that were
 * asked for, or those of the batch, in the order in which they are met; its texts settle the
 * widths. What comes later keeps to that.
 */
#pragma once

#include "client/options.h"
#include "client/table.h"

typedef enum ListingState {
    LISTING_LINES,   /* JSON: no table is made */
    LISTING_PENDING, /* no instance has come: the table's columns are open */
    LISTING_TABLE,   /* the header was printed */
} ListingState;

typedef struct Listing {
    ListingState state;
    const char *properties; /* names that were asked for, or NULL */
    Table table;
} Listing;

/* @columns: of the terminal, 0 for none. */
void listing_init(Listing *listing, Format format, const char *properties, size_t columns);
void listing_deinit(Listing *listing);

/* Appends the instances of @batch, a JSON array. 0; -EBADMSG with @why set, if it is none of
 * instances; -ENOMEM. */
int listing_put(Listing *listing, Span batch, Buffer *to, Buffer *why);

/* How many properties the table had no room for. */
size_t listing_hidden(const Listing *listing);
