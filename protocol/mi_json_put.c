/*
 * MI values to JSON: written straight into the buffer, from where the values lie.
 *
 * The fields of an instance are read in place, without GetElement. `levels` counts how many objects
 * and arrays may still be opened.
 */
#include "protocol/mi_json.h"

#include "mi/class_decl.h"
#include "mi/datetime.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/json_scan.h"
#include "protocol/mi_json_real.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

static int put_value(Buffer *to, const void *value, MI_Type type, unsigned levels);
static int put_instance(Buffer *to, const MI_Instance *instance, const MiJsonFilter *filter,
                        unsigned levels);

/* Appends `"name":`, after a comma unless it is the first. Names of declared classes need no
 * escapes, and are half of what is written: so they go in one piece. */
static void put_name(Buffer *to, const char *name, bool first)
{
    size_t size = strlen(name);
    char *place;

    if (json_skip_plain(name, name + size) == name + size) {
        place = buffer_reserve(to, size + 4);
        if (place == NULL)
            return;
        *place = ',';
        place += first ? 0 : 1;
        *place++ = '"';
        place = mempcpy(place, name, size);
        place[0] = '"';
        place[1] = ':';
        to->size += size + (first ? 3 : 4);
    } else {
        if (!first)
            buffer_put_char(to, ',');
        json_put_string(to, (Span){name, size});
        buffer_put_char(to, ':');
    }
}

static void put_real(Buffer *to, double value, bool single)
{
    char text[MI_JSON_REAL_SIZE];

    if (isfinite(value))
        buffer_put(to, text, mi_json_format_real(value, single, text));
    else
        buffer_put(to, "null", 4);
}

static int put_datetime(Buffer *to, const MI_Datetime *datetime)
{
    char text[DATETIME_SIZE + 2] = "\"";

    if (datetime_format(datetime, text + 1) < 0)
        return -EINVAL;
    text[DATETIME_SIZE + 1] = '"'; /* where the 0 was */
    buffer_put(to, text, sizeof(text));
    return 0;
}

static int put_string(Buffer *to, const char *string)
{
    if (string == NULL)
        return -EINVAL;
    json_put_string(to, span_of(string));
    return 0;
}

/* As a decimal string; @negative: of -@magnitude. */
static void put_quoted(Buffer *to, MI_Uint64 magnitude, bool negative)
{
    char text[24];
    size_t first = sizeof(text);

    text[--first] = '"';
    do {
        text[--first] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    if (negative)
        text[--first] = '-';
    text[--first] = '"';
    buffer_put(to, text + first, sizeof(text) - first);
}

static void put_s64(Buffer *to, MI_Sint64 value)
{
    put_quoted(to, value < 0 ? 0 - (MI_Uint64)value : (MI_Uint64)value, value < 0);
}

/* Whether @property is among what is wanted; @has_keys: its class has any. */
static bool is_wanted(const MiJsonFilter *filter, bool has_keys, const MI_PropertyDecl *property)
{
    MI_Boolean contained = MI_FALSE;

    if (filter == NULL || (property->flags & MI_FLAG_KEY) != 0)
        return true;
    if (filter->keys_only && has_keys)
        return false;
    if (filter->properties == NULL)
        return true;
    MI_PropertySet_ContainsElement(filter->properties, property->name, &contained);
    return contained;
}

static int put_properties(Buffer *to, const MI_Instance *instance, const MiJsonFilter *filter,
                          bool has_keys, unsigned levels)
{
    const MI_ObjectDecl *decl = instance_decl(instance);
    bool first = true;
    int r;

    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        const MI_PropertyDecl *property = decl->properties[i];

        if (!is_wanted(filter, has_keys, property))
            continue;
        put_name(to, property->name, first);
        r = put_value(to, instance_value(instance, i), (MI_Type)property->type, levels);
        if (r < 0)
            return r;
        first = false;
    }
    return 0;
}

/* Of a dynamic instance: what nobody could look up. */
static void put_types(Buffer *to, const MI_Instance *instance, const MiJsonFilter *filter,
                      bool has_keys)
{
    const MI_ObjectDecl *decl = instance_decl(instance);
    bool first = true;

    buffer_put_string(to, ",\"types\":{");
    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        const MI_PropertyDecl *property = decl->properties[i];

        if (!is_wanted(filter, has_keys, property))
            continue;
        put_name(to, property->name, first);
        buffer_put_char(to, '"');
        buffer_put_string(to, value_type_name(property->type));
        buffer_put_char(to, '"');
        first = false;
    }
    buffer_put_char(to, '}');
}

/* Of another maker, embedded in one that can be read here. */
static int put_foreign(Buffer *to, const MI_Instance *foreign, const MiJsonFilter *filter,
                       unsigned levels)
{
    CLEANUP(instance_freep) MI_Instance *copy = NULL;

    if (instance_import(foreign, &copy, levels) != MI_RESULT_OK)
        return -EINVAL;
    return put_instance(to, copy, filter, levels);
}

static int put_instance(Buffer *to, const MI_Instance *instance, const MiJsonFilter *filter,
                        unsigned levels)
{
    const MI_ObjectDecl *decl;
    bool has_keys;
    int r;

    if (instance_is_foreign(instance))
        return put_foreign(to, instance, filter, levels);
    if (!instance_is_valid(instance))
        return -EINVAL;
    if (levels < 2)
        return -ELOOP;
    decl = instance_decl(instance);
    has_keys = filter != NULL && filter->keys_only && class_has_keys(decl);
    buffer_put(to, "{\"class\":", 9);
    json_put_string(to, span_of(decl->name));
    buffer_put(to, ",\"properties\":{", 15);
    r = put_properties(to, instance, filter, has_keys, levels - 2);
    if (r < 0)
        return r;
    buffer_put_char(to, '}');
    if (instance_is_dynamic(instance))
        put_types(to, instance, filter, has_keys);
    buffer_put_char(to, '}');
    return 0;
}

static int put_array(Buffer *to, const MI_Array *array, MI_Type scalar, unsigned levels)
{
    const char *element = array->data;
    int r;

    if (levels < 1)
        return -ELOOP;
    if (element == NULL && array->size > 0)
        return -EINVAL;
    buffer_put_char(to, '[');
    for (MI_Uint32 i = 0; i < array->size; i++) {
        if (i > 0)
            buffer_put_char(to, ',');
        r = put_value(to, element + i * value_size(scalar), scalar, levels - 1);
        if (r < 0)
            return r;
    }
    buffer_put_char(to, ']');
    return 0;
}

static int put_scalar(Buffer *to, const void *value, MI_Uint32 type, unsigned levels)
{
    static const MiJsonFilter path = {.keys_only = true};

    switch (type) {
    case MI_BOOLEAN:
        buffer_put_string(to, *(const MI_Boolean *)value ? "true" : "false");
        return 0;
    case MI_UINT8:
        buffer_put_u64(to, *(const MI_Uint8 *)value);
        return 0;
    case MI_SINT8:
        buffer_put_i64(to, *(const MI_Sint8 *)value);
        return 0;
    case MI_UINT16:
    case MI_CHAR16:
        buffer_put_u64(to, *(const MI_Uint16 *)value);
        return 0;
    case MI_SINT16:
        buffer_put_i64(to, *(const MI_Sint16 *)value);
        return 0;
    case MI_UINT32:
        buffer_put_u64(to, *(const MI_Uint32 *)value);
        return 0;
    case MI_SINT32:
        buffer_put_i64(to, *(const MI_Sint32 *)value);
        return 0;
    case MI_UINT64:
        put_quoted(to, *(const MI_Uint64 *)value, false);
        return 0;
    case MI_SINT64:
        put_s64(to, *(const MI_Sint64 *)value);
        return 0;
    case MI_REAL32:
        put_real(to, (double)*(const MI_Real32 *)value, true);
        return 0;
    case MI_REAL64:
        put_real(to, *(const MI_Real64 *)value, false);
        return 0;
    case MI_DATETIME:
        return put_datetime(to, value);
    case MI_STRING:
        return put_string(to, *(const char *const *)value);
    case MI_REFERENCE:
        return put_instance(to, *(const MI_Instance *const *)value, &path, levels);
    case MI_INSTANCE:
        return put_instance(to, *(const MI_Instance *const *)value, NULL, levels);
    default:
        return -EINVAL;
    }
}

static int put_value(Buffer *to, const void *value, MI_Type type, unsigned levels)
{
    if (value == NULL) {
        buffer_put(to, "null", 4);
        return 0;
    }
    if (!value_type_is_valid(type))
        return -EINVAL;
    if (value_type_is_array(type))
        return put_array(to, value, value_scalar_type(type), levels);
    return put_scalar(to, value, type, levels);
}

/* Ends a writing that began at @begin and came to @r: all of it, or nothing. */
static int finish(Buffer *to, size_t begin, int r)
{
    if (r == 0 && buffer_failed(to))
        r = -ENOMEM;
    if (r < 0)
        to->size = begin;
    return r;
}

int mi_json_put_instance(Buffer *to, const MI_Instance *instance, const MiJsonFilter *filter)
{
    size_t begin = to->size;

    return finish(to, begin, put_instance(to, instance, filter, MI_JSON_MAX_DEPTH));
}

int mi_json_put_value(Buffer *to, const void *value, MI_Type type)
{
    size_t begin = to->size;

    return finish(to, begin, put_value(to, value, type, MI_JSON_MAX_DEPTH));
}

int mi_json_put_element(Buffer *to, const MI_Instance *instance, const char *name)
{
    MI_Uint32 index;

    if (!instance_is_valid(instance))
        return -EINVAL;
    index = class_find_property(instance_decl(instance), name);
    if (index == CLASS_NOT_FOUND)
        return mi_json_put_value(to, NULL, MI_BOOLEAN);
    return mi_json_put_value(to, instance_value(instance, index),
                             (MI_Type)instance_decl(instance)->properties[index]->type);
}

/* Whether the parameter goes to the client. What a dynamic instance holds was put there to be sent;
 * one that is streamed is not null but elsewhere. */
static bool is_out(const MI_Instance *parameters, MI_Uint32 index, bool skip_return)
{
    const MI_PropertyDecl *parameter = instance_decl(parameters)->properties[index];

    if (skip_return && class_name_equals(parameter->name, "MIReturn"))
        return false;
    if (instance_is_dynamic(parameters))
        return true;
    if ((parameter->flags & MI_FLAG_STREAM) != 0 && instance_value(parameters, index) == NULL)
        return false;
    return (parameter->flags & MI_FLAG_OUT) != 0;
}

static int put_parameters(Buffer *to, const MI_Instance *parameters, bool skip_return)
{
    const MI_ObjectDecl *decl = instance_decl(parameters);
    bool first = true;
    int r;

    buffer_put_char(to, '{');
    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        if (!is_out(parameters, i, skip_return))
            continue;
        put_name(to, decl->properties[i]->name, first);
        r = put_value(to, instance_value(parameters, i), (MI_Type)decl->properties[i]->type,
                      MI_JSON_MAX_DEPTH - 1);
        if (r < 0)
            return r;
        first = false;
    }
    buffer_put_char(to, '}');
    return 0;
}

int mi_json_put_parameters(Buffer *to, const MI_Instance *parameters, bool skip_return)
{
    size_t begin = to->size;

    if (!instance_is_valid(parameters))
        return -EINVAL;
    return finish(to, begin, put_parameters(to, parameters, skip_return));
}

static const char *reason_of(MI_Type type, int r)
{
    if (r == -ELOOP)
        return "objects and arrays nest too deeply in it, or it contains itself";
    if (value_scalar_type(type) == MI_DATETIME)
        return "a number in it has more digits than a datetime of 25 characters has for it";
    return "it points to nothing, or to an instance that was never made or has ended";
}

void mi_json_explain(const MI_Instance *instance, MiJsonError *error)
{
    CLEANUP(buffer_deinit) Buffer scratch = BUFFER_INIT;
    const MI_ObjectDecl *decl;

    snprintf(error->message, sizeof(error->message),
             "the instance was never made, or has ended, or there is no memory");
    if (!instance_is_valid(instance))
        return;
    decl = instance_decl(instance);
    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        MI_Type type = (MI_Type)decl->properties[i]->type;
        int r;

        buffer_clear(&scratch);
        r = put_value(&scratch, instance_value(instance, i), type, MI_JSON_MAX_DEPTH - 2);
        if (r == 0)
            continue;
        snprintf(error->message, sizeof(error->message), "'%.64s', element '%.64s' (%s): %s",
                 decl->name, decl->properties[i]->name, value_type_name(type), reason_of(type, r));
        return;
    }
}
