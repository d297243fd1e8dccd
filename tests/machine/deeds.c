/*
 * deeds: a provider that tries what the unit and the limits are to prevent. Test_Deeds.Do(Deed,
 * Target) returns 0 if it could, else errno.
 *
 * It runs in a machine of its own (machine.sh): no other test gives it such rights.
 */
#include "tests/providers/declare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEEDS_MIB 512U /* that are eaten */

static MI_Uint32 write_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    if (fd < 0)
        return (MI_Uint32)errno;
    close(fd);
    (void)unlink(path);
    return 0;
}

static MI_Uint32 speak_to_the_network(const char *target)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)target;
    if (fd < 0)
        return (MI_Uint32)errno;
    close(fd);
    return 0;
}

static MI_Uint32 eat(const char *target)
{
    size_t size = (size_t)DEEDS_MIB << 20;
    char *food = malloc(size);

    (void)target;
    if (food == NULL)
        return ENOMEM;
    memset(food, 1, size);
    free(food);
    return 0;
}

/* Leaves a process that no parent knows: in a session of its own, with init for a parent. */
static MI_Uint32 leave_a_process(const char *name)
{
    pid_t pid = fork();

    if (pid < 0)
        return (MI_Uint32)errno;
    if (pid > 0)
        return 0;
    (void)setsid();
    if (fork() == 0)
        execl("/bin/sleep", name, "1000000", NULL);
    _exit(0);
}

static MI_Uint32 print(const char *text)
{
    (void)fprintf(stderr, "<4>%s\n", text);
    return 0;
}

static const struct {
    const char *name;
    MI_Uint32 (*function)(const char *target);
} deeds[] = {
    {"write", write_file}, {"speak", speak_to_the_network},
    {"eat", eat},          {"leave", leave_a_process},
    {"print", print},
};

typedef struct Do {
    MI_Instance __instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstStringField Deed;
    MI_ConstStringField Target;
} Do;

PARAMETER(Do, MI_FLAG_OUT, MIReturn, MI_UINT32);
PARAMETER(Do, MI_FLAG_IN, Deed, MI_STRING);
PARAMETER(Do, MI_FLAG_IN, Target, MI_STRING);

static const MI_ParameterDecl *const parameters[] = {&Do_MIReturn, &Do_Deed, &Do_Target};
static const MI_MethodDecl method;

static MI_Result do_deed(MI_Context *context, const Do *wanted)
{
    MI_Instance *answer;
    MI_Value value;
    MI_Result r = MI_Context_NewParameters(context, &method, &answer);

    if (r != MI_RESULT_OK)
        return r;
    r = MI_RESULT_NOT_FOUND;
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]) && r != MI_RESULT_OK; i++)
        if (strcmp(deeds[i].name, wanted->Deed.value) == 0) {
            value.uint32 = deeds[i].function(wanted->Target.value);
            (void)MI_Instance_SetElement(answer, "MIReturn", &value, MI_UINT32, 0);
            r = MI_Context_PostInstance(context, answer);
        }
    (void)MI_Instance_Delete(answer);
    return r;
}

static void MI_CALL Do_function(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, const MI_Char *method_name,
                                const MI_Instance *instance, const MI_Instance *input)
{
    const Do *wanted = (const Do *)(const void *)input;

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)method_name;
    (void)instance;
    if (wanted == NULL || !wanted->Deed.exists || !wanted->Target.exists)
        (void)MI_Context_PostResult(context, MI_RESULT_INVALID_PARAMETER);
    else
        (void)MI_Context_PostResult(context, do_deed(context, wanted));
}

static const MI_MethodDecl method = {.flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
                                     .name = "Do",
                                     .parameters = parameters,
                                     .numParameters = MI_COUNT(parameters),
                                     .size = sizeof(Do),
                                     .returnType = MI_UINT32,
                                     .origin = "Test_Deeds",
                                     .propagator = "Test_Deeds",
                                     .function = Do_function};

static const MI_MethodDecl *const methods[] = {&method};
static const MI_ProviderFT functions = {.Invoke = NULL};
static const MI_ClassDecl class_decl = {.flags = MI_FLAG_CLASS,
                                        .name = "Test_Deeds",
                                        .methods = methods,
                                        .numMethods = MI_COUNT(methods),
                                        .size = sizeof(MI_Instance),
                                        .providerFT = &functions};
static const MI_ClassDecl *const classes[] = {&class_decl};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = 1};
static MI_Module module = {
    .version = MI_VERSION, .charSize = sizeof(MI_Char), .schemaDecl = &schema};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    (void)server;
    return &module;
}
