/*
 * The reader walks over the text once for each level. Properties mostly come in the order of the
 * class, so that the next one is looked for where the last one was.
 */
#include "protocol/mi_json_read.h"

#include "mi/class_decl.h"
#include "mi/datetime.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/json_scan.h"
#include "protocol/mi_json_real.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* The members of an instance; data NULL: absent. */
typedef struct Members {
    Span class_name; /* between the quotes */
    Span properties;
    Span types;
} Members;

static int read_object(MiJsonReader *reader, Span json, unsigned levels, MI_Instance **instance);

void mi_json_reader_init(MiJsonReader *reader, MiJsonFind *find, void *data)
{
    *reader = (MiJsonReader){.find = find, .data = data};
}

void mi_json_reader_deinit(MiJsonReader *reader)
{
    buffer_deinit(&reader->scratch);
}

static int PRINTF_LIKE(2, 3) refuse(MiJsonReader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reader->message, sizeof(reader->message), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

static int from_result(MI_Result result)
{
    if (result == MI_RESULT_OK)
        return 0;
    return result == MI_RESULT_FAILED ? -ENOMEM : -EINVAL;
}

/* What stands between the quotes of a string. */
static Span inside(Span string)
{
    return (Span){string.data + 1, string.size - 2};
}

static bool is_null(Span json)
{
    return json.data[0] == 'n';
}

static bool is_string(Span json)
{
    return json.data[0] == '"';
}

/* The decoded string in the scratch buffer, with a 0 behind it. */
static int decode(MiJsonReader *reader, Span json, const char **ret)
{
    int r;

    buffer_clear(&reader->scratch);
    r = json_decode_string(json, &reader->scratch);
    if (r < 0)
        return r;
    *ret = buffer_string(&reader->scratch);
    return *ret == NULL ? -ENOMEM : 0;
}

/* ---- Scalars ---- */

static int read_unsigned(Span json, MI_Uint64 *ret)
{
    Span digits = is_string(json) ? inside(json) : json;
    MI_Uint64 number = 0;

    if (digits.size == 0)
        return -EINVAL;
    for (size_t i = 0; i < digits.size; i++) {
        unsigned digit = (unsigned)digits.data[i] - '0';

        if (digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, digit, &number))
            return -EINVAL;
    }
    *ret = number;
    return 0;
}

static int read_signed(Span json, MI_Sint64 *ret)
{
    int64_t number;

    if (json_get_integer(is_string(json) ? inside(json) : json, &number) < 0)
        return -EINVAL;
    *ret = number;
    return 0;
}

/* An integer of at most 32 bits. */
static int read_integer(Span json, MI_Type type, void *to)
{
    static const struct {
        int64_t minimum, maximum;
    } ranges[] = {
        [MI_UINT8] = {0, UINT8_MAX},   [MI_SINT8] = {INT8_MIN, INT8_MAX},
        [MI_UINT16] = {0, UINT16_MAX}, [MI_SINT16] = {INT16_MIN, INT16_MAX},
        [MI_UINT32] = {0, UINT32_MAX}, [MI_SINT32] = {INT32_MIN, INT32_MAX},
        [MI_CHAR16] = {0, UINT16_MAX},
    };
    int64_t number;

    if (json_get_integer(json, &number) < 0 || number < ranges[type].minimum ||
        number > ranges[type].maximum)
        return -EINVAL;
    switch (value_size(type)) {
    case 1:
        *(MI_Uint8 *)to = (MI_Uint8)number;
        return 0;
    case 2:
        *(MI_Uint16 *)to = (MI_Uint16)number;
        return 0;
    default:
        *(MI_Uint32 *)to = (MI_Uint32)number;
        return 0;
    }
}

static int read_real(Span json, MI_Type type, void *to)
{
    double number;

    if (is_null(json))
        number = (double)NAN;
    else if (json_type(json) != JSON_NUMBER || mi_json_real_parse(json, &number) < 0)
        return -EINVAL;
    if (type == MI_REAL64)
        *(MI_Real64 *)to = number;
    else
        *(MI_Real32 *)to = (MI_Real32)number;
    return 0;
}

static int read_boolean(Span json, MI_Boolean *to)
{
    JsonType type = json_type(json);

    if (type != JSON_TRUE && type != JSON_FALSE)
        return -EINVAL;
    *to = type == JSON_TRUE ? MI_TRUE : MI_FALSE;
    return 0;
}

static int read_datetime(Span json, MI_Datetime *to)
{
    if (!is_string(json))
        return -EINVAL;
    return datetime_parse(json.data + 1, json.size - 2, to) < 0 ? -EINVAL : 0;
}

/* What is no instance to @to. A string is the scratch buffer's. */
static int read_scalar(MiJsonReader *reader, Span json, MI_Type type, void *to)
{
    switch ((MI_Uint32)type) {
    case MI_BOOLEAN:
        return read_boolean(json, to);
    case MI_UINT64:
        return read_unsigned(json, to);
    case MI_SINT64:
        return read_signed(json, to);
    case MI_REAL32:
    case MI_REAL64:
        return read_real(json, type, to);
    case MI_DATETIME:
        return read_datetime(json, to);
    case MI_STRING:
        return decode(reader, json, to);
    default:
        return read_integer(json, type, to);
    }
}

/* ---- Values ---- */

/* An element of an array, which is to own it. */
static int read_element(MiJsonReader *reader, Span json, MI_Type scalar, unsigned levels, void *to)
{
    int r;

    if (scalar == MI_INSTANCE || scalar == MI_REFERENCE) {
        MI_Instance *instance = NULL;

        r = read_object(reader, json, levels, &instance);
        if (r < 0)
            instance_free(instance);
        else
            *(MI_Instance **)to = instance;
        return r;
    }
    r = read_scalar(reader, json, scalar, to);
    if (r == 0 && scalar == MI_STRING) {
        char *copy = strdup(*(char **)to);

        if (copy == NULL)
            return -ENOMEM;
        *(char **)to = copy;
    }
    return r;
}

static void free_elements(MI_Type scalar, void *data, size_t count)
{
    while (scalar >= MI_STRING && count-- > 0) {
        if (scalar == MI_STRING)
            free(((char **)data)[count]);
        else
            instance_free(((MI_Instance **)data)[count]);
    }
    free(data);
}

static int read_array(MiJsonReader *reader, Span json, MI_Type type, unsigned levels, void *field,
                      ValueMemory **memory)
{
    MI_Type scalar = value_scalar_type(type);
    size_t size = value_size(scalar), count = 0, done = 0;
    Span rest = json, element;
    MI_Array array;
    char *data;
    int r = 0;

    if (json_type(json) != JSON_ARRAY || levels == 0)
        return -EINVAL;
    while (json_next_element(&rest, &element))
        count++;
    data = calloc(count + 1, size);
    if (data == NULL)
        return -ENOMEM;
    rest = json;
    while (r == 0 && json_next_element(&rest, &element)) {
        r = read_element(reader, element, scalar, levels - 1, data + done * size);
        if (r == 0)
            done++;
    }
    array = (MI_Array){data, (MI_Uint32)done};
    if (r == 0)
        r = from_result(field_set(field, type, &array, MI_FLAG_ADOPT, memory));
    if (r < 0)
        free_elements(scalar, data, done);
    return r;
}

/* Sets a field, which has no value yet, to @json. */
static int read_value(MiJsonReader *reader, Span json, MI_Type type, unsigned levels, void *field,
                      ValueMemory **memory)
{
    MI_Value value;
    int r;

    if (is_null(json)) {
        field_clear(field, type, memory);
        return 0;
    }
    if (value_type_is_array(type))
        return read_array(reader, json, type, levels, field, memory);
    if (type == MI_INSTANCE || type == MI_REFERENCE) {
        MI_Instance *instance = NULL;

        r = read_object(reader, json, levels, &instance);
        if (r == 0)
            r = from_result(field_set(field, type, &instance, MI_FLAG_ADOPT, memory));
        if (r < 0)
            instance_free(instance);
        return r;
    }
    r = read_scalar(reader, json, type, &value);
    return r < 0 ? r : from_result(field_set(field, type, &value, 0, memory));
}

/* The property called @key; @guess is tried first. */
static MI_Uint32 find_property(const MI_ObjectDecl *decl, Span key, MI_Uint32 guess)
{
    if (guess < decl->numProperties && span_equals(key, decl->properties[guess]->name))
        return guess;
    for (MI_Uint32 i = 0; i < decl->numProperties; i++)
        if (span_equals_nocase(key, decl->properties[i]->name))
            return i;
    return CLASS_NOT_FOUND;
}

static int set_property(MiJsonReader *reader, MI_Instance *instance, MI_Uint32 index, Span json,
                        unsigned levels)
{
    const MI_ObjectDecl *decl = instance_decl(instance);
    MI_Type type = (MI_Type)decl->properties[index]->type;
    int r = read_value(reader, json, type, levels, instance_field(instance, index),
                       instance_memory(instance, index));

    if (r == -EINVAL && reader->message[0] == '\0')
        return refuse(reader, "'%.64s' of '%.64s' is no %s: %.*s", decl->properties[index]->name,
                      decl->name, value_type_name(type), (int)(json.size < 40 ? json.size : 40),
                      json.data);
    return r;
}

/* Sets what @rest, which begins with the bracket of an object, names. In the end it begins with the
 * other bracket, or is empty; what is behind it was not looked at. */
static int set_properties(MiJsonReader *reader, MI_Instance *instance, Span *rest, unsigned levels)
{
    const MI_ObjectDecl *decl = instance_decl(instance);
    MI_Uint32 index, guess = 0;
    Span key, value;
    int r = 0;

    while (r == 0 && rest->size > 0 && /* coverage: what has no end is followed by a member */
           rest->data[0] != '}' && json_next_member(rest, &key, &value)) {
        index = find_property(decl, key, guess);
        if (index == CLASS_NOT_FOUND)
            return refuse(reader, "class '%.64s' has no property '%.*s'", decl->name,
                          (int)(key.size < 64 ? key.size : 64), key.data);
        r = set_property(reader, instance, index, value, levels);
        guess = index + 1;
    }
    return r;
}

/* ---- What nobody declares ---- */

static MI_Type infer(Span json)
{
    Span rest = json, element;
    int64_t number;

    switch (json_type(json)) {
    case JSON_TRUE:
    case JSON_FALSE:
        return MI_BOOLEAN;
    case JSON_NUMBER:
        return json_get_integer(json, &number) == 0 ? MI_SINT64 : MI_REAL64;
    case JSON_OBJECT:
        return MI_INSTANCE;
    case JSON_ARRAY:
        if (json_next_element(&rest, &element) && json_type(element) != JSON_ARRAY)
            return (MI_Type)(MI_ARRAY | infer(element));
        return MI_STRINGA;
    case JSON_STRING:
    case JSON_NULL:
        break;
    }
    return MI_STRING;
}

/* The type of the property @key: what @types says of it, or else what @value looks like. */
static MI_Type type_of(MiJsonReader *reader, Span types, Span key, Span value)
{
    Span rest = types, name, type;
    const char *text;
    MI_Type found;

    while (types.data != NULL && json_next_member(&rest, &name, &type))
        if (name.size == key.size && memcmp(name.data, key.data, key.size) == 0 &&
            is_string(type) && /* coverage: what is one is decoded, unless memory is out */
            decode(reader, type, &text) == 0 && value_type_from_name(text, &found) == 0)
            return found;
    return infer(value);
}

static int add_property(MiJsonReader *reader, MI_Instance *instance, Span key, MI_Type type,
                        Span value, unsigned levels)
{
    /* A key is a string without its quotes, which stand around it. */
    Span quoted = {key.data - 1, key.size + 2};
    const char *name;
    int r = decode(reader, quoted, &name);

    /* coverage: memory is out: the name was checked */
    if (r < 0)
        return r;
    r = from_result(MI_Instance_AddElement(instance, name, NULL, type, 0));
    if (r == -EINVAL)
        return refuse(reader, "'%.64s' of '%.64s' is there twice, or one too many", name,
                      instance_decl(instance)->name);
    /* coverage: memory is out */
    if (r < 0)
        return r;
    return set_property(reader, instance, instance_decl(instance)->numProperties - 1, value,
                        levels);
}

static int read_dynamic(MiJsonReader *reader, const Members *members, unsigned levels,
                        MI_Instance **ret)
{
    Span quoted = {members->class_name.data - 1, members->class_name.size + 2};
    Span rest = members->properties, key, value;
    const char *name;
    int r = decode(reader, quoted, &name);

    if (r == 0) /* coverage: else memory is out */
        r = from_result(instance_new_dynamic(name, MI_FLAG_CLASS, ret));
    while (r == 0 && json_next_member(&rest, &key, &value))
        r = add_property(reader, *ret, key, type_of(reader, members->types, key, value), value,
                         levels);
    return r;
}

/* ---- Instances ---- */

/* Makes *@instance an empty one of @shared: the one that is there, if it can be. */
static int prepare(SharedClass *shared, MI_Instance **instance)
{
    int r = 0;

    if (*instance != NULL && instance_shared(*instance) == shared) {
        instance_reset(*instance);
    } else {
        instance_free(take_pointer(*instance));
        r = from_result(instance_new_shared(shared, instance));
    }
    if (r == 0)
        instance_mark_unmodified(*instance);
    return r;
}

static int read_declared(MiJsonReader *reader, const Members *members, SharedClass *shared,
                         unsigned levels, MI_Instance **instance)
{
    Span properties = members->properties;
    int r = prepare(shared, instance);

    return r < 0 ? r : set_properties(reader, *instance, &properties, levels);
}

/* Finds the members that an instance has. */
static int find_members(MiJsonReader *reader, Span json, Members *ret)
{
    Span rest = json, key, value;

    *ret = (Members){0};
    while (json_next_member(&rest, &key, &value)) {
        JsonType type = json_type(value);

        if (span_equals(key, "class") && type == JSON_STRING)
            ret->class_name = inside(value);
        else if (span_equals(key, "properties") && type == JSON_OBJECT)
            ret->properties = value;
        else if (span_equals(key, "types") && type == JSON_OBJECT)
            ret->types = value;
    }
    if (ret->class_name.data == NULL || ret->properties.data == NULL)
        return refuse(reader, "an instance has no \"class\", or no \"properties\": %.*s",
                      (int)(json.size < 80 ? json.size : 80), json.data);
    return 0;
}

static int read_object(MiJsonReader *reader, Span json, unsigned levels, MI_Instance **instance)
{
    SharedClass *shared = NULL;
    Members members;
    int r;

    if (levels < 2)
        return refuse(reader, "objects and arrays nest deeper than %d", MI_JSON_MAX_DEPTH);
    r = find_members(reader, json, &members);
    if (r == 0 && members.types.data == NULL)
        r = reader->find(reader->data, members.class_name, &shared);
    if (r < 0)
        return r;
    if (shared != NULL)
        return read_declared(reader, &members, shared, levels - 2, instance);
    instance_free(take_pointer(*instance));
    return read_dynamic(reader, &members, levels - 2, instance);
}

int mi_json_read_instance(MiJsonReader *reader, Span json, MI_Instance **instance)
{
    reader->message[0] = '\0';
    return read_object(reader, json, MI_JSON_MAX_DEPTH, instance);
}

/* Goes over @text, if @rest begins with it. */
static bool take(Span *rest, Span text)
{
    if (rest->size < text.size || memcmp(rest->data, text.data, text.size) != 0)
        return false;
    span_skip(rest, text.size);
    return true;
}

/* As mi_json_read_next(), of `{"class":NAME,"properties":{...}}` without a space, whose class is
 * declared. 0: it is something else, of which nothing was taken. */
static int read_in_one_go(MiJsonReader *reader, Span *rest, MI_Instance **instance)
{
    Span at = *rest, name;
    SharedClass *shared;
    const char *end;
    int r;

    span_skip(&at, 1); /* the bracket of the array, or a comma */
    if (!take(&at, SPAN("{\"class\":\"")))
        return 0;
    end = json_skip_plain(at.data, at.data + at.size);
    name = (Span){at.data, (size_t)(end - at.data)};
    span_skip(&at, name.size);
    if (!take(&at, SPAN("\",\"properties\":")))
        return 0;
    if (at.size < 2 || at.data[1] != '"') /* coverage: the array was checked: an object ends */
        return 0;
    r = reader->find(reader->data, name, &shared);
    if (r < 0 || shared == NULL)
        return r;
    r = prepare(shared, instance);
    if (r == 0)
        r = set_properties(reader, *instance, &at, MI_JSON_MAX_DEPTH - 2);
    if (r == -EINVAL || (r == 0 && !take(&at, SPAN("}}"))))
        return 0; /* it may have types of its own, which come behind */
    if (r < 0)
        return r;
    *rest = at;
    return 1;
}

int mi_json_read_next(MiJsonReader *reader, Span *rest, MI_Instance **instance)
{
    Span after = *rest, element;
    int r;

    reader->message[0] = '\0';
    if (rest->size > 1 && rest->data[1] == '{') {
        r = read_in_one_go(reader, rest, instance);
        if (r != 0)
            return r;
    }
    if (!json_next_element(&after, &element))
        return 0;
    r = mi_json_read_instance(reader, element, instance);
    if (r < 0)
        return r;
    *rest = after;
    return 1;
}

static int new_parameters(SharedClass *shared, const char *name, MI_Instance **ret)
{
    const MI_MethodDecl *method = shared == NULL ? NULL : class_find_method(&shared->decl, name);

    if (method != NULL)
        return from_result(instance_new_shared_parameters(method, ret));
    return from_result(instance_new_dynamic(name, MI_FLAG_METHOD, ret));
}

static int put_parameter(MiJsonReader *reader, MI_Instance *instance, Span key, Span value)
{
    MI_Uint32 index;

    if (instance_is_dynamic(instance))
        return add_property(reader, instance, key, infer(value), value, MI_JSON_MAX_DEPTH);
    index = find_property(instance_decl(instance), key, 0);
    if (index == CLASS_NOT_FOUND)
        return refuse(reader, "method '%.64s' has no parameter '%.*s'",
                      instance_decl(instance)->name, (int)(key.size < 64 ? key.size : 64),
                      key.data);
    return set_property(reader, instance, index, value, MI_JSON_MAX_DEPTH);
}

int mi_json_read_parameters(MiJsonReader *reader, Span returned, Span parameters,
                            SharedClass *shared, const char *name, MI_Instance **ret)
{
    static const char result_name[] = "\"MIReturn\"";
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    Span rest = parameters, key, value;
    int r;

    *ret = NULL;
    reader->message[0] = '\0';
    r = new_parameters(shared, name, &instance);
    if (r == 0 && returned.data != NULL)
        r = put_parameter(reader, instance, (Span){result_name + 1, strlen(result_name) - 2},
                          returned);
    while (r == 0 && parameters.data != NULL && json_next_member(&rest, &key, &value))
        r = put_parameter(reader, instance, key, value);
    if (r == 0)
        *ret = take_pointer(instance);
    return r;
}
