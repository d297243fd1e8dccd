/*
 * Classes in the manner of MOF, and registrations made from schemas.
 */
#include "tests/support/cmocka.h"

#include "client/mof.h"
#include "client/regfile.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>

#define expect_text(buffer, text) assert_string_equal(buffer_string(buffer), text)

static void expect_mof(const char *class, const char *text)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    assert_true(mof_is_class(span_of(class), &why));
    mof_put_class(&out, span_of(class));
    expect_text(&out, text);
}

static void a_class_has_its_base_its_flags_and_its_qualifiers(void **state)
{
    (void)state;
    expect_mof("{\"class\":\"P\",\"superClass\":\"B\",\"namespace\":\"root/x\","
               "\"flags\":[\"association\",\"abstract\"],\"qualifiers\":{\"Version\":{\"type\":"
               "\"string\",\"value\":\"1.0\"},\"Terminal\":{\"type\":\"boolean\",\"value\":true},"
               "\"Values\":{\"type\":\"string[]\",\"value\":[\"a\",\"b\\u001b\"]},"
               "\"Weak\":{\"type\":\"boolean\",\"value\":false}}}",
               "// root/x\n"
               "[Association, Abstract,\n"
               " Version(\"1.0\"), Terminal,\n"
               " Values{\"a\", \"b\\u001b\"},\n"
               " Weak(false)]\n"
               "class P : B\n{\n};\n");
}

static void a_property_has_its_type_and_where_it_comes_from(void **state)
{
    (void)state;
    expect_mof(
        "{\"class\":\"P\",\"properties\":{"
        "\"Id\":{\"type\":\"string\",\"key\":true,\"readOnly\":true,\"origin\":\"B\"},"
        "\"Size\":{\"type\":\"uint64\",\"key\":false,\"origin\":\"P\"},"
        "\"Names\":{\"type\":\"string[]\",\"qualifiers\":{\"Description\":{\"type\":\"string\","
        "\"value\":\"All \\\"names\\\"\"}}},"
        "\"Disk\":{\"type\":\"reference\",\"className\":\"CIM_Disk\"},"
        "\"Parts\":{\"type\":\"instance[]\",\"className\":\"CIM_Part\"}}}",
        "class P\n{\n"
        "    [Key, ReadOnly]\n"
        "    string Id; // of B\n"
        "\n"
        "    uint64 Size;\n"
        "\n"
        "    [Description(\"All \\\"names\\\"\")]\n"
        "    string Names[];\n"
        "\n"
        "    CIM_Disk REF Disk;\n"
        "\n"
        "    CIM_Part Parts[];\n"
        "};\n");
}

static void a_qualifier_that_says_what_a_flag_says_is_there_once(void **state)
{
    (void)state;
    expect_mof("{\"class\":\"P\",\"flags\":[\"abstract\"],\"qualifiers\":{\"ABSTRACT\":{\"type\":"
               "\"boolean\",\"value\":true}},\"properties\":{\"Id\":{\"type\":\"string\","
               "\"key\":true,\"qualifiers\":{\"Key\":{\"type\":\"boolean\",\"value\":true}}}}}",
               "[ABSTRACT]\nclass P\n{\n    [Key]\n    string Id;\n};\n");
}

static void a_method_has_its_parameters(void **state)
{
    (void)state;
    expect_mof("{\"class\":\"P\",\"methods\":{\"Measure\":{\"returnType\":\"uint32\",\"static\":"
               "true,\"parameters\":{\"Path\":{\"type\":\"string\",\"in\":true,\"out\":false,"
               "\"required\":true},\"Bytes\":{\"type\":\"uint64\",\"in\":false,\"out\":true}}},"
               "\"Stop\":{\"returnType\":\"uint32\",\"parameters\":{}},"
               "\"Start\":{\"returnType\":\"boolean\"}}}",
               "class P\n{\n"
               "    [Static]\n"
               "    uint32 Measure([In, Required] string Path, [Out] uint64 Bytes);\n"
               "\n"
               "    uint32 Stop();\n"
               "\n"
               "    boolean Start();\n"
               "};\n");
}

static void a_long_method_has_a_line_for_each_parameter(void **state)
{
    (void)state;
    expect_mof("{\"class\":\"P\",\"methods\":{\"RequestStateChange\":{\"returnType\":\"uint32\","
               "\"parameters\":{\"RequestedState\":{\"type\":\"uint16\",\"in\":true},\"Job\":{"
               "\"type\":\"reference\",\"className\":\"CIM_ConcreteJob\",\"out\":true},"
               "\"TimeoutPeriod\":{\"type\":\"datetime\",\"in\":true}}}}}",
               "class P\n{\n"
               "    uint32 RequestStateChange(\n"
               "        [In] uint16 RequestedState,\n"
               "        [Out] CIM_ConcreteJob REF Job,\n"
               "        [In] datetime TimeoutPeriod);\n"
               "};\n");
}

static void expect_no_class(const char *value, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    assert_false(mof_is_class(span_of(value), &why));
    expect_text(&why, sentence);
}

static void what_is_no_class_is_told(void **state)
{
    (void)state;
    expect_no_class("7", "a class without name");
    expect_no_class("{\"class\":1}", "a class without name");
    expect_no_class("{\"class\":\"P\",\"properties\":[]}",
                    "a class whose properties are no object");
    expect_no_class("{\"class\":\"P\",\"methods\":7}", "a class whose methods are no object");
}

static void whatever_is_in_a_class_it_is_printed(void **state)
{
    (void)state;
    expect_mof("{\"class\":\"P\\u001b\",\"superClass\":null,\"flags\":[7,\"\"],\"qualifiers\":7,"
               "\"properties\":{\"A\":7,\"B\":{\"type\":7,\"qualifiers\":{\"Q\":7,\"\":{}}}},"
               "\"methods\":{\"M\":7,\"N\":{\"parameters\":7}}}",
               "[]\n"
               "class P?\n{\n"
               "     A;\n"
               "\n"
               "    [Q, ]\n"
               "    7 B;\n"
               "\n"
               "     M();\n"
               "\n"
               "     N();\n"
               "};\n");
}

/* Registrations. */

static const RegfileHead head = {.library = "/x/libp.so", .hosting = "@requestor@"};

static void a_registration_has_bases_and_the_ends_of_associations(void **state)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    (void)state;
    assert_int_equal(
        regfile_put(&out, &head,
                    SPAN(" {\"classes\":[{\"name\":\"P\",\"bases\":[]},{\"name\":\"Q\","
                         "\"bases\":[\"B1\",\"B2\"]},{\"name\":\"A\",\"bases\":[\"B\"],"
                         "\"association\":{\"left\":\"P\",\"right\":\"Q\"}},{\"name\":\"R\"}]}\n"),
                    &why),
        0);
    expect_text(&out, "LIBRARY=/x/libp.so\n"
                      "HOSTING=@requestor@\n"
                      "CLASS=P\n"
                      "CLASS=Q:B1:B2\n"
                      "CLASS=A:B{P,Q}\n"
                      "CLASS=R\n");
}

static void expect_no_registration(const char *schema, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    assert_int_equal(regfile_put(&out, &head, span_of(schema), &why), -EBADMSG);
    expect_text(&why, sentence);
}

static void a_schema_that_no_registration_can_hold_is_refused(void **state)
{
    static const char beginning[] = "the schema names a class that no registration can hold: ";
    static const char *const names[] = {"\"\"",         "\"1P\"",  "\"P\\nLIBRARY=/tmp/x.so\"",
                                        "\"P Q\"",      "\"P:Q\"", "\"P{\"",
                                        "\"\xC3\xA4\"", "7",       "null"};
    char schema[128], sentence[256];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        (void)snprintf(schema, sizeof(schema), "{\"classes\":[{\"name\":%s}]}", names[i]);
        (void)snprintf(sentence, sizeof(sentence), "%s%s", beginning, names[i]);
        expect_no_registration(schema, sentence);
        (void)snprintf(schema, sizeof(schema), "{\"classes\":[{\"name\":\"P\",\"bases\":[%s]}]}",
                       names[i]);
        expect_no_registration(schema, sentence);
        (void)snprintf(schema, sizeof(schema),
                       "{\"classes\":[{\"name\":\"P\",\"association\":{\"left\":\"Q\","
                       "\"right\":%s}}]}",
                       names[i]);
        expect_no_registration(schema, sentence);
    }
}

static void what_is_no_schema_is_refused(void **state)
{
    (void)state;
    expect_no_registration("", "its schema is not JSON at byte 0: the text ends early");
    expect_no_registration("[]", "its schema has no classes");
    expect_no_registration("{\"classes\":{}}", "its schema has no classes");
    expect_no_registration("{\"classes\":[]}", "it declares no class");
    expect_no_registration("{\"classes\":[{}]}", "the schema has a class without name");
    expect_no_registration("{\"classes\":[{\"name\":\"P\",\"association\":{\"left\":\"Q\"}}]}",
                           "the schema has an association without left or right");
}

static void a_class_with_more_bases_than_a_line_holds_is_refused(void **state)
{
    CLEANUP(buffer_deinit) Buffer schema = BUFFER_INIT;

    (void)state;
    buffer_put_string(&schema, "{\"classes\":[{\"name\":\"P\",\"bases\":[\"B\"");
    for (int i = 0; i < 500; i++)
        buffer_put_string(&schema, ",\"Base_Class\"");
    buffer_put_string(&schema, "]}]}");
    expect_no_registration(buffer_string(&schema),
                           "no line of a registration can hold the bases of class \"P\"");
}

static void expect_wrong_head(const char *library, const char *hosting, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    assert_int_equal(regfile_check_head(&(RegfileHead){library, hosting}, &why), -EINVAL);
    expect_text(&why, sentence);
}

static void what_would_begin_another_line_is_refused(void **state)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    (void)state;
    assert_int_equal(regfile_check_head(&head, &why), 0);
    expect_wrong_head("/x\nHOSTING=root", "a",
                      "'/x\nHOSTING=root': no registration can hold this path");
    expect_wrong_head("/x", "a\n", "--hosting 'a\n': it is @requestor@ or a user's name");
    expect_wrong_head("/x", "", "--hosting '': it is @requestor@ or a user's name");
    expect_wrong_head("/x ", "a", "'/x ': no registration can hold this path");
}

static void a_registration_is_named_after_its_library(void **state)
{
    static const char *const names[][2] = {{"/x/libhello.so", "/r/root-cimv2/hello.reg"},
                                           {"/x/hello.so", "/r/root-cimv2/hello.reg"},
                                           {"/x/lib.so", "/r/root-cimv2/lib.reg"},
                                           {"/x/libhello.so.1", "/r/root-cimv2/hello.so.1.reg"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        CLEANUP(buffer_deinit) Buffer path = BUFFER_INIT;
        CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

        assert_int_equal(regfile_put_path(&path, "/r", "root/cimv2", names[i][0], &why), 0);
        expect_text(&path, names[i][1]);
    }
}

static void a_namespace_stays_below_its_folder(void **state)
{
    static const char *const wrong[] = {"", "..", "../x", "/root", "."};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        CLEANUP(buffer_deinit) Buffer path = BUFFER_INIT;
        CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

        assert_int_equal(regfile_put_path(&path, "/r", wrong[i], "/x/libp.so", &why), -EINVAL);
        assert_non_null(strstr(buffer_string(&why), "a namespace is like root/cimv2"));
    }
}

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_has_its_base_its_flags_and_its_qualifiers),
        cmocka_unit_test(a_property_has_its_type_and_where_it_comes_from),
        cmocka_unit_test(a_qualifier_that_says_what_a_flag_says_is_there_once),
        cmocka_unit_test(a_method_has_its_parameters),
        cmocka_unit_test(a_long_method_has_a_line_for_each_parameter),
        cmocka_unit_test(what_is_no_class_is_told),
        cmocka_unit_test(whatever_is_in_a_class_it_is_printed),
        cmocka_unit_test(a_registration_has_bases_and_the_ends_of_associations),
        cmocka_unit_test(a_schema_that_no_registration_can_hold_is_refused),
        cmocka_unit_test(what_is_no_schema_is_refused),
        cmocka_unit_test(a_class_with_more_bases_than_a_line_holds_is_refused),
        cmocka_unit_test(what_would_begin_another_line_is_refused),
        cmocka_unit_test(a_registration_is_named_after_its_library),
        cmocka_unit_test(a_namespace_stays_below_its_folder),
    };
    return cmocka_run_group_tests_name("ctl: classes and registrations", tests, use_utf8, NULL);
}
