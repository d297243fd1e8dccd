#include "client/record.h"

#include "client/text.h"
#include "client/view.h"
#include "protocol/json.h"

#define GAP           2  /* spaces between name and value */
#define WIDEST_COLUMN 40 /* a longer name moves its value */

bool record_is_valid(Span value, Buffer *why)
{
    Span class_name, properties;

    if (view_member(value, "class", &class_name) && view_is_string(class_name) &&
        view_member(value, "properties", &properties) && view_is_object(properties))
        return true;
    if (why != NULL)
        buffer_put_string(why, "an instance has no class or no properties");
    return false;
}

Span record_properties(Span instance)
{
    Span properties = {NULL, 0};

    view_member(instance, "properties", &properties);
    return properties;
}

void record_put_text(Buffer *to, Span instance)
{
    CLEANUP(buffer_deinit) Buffer name = BUFFER_INIT;
    Span class_name;

    if (view_member(instance, "class", &class_name))
        view_put_text(&name, class_name);
    to->failed |= name.failed;
    text_put_clean(to, buffer_span(&name));
    buffer_put_char(to, '\n');
    record_put_members(to, record_properties(instance), 2);
}

void record_put(Buffer *to, Format format, Span instance)
{
    if (format == FORMAT_TABLE) {
        record_put_text(to, instance);
        return;
    }
    view_put_json(to, instance);
    buffer_put_char(to, '\n');
}

static size_t widest_name(Span object)
{
    size_t widest = 0;
    Span key, value;

    while (json_next_member(&object, &key, &value)) {
        size_t columns = text_columns(key);
        widest = columns > widest ? columns : widest;
    }
    return widest < WIDEST_COLUMN ? widest : WIDEST_COLUMN;
}

void record_put_members(Buffer *to, Span object, size_t indent)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    size_t widest = widest_name(object);
    Span key, value;

    while (json_next_member(&object, &key, &value)) {
        size_t used;

        text_put_spaces(to, indent);
        used = text_put_clean(to, key);
        text_put_spaces(to, (widest > used ? widest - used : 0) + GAP);
        buffer_clear(&text);
        view_put_text(&text, value);
        to->failed |= text.failed;
        text_put_clean(to, buffer_span(&text));
        buffer_put_char(to, '\n');
    }
}
