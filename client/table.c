#include "client/table.h"

#include "client/text.h"

#include <errno.h>
#include <stdlib.h>

#define GAP         2  /* spaces between columns */
#define NARROW      8  /* a column is not made narrower to find room for one more */
#define LOOSE_WIDTH 40 /* without a limit: a longer text doesn't widen its column */

void table_init(Table *table, size_t limit)
{
    *table = (Table){.limit = limit};
}

void table_deinit(Table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->columns[i].name);
    *table = (Table){0};
}

int table_add_column(Table *table, Span name)
{
    TableColumn *column = &table->columns[table->count];

    if (table->count == TABLE_MAX_COLUMNS)
        return -ENOSPC;
    column->name = strndup(name.data, name.size);
    if (column->name == NULL)
        return -ENOMEM;
    column->width = text_columns(name);
    table->count++;
    return 0;
}

int table_find_column(const Table *table, Span name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (span_equals_nocase(name, table->columns[i].name))
            return (int)i;
    }
    return -1;
}

void table_measure(Table *table, size_t index, Span text)
{
    TableColumn *column = &table->columns[index];
    size_t columns = text_columns(text);

    if (columns > column->width)
        column->width = columns;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The width of a row with no column wider than @cap. */
static size_t row_width(const Table *table, size_t cap)
{
    size_t width = 0;

    for (size_t i = 0; i < table->shown; i++)
        width += smaller(table->columns[i].width, cap) + (i > 0 ? GAP : 0);
    return width;
}

void table_fit(Table *table)
{
    size_t cap = LOOSE_WIDTH;

    table->shown = table->count;
    if (table->limit > 0) {
        while (table->shown > 1 && row_width(table, NARROW) > table->limit)
            table->shown--;
        cap = table->limit;
        while (cap > 1 && row_width(table, cap) > table->limit)
            cap--;
    }
    for (size_t i = 0; i < table->count; i++)
        table->columns[i].width = smaller(table->columns[i].width, cap);
}

size_t table_hidden(const Table *table)
{
    return table->count - table->shown;
}

void table_put_header(Table *table, Buffer *to)
{
    for (size_t i = 0; i < table->count; i++)
        table_put_cell(table, to, span_of(table->columns[i].name), TABLE_TITLE);
}

/* Appends @text as the terminal is to show it; returns the columns that it takes. */
static size_t put_text(const Table *table, Buffer *to, Span text, size_t width, TableStyle style)
{
    static const char *const begin[] = {
        [TABLE_PLAIN] = "",
        [TABLE_TITLE] = "\033[1m",
        [TABLE_NOTICE] = "\033[33m",
        [TABLE_ALARM] = "\033[31m",
    };
    bool coloured = table->colours == TABLE_WITH_COLOURS && style != TABLE_PLAIN;
    size_t used;

    if (coloured)
        buffer_put_string(to, begin[style]);
    used = table->limit > 0 ? text_put_cut(to, text, width) : text_put_clean(to, text);
    if (coloured)
        buffer_put_string(to, "\033[m");
    return used;
}

void table_put_cell(Table *table, Buffer *to, Span text, TableStyle style)
{
    size_t index = table->next++;

    if (index < table->shown) {
        size_t width = table->columns[index].width, used;

        if (index > 0)
            text_put_spaces(to, table->owed + GAP);
        used = put_text(table, to, text, width, style);
        table->owed = width > used ? width - used : 0;
    }
    if (table->next == table->count) {
        buffer_put_char(to, '\n');
        table->next = 0;
        table->owed = 0;
    }
}
