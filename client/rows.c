#include "client/rows.h"

#include "client/table.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static void put_name(Buffer *text, Span class)
{
    Span name = class;

    view_member(class, "name", &name);
    view_put_text(text, name);
}

/* Appends `requestor`, or the user that the registration names: `uid 12`. */
static void put_hosting(Buffer *text, Span class)
{
    Span value;

    if (view_member(class, "uid", &value))
        buffer_put_string(text, "uid ");
    else if (!view_member(class, "hosting", &value))
        return;
    view_put_text(text, value);
}

/* Appends what @put says of each class, with commas between them. What is the same as the one
 * before isn't repeated: a HOSTING line of a registration holds for the class lines that follow it.
 */
static void put_each(Buffer *text, Span classes, void (*put)(Buffer *text, Span class))
{
    size_t last = 0;
    Span class;

    while (json_next_element(&classes, &class)) {
        size_t end = text->size, begin = end > 0 ? end + 1 : 0, size;

        if (end > 0)
            buffer_put_char(text, ',');
        put(text, class);
        if (buffer_failed(text))
            return;
        size = text->size - begin;
        if (size == 0 || (end > 0 && size == end - last &&
                          memcmp(text->data + begin, text->data + last, size) == 0))
            text->size = end;
        else
            last = begin;
    }
    if (text->size == 0)
        buffer_put_char(text, '-');
}

/* Appends `12.3s ago: MESSAGE`. */
static void put_death(Buffer *text, Span death)
{
    Span value;
    int64_t ago;

    if (view_member(death, "agoMs", &value) && json_get_integer(value, &ago) == 0 && ago >= 0) {
        view_put_duration(text, (uint64_t)ago);
        buffer_put_string(text, " ago: ");
    }
    if (view_member(death, "message", &value))
        view_put_text(text, value);
}

static Span cell_text(Buffer *text, Span row, const RowsColumn *column)
{
    Span value, uid;
    int64_t number;

    buffer_clear(text);
    if (!view_member(row, column->member, &value))
        buffer_put_char(text, '-');
    else if (column->kind == ROWS_AGE && json_get_integer(value, &number) == 0 && number >= 0)
        view_put_duration(text, (uint64_t)number);
    else if (column->kind == ROWS_BYTES && json_get_integer(value, &number) == 0 && number >= 0)
        view_put_bytes(text, (uint64_t)number);
    else if (column->kind == ROWS_IDENTITY && view_member(value, "uid", &uid))
        view_put_text(text, uid);
    else if (column->kind == ROWS_DEATH && view_is_object(value))
        put_death(text, value);
    else if (column->kind == ROWS_CLASSES && view_is_array(value))
        put_each(text, value, put_name);
    else if (column->kind == ROWS_HOSTING && view_is_array(value))
        put_each(text, value, put_hosting);
    else
        view_put_text(text, value);
    return buffer_span(text);
}

/* How alarming a word about a state is. */
static TableStyle state_style(Span state)
{
    static const char *const notices[] = {"canceling", "draining", "drained", "stopping",
                                          "tried",     "resting",  "probed"};
    static const char *const alarms[] = {"abandoned", "killed", "degraded"};

    for (size_t i = 0; i < ARRAY_SIZE(notices); i++) {
        if (span_equals(state, notices[i]))
            return TABLE_NOTICE;
    }
    for (size_t i = 0; i < ARRAY_SIZE(alarms); i++) {
        if (span_equals(state, alarms[i]))
            return TABLE_ALARM;
    }
    return TABLE_PLAIN;
}

/* True if the column is to be shown. */
static bool is_present(const RowsColumn *column, Span rows)
{
    Span row, value;

    if (column->presence == ROWS_ALWAYS)
        return true;
    while (json_next_element(&rows, &row)) {
        if (view_member(row, column->member, &value) && !span_equals(value, "null"))
            return true;
    }
    return false;
}

/* Chooses the columns that are shown, at most TABLE_MAX_COLUMNS. How many, or -ENOMEM. */
static int choose_columns(Table *table, Span rows, const RowsColumn *columns, size_t count,
                          const RowsColumn **chosen)
{
    int shown = 0;

    for (size_t i = 0; i < count; i++) {
        int r = is_present(&columns[i], rows) ? table_add_column(table, span_of(columns[i].title))
                                              : -ENOSPC;
        if (r == -ENOMEM)
            return r;
        if (r == 0)
            chosen[shown++] = &columns[i];
    }
    return shown;
}

static void put_row(Table *table, Buffer *to, Span row, const RowsColumn *const *columns,
                    Buffer *text)
{
    for (size_t i = 0; i < table->count; i++) {
        Span cell = cell_text(text, row, columns[i]);

        table_put_cell(table, to, cell,
                       columns[i]->kind == ROWS_STATE ? state_style(cell) : TABLE_PLAIN);
        to->failed |= text->failed;
    }
}

int rows_put_table(Output *output, Span rows, const RowsColumn *columns, size_t count)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    CLEANUP(table_deinit) Table table;
    const RowsColumn *chosen[TABLE_MAX_COLUMNS];
    Span rest = rows, row;
    int shown;

    table_init(&table, output->columns);
    if (output->colour == OUTPUT_COLOURED)
        table.colours = TABLE_WITH_COLOURS;
    shown = choose_columns(&table, rows, columns, count, chosen);
    if (shown < 0)
        return shown;
    while (json_next_element(&rest, &row)) {
        for (size_t i = 0; i < table.count; i++) {
            table_measure(&table, i, cell_text(&text, row, chosen[i]));
            output->text.failed |= text.failed;
        }
    }
    table_fit(&table);
    table_put_header(&table, &output->text);
    while (json_next_element(&rows, &row))
        put_row(&table, &output->text, row, chosen, &text);
    return buffer_failed(&output->text) ? -ENOMEM : 0;
}
