#include "agent/task.h"

#include "mi/class_decl.h"
#include "mi/instance_impl.h"
#include "mi/property_set_impl.h"
#include "mi/value.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_OPTIONS 256
#define MAX_LOCALE  (MI_MAX_LOCALE_SIZE - 1)

/* What in the params an operation is about. */
typedef enum TaskObject {
    TASK_OF_CLASS,  /* none: the class alone */
    TASK_OF_PATH,   /* `instance`: its keys */
    TASK_OF_WHOLE,  /* `instance`: all of it */
    TASK_OF_END,    /* `instance`: the keys of any class that the class of the task associates */
    TASK_OF_METHOD, /* `instance`, or the class alone for a static method */
} TaskObject;

static const struct {
    const char *name;
    TaskObject object;
} kinds[] = {
    [OPERATION_GET_INSTANCE] = {"mi/getInstance", TASK_OF_PATH},
    [OPERATION_ENUMERATE_INSTANCES] = {"mi/enumerateInstances", TASK_OF_CLASS},
    [OPERATION_INVOKE] = {"mi/invoke", TASK_OF_METHOD},
    [OPERATION_CREATE_INSTANCE] = {"mi/createInstance", TASK_OF_WHOLE},
    [OPERATION_MODIFY_INSTANCE] = {"mi/modifyInstance", TASK_OF_WHOLE},
    [OPERATION_DELETE_INSTANCE] = {"mi/deleteInstance", TASK_OF_PATH},
    [OPERATION_ASSOCIATOR_INSTANCES] = {"mi/associatorInstances", TASK_OF_END},
    [OPERATION_REFERENCE_INSTANCES] = {"mi/referenceInstances", TASK_OF_END},
    [OPERATION_GET_CLASS] = {"mi/getClass", TASK_OF_CLASS},
    [OPERATION_ENUMERATE_CLASSES] = {"mi/enumerateClasses", TASK_OF_CLASS},
};

static char *put_name(char **at, Span name)
{
    char *begin = *at;

    memcpy(begin, name.data, name.size);
    begin[name.size] = '\0';
    *at = begin + name.size + 1;
    return begin;
}

int task_new(const OperationFrame *frame, Task **ret)
{
    Task *task;
    char *at;

    task = malloc(sizeof(*task) + frame->name_space.size + frame->class_name.size +
                  frame->method.size + frame->base_class.size + 4 + frame->params.size);
    if (task == NULL)
        return -ENOMEM;
    *task = (Task){.kind = frame->kind, .flags = frame->flags};
    at = (char *)(task + 1);
    task->name_space = put_name(&at, frame->name_space);
    task->class_name = put_name(&at, frame->class_name);
    if (frame->method.size > 0)
        task->method = put_name(&at, frame->method);
    if (frame->base_class.size > 0)
        task->base_class = put_name(&at, frame->base_class);
    memcpy(at, frame->params.data, frame->params.size);
    task->params = (Span){at, frame->params.size};
    *ret = task;
    return 0;
}

void task_free(Task *task)
{
    if (task == NULL)
        return;
    instance_free(task->parameters);
    instance_free(task->instance);
    instance_free(task->options);
    property_set_free(task->properties);
    json_tree_free(task->tree);
    free(task);
}

static int read_properties(Task *task, Fault *fault)
{
    const cJSON *names = json_tree_get(task->tree, "properties"), *name;

    if (names == NULL)
        return 0;
    if (!cJSON_IsArray(names))
        return fault_set_params(fault, "params.properties is %s: give an array of property names",
                                json_tree_kind(names));
    if (property_set_new(&task->properties) != MI_RESULT_OK)
        return fault_set_memory(fault);
    cJSON_ArrayForEach(name, names)
    {
        MI_Result r;

        if (!cJSON_IsString(name))
            return fault_set_params(fault, "params.properties holds %s: give property names",
                                    json_tree_kind(name));
        r = MI_PropertySet_AddElement(task->properties, name->valuestring);
        if (r == MI_RESULT_SERVER_LIMITS_EXCEEDED)
            return fault_set_params(fault, "params.properties holds more than %d names",
                                    PROPERTY_SET_MAX);
        if (r == MI_RESULT_FAILED)
            return fault_set_memory(fault);
    }
    return 0;
}

static int read_option(Task *task, const cJSON *option, Fault *fault)
{
    const char *type_name = json_tree_get_string(option, "type");
    const cJSON *value = json_tree_get(option, "value");
    MiJsonError error;
    MI_Type type;
    int r;

    if (type_name == NULL || value_type_from_name(type_name, &type) < 0)
        return fault_set_params(fault,
                                "params.options: %s: \"type\" is missing or names no type: give "
                                "such as \"string\" or \"uint32\"",
                                option->string);
    if (value == NULL)
        return fault_set_params(fault, "params.options: %s: \"value\" is missing", option->string);
    r = mi_json_add_element(task->options, "option", option->string, type, value, &error);
    if (r == -EINVAL)
        return fault_set_params(fault, "params.options: %s", error.message);
    return r < 0 ? fault_set_memory(fault) : 0;
}

static int read_options(Task *task, Fault *fault)
{
    const cJSON *options = json_tree_get(task->tree, "options"), *option;
    int r;

    if (options == NULL)
        return 0;
    if (!cJSON_IsObject(options))
        return fault_set_params(fault,
                                "params.options is %s: give an object of {name: {type, value}}",
                                json_tree_kind(options));
    if (cJSON_GetArraySize(options) > MAX_OPTIONS)
        return fault_set_params(fault, "params.options has more than %d members", MAX_OPTIONS);
    if (instance_new_dynamic("Options", 0, &task->options) != MI_RESULT_OK)
        return fault_set_memory(fault);
    cJSON_ArrayForEach(option, options)
    {
        r = read_option(task, option, fault);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_locale(Task *task, Fault *fault)
{
    const cJSON *locale = json_tree_get(task->tree, "locale");

    if (locale == NULL)
        return 0;
    if (!cJSON_IsString(locale) || strlen(locale->valuestring) > MAX_LOCALE)
        return fault_set_params(
            fault, "params.locale is no string of at most %d bytes: give a name such as \"en-US\"",
            MAX_LOCALE);
    task->locale = locale->valuestring;
    return 0;
}

static int read_keys_only(Task *task, Fault *fault)
{
    const cJSON *keys_only = json_tree_get(task->tree, "keysOnly");

    if (keys_only == NULL)
        return 0;
    if (!cJSON_IsBool(keys_only))
        return fault_set_params(fault, "params.keysOnly is %s: give true or false",
                                json_tree_kind(keys_only));
    task->keys_only = cJSON_IsTrue(keys_only);
    return 0;
}

static int read_depth(Task *task, Fault *fault)
{
    static const char *const names[] = {[TASK_DEEP] = "deep",
                                        [TASK_SHALLOW] = "shallow",
                                        [TASK_BASE_PROPERTIES] = "deepBaseProperties"};
    const char *depth = json_tree_get_string(task->tree, "depth");

    if (json_tree_get(task->tree, "depth") == NULL)
        return 0;
    for (size_t i = 0; depth != NULL && i < ARRAY_SIZE(names); i++)
        if (strcmp(depth, names[i]) == 0) {
            task->depth = (TaskDepth)i;
            return 0;
        }
    return fault_set_params(fault,
                            "params.depth must be \"deep\", \"shallow\" or \"deepBaseProperties\"");
}

static int read_name(const Task *task, const char *member, const char **ret, Fault *fault)
{
    const cJSON *name = json_tree_get(task->tree, member);

    if (name == NULL)
        return 0;
    if (!cJSON_IsString(name) || strlen(name->valuestring) > PAYLOAD_MAX_NAME)
        return fault_set_params(fault, "params.%s is no name of at most %d bytes", member,
                                PAYLOAD_MAX_NAME);
    *ret = name->valuestring;
    return 0;
}

/* What narrows a traversal. Which association classes are asked is the server's decision:
 * `associationClass` has done its work. */
static int read_narrowing(Task *task, Fault *fault)
{
    int r = read_name(task, "resultClass", &task->result_class, fault);

    if (r == 0)
        r = read_name(task, "role", &task->role, fault);
    if (r == 0)
        r = read_name(task, "resultRole", &task->result_role, fault);
    return r;
}

int task_read_params(Task *task, Fault *fault)
{
    JsonTreeFault tree_fault;
    int r = json_tree_parse(task->params, &task->tree, &tree_fault);

    if (r == -ENOMEM)
        return fault_set_memory(fault);
    if (r < 0)
        return fault_set_params(fault, "params: %s at byte %zu", tree_fault.what,
                                tree_fault.offset);
    if (!cJSON_IsObject(task->tree))
        return fault_set_params(fault, "params is %s: give an object", json_tree_kind(task->tree));
    r = read_properties(task, fault);
    if (r == 0)
        r = read_options(task, fault);
    if (r == 0)
        r = read_locale(task, fault);
    if (r == 0)
        r = read_keys_only(task, fault);
    if (r == 0)
        r = read_depth(task, fault);
    if (r == 0)
        r = read_narrowing(task, fault);
    return r;
}

static int read_instance(Task *task, const MI_ClassDecl *decl, const MI_SchemaDecl *schema,
                         MiJsonShape shape, Fault *fault)
{
    const cJSON *instance = json_tree_get(task->tree, "instance");
    MiJsonError error;
    int r;

    if (instance == NULL)
        return fault_set_params(
            fault, "params.instance is missing: %s of class %s needs {\"class\", \"properties\"}",
            task_name(task), task->class_name);
    r = mi_json_get_instance(instance, decl, schema, shape, &task->instance, &error);
    if (r == -EINVAL)
        return fault_set_params(fault, "params.instance: %s", error.message);
    return r < 0 ? fault_set_memory(fault) : 0;
}

static int read_parameters(Task *task, const MI_MethodDecl *method, const MI_SchemaDecl *schema,
                           Fault *fault)
{
    MiJsonError error;
    int r;

    r = mi_json_get_parameters(json_tree_get(task->tree, "parameters"), method, schema,
                               &task->parameters, &error);
    if (r == -EINVAL)
        return fault_set_params(fault, "params.parameters: %s", error.message);
    return r < 0 ? fault_set_memory(fault) : 0;
}

/* The class whose properties are meant by names: its base class, if that is what the client asked
 * about. */
static int find_named_class(const Task *task, const MI_ClassDecl *decl, const MI_ClassDecl **ret,
                            Fault *fault)
{
    *ret = decl;
    if (task->base_class == NULL)
        return 0;
    while (*ret != NULL && !class_name_equals((*ret)->name, task->base_class))
        *ret = (*ret)->superClassDecl;
    if (*ret == NULL)
        return fault_set_class(fault, MI_RESULT_INVALID_SUPERCLASS,
                               "the library declares no class %s of which class %s is derived, "
                               "as its registration says: correct the registration",
                               task->base_class, decl->name);
    return 0;
}

/* Each name is that of a property: one that was mistyped would silently bring nothing. */
static int check_properties(const Task *task, const MI_ClassDecl *decl, Fault *fault)
{
    MI_Uint32 count = 0;

    if (task->properties == NULL)
        return 0;
    (void)MI_PropertySet_GetElementCount(task->properties, &count);
    for (MI_Uint32 i = 0; i < count; i++) {
        const MI_Char *name;

        if (MI_PropertySet_GetElementAt(task->properties, i, &name) == MI_RESULT_OK &&
            class_find_property(class_object(decl), name) == CLASS_NOT_FOUND)
            return fault_set_params(fault, "params.properties: class %s has no property '%.*s'",
                                    decl->name, PAYLOAD_MAX_NAME, name);
    }
    return 0;
}

/* The properties of @decl itself, if that is what an enumeration is limited to. */
static int take_base_properties(Task *task, const MI_ClassDecl *decl, Fault *fault)
{
    if ((task->depth != TASK_BASE_PROPERTIES && task->base_class == NULL) ||
        task->properties != NULL)
        return 0;
    if (property_set_new(&task->properties) != MI_RESULT_OK)
        return fault_set_memory(fault);
    for (MI_Uint32 i = 0; i < decl->numProperties; i++)
        if (MI_PropertySet_AddElement(task->properties, decl->properties[i]->name) != MI_RESULT_OK)
            return fault_set_memory(fault);
    return 0;
}

/* Which properties are meant. What a traversal finds may be of any class: nothing is known of their
 * names. */
static int settle_properties(Task *task, const MI_ClassDecl *decl, Fault *fault)
{
    const MI_ClassDecl *named;
    int r;

    if (kinds[task->kind].object == TASK_OF_END)
        return 0;
    r = find_named_class(task, decl, &named, fault);
    if (r == 0)
        r = check_properties(task, named, fault);
    return r == 0 ? take_base_properties(task, named, fault) : r;
}

/* Whom a method is called on. A static one needs no instance, but clients of other hosts are used
 * to giving one, with or without keys: its provider gets what they gave. */
static int read_callee(Task *task, const MI_ClassDecl *decl, const MI_MethodDecl *method,
                       const MI_SchemaDecl *schema, Fault *fault)
{
    bool is_static = (method->flags & MI_FLAG_STATIC) != 0;

    if (json_tree_get(task->tree, "instance") != NULL)
        return read_instance(task, decl, schema, is_static ? MI_JSON_SOME_KEYS : MI_JSON_KEYS,
                             fault);
    if (!is_static)
        return fault_set_params(fault,
                                "method %s of class %s is one of its instances: give "
                                "params.instance in place of params.class",
                                method->name, task->class_name);
    return 0;
}

/* The declared class of the path, or NULL: the end of an association may be any library's. */
static const MI_ClassDecl *find_end(const Task *task, const MI_SchemaDecl *schema)
{
    const cJSON *instance = json_tree_get(task->tree, "instance");

    return class_find(schema, json_tree_get_string(instance, "class"));
}

static int read_target(Task *task, const MI_ClassDecl *decl, const MI_MethodDecl *method,
                       const MI_SchemaDecl *schema, Fault *fault)
{
    switch (kinds[task->kind].object) {
    case TASK_OF_CLASS:
        break;
    case TASK_OF_PATH:
        return read_instance(task, decl, schema, MI_JSON_KEYS, fault);
    case TASK_OF_WHOLE:
        return read_instance(task, decl, schema, MI_JSON_WHOLE, fault);
    case TASK_OF_END:
        return read_instance(task, find_end(task, schema), schema, MI_JSON_KEYS, fault);
    case TASK_OF_METHOD:
        return read_callee(task, decl, method, schema, fault);
    }
    return 0;
}

int task_read_objects(Task *task, const MI_ClassDecl *decl, const MI_MethodDecl *method,
                      const MI_SchemaDecl *schema, Fault *fault)
{
    int r = settle_properties(task, decl, fault);

    if (r == 0)
        r = read_target(task, decl, method, schema, fault);
    if (r == 0 && method != NULL)
        r = read_parameters(task, method, schema, fault);
    return r;
}

MiJsonFilter task_filter(const Task *task)
{
    return (MiJsonFilter){.properties = task->properties, .keys_only = task->keys_only};
}

const char *task_name(const Task *task)
{
    return kinds[task->kind].name;
}
