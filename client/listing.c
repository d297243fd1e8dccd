#include "client/listing.h"

#include "client/record.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

#define ENOUGH_INSTANCES 64      /* settle a table */
#define ENOUGH_BYTES     1048576 /* so do fewer large ones */

void listing_init(Listing *listing, Format format, const char *properties, size_t columns)
{
    *listing = (Listing){
        .state = format == FORMAT_JSON ? LISTING_LINES : LISTING_PENDING,
        .properties = properties,
    };
    table_init(&listing->table, columns);
}

void listing_deinit(Listing *listing)
{
    buffer_deinit(&listing->held);
    table_deinit(&listing->table);
}

size_t listing_hidden(const Listing *listing)
{
    return listing->state == LISTING_TABLE ? table_hidden(&listing->table) : 0;
}

static int check_batch(Span batch, Buffer *why)
{
    Span instance;

    if (!view_is_array(batch)) {
        buffer_put_string(why, "instances are not an array");
        return -EBADMSG;
    }
    while (json_next_element(&batch, &instance)) {
        if (!record_is_valid(instance, why))
            return -EBADMSG;
    }
    return 0;
}

static int add_column(Table *table, Span name)
{
    int r = table_find_column(table, name) >= 0 ? 0 : table_add_column(table, name);

    /* More properties than a table takes: no terminal is wide enough either. */
    return r == -ENOSPC ? 0 : r;
}

static int choose_columns(Listing *listing, Span batch)
{
    Span rest = {NULL, 0}, item, instance, key, value;
    int r = 0;

    if (listing->properties != NULL)
        rest = span_of(listing->properties);
    while (r == 0 && options_next_item(&rest, &item))
        r = add_column(&listing->table, item);
    if (listing->properties != NULL)
        return r;
    while (r == 0 && json_next_element(&batch, &instance)) {
        Span properties = record_properties(instance);
        while (r == 0 && json_next_member(&properties, &key, &value))
            r = add_column(&listing->table, key);
    }
    return r;
}

/* The text of a cell: what the property @name of @instance holds, "-" if there is none. */
static Span cell_text(Buffer *text, Span instance, const char *name)
{
    Span value;

    buffer_clear(text);
    if (view_property(record_properties(instance), span_of(name), &value))
        view_put_text(text, value);
    else
        buffer_put_char(text, '-');
    return buffer_span(text);
}

static int measure(Listing *listing, Span batch)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span instance;

    while (json_next_element(&batch, &instance)) {
        for (size_t i = 0; i < listing->table.count; i++) {
            table_measure(&listing->table, i,
                          cell_text(&text, instance, listing->table.columns[i].name));
            if (buffer_failed(&text))
                return -ENOMEM;
        }
    }
    table_fit(&listing->table);
    return 0;
}

static int put_rows(Listing *listing, Span batch, Buffer *to)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span instance;

    while (json_next_element(&batch, &instance)) {
        for (size_t i = 0; i < listing->table.count; i++) {
            table_put_cell(&listing->table, to,
                           cell_text(&text, instance, listing->table.columns[i].name), TABLE_PLAIN);
            if (buffer_failed(&text))
                return -ENOMEM;
        }
    }
    return 0;
}

/* Begins the table with the instances of @batch. */
static int begin_table(Listing *listing, Span batch, Buffer *to)
{
    int r = choose_columns(listing, batch);

    /* Nothing to make columns of, since none has properties: those that follow may. */
    if (r < 0 || listing->table.count == 0)
        return r;
    r = measure(listing, batch);
    if (r < 0)
        return r;
    table_put_header(&listing->table, to);
    listing->state = LISTING_TABLE;
    return put_rows(listing, batch, to);
}

int listing_settle(Listing *listing, Buffer *to)
{
    int r;

    if (listing->held_count == 0)
        return 0;
    buffer_put_char(&listing->held, ']');
    r = buffer_failed(&listing->held) ? -ENOMEM
                                      : begin_table(listing, buffer_span(&listing->held), to);
    buffer_deinit(&listing->held);
    listing->held_count = 0;
    return r;
}

static int hold(Listing *listing, Span batch, Buffer *to)
{
    Span instance;

    while (json_next_element(&batch, &instance)) {
        buffer_put_char(&listing->held, listing->held_count == 0 ? '[' : ',');
        buffer_put_span(&listing->held, instance);
        listing->held_count++;
    }
    if (listing->held_count >= ENOUGH_INSTANCES || listing->held.size >= ENOUGH_BYTES)
        return listing_settle(listing, to);
    return listing->held_count > 0 ? LISTING_HOLDS : LISTING_PRINTED;
}

static void put_lines(Span batch, Buffer *to)
{
    Span instance;

    while (json_next_element(&batch, &instance)) {
        view_put_json(to, instance);
        buffer_put_char(to, '\n');
    }
}

int listing_put(Listing *listing, Span batch, Buffer *to, Buffer *why)
{
    int r = check_batch(batch, why);

    if (r < 0)
        return r;
    switch (listing->state) {
    case LISTING_LINES:
        put_lines(batch, to);
        break;
    case LISTING_PENDING:
        return hold(listing, batch, to);
    case LISTING_TABLE:
        return put_rows(listing, batch, to);
    }
    return LISTING_PRINTED;
}
