/*
 * puppet: a provider whose every step is decided by a test.
 *
 * Each of its functions, and each of its cancel callbacks, connects to the gate beside the
 * library's own file, says where it is, and obeys (commands.h): "get NAME", "enumerate", "invoke
 * NAME", "callback CALLBACK of NAME, reason N", "thread THREAD of NAME"; "load CLASS" and "unload
 * CLASS" only if a file `gated-load` stands beside the library. When the test has ended, it posts
 * what is owed and returns, so that it holds nobody up.
 */
#include "tests/providers/commands.h"
#include "tests/providers/declare.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Test_Puppet {
    MI_Instance __instance;
    MI_ConstStringField Name;
    MI_ConstUint32Field Index;
    MI_ConstStringField Text;
} Test_Puppet;

typedef struct Run {
    MI_Instance __instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstStringField Name;
    MI_ConstStringField Text;
} Run;

PROPERTY(Test_Puppet, MI_FLAG_KEY, Name, MI_STRING);
PROPERTY(Test_Puppet, 0, Index, MI_UINT32);
PROPERTY(Test_Puppet, 0, Text, MI_STRING);
PARAMETER(Run, MI_FLAG_OUT, MIReturn, MI_UINT32);
PARAMETER(Run, MI_FLAG_IN, Name, MI_STRING);
PARAMETER(Run, MI_FLAG_OUT, Text, MI_STRING);

static const MI_PropertyDecl *const properties[] = {&Test_Puppet_Name, &Test_Puppet_Index,
                                                    &Test_Puppet_Text};
static const MI_ParameterDecl *const run_parameters[] = {&Run_MIReturn, &Run_Name, &Run_Text};

static char folder[512];

const char *puppet_gate(void)
{
    static char path[sizeof(folder) + 8];

    return path[0] != '\0' || snprintf(path, sizeof(path), "%s/gate", folder) > 0 ? path : "";
}

static MI_SchemaDecl schema;

static const MI_ClassDecl *find_class(const char *name)
{
    for (MI_Uint32 i = 0; i < schema.numClassDecls; i++)
        if (strcasecmp(schema.classDecls[i]->name, name) == 0)
            return schema.classDecls[i];
    return schema.classDecls[0];
}

/* The text of a string element, or "". */
static const char *text_of(const MI_Instance *instance, const char *name)
{
    MI_Uint32 flags = 0;
    MI_Value value;
    MI_Type type;

    if (MI_Instance_GetElement(instance, name, &value, &type, &flags, NULL) != MI_RESULT_OK ||
        type != MI_STRING || (flags & MI_FLAG_NULL) != 0 || value.string == NULL)
        return "";
    return value.string;
}

/* One function of the provider, from its beginning to its end. */
static void perform(MI_Context *context, const char *class_name, const char *what,
                    const char *label)
{
    Operation *operation = operation_new(context, find_class(class_name), label);
    bool is_told;

    if (operation == NULL) {
        MI_Context_PostResult(context, MI_RESULT_FAILED);
        return;
    }
    is_told = strcmp(what, label) == 0 ? puppet_obey(operation, "%s", what)
                                       : puppet_obey(operation, "%s %s", what, label);
    if (!is_told && !operation_is_finished(operation) &&
        MI_Context_PostResult(context, MI_RESULT_FAILED) == MI_RESULT_OK)
        operation_finish(operation);
    operation_release(operation);
}

static int is_gated(void)
{
    char path[sizeof(folder) + 16];

    snprintf(path, sizeof(path), "%s/gated-load", folder);
    return access(path, F_OK) == 0;
}

static void MI_CALL load(void **self, MI_Module_Self *module, MI_Context *context)
{
    (void)module;
    *self = NULL;
    if (is_gated())
        perform(context, "", "load", "load");
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL unload(void *self, MI_Context *context)
{
    (void)self;
    if (is_gated())
        perform(context, "", "unload", "unload");
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL get_instance(void *self, MI_Context *context, const MI_Char *name_space,
                                 const MI_Char *class_name, const MI_Instance *path,
                                 const MI_PropertySet *set)
{
    (void)self;
    (void)name_space;
    (void)set;
    perform(context, class_name, "get", text_of(path, "Name"));
}

static void MI_CALL enumerate_instances(void *self, MI_Context *context, const MI_Char *name_space,
                                        const MI_Char *class_name, const MI_PropertySet *set,
                                        MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self;
    (void)name_space;
    (void)set;
    (void)keys_only;
    (void)filter;
    perform(context, class_name, "enumerate", "enumerate");
}

static void MI_CALL invoke_run(void *self, MI_Context *context, const MI_Char *name_space,
                               const MI_Char *class_name, const MI_Char *method,
                               const MI_Instance *path, const MI_Instance *parameters)
{
    (void)self;
    (void)name_space;
    (void)method;
    (void)path;
    perform(context, class_name, "invoke", text_of(parameters, "Name"));
}

const MI_MethodDecl puppet_run = {.flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
                                  .name = "Run",
                                  .parameters = run_parameters,
                                  .numParameters = MI_COUNT(run_parameters),
                                  .size = sizeof(Run),
                                  .returnType = MI_UINT32,
                                  .origin = "Test_Puppet",
                                  .propagator = "Test_Puppet",
                                  .schema = &schema,
                                  .function = invoke_run};

static const MI_MethodDecl *const methods[] = {&puppet_run};

static const MI_ProviderFT functions = {.Load = load,
                                        .Unload = unload,
                                        .GetInstance = get_instance,
                                        .EnumerateInstances = enumerate_instances};

#define PUPPET_CLASS(word)                                                                         \
    static const MI_ClassDecl word##_class = {.flags = MI_FLAG_CLASS,                              \
                                              .name = #word,                                       \
                                              .properties = properties,                            \
                                              .numProperties = MI_COUNT(properties),               \
                                              .size = sizeof(Test_Puppet),                         \
                                              .methods = methods,                                  \
                                              .numMethods = MI_COUNT(methods),                     \
                                              .schema = &schema,                                   \
                                              .providerFT = &functions}

PUPPET_CLASS(Test_Puppet);
PUPPET_CLASS(Test_Serial); /* for a registration with CALLS=serial */
PUPPET_CLASS(Test_Other);  /* for a third one */

static const MI_ClassDecl *const classes[] = {&Test_Puppet_class, &Test_Serial_class,
                                              &Test_Other_class};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};
static MI_Module module = {.version = MI_VERSION,
                           .generatorVersion = MI_MAKE_VERSION(1, 0, 0),
                           .charSize = sizeof(MI_Char),
                           .schemaDecl = &schema};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    const char *end;
    Dl_info self;

    (void)server;
    if (dladdr(&schema, &self) == 0 || (end = strrchr(self.dli_fname, '/')) == NULL)
        return NULL;
    snprintf(folder, sizeof(folder), "%.*s", (int)(end - self.dli_fname), self.dli_fname);
    (void)puppet_gate(); /* made while there is one thread */
    return &module;
}
