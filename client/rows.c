#include "client/rows.h"

#include "client/table.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static void put_list(Buffer *text, Span list)
{
    const char *between = "";
    Span element;

    while (json_next_element(&list, &element)) {
        buffer_put_string(text, between);
        view_put_text(text, element);
        between = ",";
    }
    if (text->size == 0)
        buffer_put_char(text, '-');
}

static Span cell_text(Buffer *text, Span row, const RowsColumn *column)
{
    Span value, uid;
    int64_t age;

    buffer_clear(text);
    if (!view_member(row, column->member, &value))
        buffer_put_char(text, '-');
    else if (column->kind == ROWS_AGE && json_get_integer(value, &age) == 0 && age >= 0)
        view_put_duration(text, (uint64_t)age);
    else if (column->kind == ROWS_IDENTITY && view_member(value, "uid", &uid))
        view_put_text(text, uid);
    else if (column->kind == ROWS_LIST && view_is_array(value))
        put_list(text, value);
    else
        view_put_text(text, value);
    return buffer_span(text);
}

int rows_put_table(Output *output, Span rows, const RowsColumn *columns, size_t count)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;
    Span rest = rows, row;

    table_init(&table, output->columns);
    for (size_t i = 0; i < count; i++) {
        int r = table_add_column(&table, span_of(columns[i].title));
        if (r < 0)
            return r;
    }
    while (json_next_element(&rest, &row)) {
        for (size_t i = 0; i < count; i++)
            table_measure(&table, i, cell_text(&text, row, &columns[i]));
    }
    table_fit(&table);
    table_put_header(&table, &output->text);
    while (json_next_element(&rows, &row)) {
        for (size_t i = 0; i < count; i++)
            table_put_cell(&table, &output->text, cell_text(&text, row, &columns[i]));
    }
    return buffer_failed(&text) ? -ENOMEM : 0;
}
