/*
 * JSON to MI values: everything is checked against what is declared, and refused with a sentence.
 *
 * The reader walks down the tree with a Place, which says whose value it is at, so that each
 * sentence begins with it: "class 'Linux_Process', property 'Priority' (uint32): expected ...".
 * `levels` counts how many objects and arrays may still be entered.
 */
#include "protocol/mi_json.h"

#include "mi/class_decl.h"
#include "mi/instance_impl.h"
#include "protocol/json_tree.h"
#include "protocol/mi_json_scalar.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TOO_MANY  "there are more than %d properties"
#define TOO_DEEP  "objects and arrays nest deeper than %d"
#define TWICE     "it stands here twice; upper and lower case are the same"
#define NEED_KEYS "the key is missing or null; an object path has every key"

/* What holds for a whole reading. */
typedef struct Reader {
    const MI_SchemaDecl *schema;
    MiJsonError *error;
} Reader;

/* Where the reader is. */
typedef struct Place {
    const char *owner_kind; /* "class", "method"; NULL: the value belongs to nothing */
    const char *owner;
    const char *kind; /* "property", "parameter", "option"; NULL: at the owner itself */
    const char *name;
    const char *class_name; /* of a reference or an instance: what it must be, or NULL */
    MI_Type type;
    int element; /* of an array; -1: the whole value */
} Place;

static int get_object(const Reader *reader, const Place *place, const cJSON *tree,
                      MiJsonShape shape, unsigned levels, MI_Instance **ret);

/* Writes the sentence "PLACE: what is wrong" and returns -EINVAL. */
static int PRINTF_LIKE(3, 4)
    refuse(const Reader *reader, const Place *place, const char *format, ...)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    char sentence[256];
    va_list arguments;
    const char *string;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    if (place->owner_kind != NULL)
        buffer_printf(&text, "%s '%.64s'", place->owner_kind, place->owner);
    if (place->kind != NULL)
        buffer_printf(&text, "%s%s '%.64s' (%s)", place->owner_kind == NULL ? "" : ", ",
                      place->kind, place->name, value_type_name(place->type));
    if (place->element >= 0)
        buffer_printf(&text, ", element %d", place->element);
    if (text.size > 0)
        buffer_put_string(&text, ": ");
    buffer_put_string(&text, sentence);
    string = buffer_string(&text);
    snprintf(reader->error->message, sizeof(reader->error->message), "%s",
             string == NULL ? sentence : string);
    return -EINVAL;
}

/* What MI said to a set or an add. */
static int from_result(const Reader *reader, const Place *place, MI_Result result)
{
    if (result == MI_RESULT_OK)
        return 0;
    if (result == MI_RESULT_FAILED)
        return -ENOMEM;
    if (result == MI_RESULT_ALREADY_EXISTS) /* coverage: else it is what the next line tells of */
        return refuse(reader, place, TWICE);
    /* coverage: types and counts were checked before, so that MI has nothing else to say */
    return refuse(reader, place, "it can't be set (MI_Result %d)", result);
}

static int refuse_scalar(const Reader *reader, const Place *place, const cJSON *tree)
{
    char expected[MI_JSON_SCALAR_TEXT], actual[MI_JSON_SCALAR_TEXT];

    mi_json_scalar_expected(value_scalar_type(place->type), expected);
    mi_json_scalar_actual(tree, actual);
    return refuse(reader, place, "expected %s, but it is %s", expected, actual);
}

/* A value that is no array, to @to; an instance is the caller's to free, a string is the tree's. */
static int get_scalar(const Reader *reader, const Place *place, const cJSON *tree, unsigned levels,
                      void *to)
{
    MI_Type type = value_scalar_type(place->type);
    MI_Instance *instance;
    int r;

    if (type == MI_REFERENCE || type == MI_INSTANCE) {
        if (!cJSON_IsObject(tree))
            return refuse_scalar(reader, place, tree);
        r = get_object(reader, place, tree, type == MI_REFERENCE ? MI_JSON_KEYS : MI_JSON_WHOLE,
                       levels, &instance);
        if (r == 0)
            *(MI_Instance **)to = instance;
        return r;
    }
    if (mi_json_scalar_get(tree, type, to) < 0)
        return refuse_scalar(reader, place, tree);
    return 0;
}

/* Sets the @index-th element of @instance to an array of what @tree holds. */
static int get_array(const Reader *reader, const Place *place, const cJSON *tree, unsigned levels,
                     MI_Instance *instance, MI_Uint32 index)
{
    MI_Type scalar = value_scalar_type(place->type);
    /* Strings are copied from the tree; anything else was made here, and is handed over. */
    MI_Uint32 policy = scalar == MI_STRING ? 0 : MI_FLAG_ADOPT;
    size_t size = value_size(scalar), count = 0;
    const cJSON *element;
    MI_Value value = {0};
    char *data;
    int r = 0;

    if (!cJSON_IsArray(tree))
        return refuse(reader, place, "expected an array, but it is %s", json_tree_kind(tree));
    if (levels < 1)
        return refuse(reader, place, TOO_DEEP, MI_JSON_MAX_DEPTH);
    data = calloc((size_t)cJSON_GetArraySize(tree) + 1, size);
    if (data == NULL)
        return -ENOMEM;
    cJSON_ArrayForEach(element, tree)
    {
        Place inner = *place;

        inner.element = (int)count;
        r = get_scalar(reader, &inner, element, levels - 1, data + count * size);
        if (r < 0)
            break;
        count++;
    }
    value.array = (MI_Array){data, (MI_Uint32)count};
    if (r == 0)
        r = from_result(reader, place,
                        MI_Instance_SetElementAt(instance, index, &value, place->type, policy));
    if (r < 0 && (scalar == MI_INSTANCE || scalar == MI_REFERENCE))
        while (count > 0)
            instance_free(((MI_Instance **)(void *)data)[--count]);
    if (r < 0 || policy == 0)
        free(data);
    return r;
}

/* Sets the @index-th element of @instance, which is declared as @place says, to @tree. */
static int get_value(const Reader *reader, const Place *place, const cJSON *tree, unsigned levels,
                     MI_Instance *instance, MI_Uint32 index)
{
    bool is_instance = place->type == MI_INSTANCE || place->type == MI_REFERENCE;
    MI_Value value = {0};
    int r;

    if (cJSON_IsNull(tree))
        return from_result(reader, place, MI_Instance_ClearElementAt(instance, index));
    if (value_type_is_array(place->type))
        return get_array(reader, place, tree, levels, instance, index);
    r = get_scalar(reader, place, tree, levels, &value);
    if (r < 0)
        return r;
    r = from_result(reader, place,
                    MI_Instance_SetElementAt(instance, index, &value, place->type,
                                             is_instance ? MI_FLAG_ADOPT : 0));
    /* coverage: memory is out, and nothing else is wrong with it */
    if (r < 0 && is_instance)
        instance_free(value.instance);
    return r;
}

static Place property_place(const Place *owner, const char *kind, const MI_PropertyDecl *property)
{
    return (Place){
        .owner_kind = owner->owner_kind,
        .owner = owner->owner,
        .kind = kind,
        .name = property->name,
        .type = (MI_Type)property->type,
        .class_name = property->className,
        .element = -1,
    };
}

/* Sets the elements of @instance that @members names; @owner is its class or its method. */
static int get_members(const Reader *reader, const Place *owner, const char *kind,
                       const cJSON *members, unsigned levels, MI_Instance *instance)
{
    const MI_ObjectDecl *decl = instance_decl(instance);
    int r;

    for (const cJSON *member = members->child; member != NULL; member = member->next) {
        MI_Uint32 index = class_find_property(decl, member->string);
        Place place;

        if (index == CLASS_NOT_FOUND)
            return refuse(reader, owner, "there is no %s '%.64s'", kind, member->string);
        place = property_place(owner, kind, decl->properties[index]);
        if (!instance_is_unmodified(instance, index))
            return refuse(reader, &place, TWICE);
        if (!instance_has_field(instance, index))
            return refuse(reader, &place, "it is a streamed out parameter: the method sends it");
        r = get_value(reader, &place, member, levels, instance, index);
        if (r < 0)
            return r;
    }
    return 0;
}

/* An object path has keys only, and every one, unless @shape says that some will do. */
static int check_keys(const Reader *reader, const Place *owner, MiJsonShape shape,
                      const MI_Instance *instance)
{
    const MI_ObjectDecl *decl = instance_decl(instance);

    if (!class_has_keys(decl))
        return 0;
    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        Place place = property_place(owner, "property", decl->properties[i]);
        bool is_key = (decl->properties[i]->flags & MI_FLAG_KEY) != 0;

        if (is_key && shape == MI_JSON_KEYS && instance_value(instance, i) == NULL)
            return refuse(reader, &place, NEED_KEYS);
        if (!is_key && !instance_is_unmodified(instance, i))
            return refuse(reader, &place, "it is no key: an object path has the keys only");
    }
    return 0;
}

/* Types that are given though they are declared must be the declared ones. */
static int check_types(const Reader *reader, const Place *owner, const MI_ObjectDecl *decl,
                       const cJSON *types)
{
    for (const cJSON *type = types == NULL ? NULL : types->child; type != NULL; type = type->next) {
        MI_Uint32 index = class_find_property(decl, type->string);
        Place place;

        if (index == CLASS_NOT_FOUND)
            return refuse(reader, owner, "there is no property '%.64s'", type->string);
        place = property_place(owner, "property", decl->properties[index]);
        if (!cJSON_IsString(type) ||
            strcmp(type->valuestring, value_type_name(decl->properties[index]->type)) != 0)
            return refuse(reader, &place, "its \"types\" entry must be as the class declares it");
    }
    return 0;
}

static int get_declared(const Reader *reader, const cJSON *tree, const MI_ClassDecl *decl,
                        MiJsonShape shape, unsigned levels, MI_Instance **ret)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    Place owner = {.owner_kind = "class", .owner = decl->name, .element = -1};
    int r;

    r = check_types(reader, &owner, class_object(decl), json_tree_get(tree, "types"));
    if (r < 0)
        return r;
    if (instance_new(decl, &instance) != MI_RESULT_OK)
        return -ENOMEM;
    instance_mark_unmodified(instance);
    r = get_members(reader, &owner, "property", json_tree_get(tree, "properties"), levels,
                    instance);
    if (r == 0 && shape != MI_JSON_WHOLE)
        r = check_keys(reader, &owner, shape, instance);
    if (r == 0)
        *ret = take_pointer(instance);
    return r;
}

/* The type of a property that nobody declared: what @types says, or else what @tree looks like. */
static int get_type(const Reader *reader, const Place *owner, const cJSON *types, const cJSON *tree,
                    MI_Type *ret)
{
    const cJSON *given = json_tree_get(types, tree->string);

    if (given != NULL) {
        if (cJSON_IsString(given) && value_type_from_name(given->valuestring, ret) == 0)
            return 0;
        return refuse(reader, owner,
                      "the \"types\" entry of property '%.64s' must be a type such as \"uint32\" "
                      "or \"string[]\"",
                      tree->string);
    }
    if (mi_json_scalar_infer(tree, ret) == 0)
        return 0;
    return refuse(reader, owner,
                  "the type of property '%.64s' can't be told from %s: give it in \"types\"",
                  tree->string, json_tree_kind(tree));
}

/* Each entry of @types is about a member of @properties. */
static int check_types_used(const Reader *reader, const Place *owner, const cJSON *types,
                            const cJSON *properties)
{
    for (const cJSON *type = types == NULL ? NULL : types->child; type != NULL; type = type->next)
        if (json_tree_get(properties, type->string) == NULL)
            return refuse(reader, owner, "\"types\" names '%.64s', which isn't in \"properties\"",
                          type->string);
    return 0;
}

static int get_dynamic(const Reader *reader, const cJSON *tree, MiJsonShape shape, unsigned levels,
                       MI_Instance **ret)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    const cJSON *properties = json_tree_get(tree, "properties");
    const cJSON *types = json_tree_get(tree, "types");
    Place owner = {
        .owner_kind = "class", .owner = json_tree_get_string(tree, "class"), .element = -1};
    MI_Uint32 flags = MI_FLAG_PROPERTY | (shape == MI_JSON_KEYS ? MI_FLAG_KEY : 0);
    MI_Uint32 index = 0;
    int r;

    r = check_types_used(reader, &owner, types, properties);
    if (r < 0)
        return r;
    if (instance_new_dynamic(owner.owner, MI_FLAG_CLASS, &instance) != MI_RESULT_OK)
        return -ENOMEM;
    for (const cJSON *member = properties->child; member != NULL; member = member->next) {
        Place place = owner;

        if (member->string[0] == '\0')
            return refuse(reader, &owner, "a property has no name");
        place.kind = "property";
        place.name = member->string;
        r = get_type(reader, &owner, types, member, &place.type);
        if (r == 0 && shape == MI_JSON_KEYS && cJSON_IsNull(member))
            r = refuse(reader, &place, NEED_KEYS);
        if (r == 0)
            r = from_result(
                reader, &place,
                MI_Instance_AddElement(instance, member->string, NULL, place.type, flags));
        if (r == 0)
            r = get_value(reader, &place, member, levels, instance, index++);
        if (r < 0)
            return r;
    }
    *ret = take_pointer(instance);
    return 0;
}

/* Checks the members that every instance has. @place says whose value it is. */
static int check_object(const Reader *reader, const Place *place, const cJSON *tree,
                        unsigned levels)
{
    static const char *const members[] = {"class", "properties", "types", NULL};
    const char *unknown, *class_name = json_tree_get_string(tree, "class");
    const cJSON *types = json_tree_get(tree, "types");

    if (!cJSON_IsObject(tree))
        return refuse(reader, place,
                      "expected an instance, {\"class\", \"properties\"}, but it is %s",
                      json_tree_kind(tree));
    if (levels < 2)
        return refuse(reader, place, TOO_DEEP, MI_JSON_MAX_DEPTH);
    unknown = json_tree_find_unknown(tree, members);
    if (unknown != NULL)
        return refuse(reader, place,
                      "an instance has \"class\", \"properties\" and \"types\", and no '%.64s'",
                      unknown);
    if (class_name == NULL || class_name[0] == '\0')
        return refuse(reader, place, "the instance's \"class\" must be the name of its class");
    if (!cJSON_IsObject(json_tree_get(tree, "properties")))
        return refuse(reader, place, "the instance's \"properties\" must be an object");
    if (cJSON_GetArraySize(json_tree_get(tree, "properties")) > CLASS_MAX_FEATURES ||
        cJSON_GetArraySize(types) > CLASS_MAX_FEATURES)
        return refuse(reader, place, TOO_MANY, CLASS_MAX_FEATURES);
    if (types != NULL && !cJSON_IsObject(types))
        return refuse(reader, place, "the instance's \"types\" must be an object");
    return 0;
}

/* A reference or an embedded instance: finds the class that it must be checked against, if any. */
static int get_object(const Reader *reader, const Place *place, const cJSON *tree,
                      MiJsonShape shape, unsigned levels, MI_Instance **ret)
{
    const MI_ClassDecl *declared = class_find(reader->schema, place->class_name), *decl;
    int r;

    r = check_object(reader, place, tree, levels);
    if (r < 0)
        return r;
    decl = class_find(reader->schema, json_tree_get_string(tree, "class"));
    if (declared != NULL && decl != NULL && !class_is_a(decl, declared->name))
        return refuse(reader, place, "expected class '%.64s', and '%.64s' doesn't derive from it",
                      declared->name, decl->name);
    if (declared != NULL && decl == NULL && shape == MI_JSON_WHOLE)
        return refuse(reader, place, "expected class '%.64s', and '%.64s' isn't declared",
                      declared->name, json_tree_get_string(tree, "class"));
    if (decl != NULL)
        return get_declared(reader, tree, decl, shape, levels - 2, ret);
    return get_dynamic(reader, tree, shape, levels - 2, ret);
}

int mi_json_get_instance(const cJSON *tree, const MI_ClassDecl *decl, const MI_SchemaDecl *schema,
                         MiJsonShape shape, MI_Instance **ret, MiJsonError *error)
{
    Reader reader = {schema, error};
    Place place = {.element = -1};
    const char *class_name;
    int r;

    *ret = NULL;
    if (decl != NULL) {
        place.owner_kind = "class";
        place.owner = decl->name;
    }
    r = check_object(&reader, &place, tree, MI_JSON_MAX_DEPTH);
    if (r < 0)
        return r;
    class_name = json_tree_get_string(tree, "class");
    if (decl == NULL)
        return get_dynamic(&reader, tree, shape, MI_JSON_MAX_DEPTH - 2, ret);
    if (!class_name_equals(decl->name, class_name))
        return refuse(&reader, &place, "the instance is of class '%.64s'", class_name);
    return get_declared(&reader, tree, decl, shape, MI_JSON_MAX_DEPTH - 2, ret);
}

/* The return value and what is declared to go out, and out only, is not the client's to give. */
static bool is_in(const MI_PropertyDecl *parameter)
{
    if (class_name_equals(parameter->name, "MIReturn"))
        return false;
    return (parameter->flags & (MI_FLAG_IN | MI_FLAG_OUT)) != MI_FLAG_OUT;
}

static int check_parameters(const Reader *reader, const Place *owner, const MI_Instance *instance)
{
    const MI_ObjectDecl *decl = instance_decl(instance);

    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        const MI_PropertyDecl *parameter = decl->properties[i];
        Place place = property_place(owner, "parameter", parameter);

        if (!is_in(parameter) && !instance_is_unmodified(instance, i))
            return refuse(reader, &place, "it is an out parameter: the method sets it");
        if (is_in(parameter) && (parameter->flags & MI_FLAG_REQUIRED) != 0 &&
            instance_value(instance, i) == NULL)
            return refuse(reader, &place, "it is required");
    }
    return 0;
}

int mi_json_get_parameters(const cJSON *tree, const MI_MethodDecl *decl,
                           const MI_SchemaDecl *schema, MI_Instance **ret, MiJsonError *error)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    Reader reader = {schema, error};
    Place owner = {.owner_kind = "method", .owner = decl->name, .element = -1};
    int r = 0;

    *ret = NULL;
    if (tree != NULL && !cJSON_IsObject(tree))
        return refuse(&reader, &owner, "its parameters must be an object, but they are %s",
                      json_tree_kind(tree));
    if (instance_new_parameters(decl, &instance) != MI_RESULT_OK)
        return -ENOMEM;
    instance_mark_unmodified(instance);
    if (tree != NULL)
        r = get_members(&reader, &owner, "parameter", tree, MI_JSON_MAX_DEPTH - 1, instance);
    if (r == 0)
        r = check_parameters(&reader, &owner, instance);
    if (r == 0)
        *ret = take_pointer(instance);
    return r;
}

int mi_json_add_element(MI_Instance *instance, const char *what, const char *name, MI_Type type,
                        const cJSON *tree, MiJsonError *error)
{
    Reader reader = {NULL, error};
    Place place = {.kind = what, .name = name, .type = type, .element = -1};
    MI_Uint32 index;
    int r;

    r = from_result(&reader, &place, MI_Instance_AddElement(instance, name, NULL, type, 0));
    if (r < 0)
        return r;
    index = instance_decl(instance)->numProperties - 1;
    return get_value(&reader, &place, tree, MI_JSON_MAX_DEPTH, instance, index);
}
