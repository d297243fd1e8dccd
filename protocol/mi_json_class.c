/*
 * One pass over the declaration. The writer remembers where it is, so that what cannot be
 * written can be named: mi_json_explain_class() writes once more, and looks where that ended.
 */
#include "protocol/mi_json_class.h"

#include "mi/class_decl.h"
#include "mi/class_impl.h"
#include "mi/parameter_set_impl.h"
#include "protocol/json.h"

#include <errno.h>
#include <stdio.h>

/* Elements of an array that a declaration holds: more is no count but garbage. */
#define MAX_ELEMENTS 65536U

typedef struct ClassWriter {
    Buffer *to;
    /* Where it is: names, or NULL. */
    const char *member, *parameter, *qualifier;
    const char *fault; /* why it went no further */
} ClassWriter;

typedef struct FlagName {
    MI_Uint32 flag;
    const char *name;
} FlagName;

static const FlagName class_flags[] = {
    {MI_FLAG_ASSOCIATION, "association"},
    {MI_FLAG_INDICATION, "indication"},
    {MI_FLAG_ABSTRACT, "abstract"},
    {MI_FLAG_TERMINAL, "terminal"},
};

/* Of properties, methods and parameters. */
static const FlagName feature_flags[] = {
    {MI_FLAG_KEY, "key"},           {MI_FLAG_IN, "in"},
    {MI_FLAG_OUT, "out"},           {MI_FLAG_REQUIRED, "required"},
    {MI_FLAG_READONLY, "readOnly"}, {MI_FLAG_STATIC, "static"},
    {MI_FLAG_STREAM, "stream"},     {MI_FLAG_EXPENSIVE, "expensive"},
    {MI_FLAG_ABSTRACT, "abstract"}, {MI_FLAG_TERMINAL, "terminal"},
};

static const FlagName flavor_flags[] = {
    {MI_FLAG_ENABLEOVERRIDE, "enableOverride"}, {MI_FLAG_DISABLEOVERRIDE, "disableOverride"},
    {MI_FLAG_RESTRICTED, "restricted"},         {MI_FLAG_TOSUBCLASS, "toSubclass"},
    {MI_FLAG_TOINSTANCE, "toInstance"},         {MI_FLAG_TRANSLATABLE, "translatable"},
};

/* A comma, unless what comes is the first within its brackets. */
static void put_comma(Buffer *to)
{
    char last = to->size > 0 ? to->data[to->size - 1] : '{';

    if (last != '{' && last != '[')
        buffer_put_char(to, ',');
}

static void put_key(Buffer *to, const char *name)
{
    put_comma(to);
    json_put_string(to, span_of(name));
    buffer_put_char(to, ':');
}

/* `"key":"text"`, unless @text is NULL. */
static void put_text(Buffer *to, const char *key, const char *text)
{
    if (text == NULL)
        return;
    put_key(to, key);
    json_put_string(to, span_of(text));
}

/* `"key":["name",...]`: the names of the @flags that are set. */
static void put_flag_list(Buffer *to, const char *key, const FlagName *names, size_t count,
                          MI_Uint32 flags)
{
    put_key(to, key);
    buffer_put_char(to, '[');
    for (size_t i = 0; i < count; i++) {
        if ((flags & names[i].flag) == 0)
            continue;
        put_comma(to);
        json_put_string(to, span_of(names[i].name));
    }
    buffer_put_char(to, ']');
}

static void put_feature_flags(Buffer *to, MI_Uint32 flags)
{
    for (size_t i = 0; i < ARRAY_SIZE(feature_flags); i++) {
        if ((flags & feature_flags[i].flag) == 0)
            continue;
        put_key(to, feature_flags[i].name);
        buffer_put(to, "true", 4);
    }
}

/* What a declaration holds at @value; a pointer to no string is no value either. */
static int put_value(ClassWriter *writer, const void *value, MI_Uint32 type)
{
    int r = -EINVAL;

    if (value != NULL && type == MI_STRING && *(const char *const *)value == NULL)
        value = NULL;
    if (value == NULL || !value_type_is_array(type) ||
        ((const MI_Array *)value)->size <= MAX_ELEMENTS)
        r = mi_json_put_value(writer->to, value, (MI_Type)type);
    if (r < 0)
        writer->fault = "the value that is declared for it is none of its type";
    return r;
}

static bool is_first_of_its_name(const MI_Qualifier *const *qualifiers, MI_Uint32 index)
{
    for (MI_Uint32 i = 0; i < index; i++)
        if (class_name_equals(qualifiers[i]->name, qualifiers[index]->name))
            return false;
    return true;
}

static int put_qualifiers(ClassWriter *writer, const char *key,
                          const MI_Qualifier *const *qualifiers, MI_Uint32 count)
{
    Buffer *to = writer->to;
    int r;

    put_key(to, key);
    buffer_put_char(to, '{');
    for (MI_Uint32 i = 0; i < count; i++) {
        const MI_Qualifier *qualifier = qualifiers[i];

        if (!is_first_of_its_name(qualifiers, i))
            continue;
        writer->qualifier = qualifier->name;
        put_key(to, qualifier->name);
        buffer_put_char(to, '{');
        put_text(to, "type", value_type_name(qualifier->type));
        put_key(to, "value");
        r = put_value(writer, qualifier->value, qualifier->type);
        if (r < 0)
            return r;
        if (qualifier->flavor != 0)
            put_flag_list(to, "flavor", flavor_flags, ARRAY_SIZE(flavor_flags), qualifier->flavor);
        buffer_put_char(to, '}');
    }
    writer->qualifier = NULL;
    buffer_put_char(to, '}');
    return 0;
}

/* What properties and parameters have in common, without the qualifiers. */
static void put_element(Buffer *to, const MI_ParameterDecl *element)
{
    put_text(to, "type", value_type_name(element->type));
    put_feature_flags(to, element->flags);
    if (element->subscript > 0) {
        put_key(to, "subscript");
        buffer_put_u64(to, element->subscript);
    }
    put_text(to, "className", element->className);
}

static int put_property(ClassWriter *writer, const MI_PropertyDecl *property)
{
    Buffer *to = writer->to;
    int r;

    put_key(to, property->name);
    buffer_put_char(to, '{');
    put_element(to, (const MI_ParameterDecl *)(const void *)property);
    put_text(to, "origin", property->origin);
    put_text(to, "propagator", property->propagator);
    if (property->value != NULL) {
        put_key(to, "value");
        r = put_value(writer, property->value, property->type);
        if (r < 0)
            return r;
    }
    r = put_qualifiers(writer, "qualifiers", property->qualifiers, property->numQualifiers);
    buffer_put_char(to, '}');
    return r;
}

static int put_parameters(ClassWriter *writer, const MI_MethodDecl *method)
{
    const MI_ParameterDecl *result = parameter_set_result(method);
    Buffer *to = writer->to;
    int r = 0;

    put_key(to, "parameters");
    buffer_put_char(to, '{');
    for (MI_Uint32 i = 0; r == 0 && i < method->numParameters; i++) {
        const MI_ParameterDecl *parameter = method->parameters[i];

        if (parameter == result)
            continue;
        writer->parameter = parameter->name;
        put_key(to, parameter->name);
        buffer_put_char(to, '{');
        put_element(to, parameter);
        r = put_qualifiers(writer, "qualifiers", parameter->qualifiers, parameter->numQualifiers);
        buffer_put_char(to, '}');
    }
    if (r == 0)
        writer->parameter = NULL;
    buffer_put_char(to, '}');
    return r;
}

static int put_result(ClassWriter *writer, const MI_MethodDecl *method)
{
    const MI_ParameterDecl *result = parameter_set_result(method);
    const char *type = value_type_name(parameter_set_result_type(method));

    if (type == NULL) {
        writer->fault = "its returnType is no MI_Type";
        return -EINVAL;
    }
    put_text(writer->to, "returnType", type);
    if (result == NULL)
        return 0;
    put_text(writer->to, "returnClassName", result->className);
    if (result->numQualifiers == 0)
        return 0;
    return put_qualifiers(writer, "returnQualifiers", result->qualifiers, result->numQualifiers);
}

static int put_method(ClassWriter *writer, const MI_MethodDecl *method)
{
    Buffer *to = writer->to;
    int r;

    put_key(to, method->name);
    buffer_put_char(to, '{');
    r = put_result(writer, method);
    if (r < 0)
        return r;
    put_feature_flags(to, method->flags);
    put_text(to, "origin", method->origin);
    put_text(to, "propagator", method->propagator);
    r = put_qualifiers(writer, "qualifiers", method->qualifiers, method->numQualifiers);
    if (r == 0)
        r = put_parameters(writer, method);
    buffer_put_char(to, '}');
    return r;
}

static int put_properties(ClassWriter *writer, const MI_ClassDecl *decl)
{
    int r = 0;

    put_key(writer->to, "properties");
    buffer_put_char(writer->to, '{');
    for (MI_Uint32 i = 0; r == 0 && i < decl->numProperties; i++) {
        writer->member = decl->properties[i]->name;
        r = put_property(writer, decl->properties[i]);
    }
    buffer_put_char(writer->to, '}');
    return r;
}

static int put_methods(ClassWriter *writer, const MI_ClassDecl *decl)
{
    ClassMethods methods = {.decl = decl, .holder = decl};
    const MI_MethodDecl *method;
    int r = 0;

    put_key(writer->to, "methods");
    buffer_put_char(writer->to, '{');
    while (r == 0 && (method = class_next_method(&methods)) != NULL) {
        writer->member = method->name;
        r = put_method(writer, method);
    }
    buffer_put_char(writer->to, '}');
    return r;
}

static int put_class(ClassWriter *writer, const MI_ClassDecl *decl, const char *name_space)
{
    Buffer *to = writer->to;
    int r;

    buffer_put_char(to, '{');
    put_text(to, "class", decl->name);
    put_text(to, "superClass", class_parent_name(decl));
    put_text(to, "namespace", name_space);
    put_flag_list(to, "flags", class_flags, ARRAY_SIZE(class_flags), decl->flags);
    r = put_qualifiers(writer, "qualifiers", decl->qualifiers, decl->numQualifiers);
    if (r == 0)
        r = put_properties(writer, decl);
    if (r == 0)
        r = put_methods(writer, decl);
    buffer_put_char(to, '}');
    return r;
}

int mi_json_put_class(Buffer *to, const MI_ClassDecl *decl, const char *name_space)
{
    ClassWriter writer = {.to = to};
    size_t begin = to->size;
    int r = put_class(&writer, decl, name_space);

    if (r == 0 && buffer_failed(to))
        r = -ENOMEM;
    if (r < 0)
        to->size = begin;
    return r;
}

void mi_json_explain_class(const MI_ClassDecl *decl, MiJsonError *error)
{
    CLEANUP(buffer_deinit) Buffer scratch = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer place = BUFFER_INIT;
    ClassWriter writer = {.to = &scratch};
    int r = put_class(&writer, decl, NULL);

    buffer_printf(&place, "class '%.64s'", decl->name);
    if (writer.member != NULL)
        buffer_printf(&place, ", '%.64s'", writer.member);
    if (writer.parameter != NULL)
        buffer_printf(&place, ", parameter '%.64s'", writer.parameter);
    if (writer.qualifier != NULL)
        buffer_printf(&place, ", qualifier '%.64s'", writer.qualifier);
    snprintf(error->message, sizeof(error->message), "%s: %s",
             buffer_failed(&place) ? "a class" : buffer_string(&place),
             r == 0 || writer.fault == NULL ? "there was no memory" : writer.fault);
}
