/*
 * What the server lists about itself, an array of objects, as a table: one row for each object, one
 * column for each member that a verb names.
 */
#pragma once

#include "client/output.h"

typedef enum RowsKind {
    ROWS_TEXT,
    ROWS_STATE, /* a word: coloured, if it isn't the usual one */
    ROWS_BYTES,
    ROWS_DEATH,    /* an object: how long ago an agent died, and of what */
    ROWS_AGE,      /* milliseconds */
    ROWS_IDENTITY, /* an object: its uid */
    ROWS_CLASSES,  /* the classes of a provider: their names */
    ROWS_HOSTING,  /* the classes of a provider: whose identity they run with, each one once */
} RowsKind;

/* A column is left out if no row has its member, and it isn't there always. */
typedef enum RowsPresence {
    ROWS_ALWAYS,
    ROWS_IF_ANY,
} RowsPresence;

typedef struct RowsColumn {
    const char *title;
    const char *member; /* of each row's object; "-" stands for one that is absent */
    RowsKind kind;
    RowsPresence presence;
} RowsColumn;

/* Appends the titles, and a line for each element of @rows, a JSON array. 0 or -ENOMEM. */
int rows_put_table(Output *output, Span rows, const RowsColumn *columns, size_t count);
