/*
 * matrix: the actor as a provider. Test_Actor plays on the first stage of the file `stages` beside
 * the library, Test_Holder on the second.
 */
#include "tests/matrix/actor.h"
#include "tests/providers/declare.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct Test_Actor {
    MI_Instance __instance;
    MI_ConstStringField Name;
} Test_Actor;

PROPERTY(Test_Actor, MI_FLAG_KEY, Name, MI_STRING);

static const MI_PropertyDecl *const properties[] = {&Test_Actor_Name};
static const MI_ClassDecl actor_class;
static MI_SchemaDecl schema;
static Stage *stages;

static MI_Result MI_CALL post(MI_Context *context)
{
    static const char name[] = "an instance of a hundred bytes or so, which is the usual size";
    MI_Value value = {.string = (MI_Char *)(uintptr_t)name};
    MI_Instance *instance;
    MI_Result r = MI_Context_NewInstance(context, &actor_class, &instance);

    if (r != MI_RESULT_OK)
        return r;
    (void)MI_Instance_SetElement(instance, "Name", &value, MI_STRING, 0);
    r = MI_Context_PostInstance(context, instance);
    MI_Instance_Delete(instance);
    return r;
}

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_PropertySet *set,
                              MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)set, (void)keys_only, (void)filter;
    if (strcmp(class_name, "Test_Actor") == 0)
        actor_perform(&stages[0], context, post);
    else
        actor_hold(&stages[1], context);
}

static const MI_ProviderFT functions = {.EnumerateInstances = enumerate};

static const MI_ClassDecl actor_class = {.flags = MI_FLAG_CLASS,
                                         .name = "Test_Actor",
                                         .properties = properties,
                                         .numProperties = MI_COUNT(properties),
                                         .size = sizeof(Test_Actor),
                                         .schema = &schema,
                                         .providerFT = &functions};

static const MI_ClassDecl holder_class = {.flags = MI_FLAG_CLASS,
                                          .name = "Test_Holder",
                                          .properties = properties,
                                          .numProperties = MI_COUNT(properties),
                                          .size = sizeof(Test_Actor),
                                          .schema = &schema,
                                          .providerFT = &functions};

static const MI_ClassDecl *const classes[] = {&actor_class, &holder_class};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};
static MI_Module module = {.version = MI_VERSION,
                           .generatorVersion = MI_MAKE_VERSION(1, 0, 0),
                           .charSize = sizeof(MI_Char),
                           .schemaDecl = &schema};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    char path[256];
    const char *end;
    Dl_info self;
    void *memory;
    int fd;

    (void)server;
    if (dladdr(&schema, &self) == 0 || (end = strrchr(self.dli_fname, '/')) == NULL)
        return NULL;
    snprintf(path, sizeof(path), "%.*s/stages", (int)(end - self.dli_fname), self.dli_fname);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    memory = mmap(NULL, 2 * sizeof(Stage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED)
        return NULL;
    stages = memory;
    return &module;
}
