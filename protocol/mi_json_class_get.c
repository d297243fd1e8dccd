/*
 * Classes from JSON: the way back of protocol/mi_json_class.c, for clients.
 *
 * The tree is walked once, and what it says is put into the memory of a SharedClass. Nothing is
 * believed: in the end class_check() looks at the declaration as it does at that of a library.
 */
#include "protocol/mi_json_class.h"

#include "mi/class_decl.h"
#include "mi/value.h"
#include "protocol/json_tree.h"
#include "protocol/mi_json_scalar.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#define RESULT_NAME "MIReturn"

typedef struct ClassReader {
    SharedClass *shared;
    MiJsonError *error;
} ClassReader;

typedef struct FlagName {
    const char *name;
    MI_Uint32 flag;
} FlagName;

static const FlagName class_flags[] = {
    {"association", MI_FLAG_ASSOCIATION},
    {"indication", MI_FLAG_INDICATION},
    {"abstract", MI_FLAG_ABSTRACT},
    {"terminal", MI_FLAG_TERMINAL},
};

static const FlagName feature_flags[] = {
    {"key", MI_FLAG_KEY},           {"in", MI_FLAG_IN},
    {"out", MI_FLAG_OUT},           {"required", MI_FLAG_REQUIRED},
    {"readOnly", MI_FLAG_READONLY}, {"static", MI_FLAG_STATIC},
    {"stream", MI_FLAG_STREAM},     {"expensive", MI_FLAG_EXPENSIVE},
    {"abstract", MI_FLAG_ABSTRACT}, {"terminal", MI_FLAG_TERMINAL},
};

static const FlagName flavor_flags[] = {
    {"enableOverride", MI_FLAG_ENABLEOVERRIDE}, {"disableOverride", MI_FLAG_DISABLEOVERRIDE},
    {"restricted", MI_FLAG_RESTRICTED},         {"toSubclass", MI_FLAG_TOSUBCLASS},
    {"toInstance", MI_FLAG_TOINSTANCE},         {"translatable", MI_FLAG_TRANSLATABLE},
};

static int refuse(const ClassReader *reader, const char *what)
{
    snprintf(reader->error->message, sizeof(reader->error->message), "the class is broken: %s",
             what);
    return -EINVAL;
}

static int copy_text(const ClassReader *reader, const char *text, const char **ret)
{
    size_t size;
    char *copy;

    *ret = NULL;
    if (text == NULL)
        return 0;
    size = strlen(text) + 1;
    copy = shared_class_alloc(reader->shared, size);
    if (copy == NULL)
        return -ENOMEM;
    *ret = memcpy(copy, text, size);
    return 0;
}

static int copy_member(const ClassReader *reader, const cJSON *object, const char *name,
                       const char **ret)
{
    return copy_text(reader, json_tree_get_string(object, name), ret);
}

/* The flags of those @names that @list, an array of strings, has. */
static MI_Uint32 listed_flags(const cJSON *list, const FlagName *names, size_t count)
{
    MI_Uint32 flags = 0;
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        for (size_t i = 0; i < count; i++)
            if (cJSON_IsString(entry) && strcmp(entry->valuestring, names[i].name) == 0)
                flags |= names[i].flag;
    }
    return flags;
}

/* The flags of those members of @feature that are true. */
static MI_Uint32 true_flags(const cJSON *feature)
{
    MI_Uint32 flags = 0;

    for (size_t i = 0; i < ARRAY_SIZE(feature_flags); i++)
        if (cJSON_IsTrue(json_tree_get(feature, feature_flags[i].name)))
            flags |= feature_flags[i].flag;
    return flags;
}

/* As <mi/declarations.h> has it: first and last letter, and length. */
static MI_Uint32 code_of(const char *name)
{
    size_t size = strlen(name);

    if (size == 0)
        return 0;
    return (MI_Uint32)tolower((unsigned char)name[0]) << 16 |
           (MI_Uint32)tolower((unsigned char)name[size - 1]) << 8 | (MI_Uint32)(size & 0xFF);
}

static int get_type(const ClassReader *reader, const cJSON *feature, const char *member,
                    MI_Uint32 *ret)
{
    const char *name = json_tree_get_string(feature, member);
    MI_Type type;

    if (name == NULL || value_type_from_name(name, &type) < 0)
        return refuse(reader, "a type is missing, or unknown");
    *ret = type;
    return 0;
}

/* A scalar to @to. 1: there is no such value. */
static int get_scalar(const ClassReader *reader, const cJSON *tree, MI_Type type, void *to)
{
    const char *text;
    int r;

    if (type == MI_INSTANCE || type == MI_REFERENCE || mi_json_scalar_get(tree, type, to) < 0)
        return 1;
    if (type != MI_STRING)
        return 0;
    r = copy_text(reader, *(char **)to, &text);
    memcpy(to, &text, sizeof(text));
    return r;
}

/* What a declaration points to for a value; NULL: there is none. */
static int get_value(const ClassReader *reader, const cJSON *tree, MI_Uint32 type, const void **ret)
{
    MI_Type scalar = value_scalar_type(type);
    size_t size = value_size(scalar), count = 0;
    const cJSON *element;
    MI_Array *array;
    void *value;
    int r;

    *ret = NULL;
    if (tree == NULL || cJSON_IsNull(tree))
        return 0;
    if (!value_type_is_array(type)) {
        value = shared_class_alloc(reader->shared, sizeof(MI_Value));
        if (value == NULL)
            return -ENOMEM;
        r = get_scalar(reader, tree, scalar, value);
        if (r == 0)
            *ret = value;
        return r < 0 ? r : 0;
    }
    array = shared_class_alloc(reader->shared, sizeof(*array));
    value = shared_class_alloc(reader->shared, (size_t)cJSON_GetArraySize(tree) * size + 1);
    if (array == NULL || value == NULL)
        return -ENOMEM;
    cJSON_ArrayForEach(element, tree)
    {
        r = get_scalar(reader, element, scalar, (char *)value + count * size);
        if (r != 0)
            return r < 0 ? r : 0;
        count++;
    }
    *array = (MI_Array){value, (MI_Uint32)count};
    *ret = array;
    return 0;
}

/* The number of members of @object, which may be absent. */
static int count_members(const ClassReader *reader, const cJSON *object, MI_Uint32 *ret)
{
    int count = object == NULL ? 0 : cJSON_GetArraySize(object);

    if (object != NULL && !cJSON_IsObject(object))
        return refuse(reader, "a list of members is no object");
    if (count > CLASS_MAX_FEATURES)
        return refuse(reader, "it has too many members");
    *ret = (MI_Uint32)count;
    return 0;
}

/* Makes a table of @count pointers to structs of @size bytes, which lie in one piece. */
static int new_table(const ClassReader *reader, MI_Uint32 count, size_t size, void ***ret)
{
    char *structs;

    *ret = NULL;
    if (count == 0)
        return 0;
    *ret = shared_class_alloc(reader->shared, count * sizeof(void *));
    structs = shared_class_alloc(reader->shared, count * size);
    if (*ret == NULL || structs == NULL)
        return -ENOMEM;
    for (MI_Uint32 i = 0; i < count; i++)
        (*ret)[i] = structs + i * size;
    return 0;
}

static int get_qualifiers(const ClassReader *reader, const cJSON *object,
                          const MI_Qualifier *const **ret, MI_Uint32 *count)
{
    const cJSON *member = object == NULL ? NULL : object->child;
    void **table = NULL;
    int r = count_members(reader, object, count);

    if (r == 0)
        r = new_table(reader, *count, sizeof(MI_Qualifier), &table);
    for (MI_Uint32 i = 0; r == 0 && i < *count; i++, member = member->next) {
        MI_Qualifier *qualifier = table[i];

        r = copy_text(reader, member->string, &qualifier->name);
        if (r == 0) /* coverage: else memory is out */
            r = get_type(reader, member, "type", &qualifier->type);
        if (r == 0)
            r = get_value(reader, json_tree_get(member, "value"), qualifier->type,
                          &qualifier->value);
        qualifier->flavor =
            listed_flags(json_tree_get(member, "flavor"), flavor_flags, ARRAY_SIZE(flavor_flags));
    }
    if (r == 0)
        *ret = (const MI_Qualifier *const *)table;
    return r;
}

/* What properties and parameters have in common; @type is the member that says their type. */
static int get_element(const ClassReader *reader, const cJSON *tree, const char *name,
                       MI_Uint32 flags, MI_ParameterDecl *to)
{
    const cJSON *subscript = json_tree_get(tree, "subscript");
    unsigned long long number;
    int r = copy_text(reader, name, &to->name);

    if (r == 0)
        r = get_type(reader, tree, "type", &to->type);
    if (r == 0)
        r = copy_member(reader, tree, "className", &to->className);
    if (r == 0)
        r = get_qualifiers(reader, json_tree_get(tree, "qualifiers"), &to->qualifiers,
                           &to->numQualifiers);
    if (r < 0)
        return r;
    to->flags = flags | true_flags(tree);
    to->code = code_of(name);
    if (subscript != NULL && json_tree_get_u64(subscript, &number) == 0 && number <= UINT32_MAX)
        to->subscript = (MI_Uint32)number;
    return 0;
}

static int get_properties(const ClassReader *reader, const cJSON *object, MI_ClassDecl *decl)
{
    const cJSON *member = object == NULL ? NULL : object->child;
    void **table = NULL;
    int r = count_members(reader, object, &decl->numProperties);

    if (r == 0)
        r = new_table(reader, decl->numProperties, sizeof(MI_PropertyDecl), &table);
    for (MI_Uint32 i = 0; r == 0 && i < decl->numProperties; i++, member = member->next) {
        MI_PropertyDecl *property = table[i];

        r = get_element(reader, member, member->string, MI_FLAG_PROPERTY,
                        (MI_ParameterDecl *)(void *)property);
        if (r == 0)
            r = copy_member(reader, member, "origin", &property->origin);
        if (r == 0)
            r = copy_member(reader, member, "propagator", &property->propagator);
        if (r == 0)
            r = get_value(reader, json_tree_get(member, "value"), property->type, &property->value);
    }
    if (r < 0)
        return r;
    decl->properties = (const MI_PropertyDecl *const *)table;
    decl->size = shared_class_lay_out((MI_PropertyDecl *const *)table, decl->numProperties);
    return 0;
}

/* The result is written apart, and declared as a parameter. */
static int get_result(const ClassReader *reader, const cJSON *tree, MI_MethodDecl *method,
                      MI_ParameterDecl *to)
{
    int r = get_type(reader, tree, "returnType", &method->returnType);

    if (r == 0)
        r = copy_text(reader, RESULT_NAME, &to->name);
    if (r == 0)
        r = copy_member(reader, tree, "returnClassName", &to->className);
    if (r == 0)
        r = get_qualifiers(reader, json_tree_get(tree, "returnQualifiers"), &to->qualifiers,
                           &to->numQualifiers);
    to->type = method->returnType;
    to->flags = MI_FLAG_PARAMETER | MI_FLAG_OUT;
    to->code = code_of(RESULT_NAME);
    return r;
}

static int get_parameters(const ClassReader *reader, const cJSON *tree, MI_MethodDecl *method)
{
    const cJSON *object = json_tree_get(tree, "parameters");
    const cJSON *member = object == NULL ? NULL : object->child;
    MI_Uint32 count;
    void **table = NULL;
    int r = count_members(reader, object, &count);

    if (r == 0)
        r = new_table(reader, count + 1, sizeof(MI_ParameterDecl), &table);
    for (MI_Uint32 i = 0; r == 0 && i < count; i++, member = member->next)
        r = get_element(reader, member, member->string, MI_FLAG_PARAMETER, table[i]);
    if (r == 0)
        r = get_result(reader, tree, method, table[count]);
    if (r < 0)
        return r;
    method->parameters = (const MI_ParameterDecl *const *)table;
    method->numParameters = count + 1;
    method->size =
        shared_class_lay_out_parameters((MI_ParameterDecl *const *)table, method->numParameters);
    return 0;
}

static int get_methods(const ClassReader *reader, const cJSON *object, MI_ClassDecl *decl)
{
    const cJSON *member = object == NULL ? NULL : object->child;
    void **table = NULL;
    int r = count_members(reader, object, &decl->numMethods);

    if (r == 0)
        r = new_table(reader, decl->numMethods, sizeof(MI_MethodDecl), &table);
    for (MI_Uint32 i = 0; r == 0 && i < decl->numMethods; i++, member = member->next) {
        MI_MethodDecl *method = table[i];

        method->flags = MI_FLAG_METHOD | true_flags(member);
        method->code = code_of(member->string);
        method->schema = decl->schema;
        r = copy_text(reader, member->string, &method->name);
        if (r == 0)
            r = copy_member(reader, member, "origin", &method->origin);
        if (r == 0)
            r = copy_member(reader, member, "propagator", &method->propagator);
        if (r == 0)
            r = get_qualifiers(reader, json_tree_get(member, "qualifiers"), &method->qualifiers,
                               &method->numQualifiers);
        if (r == 0)
            r = get_parameters(reader, member, method);
    }
    if (r == 0)
        decl->methods = (const MI_MethodDecl *const *)table;
    return r;
}

static int get_class(const ClassReader *reader, const cJSON *tree, const char **name_space)
{
    MI_ClassDecl *decl = &reader->shared->decl;
    ClassError error;
    int r;

    if (json_tree_get_string(tree, "class") == NULL)
        return refuse(reader, "it has no name");
    decl->flags = MI_FLAG_CLASS |
                  listed_flags(json_tree_get(tree, "flags"), class_flags, ARRAY_SIZE(class_flags));
    r = copy_member(reader, tree, "class", &decl->name);
    if (r == 0)
        r = copy_member(reader, tree, "superClass", &decl->superClass);
    if (r == 0)
        r = copy_member(reader, tree, "namespace", name_space);
    if (r == 0)
        r = get_qualifiers(reader, json_tree_get(tree, "qualifiers"), &decl->qualifiers,
                           &decl->numQualifiers);
    if (r == 0)
        r = get_properties(reader, json_tree_get(tree, "properties"), decl);
    if (r == 0)
        r = get_methods(reader, json_tree_get(tree, "methods"), decl);
    if (r < 0)
        return r;
    decl->code = code_of(decl->name);
    r = class_check(decl, &error);
    if (r < 0)
        snprintf(reader->error->message, sizeof(reader->error->message), "%.*s",
                 (int)sizeof(reader->error->message) - 1, error.message);
    return r;
}

int mi_json_get_class(Span text, SharedClass **ret, const char **name_space, MiJsonError *error)
{
    CLEANUP(shared_class_unrefp) SharedClass *shared = NULL;
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    const char *ignored;
    JsonTreeFault fault;
    ClassReader reader;
    int r;

    *ret = NULL;
    r = json_tree_parse(text, &tree, &fault);
    if (r == -EINVAL)
        snprintf(error->message, sizeof(error->message), "the class is no JSON: %s", fault.what);
    if (r < 0)
        return r;
    shared = shared_class_new();
    if (shared == NULL)
        return -ENOMEM;
    reader = (ClassReader){shared, error};
    r = get_class(&reader, tree, name_space == NULL ? &ignored : name_space);
    if (r == 0)
        *ret = take_pointer(shared);
    return r;
}
