/*
 * Classes as JSON: what is written, to the byte; what has no JSON, by name; and that every class of
 * every provider here has one.
 */
#include "mi/class_decl.h"
#include "mi/instance_impl.h"
#include "mi/property_set_impl.h"
#include "protocol/json.h"
#include "protocol/mi_json_class.h"
#include "tests/support/cmocka.h"
#include "tests/unit/declared.h"
#include "tests/unit/everything.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void assert_written(const MI_ClassDecl *decl, const char *name_space, const char *wanted)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    assert_int_equal(mi_json_put_class(&text, decl, name_space), 0);
    assert_string_equal(buffer_string(&text), wanted);
}

/* Nothing is written, and the sentence is @wanted. */
static void assert_fault(const MI_ClassDecl *decl, const char *wanted)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    MiJsonError error;

    buffer_put_string(&text, "before");
    assert_int_equal(mi_json_put_class(&text, decl, NULL), -EINVAL);
    assert_string_equal(buffer_string(&text), "before");
    mi_json_explain_class(decl, &error);
    assert_string_equal(error.message, wanted);
}

/* ---- What is written ---- */

#define VERSION                                                                                    \
    "\"Version\":{\"type\":\"string\",\"value\":\"2.1\",\"flavor\":[\"enableOverride\","           \
    "\"restricted\"]}"
#define UNITS                                                                                      \
    "\"Units\":{\"type\":\"string\",\"value\":\"Milli\\\"Seconds\\\"\",\"flavor\":["               \
    "\"toSubclass\",\"translatable\"]}"
#define COUNTER "\"Counter\":{\"type\":\"boolean\",\"value\":true}"
#define OWN     "\"origin\":\"Test_Device\",\"propagator\":\"Test_Device\""

static void a_class_is_written_with_all_that_it_has(void **state)
{
    (void)state;
    assert_written(
        &device_class, "root/cimv2",
        "{\"class\":\"Test_Device\",\"superClass\":\"Test_Base\",\"namespace\":\"root/cimv2\","
        "\"flags\":[\"terminal\"],\"qualifiers\":{" VERSION "},\"properties\":{"
        "\"Id\":{\"type\":\"string\",\"key\":true,\"origin\":\"Test_Base\","
        "\"propagator\":\"Test_Base\",\"qualifiers\":{}},"
        "\"Level\":{\"type\":\"uint32\",\"readOnly\":true," OWN ",\"value\":7,"
        "\"qualifiers\":{" UNITS ",\"Range\":{\"type\":\"uint8[]\",\"value\":[1,255]},"
        "\"Nothing\":{\"type\":\"string\",\"value\":null}}},"
        "\"Serial\":{\"type\":\"uint64\"," OWN ",\"value\":\"18446744073709551615\","
        "\"qualifiers\":{}},"
        "\"Names\":{\"type\":\"string[]\",\"subscript\":3," OWN ",\"value\":[\"a\",\"\"],"
        "\"qualifiers\":{}},"
        "\"Owner\":{\"type\":\"reference\",\"required\":true,\"className\":\"Test_Base\"," OWN ","
        "\"qualifiers\":{}},"
        "\"Parts\":{\"type\":\"instance[]\",\"expensive\":true,\"className\":\"Test_Device\"," OWN
        ",\"qualifiers\":{}},"
        "\"Note\":{\"type\":\"string\"," OWN ",\"value\":null,\"qualifiers\":{}},"
        "\"Made\":{\"type\":\"datetime\"," OWN ",\"value\":\"00000001000000.000000:000\","
        "\"qualifiers\":{}}},"
        "\"methods\":{"
        "\"Measure\":{\"returnType\":\"sint32\",\"returnQualifiers\":{" UNITS
        "},\"static\":true," OWN ",\"qualifiers\":{" COUNTER "},\"parameters\":{"
        "\"Path\":{\"type\":\"string\",\"in\":true,\"required\":true,\"qualifiers\":{" COUNTER "}},"
        "\"Where\":{\"type\":\"reference\",\"in\":true,\"className\":\"Test_Base\","
        "\"qualifiers\":{}},"
        "\"Sizes\":{\"type\":\"real64[]\",\"in\":true,\"out\":true,\"subscript\":2,"
        "\"qualifiers\":{}}}},"
        "\"Ping\":{\"returnType\":\"uint32\",\"origin\":\"Test_Base\","
        "\"propagator\":\"Test_Device\",\"qualifiers\":{},\"parameters\":{}},"
        "\"Stop\":{\"returnType\":\"uint32\",\"origin\":\"Test_Base\","
        "\"propagator\":\"Test_Base\",\"qualifiers\":{},\"parameters\":{}}}}");
}

static void what_a_class_does_not_have_is_left_out(void **state)
{
    static const MI_ClassDecl bare = {
        .flags = MI_FLAG_CLASS, .name = "Test_Bare", .size = sizeof(MI_Instance)};

    (void)state;
    assert_written(&bare, NULL,
                   "{\"class\":\"Test_Bare\",\"flags\":[],\"qualifiers\":{},\"properties\":{},"
                   "\"methods\":{}}");
}

static void each_flag_of_a_class_has_its_word(void **state)
{
    MI_ClassDecl decl = {.name = "C", .size = sizeof(MI_Instance)};

    (void)state;
    decl.flags = MI_FLAG_CLASS | MI_FLAG_ASSOCIATION | MI_FLAG_INDICATION | MI_FLAG_ABSTRACT |
                 MI_FLAG_TERMINAL;
    assert_written(&decl, NULL,
                   "{\"class\":\"C\",\"flags\":[\"association\",\"indication\",\"abstract\","
                   "\"terminal\"],\"qualifiers\":{},\"properties\":{},\"methods\":{}}");
}

static void each_flag_of_a_property_has_its_word(void **state)
{
    MI_PropertyDecl property = *base_properties[0];
    const MI_PropertyDecl *properties[] = {&property};
    MI_ClassDecl decl = {
        .name = "C", .size = sizeof(Base), .properties = properties, .numProperties = 1};

    (void)state;
    property = (MI_PropertyDecl){.flags = UINT32_MAX, .name = "P", .offset = property.offset};
    assert_written(&decl, NULL,
                   "{\"class\":\"C\",\"flags\":[],\"qualifiers\":{},\"properties\":{\"P\":{"
                   "\"type\":\"boolean\",\"key\":true,\"in\":true,\"out\":true,\"required\":true,"
                   "\"readOnly\":true,\"static\":true,\"stream\":true,\"expensive\":true,"
                   "\"abstract\":true,\"terminal\":true,\"qualifiers\":{}}},\"methods\":{}}");
}

static void of_qualifiers_of_one_name_the_first_counts(void **state)
{
    MI_Qualifier again = Version_qualifier;
    const MI_Qualifier *const twice[] = {&Version_qualifier, &again};
    MI_ClassDecl decl = {.name = "C", .size = sizeof(MI_Instance), .qualifiers = twice};

    (void)state;
    decl.numQualifiers = 2;
    again.name = "VERSION";
    again.value = NULL;
    assert_written(&decl, NULL,
                   "{\"class\":\"C\",\"flags\":[],\"qualifiers\":{" VERSION "},\"properties\":{},"
                   "\"methods\":{}}");
}

static void names_that_no_check_has_seen_are_escaped(void **state)
{
    MI_Qualifier odd = {.name = "a\"\n", .type = MI_BOOLEAN};
    const MI_Qualifier *const qualifiers[] = {&odd};
    MI_ClassDecl decl = {.name = "C", .size = sizeof(MI_Instance), .qualifiers = qualifiers};

    (void)state;
    decl.numQualifiers = 1;
    decl.superClass = "b\\\xff";
    assert_written(&decl, "c\"",
                   "{\"class\":\"C\",\"superClass\":\"b\\\\\xEF\xBF\xBD\",\"namespace\":\"c\\\"\","
                   "\"flags\":[],\"qualifiers\":{\"a\\\"\\n\":{\"type\":\"boolean\",\"value\":null}"
                   "},\"properties\":{},\"methods\":{}}");
}

static void a_class_is_appended(void **state)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    const MI_ClassDecl decl = {.name = "C", .size = sizeof(MI_Instance)};

    (void)state;
    buffer_put_string(&text, "{\"classes\":[");
    assert_int_equal(mi_json_put_class(&text, &decl, NULL), 0);
    buffer_put_string(&text, ",");
    assert_int_equal(mi_json_put_class(&text, &decl, NULL), 0);
    buffer_put_string(&text, "]}");
    assert_true(json_check_line(buffer_span(&text), JSON_MAX_DEPTH, NULL));
    assert_non_null(strstr(buffer_string(&text), "[{\"class\":\"C\",\"flags\""));
    assert_non_null(strstr(buffer_string(&text), ",{\"class\":\"C\",\"flags\""));
}

/* ---- What cannot be written ---- */

static void a_default_that_is_none_is_named(void **state)
{
    static const MI_Datetime never = {.isTimestamp = 1, .u.timestamp = {.year = 123456}};
    MI_PropertyDecl made = {.name = "Made", .type = MI_DATETIME, .offset = sizeof(MI_Instance)};
    const MI_PropertyDecl *properties[] = {&made};
    const MI_ClassDecl decl = {
        .name = "Test_Never", .size = 256, .properties = properties, .numProperties = 1};

    (void)state;
    made.value = &never;
    assert_int_equal(class_check(&decl, NULL), 0);
    assert_fault(&decl, "class 'Test_Never', 'Made': the value that is declared for it is none of "
                        "its type");
}

static void a_qualifier_with_a_hole_is_named(void **state)
{
    const MI_Char *strings[] = {"a", NULL};
    const MI_ConstStringA array = {strings, 2};
    const MI_Qualifier hole = {.name = "Values", .type = MI_STRINGA, .value = &array};
    const MI_Qualifier *const qualifiers[] = {&hole};
    MI_ParameterDecl parameter = *measure_parameters[0];
    const MI_ParameterDecl *const parameters[] = {&parameter};
    MI_MethodDecl method = device_measure;
    const MI_MethodDecl *const methods[] = {&method};
    MI_ClassDecl decl = device_class;

    (void)state;
    parameter.qualifiers = qualifiers;
    method.parameters = parameters;
    method.numParameters = 1;
    decl.methods = methods;
    decl.numMethods = 1;
    assert_int_equal(class_check(&decl, NULL), 0);
    assert_fault(&decl, "class 'Test_Device', 'Measure', parameter 'Path', qualifier 'Values': the "
                        "value that is declared for it is none of its type");
}

static void an_array_of_no_plausible_size_is_not_read(void **state)
{
    MI_Uint8 byte = 0;
    const MI_Uint8A array = {&byte, UINT32_MAX};
    const MI_Qualifier endless = {.name = "Endless", .type = MI_UINT8A, .value = &array};
    const MI_Qualifier *const qualifiers[] = {&endless};
    MI_ClassDecl decl = device_class;

    (void)state;
    decl.qualifiers = qualifiers;
    assert_fault(&decl, "class 'Test_Device', qualifier 'Endless': the value that is declared for "
                        "it is none of its type");
}

static void a_result_of_no_type_is_named(void **state)
{
    MI_MethodDecl method = *base_methods[0];
    const MI_MethodDecl *const methods[] = {&method};
    MI_ClassDecl decl = base_class;

    (void)state;
    method.returnType = 32;
    decl.methods = methods;
    decl.numMethods = 1;
    assert_fault(&decl, "class 'Test_Base', 'Ping': its returnType is no MI_Type");
}

/* ---- Every class of every provider ---- */

static MI_Result get_version(MI_Uint32 *version)
{
    *version = MI_VERSION;
    return MI_RESULT_OK;
}

static MI_Result get_system_name(const MI_Char **name)
{
    *name = "here";
    return MI_RESULT_OK;
}

static const MI_ServerFT server_ft = {.GetVersion = get_version, .GetSystemName = get_system_name};

/* No provider has to do with a context before it is loaded. */
static MI_Server server = {
    .serverFT = &server_ft, .instanceFT = &mi_instance_ft, .propertySetFT = &mi_property_set_ft};

/* Checks the JSON of each class that the library @path declares. How many; 0 if it is no provider.
 */
static unsigned check_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    const MI_SchemaDecl *schema = NULL;
    MI_MainFunction main_function;
    MI_Module *module;
    unsigned count = 0;

    if (library == NULL)
        fail_msg("%s", dlerror());
    *(void **)&main_function = dlsym(library, "MI_Main");
    module = main_function == NULL ? NULL : main_function(&server);
    if (module != NULL)
        schema = module->schemaDecl;
    if (schema != NULL && schema_check(schema, NULL) < 0) /* a villain: the agent refuses it */
        schema = NULL;
    for (; schema != NULL && count < schema->numClassDecls; count++) {
        const MI_ClassDecl *decl = schema->classDecls[count];
        JsonFault fault = {0, ""};
        MiJsonError error = {""};

        buffer_clear(&text);
        if (mi_json_put_class(&text, decl, "root/cimv2") < 0) {
            mi_json_explain_class(decl, &error);
            fail_msg("%s: %s", path, error.message);
        }
        if (!json_check_line(buffer_span(&text), JSON_MAX_DEPTH - 4, &fault))
            fail_msg("%s, class %s: %s at byte %zu", path, decl->name, fault.what, fault.offset);
    }
    dlclose(library);
    return count;
}

/* All libraries of @folder, beside the folder of this program, as the build has it. */
static unsigned check_folder(const char *folder)
{
    char self[4096], path[8192], *end;
    struct dirent *entry;
    unsigned count = 0;
    ssize_t size;
    DIR *stream;

    size = readlink("/proc/self/exe", self, sizeof(self) - 1);
    assert_true(size > 0);
    self[size] = '\0';
    for (int i = 0; i < 2; i++) {
        end = strrchr(self, '/');
        assert_non_null(end);
        *end = '\0';
    }
    snprintf(path, sizeof(path), "%s/%s", self, folder);
    stream = opendir(path);
    if (stream == NULL)
        fail_msg("cannot open '%s': %s: build all, then test", path, strerror(errno));
    while ((entry = readdir(stream)) != NULL) {
        const char *dot = strrchr(entry->d_name, '.');

        if (dot == NULL || strcmp(dot, ".so") != 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s/%s", self, folder, entry->d_name);
        count += check_library(path);
    }
    closedir(stream);
    return count;
}

static void every_class_of_the_providers_that_ship_has_its_json(void **state)
{
    (void)state;
    assert_true(check_folder("providers") >= 3);
}

static void every_class_of_the_providers_of_the_tests_has_its_json(void **state)
{
    (void)state;
    assert_true(check_folder("tests/providers") >= 5);
}

static void the_classes_of_these_tests_have_theirs(void **state)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    (void)state;
    assert_int_equal(class_check(&device_class, NULL), 0);
    for (MI_Uint32 i = 0; i < everything_schema.numClassDecls; i++) {
        buffer_clear(&text);
        assert_int_equal(mi_json_put_class(&text, everything_schema.classDecls[i], "a"), 0);
        assert_true(json_check_line(buffer_span(&text), JSON_MAX_DEPTH - 4, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_is_written_with_all_that_it_has),
        cmocka_unit_test(what_a_class_does_not_have_is_left_out),
        cmocka_unit_test(each_flag_of_a_class_has_its_word),
        cmocka_unit_test(each_flag_of_a_property_has_its_word),
        cmocka_unit_test(of_qualifiers_of_one_name_the_first_counts),
        cmocka_unit_test(names_that_no_check_has_seen_are_escaped),
        cmocka_unit_test(a_class_is_appended),
        cmocka_unit_test(a_default_that_is_none_is_named),
        cmocka_unit_test(a_qualifier_with_a_hole_is_named),
        cmocka_unit_test(an_array_of_no_plausible_size_is_not_read),
        cmocka_unit_test(a_result_of_no_type_is_named),
        cmocka_unit_test(every_class_of_the_providers_that_ship_has_its_json),
        cmocka_unit_test(every_class_of_the_providers_of_the_tests_has_its_json),
        cmocka_unit_test(the_classes_of_these_tests_have_theirs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
