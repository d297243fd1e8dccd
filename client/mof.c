#include "client/mof.h"

#include "client/text.h"
#include "client/view.h"
#include "protocol/json.h"

#include <ctype.h>

#define INDENT      4
#define WIDEST_LINE 100 /* of a method on one line: a longer one has a line for each parameter */

/* Where qualifiers stand: below each other, or one behind the other before a parameter. */
typedef enum Layout {
    LAYOUT_LINES,
    LAYOUT_INLINE,
} Layout;

bool mof_is_class(Span value, Buffer *why)
{
    Span member;

    if (!view_member(value, "class", &member) || !view_is_string(member))
        buffer_put_string(why, "a class without name");
    else if (view_member(value, "properties", &member) && !view_is_object(member))
        buffer_put_string(why, "a class whose properties are no object");
    else if (view_member(value, "methods", &member) && !view_is_object(member))
        buffer_put_string(why, "a class whose methods are no object");
    else
        return true;
    return false;
}

/* Appends the text of a JSON value. */
static void put_text(Buffer *to, Span value)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    view_put_text(&text, value);
    to->failed |= text.failed;
    text_put_clean(to, buffer_span(&text));
}

/* Appends @name, "readOnly", as MOF writes it, "ReadOnly". */
static void put_capital(Buffer *to, Span name)
{
    if (name.size == 0)
        return;
    buffer_put_char(to, (char)toupper((unsigned char)name.data[0]));
    span_skip(&name, 1);
    text_put_clean(to, name);
}

/* The qualifiers of one element, as they are written. */
typedef struct Qualifiers {
    Buffer *to;
    Layout layout;
    size_t indent;
    size_t count;
} Qualifiers;

/* What stands before the next one: the bracket, or what parts it from the one before. */
static void put_before(Qualifiers *qualifiers, bool has_value)
{
    bool is_first = qualifiers->count++ == 0;

    if (is_first) {
        buffer_put_char(qualifiers->to, '[');
    } else if (has_value && qualifiers->layout == LAYOUT_LINES) {
        buffer_put_string(qualifiers->to, ",\n");
        text_put_spaces(qualifiers->to, qualifiers->indent + 1);
    } else {
        buffer_put_string(qualifiers->to, ", ");
    }
}

/* Appends an array's elements in braces, anything else in parentheses. */
static void put_value(Buffer *to, Span value)
{
    const char *between = "";
    Span element;

    if (!view_is_array(value)) {
        buffer_put_char(to, '(');
        view_put_json(to, value);
        buffer_put_char(to, ')');
        return;
    }
    buffer_put_char(to, '{');
    while (json_next_element(&value, &element)) {
        buffer_put_string(to, between);
        view_put_json(to, element);
        between = ", ";
    }
    buffer_put_char(to, '}');
}

static void put_qualifier(Qualifiers *qualifiers, Span name, Span qualifier)
{
    Span value = {NULL, 0};
    bool has_value = view_member(qualifier, "value", &value) && !span_equals(value, "true") &&
                     !span_equals(value, "null");

    put_before(qualifiers, has_value);
    put_capital(qualifiers->to, name);
    if (has_value)
        put_value(qualifiers->to, value);
}

/* The members of @element that are true, and the names in its `flags`, unless a qualifier says the
 * same. */
static void put_flags(Qualifiers *qualifiers, Span element, Span declared)
{
    Span rest = element, key, value, flags, name;

    while (json_next_member(&rest, &key, &value)) {
        if (!span_equals(value, "true") || view_property(declared, key, &name))
            continue;
        put_before(qualifiers, false);
        put_capital(qualifiers->to, key);
    }
    if (!view_member(element, "flags", &flags))
        return;
    while (json_next_element(&flags, &name)) {
        if (!view_is_string(name))
            continue;
        name = (Span){name.data + 1, name.size - 2}; /* without its quotes: a word */
        if (view_property(declared, name, &value))
            continue;
        put_before(qualifiers, false);
        put_capital(qualifiers->to, name);
    }
}

/* Appends the qualifiers of @element, whose line begins with @indent spaces, and what parts them
 * from the element. */
static void put_qualifiers(Buffer *to, Span element, Layout layout, size_t indent)
{
    Qualifiers qualifiers = {.to = to, .layout = layout, .indent = indent};
    Span declared = {NULL, 0}, rest, name, qualifier;

    view_member(element, "qualifiers", &declared);
    put_flags(&qualifiers, element, declared);
    rest = declared;
    while (view_is_object(declared) && json_next_member(&rest, &name, &qualifier))
        put_qualifier(&qualifiers, name, qualifier);
    if (qualifiers.count == 0)
        return;
    buffer_put_char(to, ']');
    if (layout == LAYOUT_INLINE) {
        buffer_put_char(to, ' ');
        return;
    }
    buffer_put_char(to, '\n');
    text_put_spaces(to, indent);
}

/* Appends `uint32 Name`, `string Names[]`, `CIM_Disk REF Antecedent`, `CIM_Part Part`. */
static void put_declaration(Buffer *to, Span element, Span name)
{
    CLEANUP(buffer_deinit) Buffer type = BUFFER_INIT;
    Span value, class_name = {NULL, 0};
    bool is_array;

    if (view_member(element, "type", &value))
        view_put_text(&type, value);
    is_array = type.size > 2 && memcmp(type.data + type.size - 2, "[]", 2) == 0;
    if (is_array)
        type.size -= 2;
    to->failed |= type.failed;
    if (view_member(element, "className", &class_name) && view_is_string(class_name)) {
        put_text(to, class_name);
        if (span_equals(buffer_span(&type), "reference"))
            buffer_put_string(to, " REF");
    } else {
        text_put_clean(to, buffer_span(&type));
    }
    buffer_put_char(to, ' ');
    text_put_clean(to, name);
    if (is_array)
        buffer_put_string(to, "[]");
}

static void put_property(Buffer *to, Span name, Span property, Span class_name)
{
    Span origin;

    text_put_spaces(to, INDENT);
    put_qualifiers(to, property, LAYOUT_LINES, INDENT);
    put_declaration(to, property, name);
    buffer_put_char(to, ';');
    if (view_member(property, "origin", &origin) && view_is_string(origin) &&
        (origin.size != class_name.size ||
         memcmp(origin.data, class_name.data, origin.size) != 0)) {
        buffer_put_string(to, " // of ");
        put_text(to, origin);
    }
    buffer_put_char(to, '\n');
}

/* Appends the parameters, with @between (which may begin a line) before each but the first. */
static void put_parameters(Buffer *to, Span method, const char *between)
{
    const char *before = "";
    Span parameters, name, parameter;

    if (!view_member(method, "parameters", &parameters) || !view_is_object(parameters))
        return;
    while (json_next_member(&parameters, &name, &parameter)) {
        buffer_put_string(to, before);
        put_qualifiers(to, parameter, LAYOUT_INLINE, 0);
        put_declaration(to, parameter, name);
        before = between;
    }
}

static void put_method(Buffer *to, Span name, Span method)
{
    CLEANUP(buffer_deinit) Buffer head = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer line = BUFFER_INIT;
    Span type;

    if (view_member(method, "returnType", &type))
        put_text(&head, type);
    buffer_put_char(&head, ' ');
    text_put_clean(&head, name);
    buffer_put_char(&head, '(');
    put_parameters(&line, method, ", ");
    to->failed |= head.failed || line.failed;

    text_put_spaces(to, INDENT);
    put_qualifiers(to, method, LAYOUT_LINES, INDENT);
    buffer_put_span(to, buffer_span(&head));
    if (INDENT + text_columns(buffer_span(&head)) + text_columns(buffer_span(&line)) + 2 <=
        WIDEST_LINE) {
        buffer_put_span(to, buffer_span(&line));
    } else {
        buffer_put_string(to, "\n        ");
        put_parameters(to, method, ",\n        ");
    }
    buffer_put_string(to, ");\n");
}

/* Calls the printer of a property or method for each, an empty line between them. */
static void put_members(Buffer *to, Span class, Span class_name)
{
    const char *before = "";
    Span members, name, member;

    if (view_member(class, "properties", &members)) {
        while (json_next_member(&members, &name, &member)) {
            buffer_put_string(to, before);
            put_property(to, name, member, class_name);
            before = "\n";
        }
    }
    if (view_member(class, "methods", &members)) {
        while (json_next_member(&members, &name, &member)) {
            buffer_put_string(to, before);
            put_method(to, name, member);
            before = "\n";
        }
    }
}

void mof_put_class(Buffer *to, Span class)
{
    Span name = {NULL, 0}, value;

    view_member(class, "class", &name);
    if (view_member(class, "namespace", &value) && view_is_string(value)) {
        buffer_put_string(to, "// ");
        put_text(to, value);
        buffer_put_char(to, '\n');
    }
    put_qualifiers(to, class, LAYOUT_LINES, 0);
    buffer_put_string(to, "class ");
    put_text(to, name);
    if (view_member(class, "superClass", &value) && view_is_string(value)) {
        buffer_put_string(to, " : ");
        put_text(to, value);
    }
    buffer_put_string(to, "\n{\n");
    put_members(to, class, name);
    buffer_put_string(to, "};\n");
}
