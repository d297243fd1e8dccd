/*
 * The provider of the benchmark: Bench_Item, whose instances cost it as little as possible.
 *
 * GetInstance posts one instance whose JSON is about 1 KiB; EnumerateInstances changes one instance
 * of 8 properties in place and posts it 100,000 times. What remains to be measured is the host.
 */
#include "providers/declare.h"

#include <stdio.h>

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

extern MI_CONST MI_ClassDecl Bench_Item_class;

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

static void MI_CALL get(void *self, MI_Context *context, const MI_Char *name_space,
                        const MI_Char *class_name, const MI_Instance *instance,
                        const MI_PropertySet *properties)
{
    MI_Char text[840];
    Bench_Item item;

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)instance;
    (void)properties;
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        text[i] = (MI_Char)('a' + i % 26);
    text[sizeof(text) - 1] = '\0';
    MI_Context_ConstructInstance(context, &Bench_Item_class, &item.instance);
    fill(&item, 1, text);
    MI_Context_PostInstance(context, &item.instance);
    MI_Instance_Destruct(&item.instance);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_PropertySet *properties,
                              MI_Boolean keys_only, const MI_Filter *filter)
{
    MI_Result result = MI_RESULT_OK;
    Bench_Item item;

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    (void)keys_only;
    (void)filter;
    MI_Context_ConstructInstance(context, &Bench_Item_class, &item.instance);
    fill(&item, 0, "what an instance of an ordinary size carries: a sentence or so");
    for (MI_Uint32 i = 0; i < COUNT && result == MI_RESULT_OK; i++) {
        item.Id.value = i;
        result = MI_Context_PostInstance(context, &item.instance);
    }
    MI_Instance_Destruct(&item.instance);
    MI_Context_PostResult(context, result);
}

static MI_CONST MI_ProviderFT functions = {.GetInstance = get, .EnumerateInstances = enumerate};

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

static MI_ClassDecl MI_CONST *MI_CONST classes[] = {&Bench_Item_class};
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
