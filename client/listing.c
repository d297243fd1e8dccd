#include "client/listing.h"

#include "client/record.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

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

static void measure(Listing *listing, Span batch, Buffer *text)
{
    Span instance;

    while (json_next_element(&batch, &instance)) {
        for (size_t i = 0; i < listing->table.count; i++)
            table_measure(&listing->table, i,
                          cell_text(text, instance, listing->table.columns[i].name));
    }
    table_fit(&listing->table);
}

static int put_table(Listing *listing, Span batch, Buffer *to)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span rest = batch, instance;

    if (listing->state == LISTING_PENDING) {
        int r = choose_columns(listing, batch);

        /* Nothing to make columns of (no instance, or none with properties): wait for more. */
        if (r < 0 || listing->table.count == 0 || !json_next_element(&rest, &instance))
            return r;
        measure(listing, batch, &text);
        table_put_header(&listing->table, to);
        listing->state = LISTING_TABLE;
    }
    rest = batch;
    while (json_next_element(&rest, &instance)) {
        for (size_t i = 0; i < listing->table.count; i++)
            table_put_cell(&listing->table, to,
                           cell_text(&text, instance, listing->table.columns[i].name));
    }
    return buffer_failed(&text) ? -ENOMEM : 0;
}

int listing_put(Listing *listing, Span batch, Buffer *to, Buffer *why)
{
    int r = check_batch(batch, why);
    Span instance;

    if (r < 0)
        return r;
    if (listing->state != LISTING_LINES)
        return put_table(listing, batch, to);
    while (json_next_element(&batch, &instance)) {
        view_put_json(to, instance);
        buffer_put_char(to, '\n');
    }
    return 0;
}
