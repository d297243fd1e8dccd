/*
 * The provider's declarations, as a generator writes them for a .mof file, and functions that do
 * what the script says.
 */
#include "tests/unit/agent_thing.h"

#include "base/macros.h"

#include <stddef.h>
#include <string.h>

Script script;
MI_Context *kept;
Latch kept_open = LATCH_INIT;

static void thing_load(void **self, MI_Module_Self *module, MI_Context *context)
{
    (void)module;
    *self = &script;
    script.loads++;
    if (script.load_class != NULL)
        script.load_class(context);
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static void thing_unload(void *self, MI_Context *context)
{
    (void)self;
    script.unloads++;
    if (script.unload != NULL)
        script.unload(context);
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static void thing_get(void *self, MI_Context *context, const MI_Char *name_space,
                      const MI_Char *class_name, const MI_Instance *path,
                      const MI_PropertySet *properties)
{
    (void)self, (void)name_space, (void)class_name, (void)properties;
    script.calls++;
    if (script.get != NULL)
        script.get(context, path);
    else
        MI_Context_PostResult(context, MI_RESULT_NOT_SUPPORTED);
}

static void thing_enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                            const MI_Char *class_name, const MI_PropertySet *properties,
                            MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)properties, (void)keys_only;
    (void)filter;
    script.calls++;
    if (script.enumerate != NULL)
        script.enumerate(context);
    else
        MI_Context_PostResult(context, MI_RESULT_NOT_SUPPORTED);
}

static void thing_run(void *self, MI_Context *context, const MI_Char *name_space,
                      const MI_Char *class_name, const MI_Char *method, const MI_Instance *path,
                      const MI_Instance *parameters)
{
    (void)self, (void)name_space, (void)class_name, (void)method, (void)path;
    script.calls++;
    if (script.invoke != NULL)
        script.invoke(context, parameters);
    else
        MI_Context_PostResult(context, MI_RESULT_NOT_SUPPORTED);
}

static const MI_PropertyDecl *const thing_properties[] = {
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY | MI_FLAG_KEY,
                             .name = "Id",
                             .type = MI_STRING,
                             .offset = offsetof(Thing, Id)},
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY,
                             .name = "Value",
                             .type = MI_UINT32,
                             .offset = offsetof(Thing, Value)},
};

static const MI_ParameterDecl *const thing_run_parameters[] = {
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT,
                              .name = "MIReturn",
                              .type = MI_UINT32,
                              .offset = offsetof(ThingRun, MIReturn)},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_IN,
                              .name = "Count",
                              .type = MI_UINT32,
                              .offset = offsetof(ThingRun, Count)},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT,
                              .name = "Text",
                              .type = MI_STRING,
                              .offset = offsetof(ThingRun, Text)},
};

const MI_MethodDecl thing_run_method = {
    .flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
    .name = "Run",
    .parameters = thing_run_parameters,
    .numParameters = ARRAY_SIZE(thing_run_parameters),
    .size = sizeof(ThingRun),
    .returnType = MI_UINT32,
    .function = thing_run,
};

static const MI_ParameterDecl *const thing_stream_parameters[] = {
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT,
                              .name = "MIReturn",
                              .type = MI_UINT32,
                              .offset = offsetof(ThingStream, MIReturn)},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT | MI_FLAG_STREAM,
                              .name = "Numbers",
                              .type = MI_UINT64A,
                              .offset = UINT32_MAX},
    &(const MI_ParameterDecl){.flags = MI_FLAG_PARAMETER | MI_FLAG_OUT | MI_FLAG_STREAM,
                              .name = "Things",
                              .type = MI_INSTANCEA,
                              .className = "Test_Thing",
                              .offset = offsetof(ThingStream, Things)},
};

const MI_MethodDecl thing_stream_method = {
    .flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
    .name = "Stream",
    .parameters = thing_stream_parameters,
    .numParameters = ARRAY_SIZE(thing_stream_parameters),
    .size = sizeof(ThingStream),
    .returnType = MI_UINT32,
    .function = thing_run,
};

static const MI_MethodDecl *const thing_methods[] = {
    &thing_run_method,
    &thing_stream_method,
    &(const MI_MethodDecl){.flags = MI_FLAG_METHOD, .name = "Declared", .size = sizeof(ThingRun)},
};

static const MI_ProviderFT thing_functions = {
    .Load = thing_load,
    .Unload = thing_unload,
    .GetInstance = thing_get,
    .EnumerateInstances = thing_enumerate,
};

static const MI_ProviderFT part_functions = {.EnumerateInstances = thing_enumerate};

const MI_ClassDecl thing_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Thing",
    .properties = thing_properties,
    .numProperties = ARRAY_SIZE(thing_properties),
    .size = sizeof(Thing),
    .methods = thing_methods,
    .numMethods = ARRAY_SIZE(thing_methods),
    .providerFT = &thing_functions,
};

const MI_ClassDecl part_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Part",
    .properties = thing_properties,
    .numProperties = ARRAY_SIZE(thing_properties),
    .size = sizeof(Thing),
    .superClass = "Test_Thing",
    .superClassDecl = &thing_decl,
    .providerFT = &part_functions,
};

const MI_ClassDecl other_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Other",
    .properties = thing_properties,
    .numProperties = ARRAY_SIZE(thing_properties),
    .size = sizeof(Thing),
};

static const MI_ClassDecl *const thing_classes[] = {&thing_decl, &part_decl, &other_decl};
static MI_SchemaDecl thing_schema = {.classDecls = thing_classes,
                                     .numClassDecls = ARRAY_SIZE(thing_classes)};

static void module_load(MI_Module_Self **self, MI_Context *context)
{
    *self = NULL;
    script.loads++;
    if (script.load_module != NULL)
        script.load_module(context);
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static void module_unload(MI_Module_Self *self, MI_Context *context)
{
    (void)self;
    script.unloads++;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

MI_Module thing_module = {
    .version = MI_VERSION,
    .charSize = sizeof(MI_Char),
    .schemaDecl = &thing_schema,
    .Load = module_load,
    .Unload = module_unload,
};

MI_Module *thing_main(MI_Server *server)
{
    (void)server;
    return &thing_module;
}

MI_Result post_instance_of(MI_Context *context, const MI_ClassDecl *decl, const char *id,
                           MI_Uint32 number)
{
    Thing thing;
    MI_Value value;
    MI_Result r;

    MI_Context_ConstructInstance(context, decl, &thing.instance);
    value.string = (char *)(uintptr_t)id;
    MI_Instance_SetElement(&thing.instance, "Id", &value, MI_STRING, 0);
    value.uint32 = number;
    MI_Instance_SetElement(&thing.instance, "Value", &value, MI_UINT32, 0);
    r = MI_Context_PostInstance(context, &thing.instance);
    MI_Instance_Destruct(&thing.instance);
    return r;
}

MI_Result post_thing(MI_Context *context, const char *id, MI_Uint32 number)
{
    return post_instance_of(context, &thing_decl, id, number);
}

MI_Result post_run(MI_Context *context, MI_Uint32 result, const char *text)
{
    ThingRun run;
    MI_Value value;
    MI_Result r;

    MI_Context_ConstructParameters(context, &thing_run_method, &run.instance);
    value.uint32 = result;
    MI_Instance_SetElement(&run.instance, "MIReturn", &value, MI_UINT32, 0);
    value.string = (char *)(uintptr_t)text;
    MI_Instance_SetElement(&run.instance, "Text", &value, MI_STRING, 0);
    r = MI_Context_PostInstance(context, &run.instance);
    MI_Instance_Destruct(&run.instance);
    return r;
}

void post_asked(MI_Context *context, const MI_Instance *path)
{
    MI_Value id;

    MI_Instance_GetElement(path, "Id", &id, NULL, NULL, NULL);
    post_thing(context, id.string, 7);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

void keep_and_return(MI_Context *context)
{
    kept = context;
    latch_open(&kept_open);
}

int script_clear(void **state)
{
    (void)state;
    memset(&script, 0, sizeof(script));
    latch_close(&kept_open);
    return 0;
}
