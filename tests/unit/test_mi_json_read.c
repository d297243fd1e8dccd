/*
 * What a client reads of what a host wrote: classes and instances come back as they were, a broken
 * one is refused with a sentence, and memory is used again.
 */
#include "mi/instance_impl.h"
#include "protocol/mi_json_class.h"
#include "protocol/mi_json_read.h"
#include "tests/support/cmocka.h"
#include "tests/unit/declared.h"
#include "tests/unit/everything.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The class that the JSON of @decl is. */
static SharedClass *class_of(const MI_ClassDecl *decl)
{
    CLEANUP(buffer_deinit) Buffer json = BUFFER_INIT;
    SharedClass *shared;
    MiJsonError error;

    assert_int_equal(mi_json_put_class(&json, decl, "root/x"), 0);
    if (mi_json_get_class(buffer_span(&json), &shared, NULL, &error) < 0)
        fail_msg("%s", error.message);
    return shared;
}

static void assert_same_class(const MI_ClassDecl *decl)
{
    CLEANUP(shared_class_unrefp) SharedClass *shared = class_of(decl);
    CLEANUP(buffer_deinit) Buffer before = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer after = BUFFER_INIT;

    assert_int_equal(mi_json_put_class(&before, decl, NULL), 0);
    assert_int_equal(mi_json_put_class(&after, &shared->decl, NULL), 0);
    assert_string_equal(buffer_string(&after), buffer_string(&before));
}

static void a_class_comes_back_as_it_was(void **state)
{
    (void)state;
    assert_same_class(&base_class);
    assert_same_class(&point_class);
    assert_same_class(&point3_class);
    assert_same_class(&everything_class);
}

static void a_broken_class_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"class\":7}",
        "{\"class\":\"a b\"}",
        "{\"class\":\"A\",\"properties\":[]}",
        "{\"class\":\"A\",\"properties\":{\"P\":{}}}",
        "{\"class\":\"A\",\"properties\":{\"P\":{\"type\":\"uint33\"}}}",
        "{\"class\":\"A\",\"properties\":{\"P\":{\"type\":\"uint32\"},\"P\":{\"type\":\"uint32\"}}"
        "}",
        "{\"class\":\"A\",\"qualifiers\":{\"Q\":{}}}",
        "{\"class\":\"A\",\"methods\":{\"M\":{}}}",
        "{\"class\":\"A\",\"methods\":{\"M\":{\"returnType\":\"uint32\",\"parameters\":{\"P\":7}}}"
        "}",
    };
    SharedClass *shared;
    MiJsonError error;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        error.message[0] = '\0';
        assert_int_equal(mi_json_get_class(span_of(texts[i]), &shared, NULL, &error), -EINVAL);
        assert_null(shared);
        assert_string_not_equal(error.message, "");
    }
}

/* ---- Instances ---- */

/* What a reader knows: one class, or none. */
static int find(void *data, Span name, SharedClass **ret)
{
    SharedClass *known = data;

    *ret = known != NULL && span_equals_nocase(name, known->decl.name) ? known : NULL;
    return 0;
}

/* Reads all of @array, and writes it again: the same, without what is null. */
static void assert_read(SharedClass *known, const char *array, const char *wanted)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Span rest = span_of(array);
    MiJsonReader reader;
    int r;

    mi_json_reader_init(&reader, find, known);
    while ((r = mi_json_read_next(&reader, &rest, &instance)) > 0)
        assert_int_equal(mi_json_put_instance(&text, instance, NULL), 0);
    if (r < 0)
        fail_msg("%s", reader.message);
    mi_json_reader_deinit(&reader);
    assert_string_equal(buffer_string(&text), wanted);
}

static void instances_are_read_whatever_their_spaces_and_order(void **state)
{
    static const char wanted[] =
        "{\"class\":\"Test_Point\",\"properties\":{\"Name\":null,\"X\":1,\"Y\":2}}"
        "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"n\",\"X\":3,\"Y\":4}}";
    CLEANUP(shared_class_unrefp) SharedClass *shared = class_of(&point_class);

    (void)state;
    assert_read(shared,
                "[{\"class\":\"Test_Point\",\"properties\":{\"Name\":null,\"X\":1,\"Y\":2}},"
                "{\"class\":\"Test_Point\",\"properties\":{\"Name\":\"n\",\"X\":3,\"Y\":4}}]",
                wanted);
    assert_read(
        shared,
        "[ { \"properties\" : { \"y\" : 2 , \"X\" : 1 } , \"class\" : \"Test_Point\" } ,"
        "{\"class\":\"Test_Point\",\"properties\":{\"Y\":4,\"X\":3,\"Name\":\"\\u006e\"}} ]",
        wanted);
    assert_read(shared, "[]", "");
    assert_read(shared, "[ ]", "");
}

static void what_nobody_declares_is_typed_by_what_it_looks_like(void **state)
{
    (void)state;
    assert_read(NULL,
                "[{\"class\":\"A\",\"properties\":{\"a\":\"x\",\"b\":true,\"c\":-7,\"d\":0.5,"
                "\"e\":[1,2],\"f\":{\"class\":\"B\",\"properties\":{}}}}]",
                "{\"class\":\"A\",\"properties\":{\"a\":\"x\",\"b\":true,\"c\":\"-7\",\"d\":0.5,"
                "\"e\":[\"1\",\"2\"],\"f\":{\"class\":\"B\",\"properties\":{},\"types\":{}}},"
                "\"types\":{\"a\":\"string\",\"b\":\"boolean\",\"c\":\"sint64\",\"d\":\"real64\","
                "\"e\":\"sint64[]\",\"f\":\"instance\"}}");
    assert_read(NULL, "[{\"class\":\"A\",\"properties\":{\"a\":7},\"types\":{\"a\":\"uint8\"}}]",
                "{\"class\":\"A\",\"properties\":{\"a\":7},\"types\":{\"a\":\"uint8\"}}");
}

static void types_of_its_own_count_for_an_instance_whatever_its_class_declares(void **state)
{
    static const char text[] = "{\"class\":\"Test_Point\",\"properties\":{\"X\":\"far\",\"No\":1},"
                               "\"types\":{\"X\":\"string\",\"No\":\"uint8\"}}";
    CLEANUP(shared_class_unrefp) SharedClass *shared = class_of(&point_class);
    char array[256];

    (void)state;
    snprintf(array, sizeof(array), "[%s]", text);
    assert_read(shared, array, text);
}

static void an_instance_that_does_not_fit_is_refused_by_name(void **state)
{
    static const char *const bodies[] = {
        "{\"%s\":{}}", "{\"No\":1}", "{\"%s\":[[1]]}", "{\"%s\":\"x\"}", "{\"%s\":true}",
    };
    CLEANUP(shared_class_unrefp) SharedClass *shared = class_of(&point_class);
    char properties[128], text[256];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
        MI_Instance *instance = NULL;
        MiJsonReader reader;

        strcpy(properties, bodies[i]);
        char *place = strstr(properties, "%s");
        if (place != NULL) {
            snprintf(text, sizeof(text), "%.*s%s%s", (int)(place - properties), properties,
                     point_class.properties[1]->name, place + 2);
            strcpy(properties, text);
        }
        snprintf(text, sizeof(text), "{\"class\":\"%s\",\"properties\":%s}", point_class.name,
                 properties);
        mi_json_reader_init(&reader, find, shared);
        assert_int_equal(mi_json_read_instance(&reader, span_of(text), &instance), -EINVAL);
        assert_string_not_equal(reader.message, "");
        instance_free(instance);
        mi_json_reader_deinit(&reader);
    }
}

static void an_instance_outlives_the_class_that_it_was_read_with(void **state)
{
    SharedClass *shared = class_of(&point_class);
    MI_Instance *instance = NULL, *clone;
    MiJsonReader reader;
    char text[256];
    MI_Class *class;
    const MI_Char *name;

    (void)state;
    snprintf(text, sizeof(text), "{\"class\":\"%s\",\"properties\":{}}", point_class.name);
    mi_json_reader_init(&reader, find, shared);
    assert_int_equal(mi_json_read_instance(&reader, span_of(text), &instance), 0);
    mi_json_reader_deinit(&reader);
    shared_class_unref(shared);
    assert_int_equal(MI_Instance_Clone(instance, &clone), MI_RESULT_OK);
    assert_int_equal(MI_Instance_Delete(instance), MI_RESULT_OK);
    assert_int_equal(MI_Instance_GetClass(clone, &class), MI_RESULT_OK);
    assert_int_equal(MI_Instance_Delete(clone), MI_RESULT_OK);
    assert_int_equal(MI_Class_GetClassName(class, &name), MI_RESULT_OK);
    assert_string_equal(name, point_class.name);
    assert_int_equal(MI_Class_Delete(class), MI_RESULT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_comes_back_as_it_was),
        cmocka_unit_test(a_broken_class_is_refused),
        cmocka_unit_test(instances_are_read_whatever_their_spaces_and_order),
        cmocka_unit_test(what_nobody_declares_is_typed_by_what_it_looks_like),
        cmocka_unit_test(types_of_its_own_count_for_an_instance_whatever_its_class_declares),
        cmocka_unit_test(an_instance_that_does_not_fit_is_refused_by_name),
        cmocka_unit_test(an_instance_outlives_the_class_that_it_was_read_with),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
