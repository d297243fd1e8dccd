/*
 * One format: JSON, as clients and the host write it. The handles hold nothing but a mark that they
 * were made here.
 */
#include "libmi/serializer.h"

#include "libmi/cim_error.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/mi_json_class.h"
#include "protocol/mi_json_read.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

#define MARK_SERIALIZER   0x6D69736572ULL
#define MARK_DESERIALIZER 0x6D69646573ULL

static MI_Result check_format(MI_Uint32 flags, const MI_Char *format, const void *ret)
{
    if (ret == NULL || flags != 0)
        return MI_RESULT_INVALID_PARAMETER;
    return format == NULL || strcasecmp(format, "MI_JSON") == 0 ? MI_RESULT_OK
                                                                : MI_RESULT_NOT_SUPPORTED;
}

MI_Result serializer_new(MI_Uint32 flags, const MI_Char *format, MI_Serializer *ret)
{
    MI_Result r = check_format(flags, format, ret);

    if (ret != NULL)
        *ret = (MI_Serializer){.reserved1 = r == MI_RESULT_OK ? MARK_SERIALIZER : 0};
    return r;
}

MI_Result deserializer_new(MI_Uint32 flags, const MI_Char *format, MI_Deserializer *ret)
{
    MI_Result r = check_format(flags, format, ret);

    if (ret != NULL)
        *ret = (MI_Deserializer){.reserved1 = r == MI_RESULT_OK ? MARK_DESERIALIZER : 0};
    return r;
}

static bool is_serializer(const MI_Serializer *serializer)
{
    return serializer != NULL && serializer->reserved1 == MARK_SERIALIZER;
}

static bool is_deserializer(const MI_Deserializer *deserializer)
{
    return deserializer != NULL && deserializer->reserved1 == MARK_DESERIALIZER;
}

static MI_Result MI_CALL close_serializer(MI_Serializer *serializer)
{
    if (!is_serializer(serializer))
        return MI_RESULT_INVALID_PARAMETER;
    *serializer = (MI_Serializer){0};
    return MI_RESULT_OK;
}

static MI_Result MI_CALL close_deserializer(MI_Deserializer *deserializer)
{
    if (!is_deserializer(deserializer))
        return MI_RESULT_INVALID_PARAMETER;
    *deserializer = (MI_Deserializer){0};
    return MI_RESULT_OK;
}

static MI_Result from_errno(int r)
{
    if (r == 0)
        return MI_RESULT_OK;
    return r == -ENOMEM ? MI_RESULT_SERVER_LIMITS_EXCEEDED : MI_RESULT_INVALID_PARAMETER;
}

/* Copies @size bytes out; *@needed is the size in any case. */
static MI_Result hand_out(const void *data, size_t size, void *buffer, MI_Uint32 length,
                          MI_Uint32 *needed)
{
    /* coverage: that takes four gigabytes */
    if (size > UINT32_MAX)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    *needed = (MI_Uint32)size;
    if (buffer == NULL || length < size)
        return MI_RESULT_FAILED;
    memcpy(buffer, data, size);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL SerializeClass(MI_Serializer *serializer, MI_Uint32 flags,
                                        const MI_Class *class_object, MI_Uint8 *buffer,
                                        MI_Uint32 length, MI_Uint32 *needed)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;
    MI_Result r;

    if (!is_serializer(serializer) || !class_is_valid(class_object) || needed == NULL ||
        (buffer == NULL && length > 0))
        return MI_RESULT_INVALID_PARAMETER;
    if ((flags & ~(MI_Uint32)MI_SERIALIZER_FLAGS_CLASS_DEEP) != 0)
        return MI_RESULT_NOT_SUPPORTED;
    r = from_errno(mi_json_put_class(&json, class_object->classDecl, class_object->namespaceName));
    return r == MI_RESULT_OK ? hand_out(json.data, json.size, buffer, length, needed) : r;
}

static MI_Result MI_CALL SerializeInstance(MI_Serializer *serializer, MI_Uint32 flags,
                                           const MI_Instance *instance, MI_Uint8 *buffer,
                                           MI_Uint32 length, MI_Uint32 *needed)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;
    MI_Result r;

    if (!is_serializer(serializer) || !instance_is_valid(instance) || needed == NULL ||
        (buffer == NULL && length > 0))
        return MI_RESULT_INVALID_PARAMETER;
    if (flags != 0) /* an instance that has its class along has no JSON */
        return MI_RESULT_NOT_SUPPORTED;
    r = from_errno(mi_json_put_instance(&json, instance, NULL));
    return r == MI_RESULT_OK ? hand_out(json.data, json.size, buffer, length, needed) : r;
}

/* ---- Reading ---- */

static MI_Result refuse(MI_Result result, const char *why, MI_Instance **cim_error)
{
    if (cim_error != NULL)
        *cim_error = cim_error_new(result, why);
    return result;
}

/* Checks what all functions that read have: *@json is the value. */
static MI_Result begin(const MI_Deserializer *deserializer, const MI_Uint8 *buffer,
                       MI_Uint32 length, MI_Instance **cim_error, Span *json)
{
    char why[128];
    JsonFault fault;

    if (cim_error != NULL)
        *cim_error = NULL;
    if (!is_deserializer(deserializer) || buffer == NULL)
        return refuse(MI_RESULT_INVALID_PARAMETER, "there is no deserializer, or no buffer",
                      cim_error);
    *json = (Span){(const char *)buffer, length};
    if (!json_check(*json, JSON_MAX_DEPTH, &fault)) {
        snprintf(why, sizeof(why), "no JSON, at byte %zu: %s", fault.offset, fault.what);
        return refuse(MI_RESULT_INVALID_PARAMETER, why, cim_error);
    }
    *json = json_trim(*json);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL DeserializeClass(MI_Deserializer *deserializer, MI_Uint32 flags,
                                          MI_Uint8 *buffer, MI_Uint32 length, MI_Class *parent,
                                          const MI_Char *server_name, const MI_Char *name_space,
                                          MI_Deserializer_ClassObjectNeeded needed, void *context,
                                          MI_Uint32 *read, MI_Class **ret, MI_Instance **cim_error)
{
    CLEANUP(shared_class_unrefp) SharedClass *shared = NULL;
    const char *own_name_space;
    MiJsonError error;
    MI_Result r;
    Span json;
    int made;

    (void)flags;
    (void)parent; /* the JSON of a class has what it inherits */
    (void)needed;
    (void)context;
    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    r = begin(deserializer, buffer, length, cim_error, &json);
    if (r != MI_RESULT_OK)
        return r;
    made = mi_json_get_class(json, &shared, &own_name_space, &error);
    if (made < 0)
        return refuse(from_errno(made), made == -EINVAL ? error.message : "out of memory",
                      cim_error);
    if (read != NULL)
        *read = length;
    return class_new_shared(shared, name_space != NULL ? name_space : own_name_space, server_name,
                            ret);
}

/* What a reading of an instance knows of classes. */
typedef struct Known {
    MI_Class **classes;
    MI_Uint32 count;
    MI_Deserializer_ClassObjectNeeded needed;
    void *context;
} Known;

static int find_class(void *data, Span name, SharedClass **ret)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    const Known *known = data;
    MI_Class *found = NULL;

    *ret = NULL;
    for (MI_Uint32 i = 0; known->classes != NULL && i < known->count; i++)
        if (class_is_valid(known->classes[i]) &&
            span_equals_nocase(name, known->classes[i]->classDecl->name))
            *ret = class_shared(known->classes[i]);
    if (*ret != NULL || known->needed == NULL)
        return 0;
    buffer_put_span(&text, name);
    if (buffer_string(&text) == NULL)
        return -ENOMEM;
    if (known->needed(known->context, NULL, NULL, text.data, &found) == MI_RESULT_OK &&
        class_is_valid(found))
        *ret = class_shared(found);
    return 0;
}

static MI_Result MI_CALL DeserializeInstance(MI_Deserializer *deserializer, MI_Uint32 flags,
                                             MI_Uint8 *buffer, MI_Uint32 length, MI_Class **classes,
                                             MI_Uint32 count,
                                             MI_Deserializer_ClassObjectNeeded needed,
                                             void *context, MI_Uint32 *read, MI_Instance **ret,
                                             MI_Instance **cim_error)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    Known known = {classes, count, needed, context};
    MiJsonReader reader;
    MI_Result r;
    Span json;
    int made;

    (void)flags;
    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    r = begin(deserializer, buffer, length, cim_error, &json);
    if (r != MI_RESULT_OK)
        return r;
    mi_json_reader_init(&reader, find_class, &known);
    made = mi_json_read_instance(&reader, json, &instance);
    mi_json_reader_deinit(&reader);
    if (made < 0)
        return refuse(from_errno(made), made == -EINVAL ? reader.message : "out of memory",
                      cim_error);
    if (read != NULL)
        *read = length;
    *ret = take_pointer(instance);
    return MI_RESULT_OK;
}

/* Copies the string that the member called @member is to @name. */
static MI_Result get_name(const MI_Deserializer *deserializer, const MI_Uint8 *buffer,
                          MI_Uint32 length, const char *member, MI_Char *name,
                          MI_Uint32 *name_length, MI_Instance **cim_error)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span json = {0}, rest, key, value;
    MI_Result r = begin(deserializer, buffer, length, cim_error, &json);
    const char *string;

    if (r != MI_RESULT_OK)
        return r;
    if (name_length == NULL || (name == NULL && *name_length > 0))
        return MI_RESULT_INVALID_PARAMETER;
    rest = json;
    while (json_next_member(&rest, &key, &value)) {
        if (!json_key_equals(key, member) || json_decode_string(value, &text) < 0)
            continue;
        string = buffer_string(&text);
        if (string == NULL)
            return MI_RESULT_SERVER_LIMITS_EXCEEDED;
        return hand_out(string, text.size + 1, name, *name_length, name_length);
    }
    return refuse(MI_RESULT_NOT_FOUND, "the object has no such name", cim_error);
}

static MI_Result MI_CALL Class_GetClassName(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                            MI_Uint32 length, MI_Char *name, MI_Uint32 *name_length,
                                            MI_Instance **cim_error)
{
    return get_name(deserializer, buffer, length, "class", name, name_length, cim_error);
}

static MI_Result MI_CALL Class_GetParentClassName(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                                  MI_Uint32 length, MI_Char *name,
                                                  MI_Uint32 *name_length, MI_Instance **cim_error)
{
    return get_name(deserializer, buffer, length, "superClass", name, name_length, cim_error);
}

static MI_Result MI_CALL Instance_GetClassName(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                               MI_Uint32 length, MI_Char *name,
                                               MI_Uint32 *name_length, MI_Instance **cim_error)
{
    return get_name(deserializer, buffer, length, "class", name, name_length, cim_error);
}

const MI_SerializerFT mi_serializer_ft = {
    .Close = close_serializer,
    .SerializeClass = SerializeClass,
    .SerializeInstance = SerializeInstance,
};

const MI_DeserializerFT mi_deserializer_ft = {
    .Close = close_deserializer,
    .DeserializeClass = DeserializeClass,
    .Class_GetClassName = Class_GetClassName,
    .Class_GetParentClassName = Class_GetParentClassName,
    .DeserializeInstance = DeserializeInstance,
    .Instance_GetClassName = Instance_GetClassName,
};
