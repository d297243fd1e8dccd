/*
 * What mihostctl makes of object paths and of Name=Value words.
 */
#include "tests/support/cmocka.h"

#include "client/path.h"
#include "client/words.h"

#include <errno.h>

/* The path that @text means is written as @json. */
static void expect_path(const char *text, const char *json)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse(&path, text, &why);

    if (r < 0)
        print_message("%s\n", buffer_string(&why));
    assert_int_equal(r, 0);
    path_put_json(&path, &out);
    assert_string_equal(buffer_string(&out), json);
    assert_int_equal(why.size, 0);
}

/* @text is refused, in words that contain @sentence. */
static void expect_no_path(const char *text, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;

    assert_int_equal(path_parse(&path, text, &why), -EINVAL);
    assert_non_null(strstr(buffer_string(&why), text));
    assert_non_null(strstr(buffer_string(&why), sentence));
}

static void a_class_alone_has_no_keys(void **state)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;

    (void)state;
    assert_int_equal(path_parse(&path, "Linux_Process", &why), 0);
    assert_int_equal(path.kind, PATH_CLASS);
    assert_true(span_equals(path.class_name, "Linux_Process"));
    assert_null(path.name_space.data);
    assert_int_equal(path.keys.size, 0);
}

static void a_quoted_key_is_a_string_and_a_bare_one_is_not(void **state)
{
    (void)state;
    expect_path("P.H=\"42\"", "{\"class\":\"P\",\"properties\":{\"H\":\"42\"}}");
    expect_path("P.H=42", "{\"class\":\"P\",\"properties\":{\"H\":42}}");
    expect_path("P.H=-7,I=+8", "{\"class\":\"P\",\"properties\":{\"H\":-7,\"I\":8}}");
    expect_path("P.A=TRUE,B=false", "{\"class\":\"P\",\"properties\":{\"A\":true,\"B\":false}}");
}

static void an_integer_that_a_double_cannot_hold_is_sent_as_a_string(void **state)
{
    (void)state;
    expect_path("P.H=9007199254740991",
                "{\"class\":\"P\",\"properties\":{\"H\":9007199254740991}}");
    expect_path("P.H=9007199254740992",
                "{\"class\":\"P\",\"properties\":{\"H\":\"9007199254740992\"}}");
    expect_path("P.H=-9007199254740992",
                "{\"class\":\"P\",\"properties\":{\"H\":\"-9007199254740992\"}}");
    expect_path("P.H=18446744073709551615",
                "{\"class\":\"P\",\"properties\":{\"H\":\"18446744073709551615\"}}");
}

static void a_string_may_hold_what_separates_keys(void **state)
{
    (void)state;
    expect_path("P.N=\"a,b=c.d\",M=\"\"",
                "{\"class\":\"P\",\"properties\":{\"N\":\"a,b=c.d\",\"M\":\"\"}}");
}

static void escapes_of_mof_are_understood(void **state)
{
    (void)state;
    expect_path("P.N=\"a\\\"b\\\\c\\n\"",
                "{\"class\":\"P\",\"properties\":{\"N\":\"a\\\"b\\\\c\\n\"}}");
    expect_path("P.N=\"\\x41\\xE4\\x20AC\"",
                "{\"class\":\"P\",\"properties\":{\"N\":\"A\xC3\xA4\xE2\x82\xAC\"}}");
}

static void a_singleton_has_an_empty_key_set(void **state)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;

    (void)state;
    expect_path("S=@", "{\"class\":\"S\",\"properties\":{}}");
    assert_int_equal(path_parse(&path, "S=@", &why), 0);
    assert_int_equal(path.kind, PATH_INSTANCE);
}

static void a_namespace_may_stand_before_the_class(void **state)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;

    (void)state;
    assert_int_equal(path_parse(&path, "root/cimv2:P.N=\"a:b\"", &why), 0);
    assert_true(span_equals(path.name_space, "root/cimv2"));
    assert_true(span_equals(path.class_name, "P"));
}

static void a_path_in_braces_is_a_reference(void **state)
{
    (void)state;
    expect_path("A.L={P.Id=\"1}\",N=2},R={S=@},X=3",
                "{\"class\":\"A\",\"properties\":{"
                "\"L\":{\"class\":\"P\",\"properties\":{\"Id\":\"1}\",\"N\":2}},"
                "\"R\":{\"class\":\"S\",\"properties\":{}},\"X\":3}}");
    expect_path("A.L={B.M={P.Id=TRUE}}",
                "{\"class\":\"A\",\"properties\":{\"L\":{\"class\":\"B\",\"properties\":{"
                "\"M\":{\"class\":\"P\",\"properties\":{\"Id\":true}}}}}}");
}

static void a_mistake_in_a_reference_is_named_with_its_place(void **state)
{
    (void)state;
    expect_no_path("A.L={", "braces hold a path without a namespace");
    expect_no_path("A.L={root:P.Id=1}", "braces hold a path without a namespace, at 'root:");
    expect_no_path("A.L={P}", "keys follow a dot, at '}'");
    expect_no_path("A.L={P.Id=1", "a brace begins and doesn't end");
    expect_no_path("A.L={P.Id=\"1\"", "a brace begins and doesn't end");
    expect_no_path("A.L={P.}", "a key is Name=Value, at '}'");
    expect_no_path("A.L={P.Id=1}}", "keys are separated by commas, at '}'");
    expect_no_path("A.Id=1}", "keys are separated by commas, at '}'");
    expect_no_path("A=@}", "more follows, at '}'");
    expect_no_path("A.L={S=@", "a brace begins and doesn't end");
    expect_no_path("A.L={A.L={A.L={A.L={A.L={A.L={A.L={A.L={A.L={S=@}}}}}}}}}",
                   "references nest too deep");
}

static void expect_instance(int count, char **words, const char *json)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;

    assert_int_equal(path_parse_instance(&path, count, words, "get", &why), 0);
    path_put_json(&path, &out);
    assert_string_equal(buffer_string(&out), json);
}

static void keys_may_be_words_of_their_own(void **state)
{
    char path[] = "P.Id=\"1\"", class_name[] = "P", id[] = "Id=1", number[] = "N:=2";

    (void)state;
    expect_instance(1, (char *[]){path}, "{\"class\":\"P\",\"properties\":{\"Id\":\"1\"}}");
    expect_instance(3, (char *[]){class_name, id, number},
                    "{\"class\":\"P\",\"properties\":{\"Id\":\"1\",\"N\":2}}");
    expect_instance(2, (char *[]){path, number},
                    "{\"class\":\"P\",\"properties\":{\"Id\":\"1\",\"N\":2}}");
}

static void a_mistake_is_named_with_its_place(void **state)
{
    (void)state;
    expect_no_path("", "a class name is missing");
    expect_no_path("1P", "a class name is missing, at '1P'");
    expect_no_path(":P", "a namespace is missing");
    expect_no_path("P.", "a key is Name=Value, at its end");
    expect_no_path("P.H", "a key is Name=Value, at 'H'");
    expect_no_path("P.H,I=1", "a key is Name=Value, at 'H,I=1'");
    expect_no_path("P.H=", "a key is text in double quotes");
    expect_no_path("P.H=abc", "at 'abc'");
    expect_no_path("P.H=010", "at '010'");
    expect_no_path("P.H=1.5", "at '1.5'");
    expect_no_path("P.H=--1", "at '--1'");
    expect_no_path("P.H=\"x", "a string begins and doesn't end");
    expect_no_path("P.H=\"x\\", "a string begins and doesn't end");
    expect_no_path("P.H=\"\\q\"", "no escape is written so");
    expect_no_path("P.H=\"\\x0\"", "no escape is written so");
    expect_no_path("P.H=\"\\xD800\"", "no escape is written so");
    expect_no_path("P.H=\"x\"y", "keys are separated by commas, at 'y'");
    expect_no_path("P.H=1,", "a key is Name=Value, at its end");
    expect_no_path("P=3", "keys follow a dot");
}

static void expect_members(const char *word, const char *json)
{
    CLEANUP(buffer_deinit) Buffer members = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    assert_int_equal(words_put_member(&members, "First=1", &why), 0);
    assert_int_equal(words_put_member(&members, word, &why), 0);
    assert_true(span_equals((Span){members.data, 12}, "\"First\":\"1\","));
    assert_string_equal(buffer_string(&members) + 12, json);
}

static void expect_no_member(const char *word, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer members = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;

    assert_int_equal(words_put_member(&members, word, &why), -EINVAL);
    assert_non_null(strstr(buffer_string(&why), sentence));
    assert_int_equal(members.size, 0);
}

static void an_equals_sign_always_gives_a_string(void **state)
{
    (void)state;
    expect_members("H=42", "\"H\":\"42\"");
    expect_members("H=true", "\"H\":\"true\"");
    expect_members("H=", "\"H\":\"\"");
    expect_members("H=a=b:=c", "\"H\":\"a=b:=c\"");
    expect_members("H=say \"x\"\n", "\"H\":\"say \\\"x\\\"\\n\"");
}

static void a_colon_before_it_gives_the_json_itself(void **state)
{
    (void)state;
    expect_members("H:=42", "\"H\":42");
    expect_members("H:=null", "\"H\":null");
    /* A line feed would end the message. */
    expect_members("H:= [1,\n \"a b\"] ", "\"H\":[1,\"a b\"]");
}

static void a_wrong_word_is_named(void **state)
{
    (void)state;
    expect_no_member("H", "'H' is not Name=Value or Name:=JSON");
    expect_no_member("=x", "is not Name=Value");
    expect_no_member(":=1", "'' is not a name");
    expect_no_member("a b=1", "'a b' is not a name");
    expect_no_member("H:=abc", "not JSON at byte 0");
    expect_no_member("H:=", "not JSON");
    expect_no_member("H:=1 2", "not JSON");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_alone_has_no_keys),
        cmocka_unit_test(a_quoted_key_is_a_string_and_a_bare_one_is_not),
        cmocka_unit_test(an_integer_that_a_double_cannot_hold_is_sent_as_a_string),
        cmocka_unit_test(a_string_may_hold_what_separates_keys),
        cmocka_unit_test(escapes_of_mof_are_understood),
        cmocka_unit_test(a_singleton_has_an_empty_key_set),
        cmocka_unit_test(a_namespace_may_stand_before_the_class),
        cmocka_unit_test(a_path_in_braces_is_a_reference),
        cmocka_unit_test(a_mistake_in_a_reference_is_named_with_its_place),
        cmocka_unit_test(keys_may_be_words_of_their_own),
        cmocka_unit_test(a_mistake_is_named_with_its_place),
        cmocka_unit_test(an_equals_sign_always_gives_a_string),
        cmocka_unit_test(a_colon_before_it_gives_the_json_itself),
        cmocka_unit_test(a_wrong_word_is_named),
    };
    return cmocka_run_group_tests_name("ctl: paths and words", tests, NULL, NULL);
}
