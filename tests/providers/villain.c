/*
 * villain: classes whose providers break the rules, each in its own way, when they are enumerated.
 *
 * What their host said to it can be asked afterwards: Villain_Confession has one instance, whose
 * Text lists the results of the calls that should not have worked.
 */
#include "tests/providers/declare.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CROWD      5
#define CROWD_POST 20

typedef struct Villain {
    MI_Instance __instance;
    MI_ConstStringField Name;
    MI_ConstStringField Text;
} Villain;

PROPERTY(Villain, MI_FLAG_KEY, Name, MI_STRING);
PROPERTY(Villain, 0, Text, MI_STRING);

static const MI_PropertyDecl *const properties[] = {&Villain_Name, &Villain_Text};

static MI_SchemaDecl schema;
static const MI_ClassDecl confession_class, stranger_class, twice_class, crowd_class, later_class;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char confession[512];

static void confess(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void confess(const char *format, ...)
{
    va_list arguments;
    size_t length;

    pthread_mutex_lock(&lock);
    length = strlen(confession);
    va_start(arguments, format);
    vsnprintf(confession + length, sizeof(confession) - length, format, arguments);
    va_end(arguments);
    pthread_mutex_unlock(&lock);
}

static MI_Result post(MI_Context *context, const MI_ClassDecl *decl, const char *name,
                      const char *text)
{
    MI_Value name_value = {.string = (MI_Char *)(uintptr_t)name};
    MI_Value text_value = {.string = (MI_Char *)(uintptr_t)text};
    MI_Instance *instance;
    MI_Result r = MI_Context_NewInstance(context, decl, &instance);

    if (r != MI_RESULT_OK)
        return r;
    MI_Instance_SetElement(instance, "Name", &name_value, MI_STRING, 0);
    MI_Instance_SetElement(instance, "Text", &text_value, MI_STRING, 0);
    r = MI_Context_PostInstance(context, instance);
    MI_Instance_Delete(instance);
    return r;
}

#define ENUMERATE(word)                                                                            \
    static void MI_CALL word##_enumerate(                                                          \
        void *self, MI_Context *context, const MI_Char *name_space, const MI_Char *class_name,     \
        const MI_PropertySet *set, MI_Boolean keys_only, const MI_Filter *filter)                  \
    {                                                                                              \
        (void)self, (void)name_space, (void)class_name, (void)set, (void)keys_only, (void)filter;  \
        word(context);                                                                             \
    }

/* ---- The crimes ---- */

static void tell_all(MI_Context *context)
{
    char text[sizeof(confession)];

    pthread_mutex_lock(&lock);
    memcpy(text, confession, sizeof(text));
    confession[0] = '\0';
    pthread_mutex_unlock(&lock);
    MI_Context_PostResult(context, post(context, &confession_class, "all", text));
}

/* Posts its result, and then more of everything. */
static void twice(MI_Context *context)
{
    MI_Boolean flag;

    post(context, &twice_class, "a", "before");
    MI_Context_PostResult(context, MI_RESULT_OK);
    confess("result %d ", MI_Context_PostResult(context, MI_RESULT_FAILED));
    confess("error %d ", MI_Context_PostError(context, MI_RESULT_FAILED, MI_RESULT_TYPE_MI, "no"));
    confess("instance %d ", post(context, &twice_class, "b", "after"));
    confess("message %d ", MI_Context_WriteWarning(context, "after"));
    confess("progress %d ", MI_Context_WriteProgress(context, "a", "b", "c", 1, 1));
    confess("question %d ", MI_Context_ShouldContinue(context, "on?", &flag));
    confess("register %d", MI_Context_RegisterCancel(context, NULL, NULL));
}

/* Five threads post instances, and all of them the result; nobody waits for them. */
typedef struct Crowd {
    MI_Context *context;
    pthread_barrier_t barrier;
    int inside, taken;
} Crowd;

static Crowd crowd_of_five;

static void *be_one_of_the_crowd(void *data)
{
    char name[32];
    MI_Result r;
    int number;

    (void)data;
    pthread_mutex_lock(&lock);
    number = crowd_of_five.inside++;
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < CROWD_POST; i++) {
        snprintf(name, sizeof(name), "%d-%d", number, i);
        post(crowd_of_five.context, &crowd_class, name, "one of many");
    }
    pthread_barrier_wait(&crowd_of_five.barrier);
    r = MI_Context_PostResult(crowd_of_five.context, MI_RESULT_OK);
    pthread_mutex_lock(&lock);
    crowd_of_five.taken += r == MI_RESULT_OK;
    number = --crowd_of_five.inside;
    pthread_mutex_unlock(&lock);
    if (number == 0)
        confess("taken %d", crowd_of_five.taken);
    return NULL;
}

static void crowd(MI_Context *context)
{
    pthread_t thread;

    crowd_of_five.context = context;
    crowd_of_five.inside = crowd_of_five.taken = 0;
    pthread_barrier_init(&crowd_of_five.barrier, NULL, CROWD);
    for (int i = 0; i < CROWD; i++)
        if (pthread_create(&thread, NULL, be_one_of_the_crowd, NULL) == 0)
            pthread_detach(thread);
}

/* Never posts anything. */
static void mute(MI_Context *context)
{
    (void)context;
}

/* Posts what was not asked for, and what is no instance. */
static void stranger(MI_Context *context)
{
    MI_Instance nothing = {0};
    Villain ended, broken;

    confess("other %d ", post(context, &confession_class, "x", "of another class"));
    confess("null %d ", MI_Context_PostInstance(context, NULL));
    confess("zero %d ", MI_Context_PostInstance(context, &nothing));
    MI_Context_ConstructInstance(context, &stranger_class, &ended.__instance);
    MI_Instance_Destruct(&ended.__instance);
    confess("ended %d ", MI_Context_PostInstance(context, &ended.__instance));
    MI_Context_ConstructInstance(context, &stranger_class, &broken.__instance);
    broken.Text.exists = MI_TRUE; /* and there is no text */
    broken.Text.value = NULL;
    confess("broken %d", MI_Context_PostInstance(context, &broken.__instance));
    MI_Instance_Destruct(&broken.__instance);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

/* Calls everything with nothing, on a real context. */
static void nothing_for(MI_Context *context)
{
    const MI_ContextFT *ft = context->ft;

    ft->PostInstance(context, NULL);
    ft->PostIndication(context, NULL, 0, NULL);
    ft->ConstructInstance(context, NULL, NULL);
    ft->ConstructParameters(context, NULL, NULL);
    ft->NewInstance(context, NULL, NULL);
    ft->NewDynamicInstance(context, NULL, 0, NULL);
    ft->NewParameters(context, NULL, NULL);
    ft->Canceled(context, NULL);
    ft->GetLocale(context, MI_LOCALE_TYPE_REQUESTED_UI, NULL);
    ft->RegisterCancel(context, NULL, NULL);
    ft->GetLocalSession(context, NULL);
    ft->SetStringOption(context, NULL, NULL);
    ft->GetStringOption(context, NULL, NULL);
    ft->GetNumberOption(context, NULL, NULL);
    ft->GetCustomOption(context, NULL, NULL, NULL);
    ft->GetCustomOptionCount(context, NULL);
    ft->GetCustomOptionAt(context, 0, NULL, NULL, NULL);
    ft->WriteMessage(context, 0, NULL);
    ft->WriteProgress(context, NULL, NULL, NULL, 0, 0);
    ft->WriteStreamParameter(context, NULL, NULL, MI_STRING, 0);
    ft->WriteCimError(context, NULL, NULL);
    ft->PromptUser(context, NULL, MI_PROMPTTYPE_NORMAL, NULL);
    ft->ShouldProcess(context, NULL, NULL, NULL);
    ft->ShouldContinue(context, NULL, NULL);
    ft->WriteError(context, 0, NULL, NULL, NULL);
    ft->PostCimError(context, NULL);
    ft->GetLifecycleIndicationContext(context, NULL);
    ft->PostError(context, 0, NULL, NULL);
}

/* And on none. */
static void nulls(MI_Context *context)
{
    const MI_ContextFT *ft = context->ft;
    MI_Boolean flag;

    ft->PostResult(NULL, MI_RESULT_OK);
    ft->PostInstance(NULL, NULL);
    ft->PostError(NULL, 1, NULL, NULL);
    ft->PostCimError(NULL, NULL);
    ft->NewInstance(NULL, NULL, NULL);
    ft->Canceled(NULL, &flag);
    ft->RegisterCancel(NULL, NULL, NULL);
    ft->RequestUnload(NULL);
    ft->RefuseUnload(NULL);
    ft->WriteMessage(NULL, 0, "x");
    ft->ShouldContinue(NULL, "x", &flag);
    nothing_for(context);
}

/* Returns at once; it posts when Villain_Release is enumerated, from a thread of its own. */
static MI_Context *later_context;

static void later(MI_Context *context)
{
    later_context = context;
    confess("waiting");
}

static void *post_for_later(void *data)
{
    post(data, &later_class, "late", "but here");
    MI_Context_PostResult(data, MI_RESULT_OK);
    return NULL;
}

static void release(MI_Context *context)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, post_for_later, later_context) == 0)
        pthread_detach(thread);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL fail_to_load(void **self, MI_Module_Self *module, MI_Context *context)
{
    (void)self, (void)module;
    MI_Context_PostError(context, MI_RESULT_ACCESS_DENIED, MI_RESULT_TYPE_MI, "the moon is full");
}

static void MI_CALL load_for_ever(void **self, MI_Module_Self *module, MI_Context *context)
{
    (void)self, (void)module, (void)context;
}

/* ---- The declarations ---- */

#define CLASS(word, called, load, function)                                                        \
    static const MI_ProviderFT word##_functions = {.Load = (load),                                 \
                                                   .EnumerateInstances = (function)};              \
    static const MI_ClassDecl word##_class = {.flags = MI_FLAG_CLASS,                              \
                                              .name = (called),                                    \
                                              .properties = properties,                            \
                                              .numProperties = MI_COUNT(properties),               \
                                              .size = sizeof(Villain),                             \
                                              .schema = &schema,                                   \
                                              .providerFT = &word##_functions}

ENUMERATE(tell_all)
ENUMERATE(twice)
ENUMERATE(crowd)
ENUMERATE(mute)
ENUMERATE(stranger)
ENUMERATE(nulls)
ENUMERATE(later)
ENUMERATE(release)

CLASS(confession, "Villain_Confession", NULL, tell_all_enumerate);
CLASS(twice, "Villain_Twice", NULL, twice_enumerate);
CLASS(crowd, "Villain_Crowd", NULL, crowd_enumerate);
CLASS(mute, "Villain_Mute", NULL, mute_enumerate);
CLASS(stranger, "Villain_Stranger", NULL, stranger_enumerate);
CLASS(nulls, "Villain_Nulls", NULL, nulls_enumerate);
CLASS(later, "Villain_Later", NULL, later_enumerate);
CLASS(release, "Villain_Release", NULL, release_enumerate);
CLASS(bad_load, "Villain_BadLoad", fail_to_load, mute_enumerate);
CLASS(endless_load, "Villain_EndlessLoad", load_for_ever, mute_enumerate);

static const MI_ClassDecl *const classes[] = {
    &confession_class, &twice_class, &crowd_class,   &mute_class,     &stranger_class,
    &nulls_class,      &later_class, &release_class, &bad_load_class, &endless_load_class};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};
static MI_Module module = {.version = MI_VERSION,
                           .generatorVersion = MI_MAKE_VERSION(1, 0, 0),
                           .charSize = sizeof(MI_Char),
                           .schemaDecl = &schema};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    (void)server;
    return &module;
}
