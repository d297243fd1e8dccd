/*
 * recorder: a provider that writes down what its host does.
 *
 * Each of its functions adds a line to the file `recorded` beside its library: its name, and 0. Its
 * method Call calls the function of its context, or of MI_Server, that the client names, and adds
 * that one's name and what it returned. check_provider.py reads the file, and compares it with
 * docs/interface.md.
 */
#include "tests/providers/declare.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static MI_Server *host;
static MI_SchemaDecl schema;

/* Adds `@name @result` to the file, in one write: several agents may have it open. */
static void record(const char *name, MI_Result result)
{
    char path[4096], line[256];
    const char *slash;
    Dl_info info;
    int fd, size;

    if (dladdr(&schema, &info) == 0 || (slash = strrchr(info.dli_fname, '/')) == NULL)
        return;
    (void)snprintf(path, sizeof(path), "%.*s/recorded", (int)(slash - info.dli_fname),
                   info.dli_fname);
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    size = snprintf(line, sizeof(line), "%s %d\n", name, (int)result);
    if (write(fd, line, (size_t)size) != size)
        (void)fprintf(stderr, "recorder: cannot write '%s'\n", path);
    close(fd);
}

/* ---- The classes ---- */

/* Test_Recorder: key Id; Test_Dynamic is alike, and has no functions of its own. */
typedef struct Test_Recorder {
    MI_Instance __instance;
    MI_ConstStringField Id;
} Test_Recorder;

PROPERTY(Test_Recorder, MI_FLAG_KEY, Id, MI_STRING);

static const MI_PropertyDecl *const recorder_properties[] = {&Test_Recorder_Id};

/* Test_Link: an association between two of them. */
typedef struct Test_Link {
    MI_Instance __instance;
    MI_ConstReferenceField Left;
    MI_ConstReferenceField Right;
} Test_Link;

#define END(word)                                                                                  \
    static const MI_PropertyDecl Test_Link_##word = {.flags = MI_FLAG_PROPERTY | MI_FLAG_KEY,      \
                                                     .name = #word,                                \
                                                     .type = MI_REFERENCE,                         \
                                                     .className = "Test_Recorder",                 \
                                                     .offset = offsetof(Test_Link, word),          \
                                                     .origin = "Test_Link",                        \
                                                     .propagator = "Test_Link"}
END(Left);
END(Right);

static const MI_PropertyDecl *const link_properties[] = {&Test_Link_Left, &Test_Link_Right};

/* Call(Function), and Direct(Function), which has a function of its own. */
typedef struct Call {
    MI_Instance __instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstStringField Function;
} Call;

PARAMETER(Call, MI_FLAG_OUT, MIReturn, MI_UINT32);
PARAMETER(Call, MI_FLAG_IN, Function, MI_STRING);

/* Streamed: it has no field. */
static const MI_ParameterDecl Call_Pieces = {.flags =
                                                 MI_FLAG_PARAMETER | MI_FLAG_OUT | MI_FLAG_STREAM,
                                             .name = "Pieces",
                                             .type = MI_UINT32A,
                                             .offset = 0xFFFFFFFF};

static const MI_ParameterDecl *const call_parameters[] = {&Call_MIReturn, &Call_Function,
                                                          &Call_Pieces};

static const MI_ClassDecl recorder_class;
static const MI_MethodDecl call_method, direct_method;

/* ---- What Call calls ---- */

#define IF(Function, arguments)                                                                    \
    if (strcmp(name, #Function) == 0)                                                              \
        return context->ft->Function arguments;

#define NO_SUCH_FUNCTION ((MI_Result)-1)

static MI_Result construct_instance(MI_Context *context)
{
    Test_Recorder instance;
    MI_Result r = context->ft->ConstructInstance(context, &recorder_class, &instance.__instance);

    if (r == MI_RESULT_OK)
        (void)MI_Instance_Destruct(&instance.__instance);
    return r;
}

static MI_Result construct_parameters(MI_Context *context)
{
    Call parameters;
    MI_Result r = context->ft->ConstructParameters(context, &call_method, &parameters.__instance);

    if (r == MI_RESULT_OK)
        (void)MI_Instance_Destruct(&parameters.__instance);
    return r;
}

/* Posts the result of @method; @posted: what PostInstance returned. What NewParameters returned. */
static MI_Result post_parameters(MI_Context *context, const MI_MethodDecl *method,
                                 MI_Result *posted)
{
    MI_Value zero = {.uint32 = 0};
    MI_Instance *instance = NULL;
    MI_Result r = context->ft->NewParameters(context, method, &instance);

    if (r == MI_RESULT_OK) {
        (void)MI_Instance_SetElement(instance, "MIReturn", &zero, MI_UINT32, 0);
        *posted = context->ft->PostInstance(context, instance);
        (void)MI_Instance_Delete(instance);
    }
    return r;
}

static MI_Result new_dynamic(MI_Context *context, const char *class_name, MI_Instance **ret)
{
    return context->ft->NewDynamicInstance(context, class_name, MI_FLAG_CLASS, ret);
}

static MI_Result with_instance(MI_Context *context, const char *name)
{
    MI_Instance *instance = NULL;
    MI_Result r = NO_SUCH_FUNCTION;
    MI_Boolean flag;

    if (strcmp(name, "NewInstance") == 0)
        r = context->ft->NewInstance(context, &recorder_class, &instance);
    else if (strcmp(name, "NewDynamicInstance") == 0)
        r = new_dynamic(context, "Test_New", &instance);
    else if (new_dynamic(context, "CIM_Error", &instance) != MI_RESULT_OK)
        r = MI_RESULT_FAILED;
    else if (strcmp(name, "PostCimError") == 0)
        r = context->ft->PostCimError(context, instance);
    else if (strcmp(name, "WriteCimError") == 0)
        r = context->ft->WriteCimError(context, instance, &flag);
    else if (strcmp(name, "PostIndication") == 0)
        r = context->ft->PostIndication(context, instance, 0, NULL);
    if (instance != NULL)
        (void)MI_Instance_Delete(instance);
    return r;
}

static void MI_CALL on_cancel(MI_CancellationReason reason, void *data)
{
    (void)reason;
    (void)data;
}

static MI_Result with_plain_arguments(MI_Context *context, const char *name)
{
    MI_LifecycleIndicationContext *lifecycle = NULL;
    MI_Char locale[MI_MAX_LOCALE_SIZE];
    MI_Value value = {.uint32 = 1};
    MI_Session session;
    const MI_Char *text;
    MI_Uint32 number;
    MI_Boolean flag;
    MI_Type type;

    IF(PostResult, (context, MI_RESULT_OK))
    IF(PostError, (context, MI_RESULT_NOT_FOUND, MI_RESULT_TYPE_MI, "as it was asked to"))
    IF(Canceled, (context, &flag))
    IF(GetLocale, (context, MI_LOCALE_TYPE_REQUESTED_UI, locale))
    IF(RegisterCancel, (context, on_cancel, NULL))
    IF(RequestUnload, (context))
    IF(RefuseUnload, (context))
    IF(GetLocalSession, (context, &session))
    IF(SetStringOption, (context, "text", "other"))
    IF(GetStringOption, (context, "text", &text))
    IF(GetNumberOption, (context, "number", &number))
    IF(GetCustomOption, (context, "number", &type, &value))
    IF(GetCustomOptionCount, (context, &number))
    IF(GetCustomOptionAt, (context, 0, &text, &type, &value))
    IF(WriteMessage, (context, MI_WRITEMESSAGE_CHANNEL_WARNING, "a warning"))
    IF(WriteProgress, (context, "an activity", "a step", "a status", 50, 1))
    IF(WriteStreamParameter, (context, "Pieces", &value, MI_UINT32, 0))
    IF(PromptUser, (context, "really?", MI_PROMPTTYPE_NORMAL, &flag))
    IF(ShouldProcess, (context, "a target", "an action", &flag))
    IF(ShouldContinue, (context, "go on?", &flag))
    IF(WriteError, (context, MI_RESULT_FAILED, MI_RESULT_TYPE_MI, "an error", &flag))
    IF(GetLifecycleIndicationContext, (context, &lifecycle))
    return NO_SUCH_FUNCTION;
}

static MI_Result with_server(const char *name)
{
    const MI_Char *text;
    MI_Uint32 number;

    if (strcmp(name, "GetVersion") == 0)
        return host->serverFT->GetVersion(&number);
    if (strcmp(name, "GetSystemName") == 0)
        return host->serverFT->GetSystemName(&text);
    return NO_SUCH_FUNCTION;
}

/* Calls @function, "MI_ContextFT.PostResult" or the like. */
static MI_Result call(MI_Context *context, const char *function)
{
    MI_Result r, posted = MI_RESULT_FAILED;
    const char *name = strchr(function, '.');

    name = name == NULL ? function : name + 1;
    if (strncmp(function, "MI_ServerFT.", sizeof("MI_ServerFT.") - 1) == 0)
        return with_server(name);
    if (strcmp(name, "ConstructInstance") == 0)
        return construct_instance(context);
    if (strcmp(name, "ConstructParameters") == 0)
        return construct_parameters(context);
    if (strcmp(name, "NewParameters") == 0)
        return post_parameters(context, &call_method, &posted);
    if (strcmp(name, "PostInstance") == 0) {
        (void)post_parameters(context, &call_method, &posted);
        return posted;
    }
    r = with_plain_arguments(context, name);
    return r == NO_SUCH_FUNCTION ? with_instance(context, name) : r;
}

/* Whether @function, which succeeded, was the final post. */
static int is_final(const char *function)
{
    return strcmp(function, "MI_ContextFT.PostResult") == 0 ||
           strcmp(function, "MI_ContextFT.PostError") == 0 ||
           strcmp(function, "MI_ContextFT.PostCimError") == 0;
}

/* ---- Its functions ---- */

static void MI_CALL load_module(MI_Module_Self **self, MI_Context *context)
{
    *self = NULL;
    record("MI_Module.Load", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL unload_module(MI_Module_Self *self, MI_Context *context)
{
    (void)self;
    record("MI_Module.Unload", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL load(void **self, MI_Module_Self *module, MI_Context *context)
{
    (void)module;
    *self = NULL;
    record("MI_ProviderFT.Load", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL unload(void *self, MI_Context *context)
{
    (void)self;
    record("MI_ProviderFT.Unload", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

/* Posts a Test_Recorder, then the result. */
static void post_recorder(MI_Context *context)
{
    MI_Value id = {.string = (MI_Char *)(uintptr_t) "a"};
    MI_Instance *instance = NULL;
    MI_Result r = MI_Context_NewInstance(context, &recorder_class, &instance);

    if (r == MI_RESULT_OK) {
        (void)MI_Instance_SetElement(instance, "Id", &id, MI_STRING, 0);
        r = MI_Context_PostInstance(context, instance);
        (void)MI_Instance_Delete(instance);
    }
    MI_Context_PostResult(context, r);
}

static void MI_CALL get(void *self, MI_Context *context, const MI_Char *name_space,
                        const MI_Char *class_name, const MI_Instance *path,
                        const MI_PropertySet *properties)
{
    (void)self, (void)name_space, (void)class_name, (void)path, (void)properties;
    record("MI_ProviderFT.GetInstance", MI_RESULT_OK);
    post_recorder(context);
}

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_PropertySet *properties,
                              MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)properties, (void)keys_only;
    (void)filter;
    record("MI_ProviderFT.EnumerateInstances", MI_RESULT_OK);
    post_recorder(context);
}

static void MI_CALL enumerate_dynamic(void *self, MI_Context *context, const MI_Char *name_space,
                                      const MI_Char *class_name, const MI_PropertySet *properties,
                                      MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)properties, (void)keys_only;
    (void)filter;
    record("MI_Module.dynamicProviderFT", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL create(void *self, MI_Context *context, const MI_Char *name_space,
                           const MI_Char *class_name, const MI_Instance *instance)
{
    (void)self, (void)name_space, (void)class_name, (void)instance;
    record("MI_ProviderFT.CreateInstance", MI_RESULT_OK);
    post_recorder(context);
}

static void MI_CALL modify(void *self, MI_Context *context, const MI_Char *name_space,
                           const MI_Char *class_name, const MI_Instance *instance,
                           const MI_PropertySet *properties)
{
    (void)self, (void)name_space, (void)class_name, (void)instance, (void)properties;
    record("MI_ProviderFT.ModifyInstance", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL delete (void *self, MI_Context *context, const MI_Char *name_space,
                            const MI_Char *class_name, const MI_Instance *path)
{
    (void)self, (void)name_space, (void)class_name, (void)path;
    record("MI_ProviderFT.DeleteInstance", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL associators(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, const MI_Instance *path,
                                const MI_Char *result_class, const MI_Char *role,
                                const MI_Char *result_role, const MI_PropertySet *properties,
                                MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)path, (void)result_class, (void)role;
    (void)result_role, (void)properties, (void)keys_only, (void)filter;
    record("MI_ProviderFT.AssociatorInstances", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL references(void *self, MI_Context *context, const MI_Char *name_space,
                               const MI_Char *class_name, const MI_Instance *path,
                               const MI_Char *role, const MI_PropertySet *properties,
                               MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)path, (void)role, (void)properties;
    (void)keys_only, (void)filter;
    record("MI_ProviderFT.ReferenceInstances", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL enable(void *self, MI_Context *context, const MI_Char *name_space,
                           const MI_Char *class_name)
{
    (void)self, (void)name_space, (void)class_name;
    record("MI_ProviderFT.EnableIndications", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL disable(void *self, MI_Context *context, const MI_Char *name_space,
                            const MI_Char *class_name)
{
    (void)self, (void)name_space, (void)class_name;
    record("MI_ProviderFT.DisableIndications", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL subscribe(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_Filter *filter,
                              const MI_Char *bookmark, MI_Uint64 id, void **subscription)
{
    (void)self, (void)name_space, (void)class_name, (void)filter, (void)bookmark, (void)id;
    *subscription = NULL;
    record("MI_ProviderFT.Subscribe", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL unsubscribe(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, MI_Uint64 id, void *subscription)
{
    (void)self, (void)name_space, (void)class_name, (void)id, (void)subscription;
    record("MI_ProviderFT.Unsubscribe", MI_RESULT_OK);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL invoke(void *self, MI_Context *context, const MI_Char *name_space,
                           const MI_Char *class_name, const MI_Char *method,
                           const MI_Instance *path, const MI_Instance *parameters)
{
    MI_Value function;
    char name[128];
    MI_Result r;

    (void)self, (void)name_space, (void)class_name, (void)method, (void)path;
    record("MI_ProviderFT.Invoke", MI_RESULT_OK);
    if (MI_Instance_GetElement(parameters, "Function", &function, NULL, NULL, NULL) !=
            MI_RESULT_OK ||
        function.string == NULL) {
        MI_Context_PostResult(context, MI_RESULT_INVALID_PARAMETER);
        return;
    }
    (void)snprintf(name, sizeof(name), "%s", function.string); /* its end is the final post's */
    r = call(context, name);
    record(name, r);
    if (r != MI_RESULT_OK || !is_final(name))
        MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL direct(void *self, MI_Context *context, const MI_Char *name_space,
                           const MI_Char *class_name, const MI_Char *method,
                           const MI_Instance *path, const MI_Instance *parameters)
{
    MI_Result posted = MI_RESULT_FAILED;

    (void)self, (void)name_space, (void)class_name, (void)method, (void)path, (void)parameters;
    record("MI_MethodDecl.function", MI_RESULT_OK);
    (void)post_parameters(context, &direct_method, &posted);
    MI_Context_PostResult(context, posted);
}

/* ---- The declarations ---- */

static const MI_ProviderFT functions = {.Load = load,
                                        .Unload = unload,
                                        .GetInstance = get,
                                        .EnumerateInstances = enumerate,
                                        .CreateInstance = create,
                                        .ModifyInstance = modify,
                                        .DeleteInstance = delete,
                                        .AssociatorInstances = associators,
                                        .ReferenceInstances = references,
                                        .EnableIndications = enable,
                                        .DisableIndications = disable,
                                        .Subscribe = subscribe,
                                        .Unsubscribe = unsubscribe,
                                        .Invoke = invoke};

static const MI_ProviderFT dynamic_functions = {.EnumerateInstances = enumerate_dynamic};

static const MI_MethodDecl call_method = {.flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
                                          .name = "Call",
                                          .parameters = call_parameters,
                                          .numParameters = MI_COUNT(call_parameters),
                                          .size = sizeof(Call),
                                          .returnType = MI_UINT32,
                                          .schema = &schema};

static const MI_MethodDecl direct_method = {.flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
                                            .name = "Direct",
                                            .parameters = call_parameters,
                                            .numParameters = MI_COUNT(call_parameters),
                                            .size = sizeof(Call),
                                            .returnType = MI_UINT32,
                                            .schema = &schema,
                                            .function = direct};

static const MI_MethodDecl *const methods[] = {&call_method, &direct_method};

static const MI_ClassDecl recorder_class = {.flags = MI_FLAG_CLASS,
                                            .name = "Test_Recorder",
                                            .properties = recorder_properties,
                                            .numProperties = MI_COUNT(recorder_properties),
                                            .size = sizeof(Test_Recorder),
                                            .methods = methods,
                                            .numMethods = MI_COUNT(methods),
                                            .schema = &schema,
                                            .providerFT = &functions};

static const MI_ClassDecl dynamic_class = {.flags = MI_FLAG_CLASS,
                                           .name = "Test_Dynamic",
                                           .properties = recorder_properties,
                                           .numProperties = MI_COUNT(recorder_properties),
                                           .size = sizeof(Test_Recorder),
                                           .schema = &schema};

static const MI_ClassDecl link_class = {.flags = MI_FLAG_CLASS | MI_FLAG_ASSOCIATION,
                                        .name = "Test_Link",
                                        .properties = link_properties,
                                        .numProperties = MI_COUNT(link_properties),
                                        .size = sizeof(Test_Link),
                                        .schema = &schema,
                                        .providerFT = &functions};

static const MI_ClassDecl signal_class = {.flags = MI_FLAG_CLASS | MI_FLAG_INDICATION,
                                          .name = "Test_Signal",
                                          .properties = recorder_properties,
                                          .numProperties = MI_COUNT(recorder_properties),
                                          .size = sizeof(Test_Recorder),
                                          .schema = &schema,
                                          .providerFT = &functions};

static const MI_ClassDecl *const classes[] = {&recorder_class, &dynamic_class, &link_class,
                                              &signal_class};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};

static MI_Module module = {.version = MI_VERSION,
                           .charSize = sizeof(MI_Char),
                           .schemaDecl = &schema,
                           .Load = load_module,
                           .Unload = unload_module,
                           .dynamicProviderFT = &dynamic_functions};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    host = server;
    return &module;
}
