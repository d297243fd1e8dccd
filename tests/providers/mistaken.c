/*
 * mistaken: a provider library with the MISTAKE that it is built with, in what MI_Main returns.
 * Whoever calls that is told as whom.
 */
#include "tests/providers/declare.h"

#include <stdio.h>
#include <unistd.h>

#define NONE       0
#define CHARACTERS 1 /* of two bytes */
#define VERSION    2 /* of an interface to come */
#define HOLE       3 /* where a property should be */

typedef struct Mistaken {
    MI_Instance __instance;
    MI_ConstUint32Field Id;
    MI_ConstUint32Field Other;
} Mistaken;

PROPERTY(Mistaken, MI_FLAG_KEY, Id, MI_UINT32);
PROPERTY(Mistaken, 0, Other, MI_UINT32);

static const MI_PropertyDecl *const properties[] = {
    &Mistaken_Id,
    MISTAKE == HOLE ? NULL : &Mistaken_Other,
};

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_PropertySet *wanted,
                              MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)wanted, (void)keys_only, (void)filter;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static const MI_ProviderFT functions = {.EnumerateInstances = enumerate};

static const MI_ClassDecl class_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Mistaken",
    .properties = properties,
    .numProperties = 2,
    .size = sizeof(Mistaken),
    .providerFT = &functions,
};

static const MI_ClassDecl *const classes[] = {&class_decl};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = 1};

static MI_Module module = {
    .version = MISTAKE == VERSION ? MI_MAKE_VERSION(MI_MAJOR + 1, 0, 0) : MI_VERSION,
    .charSize = MISTAKE == CHARACTERS ? 2 : sizeof(MI_Char),
    .schemaDecl = &schema,
};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    (void)server;
    (void)fprintf(stderr, "called by uid %u and gid %u\n", (unsigned)geteuid(),
                  (unsigned)getegid());
    return &module;
}
