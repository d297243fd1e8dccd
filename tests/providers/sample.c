/*
 * sample: a provider with plain answers.
 *
 * Test_Sample has three instances of fixed content, Test_Many a thousand of eight properties.
 * Test_Types has a property of each type, one instance with the smallest values and one with the
 * largest, and a method that gives back what it was given. Test_Bare has no functions. The provider
 * posts all of every instance: to leave out what wasn't asked for is the host's work.
 */
#include "tests/providers/declare.h"

#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static MI_SchemaDecl schema;

static void set(MI_Instance *instance, const char *name, MI_Value value, MI_Type type)
{
    (void)MI_Instance_SetElement(instance, name, &value, type, 0);
}

static MI_Value text(const char *string)
{
    return (MI_Value){.string = (MI_Char *)(uintptr_t)string};
}

/* Test_Sample */

typedef struct Test_Sample {
    MI_Instance __instance;
    MI_ConstUint32Field Id;
    MI_ConstStringField Name;
    MI_ConstBooleanField Flag;
    MI_ConstUint64Field Count;
    MI_ConstReal64Field Ratio;
    MI_ConstDatetimeField Created;
    MI_ConstStringAField Tags;
    MI_ConstStringField Nothing;
} Test_Sample;

PROPERTY(Test_Sample, MI_FLAG_KEY, Id, MI_UINT32);
PROPERTY(Test_Sample, 0, Name, MI_STRING);
PROPERTY(Test_Sample, 0, Flag, MI_BOOLEAN);
PROPERTY(Test_Sample, 0, Count, MI_UINT64);
PROPERTY(Test_Sample, 0, Ratio, MI_REAL64);
PROPERTY(Test_Sample, 0, Created, MI_DATETIME);
PROPERTY(Test_Sample, 0, Tags, MI_STRINGA);
PROPERTY(Test_Sample, 0, Nothing, MI_STRING);

static const MI_PropertyDecl *const sample_properties[] = {
    &Test_Sample_Id,    &Test_Sample_Name,    &Test_Sample_Flag, &Test_Sample_Count,
    &Test_Sample_Ratio, &Test_Sample_Created, &Test_Sample_Tags, &Test_Sample_Nothing};

static const MI_ClassDecl sample_class;

static const char *const sample_names[] = {"one", "two \"quoted\" \\ and \n lines",
                                           "three: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"};

static MI_Result post_sample(MI_Context *context, MI_Uint32 id)
{
    const char *tags[] = {"a", "b", ""};
    MI_Datetime created = {.isTimestamp = 1,
                           .u.timestamp = {.year = 2024,
                                           .month = 2,
                                           .day = 29,
                                           .hour = 23,
                                           .minute = 59,
                                           .second = 58,
                                           .microseconds = 123456,
                                           .utc = -60}};
    MI_Instance *instance;
    MI_Result r = MI_Context_NewInstance(context, &sample_class, &instance);

    if (r != MI_RESULT_OK)
        return r;
    set(instance, "Id", (MI_Value){.uint32 = id}, MI_UINT32);
    set(instance, "Name", text(sample_names[id - 1]), MI_STRING);
    set(instance, "Flag", (MI_Value){.boolean = id % 2 == 0}, MI_BOOLEAN);
    set(instance, "Count", (MI_Value){.uint64 = UINT64_MAX - id}, MI_UINT64);
    set(instance, "Ratio", (MI_Value){.real64 = 0.5 * id}, MI_REAL64);
    set(instance, "Created", (MI_Value){.datetime = created}, MI_DATETIME);
    set(instance, "Tags", (MI_Value){.stringa = {(MI_Char **)(uintptr_t)tags, id}}, MI_STRINGA);
    r = MI_Context_PostInstance(context, instance);
    MI_Instance_Delete(instance);
    return r;
}

static void MI_CALL get_sample(void *self, MI_Context *context, const MI_Char *name_space,
                               const MI_Char *class_name, const MI_Instance *path,
                               const MI_PropertySet *properties)
{
    MI_Uint32 flags = 0;
    MI_Value id;
    MI_Type type;

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    if (MI_Instance_GetElement(path, "Id", &id, &type, &flags, NULL) != MI_RESULT_OK ||
        type != MI_UINT32 || (flags & MI_FLAG_NULL) != 0)
        MI_Context_PostResult(context, MI_RESULT_INVALID_PARAMETER);
    else if (id.uint32 < 1 || id.uint32 > MI_COUNT(sample_names))
        MI_Context_PostError(context, MI_RESULT_NOT_FOUND, MI_RESULT_TYPE_MI,
                             "there is no such sample");
    else
        MI_Context_PostResult(context, post_sample(context, id.uint32));
}

static void MI_CALL enumerate_samples(void *self, MI_Context *context, const MI_Char *name_space,
                                      const MI_Char *class_name, const MI_PropertySet *properties,
                                      MI_Boolean keys_only, const MI_Filter *filter)
{
    MI_Result r = MI_RESULT_OK;

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    (void)keys_only;
    (void)filter;
    for (MI_Uint32 id = 1; r == MI_RESULT_OK && id <= MI_COUNT(sample_names); id++)
        r = post_sample(context, id);
    MI_Context_PostResult(context, r);
}

static const MI_ProviderFT sample_functions = {.GetInstance = get_sample,
                                               .EnumerateInstances = enumerate_samples};

static const MI_ClassDecl sample_class = {.flags = MI_FLAG_CLASS,
                                          .name = "Test_Sample",
                                          .properties = sample_properties,
                                          .numProperties = MI_COUNT(sample_properties),
                                          .size = sizeof(Test_Sample),
                                          .schema = &schema,
                                          .providerFT = &sample_functions};

/* Test_Many */

typedef struct Test_Many {
    MI_Instance __instance;
    MI_ConstUint32Field Id;
    MI_ConstStringField A, B, C, D;
    MI_ConstUint32Field E, F, G;
} Test_Many;

PROPERTY(Test_Many, MI_FLAG_KEY, Id, MI_UINT32);
PROPERTY(Test_Many, 0, A, MI_STRING);
PROPERTY(Test_Many, 0, B, MI_STRING);
PROPERTY(Test_Many, 0, C, MI_STRING);
PROPERTY(Test_Many, 0, D, MI_STRING);
PROPERTY(Test_Many, 0, E, MI_UINT32);
PROPERTY(Test_Many, 0, F, MI_UINT32);
PROPERTY(Test_Many, 0, G, MI_UINT32);

static const MI_PropertyDecl *const many_properties[] = {&Test_Many_Id, &Test_Many_A, &Test_Many_B,
                                                         &Test_Many_C,  &Test_Many_D, &Test_Many_E,
                                                         &Test_Many_F,  &Test_Many_G};

static const MI_ClassDecl many_class;

static void MI_CALL enumerate_many(void *self, MI_Context *context, const MI_Char *name_space,
                                   const MI_Char *class_name, const MI_PropertySet *properties,
                                   MI_Boolean keys_only, const MI_Filter *filter)
{
    MI_Instance *instance;
    MI_Result r = MI_Context_NewInstance(context, &many_class, &instance);

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    (void)keys_only;
    (void)filter;
    if (r == MI_RESULT_OK) {
        for (const char *name = "ABCD"; *name != '\0'; name++)
            set(instance, (const char[]){*name, '\0'}, text("some text that is not too short"),
                MI_STRING);
        for (MI_Uint32 id = 0; r == MI_RESULT_OK && id < 1000; id++) {
            set(instance, "Id", (MI_Value){.uint32 = id}, MI_UINT32);
            for (const char *name = "EFG"; *name != '\0'; name++)
                set(instance, (const char[]){*name, '\0'}, (MI_Value){.uint32 = id * 7}, MI_UINT32);
            r = MI_Context_PostInstance(context, instance);
        }
        MI_Instance_Delete(instance);
    }
    MI_Context_PostResult(context, r);
}

static const MI_ProviderFT many_functions = {.EnumerateInstances = enumerate_many};

static const MI_ClassDecl many_class = {.flags = MI_FLAG_CLASS,
                                        .name = "Test_Many",
                                        .properties = many_properties,
                                        .numProperties = MI_COUNT(many_properties),
                                        .size = sizeof(Test_Many),
                                        .schema = &schema,
                                        .providerFT = &many_functions};

/* Test_Types: what X(name, type) lists is a property of the class and a parameter of its method. */

#define TYPES(X)                                                                                   \
    X(Boolean, BOOLEAN)                                                                            \
    X(Uint8, UINT8)                                                                                \
    X(Sint8, SINT8)                                                                                \
    X(Uint16, UINT16)                                                                              \
    X(Sint16, SINT16)                                                                              \
    X(Uint32, UINT32)                                                                              \
    X(Sint32, SINT32)                                                                              \
    X(Uint64, UINT64)                                                                              \
    X(Sint64, SINT64)                                                                              \
    X(Real32, REAL32)                                                                              \
    X(Real64, REAL64)                                                                              \
    X(Char16, CHAR16)                                                                              \
    X(Datetime, DATETIME)                                                                          \
    X(String, STRING)                                                                              \
    X(BooleanA, BOOLEANA)                                                                          \
    X(Uint8A, UINT8A)                                                                              \
    X(Sint64A, SINT64A)                                                                            \
    X(Real64A, REAL64A)                                                                            \
    X(DatetimeA, DATETIMEA)                                                                        \
    X(StringA, STRINGA)

#define FIELD(name, type) MI_Const##name##Field name;

typedef struct Test_Types {
    MI_Instance __instance;
    MI_ConstStringField Id;
    TYPES(FIELD)
} Test_Types;

typedef struct Echo {
    MI_Instance __instance;
    MI_ConstUint32Field MIReturn;
    TYPES(FIELD)
} Echo;

#define TYPE_PROPERTY(name, type)  PROPERTY(Test_Types, 0, name, MI_##type);
#define TYPE_PARAMETER(name, type) PARAMETER(Echo, MI_FLAG_IN | MI_FLAG_OUT, name, MI_##type);
#define LIST_PROPERTY(name, type)  , &Test_Types_##name
#define LIST_PARAMETER(name, type) , &Echo_##name

PROPERTY(Test_Types, MI_FLAG_KEY, Id, MI_STRING);
TYPES(TYPE_PROPERTY)
PARAMETER(Echo, MI_FLAG_OUT, MIReturn, MI_UINT32);
TYPES(TYPE_PARAMETER)

static const MI_PropertyDecl *const types_properties[] = {&Test_Types_Id TYPES(LIST_PROPERTY)};
static const MI_ParameterDecl *const echo_parameters[] = {&Echo_MIReturn TYPES(LIST_PARAMETER)};

static const MI_ClassDecl types_class;
static const MI_MethodDecl echo_method;

static MI_Result post_extreme(MI_Context *context, int largest)
{
    MI_Instance *instance;
    MI_Result r = MI_Context_NewInstance(context, &types_class, &instance);

    if (r != MI_RESULT_OK)
        return r;
    set(instance, "Id", text(largest ? "largest" : "smallest"), MI_STRING);
#define EXTREME(name, type, field, small, large)                                                   \
    set(instance, #name, (MI_Value){.field = largest ? (large) : (small)}, MI_##type)
    EXTREME(Boolean, BOOLEAN, boolean, 0, 1);
    EXTREME(Uint8, UINT8, uint8, 0, UINT8_MAX);
    EXTREME(Sint8, SINT8, sint8, INT8_MIN, INT8_MAX);
    EXTREME(Uint16, UINT16, uint16, 0, UINT16_MAX);
    EXTREME(Sint16, SINT16, sint16, INT16_MIN, INT16_MAX);
    EXTREME(Uint32, UINT32, uint32, 0, UINT32_MAX);
    EXTREME(Sint32, SINT32, sint32, INT32_MIN, INT32_MAX);
    EXTREME(Uint64, UINT64, uint64, 0, UINT64_MAX);
    EXTREME(Sint64, SINT64, sint64, INT64_MIN, INT64_MAX);
    EXTREME(Real32, REAL32, real32, -FLT_MAX, FLT_MAX);
    EXTREME(Real64, REAL64, real64, -DBL_MAX, DBL_MAX);
#undef EXTREME
    set(instance, "String", text(""), MI_STRING);
    r = MI_Context_PostInstance(context, instance);
    MI_Instance_Delete(instance);
    return r;
}

static void MI_CALL enumerate_types(void *self, MI_Context *context, const MI_Char *name_space,
                                    const MI_Char *class_name, const MI_PropertySet *properties,
                                    MI_Boolean keys_only, const MI_Filter *filter)
{
    MI_Result r = post_extreme(context, 0);

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)properties;
    (void)keys_only;
    (void)filter;
    MI_Context_PostResult(context, r == MI_RESULT_OK ? post_extreme(context, 1) : r);
}

/* Gives back each parameter that it was given. */
static void MI_CALL invoke_echo(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, const MI_Char *method,
                                const MI_Instance *path, const MI_Instance *parameters)
{
    MI_Uint32 count = 0;
    MI_Instance *out;
    MI_Result r = MI_Context_NewParameters(context, &echo_method, &out);

    (void)self;
    (void)name_space;
    (void)class_name;
    (void)method;
    (void)path;
    if (r != MI_RESULT_OK) {
        MI_Context_PostResult(context, r);
        return;
    }
    set(out, "MIReturn", (MI_Value){.uint32 = 0}, MI_UINT32);
    if (parameters != NULL)
        MI_Instance_GetElementCount(parameters, &count);
    for (MI_Uint32 i = 0; r == MI_RESULT_OK && i < count; i++) {
        MI_Uint32 flags = 0;
        const MI_Char *name;
        MI_Value value;
        MI_Type type;
        r = MI_Instance_GetElementAt(parameters, i, &name, &value, &type, &flags);
        if (r == MI_RESULT_OK && (flags & MI_FLAG_NULL) == 0 && strcmp(name, "MIReturn") != 0)
            r = MI_Instance_SetElement(out, name, &value, type, 0);
    }
    if (r == MI_RESULT_OK)
        r = MI_Context_PostInstance(context, out);
    MI_Instance_Delete(out);
    MI_Context_PostResult(context, r);
}

static const MI_MethodDecl echo_method = {.flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
                                          .name = "Echo",
                                          .parameters = echo_parameters,
                                          .numParameters = MI_COUNT(echo_parameters),
                                          .size = sizeof(Echo),
                                          .returnType = MI_UINT32,
                                          .origin = "Test_Types",
                                          .propagator = "Test_Types",
                                          .schema = &schema,
                                          .function = invoke_echo};
static const MI_MethodDecl *const types_methods[] = {&echo_method};
static const MI_ProviderFT types_functions = {.EnumerateInstances = enumerate_types};

static const MI_ClassDecl types_class = {.flags = MI_FLAG_CLASS,
                                         .name = "Test_Types",
                                         .properties = types_properties,
                                         .numProperties = MI_COUNT(types_properties),
                                         .size = sizeof(Test_Types),
                                         .methods = types_methods,
                                         .numMethods = MI_COUNT(types_methods),
                                         .schema = &schema,
                                         .providerFT = &types_functions};

/* Test_Bare: does nothing. */

static const MI_ProviderFT bare_functions = {0};

static const MI_ClassDecl bare_class = {.flags = MI_FLAG_CLASS,
                                        .name = "Test_Bare",
                                        .properties = sample_properties,
                                        .numProperties = 1,
                                        .size = sizeof(Test_Sample),
                                        .schema = &schema,
                                        .providerFT = &bare_functions};

static const MI_ClassDecl *const classes[] = {&sample_class, &many_class, &types_class,
                                              &bare_class};
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
