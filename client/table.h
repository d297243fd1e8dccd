/*
 * Tables for people.
 *
 * A table is made in three steps: columns are added, the texts that are known so far are measured,
 * and table_fit() settles the widths, once. From then on rows are written as they come, so that a
 * table can begin before its end is known. On a terminal (a limit) a cell that is longer than its
 * column is cut, and columns that find no room are left out, which table_hidden() tells; without a
 * limit nothing is ever cut: a long cell moves the rest of its row.
 */
#pragma once

#include "base/buffer.h"

#define TABLE_MAX_COLUMNS 64

/* What a cell's text is printed in, where the table has colours. */
typedef enum TableStyle {
    TABLE_PLAIN,
    TABLE_TITLE,
    TABLE_NOTICE, /* worth a look */
    TABLE_ALARM,  /* wrong */
} TableStyle;

typedef enum TableColours {
    TABLE_WITHOUT_COLOURS,
    TABLE_WITH_COLOURS,
} TableColours;

typedef struct TableColumn {
    char *name;
    size_t width; /* terminal columns */
} TableColumn;

typedef struct Table {
    TableColumn columns[TABLE_MAX_COLUMNS];
    size_t count;         /* of columns */
    size_t shown;         /* columns that found room: the first so many */
    size_t limit;         /* terminal columns of a row; 0: any */
    size_t next;          /* the cell that is written next */
    size_t owed;          /* spaces that the last cell left to be written, should another follow */
    TableColours colours; /* the caller may set it */
} Table;

void table_init(Table *table, size_t limit);
void table_deinit(Table *table);

/* Adds a column. 0, -ENOMEM, or -ENOSPC when there are TABLE_MAX_COLUMNS. */
int table_add_column(Table *table, Span name);

/* The index of the column @name, without regard to case; -1 if there is none. */
int table_find_column(const Table *table, Span name);

/* Widens column @index so that @text fits. Before table_fit. */
void table_measure(Table *table, size_t index, Span text);

/* Settles the widths: the widest columns give way until a row fits. */
void table_fit(Table *table);

/* How many columns found no room. */
size_t table_hidden(const Table *table);

/* Appends the line of names. */
void table_put_header(Table *table, Buffer *to);

/* Appends the next cell, and after the last one of a row the end of the line. Controls in @text
 * become
 * '?'. */
void table_put_cell(Table *table, Buffer *to, Span text, TableStyle style);
