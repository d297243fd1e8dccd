/*
 * The provider of the benchmark: its instances cost it as little as possible, and what remains to
 * be measured is the host.
 *
 * Bench_Item: GetInstance posts one instance with a text of as many bytes as its key says (1: so
 * many that its JSON is 1 KiB); EnumerateInstances changes one instance of 8 properties in place
 * and posts it 100,000 times. Bench_Waiter: EnumerateInstances registers a callback, posts, and
 * blocks. Bench_Endless: EnumerateInstances posts until it is told to stop.
 */
#include "providers/declare.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define COUNT 100000

#define BENCH_ITEM(PROPERTY, Class)                                                                \
    PROPERTY(Class, UINT32, Id, MI_FLAG_KEY)                                                       \
    PROPERTY(Class, STRING, Name, 0)                                                               \
    PROPERTY(Class, STRING, Text, 0)                                                               \
    PROPERTY(Class, UINT64, Size, 0)                                                               \
    PROPERTY(Class, UINT32, Owner, 0)                                                              \
    PROPERTY(Class, UINT32, Mode, 0)                                                               \
    PROPERTY(Class, BOOLEAN, Enabled, 0)                                                           \
    PROPERTY(Class, UINT16, Kind, 0)

DECLARE_PROPERTIES(Bench_Item, BENCH_ITEM);

extern MI_CONST MI_ClassDecl Bench_Item_class, Bench_Endless_class;

static void fill(Bench_Item *item, MI_Uint32 id, const MI_Char *text)
{
    item->Id.value = id;
    item->Id.exists = MI_TRUE;
    item->Name.value = "an item of the benchmark";
    item->Name.exists = MI_TRUE;
    item->Text.value = text;
    item->Text.exists = MI_TRUE;
    item->Size.value = 4096;
    item->Size.exists = MI_TRUE;
    item->Owner.value = 1000;
    item->Owner.exists = MI_TRUE;
    item->Mode.value = 0644;
    item->Mode.exists = MI_TRUE;
    item->Enabled.value = MI_TRUE;
    item->Enabled.exists = MI_TRUE;
    item->Kind.value = 7;
    item->Kind.exists = MI_TRUE;
}

#define ORDINARY 840
#define LARGEST  (2U << 20)

static MI_Char ordinary[ORDINARY + 1], large[LARGEST + 1];

static void fill_text(MI_Char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        text[i] = (MI_Char)('a' + i % 26);
}

static void fill_ordinary(void)
{
    fill_text(ordinary, ORDINARY);
}

/* Its pages are memory of the agent from then on. */
static void fill_large(void)
{
    fill_text(large, LARGEST);
}

/* The text of as many bytes as the key in @instance says. */
static const MI_Char *text_of(const MI_Instance *instance)
{
    static pthread_once_t once_ordinary = PTHREAD_ONCE_INIT, once_large = PTHREAD_ONCE_INIT;
    MI_Uint32 size = ((const Bench_Item *)instance)->Id.value;

    if (size <= 1 || size > LARGEST) {
        (void)pthread_once(&once_ordinary, fill_ordinary);
        return ordinary;
    }
    (void)pthread_once(&once_large, fill_large);
    return large + LARGEST - size;
}

static void MI_CALL get(void *self, MI_Context *context, const MI_Char *name_space,
                        const MI_Char *class_name, const MI_Instance *instance,
                        const MI_PropertySet *properties)
{
    Bench_Item item;

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    MI_Result result = MI_Context_ConstructInstance(context, &Bench_Item_class, &item.instance);
    if (result == MI_RESULT_OK) {
        fill(&item, ((const Bench_Item *)instance)->Id.value, text_of(instance));
        result = MI_Context_PostInstance(context, &item.instance);
        MI_Instance_Destruct(&item.instance);
    }
    MI_Context_PostResult(context, result);
}

/* Posts @count instances, or as many as are taken. */
static void post(MI_Context *context, const MI_ClassDecl *decl, MI_Uint32 count)
{
    Bench_Item item;
    MI_Result result = MI_Context_ConstructInstance(context, decl, &item.instance);

    if (result == MI_RESULT_OK) {
        fill(&item, 0, "what an instance of an ordinary size carries: a sentence or so");
        for (MI_Uint32 i = 0; i < count && result == MI_RESULT_OK; i++) {
            item.Id.value = i;
            result = MI_Context_PostInstance(context, &item.instance);
        }
        MI_Instance_Destruct(&item.instance);
    }
    MI_Context_PostResult(context, result);
}

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_PropertySet *properties,
                              MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    (void)keys_only;
    (void)filter;
    post(context, &Bench_Item_class, COUNT);
}

static MI_CONST MI_ProviderFT functions = {.GetInstance = get, .EnumerateInstances = enumerate};

/* Bench_Waiter. */

#define BENCH_WAITER(PROPERTY, Class) PROPERTY(Class, UINT32, Id, MI_FLAG_KEY)

DECLARE_PROPERTIES(Bench_Waiter, BENCH_WAITER);

extern MI_CONST MI_ClassDecl Bench_Waiter_class;

typedef struct Wait {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned long long entered; /* ns; 0: not yet */
} Wait;

static void on_cancel(MI_CancellationReason reason, void *data)
{
    Wait *wait = data;
    struct timespec now;

    (void)reason;
    clock_gettime(CLOCK_MONOTONIC, &now);
    pthread_mutex_lock(&wait->lock);
    wait->entered = (unsigned long long)now.tv_sec * 1000000000U + (unsigned long long)now.tv_nsec;
    pthread_cond_signal(&wait->changed);
    pthread_mutex_unlock(&wait->lock);
}

static void MI_CALL wait_for_cancel(void *self, MI_Context *context, const MI_Char *name_space,
                                    const MI_Char *class_name, const MI_PropertySet *properties,
                                    MI_Boolean keys_only, const MI_Filter *filter)
{
    Wait wait = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    Bench_Waiter waiter;
    MI_Char text[64];

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    (void)keys_only;
    (void)filter;
    MI_Context_RegisterCancel(context, on_cancel, &wait);
    if (MI_Context_ConstructInstance(context, &Bench_Waiter_class, &waiter.instance) ==
        MI_RESULT_OK) {
        MI_Context_PostInstance(context, &waiter.instance);
        MI_Instance_Destruct(&waiter.instance);
    }
    pthread_mutex_lock(&wait.lock);
    while (wait.entered == 0)
        pthread_cond_wait(&wait.changed, &wait.lock);
    pthread_mutex_unlock(&wait.lock);
    snprintf(text, sizeof(text), "entered %llu", wait.entered);
    MI_Context_PostError(context, MI_RESULT_FAILED, "MI",
                         text); /* waits for the callback's return */
}

static MI_CONST MI_ProviderFT waiter_functions = {.EnumerateInstances = wait_for_cancel};

/* Bench_Endless. */

static void MI_CALL post_on(void *self, MI_Context *context, const MI_Char *name_space,
                            const MI_Char *class_name, const MI_PropertySet *properties,
                            MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    (void)keys_only;
    (void)filter;
    post(context, &Bench_Endless_class, UINT32_MAX);
}

static MI_CONST MI_ProviderFT endless_functions = {.EnumerateInstances = post_on};

static MI_SchemaDecl schema;

MI_CONST MI_ClassDecl Bench_Item_class = {
    .flags = MI_FLAG_CLASS,
    .code = DECLARE_CODE("Bench_Item"),
    .name = "Bench_Item",
    .properties = Bench_Item_properties,
    .numProperties = MI_COUNT(Bench_Item_properties),
    .size = sizeof(Bench_Item),
    .schema = &schema,
    .providerFT = &functions,
};

MI_CONST MI_ClassDecl Bench_Waiter_class = {
    .flags = MI_FLAG_CLASS,
    .code = DECLARE_CODE("Bench_Waiter"),
    .name = "Bench_Waiter",
    .properties = Bench_Waiter_properties,
    .numProperties = MI_COUNT(Bench_Waiter_properties),
    .size = sizeof(Bench_Waiter),
    .schema = &schema,
    .providerFT = &waiter_functions,
};

MI_CONST MI_ClassDecl Bench_Endless_class = {
    .flags = MI_FLAG_CLASS,
    .code = DECLARE_CODE("Bench_Endless"),
    .name = "Bench_Endless",
    .properties = Bench_Item_properties,
    .numProperties = MI_COUNT(Bench_Item_properties),
    .size = sizeof(Bench_Item),
    .schema = &schema,
    .providerFT = &endless_functions,
};

static MI_ClassDecl MI_CONST *MI_CONST classes[] = {&Bench_Item_class, &Bench_Waiter_class,
                                                    &Bench_Endless_class};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    static MI_Module module = {
        .version = MI_MAKE_VERSION(MI_MAJOR, MI_MINOR, MI_REVISION),
        .generatorVersion = MI_MAKE_VERSION(1, 0, 0),
        .flags = MI_MODULE_FLAG_STANDARD_QUALIFIERS,
        .charSize = sizeof(MI_Char),
        .schemaDecl = &schema,
    };

    (void)server;
    return &module;
}
